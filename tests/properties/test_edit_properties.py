"""Laws of edits, for any text and any edits of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from text_strategies import blobs, boundaries, edits_in, line_lists, replacements

from redline.core.agent.drafts import compose
from redline.core.proposal.model import Change
from redline.core.text import edits
from redline.core.text.edits import Edit, EditError
from redline.core.text.matching import unequal
from redline.core.text.positions import Encoding, range_at, span_at
from redline.core.text.text import Span, Text

many = settings(max_examples=300, deadline=None)


@many
@given(st.data(), blobs)
def test_inverted_edits_give_the_text_back(data: st.DataObject, before: bytes) -> None:
    some = data.draw(edits_in(before))
    after = edits.apply(before, some)
    back = edits.invert(before, some)
    assert edits.apply(after, back) == before
    assert edits.apply(before, edits.invert(after, back)) == after


@many
@given(st.data(), blobs)
def test_edits_apply_as_a_cut_from_the_last_to_the_first_does(
    data: st.DataObject, before: bytes
) -> None:
    some = data.draw(edits_in(before))
    expected = before
    for edit in reversed(some):
        expected = expected[: edit.span.start] + edit.new + expected[edit.span.end :]
    assert edits.apply(before, some) == expected
    assert len(expected) == len(before) + sum(edit.growth for edit in some)


@many
@given(st.data(), blobs)
def test_rebased_edits_keep_both_sides_in_either_order(data: st.DataObject, before: bytes) -> None:
    mine, yours = data.draw(edits_in(before, 2)), data.draw(edits_in(before, 2))
    over_yours = edits.rebase(mine, yours)
    over_mine = edits.rebase(yours, mine)
    assert (over_yours is None) == (over_mine is None)
    assume(over_yours is not None and over_mine is not None)
    assert over_yours is not None and over_mine is not None
    both = edits.apply(before, [*mine, *yours])
    assert edits.apply(edits.apply(before, yours), over_yours) == both
    assert edits.apply(edits.apply(before, mine), over_mine) == both


@many
@given(st.data(), blobs)
def test_rebase_refuses_exactly_what_shares_a_byte_or_an_insertion_point(
    data: st.DataObject, before: bytes
) -> None:
    (mine,) = data.draw(edits_in(before, 1).filter(len))
    (yours,) = data.draw(edits_in(before, 1).filter(len))
    bytes_of_mine = set(range(mine.span.start, mine.span.end))
    bytes_of_yours = set(range(yours.span.start, yours.span.end))
    an_insertion = not bytes_of_mine or not bytes_of_yours
    meets = mine.span.start <= yours.span.end and yours.span.start <= mine.span.end
    collides = bool(bytes_of_mine & bytes_of_yours) or (an_insertion and meets)
    assert (edits.rebase([mine], [yours]) is None) == collides


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_overlapping_edits_and_edits_past_the_end_are_refused(
    a: int, b: int, c: int, d: int
) -> None:
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    first, second = sorted((one, other))
    overlap = second.start < first.end
    past = max(one.end, other.end) > 4
    if overlap or past:
        with pytest.raises(EditError):
            edits.apply(b"text", [Edit(one, b"x"), Edit(other, b"y")])
    else:
        edits.apply(b"text", [Edit(one, b"x"), Edit(other, b"y")])


@many
@given(st.data(), blobs)
def test_a_mapped_offset_keeps_the_untouched_bytes_beside_it(
    data: st.DataObject, before: bytes
) -> None:
    some = data.draw(edits_in(before))
    after = edits.apply(before, some)
    for offset in range(len(before) + 1):
        low = edits.map_offset(offset, some, after=False)
        high = edits.map_offset(offset, some, after=True)
        assert 0 <= low <= high <= len(after)
        if not any(edit.span.start <= offset <= edit.span.end for edit in some):
            assert low == high
            assert before[offset : offset + 1] == after[low : low + 1]


def test_an_offset_at_the_end_of_a_replaced_span_stays_at_its_end() -> None:
    some = [Edit(Span(0, 3), b"barbaz"), Edit(Span(5, 5), b"!")]
    assert edits.map_offset(3, some, after=False) == 6
    assert edits.map_offset(3, some, after=True) == 6
    assert edits.map_offset(0, some, after=True) == 0
    assert edits.map_offset(1, some, after=False) == 0
    assert edits.map_offset(1, some, after=True) == 6
    assert (edits.map_offset(5, some, after=False), edits.map_offset(5, some)) == (8, 9)


@many
@given(line_lists, line_lists)
def test_a_diff_applied_to_the_one_text_gives_the_other(one: list[str], other: list[str]) -> None:
    before, after = Text.of("".join(one)), Text.of("".join(other))
    changes = edits.diff(before, after)
    assert edits.apply(before.data, changes) == after.data
    starts = {*before.line_starts, len(before.data)}
    assert all(edit.span.start in starts and edit.span.end in starts for edit in changes)
    assert all(a.span.end < b.span.start for a, b in pairwise(changes))


@many
@given(blobs, blobs)
def test_any_two_texts_have_a_diff(one: bytes, other: bytes) -> None:
    assert edits.apply(one, edits.diff(Text(one), Text(other))) == other


def test_a_diff_of_a_long_text_names_only_the_lines_that_differ() -> None:
    old = [b"%d\n" % at if at % 3 else b"\n" for at in range(20_000)]
    new = [b"first\n", *old[1:10_000], *old[10_006:19_000], b"other\n", *old[19_001:]]
    stretches = list(unequal(old, new))
    assert [rows for rows, _ in stretches] == [(0, 1), (10_000, 10_006), (19_000, 19_001)]


def test_a_gap_too_large_to_compare_is_replaced_whole() -> None:
    old, new = [b"a\n", b"b\n"] * 2_000, [b"b\n", b"a\n"] * 2_000
    assert list(unequal(old, new)) == [((0, 4_000), (0, 4_000))]


@many
@given(st.data(), blobs)
@example(None, b"a\r\n")
def test_a_shrunken_edit_does_the_same_and_has_a_range_in_every_encoding(
    data: st.DataObject | None, before: bytes
) -> None:
    if data is None:
        edit = Edit(Span(0, 3), b"a\n")
    else:
        start, end = sorted(data.draw(st.tuples(*[st.sampled_from(boundaries(before))] * 2)))
        old = before[start:end]
        new = edits.apply(old, data.draw(edits_in(old, 2)))
        edit = Edit(Span(start, end), new)
    small = edits.shrink(before, edit)
    assert edits.apply(before, [small]) == edits.apply(before, [edit])
    assert edit.span.contains(small.span)
    small.new.decode("utf-8", "surrogatepass")
    text = Text(before)
    if any(before[at - 1 : at + 1] == b"\r\n" for at in (edit.span.start, edit.span.end)):
        return  # the edit given has no range itself
    for encoding in Encoding:
        assert span_at(text, range_at(text, small.span, encoding), encoding) == small.span


@given(blobs, replacements, replacements)
def test_nothing_is_left_to_shrink_after_shrinking(
    before: bytes, head: bytes, middle: bytes
) -> None:
    edit = edits.shrink(before, Edit(Span(0, len(before)), head + middle))
    assert edits.shrink(before, edit) == edit
    same = edits.shrink(before, Edit(Span(0, len(before)), before))
    assert len(same.span) == 0 and not same.new


def _changes(some: list[Edit]) -> list[Change]:
    return [Change("file:///a", edit, "because", "computed") for edit in some]


@settings(max_examples=1000, deadline=None)
@given(st.data(), blobs)
def test_composed_changes_do_what_the_two_lists_do_in_turn(
    data: st.DataObject, before: bytes
) -> None:
    earlier = data.draw(edits_in(before))
    middle = edits.apply(before, earlier)
    later = data.draw(edits_in(middle))
    composed = [change.edit for change in compose(_changes(earlier), _changes(later))]
    assert edits.apply(before, composed) == edits.apply(middle, later)
    assert composed == sorted(composed, key=lambda edit: edit.span)


@many
@given(st.data(), blobs)
def test_the_covering_edit_does_what_the_sequence_did(data: st.DataObject, before: bytes) -> None:
    after, sequence = before, []
    for _ in range(data.draw(st.integers(1, 5))):
        for edit in data.draw(edits_in(after, 1)):
            sequence.append(edit)
            after = edits.apply(after, [edit])
    assume(sequence)
    assert edits.apply(before, [edits.covering(sequence, after)]) == after
