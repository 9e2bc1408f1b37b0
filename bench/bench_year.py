"""Ten million figures from Parquet to ranks: the engine beside the bare fixed-point pipeline, and how both grow.

The bare pipeline is one chain of SQL: it knows four hard-coded formulas, three levels and ranks, and nothing of plans,
missing figures, duplicates, applicability, findings or steps. It runs on the engine's own file (text keys, decimals)
and, as the floor under that, on one with integer keys and integers.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from data import year_plan, year_table
from measure import Figures, Job, line, main, measure

SIZES = {"1e5": (200, 100, 5), "1e6": (1_000, 200, 5), "1e7": (2_000, 500, 10)}
FOLDER = Path(tempfile.gettempdir()) / "kaoping-bench"


def files(size: str) -> tuple[Path, Path]:
    """The facts as Parquet, with text keys and with integer keys; made once."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    FOLDER.mkdir(exist_ok=True)
    text, numbers = FOLDER / f"{size}-text.parquet", FOLDER / f"{size}-numbers.parquet"
    if not numbers.exists():
        count, indicators, periods = SIZES[size]
        table = year_table(count, indicators, periods)
        pq.write_table(table, text)
        value = np.frombuffer(table["value"].combine_chunks().cast(pa.decimal128(38, 4)).buffers()[1], dtype=np.int64)[
            ::2
        ]
        keys = {name: table[name].combine_chunks().indices for name in ("subject", "item", "period")}
        pq.write_table(pa.table({**keys, "value": pa.array(value)}), numbers)
    return text, numbers


def ours(size: str, *, record: bool) -> Job:
    """Read, score, rank, grade."""
    from kaoping.core import engine
    from kaoping.exchange import naming, reading

    text, _ = files(size)
    plan = year_plan(*SIZES[size])
    names = naming.names_of(plan)

    def job() -> object:
        result = engine.score(plan, reading.read_facts([text], names), record=record)
        result.close()
        return result

    return job


def bare(size: str, *, same_file: bool) -> Job:
    """The pipeline alone, in DuckDB."""
    import duckdb

    text, numbers = files(size)
    source = f"SELECT *, subject % 4 AS grp FROM '{numbers}'"
    if same_file:
        keys = ", ".join(f"CAST(substr({k}, 2) AS INTEGER) AS {k}" for k in ("subject", "item", "period"))
        whole = "CAST(value * 10000 AS BIGINT) AS value"
        source = f"SELECT *, subject % 4 AS grp FROM (SELECT {keys}, {whole} FROM '{text}')"
    half = "(2 * ({n}) + ({d})) // (2 * ({d}))".format
    target = "(50000000 + (v.item % 7) * 10000)"
    rate = f"v.value * 100 * 100 // {target}"
    steps = f"((v.value - {target}) * 100 // (3 * {target}))"
    score = f"""CASE v.item % 4
        WHEN 0 THEN CASE WHEN v.value * 10 > {target} * 12 THEN 120 ELSE {half(n="v.value * 100", d=target)} END
        WHEN 1 THEN
            CASE WHEN {rate} >= 10000 THEN 100 WHEN {rate} >= 8000 THEN 75 WHEN {rate} >= 5000 THEN 50 ELSE 0 END
        WHEN 2 THEN {half(n="(v.value - low) * 100", d="high - low")}
        ELSE least(120, greatest(0, 100 + 5 * {steps})) END"""

    def job() -> object:
        con = duckdb.connect()
        con.execute(f"CREATE TEMP TABLE v AS {source}")
        con.execute(
            "CREATE TEMP TABLE e AS SELECT item, period, grp, min(value) AS low, max(value) AS high FROM v "
            "WHERE item % 4 = 2 GROUP BY ALL"
        )
        con.execute(
            "CREATE TEMP TABLE s AS SELECT v.subject AS subject, v.item AS item, v.period AS period, v.grp AS grp, "
            f"{score} AS score FROM v LEFT JOIN e ON v.item = e.item AND v.period = e.period AND v.grp = e.grp"
        )
        con.execute(
            "CREATE TEMP TABLE n AS "
            "SELECT subject, grp, period, item // 10 AS node, sum(score) AS score FROM s GROUP BY ALL"
        )
        con.execute(
            "CREATE TEMP TABLE d AS "
            "SELECT subject, grp, period, node // 10 AS node, sum(score) AS score FROM n GROUP BY ALL"
        )
        con.execute("CREATE TEMP TABLE t AS SELECT subject, grp, period, sum(score) AS score FROM d GROUP BY ALL")
        con.execute(
            "CREATE TEMP TABLE m AS "
            "SELECT subject, grp, (2 * sum(score) + count(*)) // (2 * count(*)) AS total FROM t GROUP BY ALL"
        )
        return con.execute("SELECT *, rank() OVER (PARTITION BY grp ORDER BY total DESC) FROM m").fetchall()

    return job


CANDIDATES = {
    "ours": lambda size: ours(size, record=False),
    "ours, every step recorded": lambda size: ours(size, record=True),
    "bare pipeline": lambda size: bare(size, same_file=True),
    "bare pipeline, integer file": lambda size: bare(size, same_file=False),
}


def report(size: str, goes: int) -> None:
    """Every candidate at every size; growth per figure between the smallest and the largest."""
    sizes = list(SIZES) if size == "full" else list(SIZES)[:2]
    found: dict[tuple[str, str], Figures] = {}
    for name in sizes:
        count, indicators, periods = SIZES[name]
        files(name)
        figures = f"{count * indicators * periods:,} figures"
        print(f" {count} subjects x {indicators} indicators x {periods} periods = {figures}")
        for candidate in CANDIDATES:
            found[candidate, name] = measure(__file__, candidate, name, min(goes, 3) if name == "1e7" else goes)
        for candidate in CANDIDATES:
            line(candidate, found[candidate, name], {"bare": found["bare pipeline", name]})
    cells = {name: SIZES[name][0] * SIZES[name][1] * SIZES[name][2] for name in sizes}
    for candidate in CANDIDATES:
        each = [f"{found[candidate, n].wall / cells[n] * 1e9:.0f} ns at {n}" for n in sizes]
        print(f"  {candidate}: per figure {', '.join(each)}")


if __name__ == "__main__":
    main(__file__, CANDIDATES, report)
