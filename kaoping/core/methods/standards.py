"""Figures between standard values: efficacy, five tiers, level with growth, fixed goalposts."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Quantity, choose
from kaoping.core.methods.registry import NUMBER, SHARE, Cells, Param, extremes, limited, method

_EFFICACY = {
    "standard": Param("choice", default="group", options=("group", "fixed", "slot")),
    "satisfactory": NUMBER,
    "not_allowed": NUMBER,
    "base_share": Param("number", default=Decimal("0.6"), low=Decimal(0), high=Decimal(1)),
    "equal": Param("choice", default="full", options=("full", "base")),
}


@method(
    "efficacy", "actual", _EFFICACY, clause="[S7] [S15] [S16]", optional="satisfactory not_allowed", compares=True,
)  # fmt: skip
def efficacy(c: Cells) -> Quantity:
    """功效系数法: full points x [base + (1 - base) x (x - lo) / (hi - lo)], base 60 % unless declared otherwise.

    lo and hi are the group's extremes, fixed standard values, or the subject's own; swapped for `down`. With fixed
    standards, the best pays the full points and no more, and the result never falls below zero. Where all figures are
    the same, `equal` says what each gets.
    """
    x = c.slot("actual")
    match c.text("standard"):
        case "group":
            best, worst = extremes(c, x)
            fixed = False
        case "fixed":
            best, worst, fixed = c.number("satisfactory"), c.number("not_allowed"), True
        case _:
            best, worst, fixed = c.slot("satisfactory"), c.slot("not_allowed"), True
    return c.full * _efficacy_share(c, x, best, worst, fixed=fixed, equal=c.text("equal"))


def _efficacy_share(
    c: Cells, x: Quantity, best: Quantity, worst: Quantity, *, fixed: bool, equal: str, said: bool = True
) -> Quantity:
    base = c.number("base_share")
    if fixed:
        c.refuse(best.equals(worst), "standard.equal")
    lead, span = (x - worst, best - worst) if c.up else (worst - x, worst - best)
    if not fixed:  # among the group's own extremes
        lead, span = lead.not_negative, span.not_negative
    share = base + (1 - base) * c.program.let(lead / span)
    if said:
        c.said("same", best.equals(worst))
        c.said("efficacy")
    if fixed:
        return c.program.let(share).at_least(0).at_most(1)
    same = c.program.constant(1) if equal == "full" else base
    return choose([(best.equals(worst), same)], c.program.let(share))


_FIVE_TIER = {"standards": Param("numbers", required=True), "below": SHARE}


@method("five_tier", "actual", _FIVE_TIER, clause="[S17] [S18]")
def five_tier(c: Cells) -> Quantity:
    """五档标准值法: five standard values give 1, 0.8, 0.6, 0.4 and 0.2 of the full points, straight lines between.

    `standards` are these values from best to worst. Below the worst nothing is given (or the share `below`).
    """
    standards = c.params["standards"]
    assert isinstance(standards, tuple)
    x = c.slot("actual")
    branches = [(c.better(x, standards[0]), c.full)]
    for k in range(4):
        upper, lower = standards[k], standards[k + 1]
        ahead = (x - lower) if c.up else (lower - x)
        share = (Decimal(8 - 2 * k) / 10) + c.program.let(ahead) / abs(upper - lower) * Decimal("0.2")
        branches.append((c.better(x, lower), c.full * share))
    c.said("top_tier", c.better(x, standards[0]))
    c.said("between_tiers", c.better(x, standards[4]))
    c.said("below_tiers")
    below = c.full * c.number("below") if c.given("below") else c.nothing
    return choose([(condition, c.program.let(quantity)) for condition, quantity in branches], below)


_LEVEL_GROWTH = {
    "level_share": Param("number", default=Decimal("0.4"), low=Decimal(0), high=Decimal(1)),
    "growth": Param("choice", default="rate", options=("rate", "points")),
    "base_share": Param("number", default=Decimal("0.6"), low=Decimal(0), high=Decimal(1)),
    "equal": Param("choice", default="full", options=("full", "base")),
}


@method("level_growth", "actual last", _LEVEL_GROWTH, clause="[S7] [S19]", compares=True)
def level_growth(c: Cells) -> Quantity:
    """静态 + 动态: `level_share` of the points by the level, the rest by growth over last year.

    Each part is scored by efficacy in the group. Growth is a rate in per cent or a difference in percentage points.
    Refuses a last figure of zero or less for rates.
    """
    x, last = c.slot("actual"), c.slot("last")
    if c.text("growth") == "rate":
        c.refuse(last <= 0, "last.not_positive")
        growth = ((x - last) * 100 / last).rounded(c.program.places)
    else:
        growth = x - last
    growth = c.step("growth", growth)
    low, high = c.program.group("min", x), c.program.group("max", x)
    slow, fast = c.program.group("min", growth), c.program.group("max", growth)
    level_best, level_worst = (high, low) if c.up else (low, high)
    growth_best, growth_worst = (fast, slow) if c.up else (slow, fast)
    for name, kept in (
        ("best", level_best),
        ("worst", level_worst),
        ("fastest", growth_best),
        ("slowest", growth_worst),
    ):
        c.steps[name] = kept
    equal = c.text("equal")
    level = _efficacy_share(c, x, level_best, level_worst, fixed=False, equal=equal, said=False)
    change = _efficacy_share(c, growth, growth_best, growth_worst, fixed=False, equal=equal, said=False)
    share = c.number("level_share")
    parts = c.program.places
    level_points = c.step("level_points", (c.full * share * c.program.let(level)).rounded(parts))
    growth_points = c.step("growth_points", (c.full * (1 - share) * c.program.let(change)).rounded(parts))
    c.said("level_growth")
    return level_points + growth_points


_GOALPOSTS = {
    "low": Param("number", required=True),
    "high": Param("number", required=True),
    "log": Param("flag", default=False),
    "cap": Param("number", default=Decimal(1), low=Decimal(0), high=Decimal(10)),
    "floor": Param("number", default=Decimal(0), low=Decimal(0), high=Decimal(1)),
}


@method("goalposts", "actual", _GOALPOSTS, clause="UNDP, Human Development Report, technical note 1")
def goalposts(c: Cells) -> Quantity:
    """固定区间标准化: full points x (x - low) / (high - low) between fixed goalposts.

    With `log` on logarithms; for `down` from the top; held by `floor` and `cap`. Refuses a figure of zero or less with
    `log`.
    """
    x, low, high = c.slot("actual"), c.number("low"), c.number("high")
    if c.params["log"]:
        c.refuse(x <= 0, "log.not_positive")
        x, low, high = (c.program.call("ln", q) for q in (x, low, high))
        c.steps["log"] = x
    share = (x - low) / (high - low) if c.up else (high - x) / (high - low)
    held = limited(c, share)
    c.said("goalposts")
    return c.full * held
