"""What-if (试算): the same engine on a changed plan or changed targets, beside the baseline: who moves."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kaoping.core import engine
from kaoping.core.facts import MAX_DIGITS, Facts
from kaoping.core.plan import Plan, parse, unparse
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.standing import Outcome

#: `node.points=8`, `node.params.cap=1.2`, `node.merge.H1=40`, `rounding.total=1`: a value of the plan;
#: `node:target*1.05`, `node:target=90`, `node:target@subject=90`: figures of a slot.
_PLAN = re.compile(r"(?P<node>[^\s:=@*]+?)\.(?P<key>[\w.]+)=(?P<value>.+)")
_CONTEXT = Context(prec=80)
_FACT = re.compile(r"(?P<node>[^\s:=@*]+):(?P<slot>\w+)(?:@(?P<subject>[^\s=*]+))?(?P<how>[=*])(?P<value>[+-]?[\d.]+)")


@dataclass(frozen=True, slots=True)
class Move:
    """One subject before and after."""

    subject: str
    name: str
    category: str
    before: Outcome
    after: Outcome

    @property
    def gain(self) -> Decimal:
        """Change of the total."""
        return self.after.total - self.before.total

    @property
    def places(self) -> int:
        """Places won (positive) or lost."""
        return self.before.rank - self.after.rank

    @property
    def regraded(self) -> bool:
        """Whether the grade changed."""
        return self.before.grade != self.after.grade


@dataclass(frozen=True)
class Comparison:
    """A baseline and a changed run, subject by subject, in the plan's order."""

    changes: tuple[str, ...]
    moves: tuple[Move, ...]

    @property
    def moved(self) -> tuple[Move, ...]:
        """Those whose total, place or grade changed."""
        return tuple(m for m in self.moves if m.gain or m.places or m.regraded)


def compare(plan: Plan, facts: Facts, changes: Sequence[str]) -> Comparison:
    """Score twice, as it is and with the changes.

    Raises NotValid for a change that names no node, key, slot or subject of the plan, and for all that `parse` and
    `engine.score` refuse.
    """
    changed_plan, changed_facts = changed(plan, facts, changes)
    with engine.score(plan, facts, record=False) as before:
        old = before.outcomes
    with engine.score(changed_plan, changed_facts, record=False) as after:
        new = {o.subject: o for o in after.outcomes}
    names = {s.id: s for s in plan.subjects}
    moves = (
        Move(o.subject, names[o.subject].name, names[o.subject].category, o, new[o.subject])
        for o in old
        if o.subject in new
    )
    return Comparison(tuple(changes), tuple(moves))


def changed(plan: Plan, facts: Facts, changes: Iterable[str]) -> tuple[Plan, Facts]:
    """Plan and facts with the changes applied; all that cannot be applied is refused at once."""
    data: Any = copy.deepcopy(unparse(plan))
    findings: list[Finding] = []
    for text in changes:
        if match := _FACT.fullmatch(text.strip()):
            facts = _figures(plan, facts, match, text, findings)
        elif match := _PLAN.fullmatch(text.strip()):
            _set(data, match, text, findings)
        else:
            findings.append(Finding("whatif.syntax", figures={"text": text}))
    if findings:
        raise NotValid(findings)
    return parse(data), facts


def _set(data: Any, match: re.Match[str], text: str, findings: list[Finding]) -> None:
    """Set a value of a node, or of the plan itself if no node has that id."""
    *path, last = match["key"].split(".")
    target = _node(data, match["node"])
    if target is None and match["node"] in Plan.__dataclass_fields__:
        target = data.setdefault(match["node"], {})
    if target is None:
        findings.append(
            Finding("whatif.unknown_node", Place(path=match["node"]), {"node": match["node"], "text": text})
        )
        return
    for key in path:
        target = target.setdefault(key, {}) if isinstance(target, dict) else None
    if not isinstance(target, dict):
        figures = {"node": match["node"], "text": text}
        findings.append(Finding("whatif.unknown_node", Place(path=match["node"]), figures))
        return
    target[last] = match["value"].strip()


def _node(data: Any, name: str) -> Any:
    waiting = [data["tree"], *(child for account in data.get("accounts", ()) for child in account["children"])]
    waiting += list(data.get("accounts", ()))
    while waiting:
        node = waiting.pop()
        if node["id"] == name:
            return node
        waiting += node.get("children", ())
    return None


def _figures(plan: Plan, facts: Facts, match: re.Match[str], text: str, findings: list[Finding]) -> Facts:
    """Multiply or set the figures of a slot."""
    try:
        number = Decimal(match["value"])
    except InvalidOperation:
        findings.append(Finding("whatif.syntax", figures={"text": text}))
        return facts
    table = facts.table
    chosen = pc.and_(pc.equal(_text(table["item"]), match["node"]), pc.equal(_text(table["slot"]), match["slot"]))
    if match["subject"]:
        names = {s.name: s.id for s in plan.subjects} | {s.id: s.id for s in plan.subjects}
        chosen = pc.and_(chosen, pc.equal(_text(table["subject"]), names.get(match["subject"], match["subject"])))
    hits = chosen.to_pylist()
    if not any(hits):
        findings.append(Finding("whatif.no_figures", Place(path=match["node"]), {"text": text}))
        return facts
    values = [
        (_CONTEXT.multiply(old, number) if match["how"] == "*" else number) if hit and old is not None else old
        for hit, old in zip(hits, table["value"].to_pylist(), strict=True)
    ]
    if any(v is not None and abs(v) >= 10**MAX_DIGITS for v in values):
        findings.append(Finding("whatif.too_large", Place(path=match["node"]), {"text": text, "digits": MAX_DIGITS}))
        return facts
    exponents = [v.as_tuple().exponent for v in values if v is not None]
    scale = max([0, *(-e for e in exponents if isinstance(e, int))])
    position = table.column_names.index("value")
    if scale > 38 - MAX_DIGITS:
        figures = {"text": text, "places": 38 - MAX_DIGITS}
        findings.append(Finding("whatif.too_fine", Place(path=match["node"]), figures))
        return facts
    column = pa.array(values, type=pa.decimal128(38, scale))
    return Facts(table.set_column(position, "value", column), facts.origins)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())
