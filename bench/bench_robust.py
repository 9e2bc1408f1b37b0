"""M1 and M2: 1,000 drawn weightings with ranks and 90 % intervals; beside a pandas loop.

COINr 1.1.14 (R) took 114.5 s for M1 (51 x 49) and 513 s for M2 (3,000 x 100) on a machine of this kind.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from data import matrix
from measure import Job, line, main, measure

BESIDE = str(Path(__file__).parent.parent / ".bench")  # pandas, where only its own candidates see it
SIZES = {"m1": (51, 49), "m2": (3_000, 100)}
COINR = {"m1": 114.5, "m2": 513.0}
DRAWS = 1_000


def ours(size: str) -> Job:
    """Weights, totals, ranks and intervals as `kaoping robust` computes them."""
    import numpy as np

    from kaoping.core import robust

    count, indicators = SIZES[size]
    values = matrix(count, indicators) / 10**8
    parts = robust.Parts((), values, np.ones_like(values), np.zeros(count), False, 2)

    def job() -> object:
        factors = np.random.Generator(np.random.PCG64(1)).uniform(0.75, 1.25, size=(indicators, DRAWS))
        ranks = robust.ranks_under(parts, np.arange(count), factors)
        return np.partition(ranks, [50, 500, 950], axis=1)

    return job


def pandas_loop(size: str) -> Job:
    """The same by a loop over draws."""
    sys.path.insert(0, BESIDE)
    import numpy as np
    import pandas as pd

    count, indicators = SIZES[size]
    frame = pd.DataFrame(matrix(count, indicators) / 10**8)

    def job() -> object:
        random = np.random.default_rng(1)
        ranks = []
        for _ in range(DRAWS):
            weights = random.uniform(0.75, 1.25, size=indicators)
            total = (frame * weights).sum(axis=1) / weights.sum()
            ranks.append(total.round(4).rank(ascending=False, method="min"))
        return pd.concat(ranks, axis=1).quantile([0.05, 0.95], axis=1)

    return job


CANDIDATES = {"ours": ours, "pandas loop": pandas_loop}


def report(size: str, goes: int) -> None:
    """Both sizes."""
    for name, (count, indicators) in SIZES.items():
        print(f" {name.upper()}: {count} subjects x {indicators} indicators, {DRAWS} draws")
        found = {c: measure(__file__, c, name, goes if c == "ours" else 1) for c in CANDIDATES}
        for candidate, figures in found.items():
            line(candidate, figures, {"ours": found["ours"]})
        print(f"  COINr there {COINR[name]} s = {COINR[name] / found['ours'].wall:,.0f} x ours (goal 1,000)")


if __name__ == "__main__":
    main(__file__, CANDIDATES, report)
