"""The slow twin of the engine: the law of `docs/scoring.md` in plain fractions and loops, one subject at a time.

It shares no arithmetic with `kaoping.core`: from there come only the parsed plan, the trees of formulas and the
defaults of parameters. Where the engine and the twin differ, one of them breaks the law.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from math import ceil, isqrt, lcm, prod

from kaoping.core import formulas
from kaoping.core.methods import METHODS, Band
from kaoping.core.plan import Line, Node, Period, Plan, Subject, full_points, slots_of

#: (subject, item, slot, period, judge, value)
Fact = tuple[str, str, str, str, str, Decimal | None]
Figures = dict[str, Fraction | None]
Score = tuple[Fraction, Fraction]  # score and full points

UNNAMED = Period(id="unnamed", name="")  # the one scored period of a plan that names none


@dataclass
class TwinResult:
    """All that a run gives; a period "" stands for what is merged or has no merging node above it."""

    refused: set[tuple[str, str, str, str]] = field(default_factory=set)
    nodes: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)
    totals: dict[str, Decimal] = field(default_factory=dict)
    ranks: dict[str, tuple[int, int]] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    node_ranks: dict[tuple[str, str], int] = field(default_factory=dict)
    quota: dict[str, int] = field(default_factory=dict)


class Missing(Exception):
    """The cell has no score: a figure is missing, or the result is not defined."""


class Refused(Exception):
    """The method has no answer for these figures."""

    def __init__(self, *codes: str) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


# -- numbers


def half_up(x: Fraction, places: int) -> Fraction:
    """Rounded half away from zero."""
    doubled = abs(x) * 2 * 10**places
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    return Fraction(whole if x >= 0 else -whole, 10**places)


def decimal(x: Fraction) -> Decimal:
    """The same number as a decimal; it must have an end."""
    places = 0
    while x.denominator != 1:
        x, places = x * 10, places + 1
        assert places < 1000, "a figure without end was left unrounded"
    return Decimal(x.numerator).scaleb(-places, Context(prec=1000))


def root_of(x: Fraction, places: int) -> Fraction:
    """The square root, rounded half up."""
    scaled = x * 4 * 100**places
    return Fraction((isqrt(scaled.numerator // scaled.denominator) + 1) // 2, 10**places)


def mean_power(bases: list[Fraction], weights: list[Fraction], places: int) -> Fraction:
    """The weighted geometric mean of figures that are not negative, rounded half up without any error before."""
    together = lcm(*(w.denominator for w in weights))
    exponents = [int(w * together) for w in weights]
    product, degree = prod(b**e for b, e in zip(bases, exponents, strict=True)), sum(exponents)
    unit = 10**places
    low, high = 0, int(max(bases) * unit) + 2  # the result is k / unit with low <= k < high
    while high - low > 1:
        middle = (low + high) // 2
        if Fraction(2 * middle - 1, 2 * unit) ** degree <= product:
            low = middle
        else:
            high = middle
    return Fraction(low, unit)


GUARD = 10**80  # ln and exp are computed as integers in units of this


def _times(a: int, b: int) -> int:
    return a * b // GUARD


def _ln_near_one(x: int) -> int:
    """ln by the series of the inverse hyperbolic tangent, for arguments near one."""
    t = (x - GUARD) * GUARD // (x + GUARD)
    square, power, total, k = _times(t, t), t, 0, 1
    while abs(power) > 1:
        total, power, k = total + power // k, _times(power, square), k + 2
    return 2 * total


@cache
def _ln_two() -> int:
    return 2 * _ln_near_one(GUARD * 4 // 3) + _ln_near_one(GUARD * 9 // 8)  # 2 = (4/3)^2 x 9/8


def ln(x: Fraction, places: int) -> Fraction:
    """The natural logarithm of a positive figure, rounded half up."""
    twos = 0
    while x > Fraction(4, 3):
        x, twos = x / 2, twos + 1
    while x < Fraction(2, 3):
        x, twos = x * 2, twos - 1
    found = _ln_near_one(x.numerator * GUARD // x.denominator) + twos * _ln_two()
    return half_up(Fraction(found, GUARD), places)


def exp(x: Fraction, places: int) -> Fraction:
    """e to the power of x, rounded half up."""
    scaled = x.numerator * GUARD // x.denominator
    twos, rest = divmod(scaled, _ln_two())
    term, total, k = GUARD, 0, 1
    while term:
        total, term, k = total + term, _times(term, rest) // k, k + 1
    return half_up(Fraction(total, GUARD) * Fraction(2) ** twos, places)


# -- formulas


def evaluate(tree: formulas.Tree, read: Callable[[str], Fraction | None], places: int) -> Fraction | None:
    """A formula's figure; None where it is missing."""
    if isinstance(tree, formulas.Number):
        return Fraction(tree.value)
    if isinstance(tree, formulas.Name):
        return read(tree.name)
    if tree.op == "if":
        test = _holds(tree.args[0], read, places)
        return None if test is None else evaluate(tree.args[1 if test else 2], read, places)
    found = [evaluate(a, read, places) for a in tree.args]
    if tree.op == "known":
        return found[1] if found[0] is None else found[0]
    args = [x for x in found if x is not None]
    if len(args) < len(found):
        return None
    return _apply(tree.op, args, places)


def _apply(op: str, args: list[Fraction], places: int) -> Fraction | None:
    first = args[0]
    match op:
        case "neg":
            return -first
        case "abs":
            return abs(first)
        case "+":
            return first + args[1]
        case "-":
            return first - args[1]
        case "*":
            return first * args[1]
        case "/":
            return half_up(first / args[1], places) if args[1] else None
        case "round":
            return half_up(first, int(args[1]))
        case "min":
            return min(args)
        case "max":
            return max(args)
    first = half_up(first, places)
    match op:
        case "ln":
            return ln(first, places) if first > 0 else None
        case "exp":
            return exp(first, places)
        case "sqrt":
            return root_of(first, places) if first >= 0 else None
    raise AssertionError(op)


def _holds(tree: formulas.Tree, read: Callable[[str], Fraction | None], places: int) -> bool | None:
    assert isinstance(tree, formulas.Apply)
    if tree.op == "not":
        inner = _holds(tree.args[0], read, places)
        return None if inner is None else not inner
    if tree.op in ("and", "or"):
        both = [_holds(a, read, places) for a in tree.args]
        decisive = tree.op == "or"
        if decisive in both:
            return decisive
        return None if None in both else not decisive
    left, right = (evaluate(a, read, places) for a in tree.args)
    if left is None or right is None:
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right}[tree.op]


# -- methods


@dataclass
class Case:
    """One cell before it is scored: its indicator, its figures, and the figures of its comparison group."""

    node: Node
    full: Fraction
    figures: Figures
    group: list[Figures]
    places: int  # of stored figures
    in_account: bool

    @property
    def up(self) -> bool:
        """Whether a larger figure is better."""
        return self.node.direction == "up"

    def param(self, name: str) -> object:
        """A parameter or its default."""
        given = self.node.params.get(name)
        return METHODS[self.node.method].params[name].default if given is None else given

    def number(self, name: str) -> Fraction:
        """A parameter that is a number and has one."""
        value = self.param(name)
        assert isinstance(value, Decimal | int)
        return Fraction(value)

    def limit(self, name: str) -> Fraction | None:
        """A parameter that is a number, or not set."""
        return None if self.param(name) is None else self.number(name)

    def numbers(self, name: str) -> list[Fraction]:
        """A parameter that is a list of numbers."""
        value = self.param(name)
        assert isinstance(value, tuple)
        return [Fraction(x) for x in value]

    def table(self, name: str) -> dict[str, Fraction]:
        """A parameter that is a table of numbers."""
        value = self.param(name)
        assert isinstance(value, Mapping)
        return {k: Fraction(x) for k, x in value.items()}

    def bands(self, name: str) -> tuple[Band, ...]:
        """A parameter that is a list of bands."""
        value = self.param(name)
        assert isinstance(value, tuple)
        return value

    def need(self, *slots: str) -> list[Fraction]:
        """Figures without which there is no score."""
        found = [self.figures.get(s) for s in slots]
        if None in found:
            raise Missing
        return [x for x in found if x is not None]

    def better(self, a: Fraction, b: Fraction) -> bool:
        """Whether a is at least as good as b."""
        return a >= b if self.up else a <= b

    def everyone(self, read: Callable[[Figures], Fraction | None]) -> list[Fraction]:
        """One figure of every member of the comparison group that has it."""
        return [x for x in map(read, self.group) if x is not None]


def first_band(bands: Iterable[Band], figure: Fraction, up: bool) -> Fraction | None:
    """What the first band gives that the figure reaches."""
    for band in bands:
        if band.at is None:
            return Fraction(band.give)
        at = Fraction(band.at)
        if (figure > at if up else figure < at) or (figure == at and not band.open):
            return Fraction(band.give)
    return None


def held(x: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """The nearest figure between two limits, either of which may be absent."""
    if high is not None and x > high:
        x = high
    return low if low is not None and x < low else x


def attain(c: Case) -> Fraction:
    actual, target = c.need("actual", "target")
    return c.full if c.better(actual, target) else Fraction(0)


def _of_target(c: Case, numerator: Fraction, target: Fraction, codes: list[str], times: Fraction) -> Fraction:
    """Full points x numerator / (target x times), within cap and floor; refuses what the codes and the target say."""
    if target < 0:
        codes.insert(0, "target.negative")
    if target == 0 and c.param("zero_target") == "refuse":
        codes.append("target.zero")
    if codes:
        raise Refused(*codes)
    if target == 0:
        return c.full if c.param("zero_target") == "full" else Fraction(0)
    return c.full * held(numerator / (target * times), c.number("floor"), c.number("cap"))


def ratio(c: Case) -> Fraction:
    actual, target = c.need("actual", "target")
    return _of_target(c, actual, target, [], Fraction(1))


def difficulty(c: Case) -> Fraction:
    actual, target, coefficient = c.need("actual", "target", "coefficient")
    return _of_target(c, actual * coefficient, target, ["coefficient.negative"] * (coefficient < 0), Fraction(1))


def schedule_ratio(c: Case) -> Fraction:
    actual, target, progress = c.need("actual", "target", "progress")
    return _of_target(c, actual, target, ["progress.zero"] * (progress <= 0), progress)


def reverse_ratio(c: Case) -> Fraction:
    actual, target = c.need("actual", "target")
    if target < 0:
        raise Refused("target.negative")
    if actual <= 0:
        return c.full * c.number("cap")
    return c.full * held(target / actual, c.number("floor"), c.number("cap"))


def interval(c: Case) -> Fraction:
    (x,) = c.need("actual")
    low, high = c.number("low"), c.number("high")
    if low <= x <= high:
        return c.full
    edge, limit = (low, c.limit("low_limit")) if x < low else (high, c.limit("high_limit"))
    if limit is None or limit == edge:
        return Fraction(0)
    return c.full * held((x - limit) / (edge - limit), Fraction(0), None)


def step(c: Case) -> Fraction:
    actual, target = c.need("actual", "target")
    off = actual - target if c.up else target - actual
    if c.param("unit") == "percent":
        if target == 0:
            raise Refused("target.zero")
        off = off / abs(target) * 100
    base, steps = c.full * c.number("base_share"), abs(off) / c.number("size")
    most = c.number("bonus_cap")
    if c.node.params.get("bonus_caps"):
        (baseline,) = c.need("baseline")
        if baseline == 0:
            raise Missing
        easier = (baseline - target if c.up else target - baseline) / abs(baseline) * 100
        most = first_band(c.bands("bonus_caps"), easier, True) or Fraction(0)
    moved = (steps.numerator // steps.denominator if c.param("whole") else steps) * c.number("points")
    if off > 0 and not c.param("either_way"):
        return held(base + min(moved, most), Fraction(0), None)
    return held(base - held(moved, None, c.limit("penalty_cap")), Fraction(0), None)


def bands(c: Case) -> Fraction:
    (measure,) = c.need("actual")
    if c.param("measure") == "rate":
        (target,) = c.need("target")
        if c.limit("gate") is not None:
            c.need("gate")
        if target <= 0:
            raise Refused("target.not_positive")
        measure = measure / target * 100
    gate = c.limit("gate")
    if gate is not None and c.need("gate")[0] < gate:
        return Fraction(0)
    give = first_band(c.bands("bands"), measure, c.up)
    if give is None:
        return Fraction(0)
    return c.full * give / 100 if c.param("give") == "percent" else give


def band_deduction(c: Case) -> Fraction:
    (score,) = c.need("actual")
    cost = first_band(c.bands("bands"), score, c.up)
    return held(c.full - (c.full if cost is None else cost), Fraction(0), None)


def progressive_bands(c: Case) -> Fraction:
    (actual,) = c.need("actual")
    if c.param("reference") == "slot":
        (reference,) = c.need("reference")
    else:
        reference = _group_mean(c)
    lead = actual - reference if c.up else reference - actual
    base, width, divisors = c.full * c.number("base_share"), c.number("width"), c.numbers("divisors")
    change, left = Fraction(0), abs(lead)
    for divisor in divisors[:-1]:
        part = min(left, width)
        change, left = change + base * part / divisor, left - part
    change += base * left / divisors[-1]
    cap = c.limit("cap")
    return held(base + change if lead > 0 else base - change, Fraction(0), None if cap is None else c.full * cap)


def _group_mean(c: Case) -> Fraction:
    there = c.everyone(lambda f: f.get("actual"))
    return half_up(sum(there, Fraction(0)) / len(there), c.places)


def efficacy(c: Case) -> Fraction:
    (x,) = c.need("actual")
    match c.param("standard"):
        case "group":
            return c.full * _in_group(c, x, c.everyone(lambda f: f.get("actual")))
        case "fixed":
            best, worst = c.number("satisfactory"), c.number("not_allowed")
        case _:
            best, worst = c.need("satisfactory", "not_allowed")
    if best == worst:
        raise Refused("standard.equal")
    base = c.number("base_share")
    return c.full * held(base + (1 - base) * (x - worst) / (best - worst), Fraction(0), Fraction(1))


def _in_group(c: Case, x: Fraction, there: list[Fraction]) -> Fraction:
    """The share of the points between the group's extremes."""
    best, worst = (max(there), min(there)) if c.up else (min(there), max(there))
    base = c.number("base_share")
    if best == worst:
        return Fraction(1) if c.param("equal") == "full" else base
    return base + (1 - base) * (x - worst) / (best - worst)


def five_tier(c: Case) -> Fraction:
    (x,) = c.need("actual")
    standards = c.numbers("standards")
    for k, standard in enumerate(standards):
        if c.better(x, standard):
            share = Fraction(5 - k, 5)
            if k:
                share += (x - standard) / (standards[k - 1] - standard) / 5
            return c.full * share
    return c.full * (c.limit("below") or 0)


def level_growth(c: Case) -> Fraction:
    actual, last = c.need("actual", "last")
    rate = c.param("growth") == "rate"
    if rate and last <= 0:
        raise Refused("last.not_positive")

    def growth(f: Figures) -> Fraction | None:
        x, before = f.get("actual"), f.get("last")
        if x is None or before is None or (rate and before <= 0):
            return None
        return half_up((x - before) / before * 100, c.places) if rate else x - before

    mine = growth(c.figures)
    assert mine is not None
    share = c.number("level_share")
    level = c.full * share * _in_group(c, actual, c.everyone(lambda f: f.get("actual")))
    rise = c.full * (1 - share) * _in_group(c, mine, c.everyone(growth))
    return half_up(level, c.places) + half_up(rise, c.places)


def best_ratio(c: Case) -> Fraction:
    with_coefficient = "coefficient" in slots_of(c.node)

    def own(f: Figures) -> Fraction | None:
        x, coefficient = f.get("actual"), f.get("coefficient") if with_coefficient else Fraction(1)
        return None if x is None or coefficient is None else x * coefficient

    mine, there = own(c.figures), c.everyone(own)
    if mine is None:
        raise Missing
    best = max(there) if c.up else min(there)
    if best <= 0:
        raise Refused("best.not_positive")
    return c.full * held(mine / best if c.up else best / mine, Fraction(0), None)


def rank_steps(c: Case) -> Fraction:
    if c.param("source") == "given":
        (place,) = c.need("rank")
        if place < 1:
            raise Refused("rank.below_one")
    else:
        (x,) = c.need("actual")
        place = 1 + Fraction(sum(not c.better(x, other) for other in c.everyone(lambda f: f.get("actual"))))
    each = c.number("step") * (c.full / 100 if c.param("unit") == "percent" else 1)
    return held(c.full - each * (place - 1), c.full * c.number("floor"), None)


def rank_table(c: Case) -> Fraction:
    (place,) = c.need("rank")
    if place < 1:
        raise Refused("rank.below_one")
    listed = dict(enumerate(c.numbers("points"), 1))
    return listed.get(ceil(place), c.number("rest"))


def provincial_rank(c: Case) -> Fraction:
    place, total = c.need("rank", "total")
    if place < 1 or place > total:
        raise Refused("rank.outside")
    listed = dict(enumerate(c.numbers("points"), 1))
    if ceil(place) in listed:
        return listed[ceil(place)]
    from_last = ceil(total - place + 1)
    return -listed[from_last] if from_last in listed else Fraction(0)


def minmax(c: Case) -> Fraction:
    (x,) = c.need("actual")
    there = c.everyone(lambda f: f.get("actual"))
    best, worst = (max(there), min(there)) if c.up else (min(there), max(there))
    if best == worst:
        return c.full if c.param("equal") == "full" else Fraction(0)
    return c.full * (x - worst) / (best - worst)


def zscore(c: Case) -> Fraction:
    (x,) = c.need("actual")
    there = c.everyone(lambda f: f.get("actual"))
    mean, n = _group_mean(c), len(there) - bool(c.param("sample"))
    middle = sum(there, Fraction(0)) / len(there)
    deviation = root_of(sum(((y - middle) ** 2 for y in there), Fraction(0)) / n, c.places) if n else Fraction(0)
    share = c.number("mean_share")
    if deviation:
        z = half_up((x - mean if c.up else mean - x) / deviation, c.places)
        share = held(share + z * c.number("per_deviation"), Fraction(0), Fraction(1))
    return c.full * share


def goalposts(c: Case) -> Fraction:
    (x,) = c.need("actual")
    low, high = c.number("low"), c.number("high")
    if c.param("log"):
        if x <= 0:
            raise Refused("log.not_positive")
        low, high, x = (ln(half_up(y, c.places), c.places) for y in (low, high, x))
    share = (x - low if c.up else high - x) / (high - low)
    return c.full * held(share, c.number("floor"), c.number("cap"))


def _counted(c: Case, names: Iterable[str], code: str) -> dict[str, Fraction]:
    """Numbers of events or votes, none of them negative."""
    names = list(names)
    counts = dict(zip(names, c.need(*names), strict=True))
    if any(n < 0 for n in counts.values()):
        raise Refused(code)
    return counts


def _worth(counts: dict[str, Fraction], table: Mapping[str, Fraction]) -> Fraction:
    return sum((n * table[name] for name, n in counts.items()), Fraction(0))


def deductions(c: Case) -> Fraction:
    table = c.table("points")
    return held(c.full - _worth(_counted(c, table, "events.negative"), table), Fraction(0), None)


def events(c: Case) -> Fraction:
    table = c.table("points")
    return held(_worth(_counted(c, table, "events.negative"), table), None, c.limit("cap"))


def bonus_levels(c: Case) -> Fraction:
    table = c.table("points")
    counts = _counted(c, table, "events.negative")
    found = _worth(counts, table)
    if c.param("highest_only"):
        found = max((table[name] for name, n in counts.items() if n > 0), default=Fraction(0))
    return held(found, None, c.limit("cap"))


def _by_votes(c: Case, counts: dict[str, Fraction], table: Mapping[str, Fraction]) -> Fraction:
    votes = sum(counts.values(), Fraction(0))
    if votes == 0:
        raise Missing
    return c.full * _worth(counts, table) / votes / c.number("full_mark")


def grade_points(c: Case) -> Fraction:
    ignored = c.param("not_counted")
    assert isinstance(ignored, tuple)
    table = {name: give for name, give in c.table("points").items() if name not in ignored}
    return held(_by_votes(c, _counted(c, table, "votes.negative"), table), Fraction(0), None)


def vote_share(c: Case) -> Fraction:
    answers = c.param("answers")
    assert isinstance(answers, tuple)
    counts = _counted(c, answers, "votes.negative")
    votes = sum(counts.values(), Fraction(0))
    if votes == 0:
        raise Missing
    give = first_band(c.bands("bands"), counts[str(c.param("top"))] / votes * 100, c.up)
    if give is not None:
        return give
    weak, weak_at, weak_rest = c.param("weak"), c.limit("weak_at"), c.limit("weak_rest")
    if weak is not None and weak_at is not None and weak_rest is not None and counts[str(weak)] / votes >= weak_at:
        return weak_rest
    return c.number("rest")


def place_votes(c: Case) -> Fraction:
    first, less = c.number("first"), c.number("step")
    table = {f"p{k}": first - less * (k - 1) for k in range(1, int(c.number("places")) + 1)}
    return held(_by_votes(c, _counted(c, table, "votes.negative"), table), Fraction(0), None)


def trimmed_mean(c: Case) -> Fraction:
    (mark,) = c.need("actual")
    return held(c.full * mark / c.number("full_mark"), Fraction(0), c.full)


def given(c: Case) -> Fraction:
    (mark,) = c.need("actual")
    share = mark / c.number("full_mark")
    return held(c.full * (share if c.up else 1 - share), Fraction(0), c.full)


def points(c: Case) -> Fraction:
    (x,) = c.need("actual")
    return x if c.in_account else held(x, Fraction(0), c.full)


def formula(c: Case) -> Fraction:
    def read(name: str) -> Fraction | None:
        return c.full if name in ("points", "满分") else c.figures.get(name)

    found = evaluate(formulas.parse(str(c.param("score"))), read, c.places)
    if found is None:
        raise Missing
    return held(found, Fraction(0), None)


TWIN_METHODS: dict[str, Callable[[Case], Fraction]] = {
    one.__name__: one
    for one in (
        attain, ratio, difficulty, schedule_ratio, reverse_ratio, interval, step, bands, band_deduction,
        progressive_bands, efficacy, five_tier, level_growth, best_ratio, rank_steps, rank_table, provincial_rank,
        minmax, zscore, goalposts, deductions, events, bonus_levels, grade_points, vote_share, place_votes,
        trimmed_mean, given, points, formula,
    )
}  # fmt: skip


# -- the run


@dataclass
class Run:
    """One scoring of one plan: what is known so far, each result computed once."""

    plan: Plan
    facts: dict[tuple[str, str, str], dict[str, list[tuple[str, Fraction]]]]
    result: TwinResult
    cells: dict[tuple[str, str], dict[str, Score]] = field(default_factory=dict)  # (indicator, period) -> by subject
    merged: dict[tuple[str, str], Score | None] = field(default_factory=dict)

    # - places and periods

    def places(self, line: Line) -> int:
        """Places of a node or indicator."""
        if line.node.places is not None:
            return line.node.places
        rounding = self.plan.rounding
        if line.node.method:
            return rounding.score
        return rounding.total if line.node is self.plan.tree else rounding.node

    @property
    def last(self) -> Period:
        """The period in which everything is scored that isn't merged."""
        return self.plan.periods[-1] if self.plan.periods else UNNAMED

    def merging(self, line: Line) -> Line | None:
        """The node above this one whose periods are merged."""
        return next((above for above in line.above if above.node.merge), None)

    def scored(self, line: Line) -> list[Period]:
        """The periods in which a node is scored, in the order of the plan."""
        merging = line if line.node.merge else self.merging(line)
        wanted = [p for p in self.plan.periods if p.id in merging.node.merge] if merging else [self.last]
        return [p for p in wanted if all(not x.node.periods or p.id in x.node.periods for x in (line, *line.above))]

    def key(self, line: Line, period: Period) -> str:
        """The period under which a node's result is kept."""
        return period.id if self.merging(line) else ""

    # - figures

    def figure(
        self, subject: str, item: str, slot: str, period: Period, kind: str, node: Node | None = None
    ) -> Figures:
        """The figure of a slot, as `{slot: figure}`, with what is known of the judges who gave it."""
        dated = self.facts.get((subject, item, slot), {})
        named = "" if period is UNNAMED else period.id
        if named in dated:
            return self.judged(slot, dated[named], node)
        found = [self.judged(slot, dated[q], node) for q in period.covers if q in dated]
        there = [x for x in (f[slot] for f in found) if x is not None]
        if there:
            if kind == "latest":
                return found[-1]
            if kind == "mean":
                return {slot: half_up(sum(there, Fraction(0)) / len(there), self.plan.rounding.value)}
            return {slot: {"sum": sum(there, Fraction(0)), "max": max(there), "min": min(there)}[kind]}
        return self.judged(slot, dated[""], node) if "" in dated else {slot: None}

    def judged(self, slot: str, marks: list[tuple[str, Fraction]], node: Node | None) -> Figures:
        """One figure of what one or several judges gave."""
        if len(marks) == 1 and not marks[0][0]:
            return {slot: marks[0][1]}
        values, dropped = sorted(x for _, x in marks), 0
        n = len(values)
        if node is not None and node.method == "trimmed_mean":
            defaults = METHODS[node.method].params
            drop = int(str(node.params.get("drop", defaults["drop"].default)))
            at_least = int(str(node.params.get("min_judges", defaults["min_judges"].default)))
            if n > at_least and n > 2 * drop:
                values, dropped = values[drop : n - drop], 2 * drop
        mean = half_up(sum(values, Fraction(0)) / len(values), self.plan.rounding.value)
        return {slot: mean, "judges": Fraction(n), "dropped": Fraction(dropped)}

    def figures(self, line: Line, subject: Subject, period: Period) -> Figures:
        """All figures of a cell: facts, formulas, constants."""
        node, value_places = line.node, self.plan.rounding.value
        named = METHODS[node.method].named_slots
        slots = dict.fromkeys((*slots_of(node), *node.formulas))
        ready: Figures = {}

        def slot(name: str) -> Fraction | None:
            if name not in ready:
                ready[name] = None  # a formula that reads itself has no figure
                if name in node.formulas:
                    found = evaluate(formulas.parse(node.formulas[name]), lambda n: read(n, name), value_places)
                    ready[name] = None if found is None else half_up(found, value_places)
                    return ready[name]
                by_name = named and name not in METHODS[node.method].slots
                kind = node.accumulate.get(name, "sum" if by_name else "latest")
                ready.update(self.figure(subject.id, node.id, name, period, kind, node))
                if ready[name] is None and name in node.values:
                    ready[name] = Fraction(node.values[name])
                if ready[name] is None and by_name and node.missing == "zero":
                    ready[name] = Fraction(0)
                if ready[name] is None and name == "progress" and node.method == "schedule_ratio":
                    ready[name] = self.progress(period)
            return ready[name]

        def read(name: str, reader: str) -> Fraction | None:
            if name in slots and name != reader:
                return slot(name)
            elements = [e for e in self.plan.elements if e.id == name] or [
                e for e in self.plan.elements if e.name == name
            ]
            if not elements:
                return None
            return self.figure(subject.id, elements[0].id, "actual", period, elements[0].accumulate)["actual"]

        for name in slots:
            slot(name)
        return ready

    def progress(self, period: Period) -> Fraction:
        """The share of the year that is over at the end of a period."""
        if period.progress is not None:
            return Fraction(period.progress) / 100
        if period.through:
            year = self.plan.year or 2001
            month, day = map(int, period.through.split("-"))
            days = date(year, month, day).timetuple().tm_yday
            return half_up(Fraction(days, 366 if isleap(year) else 365), self.plan.rounding.value)
        return half_up(Fraction(len(period.covers) or 12, 12), self.plan.rounding.value)

    # - indicators

    def group(self, line: Line, subject: Subject, among: list[Subject]) -> list[Subject]:
        """With whom a cell is compared, the subject among them."""
        match line.node.compare:
            case "category":
                return [s for s in among if s.category == subject.category]
            case "group":
                return [s for s in among if s.group == subject.group]
        return among

    def indicator(self, line: Line, period: Period) -> dict[str, Score]:
        """The scores of an indicator in one period, by subject."""
        known = self.cells.get((line.node.id, period.id))
        if known is not None:
            return known
        node, plan = line.node, self.plan
        among = [s for s in plan.subjects if plan.applies(line, s)]
        full, places = Fraction(full_points(plan, line)), self.places(line)
        raw: dict[str, Fraction | None] = {}
        figures = {} if node.method == "bundle" else {s.id: self.figures(line, s, period) for s in among}
        if node.missing == "impute":
            self.impute(line, among, figures)
        for subject in among:
            try:
                if node.method == "bundle":
                    raw[subject.id] = self.bundled(line, subject, period, full)
                else:
                    group = [figures[s.id] for s in self.group(line, subject, among)]
                    case = Case(node, full, figures[subject.id], group, plan.rounding.value, line.account is not None)
                    raw[subject.id] = TWIN_METHODS[node.method](case)
            except Missing:
                raw[subject.id] = None
            except Refused as refused:
                for code in refused.codes:
                    self.result.refused.add((code, subject.id, node.id, self.key(line, period)))
        limits = [None if x is None else Fraction(x) for x in (node.floor, node.cap)]
        there = {s: held(half_up(x, places), *limits) for s, x in raw.items() if x is not None}
        final = dict(there)
        for subject in among:
            if subject.id in raw and raw[subject.id] is None:
                others = [there[s.id] for s in self.group(line, subject, among) if s.id in there]
                if node.missing == "zero":
                    final[subject.id] = Fraction(0)
                elif node.missing == "average" and others:
                    final[subject.id] = half_up(sum(others, Fraction(0)) / len(others), places)
                elif node.missing == "average" and any(s.id not in raw for s in self.group(line, subject, among)):
                    continue  # another's figure is refused, and it may yet have a score to average
                elif node.missing != "drop":
                    self.result.refused.add(("cell.missing", subject.id, node.id, self.key(line, period)))
        self.cells[node.id, period.id] = {s: (x, full) for s, x in final.items()}
        return self.cells[node.id, period.id]

    def impute(self, line: Line, among: list[Subject], figures: dict[str, Figures]) -> None:
        """Fill every missing `actual` with the mean of its comparison group."""
        filled: dict[str, Fraction] = {}
        for subject in among:
            if "actual" in figures[subject.id] and figures[subject.id]["actual"] is None:
                found = [figures[s.id].get("actual") for s in self.group(line, subject, among)]
                there = [x for x in found if x is not None]
                if there:
                    filled[subject.id] = half_up(sum(there, Fraction(0)) / len(there), self.plan.rounding.value)
        for name, x in filled.items():
            figures[name]["actual"] = x

    def bundled(self, line: Line, subject: Subject, period: Period, full: Fraction) -> Fraction:
        """The points of a bundled indicator."""
        links: Mapping[str, tuple[str, ...]] = line.node.params["of"]
        entry = links.get(subject.id, links.get(subject.category, ()))
        target = self.plan.by_id[line.node.params["node"]]
        named = [s for s in self.plan.subjects if s.id in entry or s.category in entry]
        found = [x for s in named if (x := self.outcome(target, s, period)) is not None]
        together = sum((f for _, f in found), Fraction(0))
        if not together:
            raise Missing
        return full * sum((x for x, _ in found), Fraction(0)) / together

    # - nodes

    def outcome(self, line: Line, subject: Subject, period: Period) -> Score | None:
        """A node as the one above it sees it: merged, if it merges."""
        return self.merge(line, subject) if line.node.merge else self.score(line, subject, period)

    def score(self, line: Line, subject: Subject, period: Period) -> Score | None:
        """A node or indicator in one period."""
        if line.node.method:
            return self.indicator(line, period).get(subject.id) if period in self.scored(line) else None
        children = [child for child in self.plan.lines if child.parent is line]
        found = [(c, x) for c in children if (x := self.outcome(c, subject, period)) is not None]
        if not found or not self.plan.applies(line, subject):
            return None
        node, places = line.node, self.places(line)
        scores = [x for _, (x, _) in found]
        fulls = sum((f for _, (_, f) in found), Fraction(0))
        weights = [Fraction(1 if c.node.weight is None else c.node.weight) for c, _ in found]
        full = Fraction(self.plan.scale if node.points is None else node.points)
        match self.combine(line):
            case "mean":
                value = half_up(
                    sum((w * x for w, x in zip(weights, scores, strict=True)), Fraction(0)) / sum(weights), places
                )
            case "geometric":
                value = mean_power(scores, weights, places)
            case _:
                full = fulls if node.points is None else full
                value = half_up(sum(scores, Fraction(0)) * full / fulls, places)
        limits = [None if x is None else Fraction(x) for x in (node.floor, node.cap)]
        return held(value, *limits), full

    def combine(self, line: Line) -> str:
        """How a node combines its children."""
        if line.node.combine:
            return line.node.combine
        own = [above.node.combine for above in line.above if above.node.combine in ("sum", "mean")]
        return own[0] if own else "sum" if line.account else self.plan.combine

    def merge(self, line: Line, subject: Subject) -> Score | None:
        """A merging node over its periods."""
        key = (subject.id, line.node.id)
        if key not in self.merged:
            found = [(p, x) for p in self.scored(line) if (x := self.score(line, subject, p)) is not None]
            self.merged[key] = None
            if found:
                weights = [Fraction(line.node.merge[p.id]) for p, _ in found]
                weighed = sum((w * x for w, (_, (x, _)) in zip(weights, found, strict=True)), Fraction(0))
                self.merged[key] = half_up(weighed / sum(weights), self.places(line)), found[-1][1][1]
        return self.merged[key]

    # - total, rank, grade, quota

    def standing(self, subject: Subject) -> list[Subject]:
        """The subjects that are ranked together with this one."""
        match self.plan.standing.group:
            case "category":
                return [s for s in self.plan.subjects if s.category == subject.category]
            case "group":
                return [s for s in self.plan.subjects if s.group == subject.group]
        return list(self.plan.subjects)

    def total(self, subject: Subject) -> Fraction | None:
        """Root, bonuses and deductions."""
        root = self.outcome(self.plan.lines[0], subject, self.last)
        if root is None:
            return None
        found = root[0]
        for account in self.plan.accounts:
            own = [line for line in self.plan.leaves if line.account is account]
            scores = [x for line in own if (x := self.score(line, subject, self.last)) is not None]
            amount = sum((x for x, _ in scores), Fraction(0))
            if account.cap is not None:
                amount = held(amount, -Fraction(account.cap), Fraction(account.cap))
            found += amount if account.kind == "bonus" else -amount
        limits = [None if x is None else Fraction(x) for x in (self.plan.floor, self.plan.ceiling)]
        return half_up(held(found, *limits), self.plan.rounding.total)

    def grade(self, subject: Subject, totals: dict[str, Fraction], rank: int, n: int) -> str:
        """The grade: forced by a veto, or the first one whose conditions hold and which no veto bars."""
        standing = [
            v for v in self.plan.vetoes if self.figure(subject.id, v.id, "actual", self.last, "latest")["actual"]
        ]
        forced = {v.grade for v in standing if v.grade}
        barred = {grade for v in standing for grade in v.bars}
        grades = self.plan.standing.grades
        if forced:
            return [g.id for g in grades if g.id in forced][-1]
        from_below = 1 + sum(totals[s.id] < totals[subject.id] for s in self.standing(subject) if s.id in totals)
        for g in grades:
            holds = (
                (g.at_least is None or totals[subject.id] >= Fraction(g.at_least))
                and (g.share is None or rank <= heads(Fraction(n) * Fraction(g.share) / 100, g.rounding))
                and (g.first is None or rank <= g.first)
                and (g.last is None or from_below <= g.last)
            )
            if holds and g.id not in barred:
                return g.id
        return ""

    def quotas(self) -> dict[str, int]:
        """Heads that may be rated excellent."""
        quota = self.plan.quota
        if quota is None:
            return {}
        exact: dict[str, Fraction] = {}
        for subject in self.plan.subjects:
            share = quota.by_grade.get(self.result.grades.get(subject.id, ""))
            if share is None or subject.staff is None:
                continue
            percent = Fraction(share) + sum(
                Fraction(quota.extras[h]) for h in set(subject.honours) if h in quota.extras
            )
            exact[subject.id] = (
                subject.staff * held(percent, None, None if quota.cap is None else Fraction(quota.cap)) / 100
            )
        if quota.rounding != "pool":
            return {s: heads(x, quota.rounding) for s, x in exact.items()}
        given_out = {s: heads(x, "down") for s, x in exact.items()}
        for first in self.plan.subjects:
            members = self.standing(first)
            if members[0] is not first:
                continue  # the pool of each group is shared out once
            there = [s.id for s in members if s.id in exact]
            left = heads(sum((exact[s] for s in there), Fraction(0)), "half_up") - sum(given_out[s] for s in there)
            for s in sorted(there, key=lambda s: given_out[s] - exact[s])[:left]:
                given_out[s] += 1
        return given_out


def heads(x: Fraction, rounding: str) -> int:
    """A number of heads that is not negative."""
    if rounding == "half_up":
        return int(half_up(x, 0))
    down = x.numerator // x.denominator
    return down + (rounding == "up" and down != x)


def score(plan: Plan, facts: list[Fact]) -> TwinResult:
    """Score a plan on facts by the letter of the law."""
    by_cell: dict[tuple[str, str, str], dict[str, list[tuple[str, Fraction]]]] = {}
    for subject, item, slot, period, judge, value in facts:
        if value is not None:
            cell = by_cell.setdefault((subject, item, slot), {}).setdefault(period, [])
            cell.append((judge, Fraction(value)))
    result = TwinResult()
    run = Run(plan, by_cell, result)
    for bundled in (False, True):
        for line in plan.leaves:
            if (line.node.method == "bundle") is bundled:
                for scored in run.scored(line):
                    run.indicator(line, scored)
        if result.refused:
            return result
    _collect(run)
    _stand(run)
    return result


def _collect(run: Run) -> None:
    """Every node and indicator that is there."""
    for line in run.plan.lines:
        for subject in run.plan.subjects:
            found = {run.key(line, p): run.score(line, subject, p) for p in run.scored(line) or [run.last]}
            if line.node.merge:
                found = {p.id: run.score(line, subject, p) for p in run.scored(line)} | {"": run.merge(line, subject)}
            for period, x in found.items():
                if x is not None:
                    run.result.nodes[subject.id, line.node.id, period] = (decimal(x[0]), decimal(x[1]))


def _stand(run: Run) -> None:
    """Totals, ranks, grades and quotas."""
    result, plan = run.result, run.plan
    totals = {s.id: x for s in plan.subjects if (x := run.total(s)) is not None}
    result.totals = {s: decimal(x) for s, x in totals.items()}
    for subject in plan.subjects:
        group = run.standing(subject)
        if subject.id in totals:
            together = [totals[s.id] for s in group if s.id in totals]
            rank, of = 1 + sum(x > totals[subject.id] for x in together), len(together)
            result.ranks[subject.id] = (rank, of)
            result.grades[subject.id] = run.grade(subject, totals, rank, of)
        for line in plan.lines:
            own = result.nodes.get((subject.id, line.node.id, ""))
            if own is not None:
                found = [
                    result.nodes[s.id, line.node.id, ""] for s in group if (s.id, line.node.id, "") in result.nodes
                ]
                rounded = [half_up(Fraction(x), plan.rounding.total) for x, _ in found]
                mine = half_up(Fraction(own[0]), plan.rounding.total)
                result.node_ranks[subject.id, line.node.id] = 1 + sum(x > mine for x in rounded)
    result.quota = run.quotas()
