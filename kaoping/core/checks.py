"""What is wrong with a plan as a whole: everything at once, each finding at its path, in the order of the plan.

`plan.parse` has seen to the single keys; here they are held against each other. The cost grows with the size of the
plan, never with subjects x indicators: subjects that nothing names one by one are looked at once per category.
What concerns only the rule of one indicator, its slots, formulas and parameters, is in `rule_checks`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kaoping.core.methods import METHODS
from kaoping.core.plan import (
    EVERYBODY,
    MAX_LEAVES,
    MAX_SUBJECTS,
    Applies,
    Grade,
    Line,
    Node,
    Plan,
    Subject,
    full_points,
    slots_of,
)
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.core.rule_checks import HUNDRED, ZERO, Check, check_rule, repeated, value_of

EXAMPLES = 5  # subjects that a finding names
CIRCLES = 20  # circles of bundles that are named


def check_whole(plan: Plan) -> list[Finding]:
    """Everything that is wrong with the plan as a whole, in its order. Empty if nothing is."""
    check = Check(plan)
    for part in (_periods, _subjects, _ids, _nodes, _sums, _bundles, _vetoes, _grades, _quota):
        part(check)
    return sorted(check.findings, key=lambda finding: _position(finding.place.path))


def bundle_depth(plan: Plan) -> int:
    """How many bundles hang on one another at most; 0 without bundles. Raises NotValid if they run in a circle."""
    links = _Links(Check(plan))
    depth, circles = links.walk()
    if circles:
        raise NotValid([links.finding(circle) for circle in circles])
    return depth


# -- what the checks share


def _position(path: str) -> tuple[int, tuple[int, ...]]:
    """Where a path stands in the plan: the place of its first key, then the numbers down to its node."""
    order = (
        "kaoping", "id", "floor", "ceiling", "themes", "categories", "periods", "subjects", "elements", "tree",
        "accounts", "vetoes", "standing", "quota",
    )  # fmt: skip
    match = re.match(r"(\w*)((?:\[\d+\])?(?:\.(?:children|grades)\[\d+\])*)", path)
    assert match
    first = order.index(match[1]) if match[1] in order else 0
    return first, tuple(int(n) for n in re.findall(r"\d+", match[2]))


def _examples(subjects: Iterable[Subject]) -> list[str]:
    return [subject.name for subject, _ in zip(subjects, range(EXAMPLES), strict=False)]


# -- periods, subjects, ids


def _periods(check: Check) -> None:
    plan = check.plan
    if plan.floor is not None and plan.ceiling is not None and plan.ceiling < plan.floor:
        check.found("plan.cap_below_floor", "ceiling", cap=plan.ceiling, floor=plan.floor)
    if plan.scale <= 0:
        check.found("plan.scale_not_positive", "scale", scale=plan.scale)
    for i, period in enumerate(plan.periods):
        path = f"periods[{i}]"
        if not period.covers:
            check.note("plan.no_covers", f"{path}.covers", period=period.name)
        for cover in repeated(period.covers):
            check.found("plan.repeated_cover", f"{path}.covers", period=period.name, cover=cover)
        if period.progress is not None and not 0 < period.progress <= HUNDRED:
            check.found("plan.progress_range", f"{path}.progress", progress=period.progress)
        if period.through and not _is_day(period.through, plan.year):
            check.found("plan.through", f"{path}.through", text=period.through)


def _is_day(text: str, year: int | None) -> bool:
    match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text)
    if not match or not 1 <= int(match[1]) <= 12:
        return False
    return 1 <= int(match[2]) <= calendar.monthrange(year or 2024, int(match[1]))[1]


def _subjects(check: Check) -> None:
    plan = check.plan
    if not plan.subjects:
        check.found("plan.no_subjects", "subjects")
    if len(plan.subjects) > MAX_SUBJECTS:
        check.found("plan.too_many_subjects", "subjects", count=len(plan.subjects), limit=MAX_SUBJECTS)
    unknown: dict[str, list[int]] = {}
    for i, subject in enumerate(plan.subjects):
        if plan.categories and subject.category not in plan.categories:
            unknown.setdefault(subject.category, []).append(i)
    for category, where in unknown.items():
        path, names = f"subjects[{where[0]}].category", _examples(plan.subjects[i] for i in where)
        if category:
            known = list(plan.categories)
            check.found("plan.unknown_category", path, category=category, subjects=names, count=len(where), known=known)
        else:
            check.found("plan.no_category", path, subjects=names, count=len(where))


def _ids(check: Check) -> None:
    plan = check.plan
    items = [(line.node.id, f"{line.path}.id") for line in plan.lines]
    items += [(account.id, f"accounts[{i}].id") for i, account in enumerate(plan.accounts)]
    items += [(element.id, f"elements[{i}].id") for i, element in enumerate(plan.elements)]
    items += [(veto.id, f"vetoes[{i}].id") for i, veto in enumerate(plan.vetoes)]
    items.sort(key=lambda item: _position(item[1]))
    _distinct(check, items)
    _distinct(check, [(subject.id, f"subjects[{i}].id") for i, subject in enumerate(plan.subjects)])
    _distinct(check, [(period.id, f"periods[{i}].id") for i, period in enumerate(plan.periods)])
    _distinct(check, [(grade.id, f"standing.grades[{i}].id") for i, grade in enumerate(plan.standing.grades)])


def _distinct(check: Check, items: Iterable[tuple[str, str]]) -> None:
    """No two of these share an id, nor differ only by capitals."""
    first: dict[str, str] = {}
    folded: dict[str, str] = {}
    for one, path in items:
        if one in first:
            check.found("plan.duplicate_id", path, id=one, first=first[one])
            continue
        first[one] = path
        other = folded.setdefault(one.casefold(), one)
        if other != one:
            check.note("plan.similar_id", path, id=one, other=other)


# -- nodes


def _nodes(check: Check) -> None:
    plan = check.plan
    if len(plan.leaves) > MAX_LEAVES:
        check.found("plan.too_many_leaves", "tree", count=len(plan.leaves), limit=MAX_LEAVES)
    for i, account in enumerate(plan.accounts):
        path = f"accounts[{i}]"
        if not account.children:
            check.found("plan.empty_node", f"{path}.children", name=account.name)
        if account.cap is not None and account.cap <= 0:
            check.found("plan.account_cap", f"{path}.cap", cap=account.cap)
    for line in plan.lines:
        _shape(check, line)
        _points_and_weights(check, line)
        _references(check, line)
        _merging(check, line)
        if line.node.method in METHODS and not line.node.children:
            _indicator(check, line)


def _shape(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    if node.method and node.children:
        check.found("plan.method_and_children", f"{path}.method", name=node.name)
    if not node.method and not node.children:
        check.found("plan.empty_node", path, name=node.name)
    if node.cap is not None and node.floor is not None and node.cap < node.floor:
        check.found("plan.cap_below_floor", f"{path}.cap", cap=node.cap, floor=node.floor)
    unused = ("combine", "rescale") if node.method else ("params", "accumulate", "values", "formulas")
    for key in unused:
        if getattr(node, key):
            check.note("plan.never_used", f"{path}.{key}", key=key)
    if not node.method and node.rescale and (line.combine != "sum" or node.points is None):
        check.note("plan.never_used", f"{path}.rescale", key="rescale")
    if line.account and not node.method:
        for key in ("points", "cap", "floor", "merge"):
            if getattr(node, key) not in (None, {}):
                check.found("plan.account_key", f"{path}.{key}", key=key)
        if line.combine != "sum":
            check.found("plan.account_key", f"{path}.combine", key="combine")


def _points_and_weights(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    if node.points is not None and node.points <= 0:
        check.found("plan.points_not_positive", f"{path}.points", points=node.points)
    if node.weight is not None and node.weight < 0:
        check.found("plan.weight_negative", f"{path}.weight", weight=node.weight)
    elif node.weight == 0:
        check.note("plan.weight_zero", f"{path}.weight", name=node.name)
    if node.weight is not None and (line.parent is None or line.parent.combine == "sum"):
        check.note("plan.weight_unused", f"{path}.weight", weight=node.weight)
    stands_alone = node.is_leaf or line.combine != "sum"
    summed = line.parent is not None and line.parent.combine == "sum"
    if line.account is None:
        if summed and stands_alone and node.points is None:
            check.found("plan.points_missing", f"{path}.points", name=node.name, scale=check.plan.scale)
    elif node.method in METHODS and not METHODS[node.method].account and node.points is None:
        check.found("plan.account_points_missing", f"{path}.points", method=node.method)
    if node.children and line.combine != "sum":
        weights = [child.weight for child in node.children]
        given = [weight for weight in weights if weight is not None]
        if given and len(given) < len(weights):
            for i, weight in enumerate(weights):
                if weight is None:
                    check.found("plan.weight_missing", f"{path}.children[{i}].weight", name=node.children[i].name)
        if given and len(given) == len(weights) and not any(given):
            check.found("plan.weights_all_zero", path, name=node.name)


def _references(check: Check, line: Line) -> None:
    node, path, plan = line.node, line.path, check.plan
    for i, theme in enumerate(node.themes):
        if theme not in plan.themes:
            check.found("plan.unknown_theme", f"{path}.themes[{i}]", theme=theme, known=list(plan.themes))
    to: Applies = node.applies
    for i, category in enumerate(to.categories):
        if category not in check.categories:
            figures = {"category": category, "subjects": [], "count": 0, "known": list(check.categories)}
            check.found("plan.unknown_category", f"{path}.applies.categories[{i}]", **figures)
    for i, subject in enumerate(to.subjects):
        if subject not in check.subjects:
            check.found("plan.unknown_subject", f"{path}.applies.subjects[{i}]", subject=subject)
    for i, exemption in enumerate(to.exceptions):
        here = f"{path}.applies.exceptions[{i}]"
        if exemption.subject not in check.subjects:
            check.found("plan.unknown_subject", f"{here}.subject", subject=exemption.subject)
        if not exemption.decision.strip():
            check.found("plan.no_decision", f"{here}.decision", subject=exemption.subject)
    known = {period.id for period in plan.periods}
    for i, period in enumerate(node.periods):
        if period not in known:
            check.found("plan.unknown_period", f"{path}.periods[{i}]", period=period, known=sorted(known))
    for period in node.merge:
        if period not in known:
            check.found("plan.unknown_period", f"{path}.merge.{period}", period=period, known=sorted(known))


def _merging(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    above = line.parent.merge_above if line.parent else None
    if node.merge and above:
        check.found("plan.merge_nested", f"{path}.merge", above=above.node.name)
    for period, weight in node.merge.items():
        if weight <= 0:
            check.found("plan.merge_weight", f"{path}.merge.{period}", period=period, weight=weight)
    if node.periods and not check.scored_in(line) and all(p in check.periods for p in node.periods):
        level = list(line.merge_above.node.merge) if line.merge_above else list(check.periods[-1:])
        check.found("plan.never_scored", f"{path}.periods", periods=list(node.periods), scored=level)


# -- indicators


def _indicator(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    method = METHODS[node.method]
    for key, code in (("source", "plan.no_source"), ("lead_unit", "plan.no_lead_unit"), ("clause", "plan.no_clause")):
        if not getattr(node, key) and not (key == "clause" and line.account and line.account.clause):
            check.note(code, f"{path}.{key}", name=node.name)
    if node.direction not in method.directions:
        options = list(method.directions)
        check.found("plan.direction", f"{path}.direction", method=method.id, direction=node.direction, options=options)
    if method.account and method.id != "points" and line.account is None:
        check.found("plan.account_method", f"{path}.method", method=method.id)
    _whom(check, line)
    if node.missing == "impute" and "actual" not in slots_of(node):
        check.found("plan.impute_without_actual", f"{path}.missing", method=method.id)
    check_rule(check, line)


def _whom(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    if check.plan.subjects and next(check.whom(line), None) is None:
        check.found("plan.applies_to_nobody", path, name=node.name)
    if node.compare == "group" and (compares(node) or node.missing in ("average", "impute")):
        without = _examples(subject for subject in check.whom(line) if not subject.group)
        if without:
            check.found("plan.group_missing", f"{path}.compare", subjects=without)


def compares(node: Node) -> bool:
    """Whether an indicator, with its parameters, reads the figures of other subjects."""
    key, needed = {
        "rank_steps": ("source", "group"),
        "efficacy": ("standard", "group"),
        "progressive_bands": ("reference", "group_mean"),
    }.get(node.method, ("", ""))
    return METHODS[node.method].compares and (not key or value_of(node, key) == needed)


# -- full points add up


@dataclass
class _Spread:
    """A sum and how many parts it has, for every subject: one for all, others for categories, others for subjects."""

    rest: tuple[Decimal, int] = (ZERO, 0)
    by_category: dict[str, tuple[Decimal, int]] = field(default_factory=dict)
    by_subject: dict[str, tuple[Decimal, int]] = field(default_factory=dict)

    def of(self, category: str) -> tuple[Decimal, int]:
        """For the subjects of a category that are not named one by one."""
        return self.by_category.get(category, self.rest)


NONE = (ZERO, 0)


def _added(parts: Iterable[_Spread], subjects: Mapping[str, Subject]) -> _Spread:
    """The sum of several spreads, in the time of their sizes."""
    rest, categories, named = NONE, dict[str, tuple[Decimal, int]](), dict[str, tuple[Decimal, int]]()
    for part in parts:
        rest = _plus(rest, part.rest)
        for category, value in part.by_category.items():
            categories[category] = _plus(categories.get(category, NONE), _minus(value, part.rest))
        for one, value in part.by_subject.items():
            named[one] = _plus(named.get(one, NONE), _minus(value, part.of(subjects[one].category)))
    total = _Spread(rest, {category: _plus(rest, delta) for category, delta in categories.items()})
    total.by_subject = {one: _plus(total.of(subjects[one].category), delta) for one, delta in named.items()}
    return total


def _plus(a: tuple[Decimal, int], b: tuple[Decimal, int]) -> tuple[Decimal, int]:
    return a[0] + b[0], a[1] + b[1]


def _minus(a: tuple[Decimal, int], b: tuple[Decimal, int]) -> tuple[Decimal, int]:
    return a[0] - b[0], a[1] - b[1]


def _narrowed(spread: _Spread, to: Applies, subjects: Mapping[str, Subject]) -> _Spread:
    """The spread of those to whom a node applies; nothing for the others."""
    if to == EVERYBODY:
        return spread
    kept = spread
    if to.categories or to.subjects:
        inside = frozenset(to.categories)
        by_subject = {one: v for one, v in spread.by_subject.items() if subjects[one].category in inside}
        for one in to.subjects:
            if one in subjects:
                by_subject[one] = spread.by_subject.get(one, spread.of(subjects[one].category))
        by_subject.update(
            (one, NONE) for one in spread.by_subject if one not in by_subject and subjects[one].category in inside
        )
        kept = _Spread(NONE, {category: spread.of(category) for category in inside}, by_subject)
    gone = {exemption.subject: NONE for exemption in to.exceptions if exemption.subject in subjects}
    return _Spread(kept.rest, kept.by_category, {**kept.by_subject, **gone})


def _mapped(spread: _Spread, points: Decimal | None) -> _Spread:
    """The node itself: one part, if it has any, of its own points or else of the sum."""

    def one(value: tuple[Decimal, int]) -> tuple[Decimal, int]:
        return (value[0] if points is None else points, 1) if value[1] else NONE

    return _Spread(
        one(spread.rest),
        {key: one(value) for key, value in spread.by_category.items()},
        {key: one(value) for key, value in spread.by_subject.items()},
    )


def _sums(check: Check) -> None:
    """Children's full points against the node's, for every pattern of applicability and every scored period."""
    plan = check.plan
    if not plan.subjects:
        return
    children: dict[str, list[Line]] = {}
    for line in plan.lines:
        if line.parent:
            children.setdefault(line.parent.path, []).append(line)
    spreads: dict[tuple[str, str], _Spread] = {}  # (path, period) -> the node's full points
    for line in reversed(plan.lines):
        if line.account:
            continue
        level = tuple(line.merge_above.node.merge) if line.merge_above else check.periods[-1:]
        told: set[str] = set()
        inner = _Spread()
        for period in level:
            node = line.node
            if node.periods and period not in node.periods:
                spreads[line.path, period] = _Spread()
                continue
            if node.is_leaf or not node.children:
                inner = _Spread((full_points(plan, line), 1)) if node.is_leaf else _Spread()
            else:
                parts = (spreads.get((c.path, _level(c, period)), _Spread()) for c in children[line.path])
                inner = _added(parts, check.subjects)
                _sum_finding(check, line, inner, told)
            points = node.points if node.is_leaf or line.combine == "sum" else full_points(plan, line)
            spreads[line.path, period] = _narrowed(_mapped(inner, points), node.applies, check.subjects)
        if node.merge:
            spreads[line.path, "="] = next(
                (spreads[line.path, p] for p in reversed(level) if spreads[line.path, p] != _Spread()), _Spread()
            )
    root = plan.lines[0]
    whole = spreads[root.path, _level(root, check.periods[-1])]
    _without_plan(check, whole)
    summed = not root.node.is_leaf and root.combine == "sum" and root.node.points is None
    if summed and whole.rest[1] and whole.rest[0] != HUNDRED:
        check.note("plan.root_total", "tree", sum=whole.rest[0])


def _level(line: Line, period: str) -> str:
    """Under which key a child's full points are kept: the period, or `=` where it merges periods itself."""
    return "=" if line.node.merge else period


def _sum_finding(check: Check, line: Line, spread: _Spread, told: set[str]) -> None:
    node = line.node
    if node.points is None or node.rescale or line.combine != "sum":
        return
    totals = (spread.rest, *spread.by_category.values(), *spread.by_subject.values())
    if all(total == node.points or not count for total, count in totals):
        return
    for subject in check.samples:
        total, count = spread.by_subject.get(subject.id, spread.of(subject.category))
        key = f"{total}"
        if count and total != node.points and key not in told and check.applies(line, subject):
            told.add(key)
            check.found(
                "plan.points_sum", f"{line.path}.points",
                points=node.points, sum=total, difference=abs(node.points - total), subject=subject.name,
            )  # fmt: skip


def _without_plan(check: Check, whole: _Spread) -> None:
    """Subjects for whom no indicator counts, told once for each category."""
    without: dict[str, list[int]] = {}
    for i, subject in enumerate(check.plan.subjects):
        if not whole.by_subject.get(subject.id, whole.of(subject.category))[1]:
            without.setdefault(subject.category, []).append(i)
    for where in without.values():
        names = _examples(check.plan.subjects[i] for i in where)
        check.found("plan.subject_without_plan", f"subjects[{where[0]}]", subjects=names, count=len(where))


# -- bundles

_Vertex = tuple[str, str, str]  # kind (leaf, entry, result), name of subject or entry, path of leaf or node


def _bundles(check: Check) -> None:
    lines = [line for line in check.plan.leaves if line.node.method == "bundle"]
    if not lines:
        return
    for line in lines:
        _bundle(check, line)
    links = _Links(check)
    to_self = {f.place.path.partition(".params")[0] for f in check.findings if f.code == "plan.bundle_self"}
    for circle in links.walk()[1]:
        leaves = {path for kind, _, path in circle if kind == "leaf"}
        if len({name for _, name, _ in circle}) > 1 or not leaves & to_self:
            check.findings.append(links.finding(circle))


def _bundle(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    target = check.plan.by_id.get(str(node.params.get("node", "")))
    if target is None:
        check.found("plan.unknown_node", f"{path}.node", node=node.params.get("node", ""))
    elif target.account is not None:
        check.found("plan.bundle_account", f"{path}.node", node=target.node.name)
    elif not _same_level(check, line, target):
        check.found("plan.bundle_level", f"{path}.node", node=target.node.name)
    of = node.params.get("of", {})
    for key, names in of.items():
        for i, name in ((-1, key), *enumerate(names)):
            here = f"{path}.of.{key}" + (f"[{i}]" if i >= 0 else "")
            known = (name in check.subjects) + (name in check.categories)
            if known == 0:
                check.found("plan.unknown_subject_or_category", here, name=name)
            elif known == 2:
                check.found("plan.bundle_ambiguous", here, name=name)
        subject = check.subjects.get(key)
        if key in names or (subject and subject.category in names):
            check.found("plan.bundle_self", f"{path}.of.{key}", name=subject.name if subject else key)
    without = _examples(s for s in check.whom(line) if s.id not in of and s.category not in of)
    if without:
        check.note("plan.bundle_without_entry", f"{path}.of", subjects=without)


def _same_level(check: Check, line: Line, target: Line) -> bool:
    """A bundle reads nodes of its own period level only: in the same scored periods, or the merged result."""
    above = target.parent.merge_above if target.parent else None
    if line.merge_above is None:
        return above is None
    return above is not None and set(line.merge_above.node.merge) <= set(above.node.merge)


class _Links:
    """Which bundled indicator of whom hangs on which other: subjects that nothing names count once per category."""

    def __init__(self, check: Check) -> None:
        self.check = check
        plan = check.plan
        self.lines = {line.path: line for line in plan.lines}
        self.bundles = [line for line in plan.leaves if line.node.method == "bundle" and not line.account]
        self.bundles += [line for line in plan.leaves if line.node.method == "bundle" and line.account]
        self.members: dict[str, list[Subject]] = {}
        for subject in check.samples if self.bundles else ():
            self.members.setdefault(subject.category, []).append(subject)
        self.inside: dict[str, list[Line]] = {}  # node path -> bundles in it
        for line in self.bundles:
            for here in (line, *line.above):
                self.inside.setdefault(here.path, []).append(line)

    def after(self, vertex: _Vertex) -> list[_Vertex]:
        """What a vertex hangs on: a leaf on entries, an entry on subjects' results, a result on the bundles in it."""
        kind, name, path = vertex
        if kind == "leaf":
            params = self.lines[path].node.params
            target = self.check.plan.by_id.get(str(params.get("node", "")))
            of = params.get("of", {})
            entry = of.get(name, of.get(self.check.subjects[name].category, ()))
            return [("entry", one, target.path) for one in entry] if target else []
        if kind == "entry":
            subject = self.check.subjects.get(name)
            return [("result", s.id, path) for s in ([subject] if subject else self.members.get(name, ()))]
        subject = self.check.subjects[name]
        return [("leaf", name, b.path) for b in self.inside.get(path, ()) if self.check.applies(b, subject)]

    def walk(self) -> tuple[int, list[list[_Vertex]]]:
        """The longest chain of bundles, and the circles (of leaves and results) that were met."""
        depth: dict[_Vertex, int] = {}
        open_: dict[_Vertex, None] = {}
        circles: list[list[_Vertex]] = []
        for line in self.bundles:
            for subject in self.check.samples:
                if not self.check.applies(line, subject):
                    continue
                stack: list[tuple[_Vertex, bool]] = [(("leaf", subject.id, line.path), False)]
                while stack:
                    here, leaving = stack.pop()
                    if leaving:
                        below = max((depth.get(one, 0) for one in self.after(here)), default=0)
                        depth[here] = below + (here[0] == "leaf")
                        del open_[here]
                    elif here in open_:
                        trail = list(open_)
                        if len(circles) < CIRCLES:
                            circles.append([v for v in trail[trail.index(here) :] if v[0] != "entry"])
                    elif here not in depth:
                        open_[here] = None
                        stack.append((here, True))
                        stack.extend((one, False) for one in self.after(here))
        return max(depth.values(), default=0), circles

    def finding(self, circle: list[_Vertex]) -> Finding:
        """The circle by name, subject by subject and node by node, from its first bundle back to itself."""
        start = next(i for i, vertex in enumerate(circle) if vertex[0] == "leaf")
        turned = [*circle[start:], *circle[:start], circle[start]]
        names = [f"{self.check.subjects[name].name}·{self.lines[path].node.name}" for _, name, path in turned]
        return Finding("plan.bundle_circle", Place(path=f"{turned[0][2]}.params.of"), {"circle": names})


# -- vetoes, grades, quota


def _vetoes(check: Check) -> None:
    known = [grade.id for grade in check.plan.standing.grades]
    for i, veto in enumerate(check.plan.vetoes):
        path = f"vetoes[{i}]"
        if not veto.clause:
            check.note("plan.veto_no_clause", f"{path}.clause", name=veto.name)
        if not veto.grade and not veto.bars:
            check.found("plan.veto_no_effect", path, name=veto.name)
        if veto.grade and veto.grade not in known:
            check.found("plan.unknown_grade", f"{path}.grade", grade=veto.grade, known=known)
        for j, grade in enumerate(veto.bars):
            if grade not in known:
                check.found("plan.unknown_grade", f"{path}.bars[{j}]", grade=grade, known=known)


def _grades(check: Check) -> None:
    plan = check.plan
    if plan.standing.group == "group":
        without = [subject for subject in plan.subjects if not subject.group]
        if without:
            check.found("plan.group_missing", "standing.group", subjects=_examples(without))
    grades = plan.standing.grades
    barred = {grade for veto in plan.vetoes for grade in veto.bars}
    forced = {veto.grade for veto in plan.vetoes}
    for i, grade in enumerate(grades):
        path = f"standing.grades[{i}]"
        if grade.share is not None and not 0 < grade.share <= HUNDRED:
            check.found("plan.grade_share", f"{path}.share", share=grade.share)
        for key in ("first", "last"):
            if getattr(grade, key) == 0:
                check.found("plan.grade_never", f"{path}.{key}", grade=grade.name)
        taker = next((g for g in grades[:i] if g.id not in barred and _takes_all(g, grade)), None)
        if taker and grade.id not in forced:
            check.found("plan.grade_unreachable", path, grade=grade.name, before=taker.name)
    if grades and all(_conditions(grade) for grade in grades):
        check.note("plan.grade_no_rest", f"standing.grades[{len(grades) - 1}]", grade=grades[-1].name)


def _conditions(grade: Grade) -> tuple[str, ...]:
    return tuple(key for key in ("at_least", "share", "first", "last") if getattr(grade, key) is not None)


def _takes_all(before: Grade, grade: Grade) -> bool:
    """Whether whoever meets `grade` meets `before` too."""
    for key in _conditions(before):
        mine, its = getattr(before, key), getattr(grade, key)
        if its is None or (its < mine if key == "at_least" else its > mine):
            return False
        if key == "share" and before.rounding != grade.rounding:
            return False
    return True


def _quota(check: Check) -> None:
    plan, quota = check.plan, check.plan.quota
    if quota is None:
        return
    known = [grade.id for grade in plan.standing.grades]
    for key in ("by_grade", "extras"):
        for name, percent in getattr(quota, key).items():
            low = ZERO if key == "by_grade" else -HUNDRED
            if not low <= percent <= HUNDRED:
                check.found("plan.quota_range", f"quota.{key}.{name}", value=percent)
    if quota.cap is not None and not 0 < quota.cap <= HUNDRED:
        check.found("plan.quota_range", "quota.cap", value=quota.cap)
    for name in quota.by_grade:
        if name not in known:
            check.found("plan.unknown_grade", f"quota.by_grade.{name}", grade=name, known=known)
    for grade in plan.standing.grades:
        if grade.id not in quota.by_grade:
            check.note("plan.quota_no_percent", "quota.by_grade", grade=grade.name)
    without = [i for i, subject in enumerate(plan.subjects) if subject.staff is None]
    if without:
        names = _examples(plan.subjects[i] for i in without)
        check.note("plan.no_staff", f"subjects[{without[0]}].staff", subjects=names, count=len(without))
