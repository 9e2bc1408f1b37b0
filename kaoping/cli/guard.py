"""Runs a command and turns everything that can go wrong into a sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from kaoping.cli.words import say
from kaoping.core.refusals import NotValid

FINE, DIFFERENT, BAD_INPUT, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

Command = Callable[[argparse.Namespace, str], int]


class Refused(Exception):
    """Input that cannot be used, already as a sentence."""


def command(name: str) -> Command:
    """A command by name; its modules are imported only now."""
    match name:
        case "score" | "explain" | "whatif" | "robust":
            from kaoping.cli import scoring

            return {
                "score": scoring.score, "explain": scoring.explain, "whatif": scoring.what_if, "robust": scoring.robust,
            }[name]  # fmt: skip
    from kaoping.cli import planning

    return {
        "check": planning.check, "diff": planning.diff, "convert": planning.convert, "template": planning.template,
        "methods": planning.methods,
    }[name]  # fmt: skip


def run(args: argparse.Namespace, lang: str) -> int:
    """The command's exit code, or that of what stopped it."""
    try:
        code = command(args.command)(args, lang)
        sys.stdout.flush()
        return code
    except NotValid as refused:
        from kaoping.cli import screen

        screen.findings(refused.findings, lang)
        return BAD_INPUT
    except Refused as refused:
        print(refused, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(say("stopped", lang), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:
        if os.environ.get("KAOPING_TRACE") == "1":
            raise
        print(_told(error, lang), file=sys.stderr)
        return FAILED


def _told(error: Exception, lang: str) -> str:
    if isinstance(error, OSError) and error.filename:
        return say("no.read", lang, file=error.filename, reason=error.strerror)
    code = getattr(error, "code", "")
    if isinstance(code, str) and code.startswith("engine."):
        from kaoping.base.messages_engines import SENTENCES

        return SENTENCES[code][lang != "zh"].format_map(getattr(error, "figures", {}))
    return say("failed", lang, kind=type(error).__name__, reason=" ".join(str(error).split())[:300])
