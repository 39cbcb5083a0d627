"""A class that only keeps what it is given becomes a dataclass; any other stays as it is."""

from __future__ import annotations

import pytest
from refactor_languages import language

from redline.core.refactor.convert.to_dataclass import to_dataclass
from redline.core.text.edits import apply
from redline.core.text.text import Text


def done(source: str) -> tuple[str, str]:
    text = Text.of(source)
    result = to_dataclass(language("python"), text, "C")
    return apply(text.data, result.edits).decode(), result.refusal


def test_fields_stand_where_the_init_was() -> None:
    before = '''"""Doc."""

import os


class C(object):
    """A point."""

    KIND = "point"

    def __init__(self, x: int, y, name: str | None = None):
        self.x = x
        self.y = y
        self.name = name

    def size(self):
        return self.x * self.y
'''
    after = '''"""Doc."""

import os
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class C(object):
    """A point."""

    KIND = "point"

    x: int
    y: Any
    name: str | None = None

    def size(self):
        return self.x * self.y
'''
    assert done(before) == (after, "")


def test_it_behaves_as_before() -> None:
    source = (
        "class C:\n    def __init__(self, x, y=(1, 2)):\n        self.x = x\n        self.y = y\n"
        "    def __repr__(self):\n        return f'<{self.x}>'\n"
    )
    program = (
        "\na, b = C(1), C(1, y=3)\nfound = (a.y, b.y, str(a), a == C(1), a == a, len({a, b}))\n"
    )
    after, refusal = done(source)
    assert (refusal, after == source) == ("", False)
    results = []
    for each in (source, after):
        space: dict[str, object] = {}
        exec(compile(each + program, "p", "exec", dont_inherit=True), space)
        results.append(space["found"])
    assert results[0] == results[1]


INIT = "    def __init__(self, a):\n        self.a = a\n"
KEPT = [
    (f"class C(Base):\n{INIT}", "has a base class or a metaclass"),
    (f"@register\nclass C:\n{INIT}", "has a decorator"),
    (f"class C:\n    __slots__ = ('a',)\n{INIT}", "has __slots__"),
    (f"class C:\n    b: int = 1\n{INIT}", "would become fields"),
    (f"class C:\n    a = 1\n{INIT}", "has a as a name of its own"),
    (f"def dataclass(c): pass\nclass C:\n{INIT}", "something else called dataclass"),
    ("class C:\n    def __init__(self, a):\n        self.a = a or 1\n", "does more than"),
    ("class C:\n    def __init__(self, a, b):\n        self.b = b\n        self.a = a\n",
     "does more than"),
    ("class C:\n    def __init__(self, a):\n        self._a = a\n", "does more than"),
    ("class C:\n    def __init__(self, a):\n        self.a = a\n        print(a)\n",
     "does more than"),
    ("class C:\n    def __init__(self, a=[]):\n        self.a = a\n", "the default [] of a"),
    ("class C:\n    def __init__(self, *a):\n        self.a = a\n", "has parameters"),
    ("class C:\n    def __init__(self, a):\n        # why\n        self.a = a\n", "has comments"),
    ("class C:\n    def int(self): pass\n    def __init__(self, a: int):\n        self.a = a\n",
     "means something else"),
    ("class C:\n    pass\n", "no single plain __init__"),
    ("x = 1\n", "there are 0 classes"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "reason"), KEPT)
def test_what_would_change_is_refused(source: str, reason: str) -> None:
    after, refusal = done(source)
    assert (after, reason in refusal) == (source, True), refusal
