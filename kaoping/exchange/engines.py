"""Where a run is computed: in this process (DuckDB), in PostgreSQL, or on Spark. The digits are the same everywhere.

The engine's SQL is DuckDB's dialect over integers. For the other two it is read once into a tree, every expression is
typed as narrow (64-bit) or wide (up to 38 digits), and written out again so that no step can round, wrap or leave exact
integers. A construct that is not listed here is refused, not passed on.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from pyarrow import csv
from sqlglot import exp

from kaoping.core.refusals import Finding, NotValid
from kaoping.core.store import DuckStore, Store

if TYPE_CHECKING:
    import psycopg
    from pyspark.sql import DataFrame, SparkSession


class EngineUnavailable(Exception):
    """An engine that cannot be used: a code whose sentence is in `base.messages_engines`, and its figures."""

    def __init__(self, code: str, **figures: object) -> None:
        self.code, self.figures = code, figures
        super().__init__(f"{code}: {figures}")


def open_store(spec: str) -> Store:
    """The store that `spec` names.

    `duckdb`; `postgresql://…` or `postgresql:host=… dbname=…`; `spark` (this machine, or what spark-submit says),
    `spark://host:port`, `spark:<master>`. Raises EngineUnavailable.
    """
    name, colon, rest = spec.strip().partition(":")
    match name.lower():
        case "duckdb" if not colon:
            return DuckStore()
        case "postgres" | "postgresql" if rest:
            return PostgresStore(spec.strip() if rest.startswith("//") else rest)
        case "spark" if not colon:
            return SparkStore()
        case "spark" if rest.startswith("//") and rest[2:]:
            return SparkStore(spec.strip())
        case "spark" if rest and not rest.startswith("//"):
            return SparkStore(rest)
    raise EngineUnavailable("engine.unknown", spec=spec)


# -- the SQL text in other dialects


class Kind(IntEnum):
    """How wide a column is; of two that meet, the larger wins."""

    NARROW = 0  # 64 bits
    WIDE = 1  # up to 38 digits


Columns = dict[str, Kind]

DEPTH = 50_000  # frames: nested selects of long formulas are deep trees
BIGINT, WIDE_TYPE = exp.DataType.build("BIGINT"), exp.DataType.build("DECIMAL(38, 0)")
NARROW_TYPES = {exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT}
LARGE_DIVISOR, LARGE_DIVIDEND = 10**6, 10**32


@lru_cache(maxsize=512)
def _parsed(select: str) -> Any:
    with _deep():
        return sqlglot.parse_one(select, dialect="duckdb")


@contextmanager
def _deep() -> Iterator[None]:
    if sys.getrecursionlimit() < DEPTH:
        sys.setrecursionlimit(DEPTH)
    yield


class Translation:
    """One query of the engine in another dialect, and the columns that it gives."""

    def __init__(self, select: str, tables: Mapping[str, Columns], dialect: str) -> None:
        self.tables, self.spark = tables, dialect == "spark"
        with _deep():
            tree = _parsed(select).copy()
            self.columns = self._query(tree)
            self.sql = tree.sql(dialect=dialect)

    # queries

    def _query(self, node: Any) -> Columns:
        """Rewrite a query in place; what columns it has."""
        branches = []
        while isinstance(node, exp.Union):  # long unions lean to the left
            branches.append(node.expression)
            node = node.this
        branches.append(node)
        found: Columns = {}
        for branch in reversed(branches):
            if isinstance(branch, exp.Subquery | exp.Union):
                columns = self._query(branch.this if isinstance(branch, exp.Subquery) else branch)
            elif isinstance(branch, exp.Select):
                columns = self._select(branch)
            else:
                raise _unknown(branch)
            if not found:
                found = columns
            found = dict(zip(found, map(max, found.values(), columns.values()), strict=True))
        return found

    def _select(self, select: exp.Select) -> Columns:
        sources: dict[str, Columns] = {}
        computed = any(isinstance(e.unalias(), exp.Case | exp.Binary | exp.Neg | exp.Cast) for e in select.expressions)
        joins = select.args.get("joins") or ()
        for part in (*_listed(select.args.get("from_")), *joins):
            source = part.this
            if isinstance(source, exp.Subquery):
                sources[source.alias] = self._query(source.this)
            else:
                sources[source.alias_or_name] = self.tables[source.name]
        scope = _Scope(sources)
        for join in joins:
            if join.args.get("on"):
                self._kind(join.args["on"], scope)
        for key in ("where", "group", "order"):
            for part in _listed(select.args.get(key)):
                for inner in part.args.get("expressions") or [part.this]:
                    self._kind(inner, scope)
        found: Columns = {}
        for item in list(select.expressions):
            if isinstance(item, exp.Star):
                found |= scope.all()
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                found |= sources[item.table]
            else:
                found[item.alias_or_name] = self._item(item, scope)
        if computed and not self.spark and isinstance(select.parent, exp.Subquery):
            # PostgreSQL would copy the expressions to wherever they are used, each time doubling the work
            select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
        return found

    def _item(self, item: Any, scope: _Scope) -> Kind:
        """A column of the result; wide ones are held to 38 digits."""
        kind = self._kind(item.unalias(), scope)
        inner = item.unalias()
        if kind is Kind.WIDE and not isinstance(inner, exp.Column | exp.Cast):
            inner.replace(exp.Cast(this=inner.copy(), to=WIDE_TYPE.copy()))
        return kind

    # expressions

    def _kind(self, node: Any, scope: _Scope) -> Kind:
        """Rewrite an expression in place, from the inside; how wide it is."""
        chosen = _HANDLERS.get(type(node))
        handler = chosen and chosen(self, node)
        if handler is None:
            raise _unknown(node)
        return handler(node, scope)

    def _inside(self, node: Any, scope: _Scope) -> Kind:
        """The widest of the parts."""
        return max((self._kind(part, scope) for part in node.iter_expressions()), default=Kind.NARROW)

    def _narrow(self, node: Any, scope: _Scope) -> Kind:
        self._inside(node, scope)
        return Kind.NARROW

    def _column(self, node: Any, scope: _Scope) -> Kind:
        return scope.kind(node.table, node.name)

    def _literal(self, node: Any, scope: _Scope) -> Kind:
        kind = Kind.NARROW if int(node.this) < 2**63 else Kind.WIDE
        if isinstance(node.parent, exp.Add | exp.Sub | exp.Mul | exp.Mod | exp.IntDiv | exp.Neg):  # not of 32 bits
            node.replace(_cast(node.copy(), kind))
        return kind

    def _null(self, node: Any, scope: _Scope) -> Kind:
        if not isinstance(node.parent, exp.Is):
            node.replace(_cast(exp.Null(), Kind.NARROW))
        return Kind.NARROW

    def _cast(self, node: Any, scope: _Scope) -> Kind:
        self._kind(node.this, scope)
        if node.to.this == exp.DType.INT128:
            node.set("to", WIDE_TYPE.copy())
            return Kind.WIDE
        if node.to.this not in NARROW_TYPES:
            raise _unknown(node)
        return Kind.NARROW

    def _case(self, node: Any, scope: _Scope) -> Kind:
        kinds = []
        for branch in node.args["ifs"]:
            self._kind(branch.this, scope)
            kinds.append(self._kind(branch.args["true"], scope))
        if node.this is not None:
            self._kind(node.this, scope)
        if node.args.get("default") is not None:
            kinds.append(self._kind(node.args["default"], scope))
        return max(kinds)

    def _sum(self, node: Any, scope: _Scope) -> Kind:
        self._kind(node.this, scope)
        if self.spark:  # adds up 64-bit numbers in 64 bits
            node.set("this", _cast(node.this.copy(), Kind.WIDE))
        return Kind.WIDE

    def _window(self, node: Any, scope: _Scope) -> Kind:
        for part in node.args.get("partition_by") or ():
            self._kind(part, scope)
        for ordered in node.args["order"].expressions if node.args.get("order") else ():
            self._kind(ordered.this, scope)
        return self._kind(node.this, scope)

    def _quotient(self, node: Any, scope: _Scope) -> Kind:
        """Whole quotient of two numbers that are not negative."""
        kind = max(self._kind(node.this, scope), self._kind(node.expression, scope))
        a, b = exp.paren(node.this.copy()), exp.paren(node.expression.copy())
        if not self.spark:
            if kind is Kind.WIDE:
                node.replace(exp.Anonymous(this="div", expressions=[a, b]))
            else:
                node.replace(exp.paren(exp.Div(this=a, expression=b, typed=True, safe=False)))
        elif kind is Kind.WIDE:
            node.replace(_spark_quotient(a, b))
        else:
            node.replace(exp.paren(exp.IntDiv(this=a, expression=b)))
        return kind


_Handler = Callable[[Any, "_Scope"], Kind]
_HANDLERS: dict[type, Callable[[Any, Any], _Handler | None]] = {
    exp.Column: lambda t, n: t._column,
    exp.Literal: lambda t, n: None if n.is_string or not n.is_int else t._literal,
    exp.Null: lambda t, n: t._null,
    exp.Cast: lambda t, n: t._cast,
    exp.Case: lambda t, n: t._case,
    exp.Sum: lambda t, n: t._sum,
    exp.Window: lambda t, n: t._window,
    exp.IntDiv: lambda t, n: t._quotient,
    exp.Rank: lambda t, n: t._narrow,
    exp.Star: lambda t, n: t._narrow,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Paren), lambda t, n: t._inside),
    **dict.fromkeys((exp.Abs, exp.Coalesce, exp.Nullif, exp.Min, exp.Max), lambda t, n: t._inside),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In), lambda t, n: t._narrow),
    **dict.fromkeys((exp.And, exp.Or, exp.Not, exp.Count, exp.Ordered), lambda t, n: t._narrow),
}  # fmt: skip


class _Scope:
    """The columns that a select reads from."""

    def __init__(self, sources: dict[str, Columns]) -> None:
        self.sources = sources

    def all(self) -> Columns:
        return {name: kind for columns in self.sources.values() for name, kind in columns.items()}

    def kind(self, table: str, name: str) -> Kind:
        return self.sources[table][name] if table else self.all()[name]


def _listed(part: Any) -> list[Any]:
    return [] if part is None else [part]


def _unknown(node: Any) -> TypeError:
    return TypeError(f"no translation for {type(node).__name__}: {str(node)[:200]}")


def _cast(node: Any, kind: Kind) -> exp.Cast:
    return exp.Cast(this=node, to=(WIDE_TYPE if kind is Kind.WIDE else BIGINT).copy())


def _spark_quotient(a: exp.Expression, b: exp.Expression) -> Any:
    """a // b on decimals. Spark's own quotient keeps 32 digits before the point and 6 after it.

    a - a % b is a multiple of b, so nothing is rounded; where a is that large and b is small, it goes in two halves.
    """
    large = f"CAST({LARGE_DIVISOR} AS DECIMAL(38, 0))"
    direct = "CAST((:a - :a % :b) / :b AS DECIMAL(38, 0))"
    high = f"CAST((:a - :a % {large}) / {large} AS DECIMAL(38, 0))"
    high_part = f"CAST(({high} - {high} % :b) / :b AS DECIMAL(38, 0))"
    rest = f"({high} % :b * {large} + :a % {large})"
    low_part = f"CAST(({rest} - {rest} % :b) / :b AS DECIMAL(38, 0))"
    text = (
        f"(CASE WHEN :a < CAST({LARGE_DIVIDEND} AS DECIMAL(38, 0)) OR :b > {large} THEN {direct} "
        f"ELSE {high_part} * {large} + {low_part} END)"
    )
    divisor = b.unnest()
    if isinstance(divisor, exp.Cast):
        divisor = divisor.this
    if isinstance(divisor, exp.Literal) and int(divisor.this) > LARGE_DIVISOR:
        text = direct
    wide_a, wide_b = _cast(a, Kind.WIDE), _cast(b, Kind.WIDE)
    return _template(text).transform(
        lambda n: (wide_a if n.name == "a" else wide_b).copy() if isinstance(n, exp.Placeholder) else n
    )


@lru_cache
def _template(text: str) -> Any:
    return sqlglot.parse_one(text, dialect="spark")


def _kinds_of(table: pa.Table) -> Columns:
    return {f.name: Kind.WIDE if pa.types.is_decimal(f.type) else Kind.NARROW for f in table.schema}


def _overflow(error: Exception) -> NotValid:
    return NotValid([Finding("number.beyond", figures={"reason": str(error).splitlines()[0][:200]})])


# -- PostgreSQL


class PostgresStore:
    """Temporary tables of one PostgreSQL session; nothing stays behind when it ends."""

    def __init__(self, dsn: str) -> None:
        """Connect. Raises EngineUnavailable; its figures never hold the password."""
        try:
            import psycopg
        except ImportError as error:
            figures = {"package": "psycopg", "engine": "postgresql", "extra": "postgres"}
            raise EngineUnavailable("engine.not_installed", **figures) from error
        self.errors = psycopg.errors
        self.tables: dict[str, Columns] = {}
        self.views: set[str] = set()
        where = "?"
        try:
            parts = psycopg.conninfo.conninfo_to_dict(dsn)
            where = f"{parts.get('host') or 'localhost'}/{parts.get('dbname') or ''}"
            self.connection: psycopg.Connection[Any] = psycopg.connect(
                dsn, autocommit=True, connect_timeout=10, prepare_threshold=None
            )
        except psycopg.Error as error:
            reason = _first_line(error, parts.get("password") if where != "?" else None)
            raise EngineUnavailable("engine.postgres_refused", where=where, reason=reason) from None
        try:
            for name, value in _SETTINGS.items():
                self._run(f"SET {name} = {value}")
            self._run("CREATE TEMP TABLE kaoping_probe AS SELECT 1 AS one")
            self._run("DROP TABLE kaoping_probe")
        except psycopg.Error as error:
            self.connection.close()
            raise EngineUnavailable("engine.postgres_no_temp", where=where, reason=_first_line(error)) from error

    def put(self, name: str, table: pa.Table) -> None:
        """A temporary table, filled by COPY."""
        kinds = ", ".join(f'"{f.name}" {_postgres_type(f.type)}' for f in table.schema)
        self._run(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self._run(f"CREATE TEMP TABLE {name} ({kinds})")
        options = csv.WriteOptions(include_header=False)
        into = f"COPY pg_temp.{name} FROM STDIN (FORMAT csv)".encode()
        with self._guarded(), self.connection.cursor() as cursor, cursor.copy(into) as copy:
            for batch in table.to_batches(max_chunksize=100_000):
                text = io.BytesIO()
                csv.write_csv(batch, text, options)
                copy.write(text.getbuffer())
        self._run(f"ANALYZE pg_temp.{name}")
        self.tables[name] = _kinds_of(table)

    def make(self, name: str, select: str) -> None:
        """CREATE TEMP TABLE AS."""
        translated = Translation(select, self.tables, "postgres")
        self._run(f"CREATE TEMP TABLE {name} AS {translated.sql}")
        self._run(f"ANALYZE pg_temp.{name}")  # without it, joins are planned in the dark
        self.tables[name] = translated.columns

    def name(self, name: str, select: str) -> None:
        """CREATE TEMP VIEW."""
        translated = Translation(select, self.tables, "postgres")
        self._run(f"CREATE TEMP VIEW {name} AS {translated.sql}")
        self.tables[name] = translated.columns
        self.views.add(name)

    def read(self, select: str) -> pa.Table:
        """Rows by COPY."""
        translated = Translation(select, self.tables, "postgres")
        kinds = {n: pa.decimal128(38, 0) if k is Kind.WIDE else pa.int64() for n, k in translated.columns.items()}
        text = io.BytesIO()
        out = f"COPY ({translated.sql}) TO STDOUT (FORMAT csv, NULL '')".encode()
        with self._guarded(), self.connection.cursor() as cursor, cursor.copy(out) as copy:
            for block in copy:
                text.write(block)
        if not text.tell():
            return pa.schema(kinds.items()).empty_table()
        text.seek(0)
        return csv.read_csv(
            text,
            csv.ReadOptions(column_names=list(kinds), block_size=1 << 24),
            csv.ParseOptions(ignore_empty_lines=False),
            csv.ConvertOptions(column_types=kinds, null_values=[""]),
        )

    def drop(self, name: str) -> None:
        """Forget a table or a named query."""
        self._run(f"DROP {'VIEW' if name in self.views else 'TABLE'} IF EXISTS pg_temp.{name}")
        self.tables.pop(name, None)
        self.views.discard(name)

    def close(self) -> None:
        """End the session; the server forgets its tables."""
        self.connection.close()

    def _run(self, sql: str) -> None:
        with self._guarded():
            self.connection.execute(sql.encode())

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except self.errors.NumericValueOutOfRange as error:
            raise _overflow(error) from error
        except self.errors.OperationalError as error:
            if not self.connection.broken:
                raise
            raise EngineUnavailable("engine.lost", engine="postgresql", reason=_first_line(error)) from error


_SETTINGS = {
    "client_min_messages": "error",
    "jit": "off",  # compiling long expressions takes longer than running them
    "work_mem": "'256MB'",
    "temp_buffers": "'256MB'",
    "default_statistics_target": "10",
    "statement_timeout": "0",
    "from_collapse_limit": "1",
}


def _postgres_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return "numeric(38, 0)"
    return "bigint" if kind == pa.int64() or pa.types.is_null(kind) else "integer"


def _first_line(error: BaseException, secret: object = None) -> str:
    lines = (str(error).strip() or type(error).__name__).splitlines()
    text = lines[len(lines) > 1 and lines[0].startswith("An error occurred while calling")].lstrip(": ")[:300]
    return text.replace(str(secret), "***") if secret else text


# -- Spark


class SparkStore:
    """Checkpointed views of a Spark session of its own, on this machine or on a cluster."""

    def __init__(self, master: str | None = None, *, session: SparkSession | None = None) -> None:
        """Start or join Spark; `session` is one that is already there. Raises EngineUnavailable."""
        try:
            import pyspark.errors
        except ImportError as error:
            figures = {"package": "pyspark", "engine": "spark", "extra": "spark"}
            raise EngineUnavailable("engine.not_installed", **figures) from error
        self.error: type[Exception] = pyspark.errors.PySparkException
        shared = session or _spark(master)
        self.session = shared.newSession()  # views and settings of its own, the same executors
        for name, value in _SPARK_SQL.items():
            self.session.conf.set(name, value)
        context = shared.sparkContext
        if str(context.master).startswith("local"):
            self.session.conf.set("spark.sql.shuffle.partitions", str(context.defaultParallelism))
        self.reliable = bool(shared.conf.get("spark.checkpoint.dir", "")) or context.getCheckpointDir() is not None
        if self.reliable and context.getCheckpointDir() is None:
            context.setCheckpointDir(str(shared.conf.get("spark.checkpoint.dir")))
        self.tables: dict[str, Columns] = {}
        self.kept: dict[str, DataFrame] = {}
        self.compiled = True
        self._compile(False)

    def put(self, name: str, table: pa.Table) -> None:
        """A view of columns sent to the executors."""
        if table.num_rows >= COMPILED_ROWS and not self.compiled:
            self._compile(True)
        with self._guarded():
            self.session.createDataFrame(_plain(table)).createOrReplaceTempView(name)
        self.tables[name] = _kinds_of(table)

    def make(self, name: str, select: str) -> None:
        """Compute a query now and keep its rows, not how they came about: later steps do not repeat it."""
        translated = Translation(select, self.tables, "spark")
        with self._guarded():
            frame = self.session.sql(translated.sql)
            frame = frame.checkpoint(eager=True) if self.reliable else frame.localCheckpoint(eager=True)
            frame.createOrReplaceTempView(name)
        self.tables[name], self.kept[name] = translated.columns, frame

    def name(self, name: str, select: str) -> None:
        """A view that is computed whenever it is read."""
        translated = Translation(select, self.tables, "spark")
        with self._guarded():
            self.session.sql(translated.sql).createOrReplaceTempView(name)
        self.tables[name] = translated.columns

    def read(self, select: str) -> pa.Table:
        """Rows as Arrow."""
        with self._guarded():
            return self.session.sql(Translation(select, self.tables, "spark").sql).toArrow()

    def drop(self, name: str) -> None:
        """Forget a view and its rows."""
        self.session.catalog.dropTempView(name)
        self.tables.pop(name, None)
        frame = self.kept.pop(name, None)
        if frame is not None and not self.reliable:
            with suppress(Exception):  # else Spark's own cleaner frees it later
                frame._jdf.queryExecution().analyzed().rdd().unpersist(False)

    def close(self) -> None:
        """Forget all views. Spark itself goes on until the process ends: starting it takes seconds."""
        with suppress(Exception):
            for name in list(self.tables):
                self.drop(name)

    def _compile(self, on: bool) -> None:
        """Have Spark compile its plans or interpret them."""
        self.session.conf.set("spark.sql.codegen.wholeStage", str(on).lower())
        self.session.conf.set("spark.sql.codegen.factoryMode", "FALLBACK" if on else "NO_CODEGEN")
        self.compiled = on

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            text = str(error)
            if any(condition in text for condition in _SPARK_OVERFLOWS):
                raise _overflow(error) from error
            if not isinstance(error, self.error) and any(sign in text for sign in _SPARK_GONE):
                raise EngineUnavailable("engine.lost", engine="spark", reason=_first_line(error)) from error
            raise


COMPILED_ROWS = 200_000  # below, compiling a statement takes several times as long as running it

_SPARK_SQL = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never NULL
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",  # wide sums and products keep scale 0
    "spark.sql.caseSensitive": "true",
}
_SPARK_OVERFLOWS = (
    "ARITHMETIC_OVERFLOW",
    "NUMERIC_VALUE_OUT_OF_RANGE",
    "CAST_OVERFLOW",
    "NUMERIC_OUT_OF_SUPPORTED_RANGE",
)
_SPARK_GONE = (
    "stopped SparkContext",
    "SparkContext was shut down",
    "Connection refused",
    "Answer from Java side is empty",
)


def _plain(table: pa.Table) -> pa.Table:
    """Columns without types that Spark does not know."""
    schema = [f.with_type(pa.int64()) if pa.types.is_null(f.type) else f for f in table.schema]
    return table.cast(pa.schema(schema))


def _spark(master: str | None) -> SparkSession:
    """The process's Spark, started on first use."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ  # under spark-submit, which has said where
    local = (master or "local[*]").startswith("local") and not submitted
    running: SparkContext | None = SparkContext._active_spark_context
    if running is not None and running._jsc is not None:
        if master is not None and running.master != master:
            raise EngineUnavailable("engine.spark_other", active=running.master, master=master)
    elif not submitted and not (shutil.which("java") or _java_at_home()):
        raise EngineUnavailable("engine.no_java")
    builder = SparkSession.builder.appName("kaoping")
    if running is None and not (submitted and master is None):
        builder = builder.master(master or "local[*]")
    if running is None:
        for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
            builder = builder.config(name, "false")
        builder = builder.config("spark.log.level", "FATAL")  # what fails is raised; no Java traces on the terminal
        if local:
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            for name in ("spark.driver.host", "spark.driver.bindAddress"):
                builder = builder.config(name, "127.0.0.1")
    try:
        session = builder.getOrCreate()
        if running is None:
            session.sparkContext.setLogLevel("FATAL")
            if not local:
                session.range(1).count()  # a cluster that does not answer is found out here
    except Exception as error:
        raise EngineUnavailable(
            "engine.spark_failed", master=master or "local[*]", reason=_first_line(error)
        ) from error
    return session


def _java_at_home() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(home) and Path(home or "", "bin", "java").exists()


__all__ = ["EngineUnavailable", "PostgresStore", "SparkStore", "open_store"]
