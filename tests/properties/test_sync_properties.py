"""The document store: changes in sequence, all or none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_strategies import edits_in, strings

from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.positions import Encoding, Position, Range, range_at
from redline.core.text.sync import ContentChange, SyncProblem, changed, opened
from redline.core.text.text import Text

encodings = st.sampled_from(Encoding)
URI = "file:///a.py"


def rng(start: tuple[int, int], end: tuple[int, int]) -> Range:
    """A range from two (line, column) pairs."""
    return Range(Position(*start), Position(*end))


@settings(max_examples=300, deadline=None)
@given(st.data(), strings, encodings)
def test_changes_apply_in_turn_and_the_edits_say_what_they_did(
    data: st.DataObject, before: str, encoding: Encoding
) -> None:
    document = opened(URI, 1, "python", before)
    text, changes = document.text, []
    for _ in range(data.draw(st.integers(0, 4))):
        edit = data.draw(edits_in(text.data, 1).filter(len))[0]
        new = edit.new.decode("utf-8", "surrogatepass")
        if data.draw(st.integers(0, 5)) == 0:
            changes.append(ContentChange(None, new))
            text = Text(edit.new)
            continue
        # Where an end lies between \r and \n, the range is the nearest there is.
        range_ = range_at(text, edit.span, encoding)
        changes.append(ContentChange(range_, new))
        start = edit.span.start - _between(text, edit.span.start)
        end = edit.span.end - _between(text, edit.span.end)
        text = Text(text.data[:start] + edit.new + text.data[end:])
    outcome = changed(document, 2, changes, encoding)
    assert not isinstance(outcome, SyncProblem), outcome.message
    after, done = outcome
    assert after.text == text and after.version == 2
    assert after.text.line_starts == Text(text.data).line_starts
    replayed = document.text.data
    for edit in done:
        replayed = edits.apply(replayed, [edit])
    assert replayed == text.data and len(done) == len(changes)


def _between(text: Text, at: int) -> int:
    return int(text.data[max(0, at - 1) : at + 1] == b"\r\n")


INVALID = {
    "reversed": (ContentChange(rng((1, 0), (0, 0)), "x"), "reversed"),
    "reversed in its line": (ContentChange(rng((0, 2), (0, 1)), "x"), "reversed"),
    "reversed past the line's end": (ContentChange(rng((0, 90), (0, 80)), "x"), "reversed"),
    "line past the last": (ContentChange(rng((3, 0), (3, 0)), "x"), "past the last line"),
    "column past the last line": (ContentChange(rng((0, 0), (3, 1)), "x"), "past the last line"),
    "end past the last line": (ContentChange(rng((0, 0), (9, 0)), "x"), "past the last line"),
    "inside a surrogate pair": (ContentChange(rng((1, 1), (1, 1)), "x"), "inside a character"),
    "negative": (ContentChange(rng((0, -1), (0, 0)), "x"), "negative"),
}


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_range_changes_nothing_and_says_why(name: str) -> None:
    change, why = INVALID[name]
    document = opened(URI, 1, "python", "abc\n😀\nd")
    good = ContentChange(rng((0, 0), (0, 1)), "z")
    for changes in ([change], [good, change], [change, good]):
        outcome = changed(document, 2, changes, Encoding.UTF16)
        assert isinstance(outcome, SyncProblem)
        assert why in outcome.message
        assert document == opened(URI, 1, "python", "abc\n😀\nd")


@pytest.mark.parametrize("version", [-1, 0, 3, 4])
def test_a_version_that_is_not_newer_is_refused(version: int) -> None:
    document = opened(URI, 4, "python", "abc")
    outcome = changed(document, version, [ContentChange(None, "x")], Encoding.UTF8)
    assert isinstance(outcome, SyncProblem) and "version" in outcome.message


def test_versions_may_leap_and_a_change_may_be_empty() -> None:
    document = opened(URI, 4, "python", "abc")
    outcome = changed(document, 40, [], Encoding.UTF8)
    assert not isinstance(outcome, SyncProblem)
    assert outcome[0].version == 40 and outcome[0].text == document.text and outcome[1] == ()


def test_a_range_counts_in_the_text_after_the_change_before_it() -> None:
    document = opened(URI, 1, "python", "one\ntwo\n")
    changes = [
        ContentChange(rng((0, 0), (1, 0)), ""),
        ContentChange(rng((0, 3), (0, 3)), "!\nthree"),
        ContentChange(rng((1, 0), (1, 5)), "3"),
    ]
    outcome = changed(document, 2, changes, Encoding.UTF16)
    assert not isinstance(outcome, SyncProblem)
    assert outcome[0].text.data == b"two!\n3\n"


def test_a_whole_text_yields_an_edit_of_what_differs() -> None:
    document = opened(URI, 1, "python", "one\ntwo\nthree\n")
    outcome = changed(document, 2, [ContentChange(None, "one\n2\nthree\n")], Encoding.UTF8)
    assert not isinstance(outcome, SyncProblem)
    (edit,) = outcome[1]
    assert isinstance(edit, Edit) and (edit.span.start, edit.span.end, edit.new) == (4, 7, b"2")


def test_a_range_may_end_where_a_line_behind_the_last_would_start() -> None:
    # Neovim's ranges, in a file without a final line end.
    document = opened(URI, 1, "python", "one\ntwo")
    outcome = changed(document, 2, [ContentChange(rng((0, 3), (2, 0)), "\n")], Encoding.UTF8)
    assert not isinstance(outcome, SyncProblem)
    assert outcome[0].text.data == b"one\n"
