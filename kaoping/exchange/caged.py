"""The program inside the cage: reads one workbook from standard input and prints its cells as JSON lines.

`workbooks` starts this file by its path in an isolated interpreter, so it must import nothing but the standard library
and python-calamine, which it loads only after it has taken the limits on itself. Calamine reads the values; it hands
out error cells, formulas without a stored result and percentages as if they were blanks or bare numbers, so one
streaming pass over the XML finds those first, and stops at the first cell that stands outside the limits, before
anything lays out memory for the empty rectangle around it.

Lines: {"sheet", "hidden"} opens a sheet, then one array of cells a row from row 1; {"refused", "figures"} ends all.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

Marks = dict[tuple[int, int], tuple[str, str]]  # (row, column) from 1 -> (kind, text)
PERCENT_FORMATS = {"9", "10"}  # built in: 0% and 0.00%


class Refused(Exception):
    """The workbook may not be read: a code and its figures."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures


class Bounds:
    """Counts what all sheets together hold and refuses by position, never trusting a declared dimension."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.limits, self.cells, self.characters = limits, 0, 0

    def cell(self, sheet: str, row: int, column: int, times: int = 1) -> None:
        if row > self.limits["rows"]:
            raise Refused("workbook.rows", sheet=sheet, row=row, most=self.limits["rows"])
        if column > self.limits["columns"]:
            raise Refused("workbook.columns", sheet=sheet, column=column, most=self.limits["columns"])
        self.cells += times
        if self.cells > self.limits["cells"]:
            raise Refused("workbook.cells", sheet=sheet, most=self.limits["cells"])

    def text(self, sheet: str, length: int) -> None:
        # one shared string can stand in half a million cells, so what goes out is counted too
        self.characters += length
        if length > self.limits["cell_text"] or self.characters > self.limits["texts"]:
            raise Refused("workbook.text", sheet=sheet, most=self.limits["cell_text"])


def take_limits(limits: dict[str, int]) -> None:
    """Binds this process before it touches the file."""
    try:
        import resource
    except ImportError:  # Windows has none of these; the parent's clock still ends the process
        return
    wanted = [
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ]
    for kind, most in wanted:
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            if sys.platform == "linux":  # elsewhere some of these exist only in name
                raise


# ---- the pass over the XML -------------------------------------------------------------------------------------------


def parse(xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None = None,
          text: Callable[[str], None] | None = None) -> None:  # fmt: skip
    """Feeds element and attribute names without their namespace prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Refused("workbook.doctype", member="")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parser.Parse(xml, True)


def attribute(attributes: dict[str, str], wanted: str) -> str:
    for name, value in attributes.items():
        if name.rpartition(":")[2] == wanted:
            return value
    return ""


def excel_sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> member of the archive."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            linked = [value for key, value in attributes.items() if key.endswith(":id")]
            sheets[attributes["name"]] = targets.get(linked[0] if linked else "", "")

    parse(book.read("xl/_rels/workbook.xml.rels"), relation)
    parse(book.read("xl/workbook.xml"), sheet)
    return sheets


def percent_styles(book: zipfile.ZipFile) -> set[str]:
    """The style numbers whose cells show a hundred times what they hold."""
    if "xl/styles.xml" not in book.namelist():
        return set()
    formats = set(PERCENT_FORMATS)
    found: set[str] = set()
    inside = [False, 0]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.', "", attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            if attributes.get("numFmtId") in formats:
                found.add(str(inside[1]))
            inside[1] += 1

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    parse(book.read("xl/styles.xml"), start, end)
    return found


class ExcelPass:
    """One worksheet: where its cells stand, and which of them calamine would pass off as something else."""

    def __init__(self, sheet: str, percent: set[str], bounds: Bounds) -> None:
        self.sheet, self.percent, self.bounds = sheet, percent, bounds
        self.marks: Marks = {}
        self.columns: dict[str, int] = {}
        self.row = self.column = 0
        self.kind = self.style = ""
        self.formula = self.inline = self.in_value = False
        self.value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self.column = self.at(place) if place else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula = self.inline = False
            self.value = []
        elif name == "v":
            self.in_value = True
        elif name == "f":
            self.formula = True
        elif name == "is":
            self.inline = True
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0

    def at(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        self.row = int(place[len(letters) :])
        if letters not in self.columns:
            number = 0
            for letter in letters.upper()[:8]:
                number = number * 26 + ord(letter) - 64
            self.columns[letters] = number
        return self.columns[letters]

    def text(self, text: str) -> None:
        if self.in_value:
            self.value.append(text)

    def end(self, name: str) -> None:
        if name == "v":
            self.in_value = False
        elif name == "c" and (self.value or self.formula or self.inline):
            self.bounds.cell(self.sheet, self.row, self.column)
            if self.kind == "e":
                self.mark("error", "".join(self.value))
            elif self.formula and not self.value and self.kind != "str":
                self.mark("formula", "")
            elif self.kind == "n" and self.style in self.percent:
                self.mark("percent", "".join(self.value))

    def mark(self, kind: str, text: str) -> None:
        self.marks[self.row, self.column] = (kind, text)


class OdsPass:
    """All tables of a content.xml. Rows and cells may be repeated by a number, which is where bombs hide."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.marks: dict[str, Marks] = {}
        self.sheet = ""
        self.row = self.column = self.rows = self.width = self.filled = 0
        self.kind = self.shown = ""
        self.cell: tuple[int, str, str] | None = None  # how often, kind of mark, its text
        self.words = False
        self.waiting: list[tuple[int, int, str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table" and not self.sheet:
            self.sheet = attribute(attributes, "name") or "?"
            self.marks[self.sheet] = {}
            self.row = 0
        elif name == "table-row":
            self.rows = max(1, int(attribute(attributes, "number-rows-repeated") or 1))
            self.column = self.width = self.filled = 0
            self.waiting = []
        elif name in {"table-cell", "covered-table-cell"}:
            self.open(attributes)
        elif name == "p" and self.cell:
            self.words = True

    def open(self, attributes: dict[str, str]) -> None:
        types = [value for key, value in attributes.items() if key.endswith(":value-type")]
        times = max(1, int(attribute(attributes, "number-columns-repeated") or 1))
        self.words, self.shown = bool(types), ""
        kind = ""
        if "error" in types:
            kind = "error"
        elif "percentage" in types:
            kind, self.shown = "percent", attribute(attributes, "value")
        elif attribute(attributes, "formula") and not types:
            kind, self.words = "formula", True
        self.cell = (times, kind, self.shown)

    def text(self, text: str) -> None:
        if self.cell and self.cell[1] == "error":
            self.shown += text.strip()

    def end(self, name: str) -> None:
        if name in {"table-cell", "covered-table-cell"} and self.cell:
            times, kind, _ = self.cell
            if self.words:
                self.width, self.filled = self.column + times, self.filled + times
                if kind:
                    self.waiting.append((self.column, times, kind, self.shown))
            self.column += times
            self.cell = None
        elif name == "table-row":
            self.close_row()
        elif name == "table":
            self.sheet = ""

    def close_row(self) -> None:
        if self.filled:
            self.bounds.cell(self.sheet, self.row + self.rows, self.width, self.filled * self.rows)
            for column, times, kind, shown in self.waiting:
                for row in range(self.row + 1, self.row + self.rows + 1):
                    for here in range(column + 1, column + times + 1):
                        self.marks[self.sheet][row, here] = (kind, shown)
        self.row += self.rows


def marks_of(data: bytes, bounds: Bounds) -> dict[str, Marks]:
    """What needs marking, sheet by sheet; refuses what stands outside the bounds."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if "xl/workbook.xml" not in book.namelist():
            ods = OdsPass(bounds)
            parse(book.read("content.xml"), ods.start, ods.end, ods.text)
            return ods.marks
        percent = percent_styles(book)
        found: dict[str, Marks] = {}
        for sheet, member in excel_sheets(book).items():
            one = ExcelPass(sheet, percent, bounds)
            if "chartsheet" not in member:
                parse(book.read(member), one.start, one.end, one.text)
            found[sheet] = one.marks
        return found


# ---- the cells -------------------------------------------------------------------------------------------------------


def written(cell: Any) -> Any:
    """A cell as JSON: null, text, ["n", digits] or [kind, text]."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return ["boolean", "TRUE" if cell else "FALSE"]
    if isinstance(cell, int | float):
        return ["n", repr(cell).removesuffix(".0")]
    if isinstance(cell, datetime | date | time):
        return ["date", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["date", str(cell)]
    return None if cell is None else str(cell)


def lines(data: bytes, limits: dict[str, int]) -> Any:
    bounds = Bounds(limits)
    marks = marks_of(data, bounds)
    import python_calamine

    book = python_calamine.load_workbook(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        yield {"sheet": about.name, "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible}
        yield from rows(book.get_sheet_by_name(about.name), marks.get(about.name, {}), bounds)


def rows(sheet: Any, marks: Marks, bounds: Bounds) -> Any:
    left = sheet.start[1] if sheet.start else 0
    bottom, right = sheet.end or (0, 0)
    # calamine and expat may disagree about a strange file: the limits hold for what calamine saw, too
    bounds.cell(sheet.name, bottom + 1, right + 1, 0)
    by_row: dict[int, list[tuple[int, str, str]]] = {}
    for (row, column), (kind, text) in marks.items():
        by_row.setdefault(row, []).append((column, kind, text))
    # row by row: a text that a thousand cells share becomes a new one each time it is handed out
    found = sheet.iter_rows() if sheet.start else iter(())  # from row 1, but from the first filled column
    for number in range(1, max([bottom + 1 if sheet.start else 0, *by_row]) + 1):
        cells = [None] * left + [written(cell) for cell in next(found, ())]
        for column, kind, text in by_row.get(number, ()):
            cells += [None] * (column - len(cells))
            cells[column - 1] = [kind, plain(text) if kind == "percent" else text]
        while cells and cells[-1] is None:
            cells.pop()
        for cell in cells:
            if cell is not None:
                bounds.text(sheet.name, len(cell if isinstance(cell, str) else cell[1]))
        yield cells


def plain(text: str) -> str:
    """The stored number of a percentage the way calamine would have given it."""
    return repr(float(text)).removesuffix(".0")


def main() -> None:
    limits = json.loads(sys.argv[1])
    take_limits(limits)
    out = sys.stdout
    try:
        data = sys.stdin.buffer.read()
        for line in lines(data, limits):
            out.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")
    except Refused as refused:
        out.write("\n" + json.dumps({"refused": refused.code, "figures": refused.figures}) + "\n")
    except MemoryError:
        figures = {"most_mib": limits["memory"] >> 20}
        out.write("\n" + json.dumps({"refused": "workbook.exhausted", "figures": figures}) + "\n")
    except BaseException:  # a panic inside calamine is no Exception; whatever it was, the file is to blame
        out.write('\n{"refused": "workbook.garbled", "figures": {}}\n')
    else:
        out.write('{"done": true}\n')
    out.flush()


if __name__ == "__main__":
    main()
