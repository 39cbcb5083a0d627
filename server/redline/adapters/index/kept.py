"""The index of a workspace as it is kept between two starts, and beside what is there now.

It is kept in parts of some thousand files, which follow each other in the order of uris: so
no step over one of them takes long enough to keep the loop from its turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import msgspec

from redline.adapters.index.codec import PackedFacts, naming
from redline.adapters.index.wire import SourceFile
from redline.core.index.merge import index_of
from redline.core.index.model import Index
from redline.core.index.tables import Tables, UriTables, tables_of

WHOLE_FILES = 4_000
"""A workspace of no more files is one part: what is asked of several takes longer."""
PART_FILES = 1_000
PART_BYTES = 16_000_000
"""Otherwise a part ends with the file that reaches either."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One file: what the walk saw of it, and what extracted its packed `facts`.

    `modified` is in nanoseconds; 0 for a file that was written so shortly before it was
    read that another write would not show. There are as many as files: the collector of
    garbage does not look at them.
    """

    size: int
    modified: int
    version: str
    facts: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Some files by uri, in order, and the tables of their names."""

    entries: Mapping[str, Entry]
    tables: Tables


@dataclass(frozen=True, slots=True)
class Kept:
    """All files of a workspace; the uris of each part follow those of the one before."""

    parts: tuple[Part, ...] = ()

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All files by uri, in order."""
        return chain.from_iterable(part.entries.items() for part in self.parts)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was kept beside what is there: packed facts that hold, files that are `left` to
    be looked at, kept uris whose facts hold no more, and how many files that makes.
    """

    known: Mapping[str, bytes]
    left: Mapping[str, SourceFile]
    gone: tuple[str, ...]
    changed: int


def compared(kept: Kept, files: Mapping[str, SourceFile], versions: Mapping[str, str]) -> Compared:
    """What still holds, for `files` as the walk saw them and `versions` of the extractors."""
    known: dict[str, bytes] = {}
    gone: list[str] = []
    for uri, entry in kept.entries():
        if _holds(entry, files.get(uri), versions):
            known[uri] = entry.facts
        else:
            gone.append(uri)
    left = {uri: file for uri, file in files.items() if uri not in known}
    changed = len(left) + sum(uri not in files for uri in gone)
    return Compared(known, left, tuple(gone), changed)


def _holds(entry: Entry, file: SourceFile | None, versions: Mapping[str, str]) -> bool:
    """Whether a file is still what an entry was made from, by today's extractor."""
    return (
        file is not None
        and entry.modified != 0
        and (entry.size, entry.modified) == (file.size, file.modified)
        and entry.version == versions.get(file.language, "")
    )


def kept_of(
    packed: Mapping[str, bytes],
    files: Mapping[str, SourceFile],
    versions: Mapping[str, str],
    racy: float,
) -> Kept:
    """What is to be kept of the facts of `files`; takes its time: use a thread.

    Whoever changed less than `racy` seconds ago may change again without its time saying so.
    """
    settled = time.time_ns() - int(racy * 1e9)
    parts = []
    for uris in _grouped(packed):
        entries = {
            uri: Entry(
                files[uri].size,
                max(0, files[uri].modified) if files[uri].modified <= settled else 0,
                versions.get(files[uri].language, ""),
                packed[uri],
            )
            for uri in uris
        }
        tables = tables_of(naming(uri, entry.facts) for uri, entry in entries.items())
        parts.append(Part(entries, tables))
    return Kept(tuple(parts))


def _grouped(packed: Mapping[str, bytes]) -> Iterator[Sequence[str]]:
    """The uris of each part, in order."""
    group: list[str] = []
    size, most = 0, WHOLE_FILES if len(packed) <= WHOLE_FILES else PART_FILES
    for uri in sorted(packed):
        group.append(uri)
        size += len(packed[uri])
        if len(group) == most or size >= PART_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def index_of_kept(kept: Kept) -> Index:
    """The index, ready for questions; takes its time: use a thread."""
    facts = {uri: entry.facts for uri, entry in kept.entries()}
    index = index_of(PackedFacts(facts), [part.tables for part in kept.parts])
    for letters in index.names.letters:
        letters.prepare()
    for table in (index.postings, index.names.uris):
        # One table makes it with its first question; of many it is too much for one turn.
        if isinstance(table, UriTables) and len(kept.parts) > 1:
            table.prepare()
    return index
