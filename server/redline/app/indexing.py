"""Keeps the workspace's base index: built in other processes, merged on the loop thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from redline.app.ports import Indexer
from redline.app.session import Session, Workspace, publish_index
from redline.core.index.extract import extract, parse
from redline.core.index.model import Facts, Index
from redline.core.settings import Settings
from redline.core.text.text import Text

MERGE_SLICE = 100


async def build(workspace: Workspace, indexer: Indexer, settings: Settings) -> None:
    """Builds the base index anew; sessions see it grow, and complete when it is."""
    base: dict[str, Facts] = {}
    workspace.skipped.clear()
    workspace.bytes_read = 0
    async for batch in indexer.build(workspace.folders, settings):
        base.update(batch.facts)
        workspace.skipped.update(batch.skipped)
        workspace.bytes_read += batch.bytes_read
        workspace.done, workspace.total = batch.done, batch.total
        # A partial base is complete=False; no reader takes it for the whole.
        _announce(workspace, complete=False)
    postings = await _postings(base)
    workspace.index = Index(base=base, postings=postings, complete=True)
    for session in workspace.sessions:
        publish_index(session)
    _announce(workspace, complete=True)


def start(session: Session) -> asyncio.Task[None]:
    """Starts the build of the session's workspace unless one is under way or done."""
    workspace = session.workspace
    if workspace.build is None:
        indexer = session.adapters.indexer
        workspace.build = asyncio.get_running_loop().create_task(
            build(workspace, indexer, session.settings)
        )
        workspace.build.add_done_callback(lambda task: _ended(workspace, task))
    return workspace.build


def _ended(workspace: Workspace, task: asyncio.Task[None]) -> None:
    """A build that failed is said to everyone: what rests on the index may lack places."""
    if task.cancelled() or task.exception() is None:
        return
    for session in workspace.sessions:
        session.front.trouble(f"the index could not be built: {task.exception()}")
    _announce(workspace, complete=True)


def restart(session: Session) -> asyncio.Task[None]:
    """Builds anew, over the folders as they are now; a build under way is dropped."""
    workspace = session.workspace
    if workspace.build is not None:
        workspace.build.cancel()
    workspace.build = None
    workspace.index = Index()
    return start(session)


async def complete(session: Session) -> None:
    """Returns once the index is complete."""
    await asyncio.shield(start(session))


def _announce(workspace: Workspace, complete: bool) -> None:
    for session in workspace.sessions:
        session.front.index_changed(workspace.done, workspace.total, complete)


async def _postings(base: dict[str, Facts]) -> dict[str, tuple[str, ...]]:
    """Which files define or use a name; in slices, so that the loop stays free."""
    found: dict[str, list[str]] = {}
    for at, (uri, facts) in enumerate(base.items()):
        for name in dict.fromkeys((*facts.symbol_names, *facts.names)):
            found.setdefault(name, []).append(uri)
        if at % MERGE_SLICE == MERGE_SLICE - 1:
            await asyncio.sleep(0)
    return {name: tuple(uris) for name, uris in found.items()}


async def refresh(session: Session, uris: Iterable[str]) -> None:
    """Brings single files up to date with the disk: saved, created, deleted outside."""
    workspace = session.workspace
    if not workspace.index.complete:
        return
    base, postings = dict(workspace.index.base), dict(workspace.index.postings)
    for uri in uris:
        base.pop(uri, None)
        language = session.adapters.languages.for_path(uri)
        text = session.adapters.disk.read(uri)
        too_large = isinstance(text, Text) and len(text) > session.settings.max_file_bytes
        if language is None or not isinstance(text, Text) or too_large or text.is_binary:
            continue
        facts = extract(language, parse(language, text), text)
        base[uri] = facts
        for name in (*facts.symbol_names, *facts.names):
            if uri not in postings.get(name, ()):
                postings[name] = (*postings.get(name, ()), uri)
        await asyncio.sleep(0)
    workspace.index = Index(base=base, postings=postings, complete=True)
    for each in workspace.sessions:
        publish_index(each)
