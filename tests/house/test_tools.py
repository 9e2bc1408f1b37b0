"""The project's own programs: the sum of the reports, the traceability table, and what KAOPING_REQUIRE means."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(arguments: list[str], cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python, without the settings of the run around it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KAOPING_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """A project with the real settings, conftest and tools, and no tests of its own yet."""
    for name in ("pyproject.toml", "tests/conftest.py", "tools/trace.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "requirements-claimed.txt").write_text("# claimed\nR4.3  目标 | words\n", encoding="utf-8")
    return tmp_path


def write_test(project: Path, body: str) -> None:
    (project / "tests" / "test_it.py").write_text(f"import pytest\n\n\n{body}", encoding="utf-8")


CASE = '<testcase name="{}">{}</testcase>'


@pytest.mark.parametrize(
    ("cases", "said", "code"),
    [
        (["", "", "<skipped/>"], "2 passed, 0 failed, 1 skipped", 0),
        (["", "<failure/>", "<error/>"], "1 passed, 2 failed, 0 skipped", 1),
        ([], "0 passed, 0 failed, 0 skipped", 1),
    ],
)
def test_the_reports_are_added_up_on_the_last_line(tmp_path: Path, cases: list[str], said: str, code: int) -> None:
    report = tmp_path / "one.xml"
    report.write_text(
        f"<testsuites><testsuite>{''.join(CASE.format(i, c) for i, c in enumerate(cases))}</testsuite></testsuites>"
    )
    ran = run(["tools/sum_reports.py", str(report)])
    assert (ran.stdout.splitlines()[-1], ran.returncode) == (said, code)


def test_a_report_that_cannot_be_read_counts_as_a_failure(tmp_path: Path) -> None:
    (tmp_path / "half.xml").write_text("<testsuites>")
    ran = run(["tools/sum_reports.py", str(tmp_path / "half.xml")])
    assert ran.stdout.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"
    assert ran.returncode == 1


def test_a_claimed_requirement_without_a_test_is_refused(small_project: Path) -> None:
    write_test(small_project, "def test_nothing(): pass\n")
    ran = run(["tools/trace.py"], cwd=small_project)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "R4.3 is claimed" in ran.stdout


def test_the_table_names_the_tests_and_must_be_current(small_project: Path) -> None:
    write_test(
        small_project,
        '@pytest.mark.req("R4.3", "R6.2")\n@pytest.mark.parametrize("n", [1, 2])\ndef test_met(n): pass\n',
    )
    assert run(["tools/trace.py", "--check"], cwd=small_project).returncode == 1
    assert run(["tools/trace.py"], cwd=small_project).returncode == 0
    page = (small_project / "docs" / "traceability.md").read_text(encoding="utf-8")
    assert "| R4.3 | 目标 \\| words | yes | `tests/test_it.py::test_met` |" in page
    assert "| R6.2 |  | not yet | `tests/test_it.py::test_met` |" in page
    assert run(["tools/trace.py", "--check"], cwd=small_project).returncode == 0


def test_a_missing_program_skips_its_tests_with_the_reason(small_project: Path) -> None:
    write_test(small_project, "@pytest.mark.postgres\ndef test_it(): pass\n")
    ran = run(["-m", "pytest"], cwd=small_project, KAOPING_TEST_POSTGRES="host=/nowhere")
    assert "1 skipped" in ran.stdout
    assert "no PostgreSQL answers" in ran.stdout


def test_a_missing_program_that_is_required_fails_its_tests(small_project: Path) -> None:
    write_test(small_project, "@pytest.mark.postgres\ndef test_it(): pass\n")
    ran = run(["-m", "pytest"], cwd=small_project, KAOPING_TEST_POSTGRES="host=/nowhere", KAOPING_REQUIRE="postgres")
    assert ran.returncode == 1
    assert "required by KAOPING_REQUIRE, but no PostgreSQL answers" in ran.stdout


def test_requiring_an_unknown_program_is_refused(small_project: Path) -> None:
    write_test(small_project, "def test_it(): pass\n")
    ran = run(["-m", "pytest"], cwd=small_project, KAOPING_REQUIRE="postgers")
    assert ran.returncode != 0
    assert "KAOPING_REQUIRE names ['postgers']" in ran.stdout + ran.stderr
