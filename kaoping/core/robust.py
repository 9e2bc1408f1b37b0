"""Robustness of ranks (稳健性): how far a place depends on the weights that were chosen.

Beside the score, never in it: doubles are good enough here. Each indicator's part of the total is taken from the run;
weights are drawn at random around the plan's, seeded, and the totals follow by one matrix product. Method: OECD/JRC,
Handbook on Constructing Composite Indicators (2008), uncertainty analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from kaoping.core.engine import Result
from kaoping.core.plan import Line, Plan, weight_of
from kaoping.core.standing import group_of

Floats = npt.NDArray[np.float64]
BLOCK = 4_000_000  # totals held at once


@dataclass(frozen=True, slots=True)
class Interval:
    """A subject's place: as published, and the interval that 90 % of the drawn weights give."""

    subject: str
    group: str
    rank: int
    low: int
    high: int
    median: int
    beats_next: float  # share of draws in which it stays before the one ranked next (1.0 for the last)


@dataclass(frozen=True, slots=True)
class Weight:
    """An indicator's nominal weight, its effective one (share of the totals' variance), the largest move without it."""

    node: str
    name: str
    nominal: float
    effective: dict[str, float]  # by standing group
    largest_move: int  # places that some subject wins or loses if the indicator is left out
    moved: int  # subjects whose place changes


@dataclass(frozen=True)
class Robustness:
    """What the analysis found; the same seed gives the same figures."""

    replications: int
    seed: int
    spread: float
    intervals: tuple[Interval, ...]
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Parts:
    """Per subject and indicator: earned and possible part of the root, and what is added to the root."""

    nodes: tuple[Line, ...]
    earned: Floats
    possible: Floats
    added: Floats
    logarithmic: bool  # parts multiply: the root is a geometric mean
    places: int  # decimals of a total


def analyse(result: Result, *, replications: int = 1000, seed: int = 1, spread: float = 0.25) -> Robustness:
    """Rank intervals under weights drawn evenly within ± `spread` of the plan's; leave-one-out; effective weights."""
    plan = result.plan
    parts = parts_of(result)
    groups = _groups(plan, result)
    random = np.random.Generator(np.random.PCG64(seed))
    factors = random.uniform(1 - spread, 1 + spread, size=(len(parts.nodes), replications))
    ranks = {name: ranks_under(parts, members, factors) for name, members in groups.items()}
    without = 1.0 - np.eye(len(parts.nodes))
    left_out = {name: ranks_under(parts, members, without) for name, members in groups.items()}
    return Robustness(
        replications, seed, spread,
        _intervals(plan, result, groups, ranks),
        _weights(plan, result, parts, groups, left_out),
    )  # fmt: skip


def parts_of(result: Result) -> Parts:
    """What each indicator adds to the root, for every subject.

    The tree is followed down through sums and means; a geometric node counts as one indicator. Below a geometric root
    its children are the parts, as logarithms.
    """
    plan = result.plan
    rows = _rows(result)
    nodes: list[int] = []
    earned: dict[int, Floats] = {}
    possible: dict[int, Floats] = {}
    count = len(plan.subjects)
    children = plan.children
    root = next(i for i, line in enumerate(plan.lines) if line.parent is None and line.account is None)
    logarithmic = plan.lines[root].combine == "geometric"

    def add(i: int, score: Floats, full: Floats) -> None:
        if i not in earned:
            nodes.append(i)
            earned[i], possible[i] = np.zeros(count), np.zeros(count)
        earned[i] += score
        possible[i] += full

    def follow(i: int, period: int, share: Floats) -> None:
        """Part of the root that node `i` in `period` stands for, down to indicators; `share` per point of the node."""
        line = plan.lines[i]
        score, full = rows(i, period)
        if line.node.merge and not period:
            codes = [(k + 1, line.node.merge[p.id]) for k, p in enumerate(plan.periods) if p.id in line.node.merge]
            there = [(code, weight, rows(i, code)[1] > 0) for code, weight in codes]
            total = sum((float(weight) * mask for _, weight, mask in there), np.zeros(count))
            for code, weight, mask in there:
                follow(i, code, np.divide(share * float(weight) * mask, total, out=np.zeros(count), where=total > 0))
            return
        if line.node.is_leaf or line.combine == "geometric":
            add(i, share * score, share * full)
            return
        below = [(child, *rows(child, period)) for child in children.get(i, [])]
        if line.combine == "sum":
            over = sum((f for _, _, f in below), np.zeros(count))
            scale = np.divide(full, over, out=np.zeros(count), where=over > 0)
            for child, _, _ in below:
                follow(child, period, share * scale)
        else:
            weights: list[Floats] = [float(weight_of(plan.lines[child])) * _there(f) for child, _, f in below]
            over = sum(weights, np.zeros(count))
            for (child, _, f), each in zip(below, weights, strict=True):
                part = np.divide(each * full, over * f, out=np.zeros(count), where=(over > 0) & (f > 0))
                follow(child, period, share * part)

    if logarithmic:
        for child in children[root]:
            score, full = rows(child, 0)
            own = float(weight_of(plan.lines[child]))
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.log(np.maximum(score, 1e-300) / np.where(full > 0, full, 1))
            add(child, own * logs, own * _there(full))
    else:
        follow(root, 0, np.ones(count))
    outcomes = {o.subject: o for o in result.outcomes}
    added = np.array(
        [float(outcomes[s.id].total - outcomes[s.id].root) if s.id in outcomes else 0.0 for s in plan.subjects]
    )
    return Parts(
        tuple(plan.lines[i] for i in nodes), np.column_stack([earned[i] for i in nodes]),
        np.column_stack([possible[i] for i in nodes]), added, logarithmic,
        plan.rounding.total,
    )  # fmt: skip


class _rows:
    """Scores and full points of a line in a period, as arrays over subjects; zeros where it is not there."""

    def __init__(self, result: Result) -> None:
        table = result.nodes
        self.count = len(result.plan.subjects)
        self.lines = len(result.plan.lines)
        unit, period, line = (table[n].to_numpy() for n in ("unit", "period", "line"))
        periods = len(result.plan.periods) + 1
        self.score = np.zeros((periods, self.lines, self.count))
        self.full = np.zeros((periods, self.lines, self.count))
        self.score[period, line, unit] = table["score"].to_numpy() / 10**result.scale
        self.full[period, line, unit] = table["full_points"].to_numpy() / 10**result.scale

    def __call__(self, line: int, period: int) -> tuple[Floats, Floats]:
        return self.score[period, line], self.full[period, line]


def _there(full: Floats) -> Floats:
    """1 where there are full points, else 0."""
    return (full > 0).astype(np.float64)


def _groups(plan: Plan, result: Result) -> dict[str, npt.NDArray[np.int64]]:
    ranked = {o.subject for o in result.outcomes}
    groups: dict[str, list[int]] = {}
    for i, subject in enumerate(plan.subjects):
        if subject.id in ranked:
            groups.setdefault(group_of(plan, subject), []).append(i)
    return {name: np.array(members) for name, members in groups.items()}


def ranks_under(parts: Parts, members: npt.NDArray[np.int64], factors: Floats) -> npt.NDArray[np.int32]:
    """Places [member, replication] when each indicator's weight is multiplied by its factor and all are scaled back."""
    earned, possible = parts.earned[members], parts.possible[members]
    same = bool((possible == possible[0]).all())  # then one denominator serves all
    full = possible[:1].sum(axis=1, keepdims=True) if same else possible.sum(axis=1, keepdims=True)
    ranks = np.empty((len(members), factors.shape[1]), dtype=np.int32)
    step = max(1, BLOCK // max(1, len(members)))
    for start in range(0, factors.shape[1], step):
        block = factors[:, start : start + step]
        totals = earned @ block
        spread = possible[:1] @ block if same else possible @ block
        totals *= np.divide(full, spread, out=np.zeros_like(spread), where=spread > 0)
        if parts.logarithmic:
            totals = np.exp(totals / full)
        totals += parts.added[members][:, None]
        ranks[:, start : start + step] = _places(totals.T, parts.places).T
    return ranks


def _places(totals: Floats, places: int) -> npt.NDArray[np.int32]:
    """Places of rows of totals, largest first: on rounded totals, as printed, ties sharing the better place."""
    rounded = np.rint(totals * -(10.0**places)).astype(np.int64)
    order = np.argsort(rounded, axis=1)
    ordered = np.take_along_axis(rounded, order, axis=1)
    fresh = np.ones(ordered.shape, dtype=bool)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    counted = np.where(fresh, np.arange(1, ordered.shape[1] + 1, dtype=np.int32), 0)
    found = np.empty(ordered.shape, dtype=np.int32)
    np.put_along_axis(found, order, np.maximum.accumulate(counted, axis=1).astype(np.int32), axis=1)
    return found


def _intervals(
    plan: Plan, result: Result, groups: dict[str, npt.NDArray[np.int64]], ranks: dict[str, npt.NDArray[np.int32]]
) -> tuple[Interval, ...]:
    published = result.ranks()
    found: list[Interval] = []
    for name, members in groups.items():
        drawn = ranks[name]
        count = drawn.shape[1]
        ordered = np.partition(drawn, [int(0.05 * count), count // 2, min(count - 1, int(0.95 * count))], axis=1)
        low, median, high = (ordered[:, k] for k in (int(0.05 * count), count // 2, min(count - 1, int(0.95 * count))))
        ids = [plan.subjects[m].id for m in members]
        order = sorted(range(len(ids)), key=lambda i: published[ids[i]][0])
        for k, i in enumerate(order):
            after = order[k + 1] if k + 1 < len(order) else None
            beats = 1.0 if after is None else float((drawn[i] < drawn[after]).mean())
            rank = published[ids[i]][0]
            found.append(Interval(ids[i], name, rank, int(low[i]), int(high[i]), int(median[i]), beats))
    return tuple(found)


def _weights(
    plan: Plan, result: Result, parts: Parts, groups: dict[str, npt.NDArray[np.int64]],
    left_out: dict[str, npt.NDArray[np.int32]],
) -> tuple[Weight, ...]:  # fmt: skip
    """Nominal weight (mean share of the possible points), effective weight, and what leaving out does to the places."""
    base = {name: ranks_under(parts, members, np.ones((len(parts.nodes), 1)))[:, 0] for name, members in groups.items()}
    full = parts.possible.sum(axis=1, keepdims=True)
    shares = np.divide(parts.possible, full, out=np.zeros_like(parts.possible), where=full > 0)
    ranked = np.concatenate(list(groups.values())) if groups else np.array([], dtype=np.int64)
    found: list[Weight] = []
    for k, line in enumerate(parts.nodes):
        effective = {name: _effective(parts, members, k) for name, members in groups.items()}
        moves = [left_out[name][:, k] - base[name] for name in groups]
        moved = np.concatenate(moves) if moves else np.array([0])
        largest = int(moved[np.abs(moved).argmax()]) if moved.size else 0
        nominal = float(shares[ranked, k].mean()) if ranked.size else 0.0
        found.append(Weight(line.node.id, line.node.name, nominal, effective, -largest, int((moved != 0).sum())))
    return tuple(found)


def _effective(parts: Parts, members: npt.NDArray[np.int64], k: int) -> float:
    """Covariance of the indicator's part with the whole over the whole's variance: these add up to one."""
    whole = parts.earned[members].sum(axis=1)
    variance = float(whole.var())
    if not variance:
        return 0.0
    part = parts.earned[members][:, k]
    return float(((part - part.mean()) * (whole - whole.mean())).mean() / variance)


def order_flip(result: Result, first: str, second: str) -> tuple[str, float] | None:
    """The smallest change of one indicator's weight that lets `second` catch up with `first`: (node, factor).

    None if no single change does.
    """
    plan = result.plan
    parts = parts_of(result)
    index: dict[str, int] = {s.id: i for i, s in enumerate(plan.subjects)}
    a, b = index[first], index[second]
    best: tuple[str, float] | None = None
    gap = float(Fraction(result.totals()[first]) - Fraction(result.totals()[second]))
    for k, line in enumerate(parts.nodes):
        full = parts.possible[a].sum()
        lead = parts.earned[a, k] - parts.earned[b, k]
        # total' = (T + (x-1) e_k) * F / (F + (x-1) f_k): with equal f_k it flips where the gap plus (x-1) lead is zero
        if not full or lead == 0 or parts.possible[a, k] != parts.possible[b, k]:
            continue
        factor = 1 - gap / lead
        if factor >= 0 and (best is None or abs(factor - 1) < abs(best[1] - 1)):
            best = (line.node.id, factor)
    return best


__all__: Sequence[str] = (
    "Interval",
    "Parts",
    "Robustness",
    "Weight",
    "analyse",
    "order_flip",
    "parts_of",
    "ranks_under",
)
