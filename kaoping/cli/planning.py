"""Commands about plans: `check`, `diff`, `convert`, `template`, `methods`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kaoping.cli import screen
from kaoping.cli.guard import BAD_INPUT, DIFFERENT, FINE, Refused
from kaoping.cli.scoring import nearest
from kaoping.cli.words import say
from kaoping.core.checks import check_whole
from kaoping.core.methods import METHODS, Method, Param
from kaoping.core.plan import Line, Node, Plan, slots_of
from kaoping.core.redline import Change, Kind, compare
from kaoping.core.refusals import Finding, Place, blocking


def check(args: argparse.Namespace, lang: str) -> int:
    """Everything that is wrong with a plan, on the screen."""
    from kaoping.exchange.plans import open_plan

    opened = open_plan(args.plan)
    name = args.plan.name
    found = [
        one if one.place.file else Finding(one.code, _in(name, one.place), one.figures, one.weight)
        for one in opened.located(check_whole(opened.plan))
    ]
    if not found:
        print(say("found.nothing", lang, file=name))
    screen.findings(found, lang, stopped=False, to=sys.stdout)
    return BAD_INPUT if blocking(found) else FINE


def _in(name: str, place: Place) -> Place:
    return Place(name, place.sheet, place.row, place.column, place.path)


# -- diff


def diff(args: argparse.Namespace, lang: str) -> int:
    """The red-line table of two editions; 1 if they differ."""
    from kaoping.exchange.plans import read_plan

    suffix = args.out.suffix.lower() if args.out else ""
    if args.out and suffix not in (".xlsx", ".md"):
        raise Refused(say("bad.suffix", lang, what=args.out.name, options=".xlsx、.md"))
    old, new = read_plan(args.old), read_plan(args.new)
    changes = compare(old, new)
    rows = [_told(old, new, change, lang) for change in changes]
    heads = [say(f"diff.{code}", lang) for code in ("kind", "part", "name", "field", "before", "after")]
    if args.out:
        titles = [f"{plan.name}({plan.edition})" for plan in (old, new)]
        write = _redline_book if suffix == ".xlsx" else _redline_page
        whole(args.out, lambda path: write(path, heads, rows, titles, lang))
        print(say("written.file", lang, where=args.out))
    elif rows:
        made = screen.table(heads, lines=True)
        for row in rows:
            screen.row(made, row)
        screen.console().print(made)
    print(say("diff.count", lang, count=len(rows)) if rows else say("diff.none", lang))
    return DIFFERENT if rows else FINE


def _told(old: Plan, new: Plan, change: Change, lang: str) -> list[str]:
    """A change as a row of the table; a node that came or went is shown by its rule."""
    from kaoping.base import messages

    before, after = _shown(change.old), _shown(change.new)
    if change.part == "node" and change.kind is Kind.ADDED:
        after = messages.rule_text(new, new.by_id[change.id], lang)
    elif change.part == "node" and change.kind is Kind.REMOVED:
        before = messages.rule_text(old, old.by_id[change.id], lang)
    elif change.kind is Kind.MOVED and change.field == "parent":
        before, after = _named(old, before), _named(new, after)
    what = change.name if change.name == change.id else f"{change.name}({change.id})"
    said = [say(f"kind.{change.kind}", lang), say(f"part.{change.part}", lang), what, _field(change.field, lang)]
    return [*said, before, after]


def _named(plan: Plan, id_: str) -> str:
    return plan.by_id[id_].node.name if id_ in plan.by_id else id_


def _field(dotted: str, lang: str) -> str:
    """A field as people call it: `params.cap` -> 参数 cap."""
    from kaoping.cli.words import WORDS

    first, _, rest = dotted.partition(".")
    head = say(f"field.{first}", lang) if f"field.{first}" in WORDS else first
    return f"{head} {rest}".strip()


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_shown(one) for one in value) or "—"
    return str(value)


def _redline_page(
    path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]], titles: Sequence[str], lang: str
) -> None:
    """The table as Markdown."""

    def cells(row: Sequence[str]) -> str:
        return "| " + " | ".join(_escaped(cell) for cell in row) + " |"

    lines = [f"# {say('diff.title', lang)}", "", f"{_escaped(titles[0])} → {_escaped(titles[1])}", "", cells(heads)]
    lines += ["|" + " --- |" * len(heads), *(cells(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _escaped(said: str) -> str:
    for mark in "\\|<>*_`[]":
        said = said.replace(mark, f"\\{mark}")
    return " ".join(screen.clean(said).split())


def _redline_book(
    path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]], titles: Sequence[str], lang: str
) -> None:
    """The table as a workbook for printing."""
    from kaoping.exchange.result_book import write_table

    write_table(path, say("diff.title", lang), " → ".join(titles), heads, rows, (8, 10, 30, 18, 48, 48))


# -- convert and template


def convert(args: argparse.Namespace, lang: str) -> int:
    """The same plan in the other form."""
    from kaoping.exchange.plans import EXCEL, YAML, read_plan, write_plan

    if args.out.suffix.lower() not in (*YAML, *EXCEL):
        raise Refused(say("bad.suffix", lang, what=args.out.name, options="、".join((*YAML, *EXCEL))))
    plan = read_plan(args.plan)
    whole(args.out, lambda path: write_plan(plan, path, lang))
    print(say("written.file", lang, where=args.out))
    return FINE


def whole(out: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there when it is finished."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as where:
        waiting = Path(where) / out.name
        write(waiting)
        os.replace(waiting, out)


def template(args: argparse.Namespace, lang: str) -> int:
    """An empty table with a row for every figure that the plan asks for."""
    from kaoping.exchange.plans import read_plan
    from kaoping.exchange.result_book import write_table
    from kaoping.exchange.results import write_csv

    suffix = args.out.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise Refused(say("bad.suffix", lang, what=args.out.name, options=".xlsx、.csv"))
    plan = read_plan(args.plan)
    names = (
        "subject",
        "item",
        "slot",
        "period",
        "judge",
        "value",
        "source",
        "reporter",
        "verifier",
        "evidence",
        "note",
    )
    heads = [say(f"facts.{name}", lang) for name in names]
    rows = [
        [subject, item, slot, period, *[""] * (len(heads) - 4)] for subject, item, slot, period in wanted(plan, lang)
    ]
    widths = (22, 34, 16, 10, 10, 14, 20, 10, 10, 20, 20)
    if suffix == ".csv":
        whole(args.out, lambda path: write_csv(path, [heads, *rows]))
    else:
        whole(args.out, lambda path: write_table(path, "", "", heads, rows, widths))
    print(say("written.file", lang, where=args.out))
    return FINE


def wanted(plan: Plan, lang: str = "zh") -> Iterator[tuple[str, str, str, str]]:
    """Subject, item, slot and period of every figure that has to be reported."""
    subjects, items = _unique([(s.id, s.name) for s in plan.subjects]), _unique(_items(plan))
    seen: set[tuple[str, str, str, str]] = set()
    for line in plan.leaves:
        for item, slot, period in _asked(plan, line):
            for subject in plan.subjects:
                row = (subjects[subject.id], items[item], slot, period)
                if plan.applies(line, subject) and row not in seen:
                    seen.add(row)
                    yield (row[0], row[1], _slot(slot, lang), period)


def _slot(slot: str, lang: str) -> str:
    from kaoping.base.cards import SLOTS, slot_name

    return slot_name(slot, "zh") if slot in SLOTS and lang == "zh" else slot


def _items(plan: Plan) -> list[tuple[str, str]]:
    leaves = [(line.node.id, line.node.name) for line in plan.leaves]
    return leaves + [(e.id, e.name) for e in plan.elements] + [(v.id, v.name) for v in plan.vetoes]


def _unique(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Id -> the name where it is the only one of that name, else the id."""
    names = [name for _, name in pairs]
    return {id_: name if names.count(name) == 1 else id_ for id_, name in pairs}


def _asked(plan: Plan, line: Line) -> Iterator[tuple[str, str, str]]:
    """Item, slot and period of the figures of one indicator; what the plan itself fills is left out."""
    from kaoping.core import formulas

    node = line.node
    if node.method == "bundle":
        return
    periods = _periods(plan, line)
    elements = {name: e for e in plan.elements for name in (e.id, e.name)}
    for slot in slots_of(node):
        if slot in node.values or slot in ("progress", "judges", "dropped"):
            continue
        if slot in node.formulas:
            for name in sorted(formulas.names(formulas.parse(node.formulas[slot]))):
                if name in elements:
                    yield from (
                        (elements[name].id, "actual", date) for date in _dates(plan, periods, elements[name].accumulate)
                    )
            continue
        how = node.accumulate.get(slot, "latest")
        yield from ((node.id, slot, date) for date in _dates(plan, periods, how))


def _periods(plan: Plan, line: Line) -> list[str]:
    """The scored periods in which an indicator counts."""
    if not plan.periods:
        return []
    if line.merge_above is not None:
        scored = [p.id for p in plan.periods if p.id in line.merge_above.node.merge]
    else:
        scored = [plan.periods[-1].id]
    return [p for p in scored if all(not here.periods or p in here.periods for here in _nodes(line))]


def _nodes(line: Line) -> Iterator[Node]:
    yield line.node
    yield from (above.node for above in line.above)


def _dates(plan: Plan, periods: Sequence[str], how: str) -> list[str]:
    """The periods to report for: every covered one where figures are accumulated, otherwise the scored ones."""
    if not periods:
        return [""]
    if how == "latest":
        return list(periods)
    covers = {p.id: p.covers or (p.id,) for p in plan.periods}
    return list(dict.fromkeys(date for period in periods for date in covers[period]))


# -- methods


def methods(args: argparse.Namespace, lang: str) -> int:
    """All methods, or one with its parameters and its rule."""
    if args.id:
        return _one_method(args.id, lang)
    heads = [say(f"methods.{code}", lang) for code in ("name", "code", "slots", "params", "basis")]
    made = screen.table(heads)
    for method in METHODS.values():
        params = [key if not param.required else f"{key}*" for key, param in method.params.items()]
        screen.row(made, [_title(method), method.id, _slots(method, lang), " ".join(params), method.clause])
    screen.console().print(made)
    return FINE


def _title(method: Method) -> str:
    return (method.score.__doc__ or method.id).partition(":")[0].strip()


def _slots(method: Method, lang: str) -> str:
    from kaoping.base.cards import slot_name

    names = [slot_name(slot, lang) for slot in method.slots] + [
        f"({slot_name(slot, lang)})" for slot in method.optional
    ]
    return " ".join(names + ([f"<{method.named_slots}>"] if method.named_slots else []))


#: Required parameters of the example whose rule `kaoping methods ID` shows.
EXAMPLES: dict[str, dict[str, object]] = {
    "interval": {"low": 2, "high": 3},
    "step": {"size": 1, "points": "0.2"},
    "bands": {"bands": [{"at": 100, "give": 100}, {"at": 80, "give": 60}, {"give": 0}]},
    "band_deduction": {"bands": [{"at": 90, "give": 0}, {"at": 80, "give": 2}, {"give": 5}]},
    "progressive_bands": {"width": 1, "divisors": [20, 40]},
    "efficacy": {},
    "five_tier": {"standards": [95, 90, 85, 80, 75]},
    "rank_steps": {"step": 4},
    "rank_table": {"points": [10, 8, 6]},
    "provincial_rank": {"points": [3, 2, 1]},
    "goalposts": {"low": 20, "high": 85},
    "deductions": {"points": {"通报批评": "0.5"}},
    "events": {"points": {"通报表扬": "0.5"}},
    "bonus_levels": {"points": {"国家级": 2, "省级": 1}},
    "grade_points": {"points": {"好": 100, "一般": 60, "差": 0}},
    "vote_share": {
        "top": "满意", "answers": ["满意", "一般", "不满意"],
        "bands": [{"at": 90, "give": 10}, {"at": 80, "give": 8}], "rest": 6,
    },
    "place_votes": {"places": 5},
    "formula": {"score": "points * actual / target"},
    "bundle": {"node": "i", "of": {"a": ["b"]}},
}  # fmt: skip


def example(method: Method, lang: str) -> str:
    """The generated rule of an indicator of 10 points by this method."""
    from kaoping.base import messages
    from kaoping.core.plan import parse

    leaf = {"id": "i", "name": "-", "points": 10, "method": method.id, "params": EXAMPLES.get(method.id, {})}
    if "up" not in method.directions:
        leaf["direction"] = "down"
    subjects = [{"id": "a", "name": "甲"}, {"id": "b", "name": "乙"}]
    tree = {"id": "t", "name": "-", "points": 10, "children": [leaf]}
    plan = parse({"kaoping": 1, "id": "p", "name": "-", "subjects": subjects, "tree": tree})
    return messages.rule_text(plan, plan.leaves[0], lang)


def _one_method(wanted_id: str, lang: str) -> int:
    titles = [(method.id, _title(method)) for method in METHODS.values()]
    method = METHODS.get(wanted_id) or next((m for m in METHODS.values() if _title(m) == wanted_id), None)
    if method is None:
        raise Refused(say("no.method", lang, what=wanted_id, nearest=nearest(wanted_id, titles, lang)))
    out = screen.console()
    out.print(f"{_title(method)}  {method.id}  {method.clause}")
    if lang != "zh":
        for paragraph in (method.score.__doc__ or "").partition(":")[2].strip().split("\n\n"):
            out.print(" ".join(paragraph.split()))
    out.print(say("methods.example", lang, rule=example(method, lang)))
    for flag in ("account", "compares"):
        if getattr(method, flag):
            out.print(say(f"methods.{flag}", lang))
    out.print(f"{say('methods.slots', lang)}: {_slots(method, lang) or '—'}")
    if method.params:
        made = screen.table([say(f"methods.{code}", lang) for code in ("key", "kind", "default", "range")])
        for key, param in method.params.items():
            default = say("methods.required", lang) if param.required else _shown(param.default)
            screen.row(made, [key, say(f"kindof.{param.kind}", lang), default, _range(param)])
        out.print(made)
    return FINE


def _range(param: Param) -> str:
    if param.options:
        return " | ".join(param.options)
    if param.low is None and param.high is None:
        return ""
    return f"{'' if param.low is None else param.low} – {'' if param.high is None else param.high}"
