"""Scoring methods (计分办法) by id: what each reads, its parameters, and its formula over exact columns.

A method never changes its meaning; a new meaning is a new id. Each is a function from `Cells` (one row per subject,
period and indicator) to points; its clause says where the rule was published, by the numbers of `docs/sources.md`.
Direction is the indicator's: with `down` a smaller figure is better. Worked examples: `docs/methods.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaoping.core.methods import bands, comparison, events, given, standards, targets, votes
from kaoping.core.methods.registry import ENTERED, Band, Cells, Method, Param
from kaoping.core.methods.votes import place_slots

__all__ = ["METHODS", "SUBJECTS", "Band", "Cells", "Method", "Param", "place_slots"]

#: The modules of methods, in the order in which methods are listed.
SUBJECTS = (targets, bands, standards, comparison, events, votes, given)

METHODS: Mapping[str, Method] = {
    method.id: method
    for subject in SUBJECTS
    for method in ENTERED.values()
    if method.score.__module__ == subject.__name__
}
