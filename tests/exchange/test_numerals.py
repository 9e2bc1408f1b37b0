"""Written numbers become exactly the decimal they name, or the fault that says why not."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.exchange.numerals import Column, Fault, of_float, read_column, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("96.40", "96.40"),
        ("+1", "1"),
        ("−3.5", "-3.5"),
        (" \u3000１，２３４．５\u00a0", "1234.5"),
        ("－７", "-7"),
        ("1,234,567.8", "1234567.8"),
        ("1，234", "1234"),
        ("9.8E-05", "0.000098"),
        ("1e14", "100000000000000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0000000000000000000007", "7"),
        ("0e50", "0"),
        ("0." + "1" * 24, "0." + "1" * 24),
        ("9" * 15, "9" * 15),
    ],
)
def test_a_written_number_is_read_exactly(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)
    assert read_column(pa.array([text])).values.to_pylist() == [Decimal(number)]


@pytest.mark.parametrize(
    "text", ["", " ", "—", "-", "–", "——", "/", "／", "N/A", "NA", "n/a", "无数据", "null", " NULL "]
)
def test_a_missing_marker_is_no_figure(text: str) -> None:
    assert read_number(text) is None
    assert read_column(pa.array([text])).values.to_pylist() == [None]


FAULTS = [
    ("abc", "number.text"),
    ("96分", "number.text"),
    ("1 234", "number.text"),
    ("5²", "number.text"),
    ("①", "number.text"),
    ("٣", "number.text"),
    (".", "number.text"),
    ("%", "number.text"),
    ("e5", "number.text"),
    ("96.4%", "number.percent"),
    ("９６．４％", "number.percent"),
    ("1,23", "number.grouping"),
    ("12,34,567", "number.grouping"),
    ("1,234,5", "number.grouping"),
    ("NaN", "number.not_finite"),
    ("inf", "number.not_finite"),
    ("-Infinity", "number.not_finite"),
    ("∞", "number.not_finite"),
    ("无穷", "number.not_finite"),
    ("#DIV/0!", "number.error"),
    ("0." + "1" * 25, "number.decimals"),
    ("1e-25", "number.decimals"),
    ("1e-99999999999999999999", "number.decimals"),
    ("1" * 16, "number.overflow"),
    ("1e15", "number.overflow"),
    ("1e999999999", "number.overflow"),
    ("1e99999999999999999999", "number.overflow"),
]


@pytest.mark.parametrize(("text", "code"), FAULTS)
def test_what_is_no_number_says_why(text: str, code: str) -> None:
    fault = read_number(text)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert str(fault.figures["text"]) == text[:40]


def test_a_percent_says_what_to_write_instead() -> None:
    fault = read_number("96.4%")
    assert isinstance(fault, Fault)
    assert fault.figures["number"] == "96.4"


def test_faults_in_a_column_stand_at_their_rows() -> None:
    column = read_column(pa.array(["1", *[text for text, _ in FAULTS], "2.5"]))
    assert column.faulty.tolist() == list(range(1, len(FAULTS) + 1))
    assert [column.fault(i).code for i in column.faulty.tolist()] == [code for _, code in FAULTS]
    assert column.values.to_pylist()[0 :: len(FAULTS) + 1] == [Decimal(1), Decimal("2.5")]


def test_with_24_decimals_fourteen_digits_remain() -> None:
    column = read_column(pa.array(["0." + "1" * 24, "123456789012345", "12345678901234"]))
    assert column.faulty.tolist() == [1]
    assert column.fault(1) == Fault("number.overflow", {"text": "123456789012345", "most": 14})
    assert column.values.to_pylist()[2] == Decimal("12345678901234")


FIGURES = st.decimals(min_value=-(10**14) + 1, max_value=10**14 - 1, allow_nan=False, allow_infinity=False, places=7)


@given(st.lists(FIGURES, min_size=1))
def test_decimals_survive_every_way_of_writing_them(figures: list[Decimal]) -> None:
    for write in ("{:f}", "{:,f}", "{:e}", " {:+f} "):
        column = read_column(pa.array([write.format(one) for one in figures]))
        assert len(column.faulty) == 0
        assert column.values.to_pylist() == figures


@given(st.lists(st.floats(min_value=-1e14, max_value=1e14, allow_subnormal=False), min_size=1))
def test_doubles_become_the_shortest_decimal_that_names_them(figures: list[float]) -> None:
    column = read_column(pa.array(figures))
    bad = set(column.faulty.tolist())
    for i, one in enumerate(figures):
        exact = of_float(one)
        assert float(exact) == one
        if i in bad:
            assert column.fault(i).code in ("number.decimals", "number.overflow")
        else:
            assert column.values[i].as_py() == exact


@given(st.lists(st.text(alphabet="0123456789０９.,，．+-−eE%— \u3000x", max_size=12), min_size=1))
def test_a_column_reads_what_single_cells_read(texts: list[str]) -> None:
    column = read_column(pa.array(texts))
    for i, text in enumerate(texts):
        single = read_number(text)
        if isinstance(single, Fault):
            assert column.fault(i).code == single.code
        elif i not in column.faulty:  # beside 24 decimals only 14 digits fit
            assert column.values[i].as_py() == single


def test_typed_columns_go_through_as_they_stand() -> None:
    assert read_column(pa.array([1, -2, None])).values.to_pylist() == [1, -2, None]
    decimals = pa.array([Decimal("1.50"), None], pa.decimal128(18, 4))
    column = read_column(decimals)
    assert column.values.type == pa.decimal128(38, 4)
    assert column.values.buffers()[1].address == decimals.buffers()[1].address  # the same memory, not a copy
    assert read_column(decimals[1:]).values.to_pylist() == [None]


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pa.array([10**15]), "number.overflow"),
        (pa.array([2**64 - 1], pa.uint64()), "number.overflow"),
        (pa.array([Decimal("12345678901234567.5")], pa.decimal128(38, 4)), "number.overflow"),
        (pa.array([Decimal("1e-30")], pa.decimal256(60, 30)), "number.decimals"),
        (pa.array([float("nan")]), "number.not_finite"),
        (pa.array([float("-inf")]), "number.not_finite"),
    ],
)
def test_typed_columns_hold_to_the_same_bounds(column: pa.Array, code: str) -> None:
    read: Column = read_column(column)
    assert read.faulty.tolist() == [0]
    assert read.fault(0).code == code
    assert read.values.to_pylist() == [None]
