"""Starts the language server before it is needed: its first answer is the slow one."""

from __future__ import annotations

import asyncio

from redline.app import indexing
from redline.app.session import Session, spawn
from redline.core import uris


def opened(session: Session, uri: str) -> None:
    """A document was opened: once per folder, its language server gets ready in the background."""
    document = session.snapshot.documents.get(uri)
    folder = uris.folder_of(session.snapshot.folders, uri)
    if document is None or document.language != "python" or folder is None:
        return
    if folder.uri not in session.warmed:
        session.warmed.add(folder.uri)
        spawn(session, asyncio.get_running_loop().create_task(_warm(session, uri)))


async def _warm(session: Session, uri: str) -> None:
    # After the index, which people wait for and which needs the processor for itself.
    await asyncio.wait({indexing.start(session)})
    folder = uris.folder_of(session.snapshot.folders, uri)
    documents = tuple(session.snapshot.documents.values())
    if folder is not None and uri in session.snapshot.documents:
        await session.adapters.renamer.warm(folder, documents, uri)
