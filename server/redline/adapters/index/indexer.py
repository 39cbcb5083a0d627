"""The index of a workspace: walked, looked up where it is known, extracted where it is not.

What is known: the snapshot of the last time, by size and time of change; then the cache, by
content. Only the rest is parsed, in other processes (`index_workers.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from redline.adapters import grammars
from redline.adapters.index import files as index_extract
from redline.adapters.index import snapshot as index_snapshot
from redline.adapters.index.cache import FactsCache
from redline.adapters.index.codec import PackedFacts, sound
from redline.adapters.index.files import recalled
from redline.adapters.index.kept import Compared, Kept, compared, index_of_kept, kept_of
from redline.adapters.index.walk import find, look
from redline.adapters.index.wire import Extracted, SourceFile
from redline.adapters.index.workers import WORKER, Work, extracted
from redline.adapters.uris import path_of, uri_of
from redline.core.index.build import IndexBatch
from redline.core.index.languages import Languages
from redline.core.settings import Settings
from redline.core.uris import Folder

FEW = 0.1
"""If no larger share of what is known has changed, the index is followed, not made anew."""
HERE_BYTES = 100_000
MOST = 0.5
"""If a smaller share of the looked up was seen before, the rest is not looked up here."""


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
    `patience` is how many seconds one chunk of files, and then one file, may take. A file that
    changed less than `racy` seconds ago may change again without its time saying so.
    """

    workers: int = 1
    patience: float = 20.0
    racy: float = 2.0
    command: tuple[str, ...] = WORKER
    places: Places = Nowhere()
    languages: Languages = field(default_factory=grammars.load)
    _seen: dict[str, SourceFile] = field(default_factory=dict)

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
            asyncio.to_thread(self._work, folders, settings),
        )
        self._seen = found.files
        yield IndexBatch(0, len(found.files), skipped=found.skipped)
        state = await asyncio.to_thread(compared, kept, found.files, work.versions)
        some = bool(state.known) and state.changed <= len(state.known) * FEW
        batches = self._followed(kept, state, work) if some else self._anew(state, work, path)
        async with aclosing(batches):
            async for batch in batches:
                yield batch

    async def _followed(
        self, kept: Kept, state: Compared, work: Work
    ) -> AsyncGenerator[IndexBatch, None]:
        """The index as it was kept, and the few files that have changed since."""
        whole = await asyncio.to_thread(index_of_kept, kept)
        done, total = len(state.known), len(self._seen)
        whole = replace(whole, complete=not state.changed)
        facts = PackedFacts(state.known)
        yield IndexBatch(done, total, facts=facts, hits=done, gone=state.gone, whole=whole)
        async with aclosing(self._extracted(state.left, work, every=False)) as parts:
            async for each in parts:
                done += len(each.facts) + len(each.skipped)
                yield _batch(each, done, total)

    async def _anew(
        self, state: Compared, work: Work, path: Path | None
    ) -> AsyncGenerator[IndexBatch, None]:
        """All files but the known, told without facts; then the index of all, kept at `path`."""
        packed, done, total = dict(state.known), len(state.known), len(self._seen)
        if packed:
            yield IndexBatch(done, total, hits=done)
        async with aclosing(self._extracted(state.left, work, every=True)) as parts:
            async for each in parts:
                done += len(each.facts) + len(each.skipped)
                packed.update(each.facts)
                yield replace(_batch(each, done, total), facts={})
        if packed:
            kept = await asyncio.to_thread(kept_of, packed, self._seen, work.versions, work.racy)
            whole = await asyncio.to_thread(index_of_kept, kept)
            yield IndexBatch(total, total, whole=replace(whole, complete=True))
            if path is not None:
                # The thread is the last to hold it: to let go of so much takes its time, too.
                write = partial(index_snapshot.write, path, kept)
                del kept
                writing = asyncio.get_running_loop().run_in_executor(None, write)
                del write
                await writing

    async def update(
        self, folders: Sequence[Folder], settings: Settings, uris: Iterable[str]
    ) -> AsyncGenerator[IndexBatch, None]:
        """What became of single files: new facts, or gone. Whoever is below a uri counts too.

        A folder that is there is walked, and so is one whose patterns of ignored files changed.
        """

        def looked() -> tuple[dict[str, SourceFile], tuple[str, ...]]:
            wanted = set(uris)
            places = set(filter(None, map(_walked, wanted)))
            wanted.update(map(uri_of, places))
            wanted.update(_below(self._seen, wanted - self._seen.keys()))
            now = look(self.languages, folders, settings, wanted)
            now |= find(self.languages, folders, settings, places).files
            return now, tuple(uri for uri in wanted if uri not in now and uri in self._seen)

        now, gone = await asyncio.to_thread(looked)
        async with aclosing(self._changed(now, gone, folders, settings)) as batches:
            async for batch in batches:
                yield batch

    async def rescan(
        self, folders: Sequence[Folder], settings: Settings
    ) -> AsyncGenerator[IndexBatch, None]:
        """What became of all files, for who is not told: by size and time of change."""

        def looked() -> tuple[dict[str, SourceFile], tuple[str, ...]]:
            found = find(self.languages, folders, settings).files
            changed = {uri: file for uri, file in found.items() if self._seen.get(uri) != file}
            return changed, tuple(uri for uri in self._seen if uri not in found)

        changed, gone = await asyncio.to_thread(looked)
        async with aclosing(self._changed(changed, gone, folders, settings)) as batches:
            async for batch in batches:
                yield batch

    async def _changed(
        self,
        files: dict[str, SourceFile],
        gone: tuple[str, ...],
        folders: Sequence[Folder],
        settings: Settings,
    ) -> AsyncGenerator[IndexBatch, None]:
        self._seen.update(files)
        for uri in gone:
            self._seen.pop(uri, None)
        yield IndexBatch(0, len(files), gone=gone)
        if not files:
            return
        work = await asyncio.to_thread(self._work, folders, settings)
        left, done = dict(files), 0
        async with aclosing(self._extracted(files, work, every=False)) as parts:
            async for each in parts:
                done += len(each.facts) + len(each.skipped)
                for uri in each.facts:
                    del left[uri]
                yield _batch(each, done, len(files))
        # What cannot be read any more has no facts either.
        yield IndexBatch(len(files), len(files), gone=tuple(left))

    async def _extracted(
        self, files: Mapping[str, SourceFile], work: Work, *, every: bool
    ) -> AsyncGenerator[Extracted, None]:
        """What was seen before is looked up here, of `every` file as long as most were; the
        rest is for workers, but for a few that have changed: to start one takes longer.
        """
        if every or not _small(files):
            least = MOST if every else 0
            found, files = await asyncio.to_thread(self._recalled, files, work, least)
            if found.facts:
                yield found
        isolated = any(self.languages.isolated(file.language) for file in files.values())
        if every or isolated or not _small(files):
            async with aclosing(extracted(files.values(), work)) as parts:
                async for each in parts:
                    yield _proven(each)
        elif files:
            yield await asyncio.to_thread(self._extracted_here, files, work)

    # The cache is open only while it is used: its files are mapped as long, and who cuts them
    # then kills the process.

    def _recalled(
        self, files: Mapping[str, SourceFile], work: Work, least: float
    ) -> tuple[Extracted, Mapping[str, SourceFile]]:
        """What the cache has, and the files that are left."""
        if not work.cache:
            return Extracted({}, (), 0, 0), files
        with closing(FactsCache(self.places.cache)) as cache:
            found = recalled(work.request(()), cache, least, files.values())
        return found, {uri: file for uri, file in files.items() if uri not in found.facts}

    def _extracted_here(self, files: Mapping[str, SourceFile], work: Work) -> Extracted:
        request = work.request(tuple(files.values()))
        with closing(FactsCache(self.places.cache)) as cache:
            return index_extract.extracted(self.languages, request, cache)

    def _work(self, folders: Sequence[Folder], settings: Settings) -> Work:
        versions = grammars.versions()
        limit, cache = settings.max_file_bytes, self.places.cache()
        uris = tuple(folder.uri for folder in folders)
        common = (self.workers, self.patience, self.command, limit, cache, versions)
        return Work(*common, self.racy, uris)


def _walked(uri: str) -> Path | None:
    """The folder to walk for news of `uri`: itself, or that of a file of patterns."""
    path = path_of(uri)
    if path is None:
        return None
    if path.name == ".gitignore":
        return path.parent
    return path if path.is_dir() and not path.is_symlink() else None


def _small(files: Mapping[str, SourceFile]) -> bool:
    return sum(file.size for file in files.values()) <= HERE_BYTES


def _read(path: Path | None) -> Kept:
    kept = index_snapshot.read(path) if path is not None else None
    return kept or Kept()


def _below(seen: Iterable[str], folders: set[str]) -> set[str]:
    """Those of `seen` that are in one of `folders`, at any depth."""

    @cache
    def inside(folder: str) -> bool:
        above = folder.rpartition("/")[0]
        return folder in folders or (above != folder and bool(above) and inside(above))

    return {uri for uri in seen if inside(uri.rpartition("/")[0])} if folders else set()


def _proven(part: Extracted) -> Extracted:
    """What came from a worker, but for what came damaged."""
    lost = {uri for uri, data in part.facts.items() if not sound(data)}
    if not lost:
        return part
    facts = {uri: data for uri, data in part.facts.items() if uri not in lost}
    reasons = ((uri, "its facts came back damaged") for uri in sorted(lost))
    return Extracted(facts, (*part.skipped, *reasons), part.bytes_read, part.hits)


def _batch(part: Extracted, done: int, total: int) -> IndexBatch:
    facts = PackedFacts(part.facts)
    return IndexBatch(done, total, part.bytes_read, facts, part.skipped, part.hits)
