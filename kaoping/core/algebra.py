"""Exact arithmetic over columns: fractions of fixed-point integers, written out as SQL text.

A `Quantity` is a number known per row as num / (den x 10^scale), where num and den are integer SQL expressions and den
is positive. Adding, multiplying and dividing only rewrite these integers, so nothing is rounded until `rounded` is
called: there, and nowhere else, the text holds a half up (away from zero). Every quantity carries a bound of its
integers, worked out from the figures themselves; the engine picks 64-bit or 128-bit columns by it, and refuses what
would not fit, so no backend ever wraps.

The program of a family of cells is a list of `Let`, `Group`, `Rank` and `Call` steps; the engine makes them statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isqrt, prod

from kaoping.core.numbers import Exact

NARROW = 2**63 - 1  # what a 64-bit column holds
KIND = "WHOLE_NUMBER"  # stands for the 64-bit or 128-bit type in a text until the engine knows which
WIDE = 10**38 - 1  # what every engine's 128-bit column or 38-digit decimal holds
NONE = f"CAST(NULL AS {KIND})"  # no figure


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
    """A named function of `kaoping.core.numbers` of num / (den x 10^scale): a column, and a column or number."""

    name: str
    function: str
    num: str
    den: str
    scale: int


Op = Let | Group | Rank | Call


@dataclass
class Program:
    """What one family of cells computes, in order, and the largest integer that can occur on the way."""

    cells: int  # how many cells can meet in one sum
    places: int  # decimals of figures that are stored between formulas (the plan's `value` rounding)
    ops: list[Op] = field(default_factory=list)
    peak: int = 0
    longest: int = 0  # largest number that is written into a text
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
        return Quantity(self, name, ONE, scale, bound, signed)

    def constant(self, value: Exact) -> Quantity:
        """A number that is the same for every row; a fraction keeps its denominator."""
        fraction = Fraction(value)
        places = next((p for p in range(40) if 10**p % fraction.denominator == 0), None)
        if places is not None:
            number, den = int(fraction * 10**places), ONE
        else:  # not a finite decimal
            places, number = 0, fraction.numerator
            den = Denominator(((str(fraction.denominator), fraction.denominator),))
        self.reach(abs(number), den.bound)
        return Quantity(self, _literal(number), den, places, abs(number), number < 0, number)

    @property
    def missing(self) -> Quantity:
        """No figure."""
        return Quantity(self, NONE, ONE, 0, 0, False)

    # -- steps that need a column of their own

    def let(self, quantity: Quantity, stem: str = "v") -> Quantity:
        """The same quantity, its integers kept as columns so that later text stays short."""
        num, den = quantity.num, quantity.den
        if not num.isidentifier() and quantity.value is None:
            num = self.name(stem)
            self.ops.append(Let(num, quantity.num))
        if len(den.factors) > 1 and not den.text.isdigit():
            name = self.name(f"{stem}_den")
            self.ops.append(Let(name, den.text))
            den = Denominator(((name, den.bound),))
        return replace(quantity, num=num, den=den)

    def stored(self, quantity: Quantity, stem: str = "v") -> Quantity:
        """A quantity brought to a plain column: exact where it has no denominator, else rounded to `places`."""
        return self.let(quantity if not quantity.den.factors else quantity.rounded(self.places), stem)

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
        """ln, exp or sqrt at the plan's working places, of an argument brought to them; missing where not defined."""
        return self.call_exactly(function, quantity.rounded(self.places))

    def call_exactly(self, function: str, quantity: Quantity) -> Quantity:
        """The same of the argument as it is, not rounded before."""
        kept = self.let(quantity, "arg")
        if kept.value is not None:
            kept = replace(self._forced(kept), den=kept.den)
        name = self.name(function)
        self.ops.append(Call(name, function, kept.num, kept.den.text, kept.scale))
        one = 10**self.places
        bound = {"ln": 100 * one, "exp": 10**18 * one, "sqrt": isqrt(kept.bound * one * one // 10**kept.scale) + one}[
            function
        ]
        return self.column(name, self.places, bound, signed=function == "ln")

    def _forced(self, quantity: Quantity) -> Quantity:
        name = self.name("v")
        self.ops.append(Let(name, quantity._text))
        return self.column(name, quantity.scale, quantity.bound, signed=quantity.signed)


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


@dataclass(frozen=True, slots=True)
class Denominator:
    """A product of positive integers, each with its bound; written in one order, so that equal ones look equal."""

    factors: tuple[tuple[str, int], ...] = ()

    @property
    def bound(self) -> int:
        """The largest it can be."""
        return prod(bound for _, bound in self.factors)

    @property
    def text(self) -> str:
        """As SQL; numbers are multiplied out."""
        number = prod(int(text) for text, _ in self.factors if text.isdigit())
        texts = [text for text, _ in self.factors if not text.isdigit()]
        if number != 1 or not texts:
            texts.append(str(number))
        return texts[0] if len(texts) == 1 else f"({' * '.join(texts)})"

    def times(self, other: Denominator) -> Denominator:
        """The product of both."""
        return Denominator(tuple(sorted((*self.factors, *other.factors))))

    def lacks(self, other: Denominator) -> Denominator:
        """The factors of `other` that this one does not have: what brings both over one denominator."""
        left = list(self.factors)
        missing = []
        for factor in other.factors:
            if factor in left:
                left.remove(factor)
            else:
                missing.append(factor)
        return Denominator(tuple(missing))


ONE = Denominator()


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An exact number per row. See the module's docstring for the representation."""

    program: Program
    num: str
    den: Denominator
    scale: int
    bound: int  # of the numerator
    signed: bool
    value: int | None = None  # the numerator, where it is the same for all rows

    # -- arithmetic

    def _lift(self, other: Quantity | Exact) -> Quantity:
        return other if isinstance(other, Quantity) else self.program.constant(other)

    def __add__(self, other: Quantity | Exact) -> Quantity:
        a, b = _aligned(self, self._lift(other))
        if a.value is not None and b.value is not None:
            return a._fixed(a.value + b.value)
        return a._with(f"({a.num} + {b.num})", a.bound + b.bound, a.signed or b.signed)

    def __radd__(self, other: Exact) -> Quantity:
        return self._lift(other) + self

    def __sub__(self, other: Quantity | Exact) -> Quantity:
        a, b = _aligned(self, self._lift(other))
        if a.value is not None and b.value is not None:
            return a._fixed(a.value - b.value)
        return a._with(f"({a.num} - {b.num})", a.bound + b.bound, True)

    def __rsub__(self, other: Exact) -> Quantity:
        return self._lift(other) - self

    def __neg__(self) -> Quantity:
        return self._with(f"(-{self.num})", self.bound, True) if self.value is None else self._fixed(-self.value)

    def __mul__(self, other: Quantity | Exact) -> Quantity:
        b = self._lift(other)
        den, scale = self.den.times(b.den), self.scale + b.scale
        made = replace(self, den=den, scale=scale, value=None)
        if self.value is not None and b.value is not None:
            return made._fixed(self.value * b.value)
        signed = self.signed or b.signed
        if self.value == 1 or b.value == 1:
            return made._with(b.num if self.value == 1 else self.num, max(self.bound, b.bound), signed)
        return made._with(f"({self.num} * {b.num})", self.bound * b.bound, signed)

    def __rmul__(self, other: Exact) -> Quantity:
        return self._lift(other) * self

    def __truediv__(self, other: Quantity | Exact) -> Quantity:
        """Exact quotient, missing where the divisor is zero."""
        b = self._lift(other)
        if b.value is not None and b.value <= 0:
            return -self / -b if b.value else self.program.missing
        if b.value is not None:
            made = self._scaled_by(b.den)._at_least(b.scale)
            divisor = Denominator(((str(b.value), b.value),)) if b.value != 1 else ONE
            return replace(made, den=made.den.times(divisor), scale=made.scale - b.scale)
        b = self.program.let(b, "d")
        # a denominator is never missing or zero, so that a branch that is not taken cannot spoil one that is;
        # a quotient that does not exist has a missing numerator
        turned = f" WHEN {b.num} < 0 THEN -{b.num}" if b.signed else ""
        size = f"(CASE WHEN {b.num} > 0 THEN {b.num}{turned} ELSE 1 END)"
        below = self.program.let(replace(b, num=size, den=ONE, signed=False), "den").num
        made = self._scaled_by(b.den)._at_least(b.scale)
        negative = f" WHEN {b.num} < 0 THEN -{made.num}" if b.signed else ""
        num = f"(CASE WHEN {b.num} > 0 THEN {made._text}{negative} END)"
        den = made.den.times(Denominator(((below, b.bound),)))
        self.program.reach(den.bound)
        return Quantity(self.program, num, den, made.scale - b.scale, made.bound, made.signed or b.signed)

    def over(self, span: Quantity) -> Quantity:
        """Exact quotient by a span that is never below zero; the caller does not use it where the span is zero."""
        den = self.program.let(
            replace(span, num=f"(CASE WHEN {span.num} > 0 THEN {span.num} ELSE 1 END)", den=ONE, signed=False), "den"
        ).num
        made = self._scaled_by(span.den)._at_least(span.scale)
        whole = made.den.times(Denominator(((den, span.bound),)))
        self.program.reach(whole.bound)
        return replace(made, den=whole, scale=made.scale - span.scale, value=None, num=made._text)

    def __abs__(self) -> Quantity:
        if self.value is not None:
            return self._fixed(abs(self.value))
        return self._with(f"abs({self.num})", self.bound, False) if self.signed else self

    @property
    def not_negative(self) -> Quantity:
        """The same quantity where the caller knows that it is never below zero: spares asking for its sign."""
        return replace(self, signed=False)

    # -- comparing

    def _compared(self, other: Quantity | Exact, sign: str) -> Condition:
        a, b = _aligned(self, self._lift(other))
        return Condition(f"({a._text} {sign} {b._text})")

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
        return Condition(f"({self.num} IS NOT NULL)")

    # -- rounding

    def rounded(self, places: int) -> Quantity:
        """Half up, away from zero, to `places` decimals: the only rounding there is."""
        if not self.den.factors and self.scale <= places:
            return self._at(places)
        made = self._at(max(self.scale, places))
        down = 10 ** (made.scale - places)
        den = made.den.times(Denominator(((str(down), down),)) if down != 1 else ONE)
        self.program.reach(2 * made.bound + den.bound, 2 * den.bound)
        self.program.longest = max(self.program.longest, 2 * down)
        kept = self.program.let(replace(made, den=den, value=None, num=made._text), "n")
        n, d = kept.num, kept.den.text
        twice = str(2 * int(d)) if d.isdigit() else f"(2 * {d})"
        half = f"((2 * {n} + {d}) // {twice})"
        if self.signed:
            half = f"(CASE WHEN {n} < 0 THEN -((2 * (-{n}) + {d}) // {twice}) ELSE {half} END)"
        return Quantity(self.program, half, ONE, places, made.bound + 1, self.signed)

    def truncated(self) -> Quantity:
        """The whole part, towards zero: how many whole steps there are."""
        down = 10**self.scale
        den = self.den.times(Denominator(((str(down), down),)) if down != 1 else ONE)
        if not den.factors:
            return self
        self.program.reach(den.bound)
        kept = self.program.let(replace(self, den=den, value=None, num=self._text), "n")
        n, d = kept.num, kept.den.text
        text = f"(CASE WHEN {n} < 0 THEN -((-{n}) // {d}) ELSE {n} // {d} END)" if self.signed else f"({n} // {d})"
        return Quantity(self.program, text, ONE, 0, self.bound, self.signed)

    # -- choosing

    def at_most(self, other: Quantity | Exact) -> Quantity:
        """The smaller of the two; missing where either is."""
        b = self._lift(other)
        return choose([(self <= b, self), (self > b, b)], self.program.missing)

    def at_least(self, other: Quantity | Exact) -> Quantity:
        """The larger of the two; missing where either is."""
        b = self._lift(other)
        return choose([(self >= b, self), (self < b, b)], self.program.missing)

    # -- inside

    @property
    def _text(self) -> str:
        """The numerator with its type, so that numbers alone never meet in a smaller one."""
        return self.num if self.value is None else f"CAST({self.num} AS {KIND})"

    def _fixed(self, number: int) -> Quantity:
        """The same kind of quantity with a numerator that is the same for all rows."""
        self.program.reach(abs(number))
        self.program.longest = max(self.program.longest, abs(number))
        return replace(self, num=_literal(number), bound=abs(number), signed=number < 0, value=number)

    def _with(self, num: str, bound: int, signed: bool) -> Quantity:
        self.program.reach(bound, self.den.bound)
        return replace(self, num=num, bound=bound, signed=signed, value=None)

    def _times(self, text: str, bound: int) -> Quantity:
        """The numerator multiplied, the rest as it was."""
        if text == "1" or self.num == NONE:
            return self
        if text.isdigit():
            self.program.longest = max(self.program.longest, int(text))
        if self.value is not None and text.isdigit():
            return self._fixed(self.value * int(text))
        return self._with(text if self.value == 1 else f"({self.num} * {text})", self.bound * bound, self.signed)

    def _scaled_by(self, den: Denominator) -> Quantity:
        return self._times(den.text, den.bound) if den.factors else self

    def _over(self, den: Denominator) -> Quantity:
        """The same number over a denominator that has more factors."""
        return replace(self._scaled_by(self.den.lacks(den)), den=den)

    def _at(self, scale: int) -> Quantity:
        """The same number at a larger scale."""
        factor = 10 ** (scale - self.scale)
        return replace(self._times(str(factor), factor), scale=scale)

    def _at_least(self, scale: int) -> Quantity:
        return self._at(max(scale, self.scale))


def _literal(number: int) -> str:
    return f"({number})" if number < 0 else str(number)


def _aligned(*quantities: Quantity) -> list[Quantity]:
    """All over one denominator and one scale, so that their numerators can be added, compared and chosen from."""
    den = ONE
    for quantity in quantities:
        den = den.times(den.lacks(quantity.den))
    scale = max(quantity.scale for quantity in quantities)
    return [quantity._over(den)._at(scale) for quantity in quantities]


def choose(branches: Sequence[tuple[Condition, Quantity]], otherwise: Quantity) -> Quantity:
    """The first branch whose condition holds, else `otherwise`; missing figures make conditions unknown, not true."""
    if not branches:
        return otherwise
    last, *aligned = _aligned(otherwise, *(quantity for _, quantity in branches))
    when = " ".join(
        f"WHEN {condition.sql} THEN {quantity._text}"
        for (condition, _), quantity in zip(branches, aligned, strict=True)
    )
    rest = "" if last.num == NONE else f" ELSE {last._text}"
    bound = max(q.bound for q in (last, *aligned))
    signed = any(q.signed for q in (last, *aligned))
    return Quantity(last.program, f"(CASE {when}{rest} END)", last.den, last.scale, bound, signed)


def first_known(quantity: Quantity, otherwise: Quantity) -> Quantity:
    """The quantity, or `otherwise` where it is missing."""
    return choose([(quantity.known(), quantity)], otherwise)
