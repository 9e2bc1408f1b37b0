"""Exact decimals, the one rounding, and the one home of ln, exp, roots and powers.

A figure is a `Decimal` or `Fraction`, never a float. Rounding is half up, away from zero (四舍五入): 2.345 -> 2.35,
-2.345 -> -2.35. Transcendental functions are computed with guard digits and brought to the asked number of places at
once, so every engine and machine reads the same digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import ceil, floor, isqrt

Exact = Decimal | Fraction | int

#: Digits of the working context of ln, exp and powers; results are exact to far beyond the places that are kept.
_CONTEXT = Context(prec=80)
_SETTLED = Context(prec=64)


def scaled(value: Exact, places: int) -> int:
    """`value` x 10^places as an integer, rounded half up away from zero."""
    if isinstance(value, Decimal) and len(value.as_tuple().digits) < 40 and value.adjusted() < 30 and places < 30:
        # exact in the context, and much quicker
        return int(value.scaleb(places, _CONTEXT).to_integral_value(ROUND_HALF_UP, _CONTEXT))
    fraction = Fraction(value) * Fraction(10) ** places
    whole, rest = divmod(abs(fraction.numerator), fraction.denominator)
    if 2 * rest >= fraction.denominator:
        whole += 1
    return -whole if fraction < 0 else whole


def unscaled(number: int, places: int) -> Decimal:
    """The decimal that `number` stands for at `places` decimals, with just that many digits after the point."""
    return Decimal(number).scaleb(-places, Context(prec=max(60, len(str(number)) + 2)))


def half_up(value: Exact, places: int) -> Decimal:
    """`value` rounded half up (away from zero) to `places` decimals."""
    return unscaled(scaled(value, places), places)


def heads(value: Exact, rounding: str) -> int:
    """A number of heads from an exact number, by the declared rule: `half_up`, `up` or `down`."""
    fraction = Fraction(value)
    if rounding == "half_up":
        return scaled(fraction, 0)
    if rounding == "up":
        return ceil(fraction)
    if rounding == "down":
        return floor(fraction)
    raise ValueError(rounding)


def decimals_of(value: Decimal) -> int:
    """How many decimals a figure carries once trailing zeros are dropped."""
    if not value:
        return 0
    exponent = value.normalize(Context(prec=60)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _settled(value: Decimal) -> Decimal:
    """Without the last guard digits, so that an exact result stands exactly and its tie is seen as one."""
    return _SETTLED.plus(value)


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def ln(value: Exact, places: int) -> int | None:
    """Natural logarithm x 10^places, half up; None where it is not defined (value <= 0)."""
    fraction = Fraction(value)
    if fraction <= 0:
        return None
    return scaled(_settled(_CONTEXT.ln(_decimal(fraction))), places)


def exp(value: Exact, places: int) -> int | None:
    """e^value x 10^places, half up; None where the result would not fit a figure (value > 40)."""
    fraction = Fraction(value)
    if fraction > 40:
        return None
    return scaled(_settled(_CONTEXT.exp(_decimal(fraction))), places)


def sqrt(value: Exact, places: int) -> int | None:
    """Square root x 10^places, half up, in integers only; None below zero."""
    fraction = Fraction(value)
    if fraction < 0:
        return None
    # half up of sqrt(n/d)*10^p = floor(sqrt(4*n*10^2p/d) + 1) / 2, and floor of a root is isqrt
    return (isqrt(4 * fraction.numerator * 10 ** (2 * places) // fraction.denominator) + 1) // 2


def power(value: Exact, exponent: Exact, places: int) -> int | None:
    """value^exponent x 10^places, half up; None where it is not defined for real numbers or does not fit a figure."""
    base, index = Fraction(value), Fraction(exponent)
    if index.denominator == 1:
        if abs(index.numerator) > 64 or (not base and index < 0):
            return None
        return scaled(base**index.numerator, places)
    if base < 0:
        return None
    if not base:
        return 0 if index > 0 else None
    exponent_of_e = _CONTEXT.multiply(_CONTEXT.ln(_decimal(base)), _decimal(index))
    return None if exponent_of_e > 40 else scaled(_settled(_CONTEXT.exp(exponent_of_e)), places)


def geometric_mean(values: Sequence[tuple[Exact, Exact]], places: int) -> int:
    """Weighted geometric mean of (value, weight) pairs x 10^places, half up. A zero makes the mean zero.

    Refuses (ValueError) a negative value: it has no geometric mean.
    """
    values = [(value, weight) for value, weight in values if weight != 0]
    total = sum((Fraction(weight) for _, weight in values), Fraction(0))
    if any(value < 0 for value, _ in values):
        raise ValueError("negative")
    if not values or any(value == 0 for value, _ in values):
        return 0
    sum_of_logs = Decimal(0)
    for value, weight in values:
        share = _decimal(Fraction(weight) / total)
        sum_of_logs = _CONTEXT.add(sum_of_logs, _CONTEXT.multiply(share, _CONTEXT.ln(_decimal(Fraction(value)))))
    return scaled(_settled(_CONTEXT.exp(sum_of_logs)), places)


FUNCTIONS = {"ln": ln, "exp": exp, "sqrt": sqrt}


def plain(value: Exact, places: int | None = None, *, least: int = 0) -> str:
    """A figure as people write it: no exponent, at least `least` decimals, trailing zeros beyond those dropped.

    `places` cuts (half up) what would be longer; without it a fraction must be finite.
    """
    if places is not None:
        value = half_up(value, places)
    decimal = value if isinstance(value, Decimal) else _decimal(Fraction(value))
    whole, _, part = f"{decimal:f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole
