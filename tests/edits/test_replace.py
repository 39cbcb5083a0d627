"""Search and replace changes one place or says why not."""

from __future__ import annotations

import pytest

from redline.core.edits.replace import replace_text
from redline.core.text.edits import apply
from redline.core.text.text import Text

FILE = """\
def total(items):
    result = 0
    for item in items:
        result += item
    return result
"""


def after(text: str, search: str, replace: str) -> str:
    done = replace_text(Text.of(text), search, replace, "python")
    assert not done.refusal
    return apply(text.encode(), done.edits).decode()


@pytest.mark.parametrize(
    ("text", "search", "replace", "expected"),
    [
        (FILE, "result = 0", "result = 1", FILE.replace("= 0", "= 1")),
        (FILE, "    result = 0\n", "", FILE.replace("    result = 0\n", "")),
        ("a\r\nb\r\nc\r\n", "a\nb", "a\nx\nb", "a\r\nx\r\nb\r\nc\r\n"),
        ("a\r\nb\r\nc\r\n", "b\n", "y\nz\n", "a\r\ny\r\nz\r\nc\r\n"),
        ("a\r\nb\r\n", "a\r\nb", "q", "q\r\n"),
        ("a\nb\n", "a\r\nb\r\n", "c\r\n", "c\n"),
        ("a\r\nb\r\n", "b", "b\nc", "a\r\nb\r\nc\r\n"),
        ("a\rb\rc", "a\nb", "a\nx", "a\rx\rc"),
        ("mixed\r\nhere\nx\ny\n", "x\ny", "x\nz\ny", "mixed\r\nhere\nx\nz\ny\n"),
        ("größe = 1\nb\n", "größe", "weite", "weite = 1\nb\n"),
        ("s = '…'\n", "'…'", "'...'", "s = '...'\n"),
        ("x = 1\n# existing code\ny\n", "x = 1\n# existing code", "x = 2\n# existing code",
         "x = 2\n# existing code\ny\n"),
        ("def f(): ...\n", "def f(): ...", "def f():\n    ...", "def f():\n    ...\n"),
    ],
)  # fmt: skip
def test_replaces_the_one_place(text: str, search: str, replace: str, expected: str) -> None:
    assert after(text, search, replace) == expected


def refusal(text: str, search: str, replace: str = "new") -> str:
    done = replace_text(Text.of(text), search, replace, "python")
    assert not done.edits
    return done.refusal


def test_an_empty_search_and_a_replacement_that_changes_nothing_are_refused() -> None:
    assert "empty" in refusal(FILE, "")
    assert "nothing would change" in refusal(FILE, "result = 0", "result = 0")
    assert "nothing would change" in refusal("a\r\nb", "a\nb", "a\r\nb")


def test_several_places_are_named_by_line() -> None:
    assert "occurs 3 times, at lines 2, 4, 5" in refusal(FILE, "result")
    assert "occurs 2 times, at lines 1, 1" in refusal("aaa", "aa")
    assert "at lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..." in refusal("x\n" * 12, "x")


@pytest.mark.parametrize(
    ("search", "why"),
    [
        ("\tresult = 0", "The first line of the replacement is indented otherwise"),
        ("result=0", "Line 2 has it with other white space"),
        ("RESULT = 0", "Line 2 has it with other capitals"),
        ("return result\n\n", "Only the search text ends in a blank line"),
        ("    resutl = 0", "The nearest lines are 2: 'result = 0'"),
        ("entirely different", "Nor does anything like it"),
    ],
)
def test_what_is_not_found_comes_with_the_nearest_lines(search: str, why: str) -> None:
    assert why in refusal(FILE, search)


def test_other_quotes_are_named() -> None:
    assert "other quotes" in refusal("x = 'a'\n", 'x = "a"')


@pytest.mark.parametrize(
    "marker",
    [
        "# ... rest unchanged",
        "# existing code",
        "// ... existing code ...",
        "... rest of the file ...",
        "/* ... */",
        "# rest of the function remains the same",
        "<!-- rest of code -->",
        "# ...",
        "// unchanged",
        "{/* existing code */}",
        "    # (rest of class unchanged)",
    ],
)
def test_a_replacement_that_leaves_code_out_is_refused(marker: str) -> None:
    assert "left out" in refusal(FILE, "result = 0", f"result = 1\n{marker}\n")


@pytest.mark.parametrize(
    "line",
    [
        "# keep the rest of the money",
        "# the existing code path is slow, so cache it",
        "# remaining: how many are left",
        "return rest",
        "<restaurant>",
    ],
)
def test_ordinary_comments_are_no_elisions(line: str) -> None:
    assert after(FILE, "    result = 0", f"    result = 1\n    {line}")
