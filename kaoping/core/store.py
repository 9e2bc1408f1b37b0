"""Where the engine's tables live: the few things that it asks of a database, and DuckDB doing them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol

import duckdb
import pyarrow as pa

from kaoping.core.refusals import Finding, NotValid


class Store(Protocol):
    """A database that runs the engine's SQL (DuckDB's dialect) on integers of up to 38 digits, exactly."""

    def put(self, name: str, table: pa.Table) -> None:
        """Make a table from columns in memory."""

    def make(self, name: str, select: str) -> None:
        """Make a table from a query. Raises NotValid(`number.beyond`) rather than wrap."""

    def name(self, name: str, select: str) -> None:
        """Name a query that is cheap to run again."""

    def read(self, select: str) -> pa.Table:
        """The rows of a query; integers as int64 or decimal."""

    def drop(self, name: str) -> None:
        """Forget a table."""

    def close(self) -> None:
        """Forget everything."""


BLOCK = 122_880  # rows that one thread works on at a time: a row group of DuckDB


@cache
def _database(threads: int | None, memory: str | None) -> duckdb.DuckDBPyConnection:
    """One database in memory for each setting; every store is a connection to it with temporary tables of its own."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "preserve_insertion_order": False,
    }
    if threads:
        settings["threads"] = threads
    if memory:
        settings["memory_limit"] = memory
    return duckdb.connect(config=settings)


class DuckStore:
    """DuckDB in memory, without access to files or network."""

    def __init__(self, *, threads: int | None = None, memory: str | None = None) -> None:
        self.connection = _database(threads, memory).cursor()
        self.statements = 0
        self.registered: set[str] = set()

    def put(self, name: str, table: pa.Table) -> None:
        """Register columns; nothing is copied. They are cut into blocks, so that all threads can read."""
        self.connection.register(name, pa.Table.from_batches(table.to_batches(BLOCK), schema=table.schema))
        self.registered.add(name)

    def make(self, name: str, select: str) -> None:
        """CREATE TABLE AS."""
        self.statements += 1
        with _overflow():
            self.connection.execute(f"CREATE TEMP TABLE {name} AS {select}")

    def name(self, name: str, select: str) -> None:
        """CREATE VIEW."""
        self.connection.execute(f"CREATE TEMP VIEW {name} AS {select}")

    def read(self, select: str) -> pa.Table:
        """Rows as Arrow."""
        with _overflow():
            return self.connection.sql(select).to_arrow_table()

    def drop(self, name: str) -> None:
        """Forget a registered or made table."""
        if name in self.registered:
            self.connection.unregister(name)
            self.registered.remove(name)
        else:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    def close(self) -> None:
        """Close the database."""
        self.connection.close()


@contextmanager
def _overflow() -> Iterator[None]:
    """DuckDB raises where a number would not fit; here that is a finding."""
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise NotValid([Finding("number.beyond", figures={"reason": str(error)[:200]})]) from error
