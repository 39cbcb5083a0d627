"""Which handler answers which method, and how a connection is made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pygls.lsp.server import LanguageServer

from redline import __version__
from redline.app.session import Workspace
from redline.edge.lsp import actions, commands, lifecycle, symbols, sync
from redline.edge.lsp.connection import LspConnection, Wiring
from redline.edge.lsp.front import LspFront
from redline.edge.lsp.protocol import Handlers, RedlineProtocol, strict_converter


def connect(wiring: Wiring, workspace: Workspace, writer: Any) -> LspConnection:
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
    connection = LspConnection(wiring, server, protocol, LspFront(server))
    protocol.handlers = _handlers(connection, workspace)
    protocol.on_exit = partial(setattr, connection, "exit_code")
    return connection


def _handlers(connection: LspConnection, workspace: Workspace) -> Handlers:
    def bound(table: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[[Any], Any]]:
        return {method: partial(handler, connection) for method, handler in table.items()}

    requests: dict[str, Callable[..., Any]] = {
        "initialize": partial(lifecycle.initialize, workspace=workspace),
        "shutdown": lifecycle.shutdown,
        "textDocument/documentSymbol": symbols.document_symbol,
        "workspace/symbol": symbols.workspace_symbol,
        "textDocument/codeAction": actions.code_action,
        "codeAction/resolve": actions.resolve,
        "workspace/executeCommand": commands.execute,
    }
    notifications: dict[str, Callable[..., Any]] = {
        "initialized": lifecycle.initialized,
        "$/setTrace": lifecycle.ignored,
        "textDocument/didOpen": sync.did_open,
        "textDocument/didChange": sync.did_change,
        "textDocument/didClose": sync.did_close,
        "textDocument/didSave": sync.did_save,
        "workspace/didChangeWatchedFiles": sync.did_change_watched_files,
        "workspace/didChangeWorkspaceFolders": lifecycle.did_change_folders,
        "workspace/didChangeConfiguration": lifecycle.ignored,
        "window/workDoneProgress/cancel": commands.progress_cancelled,
    }
    return Handlers(bound(requests), bound(notifications))
