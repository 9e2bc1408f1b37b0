"""The Excel rule sheet: nothing is lost, an office's edits are understood, faults are named by cell."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from kaoping.base import messages_plans
from kaoping.core import plan as core_plan
from kaoping.core.plan import Plan
from kaoping.core.refusals import Finding, NotValid
from kaoping.exchange import plans, rule_columns, rule_sheet
from tests.core import strategies

ROOT = Path(__file__).resolve().parents[2]
DATA: dict[str, Any] = {
    "kaoping": 1,
    "id": "P-1",
    "name": "=示例方案",
    "year": "2026",
    "categories": {"county": "县区"},
    "periods": [{"id": "H", "name": "半年", "covers": ["2026-03", "2026-06"], "progress": "50"}],
    "subjects": [{"id": "01", "name": "甲县", "category": "county", "staff": "40", "honours": ["先进", "文明"]}],
    "tree": {
        "id": "T",
        "name": "总分",
        "points": "100",
        "children": [
            {
                "id": "g",
                "name": "发展",
                "children": [
                    {
                        "id": "1.1",
                        "name": "+增速",
                        "points": "10.50",
                        "method": "ratio",
                        "params": {"cap": "1.2", "zero_target": "full"},
                        "unit": "%",
                        "values": {"target": "8.25"},
                        "source": "统计局",
                        "lead_unit": "发改委",
                        "clause": "第1条",
                        "note": "-见附注\n第二行",
                        "themes": ["z"],
                        "cap": "12",
                    },
                    {
                        "id": "x",
                        "name": "安全",
                        "points": "4",
                        "method": "deductions",
                        "params": {"points": {"起": "2"}},
                        "direction": "down",
                    },
                ],
            }
        ],
    },
    "accounts": [
        {
            "id": "B",
            "name": "加分",
            "kind": "bonus",
            "cap": "5",
            "clause": "第9条",
            "children": [{"id": "b1", "name": "获奖", "method": "events", "params": {"points": {"省": "1"}}}],
        }
    ],
    "vetoes": [{"id": "v", "name": "事故", "bars": ["A"]}],
    "standing": {"group": "all", "grades": [{"id": "A", "name": "优秀", "share": "30"}]},
    "quota": {"by_grade": {"A": "20"}, "extras": {"先进": "5"}, "cap": "25"},
}
PLAN = core_plan.parse(DATA)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A written rule sheet."""
    written = tmp_path / "细则.xlsx"
    rule_sheet.write_rule_sheet(PLAN, written, "zh")
    return written


Edit = Callable[[Any], None]


def edited(path: Path, edit: Edit) -> Path:
    """The workbook after an office has worked on it."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def headers(sheet: Worksheet) -> dict[str, int]:
    """Columns of a sheet by header."""
    return {str(cell.value): int(cell.column) for cell in sheet[2] if cell.value is not None}


def put(sheet: str, row: int, header: str, value: object) -> Edit:
    """Write into one cell."""

    def edit(book: Any) -> None:
        book[sheet].cell(row, headers(book[sheet])[header]).value = value

    return edit


def refused(path: Path) -> list[Finding]:
    """All that is wrong; each finding has its sentence."""
    with pytest.raises(NotValid) as caught:
        plans.read_plan(path)
    for one in caught.value.findings:
        assert one.place.file == path.name
        for sentence in messages_plans.SENTENCES[one.code]:
            assert "{" not in sentence.format_map(one.figures)
    return caught.value.findings


def cells(findings: list[Finding]) -> list[tuple[str, str, int, str]]:
    """Findings as code, sheet, row, column."""
    return [(x.code, x.place.sheet, x.place.row, x.place.column) for x in findings]


def test_a_plan_comes_back_equal(path: Path) -> None:
    assert plans.read_plan(path) == PLAN


def test_the_columns_are_those_that_offices_use(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["考评细则"]
    assert sheet["A1"].value == "=示例方案"
    assert sheet["A1"].data_type == "s"
    office = "序号 一级指标 二级指标 三级指标 分值 权重 计分办法 目标 计量单位 方向 数据来源 牵头单位 依据 备注"
    engine = "编码 方法 参数 缺失处理 比较范围 累计方式 固定数值 取数公式 适用范围 汇总方式 其他"
    assert list(headers(sheet)) == [*office.split(), *engine.split()]
    at = headers(sheet)
    row = {header: sheet.cell(4, column) for header, column in at.items()}
    assert (row["分值"].value, row["分值"].number_format) == (10.5, "0.00")
    assert (row["编码"].value, row["编码"].number_format) == ("1.1", "@")
    assert (row["目标"].value, row["方向"].value, row["缺失处理"].value) == (8.25, "正向", "缺失停算")
    assert row["参数"].value == "{cap: 1.2, zero_target: full}"
    assert row["其他"].value == "{cap: 12, themes: [z]}"
    assert row["计分办法"].value
    assert row["序号"].value == "1.1"
    assert sheet.freeze_panes == "A3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )


def test_nothing_in_the_workbook_is_a_formula(path: Path) -> None:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, path: Path) -> None:
    rule_sheet.write_rule_sheet(PLAN, tmp_path / "again.xlsx", "zh")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


NASTY = st.text(st.sampled_from("a1=+-@\"'{}[]:#, \n\r\t\x01年\u3000、_x0041_"), max_size=12) | st.sampled_from(
    [
        "",
        " x ",
        "=1+1",
        "见长内容 1",
        '"q"',
        "_x000D_",
        "true",
        "null",
        "1e5",
        "2026-01-01",
        "\ufeff",
        "x" * 4000,
        "\x02" * 4000,
    ]
)
NUMBERS = st.sampled_from(
    ["1.20", "0.1", "123456789012345678", "0.000000000000000001", "-0", "100", "99999999999.99999"]
)


def nasty(data: Any, draw: Any) -> None:
    """Names, notes and numbers that cells do not like."""
    data["name"], data["note"], data["scale"] = draw(NASTY), draw(NASTY), draw(NUMBERS)
    data["themes"] = {draw(NASTY): draw(NASTY), "z": draw(NASTY)}
    for subject in data["subjects"]:
        subject["name"], subject["honours"] = draw(NASTY), [draw(NASTY), draw(NASTY)]
    nodes = [data["tree"], *(child for account in data.get("accounts", []) for child in account["children"])]
    while nodes:
        node = nodes.pop()
        node |= {
            "name": draw(NASTY),
            "note": draw(NASTY),
            "weight": draw(NUMBERS),
            "unit": draw(NASTY),
            "themes": [draw(NASTY)],
        }
        nodes += node.get("children", [])


@settings(suppress_health_check=list(HealthCheck), max_examples=25)
@given(strategies.plans(), st.data(), st.booleans())
def test_any_plan_survives_the_workbook(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[dict[str, Any], object], data: st.DataObject, ugly: bool
) -> None:
    mapping = copy.deepcopy(made[0])
    if ugly:
        nasty(mapping, data.draw)
    plan = core_plan.parse(mapping)
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    plans.write_plan(plan, path)
    assert plans.read_plan(path) == plan


def test_the_examples_survive_the_workbook(tmp_path: Path) -> None:
    for path in sorted((ROOT / "examples").glob("*/*.yaml")):
        plan = plans.read_plan(path)
        plans.write_plan(plan, tmp_path / "x.xlsx")
        assert plans.read_plan(tmp_path / "x.xlsx") == plan


def test_what_no_cell_can_hold_is_kept_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    many = copy.deepcopy(DATA)
    many["tree"]["children"][0]["applies"] = {"subjects": [f"单位-{i}" for i in range(12_000)]}
    plan = core_plan.parse(many)
    plans.write_plan(plan, tmp_path / "x.xlsx")
    assert plans.read_plan(tmp_path / "x.xlsx") == plan
    edited(tmp_path / "x.xlsx", lambda book: book.remove(book["长内容"]))
    assert cells(refused(tmp_path / "x.xlsx")) == [("plan.sheet_long_missing", "考评细则", 3, "适用范围")]


def test_the_deepest_plan_has_a_column_for_every_level(tmp_path: Path) -> None:
    node: dict[str, Any] = {"id": "leaf", "name": "末级", "method": "points"}
    for i in range(core_plan.MAX_DEPTH - 1):
        node = {"id": f"n{i}", "name": "层", "children": [node]}
    plan = core_plan.parse(DATA | {"tree": node})
    plans.write_plan(plan, tmp_path / "x.xlsx")
    assert plans.read_plan(tmp_path / "x.xlsx") == plan


# -- an office's edits


def insert_blank_rows(book: Any) -> None:
    book["考评细则"].insert_rows(4, 2)
    book["考核对象"].insert_rows(1, 1)


def move_columns(book: Any) -> None:
    sheet = book["考评细则"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for i, row in enumerate(rows, 2):
        for j, value in enumerate(reversed(row), 1):
            sheet.cell(i, j).value = value


def drop_the_title(book: Any) -> None:
    book["考评细则"].unmerge_cells(str(next(iter(book["考评细则"].merged_cells.ranges))))
    book["考评细则"].delete_rows(1)


def full_width(book: Any) -> None:
    put("考评细则", 4, "分值", "１０．５")(book)
    put("考核对象", 3, "编制数(人)", "４０ ")(book)
    sheet = book["考核对象"]
    sheet.cell(2, headers(sheet)["编制数(人)"]).value = "编制数（人）"


def other_words(book: Any) -> None:
    put("考评细则", 5, "方向", "down")(book)
    put("考核对象", 3, "荣誉", "先进,文明")(book)
    put("考评细则", 4, "计分办法", "由办公室改写的文字")(book)
    put("优秀比例", 3, "比例(%)", 0.2)(book)
    sheet = book["优秀比例"]
    sheet.cell(3, headers(sheet)["比例(%)"]).number_format = "0%"


def add_remarks(book: Any) -> None:
    book.create_sheet("说明(草稿)")["A1"] = "仅供参考"
    book.create_sheet("Sheet1")


@pytest.mark.parametrize(
    "edit", [insert_blank_rows, move_columns, drop_the_title, full_width, other_words, add_remarks]
)
def test_what_offices_do_to_a_sheet_changes_nothing(path: Path, edit: Edit) -> None:
    assert plans.read_plan(edited(path, edit)) == PLAN


def test_a_row_added_by_hand_is_an_indicator(path: Path) -> None:
    def edit(book: Any) -> None:
        for header, value in {"二级指标": "新项", "编码": "n1", "方法": "attain", "分值": 3, "计量单位": 2026}.items():
            put("考评细则", 6, header, value)(book)

    node = plans.read_plan(edited(path, edit)).tree.children[0].children[2]
    assert (node.id, node.name, node.points, node.unit) == ("n1", "新项", Decimal(3), "2026")


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (put("考评细则", 4, "分值", "十分"), ("plan.not_a_number", "考评细则", 4, "分值")),
        (put("考评细则", 4, "编码", None), ("plan.missing_key", "考评细则", 4, "编码")),
        (put("考评细则", 4, "方法", "ration"), ("plan.unknown_method", "考评细则", 4, "方法")),
        (put("考评细则", 4, "参数", "{cap: 99}"), ("plan.out_of_range", "考评细则", 4, "参数")),
        (put("考评细则", 4, "参数", "{cap: "), ("plan.yaml", "考评细则", 4, "参数")),
        (put("考评细则", 4, "参数", "{cap: 1, cap: 2}"), ("plan.duplicate_key", "考评细则", 4, "参数")),
        (put("考评细则", 4, "其他", "{cep: 1}"), ("plan.unknown_key", "考评细则", 4, "其他")),
        (put("考评细则", 4, "其他", "{unit: 元}"), ("plan.sheet_key_twice", "考评细则", 4, "其他")),
        (put("考评细则", 4, "其他", "无"), ("plan.not_a_mapping", "考评细则", 4, "其他")),
        (put("考评细则", 4, "方向", "向上"), ("plan.not_a_choice", "考评细则", 4, "方向")),
        (put("考评细则", 4, "三级指标", "又一个"), ("plan.sheet_two_names", "考评细则", 4, "三级指标")),
        (put("考评细则", 4, "二级指标", None), ("plan.sheet_no_name", "考评细则", 4, "")),
        (put("考评细则", 3, "一级指标", None), ("plan.sheet_no_name", "考评细则", 3, "")),
        (put("考评细则", 4, "分值", True), ("plan.cell_unusable", "考评细则", 4, "分值")),
        (put("考核对象", 3, "编制数(人)", "1.5"), ("plan.not_a_count", "考核对象", 3, "编制数(人)")),
        (put("加减分", 3, "类型", "奖励"), ("plan.not_a_choice", "加减分", 3, "类型")),
        (put("加减分", 4, "方法", None), None),
        (put("方案", 3, "内容", 2), ("plan.not_a_count", "方案", 3, "内容")),
        (put("方案", 4, "内容", None), ("plan.missing_key", "方案", 4, "内容")),
        (put("方案", 5, "键", "nmae"), ("plan.sheet_unknown_row", "方案", 5, "内容")),
        (put("等次", 3, "比例(%)", "三成"), ("plan.not_a_number", "等次", 3, "比例(%)")),
        (put("优秀比例", 3, "类型", "其他"), ("plan.not_a_choice", "优秀比例", 3, "类型")),
        (put("类别", 3, "名称", None), ("plan.missing_key", "类别", 3, "名称")),
        (put("期间", 3, "序时进度(%)", "一半"), ("plan.not_a_number", "期间", 3, "序时进度(%)")),
        (put("考评细则", 2, "分值", "分 数"), ("plan.sheet_unknown_column", "考评细则", 2, "分 数")),
        (put("考评细则", 2, "权重", "分值"), ("plan.sheet_column_twice", "考评细则", 2, "分值")),
        (put("考评细则", 2, "编码", None), ("plan.sheet_missing_column", "考评细则", 2, "")),
        (lambda book: book.remove(book["考核对象"]), ("plan.sheet_missing", "", 0, "")),
        (lambda book: setattr(book["等次"], "title", "等级"), ("plan.sheet_unknown", "等级", 0, "")),
        (lambda book: book["考评细则"].delete_rows(1, 2), ("plan.sheet_no_header", "考评细则", 0, "")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_cell(path: Path, edit: Edit, found: tuple[str, str, int, str] | None) -> None:
    edited(path, edit)
    if found is None:
        plans.read_plan(path)  # an indicator without a method is for the checks of the whole plan
    else:
        assert found in cells(refused(path))


def test_a_level_that_is_skipped_is_named(path: Path) -> None:
    def edit(book: Any) -> None:
        put("考评细则", 3, "一级指标", None)(book)
        put("考评细则", 3, "二级指标", "发展")(book)

    assert ("plan.sheet_level_skipped", "考评细则", 3, "二级指标") in cells(refused(edited(path, edit)))


def test_a_tree_deeper_than_the_limit_is_refused(path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["考评细则"]
        for level in range(4, 13):
            sheet.cell(2, 30 + level).value = rule_columns.LEVELS[level - 1]
        for level in range(3, 13):
            column = headers(sheet)[rule_columns.LEVELS[level - 1]]
            sheet.cell(3 + level, column).value = "深"
            sheet.cell(3 + level, headers(sheet)["编码"]).value = f"d{level}"

    (one,) = refused(edited(path, edit))
    assert (one.code, one.place.sheet) == ("plan.too_deep", "考评细则")


def test_every_code_and_word_of_a_choice_is_in_the_columns() -> None:
    node = {field.name for field in Plan.__dataclass_fields__["tree"].metadata["cls"].__dataclass_fields__.values()}
    known = {c.key for c in (*rule_columns.OFFICE, *rule_columns.MACHINE)} - {"", "*"}
    assert known <= node
    assert set(rule_columns.MISSING) == set(core_plan.MISSING)
    assert set(rule_columns.ACCUMULATIONS) == set(core_plan.ACCUMULATIONS)
    assert set(rule_columns.ROUNDINGS) == {*core_plan.ROUNDINGS, "pool"}
