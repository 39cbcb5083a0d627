"""Three real projects: every request does what is expected, their tests say what they said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from real_projects import PROJECTS, QUICK
from rename_real_projects import CACHE, rows


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_real_project_keeps_its_tests(name: str) -> None:
    found = list(rows(PROJECTS[name], CACHE, limit=100))
    assert found
    wrong = [f"{row.words}: {row.got}, {row.after} ({row.note})" for row in found if not row.ok]
    assert not wrong, "\n".join(wrong)
