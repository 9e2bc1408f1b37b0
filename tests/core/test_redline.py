"""What changed between two editions: every difference, once, where it belongs."""

from __future__ import annotations

import copy
import random
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaoping.core import plan as plans
from kaoping.core.redline import Change, Kind, compare
from kaoping.core.refusals import NotValid
from tests.core import strategies

BASE: dict[str, Any] = {
    "kaoping": 1,
    "id": "p",
    "name": "方案",
    "subjects": [{"id": x, "name": x} for x in "ABCD"],
    "tree": {
        "id": "T",
        "name": "总分",
        "children": [
            {
                "id": "g1",
                "name": "一",
                "children": [
                    {"id": "i1", "name": "甲", "points": "10", "method": "ratio", "params": {"cap": "1.2"}},
                    {
                        "id": "i2",
                        "name": "乙",
                        "points": "5",
                        "method": "bands",
                        "params": {"bands": [{"at": 90, "give": 100}]},
                    },
                ],
            },
            {"id": "g2", "name": "二", "children": [{"id": "i3", "name": "丙", "points": "5", "method": "attain"}]},
        ],
    },
}


def changes(edit: Any) -> list[Change]:
    """What an edit of the base plan leads to."""
    new = copy.deepcopy(BASE)
    edit(new)
    return compare(plans.parse(BASE), plans.parse(new))


def brief(found: list[Change]) -> list[tuple[object, ...]]:
    return [(str(x.kind), x.part, x.id, x.field, x.old, x.new) for x in found]


def test_an_attribute_and_a_parameter_are_named_with_both_values() -> None:
    def edit(plan: Any) -> None:
        plan["tree"]["children"][0]["children"][0] |= {"points": "12", "params": {"floor": "0.1"}, "name": "甲甲"}

    assert brief(changes(edit)) == [
        ("renamed", "node", "i1", "name", "甲", "甲甲"),
        ("changed", "node", "i1", "points", Decimal(10), Decimal(12)),
        ("changed", "node", "i1", "params.floor", None, Decimal("0.1")),
        ("changed", "node", "i1", "params.cap", Decimal("1.2"), None),
    ]


def test_bands_change_as_a_whole() -> None:
    def edit(plan: Any) -> None:
        plan["tree"]["children"][0]["children"][1]["params"]["bands"].append({"give": 0})

    ((*_, old, new),) = brief(changes(edit))
    assert [x["give"] for x in old] == [100]  # type: ignore[attr-defined]
    assert [x["give"] for x in new] == [100, 0]  # type: ignore[attr-defined]


def test_a_node_that_moved_is_no_removal() -> None:
    def edit(plan: Any) -> None:
        groups = plan["tree"]["children"]
        groups[1]["children"].append(groups[0]["children"].pop(0))

    (one,) = changes(edit)
    assert (one.kind, one.id, one.name, one.field, one.old, one.new) == (Kind.MOVED, "i1", "甲", "parent", "g1", "g2")
    assert one.path == "tree.children[1].children[1]"


def test_one_subject_in_another_order_is_one_move() -> None:
    def edit(plan: Any) -> None:
        plan["subjects"].append(plan["subjects"].pop(0))

    assert brief(changes(edit)) == [("moved", "subject", "A", "order", 1, 4)]


def test_added_and_removed_stand_where_they_belong() -> None:
    def edit(plan: Any) -> None:
        groups = plan["tree"]["children"]
        del groups[0]["children"][1]
        groups[0]["children"].insert(0, {"id": "i9", "name": "新", "points": "1", "method": "attain"})
        plan["subjects"][0]["name"] = "AA"

    found = changes(edit)
    assert [(x.kind, x.id) for x in found] == [(Kind.RENAMED, "A"), (Kind.ADDED, "i9"), (Kind.REMOVED, "i2")]
    assert found[1].new == {"id": "i9", "name": "新", "points": Decimal(1), "method": "attain"}
    assert found[2].path == "tree.children[0].children[1]"


def test_what_the_plan_says_once_is_compared_too() -> None:
    def edit(plan: Any) -> None:
        plan |= {
            "rounding": {"score": 3},
            "themes": {"z": "专题"},
            "quota": {"by_grade": {}},
            "standing": {"grades": [{"id": "k", "name": "优秀", "at_least": 90}]},
        }

    assert brief(changes(edit)) == [
        ("changed", "plan", "p", "rounding.score", 2, 3),
        ("changed", "plan", "p", "themes.z", None, "专题"),
        ("changed", "plan", "p", "quota.rounding", None, "half_up"),
        ("added", "grade", "k", "", None, {"id": "k", "name": "优秀", "at_least": Decimal(90)}),
    ]


def _edited(data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The plan after one small edit somewhere: a value left out, or two neighbours changed about."""
    new = copy.deepcopy(data)
    paths = list(strategies._removable(new, ()))
    path = rng.choice(paths)
    inner: Any = new
    for step in path[:-1]:
        inner = inner[step]
    if isinstance(inner, list) and len(inner) > 1 and rng.random() < 0.5:
        rng.shuffle(inner)
    else:
        del inner[path[-1]]
    return new


@given(strategies.plans(), st.integers(0, 2**32))
def test_no_change_is_reported_exactly_if_the_plans_are_equal(made: tuple[dict[str, Any], Any], seed: int) -> None:
    rng = random.Random(seed)
    old = plans.parse(made[0])
    assert compare(old, plans.parse(copy.deepcopy(made[0]))) == []
    data = made[0]
    for _ in range(6):
        edited = _edited(data, rng)
        try:
            new = plans.parse(edited)
        except NotValid:
            continue
        data = edited
        assert bool(compare(old, new)) == (old != new)
        assert bool(compare(new, old)) == (old != new)


def test_an_id_that_stands_twice_hides_nothing() -> None:
    twice = copy.deepcopy(BASE)
    twice["subjects"] += [{"id": "A", "name": "second"}]
    old = plans.parse(twice)
    twice["subjects"][-1]["name"] = "third"
    assert brief(compare(old, plans.parse(twice))) == [("renamed", "subject", "A", "name", "second", "third")]
