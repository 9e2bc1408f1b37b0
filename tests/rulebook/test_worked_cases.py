"""Every scoring method gives the points that were worked out by hand; the cases are in `methods.yaml`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaoping.core import checks
from kaoping.core.methods import METHODS
from kaoping.core.refusals import NotValid, blocking
from tools import methods_page
from tools.methods_page import Case

CASES = methods_page.load()


def name(case: Case) -> str:
    """What a case is called in the report."""
    return f"{case['method']}: {case['name']}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_engine_gives_what_was_worked_out_by_hand(case: Case) -> None:
    assert not blocking(checks.check_whole(methods_page.plan_of(case)))
    if "refused" in case:
        with pytest.raises(NotValid) as refused:
            methods_page.scored(case)
        assert [finding.code for finding in refused.value.findings] == case["refused"]
        return
    points, sentences = methods_page.scored(case)
    assert points == [Decimal(one) for one in case["expected"]]
    assert all(sentences)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_worked_cases(method: str) -> None:
    mine = [case for case in CASES if case["method"] == method]
    assert len(mine) >= 2
    assert len({case["name"] for case in mine}) == len(mine)


@pytest.mark.parametrize("method", METHODS)
def test_every_parameter_is_set_in_some_case(method: str) -> None:
    used = {key for case in CASES if case["method"] == method for key in case.get("params", {})}
    assert used == set(METHODS[method].params)
