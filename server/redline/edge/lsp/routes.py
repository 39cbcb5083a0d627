"""Which handler answers which method, and how a connection is made of them.

Handlers are imported when first needed, since an editor waits for `initialize` alone;
everything else is imported right after its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from typing import Any

from pygls.lsp.server import LanguageServer

from redline import __version__
from redline.edge.lsp.connection import LspConnection, Wiring, Workspaces
from redline.edge.lsp.protocol import Handlers, RedlineProtocol, strict_converter

# method: module of this package and function in it
REQUESTS: Mapping[str, tuple[str, str]] = {
    "initialize": ("lifecycle", "initialize"),
    "shutdown": ("lifecycle", "shutdown"),
    "textDocument/documentSymbol": ("symbols", "document_symbol"),
    "workspace/symbol": ("symbols", "workspace_symbol"),
    "textDocument/codeAction": ("actions", "code_action"),
    "codeAction/resolve": ("actions", "resolve"),
    "workspace/executeCommand": ("commands", "execute"),
    "textDocument/codeLens": ("lenses", "code_lens"),
    "textDocument/inlineCompletion": ("inline", "inline_completion"),
    "workspace/textDocumentContent": ("virtual", "text_document_content"),
}
NOTIFICATIONS: Mapping[str, tuple[str, str]] = {
    "initialized": ("folders", "initialized"),
    "$/setTrace": ("lifecycle", "ignored"),
    "textDocument/didOpen": ("sync", "did_open"),
    "textDocument/didChange": ("sync", "did_change"),
    "textDocument/didClose": ("sync", "did_close"),
    "textDocument/didSave": ("sync", "did_save"),
    "workspace/didChangeWatchedFiles": ("sync", "did_change_watched_files"),
    "workspace/didChangeWorkspaceFolders": ("folders", "did_change_folders"),
    "workspace/didChangeConfiguration": ("lifecycle", "ignored"),
    "window/workDoneProgress/cancel": ("commands", "progress_cancelled"),
    "redline/inline/shown": ("inline_value", "shown"),
    "redline/inline/accepted": ("inline_value", "accepted"),
    "redline/inline/dismissed": ("inline_value", "dismissed"),
}
READERS: Mapping[str, tuple[str, str]] = {"textDocument/didChange": ("changes", "read")}


def connect(wiring: Wiring, workspaces: Workspaces, writer: Any) -> LspConnection:
    """A new connection that writes to `writer`; one server object each."""
    server = LanguageServer(
        "redline",
        __version__,
        protocol_cls=RedlineProtocol,
        converter_factory=strict_converter,
    )
    protocol = server.protocol
    assert isinstance(protocol, RedlineProtocol)
    protocol.set_writer(writer)
    connection = LspConnection(wiring, workspaces, server, protocol)
    protocol.handlers = Handlers(
        _bound(connection, REQUESTS),
        _bound(connection, NOTIFICATIONS),
        {method: partial(_read, place) for method, place in READERS.items()},
    )
    protocol.on_exit = partial(setattr, connection, "exit_code")
    return connection


@cache
def handler(place: tuple[str, str]) -> Callable[..., Any]:
    """The function at `place`, its module imported now."""
    module, name = place
    found: Callable[..., Any] = getattr(import_module(f"redline.edge.lsp.{module}"), name)
    return found


def _bound(
    connection: LspConnection, table: Mapping[str, tuple[str, str]]
) -> dict[str, Callable[[Any], Any]]:
    return {method: partial(_handle, connection, place) for method, place in table.items()}


def _read(place: tuple[str, str], params: object) -> object:
    return handler(place)(params)


def _handle(connection: LspConnection, place: tuple[str, str], params: Any) -> Any:
    return handler(place)(connection, params)
