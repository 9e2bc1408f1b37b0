"""What a person sees in the terminal: tables that know how wide a Chinese character is, findings, progress."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaoping.base import messages
from kaoping.base.cards import slot_name
from kaoping.cli.words import say
from kaoping.core.refusals import Finding, Weight

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 160  # columns where nobody says how wide the paper is
PATIENCE = 1.0  # seconds before a progress bar shows
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(said: str) -> str:
    """A text without characters that would move the cursor or turn the line round."""
    return _CONTROL.sub("�", said)


def console() -> Console:
    """The terminal, or plain wide lines for a file or a pipe."""
    from rich.console import Console

    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, markup=False, emoji=False, width=None if known else WIDE)


def table(heads: Sequence[str], right: Iterable[int] = (), *, title: str = "", lines: bool = False) -> Any:
    """A table with headings; the columns `right` hold figures."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    figures = set(right)
    made = Table(
        box=box.SIMPLE_HEAD, title=Text(clean(title)) if title else None, title_justify="left", show_lines=lines
    )
    for i, head in enumerate(heads):
        made.add_column(
            Text(clean(head)), justify="right" if i in figures else "left", overflow="fold", no_wrap=i in figures
        )
    return made


def row(made: Any, cells: Sequence[str], style: str = "") -> None:
    """Add a row of plain texts."""
    from rich.text import Text

    made.add_row(*(Text(clean(cell)) for cell in cells), style=style)


# -- findings


def findings(found: Sequence[Finding], lang: str, *, stopped: bool = True, to: Any = None) -> None:
    """Everything that was found, by file, what blocks first; one line each with place and remedy."""
    out = to or sys.stderr
    files: dict[str, list[Finding]] = {}
    for one in found:
        files.setdefault(one.place.file, []).append(one)
    for file, ones in files.items():
        hard = [one for one in ones if one.weight is Weight.BLOCKS]
        soft = [one for one in ones if one.weight is not Weight.BLOCKS]
        name = clean(file) or say("found.elsewhere", lang)
        print(say("found.file", lang, file=name, blocking=len(hard), notes=len(soft)), file=out)
        for kind, some in (("blocks", hard), ("note", soft)):
            for one in some:
                print(f"  [{say(f'found.{kind}', lang)}] {finding(one, lang)}", file=out)
    count = sum(one.weight is Weight.BLOCKS for one in found)
    if stopped and count:
        print(say("found.stopped", lang, count=count), file=out)


def finding(one: Finding, lang: str) -> str:
    """One finding on one line, without its file; a code that no table knows is shown as it is, never lost."""
    place = replace(one.place, file="")
    if one.code.startswith("cell."):
        place = replace(place, path="")  # the sentence names the indicator; its path in the plan is of no help
    figures = dict(one.figures)
    if isinstance(slots := figures.get("slots"), list | tuple):
        figures["slots"] = [slot_name(str(slot), lang) for slot in slots]
    here = replace(one, place=place, figures=figures)
    try:
        said = messages.finding_text(here, lang)
    except KeyError:
        where = " ".join(str(x) for x in (place.sheet, place.row or "", place.column, place.path) if x)
        said = f"{where}: {one.code} {figures}"
    return clean(" ".join(said.split()))


# -- progress


class Bar:
    """A progress bar on a terminal, for work that takes more than a second."""

    def __init__(self, lang: str, *, quiet: bool = False) -> None:
        self.lang, self.started = lang, time.monotonic()
        self.shown: Any = None
        self.tasks: dict[str, Any] = {}
        self.wanted = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown is not None:
            self.shown.stop()

    def __call__(self, stage: str, done: int, of: int) -> None:
        """Called by the engine at every stage."""
        if not self.wanted or time.monotonic() - self.started < PATIENCE:
            return
        if self.shown is None:
            from rich.console import Console
            from rich.progress import Progress

            self.shown = Progress(console=Console(stderr=True), transient=True)
            self.shown.start()
        if stage not in self.tasks:
            self.tasks[stage] = self.shown.add_task(say(f"stage.{stage}", self.lang), total=of)
        self.shown.update(self.tasks[stage], completed=done, total=of)
