"""Changes of a signature in words."""

from __future__ import annotations

import pytest

from redline.core.refactor.change_signature.model import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
)
from redline.core.refactor.change_signature.words import read_changes


def read(*words: str) -> list[ParameterChange] | str:
    return read_changes(words, lambda name: ())


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (["add x"], [AddParameter("x")]),
        (["add x = 1"], [AddParameter("x", "1")]),
        (["add x=1"], [AddParameter("x", "1")]),
        (["add x: int = 30"], [AddParameter("x", "30", "int")]),
        (["add x: dict[str, int] = {'a': 1}"], [AddParameter("x", "{'a': 1}", "dict[str, int]")]),
        (["add x: Callable[[int], str]"], [AddParameter("x", "", "Callable[[int], str]")]),
        (["add x = lambda a=1: a == 2"], [AddParameter("x", "lambda a=1: a == 2")]),
        (["add x = 1 after y"], [AddParameter("x", "1", "", "y")]),
        (["add x first"], [AddParameter("x", "", "", "")]),
        (["add x = 1 last"], [AddParameter("x", "1")]),
        (["remove x, y and z"], [RemoveParameter(name) for name in "xyz"]),
        (["rename x y"], [RenameParameter("x", "y")]),
        (["rename x to y"], [RenameParameter("x", "y")]),
        (["order c, a, b"], [MoveParameter(name, at) for at, name in enumerate("cab")]),
        (["default x None"], [SetDefault("x", "None")]),
        (["default x = 'a b'"], [SetDefault("x", "'a b'")]),
        (["default x"], [SetDefault("x", "")]),
        (["add x", "pass x self.x"], [AddParameter("x", value="self.x")]),
        (["add x = 1", "pass x"], [AddParameter("x", "1", along=True)]),
    ],
)
def test_what_is_read(words: list[str], changes: list[ParameterChange]) -> None:
    assert read(*words) == changes


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["widen x"],
        ["add"],
        ["add 1x"],
        ["add x = "],
        ["add x, y"],
        ["rename x"],
        ["default x ("],
        ["pass x"],
        ["add x", "pass x ("],
        ["add x", "through x"],
        ["add x", "through x nobody"],
    ],
)
def test_what_is_not_read_says_how_it_is_said(words: list[str]) -> None:
    assert isinstance(read(*words), str)
