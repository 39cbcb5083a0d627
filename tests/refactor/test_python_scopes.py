"""What a rename leaves behind or confuses in one file, from its syntax."""

from __future__ import annotations

import re

import pytest

from redline.core.refactor.python.dunder_all import exported
from redline.core.refactor.python.scopes import (
    Source,
    clash,
    parse,
    renames_module,
    repeated_aliases,
)
from redline.core.text.edits import apply


def marked(text: str) -> tuple[Source, set[int], str]:
    """The source without its `<>` marks, where the marked names start, and the name."""
    data, starts, name = b"", set[int](), ""
    for part in re.split(r"(<\w+>)", text):
        if part.startswith("<") and part.endswith(">"):
            name = part[1:-1]
            starts.add(len(data))
        data += part.strip("<>").encode() if part.startswith("<") else part.encode()
    source = parse(data)
    assert source is not None
    return source, starts, name


@pytest.mark.parametrize("head", ["", "\ufeff", "\ufeffx = 1; é = 2\r\n", "é = '😀'\r"])
@pytest.mark.parametrize(
    ("text", "strings"),
    [
        ("__all__ = ['foo', \"foo\", 'foot']; <foo> = 1\n", ["foo", "foo"]),
        ("__all__: list[str] = ('''foo''',); from a import <foo>\n", ["foo"]),
        (
            "__all__ = []; __all__ += ['foo']; __all__.extend(['foo'])\ndef <foo>(): ...\n",
            ["foo"] * 2,
        ),
        ("__all__ = ['foo']\nif x:\n    class <foo>: ...\n", ["foo"]),
        ("__all__ = ['foo']; foo = 1\ndef f(<foo>): return <foo>\n", []),
        ("__all__ = ['foo']; foo = 1\nclass A:\n    def <foo>(self): ...\n", []),
        ("__all__ = ['f' 'oo', f'foo', b'foo', '\\x66oo']; <foo> = 1\n", []),
        ("x = ['foo']; <foo> = 1\n", []),
    ],
)
def test_strings_in_all_follow_the_modules_own_name(
    head: str, text: str, strings: list[str]
) -> None:
    source, starts, name = marked(head + text)
    edits = exported(source, starts, name, "bär")
    assert [source.text.slice(edit.span).decode() for edit in edits] == strings
    assert parse(apply(source.text.data, edits)) is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<a> = 1\nb = 2\n", 2),
        ("<a> = 1\ndef f(b):\n    return <a>\n", 2),
        ("<a> = 1\ndef f(b):\n    return b\n", None),
        ("<a> = 1\nprint(b)\n", 2),
        ("def f():\n    <a> = 1\n    return b\nb = 1\n", 3),
        ("def f():\n    <a> = 1\n    def g():\n        b = 1\n        return b\n", None),
        ("class C:\n    def <a>(self): ...\n    def b(self): ...\n", 3),
        ("class C:\n    b = 1\n    def f(self): return <a>\n<a> = 1\n", None),
        ("import b\nfrom x import <a>\n", 1),
        ("import b.c\n<a> = 1\n", 1),
        ("from x import *\n<a>()\n", None),
        ("<a> = [b for b in x]\n", None),
        ("<a> = 1\ny = [<a> for b in x]\n", 2),
        ("<a> = 1\ntry: ...\nexcept E as b: ...\n", 1),
        ("<a> = 1\nx.b = 2\nf(b=1)\n", None),
        ("def f(<a>, *, b): ...\n", 1),
    ],
)
def test_names_that_would_be_confused_are_found(text: str, line: int | None) -> None:
    source, starts, name = marked(text)
    assert clash(source, starts, name, "b") == line


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("import <a>\n", True),
        ("import x.<a> as y\n", True),
        ("from <a> import a\n", True),
        ("from .x.<a> import (\n    a)\n", True),
        ("from a import <a>\n", False),
        ("import a as <a>\n", False),
        ("import b\n<a> = b\n", False),
    ],
)
def test_a_module_is_told_from_a_name(text: str, module: bool) -> None:
    source, starts, _ = marked(text)
    assert renames_module(source, starts) is module


def test_the_first_half_of_an_explicit_offer_is_found() -> None:
    source, starts, name = marked("from x import (b,\n  a   as <a>, a as c, a as a)\n")
    assert repeated_aliases(source, starts, name) == [source.text.data.index(b"a   as")]


@pytest.mark.parametrize("data", [b"def f(:\n", b"# \xe9\n", b"x = '\0'\n", b"(" * 5000])
def test_what_does_not_parse_has_no_source(data: bytes) -> None:
    assert parse(data) is None


def test_a_long_chain_of_operators_is_read() -> None:
    source = parse(b"a = " + b" + ".join([b"a"] * 900))
    if source is not None:
        assert clash(source, {0}, "a", "b") is None
