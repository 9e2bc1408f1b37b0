"""From facts to figures: what is refused and where, judges, periods, and figures of any size."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core.facts import KEYS, VALUE, Facts
from kaoping.core.figures import gather, progress
from kaoping.core.plan import Plan, parse
from kaoping.core.refusals import Finding, NotValid
from tests.core.strategies import Row, facts_table

PERIODS = [
    {"id": "H1", "name": "半年", "covers": ["Q1", "Q2"], "through": "06-30"},
    {"id": "Y", "name": "全年", "covers": ["Q1", "Q2", "Q3", "Y"], "progress": 90},
]


def plan(periods: list[dict[str, Any]] | None = None, value: int = 4, **leaf: Any) -> Plan:
    """Two counties and one indicator."""
    node = {"id": "x", "name": "指标", "points": 100, "method": "ratio"} | leaf
    return parse(
        {
            "kaoping": 1, "id": "p", "name": "方案", "year": 2024, "rounding": {"value": value},
            "periods": periods or [],
            "subjects": [{"id": "a", "name": "甲县"}, {"id": "b", "name": "乙县"}],
            "elements": [{"id": "e", "name": "产值", "accumulate": "sum"}],
            "tree": {"id": "root", "name": "总分", "children": [node]}, "vetoes": [{"id": "v", "name": "安全"}],
        }
    )  # fmt: skip


def row(
    value: str | None, subject: str = "a", item: str = "x", slot: str = "actual", period: str = "", judge: str = ""
):
    """One fact."""
    return (subject, item, slot, period, judge, None if value is None else Decimal(value))


def placed(rows: list[Row]) -> Facts:
    """Facts that know the rows of the sheet they stood in, from row 2 on."""
    table = facts_table(rows).table
    numbers = pa.array(range(2, 2 + len(rows)), pa.int32())
    table = table.append_column("origin", pa.array([0] * len(rows), pa.int32())).append_column("row", numbers)
    return Facts(table, (("facts.xlsx", "上报"),))


def refused(rows: list[Row], **more: Any) -> list[Finding]:
    """What is wrong with these facts."""
    with pytest.raises(NotValid) as error:
        gather(plan(**more), placed(rows))
    return error.value.findings


def figure(rows: list[Row], item: str = "x", slot: str = "actual", at: int = -1, **more: Any) -> Fraction | None:
    """The figure of the first subject in a scored period (the last)."""
    series = gather(plan(**more), facts_table(rows)).get((item, slot))
    if series is None or not series.known[at, 0]:
        return None
    return Fraction(int(series.values[at, 0]), 10**series.scale)


@pytest.mark.parametrize(
    ("wrong", "code", "figures"),
    [
        (row("1", subject="zz"), "facts.unknown_subject", {"subject": "zz"}),
        (row("1", item="zz"), "facts.unknown_item", {"item": "zz", "slot": "actual"}),
        (row("1", slot="zz"), "facts.unknown_slot", {"item": "x", "slot": "zz"}),
        (row("1", item="e", slot="target"), "facts.unknown_slot", {"item": "e", "slot": "target"}),
        (row("1", period="2023"), "facts.unknown_period", {"period": "2023"}),
        (row("1", subject=""), "facts.unknown_subject", {"subject": ""}),
    ],
)
def test_what_the_plan_does_not_know_is_refused_at_its_place(wrong: Row, code: str, figures: dict[str, str]) -> None:
    (finding,) = refused([row("1"), wrong, row("3", subject="b")])
    assert (finding.code, finding.figures) == (code, figures)
    assert (finding.place.file, finding.place.sheet, finding.place.row) == ("facts.xlsx", "上报", 3)


def test_all_that_is_unknown_is_told_at_once() -> None:
    rows = [row("1", subject="zz"), row("1", item="yy"), row("1", slot="ww"), row("1", period="vv")]
    codes = sorted(f.code for f in refused(rows))
    assert codes == ["facts.unknown_item", "facts.unknown_period", "facts.unknown_slot", "facts.unknown_subject"]


def test_two_figures_in_one_cell_are_told_with_both_places() -> None:
    (finding,) = refused([row("1"), row("2", subject="b"), row("1")])
    assert (finding.code, finding.place.row, finding.figures["first_row"]) == ("facts.duplicate", 4, "2")
    assert finding.figures["subject"] == "a"


def test_two_marks_of_one_judge_are_refused() -> None:
    (finding,) = refused([row("1", judge="j"), row("2", judge="j")])
    assert (finding.code, finding.place.row) == ("facts.duplicate", 3)


def test_a_plain_figure_beside_judged_ones_is_a_duplicate() -> None:
    assert [f.code for f in refused([row("1", judge="j"), row("2")])] == ["facts.duplicate"]


def test_more_than_two_hundred_findings_are_counted() -> None:
    found = refused([row("1")] * 251)
    assert [f.code for f in found] == ["facts.duplicate"] * 200 + ["facts.more"]
    assert found[-1].figures == {"count": 50}


def test_a_fact_without_value_is_not_there() -> None:
    assert figure([row(None)]) is None
    assert figure([row(None), row("3")]) == 3
    assert gather(plan(), facts_table([])) == {}
    assert gather(plan(PERIODS), facts_table([row(None)])) == {}


OF_PERIODS = [row("10", period="Q1"), row("4", period="Q2"), row("7", period="Q3")]


@pytest.mark.parametrize(
    ("how", "half", "year"),
    [("latest", "4", "7"), ("sum", "14", "21"), ("max", "10", "10"), ("min", "4", "4"), ("mean", "7", "7")],
)
def test_reporting_periods_are_accumulated_as_declared(how: str, half: str, year: str) -> None:
    more: dict[str, Any] = {"periods": PERIODS, "accumulate": {"actual": how}}
    assert figure(OF_PERIODS, at=0, **more) == Fraction(half)
    assert figure(OF_PERIODS, at=1, **more) == Fraction(year)


def test_a_mean_of_periods_is_rounded_half_up_to_the_plans_places() -> None:
    rows = [row("-1", period="Q1"), row("-1", period="Q2"), row("0", period="Q3")]
    more: dict[str, Any] = {"periods": PERIODS, "accumulate": {"actual": "mean"}, "value": 1}
    assert figure(rows, **more) == Fraction("-0.7")
    assert figure([row("0.05", period="Q1"), row("0.05", period="Q2")], **more) == Fraction("0.1")


def test_periods_without_a_figure_are_left_out_of_what_is_accumulated() -> None:
    rows = [row("10", period="Q1"), row(None, period="Q2"), row("4", period="Q3")]
    assert figure(rows, periods=PERIODS, accumulate={"actual": "mean"}) == 7
    assert figure(rows, at=0, periods=PERIODS) == 10


def test_elements_accumulate_in_their_own_way() -> None:
    assert figure([row("2", item="e", period="Q1"), row("3", item="e", period="Q2")], "e", periods=PERIODS) == 5


def test_the_figure_of_the_period_itself_wins_then_what_it_covers_then_the_undated() -> None:
    own, covered, undated = row("1", period="Y"), row("2", period="Q1"), row("3")
    more: dict[str, Any] = {"periods": PERIODS, "accumulate": {"actual": "sum"}}
    assert figure([own, covered, undated], **more) == 1
    assert figure([covered, undated], **more) == 2
    assert figure([undated], **more) == 3
    assert figure([own, undated], at=0, **more) == 3
    assert figure([covered], at=0, **more) == 2
    assert figure([own], at=0, **more) is None


def test_each_subject_finds_its_own_figure() -> None:
    rows = [row("1", period="Y"), row("9", subject="b", period="Q1"), row("0.5", subject="b", period="Q2")]
    series = gather(plan(PERIODS, accumulate={"actual": "sum"}), facts_table(rows))["x", "actual"]
    assert [Fraction(int(v), 10**series.scale) for v in series.values[1]] == [1, Fraction("9.5")]


def test_marks_of_judges_are_brought_to_their_mean() -> None:
    assert figure([row(v, judge=f"j{i}") for i, v in enumerate(("80", "80", "81"))]) == Fraction("80.3333")
    assert figure([row("80.5", judge="j")]) == Fraction("80.5")


def test_the_highest_and_the_lowest_go_when_there_are_enough_judges() -> None:
    rows = [row(v, judge=f"j{i}") for i, v in enumerate(("60", "90", "91", "92", "93", "100"))]
    for marks, mean, judges, dropped in ((rows, "91.5", 6, 2), (rows[:5], "85.2", 5, 0)):
        found = {s: figure(marks, slot=s, method="trimmed_mean") for s in ("actual", "judges", "dropped")}
        assert found == {"actual": Fraction(mean), "judges": judges, "dropped": dropped}


@pytest.mark.parametrize(
    "text",
    [
        "0.000000000000000000000001",
        "-99999999999999.999999999999999999999999", "0.5", "100", "0.125",
        "9999999999999.99",
        "99999999999999999999999999999999999999", "-0.00000000000000000000001", "9223372036854775808", "0",
    ],
)  # fmt: skip
def test_figures_are_held_exactly_whatever_their_size(text: str) -> None:
    assert figure([row(text), row("-1" if len(text) < 25 else None, subject="b")]) == Fraction(text)


def test_large_sums_do_not_wrap() -> None:
    rows = [row("9223372036854775807", period=q) for q in ("Q1", "Q2", "Q3")]
    assert figure(rows, periods=PERIODS, accumulate={"actual": "sum"}) == 3 * 9223372036854775807


def test_scheduled_progress_is_declared_or_counted_in_days_or_months() -> None:
    months = {"id": "M", "name": "九个月", "covers": [f"m{i}" for i in range(9)]}
    series = progress(plan([*PERIODS, months]))
    found = [Fraction(int(v[0]), 10**series.scale) for v in series.values]
    assert found == [Fraction(4973, 10000), Fraction(9, 10), Fraction(3, 4)]  # 182 of 366 days


def test_facts_whose_texts_stand_in_chunks_or_without_dictionary_are_read_alike() -> None:
    rows = [row("1", period="Q1"), row("2", subject="b"), row("3", item="e"), row("4", slot="target")]
    coded = facts_table(rows).table
    bare = pa.table(
        [coded[name].cast(pa.string()) for name in KEYS] + [coded[VALUE]], names=[*KEYS, VALUE]
    )  # fmt: skip
    chunked = pa.concat_tables([bare.slice(0, 2), bare.slice(2)])
    seen = [repr(gather(plan(PERIODS), Facts(t))) for t in (coded, bare, chunked)]
    assert len(set(seen)) == 1


@given(st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(rng: Any) -> None:
    rows = [
        *OF_PERIODS,
        row("5", subject="b"),
        row("2.5", item="e"),
        row("8", slot="target", period="Y"),
        row("1", item="v"),
    ]
    rows += [row(str(m), subject="b", slot="target", judge=f"j{m}") for m in (1, 2, 4)]
    shuffled = list(rows)
    rng.shuffle(shuffled)
    before, after = (gather(plan(PERIODS), facts_table(r)) for r in (rows, shuffled))
    assert {k: repr(v) for k, v in before.items()} == {k: repr(v) for k, v in after.items()}
