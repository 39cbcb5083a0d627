"""Places where edits are due, as the text moves and as someone comes to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from redline.core.inline.next_edit.model import Pattern, Place, nearness
from redline.core.text.edits import Edit
from redline.core.text.text import Span


def ordered(places: Sequence[Place], uri: str, offset: int) -> Iterator[Place]:
    """The places as someone at `offset` of `uri` comes to them: those behind in this file,
    those before, then the nearest files."""

    def rank(place: Place) -> tuple[bool, tuple[int, str], bool, int]:
        here = place.uri == uri
        before = here and place.span.end < offset
        return not here, (0, "") if here else nearness(uri, place.uri), before, place.span.start

    yield from sorted(places, key=rank)


def moved(patterns: Sequence[Pattern], uri: str, edit: Edit) -> tuple[Pattern, ...]:
    """The patterns after one edit of a file: a place that it touches is due no longer."""
    return tuple(
        replace(each, places=tuple(_moved(each.places, uri, edit)))
        if any(place.uri == uri for place in each.places)
        else each
        for each in patterns
    )


def _moved(places: Sequence[Place], uri: str, edit: Edit) -> Iterator[Place]:
    for each in places:
        if each.uri != uri or each.span.end < edit.span.start:
            yield each
        elif edit.span.end < each.span.start:
            span = Span(each.span.start + edit.growth, each.span.end + edit.growth)
            yield replace(each, span=span)
