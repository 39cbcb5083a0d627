"""Lines of code as tokens: nothing is lost that a suggestion needs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redline.core.inline.builtin.tokens import (
    Lexer,
    Line,
    Place,
    break_of,
    family_of,
    indent_after,
    lexed,
    opening,
    shape,
)

PYTHON, TYPESCRIPT = family_of("python"), family_of("typescript")
assert PYTHON is not None and TYPESCRIPT is not None


def test_tokens_hold_the_white_space_before_them() -> None:
    assert lexed(b"x  = f('a b', 1.5)", b"", PYTHON) == (
        (b"x", b"  =", b" f", b"(", b"'a b'", b",", b" 1.5", b")"),
        b"",
    )


def test_comments_are_no_tokens() -> None:
    assert lexed(b"x = 1  # why", b"", PYTHON) == ((b"x", b" =", b" 1"), b"")
    assert lexed(b"a /* b */ + c // d", b"", TYPESCRIPT) == ((b"a", b" +", b" c"), b"")


def test_the_inside_of_texts_and_comments_of_several_lines_is_left_out() -> None:
    source = b'def f():\n    """One\n    two."""\n    return 1\n'
    assert list(Lexer(PYTHON).lines(source)) == [
        Line(b"\n0+", (b"def", b" f", b"(", b")", b":")),
        Line(b"\n0+    ", (b'"""',)),
        Line(b"\n0~", (b'"""',)),
        Line(b"\n0+", (b"return", b" 1")),
    ]
    source = b"/*\n * a\n */\nlet b = `c\n  d`;\n"
    assert list(Lexer(TYPESCRIPT).lines(source)) == [
        Line(b"\n0+", (b"let", b" b", b" =", b" `")),
        Line(b"\n0~", (b"`", b";")),
    ]


def test_a_break_says_how_many_lines_were_empty_and_where_the_next_begins() -> None:
    source = b"class A:\n\n    x = 1\n\n\n\ndef f():\n"
    assert [line.break_ for line in Lexer(PYTHON).lines(source)] == [b"\n0+", b"\n1+    ", b"\n2-4"]


def test_names_and_literals_have_a_shape_keywords_keep_their_own() -> None:
    assert shape((b"if", b" not", b" Foo", b".", b"bar", b"(", b"'x'", b",", b" 3", b")")) == (
        b'if not A . a ( " , 0 )'
    )


@given(st.text(" \t", max_size=9).map(str.encode), st.text(" \t", max_size=9).map(str.encode))
def test_a_break_leads_back_to_the_indentation(before: bytes, indent: bytes) -> None:
    place = Place(b"", before, 1)
    assert break_of(place, indent).startswith(opening(place))
    assert indent_after(break_of(place, indent), before) == indent


@given(st.text(st.characters(exclude_characters="#\n\r\"'`"), max_size=60))
def test_tokens_joined_are_the_line(line: str) -> None:
    bare = line.strip(" \t").encode("utf-8", "surrogatepass")
    assert b"".join(lexed(bare, b"", PYTHON)[0]) == bare


@given(st.binary(max_size=200), st.sampled_from(["python", "typescript", "css", "lua"]))
def test_any_bytes_can_be_read(data: bytes, language: str) -> None:
    family = family_of(language)
    assert family is not None
    lines = list(Lexer(family).lines(data))
    assert all(line.tokens for line in lines)
    assert lines == list(Lexer(family).lines(data))
