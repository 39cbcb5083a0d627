"""Places that were changed a while ago, followed through what is typed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redline.core.inline.context.model import Edited
from redline.core.text.edits import Edit

MOST = 12
NEAR = 300
"""Bytes between two changes that are one place."""


def after(places: Sequence[Edited], uri: str, edits: Iterable[Edit]) -> tuple[Edited, ...]:
    """The places after `edits` of one text, each counting in the text after those before it;
    the newest first."""
    found = tuple(places)
    for edit in edits:
        found = _after(found, uri, edit)
    return found


def _after(places: Sequence[Edited], uri: str, edit: Edit) -> tuple[Edited, ...]:
    start, end = edit.span.start, edit.span.start + len(edit.new)
    rest: list[Edited] = []
    for each in places:
        if each.uri != uri:
            rest.append(each)
            continue
        moved = replace(each, start=_moved(each.start, edit), end=_moved(each.end, edit))
        if moved.start - NEAR <= end and start <= moved.end + NEAR:
            start, end = min(start, moved.start), max(end, moved.end)
        else:
            rest.append(moved)
    # A place that has grown over a whole file says nothing: its newest part is told.
    if end - start > 4 * NEAR:
        start = max(start, edit.span.start - NEAR)
        end = min(end, edit.span.start + len(edit.new) + NEAR)
    return (Edited(uri, start, end), *rest)[:MOST]


def _moved(offset: int, edit: Edit) -> int:
    if offset <= edit.span.start:
        return offset
    grown = len(edit.new) - len(edit.span)
    return max(edit.span.start, offset + grown) if offset >= edit.span.end else edit.span.start
