"""Scoring methods (计分办法) by id: what each reads, its parameters, and its formula over exact columns.

A method never changes its meaning; a new meaning is a new id. Each is a function from `Cells` (one row per subject,
period and indicator) to points; the comments cite where the rule was published, by the source list of
`docs/scoring.md`. Direction is the indicator's: with `down` a smaller figure is better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from kaoping.core import formulas
from kaoping.core.algebra import Condition, Program, Quantity, choose


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a method: its kind, default, and the range it must lie in.

    Kinds: `number`; `count` (a whole number); `flag`; `choice`; `text`; `numbers` (a list); `by_name` (name -> number); `bands` (list of
    {at, give, open}); `links` (subject -> list of subjects); `curve` (period -> number).
    """

    kind: str
    default: object = None
    required: bool = False
    options: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One band: from `at` on (or beyond it, if `open`) the method gives `give`. `at` None is all the rest."""

    at: Decimal | None
    give: Decimal
    open: bool = False


@dataclass
class Cells:
    """The cells of one family of indicators that share a method: figures as quantities, and what is recorded."""

    program: Program
    slots: Mapping[str, Quantity]
    params: Mapping[str, object]
    full: Quantity  # full points of the indicator
    up: bool  # a larger figure is better
    in_tree: bool = True  # else in a bonus or deduction account
    steps: dict[str, Quantity] = field(default_factory=dict)
    how: list[tuple[Condition | None, str]] = field(default_factory=list)
    refused: list[tuple[Condition, str]] = field(default_factory=list)

    def slot(self, name: str) -> Quantity:
        """A reported figure."""
        return self.slots[name]

    def has(self, name: str) -> bool:
        """Whether this figure is part of the indicator at all."""
        return name in self.slots

    def number(self, name: str) -> Quantity:
        """A numeric parameter; it may differ between the indicators of the family."""
        value = self.params[name]
        return value if isinstance(value, Quantity) else self.program.constant(_exact(value))

    def given(self, name: str) -> bool:
        """Whether an optional parameter was set."""
        return self.params.get(name) is not None

    def text(self, name: str) -> str:
        """A choice."""
        return str(self.params[name])

    def bands(self, name: str) -> Sequence[Band]:
        """A list of bands."""
        value = self.params[name]
        assert isinstance(value, tuple)
        return value

    def table(self, name: str) -> Mapping[str, Decimal]:
        """A name -> number table."""
        value = self.params[name]
        assert isinstance(value, Mapping)
        return value

    def step(self, name: str, quantity: Quantity) -> Quantity:
        """Record a figure of the working under a name, exactly as it is used."""
        kept = self.program.let(quantity, name)
        self.steps[name] = kept
        return kept

    def said(self, code: str, condition: Condition | None = None) -> None:
        """Record which sentence explains the cell; the first condition that holds decides."""
        self.how.append((condition, code))

    def refuse(self, condition: Condition, code: str) -> None:
        """A figure for which the method has no answer: a finding, never a guess."""
        self.refused.append((condition, code))

    def better(self, a: Quantity, b: Quantity | Decimal | int) -> Condition:
        """Whether `a` is at least as good as `b`."""
        return a >= b if self.up else a <= b

    def beyond(self, a: Quantity, b: Quantity | Decimal | int) -> Condition:
        """Whether `a` is strictly better than `b`."""
        return a > b if self.up else a < b

    @property
    def nothing(self) -> Quantity:
        """Zero points."""
        return self.program.constant(0)


def _exact(value: object) -> Decimal | Fraction | int:
    assert isinstance(value, Decimal | Fraction | int)
    return value


@dataclass(frozen=True, slots=True)
class Method:
    """A scoring method: `slots` it needs, `optional` ones, parameters, the clause it follows, its formula."""

    id: str
    slots: tuple[str, ...]
    params: Mapping[str, Param]
    clause: str
    score: Callable[[Cells], Quantity]
    optional: tuple[str, ...] = ()
    directions: tuple[str, ...] = ("up", "down")
    monotone: bool = True  # a better figure never scores less
    compares: bool = False  # reads the figures of other subjects
    account: bool = False  # gives points by itself: only for bonus and deduction accounts
    named_slots: str = ""  # parameter whose names are slots too


METHODS: dict[str, Method] = {}

_D = Decimal
NUMBER = Param("number")
SHARE = Param("number", low=_D(0), high=_D(1))
#: What to do when the target is zero, where the quotient has no meaning.
ZERO = Param("choice", default="refuse", options=("refuse", "full", "zero"))


def method(
    name: str,
    slots: str,
    params: Mapping[str, Param] | None = None,
    *,
    clause: str,
    optional: str = "",
    directions: tuple[str, ...] = ("up", "down"),
    monotone: bool = True,
    compares: bool = False,
    account: bool = False,
    named_slots: str = "",
) -> Callable[[Callable[[Cells], Quantity]], Callable[[Cells], Quantity]]:
    """Enter a formula into METHODS under its id."""

    def enter(score: Callable[[Cells], Quantity]) -> Callable[[Cells], Quantity]:
        METHODS[name] = Method(
            name, tuple(slots.split()), params or {}, clause, score, tuple(optional.split()), directions,
            monotone, compares, account, named_slots,
        )  # fmt: skip
        return score

    return enter


def _limited(c: Cells, share: Quantity, floor: str = "floor", cap: str = "cap") -> Quantity:
    """A share of the full points held between the declared floor and cap, saying which of them held it."""
    low, high = c.number(floor), c.number(cap)
    share = c.program.let(share)
    c.said("capped", share > high)
    c.said("floored", share < low)
    return share.at_least(low).at_most(high)


# -- figures against a target


@method("attain", "actual target", clause="R4.3; [S9]")
def attain(c: Cells) -> Quantity:
    """达标得基本分: the full points when the target is reached, otherwise none."""
    reached = c.better(c.slot("actual"), c.slot("target"))
    c.said("attained", reached)
    c.said("missed")
    return choose([(reached, c.full)], c.nothing)


_RATIO = {
    "cap": Param("number", default=_D(1), low=_D(0), high=_D(10)),
    "floor": Param("number", default=_D(0), low=_D(0), high=_D(1)),
    "zero_target": ZERO,
}


@method("ratio", "actual target", _RATIO, clause="R4.3; [S1] [S5] [S6]", directions=("up",))
def ratio(c: Cells) -> Quantity:
    """完成率计分: full points x actual / target, at most `cap` (by default 1: no bonus for exceeding), at least `floor`.

    Refuses a negative target, and a zero target unless `zero_target` says what it gives.
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
    share = _limited(c, rate)
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
    """逆向指标: full points x target / actual, at most `cap`; a figure of zero or less gives the cap. Refuses a negative target."""
    actual, target = c.slot("actual"), c.slot("target")
    c.refuse(target < 0, "target.negative")
    c.said("none_left", actual <= 0)
    rate = c.step("rate", target / actual)
    share = _limited(c, rate)
    c.said("exact", rate.equals(1))
    c.said("exceeded", rate > 1)
    c.said("below")
    return choose([(actual <= 0, c.full * c.number("cap"))], c.full * share)


@method(
    "difficulty", "actual target coefficient", _RATIO, clause="[S2]", directions=("up",),
)  # fmt: skip
def difficulty(c: Cells) -> Quantity:
    """难度系数: full points x actual / target x the subject's coefficient, capped."""
    target, coefficient = c.slot("target"), c.slot("coefficient")
    c.refuse(target < 0, "target.negative")
    c.refuse(coefficient < 0, "coefficient.negative")
    return _of_target(c, c.program.let(c.slot("actual") * coefficient, "weighted"), target)


@method("schedule_ratio", "actual target progress", _RATIO, clause="R5.3; [S30]", directions=("up",))
def schedule_ratio(c: Cells) -> Quantity:
    """序时进度: full points x actual / (target x scheduled progress), capped. `progress` is a share of the year (0 to 1)."""
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
    """区间指标: full points inside [low, high], falling evenly to none at `low_limit` and `high_limit` (at once, if not set)."""
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
    "size": Param("number", required=True, low=_D(0)),
    "points": Param("number", required=True, low=_D(0)),
    "unit": Param("choice", default="percent", options=("percent", "value")),
    "whole": Param("flag", default=True),
    "base_share": Param("number", default=_D(1), low=_D(0), high=_D(1)),
    "bonus_cap": Param("number", default=_D(0), low=_D(0)),
    "bonus_caps": Param("bands"),
    "penalty_cap": Param("number", low=_D(0)),
    "either_way": Param("flag", default=False),
}


@method("step", "actual target", _STEP, clause="[S4] [S5] [S13] [S40]", optional="baseline")
def step(c: Cells) -> Quantity:
    """每差/每超若干扣/加若干分: the base points at the target, `points` more or less for each `size` of deviation.

    `size` is in per cent of the target or in the figure's own unit; `whole` counts whole steps only, otherwise pro
    rata. Exceeding pays at most `bonus_cap` (by default nothing), or by `bonus_caps`: the first band that is
    reached by how many per cent the target is less ambitious than the baseline. Falling short costs at most `penalty_cap`. `either_way` takes points
    for any deviation. Never below zero. Refuses a zero target with `unit: percent`.
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
    return c.program.let(choose(branches, c.program.missing), "bonus_cap")


# -- bands

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
    """专项得分折扣: the band that another score reaches says how many points it costs; a score that
    reaches no band costs them all. Never below zero."""
    x = c.slot("actual")
    branches = [(_reaches(c, x, b), c.program.constant(b.give)) for b in c.bands("bands") if b.at is not None]
    rest = [c.program.constant(b.give) for b in c.bands("bands") if b.at is None]
    loss = c.step("loss", choose(branches, rest[0] if rest else c.full))
    c.said("band_loss")
    return (c.full - loss).at_least(0)


_PROGRESSIVE = {
    "reference": Param("choice", default="slot", options=("slot", "group_mean")),
    "width": Param("number", required=True, low=_D(0)),
    "divisors": Param("numbers", required=True),
    "base_share": Param("number", default=_D(1), low=_D(0), high=_D(1)),
    "cap": Param("number", low=_D(0), high=_D(10)),
}


@method("progressive_bands", "actual", _PROGRESSIVE, clause="[S8]", optional="reference", compares=True)
def progressive_bands(c: Cells) -> Quantity:
    """累进区间: base points plus base x (part of the lead in each band of `width`) / that band's divisor; mirrored below.

    The lead is against the slot `reference` or the group's mean; the last divisor goes on without end. Never below zero.
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


# -- efficacy and standard values

_EFFICACY = {
    "standard": Param("choice", default="group", options=("group", "fixed", "slot")),
    "satisfactory": NUMBER,
    "not_allowed": NUMBER,
    "base_share": Param("number", default=_D("0.6"), low=_D(0), high=_D(1)),
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
            best, worst = _extremes(c, x)
            fixed = False
        case "fixed":
            best, worst, fixed = c.number("satisfactory"), c.number("not_allowed"), True
        case _:
            best, worst, fixed = c.slot("satisfactory"), c.slot("not_allowed"), True
    return c.full * _efficacy_share(c, x, best, worst, fixed=fixed, equal=c.text("equal"))


def _extremes(c: Cells, x: Quantity) -> tuple[Quantity, Quantity]:
    low, high = c.program.group("min", x), c.program.group("max", x)
    best, worst = (high, low) if c.up else (low, high)
    return c.step("best", best), c.step("worst", worst)


def _efficacy_share(
    c: Cells, x: Quantity, best: Quantity, worst: Quantity, *, fixed: bool, equal: str, said: bool = True
) -> Quantity:
    base = c.number("base_share")
    if fixed:
        c.refuse(best.equals(worst), "standard.equal")
    ahead = (x - worst) / (best - worst) if c.up else (worst - x) / (worst - best)
    share = base + (1 - base) * c.program.let(ahead)
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
    """五档标准值法: tiers at 1.0, 0.8, 0.6, 0.4, 0.2 of the full points, straight lines between neighbouring standard values.

    `standards` are the five values from best to worst. Below the worst nothing is given (or the share `below`).
    """
    standards = c.params["standards"]
    assert isinstance(standards, tuple)
    x = c.slot("actual")
    branches = [(c.better(x, standards[0]), c.full)]
    for k in range(4):
        upper, lower = standards[k], standards[k + 1]
        ahead = (x - lower) if c.up else (lower - x)
        share = (_D(8 - 2 * k) / 10) + c.program.let(ahead) / abs(upper - lower) * _D("0.2")
        branches.append((c.better(x, lower), c.full * share))
    c.said("top_tier", c.better(x, standards[0]))
    c.said("between_tiers", c.better(x, standards[4]))
    c.said("below_tiers")
    below = c.full * c.number("below") if c.given("below") else c.nothing
    return choose([(condition, c.program.let(quantity)) for condition, quantity in branches], below)


_LEVEL_GROWTH = {
    "level_share": Param("number", default=_D("0.4"), low=_D(0), high=_D(1)),
    "growth": Param("choice", default="rate", options=("rate", "points")),
    "base_share": Param("number", default=_D("0.6"), low=_D(0), high=_D(1)),
    "equal": Param("choice", default="full", options=("full", "base")),
}


@method("level_growth", "actual last", _LEVEL_GROWTH, clause="[S7] [S19]", compares=True)
def level_growth(c: Cells) -> Quantity:
    """静态 + 动态: `level_share` of the points by the level, the rest by growth over last year, each by efficacy in the group.

    Growth is a rate in per cent or a difference in percentage points. Refuses a last figure of zero or less for rates.
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


# -- compared with others


@method("best_ratio", "actual", clause="[S2] [S3]", optional="coefficient", compares=True)
def best_ratio(c: Cells) -> Quantity:
    """按实绩赋分: full points x own / best of the group (best / own for `down`), own figure times the difficulty coefficient if any.

    Refuses a best figure of zero or less. A figure below zero scores zero.
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
    "step": Param("number", required=True, low=_D(0)),
    "unit": Param("choice", default="percent", options=("percent", "points")),
    "floor": Param("number", default=_D(0), low=_D(0), high=_D(1)),
}


@method("rank_steps", "", _RANK_STEPS, clause="[S3] [S9] [S20]", optional="actual rank", compares=True)
def rank_steps(c: Cells) -> Quantity:
    """按排名赋分: the first place gets the full points, each lower place `step` less (per cent of the full points, or points).

    Places are taken in the group, ties sharing the better one, or given (a mean of several given places is allowed).
    Never below the share `floor`.
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
    "rank_table", "rank", {"points": Param("numbers", required=True), "rest": Param("number", default=_D(0))},
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
    """位次加减: the first places of a line's ranking in the province add the listed points, the last take the same away.

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
    """极差标准化: full points x (x - worst) / (best - worst) in the group; `equal` says what all get if none differs."""
    x = c.slot("actual")
    best, worst = _extremes(c, x)
    c.said("same", best.equals(worst))
    c.said("minmax")
    share = (x - worst) / (best - worst) if c.up else (worst - x) / (worst - best)
    same = c.full if c.text("equal") == "full" else c.nothing
    return choose([(best.equals(worst), same)], c.program.let(c.full * share))


_ZSCORE = {
    "mean_share": Param("number", default=_D("0.6"), low=_D(0), high=_D(1)),
    "per_deviation": Param("number", default=_D("0.1"), low=_D(0), high=_D(1)),
    "sample": Param("flag", default=False),
}


@method("zscore", "actual", _ZSCORE, clause="OECD/JRC handbook, z-scores", compares=True)
def zscore(c: Cells) -> Quantity:
    """标准分: full points x (mean share + z x share per standard deviation), held between none and the full points.

    The standard deviation is the population's unless `sample`. Where it is zero, each gets the mean share.
    """
    x = c.program.stored(c.slot("actual"))
    count, total = c.program.group("count", x), c.program.group("sum", x)
    squares = c.program.group("sum", x * x)
    divisor = count * (count - 1) if c.params["sample"] else count * count
    variance = (count * squares - total * total) / divisor
    deviation = c.step("deviation", c.program.call("sqrt", variance))
    mean = c.step("mean", (total / count).rounded(c.program.places))
    z = c.step("z", ((x - mean if c.up else mean - x) / deviation).rounded(c.program.places))
    flat = ~(deviation > 0)
    c.said("no_spread", flat | ~deviation.known())
    share = c.program.let(c.number("mean_share") + z * c.number("per_deviation"))
    c.said("zscore")
    held = share.at_least(0).at_most(1)
    return c.full * choose([(deviation > 0, c.program.let(held))], c.number("mean_share"))


_GOALPOSTS = {
    "low": Param("number", required=True),
    "high": Param("number", required=True),
    "log": Param("flag", default=False),
    "cap": Param("number", default=_D(1), low=_D(0), high=_D(10)),
    "floor": Param("number", default=_D(0), low=_D(0), high=_D(1)),
}


@method("goalposts", "actual", _GOALPOSTS, clause="UNDP, Human Development Report, technical note 1")
def goalposts(c: Cells) -> Quantity:
    """固定区间标准化: full points x (x - low) / (high - low) between fixed goalposts, on logarithms with `log`; for `down` from the top.

    Refuses a figure of zero or less with `log`.
    """
    x, low, high = c.slot("actual"), c.number("low"), c.number("high")
    if c.params["log"]:
        c.refuse(x <= 0, "log.not_positive")
        x, low, high = (c.program.call("ln", q) for q in (x, low, high))
        c.steps["log"] = x
    share = (x - low) / (high - low) if c.up else (high - x) / (high - low)
    held = _limited(c, share)
    c.said("goalposts")
    return c.full * held


# -- events, bonuses, votes


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
    "events", "", {"points": Param("by_name", required=True), "cap": Param("number", low=_D(0))},
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
    "cap": Param("number", low=_D(0)),
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


_GRADE_POINTS = {
    "points": Param("by_name", required=True),
    "full_mark": Param("number", default=_D(100), low=_D(0)),
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
    "weak_at": Param("number", low=_D(0), high=_D(1)),
    "weak_rest": NUMBER,
}


@method("vote_share", "", _VOTE_SHARE, clause="[S3]", named_slots="answers", monotone=False, directions=("up",))
def vote_share(c: Cells) -> Quantity:
    """得票率分段: the share of top votes (in per cent of all valid ones) gives points by bands; below them `rest`, or `weak_rest`
    when weak votes reach the share `weak_at`. The points are the result itself."""
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
    "places": Param("count", required=True, low=_D(1), high=_D(200)),
    "first": Param("number", default=_D(100)),
    "step": Param("number", default=_D(3), low=_D(0)),
    "full_mark": Param("number", default=_D(100), low=_D(0)),
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
    "drop": Param("count", default=_D(1), low=_D(0), high=_D(20)),
    "min_judges": Param("count", default=_D(5), low=_D(0), high=_D(10000)),
    "full_mark": Param("number", default=_D(100), low=_D(0)),
}


@method("trimmed_mean", "actual", _TRIMMED, clause="[S29]", optional="judges dropped", directions=("up",))
def trimmed_mean(c: Cells) -> Quantity:
    """去掉最高最低分: the mean of the judges' marks after dropping `drop` highest and lowest, when there are more than `min_judges`.

    As a share of `full_mark`, times the full points; between none and the full points. The marks are brought together by `kaoping.core.tally`.
    """
    for name in ("judges", "dropped"):
        if c.has(name):
            c.steps[name] = c.slot(name)
    c.said("trimmed_mean")
    return (c.full * c.slot("actual") / c.number("full_mark")).at_least(0).at_most(c.full)


@method("given", "actual", {"full_mark": Param("number", default=_D(100), low=_D(0))}, clause="[S31] [S32]")
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
    """自定义公式: the points by a formula over the indicator's figures and `points` (the full points). Never below zero."""
    tree = formulas.parse(c.text("score"))
    figures = {**c.slots, "points": c.full, "满分": c.full}
    c.said("formula")
    return c.program.let(formulas.quantity(tree, figures, c.program)).at_least(0)


@method(
    "bundle", "", {"node": Param("text", required=True), "of": Param("links", required=True)}, clause="R1.4; [S22]",
    directions=("up",),
)  # fmt: skip
def bundle(c: Cells) -> Quantity:
    """捆绑考核: full points x what other subjects scored on a node / what they could score. Filled after their results exist."""
    c.said("bundle")
    return c.program.missing
