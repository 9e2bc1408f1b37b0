"""Indicators that share a method, computed together: their cells, their program, and the statements it becomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kaoping.core import formulas
from kaoping.core.algebra import (
    KIND,
    NARROW,
    WIDE,
    Call,
    Condition,
    Group,
    Let,
    Program,
    Quantity,
    Rank,
    first_known,
)
from kaoping.core.figures import Key, Series, constant, filled, progress, scored_periods
from kaoping.core.methods import METHODS, Cells, Method
from kaoping.core.numbers import FUNCTIONS, decimals_of, scaled
from kaoping.core.plan import Line, Node, Plan, Subject, full_points, named_slots, places_of, required_slots, slots_of
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.store import Store

NARROW_DIGITS = 13  # integers of figures up to here usually leave room for 64-bit arithmetic


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a recorded figure stands: numerator and denominator column (or number), and its scale."""

    num: str
    den: str | None
    scale: int


@dataclass
class Family:
    """One family: its indicators, where its results are, and what its columns mean."""

    table: str
    method: Method
    leaves: list[int]  # line numbers in the plan
    places: int  # decimals of its scores
    slots: dict[str, Recorded]
    steps: dict[str, Recorded]
    how: list[str]
    refusals: list[str]
    missing: str
    required: tuple[str, ...]
    largest: int = 0  # largest size of a score that occurs, x 10^places

    @property
    def raw(self) -> str:
        """The column of its scores, missing ones included."""
        return "score" if self.missing == "average" else "raw"


@dataclass
class Layout:
    """What all families share: comparison groups of subjects, to whom each indicator applies, its periods."""

    plan: Plan
    series: Mapping[Key, Series]
    groups: dict[str, npt.NDArray[np.int32]] = field(default_factory=dict)
    _applies: dict[object, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def group(self, compare: str) -> npt.NDArray[np.int32]:
        """Comparison group of each subject."""
        if compare not in self.groups:
            self.groups[compare] = group_numbers(self.plan.subjects, compare)
        return self.groups[compare]

    def applies(self, line: Line) -> npt.NDArray[np.bool_]:
        """To which subjects an indicator applies."""
        chain = tuple(here.node.applies for here in (line, *line.above))
        key = tuple(x for x in chain if x.categories or x.subjects or x.exceptions)
        if key not in self._applies:
            subjects = self.plan.subjects
            everybody = np.ones(len(subjects), dtype=bool)
            self._applies[key] = np.array([self.plan.applies(line, s) for s in subjects]) if key else everybody
        return self._applies[key]

    def periods(self, line: Line) -> tuple[tuple[int, int], ...]:
        """(number of a scored period, code it is stored under) for an indicator: code 0 where no periods are merged."""
        all_periods = scored_periods(self.plan)
        if line.merge_above is None:
            return ((len(all_periods) - 1, 0),) if _named_in(line, all_periods[-1].id) else ()
        merged = line.merge_above.node.merge
        return tuple(
            (i, i + 1) for i, period in enumerate(all_periods) if period.id in merged and _named_in(line, period.id)
        )


def _named_in(line: Line, period: str) -> bool:
    return all(not here.node.periods or period in here.node.periods for here in (line, *line.above))


def group_numbers(subjects: Sequence[Subject], compare: str) -> npt.NDArray[np.int32]:
    """A number for each subject's category or group; the same number for all with `all`."""
    if compare == "all":
        return np.zeros(len(subjects), dtype=np.int32)
    texts = [s.category if compare == "category" else s.group for s in subjects]
    numbers = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return np.array([numbers[text] for text in texts], dtype=np.int32)


# -- which indicators belong together


def families(layout: Layout) -> list[list[int]]:
    """Line numbers of indicators grouped so that one program serves each group. Bundled indicators are left out."""
    together: dict[object, list[int]] = defaultdict(list)
    for number, line in enumerate(layout.plan.lines):
        if line.node.is_leaf and line.node.method != "bundle":
            together[_signature(layout, line)].append(number)
    return list(together.values())


def _signature(layout: Layout, line: Line) -> object:
    """Everything that shapes the program; plain numbers may differ inside a family."""
    node = line.node
    method = METHODS[node.method]
    shape = tuple(
        (key, _shape(param.kind, node.params[key])) for key, param in method.params.items() if key in node.params
    )
    own = node.id if node.formulas else ""  # elements differ, so each formula indicator stands alone
    figures = tuple((slot, _kind(layout, node, slot)) for slot in slots_of(node))
    return (
        node.method, node.direction, shape, own, figures, node.missing, node.compare, places_of(layout.plan, line),
        node.cap is None, node.floor is None, layout.periods(line), line.account is None,
    )  # fmt: skip


def _shape(kind: str, value: object) -> object:
    return None if kind == "number" else value if not isinstance(value, Mapping) else tuple(value.items())


def _kind(layout: Layout, node: Node, slot: str) -> object:
    """How a slot is filled and how wide its figures are."""
    if slot in node.formulas:
        return "formula"
    series = layout.series.get((node.id, slot))
    if series is None:
        return "constant" if slot in node.values or (slot == "progress") else "absent"
    return series.scale, series.bound >= 10**NARROW_DIGITS


# -- one family


@dataclass
class _Columns:
    """Columns of a family's cells while they are brought together, and the parameters that differ by indicator."""

    names: list[str] = field(default_factory=list)
    arrays: list[pa.Array] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    params: dict[str, list[int]] = field(default_factory=dict)


class Builder:
    """Builds and runs one family on a store."""

    def __init__(self, layout: Layout, numbers: list[int], name: str, *, record: bool) -> None:
        self.layout, self.numbers, self.name, self.record = layout, numbers, name, record
        self.plan = layout.plan
        self.lines = [self.plan.lines[n] for n in numbers]
        self.node = self.lines[0].node
        self.method = METHODS[self.node.method]
        self.periods = layout.periods(self.lines[0])
        self.places = places_of(self.plan, self.lines[0])
        self.program = Program(len(self.plan.subjects), self.plan.rounding.value)
        self.columns = _Columns()
        self.slots: dict[str, Quantity] = {}
        self.imputed: Condition | None = None

    def run(self, store: Store) -> Family | None:
        """Compute the family's scores into a table; None if it has no cells."""
        if not self.periods or not self._cells():
            return None
        cells, points = self._program()
        family, fields = self._finished(cells, points)
        if self.program.longest > WIDE:  # a longer number in a text would be read as a double
            figures = {"item": self.node.id, "digits": len(str(self.program.longest))}
            raise NotValid([Finding("number.too_wide", Place(path=self.lines[0].path), figures)])
        self._execute(store, fields)
        return family

    # cells: one row per indicator, period and subject

    def _cells(self) -> int:
        parts: list[tuple[int, int, npt.NDArray[np.bool_]]] = []
        for position, line in enumerate(self.lines):
            applies = self.layout.applies(line)
            parts += [(position, code, applies) for _, code in self.periods if applies.any()]
        if not parts:
            return 0
        everyone = all(bool(applies.all()) for _, _, applies in parts)
        subjects = np.arange(len(self.plan.subjects), dtype=np.int32)
        group = self.layout.group(self.node.compare)
        # the comparison group of a cell as one number: what is compared with each other shares it
        groups = int(group.max()) + 1
        wide = np.int32 if groups * len(parts) < 2**31 else np.int64
        if everyone:
            sizes = np.full(len(parts), len(subjects))
            unit, grp = np.tile(subjects, len(parts)), np.tile(group.astype(wide), len(parts))
        else:
            sizes = np.array([int(applies.sum()) for _, _, applies in parts])
            unit = np.concatenate([subjects[applies] for _, _, applies in parts])
            grp = np.concatenate([group[applies] for _, _, applies in parts]).astype(wide)
        grp += np.repeat(np.arange(len(parts), dtype=wide) * groups, sizes)

        def each(numbers: list[int]) -> npt.NDArray[np.int32]:
            return np.repeat(np.array(numbers, dtype=np.int32), sizes)

        keys = {
            "unit": unit,
            "period": each([code for _, code, _ in parts]),
            "leaf": each([self.numbers[p] for p, _, _ in parts]),
            "parent": each([self.plan.parents[self.numbers[p]] for p, _, _ in parts]),
            "grp": grp,
        }
        for name, array in keys.items():
            self.columns.names.append(name)
            self.columns.arrays.append(pa.array(array))
        self.everyone = everyone
        for slot in slots_of(self.node):
            self._slot(slot)
        for slot in dict.fromkeys(e for f in self.node.formulas.values() for e in formulas.names(formulas.parse(f))):
            if slot not in slots_of(self.node):
                self._element(slot)
        return int(sizes.sum())

    def _slot(self, slot: str) -> None:
        kind = _kind(self.layout, self.node, slot)
        # a count that nobody reported is none, where the plan reads missing as zero
        counted = self.node.missing == "zero" and slot in named_slots(self.method, self.node.params)
        if kind == "formula":
            return
        if kind == "absent":
            self.slots[slot] = self.program.constant(0) if counted else self.program.missing
        elif kind == "constant" and slot in self.node.values:
            self.slots[slot] = self._number([line.node.values[slot] for line in self.lines])
        else:
            self._column(slot, [self._series(line.node, slot) for line in self.lines])
            if counted:
                known = first_known(self.slots[slot], self.program.constant(0))
                self.slots[slot] = self.program.let(known, "count")

    def _series(self, node: Node, slot: str) -> Series:
        shape = (len(scored_periods(self.plan)), len(self.plan.subjects))
        found = self.layout.series.get((node.id, slot))
        if slot == "progress" and slot not in node.values:
            planned = progress(self.plan)
            return planned if found is None else filled(found, planned)
        if found is not None and slot in node.values:
            return filled(found, constant(node.values[slot], shape))
        assert found is not None
        return found

    def _element(self, name: str) -> None:
        element = next(e for e in self.plan.elements if name in (e.id, e.name))
        series = self.layout.series.get((element.id, "actual"))
        if series is None:
            self.slots[name] = self.program.missing
        else:
            self._column(name, [series], f"e_{len(self.columns.names)}")

    def _column(self, slot: str, series: list[Series], column: str = "") -> None:
        """Lay the figures of all indicators of the family end to end, in the order of the cells."""
        scale = max(s.scale for s in series)
        values, known = [], []
        complete = all(bool(one.known.all()) for one in series)
        for line, one in zip(self.lines, series, strict=True):
            applies = None if self.everyone else self.layout.applies(line)
            factor = 10 ** (scale - one.scale)
            for i, _ in self.periods:
                row, there = one.values[i], one.known[i]
                if applies is not None:
                    row, there = row[applies], there[applies]
                values.append(row * factor if factor > 1 else row)
                if not complete:
                    known.append(there)
        whole = np.concatenate(values)
        mask = np.concatenate(known) if known else np.ones(len(whole), dtype=bool)
        bound = max(one.bound * 10 ** (scale - one.scale) for one in series)
        # a slot may be named in Chinese or with signs: columns are numbered
        column = column or f"s_{len(self.columns.names)}"
        self.columns.names.append(column)
        if whole.dtype == object or bound > NARROW:
            texts = [Decimal(int(v)) if k else None for v, k in zip(whole, mask, strict=True)]
            self.columns.arrays.append(pa.array(texts, type=pa.decimal128(38, 0)))
            self.program.reach(bound)
        else:
            self.columns.arrays.append(pa.array(whole) if complete else pa.array(whole, mask=~mask))
        self.columns.wide.append(column)
        signed = any(one.signed for one in series)
        self.slots[slot] = self.program.column(column, scale, bound, signed=signed)

    def _number(self, values: Sequence[Decimal]) -> Quantity:
        """A number of the rule: a constant if all indicators of the family share it, else a column of parameters."""
        if len(set(values)) == 1:
            return self.program.constant(values[0])
        scale = max(decimals_of(v) for v in values)
        column = f"p_{len(self.columns.params)}"
        whole = [scaled(v, scale) for v in values]
        self.columns.params[column] = whole
        return self.program.column(column, scale, max(abs(w) for w in whole), signed=min(whole) < 0)

    # the program

    def _program(self) -> tuple[Cells, Quantity]:
        node, method = self.node, self.method
        for slot, text in node.formulas.items():
            self._formula(slot, text)
        if node.missing == "impute" and "actual" in self.slots:
            self._impute()
        params: dict[str, object] = {}
        for key, param in method.params.items():
            if key in node.params and param.kind == "number":
                params[key] = self._number([line.node.params[key] for line in self.lines])
            else:
                params[key] = node.params.get(key, param.default)
        full = self._number([full_points(self.plan, line) for line in self.lines])
        in_tree = self.lines[0].account is None
        cells = Cells(self.program, self.slots, params, full, node.direction == "up", in_tree)
        points = self.program.let(method.score(cells).rounded(self.places), "points")
        if node.cap is not None:
            cap = self._number([line.node.cap or Decimal(0) for line in self.lines])
            points = self.program.let(points.at_most(cap), "points")
        if node.floor is not None:
            floor = self._number([line.node.floor or Decimal(0) for line in self.lines])
            points = self.program.let(points.at_least(floor), "points")
        # a cap may have more decimals than a score: it holds as it stands
        points = self.program.let(points.rounded(max(self.places, points.scale)), "points")
        self.kept = points.scale
        return cells, points

    def _formula(self, slot: str, text: str) -> None:
        tree = formulas.parse(text)
        for name in sorted(formulas.names(tree)):
            if name not in self.slots and name in self.node.formulas:
                self._formula(name, self.node.formulas[name])
        value = formulas.quantity(tree, self.slots, self.program)
        self.slots[slot] = self.program.let(value.rounded(self.program.places), "f")

    def _impute(self) -> None:
        actual = self.slots["actual"]
        total, count = self.program.group("sum", actual), self.program.group("count", actual)
        mean = self.program.let((total / count).rounded(self.program.places), "mean")
        self.imputed = ~actual.known()
        self.slots["actual"] = self.program.let(first_known(actual, mean), "actual")

    def _finished(self, cells: Cells, points: Quantity) -> tuple[Family, dict[str, str]]:
        """The family and the columns of its table: recorded figures, which sentence, what was refused, the score."""
        required = required_slots(self.node)
        if self.node.method == "formula":
            required = ()  # a formula itself says what a missing figure means
        known = [self.slots[s].known().sql for s in required if s in self.slots]
        score = f"CASE WHEN {' AND '.join(known)} THEN {points.num} END" if known else points.num
        fields: dict[str, str] = {}
        slots: dict[str, Recorded] = {}
        steps: dict[str, Recorded] = {}
        if self.record:
            slots = {name: _record(fields, q) for name, q in self.slots.items()}
            steps = {name: _record(fields, q) for name, q in cells.steps.items()}
            fields["how"] = _cases([(c.sql if c else None, i) for i, (c, _) in enumerate(cells.how)])
            if self.imputed is not None:
                fields["was_imputed"] = f"CASE WHEN {self.imputed.sql} THEN 1 ELSE 0 END"
        # a figure is refused only where all are there; what is missing is missing first
        refused = [(" AND ".join([*known, f"({c.sql})"]), i) for i, (c, _) in enumerate(cells.refused)]
        if refused:
            fields["bad"] = _cases([*refused, (None, None)])
        fields["raw"] = f"CAST({score} AS BIGINT)"
        family = Family(
            self.name, self.method, self.numbers, self.kept, slots, steps,
            [code for _, code in cells.how], [code for _, code in cells.refused], self.node.missing, required,
        )  # fmt: skip
        return family, fields

    # statements

    def _execute(self, store: Store, fields: Mapping[str, str]) -> None:
        """Run the program, then make the family's table from it."""
        wide = self.program.peak > NARROW
        kind = "HUGEINT" if wide else "BIGINT"
        self.program.ops = [
            replace(op, sql=op.sql.replace(KIND, kind)) if isinstance(op, Let) else op for op in self.program.ops
        ]
        temporary: list[str] = []
        source = self._computed(store, self._base(store, wide), temporary)
        columns = ", ".join(f"{sql.replace(KIND, kind)} AS {name}" for name, sql in fields.items())
        averaged = self.node.missing == "average"
        key = "unit, period, leaf, parent, grp" if averaged else "unit, period, leaf, parent"
        made = f"{self.name}_raw" if averaged else self.name
        store.make(made, f"SELECT {key}, {columns} FROM {source} AS x")
        if averaged:
            temporary.append(made)
            step = 10 ** (self.kept - self.places)
            mean = f"{half_up('sum(raw) OVER w', f'count(raw) OVER w * {step}')} * {step}"
            score = f"CASE WHEN raw IS NOT NULL THEN raw ELSE {mean} END AS score"
            store.make(self.name, f"SELECT *, {score} FROM {made} WINDOW w AS (PARTITION BY grp)")
        for name in temporary:
            store.drop(name)

    def _computed(self, store: Store, source: str, temporary: list[str]) -> str:
        """The cells with every column of the program; what comparison groups need is kept in tables on the way."""
        pending: list[Let] = []
        for kind, group in groupby(self.program.ops, key=lambda op: type(op).__name__):
            ops: list[Any] = list(group)
            if kind == "Let":
                pending += ops
                continue
            if kind == "Rank":
                columns = ", ".join(_rank(op) for op in ops)
                source = f"(SELECT *, {columns} FROM {_nested(source, pending)} AS x)"
            else:
                if pending:  # what is grouped is computed once
                    source = self._kept(store, _nested(source, pending), temporary)
                source = (self._grouped if kind == "Group" else self._called)(store, source, ops, temporary)
            pending = []
        return _nested(source, pending)

    def _base(self, store: Store, wide: bool) -> str:
        cells = f"{self.name}_cells"
        store.put(cells, pa.Table.from_arrays(self.columns.arrays, names=self.columns.names))
        if not wide and not self.columns.params:
            return cells
        kinds = {name: f"CAST(c.{name} AS HUGEINT) AS {name}" if wide else f"c.{name}" for name in self.columns.wide}
        parts = ["c.unit", "c.period", "c.leaf", "c.parent", "c.grp", *kinds.values()]
        if not self.columns.params:
            return f"(SELECT {', '.join(parts)} FROM {cells} AS c)"
        for name, values in self.columns.params.items():
            parts.append(
                f"CAST(p.{name} AS HUGEINT) AS {name}" if wide or max(map(abs, values)) > NARROW else f"p.{name}"
            )
        table = pa.table(
            {"leaf": pa.array(self.numbers, type=pa.int32())}
            | {name: _int_array(values) for name, values in self.columns.params.items()}
        )
        store.put(f"{self.name}_rules", table)
        return f"(SELECT {', '.join(parts)} FROM {cells} AS c JOIN {self.name}_rules AS p ON c.leaf = p.leaf)"

    def _kept(self, store: Store, source: str, temporary: list[str]) -> str:
        name = f"{self.name}_t{len(temporary)}"
        store.make(name, f"SELECT * FROM {source} AS x")
        temporary.append(name)
        return name

    def _grouped(self, store: Store, source: str, ops: list[Group], temporary: list[str]) -> str:
        name = f"{self.name}_g{len(temporary)}"
        aggregates = ", ".join(_aggregate(op, wide=self.program.peak > NARROW) for op in ops)
        store.make(name, f"SELECT grp, {aggregates} FROM {source} AS x GROUP BY grp")
        temporary.append(name)
        picked = ", ".join(f"b.{op.name}" for op in ops)
        return f"(SELECT a.*, {picked} FROM {source} AS a JOIN {name} AS b ON a.grp = b.grp)"

    def _called(self, store: Store, source: str, ops: list[Call], temporary: list[str]) -> str:
        """Functions of `numbers` on the distinct arguments, joined back: the same digits on every store."""
        kind = "HUGEINT" if self.program.peak > NARROW else "BIGINT"
        for op in ops:
            name = f"{self.name}_c{len(temporary)}"
            pairs = f"SELECT DISTINCT {op.num} AS a, CAST({op.den} AS {kind}) AS b FROM {source} AS x"
            found = store.read(f"{pairs} WHERE {op.num} IS NOT NULL")
            nums, dens = ([int(x) for x in found[column].to_pylist()] for column in ("a", "b"))
            function = FUNCTIONS[op.function]
            places = self.program.places
            results = [function(Fraction(a, b * 10**op.scale), places) for a, b in zip(nums, dens, strict=True)]
            store.put(name, pa.table({"a": _int_array(nums), "b": _int_array(dens), "r": _int_array(results)}))
            temporary.append(name)
            den = f"x.{op.den}" if op.den.isidentifier() else op.den
            source = (
                f"(SELECT x.*, CAST(c.r AS {kind}) AS {op.name} FROM {source} AS x "
                f"LEFT JOIN {name} AS c ON x.{op.num} = c.a AND {den} = c.b)"
            )
        return source


def _int_array(values: Sequence[int | None]) -> pa.Array:
    if all(v is None or abs(v) <= NARROW for v in values):
        return pa.array(values, type=pa.int64())
    return pa.array([None if v is None else Decimal(v) for v in values], type=pa.decimal128(38, 0))


def _record(fields: dict[str, str], quantity: Quantity) -> Recorded:
    """Make sure that a quantity's integers are columns of the result."""
    den = quantity.den.text if quantity.den.factors else None
    names = [text if text is None or _is_number(text) else _field(fields, text) for text in (quantity.num, den)]
    return Recorded(str(names[0]), names[1], quantity.scale)


def _is_number(text: str) -> bool:
    return text.strip("()-").isdigit()


def _field(fields: dict[str, str], text: str) -> str:
    """The name under which a text is a column of the result."""
    if text.isidentifier():
        fields.setdefault(text, text)
        return text
    for name, sql in fields.items():
        if sql == text:
            return name
    name = f"r_{len(fields)}"
    fields[name] = text
    return name


def _cases(branches: Sequence[tuple[str | None, int | None]]) -> str:
    """CASE with the first condition that holds; a branch without condition is the rest."""
    when = " ".join(f"WHEN {sql} THEN {value}" for sql, value in branches if sql is not None)
    rest = next((value for sql, value in branches if sql is None), None)
    otherwise = "NULL" if rest is None else str(rest)
    return f"CAST({f'CASE {when} ELSE {otherwise} END' if when else otherwise} AS SMALLINT)"


def _rank(op: Rank) -> str:
    order = "DESC" if op.descending else "ASC"
    place = f"rank() OVER (PARTITION BY grp ORDER BY {op.column} {order} NULLS LAST)"
    return f"CASE WHEN {op.column} IS NOT NULL THEN {place} END AS {op.name}"


def _aggregate(op: Group, *, wide: bool) -> str:
    text = f"{op.aggregate}({op.column})"
    if op.aggregate in ("sum", "count"):
        text = f"CAST({text} AS {'HUGEINT' if wide else 'BIGINT'})"
    return f"{text} AS {op.name}"


def _nested(source: str, lets: Sequence[Let]) -> str:
    """The lets as sub-selects, as few levels as their references allow."""
    levels: list[list[Let]] = []
    defined: dict[str, int] = {}
    for let in lets:
        level = max((at + 1 for name, at in defined.items() if _mentions(let.sql, name)), default=0)
        while len(levels) <= level:
            levels.append([])
        levels[level].append(let)
        defined[let.name] = level
    for level_lets in levels:
        columns = ", ".join(f"{let.sql} AS {let.name}" for let in level_lets)
        source = f"(SELECT *, {columns} FROM {source} AS x)"
    return source


def _mentions(sql: str, name: str) -> bool:
    at = sql.find(name)
    while at >= 0:
        before, after = sql[at - 1 : at] if at else "", sql[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_"):
            return True
        at = sql.find(name, at + 1)
    return False


def half_up(num: str, den: str) -> str:
    """num / den as a whole number, half up away from zero; den is positive."""
    whole = f"((2 * ({num}) + ({den})) // (2 * ({den})))"
    return f"(CASE WHEN ({num}) < 0 THEN -((2 * (-({num})) + ({den})) // (2 * ({den}))) ELSE {whole} END)"
