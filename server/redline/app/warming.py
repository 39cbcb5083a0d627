"""Starts the language server before it is needed: its first answer is the slow one."""

from __future__ import annotations

import asyncio

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
        documents = tuple(session.snapshot.documents.values())
        work = session.adapters.servers.warm(folder, documents, uri)
        spawn(session, asyncio.get_running_loop().create_task(work))
