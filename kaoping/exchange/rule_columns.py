"""What the Excel rule sheet is made of: its sheets and columns, and what one cell says.

A text that a cell would not keep (leading blanks, control characters) stands in double quotes; a number that a
spreadsheet would not keep exactly stands as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kaoping.core.refusals import NotValid, Place
from kaoping.exchange import yaml_text

RULES, EXTRA, FRONT, LONG_TEXT, REMARKS = "考评细则", "加减分", "方案", "长内容", "说明"
LEVELS = tuple(f"{n}级指标" for n in (*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九"), "二十"))
ACCOUNT = "加减分项"
MAX_CELL = 32_000  # characters; Excel itself stops at 32 767
MAX_DIGITS = 15  # a longer number would not survive as a spreadsheet's number

DIRECTIONS = {"up": "正向", "down": "逆向"}
MISSING = {"block": "缺失停算", "zero": "计零分", "average": "取平均分", "impute": "以均值补", "drop": "不计入"}
SCOPES = {"category": "同类别", "group": "同组别", "all": "全部"}
COMBINES = {"sum": "求和", "mean": "加权平均", "geometric": "几何平均"}
KINDS = {"bonus": "加分", "deduction": "扣分"}
ROUNDINGS = {"half_up": "四舍五入", "up": "进一", "down": "舍去", "pool": "余数统筹"}
ACCUMULATIONS = {"latest": "取最新", "sum": "累计", "mean": "平均", "max": "最大", "min": "最小"}


@dataclass(frozen=True)
class Column:
    """A column: its header, the plan's key (none: only to be looked at), how its cells are written, its width."""

    header: str
    key: str = ""
    kind: str = "text"  # id, text, number, choice, names, flow; level; shown
    width: int = 12
    words: Mapping[str, str] = field(default_factory=dict)
    machine: bool = False


def level_columns(count: int) -> list[Column]:
    return [Column(header, kind="level", width=13) for header in LEVELS[:count]]


OFFICE = (
    Column("分值", "points", "number", 7),
    Column("权重", "weight", "number", 7),
    Column("计分办法", kind="shown", width=42),
    Column("目标", kind="shown", width=9),
    Column("计量单位", "unit", width=8),
    Column("方向", "direction", "choice", 6, DIRECTIONS),
    Column("数据来源", "source", width=12),
    Column("牵头单位", "lead_unit", width=12),
    Column("依据", "clause", width=11),
    Column("备注", "note", width=16),
)
MACHINE = (
    Column("编码", "id", "id", 12, machine=True),
    Column("方法", "method", width=16, machine=True),
    Column("参数", "params", "flow", 34, machine=True),
    Column("缺失处理", "missing", "choice", 10, MISSING, machine=True),
    Column("比较范围", "compare", "choice", 10, SCOPES, machine=True),
    Column("累计方式", "accumulate", "flow", 18, machine=True),
    Column("固定数值", "values", "flow", 18, machine=True),
    Column("取数公式", "formulas", "flow", 26, machine=True),
    Column("适用范围", "applies", "flow", 26, machine=True),
    Column("汇总方式", "combine", "choice", 10, COMBINES, machine=True),
    Column("其他", "*", "flow", 26, machine=True),
)
NUMBER_COLUMN = Column("序号", kind="shown", width=7)
EXTRA_COLUMNS = (Column("类型", "kind", "choice", 8, KINDS), Column("封顶", "cap", "number", 8))
ID, NAME = Column("编码", "id", "id", 14), Column("名称", "name", width=26)

RECORDS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "考核对象": (
        "subjects",
        (
            ID,
            NAME,
            Column("类别", "category", width=16),
            Column("组别", "group", width=24),
            Column("编制数(人)", "staff", "number", 12),
            Column("荣誉", "honours", "names", 26),
        ),
    ),
    "期间": (
        "periods",
        (
            ID,
            NAME,
            Column("包含期间", "covers", "names", 40),
            Column("序时进度(%)", "progress", "number", 12),
            Column("截止日", "through", width=10),
        ),
    ),
    "数据元素": (
        "elements",
        (
            ID,
            NAME,
            Column("计量单位", "unit"),
            Column("累计方式", "accumulate", "choice", 12, ACCUMULATIONS),
            Column("数据来源", "source", width=20),
        ),
    ),
    "一票否决": (
        "vetoes",
        (
            ID,
            NAME,
            Column("依据", "clause", width=26),
            Column("定为等次", "grade"),
            Column("不得评为", "bars", "names", 20),
        ),
    ),
    "等次": (
        "standing.grades",
        (
            ID,
            NAME,
            Column("最低分", "at_least", "number", 10),
            Column("比例(%)", "share", "number", 10),
            Column("前几名", "first", "number", 10),
            Column("后几名", "last", "number", 10),
            Column("取整", "rounding", "choice", 12, ROUNDINGS),
        ),
    ),
}
TABLES = {"类别": "categories", "主题": "themes"}
TABLE_COLUMNS = (Column("编码", "id", width=20), Column("名称", "name", width=40))
QUOTA = "优秀比例"
QUOTA_KINDS = {"by_grade": "等次", "extras": "荣誉"}
QUOTA_COLUMNS = (
    Column("类型", "kind", "choice", 10, QUOTA_KINDS),
    Column("名称", "name", width=26),
    Column("比例(%)", "share", "number", 12),
)
FRONT_COLUMNS = (
    Column("项目", "label", width=22),
    Column("内容", "value", width=60),
    Column("键", "key", width=18, machine=True),
)
FRONT_ROWS: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("格式版本", "kaoping", "number", {}),
    ("方案编码", "id", "id", {}),
    ("方案名称", "name", "text", {}),
    ("版次", "edition", "text", {}),
    ("考核年度", "year", "number", {}),
    ("组织单位", "authority", "text", {}),
    ("依据", "basis", "text", {}),
    ("备注", "note", "text", {}),
    ("汇总方式", "combine", "choice", COMBINES),
    ("指标满分(加权时)", "scale", "number", {}),
    ("数值小数位", "rounding.value", "number", {}),
    ("指标得分小数位", "rounding.score", "number", {}),
    ("汇总得分小数位", "rounding.node", "number", {}),
    ("总分小数位", "rounding.total", "number", {}),
    ("总分下限", "floor", "number", {}),
    ("总分上限", "ceiling", "number", {}),
    ("排名范围", "standing.group", "choice", SCOPES),
    ("优秀比例上限(%)", "quota.cap", "number", {}),
    ("优秀名额取整", "quota.rounding", "choice", ROUNDINGS),
    ("指标体系编码", "tree.id", "id", {}),
    ("指标体系名称", "tree.name", "text", {}),
    ("指标体系分值", "tree.points", "number", {}),
    ("指标体系其他", "tree.*", "flow", {}),
)
SHEETS = (FRONT, RULES, EXTRA, *RECORDS, *TABLES, QUOTA, LONG_TEXT)

# -- what a cell says

_SAFE = re.compile(r"(?!见长内容 \d+$)(?:(?!_x[0-9A-Fa-f]{4}_)[^\r\t\x00-\x09\x0b-\x1f])*", re.DOTALL)
_PLAIN_NAME = re.compile(r"[^、,，;；\s\[\]\"']+")


def number_text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text_of(cell: object) -> str:
    """A cell as text; a text in double quotes is what stands between them."""
    text = number_text(cell) if isinstance(cell, Decimal) else str(cell).strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            inner = yaml_text.load(text, Place())
        except NotValid:
            return text
        return inner if isinstance(inner, str) else text
    return text


def text_cell(text: str) -> str:
    printable = all(c.isprintable() or c in "\n\u3000" for c in text)
    return text if text and printable and _SAFE.fullmatch(text) and text_of(text) == text else yaml_text.quoted(text)


def _names(cell: object) -> object:
    text = text_of(cell)
    if text.startswith("["):
        return yaml_text.without_places(yaml_text.load(text, Place()))
    return [name for name in re.split(r"[、,，;；\s]+", text) if name]


def _names_cell(names: Sequence[str]) -> str:
    return "、".join(names) if all(_PLAIN_NAME.fullmatch(x) for x in names) and names else yaml_text.flow(names)


def value_of(kind: str, words: Mapping[str, str], cell: object) -> object:
    """What a filled cell says, as plain data. Raises NotValid where short YAML is not YAML."""
    match kind:
        case "id":
            return number_text(cell) if isinstance(cell, Decimal) else str(cell).strip()
        case "number":
            return cell if isinstance(cell, Decimal) else unicodedata.normalize("NFKC", text_of(cell)).strip()
        case "choice":
            text = text_of(cell)
            return next((plan_word for plan_word, word in words.items() if word == text), text)
        case "names":
            return _names(cell)
        case "flow":
            return yaml_text.without_places(yaml_text.load(raw_text(cell), Place()))
    return text_of(cell)


def raw_text(cell: object) -> str:
    return number_text(cell) if isinstance(cell, Decimal) else str(cell)


def cell_of(column: Column, value: object) -> object:
    """A value as its cell: a number that a spreadsheet keeps exactly, otherwise text."""
    match column.kind:
        case "number":
            return value if keeps(value) else str(value)
        case "choice":
            return column.words.get(str(value), str(value))
        case "names":
            assert isinstance(value, list | tuple)
            return _names_cell(value)
        case "flow":
            return yaml_text.flow(value)
        case "id":
            return str(value)
    return text_cell(str(value))


def keeps(value: object) -> bool:
    if not isinstance(value, Decimal | int):
        return False
    number = Decimal(value)
    return len(number.normalize().as_tuple().digits) <= MAX_DIGITS and Decimal(repr(float(number))) == number
