"""The workspace's folders: the index begins once the client is ready, and follows them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from redline.app import forgetting, indexing, waking
from redline.app.review import life
from redline.app.session import publish_index
from redline.core import uris
from redline.edge.lsp.connection import LspConnection
from redline.edge.lsp.front import INDEX_PROGRESS
from redline.edge.lsp.lifecycle import folder
from redline.edge.lsp.virtual import SCHEME

EXPIRY_SECONDS = 3600.0

logger = logging.getLogger(__name__)


async def _begin_indexing(connection: LspConnection) -> None:
    # Begun first: it must not wait for a client that never answers.
    build = indexing.start(connection.live)
    front = connection.front
    await front.begin_progress(INDEX_PROGRESS, "Redline: index", False, over=build.done)
    if connection.features.watched_files:
        await _watch(connection)
    if connection.features.text_document_content:
        await _serve_documents(connection)


async def _watch(connection: LspConnection) -> None:
    watcher = types.FileSystemWatcher(glob_pattern="**/*")
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers=[watcher])
    registration = types.Registration(
        id="redline-watch", method="workspace/didChangeWatchedFiles", register_options=options
    )
    params = types.RegistrationParams(registrations=[registration])
    try:
        await connection.server.client_register_capability_async(params)
        connection.live.workspace.told = True
    except JsonRpcException as error:
        logger.warning("files changed outside the editor are not seen: %s", error.code)


async def _serve_documents(connection: LspConnection) -> None:
    """Documents of proposals: pygls does not announce them, so they are registered."""
    options = types.TextDocumentContentRegistrationOptions(schemes=[SCHEME])
    method = types.WORKSPACE_TEXT_DOCUMENT_CONTENT
    registration = types.Registration("redline-documents", method, options)
    params = types.RegistrationParams(registrations=[registration])
    try:
        await connection.server.client_register_capability_async(params)
    except JsonRpcException as error:
        logger.warning("proposals cannot be shown as documents: %s", error.code)


async def _review_again(connection: LspConnection) -> None:
    """Opens what an earlier server left open; from then on, what gets too old expires."""
    session = connection.live
    for live in life.restore(session):
        connection.front.reopened(live)
    waking.wake(session)
    while True:
        await forgetting.retain(session)
        await asyncio.sleep(EXPIRY_SECONDS)
        life.expire_old(session)


async def _warm_inline(connection: LspConnection) -> None:
    """What suggestions are made from is loaded before the first is asked for."""
    from redline.app.inline import builtin, models
    from redline.app.inline.state import state_of

    state_of(connection.live)
    await asyncio.wait({asyncio.ensure_future(indexing.complete(connection.live))})
    builtin.warm(connection.live)
    await models.warm(connection.live)


def initialized(connection: LspConnection, params: Any) -> None:
    """The client is ready: report problems of the settings, build the index."""
    for problem in connection.opening.problems if connection.opening else ():
        connection.front.trouble(str(problem))
    connection.front.later(_begin_indexing(connection))
    connection.front.later(_review_again(connection))
    if connection.features.inline_completion:
        connection.front.later(_warm_inline(connection))


def did_change_folders(
    connection: LspConnection, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    """Folders were added or removed: the index is built anew over what is left."""
    workspace = connection.live.workspace
    gone = {uris.canonical(each.uri).rstrip("/") for each in params.event.removed}
    kept = [each for each in workspace.folders if each.uri not in gone]
    added = [folder(each.uri, each.name) for each in params.event.added]
    workspace.folders = tuple(dict.fromkeys([*kept, *added]))
    life.folders_closed(connection.live, gone)
    indexing.restart(connection.live)
    publish_index(connection.live)
