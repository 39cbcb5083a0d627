"""New lines that may have lost the depth they had are refused; those that say it are written."""

from __future__ import annotations

import pytest

from redline.core.edits.replace import replace_text
from redline.core.text.edits import apply
from redline.core.text.text import Text

LONG = "def f(a,\n      b):\n    x = 1\n    return x\n\n\ndef g():\n    pass\n"
DEEP = "class A:\n    def f(self):\n        if a:\n            b()\n            c()\n        d()\n"
SHELL = "if a; then\n  b\nelse\n  c\nfi\nfor x in y; do\n  z\ndone\n"
LUA = "local function f(a)\n  b()\n  c()\nend\nrepeat\n  q()\nuntil x\n"
ENUM = "enum Size {\n    Small,\n    Large,\n}\n"
LIST = "if a:\n    kinds = [\n        'b',\n        'c',\n    ]\nd()\n"


def edited(text: str, search: str, new: str, language: str) -> str:
    done = replace_text(Text.of(text), search, new, language)
    return done.refusal or apply(text.encode(), done.edits).decode()


@pytest.mark.parametrize(
    ("language", "text", "search", "new", "why"),
    [
        # Of the lines quoted only the first is indented in the file.
        ("python", LONG, "return x\n\n\ndef g():", "return x\ny()\n\n\ndef g():", "not plain how"),
        ("", "X:\n  x\n\nY:\n", "x\n\nY:\n", "x\nxx\n\nY:\n", "not plain how"),
        ("", "X:\n  x\n\nY:\n", "x \n\nY:\n", "x \nxx\n\nY:\n", "cannot be indented"),
        # The first line now stood deeper, the quote's first did not.
        ("python", DEEP, "if a:\n            b()\n", "b()\n", "not plain how"),
        ("lua", "  a\n  end\nend\nb\n", "end\nend\nb", "end\nb", "not plain how"),
        # A part of the indentation is no indentation.
        ("lua", "  end\nend\n", " end\nend\n", "end\n", "begins without the indentation"),
        # Lines that stay are indented as the file is, and the quote is not.
        (
            "python",
            DEEP,
            "        b()\n        c()\n    d()\n",
            "        c()\n        d()\n",
            "cannot be indented",
        ),
        ("python", LONG, "    return x\n", "    return x\ny()\n", "right below an indented"),
        ("bash", SHELL, "  b\n", "  b\nb2\n", "stands at the margin"),
        ("bash", SHELL, "  c\n", "  c\nc2\n", "stands at the margin"),
        ("bash", SHELL, "  z\n", "  z\nz2\n", "stands at the margin"),
        ("lua", LUA, "  q()\n", "  q()\nq2()\n", "stands at the margin"),
        ("html", "<ul>\n  <li>\n</ul>\n", "  <li>\n", "  <li>\n<li>\n", "stands at the margin"),
        ("rust", ENUM, "    Small,\n", "One,\nTwo,\n    Small,\n", "stands at the margin"),
        ("rust", ENUM, "enum Size {\n", "enum Size {\nOne,\n", "stands at the margin"),
        ("lua", LUA, "  b()\n  c()\nend\n", "a()\n  b()\n  c()\nend\n", "stands at the margin"),
        # What was in a block is level with its head, or the block has nothing left in it.
        (
            "python",
            LIST,
            "if a:\n    kinds = [\n        'b',\n        'c',\n    ]\n",
            "kinds = [\n'b',\n'c',\n]\n",
            "nothing in it says why",
        ),
        ("python", "# x\nb()\nc()\n", "b()\nc()\n", "if a:\nb()\nc()\n", "opens a block"),
        (
            "python",
            "class A:\n    def f(self):\n        b()\n\n        c()\n",
            "        b()\n",
            "    for x in y:\n        b()\n",
            "no deeper than the one above",
        ),
        (
            "c",
            "typedef struct {\n    int x;\n} point;\n",
            "typedef struct {\n    int x;\n} point;\n",
            "part();\nint x;\n} point;\n",
            "nothing in it says why",
        ),
        ("html", "<html>\n  <head>\n", "  <head>\n", "<b/>\n  <head>\n", "at the margin"),
        # One blank less than the lines around.
        ("c", "{\n  a();\n  b();\n}\n", "  b();\n", " c();\n  b();\n", "one blank less deep"),
        (
            "c",
            "{\n  a {\n    x();\n  }\n}\n",
            "    x();\n",
            "    x();\n   y();\n",
            "one blank less deep",
        ),
        # Line ends of an old kind tell lines apart too.
        ("python", "a\rif b:\r    c\rd\r", "d\n", "if b:\n\td\n", "the replacement by tabs"),
        ("markdown", "```\na\n```\nb\nc\n", "a\n```\nb", "a\nb\n```", "a Markdown fence"),
    ],
)
def test_lines_that_may_have_lost_their_depth_are_refused(
    language: str, text: str, search: str, new: str, why: str
) -> None:
    assert why in edited(text, search, new, language)


@pytest.mark.parametrize(
    ("language", "text", "search", "new"),
    [
        ("python", LONG, "    return x\n\n\ndef g():", "    return x\n\n\ndef h():"),
        ("python", LONG, "    x = 1\n", "    if a:\n        x = 1\n"),
        ("python", DEEP, "        if a:\n            b()\n            c()\n", "        b()\n"),
        ("bash", SHELL, "  b\n", "  b\n  b2\n"),
        ("c", "if (a) {\n  b();\n  c();\n}\n", "if (a) {\n  b();\n  c();\n}\n", "b();\nc();\n"),
        ("html", "<br/>\n  <b>\n", "<br/>\n", "<br/>\n<i/>\n"),
        ("bash", SHELL, "fi\nfor x in y; do\n", "fi\necho\nfor x in y; do\n"),
        ("rust", ENUM, "    Small,\n", "    One,\n    Two,\n    Small,\n"),
        ("rust", ENUM, "enum Size {\n    Small,\n", "enum Size {\n// Empty.\n    Small,\n"),
        ("python", "b()\nc()\n", "b()\nc()\n", "if a:\n    b()\nc()\n"),
        ("python", "b()\nc()\n", "b()\n", "with the following:\n\nb()\n"),
        ("c", "{\n  a();\n  b();\n}\n", "  a();\n", "  a(1,\n    2);\n  c();\n"),
        ("c", "{\n  a();\n}\n", "{\n", "/* One.\n * Two.\n */\n{\n"),
        ("markdown", "```\na\n```\nb\nc\n", "a\n```\nb\nc\n", "a\nb\n```\nc\n"),
    ],
)
def test_lines_that_say_their_depth_are_written(
    language: str, text: str, search: str, new: str
) -> None:
    assert edited(text, search, new, language) == text.replace(search, new, 1)


def test_a_first_line_without_its_indentation_gets_that_of_the_file() -> None:
    search, new = "b()\n            c()\n", "b2()\n            c()\n"
    assert edited(DEEP, search, new, "python") == DEEP.replace("b()", "b2()", 1)
    search, new = "return x\n\n\ndef g():\n", "return x\n\n\ndef h():\n"
    assert edited(LONG, search, new, "python") == LONG.replace("def g", "def h")


def test_lines_put_in_a_block_go_by_the_quote_where_a_new_line_says_so() -> None:
    search, new = "b()\nc()\n", "if x:\n    b()\n    c()\n"
    text = "class A:\n        b()\n        c()\n"
    assert edited(text, search, new, "python") == (
        "class A:\n        if x:\n            b()\n            c()\n"
    )
