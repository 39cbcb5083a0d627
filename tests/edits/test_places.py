"""Where an edit goes: diffs of several files, blocks, definitions, paths, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters.grammars import load
from redline.core.edits import paths, unified, whole
from redline.core.edits.blocks import Block, blocks_of
from redline.core.edits.replace import replace_text
from redline.core.edits.symbol import replace_symbol
from redline.core.text.edits import apply
from redline.core.text.text import Text

LANGUAGES = load(worker=True)


def edited(text: str, search: str, new: str, language: str = "python") -> str:
    done = replace_text(Text.of(text), search, new, language)
    return done.refusal or apply(text.encode(), done.edits).decode()


def test_lines_that_both_texts_have_keep_their_bytes() -> None:
    text = "a = 1  \r\nb = 2\t\nc = 3\n"
    assert edited(text, "a = 1\nb = 2\nc = 3\n", "a = 1\nb = 20\nc = 3\n") == (
        "a = 1  \r\nb = 20\t\nc = 3\n"
    )


def test_a_replacement_is_indented_as_the_file_is() -> None:
    text = "class A:\n\tdef f(self):\n\t\treturn 1\n"
    search = "def f(self):\n    return 1\n"
    new = "def f(self):\n    if self:\n        return 2\n    return 1\n"
    assert edited(text, search, new) == (
        "class A:\n\tdef f(self):\n\t\tif self:\n\t\t\treturn 2\n\t\treturn 1\n"
    )


@pytest.mark.parametrize(
    ("text", "search", "new", "why"),
    [
        ("  a\n    a\n", "\ta\n", "\tb\n", "occurs 2 times, at lines 1, 2"),
        ("total = 1\n", "tal", "x", "only within a longer word"),
        ("x = 1\ny = 2\n", "x = 1\ny", "x = 2\ny", "begins or ends within a line"),
        ("    x = 1\n", "x = 1", "    x = 2", "begins without the indentation"),
        ("def f():\n    x = 1\n", "x = 1", "if a:\n    x = 1", "how deep the new lines are"),
        ("x = 1\n", "x = 1", "x = 2\n>>>>>>> REPLACE", "a mark of a block"),
        ("x = 1\n", "x = 1\n# ... rest\n", "x = 2\n", "stands for code that is left out"),
        ('s = "\u201c"\n', "s = '\"'", "s = 2", "does not occur"),
        ("x = 1\n", " x = 1 ", "", "deleted only where the search text is exact"),
    ],
)
def test_what_is_not_sure_is_refused(text: str, search: str, new: str, why: str) -> None:
    assert why in edited(text, search, new)


YAML = "env:\n  a: 1\njobs:\n  - x\n"


@pytest.mark.parametrize(
    ("language", "text", "old", "new", "refused"),
    [
        ("yaml", YAML, "  a: 1", "  a: 1\nb: 2", True),
        ("yaml", YAML, "  a: 1", "  a: 1\n\nb: 2", False),
        ("yaml", YAML, "  a: 1", "  a: 1\n\nb:\n  c: 2", False),
        ("yaml", "a:\n  b: 1\nc: 2\n", "c: 2", "d: 5", False),
        ("python", "if a:\n    b()\n", "    b()", "    b()\nc()", True),
        ("python", "if a:\n    b()\n", "    b()", "    b()\n\nc()", False),
        ("toml", "[a]\n  b = 1\n", "  b = 1", "  b = 1\nc = 2", False),
    ],
)
def test_a_line_that_may_have_lost_its_depth_ends_no_block(
    language: str, text: str, old: str, new: str, refused: bool
) -> None:
    done = replace_text(Text.of(text), f"{old}\n", f"{new}\n", language)
    assert ("right below an indented block" in done.refusal) == refused
    assert apply(text.encode(), done.edits).decode() == (
        text if refused else text.replace(old, new, 1)
    )


def test_an_empty_file_is_filled() -> None:
    assert edited("", "", "x = 1\n") == "x = 1\n"
    assert "is empty" in edited("y = 1\n", "", "x = 1\n")


def test_marks_of_a_conflict_that_stand_in_the_file_are_text() -> None:
    text = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> topic\n"
    assert edited(text, text, "x = 2\n") == "x = 2\n"


DIFF = """\
--- a/a.py
+++ b/a.py
@@ -90,2 +90,2 @@ def f():
 x = 1
-y = 2
+y = 3
@@ -1 +1 @@
-first = 0
+first = 1
--- a/b.py
+++ b/b.py
@@ -1,2 +1,3 @@
 z = 1
+w = 2

 v = 3
"""


def test_a_diff_has_its_files_and_hunks() -> None:
    files, problem = unified.read_diff(DIFF)
    assert problem == ""
    assert [(each.old, each.new, len(each.hunks)) for each in files] == [
        ("a/a.py", "b/a.py", 2),
        ("a/b.py", "b/b.py", 1),
    ]
    text = Text(b"first = 0\nx = 1\ny = 2\n")
    done = unified.laid(text, files[0].hunks)
    assert apply(text.data, done.edits) == b"first = 1\nx = 1\ny = 3\n"
    other = Text(b"z = 1\n\nv = 3\n")
    assert apply(other.data, unified.laid(other, files[1].hunks).edits) == (
        b"z = 1\nw = 2\n\nv = 3\n"
    )


def test_a_removed_line_that_looks_like_a_head_is_a_line() -> None:
    diff = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,1 @@\n SELECT 1;\n--- old remark\n"
    files, problem = unified.read_diff(diff)
    assert problem == ""
    text = Text(b"SELECT 1;\n-- old remark\n")
    assert apply(text.data, unified.laid(text, files[0].hunks, "sql").edits) == b"SELECT 1;\n"


def test_every_path_of_a_diff_is_known_to_the_rules() -> None:
    assert paths.named_paths({"diff": DIFF}) == (
        "a/a.py",
        "a.py",
        "b/a.py",
        "a/b.py",
        "b.py",
        "b/b.py",
    )
    block = ".git/config\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"
    assert paths.named_paths({"diff": block}) == (".git/config",)
    assert paths.named_paths({"path": ".git\\config"}) == (".git\\config", ".git/config")
    assert paths.named_paths({"path": "./.git/./config"}) == ("./.git/./config", ".git/config")


def test_blocks_are_read_when_they_are_well_formed() -> None:
    text = "a.py\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n"
    assert blocks_of(text) == ((Block("a.py", "x\n", "y\n"),), "")
    assert blocks_of(text.replace("=======\n", ""))[1].startswith("line 6 of the blocks")
    assert blocks_of(text.replace(">>>>>>> REPLACE\n", ""))[1] == "the last block is not closed"


def test_a_side_of_a_diff_is_dropped_only_where_that_is_plain() -> None:
    known = {"x.py", "b/x.py", "b/only.py"}.__contains__
    assert "name one of them" in paths.of_diff("", "b/x.py", known)[1]
    assert paths.of_diff("a/x.py", "b/x.py", known) == ("x.py", "")
    assert paths.of_diff("", "b/only.py", known) == ("b/only.py", "")
    assert "names two files" in paths.of_diff("a/x.py", "b/only.py", known)[1]


@pytest.mark.parametrize(
    ("language", "text", "name", "new", "after"),
    [
        (
            "javascript",
            "// one\nclass A {\n  f() {\n    return 1;\n  }\n}\n",
            "A.f",
            "f() {\n  return 2;\n}\n",
            "// one\nclass A {\n  f() {\n    return 2;\n  }\n}\n",
        ),
        (
            "javascript",
            "/** Adds. */\nfunction add(a, b) {\n  return a + b;\n}\n",
            "add",
            "/** Sums. */\nfunction add(a, b) {\n  return b + a;\n}\n",
            "/** Sums. */\nfunction add(a, b) {\n  return b + a;\n}\n",
        ),
        (
            "go",
            "package a\n\n// Add adds.\nfunc Add(a int) int {\n\treturn a\n}\n",
            "Add",
            "func Add(a int) int {\n\treturn a + 1\n}\n",
            "package a\n\n// Add adds.\nfunc Add(a int) int {\n\treturn a + 1\n}\n",
        ),
        (
            "rust",
            "#[inline]\nfn add(a: i32) -> i32 {\n    a\n}\n",
            "add",
            "fn add(a: i32) -> i32 {\n    a + 1\n}\n",
            "#[inline]\nfn add(a: i32) -> i32 {\n    a + 1\n}\n",
        ),
    ],
)
def test_a_definition_is_replaced_whole(
    language: str, text: str, name: str, new: str, after: str
) -> None:
    found = LANGUAGES.named(language)
    assert found is not None
    done = replace_symbol(found, Text.of(text), name, new)
    assert done.refusal == ""
    assert apply(text.encode(), done.edits).decode() == after


def test_members_may_not_be_left_out_of_a_class() -> None:
    found = LANGUAGES.named("python")
    assert found is not None
    text = Text(b"class A:\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n")
    done = replace_symbol(found, text, "A", "class A:\n    def f(self):\n        return 1\n")
    assert "leaves out A.g" in done.refusal


def test_a_whole_file_that_loses_most_of_its_lines_must_say_so() -> None:
    text = Text(b"".join(b"line_%d = %d\n" % (at, at) for at in range(20)))
    few = "line_0 = 0\nline_1 = 1\n"
    assert "leaves out 18 of 20 lines" in whole.rewritten(text, few, "python").refusal
    done = whole.rewritten(text, few, "python", shorter=True)
    assert apply(text.data, done.edits).decode() == few


LINES = st.lists(st.sampled_from(["a = 1", "  b = 2", "\tc", "", "    d(x)", "}"]), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@settings(max_examples=300, deadline=None)
@given(LINES, ENDS, st.data())
def test_an_edit_changes_nothing_but_its_place(
    lines: list[str], end: str, data: st.DataObject
) -> None:
    """Whatever is asked for: bytes before and after the one place that was quoted stay."""
    text = "".join(f"{line}{end}" for line in lines)
    first = data.draw(st.integers(0, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    search = "".join(f"{line}\n" for line in lines[first:last])
    done = replace_text(Text.of(text), search, "new = 1\n")
    if done.refusal:
        return
    after = apply(text.encode(), done.edits).decode()
    head = "".join(f"{line}{end}" for line in lines[:first])
    tail = "".join(f"{line}{end}" for line in lines[last:])
    assert after.startswith(head)
    assert after.endswith(tail)
    assert after[len(head) : len(after) - len(tail)].strip() == "new = 1"
