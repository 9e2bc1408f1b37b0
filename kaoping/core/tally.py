"""Marks of several judges brought to one figure: mean, or mean without the highest and lowest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.numbers import Exact, scaled


@dataclass(frozen=True, slots=True)
class Marks:
    """The figure that judges' marks give (x 10^places), how many judges there were, how many marks were left out."""

    figure: int
    judges: int
    dropped: int


def trimmed(marks: Sequence[Exact], places: int, *, drop: int = 0, min_judges: int = 0) -> Marks:
    """The mean of the marks, half up to `places` decimals, without the `drop` highest and lowest ([S29]).

    Marks are dropped only when there are more than `min_judges` of them and some would be left. Refuses an empty list.
    """
    ordered = sorted(Fraction(mark) for mark in marks)
    if not ordered:
        raise ValueError("no marks")
    dropping = drop if len(ordered) > max(min_judges, 2 * drop) else 0
    kept = ordered[dropping : len(ordered) - dropping]
    return Marks(scaled(sum(kept, Fraction(0)) / len(kept), places), len(ordered), 2 * dropping)
