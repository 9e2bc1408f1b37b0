"""The pages: links lead somewhere, named commands exist, and the project speaks of itself only."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Words of the machine that somebody worked on, not of the project. In two parts, so that this file may hold them.
FOREIGN = re.compile(
    "|".join(
        left + right
        for left, right in [
            (r"(?<![\w.~-])/wo", r"rk/"),
            (r"\.lib", r"rary\b"),
            (r"\bsub-?", r"agent"),
            (r"shared/(?:de", r"sign|tools|cases)"),
            (r"/opt/(?:py", r"pi|wheels)"),
            (r"\bthis work", r"place\b"),
            (r"\b(?:house|stack|domain|peers)", r"\.md §"),
        ]
    ),
    re.IGNORECASE,
)


def load(tool: str) -> ModuleType:
    """A program in tools/, as a module."""
    spec = importlib.util.spec_from_file_location(f"kaoping_tool_{tool}", ROOT / "tools" / f"{tool}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check_docs = load("check_docs")


def project_files() -> list[Path]:
    """Every file that is, or is about to be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def foreign_words(name: str, content: bytes) -> list[str]:
    """Words in a text file that are not the project's own; a binary file has none."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return []
    lines = enumerate(text.splitlines(), 1)
    return [f"{name}:{number}: {found[0]}" for number, line in lines if (found := FOREIGN.search(line))]


def test_links_lead_somewhere_and_named_commands_exist() -> None:
    assert check_docs.broken_links(ROOT) + check_docs.unknown_targets(ROOT) == []


def test_a_broken_link_and_an_unknown_command_are_found_and_named(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("run: ## run\n")
    (tmp_path / "README.md").write_text(
        "[a](gone.md) [b](README.md#x) `make run` `make coffee`\n\n```sh\nmake tea\n```\n"
    )
    assert check_docs.broken_links(tmp_path) == ["README.md: the link to gone.md leads nowhere"]
    assert check_docs.unknown_targets(tmp_path) == [
        "README.md: the Makefile has no target `coffee`",
        "README.md: the Makefile has no target `tea`",
    ]


def test_the_readme_names_the_two_commands_that_start_everything() -> None:
    for readme in ("README.md", "README.en.md"):
        assert {"run", "test"} <= set(check_docs.MAKE.findall((ROOT / readme).read_text(encoding="utf-8")))


def test_the_project_speaks_of_itself_only() -> None:
    assert [
        word for path in project_files() for word in foreign_words(str(path.relative_to(ROOT)), path.read_bytes())
    ] == []


@pytest.mark.parametrize("line", ["see /wo" + "rk/main", "a sub" + "agent wrote this", "as hou" + "se.md §4 says"])
def test_a_foreign_word_is_found_and_named(line: str) -> None:
    assert foreign_words("a.py", f"# fine\n# {line}\n".encode())[0].startswith("a.py:2: ")


@pytest.mark.parametrize("line", ["docs/work/a.md", "the library", "house rules"])
def test_the_projects_own_words_pass(line: str) -> None:
    assert foreign_words("a.py", line.encode()) == []
