"""What code and pages cite is there: sources, requirements, and the page of methods as its tool writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kaoping.core.methods import METHODS
from tools import methods_page

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
REQUIREMENTS = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")


def cited(pattern: str, *folders: str) -> set[str]:
    """Everything of this form in the Python files and pages below some folders."""
    return {found for folder in folders for text in texts(folder) for found in re.findall(pattern, text)}


def texts(folder: str) -> Iterator[str]:
    """Every Python file and page below a folder."""
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in (".py", ".md", ".txt") and path.name != "requirements.md":
            yield path.read_text(encoding="utf-8")


def test_every_source_that_code_cites_is_on_the_page_and_no_other() -> None:
    listed = re.findall(r"^\| (S\d+) \| \S.* \| \S.* \|$", SOURCES, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == cited(r"\[(S\d+)\]", "kaoping")


def test_sources_cited_by_name_are_on_the_page() -> None:
    named = [re.sub(r"\[S\d+\]|R\d(\.\d+)?|[; ]", "", method.clause) for method in METHODS.values()]
    assert {name[:4] for name in named if name} == {"OECD", "UNDP"}
    assert all(name in SOURCES for name in ("OECD", "UNDP"))


def test_every_requirement_that_is_cited_has_its_meaning() -> None:
    listed = re.findall(r"^\| (R\d\.\d+) \| \S.* \|$", REQUIREMENTS, re.MULTILINE)
    headings = re.findall(r"^## (R\d) \S", REQUIREMENTS, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert {one.partition(".")[0] for one in listed} == set(headings)
    assert cited(r"\b(R[1-7]\.\d+)\b", "kaoping", "tests", "docs") <= set(listed)


def test_every_clause_cites_something() -> None:
    for method in METHODS.values():
        assert re.search(r"\[S\d+\]|R\d|OECD|UNDP", method.clause), method.id


def test_the_page_of_methods_is_as_its_tool_writes_it() -> None:
    assert methods_page.PAGE.read_text(encoding="utf-8") == methods_page.page(), "`make methods` writes it anew"
