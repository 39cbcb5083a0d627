"""Open documents: each change is one splice and one assignment; parsing follows when idle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Tree

from redline.app.inline import keystrokes, next_edit, value
from redline.app.review import following
from redline.app.session import (
    OpenDocument,
    Session,
    publish_documents,
    publish_index,
    spawn,
)
from redline.core import uris
from redline.core.index import incremental
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Facts
from redline.core.problems import ToolProblem
from redline.core.text import sync
from redline.core.text.edits import Edit, covering
from redline.core.text.sync import ContentChange, SyncProblem
from redline.core.text.text import Document, Text

LARGE = 150_000
"""Of more bytes than these a parse and an extraction would hold up the loop for over 50 ms."""
CROWDED, LONG_LINES = 20_000, 1_000
"""So many bytes in lines that are so long each are no text a person wrote: some grammars take
a minute for them."""


def open_document(session: Session, uri: str, language_id: str, version: int, text: str) -> None:
    """The editor opened `uri`; from now on its text is the truth, not the disk's."""
    languages = session.adapters.languages
    language = languages.name_for_id(language_id) or languages.name_for_path(uri) or ""
    document = sync.opened(uri, version, language, text)
    session.documents[uri] = OpenDocument(document)
    publish_documents(session)
    session.unsettled.discard(uri)
    following.text_seen(session, uri, document.text)


def change_document(
    session: Session, uri: str, version: int, changes: Sequence[ContentChange]
) -> str:
    """Applies the editor's changes; says what is wrong, '' when nothing is.

    After a refused change the text is not the editor's any more: the document is left
    out of every answer until the editor sends the whole text or opens it again.
    """
    opened = session.documents.get(uri)
    if opened is None:
        return f"{uri}: changed without being open; open it first"
    if opened.problem:
        whole = [at for at, change in enumerate(changes) if change.range is None]
        if not whole:
            return opened.problem
        changes = changes[whole[-1] :]  # what comes before counts in a text we do not have
    result = sync.changed(opened.document, version, changes, session.encoding)
    if isinstance(result, SyncProblem):
        opened.problem = f"{uri}: {result.message}; close and open the file again"
        return opened.problem
    before = opened.document.text
    opened.document, edits = result
    opened.problem = ""
    opened.unsettled += edits
    if opened.tree is not None:
        opened.tree = _told(opened.tree, before, edits)
    publish_documents(session)
    next_edit.typed(session, uri, before, edits)
    following.typed(session, uri, edits)
    if session.inline is not None:
        keystrokes.typed(session, uri)
        session.inline.models.typed(uri, edits)
    value.typed(session, uri, edits)
    return ""


def _told(tree: Tree, text: Text, edits: Sequence[Edit]) -> Tree:
    """`tree` with each edit noted; each counts in the text after those before it."""
    for edit in edits:
        tree = incremental.edited(tree, text, (edit,))
        text = text.replaced(edit.span, edit.new) if edit is not edits[-1] else text
    return tree


def close_document(session: Session, uri: str) -> str:
    """The editor closed `uri`: the disk is the truth again. Says so when it was not open."""
    value.closed(session, uri)
    if session.documents.pop(uri, None) is None:
        return f"{uri}: closed without being open"
    publish_documents(session)
    publish_index(session)
    if session.inline is not None:
        keystrokes.closed(session, uri)
    if not uri.startswith("file:"):
        # A buffer without a file is gone with its window.
        following.text_seen(session, uri, None)
    return ""


def settle(session: Session, uri: str, *, whole: bool = True) -> None:
    """Brings tree and facts of `uri` up to its text.

    With `whole` False, what cannot be patched in the time of a keystroke (an open bracket
    turns a class into an error) is put off: the facts stay behind, and say so by `as_of`.
    What is extracted in another process stays behind too, and is begun with `whole`.
    """
    opened = session.documents.get(uri)
    if opened is None or _settled(opened):
        return
    if is_apart(session, uri):
        if whole:
            _begin_apart(session, uri, opened)
        return
    document = opened.document
    too_large = len(document.text) > session.settings.max_file_bytes
    language = session.adapters.languages.named(document.language)
    if language is None or too_large:
        opened.unsettled.clear()
        return
    before = opened.facts
    _reparse(opened, language)
    if whole and not opened.facts_current:
        opened.facts = extract(language, _tree(opened), document.text, document.version)
        opened.facts_current = True
    if opened.facts is not before:
        publish_index(session)


async def settled_all(session: Session) -> None:
    """Settles every open document, and waits for all."""
    for uri in list(session.documents):
        settle(session, uri)
    waiting = [each.apart for each in session.documents.values() if each.apart is not None]
    if waiting:
        await asyncio.wait(waiting)


def current_facts(session: Session, uri: str) -> Facts | None:
    """The facts of an open document if they are those of its text at this moment."""
    opened = session.documents.get(uri)
    if opened is None or opened.facts is None or not _settled(opened):
        return None
    return opened.facts if opened.facts.as_of == opened.document.version else None


def _settled(opened: OpenDocument) -> bool:
    return opened.facts_current and not opened.unsettled


def is_apart(session: Session, uri: str) -> bool:
    """Whether a text is so large that parsing would be felt, or may hang its grammar."""
    size = len(session.documents[uri].document.text)
    if size > session.settings.max_file_bytes:
        return False
    return size > LARGE or may_hang(session, uri)


def may_hang(session: Session, uri: str) -> bool:
    """Whether a text may hang its grammar, which has nothing to do with how large it is."""
    document = session.documents[uri].document
    size = len(document.text)
    crowded = size > CROWDED and size > LONG_LINES * document.text.line_count
    return crowded or session.adapters.languages.isolated(document.language)


def _begin_apart(session: Session, uri: str, opened: OpenDocument) -> None:
    if opened.apart is None:
        opened.apart = asyncio.get_running_loop().create_task(_apart(session, uri, opened))
        spawn(session, opened.apart)


async def _apart(session: Session, uri: str, opened: OpenDocument) -> None:
    """The facts of the text, and of what it was changed to meanwhile; no tree is kept."""
    try:
        document = None
        while document is not opened.document and session.documents.get(uri) is opened:
            document = opened.document
            await extracted(session, document)
    finally:
        opened.apart = None


async def extracted(session: Session, document: Document) -> Facts | None:
    """The facts of an open document from another process, None for none.

    They are its facts from then on, if it is not another text by then.
    """
    found = await session.adapters.extractor.extract(document.language, document.text)
    facts = None
    if not isinstance(found, ToolProblem):
        facts = replace(found, as_of=document.version, digest="")
    opened = session.documents.get(document.uri)
    if opened is not None and opened.document is document:
        # What cannot be parsed is not tried again until it is another text.
        opened.tree, opened.facts_current = None, True
        opened.unsettled.clear()
        opened.facts = facts or opened.facts
        publish_index(session)
        if isinstance(found, ToolProblem):
            _complain(session, opened, found)
    return facts


def _complain(session: Session, opened: OpenDocument, problem: ToolProblem) -> None:
    """Once for each time a document is opened: the next keystroke may mend it, or not."""
    if not opened.complained:
        opened.complained = True
        name = uris.for_people(session.snapshot.folders, opened.document.uri)
        session.front.trouble(f"{name}: its symbols are not known as it is now: {problem.message}")


def _reparse(opened: OpenDocument, language: Language) -> None:
    """The tree of the text as it is, and the facts where they can be patched."""
    text, old = opened.document.text, opened.tree
    if old is None:
        opened.tree, opened.facts_current = parse(language, text), False
    elif opened.unsettled:
        opened.tree = incremental.reparse(language, old, text)
        facts = opened.facts if opened.facts_current else None
        if facts is not None:
            edits = (covering(opened.unsettled, text.data),)
            facts = incremental.patched(language, facts, old, opened.tree, text, edits)
        opened.facts_current = facts is not None
        if facts is not None:
            opened.facts = replace(facts, as_of=opened.document.version)
    opened.unsettled.clear()


def _tree(opened: OpenDocument) -> Tree:
    assert opened.tree is not None
    return opened.tree


def settle_all(session: Session, *, whole: bool = True) -> None:
    """Settles every open document that needs it."""
    for uri in list(session.documents):
        settle(session, uri, whole=whole)
