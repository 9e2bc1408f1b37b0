"""Score cards (考核得分卡): a run's recorded steps as a tree of entries whose amounts add up, with codes and figures.

Nothing is computed anew: an entry's amount is a stored score, or its share in the node above; what the shares do not
show (rescaling, a cap, the last digit) is an entry of its own, so the printed lines always add up to the printed total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from kaoping.core import formulas
from kaoping.core.engine import Result, exact
from kaoping.core.facts import PLACE, TRAIL, Facts
from kaoping.core.figures import dictionary
from kaoping.core.numbers import half_up
from kaoping.core.plan import Line, Plan, places_of, weight_of
from kaoping.core.standing import Outcome


@dataclass(frozen=True, slots=True)
class Fact:
    """A reported figure behind an indicator, and who stands behind it."""

    item: str
    slot: str
    period: str
    judge: str
    value: Decimal | None
    trail: Mapping[str, str]


@dataclass(slots=True)
class Entry:
    """One line of a card.

    kind: `total`, `node`, `period` (one of a merged node's periods), `indicator`, `account`, `adjustment`.
    `amount` is what the line adds to the one above: the children of an entry add up to its `score`; None where lines do
    not add (geometric means). `code` says which sentence explains it, `figures` what the sentence needs.
    """

    kind: str
    id: str
    name: str
    period: str
    full: Decimal | None
    score: Decimal
    amount: Decimal | None
    code: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""
    unit: str = ""
    weight: Decimal | None = None
    rank: int | None = None
    behind: Callable[[], list[Fact]] | None = None
    children: list[Entry] = field(default_factory=list)

    @property
    def facts(self) -> list[Fact]:
        """The reported figures behind an indicator; looked up when asked for."""
        return self.behind() if self.behind else []

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Entry]]:
        """This entry and all below it, with their depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True)
class Card:
    """The score card of one subject."""

    subject: str
    name: str
    category: str
    outcome: Outcome
    total: Entry
    excellent: int | None  # heads of 优秀


Row = tuple[Decimal, Decimal, int | None, int | None]  # score, full points, sum of what it was made from, over what


class _FactsBehind:
    """Facts by subject and item, found by sorted numbers and turned into records only when somebody looks."""

    def __init__(self, facts: Facts) -> None:
        self.table = facts.table
        self.texts, rows = zip(*(dictionary(self.table[name]) for name in ("subject", "item")), strict=True)
        key = rows[0].astype(np.int64) * max(1, len(self.texts[1])) + rows[1]
        self.order = np.argsort(key, kind="stable")
        self.sorted = key[self.order]
        self.numbers = [{text: i for i, text in enumerate(texts)} for texts in self.texts]

    def of(self, subject: str, items: Sequence[str]) -> list[Fact]:
        """The figures of a subject for some items."""
        columns = [name for name in self.table.column_names if name not in PLACE]
        found: list[Fact] = []
        for item in items:
            if subject not in self.numbers[0] or item not in self.numbers[1]:
                continue
            key = self.numbers[0][subject] * max(1, len(self.texts[1])) + self.numbers[1][item]
            first, last = np.searchsorted(self.sorted, [key, key + 1])
            rows = self.table.select(columns).take(pa.array(self.order[first:last]))
            for row in rows.to_pylist():
                trail = {name: row[name] for name in TRAIL if row.get(name)}
                found.append(Fact(item, row["slot"], row["period"] or "", row["judge"] or "", row["value"], trail))
        return found


def _elements(plan: Plan, line: Line) -> tuple[str, ...]:
    """Ids of the data elements that an indicator's formulas read."""
    names = {n for text in line.node.formulas.values() for n in formulas.names(formulas.parse(text))}
    return tuple(e.id for e in plan.elements if e.id in names or e.name in names)


class Cards:
    """Cards of a finished run; the run's tables are read once."""

    def __init__(self, result: Result, subjects: Sequence[str] | None = None) -> None:
        """Read what the cards of `subjects` (all, if None) need."""
        self.result, self.plan = result, result.plan
        self.index = {s.id: i for i, s in enumerate(self.plan.subjects)}
        self.outcomes = {o.subject: o for o in result.outcomes}
        self.quota = result.quota()
        self.units = {self.index[s] for s in subjects} if subjects is not None else None
        self.rows = self._rows()
        self.steps = self._steps()
        self.ranks = {(self.index[s], n): rank for (s, n), rank in result.node_ranks().items()}
        self.facts = _FactsBehind(result.facts)
        self.elements = {id(line): _elements(self.plan, line) for line in self.plan.leaves}
        lines = tuple(enumerate(self.plan.lines))
        self.tops = [(i, line) for i, line in lines if line.parent is None]
        self.children = {i: [lines[child] for child in below] for i, below in self.plan.children.items()}

    def __iter__(self) -> Iterator[Card]:
        """Cards in the plan's order of subjects."""
        for subject in self.plan.subjects:
            if subject.id in self.outcomes and (self.units is None or self.index[subject.id] in self.units):
                yield self.card(subject.id)

    def card(self, subject: str) -> Card:
        """The card of one subject. KeyError for a subject that has no result."""
        outcome = self.outcomes[subject]
        unit = self.index[subject]
        who = self.plan.subjects[unit]
        return Card(subject, who.name, who.category, outcome, self._total(unit, outcome), self.quota.get(subject))

    # -- reading the run

    def _rows(self) -> dict[tuple[int, int, int], Row]:
        table = self.result.nodes
        columns = [table[n].to_pylist() for n in ("unit", "line", "period", "score", "full_points", "total", "basis")]
        decimal = self.result.decimal
        return {
            (u, n, p): (decimal(s), decimal(f), None if t is None else t, b)
            for u, n, p, s, f, t, b in zip(*columns, strict=True)
            if self.units is None or u in self.units
        }

    def _steps(self) -> dict[tuple[int, int, int], tuple[Any, Mapping[str, Any]]]:
        found: dict[tuple[int, int, int], tuple[Any, Mapping[str, Any]]] = {}
        for family in self.result.families:
            table = self.result.steps(family)
            names = table.column_names
            for values in zip(*(column.to_pylist() for column in table.columns), strict=True):
                row = dict(zip(names, values, strict=True))
                if self.units is None or row["unit"] in self.units:
                    found[row["unit"], row["leaf"], row["period"]] = (family, row)
        return found

    # -- building a card

    def _total(self, unit: int, outcome: Outcome) -> Entry:
        top = Entry("total", "", "", "", None, outcome.total, outcome.total, "card.total")
        tree = next((i, line) for i, line in self.tops if line.account is None)
        root = self._node(unit, *tree, period=0)
        assert root is not None
        root.amount = root.score
        top.children.append(root)
        for number, account in enumerate(self.plan.accounts):
            entry = self._account(unit, number, outcome)
            if entry.children or entry.score:
                entry.amount = entry.score if account.kind == "bonus" else -entry.score
                top.children.append(entry)
        self._settle(top, "card.total_limited" if self._limited(outcome) else "card.rounding")
        return top

    def _limited(self, outcome: Outcome) -> bool:
        return outcome.total in (self.plan.floor, self.plan.ceiling)

    def _account(self, unit: int, number: int, outcome: Outcome) -> Entry:
        account = self.plan.accounts[number]
        entry = Entry(
            "account", account.id, account.name, "", account.cap, outcome.accounts[number], None,
            f"card.{account.kind}", clause=account.clause,
        )  # fmt: skip
        for i, line in self.tops:
            if line.account is account and (child := self._node(unit, i, line, period=0)) is not None:
                child.amount = child.score
                entry.children.append(child)
        self._settle(entry, "card.capped", cap=account.cap)
        return entry

    def _node(self, unit: int, number: int, line: Line, period: int) -> Entry | None:
        row = self.rows.get((unit, number, period))
        if row is None:
            return self._dropped(unit, number, line, period)
        score, full, total, basis = row
        node = line.node
        entry = Entry(
            "indicator" if node.is_leaf else "node", node.id, node.name, self.result.period_id(period),
            full if full else None, score, None, clause=node.clause, unit=node.unit, weight=node.weight,
            rank=self.ranks.get((unit, node.id)) if not period else None,
        )  # fmt: skip
        if node.is_leaf:
            self._indicator(entry, unit, number, line, period)
        elif node.merge and not period:
            self._merged(entry, unit, number, line)
        else:
            self._combined(entry, unit, number, line, period, total, basis)
        return entry

    def _dropped(self, unit: int, number: int, line: Line, period: int) -> Entry | None:
        """An indicator that applies but was left out, shown without points; None for what does not apply."""
        if not line.node.is_leaf or (unit, number, period) not in self.steps:
            return None
        entry = Entry(
            "indicator", line.node.id, line.node.name, self.result.period_id(period), None, Decimal(0), Decimal(0),
            clause=line.node.clause, unit=line.node.unit,
        )  # fmt: skip
        self._indicator(entry, unit, number, line, period)
        return entry

    def _indicator(self, entry: Entry, unit: int, number: int, line: Line, period: int) -> None:
        subject = self.plan.subjects[unit].id
        node = line.node
        entry.behind = partial(self.facts.of, subject, (node.id, *self.elements[id(line)]))
        entry.figures = {"points": entry.full, "score": entry.score}
        found = self.steps.get((unit, number, period))
        if found is None:  # a bundle: made of other subjects' results
            _, _, total, basis = self.rows[unit, number, period]
            made = {
                name: self.result.decimal(v) for name, v in (("earned", total), ("possible", basis)) if v is not None
            }
            entry.code = f"line.{node.method}.bundle" if basis else f"line.missing_{node.missing}"
            entry.figures = {**entry.figures, **made}
            return
        family, row = found
        figures = {name: exact(row, where) for name, where in (family.slots | family.steps).items()}
        entry.figures = {**figures, **entry.figures}
        if row["raw"] is None:
            entry.code = f"line.missing_{node.missing}"
        elif row.get("was_imputed"):
            entry.code = "line.imputed"
            entry.figures = {**entry.figures, "how": self._how(family, row, node.method)}
        else:
            entry.code = self._how(family, row, node.method)

    def _how(self, family: Any, row: Mapping[str, Any], method: str) -> str:
        how = row.get("how")
        return f"line.{method}.{family.how[how]}" if how is not None and family.how else f"line.{method}"

    def _merged(self, entry: Entry, unit: int, number: int, line: Line) -> None:
        """A node whose periods are merged: one entry a period, each with its own children."""
        merge = line.node.merge
        there = [
            (i + 1, p) for i, p in enumerate(self.plan.periods) if p.id in merge and (unit, number, i + 1) in self.rows
        ]
        weights = sum((Fraction(merge[p.id]) for _, p in there), Fraction(0))
        entry.code = "card.merged"
        for code, period in there:
            score, full, total, basis = self.rows[unit, number, code]
            amount = half_up(Fraction(merge[period.id]) * Fraction(score) / weights, places_of(self.plan, line))
            part = Entry(
                "period", line.node.id, period.name, period.id, full, score, amount, "card.period",
                {"weight": merge[period.id], "weights": weights, "score": score, "amount": amount},
                weight=merge[period.id],
            )  # fmt: skip
            self._combined(part, unit, number, line, code, total, basis)
            entry.children.append(part)
        self._settle(entry, "card.rounding")

    def _combined(self, entry: Entry, unit: int, number: int, line: Line, period: int, total: Any, basis: Any) -> None:
        """A node made of its children."""
        pairs = [(child, self._node(unit, i, child, period)) for i, child in self.children.get(number, ())]
        entry.children = [e for _, e in pairs if e is not None]
        code = entry.code
        if line.combine == "geometric":
            entry.code = code or "card.geometric"
            return
        weights = Fraction(0)
        if line.combine == "mean":
            weights = sum((Fraction(weight_of(c)) for c, e in pairs if e is not None and e.amount is None), Fraction(0))
        for child, one in pairs:
            if one is None or one.amount is not None:
                continue
            if line.combine == "mean":
                one.amount = half_up(
                    Fraction(weight_of(child)) * Fraction(one.score) / weights, places_of(self.plan, line)
                )
                one.weight = weight_of(child)
            else:
                one.amount = one.score
        entry.code = code or f"card.{line.combine}"
        limits = (line.node.cap, line.node.floor)
        rescaled = line.combine == "sum" and basis is not None and entry.full is not None
        possible = self.result.decimal(basis) if rescaled else None
        if entry.score in limits:
            self._settle(entry, "card.limited", cap=line.node.cap, floor=line.node.floor)
        elif rescaled and possible != entry.full:
            self._settle(
                entry,
                "card.rescaled",
                earned=self.result.decimal(total),
                possible=possible,
                points=entry.full,
                score=entry.score,
            )
        else:
            self._settle(entry, "card.rounding")

    def _settle(self, entry: Entry, code: str, **figures: object) -> None:
        """Name what the children's amounts do not show, so that they add up to the entry's score."""
        shown = sum((child.amount for child in entry.children if child.amount is not None), Decimal(0))
        if entry.children and shown != entry.score:
            entry.children.append(
                Entry(
                    "adjustment",
                    entry.id,
                    "",
                    entry.period,
                    None,
                    entry.score - shown,
                    entry.score - shown,
                    code,
                    figures,
                )
            )


def card(result: Result, subject: str) -> Card:
    """The card of one subject."""
    return Cards(result, [subject]).card(subject)


def adds_up(card_: Card) -> bool:
    """Whether every entry's lines add up to its score; what the promise of the card is tested with."""
    return all(
        sum((child.amount for child in entry.children if child.amount is not None), Decimal(0)) == entry.score
        for _, entry in card_.total.walk()
        if entry.children and all(child.amount is not None for child in entry.children)
    )


def weight_share(plan: Plan) -> dict[str, Fraction]:
    """Nominal weight of every indicator in the root, as if everything applied: the share of points on the way down."""
    shares: dict[str, Fraction] = {}
    _share(plan, plan.lines[0], Fraction(1), shares)
    return shares


def _share(plan: Plan, line: Line, share: Fraction, shares: dict[str, Fraction]) -> None:
    if line.node.is_leaf:
        shares[line.node.id] = share
        return
    children = [other for other in plan.lines if other.parent is line]
    sizes = [_size(plan, child) if line.combine == "sum" else Fraction(weight_of(child)) for child in children]
    total = sum(sizes, Fraction(0))
    for child, size in zip(children, sizes, strict=True):
        _share(plan, child, share * size / total if total else Fraction(0), shares)


def _size(plan: Plan, line: Line) -> Fraction:
    if line.node.points is not None:
        return Fraction(line.node.points)
    if line.node.is_leaf:
        return Fraction(plan.scale)
    return sum((_size(plan, other) for other in plan.lines if other.parent is line), Fraction(0))
