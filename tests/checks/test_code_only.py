"""Documentation leaves the code as it is: comments and docstrings aside, one tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters import grammars
from redline.core.checks.code_only import first_difference
from redline.core.text.text import Text

LANGUAGES = grammars.load()
OWN = sorted((Path(__file__).parents[2] / "server" / "redline" / "core").rglob("*.py"))


def difference(name: str, before: str, after: str) -> int:
    language = LANGUAGES.named(name)
    assert language is not None
    return first_difference(language, Text(before.encode()), Text(after.encode()))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("python", "def f():\n    return 1\n", 'def f():\n    """One."""\n    return 1\n'),
        ("python", 'def f():\n    """A."""\n', 'def f():\n    """B,\n\n    more.\n    """\n'),
        ("python", "def f():\n    pass\n", 'def f():\n    """One."""\n'),
        ("python", "x = 1\n", '"""Doc."""\n\nx = 1  # one\n'),
        ("python", "x = (1,\n     2)\n", "# two\nx = (1, 2)\n"),
        ("python", "", '"""Doc."""\n'),
        ("typescript", "let a = 1;\n", "/** One. */\nlet a = 1; // one\n"),
        ("go", "package a\n\nfunc F() {}\n", "package a\n\n// F does.\nfunc F() {}\n"),
        ("rust", "fn f() {}\n", "/// Does.\nfn f() {}\n"),
        (
            "java",
            "class A { int f() { return 1; } }",
            "/** A. */ class A { int f() { return 1; } }",
        ),
        ("c", "int f(void);\n", "/* f */\nint f(void);\n"),
    ],
)
def test_words_are_no_code(name: str, before: str, after: str) -> None:
    assert difference(name, before, after) == 0


@pytest.mark.parametrize(
    ("name", "before", "after", "line"),
    [
        ("python", "def f():\n    return 1\n", 'def f():\n    """One."""\n    return 2\n', 3),
        ("python", "x = 1\n", "x = 1\ny = 2\n", 2),
        ("python", "x = 1\ny = 2\n", "x = 1\n", 1),
        ("python", "def f(a):\n    pass\n", "def f(a, b):\n    pass\n", 1),
        ("python", "def f():\n    g()\nh()\n", "def f():\n    g()\n    h()\n", 3),
        ("python", 'x = "a"\n', 'x = "b"\n', 1),
        ("python", "f()\n", 'f"{g()}"\nf()\n', 1),
        ("typescript", "let a = 1;\n", "/** One. */\nlet a = 2;\n", 2),
        ("go", "package a\n", "package a\n\nfunc F() {}\n", 3),
    ],
)
def test_code_is(name: str, before: str, after: str, line: int) -> None:
    assert difference(name, before, after) == line


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(OWN))
def test_real_files_without_their_words_are_the_same_code(path: Path) -> None:
    text = path.read_text("utf-8")
    bare = ast.parse(text)
    for node in ast.walk(bare):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body[0] = ast.Pass()
    plain = ast.unparse(bare) + "\n"
    commented = "".join(
        f"{line}  # x\n" if line.endswith(":") else f"{line}\n" for line in plain.splitlines()
    )
    assert difference("python", plain, commented) == 0
