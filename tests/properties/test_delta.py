"""Only what a change brings is told: old problems stay old when lines move or names change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from text_strategies import edits_in, strings

from redline.core.checks.delta import Problem, line_map, new_problems
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

OLD = Problem("a.py", 3, "F401", "`os` imported but unused", "import os")


def test_a_problem_that_only_moved_is_an_old_one() -> None:
    moved = Problem("a.py", 9, "F401", "`os` imported but unused", "import os")
    assert new_problems([OLD], [moved], {}) == ()
    assert new_problems([OLD], [moved, moved], {}) == (moved,)
    assert new_problems([], [OLD], {}) == (OLD,)
    assert new_problems([OLD], [], {}) == ()


def test_a_problem_about_a_renamed_thing_is_known_by_its_line() -> None:
    renamed = Problem("a.py", 5, "F401", "`other` imported but unused", "import other")
    assert new_problems([OLD], [renamed], {"a.py": {3: 5}}) == ()
    assert new_problems([OLD], [renamed], {"a.py": {3: 4}}) == (renamed,)
    another = Problem("a.py", 5, "E999", "other", "import other")
    assert new_problems([OLD], [another], {"a.py": {3: 5}}) == (another,)


@given(st.data(), strings)
def test_lines_that_are_not_touched_are_found_where_they_went(
    data: st.DataObject, before: str
) -> None:
    text = Text.of(before)
    made = data.draw(edits_in(text.data, 3))
    after = Text(edits.apply(text.data, made))
    found = line_map(text.line_starts, made, after.line_starts)
    assert set(found) == set(range(1, text.line_count + 1))
    assert all(1 <= line <= after.line_count for line in found.values())


def test_lines_below_an_insertion_move_down() -> None:
    text = Text(b"one\ntwo\nthree\n")
    made = [Edit(Span(4, 4), b"new\nnew\n")]
    after = Text(edits.apply(text.data, made))
    assert line_map(text.line_starts, made, after.line_starts) == {1: 1, 2: 4, 3: 5, 4: 6}
