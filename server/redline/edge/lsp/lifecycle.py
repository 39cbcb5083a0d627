"""initialize, initialized, shutdown, workspace folders."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from redline.app import indexing
from redline.app.session import Session, Workspace, publish_index, spawn
from redline.core import uris
from redline.core.settings import Settings
from redline.core.snapshot import Folder
from redline.edge.lsp.capabilities import initialize_result
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.features import features_of
from redline.edge.lsp.front import INDEX_PROGRESS
from redline.edge.lsp.protocol import Life

logger = logging.getLogger(__name__)


def initialize(
    connection: LspConnection, params: types.InitializeParams, workspace: Workspace
) -> types.InitializeResult:
    """Opens the session; indexing starts after `initialized`."""
    features = features_of(params)
    folders = _folders(params)
    root = uris.file_path(folders[0].uri) if folders else None
    given = params.initialization_options
    options = given if isinstance(given, dict) else {}
    settings, problems = connection.wiring.load_settings(root, options)
    _open_session(connection, workspace, settings, folders)
    connection.features = connection.front.features = features
    connection.live.encoding = features.encoding
    connection.editor_process = params.process_id
    connection.protocol.life = Life.RUNNING
    connection.problems = tuple(str(problem) for problem in problems)
    return initialize_result(features, _answers_symbols(settings, features.symbols_elsewhere))


def _open_session(
    connection: LspConnection, workspace: Workspace, settings: Settings, folders: list[Folder]
) -> None:
    if not workspace.folders:
        workspace.folders = tuple(folders)
    adapters = connection.wiring.adapters(settings)
    session = Session(adapters, workspace, connection.front, settings=settings)
    workspace.sessions.append(session)
    connection.session = connection.front.session = session
    publish_index(session)


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


async def _begin_indexing(connection: LspConnection) -> None:
    # Begun first: it must not wait for a client that never answers.
    build = indexing.start(connection.live)
    front = connection.front
    await front.begin_progress(INDEX_PROGRESS, "Redline: index", False, over=build.done)
    if connection.features.watched_files:
        await _watch(connection)


async def _watch(connection: LspConnection) -> None:
    watcher = types.FileSystemWatcher(glob_pattern="**/*")
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=[watcher])
    registration = types.Registration(
        id="redline-watch", method="workspace/didChangeWatchedFiles", register_options=options
    )
    params = types.RegistrationParams(registrations=[registration])
    try:
        await connection.server.client_register_capability_async(params)
    except JsonRpcException as error:
        logger.warning("files changed outside the editor are not seen: %s", error.code)


def initialized(connection: LspConnection, params: Any) -> None:
    """The client is ready: report problems of the settings, build the index."""
    for problem in connection.problems:
        connection.front.trouble(problem)
    task = asyncio.get_running_loop().create_task(_begin_indexing(connection))
    spawn(connection.live, task)


def shutdown(connection: LspConnection, params: Any) -> None:
    """Nothing is answered after this but `exit`."""
    connection.protocol.life = Life.SHUT_DOWN


def did_change_folders(
    connection: LspConnection, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    """Folders were added or removed: the index is built anew over what is left."""
    workspace = connection.live.workspace
    gone = {uris.canonical(each.uri).rstrip("/") for each in params.event.removed}
    kept = [each for each in workspace.folders if each.uri not in gone]
    added = [folder(each.uri, each.name) for each in params.event.added]
    workspace.folders = tuple(dict.fromkeys([*kept, *added]))
    indexing.restart(connection.live)
    publish_index(connection.live)


def ignored(connection: LspConnection, params: Any) -> None:
    """Nothing to do."""
