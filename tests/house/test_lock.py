"""The lock files: nothing unpinned, nothing without a hash, no address of a registry or of a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
ADDRESS = re.compile(
    r"[a-z+]+://|file:|--index-url|--extra-index-url|--find-links|--trusted-host|(?<![\w.])/(?:home|opt|root|tmp|usr)/"
)
PINNED = re.compile(r"[A-Za-z0-9][\w.\-]*(\[[\w,\-]+\])?==\S+( ; .+)?")


def faults(text: str) -> list[str]:
    """What a lock file may not hold."""
    found = [f"line {n}: an address" for n, line in enumerate(text.splitlines(), 1) if ADDRESS.search(line)]
    whole = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.strip().startswith("#")))
    for requirement in filter(None, (line.strip() for line in whole.splitlines())):
        name, *hashes = re.split(r"\s*--hash=", requirement)
        if not PINNED.fullmatch(name.strip()):
            found.append(f"not pinned: {name}")
        if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes):
            found.append(f"without a hash: {name}")
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed_and_no_address_stands_in_a_lock(lock: Path) -> None:
    assert faults(lock.read_text(encoding="utf-8")) == []


def test_there_are_four_locks() -> None:
    names = ["requirements-bench.lock", "requirements-boot.lock", "requirements-spark.lock", "requirements.lock"]
    assert [path.name for path in LOCKS] == names


def test_the_project_file_names_no_registry() -> None:
    assert not ADDRESS.search((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


GOOD = f"one==1.0 \\\n    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}\n    # via two\n"


def test_a_good_lock_passes() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [
        (GOOD + "two==2.0\n", "without a hash: two==2.0"),
        (GOOD + f"two>=2.0 \\\n    --hash=sha256:{'c' * 64}\n", "not pinned: two>=2.0"),
        (GOOD + f"two==2.0 \\\n    --hash=md5:{'c' * 32}\n", "without a hash: two==2.0"),
        ("--index-url https://mirror.example/simple\n" + GOOD, "line 1: an address"),
        (GOOD + f"two @ file:///srv/two.whl \\\n    --hash=sha256:{'c' * 64}\n", "line 5: an address"),
    ],
)
def test_a_spoilt_lock_is_found_and_named(spoilt: str, named: str) -> None:
    assert named in faults(spoilt)
