"""What real projects taught: names that belong together though a language server sees several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from redline.main import main

CASES: dict[str, tuple[dict[str, str], str, tuple[str, ...]]] = {
    "overloads name one parameter, and callers without types pass it": (
        {
            "clock.py": """\
from typing import Literal, overload


class Clock:
    @overload
    def read(self, limit: int, exact: Literal[True]) -> int: ...
    @overload
    def read(self, limit: int, exact: bool = ...) -> float: ...
    def read(self, limit, exact=False):
        return limit if exact else limit / 2
""",
            "use.py": """\
def use(clock):
    return clock.read(limit=3)
""",
        },
        "rename limit to bound",
        ("clock.py:6",),
    ),
    "an overriding method has the same parameter": (
        {
            "shape.py": """\
class Shape:
    def scaled(self, factor: int) -> int:
        return factor


class Square(Shape):
    def scaled(self, factor: int) -> int:
        return factor * 2
""",
            "use.py": """\
from shape import Shape


def use(shape: Shape) -> int:
    return shape.scaled(factor=2)
""",
        },
        "rename factor to ratio",
        ("shape.py:2",),
    ),
    "a stub of what a package offers again": (
        {
            "pack/__init__.py": 'from ._impl import weigh\n\n__all__ = ["weigh"]\n',
            "pack/__init__.pyi": "def weigh(what: object) -> int: ...\n",
            "pack/_impl.py": "def weigh(what):\n    return 1\n",
            "use.py": "import pack\n\nprint(pack.weigh(3))\n",
        },
        "rename weigh to mass_of",
        (),
    ),
    "a member used where no type is known, and nothing else has its name": (
        {
            "flow.py": """\
class Flow:
    def spill_over(self):
        return 1
""",
            "use.py": """\
def use(flow):
    return flow.spill_over()
""",
        },
        "rename spill_over to overflow",
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_all_of_a_family_is_renamed(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    files, words, place = CASES[name]
    written(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    code = main(["ask", words, *place, "--apply"])
    assert code == 0, capfd.readouterr().err
    _, old, _, new = words.split()
    for path, text in files.items():
        assert (tmp_path / path).read_text() == text.replace(old, new), path


def test_an_argument_that_may_be_another_functions_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    body = "class {}:\n    def read(self, limit: int = 1) -> int:\n        return limit\n"
    written(tmp_path, {"one.py": body.format("One"), "two.py": body.format("Two")})
    written(tmp_path, {"use.py": "def use(thing):\n    return thing.read(limit=3)\n"})
    monkeypatch.chdir(tmp_path)
    assert main(["ask", "rename limit to bound", "one.py:2"]) == 1
    said = capfd.readouterr().err
    assert "use.py:2" in said
    assert "two.py:2" in said


def written(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
