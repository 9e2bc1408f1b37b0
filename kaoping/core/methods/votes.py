"""Votes and marks of many judges: answers worth points, shares of votes, ballots of places, trimmed means."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Quantity, choose
from kaoping.core.methods.registry import NUMBER, Cells, Param, method

_GRADE_POINTS = {
    "points": Param("by_name", required=True),
    "full_mark": Param("number", default=Decimal(100), low=Decimal(0)),
    "not_counted": Param("names", default=()),
}


@method(
    "grade_points",
    "",
    _GRADE_POINTS,
    clause="R6; [S11] [S25] [S26] [S27]",
    named_slots="points",
    monotone=False,
    directions=("up",),
)
def grade_points(c: Cells) -> Quantity:
    """等次折算: the mean of the votes' points over the valid votes, as a share of `full_mark`, times the full points.

    Answers in `not_counted` (不了解, 弃权) are no votes. Without a valid vote the figure is missing.
    Never below zero.
    """
    marks, votes = c.nothing, c.nothing
    for name, points in c.table("points").items():
        count = c.slot(name)
        c.refuse(count < 0, "votes.negative")
        marks, votes = marks + count * points, votes + count
    votes = c.step("votes", votes)
    mean = c.step("mean", c.program.let(marks, "marks") / votes)
    c.said("grade_points")
    return (c.full * mean / c.number("full_mark")).at_least(0)


_VOTE_SHARE = {
    "top": Param("text", required=True),
    "weak": Param("text"),
    "answers": Param("names", required=True),
    "bands": Param("bands", required=True),
    "rest": Param("number", required=True),
    "weak_at": Param("number", low=Decimal(0), high=Decimal(1)),
    "weak_rest": NUMBER,
}


@method("vote_share", "", _VOTE_SHARE, clause="[S3]", named_slots="answers", monotone=False, directions=("up",))
def vote_share(c: Cells) -> Quantity:
    """得票率分段: the share of top votes, in per cent of all valid ones, gives points by bands.

    Below the bands `rest`, or `weak_rest` when weak votes reach the share `weak_at`. The points are the result itself.
    """
    answers = c.params["answers"]
    assert isinstance(answers, tuple)
    votes = c.nothing
    for name in answers:
        c.refuse(c.slot(name) < 0, "votes.negative")
        votes = votes + c.slot(name)
    votes = c.step("votes", votes)
    share = c.step("percent", c.slot(c.text("top")) * 100 / votes)
    branches = [
        (share > band.at if band.open else share >= band.at, c.program.constant(band.give))
        for band in c.bands("bands")
        if band.at is not None
    ]
    if c.given("weak_at"):
        weak = c.slot(c.text("weak")) / votes >= c.number("weak_at")
        branches.append((weak, c.number("weak_rest")))
    c.said("vote_share")
    return choose([(votes > 0, c.program.let(choose(branches, c.number("rest"))))], c.program.missing)


_PLACE_VOTES = {
    "places": Param("count", required=True, low=Decimal(1), high=Decimal(200)),
    "first": Param("number", default=Decimal(100)),
    "step": Param("number", default=Decimal(3), low=Decimal(0)),
    "full_mark": Param("number", default=Decimal(100), low=Decimal(0)),
}


@method("place_votes", "", _PLACE_VOTES, clause="[S28]", named_slots="places", monotone=False, directions=("up",))
def place_votes(c: Cells) -> Quantity:
    """名次票: the mean of the votes' points, `first` for the first place and `step` less for each lower one.

    Slots p1, p2, …; never below zero.
    """
    marks, votes = c.nothing, c.nothing
    for name in place_slots(c.params["places"]):
        count = c.slot(name)
        c.refuse(count < 0, "votes.negative")
        marks = marks + count * (c.number("first") - c.number("step") * (int(name[1:]) - 1))
        votes = votes + count
    votes = c.step("votes", votes)
    mean = c.step("mean", c.program.let(marks, "marks") / votes)
    c.said("place_votes")
    return (c.full * mean / c.number("full_mark")).at_least(0)


def place_slots(places: object) -> tuple[str, ...]:
    """Slots of a ballot of places: p1 … pn."""
    return tuple(f"p{k}" for k in range(1, int(str(places)) + 1))


_TRIMMED = {
    "drop": Param("count", default=Decimal(1), low=Decimal(0), high=Decimal(20)),
    "min_judges": Param("count", default=Decimal(5), low=Decimal(0), high=Decimal(10000)),
    "full_mark": Param("number", default=Decimal(100), low=Decimal(0)),
}


@method("trimmed_mean", "actual", _TRIMMED, clause="[S29]", optional="judges dropped", directions=("up",))
def trimmed_mean(c: Cells) -> Quantity:
    """去掉最高最低分: the mean of the judges' marks without the `drop` highest and lowest.

    Marks are dropped only when there are more than `min_judges` of them (`kaoping.core.tally`). The mean is taken as a
    share of `full_mark`, times the full points; between none and the full points.
    """
    for name in ("judges", "dropped"):
        if c.has(name):
            c.steps[name] = c.slot(name)
    c.said("trimmed_mean")
    return (c.full * c.slot("actual") / c.number("full_mark")).at_least(0).at_most(c.full)
