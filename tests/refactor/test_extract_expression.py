"""Expressions get a name, become constants or functions, and programs go on doing the same.

`<<` and `>>` mark the selection in the source.
"""

from __future__ import annotations

import ast
import contextlib
import io
import random
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refactor_languages import language

from redline.core.index.languages import Language
from redline.core.refactor.extract.method import extract_expression
from redline.core.refactor.extract.variable import extract_constant, extract_variable
from redline.core.refactor.python.scopes import parse
from redline.core.refactor.result import Refactored
from redline.core.text.edits import apply
from redline.core.text.text import Span, Text

Way = Callable[[Language, Text, Span], Refactored]


def done(way: Way, source: str) -> tuple[str, str]:
    """The text afterwards, and the refusal."""
    data = source.encode()
    start = data.index(b"<<")
    end = data.index(b">>") - 2
    text = Text(data.replace(b"<<", b"", 1).replace(b">>", b"", 1))
    result = way(language("python"), text, Span(start, end))
    return apply(text.data, result.edits).decode(), result.refusal


def everywhere(python: Language, text: Text, span: Span) -> Refactored:
    return extract_constant(python, text, span, "LIMIT", everywhere=True)


VARIABLES = [
    ("def f(a):\n    return <<a + 1>>\n", "def f(a):\n    value = a + 1\n    return value\n"),
    ("def f(a):\n    return (<<(a + 1)>>) * 2\n",
     "def f(a):\n    value = a + 1\n    return ((value)) * 2\n"),
    ("def f(a):\n    if a:\n        print( <<a.total >> )\n",
     "def f(a):\n    if a:\n        total = a.total\n        print( total  )\n"),
    ("def f(a):\r\n\treturn g(<<get_size(a)>>)\r\n",
     "def f(a):\r\n\tsize = get_size(a)\r\n\treturn g(size)\r\n"),
    ("def f(a):\n    for x in <<a.rows>>:\n        print(x)\n",
     "def f(a):\n    rows = a.rows\n    for x in rows:\n        print(x)\n"),
    ("def f(a):\n    return g(<<a +\n        1>>)\n",
     "def f(a):\n    value = (a +\n        1)\n    return g(value)\n"),
    ("x = g(<<h(1)>>)\n", "h_2 = h(1)\nx = g(h_2)\n"),
    ("def f(é):\n    return [n for n in <<é.k>>]\n",
     "def f(é):\n    k = é.k\n    return [n for n in k]\n"),
    ("def f(a):\n    <<a.load()>>\n", "def f(a):\n    load = a.load()\n"),
    ("async def f(a):\n    return g(<<await a.read()>>)\n",
     "async def f(a):\n    read = await a.read()\n    return g(read)\n"),
]  # fmt: skip

KEPT = [
    ("def f(a):\n    return a and <<a.b>>\n", "only under a condition"),
    ("def f(a):\n    while <<a.b>>:\n        pass\n", "another time"),
    ("def f(a):\n    return [<<n.x>> for n in a]\n", "each step of a comprehension"),
    ("def f(a):\n    return lambda: <<a.b>>\n", "when the lambda is called"),
    ("def f(a):\n    return g() + <<a.b>>\n", "called before"),
    ("def f(a):\n    return a.b + <<g()>>\n", "has read a value"),
    ("def f(a):\n    <<a.b>> = 1\n", "is given a value"),
    ("def f(a):\n    return a <<+ 1>>\n", "not one whole expression"),
    ("def f(a):\n    return f'{<<a.b>>}'\n", "f-string"),
    ("def f(a: <<int>>):\n    pass\n", "annotation"),
    ("def f(a):\n    if a: return <<a.b>>\n", "does not begin its line"),
    ("def f(a):\n    if a:\n        pass\n    elif <<a.b>>:\n        pass\n", "not begin its line"),
    ("class C:\n    x = <<g(1)>>\n", "would be an attribute"),
    ("def f(a):\n    return (n := a) + <<n.b>>\n", "called before"),
    ("def f(a):\n    return sum(<<n for n in a>>)\n", "not one whole expression"),
    ("def f(a):\n    <<'Doc.'>>\n", "a docstring"),
    ("def f(:\n    <<x>>\n", "does not parse"),
]  # fmt: skip

CONSTANTS = [
    ("import os\n\n\ndef f(a):\n    return a < <<100>>\n",
     "import os\n\nVALUE = 100\n\n\ndef f(a):\n    return a < VALUE\n"),
    ('"""Doc."""\n\n\ndef f(a):\n    return a + <<"retry after">>\n',
     '"""Doc."""\n\nRETRY_AFTER = "retry after"\n\n\ndef f(a):\n    return a + RETRY_AFTER\n'),
    ("import re\n\n\ndef f(a):\n    return <<re.compile('a+')>>.match(a)\n",
     "import re\n\nCOMPILE = re.compile('a+')\n\n\ndef f(a):\n    return COMPILE.match(a)\n"),
]  # fmt: skip

FUNCTIONS = [
    ("def f(a, b):\n    return <<a * b + 1>>\n",
     "def _extracted(a, b):\n    return a * b + 1\n\n\n"
     "def f(a, b):\n    return _extracted(a, b)\n"),
    ("class C:\n    def f(self, a):\n        return <<self.x + a>> + 1\n\n"
     "    def g(self):\n        pass\n",
     "class C:\n    def f(self, a):\n        return self._extracted(a) + 1\n\n"
     "    def _extracted(self, a):\n        return self.x + a\n\n    def g(self):\n        pass\n"),
    ("class C:\n    @classmethod\n    def f(cls):\n        return <<cls.x>>\n",
     "class C:\n    @classmethod\n    def f(cls):\n        return cls._extracted()\n\n"
     "    @classmethod\n    def _extracted(cls):\n        return cls.x\n"),
    ("def f(rows):\n    return [<<row.a + len(rows)>> for row in rows]\n",
     "def _extracted(row, rows):\n    return row.a + len(rows)\n\n\n"
     "def f(rows):\n    return [_extracted(row, rows) for row in rows]\n"),
    ("async def f(a):\n    return <<await a.b>>\n",
     "async def _extracted(a):\n    return await a.b\n\n\n"
     "async def f(a):\n    return (await _extracted(a))\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), VARIABLES)
def test_a_variable_stands_above_its_statement(before: str, after: str) -> None:
    assert done(extract_variable, before) == (after, "")


@pytest.mark.parametrize(("before", "reason"), KEPT)
def test_what_would_be_evaluated_otherwise_is_refused(before: str, reason: str) -> None:
    after, refusal = done(extract_variable, before)
    assert (after, reason in refusal) == (before.replace("<<", "").replace(">>", ""), True), refusal


@pytest.mark.parametrize(("before", "after"), CONSTANTS)
def test_a_constant_stands_below_the_imports(before: str, after: str) -> None:
    assert done(extract_constant, before) == (after, "")


def test_equal_literals_become_the_constant_where_that_is_asked() -> None:
    source = 'def f(a: "x" = 5):\n    """5"""\n    return <<5>> + a[5] + len("5") + 5.0\n'
    after = 'LIMIT = 5\n\ndef f(a: "x" = LIMIT):\n    """5"""\n'
    after += '    return LIMIT + a[LIMIT] + len("5") + 5.0\n'
    assert done(everywhere, source) == (after, "")


def test_what_may_differ_from_time_to_time_is_no_constant() -> None:
    _, refusal = done(extract_constant, "def f(a):\n    return <<a + 1>>\n")
    assert refusal == "a is not made of literals alone, so it may not be the same each time"


@pytest.mark.parametrize(("before", "after"), FUNCTIONS)
def test_an_expression_becomes_a_function_of_what_it_reads(before: str, after: str) -> None:
    assert done(extract_expression, before) == (after, "")


def test_a_name_without_a_value_is_not_read_early() -> None:
    source = "def f(a):\n    if a:\n        b = 1\n    return <<b if a else 0>>\n"
    assert done(extract_expression, source)[1].startswith("b may have no value yet")


ATOMS = ("a", "b", "1", "say('x')", "box.n", "box.next()", "rows[0]", "rows[say(1)]", "len(rows)")
PROGRAM = """
log = []
def say(x):
    log.append(x)
    return x if isinstance(x, int) else len(x)
class Box:
    n = 3
    def next(self):
        self.n += 1
        return self.n
def run(a, b):
    box, rows = Box(), [4, 5, 6]
    {statement}
    print(box.n, rows, log)
for a in (0, 1, 2):
    print(run(a, 2))
"""


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(ATOMS))
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    third = draw(expressions(depth - 1))
    shapes = (
        "{0} + {1}",
        "({0} and {1})",
        "({0} if {1} else {2})",
        "[{0}, {1}][-1]",
        "max({0}, {1}, {2})",
        "say({0})",
        "({0} < {1} < {2})",
        "sum([{0} for _ in range(2)])",
    )
    return draw(st.sampled_from(shapes)).format(left, right, third)  # fmt: skip


STATEMENTS = (
    "return {0}",
    "x = {0}; return x",
    "rows[{0} % 3] = {0}",
    "x = 1\n    x += {0}\n    print(x)",
    "if {0}:\n        print({0})\n    else:\n        print(2)",
    "for i in range({0} % 3):\n        print(i, {0})",
    "assert {0} or True, {0}",
    "print([{0} for n in rows if {0}])",
)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(program, "p", "exec"), {})
        except (LookupError, TypeError, AttributeError, AssertionError) as error:
            print(error)
    return out.getvalue()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_programs_print_the_same_afterwards(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(STATEMENTS))
    count = shape.count("{0}")
    parts = [data.draw(expressions()) for _ in range(count)]
    statement = shape
    for part in parts:
        statement = statement.replace("{0}", part, 1)
    program = textwrap.dedent(PROGRAM).format(statement=statement)
    source = parse(program.encode())
    assert source is not None
    function = next(n for n in source.tree.body if getattr(n, "name", "") == "run")
    every = [n for n in ast.walk(function) if isinstance(n, ast.expr)]
    draw = random.Random(data.draw(st.integers(0, 1000)))
    before = printed(program)
    for node in draw.sample(every, min(6, len(every))):
        for way in (extract_variable, extract_expression, extract_constant):
            span = Span(source.start(node), source.end(node))
            result = way(language("python"), Text(program.encode()), span)
            if not result.refusal:
                after = apply(program.encode(), result.edits).decode()
                assert printed(after) == before, after
