"""initialize and shutdown: what an editor waits for, and no more than that."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from redline.core import uris
from redline.core.settings import Settings
from redline.core.uris import Folder
from redline.edge.lsp.capabilities import initialize_result
from redline.edge.lsp.connection import LspConnection, Opening
from redline.edge.lsp.features import features_of
from redline.edge.lsp.guard import same
from redline.edge.lsp.protocol import INVALID_REQUEST, Life, RequestProblem


def initialize(connection: LspConnection, params: types.InitializeParams) -> types.InitializeResult:
    """Reads features, folders and settings; the session is opened by what comes next."""
    features = features_of(params)
    folders = _folders(params)
    root = uris.file_path(folders[0].uri) if folders else None
    given = params.initialization_options
    options = dict(given) if isinstance(given, dict) else {}
    _admitted(connection, options.pop("token", None))
    settings, problems = connection.wiring.load_settings(root, options)
    connection.opening = Opening(tuple(folders), settings, problems)
    connection.features = features
    connection.editor_process = params.process_id
    connection.protocol.life = Life.RUNNING
    symbols = _answers_symbols(settings, features.symbols_elsewhere)
    lenses = features.code_lens and settings.code_lenses == "on"
    return initialize_result(features, symbols, lenses)


def _admitted(connection: LspConnection, token: object) -> None:
    """Ends a connection that does not bring the token it needs. Raises `RequestProblem`."""
    if connection.token and not same(connection.token, token):
        connection.exit_code = 1
        text = "this server wants a token: initializationOptions.token, or Authorization: Bearer"
        raise RequestProblem(INVALID_REQUEST, text)


def _answers_symbols(settings: Settings, elsewhere: bool) -> bool:
    return settings.symbols == "on" or (settings.symbols == "auto" and not elsewhere)


def _folders(params: types.InitializeParams) -> list[Folder]:
    """Several folders where the client knows them, otherwise its one root."""
    given = [(each.uri, each.name) for each in params.workspace_folders or ()]
    if not given and params.root_uri:
        given = [(params.root_uri, "")]
    if not given and params.root_path:
        given = [(uris.from_path(params.root_path.replace("\\", "/")), "")]
    return [folder(uri, name) for uri, name in given]


def folder(uri: str, name: str = "") -> Folder:
    """A folder with a canonical uri, named after its last part unless it has a name."""
    plain = uris.canonical(uri).rstrip("/")
    path = uris.file_path(plain) or plain
    return Folder(plain, name or path.rsplit("/", 1)[-1])


def shutdown(connection: LspConnection, params: Any) -> None:
    """Nothing is answered after this but `exit`."""
    connection.protocol.life = Life.SHUT_DOWN


def ignored(connection: LspConnection, params: Any) -> None:
    """Nothing to do."""
