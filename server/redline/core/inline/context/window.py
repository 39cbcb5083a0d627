"""How much of a text around the cursor a model is given: whole lines, from a definition on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from redline.core.inline.context.model import Count, Window
from redline.core.text.text import Span, Text, parts_character

LATEST = 3
"""A window that is cut begins with a definition, if one begins in its first third."""


def window(
    text: Text, offset: int, tokens: tuple[int, int], count: Count, starts: Sequence[int] = ()
) -> Window:
    """The lines around `offset` that take at most `tokens` before and after it, by `count`.

    `starts` are the offsets where definitions begin, in order.
    """
    before, after = tokens
    line = text.line_of(offset)
    start, left = _line_start(text, line, offset, before, count)
    if start == text.line_start(line):
        start = _up(text, line, left, count)
    if start > 0:
        start = _defined(text, start, offset, starts)
    return Window(start, _down(text, offset, after, count))


def _line_start(text: Text, line: int, offset: int, tokens: int, count: Count) -> tuple[int, int]:
    """Where what is given of the cursor's own line begins, and the tokens that are left."""
    start = text.line_start(line)
    while (spent := count(_read(text, start, offset))) > tokens and start < offset:
        # A line this long was not written by hand; what is near says most.
        start = offset - (offset - start) // 2
        while start < offset and parts_character(text.data, start):
            start += 1
    return start, tokens - spent


def _up(text: Text, line: int, tokens: int, count: Count) -> int:
    while line > 0:
        span = text.line_span(line - 1)
        tokens -= count(_read(text, span.start, span.end))
        if tokens < 0:
            break
        line -= 1
    return text.line_start(line)


def _down(text: Text, offset: int, tokens: int, count: Count) -> int:
    end, line = offset, text.line_of(offset)
    while line < text.line_count:
        stop = text.line_span(line).end
        tokens -= count(_read(text, end, stop))
        if tokens < 0:
            break
        end, line = stop, line + 1
    return end


def _defined(text: Text, start: int, offset: int, starts: Sequence[int]) -> int:
    """The line of the first definition in the first part of the window, or its start."""
    first = bisect_left(starts, start)
    last = bisect_right(starts, start + (offset - start) // LATEST)
    return text.line_start(text.line_of(starts[first])) if first < last else start


def _read(text: Text, start: int, end: int) -> str:
    return text.slice(Span(start, end)).decode("utf-8", "replace")
