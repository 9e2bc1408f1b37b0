"""Quantities written as SQL and run on DuckDB give what fractions give, to the digit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core import algebra
from kaoping.core.algebra import KIND, NARROW, Let, Program, Quantity, choose, first_known
from kaoping.core.families import _nested
from kaoping.core.numbers import scaled

Row = tuple[int | None, int | None, int | None]
Tree = Any  # ("column", 0..2) | ("number", text) | (operation, ...)
SCALES = (0, 2, 3)  # decimals of the three columns
TWO = ("+", "-", "*", "/", "at_most", "at_least", "if<", "if<=", "if>", "if>=", "if=", "known")
NUMBERS = ("0", "1", "-1", "3", "2.5", "-0.125", "100", "0.001", "7/3", "-1/6")


def trees() -> st.SearchStrategy[Tree]:
    """Random expressions over three columns."""
    leaves = st.tuples(st.just("column"), st.integers(0, 2)) | st.tuples(st.just("number"), st.sampled_from(NUMBERS))
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(st.sampled_from(TWO), inner, inner)
            | st.tuples(st.sampled_from(("neg", "abs", "truncated")), inner)
            | st.tuples(st.just("rounded"), inner, st.integers(0, 4))
        ),
        max_leaves=6,
    )


ROWS = st.lists(st.tuples(*[st.none() | st.integers(-12, 12) | st.integers(-999, 999)] * 3), min_size=1, max_size=6)


def by_fractions(tree: Tree, row: Row) -> Fraction | None:
    """What an expression is, by fractions."""
    kind, *args = tree
    if kind == "column":
        value = row[args[0]]
        return None if value is None else Fraction(value, 10 ** SCALES[args[0]])
    if kind == "number":
        return Fraction(args[0])
    a = by_fractions(args[0], row)
    if kind == "known":
        return by_fractions(args[1], row) if a is None else a
    if a is None:
        return None
    if kind in ("neg", "abs"):
        return -a if kind == "neg" else abs(a)
    if kind == "truncated":
        return Fraction(int(a))
    if kind == "rounded":
        return Fraction(scaled(a, args[1]), 10 ** args[1])
    b = by_fractions(args[1], row)
    if b is None:
        return None
    two: dict[str, Callable[[], Fraction | None]] = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b if b else None,
        "at_most": lambda: min(a, b), "at_least": lambda: max(a, b), "if<": lambda: a if a < b else b,
        "if<=": lambda: a if a <= b else -b, "if>": lambda: a if a > b else b, "if>=": lambda: a if a >= b else -b,
        "if=": lambda: a + 1 if a == b else b,
    }  # fmt: skip
    return two[kind]()


def by_quantities(tree: Tree, columns: list[Quantity], program: Program) -> Quantity:
    """The same expression, written as SQL."""
    kind, *args = tree
    if kind == "column":
        return columns[args[0]]
    if kind == "number":
        return program.constant(Fraction(args[0]))
    a = program.let(by_quantities(args[0], columns, program))
    if kind in ("neg", "abs"):
        return -a if kind == "neg" else abs(a)
    if kind == "truncated":
        return a.truncated()
    if kind == "rounded":
        return a.rounded(args[1])
    b = program.let(by_quantities(args[1], columns, program))
    if kind == "known":
        return first_known(a, b)
    both = choose([(a.known() & b.known(), b)], program.missing)
    return {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
        "at_most": lambda: a.at_most(b), "at_least": lambda: a.at_least(b),
        "if<": lambda: choose([(a < b, a)], both), "if<=": lambda: choose([(a <= b, a), (~(a <= b), -b)], both),
        "if>": lambda: choose([(a > b, a)], both), "if>=": lambda: choose([(a >= b, a)], -both),
        "if=": lambda: choose([(a.equals(b), a + 1)], choose([(a.known(), b)], program.missing)),
    }[kind]()  # fmt: skip


def compiled(tree: Tree, rows: list[Row], *, spoil: Callable[[str], str] = str) -> list[Fraction | None] | None:
    """What DuckDB makes of the text; None where the numbers on the way would be too large."""
    program = Program(len(rows), 12)
    columns = [program.column(f"c{i}", SCALES[i], 999, signed=True) for i in range(3)]
    kept = program.let(by_quantities(tree, columns, program), "out")
    if max(program.peak, program.longest) > 10**37:
        return None
    kind = "HUGEINT" if program.peak > NARROW else "BIGINT"
    table = pa.table({f"c{i}": pa.array([row[i] for row in rows], pa.int64()) for i in range(3)})
    with duckdb.connect() as connection:
        connection.register("cells", table)
        typed = ", ".join(["n", *(f"CAST(c{i} AS {kind}) AS c{i}" for i in range(3))])
        lets = [Let(op.name, spoil(op.sql.replace(KIND, kind))) for op in program.ops if isinstance(op, Let)]
        numbered = f"(SELECT {typed} FROM (SELECT *, row_number() OVER () AS n FROM cells))"
        num, den = kept.num.replace(KIND, kind), kept.den.text
        found = connection.execute(f"SELECT {num}, {den} FROM {_nested(numbered, lets)} AS x ORDER BY n").fetchall()
    return [None if n is None else Fraction(int(n), int(d) * 10**kept.scale) for n, d in found]


@given(trees(), ROWS)
def test_text_on_the_database_gives_what_fractions_give(tree: Tree, rows: list[Row]) -> None:
    found = compiled(tree, rows)
    if found is not None:
        assert found == [by_fractions(tree, row) for row in rows]


TIES: list[Row] = [(5, 0, 0), (-5, 0, 0), (15, 0, 0), (-25, 0, 0), (3, 0, 0), (-3, 0, 0)]
HALVES = ("rounded", ("/", ("column", 0), ("number", "10")), 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sql: sql.replace("(2 * c0 + 10) // 20", "CAST(round_even(c0 / 10, 0) AS BIGINT)"),
        lambda sql: sql.replace("+ 10) // 20", ") // 20"),
        lambda sql: sql.replace("-((2 * (-c0) + 10) // 20)", "((2 * c0 + 10) // 20)"),
        lambda sql: sql.replace("WHEN c0 < 0", "WHEN c0 > 99"),
    ],
    ids=["to even", "floor", "toward zero below zero", "sign forgotten"],
)
def test_a_text_that_rounds_otherwise_is_caught(spoil: Callable[[str], str]) -> None:
    right = [by_fractions(HALVES, row) for row in TIES]
    assert compiled(HALVES, TIES) == right
    told: list[str] = []

    def noted(sql: str) -> str:
        told.append(sql)
        return spoil(sql)

    assert compiled(HALVES, TIES, spoil=noted) != right, told


def test_a_bound_holds_whatever_occurs() -> None:
    program = Program(3, 12)
    a, b = (program.column(name, 2, 10**9, signed=True) for name in "ab")
    product = a * b + 1
    assert product.bound >= 10**18 + 10**4
    assert program.peak >= product.bound
    assert program.group("sum", a).bound == 3 * 10**9


def test_constants_are_worked_out_at_once_and_never_reach_the_database() -> None:
    program = Program(1, 12)
    made = (program.constant(Decimal("1.5")) * 2 + Fraction(1, 3)).rounded(2)
    assert (program.constant(2) - 5).value == -3
    assert "c0" not in made.num
    assert program.constant(3).at_most(2).known().sql
    assert (program.constant(1) / 0).num == algebra.NONE
