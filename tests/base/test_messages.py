"""Sentences: every code has one in both languages, rules that differ read differently, lines can be redone by hand."""

from __future__ import annotations

import ast
import re
import string
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kaoping
from kaoping.base import messages, rules
from kaoping.core import plan as plans
from kaoping.core.methods import METHODS, Band
from kaoping.core.refusals import Finding, Place

SOURCE = Path(kaoping.__file__).parent
LANGUAGES = ("zh", "en")
CODE = r'"([a-z_]+\.[a-z_0-9]+)"'
RAISED = (
    rf"Finding\(\s*{CODE}", rf"found\(\s*{CODE}", rf"note\(\s*{CODE}", rf"FormulaError\(\s*{CODE}",
    rf"refuse\([^\n]*{CODE}",
)  # fmt: skip


def sources() -> list[tuple[str, str]]:
    """Every module and its text."""
    return [(str(path.relative_to(SOURCE)), path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))]


def raised() -> set[str]:
    """Every code that a finding may carry."""
    return {code for _, text in sources() for pattern in RAISED for code in re.findall(pattern, text)}


def said() -> set[tuple[str, str]]:
    """Every (method, how) that a formula can record: what its function and the functions it calls say."""
    bodies = {}
    for path in sorted((SOURCE / "core" / "methods").glob("*.py")):
        text = path.read_text("utf-8")
        functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        bodies |= {function.name: ast.get_source_segment(text, function) or "" for function in functions}
    pairs = set()
    for method in METHODS.values():
        pending, seen = [method.score.__name__], set()
        while pending:
            name = pending.pop()
            if name in seen or name not in bodies:
                continue
            seen.add(name)
            body = bodies[name]
            pairs |= {(method.id, how) for how in re.findall(r'said\("(\w+)"', body)}
            if 'said(f"zero_target_{zero}"' in body:
                pairs |= {(method.id, f"zero_target_{how}") for how in ("full", "zero")}
            if "said=False" not in body:
                pending += re.findall(r"(?<![\w.])([a-z_]+)\(", body)
    return pairs


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_codes_are_found_at_all() -> None:
    assert {"plan.points_sum", "formula.syntax", "target.zero", "plan.not_a_number"} <= raised()
    assert {("ratio", "capped"), ("difficulty", "zero_target_full"), ("bonus_levels", "events_capped")} <= said()


@pytest.mark.parametrize("code", sorted(raised()))
def test_every_code_has_a_sentence(code: str) -> None:
    assert code in messages.SENTENCES


@pytest.mark.parametrize("code", sorted(messages.SENTENCES))
def test_both_languages_name_the_same_figures(code: str) -> None:
    chinese, english = messages.SENTENCES[code]
    assert placeholders(chinese) == placeholders(english)
    assert "!" not in chinese + english
    assert "\uff01" not in chinese


def test_a_code_without_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        messages.sentence("no.such", {})


def test_figures_are_written_plainly() -> None:
    figures = {"better": Decimal("1E+2"), "worse": Fraction(1, 3)}
    assert "较优一档为 100,较差一档为 0.3333" in messages.sentence("plan.band_gives", figures)
    assert "a、b" in messages.sentence("plan.formula_circle", {"circle": ["a", "b"]})
    assert "a, b" in messages.sentence("plan.formula_circle", {"circle": ["a", "b"]}, "en")


def test_a_finding_says_where_first() -> None:
    place = Place(file="方案.xlsx", sheet="指标", row=3, column="分值", path="tree.points")
    finding = Finding("plan.points_not_positive", place, {"points": Decimal(0)})
    text = messages.finding_text(finding)
    assert text == "方案.xlsx,工作表“指标”,第 3 行,“分值”列,tree.points:分值 0 应大于 0。请改正。"
    assert messages.finding_text(finding, "en").startswith(
        "方案.xlsx, sheet “指标”, row 3, column “分值”, tree.points: The "
    )
    assert messages.finding_text(Finding("plan.no_subjects")) == "方案没有考核对象。请至少列出一个。"


# -- rules

NUMBER = st.decimals(0, 50, places=1).map(lambda d: d.normalize() + 0)
SHARE = st.decimals(0, 1, places=2)
NAMES = ("甲", "乙", "丙")
LINKED = st.sampled_from([("甲",), ("乙", "丙")])
FEW = settings(max_examples=20)


def in_order(table: dict[str, Any]) -> dict[str, Any]:
    """The same table, by name: the order in which it is told is no matter of the rule."""
    return dict(sorted(table.items()))


@st.composite
def bands(draw: Any) -> tuple[Band, ...]:
    """Bands in falling order, perhaps with one for the rest."""
    bounds = draw(
        st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True).map(lambda x: sorted(x, reverse=True))
    )
    made = [Band(Decimal(at), draw(NUMBER), draw(st.booleans())) for at in bounds]
    return (*made, Band(None, draw(NUMBER))) if draw(st.booleans()) else tuple(made)


def value_of(key: str, kind: str, options: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Any value of a parameter."""
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "flag": st.booleans(), "choice": st.sampled_from(options or ("",)), "bands": bands(),
        "by_name": st.dictionaries(st.sampled_from(NAMES), NUMBER, min_size=1).map(in_order),
        "names": st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(tuple),
        "text": st.sampled_from(NAMES), "formula": st.sampled_from(("actual * 2", "points - last")),
        "links": st.dictionaries(st.sampled_from(NAMES), LINKED, min_size=1).map(in_order),
        "count": st.integers(1, 9).map(Decimal),
    }  # fmt: skip
    if kind == "numbers":
        return st.lists(NUMBER, min_size=5, max_size=5).map(tuple)
    if kind == "number" and ("share" in key or key in ("cap", "floor", "below", "weak_at", "per_deviation")):
        return SHARE
    return by_kind.get(kind, NUMBER)


@st.composite
def params_of(draw: Any, method: str) -> dict[str, Any]:
    """Any parameters of a method."""
    found = {}
    for key, param in METHODS[method].params.items():
        if param.required or draw(st.booleans()):
            found[key] = draw(value_of(key, param.kind, param.options))
    if method == "efficacy" and found.get("standard") == "fixed":
        found |= {"satisfactory": draw(NUMBER), "not_allowed": draw(NUMBER)}
    if "weak_at" in found:
        found |= {"weak": "甲", "weak_rest": draw(NUMBER)}
    return found


def effective(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Parameters with defaults filled in, and without what then has no effect."""
    full = {key: params.get(key, param.default) for key, param in METHODS[method].params.items()}
    idle: list[str] = []
    match method:
        case "reverse_ratio":
            idle = ["zero_target"]
        case "step":
            idle = ["bonus_cap", "bonus_caps"] if full["either_way"] else ["bonus_cap"] if full["bonus_caps"] else []
        case "efficacy":
            idle = ["equal"] if full["standard"] != "group" else []
            idle += ["satisfactory", "not_allowed"] if full["standard"] != "fixed" else []
        case "vote_share" if full["weak_at"] is None:
            idle = ["weak", "weak_rest"]
        case "five_tier":
            full["below"] = full["below"] or Decimal(0)
    made = {key: value for key, value in full.items() if key not in idle}
    rest = Decimal(20) if method == "band_deduction" else Decimal(0)
    for key, value in made.items():
        if isinstance(value, tuple) and any(isinstance(band, Band) for band in value):
            known = [band for band in value if band.at is not None]
            last = next((band.give for band in value if band.at is None), rest)
            made[key] = (known, None if method == "vote_share" else last)
    return made


def plan_with(method: str, params: dict[str, Any], **more: Any) -> plans.Plan:
    """A plan of one indicator."""
    node = plans.Node(
        id="i", name="指标", points=Decimal(20), method=method, params=plans.Table(params),
        direction=METHODS[method].directions[0], **more,
    )  # fmt: skip
    root = plans.Node(id="t", name="总分", children=(node,))
    return plans.Plan(format=1, id="p", name="方案", subjects=(plans.Subject(id="s", name="县区甲"),), tree=root)


def rule(method: str, params: dict[str, Any], lang: str = "zh", **more: Any) -> str:
    """The sentence of an indicator."""
    plan = plan_with(method, params, **more)
    return messages.rule_text(plan, plan.lines[1], lang)


@pytest.mark.parametrize("method", sorted(METHODS))
@FEW
@given(data=st.data())
def test_rules_that_differ_read_differently(method: str, data: Any) -> None:
    one, other = data.draw(params_of(method)), data.draw(params_of(method))
    for lang in LANGUAGES:
        first = rule(method, one, lang)
        assert first.endswith("。" if lang == "zh" else ".")
        assert "{" not in first
        assert (effective(method, one) == effective(method, other)) == (first == rule(method, other, lang))


@pytest.mark.parametrize("method", sorted(METHODS))
@FEW
@given(data=st.data())
def test_one_changed_parameter_changes_the_sentence(method: str, data: Any) -> None:
    one = data.draw(params_of(method))
    if not METHODS[method].params:
        return
    key = data.draw(st.sampled_from(sorted(METHODS[method].params)))
    param = METHODS[method].params[key]
    other = {**one, key: data.draw(value_of(key, param.kind, param.options))}
    if method == "efficacy" and other.get("standard") == "fixed":
        other = {"satisfactory": Decimal(2), "not_allowed": Decimal(1), **other}
    if "weak_at" in other:
        other = {"weak": "甲", "weak_rest": Decimal(1), **other}
    for lang in LANGUAGES:
        same = rule(method, one, lang) == rule(method, other, lang)
        assert same == (effective(method, one) == effective(method, other))


@pytest.mark.parametrize(
    "more",
    [
        {"missing": "zero"}, {"missing": "average"}, {"missing": "impute"}, {"missing": "drop"}, {"cap": Decimal(9)},
        {"floor": Decimal(1)}, {"places": 1}, {"unit": "亿元"}, {"values": {"target": Decimal(3)}},
        {"accumulate": {"actual": "sum"}}, {"formulas": {"actual": "a + b"}}, {"periods": ("H1",)},
        {"merge": {"H1": Decimal(30)}}, {"missing": "average", "compare": "all"},
    ],
    ids=str,
)  # fmt: skip
def test_policies_are_part_of_the_rule(more: dict[str, Any]) -> None:
    for lang in LANGUAGES:
        assert rule("ratio", {}, lang, **more) != rule("ratio", {}, lang)


def test_rules_read_like_a_regulation() -> None:
    assert rule("ratio", {}).startswith(
        "完成值达到目标值的得基本分 20 分,不再加分;未达到的,按完成值与目标值之比计分,最低 0 分。"
    )
    steps = (
        Band(Decimal(100), Decimal(100)),
        Band(Decimal(80), Decimal(75)),
        Band(Decimal(60), Decimal(50), open=True),
    )
    assert (
        "100 % 及以上得 100 % 的分值,80 % 至 100 %(不含)得 75 % 的分值,"
        "60 %(不含)至 80 %(不含)得 50 % 的分值,其余不得分。" in (rule("bands", {"bands": steps}))
    )


def test_nodes_have_rules() -> None:
    texts = set()
    for more in ({}, {"points": Decimal(10)}, {"points": Decimal(10), "rescale": True}, {"combine": "mean"},
                 {"combine": "geometric"}, {"cap": Decimal(5)}, {"merge": {"H1": Decimal(3)}}):  # fmt: skip
        plan = plan_with("attain", {})
        node = plans.Node(id="t", name="总分", children=plan.tree.children, **more)
        plan = plans.Plan(format=1, id="p", name="方案", subjects=plan.subjects, tree=node)
        texts |= {messages.rule_text(plan, plan.lines[0], lang) for lang in LANGUAGES}
    assert len(texts) == 14


# -- lines

VALUES: dict[str, Fraction] = {
    name: Fraction(number) for name, number in {
        "actual": "96.4", "target": 100, "rate": "0.964", "score": "9.64", "deviation": "-3.6", "steps": "-3",
        "gain": 0,
        "percent": "96.4", "loss": 2, "lead": "-3.6", "mean": 100, "best": 120, "worst": 80, "last": 90,
        "growth": "7.1",
        "fastest": 9, "slowest": 1, "level_points": 3, "growth_points": 4, "weighted": "106.04", "coefficient": "1.1",
        "place": 3, "rank": 3, "total": 13, "z": "0.5", "sum": 4, "votes": 10, "marks": 900, "judges": 7, "dropped": 2,
        "due": 50, "progress": "0.5", "gate": 10, "earned": 30, "possible": 40, "甲": 3, "乙": 1, "丙": 1, "p1": 2,
        "reference": 100, "satisfactory": 120, "not_allowed": 80, "baseline": 110,
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(("method", "how"), sorted(said()))
@settings(max_examples=5)
@given(data=st.data())
def test_every_line_has_its_sentence_and_figures(method: str, how: str, data: Any) -> None:
    params = data.draw(params_of(method))
    if how == "gate_shut":
        params["gate"] = Decimal(20)
    plan = plan_with(method, params, unit="亿元")
    for lang in LANGUAGES:
        figures = rules.line_figures(plan, plan.lines[1], VALUES, lang)
        if how == "events_capped":
            figures |= {"cap": "3"}
        text = messages.line_text(method, how, figures, lang)
        assert "{" not in text
        assert "9.64" in text


@pytest.mark.parametrize("how", messages.ANY)
def test_missing_figures_have_lines(how: str) -> None:
    plan = plan_with("ratio", {})
    for lang in LANGUAGES:
        figures = rules.line_figures(plan, plan.lines[1], {"target": Fraction(1), "score": Fraction(0)}, lang)
        assert messages.line_text("ratio", how, {**figures, "actual": "5", "how": "…"}, lang)


def line(method: str, how: str, params: dict[str, Any], values: dict[str, object], **more: Any) -> str:
    """A line of a card from exact figures."""
    plan = plan_with(method, params, **more)
    exact = {name: Fraction(str(value)) for name, value in values.items()}
    return messages.line_text(method, how, rules.line_figures(plan, plan.lines[1], exact, "zh"))


def test_a_line_shows_its_arithmetic() -> None:
    figures = {"actual": "96.4", "target": 100, "rate": "0.964", "score": "19.28"}
    assert line("ratio", "below", {}, figures, unit="亿元") == (
        "完成值 96.4 亿元,目标 100 亿元,完成率 96.40 %;未达目标按比例计分,20 分 × 96.40 % = 19.28 分"
    )
    figures = {"actual": 482, "target": 501, "rate": Fraction(482, 501), "score": "19.24"}
    assert "完成率 96.21 %;未达目标按比例计分,20 分 × 482 ÷ 501 = 19.24 分" in line("ratio", "below", {}, figures)
    points = {"points": {"甲": Decimal("0.5"), "乙": Decimal(2)}}
    assert line("deductions", "deducted", points, {"甲": 3, "乙": 0, "loss": "1.5", "score": "18.5"}) == (
        "甲 3 × 0.5 = 应扣 1.5 分;20 分 - 1.5 分 = 18.50 分"
    )
    assert (
        line("attain", "missed", {}, {"actual": 1, "target": 2, "score": 0}) == "完成值 1,目标 2,未达到目标,得 0.00 分"
    )
