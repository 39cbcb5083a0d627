"""Indentation that was quoted otherwise than it stands: carried over by one rule, or not at all."""

from __future__ import annotations

import pytest

from redline.core.edits.indent import carried


def lines(text: str) -> list[bytes]:
    return [line.encode() for line in text.split("\n")]


@pytest.mark.parametrize(
    ("search", "there", "new", "result"),
    [
        ("  a", "  a", "x", "x"),  # quoted as it stands: the new text says its own depth
        ("  a", "  a", "", ""),
        ("a\n    b", "    a\n        b", "a\n        c", "    a\n            c"),  # a shift
        ("a\n b", "  a\n      b", "a\n b2", "  a\n      b2"),  # depth by depth
        ("    a", "\ta", "    a\n        b", "\ta\n\t\tb"),  # blanks to tabs
        ("\ta\n\t\tb", "    a\n        b", "\ta\n\t\t\tc", "    a\n            c"),
        ("a\n        b", "    a\n        b", "a2\n        b", "    a2\n        b"),
    ],
)
def test_one_rule_gives_every_line_its_depth(
    search: str, there: str, new: str, result: str
) -> None:
    assert carried(lines(search), lines(there), lines(new)) == lines(result)


@pytest.mark.parametrize(
    ("search", "there", "new"),
    [
        ("a", "  a", ""),  # nothing new says a depth
        ("a", "    a", "  b"),  # begins at another depth than the quote
        (" a\n b", "  a\n  b", " c"),  # one blank less: a mark of a diff was forgotten
        ("    a\n        b", "        a\n            b", "    a\nc"),  # less deep than the quote
        ("a\nb", "  a\n    b", "c\nd"),  # one depth stands for two
        ("a\n  b", "    a\n        b", "a\n      c"),  # steps of another width, and a third
        ("a", "    a", "a\n    b"),  # that line may have its depth already
        ("    a", "      a", "    a\n       b"),  # a shift, or steps of another width
        ("    a", "\ta", "    a\n      b"),  # half a tab
        ("  a\n    b\n      c", "      a\n    b\n  c", "  a\n    b2"),  # deeper stands less deep
        ("    b\na", "        b\n    a", "    b\n    a"),  # a line that stays has its true depth
        ("a\nb", "    a\nb", "a\nx\nb"),  # all may have lost their depth, or the first alone
    ],
)
def test_lines_with_more_than_one_reading_are_not_moved(search: str, there: str, new: str) -> None:
    assert carried(lines(search), lines(there), lines(new)) is None
