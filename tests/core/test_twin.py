"""The engine against its slow twin on random plans, what must not change a score, and the twin against the rules."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaoping.core import engine
from kaoping.core.checks import check_whole
from kaoping.core.methods import METHODS
from kaoping.core.plan import Plan, parse
from kaoping.core.refusals import NotValid, blocking
from tests.core import exact_engine
from tests.core.exact_engine import TwinResult
from tests.core.strategies import (
    ACCOUNT_METHODS,
    TREE_METHODS,
    Maker,
    Mapped,
    Row,
    facts_table,
    plans,
    random_plan,
    smallest,
)

TORTURE = os.environ.get("KAOPING_TORTURE") == "1"
HEAVY = TORTURE or os.environ.get("KAOPING_HEAVY") == "1"
QUIET = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


# -- both engines, seen alike


def engine_view(result: Any) -> TwinResult:
    """The engine's result in the twin's shape."""
    return TwinResult(
        nodes=dict(result.scores()),
        totals=dict(result.totals()),
        ranks=dict(result.ranks()),
        grades=dict(result.grades()),
        node_ranks=dict(result.node_ranks()),
        quota=dict(result.quota()),
    )


def by_engine(plan: Plan, rows: list[Row]) -> TwinResult:
    """What the engine says."""
    try:
        with engine.score(plan, facts_table(rows)) as result:
            return engine_view(result)
    except NotValid as refused:
        keys = ("subject", "item", "period")
        found = {
            (f.code.replace("cell.undefined", "cell.missing"), *(str(f.figures.get(k, "")) for k in keys))
            for f in refused.findings
        }
        return TwinResult(refused=found)  # type: ignore[arg-type]


def differences(ours: TwinResult, twins: TwinResult) -> list[str]:
    """Where two results differ, in words; empty if nowhere."""
    if ours.refused or twins.refused:
        return [f"refused: engine {sorted(ours.refused)}, twin {sorted(twins.refused)}"] * (
            ours.refused != twins.refused
        )
    found = []
    for part in ("nodes", "totals", "ranks", "grades", "node_ranks", "quota"):
        a, b = getattr(ours, part), getattr(twins, part)
        found += [
            f"{part} {key}: engine {a.get(key)}, twin {b.get(key)}"
            for key in sorted({*a, *b})
            if a.get(key) != b.get(key)
        ]
    return found


def written(mapping: Mapped, rows: list[Row]) -> str:
    """A plan and its facts to read and to copy."""
    facts = "\n".join(str(tuple(str(x) for x in row)) for row in rows)
    return f"{yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False)}\n{facts}"


BEYOND = {"number.beyond", "number.too_wide"}
HUGE = 10**9  # figures from here on may, in one method or another, need more digits than an engine's integers have


def beyond(ours: TwinResult, rows: list[Row]) -> bool:
    """Whether the engine refused huge figures rather than lose a digit: an error, never a wrap."""
    huge = any(row[5] is not None and abs(row[5]) >= HUGE for row in rows)
    return huge and any(code in BEYOND for code, *_ in ours.refused)


def compare(mapping: Mapped, rows: list[Row]) -> list[str]:
    """The differences between engine and twin on one plan."""
    plan = parse(mapping)
    twins = exact_engine.score(plan, rows)
    try:
        ours = by_engine(plan, rows)
    except Exception as broken:
        return [f"broken: {type(broken).__name__}: {str(broken)[:300]}"]
    return [] if beyond(ours, rows) else differences(ours, twins)


def smallest_failing(mapping: Mapped, rows: list[Row]) -> tuple[Mapped, list[Row]]:
    """The smallest plan and facts that differ in the same way, and are no more wrong in themselves than these."""
    kind = compare(mapping, rows)[0].split()[0]
    wrong = {f.code for f in blocking(check_whole(parse(mapping)))}

    def fails(mapping: Mapped, rows: list[Row]) -> bool:
        try:
            found = compare(mapping, rows)
            known = {f.code for f in blocking(check_whole(parse(mapping)))} <= wrong
            return bool(found) and found[0].split()[0] == kind and "facts." not in found[0] and known
        except Exception:
            return False  # no plan any more

    return smallest(mapping, rows, fails)


def hold_alike(mapping: Mapped, rows: list[Row]) -> None:
    """Fail with the smallest plan that can be found, if engine and twin differ."""
    if not compare(mapping, rows):
        return
    mapping, rows = smallest_failing(mapping, rows)
    pytest.fail("\n".join([*compare(mapping, rows)[:8], "", written(mapping, rows)]), pytrace=False)


@QUIET
@given(plans())
def test_engine_and_twin_agree_to_the_last_digit(made: tuple[Mapped, list[Row]]) -> None:
    hold_alike(*made)


@pytest.mark.heavy
@pytest.mark.skipif(not HEAVY, reason="KAOPING_HEAVY=1 compares 5,000 random plans, KAOPING_TORTURE=1 20,000")
@pytest.mark.parametrize("part", range(20))
def test_engine_and_twin_agree_on_thousands_of_plans(part: int) -> None:
    refused, count = 0, 1000 if TORTURE else 250
    for number in range(count):
        seed = 1_000_000 + part * 1000 + number
        mapping, rows = random_plan(random.Random(seed), 1 + seed % 8)
        hold_alike(mapping, rows)
        huge = any(row[5] is not None and abs(row[5]) >= HUGE for row in rows)
        refused += huge and beyond(by_engine(parse(mapping), rows), rows)
    assert refused <= count // 50, "too many plans are refused for huge figures to call the rest compared"


# -- what must not change a score


@settings(QUIET, max_examples=30)
@given(plans(), st.randoms())
def test_the_order_of_facts_changes_nothing(made: tuple[Mapped, list[Row]], rng: random.Random) -> None:
    mapping, rows = made
    plan, shuffled = parse(mapping), list(rows)
    rng.shuffle(shuffled)
    assert differences(by_engine(plan, rows), by_engine(plan, shuffled)) == []


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The same plain mapping with subjects renamed wherever they are named."""
    if isinstance(value, dict):
        return {names.get(k, k): renamed(v, names) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(v, names) for v in value)
    return names.get(value, value) if isinstance(value, str) else value


@settings(QUIET, max_examples=30)
@given(plans())
def test_other_names_of_subjects_change_nothing_but_the_names(made: tuple[Mapped, list[Row]]) -> None:
    mapping, rows = made
    ids = [s["id"] for s in mapping["subjects"]]
    names = {name: f"乙{len(ids) - i:02d}" for i, name in enumerate(ids)}
    before = by_engine(parse(mapping), rows)
    after = by_engine(parse(renamed(mapping, names)), [(names[r[0]], *r[1:]) for r in rows])
    view = TwinResult(
        refused={(c, names.get(s, s), i, p) for c, s, i, p in before.refused},
        nodes={(names[s], n, p): x for (s, n, p), x in before.nodes.items()},
        totals={names[s]: x for s, x in before.totals.items()},
        ranks={names[s]: x for s, x in before.ranks.items()},
        grades={names[s]: x for s, x in before.grades.items()},
        node_ranks={(names[s], n): x for (s, n), x in before.node_ranks.items()},
        quota={names[s]: x for s, x in before.quota.items()},
    )
    assert differences(after, view) == []


def nodes_of(node: Mapped) -> Iterator[Mapped]:
    """A node and all below it, as plain mappings."""
    yield node
    for child in node.get("children", ()):
        yield from nodes_of(child)


@settings(QUIET, max_examples=30)
@given(plans())
def test_a_subject_of_another_category_changes_nothing_for_the_rest(made: tuple[Mapped, list[Row]]) -> None:
    mapping, rows = made
    leaves = [
        n
        for top in (mapping["tree"], *(c for a in mapping.get("accounts", ()) for c in a["children"]))
        for n in nodes_of(top)
    ]
    for node in leaves:
        node.pop("compare", None)
    mapping["standing"]["group"] = "category"
    before = by_engine(parse(mapping), rows)
    if before.refused:
        return
    first = mapping["subjects"][0]["id"]
    stranger = {"id": "stranger", "name": "外单位", "category": "elsewhere", "group": "g1"}
    larger = mapping | {
        "categories": mapping["categories"] | {"elsewhere": "别类"},
        "subjects": [*mapping["subjects"], stranger],
    }
    applying = {n["id"] for n in leaves if "applies" in n}
    copied = [("stranger", *r[1:]) for r in rows if r[0] == first and r[1] not in applying]
    after = by_engine(parse(larger), [*rows, *copied])
    if after.refused:  # what the first subject was spared, the stranger may lack
        assert {s for _, s, *_ in after.refused} == {"stranger"}
        return
    for part in ("nodes", "node_ranks"):
        setattr(after, part, {k: v for k, v in getattr(after, part).items() if k[0] != "stranger"})
    for part in ("totals", "ranks", "grades", "quota"):
        getattr(after, part).pop("stranger", None)
    assert differences(after, before) == []


# -- a better figure never scores less

MONOTONE = sorted(m for m in (*TREE_METHODS, "points", *ACCOUNT_METHODS) if METHODS[m].monotone)


def better_rows(method: str, node: Mapped, rows: list[Row], by: Decimal) -> list[Row] | None:
    """The same facts with one figure of the first subject made better; None if it has none that may be."""
    gains = {"rank": -1, "actual": -1 if node.get("direction") == "down" else 1}
    if METHODS[method].named_slots:
        gains = dict.fromkeys(node["params"]["points"], -1 if method == "deductions" else 1)
    for i, row in enumerate(rows):
        if row[0] == "s1" and row[2] in gains and row[5] is not None:
            moved = row[5] + gains[row[2]] * (by if row[2] == "actual" else Decimal(int(by) or 1))
            if row[2] == "rank":
                moved = max(Decimal(1), moved)
            if METHODS[method].named_slots:
                moved = max(Decimal(0), moved)
            return [*rows[:i], (*row[:5], moved), *rows[i + 1 :]]
    return None


@pytest.mark.parametrize("method", MONOTONE)
@settings(QUIET, max_examples=8)
@given(seed=st.integers(0, 2**32), by=st.sampled_from(["0.01", "0.005", "1", "2.5", "13", "1000"]))
def test_a_better_figure_never_scores_less(method: str, seed: int, by: str) -> None:
    maker = Maker(random.Random(seed), 5)
    maker.subjects, maker.categories = ["s1", "s2", "s3", "s4"], ["c1"]
    maker.periods, maker.elements = {}, []
    account = METHODS[method].account and method != "points"
    node = maker.leaf([], method, account=account)
    for key in ("values", "formulas", "applies", "cap", "floor", "compare"):
        node.pop(key, None)
    node["missing"], node["method"] = "drop", method
    node["params"].pop("either_way", None)  # says so itself: any deviation costs
    mapping: Mapped = {
        "kaoping": 1,
        "id": "plan",
        "name": "方案",
        "categories": {"c1": "县区"},
        "subjects": [{"id": s, "name": s, "category": "c1"} for s in maker.subjects],
    }
    other = {"id": "other", "name": "其他", "method": "points", "points": 5, "values": {"actual": "5"}}
    if account:
        account_of = {"id": "a", "name": "加减分", "kind": "bonus", "children": [node]}
        mapping |= {"tree": {"id": "root", "name": "总分", "children": [other]}, "accounts": [account_of]}
    else:
        mapping["tree"] = {"id": "root", "name": "总分", "children": [node, other]}
    rows: list[Row] = [(*key, value) for key, value in maker.rows.items() if key[1] != "other"]
    changed = better_rows(method, node, rows, Decimal(by))
    if changed is None:
        return
    before, after = by_engine(parse(mapping), rows), by_engine(parse(mapping), changed)
    cell = ("s1", node["id"], "")
    if cell in before.nodes and cell in after.nodes:
        assert after.nodes[cell][0] >= before.nodes[cell][0], written(mapping, rows)


# -- both against published rules, by hand


Give = Callable[..., list[Decimal]]
ONE_INDICATOR = {
    "id": "root",
    "name": "总分",
    "children": [{"id": "x", "name": "指标", "method": "points", "points": 100}],
}


@pytest.fixture(params=["twin", "engine"])
def give(request: pytest.FixtureRequest) -> Give:
    """What one indicator gives to each subject, by the twin and by the engine."""
    return partial(points_by, exact_engine.score if request.param == "twin" else by_engine)


def points_by(
    score: Callable[[Plan, list[Row]], TwinResult],
    method: str,
    params: Mapped,
    full: str,
    *subjects: Mapped,
    **more: Any,
) -> list[Decimal]:
    """What one indicator gives to each subject."""
    leaf = {"id": "x", "name": "指标", "method": method, "points": full, "params": params, "compare": "all"} | more
    account = METHODS[method].account and method != "points"
    filler = {"id": "other", "name": "其他", "method": "points", "points": 1, "values": {"actual": 1}}
    mapping: Mapped = {
        "kaoping": 1,
        "id": "plan",
        "name": "方案",
        "year": 2023,
        "subjects": [{"id": f"s{i}", "name": f"单位{i}"} for i in range(len(subjects))],
        "tree": {"id": "root", "name": "总分", "children": [filler] if account else [leaf]},
        "accounts": [{"id": "a", "name": "加分", "kind": "bonus", "children": [leaf]}] if account else [],
    }
    rows: list[Row] = []
    for i, figures in enumerate(subjects):
        for slot, value in figures.items():
            marks = value if isinstance(value, list) else [value]
            judges = [f"j{j}" for j in range(len(marks))] if isinstance(value, list) else [""]
            rows += [(f"s{i}", "x", slot, "", j, Decimal(str(v))) for j, v in zip(judges, marks, strict=True)]
    result = score(parse(mapping), rows)
    assert result.refused == set()
    return [result.nodes[f"s{i}", "x", ""][0] for i in range(len(subjects))]


def numbers(*expected: Any) -> list[Decimal]:
    """Decimals."""
    return [Decimal(str(x)) for x in expected]


def test_profit_against_the_target_pays_and_costs_in_steps(give: Give) -> None:
    params = {
        "size": 3, "points": 1, "penalty_cap": 6,
        "bonus_caps": [
            {"at": 50, "give": 3}, {"at": 20, "give": 4, "open": True}, {"at": 0, "give": 5, "open": True}, {"give": 6},
        ],
    }  # fmt: skip
    cases = [(100, 100, 100, 30), (100, 100, 109, 33), (100, 100, 130, 36), (100, 100, 91, 27), (100, 100, 60, 24),
             (85, 100, "110.5", 35), (60, 100, 78, 34), (45, 100, "58.5", 33)]  # fmt: skip
    figures = [{"target": t, "baseline": b, "actual": a} for t, b, a, _ in cases]
    assert give("step", params, "30", *figures) == numbers(*(e for *_, e in cases))


def test_deviation_in_either_direction_costs_one_point_for_each_three_per_cent(give: Give) -> None:
    figures = [{"target": 100, "actual": a} for a in (100, 109, 91, 160)]
    assert give("step", {"size": 3, "points": 1, "either_way": True}, "15", *figures) == numbers(15, 12, 12, 0)


def test_reaching_the_target_gives_the_base_and_less_gives_its_share(give: Give) -> None:
    assert give("ratio", {}, "15", *[{"target": 50, "actual": a} for a in (60, 40, 0)]) == numbers(15, 12, 0)


def test_own_figure_to_the_best_one_gives_the_share_of_the_points(give: Give) -> None:
    assert give("best_ratio", {}, "400", {"actual": 90}, {"actual": "82.62"}) == numbers(400, "367.2")


def test_the_difficulty_coefficient_multiplies_the_own_figure(give: Give) -> None:
    assert give("best_ratio", {}, "400", {"actual": 90}, {"actual": "61.2"}, values={"coefficient": "1.35"}) == numbers(
        400, 272
    )
    assert give("difficulty", {}, "10", {"actual": 60, "target": 100, "coefficient": "1.35"}) == numbers("8.1")


def test_each_lower_rank_loses_two_per_cent_and_several_leaders_ranks_are_averaged(give: Give) -> None:
    params = {"source": "given", "step": 2}
    figures = [{"rank": [1]}, {"rank": [5]}, {"rank": [1, 3, 5]}]
    assert give("rank_steps", params, "200", *figures) == numbers(200, 184, 192)


def test_ties_share_the_better_place(give: Give) -> None:
    figures = [{"actual": a} for a in (9, 8, 8, 7)]
    assert give("rank_steps", {"step": 5}, "100", *figures) == numbers(100, 95, 95, 85)


def test_a_campaign_score_costs_points_by_bands(give: Give) -> None:
    params = {"bands": [{"at": a, "give": g} for a, g in ((100, 0), (95, 1), (90, 2), (85, 3), (80, 4))]}
    scores = (100, "99.9", 95, "94.99", 90, 85, 80)
    assert give("band_deduction", params, "10", *[{"actual": s} for s in scores]) == numbers(10, 9, 9, 8, 8, 7, 6)


def test_bands_of_completion_count_only_through_the_gate(give: Give) -> None:
    params = {"gate": 20, "bands": [{"at": 100, "give": 100}, {"at": 80, "give": 75}, {"at": 50, "give": 50}]}
    cases = [(100, 20, 100), ("99.9", 20, 75), (80, 25, 75), (50, 20, 50), ("49.9", 60, 0), (120, "19.9", 0)]
    figures = [{"actual": a, "target": 100, "gate": g} for a, g, _ in cases]
    assert give("bands", params, "100", *figures) == numbers(*(e for *_, e in cases))


def test_votes_in_four_grades_give_their_mean_over_the_valid_ones(give: Give) -> None:
    params = {"points": {"好": 100, "较好": 80, "一般": 60, "差": 40}}
    votes = [(10, 6, 3, 1), (0, 0, 0, 7)]
    figures = [dict(zip(params["points"], v, strict=True)) for v in votes]
    assert give("grade_points", params, "100", *figures) == numbers(85, 40)


def test_no_opinion_is_not_a_vote(give: Give) -> None:
    params = {"points": {"满意": 100, "基本满意": 70, "不满意": 30}, "not_counted": ["不了解"]}
    assert give("grade_points", params, "100", {"满意": 6, "基本满意": 3, "不满意": 1, "不了解": 90}) == numbers(84)


def test_the_share_of_top_votes_pays_by_bands_and_many_weak_votes_cost(give: Give) -> None:
    params = {
        "top": "优", "weak": "差", "answers": ["优", "中", "差"], "rest": 160, "weak_rest": 130, "weak_at": "0.33",
        "bands": [{"at": a, "give": g} for a, g in ((90, 200), (80, 190), (70, 180), (60, 170))],
    }  # fmt: skip
    votes = [(90, 10, 0), (89, 11, 0), (60, 0, 40), (59, 41, 0), (59, 8, 33)]
    figures = [dict(zip(("优", "中", "差"), v, strict=True)) for v in votes]
    assert give("vote_share", params, "200", *figures) == numbers(200, 190, 170, 160, 130)


def test_place_votes_fall_by_three_from_a_hundred(give: Give) -> None:
    assert give("place_votes", {"places": 13}, "100", {f"p{k}": int(k in (1, 13)) for k in range(1, 14)}) == numbers(82)


def test_the_first_five_of_the_province_gain_what_the_last_five_lose(give: Give) -> None:
    figures = [{"rank": r, "total": 11} for r in (1, 5, 6, 7, 11)]
    found = give("provincial_rank", {"points": [5, 4, 3, 2, 1]}, "5", *figures, direction="down")
    assert found == numbers(5, 1, 0, -1, -5)


def test_efficacy_gives_sixty_per_cent_to_the_last_and_all_to_the_first(give: Give) -> None:
    assert give("efficacy", {}, "10", *[{"actual": a} for a in (20, 10, 14)]) == numbers(10, 6, "7.6")
    assert give("efficacy", {}, "10", *[{"actual": a} for a in (20, 10, 14)], direction="down") == numbers(6, 10, "8.4")


def test_five_standard_values_are_joined_by_straight_lines(give: Give) -> None:
    figures = [{"actual": a} for a in (12, 10, 9, 6, 1, "0.9")]
    assert give("five_tier", {"standards": [10, 8, 6, 4, 1]}, "20", *figures) == numbers(20, 20, 18, 12, 4, 0)


def test_level_and_growth_each_go_by_efficacy(give: Give) -> None:
    figures = [{"actual": 110, "last": 100}, {"actual": 90, "last": 75}, {"actual": 100, "last": 100}]
    # level 1, 0.6, 0.8 of 4 points; growth 10, 20, 0 per cent: 0.8, 1, 0.6 of 6 points
    assert give("level_growth", {}, "10", *figures) == numbers("8.8", "8.4", "6.8")


def test_progressive_bands_pay_less_for_each_further_band(give: Give) -> None:
    figures = [{"actual": a, "reference": 50} for a in (50, 65, 35)]
    assert give("progressive_bands", {"width": 10, "divisors": [20, 40, 60]}, "80", *figures) == numbers(80, 130, 30)


def test_the_highest_and_the_lowest_mark_go_when_there_are_more_than_five_judges(give: Give) -> None:
    figures = [{"actual": [60, 90, 90, 90, 90, 100]}, {"actual": [60, 90, 90, 90, 100]}]
    assert give("trimmed_mean", {}, "10", *figures) == numbers(9, "8.6")


def test_the_interval_pays_in_full_and_falls_evenly_outside(give: Give) -> None:
    params = {"low": 3, "high": 6, "low_limit": 1, "high_limit": 10}
    assert give("interval", params, "10", *[{"actual": a} for a in (3, 6, 2, 8, 10, 0)]) == numbers(10, 10, 5, 5, 0, 0)


def test_a_smaller_figure_pays_in_full_and_a_larger_one_by_reverse_ratio(give: Give) -> None:
    figures = [{"actual": a, "target": 3} for a in (0, 2, 3, 4)]
    assert give("reverse_ratio", {}, "10", *figures, direction="down") == numbers(10, 10, 10, "7.5")


def test_each_event_costs_until_nothing_is_left(give: Give) -> None:
    params = {"points": {"缺报": "0.1", "虚报": "0.2"}}
    figures = [{"缺报": 2, "虚报": 1}, {"缺报": 9, "虚报": 9}]
    assert give("deductions", params, "1", *figures, direction="down") == numbers("0.6", 0)


def test_only_the_highest_award_counts_where_the_plan_says_so(give: Give) -> None:
    params = {"points": {"国家级": 2, "省级": 1, "市级": "0.5"}, "highest_only": True}
    figures = [{"国家级": 0, "省级": 3, "市级": 4}, {"国家级": 0, "省级": 0, "市级": 0}]
    assert give("bonus_levels", params, "5", *figures) == numbers(1, 0)


def test_standard_scores_and_goalposts_follow_the_handbooks(give: Give) -> None:
    # mean 5, population deviation 2
    figures = [{"actual": a} for a in (2, 4, 4, 4, 5, 5, 7, 9)]
    assert give("zscore", {}, "100", *figures)[-2:] == numbers(70, 80)
    assert give("goalposts", {"low": 20, "high": 85}, "1", {"actual": "73.4"}, places=3) == numbers("0.822")
    # income index of 100 to 75,000 dollars on logarithms: (ln 17,368 - ln 100) / (ln 75,000 - ln 100)
    found = give("goalposts", {"low": 100, "high": 75000, "log": True}, "1", {"actual": 17368}, places=3)
    assert found == numbers("0.779")


def test_four_cumulative_periods_count_by_their_weights() -> None:
    periods = ["q1", "q2", "q3", "q4"]
    mapping: Mapped = {
        "kaoping": 1, "id": "plan", "name": "方案",
        "subjects": [{"id": "s", "name": "某县"}],
        "periods": [{"id": p, "name": p} for p in periods],
        "tree": {
            "id": "root", "name": "总分", "merge": dict(zip(periods, (15, 25, 25, 35), strict=True)),
            "children": [{"id": "x", "name": "指标", "method": "points", "points": 100}],
        },
    }  # fmt: skip
    rows: list[Row] = [("s", "x", "actual", p, "", Decimal(v)) for p, v in zip(periods, (80, 90, 85, 88), strict=True)]
    assert exact_engine.score(parse(mapping), rows).totals == {"s": Decimal("86.55")}


@pytest.mark.parametrize(
    ("grade", "honours", "expected"),
    [("优秀", ["人民满意"], 20), ("优秀", ["人民满意", "效能先进"], 20), ("良好", ["效能先进"], 15), ("诫勉", [], 8)],
)
def test_the_grade_of_a_unit_sets_its_quota(grade: str, honours: list[str], expected: int) -> None:
    mapping: Mapped = {
        "kaoping": 1, "id": "plan", "name": "方案",
        "subjects": [{"id": "s", "name": "某局", "staff": 100, "honours": honours}],
        "tree": ONE_INDICATOR,
        "standing": {"grades": [{"id": grade, "name": grade}]},
        "quota": {
            "by_grade": {"优秀": 15, "良好": 12, "达标": 10, "诫勉": 8},
            "extras": {"人民满意": 5, "效能先进": 3}, "cap": 20,
        },
    }  # fmt: skip
    assert exact_engine.score(parse(mapping), [("s", "x", "actual", "", "", Decimal(80))]).quota == {"s": expected}


def test_equal_totals_share_a_place_and_leave_a_gap() -> None:
    mapping: Mapped = {
        "kaoping": 1, "id": "plan", "name": "方案",
        "subjects": [{"id": f"s{i}", "name": f"单位{i}"} for i in range(4)],
        "tree": ONE_INDICATOR,
    }  # fmt: skip
    rows: list[Row] = [(f"s{i}", "x", "actual", "", "", Decimal(v)) for i, v in enumerate((9, 8, 8, 7))]
    ranks = exact_engine.score(parse(mapping), rows).ranks
    assert ranks == {"s0": (1, 4), "s1": (2, 4), "s2": (2, 4), "s3": (4, 4)}


def test_the_twin_rounds_half_away_from_zero() -> None:
    pairs = [("2.345", "2.35"), ("-2.345", "-2.35"), ("2.3449", "2.34"), ("0.005", "0.01"), ("-0.004", "0")]
    assert [exact_engine.half_up(Fraction(a), 2) for a, _ in pairs] == [Fraction(b) for _, b in pairs]


def test_the_twin_knows_logarithms_roots_and_powers_to_the_asked_place() -> None:
    ten, two = Fraction(10), Fraction(2)
    assert exact_engine.ln(ten, 30) == Fraction("2.302585092994045684017991454684")
    assert exact_engine.exp(Fraction(-1), 30) == Fraction("0.367879441171442321595523770161")
    assert exact_engine.root_of(two, 30) == Fraction("1.414213562373095048801688724210")
    assert exact_engine.mean_power([Fraction("2.345")] * 3, [two, ten, Fraction("0.3")], 2) == Fraction("2.35")


def test_the_twin_knows_every_method() -> None:
    assert {*exact_engine.TWIN_METHODS, "bundle"} == set(METHODS)
    assert {*TREE_METHODS, *ACCOUNT_METHODS, "bundle"} == set(METHODS)
