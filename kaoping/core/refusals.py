"""What can be wrong, as data: findings with a place, and the one error that carries them.

The sentence of each code is in `kaoping.base.messages`; the core speaks codes and figures only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    """How much a finding weighs."""

    BLOCKS = "blocks"  # nothing may go on
    NOTE = "note"  # goes on, and says so


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in a file, a sheet, a row and a column, or at a path inside a plan.

    `row` counts from 1 as a spreadsheet does; `column` is a header text or a letter such as `B`.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its code, its place and the figures its sentence needs."""

    code: str
    place: Place = Place()
    figures: Mapping[str, object] = field(default_factory=dict)
    weight: Weight = Weight.BLOCKS


class NotValid(Exception):
    """The input cannot be used. Carries all findings at once, never just the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(", ".join(sorted({f.code for f in self.findings})))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop the work."""
    return [f for f in findings if f.weight is Weight.BLOCKS]


def require(findings: Iterable[Finding]) -> None:
    """Raise NotValid with everything found, if any of it blocks."""
    found = list(findings)
    if blocking(found):
        raise NotValid(found)
