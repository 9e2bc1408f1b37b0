"""The spellings a facts file may use for a plan: ids, and Chinese names where they are unique."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kaoping.base.cards import SLOTS, slot_name
from kaoping.core.plan import Plan, slots_of
from kaoping.exchange.reading import Names

_MONTH, _QUARTER = re.compile(r"M(0[1-9]|1[0-2])"), re.compile(r"Q([1-4])")


def names_of(plan: Plan) -> Names:
    """Subjects, indicators, data elements, vetoes, slots and periods of a plan by id or unique name."""
    leaves = [line.node for line in plan.leaves]
    items = [(node.id, node.name) for node in leaves]
    items += [(e.id, e.name) for e in plan.elements] + [(v.id, v.name) for v in plan.vetoes]
    covered = {code: _period_name(code) for period in plan.periods for code in period.covers}
    scored = {p.id: p.name for p in plan.periods}
    return Names(
        subjects=_spellings((s.id, s.name) for s in plan.subjects),
        items=_spellings(items),
        slots={node.id: frozenset(slots_of(node)) for node in leaves},
        slot_names={slot_name(slot, "zh"): slot for slot in SLOTS},
        periods=_spellings([*covered.items(), *scored.items()]),
    )


def _spellings(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that only one id has, and the ids themselves, which go before any name."""
    listed = list(dict.fromkeys(pairs))
    count = Counter(name for _, name in listed)
    return {name: id_ for id_, name in listed if name and count[name] == 1} | {id_: id_ for id_, _ in listed}


def _period_name(code: str) -> str:
    """`M03` is also written 3月, `Q2` also 二季度."""
    if match := _MONTH.fullmatch(code):
        return f"{int(match[1])}月"
    if match := _QUARTER.fullmatch(code):
        return f"{'一二三四'[int(match[1]) - 1]}季度"
    return ""
