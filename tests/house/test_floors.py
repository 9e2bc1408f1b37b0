"""No import goes up or sideways, and the core stays pure: each check is also shown to fail."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: What the core may lean on beside the standard library and itself.
CORE_MAY_IMPORT = {"kaoping", "duckdb", "numpy", "pyarrow", "sqlglot"}
#: Parts of the standard library that the core does without: a clock, chance, files, the network, the environment.
CORE_DOES_WITHOUT = {"time", "random", "secrets", "os", "pathlib", "io", "shutil", "tempfile", "socket", "subprocess"}
#: Calls that read a clock or a file, wherever they come from.
IMPURE_CALLS = {"now", "utcnow", "today", "open", "read_text", "write_text", "read_bytes", "write_bytes"}


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a copy of the project."""
    environment = {"PYTHONPATH": str(tree), "COLUMNS": "200"}
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--config", str(tree / "pyproject.toml")],
        cwd=tree, capture_output=True, text=True, timeout=120, check=False, env=environment,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's package and settings, to be spoilt."""
    shutil.copytree(ROOT / "kaoping", tmp_path / "kaoping", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add_module(tree: Path, dotted: str, source: str) -> None:
    path = tree / (dotted.replace(".", "/") + ".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.parent / "__init__.py").exists():
        (path.parent / "__init__.py").write_text("")
    path.write_text(source)


def impurities(core: Path) -> Iterator[str]:
    """Imports and calls that the core may not make, as `file:line what`."""
    for path in sorted(core.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for what in _impure(node):
                yield f"{path.relative_to(core)}:{node.lineno} {what}"  # type: ignore[attr-defined]


def _impure(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"imports {alias.name}" for alias in names if not _may_import(alias.name))
        case ast.ImportFrom(module=str(module), level=0) if not _may_import(module):
            yield f"imports {module}"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in IMPURE_CALLS:
            yield f"calls {name}()"


def _may_import(module: str) -> bool:
    top = module.partition(".")[0]
    return top in CORE_MAY_IMPORT or (top in sys.stdlib_module_names and top not in CORE_DOES_WITHOUT)


def test_no_import_goes_up_or_sideways() -> None:
    ran = lint_imports(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("module", "source", "named"),
    [
        (
            "kaoping.core.saboteur",
            "import kaoping.exchange.saboteur\n",
            "kaoping.core.saboteur -> kaoping.exchange.saboteur",
        ),
        (
            "kaoping.base.saboteur",
            "def later():\n    from kaoping.exchange import saboteur\n",
            "kaoping.base.saboteur -> kaoping.exchange",
        ),
        ("kaoping.core.saboteur", "\n\nimport time\n", "kaoping.core.saboteur -> time (l.3)"),
        ("kaoping.core.saboteur", "import yaml\n", "kaoping.core.saboteur -> yaml (l.1)"),
        ("kaoping.sidewing.saboteur", "", "kaoping.sidewing"),
    ],
    ids=["up", "up-inside-a-function", "a-clock", "a-file-format", "a-package-on-no-floor"],
)
def test_an_import_against_the_floors_is_found_and_named(copy: Path, module: str, source: str, named: str) -> None:
    add_module(copy, "kaoping.exchange.saboteur", "")
    add_module(copy, module, source)
    ran = lint_imports(copy)
    assert ran.returncode != 0
    assert named in ran.stdout


def test_the_core_touches_no_clock_no_file_and_no_other_library() -> None:
    assert list(impurities(ROOT / "kaoping" / "core")) == []


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("from datetime import date\nasked = date.today()\n", "saboteur.py:2 calls today()"),
        ("def f(path):\n    return open(path)\n", "saboteur.py:2 calls open()"),
        ("import django.db\n", "saboteur.py:1 imports django.db"),
        ("from pathlib import Path\n", "saboteur.py:1 imports pathlib"),
    ],
)
def test_an_impure_core_is_found_and_named(tmp_path: Path, source: str, named: str) -> None:
    (tmp_path / "saboteur.py").write_text(source)
    assert named in list(impurities(tmp_path))
