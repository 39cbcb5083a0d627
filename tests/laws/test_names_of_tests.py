"""Test files have names of their own: pytest takes two of one name for the same module."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_two_test_files_have_one_name() -> None:
    names = Counter(each.name for each in TESTS.rglob("*.py") if each.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []
