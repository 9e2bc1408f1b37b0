"""Whole-plan checks: a sound plan has no finding, and each fault put into it is found at its place."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest

from kaoping.core import checks
from kaoping.core import plan as plans
from kaoping.core.refusals import Finding, NotValid, Weight

Data = dict[str, Any]


def leaf(number: int, method: str = "attain", **more: Any) -> Data:
    """An indicator with everything that should be known of it."""
    return {
        "id": f"i{number}", "name": f"指标{number}", "points": 50, "method": method, "source": "统计局",
        "lead_unit": "发改委", "clause": f"第 {number} 条", **more,
    }  # fmt: skip


def sound() -> Data:
    """A plan without any fault."""
    return {
        "kaoping": 1, "id": "p", "name": "方案", "themes": {"green": "绿色发展"},
        "categories": {"c": "县区", "d": "部门"},
        "periods": [
            {"id": "H1", "name": "半年", "covers": ["M1"], "through": "06-30"},
            {"id": "Y", "name": "全年", "covers": ["M1", "M2"], "progress": 100},
        ],
        "subjects": [
            {"id": "a", "name": "县区甲", "category": "c", "group": "g", "staff": 10},
            {"id": "b", "name": "县区乙", "category": "c", "group": "g", "staff": 10},
            {"id": "d1", "name": "部门甲", "category": "d", "group": "g", "staff": 10},
        ],
        "elements": [{"id": "e1", "name": "产值"}, {"id": "e2", "name": "产值"}],
        "tree": {"id": "t", "name": "总分", "points": 100, "children": [leaf(1), leaf(2)]},
        "accounts": [
            {"id": "acc", "name": "加分", "kind": "bonus", "cap": 5, "children": [
                leaf(9, "events", points=None, params={"points": {"表彰": 1}}),
            ]},
        ],
        "vetoes": [{"id": "v", "name": "安全事故", "clause": "第 9 条", "grade": "poor"}],
        "standing": {"grades": [
            {"id": "good", "name": "优秀", "share": 30}, {"id": "fair", "name": "达标"}, {"id": "poor", "name": "诫勉"},
        ]},
        "quota": {"by_grade": {"good": 18, "fair": 15, "poor": 12}},
    }  # fmt: skip


def put(data: Data, path: str, value: object) -> None:
    """Set what stands at a path; None removes it."""
    *way, last = [int(k) if k.isdigit() else k for k in path.split("/")]
    here: Any = data
    for key in way:
        here = here[key]
    if value is None:
        here.pop(last)
    else:
        here[last] = value


def found(data: Data) -> list[Finding]:
    """All findings of a plan."""
    return checks.check_whole(plans.parse(data))


def with_leaf(method: str, params: Data | None = None, **more: Any) -> Data:
    """The sound plan with this first indicator."""
    data = sound()
    data["tree"]["children"][0] = leaf(1, method, **({"params": params} if params else {}), **more)
    return data


def test_a_sound_plan_has_no_finding() -> None:
    assert found(sound()) == []
    assert checks.bundle_depth(plans.parse(sound())) == 0


I = "tree.children[0]"  # noqa: E741
TREE_FAULTS: list[tuple[str, object, str, str]] = [
    ("tree/children/1/id", "i1", "plan.duplicate_id", "tree.children[1].id"),
    ("tree/children/1/id", "I1", "plan.similar_id", "tree.children[1].id"),
    ("elements/0/id", "i1", "plan.duplicate_id", "tree.children[0].id"),
    ("subjects/1/id", "a", "plan.duplicate_id", "subjects[1].id"),
    ("periods/1/id", "H1", "plan.duplicate_id", "periods[1].id"),
    ("elements/1/id", "e1", "plan.duplicate_id", "elements[1].id"),
    ("standing/grades/1/id", "good", "plan.duplicate_id", "standing.grades[1].id"),
    ("vetoes/0/id", "i2", "plan.duplicate_id", "vetoes[0].id"),
    ("tree/children/0/children", [leaf(5)], "plan.method_and_children", f"{I}.method"),
    ("tree/children/0/method", None, "plan.empty_node", I),
    ("accounts/0/children", [], "plan.empty_node", "accounts[0].children"),
    ("tree/children/0/points", 49, "plan.points_sum", "tree.points"),
    ("tree/children/0/applies", {"exceptions": [{"subject": "a", "decision": "1号"}]}, "plan.points_sum",
     "tree.points"),
    ("tree/children/0/applies", {"categories": ["c"]}, "plan.points_sum", "tree.points"),
    ("tree/children/0/points", 0, "plan.points_not_positive", f"{I}.points"),
    ("tree/children/0/points", None, "plan.points_missing", f"{I}.points"),
    ("tree/children/0/weight", -1, "plan.weight_negative", f"{I}.weight"),
    ("tree/children/0/weight", 0, "plan.weight_zero", f"{I}.weight"),
    ("tree/children/0/weight", 1, "plan.weight_unused", f"{I}.weight"),
    ("tree/children/0/source", None, "plan.no_source", f"{I}.source"),
    ("tree/children/0/lead_unit", None, "plan.no_lead_unit", f"{I}.lead_unit"),
    ("tree/children/0/clause", None, "plan.no_clause", f"{I}.clause"),
    ("tree/children/0/applies", {"categories": ["x"]}, "plan.unknown_category", f"{I}.applies.categories[0]"),
    ("tree/children/0/applies", {"categories": ["x"]}, "plan.applies_to_nobody", I),
    ("tree/children/0/applies", {"subjects": ["x"]}, "plan.unknown_subject", f"{I}.applies.subjects[0]"),
    ("tree/children/0/applies", {"exceptions": [{"subject": "x", "decision": "1号"}]}, "plan.unknown_subject",
     f"{I}.applies.exceptions[0].subject"),
    ("tree/children/0/applies", {"exceptions": [{"subject": "a", "decision": " "}]}, "plan.no_decision",
     f"{I}.applies.exceptions[0].decision"),
    ("tree/applies", {"categories": ["c"]}, "plan.subject_without_plan", "subjects[2]"),
    ("tree/children/0/themes", ["x"], "plan.unknown_theme", f"{I}.themes[0]"),
    ("tree/children/0/periods", ["x"], "plan.unknown_period", f"{I}.periods[0]"),
    ("tree/children/0/periods", ["H1"], "plan.never_scored", f"{I}.periods"),
    ("tree/merge", {"x": 1}, "plan.unknown_period", "tree.merge.x"),
    ("tree/merge", {"H1": 0, "Y": 1}, "plan.merge_weight", "tree.merge.H1"),
    ("tree/children/0/direction", "down", "", ""),
    ("tree/children/0/missing", "impute", "", ""),
    ("tree/children/0/cap", 1, "", ""),
    ("tree/children/0/values", {"last": 1}, "plan.unknown_slot", f"{I}.values.last"),
    ("tree/children/0/accumulate", {"actual": "x"}, "plan.unknown_accumulation", f"{I}.accumulate.actual"),
    ("tree/children/0/formulas", {"actual": "e1 +"}, "formula.syntax", f"{I}.formulas.actual"),
    ("tree/children/0/formulas", {"actual": "e1 < 1"}, "formula.truth", f"{I}.formulas.actual"),
    ("tree/children/0/formulas", {"actual": "nobody"}, "plan.formula_unknown_name", f"{I}.formulas.actual"),
    ("tree/children/0/formulas", {"actual": "产值"}, "plan.formula_ambiguous_name", f"{I}.formulas.actual"),
    ("tree/children/0/formulas", {"actual": "target", "target": "actual"}, "plan.formula_circle",
     f"{I}.formulas.actual"),
    ("tree/children/0/formulas", {"actual": "actual + 1"}, "plan.formula_circle", f"{I}.formulas.actual"),
    ("tree/combine", "mean", "", ""),
    ("tree/rescale", True, "", ""),
    ("tree/children/0/rescale", True, "plan.never_used", f"{I}.rescale"),
    ("subjects/0/category", None, "plan.no_category", "subjects[0].category"),
    ("subjects/0/category", "x", "plan.unknown_category", "subjects[0].category"),
    ("subjects/0/staff", None, "plan.no_staff", "subjects[0].staff"),
    ("subjects", [], "plan.no_subjects", "subjects"),
    ("periods/0/covers", None, "plan.no_covers", "periods[0].covers"),
    ("periods/0/covers", ["M1", "M1"], "plan.repeated_cover", "periods[0].covers"),
    ("periods/0/through", "6-30", "plan.through", "periods[0].through"),
    ("periods/0/through", "02-30", "plan.through", "periods[0].through"),
    ("periods/1/progress", 101, "plan.progress_range", "periods[1].progress"),
    ("scale", 0, "plan.scale_not_positive", "scale"),
    ("tree/points", None, "", ""),
    ("accounts/0/cap", 0, "plan.account_cap", "accounts[0].cap"),
    ("accounts/0/children/0", leaf(9, points=None), "plan.account_points_missing", "accounts[0].children[0].points"),
    ("accounts/0/children/0/weight", 1, "plan.weight_unused", "accounts[0].children[0].weight"),
    ("accounts/0/children/0", {"id": "g", "name": "组", "cap": 1, "children": [leaf(9)]}, "plan.account_key",
     "accounts[0].children[0].cap"),
    ("vetoes/0/clause", None, "plan.veto_no_clause", "vetoes[0].clause"),
    ("vetoes/0/grade", None, "plan.veto_no_effect", "vetoes[0]"),
    ("vetoes/0/grade", None, "plan.grade_unreachable", "standing.grades[2]"),
    ("vetoes/0/grade", "x", "plan.unknown_grade", "vetoes[0].grade"),
    ("vetoes/0/bars", ["x"], "plan.unknown_grade", "vetoes[0].bars[0]"),
    ("standing/grades/0/share", 101, "plan.grade_share", "standing.grades[0].share"),
    ("standing/grades/0/first", 0, "plan.grade_never", "standing.grades[0].first"),
    ("standing/grades/0/share", None, "plan.grade_unreachable", "standing.grades[1]"),
    ("standing/grades", [{"id": "good", "name": "优秀", "at_least": 90}], "plan.grade_no_rest", "standing.grades[0]"),
    ("standing/grades", [{"id": "good", "name": "优", "at_least": 80}, {"id": "fair", "name": "良", "at_least": 90}],
     "plan.grade_unreachable", "standing.grades[1]"),
    ("quota/by_grade/x", 10, "plan.unknown_grade", "quota.by_grade.x"),
    ("quota/by_grade/good", 110, "plan.quota_range", "quota.by_grade.good"),
    ("quota/cap", 0, "plan.quota_range", "quota.cap"),
    ("quota/by_grade/fair", None, "plan.quota_no_percent", "quota.by_grade"),
    ("floor", 10, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code", "at"), TREE_FAULTS)
def test_a_fault_is_found_at_its_place(path: str, value: object, code: str, at: str) -> None:
    data = sound()
    put(data, path, copy.deepcopy(value))
    hits = {(f.code, f.place.path) for f in found(data)}
    if code:
        assert (code, at) in hits
    else:
        assert hits == set()


B90 = {"at": 90, "give": 100}
B80 = {"at": 80, "give": 50}
REST = {"give": 0}
PARAM_FAULTS: list[tuple[str, Data, Data, str, str]] = [
    ("ratio", {"cap": 0, "floor": 1}, {}, "plan.cap_below_floor", "params.cap"),
    ("ratio", {}, {"direction": "down"}, "plan.direction", "direction"),
    ("ratio", {}, {"cap": 1, "floor": 2}, "plan.cap_below_floor", "cap"),
    ("interval", {"low": 2, "high": 1}, {}, "plan.interval_order", "params.low"),
    ("interval", {"low": 1, "high": 2, "low_limit": 1}, {}, "plan.interval_limit", "params.low_limit"),
    ("interval", {"low": 1, "high": 2, "high_limit": 2}, {}, "plan.interval_limit", "params.high_limit"),
    ("step", {"size": 0, "points": 1}, {}, "plan.zero_param", "params.size"),
    ("step", {"size": 1, "points": 0}, {}, "plan.no_effect", "params.points"),
    ("step", {"size": 1, "points": 1, "either_way": True, "bonus_cap": 1}, {}, "plan.never_used", "params.bonus_cap"),
    ("step", {"size": 1, "points": 1, "bonus_caps": [{"at": 2, "give": 3}, {"at": 5, "give": 1}, REST]}, {},
     "plan.band_unreachable", "params.bonus_caps[1]"),
    ("bands", {"bands": [B80, B90, REST]}, {}, "plan.band_unreachable", "params.bands[1]"),
    ("bands", {"bands": [B90, B80, REST]}, {"direction": "down"}, "plan.band_unreachable", "params.bands[1]"),
    ("bands", {"bands": [B90, B90, REST]}, {}, "plan.band_repeated", "params.bands[1]"),
    ("bands", {"bands": [B90]}, {}, "plan.band_no_rest", "params.bands"),
    ("bands", {"bands": [REST]}, {}, "plan.band_only_rest", "params.bands"),
    ("bands", {"bands": [B90, REST, REST]}, {}, "plan.band_two_rests", "params.bands[2]"),
    ("bands", {"bands": [REST, B90]}, {}, "plan.band_rest_not_last", "params.bands[0]"),
    ("bands", {"bands": [B90, {"at": 80, "give": 110}, REST]}, {}, "plan.band_gives", "params.bands[0]"),
    ("bands", {"bands": [{"at": 90, "give": 120}, REST]}, {}, "plan.above_full", "params.bands"),
    ("band_deduction", {"bands": [{"at": 90, "give": 2}, {"at": 80, "give": 1}, {"give": 3}]}, {}, "plan.band_gives",
     "params.bands[0]"),
    ("band_deduction", {"bands": [{"at": 90, "give": -1}, {"give": 3}]}, {}, "plan.negative_points",
     "params.bands[0].give"),
    ("progressive_bands", {"width": 0, "divisors": [10]}, {}, "plan.zero_param", "params.width"),
    ("progressive_bands", {"width": 1, "divisors": [10, 0]}, {}, "plan.divisor_not_positive", "params.divisors[1]"),
    ("efficacy", {"standard": "fixed", "satisfactory": 1}, {}, "plan.efficacy_value", "params"),
    ("efficacy", {"standard": "fixed", "satisfactory": 1, "not_allowed": 2}, {}, "plan.efficacy_order",
     "params.satisfactory"),
    ("efficacy", {"satisfactory": 1}, {}, "plan.never_used", "params.satisfactory"),
    ("five_tier", {"standards": [5, 4, 3, 2]}, {}, "plan.standards_count", "params.standards"),
    ("five_tier", {"standards": [5, 4, 3, 3, 1]}, {}, "plan.standards_order", "params.standards[3]"),
    ("five_tier", {"standards": [5, 4, 3, 2, 1]}, {"direction": "down"}, "plan.standards_order", "params.standards[1]"),
    ("five_tier", {"standards": [5, 4, 3, 2, 1], "below": "0.5"}, {}, "plan.five_tier_below", "params.below"),
    ("rank_table", {"points": [5, 6]}, {"direction": "down"}, "plan.rank_points_order", "params.points[0]"),
    ("rank_steps", {"step": 0}, {}, "plan.no_effect", "params.step"),
    ("goalposts", {"low": 2, "high": 2}, {}, "plan.goalposts_order", "params.low"),
    ("goalposts", {"low": 0, "high": 2, "log": True}, {}, "plan.goalposts_log", "params.low"),
    ("deductions", {"points": {"通报": -1}}, {"direction": "down"}, "plan.negative_points", "params.points.通报"),
    ("deductions", {"points": {"通报": 0}}, {"direction": "down"}, "plan.no_effect", "params.points.通报"),
    ("deductions", {"points": {}}, {"direction": "down"}, "plan.list_empty", "params.points"),
    ("deductions", {"points": {"通报": 1}}, {"direction": "down", "missing": "impute"}, "plan.impute_without_actual",
     "missing"),
    ("events", {"points": {"通报": 1}}, {}, "plan.account_method", "method"),
    ("grade_points", {"points": {"好": 90}, "not_counted": ["好"]}, {}, "plan.answer_twice", "params.not_counted[0]"),
    ("grade_points", {"points": {"好": 110}}, {}, "plan.above_mark", "params.full_mark"),
    ("grade_points", {"points": {"好": 90}, "full_mark": 0}, {}, "plan.zero_param", "params.full_mark"),
    ("vote_share", {"top": "x", "answers": ["好", "差"], "bands": [B80], "rest": 0}, {}, "plan.unknown_answer",
     "params.top"),
    ("vote_share", {"top": "好", "answers": ["好", "差"], "bands": [B80], "rest": 0, "weak_at": "0.3"}, {},
     "plan.param_needed", "params"),
    ("vote_share", {"top": "好", "answers": ["好", "差"], "bands": [REST], "rest": 0}, {}, "plan.band_rest_beside",
     "params.bands[0]"),
    ("vote_share", {"top": "好", "answers": ["好", "差"], "bands": [{"at": 101, "give": 9}], "rest": 0}, {},
     "plan.band_outside", "params.bands[0]"),
    ("formula", {"score": "points *"}, {}, "formula.syntax", "params.score"),
    ("bundle", {"node": "x", "of": {"c": ["d1"]}}, {}, "plan.unknown_node", "params.node"),
    ("bundle", {"node": "i2", "of": {"x": ["d1"]}}, {}, "plan.unknown_subject_or_category", "params.of.x"),
    ("bundle", {"node": "i2", "of": {"c": ["x"]}}, {}, "plan.unknown_subject_or_category", "params.of.c[0]"),
    ("bundle", {"node": "i9", "of": {"c": ["d1"]}}, {}, "plan.bundle_account", "params.node"),
    ("bundle", {"node": "i2", "of": {"a": ["a"]}}, {}, "plan.bundle_self", "params.of.a"),
    ("bundle", {"node": "i2", "of": {"a": ["b"]}}, {}, "plan.bundle_without_entry", "params.of"),
    ("bundle", {"node": "t", "of": {"a": ["b"], "b": ["a"]}}, {}, "plan.bundle_circle", "params.of"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "more", "code", "at"), PARAM_FAULTS)
def test_a_fault_of_parameters_is_found_at_its_place(method: str, params: Data, more: Data, code: str, at: str) -> None:
    hits = {(f.code, f.place.path) for f in found(with_leaf(method, params, **more))}
    assert (code, f"{I}.{at}") in hits


def test_comparing_by_group_needs_groups() -> None:
    data = with_leaf("minmax", compare="group")
    assert found(data) == []
    del data["subjects"][0]["group"]
    assert [(f.code, f.place.path) for f in found(data)] == [("plan.group_missing", f"{I}.compare")]
    data = sound()
    data["standing"]["group"] = "group"
    del data["subjects"][2]["group"]
    assert [f.place.path for f in found(data)] == ["standing.group"]


def test_weights_below_a_mean() -> None:
    data = sound()
    data["tree"]["combine"] = "mean"
    for child, weight in zip(data["tree"]["children"], (0, 0), strict=True):
        child["weight"] = weight
    assert ("plan.weights_all_zero", "tree") in {(f.code, f.place.path) for f in found(data)}
    data["tree"]["children"][0] |= {"weight": 2}
    del data["tree"]["children"][1]["weight"]
    assert [(f.code, f.place.path) for f in found(data)] == [("plan.weight_missing", "tree.children[1].weight")]


def test_the_circle_is_named_step_by_step() -> None:
    plan = plans.parse(with_leaf("bundle", {"node": "t", "of": {"a": ["d1"], "d1": ["a"], "b": ["d1"]}}))
    circle = next(f for f in checks.check_whole(plan) if f.code == "plan.bundle_circle").figures["circle"]
    assert circle == ["县区甲·指标1", "部门甲·总分", "部门甲·指标1", "县区甲·总分", "县区甲·指标1"]
    with pytest.raises(NotValid):
        checks.bundle_depth(plan)


def test_bundles_form_chains() -> None:
    data = sound()
    apart = [leaf(3, "bundle", points=25, params={"node": "i2", "of": {"c": ["d1"]}}, applies={"categories": ["c"]})]
    apart.append(leaf(4, "bundle", points=25, params={"node": "i3", "of": {"d": ["c"]}}, applies={"categories": ["d"]}))
    data["tree"]["children"][0] = {"id": "n", "name": "捆绑", "points": 25, "children": apart}
    data["tree"]["children"][1]["points"] = 75
    plan = plans.parse(data)
    assert checks.check_whole(plan) == []
    assert checks.bundle_depth(plan) == 2


def test_a_bundle_reads_its_own_period_level_only() -> None:
    data = sound()
    data["tree"]["children"][0] = {
        "id": "n", "name": "半年并入", "points": 50, "merge": {"H1": 30, "Y": 70}, "children": [leaf(1)],
    }  # fmt: skip
    data["tree"]["children"][1] = leaf(2, "bundle", params={"node": "i1", "of": {"c": ["d1"], "d": ["a"]}})
    assert [f.code for f in found(data)] == ["plan.bundle_level"]
    data["tree"]["children"][1]["params"]["node"] = "n"
    assert found(data) == []
    data["tree"]["children"][0]["children"][0]["merge"] = {"H1": 1}
    assert ("plan.merge_nested", "tree.children[0].children[0].merge") in {(f.code, f.place.path) for f in found(data)}


def test_only_what_scoring_needs_blocks() -> None:
    data = sound()
    for key in ("source", "lead_unit", "clause"):
        del data["tree"]["children"][0][key]
    assert {f.weight for f in found(data)} == {Weight.NOTE}


def test_rescaling_and_patterns_of_applicability() -> None:
    data = sound()
    data["tree"]["children"] = [leaf(1), leaf(2, applies={"categories": ["c"]}), leaf(3, applies={"subjects": ["d1"]})]
    assert found(data) == []
    data["tree"]["children"][2]["points"] = 40
    finding = found(data)[0]
    assert finding.code == "plan.points_sum"
    assert (finding.figures["subject"], finding.figures["sum"]) == ("部门甲", 90)
    data["tree"]["rescale"] = True
    assert found(data) == []


def test_the_total_of_an_open_root_is_told() -> None:
    data = sound()
    del data["tree"]["points"]
    data["tree"]["children"][0]["points"] = 60
    assert [(f.code, f.weight) for f in found(data)] == [("plan.root_total", Weight.NOTE)]


def test_findings_follow_the_plan() -> None:
    data = sound()
    data["quota"]["cap"] = 0
    data["subjects"][0]["category"] = "x"
    data["tree"]["children"][1]["themes"] = ["x"]
    data["tree"]["children"][0]["points"] = 1
    data["periods"][0]["through"] = "x"
    assert [f.code for f in found(data)] == [
        "plan.through", "plan.unknown_category", "plan.points_sum", "plan.unknown_theme", "plan.quota_range",
    ]  # fmt: skip


@pytest.mark.heavy
def test_the_largest_plan_is_checked_in_seconds() -> None:
    data = sound()
    data["subjects"] = [
        {"id": f"s{i}", "name": f"单位{i}", "category": "cd"[i % 2], "staff": 1} for i in range(200_000)
    ]
    data["tree"] = {"id": "t", "name": "总分", "points": 4950, "rescale": True, "children": [
        {"id": f"n{g}", "name": "组", "points": 50, "rescale": True, "children": [
            leaf(g * 50 + i + 100, points=1, applies={"exceptions": [{"subject": f"s{g * 50 + i}", "decision": "1号"}]})
            for i in range(50)
        ]} for g in range(99)
    ]}  # fmt: skip
    plan = plans.parse(data)
    start = time.perf_counter()
    assert checks.check_whole(plan) == []
    assert time.perf_counter() - start < 30
