"""The index of a workspace: walked, looked up where it is known, extracted where it is not.

What is known: the snapshot of the last time, by size and time of change; then the cache, by
content. Only the rest is parsed, in other processes (`index_workers.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from redline.adapters import grammars, index_extract, index_snapshot
from redline.adapters.facts_cache import FactsCache
from redline.adapters.facts_codec import unpacked
from redline.adapters.index_extract import recalled
from redline.adapters.index_snapshot import Entry, Writer
from redline.adapters.index_walk import Found, find, look
from redline.adapters.index_wire import Extract, Extracted, SourceFile
from redline.adapters.index_workers import WORKER, Work, extracted
from redline.core.index.build import IndexBatch
from redline.core.index.languages import Languages
from redline.core.index.model import Facts
from redline.core.settings import Settings
from redline.core.uris import Folder

SLICE = 64
"""How many files are read from the snapshot before others get their turn: some 5 ms."""
HERE_BYTES = 100_000
RACY_NANOSECONDS = 2_000_000_000
"""A file changed so shortly before may be changed again without its time saying so."""


class Places(Protocol):
    """Where facts are kept between two starts; '' and None for nowhere."""

    def cache(self) -> str:
        """The folder of the cache that all workspaces share."""

    def snapshot(self, folders: Sequence[Folder]) -> Path | None:
        """The snapshot of the workspace of these folders."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Nothing is kept."""

    def cache(self) -> str:
        """No folder."""
        return ""

    def snapshot(self, folders: Sequence[Folder]) -> Path | None:
        """No file."""
        return None


@dataclass(slots=True)
class ProcessIndexer:
    """The port `Indexer` over up to `workers` processes of our own.

    One in the background of an editor, two on a command line somebody waits for.
    `patience` is how many seconds one chunk of files, and then one file, may take.
    """

    workers: int = 1
    patience: float = 20.0
    command: tuple[str, ...] = WORKER
    places: Places = Nowhere()
    languages: Languages = field(default_factory=grammars.load)
    _seen: dict[str, SourceFile] = field(default_factory=dict)
    _cache: FactsCache = field(init=False)

    def __post_init__(self) -> None:
        self._cache = FactsCache(self.places.cache)

    async def build(
        self, folders: Sequence[Folder], settings: Settings
    ) -> AsyncGenerator[IndexBatch, None]:
        """Every file of `folders` that has a language and is not ignored, in batches.

        The first batch has no facts: it comes when the walk is over and `total` known. A
        file in two folders is indexed once; one that is as it was in the snapshot is not
        read. Raises `IndexerError` when workers do not start, or fail over one file after
        another.
        """
        path = self.places.snapshot(folders)
        found, kept, work = await asyncio.gather(
            asyncio.to_thread(find, self.languages, folders, settings),
            asyncio.to_thread(_read, path),
            asyncio.to_thread(self._work, settings),
        )
        self._seen = found.files
        total = len(found.files)
        yield IndexBatch(0, total, skipped=found.skipped)
        known = {u: e for u, e in kept.items() if _holds(e, found.files.get(u), work.versions)}
        fresh = len(known) == total == len(kept)
        writer = None if path is None or fresh else Writer(path)
        try:
            async with aclosing(self._batches(found, known, work, writer)) as batches:
                async for batch in batches:
                    yield batch
            if writer is not None:
                await asyncio.to_thread(writer.finish)
        finally:
            if writer is not None:
                writer.drop()

    async def _batches(
        self, found: Found, known: dict[str, Entry], work: Work, writer: Writer | None
    ) -> AsyncGenerator[IndexBatch, None]:
        done, total = 0, len(found.files)
        left = dict(found.files)
        for part in _slices(known.values()):
            facts = _unpacked({entry.uri: entry.facts for entry in part})
            for entry in part:
                if entry.uri in facts:
                    del left[entry.uri]
                    _keep(writer, entry)
            done += len(facts)
            yield IndexBatch(done, total, facts=facts, hits=len(facts))
            await asyncio.sleep(0)
        async with aclosing(extracted(left.values(), work)) as parts:
            async for each in parts:
                done += len(each.facts) + len(each.skipped)
                for uri, facts_of in each.facts.items():
                    file = found.files[uri]
                    version = work.versions.get(file.language, "")
                    _keep(writer, Entry(uri, file.size, _settled(file), version, facts_of))
                yield _batch(each, done, total)

    async def update(
        self, folders: Sequence[Folder], settings: Settings, uris: Iterable[str]
    ) -> AsyncGenerator[IndexBatch, None]:
        """What became of single files: new facts, or gone. Whoever is below a uri counts too."""
        wanted = set(uris)
        below = tuple(f"{uri}/" for uri in wanted if uri not in self._seen)
        wanted.update(uri for uri in self._seen if below and uri.startswith(below))
        now = await asyncio.to_thread(look, self.languages, folders, settings, wanted)
        gone = tuple(uri for uri in wanted if uri not in now and uri in self._seen)
        async with aclosing(self._changed(now, gone, settings)) as batches:
            async for batch in batches:
                yield batch

    async def rescan(
        self, folders: Sequence[Folder], settings: Settings
    ) -> AsyncGenerator[IndexBatch, None]:
        """What became of all files, for who is not told: by size and time of change."""
        found = await asyncio.to_thread(find, self.languages, folders, settings)
        changed = {u: file for u, file in found.files.items() if self._seen.get(u) != file}
        gone = tuple(uri for uri in self._seen if uri not in found.files)
        async with aclosing(self._changed(changed, gone, settings)) as batches:
            async for batch in batches:
                yield batch

    async def _changed(
        self, files: dict[str, SourceFile], gone: tuple[str, ...], settings: Settings
    ) -> AsyncGenerator[IndexBatch, None]:
        self._seen = {uri: f for uri, f in (self._seen | files).items() if uri not in set(gone)}
        yield IndexBatch(0, len(files), gone=gone)
        if not files:
            return
        work = await asyncio.to_thread(self._work, settings)
        known = await asyncio.to_thread(self._recalled, files, work)
        yield IndexBatch(len(known), len(files), facts=_unpacked(known), hits=len(known))
        left = {uri: file for uri, file in files.items() if uri not in known}
        done = len(known)
        async with aclosing(self._extracted(left, work)) as parts:
            async for each in parts:
                done += len(each.facts) + len(each.skipped)
                for uri in each.facts:
                    del left[uri]
                yield _batch(each, done, len(files))
        # What cannot be read any more has no facts either.
        yield IndexBatch(len(files), len(files), gone=tuple(left))

    def _recalled(self, files: dict[str, SourceFile], work: Work) -> dict[str, bytes]:
        return recalled(files.values(), work.max_bytes, work.versions, self._cache)

    async def _extracted(
        self, files: dict[str, SourceFile], work: Work
    ) -> AsyncGenerator[Extracted, None]:
        """A few small files are parsed in a thread: a process takes longer to start."""
        apart = any(self.languages.isolated(file.language) for file in files.values())
        if apart or sum(file.size for file in files.values()) > HERE_BYTES:
            async with aclosing(extracted(files.values(), work)) as parts:
                async for each in parts:
                    yield each
        elif files:
            request = Extract(tuple(files.values()), work.max_bytes, work.cache, work.versions)
            extract = index_extract.extracted
            yield await asyncio.to_thread(extract, self.languages, request, self._cache)

    def _work(self, settings: Settings) -> Work:
        versions = grammars.versions()
        limit, cache = settings.max_file_bytes, self.places.cache()
        return Work(self.workers, self.patience, self.command, limit, cache, versions)


def _read(path: Path | None) -> dict[str, Entry]:
    return index_snapshot.read(path) if path is not None else {}


def _holds(entry: Entry, file: SourceFile | None, versions: dict[str, str]) -> bool:
    """Whether a file is still what an entry was made from, by today's extractor."""
    return (
        file is not None
        and entry.modified != 0
        and (entry.size, entry.modified) == (file.size, file.modified)
        and entry.version == versions.get(file.language, "")
    )


def _settled(file: SourceFile) -> int:
    recent = time.time_ns() - file.modified < RACY_NANOSECONDS
    return 0 if recent else file.modified


def _keep(writer: Writer | None, entry: Entry) -> None:
    if writer is not None:
        writer.add(entry)


def _slices(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    every = list(entries)
    for at in range(0, len(every), SLICE):
        yield every[at : at + SLICE]


def _unpacked(facts: dict[str, bytes]) -> dict[str, Facts]:
    """What is sound of packed facts; the rest is left to be extracted."""
    result: dict[str, Facts] = {}
    for uri, data in facts.items():
        try:
            result[uri] = unpacked(data)
        except ValueError:
            continue
    return result


def _batch(part: Extracted, done: int, total: int) -> IndexBatch:
    facts = _unpacked(part.facts)
    lost = tuple((uri, "its facts came back damaged") for uri in part.facts if uri not in facts)
    return IndexBatch(done, total, part.bytes_read, facts, (*part.skipped, *lost), part.hits)
