"""What retrieval knows of a workspace, kept in step: the index's terms, and the history.

The corpus follows the index: before it is read it takes in what has changed since the last time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from redline.app.session import Session
from redline.core import uris
from redline.core.graph.model import Imports, imports_of
from redline.core.index.model import Facts, Index
from redline.core.index.query import documents
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.history import Commit, History, Memory, partner_scores, remember
from redline.core.retrieval.terms import terms_of
from redline.core.uris import Folder

SLICE = 200
"""How many files are taken in before others get their turn: some 5 ms."""
UNPACKED = 50
"""How many files' facts are asked for: as long."""
SETTLED = 25
"""How many are settled: as long."""


@dataclass(slots=True)
class Library:
    """The corpus of a workspace, the facts it was made of by path, its memory, its imports.

    `by_path` are the facts of `index`. `heads` are the commits that the history begins at, by
    folder. `links` are `imports` with paths in place of uris.
    """

    index: Index | None = None
    by_path: dict[str, Facts] = field(default_factory=dict)
    corpus: Corpus = field(default_factory=Corpus)
    known: dict[str, Facts] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    history: History = field(default_factory=History)
    memory: Memory | None = None
    imports: Imports = field(default_factory=Imports)
    links: Imports = field(default_factory=Imports)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    settling: asyncio.Task[None] | None = None


async def together(session: Session, path: str) -> dict[str, float]:
    """By path, how much a file changed together with the one at `path`: from 0 to 1."""
    library = of(session)
    async with library.turn:
        memory = await remembered(session, library)
    if path not in memory.paths:
        return {}
    scores = partner_scores(memory, {memory.paths.index(path): 1.0})
    return {other: score for other, score in zip(memory.paths, scores, strict=True) if score}


async def facts_by_path(session: Session) -> dict[str, Facts]:
    """The facts of every file in the workspace, by its path in it; made once for an index."""
    library, snapshot = of(session), session.snapshot
    if snapshot.index is library.index:
        return library.by_path
    folders, found = snapshot.folders, dict[str, Facts]()
    for at, (uri, facts) in enumerate(documents(snapshot.index)):
        path = uris.relative(folders, uri)
        if path is not None:
            found[path] = facts
        if at % UNPACKED == UNPACKED - 1:  # facts may be unpacked only now
            await asyncio.sleep(0)
    library.index, library.by_path = snapshot.index, found
    return found


def of(session: Session) -> Library:
    """The library of the session's workspace."""
    library = session.workspace.library
    if library is None:
        library = session.workspace.library = Library()
    return library


def settle(library: Library) -> None:
    """Sees to it that later queries find postings ready; a process that ends need not wait."""
    if library.settling is None or library.settling.done():
        library.settling = asyncio.get_running_loop().create_task(_settle(library.corpus))


async def _settle(corpus: Corpus) -> None:
    more = True
    while more:
        more = corpus.words.settle(SETTLED)
        await asyncio.sleep(0)


async def remembered(session: Session, library: Library) -> Memory:
    """The history as of now, and with it the corpus; for who has the `turn`."""
    moved = await _catch_up(session, library)
    if await _read(session, library) or moved or library.memory is None:
        library.memory = await asyncio.to_thread(remember, library.history, library.known)
    return library.memory


def links(session: Session, library: Library, imports: Imports) -> Imports:
    """`imports` with paths in place of uris, made once."""
    if imports is not library.imports:
        folders = session.snapshot.folders
        every = {*imports.targets, *imports.importers}
        paths = {uri: uris.relative(folders, uri) or uri for uri in every}
        named = {
            paths[uri]: tuple([paths[each] for each in found])
            for uri, found in imports.targets.items()
        }
        library.imports, library.links = imports, imports_of(named)
    return library.links


async def _catch_up(session: Session, library: Library) -> bool:
    """Takes in what has changed in the index; whether files came or went."""
    now = await facts_by_path(session)
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
