"""What a query is about, by all that is known: the index, and what the history remembers.

The corpus follows the index: before a search it takes in what has changed since the last.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from redline.app.session import Session
from redline.core import uris
from redline.core.index.model import Facts
from redline.core.index.query import documents
from redline.core.retrieval.history import Commit, History, Memory, partner_scores, remember
from redline.core.retrieval.lexical import Corpus
from redline.core.retrieval.rank import Hit, rank
from redline.core.retrieval.terms import terms_of
from redline.core.uris import Folder

SLICE = 20
"""How many files are taken in before others get their turn: some 10 ms."""


@dataclass(slots=True)
class Library:
    """The corpus of a workspace, the facts it was made of by path, and its memory.

    `heads` are the commits that the history begins at, by folder.
    """

    corpus: Corpus = field(default_factory=Corpus)
    known: dict[str, Facts] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    history: History = field(default_factory=History)
    memory: Memory | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


async def search(session: Session, query: str, limit: int) -> tuple[Hit, ...]:
    """The `limit` best files for `query`, as paths relative to the workspace.

    Files outside the folders, which only the user works on, are not found.
    """
    library = _library(session)
    async with library.turn:
        memory = await _remembered(session, library)
        return rank(library.corpus, memory, query, limit)


async def together(session: Session, path: str) -> dict[str, float]:
    """By path, how much a file changed together with the one at `path`: from 0 to 1."""
    library = _library(session)
    async with library.turn:
        memory = await _remembered(session, library)
    if path not in memory.paths:
        return {}
    scores = partner_scores(memory, {memory.paths.index(path): 1.0})
    return {other: score for other, score in zip(memory.paths, scores, strict=True) if score}


def _library(session: Session) -> Library:
    library = session.workspace.library
    if library is None:
        library = session.workspace.library = Library()
    return library


async def _remembered(session: Session, library: Library) -> Memory:
    moved = await _catch_up(session, library)
    if await _read(session, library) or moved or library.memory is None:
        library.memory = remember(library.history, library.corpus)
    return library.memory


async def _catch_up(session: Session, library: Library) -> bool:
    """Takes in what has changed in the index; whether files came or went."""
    folders = session.snapshot.folders
    now: dict[str, Facts] = {}
    for at, (uri, facts) in enumerate(documents(session.snapshot.index)):
        path = uris.relative(folders, uri)
        if path is not None:
            now[path] = facts
        if at % SLICE == SLICE - 1:  # facts may be unpacked only now
            await asyncio.sleep(0)
    gone = library.known.keys() - now.keys()
    for path in gone:
        library.corpus.remove(path)
    changed = [path for path, facts in now.items() if library.known.get(path) is not facts]
    came = not library.known.keys() >= now.keys()
    for at, path in enumerate(changed):
        library.corpus.add(path, terms_of(now[path]))
        if at % SLICE == SLICE - 1:
            await asyncio.sleep(0)
    library.known = now
    return bool(gone) or came


async def _read(session: Session, library: Library) -> bool:
    """Reads the history anew where a folder is at another commit; whether it was."""
    folders, reader = session.snapshot.folders, session.adapters.history
    heads = tuple([await asyncio.to_thread(reader.head, each) for each in folders])
    if heads == library.heads:
        return False
    parts = [await asyncio.to_thread(reader.read, each) for each in folders]
    library.heads, library.history = heads, _joined(folders, parts)
    return True


def _joined(folders: tuple[Folder, ...], parts: list[History]) -> History:
    """One history of all folders, with the paths that files go by in the workspace."""
    if len(parts) < 2:
        return parts[0] if parts else History()
    commits = [
        replace(commit, paths=tuple(f"{folder.name}/{path}" for path in commit.paths))
        for folder, part in zip(folders, parts, strict=True)
        for commit in part.commits
    ]
    return History("", tuple(sorted(commits, key=_newest_first)))


def _newest_first(commit: Commit) -> tuple[int, tuple[str, ...]]:
    return -commit.time, commit.paths
