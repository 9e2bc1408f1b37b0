"""From facts to figures: for every slot of every indicator an integer array over scored periods and subjects.

Judges' marks are brought together, reporting periods accumulated into scored ones, and each series keeps just as many
decimals as its figures have, so nothing is rounded but the declared means.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaoping.core import tally
from kaoping.core.facts import Facts
from kaoping.core.methods import METHODS
from kaoping.core.numbers import decimals_of, scaled
from kaoping.core.plan import Period, Plan, named_slots, slots_of
from kaoping.core.refusals import Finding, Place, require

Ints = npt.NDArray[Any]  # int64, or Python integers (object) where 64 bits would not hold them
Mask = npt.NDArray[np.bool_]

SCALES = (4, 8, 12, 18, 24)  # decimals that a series is kept with; few, so that indicators share a family
NO_FIGURE = -(2**63)  # beyond any figure: those have at most 38 digits, and 64-bit ones less than 62 bits
SHOWN = 200  # findings of one kind that are listed; the rest is counted


@dataclass(frozen=True)
class Series:
    """Figures x 10^scale by scored period and subject, and which of them are there."""

    values: Ints
    known: Mask
    scale: int

    @property
    def bound(self) -> int:
        """The largest size that occurs."""
        here = self.values[self.known]
        return int(max(abs(int(here.max())), abs(int(here.min())))) if here.size else 0

    @property
    def signed(self) -> bool:
        """Whether any figure is below zero."""
        here = self.values[self.known]
        return bool(here.size and here.min() < 0)


Key = tuple[str, str]  # (item, slot)


def gather(plan: Plan, facts: Facts) -> dict[Key, Series]:
    """Every series that has a fact, by (item, slot).

    Raises NotValid for subjects, items, slots and periods that the plan does not know, for two figures in one cell,
    and for figures of more digits than can be computed with.
    """
    table = facts.table.filter(pc.is_valid(facts.table["value"])) if facts.table["value"].null_count else facts.table
    coded = _Coded(plan, facts, table)
    return coded.series()


def scored_periods(plan: Plan) -> tuple[Period, ...]:
    """The plan's periods; one unnamed period if it has none."""
    return plan.periods or (_WHOLE,)


_WHOLE = Period(id="whole", name="")


class _Coded:
    """Facts with every text replaced by its number in the plan."""

    def __init__(self, plan: Plan, facts: Facts, table: pa.Table) -> None:
        self.plan, self.facts, self.table = plan, facts, table
        self.findings: list[Finding] = []
        self.periods = scored_periods(plan)
        self.subjects = len(plan.subjects)
        reporting = list(dict.fromkeys(r for period in plan.periods for r in period.covers))
        scored = [period.id for period in plan.periods]
        # period codes: undated, the scored ones, then reporting ones that are not scored themselves
        self.dates = ["", *scored, *(r for r in reporting if r not in set(scored))]
        items = {line.node.id: slots_of(line.node) for line in plan.leaves}
        items.update({element.id: ("actual",) for element in plan.elements})
        items.update({veto.id: ("actual",) for veto in plan.vetoes})
        self.keys: list[Key] = [(item, slot) for item, slots in items.items() for slot in dict.fromkeys(slots)]

    def _codes(self, column: str, numbers: Mapping[str, int], code: str) -> Ints:
        """Row numbers of a text column; texts that the plan does not know are findings."""
        texts, rows = dictionary(self.table[column])
        lookup = np.array([numbers.get(text, -1) for text in texts] or [-1], dtype=np.int32)
        if len(texts) == 1 and lookup[0] >= 0:  # the same for all, as a column that was left out is
            return np.full(len(rows), lookup[0], dtype=np.int32)
        coded: Ints = lookup[rows] if len(rows) else rows.astype(np.int32)
        unknown = sorted({texts[i] for i in range(len(texts)) if lookup[i] < 0} if len(rows) else set())
        for text in unknown:
            hit = int(np.flatnonzero(rows == texts.index(text))[0]) if text in texts else 0
            if bool((rows == texts.index(text)).any()):
                self.findings.append(Finding(code, self._place(hit), {column: text}))
        return coded

    def _place(self, row: int) -> Place:
        names = self.table.column_names
        if "row" not in names or "origin" not in names:
            return Place()
        origin = self.table["origin"][row].as_py()
        file, sheet = self.facts.origins[origin] if origin is not None else ("", "")
        return Place(file=file, sheet=sheet, row=self.table["row"][row].as_py() or 0)

    def series(self) -> dict[Key, Series]:
        if not len(self.table):
            return {}
        subject = self._codes("subject", {s.id: i for i, s in enumerate(self.plan.subjects)}, "facts.unknown_subject")
        date = self._codes("period", {d: i for i, d in enumerate(self.dates)}, "facts.unknown_period")
        key = self._key_codes()
        require(self.findings)
        values = _integers(self.table["value"].combine_chunks())
        judged = self._judged()
        plain = np.flatnonzero(~judged) if judged is not None else None
        if plain is not None:
            subject, date, key, values = subject[plain], date[plain], key[plain], values[plain]
        scale = self.table.schema.field("value").type.scale
        blocks = self._scatter(subject, date, key, values, scale, plain)
        if judged is not None:
            self._add_judges(blocks, np.flatnonzero(judged))
        require(self.findings)
        found = {self.keys[k]: self._accumulated(self.keys[k], block) for k, block in blocks.items()}
        return {name: series for name, series in found.items() if series.known.any()}

    def _key_codes(self) -> Ints:
        items, item_rows = dictionary(self.table["item"])
        slots, slot_rows = dictionary(self.table["slot"])
        numbers = {name: i for i, name in enumerate(self.keys)}
        lookup = np.array([[numbers.get((i, s), -1) for s in slots] for i in items], dtype=np.int32)
        coded: Ints = lookup[:, 0][item_rows] if len(slots) == 1 else lookup[item_rows, slot_rows]
        wrong = np.flatnonzero(coded < 0)
        known_items = {item for item, _ in self.keys}
        for pair in dict.fromkeys(zip(item_rows[wrong].tolist(), slot_rows[wrong].tolist(), strict=True)):
            row = int(np.flatnonzero((item_rows == pair[0]) & (slot_rows == pair[1]))[0])
            item, slot = items[pair[0]], slots[pair[1]]
            code = "facts.unknown_slot" if item in known_items else "facts.unknown_item"
            self.findings.append(Finding(code, self._place(row), {"item": item, "slot": slot}))
        return coded

    def _judged(self) -> Mask | None:
        texts, rows = dictionary(self.table["judge"])
        if all(not text for text in texts):
            return None
        named = np.array([bool(text) for text in texts])
        judged: Mask = named[rows]
        return judged if judged.any() else None

    def _scatter(
        self, subject: Ints, date: Ints, key: Ints, values: Ints, scale: int, rows: Ints | None
    ) -> dict[int, tuple[Ints, Mask, int]]:
        """One block [date, subject] a series. Two figures in one cell are findings."""
        read = np.zeros(len(self.keys), dtype=bool)
        read[key] = True
        used = np.flatnonzero(read)
        width = len(self.dates) * self.subjects
        start = np.zeros(len(self.keys), dtype=np.int64)
        start[used] = np.arange(len(used)) * width
        cell = start[key]
        cell += subject
        if len(self.dates) > 1:
            cell += date.astype(np.int64) * self.subjects
        size = len(used) * width
        if values.dtype == object:
            flat, known = np.zeros(size, dtype=object), np.zeros(size, dtype=bool)
            flat[cell], known[cell] = values, True
        else:  # what nobody wrote to still holds a number that no figure has: one pass over memory less
            flat = np.full(size, NO_FIGURE, dtype=np.int64)
            flat[cell] = values
            known = flat != NO_FIGURE
            if not known.all():
                flat[~known] = 0
        if int(known.sum()) != len(cell):
            self._duplicates(cell, rows)
        shape = (len(used), len(self.dates), self.subjects)
        blocks, present = flat.reshape(shape), known.reshape(shape)
        return {int(k): (*_least(blocks[i], present[i], scale),) for i, k in enumerate(used)}

    def _duplicates(self, cell: Ints, rows: Ints | None) -> None:
        order = np.argsort(cell, kind="stable")
        again = order[1:][cell[order][1:] == cell[order][:-1]]
        for position in again[:SHOWN].tolist():
            first = int(np.flatnonzero(cell == cell[position])[0])
            here, there = (int(rows[i]) if rows is not None else i for i in (position, first))
            figures = {"subject": self._text("subject", here), "item": self._text("item", here)}
            figures |= {"slot": self._text("slot", here), "period": self._text("period", here)}
            figures["first_row"] = str(self._place(there).row)
            self.findings.append(Finding("facts.duplicate", self._place(here), figures))
        if len(again) > SHOWN:
            self.findings.append(Finding("facts.more", Place(), {"count": len(again) - SHOWN}))

    def _text(self, column: str, row: int) -> str:
        return str(self.table[column][row].as_py())

    def _add_judges(self, blocks: dict[int, tuple[Ints, Mask, int]], rows: Ints) -> None:
        """Bring judges' marks together, cell by cell."""
        marks: dict[tuple[str, str, str, str], dict[str, Decimal]] = defaultdict(dict)
        places_of: dict[tuple[str, str, str, str, str], int] = {}
        taken = self.table.take(pa.array(rows))
        columns = [taken[name].to_pylist() for name in ("subject", "item", "slot", "period", "judge", "value")]
        for row, (subject, item, slot, date, judge, value) in enumerate(zip(*columns, strict=True)):
            cell = marks[subject, item, slot, date]
            if judge in cell:
                first = str(self._place(int(rows[places_of[subject, item, slot, date, judge]])).row)
                figures = {"subject": subject, "item": item, "slot": slot, "period": date, "first_row": first}
                self.findings.append(Finding("facts.duplicate", self._place(int(rows[row])), figures))
            cell[judge] = value
            places_of.setdefault((subject, item, slot, date, judge), row)
        subjects = {s.id: i for i, s in enumerate(self.plan.subjects)}
        numbers = {name: i for i, name in enumerate(self.keys)}
        places = self.plan.rounding.value
        for (subject, item, slot, date), cell in marks.items():
            params = self.plan.by_id[item].node.params if item in self.plan.by_id else {}
            trim = item in self.plan.by_id and self.plan.by_id[item].node.method == "trimmed_mean" and slot == "actual"
            drop = int(params.get("drop", 1)) if trim else 0
            least = int(params.get("min_judges", 5)) if trim else 0
            found = tally.trimmed(list(cell.values()), places, drop=drop, min_judges=least)
            written = [(slot, found.figure, places)]
            if trim:
                written += [("judges", found.judges, 0), ("dropped", found.dropped, 0)]
            at = (self.dates.index(date), subjects[subject])
            for name, figure, scale in written:
                number = numbers[item, name]
                block = blocks.get(number) or _empty((len(self.dates), self.subjects), scale)
                if block[1][at] and name == slot:
                    figures = {"subject": subject, "item": item, "slot": slot, "period": date, "first_row": ""}
                    self.findings.append(Finding("facts.duplicate", Place(), figures))
                blocks[number] = _with(block, at, figure, scale)

    # -- periods

    def _how(self, name: Key) -> str:
        item, slot = name
        line = self.plan.by_id.get(item)
        if line is None:
            return next((e.accumulate for e in self.plan.elements if e.id == item), "latest")
        node = line.node
        default = "sum" if slot in named_slots(METHODS[node.method], node.params) else "latest"
        return node.accumulate.get(slot, default)

    def _accumulated(self, name: Key, block: tuple[Ints, Mask, int]) -> Series:
        """The figures of the scored periods: dated so, else accumulated, else undated."""
        values, known, scale = block
        count = len(self.periods)
        if not self.plan.periods:
            return Series(values[:1], known[:1], scale)
        if not known[1:].any():  # only undated figures: the same for every period
            return Series(np.repeat(values[:1], count, axis=0), np.repeat(known[:1], count, axis=0), scale)
        if len(self.dates) == 1 + count and not known[0].any():  # each figure is dated by the period it is scored in
            return Series(values[1:], known[1:], scale)
        how = self._how(name)
        rows: list[tuple[Ints, Mask, int]] = []
        for i, period in enumerate(self.periods):
            own, own_known = values[1 + i], known[1 + i]
            covered = [self.dates.index(r) for r in period.covers if r != period.id]
            if covered and not own_known.all() and known[covered].any():
                added = _accumulate(values[covered], known[covered], scale, how, self.plan.rounding.value)
            else:
                added = (values[0], np.zeros_like(known[0]), scale)
            rows.append(_first(_first((own, own_known, scale), added), (values[0], known[0], scale)))
        top = max(scale for _, _, scale in rows)
        stacked = [_raised(one, top) for one in rows]
        if any(one[0].dtype == object for one in stacked):
            stacked = [(v.astype(object), k, s) for v, k, s in stacked]
        return Series(np.stack([v for v, _, _ in stacked]), np.stack([k for _, k, _ in stacked]), top)


def dictionary(column: pa.ChunkedArray) -> tuple[list[str], Ints]:
    """Distinct texts of a column and, row by row, which of them stands there. Nulls read as empty text."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], type=column.type)
    if not pa.types.is_dictionary(whole.type):
        whole = pc.dictionary_encode(pc.fill_null(whole.cast(pa.string()), ""))
    texts = [text or "" for text in whole.dictionary.to_pylist()]
    indices = whole.indices
    if indices.null_count:
        texts.append("")
        indices = pc.fill_null(indices, len(texts) - 1)
    return texts, indices.to_numpy(zero_copy_only=False)


def _integers(column: pa.Array) -> Ints:
    """Decimals as integers at the column's scale: int64 where all fit, else Python integers."""
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    if not len(column):
        return np.zeros(0, dtype=np.int64)
    column = column.cast(pa.decimal128(38, column.type.scale))
    halves = np.frombuffer(column.buffers()[1], dtype=np.int64)
    halves = halves[2 * column.offset : 2 * (column.offset + len(column))].reshape(-1, 2)
    low, high = halves[:, 0], halves[:, 1]
    if bool((high == (low >> 63)).all()):
        return np.ascontiguousarray(low)
    whole: Ints = high.astype(object) * 2**64 + low.astype(np.uint64).astype(object)
    return whole


def _least(values: Ints, known: Mask, scale: int) -> tuple[Ints, Mask, int]:
    """The same block with the fewest decimals that keep it exact, and 64-bit integers if they hold it."""
    for fewer in SCALES:
        if fewer >= scale:
            break  # as few as they are
        step = 10 ** (scale - fewer)
        if values.dtype != object and step > 2**62:
            values = values.astype(object)
        if not (values % step).any():
            values, scale = values // step, fewer
            break
    if values.dtype == object and all(abs(int(x)) < 2**62 for x in values.ravel()):
        values = values.astype(np.int64)
    return values, known, scale


def _raised(block: tuple[Ints, Mask, int], scale: int) -> tuple[Ints, Mask, int]:
    """The same block with more decimals; never wraps."""
    values, known, old = block
    if old == scale:
        return block
    factor = 10 ** (scale - old)
    if values.dtype != object and factor * max(1, int(np.abs(values).max(initial=0))) >= 2**62:
        values = values.astype(object)
    return values * factor, known, scale


def _empty(shape: tuple[int, int], scale: int) -> tuple[Ints, Mask, int]:
    return np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool), scale


def _with(block: tuple[Ints, Mask, int], at: tuple[int, int], figure: int, scale: int) -> tuple[Ints, Mask, int]:
    top = max(scale, block[2])
    values, known, _ = _raised(block, top)
    figure *= 10 ** (top - scale)
    if values.dtype != object and abs(figure) >= 2**62:
        values = values.astype(object)
    values, known = values.copy(), known.copy()
    values[at], known[at] = figure, True
    return values, known, top


def _first(a: tuple[Ints, Mask, int], b: tuple[Ints, Mask, int]) -> tuple[Ints, Mask, int]:
    """a where it is there, else b."""
    if not (b[1] & ~a[1]).any():
        return a
    top = max(a[2], b[2])
    (av, ak, _), (bv, bk, _) = _raised(a, top), _raised(b, top)
    if av.dtype == object or bv.dtype == object:
        av, bv = av.astype(object), bv.astype(object)
    return np.where(ak, av, bv), ak | bk, top


def _accumulate(values: Ints, known: Mask, scale: int, how: str, places: int) -> tuple[Ints, Mask, int]:
    """Reporting periods [n, subject] brought to one figure a subject."""
    there: Mask = np.asarray(known.any(axis=0))
    if how == "latest":
        last = known.shape[0] - 1 - known[::-1].argmax(axis=0)
        return values[last, np.arange(values.shape[1])], there, scale
    if how in ("max", "min"):
        picked = np.zeros(values.shape[1], dtype=values.dtype)
        for i in np.flatnonzero(there).tolist():
            here = values[known[:, i], i]
            picked[i] = here.max() if how == "max" else here.min()
        return picked, there, scale
    if values.dtype != object and int(np.abs(values).max(initial=0)) * len(values) >= 2**62:
        values = values.astype(object)
    total = np.where(known, values, 0).sum(axis=0)
    if how == "sum":
        return total, there, scale
    counts = known.sum(axis=0)
    means = [
        scaled(Fraction(int(t), 10**scale * int(n)), places) if n else 0 for t, n in zip(total, counts, strict=True)
    ]
    narrow = all(abs(m) < 2**62 for m in means)
    return _least(np.array(means, dtype=np.int64 if narrow else object), there, places)


def filled(series: Series, fallback: Series) -> Series:
    """The series, and the fallback where it has no figure."""
    return Series(
        *_first((series.values, series.known, series.scale), (fallback.values, fallback.known, fallback.scale))
    )


def constant(value: Decimal, shape: tuple[int, int]) -> Series:
    """The same figure for all."""
    scale = decimals_of(value)
    return Series(np.full(shape, scaled(value, scale)), np.ones(shape, dtype=bool), scale)


def progress(plan: Plan) -> Series:
    """Scheduled progress (序时进度) of each scored period as a share of the year: declared, by days, or by months."""
    places = plan.rounding.value
    shares = [_progress(period, plan.year, places) for period in scored_periods(plan)]
    rows = [constant(share, (1, len(plan.subjects))) for share in shares]
    top = max(row.scale for row in rows)
    raised = [_raised((row.values, row.known, row.scale), top) for row in rows]
    return Series(np.concatenate([v for v, _, _ in raised]), np.concatenate([k for _, k, _ in raised]), top)


def _progress(period: Period, year: int | None, places: int) -> Decimal:
    if period.progress is not None:
        return period.progress / 100
    if period.through:
        month, day = (int(part) for part in period.through.split("-"))
        date = datetime.date(year or 2001, month, day)
        days = datetime.date(date.year, 12, 31).timetuple().tm_yday
        share = Fraction(date.timetuple().tm_yday, days)
    else:
        share = Fraction(len(period.covers) or 12, 12)
    return Decimal(scaled(share, places)).scaleb(-places)
