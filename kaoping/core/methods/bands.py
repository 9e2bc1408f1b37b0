"""Figures that fall into bands: points by band, deductions by band, leads that count less band by band."""

from __future__ import annotations

from decimal import Decimal

from kaoping.core.algebra import Condition, Quantity, choose
from kaoping.core.methods.registry import NUMBER, Band, Cells, Param, method

_BANDS = {
    "measure": Param("choice", default="rate", options=("rate", "value")),
    "bands": Param("bands", required=True),
    "give": Param("choice", default="percent", options=("percent", "points")),
    "gate": NUMBER,
}


@method("bands", "actual", _BANDS, clause="[S10] [S24]", optional="target gate")
def bands(c: Cells) -> Quantity:
    """分档计分: the first band that the figure (or its completion rate, in per cent) reaches gives its points.

    Bands are closed below (`at` itself belongs to the band) unless `open`. A `gate` must be reached by the figure in
    the slot `gate`, otherwise nothing is given. A figure that reaches no band gets none.
    """
    measure = _measure(c)
    branches = [(_reaches(c, measure, band), _band_points(c, band)) for band in c.bands("bands") if band.at is not None]
    rest = [_band_points(c, band) for band in c.bands("bands") if band.at is None]
    points = choose(branches, rest[0] if rest else c.nothing)
    if c.given("gate"):
        shut = c.slot("gate") < c.number("gate")
        c.said("gate_shut", shut)
        points = choose([(shut, c.nothing)], points)
    c.said("band")
    return points


def _measure(c: Cells) -> Quantity:
    if c.text("measure") == "value":
        return c.slot("actual")
    actual, target = c.slot("actual"), c.slot("target")
    c.refuse(target <= 0, "target.not_positive")
    return c.step("percent", actual * 100 / target)


def _reaches(c: Cells, measure: Quantity, band: Band) -> Condition:
    assert band.at is not None
    return c.beyond(measure, band.at) if band.open else c.better(measure, band.at)


def _band_points(c: Cells, band: Band) -> Quantity:
    return c.full * (band.give / 100) if c.text("give") == "percent" else c.program.constant(band.give)


@method("band_deduction", "actual", {"bands": Param("bands", required=True)}, clause="[S24]")
def band_deduction(c: Cells) -> Quantity:
    """专项得分折扣: the band that another score reaches says how many points it costs.

    A score that reaches no band costs them all. Never below zero.
    """
    x = c.slot("actual")
    branches = [(_reaches(c, x, b), c.program.constant(b.give)) for b in c.bands("bands") if b.at is not None]
    rest = [c.program.constant(b.give) for b in c.bands("bands") if b.at is None]
    loss = c.step("loss", choose(branches, rest[0] if rest else c.full))
    c.said("band_loss")
    return (c.full - loss).at_least(0)


_PROGRESSIVE = {
    "reference": Param("choice", default="slot", options=("slot", "group_mean")),
    "width": Param("number", required=True, low=Decimal(0)),
    "divisors": Param("numbers", required=True),
    "base_share": Param("number", default=Decimal(1), low=Decimal(0), high=Decimal(1)),
    "cap": Param("number", low=Decimal(0), high=Decimal(10)),
}


@method("progressive_bands", "actual", _PROGRESSIVE, clause="[S8]", optional="reference", compares=True)
def progressive_bands(c: Cells) -> Quantity:
    """累进区间: base points, and base x (part of the lead in each band of `width`) / the band's divisor.

    Being behind costs in the same way. The lead is against the slot `reference` or the group's mean; the last divisor
    goes on without end. Never below zero.
    """
    x = c.slot("actual")
    reference = c.slot("reference") if c.text("reference") == "slot" else c.step("mean", _mean(c, x))
    lead = c.step("lead", x - reference if c.up else reference - x)
    base = c.program.let(c.full * c.number("base_share"))
    width = c.number("width")
    divisors = c.params["divisors"]
    assert isinstance(divisors, tuple)
    size = c.program.let(abs(lead))
    gain = c.nothing
    for i, divisor in enumerate(divisors):
        part = (size - width * i).at_least(0)
        if i < len(divisors) - 1:
            part = part.at_most(width)
        gain = gain + c.program.let(part) / divisor
    gain = c.step("gain", base * gain)
    c.said("level", lead.equals(0))
    c.said("ahead", lead > 0)
    c.said("behind")
    points = c.program.let(choose([(lead >= 0, base + gain)], base - gain)).at_least(0)
    return c.program.let(points).at_most(c.full * c.number("cap")) if c.given("cap") else points


def _mean(c: Cells, x: Quantity) -> Quantity:
    return c.program.let((c.program.group("sum", x) / c.program.group("count", x)).rounded(c.program.places), "mean")
