"""Files as blocks of columns: what kind a file is, how its text is coded, where its header stands, how its rows count.

Nothing here knows what a column means, beyond asking whether a header is one anybody would recognise.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from kaoping.core.facts import KEYS, VALUE
from kaoping.core.refusals import Finding, NotValid, Place, Weight
from kaoping.exchange import numerals, workbooks
from kaoping.exchange.spellings import folded, role
from kaoping.exchange.workbooks import Limits, Odd, Sheet

MOST_FINDINGS = 200  # spelled out one by one; the rest are counted in `facts.more`
TEXT_FILES = (".csv", ".tsv", ".txt")
PARQUET_FILES = (".parquet",)
FILES = (*TEXT_FILES, *workbooks.KINDS, *PARQUET_FILES)

Rows = npt.NDArray[np.int64]
#: Does this header cell mean something, as a part of a figure or as the name of an item?
Known = Callable[[str], bool]


class Findings:
    """Collects findings up to a number a person can read, and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.notes: list[Finding] = []
        self.count = 0

    def add(self, code: str, place: Place, **figures: object) -> None:
        self.count += 1
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(Finding(code, place, figures))

    def note(self, code: str, place: Place, **figures: object) -> None:
        self.notes.append(Finding(code, place, figures, Weight.NOTE))

    def each(self, positions: Rows, tell: Callable[[int], tuple[str, Place, dict[str, object]]]) -> None:
        """A finding for each position; those beyond the number kept are only counted, never looked at."""
        room = max(0, MOST_FINDINGS - len(self.kept))
        for position in positions[:room].tolist():
            code, place, figures = tell(position)
            self.add(code, place, **figures)
        self.count += max(0, len(positions) - room)

    @property
    def blocked(self) -> bool:
        return self.count > 0

    def all(self) -> list[Finding]:
        found = sorted(self.kept, key=lambda one: (one.place.file, one.place.sheet, one.place.row))
        if self.count > len(found):
            found.append(Finding("facts.more", Place(), {"count": self.count - len(found)}))
        return found + self.notes


@dataclass
class Block:
    """One sheet or file. Text formats give text columns and the row of each; Parquet gives typed columns."""

    file: str
    sheet: str
    header: list[str]
    columns: list[pa.ChunkedArray | pa.Array]
    rows: Rows | None = None  # None: Parquet, where the row is the position, counted from 1
    odd: dict[int, dict[int, Odd]] = field(default_factory=dict)  # column -> position -> cell that is no plain one
    header_row: int = 0

    def __len__(self) -> int:
        return len(self.columns[0])

    def place(self, position: int, column: int | None = None) -> Place:
        row = int(self.rows[position]) if self.rows is not None else position + 1
        return Place(self.file, self.sheet, row, "" if column is None else self.title(column))

    def head(self, column: int | None = None) -> Place:
        return Place(self.file, self.sheet, self.header_row, "" if column is None else self.title(column))

    def title(self, column: int) -> str:
        return self.header[column].strip(numerals.SPACES) or letters_of(column)

    def text(self, column: int, position: int) -> str:
        cell = self.columns[column][position].as_py()
        return "" if cell is None else str(cell).strip(numerals.SPACES)

    def without_blank_rows(self, subject: int) -> Block:
        """Rows in which nothing stands at all are gaps between figures, not figures without a subject."""
        if self.rows is None:
            return self
        suspects = np.flatnonzero(is_blank(self.columns[subject]))
        if not len(suspects):
            return self
        gaps = np.ones(len(suspects), bool)
        for column in self.columns:
            gaps &= is_blank(column.take(pa.array(suspects)))
        keep = np.setdiff1d(np.arange(len(self)), suspects[gaps], assume_unique=True)
        moved = {int(old): new for new, old in enumerate(keep.tolist())} if self.odd else {}
        return Block(
            self.file,
            self.sheet,
            self.header,
            [column.take(pa.array(keep)) for column in self.columns],
            self.rows[keep],
            {column: {moved[at]: odd for at, odd in cells.items()} for column, cells in self.odd.items()},
            self.header_row,
        )


def is_blank(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.bool_]:
    blank = pc.equal(pc.utf8_trim(column.cast(pa.string()), numerals.SPACES), "").fill_null(True)
    return np.asarray(blank.to_numpy(zero_copy_only=False) if isinstance(blank, pa.Array) else blank.to_numpy())


def letters_of(column: int) -> str:
    """0 -> A, 26 -> AA, as a spreadsheet names its columns."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def recognises(header: Sequence[str]) -> bool:
    """Is this the header of a long or a wide table of figures?"""
    roles = {role(cell) for cell in header}
    if {"item", VALUE} <= roles and {"subject", "name"} & roles:
        return True
    return bool(header) and role(header[0]) in ("subject", "name") and sum(1 for cell in header if folded(cell)) > 1


def files_in(paths: Sequence[Path], found: Findings) -> list[tuple[Path, str]]:
    """Each file with the name its findings carry: short where that is clear."""
    files: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith((".", "~$")))
            for one in inside:
                if one.suffix.lower() in FILES:
                    files.append((one, str(one.relative_to(path))))
                else:
                    found.note("file.skipped", Place(file=str(one.relative_to(path))))
        elif path.exists():
            files.append((path, path.name))
        else:
            found.add("file.missing", Place(file=str(path)))
    if not files and not found.blocked:
        found.add("file.nothing", Place(file=", ".join(map(str, paths))))
    labels = [label for _, label in files]
    return [(path, label if labels.count(label) == 1 else str(path)) for path, label in files]


def blocks_of(path: Path, label: str, limits: Limits, found: Findings, known: Known) -> Iterator[Block]:
    """What the file holds, by its first bytes rather than by its name."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        ending = path.suffix.lower()
        if start[:4] == b"PAR1" or ending in PARQUET_FILES:
            yield from _parquet(path, label, found, known)
        elif start[:4] == b"PK\x03\x04" or start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or ending in workbooks.KINDS:
            yield from _workbook(path, label, limits, found, known)
        elif ending in TEXT_FILES:
            yield from _text(path, label, found, known)
        else:
            found.add("file.kind", Place(file=label), known=" ".join(FILES))
    except OSError as failed:
        found.add("file.unreadable", Place(file=label), reason=failed.strerror or "")


# ---- text files ------------------------------------------------------------------------------------------------------


def _text(path: Path, label: str, found: Findings, known: Known) -> Iterator[Block]:
    data = path.read_bytes()
    try:
        data = _utf8(data)
    except UnicodeDecodeError as failed:
        row = data[: failed.start].count(b"\n") + 1
        found.add("csv.encoding", Place(file=label, row=row), at=failed.start + 1)
        return
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    lines = io.BytesIO(data)
    blank = 0
    while (line := lines.readline()) and not line.strip(b' \t\r\n,;"'):
        blank += 1
    if not line:
        found.add("facts.empty", Place(file=label))
        return
    try:
        delimiter, header, body = _header(data[lines.tell() - len(line) :], known)
        block = _table(data[len(data) - body :], label, delimiter, header, blank + 1, found)
    except (csv.Error, pa.ArrowInvalid) as failed:
        found.add("csv.garbled", Place(file=label, row=_open_quote(data)), reason=str(failed)[:120])
        return
    if not recognises(header):
        found.add("facts.header", block.head(), header=" | ".join(header)[:120])
        return
    yield block


def _utf8(data: bytes) -> bytes:
    """The text as UTF-8, from UTF-8, UTF-16 or GB18030; ends with UnicodeDecodeError where none of them fits."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8").encode()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").encode()
    start = data[:4096]
    if b"\0" in start:
        # a comma or line end is one zero byte in UTF-16; on which side it stands tells the order
        little = start[1::2].count(0) >= start[0::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as not_utf8:
        try:
            return data.decode("gb18030").encode()
        except UnicodeDecodeError as not_gb:
            # whichever got further is what the file was meant to be
            raise max(not_utf8, not_gb, key=lambda failed: failed.start) from None
    return data


def _header(data: bytes, known: Known) -> tuple[str, list[str], int]:
    """Delimiter, header cells, and how many bytes stand after them: the reading that knows most headers wins."""
    readings = []
    for delimiter in ",\t;":
        taken = io.BytesIO(data)
        lines = (line.decode() for line in iter(taken.readline, b""))
        cells = next(csv.reader(lines, delimiter=delimiter))
        readings.append((sum(map(known, cells)), len(cells), delimiter, cells, len(data) - taken.tell()))
    # max keeps the first of equals: in doubt it is a comma
    return max(readings, key=lambda reading: reading[:2])[2:]


def _table(data: bytes, label: str, delimiter: str, header: list[str], header_row: int, found: Findings) -> Block:
    """The rows under the header. A row of another width is a finding, and is left out."""
    width = len(header)
    if data.count(b'"') % 2:
        # an opened quote would quietly swallow the rest of the file as one remark
        for _ in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True):
            pass
    skipped: list[int] = []

    def ragged(row: arrow_csv.InvalidRow) -> str:
        skipped.append(row.number)
        place = Place(file=label, row=header_row + row.number)
        found.add("csv.width", place, cells=row.actual_columns, expected=row.expected_columns)
        return "skip"

    columns = [f"{number}" for number in range(width)]
    if not data.strip():
        return Block(label, "", header, [pa.array([], pa.string())] * width, np.empty(0, np.int64), {}, header_row)
    table = arrow_csv.read_csv(
        io.BytesIO(data),
        # one thread, since only then does a ragged row know its number; a block must hold the longest record
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=columns, block_size=1 << 26),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=ragged
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False, null_values=[]
        ),
    )
    rows = np.arange(1, len(table) + len(skipped) + 1)
    rows = np.delete(rows, np.array(skipped, np.int64) - 1) if skipped else rows
    return Block(label, "", header, table.columns, rows + header_row, {}, header_row)


def _open_quote(data: bytes) -> int:
    """The line where the last record began that the reader could follow."""
    begun = 1
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    try:
        for _ in reader:
            begun = reader.line_num + 1
    except csv.Error:
        return begun
    return 0


# ---- workbooks -------------------------------------------------------------------------------------------------------


def _workbook(path: Path, label: str, limits: Limits, found: Findings, known: Known) -> Iterator[Block]:
    try:
        sheets = workbooks.read_workbook(path, limits)
    except NotValid as refused:
        for one in refused.findings:
            found.add(one.code, Place(label, one.place.sheet, one.place.row, one.place.column), **one.figures)
        return
    others = []
    any_known = False
    for sheet in sheets:
        block = _sheet(sheet, label)
        if block is None or not recognises(block.header):
            others.append(Place(label, sheet.name, 0 if block is None else block.header_row))
            continue
        any_known = True
        if sheet.hidden:
            found.add("facts.hidden_sheet", Place(label, sheet.name))
        else:
            yield block
    for place in others:
        if any_known:
            found.note("facts.other_sheet", place)
        else:
            found.add("facts.no_sheet", place)
    if not sheets:
        found.add("facts.empty", Place(file=label))


def _sheet(sheet: Sheet, label: str) -> Block | None:
    filled = (number for number, cells in enumerate(sheet.rows) if any(map(_shown, cells)))
    first = next(filled, None)
    if first is None:
        return None
    body = sheet.rows[first + 1 :]
    width = max(len(cells) for cells in sheet.rows[first:])
    header = [_shown(cell) for cell in sheet.rows[first]]
    header += [""] * (width - len(header))
    odd: dict[int, dict[int, Odd]] = {}
    columns = []
    for column in range(width):
        cells = [row[column] if column < len(row) else None for row in body]
        cells_odd = {at: cell for at, cell in enumerate(cells) if isinstance(cell, Odd)}
        if cells_odd:
            odd[column] = cells_odd
        columns.append(pa.array([_shown(cell) for cell in cells], pa.string()))
    rows = np.arange(first + 2, first + 2 + len(body))
    return Block(label, sheet.name, header, columns, rows, odd, first + 1)


def _shown(cell: workbooks.Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        # far exponents stay short: written out they could be hundreds of digits long, and are refused anyway
        return format(cell, "f") if abs(cell.adjusted()) < 40 else str(cell)
    if isinstance(cell, Odd):
        return cell.text or "="
    return cell


# ---- Parquet ---------------------------------------------------------------------------------------------------------


def _parquet(path: Path, label: str, found: Findings, known: Known) -> Iterator[Block]:
    try:
        schema = parquet.read_schema(path)
        header = list(schema.names)
        if not recognises(header):
            found.add("facts.header", Place(file=label), header=" | ".join(header)[:120])
            return
        keys = [one.name for one in schema if role(one.name) in KEYS and pa.types.is_string(one.type)]
        wanted = [name for name in header if role(name) != "name"]
        table = parquet.read_table(path, columns=wanted, read_dictionary=keys, partitioning=None)
    except (pa.ArrowException, OSError, ValueError) as failed:
        found.add("parquet.garbled", Place(file=label), reason=str(failed).splitlines()[0][:120])
        return
    yield Block(label, "", table.column_names, table.columns)
