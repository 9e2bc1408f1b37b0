"""Score cards: the printed lines add up to the printed total, and every line says how it came about."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest

from kaoping.base.cards import entry_text
from kaoping.base.messages import ANY, SENTENCES
from kaoping.base.rules import shown
from kaoping.core import engine
from kaoping.core.explain import Card, Cards, Entry, adds_up, card, weight_share
from kaoping.core.facts import Facts
from kaoping.core.numbers import decimals_of, plain
from kaoping.core.plan import Plan, parse
from kaoping.core.refusals import NotValid
from tests.core.strategies import facts_table, random_plan
from tests.core.test_engine import leaf, made, numbers, run, told

D = Decimal
HEAVY = os.environ.get("KAOPING_HEAVY") == "1" or os.environ.get("KAOPING_TORTURE") == "1"
PLANS = 2_000 if HEAVY else 150


def runs(count: int, start: int = 70_000) -> Iterator[tuple[int, engine.Result]]:
    """Random plans that can be scored."""
    for seed in range(start, start + count):
        mapping, rows = random_plan(random.Random(seed), 1 + seed % 6)
        try:
            result = engine.score(parse(mapping), facts_table(rows))
        except NotValid:
            continue
        with result:
            yield seed, result


def places_of(plan: Plan, entry: Entry) -> int:
    """Decimals that an entry may show."""
    if entry.kind == "adjustment":  # the difference of what is above it and beside it
        return 12
    if entry.kind == "total":
        return plan.rounding.total
    if entry.kind == "account":
        return 12
    line = plan.by_id[entry.id]
    own = plan.rounding.score if line.node.is_leaf else plan.rounding.node if line.parent else plan.rounding.total
    own = own if line.node.places is None else line.node.places
    limits = [decimals_of(x) for x in (line.node.cap, line.node.floor) if x is not None]
    return max([own, *limits])


def readded(entry: Entry) -> None:
    """Add the printed amounts by hand, below every line that adds."""
    amounts = [child.amount for child in entry.children]
    if entry.children and None not in amounts:
        printed = [plain(amount) for amount in amounts if amount is not None]
        assert sum(map(D, printed)) == D(plain(entry.score)), (entry.id, printed, entry.score)
    for child in entry.children:
        readded(child)


def said(plan: Plan, entry: Entry) -> None:
    """The line has a sentence in both languages, which tells the score."""
    for lang in ("zh", "en"):
        text = entry_text(plan, entry, lang)
        assert text
        assert "{" not in text
        assert "None" not in text
        if entry.kind == "indicator" and "missing_drop" not in entry.code:
            assert any(number in text for number in (plain(entry.score), shown(entry.score, lang))), (entry.code, text)
    if entry.kind == "indicator":
        node = plan.by_id[entry.id].node
        how = entry.code.removeprefix("line.").removeprefix(f"{node.method}.")
        assert (f"line.any.{how}" if how in ANY else entry.code) in SENTENCES


@pytest.mark.req("R6.7")
def test_the_lines_of_every_card_add_up_to_the_printed_total_and_say_how() -> None:
    scored = checked = 0
    for seed, result in runs(PLANS):
        scored += 1
        for one in Cards(result):
            assert adds_up(one), seed
            assert one.total.score == result.totals()[one.subject]
            readded(one.total)
            for _, entry in one.total.walk():
                checked += 1
                said(result.plan, entry)
                assert decimals_of(entry.score) <= places_of(result.plan, entry), (seed, entry)
    assert scored > PLANS // 2
    assert checked > scored


@pytest.mark.req("R6.7")
def test_every_score_of_a_run_stands_on_its_card() -> None:
    for seed, result in runs(40):
        for one in Cards(result):
            shown_ = {
                (e.id, e.period): e.score for _, e in one.total.walk() if e.kind in ("node", "indicator", "period")
            }
            scored = {(n, p): s for (who, n, p), (s, _) in result.scores().items() if who == one.subject}
            assert scored.items() <= shown_.items(), seed


def test_lines_that_do_not_add_up_would_be_seen() -> None:
    with run(made(leaf("x", 60), leaf("y", 40)), {"x": [1, 2, 3], "y": [1, 2, 3]}) as result:
        one = card(result, "s1")
        one.total.children[0].children[0].amount = D("1.99")
        assert not adds_up(one)
        with pytest.raises(AssertionError):
            readded(one.total)


def sample() -> tuple[engine.Result, Card]:
    """A card with everything on it: a mean, a cap, rescaling, an account, facts with those who stand behind."""
    mapping = made(
        {"id": "n", "name": "维度", "points": 60, "rescale": True, "children": [leaf("x", 40), leaf("y", 40)]},
        {"id": "m", "name": "均值", "points": 40, "combine": "mean", "children": [
            leaf("u", None, weight=1, clause="第三条"), leaf("w", None, weight=2, formulas={"actual": "e * 2"}),
        ]},
        accounts=[{"id": "a", "name": "加分", "kind": "bonus", "cap": 2, "children": [leaf("z", None)]}],
        elements=[{"id": "e", "name": "产值"}],
    )  # fmt: skip
    facts = facts_table(told({"x": [30, 1, 1], "y": ["30.01", 1, 1], "u": [30, 1, 1], "e": [20, 1, 1], "z": [5, 0, 0]}))
    trail = {"source": "统计局", "reporter": "甲", "verifier": "乙", "evidence": "年报.pdf"}
    table = facts.table
    for name, text in trail.items():
        table = table.append_column(name, pa.array([text] * len(table)))
    result = engine.score(parse(mapping), Facts(table))
    return result, card(result, "s0")


def test_adjustments_name_what_the_amounts_do_not_show() -> None:
    result, one = sample()
    with result:
        entries = {(e.kind, e.id): e for _, e in one.total.walk()}
        assert (entries["adjustment", "n"].code, entries["adjustment", "n"].amount) == ("card.rescaled", D("-15.00"))
        assert entries["node", "n"].score == D("45.01")  # 60.01 x 60 / 80 = 45.0075
        assert (entries["adjustment", "a"].code, entries["adjustment", "a"].amount) == ("card.capped", D(-3))
        assert [entries["indicator", n].amount for n in "uw"] == numbers("10", "26.67")
        assert ("adjustment", "m") not in entries
        assert entries["indicator", "u"].clause == "第三条"
        assert one.total.score == D("83.68")


@pytest.mark.req("R3.5")
def test_facts_behind_a_line_lead_to_source_reporter_verifier_and_evidence() -> None:
    result, one = sample()
    with result:
        behind = {e.id: e.facts for _, e in one.total.walk() if e.kind == "indicator"}
        trail = {"source": "统计局", "reporter": "甲", "verifier": "乙", "evidence": "年报.pdf"}
        assert {name: [(f.item, f.value, f.trail) for f in facts] for name, facts in behind.items()} == {
            name: [(item, D(v), trail)]
            for name, item, v in (("x", "x", 30), ("y", "y", "30.01"), ("u", "u", 30), ("w", "e", 20), ("z", "z", 5))
        }


@pytest.mark.parametrize(
    ("missing", "code"),
    [("zero", "line.missing_zero"), ("average", "line.missing_average"), ("drop", "line.missing_drop")],
)
def test_what_was_missing_is_told(missing: str, code: str) -> None:
    with run(made(leaf("x", 50, missing=missing), leaf("y", 50)), {"x": [4, None, 6], "y": [1, 2, 3]}) as result:
        entry = card(result, "s1").total.children[0].children[0]
        assert entry.code == code
        assert entry_text(result.plan, entry, "zh")


def test_a_bundle_of_nobody_is_told() -> None:
    bundle = leaf("b", 10, "bundle", missing="zero", params={"node": "x", "of": {"s0": ["d0"]}})
    mapping = made(leaf("x", 40, applies={"categories": ["c"]}), bundle | {"applies": {"subjects": ["s0"]}})
    mapping["subjects"].append({"id": "d0", "name": "部门", "category": "d"})
    with run(mapping, {"x": [1, 2, 3]}) as result:
        said(result.plan, card(result, "s0").total.children[0].children[1])


def test_a_subject_without_result_has_no_card() -> None:
    with (
        run(made(leaf("x", applies={"subjects": ["s0"]})), {"x": [4]}) as result,
        pytest.raises(KeyError),
    ):
        card(result, "s1")


def test_nominal_weights_are_shares_of_the_root() -> None:
    result, _ = sample()
    with result:
        shares = weight_share(result.plan)
        assert sum(shares.values()) == 1
        assert shares["w"] * 2 == shares["u"] * 4
