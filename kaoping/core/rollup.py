"""From indicators to the root: sums, means and geometric means, merged periods, bundles (docs/scoring.md §3).

Each depth of the tree is one table of rows (unit, period, line, parent, score, full_points, total, basis), deepest
first; a depth is made from the rows below it. `total` and `basis` are what a node's score was made from: the sum of
its children and of their full points (or weights).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa

from kaoping.core.algebra import NARROW
from kaoping.core.checks import bundle_depth
from kaoping.core.families import Family, Layout, half_up
from kaoping.core.numbers import decimals_of, geometric_mean, scaled, unscaled
from kaoping.core.plan import Line, full_points, places_of, weight_of
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.store import Store

Progress = Callable[[str, int, int], None]  # (stage, done, of)

NOBODY = -1  # number of a subject that does not exist
COLUMNS = "unit, period, line, parent, score, full_points, total, basis"
NOTHING = (
    "SELECT CAST(0 AS INTEGER) AS unit, CAST(0 AS INTEGER) AS period, CAST(0 AS INTEGER) AS line, "
    "CAST(0 AS INTEGER) AS parent, CAST(0 AS BIGINT) AS score, CAST(0 AS BIGINT) AS full_points, "
    "CAST(0 AS BIGINT) AS total, CAST(0 AS BIGINT) AS basis WHERE 1 = 0"
)


class RollUp:
    """Rolls a run's indicators up."""

    def __init__(self, layout: Layout, store: Store, scale: int, progress: Progress) -> None:
        self.layout, self.store, self.scale, self.progress = layout, store, scale, progress
        self.plan = layout.plan
        self.lines = self.plan.lines
        self.parents, self.children = self.plan.parents, self.plan.children
        self.at_depth: dict[int, list[int]] = defaultdict(list)
        for i, line in enumerate(self.lines):
            self.at_depth[line.depth].append(i)
        self.kind = "BIGINT"
        self.merges = any(line.node.merge for line in self.lines)
        weights = [weight_of(line) for line in self.lines]
        self.weight_scale = max(decimals_of(w) for w in weights)
        if any(line.combine == "mean" for line in self.lines):
            numbers = pa.array(range(len(self.lines)), type=pa.int32())
            whole = [scaled(w, self.weight_scale) for w in weights]
            if max(whole) > NARROW:
                figures = {"item": self.plan.tree.id, "digits": len(str(max(whole)))}
                raise NotValid([Finding("number.too_wide", Place(path="tree"), figures)])
            store.put("lines", pa.table({"line": numbers, "weight": pa.array(whole, type=pa.int64())}))

    def run(self, found: Sequence[Family]) -> tuple[list[str], list[str]]:
        """Tables of scores by depth (what counts upward), and tables of single periods of merged nodes.

        With bundles all is rolled up again for each link of the longest chain: after turn k, every subject whose
        bundles chain at most k deep is right.
        """
        self.kind = self._kind(found)
        turns = bundle_depth(self.plan)
        levels: list[str] = []
        parts: list[str] = []
        for turn in range(turns + 1):
            levels, parts = self._levels(found, levels, f"r{turn}", last=turn == turns)
        return levels, parts

    def _kind(self, found: Sequence[Family]) -> str:
        """64-bit integers where the largest score there is leaves room for every sum and product, else 128-bit ones."""
        largest = max((f.largest * 10 ** (self.scale - f.places) for f in found), default=0)
        points = [line.node.points for line in self.lines if line.node.points is not None]
        factor = max(
            scaled(max([self.plan.scale, *points]), self.scale),
            *(scaled(weight_of(line), self.weight_scale) for line in self.lines),
            *(scaled(w, decimals_of(w) + 4) for line in self.lines for w in line.node.merge.values()),
        )
        room = 2 * max(largest, factor) * len(self.lines) * factor
        return "BIGINT" if room <= NARROW else "HUGEINT"

    def _levels(
        self, found: Sequence[Family], before: Sequence[str], name: str, *, last: bool
    ) -> tuple[list[str], list[str]]:
        levels: list[str] = []
        parts: list[str] = []
        deepest = max(self.at_depth)
        for depth in range(deepest, -1, -1):
            self.progress("nodes", deepest - depth, deepest + 1)
            selects = [select for family in found if (select := self._leaves(family, depth))]
            if before:
                selects += self._bundled(before, depth, f"{name}_b{depth}", last=last)
            made = f"{name}_n{depth}"
            nodes = [i for i in self.at_depth[depth] if i in self.children]
            selects += self._nodes(levels[0], nodes, name) if nodes else []
            everything = " UNION ALL ".join(selects) or NOTHING
            merging = [i for i in self.at_depth[depth] if self.lines[i].node.merge]
            if merging:
                single = f"{name}_p{depth}"
                self.store.make(single, everything)
                self.store.make(made, self._merged(single, merging))
                self.store.name(f"{single}_m", f"SELECT * FROM {single} WHERE line IN {_listed(merging)}")
                parts.append(f"{single}_m")
            elif nodes:
                self.store.make(made, everything)
            else:
                self.store.name(made, everything)  # what the families hold already
            levels.insert(0, made)
        return levels, parts

    def _step(self, line: Line) -> int:
        """Units of the run's scale in one unit of the line's last place."""
        return int(10 ** (self.scale - places_of(self.plan, line)))

    # -- indicators

    def _leaves(self, family: Family, depth: int) -> str:
        """Scores of a family's indicators at a depth."""
        numbers = [n for n in family.leaves if self.lines[n].depth == depth]
        if not numbers:
            return ""
        factor = 10 ** (self.scale - family.places)
        value = family.raw if factor == 1 else f"{family.raw} * {factor}"
        if family.missing == "zero":
            value = f"coalesce({value}, 0)"
        tests = [] if len(numbers) == len(family.leaves) else [f"leaf IN {_listed(numbers)}"]
        if family.missing == "drop":
            tests.append("raw IS NOT NULL")
        full = {n: scaled(full_points(self.plan, self.lines[n]), self.scale) for n in numbers}
        cases = " ".join(f"WHEN {n} THEN {v}" for n, v in full.items())
        points = str(full[numbers[0]]) if len(set(full.values())) == 1 else f"CASE leaf {cases} END"
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        return f"SELECT unit, period, leaf AS line, parent, {self._amounts(value, points)} FROM {family.table}{where}"

    def _amounts(self, score: str, full: str, total: str = "NULL", basis: str = "NULL") -> str:
        """The figures of a row, each with its type."""
        return (
            f"CAST({score} AS BIGINT) AS score, CAST({full} AS BIGINT) AS full_points, "
            f"CAST({total} AS {self.kind}) AS total, CAST({basis} AS {self.kind}) AS basis"
        )

    # -- nodes

    def _nodes(self, below: str, nodes: Sequence[int], name: str) -> list[str]:
        """Scores of nodes from the level below; nodes that are made alike share a statement."""
        alike: dict[tuple[str, bool, int], list[int]] = defaultdict(list)
        for i in nodes:
            line = self.lines[i]
            alike[line.combine, line.node.points is None, self._step(line)].append(i)
        return [
            self._geometric(below, numbers, f"{name}_g{numbers[0]}")
            if how == "geometric"
            else self._combined(below, numbers, how, step, everybody=len(numbers) == len(nodes), named=not plain)
            for (how, plain, step), numbers in alike.items()
        ]

    def _combined(
        self, below: str, numbers: Sequence[int], how: str, step: int, *, everybody: bool, named: bool
    ) -> str:
        """Sums, or weighted means; `named` nodes stand for their own points whatever applies."""
        kind = self.kind
        points = self._case(numbers, lambda line: line.node.points) if named else ""
        if how == "sum":
            total, basis = f"CAST(sum(b.score) AS {kind})", f"CAST(sum(b.full_points) AS {kind})"
            value = _stepped("g.total", "1", step)
            full = points or "g.basis"
            if named:
                scaled_up = _stepped(f"g.total * {points}", "g.basis", step)
                value = f"CASE WHEN g.basis = {points} OR g.basis = 0 THEN {value} ELSE {scaled_up} END"
        else:
            total = f"CAST(sum(CAST(b.score AS {kind}) * c.weight) AS {kind})"
            basis = f"CAST(sum(c.weight) AS {kind})"
            value = f"CASE WHEN g.basis = 0 THEN 0 ELSE {_stepped('g.total', 'g.basis', step)} END"
            full = points or str(scaled(self.plan.scale, self.scale))
        weights = " JOIN lines AS c ON b.line = c.line" if how == "mean" else ""
        where = "b.parent >= 0" if everybody else f"b.parent IN {_listed(numbers)}"
        # without merged periods there is one period only, and one thing less to group by
        period, key = ("b.period", "b.unit, b.period, b.parent") if self.merges else ("0", "b.unit, b.parent")
        grouped = (
            f"SELECT b.unit AS unit, {period} AS period, b.parent AS line, {total} AS total, {basis} AS basis "
            f"FROM {below} AS b{weights} WHERE {where} GROUP BY {key}"
        )
        held = self._held(value, numbers)
        return (
            f"SELECT g.unit AS unit, g.period AS period, g.line AS line, {self._parent(numbers)} AS parent, "
            f"{self._amounts(held, full, 'g.total', 'g.basis')} FROM ({grouped}) AS g"
        )

    def _case(self, numbers: Sequence[int], of: Callable[[Line], Decimal | None]) -> str:
        """A number of the nodes at the run's scale: one for all, or by node; nodes without it have none."""
        values = {n: of(self.lines[n]) for n in numbers}
        whole = {n: scaled(v, self.scale) for n, v in values.items() if v is not None}
        if len(whole) == len(values) and len(set(whole.values())) == 1:
            return f"CAST({next(iter(whole.values()))} AS {self.kind})"
        cases = " ".join(f"WHEN {n} THEN {v}" for n, v in whole.items())
        return f"CAST(CASE g.line {cases} END AS {self.kind})" if whole else ""

    def _parent(self, numbers: Sequence[int]) -> str:
        """What the nodes stand below."""
        parents = {n: self.parents[n] for n in numbers}
        if len(set(parents.values())) == 1:
            return f"CAST({parents[numbers[0]]} AS INTEGER)"
        cases = " ".join(f"WHEN {n} THEN {p}" for n, p in parents.items())
        return f"CAST(CASE g.line {cases} END AS INTEGER)"

    def _held(self, value: str, numbers: Sequence[int]) -> str:
        """The nodes' own caps and floors."""
        for sign, of in ((">", lambda line: line.node.cap), ("<", lambda line: line.node.floor)):
            if limit := self._case(numbers, of):
                value = f"(CASE WHEN {value} {sign} {limit} THEN {limit} ELSE {value} END)"
        return value

    def _geometric(self, below: str, numbers: Sequence[int], name: str) -> str:
        """Geometric means come from `numbers`, not from the store, so that all stores have the same digits."""
        children = [child for n in numbers for child in self.children[n]]
        table = self.store.read(f"SELECT unit, period, line, score FROM {below} WHERE line IN {_listed(children)}")
        cells: dict[tuple[int, int, int], list[tuple[Decimal, Decimal]]] = defaultdict(list)
        for unit, period, line, value in zip(*(table[c].to_pylist() for c in table.column_names), strict=True):
            cells[unit, period, self.parents[line]].append((unscaled(value, self.scale), weight_of(self.lines[line])))
        rows = [
            (*key, self.parents[key[2]], *self._geometric_mean(key[0], key[2], pairs)) for key, pairs in cells.items()
        ]
        columns = list(zip(*rows, strict=True)) or [()] * 6
        names = ("unit", "period", "line", "parent", "score", "full_points")
        kinds = (pa.int32(), pa.int32(), pa.int32(), pa.int32(), pa.int64(), pa.int64())
        self.store.put(name, pa.table({n: pa.array(c, type=k) for n, c, k in zip(names, columns, kinds, strict=True)}))
        return (
            f"SELECT unit, period, line, parent, score, full_points, CAST(NULL AS {self.kind}) AS total, "
            f"CAST(NULL AS {self.kind}) AS basis FROM {name}"
        )

    def _geometric_mean(self, unit: int, number: int, pairs: Sequence[tuple[Decimal, Decimal]]) -> tuple[int, int]:
        line = self.lines[number]
        places = places_of(self.plan, line)
        try:
            mean = geometric_mean(pairs, places) * 10 ** (self.scale - places)
        except ValueError as error:
            figures = {"subject": self.plan.subjects[unit].id, "item": line.node.id, "name": line.node.name}
            raise NotValid([Finding("node.negative_geometric", Place(path=line.path), figures)]) from error
        if line.node.cap is not None:
            mean = min(mean, scaled(line.node.cap, self.scale))
        if line.node.floor is not None:
            mean = max(mean, scaled(line.node.floor, self.scale))
        full = line.node.points if line.node.points is not None else self.plan.scale
        return mean, scaled(full, self.scale)

    def _merged(self, single: str, merging: Sequence[int]) -> str:
        """Merge the periods of nodes; the other lines pass."""
        selects = [f"SELECT {COLUMNS} FROM {single} WHERE line NOT IN {_listed(merging)}"]
        codes = {period.id: i + 1 for i, period in enumerate(self.plan.periods)}
        for number in merging:
            merge = self.lines[number].node.merge
            places = max(decimals_of(w) for w in merge.values())
            weights = " ".join(f"WHEN {codes[p]} THEN {scaled(w, places)}" for p, w in merge.items())
            weight = f"CAST(CASE period {weights} END AS {self.kind})"
            grouped = (
                f"SELECT unit, CAST(sum(score * {weight}) AS {self.kind}) AS total, "
                f"CAST(sum({weight}) AS {self.kind}) AS basis, max(period) AS last_period "
                f"FROM {single} WHERE line = {number} GROUP BY unit"
            )
            value = _stepped("g.total", "g.basis", self._step(self.lines[number]))
            amounts = self._amounts(value, "f.full_points", "g.total", "g.basis")
            selects.append(
                f"SELECT g.unit AS unit, 0 AS period, {number} AS line, f.parent AS parent, {amounts} "
                f"FROM ({grouped}) AS g "
                f"JOIN {single} AS f ON f.unit = g.unit AND f.line = {number} AND f.period = g.last_period"
            )
        return " UNION ALL ".join(selects)

    # -- bundles

    def _bundled(self, before: Sequence[str], depth: int, name: str, *, last: bool) -> list[str]:
        """Points of bundled indicators at a depth from what the turn before made of the nodes they read."""
        selects = []
        for number in self.at_depth[depth]:
            line = self.lines[number]
            if line.node.method == "bundle" and (links := self._links(line)).num_rows:
                self.store.put(f"{name}_{number}", links)
                selects.append(self._bundle(before, number, f"{name}_{number}", last=last))
        return selects

    def _links(self, line: Line) -> pa.Table:
        """One row for each subject, period and subject it is bundled with."""
        subjects = {s.id: i for i, s in enumerate(self.plan.subjects)}
        by_category: dict[str, list[int]] = defaultdict(list)
        for i, s in enumerate(self.plan.subjects):
            by_category[s.category].append(i)
        applies = self.layout.applies(line)
        codes = [code for _, code in self.layout.periods(line)]
        of: Mapping[str, Sequence[str]] = line.node.params["of"]
        rows: list[tuple[int, int, int]] = []
        for i, subject in enumerate(self.plan.subjects):
            if applies[i]:
                names = of.get(subject.id) or of.get(subject.category) or ()
                found = [j for n in names for j in ([subjects[n]] if n in subjects else by_category[n])]
                rows += [(i, code, j) for code in codes for j in dict.fromkeys(found or [NOBODY])]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        names_ = ("unit", "period", "source")
        return pa.table({n: pa.array(c, type=pa.int32()) for n, c in zip(names_, columns, strict=True)})

    def _bundle(self, before: Sequence[str], number: int, links: str, *, last: bool) -> str:
        line = self.lines[number]
        node = line.node
        target = next(i for i, other in enumerate(self.lines) if other.node.id == node.params["node"])
        full = scaled(full_points(self.plan, line), self.scale)
        level = before[self.lines[target].depth]
        grouped = (
            "SELECT k.unit AS unit, k.period AS period, CAST(sum(s.score) AS HUGEINT) AS total, "
            f"CAST(sum(s.full_points) AS HUGEINT) AS basis FROM {links} AS k LEFT JOIN {level} AS s "
            f"ON s.unit = k.source AND s.period = k.period AND s.line = {target} GROUP BY k.unit, k.period"
        )
        if last and node.missing not in ("zero", "drop"):
            self._refuse_missing(grouped, line)
        value = _stepped(f"g.total * {full}", "nullif(g.basis, 0)", self._step(line))
        for sign, limit in ((">", node.cap), ("<", node.floor)):
            if limit is not None:
                edge = scaled(limit, self.scale)
                value = f"(CASE WHEN {value} {sign} {edge} THEN {edge} ELSE {value} END)"
        where = " WHERE g.basis > 0"
        if node.missing == "zero":
            value, where = f"coalesce({value}, 0)", ""
        return (
            f"SELECT g.unit AS unit, g.period AS period, {number} AS line, "
            f"CAST({self.parents[number]} AS INTEGER) AS parent, "
            f"{self._amounts(value, str(full), 'g.total', 'g.basis')} FROM ({grouped}) AS g{where}"
        )

    def _refuse_missing(self, grouped: str, line: Line) -> None:
        rows = self.store.read(
            f"SELECT unit, period FROM ({grouped}) AS g WHERE basis IS NULL OR basis = 0"
        ).to_pylist()
        if rows:
            raise NotValid(
                Finding("cell.missing", Place(path=line.path), {**named(self.layout, line, row), "slots": []})
                for row in rows
            )


def named(layout: Layout, line: Line, row: Mapping[str, int]) -> dict[str, object]:
    """Subject, indicator and period of a cell, for a finding."""
    subject = layout.plan.subjects[row["unit"]]
    period = layout.plan.periods[row["period"] - 1].id if row["period"] else ""
    return {
        "subject": subject.id, "subject_name": subject.name, "item": line.node.id, "name": line.node.name,
        "period": period,
    }  # fmt: skip


def _listed(numbers: Sequence[int]) -> str:
    return f"({', '.join(map(str, numbers))})"


def _stepped(num: str, den: str, step: int) -> str:
    """num / den rounded half up to a multiple of `step`."""
    if den == "1" and step == 1:
        return num
    divisor = str(step) if den == "1" else den if step == 1 else f"{den} * {step}"
    value = half_up(num, divisor)
    return value if step == 1 else f"({value} * {step})"
