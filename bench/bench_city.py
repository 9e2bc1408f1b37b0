"""A city: 100 subjects x 120 indicators x 12 months, from nothing to all score cards, start of Python included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Job, line, main, measure

ALL_CARDS = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
    "import data\n"
    "from kaoping.core import engine, explain\n"
    "result = engine.score(data.city_plan(), data.city_facts())\n"
    "print(sum(1 for card in explain.Cards(result) for _ in card.total.walk()))\n"
)


def cards(_: str) -> Job:
    """A fresh process that scores the city and builds every card."""
    return lambda: subprocess.run([sys.executable, "-c", ALL_CARDS], check=True, capture_output=True)


def start(_: str) -> Job:
    """The floor: a fresh process that only imports what that one imports."""
    return lambda: subprocess.run([sys.executable, "-c", "import duckdb, numpy, pyarrow, sqlglot"], check=True)


CANDIDATES = {"city with all cards": cards, "imports only": start}


def report(size: str, goes: int) -> None:
    """Wall of the whole process."""
    found = {c: measure(__file__, c, size, goes) for c in CANDIDATES}
    for candidate, figures in found.items():
        line(candidate, figures, {"imports only": found["imports only"]})
    print(f"  goal: 1,000 ms; {found['city with all cards'].wall * 1000:.0f} ms here")


if __name__ == "__main__":
    main(__file__, CANDIDATES, report)
