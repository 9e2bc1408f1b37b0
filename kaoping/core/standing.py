"""Totals, places, grades and the excellent quota (总分、位次、等次、优秀比例)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from kaoping.core.numbers import decimals_of, heads, scaled, unscaled
from kaoping.core.plan import Grade, Plan, Subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a subject's appraisal came to."""

    subject: str
    root: Decimal  # before bonus and deduction
    accounts: tuple[Decimal, ...]  # sum of each account, after its cap
    total: Decimal
    rank: int
    of: int
    grade: str
    vetoes: tuple[str, ...]
    group: str


def total_select(plan: Plan, root: str, scale: int) -> str:
    """Root plus bonuses less deductions, held between the plan's floor and ceiling, rounded to `total` places.

    `root` is the table of scores at depth 0, which also has the accounts' indicators.
    """
    numbers: dict[int, list[int]] = {id(line.account): [] for line in plan.lines if line.account is not None}
    for i, line in enumerate(plan.lines):
        if line.account is not None and line.parent is None:
            numbers[id(line.account)].append(i)
    columns, sums = [], []
    for i, account in enumerate(plan.accounts):
        members = ", ".join(map(str, numbers.get(id(account), []))) or "-1"
        sums.append(f"CAST(coalesce(sum(CASE WHEN line IN ({members}) THEN score END), 0) AS BIGINT) AS raw_{i}")
        value = f"raw_{i}"
        if account.cap is not None:
            cap = scaled(account.cap, scale)
            value = f"CASE WHEN raw_{i} > {cap} THEN {cap} WHEN raw_{i} < -{cap} THEN -{cap} ELSE raw_{i} END"
        columns.append(f"{value} AS account_{i}")
    tree = next(i for i, line in enumerate(plan.lines) if line.account is None and line.parent is None)
    grouped = ", ".join([f"CAST(sum(CASE WHEN line = {tree} THEN score END) AS BIGINT) AS root", *sums])
    signed = "".join(f" {'+' if a.kind == 'bonus' else '-'} account_{i}" for i, a in enumerate(plan.accounts))
    total = f"(root{signed})"
    for test, limit in (("<", plan.floor), (">", plan.ceiling)):
        if limit is not None:
            edge = scaled(limit, scale)
            total = f"(CASE WHEN {total} {test} {edge} THEN {edge} ELSE {total} END)"
    step = 10 ** (scale - plan.rounding.total)
    if step > 1:
        whole = f"((2 * {total} + {step}) // {2 * step})"
        below = f"(-((2 * (-{total}) + {step}) // {2 * step}))"
        total = f"(CASE WHEN {total} < 0 THEN {below} ELSE {whole} END * {step})"
    listed = ", ".join(["unit", "root", *columns])
    return (
        f"SELECT *, {total} AS total FROM (SELECT {listed} FROM "
        f"(SELECT unit, {grouped} FROM {root} WHERE period = 0 GROUP BY unit) AS a WHERE root IS NOT NULL) AS b"
    )


def standing_select(plan: Plan, scale: int) -> str:
    """Place inside the group (from the bottom too, where a grade asks), and the number of the grade (-1: none)."""
    asked = any(grade.last is not None for grade in plan.standing.grades)
    from_last = "rank() OVER (PARTITION BY u.grp ORDER BY t.total ASC) AS from_last, " if asked else ""
    places = (
        "SELECT t.*, u.grp AS grp, "
        + "".join(f"u.veto_{i} AS veto_{i}, " for i in range(len(plan.vetoes)))
        + "rank() OVER (PARTITION BY u.grp ORDER BY t.total DESC) AS place, "
        f"{from_last}"
        "count(*) OVER (PARTITION BY u.grp) AS members FROM totals AS t JOIN units AS u ON t.unit = u.unit"
    )
    return f"SELECT *, {_grade_case(plan, scale)} AS grade FROM ({places}) AS p"


def _grade_case(plan: Plan, scale: int) -> str:
    grades = plan.standing.grades
    index = {grade.id: i for i, grade in enumerate(grades)}
    branches = []
    # a forced grade wins over all; of several, the one that comes last
    forced = sorted(((index[v.grade], i) for i, v in enumerate(plan.vetoes) if v.grade in index), reverse=True)
    branches += [f"WHEN veto_{i} = 1 THEN {number}" for number, i in forced]
    for number, grade in enumerate(grades):
        barred = [f"veto_{i} = 0" for i, veto in enumerate(plan.vetoes) if grade.id in veto.bars]
        branches.append(f"WHEN {' AND '.join([*_conditions(grade, scale), *barred]) or '1 = 1'} THEN {number}")
    return f"CAST(CASE {' '.join(branches)} ELSE -1 END AS INTEGER)" if branches else "CAST(-1 AS INTEGER)"


def _conditions(grade: Grade, scale: int) -> list[str]:
    conditions = []
    if grade.at_least is not None:
        more = max(0, decimals_of(grade.at_least) - scale)  # a border finer than any total still decides
        conditions.append(f"total * {10**more} >= {scaled(grade.at_least, scale + more)}")
    if grade.share is not None:
        conditions.append(f"place <= {_heads_sql(grade)}")
    if grade.first is not None:
        conditions.append(f"place <= {grade.first}")
    if grade.last is not None:
        conditions.append(f"from_last <= {grade.last}")
    return conditions


def _heads_sql(grade: Grade) -> str:
    """members x share / 100 as heads, by the grade's rounding."""
    assert grade.share is not None
    share = Fraction(grade.share) / 100
    top, bottom = share.numerator, share.denominator
    match grade.rounding:
        case "up":
            return f"((members * {top} + {bottom - 1}) // {bottom})"
        case "down":
            return f"((members * {top}) // {bottom})"
    return f"((2 * members * {top} + {bottom}) // {2 * bottom})"


def node_rank_select(plan: Plan, levels: Sequence[str], scale: int) -> str:
    """Place of every subject at every merged node, on the score rounded to `total` places."""
    step = 10 ** (scale - plan.rounding.total)
    value = "n.score"
    if step > 1:
        value = (
            f"(CASE WHEN n.score < 0 THEN -((2 * (-n.score) + {step}) // {2 * step}) "
            f"ELSE (2 * n.score + {step}) // {2 * step} END)"
        )
    union = " UNION ALL ".join(f"SELECT unit, line, score FROM {name} WHERE period = 0" for name in levels)
    return (
        "SELECT n.unit AS unit, n.line AS line, "
        f"rank() OVER (PARTITION BY n.line, u.grp ORDER BY {value} DESC) AS place "
        f"FROM ({union}) AS n JOIN units AS u ON n.unit = u.unit"
    )


def outcomes(plan: Plan, table: pa.Table, scale: int) -> list[Outcome]:
    """The rows of the standing table as outcomes, in the plan's order of subjects."""
    grades = [grade.id for grade in plan.standing.grades]
    found = []
    for row in table.to_pylist():
        subject = plan.subjects[row["unit"]]
        found.append(
            Outcome(
                subject.id,
                unscaled(row["root"], scale),
                tuple(unscaled(row[f"account_{i}"], scale) for i in range(len(plan.accounts))),
                unscaled(scaled(unscaled(row["total"], scale), plan.rounding.total), plan.rounding.total),
                int(row["place"]), int(row["members"]),
                grades[row["grade"]] if row["grade"] >= 0 else "",
                tuple(veto.id for i, veto in enumerate(plan.vetoes) if row[f"veto_{i}"]),
                group_of(plan, subject),
            )
        )  # fmt: skip
    return found


def group_of(plan: Plan, subject: Subject) -> str:
    """The standing group of a subject: its category or group, "" where all are ranked together."""
    return {"category": subject.category, "group": subject.group}.get(plan.standing.group, "")


# -- the quota of 优秀 (R7.4)


def quota(plan: Plan, found: Sequence[Outcome]) -> dict[str, int]:
    """Heads of 优秀 by subject: staff x per cent of its grade and honours, by the plan's rounding.

    Subjects without staff or without a grade that the quota names have none. `pool` gives what rounding down leaves
    over in each standing group to the largest remainders; ties go by the plan's order.
    """
    if plan.quota is None:
        return {}
    rule = plan.quota
    subjects = {s.id: s for s in plan.subjects}
    exact: dict[str, Fraction] = {}
    for outcome in found:
        subject = subjects[outcome.subject]
        if subject.staff is not None and outcome.grade in rule.by_grade:
            exact[subject.id] = Fraction(percent(plan, outcome.grade, subject.honours)) * subject.staff / 100
    if rule.rounding != "pool":
        return {name: heads(value, rule.rounding) for name, value in exact.items()}
    given = {name: heads(value, "down") for name, value in exact.items()}
    pools: dict[str, list[str]] = defaultdict(list)
    for outcome in found:
        if outcome.subject in exact:
            pools[outcome.group].append(outcome.subject)
    for members in pools.values():
        over = scaled(sum((exact[m] for m in members), Fraction(0)), 0) - sum(given[m] for m in members)
        order = sorted(members, key=lambda m: exact[m] - given[m], reverse=True)
        for name in order[:over]:
            given[name] += 1
    return given


def percent(plan: Plan, grade: str, honours: Sequence[str]) -> Decimal:
    """The share of 优秀 in per cent: of the grade, plus what honours add, at most the cap."""
    assert plan.quota is not None
    rule = plan.quota
    share = rule.by_grade[grade] + sum((rule.extras.get(h, Decimal(0)) for h in honours), Decimal(0))
    return share if rule.cap is None else min(share, rule.cap)
