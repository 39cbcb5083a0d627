"""Guard clauses: what is done stays the same, and what cannot be told is refused."""

from __future__ import annotations

import ast
import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.index.languages import Language
from redline.core.refactor.convert.early_return import early_return
from redline.core.text.edits import apply
from redline.core.text.text import Text


def made(python: Language, source: str, lines: tuple[int, int] | None = None) -> str:
    """The text afterwards, or the refusal."""
    text = Text(source.encode())
    result = early_return(python, text, lines or (1, text.line_count))
    return result.refusal or apply(text.data, result.edits).decode()


PLAIN = """def f(x):
    if x.ready:
        x.run()
        x.end()
"""


@pytest.mark.parametrize(
    ("test", "turned"),
    [
        ("x", "not x"),
        ("not x", "x"),
        ("not (x or y)", "(x or y)"),
        ("x == 1", "not x == 1"),
        ("x is None", "x is not None"),
        ("x is not None", "x is None"),
        ("x in y", "x not in y"),
        ("x not in y", "x in y"),
        ("x or y", "not (x or y)"),
        ("(x or y)", "not (x or y)"),
        ("(x) and (y)", "not ((x) and (y))"),
        ("x if y else 0", "not (x if y else 0)"),
        ("x < y < 9", "not x < y < 9"),
        ("(z := x)", "not (z := x)"),
        ("(\n        x\n    )", "(\n        not x\n    )"),
    ],
)
def test_the_condition_becomes_its_opposite(python: Language, test: str, turned: str) -> None:
    source = f"def f(x, y):\n    if {test}:\n        print(x)\n        print(y)\n"
    expected = f"def f(x, y):\n    if {turned}:\n        return\n    print(x)\n    print(y)\n"
    assert made(python, source) == expected


def test_nested_ifs_become_guards_one_after_another(python: Language) -> None:
    source = """def f(x):
    y = 1
    if x:
        # about y
        y += 1
        if y > 2:
            print("a")
            print('''two
            lines''')

            print("b")
after = 1
"""
    expected = """def f(x):
    y = 1
    if not x:
        return
    # about y
    y += 1
    if not y > 2:
        return
    print("a")
    print('''two
            lines''')

    print("b")
after = 1
"""
    assert made(python, source) == expected


def test_an_else_that_is_shorter_comes_first(python: Language) -> None:
    source = """def f(x):
    if x:
        a = x
        return a
    else:
        # nothing
        raise ValueError
"""
    expected = """def f(x):
    if not x:
        # nothing
        raise ValueError
    a = x
    return a
"""
    assert made(python, source) == expected


def test_where_values_are_returned_the_guard_says_none(python: Language) -> None:
    source = "def f(x):\n    if x:\n        print(x)\n        return 1"
    expected = "def f(x):\n    if not x:\n        return None\n    print(x)\n    return 1"
    assert made(python, source) == expected


def test_line_ends_stay(python: Language) -> None:
    source = PLAIN.replace("\n", "\r\n")
    expected = "def f(x):\n    if not x.ready:\n        return\n    x.run()\n    x.end()\n"
    assert made(python, source) == expected.replace("\n", "\r\n")


def test_of_nested_functions_the_innermost_is_meant(python: Language) -> None:
    head = "def outer(x):\n    if x:\n        print(1)\n        print(2)\n"
    source = head + "    def none(): 0\n"
    inner = "def outer(x):\n    def f(x):\n        if x:\n"
    inner += "            a(x)\n            b(x)\n    f(x)\n"
    assert made(python, source, (3, 3)) == "outer: it does not end with an `if`"
    assert "        if not x:\n            return\n        a(x)" in made(python, inner, (4, 4))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(x):\n    if x: print(x); print(2)\n", "f: the `if` is on one line"),
        ("def f(x):\n    if x:\n        print(x)\n", "f: the `if` at its end holds one"),
        (
            "def f(x):\n    if x:\n        a()\n        b()\n    elif y:\n        c()\n",
            "f: the `if`",
        ),
        ("def f(x):\n    if x:\n        a()\n        b()\n    c()\n", "f: it does not end"),
        ("x = 1\n", "there is no function"),
        ("def f(:\n", "the file does not parse"),
    ],
)
def test_what_cannot_be_a_guard_says_why(python: Language, source: str, reason: str) -> None:
    assert made(python, source).startswith(reason)


CONDITIONS = ("a", "not b", "a and b", "a or (b and c)", "a is None", "a is not c", "b in (0, 1)")


@st.composite
def blocks(draw: st.DrawFn, depth: int) -> list[str]:
    """The lines of a block that may end with an `if`, at no indent."""
    rows = [f"print({draw(st.integers(0, 9))}, a, b)" for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        rows.append("text = '''x\n    y'''; print(text)")
    if depth and draw(st.integers(0, 3)):
        rows.append(f"if {draw(st.sampled_from(CONDITIONS))}:")
        rows += [f"    {row}" for row in draw(blocks(depth - 1))]
        if draw(st.booleans()):
            rows += ["else:", *(f"    {row}" for row in draw(blocks(0)))]
    elif draw(st.booleans()):
        rows.append(draw(st.sampled_from(["return a", "return", "raise KeyError(b)"])))
    return rows


def outcome(source: str) -> str:
    """What the function prints, gives back and raises for every kind of arguments."""
    names: dict[str, object] = {}
    said = io.StringIO()
    exec(source, names)
    function = names["f"]
    assert callable(function)
    with contextlib.redirect_stdout(said):
        for a in (None, 0, 1):
            for b in (0, 1, 2):
                for c in (None, 1):
                    try:
                        print(repr(function(a, b, c)))
                    except KeyError as error:
                        print(repr(error))
    return said.getvalue()


@given(blocks(3))
def test_a_program_does_the_same_afterwards(python: Language, rows: list[str]) -> None:
    source = "def f(a, b, c):\n" + "".join(f"    {row}\n" for row in rows) + "end = 1\n"
    after = made(python, source)
    if "\n" not in after:
        return
    ast.parse(after)
    assert outcome(after) == outcome(source)
