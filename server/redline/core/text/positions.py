"""Positions in an encoding, and their byte offsets (LSP 3.17, "Position")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from redline.core.text.text import Span, Text, parts_character

_CONTINUATION = bytes(range(0x80, 0xC0))
_NOT_ASTRAL = bytes(range(0xF0))


class Encoding(Enum):
    """What a column counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """0-based line and column; the column counts units of an `Encoding`."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


class PositionError(ValueError):
    """A position that names no place in the text. The message says which and why."""


def offset_at(text: Text, position: Position, encoding: Encoding) -> int:
    """Byte offset of `position`.

    A column past the line's end means the line's end, as the specification says; a
    line past the last one, a negative number, or a column inside a character raises
    `PositionError`.
    """
    line, column = position.line, position.column
    if line < 0 or column < 0:
        raise PositionError(f"position {line}:{column} is negative")
    if line >= text.line_count:
        raise PositionError(f"line {line} is past the last line, {text.line_count - 1}")
    start, row = text.row(line)
    if encoding is Encoding.UTF8 or row.isascii():
        at = min(column, len(row))
        exact = not parts_character(row, at)
    else:
        at, exact = _bytes_before(row, column, encoding)
    if not exact:
        raise PositionError(f"position {line}:{column} is inside a character")
    return start + at


def position_at(text: Text, offset: int, encoding: Encoding) -> Position:
    """Position of the byte at `offset`. Raises `PositionError` outside the text.

    An offset inside a character is taken for the character's start, as is one between
    the two bytes of a `\\r\\n`, which no position names.
    """
    data = text.data
    if not 0 <= offset <= len(data):
        raise PositionError(f"offset {offset} is outside the text of {len(data)} bytes")
    line = text.line_of(offset)
    while parts_character(data, offset):
        offset -= 1
    return Position(line, width(data[text.line_start(line) : offset], encoding))


def width(data: bytes, encoding: Encoding) -> int:
    """Length of `data` in units of `encoding`."""
    if encoding is Encoding.UTF8 or data.isascii():
        return len(data)
    points = len(data.translate(None, _CONTINUATION))
    if encoding is Encoding.UTF32:
        return points
    return points + len(data.translate(None, _NOT_ASTRAL))


def span_at(text: Text, range_: Range, encoding: Encoding) -> Span:
    """Byte span of `range_`. Raises `PositionError`, also for a reversed range.

    The end may be the start of the line behind the last one: where a file ends without
    a line end, Neovim's ranges still count one.
    """
    start, end = range_.start, range_.end
    if end < start:
        raise PositionError(
            f"range {start.line}:{start.column}-{end.line}:{end.column} is reversed"
        )
    first = offset_at(text, start, encoding)
    if start == end:
        return Span(first, first)
    if end.column == 0 and end.line == text.line_count:
        return Span(first, len(text.data))
    return Span(first, offset_at(text, end, encoding))


def span_near(text: Text, range_: Range, encoding: Encoding) -> Span:
    """Byte span of a range that only asks about the text, widened where it is not exact.

    Editors are less careful with the ranges they ask about than with those they edit: a
    selection that ends on a wide character may end inside it. Never fails: what lies
    past the last line is the text's end, and a reversed range is turned round.
    """
    ends = (range_.start, range_.end)
    start, end = sorted(Position(max(0, e.line), max(0, e.column)) for e in ends)
    return Span(_near(text, start, encoding, -1), _near(text, end, encoding, 1))


def _near(text: Text, position: Position, encoding: Encoding, step: int) -> int:
    if position.line >= text.line_count:
        return len(text.data)
    line, column = position.line, position.column
    # A character has four units at most, so that one of these columns is at its edge.
    for tried in (column, column + step, column + 2 * step, column + 3 * step):
        try:
            return offset_at(text, Position(line, tried), encoding)
        except PositionError:
            continue
    return text.line_start(line)  # bytes that are no text


def range_at(text: Text, span: Span, encoding: Encoding) -> Range:
    """The range of `span`."""
    return Range(position_at(text, span.start, encoding), position_at(text, span.end, encoding))


def _bytes_before(row: bytes, column: int, encoding: Encoding) -> tuple[int, bool]:
    """How many bytes of `row` hold its first `column` units, to the end of a character;
    and whether the last character ends there and not before.

    Counting is done on slices: a loop over the bytes of a minified line shows.
    """
    at, left = 0, column
    while left > 0 and at < len(row):
        end = min(len(row), at + left)  # a unit has a byte at least
        while parts_character(row, end):
            end += 1
        left -= width(row[at:end], encoding)
        at = end
    return at, left >= 0
