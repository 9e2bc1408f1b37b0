"""The plan (方案): an issued scheme as frozen data, read from plain mappings and checked as a whole.

A plan is a tree of nodes down to indicators, each with full points or a weight, a method with parameters, slots,
missing policy, rounding, source, lead unit and clause; beside it bonus and deduction accounts, vetoes, periods,
standing rules and the excellent quota. Files are read by `kaoping.exchange`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from kaoping.core import methods
from kaoping.core.methods import Band, Method, Param
from kaoping.core.records import EMPTY, Reader, Table, f, write
from kaoping.core.refusals import Finding, Place, require

FORMAT = 1
MAX_DEPTH = 12  # levels of nodes
MAX_LEAVES = 5_000
MAX_SUBJECTS = 200_000

ACCUMULATIONS = ("latest", "sum", "mean", "max", "min")
MISSING = ("block", "zero", "average", "impute", "drop")
ROUNDINGS = ("half_up", "up", "down")


@dataclass(frozen=True, kw_only=True)
class Rounding:
    """Places after the point at each named rounding: stored figures, an indicator's score, a node's score, a total."""

    value: int = f("count", 12, low=0, high=18)
    score: int = f("count", 2, low=0, high=12)
    node: int = f("count", 2, low=0, high=12)
    total: int = f("count", 2, low=0, high=12)


@dataclass(frozen=True, kw_only=True)
class Period:
    """A period that is scored (半年, 全年): the reporting periods it covers, in order, and its scheduled progress.

    Progress is in per cent of the year.
    """

    id: str = f("id")
    name: str = f("text")
    covers: tuple[str, ...] = f("names", ())
    progress: Decimal | None = f("number", None)
    through: str = f("text", "")  # last day, MM-DD: scheduled progress by days


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is appraised: category, comparison group, staff (heads), honours that raise the excellent quota."""

    id: str = f("id")
    name: str = f("text")
    category: str = f("text", "")
    group: str = f("text", "")
    staff: int | None = f("count", None)
    honours: tuple[str, ...] = f("names", ())


@dataclass(frozen=True, kw_only=True)
class Element:
    """A data element that formulas read; reported once, used by many indicators."""

    id: str = f("id")
    name: str = f("text")
    unit: str = f("text", "")
    accumulate: str = f("choice", "latest", options=ACCUMULATIONS)
    source: str = f("text", "")


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """A subject to which a node does not apply, and the decision that allows it."""

    subject: str = f("text")
    decision: str = f("text")


@dataclass(frozen=True, kw_only=True)
class Applies:
    """To whom a node applies: these categories, these subjects; less the exceptions."""

    categories: tuple[str, ...] = f("names", ())
    subjects: tuple[str, ...] = f("names", ())
    exceptions: tuple[Exemption, ...] = f("records", (), cls=Exemption)


EVERYBODY = Applies()


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node of the tree; an indicator (leaf) if it has a method, otherwise the sum of its children.

    `points` are full points, `weight` counts where the parent combines by weight. `values` are constants that fill a
    slot for every subject, `formulas` compute a slot from data elements.
    """

    id: str = f("id")
    name: str = f("text")
    points: Decimal | None = f("number", None)
    weight: Decimal | None = f("number", None)
    combine: str = f("choice", "", options=("", "sum", "mean", "geometric"))
    rescale: bool = f("flag", False)
    cap: Decimal | None = f("number", None)
    floor: Decimal | None = f("number", None)
    places: int | None = f("count", None, high=12)
    merge: Mapping[str, Decimal] = f("numbers_by", EMPTY)
    periods: tuple[str, ...] = f("names", ())
    applies: Applies = f("record", EVERYBODY, cls=Applies)
    themes: tuple[str, ...] = f("names", ())
    # -- an indicator
    method: str = f("text", "")
    params: Mapping[str, Any] = f("raw", EMPTY)
    unit: str = f("text", "")
    direction: str = f("choice", "up", options=("up", "down"))
    accumulate: Mapping[str, str] = f("texts_by", EMPTY)
    values: Mapping[str, Decimal] = f("numbers_by", EMPTY)
    formulas: Mapping[str, str] = f("texts_by", EMPTY)
    missing: str = f("choice", "block", options=MISSING)
    compare: str = f("choice", "category", options=("category", "group", "all"))
    source: str = f("text", "")
    lead_unit: str = f("text", "")
    clause: str = f("text", "")
    note: str = f("text", "")
    children: tuple[Node, ...] = f("records", ())

    @property
    def is_leaf(self) -> bool:
        """Whether this is an indicator."""
        return bool(self.method)


# a node holds nodes, which the field could not name before the class existed
Node.__dataclass_fields__["children"].metadata = {"kind": "records", "cls": Node}  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True)
class Account:
    """A bonus or deduction account (加减分): indicators that give points by themselves, at most `cap` in all."""

    id: str = f("id")
    name: str = f("text")
    kind: str = f("choice", options=("bonus", "deduction"))
    cap: Decimal | None = f("number", None)
    clause: str = f("text", "")
    children: tuple[Node, ...] = f("records", cls=Node)


@dataclass(frozen=True, kw_only=True)
class Veto:
    """一票否决: the grade it forces, or the grade it bars (一票否优)."""

    id: str = f("id")
    name: str = f("text")
    clause: str = f("text", "")
    grade: str = f("text", "")
    bars: tuple[str, ...] = f("names", ())


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A grade (等次) and what it takes: all stated conditions; the grades are asked in order.

    `at_least` is a total; `share` the best per cent of the group (heads by `rounding`); `first` and `last` numbers of
    places. Who shares the last place that counts, gets the grade too.
    """

    id: str = f("id")
    name: str = f("text")
    at_least: Decimal | None = f("number", None)
    share: Decimal | None = f("number", None)
    first: int | None = f("count", None)
    last: int | None = f("count", None)
    rounding: str = f("choice", "half_up", options=ROUNDINGS)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who is ranked with whom, and the grades. Ranks are on rounded totals; ties share a place and leave a gap."""

    group: str = f("choice", "category", options=("category", "group", "all"))
    grades: tuple[Grade, ...] = f("records", (), cls=Grade)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """The quota of 优秀 by the unit's grade, in per cent of its staff; extras by honour; never above `cap`.

    `pool` shares out by largest remainder what rounding down each unit leaves over in its group.
    """

    by_grade: Mapping[str, Decimal] = f("numbers_by")
    extras: Mapping[str, Decimal] = f("numbers_by", EMPTY)
    cap: Decimal | None = f("number", None)
    rounding: str = f("choice", "half_up", options=(*ROUNDINGS, "pool"))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole plan. See `docs/plan-format.md` for every key."""

    format: int = f("count", key="kaoping", low=FORMAT, high=FORMAT)
    id: str = f("id")
    name: str = f("text")
    edition: str = f("text", "1")
    year: int | None = f("count", None, low=1900, high=2200)
    authority: str = f("text", "")
    basis: str = f("text", "")
    note: str = f("text", "")
    combine: str = f("choice", "sum", options=("sum", "mean"))
    scale: Decimal = f("number", Decimal(100))  # full marks of each indicator where nodes combine by weight
    rounding: Rounding = f("record", Rounding(), cls=Rounding)
    floor: Decimal | None = f("number", None)
    ceiling: Decimal | None = f("number", None)
    themes: Mapping[str, str] = f("texts_by", EMPTY)
    categories: Mapping[str, str] = f("texts_by", EMPTY)
    periods: tuple[Period, ...] = f("records", (), cls=Period)
    subjects: tuple[Subject, ...] = f("records", cls=Subject)
    elements: tuple[Element, ...] = f("records", (), cls=Element)
    tree: Node = f("record", cls=Node)
    accounts: tuple[Account, ...] = f("records", (), cls=Account)
    vetoes: tuple[Veto, ...] = f("records", (), cls=Veto)
    standing: Standing = f("record", Standing(), cls=Standing)
    quota: Quota | None = f("record", None, cls=Quota)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every node of tree and accounts with where it stands, parents before children."""
        found: list[Line] = []
        _walk(self.tree, None, "tree", None, self.combine, found)
        for i, account in enumerate(self.accounts):
            for j, child in enumerate(account.children):
                _walk(child, None, f"accounts[{i}].children[{j}]", account, "sum", found)
        return tuple(found)

    @cached_property
    def leaves(self) -> tuple[Line, ...]:
        """Every indicator, accounts' indicators last."""
        return tuple(line for line in self.lines if line.node.is_leaf)

    @cached_property
    def by_id(self) -> Mapping[str, Line]:
        """Lines by node id."""
        return {line.node.id: line for line in self.lines}

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """For every line the number of the line above it; -1 for the root and the accounts' indicators."""
        number = {id(line): i for i, line in enumerate(self.lines)}
        return tuple(-1 if line.parent is None else number[id(line.parent)] for line in self.lines)

    @cached_property
    def children(self) -> Mapping[int, list[int]]:
        """Numbers of the lines below a line, in the plan's order."""
        below: dict[int, list[int]] = {}
        for i, parent in enumerate(self.parents):
            below.setdefault(parent, []).append(i)
        below.pop(-1, None)
        return below

    def applies(self, line: Line, subject: Subject) -> bool:
        """Whether a node is part of this subject's appraisal: it and all above it apply."""
        here: Line | None = line
        while here is not None:
            to = here.node.applies
            if to != EVERYBODY and not _meets(to, subject):
                return False
            here = here.parent
        return True


def _meets(to: Applies, subject: Subject) -> bool:
    if any(exemption.subject == subject.id for exemption in to.exceptions):
        return False
    if not to.categories and not to.subjects:
        return True
    return subject.category in to.categories or subject.id in to.subjects


@dataclass(frozen=True, eq=False)
class Line:
    """A node, the path to it in the plan, what is above it, and how the node above combines its children."""

    node: Node
    path: str
    parent: Line | None
    account: Account | None
    depth: int
    combine: str  # how this node combines its own children
    merge_above: Line | None  # the node above (or this one) whose periods are merged

    @property
    def above(self) -> Iterator[Line]:
        """The lines above, nearest first."""
        here = self.parent
        while here is not None:
            yield here
            here = here.parent


def _walk(
    node: Node, parent: Line | None, path: str, account: Account | None, inherited: str, found: list[Line]
) -> None:
    combine = node.combine or inherited
    merging = parent.merge_above if parent else None
    line = Line(node, path, parent, account, parent.depth + 1 if parent else 0, combine, merging)
    if node.merge:
        line = Line(node, path, parent, account, line.depth, combine, line)
        object.__setattr__(line, "merge_above", line)
    found.append(line)
    if line.depth >= MAX_DEPTH:
        return
    for i, child in enumerate(node.children):
        below = "mean" if combine == "mean" else "sum" if combine == "sum" else inherited
        _walk(child, line, f"{path}.children[{i}]", account, below, found)


# -- reading and writing


def parse(data: object) -> Plan:
    """The plan in a plain mapping (texts, numbers, lists, mappings).

    Raises NotValid with every unknown, missing or wrong key at its path, a plan deeper than MAX_DEPTH, unknown
    methods and wrong parameters. Whole-plan checks are `kaoping.core.checks.check_whole`.
    """
    findings: list[Finding] = []
    if _depth(data, 0) > 6 * MAX_DEPTH or _tree_depth(data) > MAX_DEPTH:
        require([Finding("plan.too_deep", Place(path="tree"), {"limit": MAX_DEPTH})])
    reader = Reader(findings)
    plan = reader.record(Plan, data, "")
    require(findings)
    assert plan is not None
    return _with_params(plan, findings)


def _tree_depth(data: object) -> int:
    deepest, level = 0, [data.get("tree")] if isinstance(data, Mapping) else []
    while level and deepest <= MAX_DEPTH + 1:
        deepest += 1
        level = [
            child
            for node in level
            if isinstance(node, Mapping) and isinstance(node.get("children"), list | tuple)
            for child in node["children"]
        ]
    return deepest


def _depth(data: object, depth: int) -> int:
    if depth > 10 * MAX_DEPTH:
        return depth
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ()
    return max((_depth(x, depth + 1) for x in inner), default=depth)


def _with_params(plan: Plan, findings: list[Finding]) -> Plan:
    """The same plan with typed parameters on every indicator."""
    for line in plan.leaves:
        node = line.node
        method = methods.METHODS.get(node.method)
        if method is None:
            known = sorted(methods.METHODS)
            findings.append(
                Finding(
                    "plan.unknown_method", Place(path=f"{line.path}.method"), {"method": node.method, "methods": known}
                )
            )
            continue
        # frozen records are filled once, here, before anyone else has seen them
        object.__setattr__(node, "params", _typed(method, node.params, f"{line.path}.params", findings))
    require(findings)
    return plan


def _typed(method: Method, params: Mapping[str, Any], path: str, findings: list[Finding]) -> Table:
    reader = Reader(findings)
    for key in params:
        if key not in method.params:
            reader.found("plan.unknown_param", f"{path}.{key}", method=method.id, key=key, keys=sorted(method.params))
    typed: dict[str, object] = {}
    for key, param in method.params.items():
        if params.get(key) is not None:
            value = _param(reader, param, params[key], f"{path}.{key}")
            if value is not None:
                typed[key] = value
        elif param.required:
            reader.found("plan.missing_param", path, method=method.id, key=key)
    return Table(typed)


def _param(reader: Reader, param: Param, data: object, path: str) -> object | None:
    match param.kind:
        case "number" | "count":
            whole = param.kind == "count"
            number = reader._count(data, path, {}) if whole else reader._number(data, path, {})
            if number is not None and not _within(number, param):
                reader.found("plan.out_of_range", path, value=number, low=param.low, high=param.high)
            return number
        case "flag":
            return reader._flag(data, path, {})
        case "choice":
            return reader._choice(data, path, {"options": param.options})
        case "text" | "formula":
            return reader._text(data, path, {})
        case "names":
            return reader._names(data, path, {})
        case "by_name":
            return reader._numbers_by(data, path, {})
        case "numbers":
            return _numbers(reader, data, path)
        case "bands":
            return _bands(reader, data, path)
        case "links":
            return _links(reader, data, path)
    raise TypeError(param.kind)


def _within(number: Decimal | int, param: Param) -> bool:
    return (param.low is None or number >= param.low) and (param.high is None or number <= param.high)


def _numbers(reader: Reader, data: object, path: str) -> tuple[Decimal, ...] | None:
    if not isinstance(data, list | tuple) or not data:
        reader.found("plan.not_a_list", path)
        return None
    read = [reader._number(x, f"{path}[{i}]", {}) for i, x in enumerate(data)]
    return tuple(x for x in read if x is not None)


@dataclass(frozen=True, kw_only=True)
class _BandRecord:
    give: Decimal = f("number")
    at: Decimal | None = f("number", None)
    open: bool = f("flag", False)


def _bands(reader: Reader, data: object, path: str) -> tuple[Band, ...] | None:
    if not isinstance(data, list | tuple) or not data:
        reader.found("plan.not_a_list", path)
        return None
    found: list[Band] = []
    for i, one in enumerate(data):
        if isinstance(one, Band):
            found.append(one)
        elif (read := reader.record(_BandRecord, one, f"{path}[{i}]")) is not None and read.give is not None:
            found.append(Band(read.at, read.give, read.open))
    return tuple(found)


def _links(reader: Reader, data: object, path: str) -> Table | None:
    if not isinstance(data, Mapping):
        reader.found("plan.not_a_mapping", path)
        return None
    read = {str(k): reader._names(v, f"{path}.{k}", {}) for k, v in data.items()}
    return Table((k, v) for k, v in read.items() if v)


def unparse(plan: Plan) -> dict[str, object]:
    """The plan as a plain mapping in canonical order: `parse(unparse(plan)) == plan`."""
    return write(plan)


# -- questions that several parts ask


def full_points(plan: Plan, line: Line) -> Decimal:
    """Full points of an indicator: its own, or the plan's scale where the nodes above combine by weight."""
    if line.node.points is not None:
        return line.node.points
    return plan.scale if line.account is None else Decimal(0)


def places_of(plan: Plan, line: Line) -> int:
    """Decimals that a line's score is rounded to."""
    if line.node.places is not None:
        return line.node.places
    if line.node.is_leaf:
        return plan.rounding.score
    return plan.rounding.total if line.parent is None else plan.rounding.node


def weight_of(line: Line) -> Decimal:
    """The weight of a line where the node above combines by weight; 1 if none is given."""
    return Decimal(1) if line.node.weight is None else line.node.weight


def slots_of(node: Node) -> tuple[str, ...]:
    """Every slot of an indicator: those its method needs, then those it only keeps count of."""
    counted: tuple[str, ...] = ("judges", "dropped") if node.method == "trimmed_mean" else ()
    counted += tuple(node.params.get("not_counted", ()))
    return (*required_slots(node), *counted)


def required_slots(node: Node) -> tuple[str, ...]:
    """The slots without which there is no score."""
    method = methods.METHODS[node.method]
    return (*method.slots, *named_slots(method, node.params), *optional_slots(node))


def named_slots(method: Method, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Slots that a parameter names: kinds of events, answers of a ballot, places."""
    if not method.named_slots:
        return ()
    value = params.get(method.named_slots)
    if method.id == "place_votes":
        return methods.place_slots(value)
    return tuple(value or ())


def optional_slots(node: Node) -> tuple[str, ...]:
    """Slots that this indicator's parameters, constants or formulas call for."""
    params = node.params
    wanted: tuple[str, ...] = ()
    match node.method:
        case "step":
            wanted = ("baseline",) if params.get("bonus_caps") else ()
        case "bands":
            wanted = (("target",) if params.get("measure", "rate") == "rate" else ()) + (
                ("gate",) if "gate" in params else ()
            )
        case "progressive_bands":
            wanted = ("reference",) if params.get("reference", "slot") == "slot" else ()
        case "efficacy":
            wanted = ("satisfactory", "not_allowed") if params.get("standard") == "slot" else ()
        case "rank_steps":
            wanted = ("rank",) if params.get("source") == "given" else ("actual",)
        case "formula":
            wanted = _formula_slots(node)
        case "best_ratio":
            wanted = tuple(
                s for s in ("coefficient",) if s in node.accumulate or s in node.values or s in node.formulas
            )
    return wanted


def _formula_slots(node: Node) -> tuple[str, ...]:
    from kaoping.core import formulas

    try:
        read = formulas.names(formulas.parse(str(node.params.get("score", ""))))
    except formulas.FormulaError:
        return ()
    return tuple(sorted(read - {"points", "满分"}))
