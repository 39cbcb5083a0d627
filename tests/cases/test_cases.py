"""Every file in this folder is a test; see tests/casefile.py for the format."""

from __future__ import annotations

from pathlib import Path

import pytest
from casefile import read, updated
from casework import play

CASES = sorted(Path(__file__).parent.rglob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = read(path)
    found = play(case, tmp_path)
    if request.config.getoption("--update"):
        path.write_bytes(updated(case, found).encode("utf-8"))
        case = read(path)
    assert case.expected, f"{path.name} expects nothing; run pytest --update and look"
    assert {name: text for name, text in found.items() if text} == case.expected
