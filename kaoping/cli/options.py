"""What the command line takes: commands, arguments, options, and help in two languages."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from kaoping import __version__
from kaoping.cli.words import say

LANGS = ("zh", "en")
FORMATS = ("xlsx", "csv", "json")


def language(argv: Sequence[str]) -> str:
    """The language to speak: `--lang`, else KAOPING_LANG, else Chinese. Known before the arguments are read."""
    for i, word in enumerate(argv):
        value = (
            word[7:] if word.startswith("--lang=") else argv[i + 1] if word == "--lang" and i + 1 < len(argv) else ""
        )
        if value in LANGS:
            return value
    told = os.environ.get("KAOPING_LANG", "")
    return told if told in LANGS else "zh"


def parser(lang: str) -> argparse.ArgumentParser:
    """All commands."""
    top = _Parser(lang, prog="kaoping", description=say("about", lang))
    top.add_argument("--version", action="version", version=f"kaoping {__version__}", help=say("help.version", lang))
    _shared(top, lang)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title=say("commands", lang), required=True)

    def command(name: str, *, plan: bool = True) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = commands.add_parser(name, help=say(name, lang), description=say(name, lang))
        _shared(one, lang)
        if plan:
            one.add_argument("plan", metavar="PLAN", type=Path, help=say("help.plan", lang))
        return one

    one = command("score")
    _facts(one, lang)
    one.add_argument("-o", "--out", metavar="DIR", type=Path, help=say("score.out", lang))
    one.add_argument("--format", metavar="xlsx,csv,json", default=",".join(FORMATS), help=say("score.format", lang))
    one.add_argument("-q", "--quiet", action="store_true", help=say("help.quiet", lang))
    one = command("explain")
    _facts(one, lang)
    one.add_argument("--subject", metavar="ID", required=True, help=say("explain.subject", lang))
    one.add_argument("--node", metavar="ID", help=say("explain.node", lang))
    command("check")
    one = command("diff", plan=False)
    one.add_argument("old", metavar="A", type=Path, help=say("diff.old", lang))
    one.add_argument("new", metavar="B", type=Path, help=say("diff.new", lang))
    one.add_argument("-o", "--out", metavar="FILE", type=Path, help=say("diff.out", lang))
    one = command("whatif")
    _facts(one, lang, engine=False)
    one.add_argument("--set", dest="changes", action="append", required=True, metavar="…", help=say("whatif.set", lang))
    one.add_argument("--all", action="store_true", help=say("whatif.all", lang))
    one = command("robust")
    _facts(one, lang)
    one.add_argument("--replications", type=int, default=1000, metavar="N", help=say("robust.replications", lang))
    one.add_argument("--seed", type=int, default=1, metavar="N", help=say("robust.seed", lang))
    one.add_argument("--spread", type=float, default=0.25, metavar="X", help=say("robust.spread", lang))
    command("convert").add_argument("out", metavar="OUT", type=Path, help=say("convert.out", lang))
    command("template").add_argument("out", metavar="OUT", type=Path, help=say("template.out", lang))
    one = command("methods", plan=False)
    one.add_argument("id", metavar="ID", nargs="?", help=say("methods.id", lang))
    return top


def _shared(one: argparse.ArgumentParser, lang: str) -> None:
    one.add_argument("-h", "--help", action="help", help=say("help.help", lang))
    one.add_argument("--lang", choices=LANGS, default=lang, metavar="zh|en", help=say("help.lang", lang))


def _facts(one: argparse.ArgumentParser, lang: str, *, engine: bool = True) -> None:
    one.add_argument("facts", metavar="FACTS", nargs="+", type=Path, help=say("help.facts", lang))
    if engine:
        one.add_argument("--engine", metavar="ENGINE", default="duckdb", help=say("help.engine", lang))


class _Formatter(argparse.HelpFormatter):
    """Help that begins in the reader's language."""

    lang = "zh"

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, say("usage", self.lang) if prefix is None else prefix)


class _English(_Formatter):
    lang = "en"


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the reader's language when something is wrong."""

    def __init__(self, lang: str = "", **rest: Any) -> None:
        lang = lang or language(sys.argv[1:])
        formatter = _Formatter if lang == "zh" else _English
        super().__init__(add_help=False, formatter_class=formatter, allow_abbrev=False, **rest)
        self.lang = lang
        self._positionals.title, self._optionals.title = say("positionals", lang), say("options", lang)

    def add_subparsers(self, **rest: Any) -> Any:
        lang = self.lang

        class Inner(_Parser):
            def __init__(self, **inner: Any) -> None:
                super().__init__(lang=lang, **inner)

        return super().add_subparsers(parser_class=Inner, **rest)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and leave with 2."""
        self.exit(2, f"{self.prog}: {_told(message, self.lang)}\n{say('bad.try', self.lang, prog=self.prog)}\n")


_TOLD = (
    (r"the following arguments are required: (?P<what>.*)", "bad.required"),
    (r"unrecognized arguments: (?P<what>.*)", "bad.unrecognized"),
    (r"argument (?P<what>.*?): invalid choice: (?P<value>.*?) \(choose from (?P<options>.*)\)", "bad.choice"),
    (r"argument (?P<what>.*?): invalid .* value: (?P<value>.*)", "bad.value"),
    (r"argument (?P<what>.*?): expected .*", "bad.expected"),
)


def _told(message: str, lang: str) -> str:
    """What argparse found wrong, in the reader's words."""
    for pattern, code in _TOLD:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return say(code, lang, **match.groupdict())
    return message
