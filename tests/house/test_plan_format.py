"""The page on the plan's format names every key, parameter, sheet and column, and its example is a plan."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from kaoping.core import checks, methods
from kaoping.core import plan as plans
from kaoping.core.refusals import Place, blocking
from kaoping.exchange import rule_columns, yaml_text

PAGE = (Path(__file__).resolve().parents[2] / "docs/plan-format.md").read_text(encoding="utf-8")
RECORDS = [plans.Rounding, plans.Period, plans.Subject, plans.Element, plans.Exemption, plans.Applies, plans.Node]
RECORDS += [plans.Account, plans.Veto, plans.Grade, plans.Standing, plans.Quota, plans.Plan]


def test_the_example_is_a_plan_without_fault() -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    plan = plans.parse(yaml_text.load(found[1], Place()))
    assert not blocking(checks.check_whole(plan))


def test_no_record_of_a_plan_is_forgotten() -> None:
    found = {x for x in vars(plans).values() if isinstance(x, type) and is_dataclass(x)}
    found = {x for x in found if any("kind" in one.metadata for one in fields(x))}
    assert {x for x in found if not x.__name__.startswith("_")} == set(RECORDS)


@pytest.mark.parametrize("record", RECORDS)
def test_every_key_of_a_plan_is_on_the_page(record: type) -> None:
    keys = {str(one.metadata.get("key", one.name)) for one in fields(record)}
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_every_key_of_a_node_has_its_row() -> None:
    section = PAGE.partition("### Nodes")[2].partition("\n### ")[0]
    assert {x.name for x in fields(plans.Node) if f"`{x.name}`" not in section} == set()


@pytest.mark.parametrize("method", methods.METHODS.values(), ids=lambda m: m.id)
def test_every_method_is_on_the_page_with_its_parameters(method: methods.Method) -> None:
    table = PAGE.partition("## Methods")[2].partition("\n## ")[0]
    section = re.search(rf"^\| `{method.id}` .*\n(?:\|  .*\n)*", table, re.MULTILINE)
    assert section
    assert re.findall(r"^\|[^|]*\|[^|]*\| `(\w+)`", section[0], re.MULTILINE) == list(method.params)
    for param in method.params.values():
        assert all(f"`{option}`" in section[0] for option in param.options)


def test_every_sheet_and_column_is_on_the_page() -> None:
    section = PAGE.partition("## The Excel rule sheet")[2]
    columns = [*rule_columns.OFFICE, *rule_columns.MACHINE, *rule_columns.EXTRA_COLUMNS, *rule_columns.QUOTA_COLUMNS]
    columns += [column for _, listed in rule_columns.RECORDS.values() for column in listed]
    names = {*rule_columns.SHEETS, rule_columns.ACCOUNT, *(column.header for column in columns)}
    assert {name for name in names if name not in section} == set()
