"""Exact arithmetic over columns: fractions of fixed-point integers, written out as SQL text.

A `Quantity` is a number known per row as num / (den x 10^scale), where num and den are integer SQL expressions and den
is positive. Adding, multiplying and dividing only rewrite these integers, so nothing is rounded until `rounded` is
called: there, and nowhere else, the text holds a half up (away from zero). Every quantity carries a bound of its
integers, worked out from the figures themselves; the engine picks 64-bit or 128-bit columns by it, and refuses what
would not fit, so no backend ever wraps.

The program of a family of cells is a list of `Let`, `Group`, `Rank` and `Call` steps that the engine turns into statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kaoping.core.numbers import Exact

NARROW = 2**63 - 1  # what a 64-bit column holds
WIDE = 10**38 - 1  # what every engine's 128-bit column or 38-digit decimal holds


@dataclass(frozen=True, slots=True)
class Let:
    """A named column: `sql` over the columns that exist so far."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Group:
    """A named aggregate (`min`, `max`, `sum`, `count`) of a column over the cells compared with each other."""

    name: str
    aggregate: str
    column: str


@dataclass(frozen=True, slots=True)
class Rank:
    """A named rank inside the comparison group: 1 is best, ties share a place and leave a gap; missing stay missing."""

    name: str
    column: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A named function of `kaoping.core.numbers` applied to a column of scale `places`."""

    name: str
    function: str
    column: str
    places: int


Op = Let | Group | Rank | Call


@dataclass
class Program:
    """What one family of cells computes, in order, and the largest integer that can occur on the way."""

    cells: int  # how many cells can meet in one sum
    places: int  # decimals of figures that are stored between formulas (the plan's `value` rounding)
    ops: list[Op] = field(default_factory=list)
    peak: int = 0
    taken: dict[str, int] = field(default_factory=dict)

    def name(self, stem: str) -> str:
        """A column name that is not used yet."""
        count = self.taken.get(stem, 0)
        self.taken[stem] = count + 1
        return f"q_{stem}_{count}" if count else f"q_{stem}"

    def reach(self, *bounds: int) -> None:
        """Note that integers as large as these occur."""
        self.peak = max(self.peak, *bounds)

    # -- leaves of the expression tree

    def column(self, name: str, scale: int, bound: int, *, signed: bool) -> Quantity:
        """A stored integer column: value x 10^scale, never larger than `bound` in size."""
        self.reach(bound)
        return Quantity(self, name, None, scale, bound, 1, signed)

    def constant(self, value: Exact) -> Quantity:
        """A number that is the same for every row; a fraction keeps its denominator."""
        fraction = Fraction(value)
        scale, ten = 0, 1
        while fraction.denominator != 1 and ten % fraction.denominator and scale < 40:
            scale, ten = scale + 1, ten * 10
        if ten % fraction.denominator:  # not a finite decimal
            scale, ten, den = 0, fraction.denominator, fraction.denominator
        else:
            den = 1
        number = int(fraction * ten)
        self.reach(abs(number), den)
        return Quantity(
            self, _literal(number), str(den) if den != 1 else None, scale, abs(number), den, number < 0, number
        )

    # -- steps that need a column of their own

    def let(self, quantity: Quantity, stem: str = "v") -> Quantity:
        """The same quantity, its integers kept as columns so that later text stays short."""
        num = quantity.num
        if not num.isidentifier() and quantity.value is None:
            num = self.name(stem)
            self.ops.append(Let(num, quantity.num))
        den = quantity.den
        if den is not None and not den.isidentifier() and not den.isdigit():
            den = self.name(f"{stem}_den")
            self.ops.append(Let(den, quantity.den or ""))
        return Quantity(
            self, num, den, quantity.scale, quantity.bound, quantity.den_bound, quantity.signed, quantity.value
        )

    def stored(self, quantity: Quantity, stem: str = "v") -> Quantity:
        """A quantity brought to a plain column: exact where it has no denominator, else rounded to `places`."""
        return self.let(quantity if quantity.den is None else quantity.rounded(self.places), stem)

    def group(self, aggregate: str, quantity: Quantity) -> Quantity:
        """`min`, `max`, `sum` or `count` of a quantity over its comparison group; missing cells stay out."""
        kept = self.stored(quantity)
        if kept.value is not None:
            kept = self._forced(kept)
        name = self.name(f"g_{aggregate}")
        self.ops.append(Group(name, aggregate, kept.num))
        if aggregate == "count":
            return self.column(name, 0, self.cells, signed=False)
        bound = kept.bound * (self.cells if aggregate == "sum" else 1)
        return self.column(name, kept.scale, bound, signed=kept.signed)

    def rank(self, quantity: Quantity, *, descending: bool) -> Quantity:
        """Rank inside the comparison group."""
        kept = self.stored(quantity)
        if kept.value is not None:
            kept = self._forced(kept)
        name = self.name("rank")
        self.ops.append(Rank(name, kept.num, descending))
        return self.column(name, 0, self.cells, signed=False)

    def call(self, function: str, quantity: Quantity) -> Quantity:
        """ln, exp or sqrt at the plan's working places; missing where it is not defined."""
        kept = self.let(quantity.rounded(self.places), "arg")
        name = self.name(function)
        self.ops.append(Call(name, function, kept.num, self.places))
        bound = {"ln": 100, "exp": 10**35, "sqrt": 10**18}[function] * 10**self.places
        return self.column(name, self.places, bound, signed=function == "ln")

    def _forced(self, quantity: Quantity) -> Quantity:
        name = self.name("v")
        self.ops.append(Let(name, quantity.num))
        return self.column(name, quantity.scale, quantity.bound, signed=quantity.signed)


def _literal(number: int) -> str:
    return f"({number})" if number < 0 else str(number)


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes or no per row; unknown where a figure is missing."""

    sql: str

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"({self.sql} AND {other.sql})")

    def __or__(self, other: Condition) -> Condition:
        return Condition(f"({self.sql} OR {other.sql})")

    def __invert__(self) -> Condition:
        return Condition(f"(NOT {self.sql})")


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An exact number per row. See the module's docstring for the representation."""

    program: Program
    num: str
    den: str | None
    scale: int
    bound: int
    den_bound: int
    signed: bool
    value: int | None = None  # the numerator, where it is the same for all rows

    # -- arithmetic

    def _lift(self, other: Quantity | Exact) -> Quantity:
        return other if isinstance(other, Quantity) else self.program.constant(other)

    def __add__(self, other: Quantity | Exact) -> Quantity:
        a, b = self._aligned(self._lift(other))
        return a._with(f"({a.num} + {b.num})", a.bound + b.bound, a.signed or b.signed)

    def __radd__(self, other: Exact) -> Quantity:
        return self._lift(other) + self

    def __sub__(self, other: Quantity | Exact) -> Quantity:
        a, b = self._aligned(self._lift(other))
        return a._with(f"({a.num} - {b.num})", a.bound + b.bound, True)

    def __rsub__(self, other: Exact) -> Quantity:
        return self._lift(other) - self

    def __neg__(self) -> Quantity:
        return self._with(f"(-{self.num})", self.bound, True)

    def __mul__(self, other: Quantity | Exact) -> Quantity:
        b = self._lift(other)
        den, den_bound = _product(self.den, self.den_bound, b.den, b.den_bound)
        bound = self.bound * b.bound
        self.program.reach(bound, den_bound)
        num = _times(self, b)
        return Quantity(self.program, num, den, self.scale + b.scale, bound, den_bound, self.signed or b.signed)

    def __rmul__(self, other: Exact) -> Quantity:
        return self._lift(other) * self

    def __truediv__(self, other: Quantity | Exact) -> Quantity:
        """Exact quotient, missing where the divisor is zero."""
        b = self._lift(other)
        if b.value is not None and b.value > 0 and b.den is None:
            den, den_bound = _product(self.den, self.den_bound, None if b.value == 1 else str(b.value), b.value)
            self.program.reach(den_bound)
            return self._rescaled_quotient(self.num, den, self.bound, den_bound, b.scale, self.signed)
        b = self.program.let(b, "d")
        size = f"abs({b.num})" if b.signed else b.num
        den, den_bound = _product(self.den, self.den_bound, f"nullif({size}, 0)", b.bound)
        num, bound = self.num, self.bound
        if b.den is not None:
            num, bound = f"({num} * {b.den})", bound * b.den_bound
        if b.signed:
            num = f"(CASE WHEN {b.num} < 0 THEN -({num}) ELSE {num} END)"
        self.program.reach(bound, den_bound)
        return self._rescaled_quotient(num, den, bound, den_bound, b.scale, self.signed or b.signed)

    def _rescaled_quotient(
        self, num: str, den: str | None, bound: int, den_bound: int, scale: int, signed: bool
    ) -> Quantity:
        left = self.scale - scale
        if left < 0:
            num, bound, left = f"({num} * {10**-left})", bound * 10**-left, 0
            self.program.reach(bound)
        return Quantity(self.program, num, den, left, bound, den_bound, signed)

    def __abs__(self) -> Quantity:
        return self._with(f"abs({self.num})", self.bound, False) if self.signed else self

    # -- comparing

    def _compared(self, other: Quantity | Exact, sign: str) -> Condition:
        a, b = self._aligned(self._lift(other))
        return Condition(f"({a.num} {sign} {b.num})")

    def __lt__(self, other: Quantity | Exact) -> Condition:
        return self._compared(other, "<")

    def __le__(self, other: Quantity | Exact) -> Condition:
        return self._compared(other, "<=")

    def __gt__(self, other: Quantity | Exact) -> Condition:
        return self._compared(other, ">")

    def __ge__(self, other: Quantity | Exact) -> Condition:
        return self._compared(other, ">=")

    def equals(self, other: Quantity | Exact) -> Condition:
        """Whether two quantities are the same number."""
        return self._compared(other, "=")

    def known(self) -> Condition:
        """Whether there is a figure at all."""
        whole = (
            f"({self.num} IS NOT NULL)" if self.den is None else f"({self.num} IS NOT NULL AND {self.den} IS NOT NULL)"
        )
        return Condition(whole)

    # -- rounding

    def rounded(self, places: int) -> Quantity:
        """Half up, away from zero, to `places` decimals: the only rounding there is."""
        up = places - self.scale
        if self.den is None and up >= 0:
            if not up:
                return self
            bound = self.bound * 10**up
            self.program.reach(bound)
            return Quantity(self.program, f"({self.num} * {10**up})", None, places, bound, 1, self.signed)
        top, bottom = (10**up, 1) if up > 0 else (1, 10**-up)
        num = self.num if top == 1 else f"({self.num} * {top})"
        den = self.den or ""
        if bottom != 1:
            den = f"({self.den} * {bottom})" if self.den else str(bottom)
        bound, den_bound = self.bound * top, self.den_bound * bottom
        self.program.reach(2 * bound + den_bound, 2 * den_bound)
        kept = self.program.let(Quantity(self.program, num, den, places, bound, den_bound, self.signed), "n")
        num, den = kept.num, kept.den or den
        half = f"((2 * {num} + {den}) // (2 * {den}))"
        if self.signed:
            half = f"(CASE WHEN {num} < 0 THEN -((2 * (-{num}) + {den}) // (2 * {den})) ELSE {half} END)"
        return Quantity(self.program, half, None, places, bound + 1, 1, self.signed)

    def truncated(self) -> Quantity:
        """The whole part, towards zero: how many whole steps there are."""
        den = str(10**self.scale) if self.scale else ""
        if self.den is not None:
            den = f"({self.den} * {den})" if den else self.den
        if not den:
            return self
        self.program.reach(self.den_bound * 10**self.scale)
        num = self.program.let(self, "n").num if self.signed else self.num
        text = f"({num} // {den})"
        if self.signed:
            text = f"(CASE WHEN {num} < 0 THEN -((-{num}) // {den}) ELSE {text} END)"
        return Quantity(self.program, text, None, 0, self.bound, 1, self.signed)

    # -- choosing

    def at_most(self, other: Quantity | Exact) -> Quantity:
        """The smaller of the two."""
        b = self._lift(other)
        return choose([(self <= b, self)], b)

    def at_least(self, other: Quantity | Exact) -> Quantity:
        """The larger of the two."""
        b = self._lift(other)
        return choose([(self >= b, self)], b)

    # -- inside

    def _with(self, num: str, bound: int, signed: bool) -> Quantity:
        self.program.reach(bound)
        return Quantity(self.program, num, self.den, self.scale, bound, self.den_bound, signed)

    def _aligned(self, other: Quantity) -> tuple[Quantity, Quantity]:
        """Both over one denominator and one scale, so that their numerators can be added or compared."""
        a, b = self, other
        if a.den != b.den:
            a, b = a._over(b.den, b.den_bound), b._over(a.den, a.den_bound)
        scale = max(a.scale, b.scale)
        return a._at(scale), b._at(scale)

    def _over(self, den: str | None, den_bound: int) -> Quantity:
        if den is None:
            return self
        product, product_bound = _product(self.den, self.den_bound, den, den_bound)
        bound = self.bound * den_bound
        self.program.reach(bound, product_bound)
        num = den if self.value == 1 else f"({self.num} * {den})"
        return Quantity(self.program, num, product, self.scale, bound, product_bound, self.signed)

    def _at(self, scale: int) -> Quantity:
        factor = 10 ** (scale - self.scale)
        if factor == 1:
            return self
        bound = self.bound * factor
        self.program.reach(bound)
        if self.value is not None:
            number = self.value * factor
            return Quantity(self.program, _literal(number), self.den, scale, bound, self.den_bound, self.signed, number)
        return Quantity(self.program, f"({self.num} * {factor})", self.den, scale, bound, self.den_bound, self.signed)


def _times(a: Quantity, b: Quantity) -> str:
    if a.value is not None and b.value is not None:
        return _literal(a.value * b.value)
    if a.value == 1:
        return b.num
    if b.value == 1:
        return a.num
    return f"({a.num} * {b.num})"


def _product(a: str | None, a_bound: int, b: str | None, b_bound: int) -> tuple[str | None, int]:
    if a is None or b is None:
        return (b, b_bound) if a is None else (a, a_bound)
    # products of denominators are written in one order, so that equal ones are seen to be equal
    first, second = sorted((a, b))
    return f"({first} * {second})", a_bound * b_bound


def choose(branches: Sequence[tuple[Condition, Quantity]], otherwise: Quantity) -> Quantity:
    """The first branch whose condition holds, else `otherwise`; missing figures make conditions unknown, not true."""
    aligned: list[Quantity] = [otherwise, *(quantity for _, quantity in branches)]
    for i in range(1, len(aligned)):
        aligned[0], aligned[i] = aligned[0]._aligned(aligned[i])
    for i in range(1, len(aligned)):
        aligned[i], aligned[0] = aligned[i]._aligned(aligned[0])
    last = aligned[0]
    text = "CASE " + " ".join(
        f"WHEN {condition.sql} THEN {quantity.num}"
        for (condition, _), quantity in zip(branches, aligned[1:], strict=True)
    )
    bound = max(q.bound for q in aligned)
    signed = any(q.signed for q in aligned)
    return Quantity(last.program, f"({text} ELSE {last.num} END)", last.den, last.scale, bound, last.den_bound, signed)


def first_known(quantity: Quantity, otherwise: Quantity) -> Quantity:
    """The quantity, or `otherwise` where it is missing."""
    return choose([(quantity.known(), quantity)], otherwise)
