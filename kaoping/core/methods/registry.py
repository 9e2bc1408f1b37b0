"""What a method is: its parameters, the cells it works on, and the registry it is entered into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from kaoping.core.algebra import Condition, Program, Quantity


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a method: its kind, default, and the range it must lie in.

    Kinds: `number`, `count` (a whole number), `flag`, `choice`, `text`, `formula`; `numbers` and `names` (lists);
    `by_name` (name -> number); `bands` (list of {at, give, open}); `links` (subject -> list of subjects).
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


#: Methods as their modules enter them; `kaoping.core.methods.METHODS` has them in the order of the subjects.
ENTERED: dict[str, Method] = {}

NUMBER = Param("number")
SHARE = Param("number", low=Decimal(0), high=Decimal(1))
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
    """Enter a formula into the registry under its id."""

    def enter(score: Callable[[Cells], Quantity]) -> Callable[[Cells], Quantity]:
        ENTERED[name] = Method(
            name, tuple(slots.split()), params or {}, clause, score, tuple(optional.split()), directions,
            monotone, compares, account, named_slots,
        )  # fmt: skip
        return score

    return enter


def limited(c: Cells, share: Quantity, floor: str = "floor", cap: str = "cap") -> Quantity:
    """A share of the full points held between the declared floor and cap, saying which of them held it."""
    low, high = c.number(floor), c.number(cap)
    share = c.program.let(share)
    if high.value == 10**high.scale:  # the whole family pays the full points and no more (R4.3)
        c.said("full", share > high)
    else:
        c.said("capped", share > high)
    c.said("floored", share < low)
    return share.at_least(low).at_most(high)


def extremes(c: Cells, x: Quantity) -> tuple[Quantity, Quantity]:
    """Best and worst figure of the comparison group, recorded under these names."""
    low, high = c.program.group("min", x), c.program.group("max", x)
    best, worst = (high, low) if c.up else (low, high)
    return c.step("best", best), c.step("worst", worst)
