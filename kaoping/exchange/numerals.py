"""Written numbers to exact decimals, one at a time or a column at once. No figure ever passes through a float.

What a figure may look like is decided here and nowhere else; which cell it stood in is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaoping.core.facts import MAX_DECIMALS, MAX_DIGITS

#: What people write where there is no figure. Compared after trimming and without regard to case.
MISSING = frozenset({"", "-", "--", "–", "—", "——", "――", "/", "n/a", "na", "无数据", "null"})
NOT_FINITE = frozenset({"nan", "inf", "infinity", "∞", "无穷", "无穷大"})
#: Excel's error texts, as they come through CSV exports.
ERRORS = frozenset(
    {"#div/0!", "#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!", "#spill!", "#calc!", "#getting_data"}
)
PRECISION = 38  # decimal128
SPACES = " \t\r\n\u00a0\u3000\u200b\u200e\u200f\u202f\ufeff"  # the invisible ones come from copied web pages
QUOTED = 40  # characters of an unreadable text that a message repeats

# Only the forms an input method produces. Full NFKC would also fold 5² to 52 and ① to 1, which are other numbers.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，＋－−％／Ｅｅ", "0123456789.,+--%/Ee")
_NUMBER = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|)(?:\.([0-9]*))?([eE][+-]?[0-9]+)?")
_ASCII_PLAIN = r"^[+-]?[0-9]{1,15}(\.[0-9]{1,24})?$"
_GROUPED = r"^[+-]?[0-9]{1,3}(,[0-9]{3}){1,4}(\.[0-9]{1,24})?$"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no figure: a message code and what its sentence needs."""

    code: str
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column of figures, decimal128(38, s), null where missing or faulty.

    `faulty` are the positions that could not be read, in order; `fault(i)` tells why for one of them.
    """

    values: pa.Array
    faulty: npt.NDArray[np.int64]
    fault: Callable[[int], Fault]


def read_number(text: str) -> Decimal | Fault | None:
    """One written number: its exact value, None for a missing marker, or the fault.

    Accepts surrounding spaces of any kind, full-width forms, thousands in threes, a leading `+` or `−` and exponents.
    Refuses percent signs, NaN and infinities, wrong groups, over 24 decimals and over 15 digits before the point.
    """
    tidy = text.strip(SPACES).translate(_FULL_WIDTH).strip(SPACES)
    if (folded := tidy.casefold()) in MISSING:
        return None
    quoted = text.strip(SPACES)[:QUOTED]
    if folded in ERRORS:
        return Fault("number.error", {"text": quoted})
    if folded.lstrip("+-") in NOT_FINITE:
        return Fault("number.not_finite", {"text": quoted})
    if tidy.endswith("%") and _is_number(number := tidy[:-1].strip(SPACES)):
        return Fault("number.percent", {"text": quoted, "number": number[:QUOTED]})
    if _is_number(tidy):
        return _bounded(tidy.replace(",", ""), quoted)
    grouped_wrong = "," in tidy and _is_number(tidy.replace(",", ""))
    return Fault("number.grouping" if grouped_wrong else "number.text", {"text": quoted})


def _is_number(tidy: str) -> bool:
    match = _NUMBER.fullmatch(tidy)
    return bool(match and (match[2] or match[3]))


def _bounded(number: str, quoted: str) -> Decimal | Fault:
    """The number, unless it has more digits than a figure may carry."""
    try:
        value = Decimal(number)
    except InvalidOperation:  # an exponent beyond anything Decimal can hold
        value = Decimal((0, (1,), -MAX_DECIMALS - 1 if re.search("[eE]-", number) else MAX_DIGITS))
    if not value:
        return Decimal(0).scaleb(max(-MAX_DECIMALS, min(0, _exponent(value))))
    if value.adjusted() >= MAX_DIGITS:
        return Fault("number.overflow", {"text": quoted, "most": MAX_DIGITS})
    if _exponent(value) < -MAX_DECIMALS:
        return Fault("number.decimals", {"text": quoted, "most": MAX_DECIMALS})
    return value


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)


def of_float(number: float) -> Decimal:
    """The shortest decimal that names this double, so that 0.1 in a spreadsheet is 0.1 here."""
    return Decimal(repr(number).removesuffix(".0"))


def read_column(column: pa.Array) -> Column:
    """A whole column at once: text, integers, decimals or floats.

    Text follows `read_number`; integers and decimals are taken as they stand (a decimal keeps its declared scale);
    floats become the shortest decimal that names them. Other types raise TypeError: whoever knows the file's
    header says so to the user.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return read_column(column.cast(kind.value_type))
    if pa.types.is_decimal(kind):
        return _decimals(column)
    if pa.types.is_integer(kind):
        # 64-bit integers reach 20 digits, more than decimal128(38, 24) could later be widened to
        return _decimals(column.cast(pa.decimal128(20, 0)))
    if pa.types.is_floating(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _texts(column.cast(pa.string()))
    if pa.types.is_null(kind):
        return Column(pa.nulls(len(column), pa.decimal128(PRECISION, 0)), np.empty(0, np.int64), _no_fault)
    raise TypeError(str(kind))


def _no_fault(position: int) -> Fault:
    raise IndexError(position)


def _decimals(column: pa.Array) -> Column:
    """Decimals go through untouched; only their width is looked at."""
    scale = column.type.scale
    if scale > MAX_DECIMALS or scale < 0 or not pa.types.is_decimal128(column.type):
        try:
            column = column.cast(pa.decimal128(PRECISION, min(max(scale, 0), MAX_DECIMALS)))
        except pa.ArrowInvalid:  # some value does not fit: the text path finds out which
            return _texts(column.cast(pa.string()))
        scale = column.type.scale
    too_wide = np.empty(0, np.int64)
    digits = min(MAX_DIGITS, PRECISION - scale)
    if column.type.precision - scale > digits:
        most = pa.scalar(Decimal(10**digits), pa.decimal128(PRECISION, scale))
        too_wide = _positions(pc.greater_equal(pc.abs(column.cast(pa.decimal128(PRECISION, scale))), most))
    values = _widened(column)
    if len(too_wide):
        values = pc.if_else(_mask(too_wide, len(values)), pa.scalar(None, values.type), values)
    return Column(
        values, too_wide, lambda i: Fault("number.overflow", {"text": str(column[i].as_py()), "most": digits})
    )


def _widened(column: pa.Array) -> pa.Array:
    """The same 128-bit numbers called decimal128(38, s): a new label on the same memory."""
    wide = pa.decimal128(PRECISION, column.type.scale)
    return pa.Array.from_buffers(wide, len(column), column.buffers(), column.null_count, column.offset)


def _texts(column: pa.Array) -> Column:
    column = column.fill_null("")
    column, plain = _plainly(column)
    odd = pc.unique(column.filter(pc.invert(plain)))
    read = {text: read_number(text) for text in odd.to_pylist()}
    faults = {text: fault for text, fault in read.items() if isinstance(fault, Fault)}
    known = pa.array([_written(number) for number in read.values()], pa.string())
    written = pc.if_else(plain, column, known.take(pc.index_in(column, odd))) if len(odd) else column
    scale = _most_decimals(written)
    if scale + MAX_DIGITS > PRECISION:  # 24 decimals leave room for 14 digits before the point, not 15
        written = _narrowed(written, column, faults, PRECISION - scale)
    values = written.cast(pa.decimal128(PRECISION, scale))
    if not faults:
        return Column(values, np.empty(0, np.int64), _no_fault)
    faulty = _positions(pc.is_in(column, pa.array(list(faults), pa.string())))
    return Column(values, faulty, lambda i: faults[column[i].as_py()])


def _plainly(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Thousands taken out where they stand right, and which texts are now bare ASCII numbers.

    Both patterns mean exactly what `read_number` means for them; they only spare Python a look at each row.
    """
    grouped = pc.match_substring_regex(column, _GROUPED)
    if pc.any(grouped).as_py():
        column = pc.if_else(grouped, pc.replace_substring(column, ",", ""), column)
    return column, pc.match_substring_regex(column, _ASCII_PLAIN)


def _written(number: Decimal | Fault | None) -> str | None:
    return format(number, "f") if isinstance(number, Decimal) else None


def _most_decimals(written: pa.Array) -> int:
    point = pc.find_substring(written, ".")
    decimals = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(pc.binary_length(written), point), 1))
    return pc.max(decimals).as_py() or 0


def _narrowed(written: pa.Array, column: pa.Array, faults: dict[str, Fault], digits: int) -> pa.Array:
    wide = pc.match_substring_regex(written, rf"^[+-]?0*[1-9][0-9]{{{digits},}}(\.|$)").fill_null(False)
    for text in pc.unique(column.filter(wide)).to_pylist():
        faults[text] = Fault("number.overflow", {"text": text[:QUOTED], "most": digits})
    return pc.if_else(wide, pa.scalar(None, pa.string()), written)


def _positions(mask: pa.Array) -> npt.NDArray[np.int64]:
    return np.flatnonzero(mask.fill_null(False).to_numpy(zero_copy_only=False))


def _mask(positions: npt.NDArray[np.int64], length: int) -> pa.Array:
    mask = np.zeros(length, bool)
    mask[positions] = True
    return pa.array(mask)
