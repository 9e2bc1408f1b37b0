"""A finished run as files: CSV, JSON and a workbook, all or nothing, and byte for byte the same for the same input.

Nothing here carries a clock. `result.json` names the run: SHA-256 over the engine's version, the canonical plan and the
sorted figures; beside it stands the digest of the results, so anyone can see that a second run came to the same.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kaoping import __version__
from kaoping.base.cards import CardLine, Sources, card_lines, text
from kaoping.core.engine import Result
from kaoping.core.explain import Card, Cards
from kaoping.core.facts import KEYS, MAX_DECIMALS, TRAIL, VALUE, Facts
from kaoping.core.plan import Plan, Subject
from kaoping.core.standing import Outcome
from kaoping.exchange.plans import plan_text

FORMATS = ("xlsx", "csv", "json")
#: Everything this module writes; what else lies in a directory is left alone.
OURS = ("scores.csv", "totals.csv", "cards.json", "result.json", "results.xlsx")
APART = "cards-*.xlsx"
#: A text cell that starts so could be taken for a formula by a spreadsheet that opens the CSV.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

Progress = Callable[[str, int, int], None]
Scores = Mapping[tuple[str, str, str], tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Digests:
    """SHA-256 of what went in and what came out; `run` names the calculation."""

    engine: str
    plan: str
    facts: str
    run: str
    result: str


@dataclass(frozen=True)
class Written:
    """A card and its lines in words."""

    card: Card
    lines: list[CardLine]


def write_results(
    result: Result,
    directory: Path | str,
    *,
    lang: str = "zh",
    formats: Sequence[str] = FORMATS,
    progress: Progress | None = None,
) -> list[Path]:
    """Write a run's results into a directory and hand back the files.

    All is written beside the directory first and moved in at the end; whatever fails before leaves the directory as it
    was. Files of an earlier run are replaced, other files stay.
    """
    directory = Path(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        with _undisturbed():
            _write(result, waiting, lang, formats, progress or _silent)
        names = sorted(path.name for path in waiting.iterdir())
        _move_in(waiting, directory)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return [directory / name for name in names]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No hunt for circular garbage while many small lasting objects are made: it finds none and takes a quarter."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _silent(stage: str, done: int, of: int) -> None:
    """No progress is shown."""


def _write(result: Result, where: Path, lang: str, formats: Sequence[str], progress: Progress) -> None:
    scores = result.scores()
    found = digests(result, scores)
    if "csv" in formats:
        write_csv(where / "scores.csv", score_rows(result, lang, scores))
        write_csv(where / "totals.csv", total_rows(result, lang))
    if "json" in formats:
        (where / "result.json").write_text(result_text(result, found, scores), encoding="utf-8", newline="\n")
    if "json" in formats or "xlsx" in formats:
        with contextlib.ExitStack() as stack:
            cards = _told(result, lang, progress)
            if "json" in formats:
                out = stack.enter_context((where / "cards.json").open("w", encoding="utf-8", newline="\n"))
                cards = _kept(cards, out, stack)
            if "xlsx" in formats:
                from kaoping.exchange.result_book import write_book

                write_book(result, cards, where, lang, found, scores)
            else:
                for _ in cards:
                    pass


def _told(result: Result, lang: str, progress: Progress) -> Iterator[Written]:
    """Every card in words, one at a time."""
    count, sources = len(result.outcomes), Sources(result, lang)
    for done, card in enumerate(Cards(result)):
        progress("cards", done, count)
        yield Written(card, card_lines(card, sources, clause=False))
    progress("cards", count, count)


def _kept(
    cards: Iterable[Written], out: io.TextIOBase | io.TextIOWrapper, stack: contextlib.ExitStack
) -> Iterator[Written]:
    """The same cards, each written to the JSON file as it passes."""
    out.write('{"format":1,"cards":[')
    stack.callback(lambda: out.write("\n]}\n"))
    for number, one in enumerate(cards):
        out.write(",\n" if number else "\n")
        out.write(json.dumps(card_data(one), ensure_ascii=False, separators=(",", ":")))
        yield one


def _move_in(waiting: Path, directory: Path) -> None:
    """Put the finished files in place; if one cannot be put there, the old ones come back."""
    if not directory.exists():
        waiting.chmod(0o777 & ~_umask())
        waiting.rename(directory)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}.old.", dir=directory.parent))
    new = sorted(path.name for path in waiting.iterdir())
    moved: list[str] = []
    try:
        for path in sorted({*(directory / name for name in OURS), *directory.glob(APART)}):
            if path.exists():
                path.rename(old / path.name)
        for name in new:
            (waiting / name).rename(directory / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            (directory / name).unlink()
        for path in old.iterdir():
            path.rename(directory / path.name)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# -- tables


def score_rows(result: Result, lang: str, scores: Scores | None = None) -> Iterator[list[str]]:
    """Header and rows of `scores.csv`: subject, node, period, score, full points."""
    plan = result.plan
    subjects = {s.id: s.name for s in plan.subjects}
    codes = ("unit_id", "unit_name", "node_id", "node_name", "period", "score", "full")
    yield _heads(codes, lang)
    order = {s.id: i for i, s in enumerate(plan.subjects)}
    nodes = {line.node.id: i for i, line in enumerate(plan.lines)}
    periods = {p.id: i + 1 for i, p in enumerate(plan.periods)} | {"": 0}
    rows = sorted(
        (scores or result.scores()).items(), key=lambda kv: (order[kv[0][0]], nodes[kv[0][1]], periods[kv[0][2]])
    )
    for (subject, node, period), (score, full) in rows:
        name = plan.by_id[node].node.name
        yield [safe(subject), safe(subjects[subject]), safe(node), safe(name), safe(period), f"{score:f}", f"{full:f}"]


def total_rows(result: Result, lang: str) -> Iterator[list[str]]:
    """Header and rows of `totals.csv`, in the plan's order of subjects."""
    plan, quota = result.plan, result.quota()
    subjects = {s.id: s for s in plan.subjects}
    codes = ("unit_id", "unit_name", "category", "group", "root")
    accounts = [safe(account.name) for account in plan.accounts]
    after = ("total", "rank", "of", "grade", "veto", "quota")
    yield [*_heads(codes, lang), *accounts, *_heads(after, lang)]
    for o in result.outcomes:
        who = subjects[o.subject]
        yield [
            safe(who.id), safe(who.name), safe(category_name(plan, who)), safe(group_name(plan, o)), f"{o.root:f}",
            *(f"{signed:f}" for signed in account_amounts(plan, o)), f"{o.total:f}", str(o.rank), str(o.of),
            safe(grade_name(plan, o)), safe(veto_names(plan, o, lang)), str(quota.get(who.id, "")),
        ]  # fmt: skip


def _heads(codes: Sequence[str], lang: str) -> list[str]:
    return [text(f"book.{code}", lang).lower() for code in codes]


def account_amounts(plan: Plan, outcome: Outcome) -> list[Decimal]:
    """What each account adds to the total: deductions are negative."""
    pairs = zip(plan.accounts, outcome.accounts, strict=True)
    return [value if account.kind == "bonus" else -value if value else value for account, value in pairs]


def category_name(plan: Plan, subject: Subject) -> str:
    """The category as people call it."""
    return plan.categories.get(subject.category, subject.category)


def group_name(plan: Plan, outcome: Outcome) -> str:
    """The group that a subject is ranked in."""
    return plan.categories.get(outcome.group, outcome.group)


def grade_name(plan: Plan, outcome: Outcome) -> str:
    """The grade's name, "" for none."""
    return next((g.name for g in plan.standing.grades if g.id == outcome.grade), "")


def veto_names(plan: Plan, outcome: Outcome, lang: str) -> str:
    """The vetoes that hit, joined."""
    return ("、" if lang == "zh" else ", ").join(v.name for v in plan.vetoes if v.id in outcome.vetoes)


def by_group(result: Result) -> list[tuple[str, list[Outcome]]]:
    """Outcomes by standing group in the plan's order, each group by rank."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        groups.setdefault(outcome.group, []).append(outcome)
    return [(name, sorted(members, key=lambda o: o.rank)) for name, members in groups.items()]


def safe(said: str) -> str:
    """A text that no spreadsheet takes for a formula: one that starts like a formula gets an apostrophe before it."""
    return f"'{said}" if said.startswith(RISKY) else said


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """CSV that spreadsheets read as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\r\n").writerows(rows)


def terminal_table(result: Result, lang: str = "zh") -> tuple[list[str], list[tuple[str, list[list[str]]]]]:
    """Headings; for each group its name and rows: rank, unit, category, total, grade and, if any, veto and quota."""
    plan, quota = result.plan, result.quota()
    subjects = {s.id: s for s in plan.subjects}
    vetoed = any(o.vetoes for o in result.outcomes)
    codes = ["rank", "unit", "category", "total", "grade"] + ["veto"] * vetoed + ["quota"] * bool(quota)
    groups = []
    for name, members in by_group(result):
        rows = []
        for o in members:
            who = subjects[o.subject]
            row = [str(o.rank), who.name, category_name(plan, who), f"{o.total:f}", grade_name(plan, o)]
            row += [veto_names(plan, o, lang)] * vetoed + [str(quota.get(o.subject, ""))] * bool(quota)
            rows.append(row)
        title = plan.categories.get(name, name) or text("book.everybody", lang)
        groups.append((text("book.members", lang, name=title, count=len(members)), rows))
    return [text(f"book.{code}", lang) for code in codes], groups


# -- JSON and digests


def card_data(one: Written) -> dict[str, object]:
    """A card as plain data; figures are strings so that none is rounded by its reader."""
    card, outcome = one.card, one.card.outcome
    return {
        "subject": card.subject, "name": card.name, "category": card.category, "total": f"{outcome.total:f}",
        "rank": outcome.rank, "of": outcome.of, "grade": outcome.grade, "vetoes": list(outcome.vetoes),
        "excellent": card.excellent, "lines": [_line_data(line) for line in one.lines],
    }  # fmt: skip


def _line_data(line: CardLine) -> dict[str, object]:
    data = {
        "depth": line.depth, "kind": line.kind, "id": line.id, "name": line.name, "period": line.period,
        "full": _number(line.full), "weight": _number(line.weight), "score": _number(line.score),
        "amount": _number(line.amount), "text": line.text, "source": line.source, "clause": line.clause,
    }  # fmt: skip
    return {key: value for key, value in data.items() if value not in (None, "")}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def result_text(result: Result, found: Digests, scores: Scores | None = None) -> str:
    """`result.json`: the run's name, its digests, totals and every score."""
    plan = result.plan
    quota = result.quota()
    standing = [
        {
            "subject": o.subject, "root": f"{o.root:f}",
            "accounts": {a.id: f"{v:f}" for a, v in zip(plan.accounts, o.accounts, strict=True)},
            "total": f"{o.total:f}", "group": o.group, "rank": o.rank, "of": o.of, "grade": o.grade,
            "vetoes": list(o.vetoes), "excellent": quota.get(o.subject),
        }
        for o in result.outcomes
    ]  # fmt: skip
    listed = [[*key, f"{score:f}", f"{full:f}"] for key, (score, full) in sorted((scores or result.scores()).items())]
    head = {
        "format": 1, "run": found.run, "engine": found.engine,
        "plan": {"id": plan.id, "name": plan.name, "edition": plan.edition, "sha256": found.plan},
        "facts": {"count": result.facts.table.num_rows, "sha256": found.facts},
        "result": {"sha256": found.result},
    }  # fmt: skip
    body = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in listed)
    told = ",\n".join(json.dumps(row, ensure_ascii=False) for row in standing)
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    columns = '["subject","node","period","score","full"]'
    return f'{opening},\n "standing": [\n{told}\n],\n "score_columns": {columns},\n "scores": [\n{body}\n]\n}}\n'


def digests(result: Result, scores: Scores | None = None) -> Digests:
    """What names this run and its results."""
    plan = _sha([plan_text(result.plan)])
    facts = facts_digest(result.facts)
    run = _sha([f"kaoping {__version__}\n", f"plan {plan}\n", f"facts {facts}\n"])
    lines = sorted("\t".join((*key, f"{s:f}", f"{f:f}")) + "\n" for key, (s, f) in (scores or result.scores()).items())
    quota = result.quota()
    lines += sorted(
        "\t".join((o.subject, f"{o.total:f}", str(o.rank), o.grade, ",".join(o.vetoes), str(quota.get(o.subject, ""))))
        + "\n"
        for o in result.outcomes
    )
    return Digests(__version__, plan, facts, run, _sha(lines))


def _sha(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for one in texts:
        digest.update(one.encode())
    return digest.hexdigest()


def facts_digest(facts: Facts) -> str:
    """SHA-256 of the figures as sorted lines: keys, the value x 10^24 as an integer, and the trail, tab between.

    Neither the order of the figures nor zeros at the end of a decimal matter.
    """
    table = facts.table
    if not table.num_rows:
        return _sha([])
    columns = [_escaped(table, name) for name in KEYS]
    wide = table[VALUE].cast(pa.decimal256(76, MAX_DECIMALS)).combine_chunks()
    whole = pa.Array.from_buffers(pa.decimal256(76, 0), len(wide), wide.buffers(), wide.null_count, wide.offset)
    columns.append(pc.fill_null(whole.cast(pa.string()), ""))
    columns += [_escaped(table, name) for name in TRAIL]
    lines = pc.binary_join_element_wise(*columns, "\t")
    ordered = lines.take(pc.sort_indices(lines))
    return hashlib.sha256("\n".join(ordered.to_pylist()).encode()).hexdigest()


def _escaped(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.array([""] * table.num_rows, type=pa.string())
    column = pc.fill_null(table[name].cast(pa.string()), "").combine_chunks()
    for mark, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n")):
        column = pc.replace_substring(column, mark, written)
    return column
