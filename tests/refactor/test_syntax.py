"""A change is blamed for the syntax errors it brings in, and for no others."""

from __future__ import annotations

import pytest

from redline.core.index.languages import Language
from redline.core.refactor.syntax import new_errors
from redline.core.text.text import Text

GOOD = "def f(a):\n    return a\n\n\nx = f(1)\n"
BROKEN = "def f(a:\n    return a\n\n\nx = f(1)\ny = 2\n"


def lines(python: Language, before: str, after: str) -> list[int]:
    return [each.line for each in new_errors(python, Text.of(before), Text.of(after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (GOOD, GOOD, []),
        (GOOD, GOOD + "y = 2\n", []),
        (GOOD, GOOD.replace("f(1)", "f(1"), [5]),
        ("", "def (:\n", [1]),
        (BROKEN, BROKEN, []),
        (BROKEN, BROKEN.replace("y = 2", "y = 3"), []),
        (BROKEN, "# one\n# two\n" + BROKEN, []),
        (BROKEN, GOOD, []),
        (BROKEN, BROKEN + "\n\nclass C:\n    def g(self):\n        return )\n", [11]),
    ],
)
def test_new_errors(python: Language, before: str, after: str, expected: list[int]) -> None:
    assert lines(python, before, after) == expected


def test_it_says_what_does_not_parse(python: Language) -> None:
    (problem,) = new_errors(python, Text.of(GOOD), Text.of("x = (1 + 2\n"))
    assert "missing ')'" in problem.what or "does not parse" in problem.what
