"""Keys under which a model's drafts are kept, so that the same place is not paid for twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b

from redline.core.inline.model import Draft, InlineRequest

VERSION = 1
BEFORE, AFTER = 3_000, 600
"""Bytes before and after the cursor that decide what a model drafts."""
BACK = 64
"""So many characters back an earlier answer is looked for."""


def key(request: InlineRequest, offset: int, settled: str) -> str:
    """The key of the drafts for the cursor at `offset` of the request's text, with all up to
    the request's own cursor left out. `settled` names the model and what of the settings
    decides."""
    data = request.text.data
    digest = blake2b(digest_size=20)
    head = json.dumps([VERSION, settled, request.language]).encode()
    for part in (head, data[max(0, offset - BEFORE) : offset]):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    digest.update(data[request.offset : request.offset + AFTER])
    return digest.hexdigest()


def keys(request: InlineRequest, settled: str) -> Iterator[tuple[str, str]]:
    """Keys with what was typed since each: at the cursor, then back to the line's start."""
    line = request.text.line_start(request.text.line_of(request.offset))
    data = request.text.data
    for back in range(min(BACK, request.offset - line) + 1):
        at = request.offset - back
        if at < len(data) and back and data[at] & 0xC0 == 0x80:
            continue
        yield key(request, at, settled), data[at : request.offset].decode("utf-8", "replace")


def going_on(drafts: tuple[Draft, ...], typed: str) -> tuple[Draft, ...]:
    """The drafts that begin with what was typed since, each without it."""
    return tuple(
        Draft(each.text[len(typed) :], each.confidence)
        for each in drafts
        if each.text.startswith(typed) and len(each.text) > len(typed)
    )


def packed(drafts: tuple[Draft, ...]) -> bytes:
    """Drafts as they are kept."""
    return json.dumps([[each.text, each.confidence] for each in drafts]).encode()


def unpacked(kept: bytes) -> tuple[Draft, ...]:
    """Drafts that were kept; () where it is none of ours."""
    try:
        value: object = json.loads(kept)
    except ValueError:
        return ()
    found: list[Draft] = []
    for each in value if isinstance(value, list) else ():
        match each:
            case [str(text), float(confidence)]:
                found.append(Draft(text, confidence))
            case [str(text), None]:
                found.append(Draft(text))
            case _:
                return ()
    return tuple(found)
