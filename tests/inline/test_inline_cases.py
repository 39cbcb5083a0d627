"""Every file in `cases` is a test; see inline_play.py for what is in one."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_play import play

from casefile import read, updated

CASES = sorted((Path(__file__).parent / "cases").rglob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = read(path)
    found = play(case, tmp_path, monkeypatch)
    if request.config.getoption("--update"):
        path.write_bytes(updated(case, found).encode("utf-8"))
        case = read(path)
    assert case.expected, f"{path.name} expects nothing; run pytest --update and look"
    assert {name: text for name, text in found.items() if text} == case.expected
