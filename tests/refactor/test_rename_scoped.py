"""Renames by scopes change one variable and nothing else, or refuse.

`$0` marks the place in the source.
"""

from __future__ import annotations

import ast
import builtins
import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refactor_languages import language

from redline.core.index.extract import parse
from redline.core.refactor.rename.scoped import name_at, occurrences, rename_scoped
from redline.core.refactor.result import Refactored
from redline.core.text.edits import apply
from redline.core.text.text import Text


def rename(
    source: str, new: str, name: str = "python", mentions: frozenset[str] = frozenset()
) -> tuple[str, Refactored]:
    offset = len(source[: source.index("$0")].encode())
    text = Text.of(source.replace("$0", "", 1))
    tree = parse(language(name), text)
    done = rename_scoped(language(name), tree, text, offset, new, mentions)
    after = Text(apply(text.data, done.edits))
    assert not parse(language(name), after).root_node.has_error
    return after.decode(), done


CASES = [
    ("a local", "python", "def f(a):\n    $0x = a\n    return x + g.x\n", "y",
     "def f(a):\n    y = a\n    return y + g.x\n"),
    ("from a use", "python", "def f():\n    x = 1\n    return $0x\n", "y",
     "def f():\n    y = 1\n    return y\n"),
    ("at its end", "python", "def f():\n    xx$0 = 1\n    return xx\n", "y",
     "def f():\n    y = 1\n    return y\n"),
    ("not one of the same name elsewhere", "python",
     "x = 0\ndef f():\n    $0x = 1\n    return x\nprint(x)\n", "y",
     "x = 0\ndef f():\n    y = 1\n    return y\nprint(x)\n"),
    ("in closures and nonlocal", "python",
     "def f():\n    $0n = 0\n    def g():\n        nonlocal n\n        n += 1\n        return n\n"
     "    return g\n", "count",
     "def f():\n    count = 0\n    def g():\n        nonlocal count\n        count += 1\n"
     "        return count\n    return g\n"),
    ("a global", "python", "$0n = 0\ndef g():\n    global n\n    n += 1\nprint(f'{n}')\n", "count",
     "count = 0\ndef g():\n    global count\n    count += 1\nprint(f'{count}')\n"),
    ("in __all__ too", "python", "__all__ = ['f', 'g']\ndef $0f(): pass\ndef g(): f()\n", "h",
     "__all__ = ['h', 'g']\ndef h(): pass\ndef g(): h()\n"),
    ("a comprehension's own", "python", "def f(x):\n    return [$0x for x in x]\n", "y",
     "def f(x):\n    return [y for y in x]\n"),
    ("an import gets an alias", "python", "import $0os\nprint(os.sep)\n", "o",
     "import os as o\nprint(o.sep)\n"),
    ("from import", "python", "from a import $0b\nb()\n", "c", "from a import b as c\nc()\n"),
    ("a parameter and its keywords", "python",
     "def f($0a, b=1):\n    return a + b\n\nf(a=1, b=2)\ng(a=3)\n", "z",
     "def f(z, b=1):\n    return z + b\n\nf(z=1, b=2)\ng(a=3)\n"),
    ("a new name used elsewhere only", "python",
     "def f():\n    $0x = 1\n    return x\ndef g():\n    y = 2\n    return y\n", "y",
     "def f():\n    y = 1\n    return y\ndef g():\n    y = 2\n    return y\n"),
    ("a name of two bytes a letter", "python", "def f():\n    $0größe = 1\n    return größe\n", "g",
     "def f():\n    g = 1\n    return g\n"),
    ("JavaScript const", "javascript", "function f(a) { const $0x = a; return { y: x, x }; }", "z",
     "function f(a) { const z = a; return { y: z, x: z }; }"),
    ("shorthand in a pattern", "javascript", "const { $0x, y } = o; use(x, y);", "z",
     "const { x: z, y } = o; use(z, y);"),
    ("a pattern with a default", "javascript", "function f({ $0x = 1 }) { return x; }", "z",
     "function f({ x: z = 1 }) { return z; }"),
    ("block scopes", "javascript", "let x = 1; { let $0x = 2; use(x); } use(x);", "z",
     "let x = 1; { let z = 2; use(z); } use(x);"),
    ("var is of the function", "javascript", "function f() { if (a) { var $0x = 1; } return x; }",
     "z", "function f() { if (a) { var z = 1; } return z; }"),
    ("an import specifier", "javascript", "import { $0a } from 'm';\na();", "b",
     "import { a as b } from 'm';\nb();"),
    ("an export specifier", "javascript", "const $0a = 1;\nexport { a };", "b",
     "const b = 1;\nexport { b as a };"),
    ("TypeScript types", "typescript",
     "type $0A = string;\nlet x: A;\nfunction f(p: A): A { return p }", "B",
     "type B = string;\nlet x: B;\nfunction f(p: B): B { return p }"),
    ("a property stays", "typescript", "function f($0x: number) { return this.x + x; }", "y",
     "function f(y: number) { return this.x + y; }"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("grammar", "source", "new", "expected"),
    [case[1:] for case in CASES],
    ids=[c[0] for c in CASES],
)
def test_renames(grammar: str, source: str, new: str, expected: str) -> None:
    after, done = rename(source, new, grammar)
    assert not done.refusal
    assert after == expected


REFUSALS = [
    ("attribute", "python", "self.$0x = 1\n", "y", "is an attribute or comes from elsewhere"),
    ("builtin", "python", "print($0len)\n", "size", "comes from elsewhere"),
    ("class attribute", "python", "class A:\n    $0x = 1\n", "y", "attribute of its class"),
    ("method", "python", "class A:\n    def $0x(self): pass\n", "y", "attribute of its class"),
    ("no name", "python", "x = $0 1\n", "y", "no name at this place"),
    ("same", "python", "def f():\n    $0x = 1\n", "x", "called x already"),
    ("keyword", "python", "def f():\n    $0x = 1\n", "class", "class is a keyword"),
    ("invalid", "python", "def f():\n    $0x = 1\n", "a-b", "'a-b' is not a name"),
    ("empty", "python", "def f():\n    $0x = 1\n", "", "is not a name"),
    ("bound already", "python", "def f(y):\n    $0x = 1\n    return x\n", "y",
     "used already at line 1"),
    ("captures a global", "python", "y = 1\ndef f():\n    $0x = 2\n    return x + y\n", "y",
     "used already at line 4"),
    ("captures a builtin", "python", "def f():\n    $0x = 2\n    return len(x)\n", "len",
     "used already at line 3"),
    ("hidden by an inner one", "python",
     "def f():\n    $0x = 1\n    def g(y):\n        return x + y\n    return g\n", "y",
     "at line 4 another y, of line 3"),
    ("hidden in a comprehension", "python", "def f($0x):\n    return [x + y for y in z]\n", "y",
     "another y"),
    ("keyword of a method", "python",
     "class A:\n    def f(self, $0a):\n        return a\n\n    def g(self):\n        self.f(a=1)\n",
     "b", "passed by name at line 6"),
    ("keyword of a constructor", "python",
     "class A:\n    def __init__(self, $0a):\n        self.b = a\n\nA(a=1)\n", "c",
     "passed by name at line 5"),
    ("partial", "python", "def f($0a): return a\npartial(f, a=1)\n", "c",
     "passed by name at line 2"),
    ("mangled", "python", "def f():\n    $0x = 1\n    class A:\n        y = x\n", "__x", "mangles"),
    ("reserved", "javascript", "let $0x = 1;", "new", "new is a keyword"),
    ("property", "javascript", "a.$0x = 1;", "y", "is an attribute or comes from elsewhere"),
    ("captured in a block", "javascript", "let $0x = 1; { let y = 2; use(x); }", "y", "another y"),
    ("shorthand captures", "javascript", "let $0x = 1; use({ y, x });", "y", "used already"),
    ("component", "tsx", "const $0Box = () => null;\nconst a = <Box />;", "box",
     "begin with a capital"),
    ("a parameter property", "typescript", "class A { constructor(private $0x: number) {} }", "y",
     ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("grammar", "source", "new", "why"),
    [case[1:] for case in REFUSALS],
    ids=[c[0] for c in REFUSALS],
)
def test_refuses(grammar: str, source: str, new: str, why: str) -> None:
    after, done = rename(source, new, grammar)
    assert why in done.refusal and done.refusal
    assert after == source.replace("$0", "")


def test_a_name_of_the_file_that_other_files_use_is_refused() -> None:
    source = "def $0f(): pass\n"
    _, done = rename(source, "g", mentions=frozenset(["file:///b.py", "file:///a.py"]))
    assert done.refusal.endswith("other files use the name: file:///a.py, file:///b.py")
    local = "def f():\n    $0x = 1\n    return x\n"
    assert not rename(local, "g", mentions=frozenset(["file:///b.py"]))[1].refusal


def test_what_was_left_alone_is_said() -> None:
    _, done = rename("def $0f(): pass\nx = {'f': 1}\n", "g")
    assert done.notes == ("A string holds the name f and was left alone: line 2.",)
    _, done = rename("def f($0a): return a\n", "b")
    assert done.notes == ("Callers in other files that pass a by name to f are not changed.",)


def test_occurrences_are_names_only() -> None:
    text = Text.of("total = a.total  # total\nx = 'total', totals\ntotal()\n")
    tree = parse(language("python"), text)
    spans = occurrences(language("python"), tree, text, "total")
    assert [span.start for span in spans] == [0, 10, 45]
    assert name_at(tree, 7) is None
    assert name_at(tree, 5) == spans[0]


PROGRAM = '''\
import math
LIMIT = 3
def area(radius, scale=1):
    """The area."""
    result = [math.pi * r * scale for r in range(radius)]
    total = sum(result)
    def inner(step):
        nonlocal total
        total += step
        return total
    return inner(step=LIMIT), total
class Shape:
    sides = 4
    def grow(self, by):
        return [self.sides * by for each in range(LIMIT)]
try:
    value, rest = area(2)
except ValueError as problem:
    value = str(problem)
print(value, area(radius=3, scale=2), Shape().grow(2))
'''
WORDS = sorted({each for each in dir(builtins) if each.islower()} | set(keyword.kwlist))


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(PROGRAM) - 1), new=st.sampled_from(["fresh", "total", "r", "by", "sum"])
)
def test_a_rename_keeps_meaning_and_renaming_back_gives_the_text_again(at: int, new: str) -> None:
    python = language("python")
    text = Text.of(PROGRAM)
    done = rename_scoped(python, parse(python, text), text, at, new, frozenset())
    if done.refusal:
        assert not done.edits
        return
    after = Text(apply(text.data, done.edits))
    assert _run(after.decode()) == _run(PROGRAM)
    if b" as " in b"".join(edit.new for edit in done.edits):
        return  # an import keeps its alias when it is renamed back
    start = done.edits[0].span.start
    old = text.slice(done.edits[0].span).decode()
    back = rename_scoped(python, parse(python, after), after, start, old, frozenset())
    assert apply(after.data, back.edits) == text.data


def _run(source: str) -> list[str]:
    printed: list[str] = []
    ast.parse(source)
    exec(compile(source, "program", "exec"), {"print": lambda *args: printed.append(repr(args))})
    return printed
