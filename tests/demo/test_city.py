"""The sample city: written the same every time, free of faults, and its results can be re-added from its own scores."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from kaoping.core import engine
from kaoping.core.checks import check_whole
from kaoping.core.engine import Result
from kaoping.core.facts import Facts
from kaoping.core.plan import Plan, full_points
from kaoping.core.refusals import blocking
from kaoping.demo import city

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shili-2026"


def facts(plan: Plan) -> Facts:
    """The example's facts with ids instead of names."""
    ids = {s.name: s.id for s in plan.subjects}
    items = {line.node.name: line.node.id for line in plan.leaves}
    items |= {one.name: one.id for one in (*plan.elements, *plan.vetoes)}
    slots = {chinese: slot for slot, chinese in city.SLOTS.items()}
    with (EXAMPLE / "facts.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            (ids[r["单位"]], items[r["指标"]], slots.get(r["口径"], r["口径"]), r["期间"], r["评分人"], r["数值"])
            for r in csv.DictReader(lines)
        ]
    columns = list(zip(*rows, strict=True))
    named = dict(zip(("subject", "item", "slot", "period", "judge"), columns[:5], strict=True))
    values = [None if text == "-" else Decimal(text) for text in columns[5]]
    return Facts(pa.table({**named, "value": pa.array(values, pa.decimal128(38, 3))}))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return city.plan()


@pytest.fixture(scope="module")
def result(plan: Plan) -> Iterator[Result]:
    with engine.score(plan, facts(plan)) as scored:
        yield scored


def half_up(x: Decimal) -> Decimal:
    return x.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_example_is_what_the_generator_writes(tmp_path: Path) -> None:
    city.write(tmp_path)
    for name in ("plan.yaml", "facts.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()


def test_another_seed_gives_other_facts() -> None:
    assert city.facts_text(1) != city.facts_text(2)


def test_nothing_is_wrong_with_the_plan(plan: Plan) -> None:
    assert blocking(check_whole(plan)) == []


def test_every_indicator_says_where_it_comes_from(plan: Plan) -> None:
    for line in plan.leaves:
        node = line.node
        assert all((node.source, node.lead_unit, node.clause, node.unit)), node.id
    assert len({line.node.clause for line in plan.leaves}) == len(plan.leaves)
    assert len({line.node.method for line in plan.leaves}) >= 15
    names = [line.node.name for line in plan.lines] + [e.name for e in plan.elements] + [v.name for v in plan.vetoes]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.req("R4.1")
def test_the_weights_that_the_source_names(plan: Plan) -> None:
    points = {n: plan.by_id[n].node.points for n in ("cluster", "projects", "welfare", "total")}
    assert points == {"cluster": 10, "projects": 10, "welfare": 20, "total": 100}


@pytest.mark.req("R5.3")
def test_half_year_and_year_are_merged(result: Result) -> None:
    """县区量化指标: 30 % of the half-year and 70 % of the year, rounded once."""
    scores = result.scores()
    merged = 0
    for node in ("cluster", "projects", "quality", "economy"):
        for subject in ("yunhe", "kaifaqu", "ruanjian"):
            half, year = scores[subject, node, "H1"][0], scores[subject, node, "Y"][0]
            assert scores[subject, node, ""][0] == half_up((30 * half + 70 * year) / 100)
            merged += half != year
    assert merged


@pytest.mark.req("R5.3")
def test_departments_lose_points_at_the_half_year(plan: Plan, result: Result) -> None:
    scores = result.scores()
    found = {scores[s.id, "half_year", ""] for s in plan.subjects if (s.id, "half_year", "") in scores}
    assert {full for _, full in found} == {Decimal(6)}
    assert len({score for score, _ in found}) > 1


@pytest.mark.req("R4.7")
def test_exclusive_indicators_are_rescaled(plan: Plan, result: Result) -> None:
    """开发区 12 raw points, 软件园 15, the others 10: all stand for 8."""
    scores = result.scores()
    raw = {}
    for subject in [s.id for s in plan.subjects if s.category in city.COUNTIES]:
        own = [
            scores[key][0:2]
            for line in plan.leaves
            if line.parent is not None and line.parent.node.id == "special"
            for key in [next((k for k in scores if k[:2] == (subject, line.node.id)), None)]
            if key is not None
        ]
        raw[subject] = sum((full for _, full in own), Decimal(0))
        score, full = next(v for k, v in scores.items() if k[:2] == (subject, "special"))
        assert full == 8
        assert score == half_up(sum((s for s, _ in own), Decimal(0)) * 8 / raw[subject])
    assert set(raw.values()) == {Decimal(10), Decimal(12), Decimal(15)}


@pytest.mark.req("R1.4")
def test_bundles_run_both_ways(plan: Plan, result: Result) -> None:
    """县区 ← the departments' efficiency; 市发展改革委 ← the counties' major projects."""
    scores = {(s, n): v for (s, n, p), v in result.scores().items() if p in ("", "Y")}
    merged = {(s, n): v for (s, n, p), v in result.scores().items() if p == ""}
    departments = [s.id for s in plan.subjects if s.category not in city.COUNTIES]
    counties = [s.id for s in plan.subjects if s.category in city.COUNTIES]

    def share(node: str, of: list[str]) -> Decimal:
        both = [merged.get((s, node), scores[s, node]) for s in of]
        return sum((score for score, _ in both), Decimal(0)) / sum((full for _, full in both), Decimal(0))

    assert scores["linhu", "county_bundle"][0] == half_up(2 * share("efficiency", departments))
    assert scores["fagai", "b_projects"][0] == half_up(8 * share("projects", counties))


@pytest.mark.req("R7.3")
def test_a_veto_forces_the_grade(result: Result) -> None:
    """湖滨新区 would be 先进 by its place; 安全生产 forces 诫勉."""
    assert result.ranks()["hubin"][0] <= 3
    assert result.totals()["hubin"] >= 85
    assert result.grades()["hubin"] == "诫勉"


@pytest.mark.req("R7.2")
def test_the_last_three_are_admonished_and_the_best_are_advanced(plan: Plan, result: Result) -> None:
    grades, ranks, totals = result.grades(), result.ranks(), result.totals()
    for group in {s.group for s in plan.subjects}:
        members = [s.id for s in plan.subjects if s.group == group]
        for subject in members:
            rank, of = ranks[subject]
            assert of == len(members)
            from_last = 1 + sum(totals[other] < totals[subject] for other in members)
            best = rank <= half_up(Decimal(of * 30) / 100).quantize(Decimal(1), ROUND_HALF_UP) and totals[subject] >= 85
            expected = "先进" if best else "诫勉" if from_last <= 3 else "达标"
            assert grades[subject] == ("诫勉" if subject == "hubin" else expected)


@pytest.mark.req("R7.4")
def test_the_quota_of_excellent_follows_the_grade(plan: Plan, result: Result) -> None:
    percent = {"先进": 18, "达标": 15, "诫勉": 12}
    grades, quota = result.grades(), result.quota()
    for s in plan.subjects:
        if s.staff is not None:
            share = min(percent[grades[s.id]] + 2 * len(s.honours), 20)
            heads = (Decimal(s.staff * share) / 100).quantize(Decimal(1), ROUND_HALF_UP)
            assert quota[s.id] == heads


@pytest.mark.req("R4.3")
def test_nobody_gets_more_than_the_full_points(plan: Plan, result: Result) -> None:
    for (_, node, _), (score, full) in result.scores().items():
        line = plan.by_id[node]
        if line.account is None:
            assert 0 <= score <= full
            if line.node.is_leaf:
                assert full == full_points(plan, line)


def test_what_is_missing_is_treated_as_declared(plan: Plan, result: Result) -> None:
    scores = result.scores()
    nodes = {(s, n) for s, n, _ in scores}
    assert ("ruanjian", "poverty") not in nodes  # does not apply, by decision of the leading group
    assert ("tongji", "key2") not in nodes  # dropped: one item of key work only
    others = [v for (s, n, _), (v, _) in scores.items() if n == "beds" and s not in ("ruanjian", "konggang")]
    filled = next(v for (s, n, _), (v, _) in scores.items() if (s, n) == ("ruanjian", "beds"))
    assert filled == half_up(sum(others, Decimal(0)) / len(others))  # average of those who have hospitals
    assert [s.id for s in plan.subjects if (s.id, "total") not in nodes] == []


def test_accounts_are_capped(plan: Plan, result: Result) -> None:
    """Total = root + bonuses (at most 3) - deductions (at most 5), from the printed scores."""
    scores = {(s, n): v for (s, n, _), (v, _) in result.scores().items()}
    for s in plan.subjects:
        sums = []
        for account in plan.accounts:
            assert account.cap is not None
            together = sum((scores.get((s.id, child.id), Decimal(0)) for child in account.children), Decimal(0))
            sums.append(max(-account.cap, min(account.cap, together)))
        assert result.totals()[s.id] == scores[s.id, "total"] + sums[0] - sums[1]
