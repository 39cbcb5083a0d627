"""Filters of drafts: a table of cases for each, and what holds for all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_places import languages, place_of

from redline.core.index.extract import count_errors, parse
from redline.core.inline import shape
from redline.core.inline.filters import (
    brackets,
    chain,
    layout,
    leaks,
    parses,
    repeats,
    suffix,
)
from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.model import Draft
from redline.core.inline.proofs import names
from redline.core.text.edits import Edit
from redline.core.text.text import Span

BODY = "def f(items):\n    first = 1\n    $0\n    return items\n"


def said(verdict: Verdict) -> str | None:
    return None if isinstance(verdict, Dropped) else verdict


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        ("foo($0)", "a, b)", "a, b"),
        ("foo($0)", "a, b", "a, b"),
        ("foo($0)", "bar(a)", "bar(a)"),
        ("foo($0)", "bar(a))", "bar(a)"),
        ("foo(bar($0))", "a))", "a"),
        ("x = [$0]", "1, 2]", "1, 2"),
        ("x = '$0'", "name'", "name"),
        ("x = '$0'", "name", "name"),
        ("x = $0 + total", "items + total", "items"),
        ("x = $0total", "total", None),
        ("foo($0)", ")", None),
        ("x = $0", "a)", "a)"),
        ("foo($0) # é", "a, b)", "a, b"),
        ("x = f($0, key=1)", "a, key=1", "a"),
    ],
)
def test_what_stands_behind_the_cursor_is_cut(source: str, draft: str, left: str | None) -> None:
    assert said(suffix.repeats_suffix(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        (BODY, "return items", None),
        (BODY, "second = 2\n    return items", "second = 2"),
        (BODY, "return first", "return first"),
        ("def f():\n    $0\n\n\ndef g():\n    pass\n", "x = 1\n\n\ndef g():\n    pass", "x = 1"),
        ("if a {\n    $0\n}\n}\n", "}", "}"),
        ("$0", "anything", "anything"),
    ],
)
def test_lines_that_stand_below_are_cut(source: str, draft: str, left: str | None) -> None:
    assert said(suffix.repeats_below(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("a, b", "a, b"),
        ("x = ababababab", None),
        ("x = 'tick tock tick tock tick tock tick tock '", None),
        ("x = 0x0000000000000000", "x = 0x0000000000000000"),
        ("# ----------------------", "# ----------------------"),
        ("a()\na()\na()\nb()", "a()"),
        ("a()\nb()\na()\nb()\na()\nb()", "a()\nb()"),
        ("a()\na()\nb()", "a()\na()\nb()"),
        ("", ""),
    ],
)
def test_circles_are_broken(draft: str, left: str | None) -> None:
    assert said(repeats.circles(draft, place_of(BODY))) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        (BODY, "first = 1", None),
        (BODY, "first = 2", "first = 2"),
        ("    }\n    $0", "}", "}"),
        ("import os\nimport sys\n$0", "import os\nimport sys", None),
        ("import os\nimport sys\n$0", "import os", "import os"),
        ("value = 1\nval$0", "ue = 1", None),
        ("$0", "x = 1", "x = 1"),
    ],
)
def test_the_line_above_is_not_said_again(source: str, draft: str, left: str | None) -> None:
    assert said(repeats.copies(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("source", "draft", "known", "left"),
    [
        ("ite$0", "ms", False, "ms"),
        ("ite$0", " = 1", False, None),
        ("ite$0", ".x", False, None),
        ("items$0", ".x", True, ".x"),
        ("x = 12$0", " + 1", False, " + 1"),
        ("x = $0", "1", False, "1"),
    ],
)
def test_half_a_word_is_completed(source: str, draft: str, known: bool, left: str | None) -> None:
    assert said(repeats.completes(draft, place_of(source), known=known)) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        (BODY, "x = 1", "x = 1"),
        (BODY, "    x = 1", "x = 1"),
        ("def f():\n$0", "    x = 1", "    x = 1"),
        ("def f():\n$0", "x = 1", None),
        ("def f():\n  $0", "    x = 1", "  x = 1"),
        ("def f():\n    if a:\n    $0", "        x = 1", "    x = 1"),
        ("def f():\n    if a:\n    $0", "x = 1", None),
        ("def f():\n    if a:\n        b()\n$0", "    c()", "    c()"),
        ("def f():\n    if a:\n        b()\n$0", "      c()", None),
        ("x = foo(\n    $0", "        a,", "        a,"),
        ("def f():\n\tx = 1\n\t$0", "if a:\n        b()", "if a:\n\t\tb()"),
        ("$0", "x = 1", "x = 1"),
    ],
)
def test_lines_begin_where_the_others_do(source: str, draft: str, left: str | None) -> None:
    assert said(layout.indented(draft, place_of(source))) == left


def test_where_a_line_begins_is_no_law_with_braces() -> None:
    place = place_of("function f() {\n    a();\n   $0\n}\n", "typescript")
    assert layout.indented("b();", place) == "b();"


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        (BODY, "if a:\n        b()\n    c()", "if a:\n        b()\n    c()"),
        (BODY, "a()\ndef g():\n    pass", "a()"),
        (BODY, "a()\n\n\ndef g():", "a()"),
        ("def f():$0", "\n    a()\nb()", "\n    a()"),
        ("def f():$0", "\na()", None),
        ("x = 1\n$0", "y = 2\nz = 3", "y = 2\nz = 3"),
    ],
)
def test_a_block_ends_where_it_ends(source: str, draft: str, left: str | None) -> None:
    assert said(layout.scoped(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("draft", "wanted", "left"),
    [
        ("a\nb", "line", "a"),
        ("a\nb", "block", "a\nb"),
        ("\nb", "line", None),
        ("a", "line", "a"),
    ],
)
def test_one_line_is_one_line(draft: str, wanted: shape.Shape, left: str | None) -> None:
    assert said(layout.one_line(draft, wanted)) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        ("x = $0", "foo(a)", "foo(a)"),
        ("x = $0", "foo(a))", "foo(a)"),
        ("x = $0", "foo(a", "foo"),
        ("x = $0", ")", None),
        ("x = (a, $0", "b)", "b)"),
        ("x = (a, $0)", "b)", "b"),
        ("x = (a, $0", "b]", "b"),
        ("x = $0", "'(' + a", "'(' + a"),
        ("x = $0", "1  # :)", "1  # :)"),
        ("x = foo(\n    a,\n    $0", "b)", "b)"),
        ('"""(((\n"""\nx = $0', "a)", "a"),
        ('@f(A={"rem$0', 'ove": ["b"]})', 'ove": ["b"]})'),
        ('@f(A={"rem$0', 'ove": ["b"]]})', 'ove": ["b"]'),
        ('@f("rem$0")', 'ove", key=1', 'ove", key=1'),
        ("x = (a, (b, $0)", "c))", "c)"),
    ],
)
def test_brackets_are_balanced(source: str, draft: str, left: str | None) -> None:
    assert said(brackets.unbalanced(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("x = 1", "x = 1"),
        ("x = 1<|endoftext|>y", "x = 1"),
        ("x = 1 <EOT>", "x = 1 "),
        ("<fim_suffix>", None),
        ("x = 1\n```\nmore", "x = 1\n"),
        ("```python\nx = 1\n```", None),
        ("Here is the code:\nx = 1", None),
        ("sure = 1", "sure = 1"),
        ("here = there", "here = there"),
        ("x = a < b > c", "x = a < b > c"),
    ],
)
def test_marks_of_prompts_never_show(draft: str, left: str | None) -> None:
    assert said(leaks.leaked(draft, place_of(BODY))) == left


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("x = 1\n    # your code here", "x = 1"),
        ("# ... existing code ...", None),
        ("pass  # rest of the function", None),
        ("x = code", "x = code"),
    ],
)
def test_stand_ins_never_show(draft: str, left: str | None) -> None:
    assert said(leaks.stand_ins(draft, place_of(BODY))) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        ("x = $0", "'a\u200bb'", None),
        ("x = $0", "'é'", "'é'"),
        ("x = $0", "'\u202e'", None),
    ],
)
def test_characters_nobody_sees_never_show(source: str, draft: str, left: str | None) -> None:
    assert said(leaks.unseen(draft, place_of(source))) == left


@pytest.mark.parametrize(
    ("source", "draft", "left"),
    [
        ("api_key = $0", '"sk-proj-a1b2c3d4e5f6g7h8i9j0k1l2"', None),
        ('token = "ghp_abcdefghij$0', 'klmnopqrstuvwxyz0123456789"', None),
        ("api_key = $0", "load_key()", "load_key()"),
    ],
)
def test_secrets_never_show(source: str, draft: str, left: str | None) -> None:
    assert said(leaks.secret(draft, place_of(source))) == left


@pytest.mark.parametrize(("draft", "left"), [("  \n\t", None), ("x  ", "x"), ("x\n", "x")])
def test_blanks_are_nothing(draft: str, left: str | None) -> None:
    assert said(leaks.blank(draft, place_of(BODY))) == left


@pytest.mark.parametrize(
    ("source", "draft", "broken"),
    [
        (BODY, "x = 1", False),
        (BODY, "x = = 1", True),
        (BODY, "if x:", False),
        ("def f(:\n    pass\nx = $0\n", "1", False),
        ("def f(:\n    pass\nx = 1\n$0\n", "y = (", True),
        ("foo($0", "a)", False),
        ("x = 'a$0", "b'", False),
        ("return $0", "x y", True),
    ],
)
def test_what_breaks_the_parse_is_known(source: str, draft: str, broken: bool) -> None:
    place = place_of(source)
    edit = Edit(Span(place.offset, place.offset), draft.encode())
    found = parses.tried(place.language, place.text, place.tree, edit)
    assert parses.breaks(place.language, place.text, place.tree, edit, found) is broken


CLASS = """import os
from typing import Any as Anything

LIMIT = 10


class Cart:
    size = 3

    def total(self, items, *rest, key=None, **more):
        price = 3
        with open(items) as file:
            $0
        for each in rest:
            pass
        return [inner for inner in items]

    def other(self):
        global shared
        shared = hidden = 1
"""


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("print(os.sep, LIMIT, Anything)", ""),
        ("price += len(rest) + key + more[0]", ""),
        ("file.anything.at_all(other=1)", ""),
        ("each = Cart()", ""),
        ("shared.go()", ""),
        ("fresh = 1; print(fresh)", ""),
        ("x = lambda a, b=1: a + b", ""),
        ("x = [q for q in items if q]", ""),
        ("print(hidden)", "hidden"),
        ("print(size)", "size"),
        ("print(inner)", "inner"),
        ("prin(items)", "prin"),
        ("raise Valueerror(items)", "Valueerror"),
        ("x = {items: nothing}", "nothing"),
    ],
)
def test_unknown_names_are_proved(draft: str, name: str) -> None:
    place = place_of(CLASS)
    edit = Edit(Span(place.offset, place.offset), draft.encode())
    found = parses.tried(place.language, place.text, place.tree, edit)
    assert names.unknown(place.language, found) == name


@pytest.mark.parametrize("line", ["from a import *", "exec(code)", "globals()['x'] = 1"])
def test_nothing_is_proved_where_names_come_from_anywhere(line: str) -> None:
    place = place_of(f"{line}\n$0\n")
    edit = Edit(Span(place.offset, place.offset), b"print(anything)")
    found = parses.tried(place.language, place.text, place.tree, edit)
    assert names.unknown(place.language, found) == ""


@pytest.mark.parametrize(
    ("source", "language", "wanted"),
    [
        ("def f():\n    $0\n", "python", "block"),
        ("def f():\n    $0\n    return 1\n", "python", "line"),
        ("def f():\n    x = 1\n    $0\n", "python", "line"),
        ("def f():$0\n\nx = 1\n", "python", "block"),
        ("def f():$0\n    return 1\n", "python", "line"),
        ("x = {'a':\n     $0", "python", "line"),
        ("if a:\n    $0\nelse:\n    b()\n", "python", "block"),
        ("x = foo($0)\n", "python", "line"),
        ("function f() {\n  $0\n}\n", "typescript", "block"),
        ("function f() {\n  a();\n  $0\n}\n", "typescript", "line"),
        ("func f() {\n\t$0\n}\n", "go", "block"),
    ],
)
def test_bodies_that_are_empty_get_blocks(source: str, language: str, wanted: str) -> None:
    assert shape.shape(place_of(source, language)) == wanted


PIECES = st.sampled_from(
    ["foo", "(", ")", "[", "]", "{", "}", "\n", "    ", "\t", ":", " = ", "'", '"', "return ",
     "x", "é", "<|x|>", "```", "\\", "#", "\r\n", "if ", "𝒳", ","]
)  # fmt: skip
SOURCES = (BODY, CLASS, "x = foo($0)", "$0", "def f():$0", "x = '$0'", "'''\n$0\n'''")


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(SOURCES))
def test_what_comes_through_parses_as_it_did(draft: str, source: str) -> None:
    """By a parse from nothing, for any draft: nothing raises, and no error is added."""
    place = place_of(source)
    found = chain.filtered(Draft(draft), place, shape.shape(place), known=False)
    if found.draft is None:
        return
    assert found.draft.text.strip() and found.draft.text == found.draft.text.rstrip()
    edit = Edit(Span(place.offset, place.offset), found.draft.text.encode())
    made = parses.tried(place.language, place.text, place.tree, edit)
    if not parses.breaks(place.language, place.text, place.tree, edit, made):
        language = languages().named("python")
        assert language is not None
        fresh = parse(language, made.text)
        assert count_errors(fresh) <= count_errors(parse(language, place.text))
