"""A `didChange` read straight from its JSON: it comes with every key, and there are thousands.

Only what fits exactly is read here. Whatever else arrives goes the way of every other
message, through the converter, which knows what may be let pass and what is wrong with it.
"""

from __future__ import annotations

from typing import NamedTuple, TypeGuard

from lsprotocol import types

from redline.core.text.positions import Position, Range
from redline.core.text.sync import ContentChange
from redline.edge.lsp.convert import content_changes

MOST = 2**31 - 1


class Change(NamedTuple):
    """What a `didChange` says."""

    uri: str
    version: int
    changes: list[ContentChange]


def read(params: object) -> Change | None:
    """The params of a `didChange`, or None where they are not exactly as specified."""
    if type(params) is not dict:
        return None
    document, given = params.get("textDocument"), params.get("contentChanges")
    if type(document) is not dict or type(given) is not list:
        return None
    uri, version = document.get("uri"), document.get("version")
    if type(uri) is not str or type(version) is not int or not -MOST <= version <= MOST:
        return None
    changes = []
    for each in given:
        change = _change(each)
        if change is None:
            return None
        changes.append(change)
    return Change(uri, version, changes)


def converted(params: types.DidChangeTextDocumentParams) -> Change:
    """The same from the converter's type."""
    document = params.text_document
    return Change(document.uri, document.version, content_changes(params.content_changes))


def _change(given: object) -> ContentChange | None:
    if type(given) is not dict:
        return None
    text, length = given.get("text"), given.get("rangeLength", 0)
    if type(text) is not str or not _is_count(length):
        return None
    if "range" not in given:
        return ContentChange(None, text) if "rangeLength" not in given else None
    range_ = given["range"]
    if type(range_) is not dict:
        return None
    start, end = _position(range_.get("start")), _position(range_.get("end"))
    return ContentChange(Range(start, end), text) if start and end else None


def _position(given: object) -> Position | None:
    if type(given) is not dict:
        return None
    line, column = given.get("line"), given.get("character")
    return Position(line, column) if _is_count(line) and _is_count(column) else None


def _is_count(given: object) -> TypeGuard[int]:
    """Whether it is what the specification calls an unsigned integer; True is none."""
    return type(given) is int and 0 <= given <= MOST
