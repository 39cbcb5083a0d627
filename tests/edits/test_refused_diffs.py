"""What is wrong with a diff or a whole file is said, and nothing is changed."""

from __future__ import annotations

import pytest

from redline.core.edits import unified, whole
from redline.core.text.text import Text

LINES = "a = 1\nb = 2\nc = 3\n"
LONG = "".join(f"line_{at} = {at}\n" for at in range(30))


@pytest.mark.parametrize(
    ("diff", "why"),
    [
        ("rename from a\nrename to b\n", "whole files are created"),
        ("Here it is:\n@@\n-a\n+b\n", "is in no hunk"),
        ("--- a/f\n+++ /dev/null\n@@\n-a\n", "use create_file and delete_file"),
        ("--- f\n+++ f\n@@\n a\n", "there is no change"),
        ("@@\n a\n-b\nc\n", "begins with no blank, + or -"),
    ],
)
def test_a_diff_that_cannot_be_read(diff: str, why: str) -> None:
    files, problem = unified.read_diff(diff)
    assert files == ()
    assert why in problem


@pytest.mark.parametrize(
    ("hunks", "why"),
    [
        ("@@\n+d = 4\n", "no line that is in the file"),
        ("@@\n-a = 1\n+a = 1\n", "changes nothing"),
        ("@@\n-a = 9\n+a = 2\n", "does not occur"),
        ("@@\n-a = 1\n+a = 2\n b = 2\n@@\n b = 2\n-c = 3\n+c = 4\n", "another hunk changes too"),
    ],
)
def test_a_hunk_that_cannot_be_laid(hunks: str, why: str) -> None:
    files, problem = unified.read_diff(hunks)
    assert problem == ""
    done = unified.laid(Text.of(LINES), files[0].hunks, "python")
    assert done.edits == ()
    assert why in done.refusal


@pytest.mark.parametrize(
    ("text", "content", "why"),
    [
        (LINES, LINES, "nothing would change"),
        (LINES, "1\ta = 1\n2\tb = 3\n3\tc = 3\n", "a line number before every line"),
        ('a = "x"\nb = 2\n', "a = \u201cx\u201d\nb = 3\n", "typographic letters"),
        ('a = "x"\nb = 2\n', "a = &quot;x&quot;\nb = 3\n", "HTML entities"),
        (LONG, "".join(LONG.splitlines(keepends=True)[:20]), "as if it were cut"),
    ],
)
def test_a_whole_file_that_is_no_file(text: str, content: str, why: str) -> None:
    done = whole.rewritten(Text.of(text), content, "python")
    assert done.edits == ()
    assert why in done.refusal
