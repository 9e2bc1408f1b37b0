"""Plans and facts of stated sizes, the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kaoping.core.facts import Facts
from kaoping.core.plan import Plan, parse

CATEGORIES = "abcd"
GRADES = [
    {"id": "A", "name": "A", "share": "20"},
    {"id": "B", "name": "B", "at_least": "40"},
    {"id": "C", "name": "C"},
]  # fmt: skip


def subjects(count: int) -> list[dict[str, str]]:
    """Subjects u0 … in four categories."""
    return [{"id": f"u{i}", "name": f"u{i}", "category": CATEGORIES[i % 4]} for i in range(count)]


def flat_plan(count: int, indicators: int, each: int = 10) -> Plan:
    """Min-max indicators of one point each, summed in nodes of `each`, ranked in four categories."""
    nodes = [
        {
            "id": f"n{a}", "name": f"n{a}",
            "children": [
                {"id": f"x{j}", "name": f"x{j}", "points": "1", "method": "minmax"}
                for j in range(a, min(a + each, indicators))
            ],
        }
        for a in range(0, indicators, each)
    ]  # fmt: skip
    return parse(
        {
            "kaoping": 1, "id": "bench", "name": "bench", "categories": {c: c for c in CATEGORIES},
            "subjects": subjects(count), "tree": {"id": "total", "name": "total", "children": nodes},
            "standing": {"grades": GRADES},
        }
    )  # fmt: skip


def matrix(count: int, indicators: int) -> npt.NDArray[np.int64]:
    """Figures x 10^4."""
    return np.random.default_rng(1).integers(1, 10**8, size=(count, indicators))


def decimals(values: npt.NDArray[np.int64], scale: int = 4) -> pa.Array:
    """Integers x 10^scale as decimals, without a loop."""
    halves = np.zeros((values.size, 2), dtype=np.int64)
    halves[:, 0] = values.ravel()
    halves[:, 1] = values.ravel() >> 63
    return pa.Array.from_buffers(pa.decimal128(38, scale), values.size, [None, pa.py_buffer(halves)])


def coded(codes: npt.NDArray[Any], texts: list[str]) -> pa.Array:
    """A text column from numbers."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts))


def flat_facts(values: npt.NDArray[np.int64]) -> Facts:
    """One undated figure for each subject and indicator."""
    count, indicators = values.shape
    cells = count * indicators
    nothing = coded(np.zeros(cells), [""])
    return Facts(
        pa.table(
            {
                "subject": coded(np.repeat(np.arange(count), indicators), [f"u{i}" for i in range(count)]),
                "item": coded(np.tile(np.arange(indicators), count), [f"x{j}" for j in range(indicators)]),
                "slot": coded(np.zeros(cells), ["actual"]), "period": nothing, "judge": nothing,
                "value": decimals(values),
            }
        )
    )  # fmt: skip


def city_plan() -> Plan:
    """100 subjects, 120 indicators of three methods, twelve months in a half-year and a year."""
    months = [f"M{m:02d}" for m in range(1, 13)]
    leaves = [_city_leaf(j) for j in range(120)]
    nodes = [{"id": f"n{a}", "name": f"维度{a}", "children": leaves[a : a + 10]} for a in range(0, 120, 10)]
    return parse(
        {
            "kaoping": 1, "id": "city", "name": "城市", "categories": {c: c for c in CATEGORIES},
            "subjects": subjects(100),
            "periods": [
                {"id": "H1", "name": "上半年", "covers": months[:6], "progress": "50"},
                {"id": "Y", "name": "全年", "covers": months},
            ],
            "tree": {"id": "total", "name": "总分", "points": "120", "merge": {"H1": "30", "Y": "70"},
                     "children": nodes},
            "standing": {"grades": GRADES},
        }
    )  # fmt: skip


def _city_leaf(j: int) -> dict[str, Any]:
    leaf: dict[str, Any] = {"id": f"x{j}", "name": f"指标{j}", "points": "1", "unit": "亿元", "clause": f"第{j}条"}
    match j % 3:
        case 0:
            return {**leaf, "method": "ratio", "values": {"target": "5000"}}
        case 1:
            return {**leaf, "method": "minmax"}
    return {**leaf, "method": "efficacy"}


def city_facts() -> Facts:
    """144,000 monthly figures."""
    count, indicators, months = 100, 120, 12
    cells = count * indicators * months
    values = np.random.default_rng(2).integers(1, 10**8, size=cells)
    return Facts(
        pa.table(
            {
                "subject": coded(np.repeat(np.arange(count), indicators * months), [f"u{i}" for i in range(count)]),
                "item": coded(
                    np.tile(np.repeat(np.arange(indicators), months), count), [f"x{j}" for j in range(indicators)]
                ),
                "slot": coded(np.zeros(cells), ["actual"]),
                "period": coded(np.tile(np.arange(months), count * indicators), [f"M{m:02d}" for m in range(1, 13)]),
                "judge": coded(np.zeros(cells), [""]),
                "value": decimals(values),
            }
        )
    )  # fmt: skip


def year_plan(count: int, indicators: int, periods: int) -> Plan:
    """Four kinds of methods (ratio, bands, min-max, step), three levels, `periods` scored periods merged."""
    leaves = [_year_leaf(j) for j in range(indicators)]
    parts = [{"id": f"n{a}", "name": f"n{a}", "children": leaves[a : a + 10]} for a in range(0, indicators, 10)]
    dimensions = [{"id": f"d{a}", "name": f"d{a}", "children": parts[a : a + 10]} for a in range(0, len(parts), 10)]
    merge = {f"p{k}": "1" for k in range(periods)}
    return parse(
        {
            "kaoping": 1, "id": "year", "name": "year", "categories": {c: c for c in CATEGORIES},
            "subjects": subjects(count),
            "periods": [{"id": p, "name": p} for p in merge],
            "tree": {"id": "total", "name": "total", "merge": merge, "children": dimensions},
            "standing": {"grades": GRADES},
        }
    )  # fmt: skip


def _year_leaf(j: int) -> dict[str, Any]:
    leaf: dict[str, Any] = {"id": f"x{j}", "name": f"x{j}", "points": "1"}
    target = {"target": str(5000 + j % 7)}
    match j % 4:
        case 0:
            return {**leaf, "method": "ratio", "values": target, "params": {"cap": "1.2"}}
        case 1:
            bands = [{"at": "100", "give": "100"}, {"at": "80", "give": "75"}, {"at": "50", "give": "50"}]
            return {**leaf, "method": "bands", "values": target, "params": {"bands": bands}}
        case 2:
            return {**leaf, "method": "minmax"}
    return {**leaf, "method": "step", "values": target, "params": {"size": "3", "points": "0.05", "bonus_cap": "0.2"}}


def year_table(count: int, indicators: int, periods: int) -> pa.Table:
    """Figures of `year_plan` as they stand in a Parquet file: text keys and DECIMAL(18,4)."""
    cells = count * indicators * periods
    values = np.random.default_rng(3).integers(1, 10**8, size=cells)
    return pa.table(
        {
            "subject": coded(np.repeat(np.arange(count), indicators * periods), [f"u{i}" for i in range(count)]),
            "item": coded(
                np.tile(np.repeat(np.arange(indicators), periods), count), [f"x{j}" for j in range(indicators)]
            ),
            "period": coded(np.tile(np.arange(periods), count * indicators), [f"p{k}" for k in range(periods)]),
            "value": decimals(values).cast(pa.decimal128(18, 4)),
        }
    )
