"""What is wrong with the rule of one indicator: its slots, its formulas and the parameters of its method.

Here is also what these checks share with those of the whole plan (`checks`), which call them node by node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from kaoping.core import formulas
from kaoping.core.methods import METHODS, Band
from kaoping.core.plan import ACCUMULATIONS, EVERYBODY, Line, Node, Plan, Subject, full_points, slots_of
from kaoping.core.refusals import Finding, Place, Weight

ZERO, HUNDRED = Decimal(0), Decimal(100)


def check_rule(check: Check, line: Line) -> None:
    """Everything that is wrong with the rule of one indicator."""
    for part in (_slots, _formulas, _params):
        part(check, line)


# -- what the checks share, also those of the whole plan


@dataclass
class Check:
    """The plan, what has been found, and the looks at it that several checks need."""

    plan: Plan
    findings: list[Finding] = field(default_factory=list)

    def found(self, code: str, path: str, **figures: object) -> None:
        """Something that must be mended first."""
        self.findings.append(Finding(code, Place(path=path), figures))

    def note(self, code: str, path: str, **figures: object) -> None:
        """Something that should be known."""
        self.findings.append(Finding(code, Place(path=path), figures, Weight.NOTE))

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        """Subjects by id."""
        return {subject.id: subject for subject in self.plan.subjects}

    @cached_property
    def categories(self) -> Mapping[str, object]:
        """Categories that may be named: the declared ones, else those that subjects have."""
        return self.plan.categories or {s.category: None for s in self.plan.subjects if s.category}

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Scored periods in order; without any there is one without a name."""
        return tuple(period.id for period in self.plan.periods) or ("",)

    @cached_property
    def named(self) -> frozenset[str]:
        """Subjects that some node names one by one."""
        named: set[str] = set()
        for line in self.plan.lines:
            to = line.node.applies
            if to is not EVERYBODY:
                named.update(to.subjects, (exemption.subject for exemption in to.exceptions))
            if line.node.method == "bundle":
                of = line.node.params.get("of", {})
                named.update(of, *of.values())
        return frozenset(named & self.subjects.keys())

    @cached_property
    def samples(self) -> tuple[Subject, ...]:
        """Who stands for all: every named subject; of the others the first of each category, with and without group."""
        kept: dict[object, Subject] = {}
        for subject in self.plan.subjects:
            key = subject.id if subject.id in self.named else (subject.category, bool(subject.group))
            kept.setdefault(key, subject)
        return tuple(kept.values())

    @cached_property
    def _restrictions(self) -> Mapping[str, tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]]:
        """What narrows each line down, its own and from above: categories, subjects, exceptions."""
        found: dict[str, tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]] = {}
        for line in self.plan.lines:
            above = found[line.parent.path] if line.parent else ()
            to = line.node.applies
            if to != EVERYBODY:
                exceptions = frozenset(exemption.subject for exemption in to.exceptions)
                above = (*above, (frozenset(to.categories), frozenset(to.subjects), exceptions))
            found[line.path] = above
        return found

    def applies(self, line: Line, subject: Subject) -> bool:
        """Whether a node is part of this subject's appraisal (as `Plan.applies`, without searching long lists)."""
        for categories, subjects, exceptions in self._restrictions[line.path]:
            if subject.id in exceptions:
                return False
            if (categories or subjects) and subject.category not in categories and subject.id not in subjects:
                return False
        return True

    def whom(self, line: Line) -> Iterator[Subject]:
        """Samples of those to whom a node applies."""
        return (subject for subject in self.samples if self.applies(line, subject))

    def scored_in(self, line: Line) -> tuple[str, ...]:
        """In which periods a node is scored: those merged above, else the last; less what `periods` rule out."""
        level = tuple(line.merge_above.node.merge) if line.merge_above else self.periods[-1:]
        for here in (line, *line.above):
            if here.node.periods:
                level = tuple(period for period in level if period in here.node.periods)
        return level


def value_of(node: Node, key: str) -> object:
    """A parameter as set, else its default."""
    return node.params[key] if key in node.params else METHODS[node.method].params[key].default


def repeated(names: Sequence[str]) -> list[str]:
    """The names that stood there before, as often as they come again."""
    return [name for i, name in enumerate(names) if name in names[:i]] if len(set(names)) < len(names) else []


# -- slots and formulas


def _slots(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    known = slots_of(node)
    for key in ("accumulate", "values", "formulas"):
        for slot in getattr(node, key):
            if slot not in known:
                here = f"{path}.{key}.{slot}"
                check.found("plan.unknown_slot", here, slot=slot, method=node.method, known=list(known))
            elif key != "formulas" and slot in node.formulas:
                check.note("plan.never_used", f"{path}.{key}.{slot}", key=f"{key}.{slot}")
    for slot, how in node.accumulate.items():
        if how not in ACCUMULATIONS:
            options = list(ACCUMULATIONS)
            check.found("plan.unknown_accumulation", f"{path}.accumulate.{slot}", text=how, options=options)


def _formulas(check: Check, line: Line) -> None:
    node, path = line.node, line.path
    slots = slots_of(node)
    reads: dict[str, list[str]] = {}
    for slot, text in node.formulas.items():
        here = f"{path}.formulas.{slot}"
        for name in _names(check, text, here):
            if name in slots and (name != slot or not _elements(check, name)):
                reads.setdefault(slot, []).append(name)
            else:
                _element(check, name, here)
    circle = _first_circle({slot: [name for name in names if name in node.formulas] for slot, names in reads.items()})
    if circle:
        check.found("plan.formula_circle", f"{path}.formulas.{circle[0]}", circle=circle)
    if node.method == "formula":
        _names(check, str(node.params.get("score", "")), f"{path}.params.score")


def _names(check: Check, text: str, path: str) -> list[str]:
    try:
        return sorted(formulas.names(formulas.parse(text)))
    except formulas.FormulaError as error:
        check.findings.append(Finding(error.code, Place(path=path), error.figures))
        return []


def _elements(check: Check, name: str) -> list[str]:
    """Ids of the data elements that a name in a formula means: the one of this id, else those of this name."""
    ids = [element.id for element in check.plan.elements if element.id == name]
    return ids or [element.id for element in check.plan.elements if element.name == name]


def _element(check: Check, name: str, path: str) -> None:
    meant = _elements(check, name)
    if not meant:
        check.found("plan.formula_unknown_name", path, name=name)
    elif len(meant) > 1:
        check.found("plan.formula_ambiguous_name", path, name=name, elements=meant)


def _first_circle(reads: Mapping[str, Sequence[str]]) -> list[str]:
    """The first circle in a small graph, its start repeated at the end; empty if there is none."""
    done: set[str] = set()
    for start in reads:
        trail: list[str] = []
        pending: list[tuple[str, int]] = [(start, 0)]
        while pending:
            here, depth = pending.pop()
            del trail[depth:]
            if here in trail:
                return [*trail[trail.index(here) :], here]
            if here in done:
                continue
            trail.append(here)
            if not reads.get(here):
                done.add(here)
            pending.extend((name, depth + 1) for name in reads.get(here, ()))
        done.add(start)
    return []


# -- parameters of the methods


def _params(check: Check, line: Line) -> None:
    """What is wrong between the parameters of one method."""
    _common(check, line)
    special = _SPECIAL.get(line.node.method)
    if special:
        special(check, line)


#: parameters that are divided by, or that make the rule of no effect when they are zero
DIVISORS = {
    "step": ("size",), "progressive_bands": ("width",), "grade_points": ("full_mark",), "place_votes": ("full_mark",),
    "trimmed_mean": ("full_mark",), "given": ("full_mark",),
}  # fmt: skip
IDLE = {
    "step": ("points",), "rank_steps": ("step",), "place_votes": ("step",), "events": ("cap",),
    "bonus_levels": ("cap",),
}  # fmt: skip
WHOLE = {"place_votes": ("places",), "trimmed_mean": ("drop", "min_judges")}


def _number(node: Node, key: str) -> Decimal:
    value = value_of(node, key)
    assert isinstance(value, Decimal | int)
    return Decimal(value)


def _common(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    for key in DIVISORS.get(node.method, ()):
        if value_of(node, key) == 0:
            check.found("plan.zero_param", f"{path}.{key}", key=key)
    for key in IDLE.get(node.method, ()):
        if value_of(node, key) == 0:
            check.note("plan.no_effect", f"{path}.{key}", key=key)
    for key in WHOLE.get(node.method, ()):
        if _number(node, key) % 1:
            check.found("plan.not_whole", f"{path}.{key}", key=key, value=_number(node, key))
    for key, param in METHODS[node.method].params.items():
        if param.kind in ("numbers", "by_name", "bands", "names") and param.required and not node.params.get(key):
            check.found("plan.list_empty", f"{path}.{key}", key=key)
    if {"cap", "floor"} <= METHODS[node.method].params.keys() and _number(node, "cap") < _number(node, "floor"):
        check.found("plan.cap_below_floor", f"{path}.cap", cap=_number(node, "cap"), floor=_number(node, "floor"))


def _idle(check: Check, line: Line, *keys: str) -> None:
    """Parameters that were set though nothing reads them."""
    for key in keys:
        if key in line.node.params:
            check.note("plan.never_used", f"{line.path}.params.{key}", key=key)


def _interval(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    low, high = _number(node, "low"), _number(node, "high")
    if low > high:
        check.found("plan.interval_order", f"{path}.low", low=low, high=high)
    if "low_limit" in node.params and _number(node, "low_limit") >= low:
        check.found("plan.interval_limit", f"{path}.low_limit", limit=_number(node, "low_limit"), edge=low)
    if "high_limit" in node.params and _number(node, "high_limit") <= high:
        check.found("plan.interval_limit", f"{path}.high_limit", limit=_number(node, "high_limit"), edge=high)


def _step(check: Check, line: Line) -> None:
    node = line.node
    if value_of(node, "either_way"):
        _idle(check, line, "bonus_cap", "bonus_caps")
    elif "bonus_caps" in node.params:
        _idle(check, line, "bonus_cap")
    if "bonus_caps" in node.params:
        _band_order(check, line, "bonus_caps", up=True)
        _band_rest(check, line, "bonus_caps")


def _read_bands(node: Node, key: str) -> tuple[Band, ...]:
    return tuple(band for band in node.params.get(key) or () if isinstance(band, Band))


def _band_order(check: Check, line: Line, key: str, *, up: bool) -> None:
    """Bands are asked in order: each must be easier to reach than the one before."""
    before: Band | None = None
    for i, band in enumerate(_read_bands(line.node, key)):
        path = f"{line.path}.params.{key}[{i}]"
        if band.at is None:
            continue
        if before is not None and before.at is not None:
            if band.at == before.at and band.open >= before.open:
                check.found("plan.band_repeated", path, at=band.at)
            elif band.at != before.at and (band.at > before.at) == up:
                check.found("plan.band_unreachable", path, at=band.at, before=before.at)
                continue
        before = band


def _band_rest(check: Check, line: Line, key: str) -> None:
    bands = _read_bands(line.node, key)
    rest = [i for i, band in enumerate(bands) if band.at is None]
    path = f"{line.path}.params.{key}"
    for i in rest[1:]:
        check.found("plan.band_two_rests", f"{path}[{i}]")
    if rest and rest[0] != len(bands) - 1 and len(rest) == 1:
        check.note("plan.band_rest_not_last", f"{path}[{rest[0]}]")
    if bands and len(rest) == len(bands):
        check.note("plan.band_only_rest", path)
    if bands and not rest:
        check.note("plan.band_no_rest", path)


def _band_gives(check: Check, line: Line, key: str, rest: Decimal | None, *, loss: bool = False) -> None:
    """A better band never gives less (or costs more)."""
    bands = [band for band in _read_bands(line.node, key) if band.at is not None]
    gives = [band.give for band in bands]
    last = [band.give for band in _read_bands(line.node, key) if band.at is None][:1]
    gives += last or ([rest] if rest is not None else [])
    for i, (better, worse) in enumerate(pairwise(gives)):
        if (better > worse) if loss else (better < worse):
            check.found("plan.band_gives", f"{line.path}.params.{key}[{i}]", better=better, worse=worse)


def _above_full(check: Check, line: Line, path: str, gives: Iterable[Decimal]) -> None:
    full = full_points(check.plan, line)
    most = max(gives, default=ZERO)
    if full and most > full:
        check.note("plan.above_full", path, give=most, points=full)


def _bands_method(check: Check, line: Line) -> None:
    node = line.node
    _band_order(check, line, "bands", up=node.direction == "up")
    _band_rest(check, line, "bands")
    _band_gives(check, line, "bands", None)
    percent = value_of(node, "give") == "percent"
    full = full_points(check.plan, line)
    gives = [band.give * full / 100 if percent else band.give for band in _read_bands(node, "bands")]
    _above_full(check, line, f"{line.path}.params.bands", gives)


def _band_deduction(check: Check, line: Line) -> None:
    _band_order(check, line, "bands", up=line.node.direction == "up")
    _band_rest(check, line, "bands")
    _band_gives(check, line, "bands", None, loss=True)
    bands = _read_bands(line.node, "bands")
    _not_negative(check, line, "bands", ((f"[{i}].give", band.give) for i, band in enumerate(bands)))


def _not_negative(check: Check, line: Line, key: str, values: Iterable[tuple[str, Decimal]]) -> None:
    for where, value in values:
        if value < 0:
            check.found("plan.negative_points", f"{line.path}.params.{key}{where}", value=value)


def _progressive(check: Check, line: Line) -> None:
    for i, divisor in enumerate(line.node.params.get("divisors", ())):
        if divisor <= 0:
            check.found("plan.divisor_not_positive", f"{line.path}.params.divisors[{i}]", value=divisor)


def _efficacy(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    if value_of(node, "standard") != "fixed":
        _idle(check, line, "satisfactory", "not_allowed", *(("equal",) if value_of(node, "standard") == "slot" else ()))
        return
    _idle(check, line, "equal")
    lacking = [key for key in ("satisfactory", "not_allowed") if key not in node.params]
    for key in lacking:
        check.found("plan.efficacy_value", path, key=key)
    if not lacking:
        best, worst = _number(node, "satisfactory"), _number(node, "not_allowed")
        if best == worst or (best > worst) != (node.direction == "up"):
            check.found("plan.efficacy_order", f"{path}.satisfactory", best=best, worst=worst)


def _five_tier(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    standards = node.params.get("standards", ())
    if len(standards) != 5:
        check.found("plan.standards_count", f"{path}.standards", count=len(standards))
    for i, (better, worse) in enumerate(pairwise(standards)):
        if better == worse or (better > worse) != (node.direction == "up"):
            check.found("plan.standards_order", f"{path}.standards[{i + 1}]", before=better, value=worse)
    if "below" in node.params and _number(node, "below") > Decimal("0.2"):
        check.found("plan.five_tier_below", f"{path}.below", below=_number(node, "below"))


def _rank_points(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params.points"
    points = list(node.params.get("points", ()))
    rest = [_number(node, "rest")] if node.method == "rank_table" else [ZERO]
    for i, (better, worse) in enumerate(zip(points, [*points[1:], *rest], strict=False)):
        if better < worse:
            check.found("plan.rank_points_order", f"{path}[{i}]", better=better, worse=worse)
    if line.account is None:
        _above_full(check, line, path, points)


def _goalposts(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    low, high = _number(node, "low"), _number(node, "high")
    if low >= high:
        check.found("plan.goalposts_order", f"{path}.low", low=low, high=high)
    if value_of(node, "log") and low <= 0:
        check.found("plan.goalposts_log", f"{path}.low", low=low)


def _events(check: Check, line: Line) -> None:
    points = line.node.params.get("points", {})
    _not_negative(check, line, "points", ((f".{name}", value) for name, value in points.items()))
    for name, value in points.items():
        if value == 0:
            check.note("plan.no_effect", f"{line.path}.params.points.{name}", key=name)


def _grade_points(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    points = node.params.get("points", {})
    for i, name in enumerate(node.params.get("not_counted", ())):
        if name in points:
            check.found("plan.answer_twice", f"{path}.not_counted[{i}]", answer=name)
    _above_mark(check, line, max(points.values(), default=ZERO), f"{path}.full_mark")


def _above_mark(check: Check, line: Line, most: Decimal, path: str) -> None:
    mark = _number(line.node, "full_mark")
    if mark and most > mark:
        check.note("plan.above_mark", path, most=most, mark=mark)


def _place_votes(check: Check, line: Line) -> None:
    _above_mark(check, line, _number(line.node, "first"), f"{line.path}.params.full_mark")


def _vote_share(check: Check, line: Line) -> None:
    node, path = line.node, f"{line.path}.params"
    answers = node.params.get("answers", ())
    for name in repeated(answers):
        check.found("plan.answer_twice", f"{path}.answers", answer=name)
    for key in ("top", "weak"):
        if key in node.params and node.params[key] not in answers:
            check.found("plan.unknown_answer", f"{path}.{key}", answer=node.params[key], known=list(answers))
    if "weak_at" in node.params:
        for key in ("weak", "weak_rest"):
            if key not in node.params:
                check.found("plan.param_needed", path, key=key, by="weak_at")
    else:
        _idle(check, line, "weak", "weak_rest")
    _band_order(check, line, "bands", up=True)
    for i, band in enumerate(_read_bands(node, "bands")):
        if band.at is None:
            check.found("plan.band_rest_beside", f"{path}.bands[{i}]", key="rest")
        elif band.at > HUNDRED or (band.open and band.at == HUNDRED):
            check.found("plan.band_outside", f"{path}.bands[{i}]", at=band.at)
    rest = _number(node, "rest")
    _band_gives(check, line, "bands", rest)
    if "weak_rest" in node.params and _number(node, "weak_rest") > rest:
        check.found("plan.band_gives", f"{path}.weak_rest", better=rest, worse=_number(node, "weak_rest"))
    gives = [band.give for band in _read_bands(node, "bands")]
    _above_full(check, line, f"{path}.bands", [*gives, rest])


_SPECIAL: Mapping[str, Callable[[Check, Line], None]] = { "interval": _interval, "step": _step, "bands": _bands_method,
    "band_deduction": _band_deduction, "progressive_bands": _progressive, "efficacy": _efficacy,
    "five_tier": _five_tier, "rank_table": _rank_points, "provincial_rank": _rank_points, "goalposts": _goalposts,
    "deductions": _events, "events": _events, "bonus_levels": _events, "grade_points": _grade_points,
    "place_votes": _place_votes, "vote_share": _vote_share,
}  # fmt: skip
