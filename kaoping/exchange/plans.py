"""Plans as files: YAML, the canonical form, and the Excel rule sheet (考评细则). The ending of the name decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import plan as plans
from kaoping.core.plan import Plan
from kaoping.core.refusals import Finding, NotValid, Place
from kaoping.exchange import rule_sheet, yaml_text

YAML = (".yaml", ".yml")
EXCEL = (".xlsx",)
#: Keys whose values are never squeezed into one line.
LONG = ("tree", "children", "accounts")


@dataclass(frozen=True)
class PlanFile:
    """A plan together with the file it came from, so that later findings can name line or cell."""

    plan: Plan
    data: object

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings about the plan at their places in its file."""
        return yaml_text.located(self.data, findings)


def read_plan(path: Path | str) -> Plan:
    """The plan in a file. Refuses other endings, what is no YAML or workbook, and all that `plan.parse` refuses."""
    return open_plan(path).plan


def open_plan(path: Path | str) -> PlanFile:
    """The plan in a file, with the place of everything in it. Refuses what `read_plan` does."""
    path = Path(path)
    data = _read(path)
    if data is None:
        raise NotValid([Finding("plan.empty", Place(file=path.name))])
    try:
        return PlanFile(plans.parse(data), data)
    except NotValid as refused:
        found = yaml_text.located(data, refused.findings)
        raise NotValid([_in(path, one) for one in found]) from None


def _in(path: Path, one: Finding) -> Finding:
    if one.place.file:
        return one
    return Finding(one.code, Place(file=path.name, row=1, path=one.place.path), one.figures, one.weight)


def _read(path: Path) -> object:
    if path.suffix.lower() in YAML:
        return yaml_text.load_file(path)
    if path.suffix.lower() in EXCEL:
        return rule_sheet.read_rule_sheet(path)
    raise NotValid([_unknown(path)])


def _unknown(path: Path) -> Finding:
    return Finding("plan.unknown_format", Place(file=path.name), {"suffix": path.suffix, "known": [*YAML, *EXCEL]})


def write_plan(plan: Plan, path: Path | str, lang: str = "zh") -> None:
    """Write a plan as the ending of the name says. `lang` is the language of the generated rule sentences in Excel."""
    path = Path(path)
    if path.suffix.lower() in YAML:
        path.write_text(plan_text(plan), encoding="utf-8", newline="\n")
    elif path.suffix.lower() in EXCEL:
        rule_sheet.write_rule_sheet(plan, path, lang)
    else:
        raise NotValid([_unknown(path)])


def plan_text(plan: Plan) -> str:
    """The plan as canonical YAML: keys in the order of `docs/plan-format.md`, defaults left out, figures as written."""
    data = yaml_text.without_nulls(plans.unparse(plan))
    assert isinstance(data, dict)
    return yaml_text.dump(data, LONG)
