"""Plans as YAML: what is read, what is refused and where, and that writing loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaoping.base import messages_plans
from kaoping.core import plan as core_plan
from kaoping.core.plan import Plan
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.exchange import plans, yaml_text
from tests.core import strategies

ROOT = Path(__file__).resolve().parents[2]

SMALL = """\
kaoping: 1
id: shili-2026
name: 示例方案
edition: "1"
subjects:
  - {id: "01", name: 甲县, category: 县区}
  - {id: B, name: 乙县}
periods:
  - {id: year, name: 全年, covers: [2026-06, "2026-12"]}
tree:
  id: T
  name: 总分
  children:
    - id: gdp
      name: 经济增长
      points: 1.20
      method: ratio
      params: {cap: 1.2}
      source: no
      values: {target: 0100.50}
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], Plan]:
    """Reads a text as a plan's file."""

    def read_text(text: str | bytes) -> Plan:
        path = tmp_path / "plan.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return plans.read_plan(path)

    return read_text


def refused(read: Callable[[str | bytes], Plan], text: str | bytes) -> list[Finding]:
    """All that is wrong with a text; each finding has its sentence in both languages."""
    with pytest.raises(NotValid) as caught:
        read(text)
    for one in caught.value.findings:
        assert one.place.file == "plan.yaml"
        for sentence in messages_plans.SENTENCES[one.code]:
            assert "{" not in sentence.format_map(one.figures)
    return caught.value.findings


def only(findings: list[Finding]) -> tuple[str, int, str]:
    """The one finding: code, line and path."""
    (one,) = findings
    return one.code, one.place.row, one.place.path


def test_figures_keep_every_digit_and_words_stay_words(read: Callable[[str | bytes], Plan]) -> None:
    plan = read(SMALL)
    node = plan.tree.children[0]
    assert str(node.points) == "1.20"
    assert str(node.values["target"]) == "100.50"  # leading zeros are no figure's business
    assert node.source == "no"
    assert plan.edition == "1"
    assert plan.periods[0].covers == ("2026-06", "2026-12")
    assert plan.subjects[0].id == "01"


def test_the_canonical_text_is_stable_and_says_the_same(read: Callable[[str | bytes], Plan]) -> None:
    text = plans.plan_text(read(SMALL))
    assert read(text) == read(SMALL)
    assert plans.plan_text(read(text)) == text
    assert text == (
        "kaoping: 1\nid: shili-2026\nname: 示例方案\n"
        'periods:\n  - {id: year, name: 全年, covers: ["2026-06", "2026-12"]}\n'
        'subjects:\n  - {id: "01", name: 甲县, category: 县区}\n  - {id: B, name: 乙县}\n'
        "tree:\n  id: T\n  name: 总分\n  children:\n    - id: gdp\n      name: 经济增长\n      points: 1.20\n"
        '      method: ratio\n      params: {cap: 1.2}\n      values: {target: 100.50}\n      source: "no"\n'
    )


@given(strategies.plans())
def test_any_plan_survives_yaml(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[dict[str, object], object]
) -> None:
    plan = core_plan.parse(made[0])
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    plans.write_plan(plan, path)
    assert plans.read_plan(path) == plan
    assert path.read_text(encoding="utf-8") == plans.plan_text(plans.read_plan(path))


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(st.sampled_from("a1 :#,-[]{}'\"&*!|>%@`?\n\t.~年\u3000"), max_size=12),
    st.sampled_from(
        [
            "1",
            "yes",
            "No",
            "2026-01",
            "2026-01-01",
            "null",
            "~",
            "",
            "1e3",
            "0x1f",
            "12:30",
            "=",
            "<<",
            "true",
            ".inf",
            "k" * 1100,
        ]
    ),
)
PLAIN = st.recursive(
    TEXTS | st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def as_texts(data: object) -> object:
    """Data as the reader gives it: figures are their own text."""
    match data:
        case dict():
            return {k: as_texts(v) for k, v in data.items()}
        case list():
            return [as_texts(x) for x in data]
        case Decimal():
            return f"{data:f}"
    return data


@given(st.dictionaries(TEXTS, PLAIN, max_size=5))
def test_any_text_survives_yaml_in_block_and_flow(data: dict[str, object]) -> None:
    for text in (yaml_text.dump(data), yaml_text.flow(data)):
        assert yaml_text.without_places(yaml_text.load(text, Place())) == as_texts(data)


@given(TEXTS)
def test_other_yaml_readers_see_the_same_text(text: str) -> None:
    assert yaml.safe_load(yaml_text.dump({"key": text})) == {"key": text}


def test_the_examples_are_read_and_written() -> None:
    found = sorted((ROOT / "examples").glob("*/*.yaml"))
    assert found
    for path in found:
        plan = plans.read_plan(path)
        assert core_plan.parse(yaml_text.without_places(yaml_text.load(plans.plan_text(plan), Place()))) == plan


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "path"),
    [
        ("1.20", "1e3", "plan.not_a_number", 16, "tree.children[0].points"),
        ("1.20", "1_000", "plan.not_a_number", 16, "tree.children[0].points"),
        ("1.20", "0x10", "plan.not_a_number", 16, "tree.children[0].points"),
        ("{cap: 1.2}", "{cap: .inf}", "plan.not_a_number", 18, "tree.children[0].params.cap"),
        ("{cap: 1.2}", "{cup: 1.2}", "plan.unknown_param", 18, "tree.children[0].params.cup"),
        ("{cap: 1.2}", "{cap: 11}", "plan.out_of_range", 18, "tree.children[0].params.cap"),
        ("ratio", "ration", "plan.unknown_method", 17, "tree.children[0].method"),
        ("name: 经济增长", "name: true", "plan.not_a_text", 15, "tree.children[0].name"),
        ("      name: 经济增长\n", "", "plan.missing_key", 14, "tree.children[0]"),
        ("B, name: 乙县", "B, nmae: 乙县, name: 乙", "plan.unknown_key", 7, "subjects[1].nmae"),
        ("id: B", "id: [B]", "plan.not_an_id", 7, "subjects[1].id"),
        ('"2026-12"]', "[a], true]", "plan.not_a_text", 9, "periods[0].covers[1]"),
        ("kaoping: 1", "kaoping: 2", "plan.not_a_count", 1, "kaoping"),
        ("edition: ", "edition: 1\nedition: ", "plan.duplicate_key", 5, ""),
        ("covers: [2026-06", "covers: &x [2026-06", "plan.alias", 9, ""),
        ("name: 示例方案", "name: *x", "plan.alias", 3, ""),
        ("name: 示例方案", "name: !!python/name:os.system x", "plan.tag", 3, ""),
        ("name: 示例方案", "name: !x 示例", "plan.tag", 3, ""),
        ("name: 示例方案", "? [a]\n: x\nname: 示例", "plan.key_not_text", 3, ""),
        ("name: 示例方案", "name: 示\x07例", "plan.bad_character", 3, ""),
        ("name: 示例方案", "name: [示例", "plan.yaml", 4, ""),
        ("name: 示例方案", "name: 示例: 方案", "plan.yaml", 3, ""),
        ("tree:\n", "---\ntree:\n", "plan.several_documents", 10, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    read: Callable[[str | bytes], Plan], old: str, new: str, code: str, line: int, path: str
) -> None:
    assert (code, line, path) in [
        (x.code, x.place.row, x.place.path) for x in refused(read, SMALL.replace(old, new, 1))
    ]


def test_all_problems_come_at_once(read: Callable[[str | bytes], Plan]) -> None:
    text = SMALL.replace("1.20", "x").replace("id: B", "id: -").replace("edition: ", "editon: ")
    assert [(x.code, x.place.row) for x in refused(read, text)] == [
        ("plan.unknown_key", 4),
        ("plan.not_an_id", 7),
        ("plan.not_a_number", 16),
    ]


def test_an_alias_bomb_is_refused_without_being_built(read: Callable[[str | bytes], Plan]) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    findings = refused(read, bomb)
    assert {x.code for x in findings} == {"plan.alias"}
    assert len(findings) <= yaml_text.MAX_FINDINGS
    assert findings[0].place.row == 1


@pytest.mark.parametrize("text", ["[" * 200 + "]" * 200, "a: " + "{b: " * 200, "- " * 300 + "x", "[" * 500_000])
def test_deep_nesting_is_refused_at_its_line(read: Callable[[str | bytes], Plan], text: str) -> None:
    assert only(refused(read, text)) == ("plan.too_nested", 1, "")


def test_more_parts_than_a_plan_has_are_refused(
    read: Callable[[str | bytes], Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_text, "MAX_EVENTS", 100)
    assert only(refused(read, "a:\n" + "- x\n" * 100)) == ("plan.too_many_parts", 97, "")


def test_a_tree_deeper_than_the_limit_is_refused_at_the_tree(read: Callable[[str | bytes], Plan]) -> None:
    node: dict[str, object] = {"id": "n", "name": "n", "method": "points"}
    for i in range(core_plan.MAX_DEPTH):
        node = {"id": f"n{i}", "name": "n", "children": [node]}
    data = {"kaoping": 1, "id": "p", "name": "p", "subjects": [], "tree": node}
    assert only(refused(read, yaml_text.dump(data, plans.LONG))) == ("plan.too_deep", 5, "tree")


@pytest.mark.parametrize(
    ("raw", "code", "row"),
    [
        (b"", "plan.empty", 0),
        (b"# nothing\n", "plan.empty", 0),
        (b"- a\n", "plan.not_a_mapping", 1),
        (b"word", "plan.not_a_mapping", 1),
        ("id: 方案\nname: 考评".encode("gb18030"), "plan.not_utf8", 1),
        ("kaoping: 1".encode("utf-16"), "plan.not_utf8", 1),
        (b"a: 1\n" + b"#" * yaml_text.MAX_BYTES, "plan.too_large", 0),
    ],
)
def test_what_is_no_plan_at_all_is_refused(
    read: Callable[[str | bytes], Plan], raw: bytes, code: str, row: int
) -> None:
    assert only(refused(read, raw))[:2] == (code, row)


def test_a_byte_order_mark_is_no_obstacle(read: Callable[[str | bytes], Plan]) -> None:
    assert read(b"\xef\xbb\xbf" + SMALL.encode()) == read(SMALL)


def test_a_missing_file_and_a_foreign_ending_are_findings(tmp_path: Path) -> None:
    for name, code in (
        ("no.yaml", "plan.unreadable_file"),
        ("no.xlsx", "plan.unreadable_file"),
        ("a.csv", "plan.unknown_format"),
    ):
        with pytest.raises(NotValid) as caught:
            plans.read_plan(tmp_path / name)
        assert [x.code for x in caught.value.findings] == [code]
    with pytest.raises(NotValid):
        plans.write_plan(core_plan.parse(yaml_text.load(SMALL, Place())), tmp_path / "a.csv")


def test_later_findings_get_their_line_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(SMALL, encoding="utf-8")
    opened = plans.open_plan(path)
    (one,) = opened.located([Finding("plan.whatever", Place(path="tree.children[0].params.floor"))])
    assert one.place == Place(file="plan.yaml", row=18, path="tree.children[0].params.floor")


def test_every_code_of_a_plan_file_has_its_sentence_with_the_same_names() -> None:
    sources = [
        *(ROOT / "kaoping/exchange").glob("*.py"),
        ROOT / "kaoping/core/plan.py",
        ROOT / "kaoping/core/records.py",
    ]
    raised = {
        code for path in sources for code in re.findall(r'"(plan\.[a-z_0-9]+)"', path.read_text(encoding="utf-8"))
    }
    assert raised == messages_plans.SENTENCES.keys()
    for chinese, english in messages_plans.SENTENCES.values():
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english))
