"""Points that come from elsewhere: given scores and points, formulas, results of other subjects."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core import formulas
from kaoping.core.algebra import Quantity
from kaoping.core.methods.registry import Cells, Param, method


@method("given", "actual", {"full_mark": Param("number", default=Decimal(100), low=Decimal(0))}, clause="[S31] [S32]")
def given(c: Cells) -> Quantity:
    """引用得分: another appraisal's score as a share of its `full_mark`, times the full points.

    Between none and the full points; for `down` what is missing to the full mark counts.
    """
    share = c.slot("actual") / c.number("full_mark")
    if not c.up:
        share = 1 - c.program.let(share)
    c.said("given")
    return (c.full * c.program.let(share)).at_least(0).at_most(c.full)


@method("points", "actual", clause="R6.2", directions=("up",), account=True)
def points(c: Cells) -> Quantity:
    """直接给分: the figure is the points. In the tree at most the full points and at least none."""
    c.said("points")
    return c.slot("actual").at_least(0).at_most(c.full) if c.in_tree else c.slot("actual")


@method(
    "formula", "", {"score": Param("formula", required=True)}, clause="R4.2", optional="actual target last baseline",
    monotone=False,
    directions=("up",))  # fmt: skip
def formula(c: Cells) -> Quantity:
    """自定义公式: the points by a formula over the indicator's figures and `points` (the full points).

    Never below zero.
    """
    tree = formulas.parse(c.text("score"))
    figures = {**c.slots, "points": c.full, "满分": c.full}
    c.said("formula")
    return c.program.let(formulas.quantity(tree, figures, c.program)).at_least(0)


@method(
    "bundle", "", {"node": Param("text", required=True), "of": Param("links", required=True)}, clause="R1.4; [S22]",
    directions=("up",),
)  # fmt: skip
def bundle(c: Cells) -> Quantity:
    """捆绑考核: full points x what other subjects scored on a node / what they could score.

    Filled in after their results exist.
    """
    c.said("bundle")
    return c.program.missing
