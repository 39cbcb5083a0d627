"""Extracted functions: the text as it should be, programs that print the same, refusals.

In the sources a line that ends in `#<` is selected; the mark is taken off before use.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refactor_languages import language

from redline.core.index.extract import parse
from redline.core.refactor.extract.function import extract_function
from redline.core.refactor.result import Refactored
from redline.core.text.edits import apply, invert
from redline.core.text.text import Text


def cases(file: str) -> dict[str, str]:
    """The parts of a file by their titles, the lines that begin `== `."""
    whole = (Path(__file__).parent / file).read_text("utf-8")
    parts = re.split(r"^== ", whole, flags=re.MULTILINE)[1:]
    return dict(part.split("\n", 1) for part in parts)


PROGRAMS = cases("extract_programs.txt")
REFUSALS = cases("extract_refusals.txt")


def marked(source: str) -> tuple[Text, tuple[int, int]]:
    rows = [at for at, line in enumerate(source.splitlines(), 1) if line.endswith("#<")]
    return Text.of(re.sub(r"[ ]*#<(?=\r?$)", "", source, flags=re.M)), (rows[0], rows[-1])


def extract(source: str, name: str = "") -> tuple[Text, str, Refactored]:
    text, lines = marked(source)
    python = language("python")
    done = extract_function(python, parse(python, text), text, lines, name)
    return text, apply(text.data, done.edits).decode(), done


def run(source: str) -> list[str]:
    printed: list[str] = []
    scope = {"print": lambda *args: printed.append(repr(args)), "__name__": "program"}
    exec(compile(source, "program", "exec"), scope)
    return printed


@pytest.mark.parametrize("title", PROGRAMS)
def test_the_program_prints_the_same(title: str) -> None:
    before, after, done = extract(PROGRAMS[title], "taken_out")
    assert not done.refusal
    assert "taken_out(" in after
    assert run(after) == run(before.decode()), after
    assert apply(after.encode(), invert(before.data, done.edits)) == before.data


CASES = [
    ("a function above, two lines apart", "", """\
import os


# Adds.
@decorated
def f(a, b):
    # first
    c = a + b  #<
    # second
    d = c * 2  #<

    return d
""", """\
import os


def _extracted(a, b):
    c = a + b
    # second
    d = c * 2
    return d


# Adds.
@decorated
def f(a, b):
    # first
    d = _extracted(a, b)

    return d
"""),
    ("a method below, one line apart", "work", """\
class A:
    def f(self, x: int):
        y = self.k * x  #<
        return y

    def g(self):
        pass
""", """\
class A:
    def f(self, x: int):
        y = self.work(x)
        return y

    def work(self, x: int):
        y = self.k * x
        return y

    def g(self):
        pass
"""),
    ("the last method of a tight class", "work", """\
class A:
    def f(self):
        print(self)  #<
    def g(self): pass
x = 1
""", """\
class A:
    def f(self):
        self.work()

    def work(self):
        print(self)

    def g(self): pass
x = 1
"""),
    ("a classmethod stays one", "work", """\
class A:
    @classmethod
    def f(cls):
        print(cls)  #<
        # still f
""", """\
class A:
    @classmethod
    def f(cls):
        cls.work()
        # still f

    @classmethod
    def work(cls):
        print(cls)
"""),
    ("a statement of several lines, partly chosen", "work", """\
def f(a):
    b = g(
        a,  #<
    )
    return b
""", """\
def work(a):
    b = g(
        a,
    )
    return b


def f(a):
    b = work(a)
    return b
"""),
    ("a comment chosen above, none that is not", "work", """\
def f(a):
    # not this
    # this  #<

    b = a  #<
    return b
""", """\
def work(a):
    b = a
    return b


def f(a):
    # not this
    # this

    b = work(a)
    return b
"""),
    ("comments chosen right above and below go along", "work", """\
def f(a):
    # why  #<
    b = a  #<
    # so  #<
    return b
""", """\
def work(a):
    # why
    b = a
    # so
    return b


def f(a):
    b = work(a)
    return b
"""),
    ("the name is numbered when it is taken", "", """\
def _extracted(): ...


def f(_extracted_2):
    print(_extracted_2)  #<
""", """\
def _extracted(): ...


def _extracted_3(_extracted_2):
    print(_extracted_2)


def f(_extracted_2):
    _extracted_3(_extracted_2)
"""),
    ("one line between definitions becomes two", "work", """\
x = 1
def f():
    print(x)  #<
""", """\
x = 1


def work():
    print(x)


def f():
    work()
"""),
    ("the whole body of the last function, no line end", "work", """\
class A:
    def f(self):
        return self  #<""", """\
class A:
    def f(self):
        return self.work()

    def work(self):
        return self"""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "before", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_text(name: str, before: str, after: str) -> None:
    _, result, done = extract(before, name)
    assert not done.refusal
    assert result == after


def test_line_ends_are_kept() -> None:
    source = "x = 1\r\n\r\n\r\ndef f(a):\r\n    b = a  #<\r\n    return b\r\n"
    _, after, _ = extract(source, "work")
    assert after == (
        "x = 1\r\n\r\n\r\ndef work(a):\r\n    b = a\r\n    return b\r\n\r\n\r\n"
        "def f(a):\r\n    b = work(a)\r\n    return b\r\n"
    )


@pytest.mark.parametrize("title", REFUSALS)
def test_refuses(title: str) -> None:
    before, after, done = extract(REFUSALS[title])
    assert title.partition(": ")[2] in done.refusal
    assert done.refusal
    assert after == before.decode()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("f", "used in this file already, at line 1"),
        ("b", "used in this file already, at line 2"),
        ("two words", "cannot be the name"),
        ("class", "cannot be the name"),
        ("__x", "two underscores"),
    ],
)
def test_a_chosen_name_must_be_free(name: str, why: str) -> None:
    _, _, done = extract("def f(a):\n    b = a  #<\n    return b\n", name)
    assert why in done.refusal


WHOLE = '''\
def g(items, limit=3, *rest, **named):
    """Doc."""
    count = 0
    seen = []
    for index, each in enumerate(items):
        if each in seen:
            continue
        try:
            value = 10 // each
        except ZeroDivisionError:
            value = -1
        else:
            count += 1
        seen.append(value)
        if len(seen) > limit:
            break
    else:
        index = None
    with open_(named) as handle:
        text = handle + str(count)
        pair = [each for each in seen if each != count]
    while count > 0:
        count -= 1
        last = count
        if last == 1:
            text += "!"
    if rest:
        total = sum(rest)
        result = total, text
    else:
        result = text, pair
    return result, seen, count


class open_:
    def __init__(self, named):
        self.named = named

    def __enter__(self):
        label = "/".join(sorted(self.named))
        full = label + "|"
        return full

    def __exit__(self, *ignored):
        return False


for arguments in ([], [1, 2, 0, 5, 5], [3, 3], [7, 8, 9, 10, 11]):
    print(g(arguments), g(arguments, 1, 4, 5, a=1, b=2))
'''
EXPECTED = run(WHOLE)
LINES = WHOLE.count("\n")


@settings(max_examples=400, deadline=None)
@given(first=st.integers(1, LINES), size=st.integers(0, 12))
def test_any_selection_is_refused_or_keeps_the_meaning(first: int, size: int) -> None:
    text, python = Text.of(WHOLE), language("python")
    lines = (first, min(first + size, LINES))
    done = extract_function(python, parse(python, text), text, lines, "")
    after = apply(text.data, done.edits).decode()
    assert bool(done.refusal) != bool(done.edits)
    assert run(after) == EXPECTED, after
