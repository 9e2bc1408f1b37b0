"""What all tests share: the programs beside Python that some need, and how hard hypothesis tries.

A test marked `postgres`, `spark` or `office` needs a program that may be missing. It is then skipped with the reason,
unless KAOPING_REQUIRE names the mark (`KAOPING_REQUIRE=postgres,spark,office`, as `make all` sets it): then it fails.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TORTURE = os.environ.get("KAOPING_TORTURE") == "1"
POSTGRES = os.environ.get("KAOPING_TEST_POSTGRES") or "host=127.0.0.1 port=5432 user=postgres dbname=postgres"

_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("usual", max_examples=60, **_PATIENT)
settings.register_profile("torture", max_examples=2000, **_PATIENT)
settings.load_profile("torture" if TORTURE else "usual")


def _postgres_lacks() -> str:
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=5).close()
    except psycopg.OperationalError as refused:
        return f"no PostgreSQL answers at KAOPING_TEST_POSTGRES ({POSTGRES}): {refused}"
    return ""


def _spark_lacks() -> str:
    if shutil.which("java") is None:
        return "Spark needs Java: apt-get install openjdk-17-jre-headless"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: tools/setup spark"
    return ""


def _office_lacks() -> str:
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed: apt-get install libreoffice-calc-nogui"
    return ""


PROBES = {"postgres": _postgres_lacks, "spark": _spark_lacks, "office": _office_lacks}


@functools.cache
def lacks(tool: str) -> str:
    """Why the tests with this mark cannot run here; empty when they can."""
    return PROBES[tool]()


def required() -> set[str]:
    """The marks whose tests may not be skipped."""
    named = {word.strip() for word in os.environ.get("KAOPING_REQUIRE", "").split(",")} - {""}
    if unknown := named - PROBES.keys():
        raise pytest.UsageError(f"KAOPING_REQUIRE names {sorted(unknown)}; known are {sorted(PROBES)}")
    return named


def pytest_configure(config: pytest.Config) -> None:
    required()


def pytest_collection_finish(session: pytest.Session) -> None:
    # PySpark leaves sockets to its Java side open, and the collector may find one during any later test of the run.
    if any(item.get_closest_marker("spark") for item in session.items):
        session.config.addinivalue_line("filterwarnings", "ignore:unclosed <socket:ResourceWarning")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for tool in PROBES:
        if item.get_closest_marker(tool) and (reason := lacks(tool)):
            if tool in required():
                pytest.fail(f"required by KAOPING_REQUIRE, but {reason}", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def torture() -> bool:
    """True when the tests are to run at their largest (`make torture`)."""
    return TORTURE


@pytest.fixture(scope="session")
def postgres_dsn() -> str:
    """Where the PostgreSQL server for tests is; for tests marked `postgres`."""
    return POSTGRES


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice's program; for tests marked `office`."""
    return shutil.which("soffice") or ""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A small Spark on this machine, one for the whole run; for tests marked `spark`."""
    from pyspark.sql import SparkSession

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # whatever the machine's name resolves to
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .getOrCreate()
    )
    yield session
    session.stop()
