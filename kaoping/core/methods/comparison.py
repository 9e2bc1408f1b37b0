"""Figures compared with others: best of the group, places, extremes, deviations from the mean."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Quantity, choose
from kaoping.core.methods.registry import Cells, Param, extremes, method


@method("best_ratio", "actual", clause="[S2] [S3]", optional="coefficient", compares=True)
def best_ratio(c: Cells) -> Quantity:
    """按实绩赋分: full points x own / best of the group, for `down` best / own.

    Figures count times the difficulty coefficient, if there is one. A figure below zero scores zero. Refuses a best
    figure of zero or less.
    """
    x = c.slot("actual")
    if c.has("coefficient"):
        x = c.step("weighted", x * c.slot("coefficient"))
    if c.up:
        best = c.step("best", c.program.group("max", x))
        c.refuse(best <= 0, "best.not_positive")
        share = x / best
    else:
        best = c.step("best", c.program.group("min", x))
        c.refuse(best <= 0, "best.not_positive")
        share = best / x
    c.said("is_best", x.equals(best))
    c.said("of_best")
    return (c.full * share).at_least(0)


_RANK_STEPS = {
    "source": Param("choice", default="group", options=("group", "given")),
    "step": Param("number", required=True, low=Decimal(0)),
    "unit": Param("choice", default="percent", options=("percent", "points")),
    "floor": Param("number", default=Decimal(0), low=Decimal(0), high=Decimal(1)),
}


@method("rank_steps", "", _RANK_STEPS, clause="[S3] [S9] [S20]", optional="actual rank", compares=True)
def rank_steps(c: Cells) -> Quantity:
    """按排名赋分: the first place gets the full points, each lower place `step` less.

    `step` is in per cent of the full points, or in points. Places are taken in the group, ties sharing the better one,
    or given (a mean of several given places is allowed). Never below the share `floor`.
    """
    if c.text("source") == "group":
        place = c.step("place", c.program.rank(c.slot("actual"), descending=c.up))
    else:
        place = c.slot("rank")
        c.refuse(place < 1, "rank.below_one")
    behind = place - 1
    loss = behind * c.number("step")
    if c.text("unit") == "percent":
        loss = c.full * loss / 100
    c.said("first_place", place.equals(1))
    c.said("lower_place")
    return (c.full - loss).at_least(c.full * c.number("floor"))


@method(
    "rank_table", "rank", {"points": Param("numbers", required=True), "rest": Param("number", default=Decimal(0))},
    clause="[S21]", optional="total", directions=("down",),
)  # fmt: skip
def rank_table(c: Cells) -> Quantity:
    """名次对照: the points listed for the place; places beyond the list get `rest`.

    The points are the result itself; a place between two counts as the lower one.
    """
    points = c.params["points"]
    assert isinstance(points, tuple)
    place = c.slot("rank")
    c.refuse(place < 1, "rank.below_one")
    c.said("listed_place", place <= len(points))
    c.said("unlisted_place")
    return choose([(place <= k + 1, c.program.constant(value)) for k, value in enumerate(points)], c.number("rest"))


@method(
    "provincial_rank", "rank total", {"points": Param("numbers", required=True)}, clause="[S21]", directions=("down",),
    account=True,
)  # fmt: skip
def provincial_rank(c: Cells) -> Quantity:
    """位次加减: the first places in the province add the listed points, the last take the same away.

    A place between two counts as the lower one.
    """
    points = c.params["points"]
    assert isinstance(points, tuple)
    place, total = c.slot("rank"), c.slot("total")
    c.refuse((place < 1) | (place > total), "rank.outside")
    from_last = c.program.let(total - place + 1)
    branches = [(place <= k + 1, c.program.constant(value)) for k, value in enumerate(points)]
    branches += [(from_last <= k + 1, c.program.constant(-value)) for k, value in enumerate(points)]
    c.said("first_places", place <= len(points))
    c.said("last_places", from_last <= len(points))
    c.said("middle_places")
    return choose(branches, c.nothing)


_EQUAL = {"equal": Param("choice", default="full", options=("full", "zero"))}


@method("minmax", "actual", _EQUAL, clause="OECD/JRC handbook, min-max", compares=True)
def minmax(c: Cells) -> Quantity:
    """极差标准化: full points x (x - worst) / (best - worst) in the group.

    `equal` says what all get if none differs.
    """
    x = c.slot("actual")
    best, worst = extremes(c, x)
    c.said("same", best.equals(worst))
    c.said("minmax")
    ahead, span = (x - worst, best - worst) if c.up else (worst - x, worst - best)
    share = ahead.not_negative.over(c.program.let(span.not_negative))
    same = c.full if c.text("equal") == "full" else c.nothing
    return choose([(best.equals(worst), same)], c.program.let(c.full * share))


_ZSCORE = {
    "mean_share": Param("number", default=Decimal("0.6"), low=Decimal(0), high=Decimal(1)),
    "per_deviation": Param("number", default=Decimal("0.1"), low=Decimal(0), high=Decimal(1)),
    "sample": Param("flag", default=False),
}


@method("zscore", "actual", _ZSCORE, clause="OECD/JRC handbook, z-scores", compares=True)
def zscore(c: Cells) -> Quantity:
    """标准分: full points x (mean share + z x share per standard deviation).

    Between none and the full points. The standard deviation is the population's unless `sample`. Where it is zero,
    each gets the mean share.
    """
    x = c.program.stored(c.slot("actual"))
    count, total = c.program.group("count", x), c.program.group("sum", x)
    squares = c.program.group("sum", x * x)
    divisor = count * (count - 1) if c.params["sample"] else count * count
    variance = (count * squares - total * total) / divisor
    deviation = c.step("deviation", c.program.call_exactly("sqrt", variance))
    mean = c.step("mean", (total / count).rounded(c.program.places))
    z = c.step("z", ((x - mean if c.up else mean - x) / deviation).rounded(c.program.places))
    flat = ~(deviation > 0)
    c.said("no_spread", flat | ~deviation.known())
    share = c.program.let(c.number("mean_share") + z * c.number("per_deviation"))
    c.said("zscore")
    held = share.at_least(0).at_most(1)
    return c.full * choose([(deviation > 0, c.program.let(held))], c.number("mean_share"))
