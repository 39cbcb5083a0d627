"""What was suggested and still fits what was typed since is suggested again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from redline.core.inline.model import InlineRequest, Suggestion
from redline.core.text.text import Span, Text

_CLOSERS = b")]}\"'`>"


@dataclass(frozen=True, slots=True)
class Given:
    """Suggestions that were made for the cursor at `offset` of `text`: all are put in there.

    `clean`: with any of them in it the text parses without an error, whatever it is on the way
    there.
    """

    text: Text
    offset: int
    suggestions: tuple[Suggestion, ...]
    clean: bool = True


def given(
    request: InlineRequest, suggestions: tuple[Suggestion, ...], *, clean: bool
) -> Given | None:
    """What is worth keeping of an answer; None for nothing."""
    here = Span(request.offset, request.offset)
    kept = tuple(each for each in suggestions if each.span == here and each.text)
    return Given(request.text, request.offset, kept, clean) if kept else None


def typed_since(before: Given, request: InlineRequest) -> str | None:
    """What was typed at the cursor since, None where anything else was changed.

    A bracket or quote that the editor closed by itself behind the cursor is let pass.
    """
    grown = request.offset - before.offset
    if grown < 0 or len(request.text) < len(before.text):
        return None
    now, then = request.text.data, before.text.data
    behind, rest = memoryview(now)[request.offset :], memoryview(then)[before.offset :]
    closed = len(behind) - len(rest)
    if not 0 <= closed <= max(0, min(grown, 4)):
        return None
    if closed and not all(byte in _CLOSERS for byte in behind[:closed]):
        return None
    if behind[closed:] != rest or now[: before.offset] != then[: before.offset]:
        return None
    try:
        return now[before.offset : request.offset].decode()
    except UnicodeDecodeError:
        return None


def recycled(before: Given, request: InlineRequest) -> tuple[Suggestion, ...]:
    """The suggestions that go on as was typed, each without it; () for none.

    What was deleted again was never typed: the answer reaches back to where it was made.
    """
    typed = typed_since(before, request)
    if typed is None:
        return ()
    here = Span(request.offset, request.offset)
    return tuple(
        replace(each, text=each.text[len(typed) :], span=here, reused="typed on")
        for each in before.suggestions
        if each.text.startswith(typed) and len(each.text) > len(typed)
    )


def closed_since(before: Given, request: InlineRequest) -> bool:
    """Whether the editor closed something behind the cursor since."""
    return len(request.text) - request.offset != len(before.text) - before.offset
