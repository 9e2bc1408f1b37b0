"""What-if runs: what can be changed, what is refused, and who moves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaoping.core import engine
from kaoping.core.plan import parse
from kaoping.core.refusals import NotValid
from kaoping.core.whatif import Comparison, changed, compare
from tests.core.strategies import Mapped, facts_table
from tests.core.test_engine import leaf, made, told

D = Decimal
PERIODS = [{"id": "H1", "name": "半年"}, {"id": "Y", "name": "全年"}]
FIGURES = {"x": [90, 80, 100], "x target": [100, 100, 100], "y actual H1": [10, 30, 0], "y actual Y": [30, 40, 10]}


def scheme() -> Mapped:
    """Two indicators, one below a merging node; the best is graded."""
    merging = {"id": "m", "name": "并入", "merge": {"H1": 30, "Y": 70}, "children": [leaf("y", 40)]}
    grades = [{"id": "优", "name": "优秀", "first": 1}, {"id": "良", "name": "良好"}]
    return made(leaf("x", 60, "ratio"), merging, periods=PERIODS, standing={"grades": grades})


def moved(*changes: str) -> Comparison:
    """Compared with these changes; the facts of x belong to no period."""
    return compare(parse(scheme()), facts_table(told(FIGURES)), changes)


def totals(*changes: str) -> list[Decimal]:
    """Totals after the changes."""
    return [m.after.total for m in moved(*changes).moves]


def test_the_baseline_is_the_plan_as_it_stands() -> None:
    assert [m.before.total for m in moved().moves] == [D("78"), D("85"), D("67")]


@pytest.mark.parametrize("change", ["", "x:target*1", "x.points=60", "m.merge.H1=30", "x:target=100"])
def test_no_change_moves_nobody(change: str) -> None:
    found = moved(*([change] if change else []))
    assert found.moved == ()
    assert [m.gain for m in found.moves] == [0, 0, 0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("x.points=120", ["132", "133", "127"]),
        ("x.params.cap=0.8", ["72", "85", "55"]),
        ("m.merge.H1=70", ["74", "83", "65"]),  # weights 70 and 70: the plain mean of both
        ("x:target*1.25", ["67.2", "75.4", "55"]),
        ("x:target=200", ["51", "61", "37"]),
        ("x:target@s0=80", ["84", "85", "67"]),
        ("x:target@县0=80", ["84", "85", "67"]),
        ("x:actual@s1*0.5", ["78", "61", "67"]),
        ("rounding.total=0", ["78", "85", "67"]),
    ],
)
def test_a_change_has_the_effect_that_it_names(change: str, expected: list[str]) -> None:
    assert totals(change) == [D(x) for x in expected]


def test_several_changes_work_together_and_the_first_run_is_untouched() -> None:
    found = moved("x.points=120", "x:target@s1=160")
    assert [m.after.total for m in found.moves] == [D("132"), D("97"), D("127")]
    assert [m.before.total for m in found.moves] == [D("78"), D("85"), D("67")]
    assert found.changes == ("x.points=120", "x:target@s1=160")


def test_moves_tell_places_won_and_grades_that_flip() -> None:
    found = {m.subject: m for m in moved("x:target@s1=160").moves}
    assert [(m.before.rank, m.after.rank, m.places) for m in found.values()] == [(2, 1, 1), (1, 2, -1), (3, 2, 1)]
    assert [m.gain for m in found.values()] == [0, D(-18), 0]
    assert [(m.before.grade, m.after.grade, m.regraded) for m in found.values()] == [
        ("良", "优", True), ("优", "良", True), ("良", "良", False),
    ]  # fmt: skip
    assert [m.subject for m in moved("x:target@s1=160").moved] == ["s0", "s1", "s2"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("zz.points=8", "whatif.unknown_node"), ("zz:target*2", "whatif.no_figures"), ("x:zz=2", "whatif.no_figures"),
        ("x:target@zz=2", "whatif.no_figures"), ("x:target*", "whatif.syntax"), ("x:target=1.2.3", "whatif.syntax"),
        ("x", "whatif.syntax"), ("", "whatif.syntax"), ("x.points", "whatif.syntax"), ("x:target+5", "whatif.syntax"),
        ("x.zz=8", "plan.unknown_key"), ("x.points=many", "plan.not_a_number"), ("x.params.zz=1", "plan.unknown_param"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_refused(change: str, code: str) -> None:
    with pytest.raises(NotValid) as refused:
        moved(change)
    assert [f.code for f in refused.value.findings] == [code]


def test_all_that_cannot_be_changed_is_told_at_once() -> None:
    with pytest.raises(NotValid) as refused:
        moved("zz.points=8", "nonsense", "x:zz=1")
    assert len(refused.value.findings) == 3


@pytest.mark.parametrize("change", ["x.points.y=8", "subjects.a=1", "name.a=1", "x.name.a.b=1", "periods.H1=2"])
def test_a_key_inside_what_has_no_keys_is_refused(change: str) -> None:
    with pytest.raises(NotValid):
        moved(change)


@pytest.mark.parametrize(
    "change", ["x:target*1.0000000000000000000000001", "x:target=1000000000000000000000000000000000000"]
)
def test_figures_beyond_what_is_held_are_refused_not_broken(change: str) -> None:
    figures = {**FIGURES, "x target": ["100.123456789012", 100, 100]}
    with pytest.raises(NotValid):
        compare(parse(scheme()), facts_table(told(figures)), [change])


def test_a_multiplied_figure_keeps_every_digit() -> None:
    figures = {**FIGURES, "x": ["123456789012345.123456789012", 1, 1]}
    _, facts = changed(parse(scheme()), facts_table(told(figures)), ["x:actual*1.000000001"])
    assert D("123456789135801.912469134135456789012") in facts.table["value"].to_pylist()


def test_the_changed_plan_scores_as_if_it_had_been_written_so() -> None:
    mapping = scheme()
    plan, facts = changed(parse(mapping), facts_table(told(FIGURES)), ["x.points=77", "m.merge.Y=10"])
    mapping["tree"]["children"][0]["points"] = 77
    mapping["tree"]["children"][1]["merge"]["Y"] = 10
    with engine.score(plan, facts) as a, engine.score(parse(mapping), facts) as b:
        assert a.scores() == b.scores()
