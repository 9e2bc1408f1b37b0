"""Events that are counted: deductions, bonuses and levels of award."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Quantity, choose
from kaoping.core.methods.registry import Cells, Param, method


@method(
    "deductions", "", {"points": Param("by_name", required=True)}, clause="[S1]", named_slots="points",
    directions=("down",),
)  # fmt: skip
def deductions(c: Cells) -> Quantity:
    """扣分制: the full points less so many for each event of each kind, until nothing is left (扣完为止)."""
    loss = c.step("loss", _events(c))
    c.said("clean", loss.equals(0))
    c.said("exhausted", loss >= c.full)
    c.said("deducted")
    return (c.full - loss).at_least(0)


def _events(c: Cells) -> Quantity:
    loss = c.nothing
    for name, points in c.table("points").items():
        events = c.slot(name)
        c.refuse(events < 0, "events.negative")
        loss = loss + events * points
    return loss


@method(
    "events", "", {"points": Param("by_name", required=True), "cap": Param("number", low=Decimal(0))},
    clause="[S1] [S22]", named_slots="points", account=True,
    directions=("up",))  # fmt: skip
def events(c: Cells) -> Quantity:
    """按件计分: so many points for each event of each kind, at most `cap`. For bonus and deduction accounts."""
    points = c.step("sum", _events(c))
    if not c.given("cap"):
        c.said("events")
        return points
    c.said("events_capped", points > c.number("cap"))
    c.said("events")
    return points.at_most(c.number("cap"))


_BONUS = {
    "points": Param("by_name", required=True),
    "highest_only": Param("flag", default=False),
    "cap": Param("number", low=Decimal(0)),
}


@method("bonus_levels", "", _BONUS, clause="[S22] [S23]", named_slots="points", account=True, directions=("up",))
def bonus_levels(c: Cells) -> Quantity:
    """加分制: points by level of award x number of awards, or the highest level only; at most `cap`."""
    if not c.params["highest_only"]:
        return events(c)
    best = c.nothing
    for name, points in c.table("points").items():
        count = c.slot(name)
        c.refuse(count < 0, "events.negative")
        best = c.program.let(best.at_least(choose([(count > 0, c.program.constant(points))], c.nothing)))
    best = c.step("sum", best)
    c.said("highest_level")
    return best.at_most(c.number("cap")) if c.given("cap") else best
