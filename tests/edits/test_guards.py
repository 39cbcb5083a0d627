"""What new text may not bring into a file, each rule by itself."""

from __future__ import annotations

import pytest

from redline.core.edits import unified
from redline.core.edits.replace import replace_text
from redline.core.text.edits import apply
from redline.core.text.text import Text

LINES = "a = 1\nb = 2\n"
BLOCK = "def f():\n    a = 1\n    b = 2\n    c = 3\n"


def edited(text: str, search: str, new: str, language: str = "python") -> str:
    done = replace_text(Text.of(text), search, new, language)
    return done.refusal or apply(text.encode(), done.edits).decode()


@pytest.mark.parametrize(
    ("language", "text", "search", "new", "why"),
    [
        ("python", LINES, "a = 1\n", "a = 1\\n\n", "line ends written as"),
        ("python", LINES, "a = 1\n", "a =\u200b 2\n", "letters that nobody sees"),
        ("python", LINES, "a = 1\n", "a = \u201cx\u201d\n", "typographic quotes"),
        ("python", LINES, "a = 1\n", "a = b &lt; c\n", "HTML entities"),
        ("python", "if a:\n\tb()\n", "\tb()\n", "\tb()\n    c()\n", "the replacement by blanks"),
        (
            "c",
            "\ta();\n  c();\n\tb();\n",
            "  c();\n\tb();\n",
            "  c();\n  b();\n",
            "tabs for blanks",
        ),
        (
            "python",
            BLOCK,
            "    a = 1\n    b = 2\n",
            "    a = 1\n  b = 2\n",
            "nothing in it says why",
        ),
        (
            "python",
            BLOCK,
            "    a = 1\n    b = 2\n    c = 3\n",
            "    a = 1\n        b = 25\n    c = 3\n",
            "changes its depth and its text",
        ),
        ("python", LINES, "<<<<<<< HEAD\nz\n", "x", "marks of a block"),
        ("python", LINES, "z &lt; y and x\n", "x", "written in HTML entities"),
        ("python", LINES, "a = 1\n", "  \n", "The replacement is blank"),
        ("python", LINES, "a = 1\n", "a = 1 ", "nothing would change"),
        ("python", LINES, "a = 1  \n", "a = 1\n", "stands there already"),
        ("python", LINES, "\nb = 2", "c = 2", "begins with a line end"),
        ("python", LINES, "= 1\n", "= 2", "ends in a line end"),
        ("python", "x\n\na = 1\n", "\na = 1\n", "a = 2\n", "begins with a blank line"),
        ("python", "b a\n\ta\n", " a", " c", "occurs 2 times"),
        ("python", "a = 1  \na = 1\n", "a = 1\n", "a = 2\n", "occurs 2 times"),
        ("", "s = \u2018a\u2019\n", "s = 'a'\n", "s = 'b'\n", "The file has typographic"),
        (
            "python",
            'a = "x"\n',
            "a = \u201cx\u201d\n",
            "a = \u2018y\u2019\n",
            "search text has not",
        ),
        (
            "python",
            'a = "x"\nb = "\u201c"\n',
            "a = \u201cx\u201d\n",
            "a = \u201cy\u201d\n",
            "not plain which typographic",
        ),
    ],
)
def test_what_is_no_text_of_the_file_is_refused(
    language: str, text: str, search: str, new: str, why: str
) -> None:
    assert why in edited(text, search, new, language)


@pytest.mark.parametrize(
    ("language", "text", "search", "new"),
    [
        ("python", 's = "a\\n\n"\n', 's = "a\\n\n', 's = "b\\n\n'),
        ("c", "\ta();\n\tb();\n", "\ta();\n", "\t/*\n\t * One.\n\t */\n\ta();\n"),
        ("javascript", "a(\n  b,\n);\nc();\n", "  b,\n);\n", "  b,\n  d,\n);\n"),
        ("python", "s = 'a &lt; b'\n", "a &lt; b", "a &lt;= b"),
        ("python", LINES, "a = 1\n", "a = 1  \n"),
    ],
)
def test_what_is_text_of_the_file_is_written(
    language: str, text: str, search: str, new: str
) -> None:
    assert edited(text, search, new, language) == text.replace(search, new, 1)


def test_code_left_out_of_a_diff_is_refused() -> None:
    files, problem = unified.read_diff("@@\n a = 1\n-b = 2\n+# ... rest unchanged\n")
    assert problem == ""
    done = unified.laid(Text.of(LINES), files[0].hunks, "python")
    assert "stands for code that is left out" in done.refusal


def test_typographic_letters_of_the_quote_are_those_of_a_keyboard() -> None:
    search, new = "a = \u201cx\u201d\nb = 1\n", "a = \u201cx\u201d\nb = 2\n"
    assert edited('a = "x"\nb = 1\n', search, new) == 'a = "x"\nb = 2\n'


def test_what_was_taken_off_is_told() -> None:
    done = replace_text(Text.of(LINES), "1| a = 1\n2| b = 2\n", "1| a = 1\n2| b = 3\n", "python")
    assert (done.refusal, done.notes) == ("", ("line numbers taken off",))
