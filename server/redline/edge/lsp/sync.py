"""Text synchronisation: the editor's notifications to our own document store."""

from __future__ import annotations

from lsprotocol import types

from redline.app import documents, indexing, warming
from redline.app.inline import value
from redline.app.review import following
from redline.edge.lsp.changes import Change, converted
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.convert import uri_in
from redline.edge.lsp.protocol import INVALID_PARAMS, RequestProblem


def did_open(connection: LspConnection, params: types.DidOpenTextDocumentParams) -> None:
    """A document is open: its text is the editor's from here on."""
    item = params.text_document
    uri = uri_in(item.uri)
    connection.front.editor.spelled[uri] = item.uri
    documents.open_document(connection.live, uri, item.language_id, item.version, item.text)
    warming.opened(connection.live, uri)


def did_change(
    connection: LspConnection, params: Change | types.DidChangeTextDocumentParams
) -> None:
    """A document changed. Raises `RequestProblem`, which the user sees in the log."""
    uri, version, changes = params if isinstance(params, Change) else converted(params)
    problem = documents.change_document(connection.live, uri_in(uri), version, changes)
    if problem:
        raise RequestProblem(INVALID_PARAMS, problem)


def did_close(connection: LspConnection, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed: the disk is the truth again."""
    uri = uri_in(params.text_document.uri)
    connection.front.editor.spelled.pop(uri, None)
    problem = documents.close_document(connection.live, uri)
    if problem:
        raise RequestProblem(INVALID_PARAMS, problem)
    following.catch_up(connection.live, [uri])
    indexing.refresh(connection.live, [uri])


def did_save(connection: LspConnection, params: types.DidSaveTextDocumentParams) -> None:
    """A document is on disk as it is in the editor."""
    uri = uri_in(params.text_document.uri)
    value.saved(connection.live, uri)
    indexing.refresh(connection.live, [uri])


def did_change_watched_files(
    connection: LspConnection, params: types.DidChangeWatchedFilesParams
) -> None:
    """Files changed outside the editor."""
    changed = [uri_in(each.uri) for each in params.changes]
    following.catch_up(connection.live, changed)
    indexing.refresh(connection.live, changed)
