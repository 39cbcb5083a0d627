"""The tree of the document that is typed in: the one that all features share, or one of its own.

A text that is too large for the loop to parse is parsed in a thread, once. From then on each
request brings that tree up to the text, which takes about as long as the edit is large.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tree_sitter import Tree

from redline.app import documents
from redline.app.inline.state import state_of
from redline.app.session import OpenDocument, Session, spawn
from redline.core.index import incremental
from redline.core.index.languages import Language
from redline.core.inline import apart
from redline.core.text.edits import Edit, shrink
from redline.core.text.text import Span, Text

MOST = 1_000_000
"""Of more bytes a text is not parsed for suggestions."""
MOST_KEPT = 3
"""So many large texts have a tree at the same time."""
MOST_NEW = 50_000
"""After an edit of more bytes the tree is made anew."""


@dataclass(slots=True)
class Large:
    """A large text and its tree, None while that is being made."""

    text: Text
    tree: Tree | None = None


def tree_of(session: Session, opened: OpenDocument, language: Language) -> Tree | str:
    """The tree of the document's text as it is, or why there is none."""
    uri, text = opened.document.uri, opened.document.text
    if not documents.is_apart(session, uri):
        documents.settle(session, uri, whole=False)
        return "not parsed" if opened.tree is None or opened.unsettled else opened.tree
    if documents.may_hang(session, uri) or len(text) > MOST:
        return "too large, or cannot be parsed in time"
    state = state_of(session)
    large = state.large.pop(uri, None)
    if large is not None and large.tree is not None:
        large = _followed(large, text, language)
    if large is None:
        large = Large(text)
        spawn(session, asyncio.ensure_future(_made(session, language, large)))
    state.large[uri] = large
    while len(state.large) > MOST_KEPT:
        del state.large[next(iter(state.large))]
    return large.tree or "large, and not parsed yet"


def _followed(large: Large, text: Text, language: Language) -> Large | None:
    """The text as it is now, None where too much of it is new."""
    assert large.tree is not None
    if text == large.text:
        return large
    edit = shrink(large.text.data, Edit(Span(0, len(large.text)), text.data))
    if len(edit.new) > MOST_NEW:
        return None
    told = incremental.edited(large.tree, large.text, (edit,))
    return Large(text, incremental.reparse(language, told, text))


async def _made(session: Session, language: Language, large: Large) -> None:
    data = large.text.data
    large.tree = await session.adapters.aside.done(lambda: apart.parsed(language, data))
