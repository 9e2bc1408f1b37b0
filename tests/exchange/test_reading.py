"""Facts come out of files exactly as written; what is wrong is told with file, sheet, row and column."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaoping.base.messages_facts import SENTENCES
from kaoping.core.refusals import Finding, NotValid, Place, Weight
from kaoping.exchange.reading import Names, look, read_facts

NAMES = Names(
    subjects={"u1": "u1", "青山县": "u1", "u2": "u2", "绿水区（新区）": "u2"},
    items={"gdp": "gdp", "地区生产总值": "gdp", "air.2": "air.2", "空气质量": "air.2", "vote": "vote"},
    slots={
        "gdp": frozenset({"actual", "target"}),
        "air.2": frozenset({"actual"}),
        "vote": frozenset({"actual"}),
    },
    slot_names={"完成值": "actual", "目标值": "target"},
    periods={"2024": "2024", "2024年": "2024", "2024Q1": "2024Q1"},
)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def excel(path: Path, *sheets: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell == "#DIV/0!":
                    sheet.write_formula(row, column, "=1/0", None, cell)
                elif cell == "50%":
                    sheet.write_number(row, column, 0.5, book.add_format({"num_format": "0%"}))
                else:
                    sheet.write(row, column, cell)
    book.close()
    return path


def rows_of(*paths: Path) -> list[tuple[Any, ...]]:
    """(subject, item, slot, period, judge, value) of each figure."""
    table = read_facts(paths, NAMES).table
    names = ("subject", "item", "slot", "period", "judge", "value")
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def found(*paths: Path) -> list[Finding]:
    with pytest.raises(NotValid) as refused:
        read_facts(paths, NAMES)
    for one in refused.value.findings:
        for sentence in SENTENCES[one.code]:
            assert sentence.format_map(one.figures)
    return refused.value.findings


def one(*paths: Path) -> Finding:
    (finding,) = found(*paths)
    return finding


LONG = (
    "单位,指标,口径,期间,评分人,数值,来源,备注\n"
    '青山县,地区生产总值,完成值,2024年,,"1,234.50",统计局,\n'
    "u2,gdp,target,2024,张三,—,,待核\n"
)
LONG_ROWS = [
    ("u1", "gdp", "actual", "2024", "", Decimal("1234.50")),
    ("u2", "gdp", "target", "2024", "张三", None),
]


# ---- sound files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_file_is_read_in_any_coding(tmp_path: Path, encoding: str, end: str) -> None:
    path = write(tmp_path / "a.csv", LONG.replace("\n", end), encoding)
    assert rows_of(path) == LONG_ROWS


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert rows_of(write(tmp_path / "a.csv", "单位,指标,数值\nu1,gdp,1.5\n".replace(",", delimiter))) == [
        ("u1", "gdp", "actual", "", "", Decimal("1.5"))
    ]


def test_the_table_has_the_canonical_shape(tmp_path: Path) -> None:
    facts = read_facts([write(tmp_path / "a.csv", "\n" + LONG)], NAMES)
    key = pa.dictionary(pa.int32(), pa.string())
    assert facts.table.schema == pa.schema(
        dict.fromkeys(("subject", "item", "slot", "period", "judge"), key)
        | {"value": pa.decimal128(38, 2), "source": pa.string(), "note": pa.string()}
        | {"origin": pa.int32(), "row": pa.int32()}
    )
    assert facts.origins == (("a.csv", ""),)
    assert facts.table["row"].to_pylist() == [3, 4]
    assert facts.table["source"].to_pylist() == ["统计局", None]
    assert facts.table["note"].to_pylist() == [None, "待核"]


WIDE = [
    ["单位", "单位名称", "期间", "gdp", "地区生产总值.目标值", "air.2", "", "备注"],
    ["u1", "青山县", 2024, 0.1, 1.5, 12, None, "甲"],
    [None] * 8,
    ["绿水区(新区)", "", "2024", "—", 2, "1,234", "", None],
]
WIDE_ROWS = {
    ("u1", "gdp", "actual", "2024", "", Decimal("0.1")),
    ("u2", "gdp", "actual", "2024", "", None),
    ("u1", "gdp", "target", "2024", "", Decimal("1.5")),
    ("u2", "gdp", "target", "2024", "", Decimal(2)),
    ("u1", "air.2", "actual", "2024", "", Decimal(12)),
    ("u2", "air.2", "actual", "2024", "", Decimal(1234)),
}


def test_a_wide_sheet_is_read_and_its_gaps_are_not_figures(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", [["说明"]], WIDE)
    assert set(rows_of(path)) == WIDE_ROWS
    reading = look([path], NAMES)
    assert reading.findings == [Finding("facts.other_sheet", Place("a.xlsx", "Sheet1", 1), {}, Weight.NOTE)]
    assert reading.facts is not None
    assert sorted(set(reading.facts.table["row"].to_pylist())) == [2, 4]
    assert reading.facts.origins == (("a.xlsx", "Sheet2"),)


def test_a_wide_text_file_gives_the_same(tmp_path: Path) -> None:
    lines = [",".join(f'"{"" if cell is None else cell}"' for cell in row) for row in WIDE]
    assert set(rows_of(write(tmp_path / "a.csv", "\n".join(lines)))) == WIDE_ROWS


def test_a_directory_of_mixed_files_becomes_one_table(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "单位,指标,数值\nu1,gdp,1.25\n")
    excel(tmp_path / "b.xlsx", [["单位", "gdp"], ["u2", 3]])
    parquet.write_table(
        pa.table({"subject": ["u1"], "item": ["vote"], "judge": ["甲"], "value": [7]}), tmp_path / "c.parquet"
    )
    write(tmp_path / "说明.md", "x")
    write(tmp_path / "~$b.xlsx", "x")
    reading = look([tmp_path], NAMES)
    assert [(one.code, one.place.file) for one in reading.findings] == [("file.skipped", "说明.md")]
    assert reading.facts is not None
    assert reading.facts.table["value"].to_pylist() == [Decimal("1.25"), Decimal(3), Decimal(7)]
    assert reading.facts.table["row"].to_pylist() == [2, 2, None]
    assert reading.facts.table["origin"].to_pylist() == [0, 1, None]
    assert reading.facts.origins == (("a.csv", ""), ("b.xlsx", "Sheet1"))


def test_raters_stand_side_by_side(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "单位,指标,评分人,值\nu1,vote,甲,90\nu1,vote,乙,85\n")
    assert [(row[4], row[5]) for row in rows_of(path)] == [("甲", Decimal(90)), ("乙", Decimal(85))]


@pytest.mark.parametrize("kind", [pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.large_string()])
def test_parquet_keys_may_be_any_text(tmp_path: Path, kind: pa.DataType) -> None:
    table = pa.table(
        {
            "subject": pa.array(["青山县", "u2"]).cast(kind),
            "item": pa.array(["gdp", "gdp"]).cast(kind),
            "期间": pa.array([2024, 2024]),
            "value": pa.array([Decimal("1.5000"), None], pa.decimal128(18, 4)),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    assert rows_of(tmp_path / "a.parquet") == [
        ("u1", "gdp", "actual", "2024", "", Decimal("1.5000")),
        ("u2", "gdp", "actual", "2024", "", None),
    ]
    facts = read_facts([tmp_path / "a.parquet"], NAMES)
    assert facts.table["value"].type == pa.decimal128(38, 4)
    assert facts.origins == ()
    assert facts.table.column_names == ["subject", "item", "slot", "period", "judge", "value"]


FIGURES = st.one_of(st.none(), st.decimals(-(10**14) + 1, 10**14 - 1, allow_nan=False, allow_infinity=False, places=9))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(FIGURES, min_size=1, max_size=30))
def test_figures_survive_csv_and_parquet_exactly(tmp_path: Path, figures: list[Decimal | None]) -> None:
    judges = [f"j{i}" for i in range(len(figures))]
    lines = [f"u1,vote,{judge},{'' if x is None else f'{x:f}'}" for judge, x in zip(judges, figures, strict=True)]
    text = write(tmp_path / "a.csv", "\n".join(["单位,指标,评分人,值", *lines]))
    same = [*["u1"] * len(figures)]
    columns = {"单位": same, "指标": ["vote"] * len(figures), "评分人": judges}
    for values in (
        pa.array(figures, pa.decimal128(25, 9)),
        pa.array([None if x is None else f"{x:e}" for x in figures]),
    ):
        parquet.write_table(pa.table({**columns, "值": values}), tmp_path / "a.parquet")
        for path in (text, tmp_path / "a.parquet"):
            assert [row[5] for row in rows_of(path)] == figures


# ---- figures that cannot count ---------------------------------------------------------------------------------------

BAD_TEXT = [
    ("约五百", "number.text"),
    ("96.4%", "number.percent"),
    ("1,23", "number.grouping"),
    ("NaN", "number.not_finite"),
    ("无穷", "number.not_finite"),
    ("0." + "1" * 25, "number.decimals"),
    ("1" * 16, "number.overflow"),
    ("#DIV/0!", "number.error"),
]


@pytest.mark.parametrize(("text", "code"), BAD_TEXT)
def test_a_text_that_is_no_figure_is_told_with_its_place(tmp_path: Path, text: str, code: str) -> None:
    finding = one(write(tmp_path / "a.csv", f'单位,指标,数值\nu1,gdp,1\n\nu2,gdp,"{text}"\n'))
    assert (finding.code, finding.place) == (code, Place("a.csv", "", 4, "数值"))
    assert str(finding.figures["text"]) == text[:40]


@pytest.mark.parametrize(
    ("cell", "code", "text"),
    [
        (True, "number.boolean", "TRUE"),
        (datetime.date(2024, 1, 2), "number.date", "2024-01-02"),
        ("#DIV/0!", "number.error", "#DIV/0!"),
        ("50%", "number.shown_percent", "0.5"),
        (1e15, "number.overflow", "1000000000000000"),
        (1e-30, "number.decimals", None),
    ],
)
def test_a_cell_that_is_no_figure_is_told_with_its_place(tmp_path: Path, cell: object, code: str, text: str) -> None:
    finding = one(excel(tmp_path / "a.xlsx", [["单位", "gdp.完成值"], ["u1", 1], [], ["u2", cell]]))
    assert (finding.code, finding.place) == (code, Place("a.xlsx", "Sheet1", 4, "gdp.完成值"))
    assert text is None or finding.figures["text"] == text


@pytest.mark.parametrize(
    ("values", "code", "row"),
    [
        (pa.array([1.5, float("nan")]), "number.not_finite", 2),
        (pa.array([1.5, float("inf")]), "number.not_finite", 2),
        (pa.array([10**15, 1]), "number.overflow", 1),
        (pa.array(["1", "x"]), "number.text", 2),
        (pa.array([True, False]), "number.boolean", 0),
        (pa.array([datetime.date(2024, 1, 2)] * 2), "number.date", 0),
        (pa.array([[1], [2]]), "parquet.type", 0),
    ],
)
def test_a_parquet_column_that_is_no_figure_is_told(tmp_path: Path, values: pa.Array, code: str, row: int) -> None:
    parquet.write_table(pa.table({"单位": ["u1", "u2"], "指标": ["gdp"] * 2, "值": values}), tmp_path / "a.parquet")
    finding = one(tmp_path / "a.parquet")
    assert (finding.code, finding.place) == (code, Place("a.parquet", "", row, "值"))


# ---- names, rows and columns -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "column", "near"),
    [
        ("青山市,gdp,actual,2024,1", "facts.misspelt_subject", "单位", "青山县"),
        ("某某,gdp,actual,2024,1", "facts.unknown_subject", "单位", None),
        ("u1,地区生产总额,actual,2024,1", "facts.misspelt_item", "指标", "地区生产总值"),
        ("u1,zzz,actual,2024,1", "facts.unknown_item", "指标", None),
        ("u1,air.2,target,2024,1", "facts.unknown_slot", "口径", None),
        ("u1,gdp,完成直,2024,1", "facts.misspelt_slot", "口径", "完成值"),
        ("u1,gdp,actual,2023年,1", "facts.misspelt_period", "期间", "2024年"),
        (",gdp,actual,2024,1", "facts.no_subject", "单位", None),
        ("u1,,actual,2024,1", "facts.no_item", "指标", None),
    ],
)
def test_an_unknown_name_is_told_with_its_place_and_a_guess(
    tmp_path: Path, line: str, code: str, column: str, near: str | None
) -> None:
    finding = one(write(tmp_path / "a.csv", f"单位,指标,口径,期间,数值\nu2,gdp,,2024,1\n{line}\n"))
    assert (finding.code, finding.place) == (code, Place("a.csv", "", 3, column))
    assert finding.figures.get("did_you_mean") == near


@pytest.mark.parametrize(
    ("header", "code", "column", "near"),
    [
        ("单位,gdp,空气质呈", "facts.misspelt_column", "空气质呈", "空气质量"),
        ("单位,gdp,zzz", "facts.unknown_column", "zzz", None),
        ("单位,gdp,gdp.目标直", "facts.misspelt_slot", "gdp.目标直", "目标值"),
        ("单位,gdp,air.2.目标值", "facts.unknown_slot", "air.2.目标值", None),
        ("单位,gdp,gdp.完成值", "facts.column_twice", "gdp.完成值", None),
        ("单位,gdp,考核对象", "facts.column_twice", "考核对象", None),
    ],
)
def test_an_unknown_header_is_told_with_its_column(
    tmp_path: Path, header: str, code: str, column: str, near: str | None
) -> None:
    finding = one(write(tmp_path / "a.csv", f"\n{header}\nu1,1,2\n"))
    assert (finding.code, finding.place) == (code, Place("a.csv", "", 2, column))
    assert finding.figures.get("did_you_mean") == near


def test_an_unknown_column_of_a_long_file_is_told(tmp_path: Path) -> None:
    finding = one(write(tmp_path / "a.csv", "单位,指标,数值,备住\nu1,gdp,1,x\n"))
    assert (finding.code, finding.figures["did_you_mean"]) == ("facts.misspelt_column", "备注")


def test_content_under_an_empty_header_is_told(tmp_path: Path) -> None:
    finding = one(excel(tmp_path / "a.xlsx", [["单位", "gdp"], ["u1", 1], ["u2", 2, "合计"]]))
    assert (finding.code, finding.place) == ("facts.no_header", Place("a.xlsx", "Sheet1", 3, "C"))


def test_a_figure_given_twice_names_both_places(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", "单位,指标,期间,数值\nu1,gdp,2024,1\nu2,gdp,2024,1\n青山县,gdp,2024年,1\n")
    finding = one(first)
    assert (finding.code, finding.place) == ("facts.duplicate", Place("a.csv", "", 4, "数值"))
    assert finding.figures["first_row"] == 2
    second = excel(tmp_path / "b.xlsx", [["单位", "期间", "gdp"], ["u2", 2024, 7]])
    both = found(first, second)
    assert [(one.code, one.place) for one in both] == [
        ("facts.duplicate", Place("a.csv", "", 4, "数值")),
        ("facts.duplicate_elsewhere", Place("b.xlsx", "Sheet1", 2, "gdp")),
    ]
    assert (both[1].figures["first_file"], both[1].figures["first_row"]) == ("a.csv", 3)


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    paths = []
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        paths.append(write(tmp_path / folder / "a.csv", "单位,指标,数值\nu1,gdp,1\n"))
    finding = one(*paths)
    assert (finding.place.file, finding.figures["first_file"]) == (str(paths[1]), str(paths[0]))


def test_all_findings_come_at_once_and_the_rest_are_counted(tmp_path: Path) -> None:
    lines = [f"某{i},gdp,x" for i in range(300)]
    findings = found(write(tmp_path / "a.csv", "\n".join(["单位,指标,数值", *lines])))
    assert len(findings) == 201
    assert findings[-1] == Finding("facts.more", Place(), {"count": 400})


# ---- files -----------------------------------------------------------------------------------------------------------


def test_a_ragged_row_is_told_with_its_number(tmp_path: Path) -> None:
    text = '单位,指标,数值,备注\nu1,gdp,1,"两\n行"\nu2,gdp,1\n\nu1,vote,1,a,b\nu2,vote,x,\n'
    assert [(one.code, one.place.row) for one in found(write(tmp_path / "a.csv", text))] == [
        ("csv.width", 3),
        ("csv.width", 5),
        ("number.text", 6),
    ]


def test_a_quote_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    text = '单位,指标,数值,备注\nu1,gdp,1,好\nu2,gdp,1,"未完\nu1,vote,1,\n'
    finding = one(write(tmp_path / "a.csv", text))
    assert (finding.code, finding.place.row) == ("csv.garbled", 3)


def test_a_coding_nobody_knows_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("单位,指标,数值\n".encode() + b"\xff\xff\xff,gdp,1\n")
    finding = one(tmp_path / "a.csv")
    assert (finding.code, finding.place.row) == ("csv.encoding", 2)


@pytest.mark.parametrize(
    ("text", "code"), [("", "facts.empty"), ("\n,,\n", "facts.empty"), ("甲,乙\n1,2\n", "facts.header")]
)
def test_a_text_file_without_a_table_is_told(tmp_path: Path, text: str, code: str) -> None:
    assert one(write(tmp_path / "a.csv", text)).code == code


def test_a_wide_file_without_figures_is_told(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.csv", "单位,名称\nu1,青山县\n")).code == "facts.no_figures"


def test_a_header_alone_is_noted(tmp_path: Path) -> None:
    reading = look([write(tmp_path / "a.csv", "单位,指标,数值\n")], NAMES)
    assert [one.code for one in reading.findings] == ["facts.no_rows"]
    assert reading.facts is not None
    assert len(reading.facts.table) == 0


def test_a_workbook_without_a_known_sheet_is_told_sheet_by_sheet(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", [["甲", "乙"]], [])
    assert [(one.code, one.place.sheet) for one in found(path)] == [
        ("facts.no_sheet", "Sheet1"),
        ("facts.no_sheet", "Sheet2"),
    ]


def test_hidden_figures_do_not_count_unseen(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("表").write_row("A1", ["单位", "gdp"])
    hidden = book.add_worksheet("藏")
    hidden.write_row("A1", ["单位", "gdp"])
    hidden.hide()
    book.close()
    assert ("facts.hidden_sheet", "藏") in [(one.code, one.place.sheet) for one in found(tmp_path / "a.xlsx")]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"garbage", "workbook.garbled"),
        ("a.ods", b"PK\x03\x04garbage", "workbook.garbled"),
        ("a.csv", b"PK\x03\x04garbage", "workbook.garbled"),
        ("a.parquet", b"garbage", "parquet.garbled"),
        ("a.parquet", b"PAR1garbagegarbagePAR1", "parquet.garbled"),
        ("a.pdf", b"%PDF-1.7", "file.kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook.old"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(data)
    finding = one(tmp_path / name)
    assert (finding.code, finding.place.file) == (code, name)


def test_missing_files_and_empty_directories_are_told(tmp_path: Path) -> None:
    assert one(tmp_path / "a.csv").code == "file.missing"
    assert one(tmp_path).code == "file.nothing"


def test_every_kind_of_file_is_looked_at_before_refusing(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "a.csv", "单位,指标,数值\n某某,gdp,x\n"),
        excel(tmp_path / "b.xlsx", [["单位", "gdp"], ["u1", "y"]]),
        tmp_path / "none.csv",
    ]
    assert {one.code for one in found(*paths)} == {"facts.unknown_subject", "number.text", "file.missing"}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=200), st.sampled_from(["", "单位,指标,数值\n", "单位,gdp\nu1,1\n"]))
def test_no_text_file_crashes_the_reader(tmp_path: Path, data: bytes, start: str) -> None:
    (tmp_path / "a.csv").write_bytes(start.encode() + data)
    for finding in look([tmp_path / "a.csv"], NAMES).findings:
        assert SENTENCES[finding.code][0].format_map(finding.figures)
