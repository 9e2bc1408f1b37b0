"""The engine's stages on small plans: sizes, missing figures, targets, bundles, accounts, vetoes, ranks, quota."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import kaoping.core
from kaoping.core import engine
from kaoping.core.checks import check_whole
from kaoping.core.plan import Plan, parse
from kaoping.core.refusals import Finding, NotValid
from kaoping.core.store import DuckStore
from tests.core.strategies import Mapped, Row, facts_table, random_plan

D = Decimal
ROOT = Path(__file__).resolve().parents[2]


def leaf(name: str, points: Any = 100, method: str = "points", **more: Any) -> Mapped:
    """An indicator."""
    return {"id": name, "name": f"指标{name}", "points": points, "method": method, **more}


def made(*children: Mapped, subjects: int = 3, **more: Any) -> Mapped:
    """A plan with these indicators for some counties."""
    counties = [{"id": f"s{i}", "name": f"县{i}", "category": "c"} for i in range(subjects)]
    root = more.pop("root", {})
    return {
        "kaoping": 1, "id": "p", "name": "方案", "categories": {"c": "县区", "d": "部门"}, "subjects": counties,
        "tree": {"id": "root", "name": "总分", "children": list(children)} | root, **more,
    }  # fmt: skip


def told(figures: dict[str, list[Any]]) -> list[Row]:
    """Facts from `item slot period` -> one figure a subject; None for what is missing."""
    rows: list[Row] = []
    for key, values in figures.items():
        item, slot, period = (key.split() + ["actual", ""][len(key.split()) - 1 :])[:3]
        rows += [(f"s{i}", item, slot, period, "", D(str(v))) for i, v in enumerate(values) if v is not None]
    return rows


def run(mapping: Mapped, figures: dict[str, list[Any]]) -> engine.Result:
    """Scored; nothing wrong with the plan."""
    return engine.score(parse(mapping), facts_table(told(figures)))


def refusals(mapping: Mapped, figures: dict[str, list[Any]]) -> list[Finding]:
    """Why it is not scored."""
    with pytest.raises(NotValid) as error:
        run(mapping, figures)
    return error.value.findings


def scores(result: engine.Result, node: str, period: str = "") -> list[Decimal | None]:
    """A node's score, subject by subject."""
    found = result.scores()
    return [found.get((s.id, node, period), (None,))[0] for s in result.plan.subjects]


def numbers(*texts: Any) -> list[Decimal | None]:
    """As decimals."""
    return [None if t is None else D(str(t)) for t in texts]


# -- sizes


@pytest.mark.parametrize("size", ["9" * 15, "9" * 22, "9" * 30, "9" * 37])
def test_huge_figures_are_scored_exactly_or_refused_and_never_wrap(size: str) -> None:
    mapping = made(leaf("x", method="ratio"))
    figures = {"x": [size, 1, 2], "x target": [size, size, 4]}
    if len(size) > 30:
        assert {f.code for f in refusals(mapping, figures)} <= {"number.beyond", "number.too_wide"}
        return
    with run(mapping, figures) as result:
        assert scores(result, "x") == numbers(100, 0, 50)


def test_money_beyond_what_can_be_computed_is_an_overflow() -> None:
    leaf_ = leaf("x", method="points", formulas={"actual": "e * e * e"}, cap=100)
    mapping = made(leaf_, elements=[{"id": "e", "name": "金额"}])
    found = refusals(mapping, {"e": ["9" * 20, "9" * 20, 1]})
    assert {f.code for f in found} <= {"number.beyond", "number.too_wide"}


def test_points_that_no_column_holds_are_refused() -> None:
    found = refusals(made(leaf("x", "1" + "0" * 25)), {"x": [1, 2, 3]})
    assert {f.code for f in found} <= {"number.beyond", "number.too_wide"}


def test_a_constant_too_wide_for_a_column_is_refused() -> None:
    score = "actual * 99999999999999999999999999999 * 99999999999999999999999999999"
    found = refusals(made(leaf("x", method="formula", params={"score": score})), {"x": [1, 2, 3]})
    assert {f.code for f in found} <= {"number.beyond", "number.too_wide"}
    score = "actual + 99999999999999999999999999999 * 99999999999999999999999999999"
    found = refusals(made(leaf("x", method="formula", params={"score": score})), {"x": [1, 2, 3]})
    assert [f.code for f in found] == ["number.too_wide"]


# -- missing, zero, not applicable


@pytest.mark.parametrize(
    ("missing", "expected"), [("zero", [80, 0, 61]), ("average", [80, "70.5", 61]), ("impute", [80, "70.5", 61])]
)
def test_each_missing_policy_does_what_it_says(missing: str, expected: list[Any]) -> None:
    with run(made(leaf("x", missing=missing)), {"x": [80, None, 61]}) as result:
        assert scores(result, "x") == numbers(*expected)


def test_block_refuses_with_the_cell_and_its_slot() -> None:
    (finding,) = refusals(made(leaf("x", method="ratio")), {"x": [80, None, 61], "x target": [1, 1, 1]})
    assert (finding.code, finding.place.path) == ("cell.missing", "tree.children[0]")
    assert (finding.figures["subject"], finding.figures["item"], finding.figures["slots"]) == ("s1", "x", ["actual"])


def test_drop_leaves_the_indicator_out_and_the_rest_stands_for_all() -> None:
    mapping = made(leaf("x", 60, missing="drop"), leaf("y", 40), root={"points": 100, "rescale": True})
    with run(mapping, {"x": [30, None, 0], "y": [10, 10, 10]}) as result:
        assert scores(result, "x") == numbers(30, None, 0)
        assert scores(result, "root") == numbers(40, 25, 10)


def test_more_than_two_hundred_missing_cells_are_counted() -> None:
    found = refusals(made(leaf("x"), subjects=230), {"x": [1]})
    assert [f.code for f in found] == ["cell.missing"] * 200 + ["cell.more"]
    assert found[-1].figures == {"count": 29}


def test_not_applicable_missing_and_zero_are_three_things() -> None:
    applies = {"exceptions": [{"subject": "s0", "decision": "批复"}]}
    mapping = made(leaf("x", 50, missing="average", applies=applies), leaf("y", 50), subjects=4)
    with run(mapping, {"x": [None, None, 0, 40], "y": [10] * 4}) as result:
        assert scores(result, "x") == numbers(None, 20, 0, 40)
        assert [result.scores()[f"s{i}", "root", ""] for i in range(2)] == [(D(10), D(50)), (D(30), D(100))]


@pytest.mark.parametrize(("rule", "expected"), [("full", 100), ("zero", 0)])
def test_a_zero_target_gives_what_the_plan_says(rule: str, expected: int) -> None:
    mapping = made(leaf("x", method="ratio", params={"zero_target": rule}))
    with run(mapping, {"x": [5, 0, 5], "x target": [0, 0, 10]}) as result:
        assert scores(result, "x") == numbers(expected, expected, 50)


@pytest.mark.parametrize(("target", "code"), [(0, "target.zero"), (-1, "target.negative")])
def test_a_target_without_an_answer_is_refused_with_its_cell(target: int, code: str) -> None:
    mapping = made(leaf("x", method="ratio", params={"zero_target": "refuse"}))
    (finding,) = refusals(mapping, {"x": [5, 5, 5], "x target": [10, target, 10]})
    assert (finding.code, finding.figures["subject"], finding.place.path) == (code, "s1", "tree.children[0]")


# -- nodes


@pytest.mark.req("R4.7")
def test_exclusive_indicators_of_any_raw_points_stand_for_the_same_points() -> None:
    only = [{"subjects": [f"s{i}"]} for i in range(3)]
    special = {
        "id": "n", "name": "个性指标", "points": 8, "rescale": True,
        "children": [leaf(f"x{i}", p, applies=only[i]) for i, p in enumerate((12, 15, 10))],
    }  # fmt: skip
    with run(made(special), {"x0": [9], "x1": [None, 15], "x2": [None, None, "3.33"]}) as result:
        assert scores(result, "n") == numbers(6, 8, "2.66")
        assert {full for (_, node, _), (_, full) in result.scores().items() if node == "n"} == {D(8)}


@pytest.mark.req("R5.3")
def test_half_year_and_year_are_merged_by_their_weights_and_rounded_once() -> None:
    periods = [{"id": "H1", "name": "半年"}, {"id": "Y", "name": "全年"}]
    mapping = made(leaf("x"), periods=periods, root={"merge": {"H1": 30, "Y": 70}}, rounding={"score": 4})
    with run(mapping, {"x actual H1": ["80.125", 50, 0], "x actual Y": ["90.255", 50, "0.005"]}) as result:
        assert scores(result, "root") == numbers("87.22", 50, "0.01")  # rounded there, then 0.3 x 80.13 + 0.7 x 90.26
        assert scores(result, "root", "H1") == numbers("80.13", 50, 0)


def test_a_period_in_which_nothing_applies_does_not_weigh() -> None:
    periods = [{"id": "H1", "name": "半年"}, {"id": "Y", "name": "全年"}]
    mapping = made(leaf("x", missing="drop"), periods=periods, root={"merge": {"H1": 30, "Y": 70}})
    with run(mapping, {"x actual H1": [80, None, None], "x actual Y": [90, 90, None]}) as result:
        assert scores(result, "root") == numbers(87, 90, None)
        assert sorted(result.totals()) == ["s0", "s1"]


@pytest.mark.req("R1.4")
def test_bundles_take_the_share_that_others_scored_and_chains_follow() -> None:
    """部门 d0 ← counties s0, s1; county s2 ← 部门 d0's bundle."""
    first = leaf("b", 10, "bundle", params={"node": "x", "of": {"d0": ["s0", "s1"]}}, applies={"subjects": ["d0"]})
    second = leaf("b2", 20, "bundle", params={"node": "b", "of": {"s2": ["d0"]}}, applies={"subjects": ["s2"]})
    mapping = made(leaf("x", 40, applies={"categories": ["c"]}), first, second)
    mapping["subjects"].append({"id": "d0", "name": "部门", "category": "d"})
    assert not [f for f in check_whole(parse(mapping)) if "bundle" in f.code]
    with run(mapping, {"x": [30, 15, 7]}) as result:
        assert scores(result, "b") == numbers(None, None, None, "5.63")  # 10 x 45 / 80 = 5.625
        assert scores(result, "b2") == numbers(None, None, "11.26", None)  # 20 x 5.63 / 10
        assert result.totals() == {"s0": D(30), "s1": D(15), "s2": D("18.26"), "d0": D("5.63")}


@pytest.mark.req("R1.4")
def test_bundles_in_a_circle_are_refused_and_the_circle_is_named() -> None:
    bundle = leaf("b", 10, "bundle", params={"node": "root", "of": {"s0": ["s1"], "s1": ["s0"]}})
    mapping = made(leaf("x", 40), bundle | {"applies": {"subjects": ["s0", "s1"]}})
    circle = next(f for f in check_whole(parse(mapping)) if f.code == "plan.bundle_circle")
    assert circle.figures["circle"] == ["县0·指标b", "县1·总分", "县1·指标b", "县0·总分", "县0·指标b"]
    assert "plan.bundle_circle" in {f.code for f in refusals(mapping, {"x": [1, 2, 3]})}


# -- accounts, vetoes, grades


def test_accounts_are_capped_and_the_total_is_held_between_floor_and_ceiling() -> None:
    accounts = [
        {"id": "plus", "name": "加分", "kind": "bonus", "cap": 5, "children": [leaf("u", None), leaf("u2", None)]},
        {"id": "less", "name": "扣分", "kind": "deduction", "cap": 30, "children": [leaf("w", None)]},
    ]
    mapping = made(leaf("x"), accounts=accounts, floor=0, ceiling=100)
    figures = {"x": [97, 20, 90], "u": [4, 0, "2.5"], "u2": [3, 0, "2.6"], "w": [0, 50, "0.5"]}
    with run(mapping, figures) as result:
        assert [o.accounts for o in result.outcomes] == [(D(5), D(0)), (D(0), D(30)), (D(5), D("0.5"))]
        assert list(result.totals().values()) == numbers(100, 0, "94.5")
        assert [o.root for o in result.outcomes] == numbers(97, 20, 90)


GRADES = [{"id": "优", "name": "优秀", "first": 1}, {"id": "良", "name": "良好"}, {"id": "诫", "name": "诫勉"}]


@pytest.mark.req("R7.3")
def test_a_veto_forces_or_bars_a_grade_and_does_not_change_the_place() -> None:
    vetoes = [{"id": "v", "name": "安全事故", "grade": "诫"}, {"id": "w", "name": "统计造假", "bars": ["优"]}]
    mapping = made(leaf("x"), vetoes=vetoes, standing={"grades": GRADES})
    figures = {"x": [90, 80, 70]}
    for more, grades in (
        ({}, ["优", "良", "良"]),
        ({"v": [1]}, ["诫", "良", "良"]),
        ({"w": [2]}, ["良", "良", "良"]),
        ({"v": [0], "w": [0]}, ["优", "良", "良"]),
        ({"v": [1, None, 1], "w": [1]}, ["诫", "良", "诫"]),
    ):
        with run(mapping, {**figures, **more}) as result:
            assert list(result.grades().values()) == grades
            assert [rank for rank, _ in result.ranks().values()] == [1, 2, 3]


def test_of_several_forced_grades_the_last_one_of_the_plan_wins() -> None:
    vetoes = [{"id": "v", "name": "甲", "grade": "诫"}, {"id": "w", "name": "乙", "grade": "良"}]
    with run(
        made(leaf("x"), vetoes=vetoes, standing={"grades": GRADES}), {"x": [9, 8, 7], "v": [1], "w": [1]}
    ) as found:
        assert found.grades()["s0"] == "诫"


@pytest.mark.req("R7.2")
def test_the_last_three_are_graded_from_below_and_ties_share_their_place() -> None:
    grades = [{"id": "诫", "name": "诫勉", "last": 3}, {"id": "达", "name": "达标"}]
    with run(made(leaf("x"), subjects=7, standing={"grades": grades}), {"x": [9, 8, 7, 5, 5, 5, 3]}) as result:
        assert list(result.grades().values()) == ["达", "达", "达", "诫", "诫", "诫", "诫"]
    with run(made(leaf("x"), subjects=5, standing={"grades": grades}), {"x": [9, 8, 5, 5, 5]}) as result:
        assert list(result.grades().values()) == ["达", "达", "诫", "诫", "诫"]


@pytest.mark.req("R7.2")
def test_equal_totals_share_a_place_and_the_next_comes_after_all_of_them() -> None:
    values = [99, 98, 97, 96, 95, 94, 93, 92, 90, 90, 88]
    with run(made(leaf("x"), subjects=11), {"x": values}) as result:
        assert [rank for rank, _ in result.ranks().values()] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 11]


def test_places_go_by_the_rounded_total() -> None:
    with run(made(leaf("x"), rounding={"total": 1, "score": 3}), {"x": ["90.04", "89.951", "89.94"]}) as result:
        assert [rank for rank, _ in result.ranks().values()] == [1, 1, 3]


def test_a_share_of_the_group_becomes_heads_by_the_declared_rule() -> None:
    for rounding, heads in (("half_up", 3), ("up", 3), ("down", 2)):
        grades = [{"id": "优", "name": "优秀", "share": 25, "rounding": rounding}]
        with run(made(leaf("x"), subjects=10, standing={"grades": grades}), {"x": range(10)}) as result:
            assert list(result.grades().values()).count("优") == heads


@pytest.mark.req("R7.4")
@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("half_up", [2, 2, 1]), ("up", [2, 2, 2]), ("down", [1, 1, 1]), ("pool", [2, 2, 1])],
)
def test_the_quota_follows_grade_and_honours_and_its_rounding(rounding: str, expected: list[int]) -> None:
    quota = {"by_grade": {"优": 18, "良": 15}, "extras": {"人民满意": 5}, "cap": 20, "rounding": rounding}
    mapping = made(leaf("x"), standing={"grades": GRADES}, quota=quota)
    for subject, staff, honours in zip(mapping["subjects"], (9, 8, 9), ([], ["人民满意"], []), strict=True):
        subject |= {"staff": staff, "honours": honours}
    with run(mapping, {"x": [90, 80, 70]}) as result:  # 1.62, 1.60, 1.35: together 4.57
        assert list(result.quota().values()) == expected


@pytest.mark.req("R7.4")
def test_a_pool_gives_ties_in_the_order_of_the_plan_and_never_across_groups() -> None:
    quota = {"by_grade": {"良": 15}, "rounding": "pool"}
    mapping = made(leaf("x"), subjects=4, standing={"grades": GRADES[1:2]}, quota=quota)
    for subject in mapping["subjects"]:
        subject["staff"] = 10
    mapping["subjects"][3]["category"] = "d"
    del mapping["subjects"][2]["staff"]
    with run(mapping, {"x": [70, 90, 80, 60]}) as result:  # 1.5 and 1.5 make 3; 1.5 alone makes 2
        assert result.quota() == {"s0": 2, "s1": 1, "s3": 2}


# -- the same digits, always

PROGRAM = """
import random
from kaoping.core import engine
from kaoping.core.plan import parse
from kaoping.core.refusals import NotValid
from tests.core.strategies import facts_table, random_plan
for seed in range(300, 312):
    mapping, rows = random_plan(random.Random(seed))
    try:
        with engine.score(parse(mapping), facts_table(rows)) as result:
            print(seed, sorted(result.scores().items()), result.outcomes, result.quota())
    except NotValid as refused:
        print(seed, refused.findings)
"""


def test_another_hash_seed_prints_the_same() -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("0", "4242")
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[0] for process in started]
    assert all(process.returncode == 0 for process in started)
    assert len(said[0].splitlines()) == 12
    assert said[0] == said[1]


def plain(plan: Plan, rows: list[Row], threads: int) -> Any:
    """A whole run as plain data."""
    try:
        with engine.score(plan, facts_table(rows), store=DuckStore(threads=threads)) as result:
            return result.scores(), result.outcomes, result.quota(), result.node_ranks()
    except NotValid as refused:
        return sorted(str(f) for f in refused.findings)


def test_more_threads_change_no_digit() -> None:
    for seed in range(900, 915):
        mapping, rows = random_plan(random.Random(seed))
        plan = parse(mapping)
        assert plain(plan, rows, 1) == plain(plan, rows, 2)


BESIDE_THE_SCORE = {"robust.py"}


def floats(source: str) -> list[str]:
    """Floating-point numbers, and calls that make them, in a module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{node.lineno}: {node.value}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            found.append(f"{node.lineno}: float(")
        if isinstance(node, ast.Attribute) and node.attr in ("float32", "float64", "double"):
            found.append(f"{node.lineno}: {node.attr}")
    return found


def test_no_floating_point_stands_on_the_way_to_a_score() -> None:
    modules = sorted(Path(kaoping.core.__file__).parent.glob("*.py"))
    assert len(modules) > 15
    for module in modules:
        if module.name not in BESIDE_THE_SCORE:
            assert floats(module.read_text(encoding="utf-8")) == [], module.name


def test_floating_point_would_be_found() -> None:
    assert len(floats("x = 0.5\ny = float(3)\nz = np.float64")) == 3
