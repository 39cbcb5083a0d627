"""Symbol requests, answered from the snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from lsprotocol import types

from redline.app import documents, indexing
from redline.app.session import current_text
from redline.core.index import facts as facts_of
from redline.core.index import query
from redline.core.index.model import Facts, Symbol
from redline.core.index.query import SymbolTree
from redline.core.snapshot import Snapshot
from redline.core.text.text import Document, Text
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import opened_text, range_out, symbol_kind, uri_in

MOST = 200
SLICE = 20
"""So many symbols are placed before others get their turn: some 2 ms."""

Outline = list[types.DocumentSymbol] | list[types.SymbolInformation]


def document_symbol(
    connection: LspConnection, params: types.DocumentSymbolParams
) -> Outline | Awaitable[Outline]:
    """The outline of an open document as it is now, as a tree where the client takes one."""
    uri = uri_in(params.text_document.uri)
    text, session = opened_text(connection.live, uri), connection.live
    documents.settle(session, uri, whole=not documents.is_apart(session, uri))
    facts = documents.current_facts(session, uri)
    if facts is None and documents.is_apart(session, uri):
        return _outline_later(connection, session.documents[uri].document)
    return _outline(connection, uri, text, facts)


async def _outline_later(connection: LspConnection, document: Document) -> Outline:
    facts = await documents.extracted(connection.live, document)
    return _outline(connection, document.uri, document.text, facts)


def _outline(connection: LspConnection, uri: str, text: Text, facts: Facts | None) -> Outline:
    trees = query.document_symbols(uri, facts) if facts else ()
    if connection.features.hierarchical_symbols:
        return [_nested(connection, tree, text) for tree in trees]
    found = facts_of.symbols(uri, facts) if facts else ()
    return [_flat(connection, symbol, text) for symbol in found]


def _nested(connection: LspConnection, tree: SymbolTree, text: Text) -> types.DocumentSymbol:
    symbol = tree.symbol
    encoding = connection.features.encoding
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.signature,
        kind=symbol_kind(symbol.kind),
        range=range_out(text, symbol.span, encoding),
        selection_range=range_out(text, symbol.name_span, encoding),
        children=[_nested(connection, child, text) for child in tree.children],
    )


def _flat(connection: LspConnection, symbol: Symbol, text: Text) -> types.SymbolInformation:
    range_ = range_out(text, symbol.name_span, connection.features.encoding)
    uri = connection.front.editor.spelled.get(symbol.uri, symbol.uri)
    return types.SymbolInformation(
        location=types.Location(uri, range_),
        name=symbol.name,
        kind=symbol_kind(symbol.kind),
        container_name=symbol.container or None,
    )


async def workspace_symbol(
    connection: LspConnection, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation]:
    """Symbols of the workspace by fuzzy name, once the index is complete and up to date.

    Of an index that cannot be built the user was told; what there is of it answers.
    """
    await asyncio.wait({asyncio.ensure_future(indexing.complete(connection.live))})
    await documents.settled_all(connection.live)
    snapshot = connection.live.snapshot
    # In a thread: among half a million names it takes longer than a keystroke may wait.
    found = await asyncio.to_thread(query.workspace_symbols, snapshot.index, params.query, MOST)
    return await _placed(connection, snapshot, found)


async def _placed(
    connection: LspConnection, snapshot: Snapshot, found: Sequence[Symbol]
) -> list[types.SymbolInformation]:
    """The symbols with their places, a few at a time."""
    result = []
    texts: dict[str, Text | None] = {}
    for at, symbol in enumerate(found):
        if symbol.uri not in texts:
            texts[symbol.uri] = _text(connection, snapshot, symbol.uri)
        text = texts[symbol.uri]
        if text is not None and symbol.name_span.end <= len(text):
            result.append(_flat(connection, symbol, text))
        if at % SLICE == SLICE - 1:
            await asyncio.sleep(0)
    return result


def _text(connection: LspConnection, snapshot: Snapshot, uri: str) -> Text | None:
    """The text that the symbols of a snapshot are places in: of a closed file, as it is now."""
    opened = snapshot.documents.get(uri)
    return opened.text if opened is not None else current_text(connection.live, uri)
