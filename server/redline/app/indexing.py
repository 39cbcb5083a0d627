"""Keeps the workspace's base index: built by the adapter, merged on the loop thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice

from redline.app.ports import Aside
from redline.app.session import Session, Workspace, publish_index
from redline.core.index.build import IndexBatch
from redline.core.index.merge import Merging
from redline.core.index.model import Facts, Index

MERGE_SLICE = 10
"""How many files are merged before others get their turn: some 5 ms."""
GATHER_SECONDS = 0.05
"""News of files come in storms: they are gathered for so long before any is looked at."""
STORM = 2_000
"""More news than this at once are not followed one by one: all files are looked at again."""
MANY = 500
"""So many changed files are more than the collector of garbage should look at."""
FEW = 20
"""So many changed files are merged before a reader would notice that they are missing."""
STALE_SECONDS = 2.0


async def build(session: Session) -> None:
    """Builds the base index anew; sessions see it grow, and complete when it is."""
    workspace, settings = session.workspace, session.settings
    whole, news = Index(), _News()
    clock = session.adapters.clock.monotonic
    workspace.skipped.clear()
    workspace.bytes_read = workspace.hits = 0
    times = [clock()]
    async for batch in session.adapters.indexer.build(workspace.folders, settings):
        if batch.whole is not None:
            whole, news = batch.whole, _News(gone=set(batch.gone))
        else:
            news.take(batch)
        workspace.skipped.update(batch.skipped)
        workspace.bytes_read += batch.bytes_read
        workspace.hits += batch.hits
        workspace.done, workspace.total = batch.done, batch.total
        times = [times[0], *times[1:2], clock()]
        if whole.complete:
            _published(session, whole)  # what follows is for the next time
        else:
            # A partial base is complete=False; no reader takes it for the whole.
            _announce(workspace, complete=False)
    if not whole.complete:
        _published(
            session, replace(await _merged(session.adapters.aside, whole, news), complete=True)
        )
    ends = (*times[1:3], clock())
    phases = zip(("walk", "facts", "merge"), times, ends, strict=False)
    workspace.seconds = {name: round(end - start, 4) for name, start, end in phases}


def _published(session: Session, index: Index) -> None:
    session.workspace.scanned = session.adapters.clock.monotonic()
    _publish(session.workspace, index)


@dataclass(slots=True)
class _News:
    """What is to be merged into an index: where the facts of a uri are, and uris that are gone."""

    facts: dict[str, Mapping[str, Facts]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def take(self, batch: IndexBatch) -> None:
        """What a batch says; facts are not looked at, since unpacking them takes its time."""
        self.facts.update(dict.fromkeys(batch.facts, batch.facts))
        self.gone.update(batch.gone)


async def _merged(aside: Aside, index: Index, news: _News) -> Index:
    """`index` with the news in it, made in slices, so that the loop stays free.

    Thousands of facts stay, and have no cycles: to look through them again and again would
    keep the loop from its turn.
    """
    with aside.uncollected(stays=True) if len(news.facts) > MANY else nullcontext():
        return await _merged_in_slices(index, news)


async def _merged_in_slices(index: Index, news: _News) -> Index:
    gone = news.gone - news.facts.keys()
    merging, before, changed = Merging(index), index.base, 0
    for uris in _slices(news.facts):
        facts: dict[str, Facts] = {}
        for uri in uris:
            found = news.facts[uri].get(uri)
            if found is None:
                gone.add(uri)
            elif before.get(uri) != found:
                facts[uri] = found
        merging.put(facts, ())
        changed += len(facts)
        await asyncio.sleep(0)
    for uris in _slices(sorted(gone)):
        known = [uri for uri in uris if uri in before]
        merging.put({}, known)
        changed += len(known)
        await asyncio.sleep(0)
    return merging.index() if changed else index


def _slices(uris: Iterable[str]) -> Iterator[tuple[str, ...]]:
    every = iter(uris)
    while part := tuple(islice(every, MERGE_SLICE)):
        yield part


def start(session: Session) -> asyncio.Task[None]:
    """Starts the build of the session's workspace unless one is under way or done."""
    workspace = session.workspace
    if workspace.build is None:
        workspace.build = asyncio.get_running_loop().create_task(build(session))
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
    for task in (workspace.build, workspace.keeper):
        if task is not None:
            task.cancel()
    workspace.build = workspace.keeper = None
    workspace.changed.clear()
    workspace.index = Index()
    return start(session)


async def complete(session: Session) -> None:
    """Returns once the index is complete, and as new as the news of files that have come.

    Where nobody tells of files that change, they are looked at again, if that was not done
    just before.
    """
    await asyncio.shield(start(session))
    workspace = session.workspace
    age = session.adapters.clock.monotonic() - workspace.scanned
    if not workspace.told and age > STALE_SECONDS and workspace.keeper is None:
        _keep(session, rescan=True)
    while workspace.keeper is not None:
        await asyncio.wait({workspace.keeper})


def _announce(workspace: Workspace, complete: bool) -> None:
    for session in workspace.sessions:
        session.front.index_changed(workspace.done, workspace.total, complete)


def _publish(workspace: Workspace, index: Index) -> None:
    workspace.index = index
    for session in workspace.sessions:
        publish_index(session)
    _announce(workspace, index.complete)


def refresh(session: Session, uris: Iterable[str]) -> None:
    """Notes that files were saved, created or deleted, or folders; they are looked at soon."""
    session.workspace.changed.update(uris)
    if session.workspace.keeper is None and session.workspace.changed:
        _keep(session, rescan=False)


def _keep(session: Session, *, rescan: bool) -> None:
    workspace = session.workspace
    task = asyncio.get_running_loop().create_task(_kept(session, rescan))

    def ended(task: asyncio.Task[None]) -> None:
        if workspace.keeper is task:
            workspace.keeper = None
        _ended(workspace, task)

    task.add_done_callback(ended)
    workspace.keeper = task


async def _kept(session: Session, rescan: bool) -> None:
    """Brings the index up to date until there are no more news."""
    workspace = session.workspace
    await asyncio.shield(start(session))
    while workspace.changed or rescan:
        await asyncio.sleep(0 if rescan else GATHER_SECONDS)
        wanted, workspace.changed = workspace.changed, set()
        indexer, folders, settings = session.adapters.indexer, workspace.folders, session.settings
        if len(wanted) > FEW and workspace.index.complete:
            _publish(workspace, replace(workspace.index, complete=False))
        if rescan or len(wanted) > STORM:
            workspace.scanned = session.adapters.clock.monotonic()
            await _merge(session, indexer.rescan(folders, settings))
        else:
            await _merge(session, indexer.update(folders, settings, wanted))
        rescan = False


async def _merge(session: Session, batches: AsyncIterator[IndexBatch]) -> None:
    workspace, news = session.workspace, _News()
    async for batch in batches:
        news.take(batch)
        for path, reason in batch.skipped:
            workspace.skipped[path] = reason
        if batch.total > FEW and workspace.index.complete:
            _publish(workspace, replace(workspace.index, complete=False))
    before = workspace.index
    index = await _merged(session.adapters.aside, before, news)
    if index is not before or not before.complete:
        workspace.done = workspace.total = len(index.base)
        # More news may have come meanwhile: then the next round says that it is complete.
        _publish(workspace, replace(index, complete=len(workspace.changed) <= FEW))
