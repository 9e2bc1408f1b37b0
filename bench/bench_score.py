"""S1 and S2: build, min-max in category, nodes, total, rank and grade, every step kept; beside pandas and plain Python.

COINr 1.1.14 (R) took 409 ms for S1 and 8.12 s for S2 on a machine of this kind, which is about 10 x pandas wide and
2 x plain Python there; R is not installed here, so the ratio to COINr is stated through pandas wide and plain Python.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from data import flat_facts, flat_plan, matrix
from measure import Job, line, main, measure

BESIDE = str(Path(__file__).parent.parent / ".bench")  # pandas, where only its own candidates see it
SIZES = {"s1": (3_000, 100), "s2": (100_000, 50), "tiny": (300, 20)}


def ours(size: str) -> Job:
    """The engine: exact, every step, node, rank and grade kept."""
    from kaoping.core import engine

    count, indicators = SIZES[size]
    plan, facts = flat_plan(count, indicators), flat_facts(matrix(count, indicators))
    return lambda: engine.score(plan, facts).close()


def pandas_wide(size: str) -> Job:
    """A plain pandas script on a matrix: one column an indicator, doubles, every level kept."""
    sys.path.insert(0, BESIDE)
    import numpy as np
    import pandas as pd

    count, indicators = SIZES[size]
    values = matrix(count, indicators) / 10_000

    def job() -> object:
        frame = pd.DataFrame(values, columns=[f"x{j}" for j in range(indicators)])
        category = pd.Series(np.arange(count) % 4)
        group = frame.groupby(category)
        low, high = group.transform("min"), group.transform("max")
        points = ((frame - low) / (high - low)).round(2)
        nodes = pd.DataFrame(
            {f"n{a}": points.iloc[:, a : a + 10].sum(axis=1).round(2) for a in range(0, indicators, 10)}
        )
        total = nodes.sum(axis=1).round(2)
        rank = total.groupby(category).rank(ascending=False, method="min")
        members = total.groupby(category).transform("size")
        grade = np.select([rank <= (members * 0.2).round(), total >= 40], ["A", "B"], "C")
        return points, nodes, total, rank, grade

    return job


def pandas_long(size: str) -> Job:
    """The same on a long table: one row a figure."""
    sys.path.insert(0, BESIDE)
    import numpy as np
    import pandas as pd

    count, indicators = SIZES[size]
    values = matrix(count, indicators) / 10_000
    long = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(count), indicators), "item": np.tile(np.arange(indicators), count),
            "value": values.ravel(),
        }
    )  # fmt: skip

    def job() -> object:
        frame = long.copy()
        frame["category"] = frame["unit"] % 4
        group = frame.groupby(["category", "item"])["value"]
        low, high = group.transform("min"), group.transform("max")
        frame["points"] = ((frame["value"] - low) / (high - low)).round(2)
        frame["node"] = frame["item"] // 10
        nodes = frame.groupby(["unit", "node"])["points"].sum().round(2).reset_index()
        total = nodes.groupby("unit")["points"].sum().round(2)
        category = total.index.to_series() % 4
        rank = total.groupby(category).rank(ascending=False, method="min")
        members = total.groupby(category).transform("size")
        grade = np.select([rank <= (members * 0.2).round(), total >= 40], ["A", "B"], "C")
        return frame, nodes, total, rank, grade

    return job


def plain_python(size: str) -> Job:
    """The same in plain Python, floats."""
    count, indicators = SIZES[size]
    values = (matrix(count, indicators) / 10_000).tolist()

    def job() -> object:
        low = [[min(row[j] for row in values[c::4]) for j in range(indicators)] for c in range(4)]
        high = [[max(row[j] for row in values[c::4]) for j in range(indicators)] for c in range(4)]
        points, nodes, totals = [], [], []
        for i, row in enumerate(values):
            lo, hi = low[i % 4], high[i % 4]
            scored = [round((x - a) / (b - a), 2) for x, a, b in zip(row, lo, hi, strict=True)]
            parts = [round(sum(scored[a : a + 10]), 2) for a in range(0, indicators, 10)]
            points.append(scored)
            nodes.append(parts)
            totals.append(round(sum(parts), 2))
        ranks = [0] * count
        for c in range(4):
            order = sorted(range(c, count, 4), key=lambda i: -totals[i])
            for place, i in enumerate(order):
                same = place and totals[order[place - 1]] == totals[i]
                ranks[i] = ranks[order[place - 1]] if same else place + 1
        grades = [
            "A" if r <= round(count / 20) else "B" if t >= 40 else "C" for r, t in zip(ranks, totals, strict=True)
        ]
        return points, nodes, totals, ranks, grades

    return job


CANDIDATES = {"ours": ours, "pandas wide": pandas_wide, "pandas long": pandas_long, "plain Python": plain_python}


def report(size: str, goes: int) -> None:
    """S1 and S2 (S1 only at CI size)."""
    for name in ("s1", "s2") if size == "full" else ("s1",):
        count, indicators = SIZES[name]
        print(f" {name.upper()}: {count} subjects x {indicators} indicators")
        found = {c: measure(__file__, c, name, 1 if c == "plain Python" and name == "s2" else goes) for c in CANDIDATES}
        for candidate, figures in found.items():
            line(candidate, figures, {"ours": found["ours"]})
        coinr = 2 * found["plain Python"].wall
        print(f"  COINr at 2 x plain Python: {coinr * 1000:.0f} ms = {coinr / found['ours'].wall:.1f} x ours (goal 10)")


if __name__ == "__main__":
    main(__file__, CANDIDATES, report)
