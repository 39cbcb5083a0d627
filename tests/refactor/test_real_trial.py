"""A real project: what is proposed for it keeps its tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "real"))

from real_trial import DRAWERS, trial
from rename_real_projects import CACHE


@pytest.mark.slow
@pytest.mark.parametrize("what", sorted(DRAWERS))
def test_a_real_project_keeps_its_tests(what: str) -> None:
    found = list(trial("itsdangerous", what, 24, 1, CACHE))
    assert any(each.outcome == "proposed" for each in found)
    assert [each for each in found if each.outcome == "failed"] == []
