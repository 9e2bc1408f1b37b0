"""Do the documents hold together? Every relative link leads to a file, every `make` command named is a target.

Usage: python tools/check_docs.py [ROOT]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?:^|`)make ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SKIPPED = {".venv", ".boot", "var", ".git", "node_modules"}


def pages(root: Path) -> list[Path]:
    """Every Markdown page of the project."""
    return [p for p in sorted(root.rglob("*.md")) if not SKIPPED & set(p.relative_to(root).parts)]


def broken_links(root: Path) -> list[str]:
    """Relative links that lead nowhere."""
    found = []
    for each in pages(root):
        for target in LINK.findall(FENCE.sub("", each.read_text(encoding="utf-8"))):
            path = target.partition("#")[0]
            if not path or re.match(r"[a-z]+:", path):
                continue
            if not (each.parent / path).exists():
                found.append(f"{each.relative_to(root)}: the link to {target} leads nowhere")
    return found


def unknown_targets(root: Path) -> list[str]:
    """`make` commands in a page that the Makefile does not know."""
    known = set(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))
    return [
        f"{each.relative_to(root)}: the Makefile has no target `{target}`"
        for each in pages(root)
        for command in MAKE.findall(each.read_text(encoding="utf-8"))
        for target in command.split()
        if target not in known
    ]


def main(arguments: list[str]) -> int:
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent)
    found = broken_links(root) + unknown_targets(root)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
