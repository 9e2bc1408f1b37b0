"""Published numbers, in and out: each case quotes its source, and the engine gives the published figures.

The data and where each file comes from: `tests/cases/README.md`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kaoping.core import engine
from kaoping.core.engine import Result
from kaoping.core.facts import Facts
from kaoping.core.plan import Plan, parse
from kaoping.exchange.plans import read_plan

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
EXAMPLES = ROOT / "examples"

#: (subject, item, slot, period, judge, value as text; None where nothing was reported)
Fact = tuple[str, str, str, str, str, str | None]


# -- helpers


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def case(name: str) -> dict[str, Any]:
    """A case from a JSON file, its numbers exact."""
    read: dict[str, Any] = json.loads((CASES / name).read_text(encoding="utf-8"), parse_float=Decimal)
    return read


def facts(rows: Iterable[Fact]) -> Facts:
    """A table of facts."""
    columns = list(zip(*rows, strict=True))
    values = [None if value is None else Decimal(value) for value in columns[5]]
    places = max(0, *(-int(v.as_tuple().exponent) for v in values if v is not None), 0)
    named = {
        name: pa.array(column).dictionary_encode()
        for name, column in zip(("subject", "item", "slot", "period", "judge"), columns[:5], strict=True)
    }
    return Facts(pa.table({**named, "value": pa.array(values, pa.decimal128(38, places))}))


def wide(path: Path) -> list[Fact]:
    """Facts of a file with one line a subject and one column an item."""
    found: list[Fact] = []
    for row in table(path):
        subject = row.pop("单位")
        found += [(subject, item, "actual", "", "", text or None) for item, text in row.items()]
    return found


@cache
def example(plan: str, figures: str) -> tuple[Plan, Result]:
    """An example of the project, scored once."""
    read = read_plan(EXAMPLES / plan)
    return read, engine.score(read, facts(wide(EXAMPLES / figures)))


def appraisal(leaves: Sequence[Mapping[str, Any]], subjects: Sequence[str | Mapping[str, Any]], **more: Any) -> Plan:
    """A plan of a few indicators under one root."""
    root = {"id": "root", "name": "总分", **more.pop("root", {})}
    children = [{"name": leaf["id"], **leaf} for leaf in leaves]
    named = [{"id": s, "name": s} if isinstance(s, str) else {"name": s["id"], **s} for s in subjects]
    plan = {"kaoping": 1, "id": "case", "name": "case", "subjects": named, "tree": {**root, "children": children}}
    return parse({**plan, "standing": {"group": "all", **more.pop("standing", {})}, **more})


def run(plan: Plan, given: Mapping[tuple[str, str, str], object] | Iterable[Fact]) -> Result:
    """A plan scored on facts; undated ones may be given as (subject, item, slot) -> value."""
    if isinstance(given, Mapping):
        given = [(s, item, slot, "", "", str(value)) for (s, item, slot), value in given.items()]
    return engine.score(plan, facts(given))


def points(result: Result, subject: str, node: str) -> Decimal:
    """What a subject has on a node."""
    return result.scores()[subject, node, ""][0]


def one_leaf(
    method: str, full: object, params: Mapping[str, Any], figures: Sequence[Mapping[str, object]], **leaf: Any
) -> list[Decimal]:
    """Points of one indicator for several subjects, each with its figures by slot."""
    names = [f"s{i}" for i in range(len(figures))]
    plan = appraisal([{"id": "x", "method": method, "points": full, "params": params, "compare": "all", **leaf}], names)
    given = {(s, "x", slot): value for s, slots in zip(names, figures, strict=True) for slot, value in slots.items()}
    result = run(plan, given)
    return [points(result, s, "x") for s in names]


def close(found: Decimal | Fraction | None, published: str, relative: str = "1e-9") -> bool:
    """Whether a figure is the published one, as closely as that was printed."""
    assert found is not None
    want = Fraction(Decimal(published))
    return abs(Fraction(found) - want) <= Fraction(Decimal(relative)) * max(abs(want), Fraction(1, 10**6))


def rounded(text: str, places: int) -> Decimal:
    return Decimal(text).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# -- 01: a published result of investment attraction


@pytest.mark.req("R4.2")
def test_investment_notice_of_2024() -> None:
    """Investment-attraction appraisal of counties, 2024, https://www.qianlima.com/bid-486863651.html."""
    half = Decimal("0.5")
    counts = {"projects_3_10yi": 7, "projects_10_20yi": 4, "projects_over_20yi": 1}
    lacking = " + ".join(f"max({need} - {name}, 0)" for name, need in counts.items())
    both = "points * (0.5 * min(signed_projects / projects_target, 1) + 0.5 * min(amount / amount_target, 1))"
    leaves = [
        {"id": "province", "method": "ratio", "points": half, "values": {"target": 100}},
        {"id": "fdi", "method": "ratio", "points": half, "params": {"cap": "1.2"}, "values": {"target": 100}},
        {"id": "signed", "method": "formula", "points": half, "params": {"score": both}},
        {"id": "large", "method": "deductions", "points": half, "direction": "down",
         "params": {"points": {"lacking": "0.1"}}, "formulas": {"lacking": lacking}},
        {"id": "services", "method": "formula", "points": half,
         "params": {"score": "applications * 0.2 + enterprises * 0.2 + platforms * 0.1"}},
        {"id": "started", "method": "deductions", "points": half, "direction": "down",
         "params": {"points": {"overdue": "0.1", "untrue": "0.2"}}},
    ]  # fmt: skip
    slots = {
        "province_outside_capital_completion_pct": ("province", "actual"), "fdi_completion_pct": ("fdi", "actual"),
        "signed_projects": ("signed", "signed_projects"), "signed_projects_target": ("signed", "projects_target"),
        "signed_amount_yi": ("signed", "amount"), "signed_amount_target_yi": ("signed", "amount_target"),
        **{name: (name, "actual") for name in counts},
        "award_fund_applications": ("services", "applications"), "key_enterprises": ("services", "enterprises"),
        "platform_signings": ("services", "platforms"),
        "overdue_not_started": ("started", "overdue"), "false_projects": ("started", "untrue"),
    }  # fmt: skip
    rows = case("01_investment_appraisal_2024.json")["rows"]
    names = [f"district-{i + 1}" for i in range(len(rows))]
    elements = [{"id": name, "name": name} for name in counts]
    plan = appraisal(leaves, names, elements=elements)
    given = {(s, *slots[key]): row["inputs"][key] for s, row in zip(names, rows, strict=True) for key in slots}
    assert [list(row["inputs"]["required_counts"]) for row in rows] == [list(counts.values())] * len(rows)
    result = run(plan, given)
    for name, row in zip(names, rows, strict=True):
        assert [points(result, name, leaf["id"]) for leaf in leaves] == row["expected_item_scores"]  # type: ignore[arg-type]
        assert result.totals()[name] == row["expected_total"]
    assert sorted(result.totals().values()) == [Decimal("2.78"), Decimal("2.95")]


# -- 02: efficacy, four firms


def firms() -> tuple[list[dict[str, str]], list[str]]:
    rows = table(CASES / "02_efficacy_60_40_four_firms.csv")
    return rows, [key.removeprefix("value_") for key in rows[0] if key.startswith("value_")]


def test_efficacy_of_four_firms() -> None:
    """功效系数法 60 + 40, four firms on four indicators, geometric mean with equal weights.

    https://777doc.com/doc-4138128.html (改进功效系数法举例)

    The table rounds each coefficient (x - lo) / (hi - lo) to four places: 0.4368 gives 60 + 17.472. A plan says so:
    a min-max indicator of one point with four places, rescaled to 40 points, beside 60 basic points.
    """
    rows, names = firms()
    parts = []
    for name in names:
        coefficient = {"id": name, "name": name, "method": "minmax", "points": 1, "places": 4, "compare": "all"}
        forty = {"id": f"{name}.40", "name": name, "points": 40, "rescale": True, "children": [coefficient]}
        sixty = {"id": f"{name}.60", "name": name, "points": 60, "method": "given", "values": {"actual": 100}}
        parts.append({"id": f"{name}.100", "points": 100, "combine": "sum", "weight": 1, "children": [sixty, forty]})
    plan = appraisal(
        parts, [row["unit"] for row in rows], combine="mean", root={"combine": "geometric"},
        rounding={"score": 3, "node": 3, "total": 3},
    )  # fmt: skip
    result = run(plan, {(row["unit"], name, "actual"): row[f"value_{name}"] for row in rows for name in names})
    for row in rows:
        for name in names:
            assert points(result, row["unit"], f"{name}.100") == Decimal(row[f"score_{name}"])
        assert result.totals()[row["unit"]] == Decimal(row["total_geometric_equal_weights"])
        assert result.ranks()[row["unit"]] == (int(row["rank"]), len(rows))


def test_efficacy_without_rounding_inside() -> None:
    """The same firms by `efficacy`, which rounds nothing inside: within 0.002 of the printed scores, same ranks."""
    rows, names = firms()
    leaves = [{"id": name, "method": "efficacy", "points": 100, "weight": 1, "compare": "all"} for name in names]
    plan = appraisal(
        leaves, [row["unit"] for row in rows], combine="mean", root={"combine": "geometric"},
        rounding={"score": 3, "node": 3, "total": 3},
    )  # fmt: skip
    result = run(plan, {(row["unit"], name, "actual"): row[f"value_{name}"] for row in rows for name in names})
    for row in rows:
        for name in names:
            assert abs(points(result, row["unit"], name) - Decimal(row[f"score_{name}"])) <= Decimal("0.002")
        assert result.ranks()[row["unit"]] == (int(row["rank"]), len(rows))
    assert points(result, "甲", "百元固定资产净产值") == Decimal("77.474")  # printed: 77.472


# -- 04: completion rates with a cap, two of them misprinted


@pytest.mark.req("R4.2", "R4.3")
def test_ratio_with_cap_and_the_two_misprints() -> None:
    """完成率计分, at most 100: 17 printed scores, of which 外来人口比率 and 每万人高层次人才数量 are misprints.

    https://html.hanspub.org/file/_12-1150539_4_hanspub.htm
    """
    rows = table(CASES / "04_ratio_with_cap.csv")
    figures = [{"actual": row["actual"], "target": row["benchmark"]} for row in rows]
    found = one_leaf("ratio", 100, {}, figures)
    same = {row["indicator"]: Decimal(row["published_score"]) == score for row, score in zip(rows, found, strict=True)}
    assert [name for name, agrees in same.items() if not agrees] == ["外来人口比率", "每万人高层次人才数量"]
    assert [name for name, agrees in same.items() if agrees] == [
        r["indicator"] for r in rows if r["reproduces"] == "yes"
    ]
    assert found[rows.index(next(r for r in rows if r["indicator"] == "外来人口比率"))] == Decimal("41.06")
    assert found[rows.index(next(r for r in rows if r["indicator"] == "每万人高层次人才数量"))] == Decimal("1.08")


# -- 09: how figures accumulate over the quarters

ACCUMULATION: dict[str, tuple[str, dict[str, str], str]] = {
    "cumulative": ("ratio", {"actual": "latest", "target": "sum"}, "up"),
    "percentage": ("ratio", {"actual": "mean", "target": "latest"}, "up"),
    "decreasing": ("reverse_ratio", {"actual": "max", "target": "latest"}, "down"),
}


def quarterly(chosen: Sequence[Mapping[str, Any]], **more: Any) -> Result:
    """Cases of one quarter as indicators of one subject: monthly entries m1 m2 m3, quarterly targets q1 … q4."""
    kind, quarter = chosen[0]["type"], int(chosen[0]["quarter"])
    method, accumulate, direction = ACCUMULATION[kind]
    leaves = [
        {"id": c["id"], "method": method, "points": 100, "accumulate": accumulate, "direction": direction, "weight": 1}
        for c in chosen
    ]
    covers = [f"q{q}" for q in range(1, quarter + 1)] if kind == "cumulative" else [f"q{quarter}"]
    period = {"id": "now", "name": "now", "covers": [*covers, "m1", "m2", "m3"]}
    plan = appraisal(leaves, ["s"], periods=[period], combine="mean", rounding={"score": 1}, **more)
    given: list[Fact] = []
    for c in chosen:
        dated = {f"q{q}": t for q, t in enumerate(c["quarter_targets"], 1) if f"q{q}" in covers}
        given += [("s", c["id"], "target", date, "", str(value)) for date, value in dated.items()]
        given += [("s", c["id"], "actual", f"m{i}", "", str(value)) for i, value in enumerate(c["entries"], 1)]
    return run(plan, given)


@pytest.mark.req("R4.2")
@pytest.mark.parametrize(
    "chosen", [c for c in case("09_target_accumulation.json")["cases"] if "parts" not in c], ids=lambda c: c["id"]
)
def test_accumulation_over_quarters(chosen: Mapping[str, Any]) -> None:
    """Progress Calculation Guide of a Rwandan performance-contract (Imihigo) monitoring system: worked examples."""
    result = quarterly([chosen])
    node = chosen["id"]
    # the scored period is the plan's last, and there is no merging: the score stands under that period
    score = next(score for (_, n, _), (score, _) in result.scores().items() if n == node)
    assert score == chosen["expected"]


def test_a_composite_is_the_mean_of_its_parts() -> None:
    """The same guide: a composite indicator is the plain mean of its parts, 77.8 and 72.7 giving 75.25."""
    cases = {c["id"]: c for c in case("09_target_accumulation.json")["cases"]}
    composite = cases["composite-q2"]
    assert quarterly([cases[part] for part in composite["parts"]]).totals()["s"] == composite["expected"]


# -- 10: ties


def test_ties_share_a_place_and_leave_a_gap() -> None:
    """Jining, April 2015, result of a review of projects: 嘉祥县 and 汶上县 share place 9, 梁山县 is 11th.

    https://m.yybnet.net/jining/qufu/201504/2805772.html
    """
    rows = table(CASES / "10_rank_ties_observation_2015.csv")
    plan = appraisal([{"id": "x", "method": "given", "points": 100}], [row["unit"] for row in rows])
    result = run(plan, {(row["unit"], "x", "actual"): row["published_score"] for row in rows})
    assert result.ranks() == {row["unit"]: (int(row["published_rank"]), len(rows)) for row in rows}
    assert [rank for rank, _ in result.ranks().values()].count(9) == 2
    assert result.totals() == {row["unit"]: Decimal(row["published_score"]) for row in rows}


# -- 14: published rules

RULES = {rule["id"]: rule for rule in case("14_published_rules.json")["rules"]}


def inputs(rule: str) -> list[dict[str, Any]]:
    return [one["inputs"] for one in RULES[rule]["cases"]]


def expected(rule: str) -> list[Any]:
    return [one["expected"] for one in RULES[rule]["cases"]]


def test_sasac_profit() -> None:
    """SASAC scoring rules for heads of central enterprises, 2010: ±1 per 3 %, at most -6, bonus 6/5/4/3 by ambition.

    http://sxsjbj.com/economics/2010-01/23/content_19293918_4.htm
    """
    caps = [{"at": 50, "give": 3}, {"at": 20, "give": 4, "open": True}, {"at": 0, "give": 5, "open": True}, {"give": 6}]
    for whole in (True, False):  # the text does not say which; the cases agree on both
        params = {"size": 3, "points": 1, "penalty_cap": 6, "bonus_caps": caps, "whole": whole}
        assert one_leaf("step", 30, params, inputs("sasac-profit")) == expected("sasac-profit")


@pytest.mark.req("R4.3")
def test_no_bonus_for_exceeding() -> None:
    """SASAC, the same annex: the base score when the target is reached, below it pro rata."""
    assert one_leaf("ratio", 15, {}, inputs("no-bonus-proportional")) == expected("no-bonus-proportional")


def test_ratio_to_best() -> None:
    """Wenzhou, counties 2013: own / best x 400. http://wzdkw.gov.cn/system/2013/03/08/011225931_01.shtml."""
    figures = [{"actual": one["own"]} for one in inputs("ratio-to-best")]
    assert one_leaf("best_ratio", 400, {}, figures) == expected("ratio-to-best")


@pytest.mark.req("R4.2")
def test_ratio_to_best_of_a_composite_with_difficulty() -> None:
    """Wenzhou, the same page: the composite investment rate times the difficulty coefficient, 82.62 against 90."""
    composite = (
        "(rate + (gdp - gdp_target) * 1.5 + (productive - total) * 0.15 + (industrial - industrial_target) * 0.15)"
        " * difficulty"
    )
    names = ("rate", "gdp", "gdp_target", "productive", "total", "industrial", "industrial_target", "difficulty")
    leaf = {"id": "x", "method": "best_ratio", "points": 400, "compare": "all", "formulas": {"actual": composite}}
    plan = appraisal([leaf], ["best", "own"], elements=[{"id": n, "name": n} for n in names])
    figures = {"best": (90, 9, 9, 10, 10, 12, 12, "1"), "own": (60, 10, 9, 12, 10, 8, 12, "1.35")}
    given = {(s, n, "actual"): v for s, row in figures.items() for n, v in zip(names, row, strict=True)}
    result = run(plan, given)
    assert next(iter(result.figures("x")["own", ""].values())) is not None
    assert result.figures("x")["own", ""]["actual"] == Fraction("82.62")
    assert [points(result, s, "x") for s in ("own", "best")] == [Decimal("367.2"), Decimal(400)]


def test_leaders_ranks() -> None:
    """Rui'an 2012: 2 % of the base less for each place. http://wzdkw.gov.cn/system/2012/05/28/011038209_05.shtml."""
    names = [f"s{i}" for i in range(3)]
    leaf = {"id": "x", "method": "rank_steps", "points": 200, "params": {"source": "given", "step": 2}}
    given: list[Fact] = [
        (s, "x", "rank", "", f"leader{i}", str(rank))
        for s, one in zip(names, inputs("leader-rank"), strict=True)
        for i, rank in enumerate(one["ranks"])
    ]
    result = run(appraisal([leaf], names), given)
    assert [points(result, s, "x") for s in names] == expected("leader-rank")


def test_campaign_score_as_deduction() -> None:
    """Tongliang responsibility letter: http://www.nayishi.com/wendang/changyonggongwen/98e50e7cd89900be.html."""
    bands = [{"at": at, "give": give} for at, give in RULES["sub-score-to-deduction"]["params"]["bands"]]
    figures = [{"actual": one["score"]} for one in inputs("sub-score-to-deduction")]
    found = one_leaf("band_deduction", 100, {"bands": bands}, figures)
    assert [100 - score for score in found] == expected("sub-score-to-deduction")


def test_completion_bands_with_a_gate() -> None:
    """Investment scoring sheet, paid-in funds at least 20 %: https://m.taowenge.com/p-72755866.html."""
    bands = [{"at": at, "give": give} for at, give in RULES["step-function"]["params"]["bands"]]
    params = {"measure": "value", "bands": bands, "give": "points", "gate": 20}
    figures = [{"actual": one["completion_pct"], "gate": one["paid_in_pct"]} for one in inputs("step-function")]
    assert one_leaf("bands", 100, params, figures) == expected("step-function")


@pytest.mark.req("R5.3")
def test_weights_of_reporting_periods() -> None:
    """County governments 2023, four periods 15 / 25 / 25 / 35: http://567hw.com/OpennessContent/show/2475096.html."""
    weights = RULES["reporting-period-weights"]["params"]["weights"]
    periods = [{"id": f"p{i}", "name": f"p{i}"} for i in range(len(weights))]
    merge = {period["id"]: weight for period, weight in zip(periods, weights, strict=True)}
    names = [f"s{i}" for i in range(2)]
    leaf = {"id": "x", "method": "given", "points": 100}
    plan = appraisal([leaf], names, periods=periods, root={"merge": merge})
    given: list[Fact] = [
        (s, "x", "actual", f"p{i}", "", str(score))
        for s, one in zip(names, inputs("reporting-period-weights"), strict=True)
        for i, score in enumerate(one["scores"])
    ]
    assert list(run(plan, given).totals().values()) == expected("reporting-period-weights")


@pytest.mark.parametrize("rule", ["four-grade-votes", "no-opinion-excluded"])
def test_votes_by_grade(rule: str) -> None:
    """Mean of the votes' points: http://biz.doczj.com/doc/0519532276.html, http://www.dybbs8.com/excel/1711783.html.

    In the second, 不了解 is not a valid vote (90 of them change nothing).
    """
    table_of = {f"a{i}": mark for i, mark in enumerate(RULES[rule]["params"]["points"])}
    figures = []
    for one in inputs(rule):
        votes: dict[str, object] = dict(zip(table_of, one["votes"], strict=True))
        figures.append(votes | ({"不了解": one["no_opinion"]} if "no_opinion" in one else {}))
    found = one_leaf("grade_points", 100, {"points": table_of, "not_counted": ["不了解"]}, figures)
    assert found == expected(rule)


def test_rank_in_the_province() -> None:
    """Municipal measure (no address known): the first five in the province +5 … +1, the last five -1 … -5."""
    names = [f"s{i}" for i in range(len(inputs("province-rank-bonus")))]
    table_of = RULES["province-rank-bonus"]["params"]["top"]
    leaf = {"id": "x", "name": "x", "method": "provincial_rank", "direction": "down", "params": {"points": table_of}}
    account = {"id": "bonus", "name": "bonus", "kind": "bonus", "children": [leaf]}
    plan = appraisal([{"id": "base", "method": "given", "points": 100}], names, accounts=[account])
    given: dict[tuple[str, str, str], object] = {(s, "base", "actual"): 50 for s in names}
    for s, one in zip(names, inputs("province-rank-bonus"), strict=True):
        given |= {(s, "x", "rank"): one["rank"], (s, "x", "total"): one["n"]}
    assert [total - 50 for total in run(plan, given).totals().values()] == expected("province-rank-bonus")


def test_deviation_in_steps() -> None:
    """Central administrative project rules, 1 point for each 3 %: http://www.lygzb.net/html/text/chl/509/50957_3.html."""
    params = {"size": 3, "points": 1, "either_way": True}
    for sign in (1, -1):
        figures = [{"actual": 100 + sign * one["deviation_pct"], "target": 100} for one in inputs("deviation-steps")]
        assert one_leaf("step", 15, params, figures) == expected("deviation-steps")


@pytest.mark.req("R7.4")
@pytest.mark.parametrize("scheme", ["suqian", "taixing"])
def test_quota_by_grade(scheme: str) -> None:
    """Suqian 2016 (15 % ± 3), Taixing 2014: http://www.taixing.cn/html/news/taixing/2015/0112/65566.html."""
    percents = dict(RULES["grade-to-quota"]["params"][scheme])
    extras, cap = percents.pop("extra", {}), percents.pop("cap", None)
    chosen = [one for one in RULES["grade-to-quota"]["cases"] if one["inputs"]["scheme"] == scheme]
    grades = [{"id": g, "name": g, "at_least": 90 - 10 * i} for i, g in enumerate(percents)]
    subjects = [
        {"id": f"s{i}", "staff": 100, "honours": list(one["inputs"].get("extra", []))} for i, one in enumerate(chosen)
    ]
    plan = appraisal(
        [{"id": "x", "method": "given", "points": 100}], subjects, standing={"grades": grades},
        quota={"by_grade": percents, "extras": extras, "cap": cap},
    )  # fmt: skip
    marks = {g["id"]: g["at_least"] for g in grades}
    result = run(
        plan, {(s["id"], "x", "actual"): marks[one["inputs"]["grade"]] for s, one in zip(subjects, chosen, strict=True)}
    )
    assert list(result.grades().values()) == [one["inputs"]["grade"] for one in chosen]
    assert list(result.quota().values()) == [one["expected"] for one in chosen]


def test_traffic_light() -> None:
    """Product manual, ≥ 95 green, ≥ 85 yellow, else red: http://onnets.com/article/1001001664/1001001661/5609/1.html."""
    lights = ["red", "yellow", "green"]
    bands = [{"at": 95, "give": 2}, {"at": 85, "give": 1}, {"give": 0}]
    figures = [{"actual": one["rate"]} for one in inputs("traffic-light")]
    found = one_leaf("bands", 2, {"measure": "value", "give": "points", "bands": bands}, figures)
    assert [lights[int(score)] for score in found] == expected("traffic-light")


# -- ASEM: 51 countries, 49 indicators

ASEM = CASES / "asem"


def test_asem_divided_and_filled() -> None:
    """COINr, ASEM_COIN.rda, stages "denominated" and "imputed": 17 quotients, and means of Europe or Asia for gaps."""
    _, result = example("asem/stage1.yaml", "asem/stage1-facts.csv")
    before, after = table(ASEM / "expected_denominated.csv"), table(ASEM / "expected_imputed.csv")
    codes = [code for code in after[0] if code != "unit"]
    assert len(codes) == 49
    filled = 0
    for code in codes:
        figures = result.figures(code)
        for raw, full in zip(before, after, strict=True):
            found = figures[raw["unit"], ""]["actual"]
            assert close(found, full[code]), (raw["unit"], code, found)
            if raw[code] in ("", "NA"):
                filled += 1
            else:
                assert close(found, raw[code]), (raw["unit"], code, found)
    assert filled > 0


def test_asem_normalised() -> None:
    """COINr, stage "normalised": min-max to 0–100 over all countries, costs turned round."""
    _, result = example("asem/plan.yaml", "asem/facts.csv")
    scores = result.scores()
    for row in table(ASEM / "expected_normalised.csv"):
        for code, published in row.items():
            if code != "unit":
                assert abs(scores[row["unit"], code, ""][0] - Decimal(published)) <= Decimal("1e-9"), (
                    row["unit"],
                    code,
                )


def test_asem_aggregates_and_all_561_ranks() -> None:
    """COINr, stage "aggregated": three levels of means; 11 x 51 ranks on values rounded to two places."""
    _, result = example("asem/plan.yaml", "asem/facts.csv")
    scores, ranks = result.scores(), result.node_ranks()
    compared = 0
    for row in table(ASEM / "expected.csv"):
        unit = row["unit"]
        for code in [name.removesuffix("_rank") for name in row if name.endswith("_rank")]:
            assert abs(scores[unit, code, ""][0] - Decimal(row[code])) <= Decimal("1e-9"), (unit, code)
            assert ranks[unit, code] == int(row[f"{code}_rank"]), (unit, code)
            compared += 1
        assert result.totals()[unit] == rounded(row["Index"], 2)
        assert result.ranks()[unit] == (int(row["Index_rank"]), 51)
    assert compared == 561


# -- HDI: 189 countries


def test_human_development_index_of_2017() -> None:
    """UNDP, Human Development Indices and Indicators: 2018 Statistical Update, table 1: 189 values, 189 ranks."""
    plan, result = example("hdi-2017/plan.yaml", "hdi-2017/facts.csv")
    rows = table(CASES / "hdi-2017" / "hdi_2017.csv")
    assert [s.name for s in plan.subjects] == [row["country"] for row in rows]
    assert len(rows) == 189
    for subject, row in zip(plan.subjects, rows, strict=True):
        value, published = points(result, subject.id, "hdi"), row["hdi_published"]
        assert abs(value - Decimal(published)) <= Decimal("1e-9"), row["country"]
        assert result.totals()[subject.id] == rounded(published, 3), row["country"]
        assert result.ranks()[subject.id] == (int(row["rank_published"]), 189), row["country"]
