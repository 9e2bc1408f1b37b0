"""Which test shows which requirement.

Collects every `@pytest.mark.req("R4.3")` and writes docs/traceability.md. docs/requirements-claimed.txt names the
requirements that the project claims to meet, one a line: `R4.3  达到目标任务即得到基本分`. Fails when a claimed
requirement has no test; with --check it also fails, and writes nothing, when the page is not current.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLAIMED = "docs/requirements-claimed.txt"
PAGE = "docs/traceability.md"
ID = re.compile(r"R\d+\.\d+")


class Collector:
    """A pytest plugin that notes the requirements of every collected test."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for mark in item.iter_markers("req"):
                for requirement in mark.args:
                    self.tests[requirement].add(item.nodeid.partition("[")[0])


def collect(root: Path) -> dict[str, set[str]]:
    """Requirement -> tests, as pytest collects them."""
    collector = Collector()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(
            ["--collect-only", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--rootdir", str(root),
             "-c", str(root / "pyproject.toml"), str(root / "tests")],
            plugins=[collector],
        )  # fmt: skip
    if code != pytest.ExitCode.OK:
        sys.exit(f"{said.getvalue()}\ntools/trace.py: the tests cannot be collected")
    return dict(collector.tests)


def read_claimed(root: Path) -> dict[str, str]:
    """Requirement -> its words, in the order of the file."""
    claimed = {}
    for line in (root / CLAIMED).read_text(encoding="utf-8").splitlines():
        requirement, _, words = line.partition("#")[0].strip().partition(" ")
        if requirement:
            claimed[requirement] = words.strip()
    return claimed


def in_order(requirement: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", requirement))


def page(tests: dict[str, set[str]], claimed: dict[str, str]) -> str:
    """The table, as Markdown."""
    lines = [
        "# Requirements and the tests that show them",
        "",
        f"Written by `make trace` from the tests' `req` marks; what the project claims to meet is in `{CLAIMED}`.",
        "",
        "| requirement | words | claimed | tests |",
        "|---|---|---|---|",
    ]
    for requirement in sorted({*tests, *claimed}, key=in_order):
        shown = "<br>".join(f"`{test}`" for test in sorted(tests.get(requirement, ()))) or "none"
        is_claimed = "yes" if requirement in claimed else "not yet"
        words = claimed.get(requirement, "").replace("|", "\\|")
        lines.append(f"| {requirement} | {words} | {is_claimed} | {shown} |")
    return "\n".join(lines) + "\n"


def faults(tests: dict[str, set[str]], claimed: dict[str, str]) -> list[str]:
    """Claims without a test, and ids that are none."""
    malformed = [f"not a requirement's id: {each!r}" for each in sorted({*tests, *claimed}) if not ID.fullmatch(each)]
    untested = [f"{each} is claimed in {CLAIMED}, but no test shows it" for each in claimed if each not in tests]
    return malformed + untested


def main(arguments: list[str]) -> int:
    tests, claimed = collect(ROOT), read_claimed(ROOT)
    found = faults(tests, claimed)
    text = page(tests, claimed)
    if "--check" in arguments:
        if not (ROOT / PAGE).exists() or (ROOT / PAGE).read_text(encoding="utf-8") != text:
            found.append(f"{PAGE} is not current: run `make trace`")
    else:
        (ROOT / PAGE).write_text(text, encoding="utf-8")
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(tests)} requirements shown by tests, {len(claimed)} claimed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
