"""Conversions by the real ruff: what is safe happens, what may change a program is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from redline.adapters.ruff.fixes import RuffFixes
from redline.core.problems import ToolProblem
from redline.core.refactor.convert.rules import CONVERSIONS, conversion, keeps_comments
from redline.core.text.text import Text


async def converted(path: Path, words: str, source: str, risky: bool = False) -> str:
    what = conversion(words)
    assert what is not None, words
    result = await RuffFixes().converted(str(path), Text.of(source), what, risky)
    assert isinstance(result, Text), result
    return result.decode()


SAFE = [
    ("f-strings", 'x = "{} {!r}".format(a, b)\n', 'x = f"{a} {b!r}"\n'),
    ("use f-strings", 'x = "%s" % (a,)\n', 'x = "%s" % (a,)\n'),
    ("early return", "def f(a):\n    if a:\n        return 1\n    else:\n        return 2\n",
     "def f(a):\n    if a:\n        return 1\n    return 2\n"),
    ("list comprehensions", "x = set([n for n in y])\n", "x = {n for n in y}\n"),
    ("comprehensions", "x = [n for n in y]\n", "x = [n for n in y]\n"),
    ("simplify", "def f(a):\n    if a:\n        return True\n    else:\n        return False\n",
     "def f(a):\n    return bool(a)\n"),
    ("remove unused imports", "import os\nimport re\n\nre.M\n", "import re\n\nre.M\n"),
    ("modernise", "class A(object):\n    pass\n", "class A:\n    pass\n"),
    ("pathlib", "import os\n\nos.path.exists(a)\n", "import os\n\nos.path.exists(a)\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "before", "after"), SAFE)
async def test_safe_fixes_are_made(tmp_path: Path, words: str, before: str, after: str) -> None:
    assert await converted(tmp_path / "a.py", words, before) == after


RISKY = [
    ("f-strings", 'x = "%s" % (a,)\n', 'x = f"{a}"\n'),
    ("comprehensions", "x = [n for n in y]\n", "x = list(y)\n"),
]


@pytest.mark.parametrize(("words", "before", "after"), RISKY)
async def test_risky_fixes_are_made_when_asked(
    tmp_path: Path, words: str, before: str, after: str
) -> None:
    assert await converted(tmp_path / "a.py", words, before, risky=True) == after


async def test_a_fix_that_loses_a_comment_is_not_made(tmp_path: Path) -> None:
    source = "def f(a):\n    for i in a:  # each\n        if i:\n            return True\n"
    source += "    return False\n"
    after = "def f(a):\n    return any(i for i in a)\n"
    found = [
        await converted(tmp_path / "a.py", "simplify", each)
        for each in (source, source.replace("  # each", ""))
    ]
    assert found == [source, after]


async def test_what_a_package_offers_stays(tmp_path: Path) -> None:
    source = "from .a import b\n"
    assert await converted(tmp_path / "__init__.py", "unused imports", source) == source


async def test_line_ends_stay(tmp_path: Path) -> None:
    after = await converted(tmp_path / "a.py", "f-strings", 'x = "{}".format(a)\r\ny = 1\r\n')
    assert after == 'x = f"{a}"\r\ny = 1\r\n'


async def test_settings_of_the_project_do_not_make_unsafe_fixes_safe(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('unsafe-fixes = true\nlint.select = ["ALL"]\n')
    source = 'x = "%s" % (a,)\ny = [n for n in x]\n'
    assert await converted(tmp_path / "a.py", "f-strings", source) == source


async def test_a_text_that_does_not_parse_is_a_problem(tmp_path: Path) -> None:
    what = conversion("f-strings")
    assert what is not None
    result = await RuffFixes().converted(str(tmp_path / "a.py"), Text(b"def f(:\n"), what)
    assert isinstance(result, ToolProblem)
    assert result.message.startswith("a.py:1:7 does not parse")


def test_phrases_are_told_apart() -> None:
    phrases = [phrase for each in CONVERSIONS for phrase in each.phrases]
    assert len(phrases) == len(set(phrases))
    assert [conversion(phrase) for phrase in phrases] == [
        each for each in CONVERSIONS for _ in each.phrases
    ]
    assert conversion("nonsense") is None


def test_lost_comments_are_seen() -> None:
    one, two = Text(b"x = 1  # a\n# b\n"), Text(b"# b\nx = 1\n")
    assert [keeps_comments(one, one), keeps_comments(one, two), keeps_comments(two, one)] == [
        True,
        False,
        True,
    ]


ROWS = [
    ("f-strings", (2, 2), '"{}".format(a)\n"ü{}".format(a)\n"{}".format(a)\n',
     '"{}".format(a)\nf"ü{a}"\n"{}".format(a)\n'),
    ("pathlib", (3, 4), 'import os\n\nos.mkdir(a)\nos.rmdir(a)\nos.remove(a)\n',
     'import os\nimport pathlib\n\npathlib.Path(a).mkdir()\npathlib.Path(a).rmdir()\n'
     'os.remove(a)\n'),
    ("early return", (1, 5),
     "def f(a):\n    if a:\n        return 1\n    else:\n        return 2\n\n\n" * 2,
     "def f(a):\n    if a:\n        return 1\n    return 2\n\n\n"
     "def f(a):\n    if a:\n        return 1\n    else:\n        return 2\n\n\n"),
    ("simplify", (1, 9), "def f(a):\n    for i in a:  # each\n        if i:\n"
     "            return True\n    return False\n\n\nclass A(object): pass\n",
     "def f(a):\n    for i in a:  # each\n        if i:\n"
     "            return True\n    return False\n\n\nclass A(object): pass\n"),
    ("f-strings", (1, 1), '"{}".format(a)\r\n"{}".format(b)', 'f"{a}"\r\n"{}".format(b)'),
]  # fmt: skip


@pytest.mark.parametrize(("words", "rows", "before", "after"), ROWS)
async def test_only_what_begins_on_the_rows_is_fixed(
    tmp_path: Path, words: str, rows: tuple[int, int], before: str, after: str
) -> None:
    (tmp_path / "ruff.toml").write_text('fix = true\nunsafe-fixes = true\nlint.select = ["ALL"]\n')
    what = conversion(words)
    assert what is not None
    path, risky = str(tmp_path / "a.py"), words == "pathlib"
    result = await RuffFixes().converted_rows(path, Text.of(before), what, rows, risky)
    assert isinstance(result, Text), result
    assert result.decode() == after


async def test_rows_of_a_text_that_does_not_parse_are_a_problem(tmp_path: Path) -> None:
    what = conversion("f-strings")
    assert what is not None
    path = str(tmp_path / "a.py")
    result = await RuffFixes().converted_rows(path, Text(b"x = 1\ndef f(:\n"), what, (1, 1))
    assert result == ToolProblem("line 2 does not parse")
