"""What changed between two editions of a plan (修订对照), as rows; empty exactly if the plans are equal.

Nodes, subjects, periods and the rest are matched by id (the n-th of an id with the n-th, should one stand twice).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from kaoping.core.plan import Account, Node, Plan
from kaoping.core.records import plain


class Kind(StrEnum):
    """What happened."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # elsewhere in the tree, or in another order
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in which part of the plan, of what (id and name), which field, and both values as plain data.

    `part` is `plan`, `node`, `account`, `subject`, `period`, `element`, `veto` or `grade`. `path` is that in the new
    plan, or for what was removed, in the old one. `field` is dotted: `params.cap`, `applies.categories`. Of what was
    added or removed, `new` or `old` is the whole of it, without its children.
    """

    kind: Kind
    part: str
    id: str
    name: str
    path: str
    field: str
    old: object
    new: object


Key = tuple[str, int]
Figures = dict[tuple[str, ...], object]


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something with an id: where it stands and what it says."""

    part: str
    id: str
    path: str
    above: tuple[str, Key]  # the part and key of what holds it
    record: object

    @property
    def name(self) -> str:
        return str(getattr(self.record, "name", ""))


_ABSENT = object()
_NOWHERE: tuple[str, Key] = ("", ("", 0))


def compare(old: Plan, new: Plan) -> list[Change]:
    """Every difference, in the order of the new plan; what was removed follows what it used to follow."""
    changes = list(_fields("plan", new.id, new.name, "", _plan_figures(old), _plan_figures(new)))
    for part, key in (("period", "periods"), ("subject", "subjects"), ("element", "elements")):
        changes += _things(_listed(part, key, getattr(old, key)), _listed(part, key, getattr(new, key)))
    changes += _things(_nodes(old), _nodes(new))
    changes += _things(_listed("veto", "vetoes", old.vetoes), _listed("veto", "vetoes", new.vetoes))
    path = "standing.grades"
    changes += _things(_listed("grade", path, old.standing.grades), _listed("grade", path, new.standing.grades))
    return changes


def _plan_figures(plan: Plan) -> Figures:
    """What the plan says once: all but its lists of things with an id."""
    apart = {"periods", "subjects", "elements", "tree", "accounts", "vetoes"}
    figures = _figures(plan, apart)
    return {key: value for key, value in figures.items() if key != ("standing", "grades")}


def _figures(record: object, apart: set[str] | frozenset[str] = frozenset()) -> Figures:
    """A record as values by dotted name; mappings key by key, lists as a whole."""
    found: Figures = {}
    for one in fields(record):  # type: ignore[arg-type]
        if one.name in apart:
            continue
        value = getattr(record, one.name)
        key = str(one.metadata.get("key", one.name))
        if isinstance(value, Mapping):
            found |= {(key, str(name)): inner for name, inner in value.items()}
        elif hasattr(value, "__dataclass_fields__"):
            found |= {(key, *inner): figure for inner, figure in _figures(value).items()}
        elif value is not None:
            found[(key,)] = value
    return found


def _fields(part: str, id_: str, name: str, path: str, old: Figures, new: Figures) -> Iterator[Change]:
    """The fields in which two records differ, in the order of the new one; those that went come last."""
    for key in (*new, *(k for k in old if k not in new)):
        before, after = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if before is after or before == after:
            continue
        kind = Kind.RENAMED if key == ("name",) else Kind.CHANGED
        dotted = ".".join(key)
        here = f"{path}.{dotted}".lstrip(".")
        yield Change(kind, part, id_, name, here, dotted, _shown(before), _shown(after))


def _shown(value: object) -> object:
    return None if value is _ABSENT else plain(value)


# -- things with an id


def _listed(part: str, path: str, records: Sequence[object]) -> dict[Key, _Thing]:
    seen: Counter[str] = Counter()
    found: dict[Key, _Thing] = {}
    for i, record in enumerate(records):
        id_ = str(getattr(record, "id"))  # noqa: B009 - records of several classes
        found[(id_, seen[id_])] = _Thing(part, id_, f"{path}[{i}]", _NOWHERE, record)
        seen[id_] += 1
    return found


def _nodes(plan: Plan) -> dict[Key, _Thing]:
    """Nodes and accounts in the order of the plan, each with what holds it."""
    found: dict[Key, _Thing] = {}
    seen: Counter[str] = Counter()

    def enter(part: str, record: Node | Account, path: str, above: tuple[str, Key]) -> None:
        label = f"{part}:{record.id}"
        key = (label, seen[label])
        seen[label] += 1
        found[key] = _Thing(part, record.id, path, above, record)
        for i, child in enumerate(record.children):
            enter("node", child, f"{path}.children[{i}]", (part, key))

    enter("node", plan.tree, "tree", _NOWHERE)
    for i, account in enumerate(plan.accounts):
        enter("account", account, f"accounts[{i}]", _NOWHERE)
    return found


def _things(old: dict[Key, _Thing], new: dict[Key, _Thing]) -> list[Change]:
    """Added, removed, moved, and changed in their fields; things that only stand further down are not moved."""
    moved = _moved(old, new)
    rank = {key: i for i, key in enumerate(new)}
    changes: list[tuple[int, int, list[Change]]] = []
    for key, thing in new.items():
        found: list[Change] = []
        if key not in old:
            found.append(_whole(Kind.ADDED, thing))
        else:
            if key in moved:
                found.append(_move(old[key], thing))
            if thing.part in ("node", "account") or old[key].record != thing.record:
                before, after = (_figures(x.record, {"id", "children"}) for x in (old[key], thing))
                found += _fields(thing.part, thing.id, thing.name, thing.path, before, after)
        changes.append((rank[key], 0, found))
    last = -1
    for key, thing in old.items():
        if key in new:
            last = rank[key]
        else:
            changes.append((last, 1, [_whole(Kind.REMOVED, thing)]))
    changes.sort(key=lambda x: x[:2])
    return [change for _, _, found in changes for change in found]


def _whole(kind: Kind, thing: _Thing) -> Change:
    said = plain(thing.record)
    assert isinstance(said, dict)
    said.pop("children", None)
    old, new = (None, said) if kind is Kind.ADDED else (said, None)
    return Change(kind, thing.part, thing.id, thing.name, thing.path, "", old, new)


def _move(old: _Thing, new: _Thing) -> Change:
    """From below one node to below another, or from one place to another."""
    if old.above != new.above:
        before, after = (_id_of(x.above) for x in (old, new))
        return Change(Kind.MOVED, new.part, new.id, new.name, new.path, "parent", before, after)
    return Change(Kind.MOVED, new.part, new.id, new.name, new.path, "order", _number(old), _number(new))


def _id_of(above: tuple[str, Key]) -> str:
    return above[1][0].partition(":")[2]


def _number(thing: _Thing) -> int:
    """The place in the list, counted from 1."""
    return int(thing.path.rpartition("[")[2].rstrip("]")) + 1


def _moved(old: dict[Key, _Thing], new: dict[Key, _Thing]) -> set[Key]:
    """Things below something else than before, and the fewest that explain a changed order of the others."""
    common = [key for key in new if key in old]
    moved = {key for key in common if old[key].above != new[key].above}
    place = {key: i for i, key in enumerate(old)}
    siblings: dict[tuple[str, tuple[str, Key]], list[Key]] = {}
    for key in common:
        if key not in moved:
            siblings.setdefault((new[key].part, new[key].above), []).append(key)
    for keys in siblings.values():
        kept = _longest_rise([place[key] for key in keys])
        moved |= {key for i, key in enumerate(keys) if i not in kept}
    return moved


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Positions of a longest rising part of a list of different numbers."""
    ends: list[int] = []  # smallest last number of a rise of each length
    at: list[int] = []
    before: list[int] = []
    for i, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            at.append(i)
        else:
            ends[length], at[length] = number, i
    kept: set[int] = set()
    i = at[-1] if at else -1
    while i >= 0:
        kept.add(i)
        i = before[i]
    return kept
