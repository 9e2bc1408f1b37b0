"""Write docs/methods.md: every scoring method, its parameters, its rule, worked examples computed by the engine.

The examples are the cases of `tests/rulebook/methods.yaml`.

Usage: python tools/methods_page.py [--check]
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pyarrow as pa  # noqa: E402

from kaoping.base import cards, messages  # noqa: E402
from kaoping.core import engine, explain  # noqa: E402
from kaoping.core.facts import Facts  # noqa: E402
from kaoping.core.methods import METHODS, SUBJECTS, Method, Param  # noqa: E402
from kaoping.core.plan import Plan, parse  # noqa: E402
from kaoping.core.refusals import NotValid, Place  # noqa: E402
from kaoping.exchange import yaml_text  # noqa: E402

PAGE = ROOT / "docs" / "methods.md"
CASES = ROOT / "tests" / "rulebook" / "methods.yaml"
SUBJECT_NAMES = "甲乙丙丁戊己庚辛壬癸"
Case = Mapping[str, Any]

HEAD = """\
# The scoring methods

Written by `tools/methods_page.py` (`make methods`) from the methods themselves and the worked cases in
`tests/rulebook/methods.yaml`; the points are the engine's, and the tests hold them to figures worked out by hand.
What every parameter means is in [plan-format.md](plan-format.md#methods), how points go on from here in
[scoring.md](scoring.md), where the rules were published in [sources.md](sources.md), and what R-numbers stand for in
[requirements.md](requirements.md).
"""


def load() -> list[Case]:
    """The worked cases."""
    cases = yaml_text.load(CASES.read_text(encoding="utf-8"), Place(file=CASES.name))
    assert isinstance(cases, list)
    return cases


def subjects(case: Case) -> list[str]:
    """Names of the subjects of a case."""
    rows = case["figures"] if "figures" in case else case["beside"]["figures"]
    return list(SUBJECT_NAMES[: len(rows)])


def plan_of(case: Case) -> Plan:
    """A plan with the indicator of a case: in the tree, or in a bonus account."""
    leaf = {"id": "x", "name": "指标", "method": case["method"], "compare": "all"}
    leaf |= {key: case[key] for key in ("points", "params", "direction", "values") if key in case}
    beside = {key: value for key, value in case.get("beside", {}).items() if key != "figures"}
    more: dict[str, Any] = {}
    if case.get("place") == "account":
        more["accounts"] = [{"id": "bonus", "name": "加分", "kind": "bonus", "children": [leaf]}]
        children = [{"id": "rest", "name": "其他", "points": 100, "method": "given", "values": {"actual": 100}}]
    else:
        children = [leaf, beside] if beside else [leaf]
    who = [{"id": name, "name": name} for name in subjects(case)]
    tree = {"id": "root", "name": "总分", "children": children}
    return parse({"kaoping": 1, "id": "case", "name": "算例", "subjects": who, "tree": tree, **more})


def facts_of(case: Case) -> Facts:
    """The figures of a case; a list of figures is as many judges' marks."""
    rows: list[tuple[str, str, str, str, str, Decimal]] = []
    for item, figures in (("x", case.get("figures", ())), (_beside(case), case.get("beside", {}).get("figures", ()))):
        for subject, slots in zip(SUBJECT_NAMES, figures, strict=False):
            for slot, value in slots.items():
                marks = list(enumerate(value, 1)) if isinstance(value, list) else [("", value)]
                rows += [(subject, item, slot, "", str(judge), Decimal(mark)) for judge, mark in marks]
    names = ("subject", "item", "slot", "period", "judge")
    columns = list(zip(*rows, strict=True))
    places = max(max(0, -int(value.as_tuple().exponent)) for value in columns[5])
    table = {name: pa.array(column).dictionary_encode() for name, column in zip(names, columns[:5], strict=True)}
    return Facts(pa.table({**table, "value": pa.array(columns[5], pa.decimal128(38, places))}))


def _beside(case: Case) -> str:
    return str(case.get("beside", {}).get("id", ""))


def scored(case: Case) -> tuple[list[Decimal], list[str]]:
    """Points of every subject by the engine, and the line of each one's card in Chinese. Raises NotValid."""
    plan = plan_of(case)
    with engine.score(plan, facts_of(case)) as result:
        entries = [next(entry for _, entry in card.total.walk() if entry.id == "x") for card in explain.Cards(result)]
        return [entry.score for entry in entries], [cards.entry_text(plan, entry, "zh") for entry in entries]


# -- the page


def page() -> str:
    """The whole page."""
    cases = load()
    parts = [HEAD]
    for subject in SUBJECTS:
        parts.append(f"## {(subject.__doc__ or '').strip().rstrip('.')}\n")
        for method in METHODS.values():
            if method.score.__module__ == subject.__name__:
                parts += _method(method, [case for case in cases if case["method"] == method.id])
    return "\n".join(parts)


def _method(method: Method, cases: list[Case]) -> Iterator[str]:
    title, _, text = (method.score.__doc__ or "").partition(":")
    yield f"### `{method.id}` {title.strip()}\n"
    for paragraph in text.strip().split("\n\n"):
        words = " ".join(paragraph.split())
        yield words[:1].upper() + words[1:] + "\n"
    yield _reads(method)
    yield _params(method)
    for case in cases:
        yield from _case(case)


def _reads(method: Method) -> str:
    slots = [f"`{slot}` ({cards.slot_name(slot, 'zh')})" for slot in method.slots]
    slots += [f"`{slot}` ({cards.slot_name(slot, 'zh')}) if there is one" for slot in method.optional]
    if method.named_slots:
        slots.append(f"one for each name in `{method.named_slots}`")
    better = {"up": "more is better (`up`)", "down": "less is better (`down`)"}
    lines = [f"* reads: {', '.join(slots) or 'nothing of its own'}"]
    lines.append(f"* direction: {' or '.join(better[one] for one in method.directions)}")
    if method.compares:
        lines.append("* compares with the comparison group")
    if method.account:
        lines.append("* gives points by itself, so that it may stand in an account")
    clause = re.sub(r"\[(S\d+)\]", r"[\1](sources.md)", method.clause)
    lines.append(f"* source: {clause}")
    return "\n".join(lines) + "\n"


def _params(method: Method) -> str:
    if not method.params:
        return "No parameters.\n"
    rows = ["| parameter | kind | default | range |", "|---|---|---|---|"]
    for key, param in method.params.items():
        rows.append(f"| `{key}` | {_kind(param)} | {_default(param)} | {_range(param)} |")
    return "\n".join(rows) + "\n"


def _kind(param: Param) -> str:
    return " / ".join(f"`{option}`" for option in param.options) or param.kind


def _default(param: Param) -> str:
    if param.required:
        return "required"
    if isinstance(param.default, bool):
        return str(param.default).lower()
    return "none" if param.default in (None, ()) else str(param.default)


def _range(param: Param) -> str:
    if param.low is None and param.high is None:
        return ""
    return f"{'' if param.low is None else param.low}…{'' if param.high is None else param.high}"


def _case(case: Case) -> Iterator[str]:
    plan = plan_of(case)
    rule = messages.rule_text(plan, plan.by_id["x"])
    yield f"**{case['name'][:1].upper()}{case['name'][1:]}**\n"
    if params := case.get("params"):
        yield f"`params: {_flow(params)}`\n"
    yield f"> {rule}\n"
    try:
        points, sentences = scored(case)
    except NotValid as refused:
        figures = "; ".join(_figures(slots) for slots in case["figures"])
        yield f"{figures}: refused. {' '.join(messages.finding_text(one) for one in refused.findings)}\n"
        return
    yield _table(case, points)
    full = plan.by_id["x"].node.points
    told = next((i for i, one in enumerate(points) if one not in (0, full)), 0)
    yield f"{subjects(case)[told]}: {sentences[told]}\n"


def _flow(value: Any) -> str:
    """Parameters as a plan would have them, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if "," in str(value) else str(value)


def _figures(slots: Mapping[str, Any]) -> str:
    return ", ".join(f"{cards.slot_name(slot, 'zh')} {_shown(value)}" for slot, value in slots.items())


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(case: Case, points: list[Decimal]) -> str:
    beside = case.get("beside")
    rows = beside["figures"] if beside else case["figures"]
    slots = list(rows[0])
    names = [f"{beside['name']}: {cards.slot_name(s, 'zh')}" if beside else cards.slot_name(s, "zh") for s in slots]
    lines = [f"| | {' | '.join(names)} | points |", "|---" * (len(slots) + 1) + "|---:|"]
    for name, figures, score in zip(subjects(case), rows, points, strict=True):
        lines.append(f"| {name} | {' | '.join(_shown(figures[slot]) for slot in slots)} | {score:.2f} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    wanted = page()
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8", newline="\n")
        return 0
    there = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if there == wanted:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is not current; `make methods` writes it anew")
    print(*list(difflib.unified_diff(there.splitlines(), wanted.splitlines(), lineterm="", n=0))[:20], sep="\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
