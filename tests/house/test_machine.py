"""The programs beside Python that `make all` needs really work here, not only answer to their name."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.postgres
def test_postgresql_counts_in_exact_integers(postgres_dsn: str) -> None:
    import psycopg

    with psycopg.connect(postgres_dsn) as connection:
        row = connection.execute(
            "SELECT (2 * 9644999 + 10000) / 20000, sum(n)::bigint FROM generate_series(1, 4) AS n"
        ).fetchone()
    assert row == (964, 10)


@pytest.mark.office
def test_libreoffice_opens_a_workbook_and_shows_its_chinese_text(soffice: str, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("得分").write_row(0, 0, ["甲县", 96.4])
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert (tmp_path / "book.csv").read_text(encoding="utf-8").strip() == "甲县,96.4"


@pytest.mark.spark
def test_spark_counts_in_exact_integers(spark: SparkSession) -> None:
    row = spark.sql("SELECT (2 * 9644999L + 10000) div 20000 AS n, sum(id) AS s FROM range(1, 5)").first()
    assert tuple(row) == (964, 10)


@pytest.mark.spark
def test_spark_refuses_to_wrap_an_overflow(spark: SparkSession) -> None:
    with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW"):
        spark.sql("SELECT 9223372036854775807L * max(id) FROM range(10, 11)").collect()
