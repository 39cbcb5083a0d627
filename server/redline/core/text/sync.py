"""The document store's heart: what an editor's open and change notifications make of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.core.text.edits import Edit, shrink
from redline.core.text.positions import Encoding, PositionError, Range, span_at
from redline.core.text.text import Document, Span, Text


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One change as the editor sends it: `text` for `range`, or for everything (None)."""

    range: Range | None
    text: str


@dataclass(frozen=True, slots=True)
class SyncProblem:
    """Why a change was refused. Editor and server may no longer hold the same text."""

    message: str


def opened(uri: str, version: int, language: str, text: str) -> Document:
    """The document an editor has just opened."""
    return Document(uri, version, Text.of(text), language)


def changed(
    document: Document, version: int, changes: Sequence[ContentChange], encoding: Encoding
) -> tuple[Document, tuple[Edit, ...]] | SyncProblem:
    """`document` after `changes`, and the bytes each replaced; all of them or none.

    Each range, like each edit returned, counts in the text after the changes before it.
    Refused are a version that is not newer, a reversed range, a line past the last one
    and a column inside a character. A column past the line's end means its end.
    """
    if document.version is not None and version <= document.version:
        return SyncProblem(f"version {version} does not follow version {document.version}")
    text = document.text
    edits: list[Edit] = []
    for number, change in enumerate(changes):
        try:
            edit = _edit(text, change, encoding)
        except PositionError as error:
            return SyncProblem(f"version {version}, change {number + 1}: {error}")
        text = text.replaced(edit.span, edit.new)
        edits.append(edit)
    return Document(document.uri, version, text, document.language), tuple(edits)


def _edit(text: Text, change: ContentChange, encoding: Encoding) -> Edit:
    new = change.text.encode("utf-8", "surrogatepass")
    if change.range is not None:
        return Edit(span_at(text, change.range, encoding), new)
    # Editors that always send everything still change little of it: what stays the same
    # keeps its tree and the proposals that stand on it.
    return shrink(text.data, Edit(Span(0, len(text.data)), new))
