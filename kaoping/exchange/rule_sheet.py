"""The Excel rule sheet (考评细则): a plan in the columns that offices use, written and read back without loss.

Every node is a row, its name in the column of its level. The columns to the right of 备注 are the engine's own; what
has no column stands in 其他 as short YAML. Headers, not positions, say what a column is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from kaoping.base import rules
from kaoping.core import plan as plans
from kaoping.core.plan import Plan
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
    MAX_CELL,
    NUMBER_COLUMN,
    OFFICE,
    QUOTA,
    QUOTA_COLUMNS,
    QUOTA_KINDS,
    RECORDS,
    RULES,
    TABLE_COLUMNS,
    TABLES,
    Column,
    cell_of,
    keeps,
    level_columns,
    text_cell,
)
from kaoping.exchange.rule_reading import read_rule_sheet

__all__ = ["read_rule_sheet", "write_rule_sheet"]


def write_rule_sheet(plan: Plan, path: Path | str, lang: str = "zh") -> None:
    """Write a plan as a workbook. `lang` is the language of the generated sentences in 计分办法."""
    data = yaml_text.without_nulls(plans.unparse(plan))
    assert isinstance(data, dict)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": plan.name[:200], "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - fixed
        writer = _Writer(book, plan, lang)
        writer.rules(data)
        writer.front(data)
        writer.records(data)
        writer.tables(data)
        writer.long_texts()


Row = tuple[dict[str, object], bool]  # cells by header, and whether the row heads a group


class _Writer:
    """Writes sheets in order, each row once."""

    def __init__(self, book: Any, plan: Plan, lang: str) -> None:
        self.book, self.plan, self.lang = book, plan, lang
        self.lines = {line.path: line for line in plan.lines}
        self.long: list[str] = []
        self.formats: dict[tuple[object, ...], Any] = {}

    def rules(self, data: Mapping[str, Any]) -> None:
        """The rule sheet, and that of bonuses and deductions."""
        depth = max((line.depth for line in self.plan.lines if line.account is None), default=0)
        columns = [NUMBER_COLUMN, *level_columns(max(3, depth)), *OFFICE, *MACHINE]
        rows: list[Row] = []
        self._nodes(data["tree"].get("children", ()), "tree", 1, "", rows)
        self.sheet(RULES, columns, rows)
        accounts = data.get("accounts", ())
        if not accounts:
            return
        depth = max((line.depth + 1 for line in self.plan.lines if line.account is not None), default=0)
        office = [*EXTRA_COLUMNS, *OFFICE]
        columns = [
            NUMBER_COLUMN,
            Column(ACCOUNT, kind="level", width=18),
            *level_columns(max(1, depth)),
            *office,
            *MACHINE,
        ]
        rows = []
        for i, account in enumerate(accounts):
            cells = self._cells([*EXTRA_COLUMNS, *OFFICE, *MACHINE], account)
            rows.append(({"序号": str(i + 1), ACCOUNT: text_cell(account["name"]), **cells}, True))
            self._nodes(account["children"], f"accounts[{i}]", 1, f"{i + 1}.", rows)
        self.sheet(EXTRA, columns, rows)

    def _nodes(self, nodes: Sequence[Mapping[str, Any]], above: str, level: int, number: str, rows: list[Row]) -> None:
        for i, node in enumerate(nodes):
            path = f"{above}.children[{i}]"
            line = self.lines[path]
            shown: dict[str, object] = {
                "序号": f"{number}{i + 1}",
                LEVELS[level - 1]: text_cell(node["name"]),
            }
            if line.node.is_leaf:
                text = rules.rule_text(self.plan, line, self.lang)
                shown |= {"计分办法": text_cell(text)} if text else {}
                shown |= {"目标": line.node.values["target"]} if "target" in line.node.values else {}
                defaults = {key: getattr(line.node, key) for key in ("direction", "missing", "compare")}
                node = {**node, **defaults}
            rows.append(({**shown, **self._cells([*OFFICE, *MACHINE], node)}, not line.node.is_leaf))
            self._nodes(node.get("children", ()), path, level + 1, f"{number}{i + 1}.", rows)

    def _cells(self, columns: Iterable[Column], record: Mapping[str, Any]) -> dict[str, object]:
        """The cells of a record; what has no column goes to 其他."""
        columns = [c for c in columns if c.key]
        cells = {c.header: cell_of(c, record[c.key]) for c in columns if c.key in record}
        known = {c.key for c in columns} | {"name", "children"}
        rest = {k: v for k, v in record.items() if k not in known}
        return cells | ({"其他": yaml_text.flow(rest)} if rest else {})

    def front(self, data: Mapping[str, Any]) -> None:
        """The sheet of all that is one value for the plan."""
        flat = {k: v for k, v in data.items() if not isinstance(v, dict | list)}
        flat |= {"edition": self.plan.edition, "combine": self.plan.combine, "scale": self.plan.scale}
        flat |= {f"rounding.{k}": getattr(self.plan.rounding, k) for k in ("value", "score", "node", "total")}
        flat["standing.group"] = self.plan.standing.group
        if self.plan.quota is not None:
            flat |= {"quota.cap": self.plan.quota.cap, "quota.rounding": self.plan.quota.rounding}
        tree = dict(data["tree"])
        tree.pop("children", None)
        flat |= {f"tree.{k}": tree.pop(k) for k in ("id", "name", "points") if k in tree}
        flat |= {"tree.*": tree} if tree else {}
        rows: list[Row] = []
        for label, key, kind, words in FRONT_ROWS:
            value = flat.get(key)
            content = None if value is None else cell_of(Column("", key, kind, words=words), value)
            rows.append(({"项目": label, "内容": content, "键": key}, False))
        self.sheet(FRONT, FRONT_COLUMNS, rows)

    def records(self, data: Mapping[str, Any]) -> None:
        """One sheet each for subjects, periods, elements, vetoes and grades, if there are any."""
        for sheet, (key, columns) in RECORDS.items():
            found: Any = data
            for step in key.split("."):
                found = found.get(step, {})
            if found or key == "subjects":
                rows = [({c.header: cell_of(c, x[c.key]) for c in columns if c.key in x}, False) for x in found]
                self.sheet(sheet, columns, rows)

    def tables(self, data: Mapping[str, Any]) -> None:
        """Categories, themes and the quota, if there are any."""
        for sheet, key in TABLES.items():
            if data.get(key):
                rows: list[Row] = [({"编码": text_cell(k), "名称": text_cell(v)}, False) for k, v in data[key].items()]
                self.sheet(sheet, TABLE_COLUMNS, rows)
        quota = data.get("quota", {})
        rows = [
            (
                {
                    "类型": word,
                    "名称": text_cell(name),
                    "比例(%)": cell_of(QUOTA_COLUMNS[2], share),
                },
                False,
            )
            for kind, word in QUOTA_KINDS.items()
            for name, share in quota.get(kind, {}).items()
        ]
        if rows:
            self.sheet(QUOTA, QUOTA_COLUMNS, rows)

    def long_texts(self) -> None:
        """What no cell can hold, cut into pieces."""
        if not self.long:
            return
        sheet = self.book.add_worksheet(LONG_TEXT)
        row = 0
        for number, text in enumerate(self.long, 1):
            for start in range(0, len(text), MAX_CELL):
                sheet.write_string(row, 0, str(number))
                sheet.write_string(row, 1, text[start : start + MAX_CELL])
                row += 1

    # -- looks

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """A sheet with title, headers and rows, ready to print."""
        sheet = self.book.add_worksheet(name)
        office = [c for c in columns if not c.machine]
        rows = list(rows)
        for i, column in enumerate(columns):
            unused = column.key == "weight" and not any(column.header in cells for cells, _ in rows)
            sheet.set_column(i, i, column.width, self._format(column, None, False), {"hidden": unused})
        sheet.freeze_panes(2, 0)
        title = self.plan.name if name in (RULES, FRONT) else f"{self.plan.name}\u3000{name}"
        looks = {"bold": True, "font_size": 16, "font_name": "黑体", "align": "center", "valign": "vcenter"}
        sheet.set_row(0, 34)
        sheet.merge_range(0, 0, 0, len(office) - 1, title[:200], self._made(("title",), looks))
        sheet.set_row(1, 30)
        for i, column in enumerate(columns):
            sheet.write_string(1, i, column.header, self._header(column.machine))
        row = 1
        for row, (cells, heads) in enumerate(rows, 2):
            lines = max((_lines(str(cells.get(c.header, "")), c.width) for c in office), default=1)
            sheet.set_row(row, max(18, min(15 * lines + 3, 400)))
            for i, column in enumerate(columns):
                self._write(sheet, row, i, column, cells.get(column.header), heads)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.print_area(0, 0, row, len(office) - 1)
        sheet.set_footer("&C第 &P 页,共 &N 页")

    def _write(self, sheet: Any, row: int, i: int, column: Column, value: object, heads: bool) -> None:
        if value is None:
            sheet.write_blank(row, i, None, self._format(column, None, heads))
        elif isinstance(value, Decimal | int) and keeps(value):
            sheet.write_number(row, i, float(value), self._format(column, Decimal(value), heads))
        else:
            text = str(value)
            if len(text) > MAX_CELL:
                self.long.append(text)
                text = f"见长内容 {len(self.long)}"
            sheet.write_string(row, i, text, self._format(column, None, heads))

    def _header(self, machine: bool) -> Any:
        fill = "#E7E6E6" if machine else "#D9E2F3"
        looks = {"bold": True, "font_name": "黑体", "font_size": 10.5, "align": "center", "valign": "vcenter"}
        return self._made(("header", machine), {**looks, "border": 1, "bg_color": fill, "text_wrap": True})

    def _format(self, column: Column, number: Decimal | None, heads: bool) -> Any:
        exponent = number.as_tuple().exponent if number is not None else 0
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        form = "@" if number is None else f"0.{'0' * places}" if places else "0"
        if column.kind in ("number",) or column.header == "目标":
            align = "right"
        else:
            align = "center" if column.kind in ("choice",) or column.header in ("序号", "计量单位") else "left"
        if number is None and column.kind == "number":
            form = "General"
        looks: dict[str, object] = {"num_format": form, "align": align, "valign": "vcenter", "border": 1}
        looks |= {"font_name": "宋体", "font_size": 10.5, "text_wrap": not column.machine}
        looks |= {"bg_color": "#F5F8FD", "bold": True} if heads else {}
        return self._made((form, align, column.machine, heads), looks)

    def _made(self, key: tuple[object, ...], looks: Mapping[str, object]) -> Any:
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(looks))
        return self.formats[key]


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column: not every program finds the height of a row by itself."""
    parts = text.split("\n")
    return sum(-(-sum(2 if c > "\u2e7f" else 1 for c in part) // max(1, width - 1)) or 1 for part in parts)
