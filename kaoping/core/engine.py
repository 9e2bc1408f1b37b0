"""The engine: a plan scored on facts, exactly, stage by stage, each stage leaving its steps behind.

The law is `docs/scoring.md`. Every stage is SQL text over integers (DuckDB's dialect), run on a `Store`; the digits are
the same on every store. Scores are kept as integers x 10^`scale`, one scale for the whole run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from kaoping.core import figures, standing
from kaoping.core.checks import bundle_depth
from kaoping.core.facts import Facts
from kaoping.core.families import Builder, Family, Layout, Recorded, families, group_numbers, half_up
from kaoping.core.numbers import decimals_of, geometric_mean, scaled, unscaled
from kaoping.core.plan import Line, Plan, full_points
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.store import DuckStore, Store

SHOWN = 200  # findings that are listed; the rest is counted
NOBODY = -1  # number of a subject that does not exist
NARROW_SCALE = 4  # up to here 64 bits hold every product of two scores

Progress = Callable[[str, int, int], None]  # (stage, done, of)


@dataclass
class Result:
    """A finished run: scores, ranks, grades and every recorded step, read from the store when asked for."""

    plan: Plan
    store: Store
    scale: int
    families: list[Family]
    levels: list[str]  # tables of scores by depth; what counts upward
    parts: list[str]  # tables of single periods of merged nodes
    facts: Facts
    figures_of: Mapping[figures.Key, figures.Series]
    _cache: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Result:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the run's tables."""
        self.store.close()

    # -- as plain data

    def decimal(self, number: int) -> Decimal:
        """A stored score as a decimal."""
        return unscaled(int(number), self.scale)

    @cached_property
    def nodes(self) -> pa.Table:
        """Every line's score: unit, period code, line, score, full, and what it was made from (`total`, `basis`)."""
        union = " UNION ALL ".join(
            f"SELECT unit, period, line, score, {_whole('full_points')} AS full_points, total, basis FROM {name}"
            for name in (*self.levels, *self.parts)
        )
        return self.store.read(union)

    def period_id(self, code: int) -> str:
        """Id of a scored period; "" for the merged or only one."""
        return self.plan.periods[code - 1].id if code else ""

    def scores(self) -> dict[tuple[str, str, str], tuple[Decimal, Decimal]]:
        """(subject, node, period or "") -> (score, full points), for every node and indicator that is there."""
        subjects, lines = self.plan.subjects, self.plan.lines
        columns = (self.nodes[name].to_pylist() for name in ("unit", "period", "line", "score", "full_points"))
        return {
            (subjects[u].id, lines[n].node.id, self.period_id(p)): (self.decimal(s), self.decimal(f))
            for u, p, n, s, f in zip(*columns, strict=True)
        }

    @cached_property
    def outcomes(self) -> list[standing.Outcome]:
        """Total, rank and grade of every subject, in the plan's order."""
        return standing.outcomes(self.plan, self.store.read("SELECT * FROM standing ORDER BY unit"), self.scale)

    def totals(self) -> dict[str, Decimal]:
        """Subject -> total."""
        return {o.subject: o.total for o in self.outcomes}

    def ranks(self) -> dict[str, tuple[int, int]]:
        """Subject -> (rank, of how many)."""
        return {o.subject: (o.rank, o.of) for o in self.outcomes}

    def grades(self) -> dict[str, str]:
        """Subject -> grade id, "" where no grade applies."""
        return {o.subject: o.grade for o in self.outcomes}

    def quota(self) -> dict[str, int]:
        """Subject -> heads of 优秀, by the plan's quota; empty without one."""
        return standing.quota(self.plan, self.outcomes)

    def node_ranks(self) -> dict[tuple[str, str], int]:
        """(subject, node) -> rank in the standing group, for every merged node and indicator."""
        table = self.store.read("SELECT unit, line, place FROM node_ranks")
        subjects, lines = self.plan.subjects, self.plan.lines
        columns = (table[name].to_pylist() for name in ("unit", "line", "place"))
        return {(subjects[u].id, lines[n].node.id): p for u, n, p in zip(*columns, strict=True)}

    def family_of(self, line: int) -> Family | None:
        """The family that computed an indicator."""
        if "family" not in self._cache:
            self._cache["family"] = {n: family for family in self.families for n in family.leaves}
        found: Family | None = self._cache["family"].get(line)
        return found

    def steps(self, family: Family) -> pa.Table:
        """The recorded columns of a family."""
        if family.table not in self._cache:
            self._cache[family.table] = self.store.read(f"SELECT * FROM {family.table}")
        table: pa.Table = self._cache[family.table]
        return table

    def figures(self, node: str) -> dict[tuple[str, str], dict[str, Fraction | None]]:
        """What an indicator read and worked out: (subject, period) -> name -> exact number."""
        number = next(i for i, line in enumerate(self.plan.lines) if line.node.id == node)
        family = self.family_of(number)
        if family is None:
            return {}
        table = self.steps(family)
        rows = table.filter(pa.compute.equal(table["leaf"], number)).to_pylist()
        named = family.slots | family.steps
        return {
            (self.plan.subjects[row["unit"]].id, self.period_id(row["period"])): {
                name: exact(row, where) for name, where in named.items()
            }
            for row in rows
        }


def exact(row: Mapping[str, Any], where: Recorded) -> Fraction | None:
    """A recorded figure of a row."""
    num = row[where.num] if where.num in row else int(where.num.strip("()"))
    den = 1 if where.den is None else row[where.den] if where.den in row else int(where.den)
    return None if num is None or not den else Fraction(int(num), int(den) * 10**where.scale)


def score(
    plan: Plan,
    facts: Facts,
    *,
    store: Store | None = None,
    record: bool = True,
    progress: Progress | None = None,
) -> Result:
    """Score a plan on facts.

    Raises NotValid with all findings: unknown subjects, items or periods, two figures in one cell, missing figures under
    `block`, figures for which a method has no answer, numbers too large to be exact. `record` keeps every step for
    explaining; without it only scores are kept.
    """
    series = figures.gather(plan, facts)
    run = _Run(plan, series, store or DuckStore(), record=record, progress=progress or _silent)
    try:
        return run.result(facts)
    except BaseException:
        if store is None:
            run.store.close()
        raise


def _silent(stage: str, done: int, of: int) -> None:
    """No progress is shown."""


class _Run:
    """One run, stage by stage."""

    def __init__(
        self,
        plan: Plan,
        series: Mapping[figures.Key, figures.Series],
        store: Store,
        *,
        record: bool,
        progress: Progress,
    ) -> None:
        self.plan, self.store, self.progress, self.record = plan, store, progress, record
        self.layout = Layout(plan, series)
        self.scale = _scale(plan)
        self.children: dict[int, list[int]] = {}
        self.number = {id(line): i for i, line in enumerate(plan.lines)}
        for i, line in enumerate(plan.lines):
            if line.parent is not None:
                self.children.setdefault(self.number[id(line.parent)], []).append(i)
        self.depth = max(line.depth for line in plan.lines)

    def result(self, facts: Facts) -> Result:
        """All stages in order."""
        families = self.indicators()
        levels, parts = self.roll_up(families)
        self.standing(levels)
        return Result(self.plan, self.store, self.scale, families, levels, parts, facts, self.layout.series)

    # -- indicators

    def indicators(self) -> list[Family]:
        """Score every indicator, family by family; then look at what was refused or is missing."""
        together = families(self.layout)
        found: list[Family] = []
        problems: list[Finding] = []
        for i, numbers in enumerate(together):
            self.progress("indicators", i, len(together))
            try:
                family = Builder(self.layout, numbers, f"f{i}", record=self.record).run(self.store)
            except NotValid as refused:
                problems += refused.findings
                continue
            if family is not None:
                found.append(family)
        self.progress("indicators", len(together), len(together))
        problems += self._problems(found)
        if problems:
            raise NotValid(problems)
        return found

    def _problems(self, found: Sequence[Family]) -> list[Finding]:
        """Cells that were refused, and cells that may not be missing."""
        parts = []
        for i, family in enumerate(found):
            gone = {"block": "raw IS NULL", "impute": "raw IS NULL", "average": "score IS NULL"}.get(family.missing)
            if family.refusals or gone:
                test = " OR ".join((["bad IS NOT NULL"] if family.refusals else []) + ([gone] if gone else []))
                parts.append(f"SELECT {i} AS family, unit, period, leaf, bad FROM {family.table} WHERE {test}")
        if not parts:
            return []
        rows = self.store.read(" UNION ALL ".join(parts)).to_pylist()
        rows.sort(key=lambda row: (row["leaf"], row["period"], row["unit"]))
        problems = [self._problem(found[row["family"]], row) for row in rows[:SHOWN]]
        if len(rows) > SHOWN:
            problems.append(Finding("cell.more", figures={"count": len(rows) - SHOWN}))
        return problems

    def _problem(self, family: Family, row: Mapping[str, Any]) -> Finding:
        line, subject = self.plan.lines[row["leaf"]], self.plan.subjects[row["unit"]]
        period = self.plan.periods[row["period"] - 1].id if row["period"] else ""
        named = {
            "subject": subject.id, "subject_name": subject.name, "item": line.node.id, "name": line.node.name, "period": period,
        }  # fmt: skip
        if row["bad"] is not None:
            return Finding(family.refusals[row["bad"]], Place(path=line.path), named)
        missing = [s for s in family.required if not self._known(line, s, row)]
        code = "cell.missing" if missing or line.node.method == "formula" else "cell.undefined"
        return Finding(code, Place(path=line.path), {**named, "slots": missing})

    def _known(self, line: Line, slot: str, row: Mapping[str, Any]) -> bool:
        node = line.node
        if slot in node.values or slot == "progress":
            return True
        if slot in node.formulas:
            return False
        series = self.layout.series.get((node.id, slot))
        at = row["period"] - 1 if row["period"] else -1
        return series is not None and bool(series.known[at, row["unit"]])

    # -- nodes

    def roll_up(self, found: Sequence[Family]) -> tuple[list[str], list[str]]:
        """Scores of nodes, level by level; again for each link of a chain of bundles."""
        rounds = bundle_depth(self.plan)
        levels: list[str] = []
        parts: list[str] = []
        for turn in range(rounds + 1):
            before = levels
            levels, parts = self._levels(found, before, f"r{turn}", last=turn == rounds)
        return levels, parts

    def _levels(
        self, found: Sequence[Family], before: Sequence[str], name: str, *, last: bool
    ) -> tuple[list[str], list[str]]:
        self.store.put(f"{name}_lines", self._lines_table())
        levels: list[str] = []
        parts: list[str] = []
        for depth in range(self.depth, -1, -1):
            self.progress("nodes", self.depth - depth, self.depth + 1)
            selects = [self._leaf_select(f, depth) for f in found]
            if before:
                selects += self._bundled(before, depth, f"{name}_b{depth}", last=last)
            if levels:
                selects += self._node_selects(levels[0], depth, name)
            kept = [select for select in selects if select]
            table = f"{name}_n{depth}"
            everything = " UNION ALL ".join(kept) or _NOTHING
            if any(line.node.merge and line.depth == depth for line in self.plan.lines):
                store_parts = f"{name}_p{depth}"
                self.store.make(store_parts, everything)
                self.store.make(table, self._merged(store_parts, depth))
                self.store.make(f"{name}_q{depth}", f"SELECT * FROM {store_parts} WHERE line IN {self._merging(depth)}")
                parts.append(f"{name}_q{depth}")
            else:
                self.store.make(table, everything)
            levels.insert(0, table)
        return levels, parts

    def _lines_table(self) -> pa.Table:
        """What rolling up has to know of each line, as numbers."""
        lines = self.plan.lines
        one = 10**self.scale
        units = [10 ** (self.scale - self._places(line)) for line in lines]
        points = [None if line.node.points is None else scaled(line.node.points, self.scale) for line in lines]
        weights = [line.node.weight if line.node.weight is not None else Decimal(1) for line in lines]
        weight_scale = max(decimals_of(w) for w in weights)
        limits = {
            name: [None if v is None else scaled(v, self.scale) for v in values]
            for name, values in (
                ("cap", [line.node.cap for line in lines]), ("floor", [line.node.floor for line in lines]),
            )
        }  # fmt: skip
        scales = [
            scaled(line.node.points if line.node.points is not None else self.plan.scale, self.scale) for line in lines
        ]
        return pa.table(
            {
                "line": pa.array(range(len(lines)), type=pa.int32()),
                "parent": pa.array(
                    [-1 if line.parent is None else self.number[id(line.parent)] for line in lines], type=pa.int32()
                ),
                "unit_step": pa.array(units, type=pa.int64()),
                "points": pa.array(points, type=pa.int64()),
                "scale_points": pa.array(scales, type=pa.int64()),
                "weight": pa.array([scaled(w, weight_scale) for w in weights], type=pa.int64()),
                "cap": pa.array(limits["cap"], type=pa.int64()),
                "floor": pa.array(limits["floor"], type=pa.int64()),
                "one": pa.array([one] * len(lines), type=pa.int64()),
            }
        )

    def _places(self, line: Line) -> int:
        rounding = self.plan.rounding
        if line.node.places is not None:
            return line.node.places
        if line.node.is_leaf:
            return rounding.score
        return rounding.total if line.parent is None else rounding.node

    def _leaf_select(self, family: Family, depth: int) -> str:
        """Scores of a family's indicators at a depth, as the level's columns."""
        numbers = [n for n in family.leaves if self.plan.lines[n].depth == depth]
        if not numbers:
            return ""
        factor = 10 ** (self.scale - family.places)
        raw = "raw" if family.missing != "average" else "score"
        value = raw if factor == 1 else f"{raw} * {factor}"
        if family.missing == "zero":
            value = f"coalesce({value}, 0)"
        test = [] if len(numbers) == len(family.leaves) else [f"leaf IN ({', '.join(map(str, numbers))})"]
        if family.missing == "drop":
            test.append("raw IS NOT NULL")
        full = self._full_case(numbers)
        where = f" WHERE {' AND '.join(test)}" if test else ""
        return (
            f"SELECT unit, period, leaf AS line, CAST({value} AS BIGINT) AS score, {full} AS full_points, "
            f"CAST(NULL AS BIGINT) AS total, CAST(NULL AS BIGINT) AS basis FROM {family.table}{where}"
        )

    def _full_case(self, numbers: Sequence[int]) -> str:
        full = {n: scaled(full_points(self.plan, self.plan.lines[n]), self.scale) for n in numbers}
        if len(set(full.values())) == 1:
            return f"CAST({next(iter(full.values()))} AS BIGINT)"
        return "CAST(CASE leaf " + " ".join(f"WHEN {n} THEN {v}" for n, v in full.items()) + " END AS BIGINT)"

    def _node_selects(self, below: str, depth: int, name: str) -> list[str]:
        """Scores of the nodes at a depth from the level below, one statement a way of combining."""
        selects = []
        here = {i: line for i, line in enumerate(self.plan.lines) if line.depth == depth and i in self.children}
        for how in ("sum", "mean"):
            numbers = [i for i, line in here.items() if line.combine == how]
            if numbers:
                selects.append(self._combined(below, name, numbers, how))
        numbers = [i for i, line in here.items() if line.combine == "geometric"]
        if numbers:
            selects.append(self._geometric(below, name, numbers, depth))
        return selects

    def _combined(self, below: str, name: str, numbers: Sequence[int], how: str) -> str:
        lines = f"{name}_lines"
        big = self.scale > NARROW_SCALE
        kind = "HUGEINT" if big else "BIGINT"
        if how == "sum":
            inner = f"CAST(sum(b.score) AS {kind}) AS total, CAST(sum(b.full_points) AS {kind}) AS basis"
            value = (
                f"CASE WHEN p.points IS NULL OR p.points = g.basis OR g.basis = 0 THEN {half_up('g.total', 'p.unit_step')} "
                f"ELSE {half_up('g.total * p.points', 'g.basis * p.unit_step')} END * p.unit_step"
            )
            full = "coalesce(p.points, g.basis)"
        else:
            inner = f"CAST(sum(b.score * c.weight) AS {kind}) AS total, CAST(sum(c.weight) AS {kind}) AS basis"
            value = f"{half_up('g.total', 'g.basis * p.unit_step')} * p.unit_step"
            full = "p.scale_points"
        cast = "CAST(b.score AS HUGEINT)" if big else "b.score"
        inner = inner.replace("b.score *", f"{cast} *")
        grouped = (
            f"SELECT b.unit, b.period, c.parent, {inner} FROM {below} AS b JOIN {lines} AS c ON b.line = c.line "
            f"WHERE c.parent IN ({', '.join(map(str, numbers))}) GROUP BY b.unit, b.period, c.parent"
        )
        return self._limited(
            f"SELECT g.unit, g.period, g.parent AS line, {value} AS score, {full} AS full_points, g.total AS total, g.basis AS basis, "
            f"p.cap AS cap, p.floor AS floor FROM ({grouped}) AS g JOIN {lines} AS p ON g.parent = p.line"
        )

    def _limited(self, select: str) -> str:
        """The node's own cap and floor."""
        limited = "CASE WHEN x.cap IS NOT NULL AND x.score > x.cap THEN x.cap ELSE x.score END"
        return (
            "SELECT y.unit, y.period, y.line, CAST(CASE WHEN y.floor IS NOT NULL AND y.score < y.floor THEN y.floor ELSE y.score END AS BIGINT) AS score, "
            "CAST(y.full_points AS BIGINT) AS full_points, CAST(y.total AS BIGINT) AS total, CAST(y.basis AS BIGINT) AS basis "
            f"FROM (SELECT x.unit, x.period, x.line, {limited} AS score, x.full_points, x.total, x.basis, x.floor FROM ({select}) AS x) AS y"
        )

    def _geometric(self, below: str, name: str, numbers: Sequence[int], depth: int) -> str:
        """Geometric means come from `numbers`, not from the store, so that all stores have the same digits."""
        children = {child for n in numbers for child in self.children[n]}
        table = self.store.read(
            f"SELECT unit, period, line, score FROM {below} WHERE line IN ({', '.join(map(str, sorted(children)))})"
        )
        lines = self.plan.lines
        cells: dict[tuple[int, int, int], list[tuple[Decimal, Decimal]]] = {}
        for unit, period, line, value in zip(*(table[c].to_pylist() for c in table.column_names), strict=True):
            weight = lines[line].node.weight
            parent = lines[line].parent
            assert parent is not None
            pair = (unscaled(value, self.scale), Decimal(1) if weight is None else weight)
            cells.setdefault((unit, period, self.number[id(parent)]), []).append(pair)
        rows: list[tuple[int, int, int, int, int]] = []
        for (unit, period, number), pairs in cells.items():
            places = self._places(lines[number])
            try:
                mean = geometric_mean(pairs, places)
            except ValueError as error:
                named = {
                    "subject": self.plan.subjects[unit].id,
                    "item": lines[number].node.id,
                    "name": lines[number].node.name,
                }
                raise NotValid([Finding("node.negative_geometric", Place(path=lines[number].path), named)]) from error
            node = lines[number].node
            full = node.points if node.points is not None else self.plan.scale
            value = _held(mean * 10 ** (self.scale - places), node.cap, node.floor, self.scale)
            rows.append((unit, period, number, value, scaled(full, self.scale)))
        made = f"{name}_geo{depth}"
        columns = list(zip(*rows, strict=True)) or [()] * 5
        names = ("unit", "period", "line", "score", "full_points")
        kinds = (pa.int32(), pa.int32(), pa.int32(), pa.int64(), pa.int64())
        self.store.put(made, pa.table({n: pa.array(c, type=k) for n, c, k in zip(names, columns, kinds, strict=True)}))
        return (
            "SELECT unit, period, line, score, full_points, CAST(NULL AS BIGINT) AS total, CAST(NULL AS BIGINT) AS basis "
            f"FROM {made}"
        )

    def _merging(self, depth: int) -> str:
        numbers = [str(i) for i, line in enumerate(self.plan.lines) if line.node.merge and line.depth == depth]
        return f"({', '.join(numbers)})"

    def _merged(self, parts: str, depth: int) -> str:
        """Merge the periods of merging nodes at a depth; the other lines pass."""
        selects = [
            f"SELECT unit, period, line, score, full_points, total, basis FROM {parts} WHERE line NOT IN {self._merging(depth)}"
        ]
        codes = {period.id: i + 1 for i, period in enumerate(self.plan.periods)}
        for number, line in enumerate(self.plan.lines):
            if not line.node.merge or line.depth != depth:
                continue
            places = max(decimals_of(w) for w in line.node.merge.values())
            weights = {codes[p]: scaled(w, places) for p, w in line.node.merge.items()}
            weight = "CASE period " + " ".join(f"WHEN {c} THEN {w}" for c, w in weights.items()) + " END"
            step = 10 ** (self.scale - self._places(line))
            kind = "HUGEINT" if self.scale > NARROW_SCALE else "BIGINT"
            grouped = (
                f"SELECT unit, CAST(sum(CAST(score AS {kind}) * ({weight})) AS {kind}) AS total, CAST(sum({weight}) AS {kind}) AS basis, "
                f"max(period) AS last_period FROM {parts} WHERE line = {number} GROUP BY unit"
            )
            value = f"{half_up('g.total', f'g.basis * {step}')} * {step}"
            selects.append(
                f"SELECT g.unit, 0 AS period, {number} AS line, CAST({value} AS BIGINT) AS score, f.full_points, "
                f"CAST(g.total AS BIGINT) AS total, CAST(g.basis AS BIGINT) AS basis "
                f"FROM ({grouped}) AS g JOIN {parts} AS f ON f.unit = g.unit AND f.line = {number} AND f.period = g.last_period"
            )
        return " UNION ALL ".join(selects)

    # -- bundles

    def _bundled(self, before: Sequence[str], depth: int, name: str, *, last: bool) -> list[str]:
        """Points of bundled indicators at a depth from what the turn before made of the nodes they read."""
        selects = []
        for number, line in enumerate(self.plan.lines):
            if line.node.method != "bundle" or line.depth != depth:
                continue
            links = self._links(number, line)
            if not len(links):
                continue
            self.store.put(f"{name}_{number}", links)
            selects.append(self._bundle_select(before, number, line, f"{name}_{number}", last=last))
        return selects

    def _links(self, number: int, line: Line) -> pa.Table:
        """One row for each subject, period and subject it is bundled with."""
        subjects = {s.id: i for i, s in enumerate(self.plan.subjects)}
        by_category: dict[str, list[int]] = {}
        for i, s in enumerate(self.plan.subjects):
            by_category.setdefault(s.category, []).append(i)
        applies = self.layout.applies(line)
        codes = [code for _, code in self.layout.periods(line)]
        rows: list[tuple[int, int, int]] = []
        of: Mapping[str, Sequence[str]] = line.node.params["of"]
        for i, subject in enumerate(self.plan.subjects):
            names = of.get(subject.id) or of.get(subject.category) or ()
            if not applies[i]:
                continue
            sources = [j for n in names for j in ([subjects[n]] if n in subjects else by_category.get(n, []))]
            rows += [(i, code, j) for code in codes for j in dict.fromkeys(sources or [NOBODY])]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        return pa.table(
            {n: pa.array(c, type=pa.int32()) for n, c in zip(("unit", "period", "source"), columns, strict=True)}
        )

    def _bundle_select(self, before: Sequence[str], number: int, line: Line, links: str, *, last: bool) -> str:
        node = line.node
        target = next(i for i, other in enumerate(self.plan.lines) if other.node.id == node.params["node"])
        table = before[self.plan.lines[target].depth]
        full = scaled(full_points(self.plan, line), self.scale)
        step = 10 ** (self.scale - self._places(line))
        grouped = (
            "SELECT k.unit, k.period, CAST(sum(s.score) AS HUGEINT) AS total, CAST(sum(s.full_points) AS HUGEINT) AS basis "
            f"FROM {links} AS k LEFT JOIN {table} AS s ON s.unit = k.source AND s.period = k.period AND s.line = {target} "
            "GROUP BY k.unit, k.period"
        )
        if last and node.missing in ("block", "impute", "average"):
            self._bundle_problems(grouped, line)
        value = half_up(f"g.total * {full}", f"nullif(g.basis, 0) * {step}")
        score_sql = f"({value} * {step})"
        for test, limit in ((">", node.cap), ("<", node.floor)):
            if limit is not None:
                edge = scaled(limit, self.scale)
                score_sql = f"(CASE WHEN {score_sql} {test} {edge} THEN {edge} ELSE {score_sql} END)"
        if node.missing == "zero":
            score_sql = f"coalesce({score_sql}, 0)"
        where = "" if node.missing == "zero" else " WHERE g.basis > 0"
        return (
            f"SELECT g.unit, g.period, {number} AS line, CAST({score_sql} AS BIGINT) AS score, CAST({full} AS BIGINT) AS full_points, "
            f"CAST(g.total AS BIGINT) AS total, CAST(g.basis AS BIGINT) AS basis FROM ({grouped}) AS g{where}"
        )

    def _bundle_problems(self, grouped: str, line: Line) -> None:
        rows = self.store.read(
            f"SELECT unit, period FROM ({grouped}) AS g WHERE basis IS NULL OR basis = 0"
        ).to_pylist()
        if rows:
            family = Family("", _bundle_method(), [], 0, 0, {}, {}, [], [], "block", ())
            number = self.number[id(line)]
            raise NotValid([self._problem(family, {**row, "leaf": number, "bad": None}) for row in rows[:SHOWN]])

    # -- totals, ranks, grades

    def standing(self, levels: Sequence[str]) -> None:
        """Total with accounts, vetoes, ranks inside the group, grades, ranks of nodes."""
        self.progress("standing", 0, 1)
        subjects = self.plan.subjects
        vetoes = np.array([self._vetoed(veto.id) for veto in self.plan.vetoes], dtype=bool)
        group = group_numbers(subjects, self.plan.standing.group)
        table = {"unit": pa.array(range(len(subjects)), type=pa.int32()), "grp": pa.array(group)}
        for i in range(len(self.plan.vetoes)):
            table[f"veto_{i}"] = pa.array(vetoes[i].astype(np.int32))
        self.store.put("units", pa.table(table))
        root = levels[0]
        self.store.make("totals", standing.total_select(self.plan, root, self.scale))
        self.store.make("standing", standing.standing_select(self.plan, self.scale))
        self.store.make("node_ranks", standing.node_rank_select(self.plan, levels, self.scale))
        self.progress("standing", 1, 1)

    def _vetoed(self, veto: str) -> Any:
        series = self.layout.series.get((veto, "actual"))
        if series is None:
            return np.zeros(len(self.plan.subjects), dtype=bool)
        return ((series.values != 0) & series.known).any(axis=0)


_NOTHING = (
    "SELECT CAST(0 AS INTEGER) AS unit, CAST(0 AS INTEGER) AS period, CAST(0 AS INTEGER) AS line, CAST(0 AS BIGINT) AS score, "
    "CAST(0 AS BIGINT) AS full_points, CAST(0 AS BIGINT) AS total, CAST(0 AS BIGINT) AS basis WHERE 1 = 0"
)


def _whole(column: str) -> str:
    return f"CAST({column} AS BIGINT)"


def _bundle_method() -> Any:
    from kaoping.core.methods import METHODS

    return METHODS["bundle"]


def _held(value: int, cap: Decimal | None, floor: Decimal | None, scale: int) -> int:
    if cap is not None:
        value = min(value, scaled(cap, scale))
    if floor is not None:
        value = max(value, scaled(floor, scale))
    return value


def _scale(plan: Plan) -> int:
    """Decimals that hold every score and every number of points of the plan exactly."""
    rounding = plan.rounding
    numbers = [plan.scale, *(a.cap for a in plan.accounts), plan.floor, plan.ceiling]
    places = [rounding.score, rounding.node, rounding.total]
    for line in plan.lines:
        numbers += [line.node.points, line.node.cap, line.node.floor]
        places.append(line.node.places or 0)
    return max(*places, *(decimals_of(n) for n in numbers if n is not None))
