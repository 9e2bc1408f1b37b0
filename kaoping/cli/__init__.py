"""The command line. Nothing heavy is imported before a command needs it, so help and `--version` come at once.

Leaves with 0 when all is well, 1 when `diff` finds differences, 2 for input that cannot be used (every finding is
listed, nothing is half written), 3 when an engine or the machine fails, 130 when interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; hands back the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        from kaoping import __version__

        print(f"kaoping {__version__}")
        return 0
    from kaoping.cli import options

    lang = options.language(words)
    try:
        args = options.parser(lang).parse_args(words)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 2
    from kaoping.cli import guard

    return guard.run(args, args.lang)
