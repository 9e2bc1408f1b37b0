"""Exact numbers: the one rounding, heads, and functions against integers, known digits and ties."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core.numbers import (
    decimals_of,
    exp,
    geometric_mean,
    half_up,
    heads,
    ln,
    plain,
    power,
    scaled,
    sqrt,
    unscaled,
)

D = Decimal
FRACTIONS = st.fractions(max_denominator=10**6)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.345", 2, "2.35"), ("-2.345", 2, "-2.35"), ("2.3449999", 2, "2.34"), ("-2.3449999", 2, "-2.34"),
        ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("1.5", 0, "2"), ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.05", 1, "0.1"),
        ("99.995", 2, "100.00"), ("7", 2, "7.00"), ("123456789012345678.5", 0, "123456789012345679"),
    ],
)  # fmt: skip
def test_a_half_goes_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(half_up(D(value), places)) == expected


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert str(half_up(D("-0.004"), 2)) == "0.00"


@given(FRACTIONS, st.integers(0, 12))
def test_rounding_is_the_nearest_and_of_two_the_farther_from_zero(value: Fraction, places: int) -> None:
    found, unit = Fraction(scaled(value, places), 10**places), Fraction(1, 10**places)
    assert abs(found - value) <= unit / 2
    if abs(found - value) == unit / 2:
        assert abs(found) > abs(value)
    assert scaled(-value, places) == -scaled(value, places)


@given(st.integers(-(10**70), 10**70), st.integers(0, 30))
def test_an_unscaled_number_keeps_every_digit(number: int, places: int) -> None:
    assert Fraction(unscaled(number, places)) == Fraction(number, 10**places)


def test_heads_follow_the_declared_rule() -> None:
    exact = [D("2.4"), D("2.5"), Fraction(7, 3), D("3")]
    assert [heads(x, "half_up") for x in exact] == [2, 3, 2, 3]
    assert [heads(x, "up") for x in exact] == [3, 3, 3, 3]
    assert [heads(x, "down") for x in exact] == [2, 2, 2, 3]
    with pytest.raises(ValueError, match="even"):
        heads(D(1), "even")


def test_known_digits_of_logarithm_and_exponential() -> None:
    assert ln(2, 40) == 6931471805599453094172321214581765680755
    assert ln(10, 30) == 2302585092994045684017991454684
    assert ln(Fraction(1, 2), 12) == -693147180560
    assert exp(1, 40) == 27182818284590452353602874713526624977572
    assert exp(-1, 30) == 367879441171442321595523770161
    assert (ln(1, 12), exp(0, 12)) == (0, 10**12)
    assert exp(-(10**6), 12) == 0


@given(st.fractions(min_value=0, max_value=10**12, max_denominator=10**6), st.integers(0, 18))
def test_a_square_root_is_the_nearest_number_by_comparing_squares(value: Fraction, places: int) -> None:
    root = sqrt(value, places)
    assert root is not None
    # root - 1/2 <= exact < root + 1/2, all x 2 and squared
    square = 4 * value * 10 ** (2 * places)
    assert root == 0 or (2 * root - 1) ** 2 <= square
    assert square < (2 * root + 1) ** 2


@given(st.integers(1, 10**9), st.integers(1, 9), st.integers(1, 9), st.integers(0, 8))
def test_a_power_is_the_nearest_number_by_comparing_integers(base: int, over: int, under: int, places: int) -> None:
    found = power(Fraction(base, 1000), Fraction(over, under), places)
    if found is None or found == 0:
        return
    unit = Fraction(1, 10**places)
    exact = Fraction(base, 1000) ** over
    assert ((found - Fraction(1, 2)) * unit) ** under <= exact <= ((found + Fraction(1, 2)) * unit) ** under


def test_a_root_that_ends_in_a_half_goes_up() -> None:
    assert sqrt(D("2.25"), 0) == 2  # 1.5
    assert power(D("2.25"), D("0.5"), 0) == 2
    assert power(D("5.499025"), D("0.5"), 2) == 235  # 2.345
    assert power(2, -1, 0) == 1


def test_a_geometric_mean_sees_its_ties() -> None:
    assert geometric_mean([(D("98.5"), 1)], 0) == 99
    assert geometric_mean([(D("98.5"), D("0.3"))] * 7, 0) == 99
    assert geometric_mean([(2, 1), (8, 1)], 2) == 400
    assert geometric_mean([(1, 1), (D("6.25"), 1)], 0) == 3  # 2.5
    assert geometric_mean([(1, 3), (16, 1)], 3) == 2000
    assert geometric_mean([(0, 1), (100, 1)], 2) == 0
    with pytest.raises(ValueError, match="negative"):
        geometric_mean([(-1, 1), (4, 1)], 2)


@given(st.lists(st.integers(1, 10**5), min_size=1, max_size=5), st.integers(0, 6))
def test_a_geometric_mean_is_the_nearest_number_by_comparing_products(values: list[int], places: int) -> None:
    found = geometric_mean([(Fraction(v, 100), 1) for v in values], places)
    product, count, unit = Fraction(1), len(values), Fraction(1, 10**places)
    for value in values:
        product *= Fraction(value, 100)
    assert ((found + Fraction(1, 2)) * unit) ** count > product
    assert found == 0 or ((found - Fraction(1, 2)) * unit) ** count <= product


@pytest.mark.parametrize(
    "found",
    [
        ln(0, 2), ln(-1, 2), exp(41, 2), sqrt(-1, 2), power(0, -1, 2), power(0, D("-0.5"), 2), power(-2, D("0.5"), 2),
        power(2, 65, 2), power(10**9, D("7.5"), 2),
    ],
)  # fmt: skip
def test_what_is_not_defined_has_no_figure(found: int | None) -> None:
    assert found is None


def test_a_zero_without_weight_does_not_count_in_a_geometric_mean() -> None:
    assert geometric_mean([(0, 0), (100, 1)], 2) == 10000


def test_figures_are_written_as_people_write_them() -> None:
    assert [plain(D(x)) for x in ("1E+3", "2.50", "-0.10", "0", "1E-7")] == ["1000", "2.5", "-0.1", "0", "0.0000001"]
    assert [plain(D("2.5"), least=2), plain(7, least=2), plain(D("2.125"), least=2)] == ["2.50", "7.00", "2.125"]
    assert [plain(D("2.345"), 2), plain(Fraction(1, 3), 4), plain(Fraction(-1, 8))] == ["2.35", "0.3333", "-0.125"]
    assert [decimals_of(D(x)) for x in ("1.50", "100", "0.000", "1E+3", "0.0001")] == [1, 0, 0, 0, 4]
