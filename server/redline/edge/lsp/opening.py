"""Opens and closes the session of a connection; this is where the product is imported."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from redline.app.session import Session, Workspace, publish_index
from redline.edge.lsp.connection import LspConnection, Opening
from redline.edge.lsp.editor import LspEditor
from redline.edge.lsp.editor_tools import LspEditorTools
from redline.edge.lsp.front import LspFront


def opened(connection: LspConnection, opening: Opening) -> tuple[Session, LspFront]:
    """The session for what `initialize` said, on the workspace of its folders."""
    workspaces = connection.workspaces
    workspace = workspaces.setdefault(opening.folders, Workspace(folders=opening.folders))
    editor = LspEditor(connection.server, connection.features)
    front = LspFront(connection.server, editor, connection.features)
    tools = LspEditorTools(connection.protocol, connection.features)
    adapters = replace(connection.wiring.adapters(opening.settings), editor=tools)
    session = Session(
        adapters,
        workspace,
        front,
        settings=opening.settings,
        encoding=connection.features.encoding,
    )
    workspace.sessions.append(session)
    front.session = tools.session = session
    publish_index(session)
    return session, front


async def closed(session: Session) -> None:
    """Ends its runs and tools, and the index build when nobody else waits for it."""
    from redline.app import runs  # what it takes is a fifth of a second: not before it is needed
    from redline.app.inline import value

    await value.close(session)
    await runs.close(session)
    workspace = session.workspace
    workspace.sessions.remove(session)
    if workspace.build is not None and not workspace.sessions:
        workspace.build.cancel()
        await asyncio.gather(workspace.build, return_exceptions=True)
        workspace.build = None
    await session.adapters.servers.close()
    await session.adapters.extractor.close()
    await asyncio.to_thread(session.adapters.telemetry.close)
