"""The same plan on DuckDB, PostgreSQL and Spark: the same digits, the same refusals, and no number that wraps."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kaoping.base.messages_engines import SENTENCES
from kaoping.core import engine
from kaoping.core.plan import Plan, parse
from kaoping.core.refusals import NotValid
from kaoping.core.store import DuckStore, Store
from kaoping.exchange import engines
from kaoping.exchange.engines import EngineUnavailable, Kind, PostgresStore, SparkStore, Translation, open_store
from tests.core.strategies import ACCOUNT_METHODS, TREE_METHODS, Maker, Mapped, Row, facts_table, random_plan

OTHERS = [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("spark", marks=pytest.mark.spark)]
Opener = Callable[[], Store]


def opener(name: str, request: pytest.FixtureRequest) -> Opener:
    """Opens stores of this kind."""
    if name == "postgres":
        dsn = request.getfixturevalue("postgres_dsn")
        return lambda: PostgresStore(dsn)
    if name == "spark":
        session = request.getfixturevalue("spark")
        session.sparkContext.setLogLevel("FATAL")
        return lambda: SparkStore(session=session)
    return lambda: DuckStore(threads=1)


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest) -> Opener:
    """PostgreSQL and Spark."""
    return opener(request.param, request)


@pytest.fixture(params=["duckdb", *OTHERS])
def each(request: pytest.FixtureRequest) -> Opener:
    """All three."""
    return opener(request.param, request)


def view(plan: Plan, rows: list[Row], store: Store) -> dict[str, Any]:
    """Everything that a run says."""
    try:
        result = engine.score(plan, facts_table(rows), store=store)
        return {
            "scores": result.scores(),
            "totals": result.totals(),
            "ranks": result.ranks(),
            "grades": result.grades(),
            "node_ranks": result.node_ranks(),
            "quota": result.quota(),
            "figures": {line.node.id: result.figures(line.node.id) for line in plan.lines if line.node.is_leaf},
        }
    except NotValid as refused:
        return {"refused": sorted((f.code, f.place.path, str(f.figures)) for f in refused.findings)}
    finally:
        store.close()


def hold_alike(mapping: Mapped, rows: list[Row], *stores: Store) -> dict[str, Any]:
    """The run's view, which all stores must share."""
    plan = parse(mapping)
    first, *rest = (view(plan, rows, store) for store in stores)
    for found in rest:
        for part in sorted({*first, *found}):
            assert found.get(part) == first.get(part), part
    return first


# -- plans


def is_scored(mapping: Mapped, rows: list[Row]) -> bool:
    return "refused" not in view(parse(mapping), rows, DuckStore(threads=1))


def frame(maker: Maker, children: list[Mapped], accounts: list[Mapped]) -> Mapped:
    subjects = [{"id": s, "name": s, "category": "c1"} for s in maker.subjects]
    made = {"kaoping": 1, "id": "plan", "name": "方案", "categories": {"c1": "县区"}, "subjects": subjects}
    made["tree"] = {"id": "root", "name": "总分", "children": children}
    if accounts:
        made["accounts"] = [{"id": "a", "name": "加分", "kind": "bonus", "children": accounts}]
    return made | {
        "standing": {"grades": [{"id": "good", "name": "优秀", "share": "40"}, {"id": "rest", "name": "其他"}]}
    }


def every_method() -> tuple[Mapped, list[Row]]:
    """One plan in which every method stands, below sums, means and geometric means."""
    maker = Maker(random.Random(7), 5)
    maker.subjects, maker.categories = [f"s{i}" for i in range(1, 6)], ["c1"]
    maker.periods, maker.elements = {}, []
    found: dict[str, tuple[Mapped, list[Row]]] = {}
    filler = {"id": "other", "name": "其他", "method": "points", "points": 5, "values": {"actual": "5"}}
    for method in (*TREE_METHODS, *ACCOUNT_METHODS):
        account = method in ACCOUNT_METHODS
        for _ in range(40):
            node = maker.leaf([], method, account=account)
            node.pop("applies", None)
            node |= {"method": method, "missing": "drop"}
            rows: list[Row] = [(*key, value) for key, value in maker.rows.items() if key[1] == node["id"]]
            mapping = frame(maker, [filler] if account else [node], [node] if account else [])
            if rows and is_scored(mapping, rows):
                found[method] = node, rows
                break
    missing = {*TREE_METHODS, *ACCOUNT_METHODS} - found.keys()
    assert not missing, f"no scored indicator was found for {missing}"
    nodes = [found[method][0] for method in TREE_METHODS]
    groups = [
        {"id": f"group_{how}", "name": how, "combine": how, "points": "30", "children": nodes[i::3]}
        for i, how in enumerate(("sum", "mean", "geometric"))
    ]
    for node in groups[2]["children"]:  # a negative score has no geometric mean
        node["floor"] = max("0", node.get("floor", "0"), key=Decimal)
    mapping = frame(maker, groups, [found[method][0] for method in ACCOUNT_METHODS])
    return mapping, [row for _, rows in found.values() for row in rows]


def with_key(word: str) -> tuple[Mapped, list[Row]]:
    """The first random plan that says this and is scored."""
    for seed in range(5000):
        mapping, rows = random_plan(random.Random(seed), 1 + seed % 6)
        if f'"{word}"' in json.dumps(mapping) and is_scored(mapping, rows):
            return mapping, rows
    raise AssertionError(word)


def wide() -> tuple[Mapped, list[Row]]:
    """Figures of fourteen digits and four decimals, which 64 bits do not hold."""
    methods = ("ratio", "minmax", "zscore", "best_ratio")
    leaves = [{"id": m, "name": m, "method": m, "points": "25", "places": 6, "compare": "all"} for m in methods]
    mapping = {
        "kaoping": 1, "id": "plan", "name": "方案", "rounding": {"value": 4, "node": 6, "total": 6},
        "subjects": [{"id": f"s{i}", "name": f"单位{i}"} for i in range(6)],
        "tree": {"id": "root", "name": "总分", "children": leaves},
    }  # fmt: skip
    rng = random.Random(3)
    rows: list[Row] = []
    for subject in range(6):
        for method in methods:
            for slot in ("actual", "target") if method == "ratio" else ("actual",):
                figure = Decimal(rng.randint(10**14, 10**15 - 1)).scaleb(-4)
                rows.append((f"s{subject}", method, slot, "", "", figure))
    return mapping, rows


# -- the same digits


def test_every_method_gives_the_same_digits(other: Opener) -> None:
    mapping, rows = every_method()
    found = hold_alike(mapping, rows, DuckStore(threads=1), other())
    assert len(found["totals"]) == 5
    assert len(found["figures"]) == len((*TREE_METHODS, *ACCOUNT_METHODS))


@pytest.mark.parametrize("word", ["merge", "bundle", "accounts", "formulas"])
def test_plans_of_every_shape_give_the_same_digits(word: str, other: Opener) -> None:
    assert hold_alike(*with_key(word), DuckStore(threads=1), other())["totals"]


def test_wide_numbers_give_the_same_digits(other: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    make = DuckStore.make
    monkeypatch.setattr(DuckStore, "make", lambda self, name, text: (texts.append(text), make(self, name, text))[1])
    assert hold_alike(*wide(), DuckStore(threads=1), other())["totals"]
    assert any("HUGEINT" in text for text in texts)


@pytest.mark.postgres
@pytest.mark.parametrize("part", range(4))
def test_random_plans_give_the_same_digits_on_postgresql(part: int, postgres_dsn: str, torture: bool) -> None:
    for seed in range(500 if torture else 15):
        made = random_plan(random.Random(100_000 * part + seed), 1 + seed % 8)
        hold_alike(*made, DuckStore(threads=1), PostgresStore(postgres_dsn))


@pytest.mark.spark
def test_random_plans_give_the_same_digits_on_spark(request: pytest.FixtureRequest, torture: bool) -> None:
    open_spark = opener("spark", request)
    for seed in range(100 if torture else 4):
        hold_alike(*random_plan(random.Random(seed), 1 + seed % 6), DuckStore(threads=1), open_spark())


def test_one_thread_and_two_give_the_same_digits() -> None:
    for seed in range(25):
        made = random_plan(random.Random(seed), 1 + seed % 8)
        hold_alike(*made, DuckStore(threads=1), DuckStore(threads=2))


# -- exact integers, or a refusal


def wide_column(numbers: list[int | None]) -> pa.Array:
    return pa.array([None if n is None else Decimal(n) for n in numbers], pa.decimal128(38, 0))


def test_whole_quotients_are_exact_up_to_38_digits(each: Opener) -> None:
    rng, tops, bottoms = random.Random(1), [10**38 - 1, 0, 10**32, 10**32 - 1], [1, 10**38 - 1, 10**6, 10**6 + 1]
    for _ in range(1000):
        bottom = rng.choice([2, 3, 7, 10**6 - 1, rng.randint(1, 10 ** rng.randint(1, 37))])
        tops.append(min(10**38 - 1, bottom * rng.randint(0, 10 ** rng.randint(1, 37)) + rng.choice([0, bottom - 1])))
        bottoms.append(bottom)
    store = each()
    store.put(
        "w", pa.table({"a": wide_column(tops), "b": wide_column(bottoms), "n": pa.array(t % 2**63 for t in tops)})
    )
    huge = "(SELECT n, CAST(a AS HUGEINT) AS a, CAST(b AS HUGEINT) AS b FROM w) AS x"
    store.make("q", f"SELECT a, b, n, a // b AS q, a // 3 AS q3, a // 2000001 AS q2, n // 7 AS n7 FROM {huge}")
    rows = store.read("SELECT * FROM q").to_pylist()
    store.close()
    assert len(rows) == len(tops)
    for row in rows:
        a, b, n = (int(row[name]) for name in "abn")
        assert [int(row[name]) for name in ("q", "q3", "q2", "n7")] == [a // b, a // 3, a // 2000001, n // 7]


@pytest.mark.parametrize(
    "select",
    [
        "SELECT n * 2 AS z FROM t",
        "SELECT n + n AS z FROM t",
        "SELECT CAST(sum(n) AS BIGINT) AS z FROM (SELECT n FROM t UNION ALL SELECT n FROM t) AS x",
        "SELECT CAST(CAST(n AS HUGEINT) * 10 AS BIGINT) AS z FROM t",
        "SELECT CAST(a AS HUGEINT) * CAST(a AS HUGEINT) AS z FROM t",
    ],
)
def test_a_number_that_does_not_fit_is_refused(select: str, each: Opener) -> None:
    store = each()
    store.put("t", pa.table({"n": pa.array([5, None, 2**63 - 1]), "a": wide_column([1, None, 10**37])}))
    with pytest.raises(NotValid) as refused:
        store.make("z", select)
    store.close()
    assert [f.code for f in refused.value.findings] == ["number.beyond"]


def test_what_fits_only_38_digits_is_carried_on(each: Opener) -> None:
    store = each()
    store.put("t", pa.table({"n": pa.array([2**63 - 1, None]), "a": wide_column([10**38 - 1, None])}))
    store.make("z", "SELECT CAST(sum(n) AS HUGEINT) * 2 AS s, NULL AS nothing, max(a) AS a, count(n) AS c FROM t")
    (row,) = store.read("SELECT s, nothing, a, c FROM z").to_pylist()
    assert {k: v if v is None else int(v) for k, v in row.items()} == {
        "s": 2**64 - 2, "nothing": None, "a": 10**38 - 1, "c": 1,
    }  # fmt: skip
    assert store.read("SELECT s FROM z WHERE 1 = 0").num_rows == 0
    store.drop("z")
    store.make("z", "SELECT 1 AS one")
    assert store.read("SELECT * FROM z").to_pylist() == [{"one": 1}]
    store.name("y", "SELECT one + 1 AS two FROM z")
    assert [int(row["two"]) for row in store.read("SELECT two FROM y").to_pylist()] == [2]
    store.close()


def test_places_are_counted_alike_with_missing_figures(each: Opener) -> None:
    store = each()
    store.put("t", pa.table({"g": pa.array([1, 1, 1, 1, 2], pa.int32()), "n": pa.array([5, None, 7, 7, None])}))
    windows = ", ".join(
        f"rank() OVER (PARTITION BY g ORDER BY n {order} NULLS LAST) AS {name}"
        for name, order in (("up", "ASC"), ("down", "DESC"))
    )
    store.make("r", f"SELECT g, n, {windows}, sum(n) OVER w AS s FROM t WINDOW w AS (PARTITION BY g)")
    rows = store.read("SELECT * FROM r ORDER BY g, n").to_pylist()
    store.close()
    found = [tuple(None if v is None else int(v) for v in row.values()) for row in rows]
    assert found == [(1, 5, 1, 3, 19), (1, 7, 2, 1, 19), (1, 7, 2, 1, 19), (1, None, 4, 4, 19), (2, None, 1, 1, None)]


# -- the text


def test_a_text_that_is_not_known_to_be_exact_is_not_translated() -> None:
    tables = {"t": {"n": Kind.NARROW}}
    for text in ("n / 2", "sqrt(n)", "n * 1.5", "CAST(n AS DOUBLE)", "n || 'x'", "n % 2"):
        with pytest.raises(TypeError, match="no translation"):
            Translation(f"SELECT {text} AS x FROM t", tables, "spark")


def test_small_literals_are_64_bits_wide_in_arithmetic() -> None:
    text = Translation("SELECT 1000000 * 1000000 AS x FROM t", {"t": {}}, "postgres").sql
    assert text == "SELECT CAST(1000000 AS BIGINT) * CAST(1000000 AS BIGINT) AS x FROM t"


def test_a_nested_select_is_computed_once_on_postgresql() -> None:
    text = Translation(
        "SELECT b * b AS c FROM (SELECT *, a * a AS b FROM t AS x) AS y", {"t": {"a": Kind.NARROW}}, "postgres"
    )
    assert "OFFSET 0" in text.sql
    assert text.columns == {"c": Kind.NARROW}


def test_long_unions_and_deep_selects_are_translated() -> None:
    tables = {"t": {"a": Kind.NARROW}}
    union = " UNION ALL ".join(["SELECT a FROM t"] * 1500)
    assert Translation(union, tables, "spark").columns == {"a": Kind.NARROW}
    deep = "t"
    for i in range(150):
        deep = f"(SELECT *, a + {i} AS a{i} FROM {deep} AS x)"
    assert len(Translation(f"SELECT * FROM {deep} AS x", tables, "postgres").columns) == 151


# -- opening


@pytest.mark.parametrize(
    "spec", ["", "oracle", "duckdb:x", "duckdb://x", "postgres", "postgresql:", "spark:", "spark://"]
)
def test_an_unknown_engine_is_refused(spec: str) -> None:
    with pytest.raises(EngineUnavailable) as refused:
        open_store(spec)
    assert refused.value.code == "engine.unknown"


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(EngineUnavailable) as refused:
        open_store("postgresql://clerk:geheim@127.0.0.1:1/scores")
    assert refused.value.code == "engine.postgres_refused"
    assert refused.value.figures["where"] == "127.0.0.1/scores"
    assert "geheim" not in str(refused.value)


@pytest.mark.postgres
def test_a_server_without_temporary_tables_is_refused(postgres_dsn: str) -> None:
    with pytest.raises(EngineUnavailable) as refused:
        PostgresStore(f"{postgres_dsn} options='-c default_transaction_read_only=on'")
    assert refused.value.code == "engine.postgres_no_temp"


@pytest.mark.postgres
def test_nothing_stays_behind_in_postgresql(postgres_dsn: str) -> None:
    store, other = open_store(f"postgresql:{postgres_dsn}"), PostgresStore(postgres_dsn)
    store.put("kept", pa.table({"a": pa.array([1])}))
    assert store.read("SELECT a FROM kept").to_pylist() == [{"a": 1}]
    other.tables["kept"] = {"a": Kind.NARROW}
    with pytest.raises(Exception, match="does not exist"):
        other.read("SELECT a FROM kept")
    store.close()
    other.close()


@pytest.mark.spark
def test_two_runs_on_one_spark_do_not_see_each_other(request: pytest.FixtureRequest) -> None:
    first, second = opener("spark", request)(), opener("spark", request)()
    for number, store in enumerate((first, second)):
        store.put("t", pa.table({"a": pa.array([number])}))
    assert [store.read("SELECT a FROM t").to_pylist() for store in (first, second)] == [[{"a": 0}], [{"a": 1}]]
    first.close()
    second.close()


def test_every_code_has_its_sentence_in_both_languages() -> None:
    source = Path(engines.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"(engine\.\w+)"', source))
    assert codes == set(SENTENCES)
    for chinese, english in SENTENCES.values():
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english))
