"""Figures against a target: reached or not, by ratio, by interval, by steps of deviation."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Condition, Quantity, choose
from kaoping.core.methods.registry import NUMBER, ZERO, Cells, Param, limited, method


@method("attain", "actual target", clause="R4.3; [S9]")
def attain(c: Cells) -> Quantity:
    """达标得基本分: the full points when the target is reached, otherwise none."""
    reached = c.better(c.slot("actual"), c.slot("target"))
    c.said("attained", reached)
    c.said("missed")
    return choose([(reached, c.full)], c.nothing)


_RATIO = {
    "cap": Param("number", default=Decimal(1), low=Decimal(0), high=Decimal(10)),
    "floor": Param("number", default=Decimal(0), low=Decimal(0), high=Decimal(1)),
    "zero_target": ZERO,
}


@method("ratio", "actual target", _RATIO, clause="R4.3; [S1] [S5] [S6]", directions=("up",))
def ratio(c: Cells) -> Quantity:
    """完成率计分: full points x actual / target, at least `floor`, at most `cap`.

    By default exceeding the target gives no bonus. Refuses a negative target, and a zero target unless `zero_target`
    says what it gives.
    """
    actual, target = c.slot("actual"), c.slot("target")
    c.refuse(target < 0, "target.negative")
    return _of_target(c, actual, target)


def _of_target(c: Cells, actual: Quantity, target: Quantity) -> Quantity:
    rate = c.step("rate", actual / target)
    zero = c.text("zero_target")
    if zero == "refuse":
        c.refuse(target.equals(0), "target.zero")
    else:
        c.said(f"zero_target_{zero}", target.equals(0))
    share = limited(c, rate)
    c.said("exact", rate.equals(1))
    c.said("exceeded", rate > 1)
    c.said("below")
    points = c.full * share
    if zero == "refuse":
        return points
    return choose([(target.equals(0), c.full if zero == "full" else c.nothing)], points)


_REVERSE = {key: param for key, param in _RATIO.items() if key != "zero_target"}


@method("reverse_ratio", "actual target", _REVERSE, clause="R4.2; [S12] [S30]", directions=("down",))
def reverse_ratio(c: Cells) -> Quantity:
    """逆向指标: full points x target / actual, at least `floor`, at most `cap`.

    A figure of zero or less gives the cap. Refuses a negative target.
    """
    actual, target = c.slot("actual"), c.slot("target")
    c.refuse(target < 0, "target.negative")
    c.said("none_left", actual <= 0)
    rate = c.step("rate", target / actual)
    share = limited(c, rate)
    c.said("exact", rate.equals(1))
    c.said("exceeded", rate > 1)
    c.said("below")
    return choose([(actual <= 0, c.full * c.number("cap"))], c.full * share)


@method(
    "difficulty", "actual target coefficient", _RATIO, clause="[S2]", directions=("up",),
)  # fmt: skip
def difficulty(c: Cells) -> Quantity:
    """难度系数: full points x actual / target x the subject's coefficient, held by `floor` and `cap`.

    Refuses a negative coefficient, and targets as `ratio` does.
    """
    target, coefficient = c.slot("target"), c.slot("coefficient")
    c.refuse(target < 0, "target.negative")
    c.refuse(coefficient < 0, "coefficient.negative")
    return _of_target(c, c.program.let(c.slot("actual") * coefficient, "weighted"), target)


@method("schedule_ratio", "actual target progress", _RATIO, clause="R5.3; [S30]", directions=("up",))
def schedule_ratio(c: Cells) -> Quantity:
    """序时进度: full points x actual / (target x scheduled progress), held by `floor` and `cap`.

    `progress` is a share of the year; refused where it is not above zero. Targets are refused as by `ratio`.
    """
    target = c.slot("target")
    c.refuse(target < 0, "target.negative")
    c.refuse(c.slot("progress") <= 0, "progress.zero")
    return _of_target(c, c.slot("actual"), c.step("due", target * c.slot("progress")))


_INTERVAL = {
    "low": Param("number", required=True),
    "high": Param("number", required=True),
    "low_limit": NUMBER,
    "high_limit": NUMBER,
}


@method("interval", "actual", _INTERVAL, clause="[S14]", directions=("up",), monotone=False)
def interval(c: Cells) -> Quantity:
    """区间指标: full points from `low` to `high`, both included.

    Outside, the points fall evenly to none at `low_limit` and `high_limit`, or at once if the limit is not set.
    """
    x, low, high = c.slot("actual"), c.number("low"), c.number("high")
    c.said("inside", (x >= low) & (x <= high))
    c.said("under", x < low)
    c.said("over")
    branches = []
    if c.given("low_limit"):
        limit = c.number("low_limit")
        branches.append(((x < low) & (x > limit), c.full * ((x - limit) / (low - limit))))
    if c.given("high_limit"):
        limit = c.number("high_limit")
        branches.append(((x > high) & (x < limit), c.full * ((limit - x) / (limit - high))))
    inside = choose([((x >= low) & (x <= high), c.full)], c.nothing)
    kept = [(condition, c.program.let(quantity)) for condition, quantity in branches]
    return choose(kept, inside)


_STEP = {
    "size": Param("number", required=True, low=Decimal(0)),
    "points": Param("number", required=True, low=Decimal(0)),
    "unit": Param("choice", default="percent", options=("percent", "value")),
    "whole": Param("flag", default=True),
    "base_share": Param("number", default=Decimal(1), low=Decimal(0), high=Decimal(1)),
    "bonus_cap": Param("number", default=Decimal(0), low=Decimal(0)),
    "bonus_caps": Param("bands"),
    "penalty_cap": Param("number", low=Decimal(0)),
    "either_way": Param("flag", default=False),
}


@method("step", "actual target", _STEP, clause="[S4] [S5] [S13] [S40]", optional="baseline")
def step(c: Cells) -> Quantity:
    """每差/每超若干扣/加若干分: the base points at the target, `points` more or less for each `size` of deviation.

    `size` is in per cent of the target or in the figure's own unit; `whole` counts whole steps only, otherwise pro
    rata. Exceeding pays at most `bonus_cap` (by default nothing), or what `bonus_caps` allows: the first band reached
    by how many per cent the target is less ambitious than the baseline. Falling short costs at most `penalty_cap`.
    `either_way` takes points for any deviation. Never below zero. Refuses a zero target with `unit: percent`.
    """
    x, target = c.slot("actual"), c.slot("target")
    difference = x - target if c.up else target - x
    if c.text("unit") == "percent":
        c.refuse(target.equals(0), "target.zero")
        difference = difference * 100 / abs(target)
    deviation = c.step("deviation", difference)
    steps = deviation / c.number("size")
    steps = c.step("steps", steps.truncated() if c.params["whole"] else steps)
    moved = c.program.let(steps * c.number("points"))
    base = c.full * c.number("base_share")
    loss = abs(moved)
    if c.given("penalty_cap"):
        loss = loss.at_most(c.number("penalty_cap"))
    loss = c.program.let(loss)
    c.said("on_target", deviation.equals(0))
    if c.params["either_way"]:
        c.said("deviated")
        return (base - loss).at_least(0)
    gain = c.step("gain", moved.at_most(_bonus_cap(c)))
    c.said("above", deviation > 0)
    c.said("short")
    return choose([(deviation >= 0, base + gain)], base - loss).at_least(0)


def _bonus_cap(c: Cells) -> Quantity:
    """The most that exceeding pays: one number, or by how far the target was set below the baseline."""
    if not c.given("bonus_caps"):
        return c.number("bonus_cap")
    target, baseline = c.slot("target"), c.slot("baseline")
    gap = baseline - target if c.up else target - baseline
    below = c.program.let(gap * 100 / abs(baseline), "modesty")
    rest = c.nothing
    branches: list[tuple[Condition, Quantity]] = []
    for band in c.bands("bonus_caps"):
        give = c.program.constant(band.give)
        if band.at is None:
            rest = give
        else:
            branches.append((below > band.at if band.open else below >= band.at, give))
    branches.append((below.known(), rest))
    return c.step("bonus_cap", choose(branches, c.program.missing))
