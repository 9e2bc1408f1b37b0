"""Commands that score: `score`, `explain`, `whatif`, `robust`."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.cli import screen
from kaoping.cli.guard import FINE, Refused
from kaoping.cli.options import FORMATS
from kaoping.cli.words import say
from kaoping.core import engine
from kaoping.core.checks import check_whole
from kaoping.core.engine import Result
from kaoping.core.facts import Facts
from kaoping.core.plan import Plan
from kaoping.core.refusals import Finding, NotValid, Place, Weight
from kaoping.core.store import Store

if TYPE_CHECKING:
    from kaoping.core.explain import Card, Entry
    from kaoping.core.robust import Robustness
    from kaoping.core.whatif import Comparison

SURE = 0.9  # share of draws in which an order must hold to be called one


def load(args: argparse.Namespace, lang: str, *, quiet: bool = False) -> tuple[Plan, Facts]:
    """Plan and figures; all findings of both are listed at once, and notes are told."""
    from kaoping.exchange.naming import names_of
    from kaoping.exchange.plans import open_plan
    from kaoping.exchange.reading import look

    opened = open_plan(args.plan)
    found = [_at(one, args.plan) for one in opened.located(check_whole(opened.plan))]
    reading = look(args.facts, names_of(opened.plan))
    hard = [one for one in found if one.weight is Weight.BLOCKS]
    if hard or reading.facts is None:
        raise NotValid([*hard, *reading.findings])
    notes = len(found) - len(hard)
    if not quiet:
        if notes:
            print(say("found.notes", lang, count=notes, file=args.plan), file=sys.stderr)
        if reading.findings:
            screen.findings(reading.findings, lang, stopped=False)
    return opened.plan, reading.facts


def _at(one: Finding, path: Path) -> Finding:
    """A finding about a plan, at least with the plan's file."""
    if one.place.file:
        return one
    return Finding(
        one.code,
        Place(path.name, one.place.sheet, one.place.row, one.place.column, one.place.path),
        one.figures,
        one.weight,
    )


def _scored(args: argparse.Namespace, lang: str, bar: screen.Bar, *, quiet: bool = False) -> Result:
    plan, facts = load(args, lang, quiet=quiet)
    return engine.score(plan, facts, store=_store(args.engine), progress=bar)


def _store(spec: str) -> Store | None:
    if spec == "duckdb":
        return None
    from kaoping.exchange.engines import open_store

    return open_store(spec)


# -- score


def score(args: argparse.Namespace, lang: str) -> int:
    """Score, show the table, write the results."""
    formats = [one.strip() for one in args.format.split(",") if one.strip()]
    if unknown := [one for one in formats if one not in FORMATS]:
        raise Refused(say("bad.format", lang, what="、".join(unknown)))
    with screen.Bar(lang, quiet=args.quiet) as bar, _scored(args, lang, bar, quiet=args.quiet) as result:
        written: list[Path] = []
        if args.out is not None:
            from kaoping.exchange.results import write_results

            written = write_results(result, args.out, lang=lang, formats=formats, progress=bar)
        bar.__exit__()
        if not args.quiet:
            _totals(result, lang)
            if written:
                names = ("、" if lang == "zh" else ", ").join(path.name for path in written)
                print(say("written", lang, where=args.out, files=names))
    return FINE


def _totals(result: Result, lang: str) -> None:
    """The table of totals, group by group."""
    from kaoping.exchange.results import terminal_table

    heads, groups = terminal_table(result, lang)
    out = screen.console()
    out.print(screen.clean(result.plan.name))
    for name, rows in groups:
        made = screen.table(
            heads, right=(0, 3, len(heads) - 1) if len(heads[-1]) and result.quota() else (0, 3), title=name
        )
        for cells in rows:
            screen.row(made, cells)
        out.print(made)


# -- explain


def explain(args: argparse.Namespace, lang: str) -> int:
    """A subject's card, or one node of it with its figures."""
    from kaoping.core.explain import Cards

    with screen.Bar(lang) as bar, _scored(args, lang, bar) as result:
        scored = {o.subject for o in result.outcomes}
        subjects = [(s.id, s.name) for s in result.plan.subjects if s.id in scored]
        subject = pick(args.subject, subjects)
        if subject is None:
            raise Refused(say("no.subject", lang, what=args.subject, nearest=nearest(args.subject, subjects, lang)))
        card = Cards(result, [subject]).card(subject)
        entries = [(depth, entry) for depth, entry in card.total.walk()]
        if args.node:
            entries = _below(card, args.node, lang)
        _card(result, card, entries, lang, figures=bool(args.node))
    return FINE


def pick(wanted: str, known: Sequence[tuple[str, str]]) -> str | None:
    """The id that is meant: an id, or a name that only one has."""
    if any(id_ == wanted for id_, _ in known):
        return wanted
    named = {id_ for id_, name in known if name == wanted}
    return named.pop() if len(named) == 1 else None


def nearest(wanted: str, known: Iterable[tuple[str, str]], lang: str) -> str:
    """A question about what may have been meant."""
    spellings = [text for pair in known for text in pair]
    close = difflib.get_close_matches(wanted, spellings, 1, 0.5) or [s for s in spellings if wanted and wanted in s][:1]
    return say("no.nearest", lang, nearest=close[0]) if close else ""


def _below(card: Card, wanted: str, lang: str) -> list[tuple[int, Entry]]:
    """The entries of a node; one that is scored in several periods stands there once for each."""
    everything = [entry for _, entry in card.total.walk() if entry.kind != "adjustment"]
    chosen = pick(wanted, [(entry.id, entry.name) for entry in everything if entry.id])
    if chosen is None:
        known = [(entry.id, entry.name) for entry in everything]
        raise Refused(say("no.node", lang, who=card.name, what=wanted, nearest=nearest(wanted, known, lang)))
    tops = [entry for entry in everything if entry.id == chosen and entry.kind != "period"]
    return [pair for entry in tops for pair in entry.walk()]


def _card(result: Result, card: Card, entries: Sequence[tuple[int, Entry]], lang: str, *, figures: bool) -> None:
    from kaoping.base.cards import Sources, entry_line, text
    from kaoping.exchange.results import grade_name, veto_names

    plan, outcome, out = result.plan, card.outcome, screen.console()
    parts = [
        card.name,
        f"{text('book.total', lang)} {outcome.total:f}",
        text("card.place", lang, rank=outcome.rank, of=outcome.of),
    ]
    if outcome.grade:
        parts.append(f"{text('book.grade', lang)} {grade_name(plan, outcome)}")
    if outcome.vetoes:
        parts.append(f"{text('book.veto', lang)} {veto_names(plan, outcome, lang)}")
    if card.excellent is not None:
        parts.append(f"{text('book.quota', lang)} {card.excellent}")
    out.print(screen.clean("  ".join(parts)))
    heads = [text(f"book.{code}", lang) for code in ("item", "full", "weight", "score", "amount", "how")]
    made = screen.table(heads, right=(1, 2, 3, 4))
    periods, sources = {p.id: p.name for p in plan.periods}, Sources(result, lang)
    for depth, entry in entries:
        line = entry_line(entry, depth, card.subject, sources)
        name = line.name
        if figures and not depth and line.period:
            name = f"{name}({periods[line.period]})"
        own = "" if line.kind == "adjustment" else f"{line.score:f}"
        cells = ["  " * depth + name, _plain(line.full), _plain(line.weight), own, _plain(line.amount), line.text]
        screen.row(made, cells, "bold" if line.kind in ("total", "node", "account", "period") else "")
    out.print(made)
    if figures:
        _figures(plan, entries, lang)


def _plain(value: object) -> str:
    return "" if value is None else f"{value:f}"


def _figures(plan: Plan, entries: Sequence[tuple[int, Entry]], lang: str) -> None:
    """The reported figures behind some entries, each once."""
    from kaoping.base.cards import slot_name
    from kaoping.core.numbers import plain

    names = {e.id: e.name for e in plan.elements} | {line.node.id: line.node.name for line in plan.leaves}
    trail = ("source", "reporter", "verifier", "evidence", "note")
    facts = {(f.item, f.slot, f.period, f.judge): f for _, entry in entries for f in entry.facts}
    used = [name for name in trail if any(f.trail.get(name) for f in facts.values())]
    judged = ["judge"] * any(f.judge for f in facts.values())
    heads = [say(f"facts.{name}", lang) for name in ("item", "slot", "period", *judged, "value", *used)]
    made = screen.table(heads, right=(3 + len(judged),), title=say("facts.title", lang))
    for fact in facts.values():
        value = "—" if fact.value is None else plain(fact.value)
        who = [fact.judge] * len(judged)
        cells = [names.get(fact.item, fact.item), slot_name(fact.slot, lang), fact.period, *who, value]
        screen.row(made, [*cells, *(fact.trail.get(name, "") for name in used)])
    if facts:
        screen.console().print(made)


# -- whatif


def what_if(args: argparse.Namespace, lang: str) -> int:
    """The same figures under a changed plan, or changed figures under the same plan."""
    from kaoping.core import whatif

    plan, facts = load(args, lang)
    changes = [spelled(plan, text) for text in args.changes]
    _comparison(plan, whatif.compare(plan, facts, changes), lang, everyone=args.all)
    return FINE


def spelled(plan: Plan, text: str) -> str:
    """A change with names of nodes and slots turned into ids: `新增企业:目标值*1.05` -> `new_firms:target*1.05`."""
    from kaoping.exchange.naming import names_of

    match = re.match(r"\s*(?P<node>[^:=@*]+?)(?P<rest>[.:=].*)", text)
    if match is None:
        return text
    nodes = [(line.node.id, line.node.name) for line in plan.lines]
    id_ = pick(match["node"], nodes) or names_of(plan).items.get(match["node"], match["node"])
    rest = match["rest"]
    if slot := re.match(r":(?P<slot>\w+)", rest):
        rest = f":{names_of(plan).slot_names.get(slot['slot'], slot['slot'])}{rest[slot.end() :]}"
    return f"{id_}{rest}"


def _comparison(plan: Plan, found: Comparison, lang: str, *, everyone: bool) -> None:
    moves = found.moves if everyone else found.moved
    out = screen.console()
    if not found.moved:
        out.print(say("whatif.none", lang))
    if not moves:
        return
    grades = {g.id: g.name for g in plan.standing.grades} | {"": "—"}
    heads = [say("facts.subject", lang), *(say(f"whatif.{code}", lang) for code in ("total", "gain", "rank", "grade"))]
    made = screen.table(heads, right=(1, 2, 3))
    groups = list(dict.fromkeys(move.after.group for move in found.moves))
    for move in sorted(moves, key=lambda m: (groups.index(m.after.group), m.after.rank)):
        old, new = move.before, move.after
        grade = grades[new.grade] if not move.regraded else f"{grades[old.grade]} → {grades[new.grade]}"
        place = f"{old.rank} → {new.rank}" if move.places else str(new.rank)
        screen.row(made, [move.name, f"{old.total:f} → {new.total:f}", f"{move.gain:+f}", place, grade])
    out.print(made)
    counts = {"ranks": sum(bool(m.places) for m in moves), "grades": sum(m.regraded for m in moves)}
    out.print(say("whatif.count", lang, moved=len(found.moved), **counts))


# -- robust


def robust(args: argparse.Namespace, lang: str) -> int:
    """Rank intervals under varied weights, and which indicators matter."""
    from kaoping.core import robust as robustness

    with screen.Bar(lang) as bar, _scored(args, lang, bar) as result:
        found = robustness.analyse(result, replications=args.replications, seed=args.seed, spread=args.spread)
        _intervals(result, found, lang)
        _weights(result.plan, found, lang)
    return FINE


def _intervals(result: Result, found: Robustness, lang: str) -> None:
    from kaoping.base.cards import text
    from kaoping.exchange.results import by_group

    names = {s.id: s.name for s in result.plan.subjects}
    of = {one.subject: one for one in found.intervals}
    heads = [text("book.rank", lang), text("book.unit", lang), text("book.total", lang)]
    heads += [say(f"robust.{code}", lang) for code in ("interval", "median", "next")]
    out = screen.console()
    for group, members in by_group(result):
        title = result.plan.categories.get(group, group) or text("book.everybody", lang)
        made = screen.table(heads, right=(0, 2, 3, 4), title=title)
        for i, outcome in enumerate(members):
            one = of[outcome.subject]
            told = (
                "" if i + 1 == len(members) else say("robust.apart" if one.beats_next >= SURE else "robust.close", lang)
            )
            span = f"{one.low}–{one.high}"
            screen.row(
                made, [str(outcome.rank), names[outcome.subject], f"{outcome.total:f}", span, str(one.median), told]
            )
        out.print(made)
    spread = f"{100 * found.spread:g}"
    out.print(say("robust.note", lang, spread=spread, count=found.replications, seed=found.seed))


def _weights(plan: Plan, found: Robustness, lang: str) -> None:
    heads = [
        say("facts.item", lang),
        *(say(f"robust.{code}", lang) for code in ("nominal", "effective", "moved", "largest")),
    ]
    made = screen.table(heads, right=(1, 2, 3, 4), title=say("robust.weights", lang))
    for one in sorted(found.weights, key=lambda w: (-w.moved, -w.largest_move, w.node))[:15]:
        shares = [f"{100 * share:.1f} %" for share in one.effective.values()]
        told = (
            shares[0]
            if len(set(shares)) == 1
            else f"{min(one.effective.values()) * 100:.1f}–{max(one.effective.values()) * 100:.1f} %"
        )
        screen.row(made, [one.name, f"{100 * one.nominal:.1f} %", told, str(one.moved), str(one.largest_move)])
    screen.console().print(made)
