"""Facts from files: CSV, XLSX, ODS and Parquet, long or wide, become one exact table or the list of what is wrong.

A long file has a row for each figure (单位, 指标, 数值 and more); a wide file has a row for each subject and a column
for each `item` or `item.slot`. Where the file is large, cells are never read one by one: names are looked up once for
each distinct spelling, figures are read a column at a time, and faults are found by masks and then spelled out.
`blocks` opens the files, `spellings` knows the names, `numerals` the figures; here they become `Facts`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaoping.core.facts import KEYS, TRAIL, VALUE, Facts
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.exchange import numerals
from kaoping.exchange.blocks import Block, Findings, Rows, blocks_of, files_in, is_blank, letters_of
from kaoping.exchange.spellings import ROLES, Judges, Lexicon, folded, looked_up, nearest, role
from kaoping.exchange.workbooks import LIMITS, Limits

ACTUAL = "actual"
#: What a name is when nothing accepted is like it, and when something is (then `did_you_mean` says what).
NAME_CODES = {
    "subject": ("facts.unknown_subject", "facts.misspelt_subject"),
    "item": ("facts.unknown_item", "facts.misspelt_item"),
    "slot": ("facts.unknown_slot", "facts.misspelt_slot"),
    "period": ("facts.unknown_period", "facts.misspelt_period"),
    "column": ("facts.unknown_column", "facts.misspelt_column"),
}
ODD_CODES = {
    "boolean": "number.boolean",
    "date": "number.date",
    "error": "number.error",
    "formula": "number.formula",
    "percent": "number.shown_percent",
}

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Names:
    """The spellings a file may use, each with the id it stands for. Width of letters and spaces around are ignored."""

    subjects: Mapping[str, str]
    items: Mapping[str, str]  # indicators, data elements and vetoes
    slots: Mapping[str, frozenset[str]]  # item id -> the slots its method knows; an item not named here has `actual`
    slot_names: Mapping[str, str] = field(default_factory=dict)  # 完成值 -> actual; the ids themselves need no entry
    periods: Mapping[str, str] = field(default_factory=dict)

    def slots_of(self, item: str) -> frozenset[str]:
        return self.slots.get(item, frozenset({ACTUAL}))


@dataclass(frozen=True)
class Reading:
    """What reading the files gave: facts, unless something blocks, and everything there is to say about them."""

    facts: Facts | None
    findings: list[Finding]


def read_facts(paths: Sequence[Path], names: Names, limits: Limits = LIMITS) -> Facts:
    """The facts of all files together; a directory stands for the files in it.

    Refuses with NotValid and all findings, each with file, sheet, row and column: unknown subjects, items, slots,
    periods and columns, what is no exact figure, the same figure twice, and files that cannot be read. `limits` bind
    workbooks only.
    """
    reading = look(paths, names, limits)
    if reading.facts is None:
        raise NotValid(reading.findings)
    return reading.facts


def look(paths: Sequence[Path], names: Names, limits: Limits = LIMITS) -> Reading:
    """Like `read_facts`, but hands back the findings, notes included, instead of raising them."""
    found = Findings()
    book = _Book(names, found)
    for path, label in files_in(paths, found):
        for block in blocks_of(path, label, limits, found, book.knows):
            book.add(block)
    book.refuse_duplicates()
    if found.blocked:
        return Reading(None, found.all())
    return Reading(book.facts(), found.all())


@dataclass
class _Layout:
    """Which column of a block plays which part. `figures` are its value columns with item and slot (-1: by row)."""

    roles: dict[str, int]
    figures: list[tuple[int, int, int]]
    strangers: list[int]


@dataclass
class _Part:
    """Figures of one value column: a number for each key column, or one number for all its rows."""

    block: Block
    column: int
    keys: dict[str, Ints | int]
    values: pa.Array

    def key(self, name: str) -> Ints:
        key = self.keys[name]
        return np.full(len(self.values), key, np.int32) if isinstance(key, int) else key

    def key_at(self, name: str, position: int) -> int:
        key = self.keys[name]
        return key if isinstance(key, int) else int(key[position])


class _Book:
    """All parts read so far, over one set of dictionaries."""

    def __init__(self, names: Names, found: Findings) -> None:
        self.names, self.found = names, found
        known_slots = sorted(set().union({ACTUAL}, *names.slots.values()))
        self.lexicons: dict[str, Lexicon] = {
            "subject": Lexicon(names.subjects),
            "item": Lexicon(names.items),
            "slot": Lexicon({**{slot: slot for slot in known_slots}, **names.slot_names}, [ACTUAL]),
            "period": Lexicon(names.periods, [""]),
            "judge": Judges(),
        }
        self.parts: list[_Part] = []

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Item by slot: does the item's method know the slot?"""
        items, slots = self.lexicons["item"].ids, self.lexicons["slot"].ids
        return np.array([[slot in self.names.slots_of(item) for slot in slots] for item in items], bool).reshape(
            len(items), len(slots)
        )

    # -- headers --

    def knows(self, header: str) -> bool:
        """Whether a header cell means something."""
        return bool(role(header)) or self._figure(header)[0] >= 0

    def _figure(self, header: str) -> tuple[int, int]:
        """Item and slot a wide column is about; UNKNOWN where the header does not say."""
        items, slots = self.lexicons["item"], self.lexicons["slot"]
        if (item := items.find(header)) >= 0:
            return item, 0 if self.allowed[item, 0] else Lexicon.UNKNOWN
        before, point, after = unicodedata.normalize("NFKC", header).rpartition(".")
        if not point or (item := items.find(before)) < 0:
            return Lexicon.UNKNOWN, Lexicon.UNKNOWN
        slot = slots.find(after)
        return item, slot if slot >= 0 and self.allowed[item, slot] else Lexicon.UNKNOWN

    def _layout(self, block: Block) -> _Layout:
        layout = _Layout({}, [], [])
        all_roles = [role(cell) for cell in block.header]
        long = {"item", VALUE} <= set(all_roles)
        seen: dict[tuple[int, int], int] = {}
        for column, (header, part) in enumerate(zip(block.header, all_roles, strict=True)):
            if part and (long or part not in ("item", "slot", VALUE)):
                if layout.roles.setdefault(part, column) != column:
                    self._twice(block, column, layout.roles[part])
            elif not folded(header):
                layout.strangers.append(column)
            elif long:
                self._unknown_column(block, column, [spelling for one in ROLES.values() for spelling in one])
            else:
                item, slot = self._figure(header)
                if item < 0:
                    self._unknown_column(block, column, list(self.names.items))
                elif slot < 0:
                    self._unknown_slot(block.head(column), _slot_text(header), item)
                elif seen.setdefault((item, slot), column) != column:
                    self._twice(block, column, seen[item, slot])
                else:
                    layout.figures.append((column, item, slot))
        if "subject" not in layout.roles:
            layout.roles["subject"] = layout.roles["name"]
        if long:
            layout.figures = [(layout.roles[VALUE], -1, -1)]
        return layout

    def _twice(self, block: Block, column: int, first: int) -> None:
        self.found.add("facts.column_twice", block.head(column), first=letters_of(first), again=letters_of(column))

    def _unknown_column(self, block: Block, column: int, known: list[str]) -> None:
        text = block.title(column)
        near = nearest(text, known)
        self.found.add(_name_code("column", near), block.head(column), column=_quoted(text), did_you_mean=near)

    def _unknown_slot(self, place: Place, text: str, item: int) -> None:
        code, figures = self._slot_finding(text, item)
        self.found.add(code, place, **figures)

    def _slot_finding(self, text: str, item: int) -> tuple[str, dict[str, object]]:
        item_id = self.lexicons["item"].ids[item]
        slots = self.names.slots_of(item_id)
        spellings = [one for one, slot in self.names.slot_names.items() if slot in slots] + sorted(slots)
        near = nearest(text, spellings)
        figures: dict[str, object] = {
            "slot": _quoted(text),
            "item": item_id,
            "known": sorted(slots),
            "did_you_mean": near,
        }
        return _name_code("slot", near), figures

    # -- rows --

    def add(self, block: Block) -> None:
        """The figures of a block; what is wrong with them goes to the findings."""
        layout = self._layout(block)
        block = block.without_blank_rows(layout.roles["subject"])
        for column in layout.strangers:
            filled = np.flatnonzero(~is_blank(block.columns[column]))
            if len(filled):
                self.found.add(
                    "facts.no_header", block.place(int(filled[0]), column), text=block.text(column, filled[0])
                )
        if not layout.figures:
            self.found.add("facts.no_figures", block.head())
        if not len(block):
            self.found.note("facts.no_rows", block.head())
            return
        keys: dict[str, Ints | int] = {
            "subject": self._key(block, layout, "subject", "facts.no_subject"),
            "period": self._key(block, layout, "period", ""),
            "judge": self._key(block, layout, "judge", ""),
        }
        for column, item, slot in layout.figures:
            if item < 0:
                keys["item"] = self._key(block, layout, "item", "facts.no_item")
                keys["slot"] = self._key(block, layout, "slot", "")
                self._check_slots(block, layout, keys["item"], keys["slot"])
            else:
                keys = keys | {"item": item, "slot": slot}
            values = self._values(block, column)
            if values is not None:
                self.parts.append(_Part(block, column, dict(keys), values))

    def _key(self, block: Block, layout: _Layout, name: str, no_blank: str) -> Ints | int:
        """The id numbers of a key column. Without `no_blank` an empty cell means the first id."""
        column = layout.roles.get(name)
        if column is None:
            return 0
        lexicon = self.lexicons[name]
        numbers: Ints = looked_up(block.columns[column], lexicon)
        if numbers.min(initial=0) < 0:
            blank, unknown = numbers == lexicon.BLANK, numbers == lexicon.UNKNOWN
            if no_blank:
                self.found.each(np.flatnonzero(blank), lambda at: (no_blank, block.place(at, column), {}))
            else:
                numbers[blank] = 0

            def tell(at: int) -> tuple[str, Place, dict[str, object]]:
                text = block.text(column, at)
                near = lexicon.nearest(text)
                return _name_code(name, near), block.place(at, column), {name: _quoted(text), "did_you_mean": near}

            if name != "slot":  # which slots there are depends on the item: `_check_slots` tells
                self.found.each(np.flatnonzero(unknown), tell)
        return numbers

    def _check_slots(self, block: Block, layout: _Layout, item: Ints | int, slot: Ints | int) -> None:
        assert not isinstance(item, int)
        lowest = slot if isinstance(slot, int) else slot.min(initial=0)
        if lowest >= 0 and (self.allowed[:, slot] if isinstance(slot, int) else self.allowed).all():
            return
        known = np.pad(self.allowed, ((0, 2), (0, 2)))  # the last columns, where -1 and -2 lead, stay forbidden
        wrong = np.flatnonzero((item >= 0) & ~known[item, slot])
        column = layout.roles.get("slot")

        def tell(at: int) -> tuple[str, Place, dict[str, object]]:
            text = (block.text(column, at) if column is not None else "") or ACTUAL
            place = block.place(at, layout.roles["item"] if column is None else column)
            code, figures = self._slot_finding(text, int(item[at]))
            return code, place, figures

        self.found.each(wrong, tell)

    def _values(self, block: Block, column: int) -> pa.Array | None:
        cells = _whole(block.columns[column])
        try:
            read = numerals.read_column(cells)
        except TypeError:
            kind = cells.type
            self.found.add(_kind_code(kind), block.head(column), text=str(kind))
            return None
        odd = block.odd.get(column, {})
        # a boolean or date would be told as "not a number"; what it is says more
        wrong = np.union1d(read.faulty, np.fromiter(odd, np.int64, len(odd))).astype(np.int64)

        def tell(at: int) -> tuple[str, Place, dict[str, object]]:
            if at in odd:
                return ODD_CODES[odd[at].kind], block.place(at, column), {"text": odd[at].text}
            fault = read.fault(at)
            return fault.code, block.place(at, column), dict(fault.figures)

        self.found.each(wrong, tell)
        return read.values

    # -- the whole --

    def refuse_duplicates(self) -> None:
        """The same figure twice, in one file or in two. Rows with a key that is not known have their own finding."""
        if not self.parts:
            return
        packed, starts = self._packed()
        if not _any_twice(packed):
            return
        valid = np.flatnonzero(packed >= 0)
        order = valid[np.argsort(packed[valid], kind="stable")]
        same = packed[order][1:] == packed[order][:-1]
        again = order[1:][same]
        # in a run of equal keys the first is the one in whose favour the others are refused
        begins = np.concatenate([[True], ~same])
        first = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))][1:][same]
        by_place = np.argsort(again, kind="stable")
        again, first = again[by_place], first[by_place]

        def tell(at: int) -> tuple[str, Place, dict[str, object]]:
            earlier = int(first[np.searchsorted(again, at)])
            part, position = self._part(at, starts)
            before, where = self._part(earlier, starts)
            place = before.block.place(where, before.column)
            figures: dict[str, object] = {
                "first_file": place.file,
                "first_sheet": place.sheet,
                "first_row": place.row,
                "first_column": place.column,
            }
            figures |= {name: self.lexicons[name].ids[part.key_at(name, position)] for name in KEYS}
            here = part.block.place(position, part.column)
            elsewhere = (here.file, here.sheet) != (place.file, place.sheet)
            return "facts.duplicate_elsewhere" if elsewhere else "facts.duplicate", here, figures

        self.found.each(again, tell)

    def _part(self, at: int, starts: Rows) -> tuple[_Part, int]:
        number = int(np.searchsorted(starts, at, "right")) - 1
        return self.parts[number], at - int(starts[number])

    def _packed(self) -> tuple[Rows, Rows]:
        """All keys of a row as one number, -1 where one of them is unknown."""
        lengths = [len(part.values) for part in self.parts]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        packed: Rows | None = None
        bad: npt.NDArray[np.bool_] | None = None
        space = 1
        for name in KEYS:
            size = max(1, len(self.lexicons[name].ids))
            used = [part.keys[name] for part in self.parts]
            if all(isinstance(one, int) and one == used[0] for one in used):
                continue
            space *= size
            if space >= 1 << 62:  # only with more raters than there are people; ids then need a hash, not a product
                raise OverflowError("more keys than a number of 64 bits can tell apart")
            first = self.parts[0].key(name)
            column = first if len(used) == 1 else np.concatenate([part.key(name) for part in self.parts])
            packed = column.astype(np.int64) if packed is None else _onto(packed, size, column)
            if self.found.blocked and column.min(initial=0) < 0:
                bad = (column < 0) if bad is None else bad | (column < 0)
        if packed is None:
            packed = np.zeros(sum(lengths), np.int64)
        if bad is not None:
            packed[bad] = -1
        return packed, starts

    def facts(self) -> Facts:
        """The one table. Only called when nothing blocks."""
        if not self.parts:
            return Facts(_no_facts())
        scale = max(part.values.type.scale for part in self.parts)
        places = [part.block for part in self.parts if part.block.rows is not None]
        origins = tuple(dict.fromkeys((block.file, block.sheet) for block in places))
        trail = [name for name in TRAIL if any(_trail_column(part.block, name) is not None for part in self.parts)]
        tables = [self._part_table(part, scale, trail, origins) for part in self.parts]
        table = tables[0] if len(tables) == 1 else pa.concat_tables(tables).combine_chunks()
        return Facts(table, origins)

    def _part_table(self, part: _Part, scale: int, trail: list[str], origins: tuple[tuple[str, str], ...]) -> pa.Table:
        length = len(part.values)
        columns = {name: _key_array(part.key(name), self._dictionary(name)) for name in KEYS}
        columns[VALUE] = part.values if part.values.type.scale == scale else _rescaled(part.values, scale)
        for name in trail:
            at = _trail_column(part.block, name)
            columns[name] = pa.nulls(length, pa.string()) if at is None else _trail(part.block.columns[at])
        if origins:
            rows = part.block.rows
            if rows is None:
                columns["origin"], columns["row"] = pa.nulls(length, pa.int32()), pa.nulls(length, pa.int32())
            else:
                number = origins.index((part.block.file, part.block.sheet))
                columns["origin"] = pa.array(np.full(length, number, np.int32))
                columns["row"] = pa.array(rows.astype(np.int32))
        return pa.table(columns)

    def _dictionary(self, name: str) -> pa.Array:
        return pa.array(self.lexicons[name].ids, pa.string())


def _onto(packed: Rows, size: int, column: Ints) -> Rows:
    packed *= size
    packed += column
    return packed


def _any_twice(packed: Rows) -> bool:
    """Whether two numbers are the same; -1 does not count."""
    most = int(packed.max(initial=-1))
    negative = int(packed.min(initial=0)) < 0
    known = packed[packed >= 0] if negative else packed
    if most < max(1 << 26, 16 * len(packed)):
        # the usual dense case: tick each key off on a board, twenty times as fast as sorting
        seen = np.zeros(most + 1, bool)
        seen[known] = True
        return bool(np.count_nonzero(seen) < len(known))
    ordered = np.sort(known)
    return bool((ordered[1:] == ordered[:-1]).any())


def _name_code(name: str, near: str | None) -> str:
    return NAME_CODES[name][near is not None]


def _quoted(text: str) -> str:
    return text[: numerals.QUOTED]


def _slot_text(header: str) -> str:
    """What a wide header says about the slot: what stands after its last point, or that it says nothing."""
    return unicodedata.normalize("NFKC", header).rpartition(".")[2] if "." in header else ACTUAL


def _kind_code(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "number.boolean"
    return "number.date" if pa.types.is_temporal(kind) else "parquet.type"


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def _key_array(numbers: Ints, dictionary: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), dictionary)


def _rescaled(values: pa.Array, scale: int) -> pa.Array:
    return values.cast(pa.decimal128(numerals.PRECISION, scale))


def _trail_column(block: Block, name: str) -> int | None:
    return next((at for at, header in enumerate(block.header) if role(header) == name), None)


def _trail(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Text as it was written, null where nothing was."""
    text = _whole(column).cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _no_facts() -> pa.Table:
    keys = {name: pa.array([], pa.dictionary(pa.int32(), pa.string())) for name in KEYS}
    return pa.table({**keys, VALUE: pa.array([], pa.decimal128(numerals.PRECISION, 0))})
