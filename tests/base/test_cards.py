"""Card lines as sentences: exact figures, arithmetic that can be redone, clauses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kaoping.base import cards, messages_cards
from kaoping.base.cards import CardLine, Sources, card_lines, figure_text, is_finite, slot_name
from kaoping.core import explain
from kaoping.core.engine import Result
from kaoping.core.explain import Cards
from kaoping.core.plan import slots_of
from tests.exchange import small


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    with small.run(tmp_path_factory.mktemp("small")) as scored:
        yield scored


def lines(result: Result, subject: str, lang: str = "zh") -> list[CardLine]:
    return card_lines(Cards(result, [subject]).card(subject), Sources(result, lang))


def one(result: Result, subject: str, id_: str, period: str = "", lang: str = "zh", kind: str = "") -> CardLine:
    found = [x for x in lines(result, subject, lang) if x.id == id_ and x.period == period and kind in ("", x.kind)]
    return found[0]


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (Decimal("96.40"), "96.4", "96.4"),
        (Decimal("1E+2"), "100", "100"),
        (Fraction(1, 8), "0.125", "0.125"),
        (Fraction(1, 3), "约 0.3333", "≈ 0.3333"),
        (Fraction(-2, 3), "约 -0.6667", "≈ -0.6667"),
        (Fraction(1, 2**20), "约 0.0000", "≈ 0.0000"),
    ],
)
def test_figures(value: Decimal | Fraction, zh: str, en: str) -> None:
    assert (figure_text(value, "zh"), figure_text(value, "en")) == (zh, en)


def test_least_places_are_kept() -> None:
    assert figure_text(Decimal("9.6"), "zh", least=2) == "9.60"
    assert is_finite(Fraction(1, 16), 4)
    assert not is_finite(Fraction(1, 16), 3)


def test_every_slot_with_a_name_of_its_own_has_one(result: Result) -> None:
    assert slot_name("actual", "zh") == "完成值"
    assert slot_name("省级", "zh") == "省级"
    assert slot_name("p3", "zh") == "第 3 名票数"
    for slot in cards.SLOTS:
        assert slot_name(slot, "zh") != slot
        assert slot_name(slot, "en")
    assert {slot for line in result.plan.leaves for slot in slots_of(line.node)} >= {"actual", "target"}


@pytest.mark.req("R6.7")
def test_a_ratio_reads_as_one_sentence_with_its_clause(result: Result) -> None:
    said = one(result, "a", "output", "Y").text
    assert said.endswith("(第 3 条)")
    assert "96.4 亿元" in said
    assert "40 分 × 96.40 % = 38.56 分" in said
    assert "38.56 points" in one(result, "a", "output", "Y", "en").text


def test_a_quotient_without_end_is_shown_by_its_terms(result: Result) -> None:
    said = one(result, "b", "output", "H1").text
    assert "33.33 ÷ 99.99" in said


def test_periods_are_merged_by_weight(result: Result) -> None:
    line = one(result, "a", "grow", "Y", kind="period")
    assert line.text.startswith("按 70 % 计入:58.56 × 70 % = 40.99 分")
    assert line.amount == Decimal("40.99")


def test_what_was_dropped_is_rescaled_on_a_line_of_its_own(result: Result) -> None:
    entries = lines(result, "b")
    start = next(i for i, x in enumerate(entries) if x.id == "life")
    adjustment = next(x for x in entries[start:] if x.kind == "adjustment")
    assert adjustment.name == "满分折算"
    assert "适用指标满分 20 分,按 40 分折算:14.29 × 40 ÷ 20 = 28.58 分" in adjustment.text
    assert "数据缺失" in one(result, "b", "air").text


def test_a_capped_account_says_so(result: Result) -> None:
    entries = [x for x in lines(result, "a") if x.id == "plus"]
    assert [x.kind for x in entries] == ["account", "adjustment"]
    assert "最高 2 分" in entries[0].text
    assert entries[1].amount == Decimal("-2.50")


def test_missing_policies_are_told(result: Result) -> None:
    assert "取比较组" in one(result, "d", "beds").text
    assert "数据缺失" in one(result, "b", "jobs", "H1").text


def test_sources_name_who_stands_behind(result: Result) -> None:
    assert one(result, "a", "output", "Y").source == "统计月报;填报:甲;佐证:=evil()"
    assert one(result, "b", "output", "Y").source == "统计局"  # the plan's own source


@pytest.mark.req("R6.7")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_of_every_card_has_a_sentence_and_adds_up(result: Result, lang: str) -> None:
    for card in Cards(result):
        told = card_lines(card, Sources(result, lang))
        assert all(line.text for line in told)
        assert not [line.text for line in told if "{" in line.text or "None" in line.text]
        for i, line in enumerate(told):
            below = []
            for other in told[i + 1 :]:
                if other.depth <= line.depth:
                    break
                if other.depth == line.depth + 1:
                    below.append(other.amount)
            if below:
                assert sum(x for x in below if x is not None) == line.score


def test_every_code_of_the_cards_has_a_sentence() -> None:
    source = Path(explain.__file__).read_text(encoding="utf-8")
    used = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"card\.\w+", node.value)
    }
    assert used
    assert used <= set(messages_cards.SENTENCES)
    adjustments = ("rounding", "rescaled", "limited", "capped", "total_limited")
    assert {f"card.{name}_name" for name in adjustments} <= set(messages_cards.SENTENCES)


def test_both_languages_use_the_same_names() -> None:
    for code, (zh, en) in messages_cards.SENTENCES.items():
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), code
