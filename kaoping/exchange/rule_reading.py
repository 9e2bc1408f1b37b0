"""Reading the Excel rule sheet as an office returns it: rows moved in, columns shifted, figures typed full-width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from kaoping.core.refusals import Finding, NotValid, Place, require
from kaoping.exchange import yaml_text
from kaoping.exchange.rule_columns import (
    ACCOUNT,
    EXTRA,
    EXTRA_COLUMNS,
    FRONT,
    FRONT_COLUMNS,
    FRONT_ROWS,
    LEVELS,
    LONG_TEXT,
    MACHINE,
    NUMBER_COLUMN,
    OFFICE,
    QUOTA,
    QUOTA_COLUMNS,
    QUOTA_KINDS,
    RECORDS,
    REMARKS,
    RULES,
    SHEETS,
    TABLE_COLUMNS,
    TABLES,
    Column,
    level_columns,
    raw_text,
    text_of,
    value_of,
)
from kaoping.exchange.workbooks import Cell, Limits, Odd, read_workbook
from kaoping.exchange.yaml_text import Listed, Mapped

#: A plan is its owner's file and may be large; for uploads pass `workbooks.LIMITS`.
LIMITS = Limits(
    file_bytes=64 << 20,
    member_bytes=256 << 20,
    total_bytes=512 << 20,
    rows=250_000,
    cells=3_000_000,
    texts=256 << 20,
    memory=2 << 30,
    cpu_seconds=60,
    wall_seconds=120,
)


def read_rule_sheet(path: Path | str, limits: Limits = LIMITS) -> Mapping[str, object]:
    """The plan in a workbook as plain data for `plan.parse`; every part knows its sheet, row and column.

    Refuses unknown sheets and columns, a header given twice, rows without a name or with two, skipped levels, cells
    that hold an error or a date, short YAML that is none. Blank rows, moved columns and a title row are fine.
    """
    path = Path(path)
    reader = _SheetReader(path.name)
    try:
        sheets = read_workbook(path, limits)
    except OSError as refused:
        place = Place(file=path.name)
        raise NotValid([Finding("plan.unreadable_file", place, {"reason": refused.strerror or ""})]) from None
    for sheet in sheets:
        reader.take(sheet.name, sheet.rows)
    data = reader.plan()
    require(reader.findings)
    return data


def _header(cell: object) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) else ""


@dataclass
class _Found:
    """A sheet as rows of cells by header."""

    place: Place
    columns: dict[str, Column]
    rows: list[tuple[int, dict[str, object]]]

    def spots(self) -> dict[str, str]:
        """Headers by the plan's keys."""
        return {c.key: header for header, c in self.columns.items() if c.key and c.key != "*"}


def _known_columns(name: str) -> tuple[dict[str, Column], tuple[str, ...]]:
    """The columns a sheet may have, and those it must have."""
    needed: tuple[str, ...]
    if name in (RULES, EXTRA):
        levels = [*([Column(ACCOUNT, kind="level")] if name == EXTRA else []), *level_columns(len(LEVELS))]
        extra = EXTRA_COLUMNS if name == EXTRA else ()
        known = [NUMBER_COLUMN, *levels, *extra, *OFFICE, *MACHINE]
        needed = ("编码", ACCOUNT, LEVELS[0]) if name == EXTRA else ("编码", LEVELS[0])
    elif name in RECORDS:
        known, needed = [NUMBER_COLUMN, *RECORDS[name][1]], ("编码", "名称")
    elif name in TABLES:
        known, needed = [NUMBER_COLUMN, *TABLE_COLUMNS], ("编码", "名称")
    elif name == QUOTA:
        known, needed = [NUMBER_COLUMN, *QUOTA_COLUMNS], tuple(c.header for c in QUOTA_COLUMNS)
    else:
        known, needed = [NUMBER_COLUMN, *FRONT_COLUMNS], ("项目", "内容")
    return {c.header: c for c in known}, needed


class _SheetReader:
    """Takes the sheets of one workbook and builds the plan's data from them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.found: dict[str, _Found] = {}
        self.long: dict[str, str] = {}

    def note(self, code: str, place: Place, **figures: object) -> None:
        self.findings.append(Finding(code, place, figures))

    # -- sheets

    def take(self, name: str, rows: Sequence[Sequence[Cell]]) -> None:
        """One sheet. Blank ones and remarks are passed over."""
        place, name = Place(file=self.file, sheet=name), name.strip()
        if name.startswith(REMARKS) or not any(x is not None for row in rows for x in row):
            return
        if name == LONG_TEXT:
            for row in rows:
                if len(row) > 1 and row[0] is not None:
                    number = text_of(row[0])
                    self.long[number] = self.long.get(number, "") + ("" if row[1] is None else raw_text(row[1]))
        elif name not in SHEETS:
            self.note("plan.sheet_unknown", place, sheet=name, known=list(SHEETS))
        else:
            self._columns(name, place, rows)

    def _columns(self, name: str, place: Place, rows: Sequence[Sequence[Cell]]) -> None:
        known, needed = _known_columns(name)
        counts = [sum(_header(x) in known for x in row) for row in rows[:20]]
        at = counts.index(max(counts))
        if counts[at] < 2:
            self.note("plan.sheet_no_header", place, columns=list(needed))
            return
        place = replace(place, row=at + 1)
        columns: dict[str, Column] = {}
        where: dict[int, str] = {}
        for i, cell in enumerate(rows[at]):
            header = _header(cell)
            if header in columns:
                self.note("plan.sheet_column_twice", replace(place, column=header), header=header)
            elif header in known:
                columns[header], where[i] = known[header], header
            elif cell is not None:
                self.note("plan.sheet_unknown_column", replace(place, column=str(cell)), header=str(cell)[:80])
        if lacking := [header for header in needed if header not in columns]:
            self.note("plan.sheet_missing_column", place, columns=lacking)
            return
        kept: list[tuple[int, dict[str, object]]] = []
        for number, row in enumerate(rows[at + 1 :], at + 2):
            cells: dict[str, object] = {
                where.get(i, ""): x for i, x in enumerate(row) if x is not None and str(x).strip()
            }
            if "" in cells:
                del cells[""]
                self.note("plan.sheet_no_column", replace(place, row=number))
            if cells:
                kept.append((number, cells))
        self.found[name] = _Found(place, columns, kept)

    # -- cells

    def _read(self, found: _Found, number: int, cells: Mapping[str, object], skip: Iterable[str] = ()) -> Mapped:
        """A row as a record."""
        here = replace(found.place, row=number)
        record = Mapped(here, found.spots())
        for header, cell in cells.items():
            column = found.columns[header]
            if not column.key or header in skip:
                continue
            value = self._cell(column.kind, column.words, cell, replace(here, column=header))
            if column.key == "*":
                self._rest(record, value, replace(here, column=header))
            elif value is not None:
                record[column.key] = value
        return record

    def _cell(self, kind: str, words: Mapping[str, str], cell: object, place: Place) -> object:
        if isinstance(cell, Odd) and cell.kind == "percent" and place.column.endswith("(%)"):
            cell = Decimal(cell.text) * 100
        if not isinstance(cell, str | Decimal):
            kind, text = (cell.kind, cell.text) if isinstance(cell, Odd) else ("", "")
            self.note("plan.cell_unusable", place, value=text[:80], kind=kind)
            return None
        if isinstance(cell, str) and (long := re.fullmatch(r"见长内容 (\d+)", cell.strip())):
            if long[1] not in self.long:
                self.note("plan.sheet_long_missing", place, number=long[1], sheet=LONG_TEXT)
                return None
            cell = self.long[long[1]]
        try:
            return value_of(kind, words, cell)
        except NotValid as refused:
            self.findings += yaml_text.attach(refused.findings, place)
            return None

    def _rest(self, record: Mapped, value: object, place: Place) -> None:
        """What 其他 says, each key as if it had a column of its own."""
        if value is None:
            return
        if not isinstance(value, dict):
            self.note("plan.not_a_mapping", place)
            return
        for key, one in value.items():
            if key in record or key in ("children", "name"):
                self.note("plan.sheet_key_twice", place, key=key)
            else:
                record[key], record.spots[key] = one, place

    # -- the plan

    def plan(self) -> Mapped:
        """The plan's data. Refuses a workbook without one of the three sheets that every plan has."""
        lost = [name for name in (FRONT, RULES, "考核对象") if name not in self.found]
        lost = [name for name in lost if not any(x.place.sheet.strip() == name for x in self.findings)]
        if lost:
            self.note("plan.sheet_missing", Place(file=self.file), sheets=lost)
        require(self.findings)
        root = self._front(self.found[FRONT])
        tree = _below(root, "tree")
        tree.here = root.spots["tree"] = self.found[RULES].place
        children = self._tree(self.found[RULES], LEVELS)
        if children:
            tree["children"], tree.spots["children"] = children, children.here
        if EXTRA in self.found:
            accounts = self._tree(self.found[EXTRA], (ACCOUNT, *LEVELS))
            for account in accounts:
                assert isinstance(account, Mapped)
                account.setdefault("children", [])
            root["accounts"], root.spots["accounts"] = accounts, accounts.here
        for name, (key, _) in RECORDS.items():
            if name in self.found:
                self._records(root, key, self.found[name])
        for name, key in TABLES.items():
            if name in self.found:
                self._table(_below(root, key), self.found[name])
        if QUOTA in self.found:
            self._quota(_below(root, "quota"), self.found[QUOTA])
        if "quota" in root:
            _below(_below(root, "quota"), "by_grade")
        return root

    def _front(self, found: _Found) -> Mapped:
        labels = {_header(label): key for label, key, _, _ in FRONT_ROWS}
        kinds = {key: (kind, words) for _, key, kind, words in FRONT_ROWS}
        root = Mapped(replace(found.place, row=0))
        seen: set[str] = set()
        for number, cells in found.rows:
            here = replace(found.place, row=number, column="内容")
            said = text_of(cells["键"]) if "键" in cells else labels.get(_header(cells.get("项目")), "")
            if said not in kinds:
                named = str(cells.get("键", cells.get("项目", "")))
                self.note("plan.sheet_unknown_row", here, name=named[:80], known=list(labels))
                continue
            if said in seen:
                self.note("plan.sheet_row_twice", here, name=said)
            seen.add(said)
            *above, key = said.split(".")
            if above and above != ["tree"] and "内容" not in cells:
                continue  # a blank row makes no quota
            record = _below(root, above[0]) if above else root
            record.spots[key] = here
            if "内容" not in cells:
                continue
            value = self._cell(*kinds[said], cells["内容"], here)
            if key == "*":
                self._rest(record, value, here)
            elif value is not None:
                record[key] = value
        return root

    def _tree(self, found: _Found, levels: Sequence[str]) -> Listed:
        """Rows as nodes, each below the last row of the level above."""
        top = Listed(found.place)
        open_: list[Mapped] = []
        for number, cells in found.rows:
            here = replace(found.place, row=number)
            named = [header for header in levels if header in cells]
            if len(named) != 1:
                if named:
                    self.note("plan.sheet_two_names", replace(here, column=named[-1]), columns=named)
                elif any(found.columns[header].kind != "shown" for header in cells):
                    self.note("plan.sheet_no_name", here, columns=[h for h in levels if h in found.columns])
                continue
            level = levels.index(named[0])
            if level > len(open_):
                self.note("plan.sheet_level_skipped", replace(here, column=named[0]), above=levels[len(open_)])
                continue
            node = self._read(found, number, cells)
            node.spots["name"] = named[0]
            name = self._cell("text", {}, cells[named[0]], replace(here, column=named[0]))
            if name is not None:
                node["name"] = name
            del open_[level:]
            siblings = open_[-1].setdefault("children", Listed(here)) if open_ else top
            assert isinstance(siblings, Listed)
            siblings.append(node)
            open_.append(node)
        return top

    def _records(self, root: Mapped, key: str, found: _Found) -> None:
        *above, last = key.split(".")
        record = _below(root, above[0]) if above else root
        rows = Listed(replace(found.place, row=0))
        rows.extend(self._read(found, number, cells) for number, cells in found.rows)
        record[last], record.spots[last] = rows, rows.here

    def _table(self, table: Mapped, found: _Found) -> None:
        for number, cells in found.rows:
            self._entry(table, self._read(found, number, cells), "id", "name")

    def _entry(self, table: Mapped, row: Mapped, key: str, value: str) -> None:
        """One name and what stands beside it."""
        for one in (key, value):
            if one not in row:
                self.note("plan.missing_key", replace(row.here, column=str(row.spots[one])), key=one)
                return
        name = str(row[key])
        if name in table:
            self.note("plan.sheet_row_twice", replace(row.here, column=str(row.spots[key])), name=name)
        table[name], table.spots[name] = row[value], replace(row.here, column=str(row.spots[value]))

    def _quota(self, quota: Mapped, found: _Found) -> None:
        for number, cells in found.rows:
            row = self._read(found, number, cells)
            if row.get("kind") not in QUOTA_KINDS:
                options = list(QUOTA_KINDS.values())
                text = str(row.get("kind", ""))[:80]
                self.note("plan.not_a_choice", replace(row.here, column="类型"), text=text, options=options)
                continue
            self._entry(_below(quota, str(row["kind"])), row, "name", "share")


def _below(record: Mapped, key: str) -> Mapped:
    """The mapping under a key, made if it is not there."""
    made = record.setdefault(key, Mapped(record.here))
    assert isinstance(made, Mapped)
    return made
