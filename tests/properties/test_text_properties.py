"""Laws of texts: lines, the line table through edits, positions in three encodings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_strategies import NO_LINE_ENDS, blobs, boundaries, edits_in, strings

from redline.core.text.positions import (
    Encoding,
    Position,
    PositionError,
    Range,
    offset_at,
    position_at,
    range_at,
    span_at,
    span_near,
    width,
)
from redline.core.text.text import Span, Text

many = settings(max_examples=300, deadline=None)
encodings = st.sampled_from(Encoding)


def split(text: str) -> list[str]:
    """Lines with their ends, by the three line ends LSP names."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def units(text: str, encoding: Encoding) -> int:
    """Length in units, counted by the codecs."""
    if encoding is Encoding.UTF32:
        return len(text)
    codec, size = ("utf-8", 1) if encoding is Encoding.UTF8 else ("utf-16-le", 2)
    return len(text.encode(codec, "surrogatepass")) // size


@many
@given(strings)
def test_lines_end_where_the_protocol_says_and_nowhere_else(string: str) -> None:
    text, lines = Text.of(string), split(string)
    assert text.line_count == len(lines)
    for number, line in enumerate(lines):
        data = line.encode("utf-8", "surrogatepass")
        assert text.slice(text.line_span(number)) == data
        assert text.line_bytes(number) == line.rstrip("\r\n").encode("utf-8", "surrogatepass")
        assert text.line_start(number) == text.line_starts[number]


@pytest.mark.parametrize("character", [*NO_LINE_ENDS, "\ufeff"])
def test_other_separators_are_ordinary_characters(character: str) -> None:
    text = Text.of(f"a{character}b\nc")
    assert text.line_count == 2
    assert text.line_bytes(0).decode() == f"a{character}b"


@many
@given(st.data(), blobs)
def test_a_line_table_carried_through_edits_is_the_one_counted_anew(
    data: st.DataObject, before: bytes
) -> None:
    text = Text(before)
    assert text.line_count
    for _ in range(data.draw(st.integers(1, 6))):
        for edit in data.draw(edits_in(text.data, 1)):
            text = text.replaced(edit.span, edit.new)
        fresh = Text(text.data)
        assert text.line_count == fresh.line_count
        for offset in range(len(text.data) + 1):
            assert text.line_of(offset) == fresh.line_of(offset)
        for line in range(text.line_count):
            assert text.line_span(line) == fresh.line_span(line)
        if data.draw(st.booleans()):
            assert text.line_starts == fresh.line_starts


@many
@given(strings, encodings)
def test_every_character_has_a_position_that_leads_back_to_it(
    string: str, encoding: Encoding
) -> None:
    text, offset = Text.of(string), 0
    for number, line in enumerate(split(string)):
        content = line.rstrip("\r\n")
        for column in range(len(content) + 1):
            here = offset + len(content[:column].encode("utf-8", "surrogatepass"))
            position = Position(number, units(content[:column], encoding))
            assert position_at(text, here, encoding) == position
            assert offset_at(text, position, encoding) == here
        offset += len(line.encode("utf-8", "surrogatepass"))


@many
@given(strings, encodings, st.integers(1, 2**31))
def test_a_column_past_the_end_of_its_line_means_the_end(
    string: str, encoding: Encoding, excess: int
) -> None:
    text = Text.of(string)
    for number, line in enumerate(split(string)):
        content = line.rstrip("\r\n")
        end = offset_at(text, Position(number, units(content, encoding)), encoding)
        past = Position(number, units(content, encoding) + excess)
        assert offset_at(text, past, encoding) == end


@many
@given(strings, encodings)
def test_a_column_inside_a_character_is_refused(string: str, encoding: Encoding) -> None:
    text = Text.of(string)
    for number, line in enumerate(split(string)):
        content = line.rstrip("\r\n")
        legal = {units(content[:column], encoding) for column in range(len(content) + 1)}
        for column in range(max(legal)):
            if column not in legal:
                with pytest.raises(PositionError, match="inside a character"):
                    offset_at(text, Position(number, column), encoding)


@given(strings, encodings)
def test_places_outside_the_text_are_refused(string: str, encoding: Encoding) -> None:
    text = Text.of(string)
    for position in (Position(text.line_count, 0), Position(-1, 0), Position(0, -1)):
        with pytest.raises(PositionError):
            offset_at(text, position, encoding)
    for offset in (-1, len(text.data) + 1):
        with pytest.raises(PositionError):
            position_at(text, offset, encoding)


@many
@given(st.data(), strings, encodings)
def test_a_span_has_a_range_that_leads_back_to_it(
    data: st.DataObject, string: str, encoding: Encoding
) -> None:
    text = Text.of(string)
    places = [at for at in boundaries(text.data) if text.data[at - 1 : at + 1] != b"\r\n"]
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
    range_ = range_at(text, Span(start, end), encoding)
    assert span_at(text, range_, encoding) == Span(start, end)
    if start != end:
        with pytest.raises(PositionError, match="reversed"):
            span_at(text, Range(range_.end, range_.start), encoding)


@many
@given(strings, encodings, st.lists(st.integers(-2, 60), min_size=4, max_size=4))
def test_a_range_that_only_asks_is_widened_to_characters_and_never_refused(
    string: str, encoding: Encoding, numbers: list[int]
) -> None:
    text = Text.of(string)
    range_ = Range(Position(*numbers[:2]), Position(*numbers[2:]))
    near = span_near(text, range_, encoding)
    edges = boundaries(text.data)
    assert near.start in edges and near.end in edges
    try:
        exact = span_at(text, range_, encoding)
    except PositionError:
        return
    assert near == exact


def test_a_selection_that_ends_inside_a_character_takes_all_of_it() -> None:
    text = Text.of("a😀b")
    for start, end in ((2, 3), (1, 4), (4, 2)):
        range_ = Range(Position(0, start), Position(0, end))
        assert text.slice(span_near(text, range_, Encoding.UTF8)).decode() == "😀"


@many
@given(strings, encodings)
def test_an_offset_no_position_names_is_taken_back_to_one(string: str, encoding: Encoding) -> None:
    text = Text.of(string)
    legal = [at for at in boundaries(text.data) if text.data[at - 1 : at + 1] != b"\r\n"]
    for offset in range(len(text.data) + 1):
        position = position_at(text, offset, encoding)
        assert offset_at(text, position, encoding) == max(at for at in legal if at <= offset)


@given(strings, encodings)
def test_width_is_what_the_codecs_count(string: str, encoding: Encoding) -> None:
    assert width(string.encode("utf-8", "surrogatepass"), encoding) == units(string, encoding)


@many
@given(st.data(), blobs)
def test_whole_lines_are_the_lines_a_span_has_bytes_of(data: st.DataObject, blob: bytes) -> None:
    text = Text(blob)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(blob))] * 2)))
    lines = [text.line_span(line) for line in range(text.line_count)]
    if start == end:
        taken = [lines[text.line_of(start)]]
    else:
        taken = [line for line in lines if line.start < end and start < line.end]
    assert text.whole_lines(Span(start, end)) == Span(taken[0].start, taken[-1].end)


@given(strings)
def test_a_text_of_a_string_keeps_every_character(string: str) -> None:
    text = Text.of(string)
    assert text.data.decode("utf-8", "surrogatepass") == string
    assert text.is_utf8
