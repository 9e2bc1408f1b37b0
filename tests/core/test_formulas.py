"""Formulas: what is read, what is refused, and what they give."""

from __future__ import annotations

import os
import random
import string
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kaoping.core import engine
from kaoping.core.formulas import MAX_LENGTH, Apply, FormulaError, Name, Number, names, parse
from kaoping.core.plan import parse as parse_plan
from kaoping.core.refusals import NotValid
from tests.core.strategies import Row, facts_table

HEAVY = os.environ.get("KAOPING_HEAVY") == "1" or os.environ.get("KAOPING_TORTURE") == "1"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A", {"A"}), ("3.5", set()), (".5 + 5.", set()), ("A + B * 2", {"A", "B"}), ("-(A - -B) / 3", {"A", "B"}),
        ("min(A, B, 3) + MAX(1, A)", {"A", "B"}), ("if(A > 1 and not (B < 2 or A = B), A, B)", {"A", "B"}),
        ("known(A, 0)", {"A"}), ("round(A / B, 2)", {"A", "B"}), ("ln(A) + exp(B) + sqrt(abs(A))", {"A", "B"}),
        ("产值 ÷ 从业人员 × 100", {"产值", "从业人员"}), ("如果(产值 ≥ 3, 较小值(产值, 5), 较大值(1, 2))", {"产值"}),
        ("四舍五入(开方(绝对值(甲)), 2)+缺失时(乙,0)", {"甲", "乙"}), ("(A+B)*2", {"A", "B"}),
        ("如果(甲≤乙,1,2)", {"甲", "乙"}), ("A − 1", {"A"}), ("12 / A", {"A"}),
    ],
)  # fmt: skip
def test_figures_that_a_formula_reads(text: str, read: set[str]) -> None:
    assert names(parse(text)) == read


def test_signs_of_either_width_make_the_same_tree() -> None:
    plain = parse("(A + B) * 2 / 3 - 1")
    assert parse("(A+B)×2÷3−1") == plain
    assert parse("( A + B ) × 2 ÷ 3 - 1") == plain
    assert parse("A + B * 2") == Apply("+", (Name("A"), Apply("*", (Name("B"), Number(Decimal(2))))))
    assert parse("if(A ≥ 1, A, 2)") == parse("IF(A >= 1, A, 2)")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(select 1)", "formula.construct"), ("select 1", "formula.construct"),
        ("A in (select 1)", "formula.construct"),
        ("pg_sleep(9)", "formula.construct"), ("read_csv(A)", "formula.construct"), ("sum(A)", "formula.construct"),
        ("random()", "formula.construct"), ("count(*)", "formula.construct"), ("A % 2", "formula.construct"),
        ("cast(A as int)", "formula.construct"), ("A::int", "formula.sign"), ("'x'", "formula.sign"),
        ('"A"', "formula.sign"), ("A; drop table t", "formula.sign"), ("x -> x", "formula.construct"),
        ("lambda x: x", "formula.sign"), ("A[1]", "formula.sign"), ("{A}", "formula.sign"), ("A -- B", "formula.sign"),
        ("A /* B */", "formula.sign"), ("A // 2", "formula.sign"), ("A || B", "formula.sign"),
        ("A ^ 2", "formula.sign"),
        ("$1", "formula.sign"), ("?", "formula.sign"), ("@x", "formula.sign"), ("A.B", "formula.construct"),
        ("*", "formula.construct"), ("A B", "formula.construct"), ("A as B", "formula.construct"),
        ("(A, B)", "formula.construct"), ("null", "formula.construct"), ("true", "formula.construct"),
        ("A is null", "formula.construct"), ("A between 1 and 2", "formula.construct"),
        ("A <> B", "formula.construct"),
        ("case when A > 1 then 2 end", "formula.construct"), ("interval 3 day", "formula.construct"),
        ("current_date", "formula.construct"), ("min(A, B) over ()", "formula.construct"),
        ("drop table t", "formula.construct"), ("copy t to x", "formula.construct"),
        ("A +", "formula.syntax"), ("", "formula.syntax"), ("(A", "formula.syntax"), (")", "formula.syntax"),
        ("1e999", "formula.number"), ("1e3", "formula.number"), ("9" * 31, "formula.number"),
        ("min(A)", "formula.arguments"), ("abs()", "formula.syntax"), ("known(A)", "formula.arguments"),
        ("if(A > 1, 2)", "formula.arguments"), ("round(A)", "formula.arguments"),
        ("min(" + ", ".join("A" * 21) + ")", "formula.arguments"),
        ("round(A, B)", "formula.places"), ("round(A, 13)", "formula.places"), ("round(A, 1.5)", "formula.places"),
        ("A > 1", "formula.truth"), ("(A > 1) + 2", "formula.truth"), ("not A > 1", "formula.truth"),
        ("if(A, 1, 2)", "formula.condition"), ("if(A > 1 and B, 1, 2)", "formula.condition"),
        ("if((A > 1) = (B > 1), 1, 2)", "formula.truth"),
        ("(" * 3000 + "A" + ")" * 2500, "formula.too_long"), ("(" * 500 + "A" + ")" * 500, "formula.too_deep"),
        ("A" * (MAX_LENGTH + 1), "formula.too_long"), ("+".join("A" * 500), "formula.too_deep"),
        ("- " * 900 + "A", "formula.too_deep"), ("abs(" * 25 + "A" + ")" * 25, ""),
    ],
)  # fmt: skip
def test_nothing_outside_the_language_is_read(text: str, code: str) -> None:
    if not code:
        assert names(parse(text)) == {"A"}
        return
    with pytest.raises(FormulaError) as refused:
        parse(text)
    if code == "formula.syntax" or text.startswith(("drop", "copy", "select", "- ")):
        return  # by the words alone, or by the parser: either is a refusal
    assert refused.value.code == code


def test_a_third_argument_of_round_is_refused() -> None:
    with pytest.raises(FormulaError):
        parse("round(A, 2, 1)")


PIECES = (
    *"AB甲()+-*/,.<>=×÷≤≥(),", " and ", " or ", "not ", "if(", "min(", "round(", "known(", "select ", " from ", "case ",
    " when ", " end", "1e9", "0.5", "null", "::", "'", '"', "--", "interval ", " is ", " in ", " over ", "cast(",
    " as ",
    "lambda ", "create ", "show ", "with ", " join ", " limit ", "x'41'", "0x1f", "1_000", "date ", "array ", "struct ",
)  # fmt: skip


def held(text: str) -> None:
    with suppress(FormulaError):
        parse(text)


@settings(max_examples=20_000 if HEAVY else 1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("\x00")
@example("(((")
@example("A = A = A")
def test_random_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    held(text)


@pytest.mark.parametrize("seed", range(10 if HEAVY else 1))
def test_random_printable_text_is_read_or_refused_and_nothing_else(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(1_000):
        held("".join(rng.choices(string.printable + "甲乙×÷()", k=rng.randint(0, 40))))


def value(score: str, missing: str = "zero", value_places: int = 12, **figures: str | None) -> Fraction | None:
    """What a formula gives to one subject, as it was recorded before its rounding as a score."""
    leaf = {"id": "x", "name": "指标", "method": "points", "points": 100, "missing": missing}
    leaf |= {"formulas": {"actual": score}}
    tree = {"id": "root", "name": "总分", "children": [leaf]}
    plan = parse_plan(
        {
            "kaoping": 1, "id": "p", "name": "方案", "rounding": {"value": value_places},
            "subjects": [{"id": "s", "name": "某县"}],
            "elements": [{"id": name, "name": f"要素{name}"} for name in figures], "tree": tree,
        }
    )  # fmt: skip
    rows: list[Row] = [("s", name, "actual", "", "", Decimal(v)) for name, v in figures.items() if v is not None]
    with engine.score(plan, facts_table(rows)) as result:
        return result.figures("x")["s", ""]["actual"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A / B", "0.428571428571"), ("A / B * B", "2.999999999997"), ("(A - B) / 2", "-2"),
        ("-A ÷ B", "-0.428571428571"),
        ("A / (B - 7)", None), ("A / Z", None), ("A + Z", None), ("known(A / 0, 4)", "4"), ("known(Z, 1.5) + A", "4.5"),
        ("if(Z > 1, 1, 2)", None), ("if(A > 1, 1, Z)", "1"), ("if(A > 5 and Z > 1, 1, 2)", "2"),
        ("if(A > 1 or Z > 1, 1, 2)", "1"), ("min(A, B, 2.5)", "2.5"), ("max(A, Z)", None), ("ln(0 - A)", None),
        ("sqrt(A - B)", None), ("exp(A + 38)", None), ("ln(A)", "1.098612288668"), ("sqrt(B)", "2.645751311065"),
        ("round(0 - 2.345, 2)", "-2.35"), ("if(要素A ≤ 3, 1, 2)", "1"), ("A * A * 0.5", "4.5"),
    ],
)  # fmt: skip
def test_what_a_formula_gives(text: str, expected: str | None) -> None:
    assert value(text, A="3", B="7", Z=None) == (None if expected is None else Fraction(expected))


def test_a_divisor_of_thirty_digits_divides_exactly() -> None:
    found = value("A * 1000000000000 / 12345678901234567890123", A="9.123456789012345678901234")
    exact = Fraction("9.123456789012345678901234") * 10**12 / 12345678901234567890123
    assert found == Fraction(round(exact * 10**12), 10**12)


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(NotValid) as refused:
        value("A * 12345678901234567890123456789", A="3")
    assert {f.code for f in refused.value.findings} <= {"number.beyond", "number.too_wide"}
