"""Robustness of places: seeded, and held to scoring anew with the changed weights."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from kaoping.core import engine, robust
from kaoping.core.plan import parse
from tests.core.strategies import Mapped, facts_table
from tests.core.test_engine import leaf, made, run, told

NAMES = ("u", "w", "x", "y")


def small(seed: int, subjects: int = 6) -> tuple[Mapped, dict[str, list[int]]]:
    """Four indicators in two dimensions; full points 10 to 40."""
    rng = random.Random(seed)
    points = {name: rng.choice((10, 20, 30, 40)) for name in NAMES}
    nodes = [
        {"id": f"n{i}", "name": "维度", "children": [leaf(n, points[n]) for n in pair]}
        for i, pair in enumerate((NAMES[:2], NAMES[2:]))
    ]
    mapping = made(*nodes, subjects=subjects, rounding={"score": 6, "node": 6, "total": 2})
    return mapping, {name: [rng.randint(0, full) for _ in range(subjects)] for name, full in points.items()}


def weighed(mapping: Mapped, figures: dict[str, list[int]], name: str, factor: Fraction) -> dict[str, Fraction]:
    """Exact totals with one indicator's weight multiplied, all scaled back to the same full points."""
    points = {n["id"]: n["points"] for node in mapping["tree"]["children"] for n in node["children"]}
    factors = {n: factor if n == name else Fraction(1) for n in NAMES}
    possible = sum(points[n] * factors[n] for n in NAMES)
    whole = sum(points.values())
    return {
        s["id"]: sum(figures[n][i] * factors[n] for n in NAMES) * whole / possible
        for i, s in enumerate(mapping["subjects"])
    }


def places(totals: dict[str, Fraction]) -> dict[str, int]:
    """Places on totals rounded to two places."""
    rounded = {s: engine.unscaled(int(t * 100 + Fraction(1, 2)), 2) for s, t in totals.items()}
    return {s: 1 + sum(other > total for other in rounded.values()) for s, total in rounded.items()}


def results(count: int = 8) -> Iterator[tuple[Mapped, dict[str, list[int]], engine.Result]]:
    for seed in range(count):
        mapping, figures = small(seed)
        with run(mapping, figures) as result:
            yield mapping, figures, result


def test_the_same_seed_gives_the_same_and_another_seed_may_not() -> None:
    for _, _, result in results(2):
        first, again = (robust.analyse(result, replications=200, seed=7) for _ in range(2))
        assert first == again
        other = robust.analyse(result, replications=200, seed=8)
        assert [i.beats_next for i in first.intervals] != [i.beats_next for i in other.intervals]


def test_hardly_any_spread_leaves_the_published_places() -> None:
    for _, _, result in results():
        for one in robust.analyse(result, replications=100, spread=1e-9).intervals:
            assert one.low <= one.rank <= one.high
            assert one.rank == one.median == result.ranks()[one.subject][0]


def test_identical_subjects_share_their_places_in_every_draw() -> None:
    mapping, figures = small(3)
    for values in figures.values():
        values[4] = values[1]
    with run(mapping, figures) as result:
        found = {i.subject: i for i in robust.analyse(result, replications=300).intervals}
        assert (found["s1"].low, found["s1"].high, found["s1"].median) == (
            found["s4"].low, found["s4"].high, found["s4"].median,
        )  # fmt: skip


def test_weights_add_up_to_one() -> None:
    for _, _, result in results():
        weights = robust.analyse(result, replications=10).weights
        assert sum(w.nominal for w in weights) == pytest.approx(1)
        assert sum(w.effective["c"] for w in weights) == pytest.approx(1)


def test_an_indicator_that_is_the_same_for_all_has_no_effective_weight() -> None:
    mapping, figures = small(1)
    figures["u"] = [7] * 6
    with run(mapping, figures) as result:
        found = {w.node: w for w in robust.analyse(result, replications=10).weights}
        assert found["u"].effective["c"] == pytest.approx(0)
        assert (found["u"].moved, found["u"].largest_move) == (0, 0)


def test_leaving_an_indicator_out_moves_whom_scoring_without_it_moves() -> None:
    for mapping, figures, result in results():
        before = {s: rank for s, (rank, _) in result.ranks().items()}
        for weight in robust.analyse(result, replications=10).weights:
            after = places(weighed(mapping, figures, weight.node, Fraction(0)))
            moves = {s: before[s] - after[s] for s in before}
            assert weight.moved == sum(m != 0 for m in moves.values())
            assert abs(weight.largest_move) == max(map(abs, moves.values()))
            assert weight.largest_move in {*moves.values(), 0}


def test_leaving_out_is_the_engine_on_the_plan_without_the_indicator() -> None:
    mapping, figures = small(5)
    whole = sum(n["points"] for node in mapping["tree"]["children"] for n in node["children"])
    shorter = copy.deepcopy(mapping)
    gone = shorter["tree"]["children"][0]["children"].pop()["id"]
    shorter["tree"] |= {"points": whole, "rescale": True}
    left = {name: values for name, values in figures.items() if name != gone}
    with run(mapping, figures) as result, run(shorter, left) as without:
        found = next(w for w in robust.analyse(result, replications=10).weights if w.node == gone)
        moves = [result.ranks()[s][0] - without.ranks()[s][0] for s in result.ranks()]
        assert found.moved == sum(m != 0 for m in moves)
        assert abs(found.largest_move) == max(map(abs, moves))


def test_the_change_that_flips_an_order_flips_it() -> None:
    flipped = 0
    for mapping, figures, result in results(12):
        ranked = sorted(result.ranks(), key=lambda s: result.ranks()[s][0])
        first, second = ranked[0], ranked[1]
        found = robust.order_flip(result, first, second)
        if found is None:
            continue
        node, factor = found
        exact = Fraction(factor)
        totals = weighed(mapping, figures, node, exact)
        assert abs(totals[first] - totals[second]) < Fraction(1, 10**6)
        beyond = exact + (exact - 1) / 100
        if beyond >= 0:
            changed = weighed(mapping, figures, node, beyond)
            assert changed[second] > changed[first]
            flipped += 1
        for other in NAMES:  # no smaller change of any weight does it
            for share in (Fraction(1, 2), Fraction(9, 10), Fraction(-1, 2), Fraction(-9, 10)):
                tried = weighed(mapping, figures, other, max(Fraction(0), 1 + abs(exact - 1) * share))
                assert tried[first] > tried[second] or result.totals()[first] == result.totals()[second]
    assert flipped > 4


def test_an_order_that_no_weight_turns_has_no_flip() -> None:
    with run(made(leaf("x", 60), leaf("y", 40)), {"x": [50, 40, 0], "y": [40, 30, 0]}) as result:
        assert robust.order_flip(result, "s0", "s1") is None


def test_merged_periods_means_and_accounts_are_followed_down_to_the_total() -> None:
    merging = {"id": "m", "name": "并入", "merge": {"H1": 30, "Y": 70}, "children": [leaf("y", 40)]}
    mean = {
        "id": "k",
        "name": "均值",
        "combine": "mean",
        "points": 20,
        "children": [leaf("u", 20, weight=3), leaf("w", 20)],
    }
    mapping = made(
        leaf("x", 40), merging, mean, periods=[{"id": "H1", "name": "半年"}, {"id": "Y", "name": "全年"}],
        accounts=[{"id": "a", "name": "加分", "kind": "bonus", "children": [leaf("z", None)]}],
        rounding={"score": 8, "node": 8, "total": 6},
    )  # fmt: skip
    figures = {"x": [9, 8, 7], "y actual H1": [1, 2, 3], "y actual Y": [5, 6, 1], "u": [12, 16, 20], "w": [1, 2, 3]}
    with engine.score(parse(mapping), facts_table(told({**figures, "z": [1, 0, 2]}))) as result:
        parts = robust.parts_of(result)
        added = parts.earned.sum(axis=1) + parts.added
        mean_ = (Decimal(12 * 3 + 1) / 4, Decimal(16 * 3 + 2) / 4, Decimal(20 * 3 + 3) / 4)
        assert [float(o.total) for o in result.outcomes] == pytest.approx(
            [9 + 3.8 + float(mean_[0]) + 1, 8 + 4.8 + float(mean_[1]), 7 + 1.6 + float(mean_[2]) + 2]
        )
        assert list(added) == pytest.approx([float(o.total) for o in result.outcomes], rel=1e-9)
