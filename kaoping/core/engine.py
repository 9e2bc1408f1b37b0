"""The engine: a plan scored on facts, exactly, stage by stage, each stage leaving its steps behind.

The law is `docs/scoring.md`. Every stage is SQL text over integers (DuckDB's dialect), run on a `Store`; the digits are
the same on every store. Scores are kept as integers x 10^`scale`, one scale for the whole run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from kaoping.core import figures, standing
from kaoping.core.facts import Facts
from kaoping.core.families import Builder, Family, Layout, Recorded, families, group_numbers
from kaoping.core.numbers import decimals_of, unscaled
from kaoping.core.plan import Line, Plan
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.rollup import Progress, RollUp, named
from kaoping.core.store import DuckStore, Store

SHOWN = 200  # findings that are listed; the rest is counted


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
            f"SELECT unit, period, line, score, full_points, total, basis FROM {name}"
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
        table = self.store.read(standing.node_rank_select(self.plan, self.levels, self.scale))
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

    Raises NotValid with all findings: unknown subjects, items or periods, two figures in one cell, missing figures
    under `block`, figures for which a method has no answer, numbers too large to be exact. `record` keeps every step
    for explaining; without it only scores are kept.
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

    def result(self, facts: Facts) -> Result:
        """All stages in order."""
        families = self.indicators()
        rolled = RollUp(self.layout, self.store, self.scale, self.progress)
        levels, parts = rolled.run(families)
        self.standing(levels)
        return Result(self.plan, self.store, self.scale, families, levels, parts, facts)

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
        """Cells that were refused, and cells that may not be missing; notes each family's largest score on the way."""
        if not found:
            return []
        counts = " UNION ALL ".join(
            f"SELECT {i} AS family, max(abs({f.raw})) AS largest, "
            f"count(CASE WHEN {_is_problem(f)} THEN 1 END) AS problems FROM {f.table}"
            for i, f in enumerate(found)
        )
        wrong: list[int] = []
        for row in self.store.read(counts).to_pylist():
            found[row["family"]].largest = int(row["largest"] or 0)
            wrong += [row["family"]] if row["problems"] else []
        if not wrong:
            return []
        rows = self.store.read(
            " UNION ALL ".join(
                f"SELECT {i} AS family, unit, period, leaf, "
                f"{'bad' if found[i].refusals else 'CAST(NULL AS SMALLINT) AS bad'} "
                f"FROM {found[i].table} WHERE {_is_problem(found[i])}"
                for i in sorted(wrong)
            )
        ).to_pylist()
        rows.sort(key=lambda row: (row["leaf"], row["period"], row["unit"]))
        problems = [self._problem(found[row["family"]], row) for row in rows[:SHOWN]]
        if len(rows) > SHOWN:
            problems.append(Finding("cell.more", figures={"count": len(rows) - SHOWN}))
        return problems

    def _problem(self, family: Family, row: Mapping[str, Any]) -> Finding:
        line = self.plan.lines[row["leaf"]]
        figures = named(self.layout, line, row)
        if row["bad"] is not None:
            return Finding(family.refusals[row["bad"]], Place(path=line.path), figures)
        missing = [s for s in family.required if not self._known(line, s, row)]
        code = "cell.missing" if missing or line.node.method == "formula" else "cell.undefined"
        return Finding(code, Place(path=line.path), {**figures, "slots": missing})

    def _known(self, line: Line, slot: str, row: Mapping[str, Any]) -> bool:
        node = line.node
        if slot in node.values or slot == "progress":
            return True
        if slot in node.formulas:
            return False
        series = self.layout.series.get((node.id, slot))
        at = row["period"] - 1 if row["period"] else -1
        return series is not None and bool(series.known[at, row["unit"]])

    # -- totals, ranks, grades

    def standing(self, levels: Sequence[str]) -> None:
        """Total with accounts, vetoes, ranks inside the group, grades."""
        self.progress("standing", 0, 1)
        subjects = self.plan.subjects
        vetoes = np.array([self._vetoed(veto.id) for veto in self.plan.vetoes], dtype=bool)
        group = group_numbers(subjects, self.plan.standing.group)
        table = {"unit": pa.array(range(len(subjects)), type=pa.int32()), "grp": pa.array(group)}
        for i in range(len(self.plan.vetoes)):
            table[f"veto_{i}"] = pa.array(vetoes[i].astype(np.int32))
        self.store.put("units", pa.table(table))
        root = levels[0]
        self.store.name("totals", standing.total_select(self.plan, root, self.scale))
        self.store.make("standing", standing.standing_select(self.plan, self.scale))
        self.progress("standing", 1, 1)

    def _vetoed(self, veto: str) -> Any:
        series = self.layout.series.get((veto, "actual"))
        if series is None:
            return np.zeros(len(self.plan.subjects), dtype=bool)
        return ((series.values != 0) & series.known).any(axis=0)


def _is_problem(family: Family) -> str:
    """Which cells of a family stop the run."""
    gone = f"{family.raw} IS NULL" if family.missing in ("block", "impute", "average") else ""
    return " OR ".join(filter(None, ["bad IS NOT NULL" if family.refusals else "", gone])) or "1 = 0"


def _scale(plan: Plan) -> int:
    """Decimals that hold every score and every number of points of the plan exactly."""
    rounding = plan.rounding
    numbers = [plan.scale, *(a.cap for a in plan.accounts), plan.floor, plan.ceiling]
    places = [rounding.score, rounding.node, rounding.total]
    for line in plan.lines:
        numbers += [line.node.points, line.node.cap, line.node.floor]
        places.append(line.node.places or 0)
    return max(*places, *(decimals_of(n) for n in numbers if n is not None))
