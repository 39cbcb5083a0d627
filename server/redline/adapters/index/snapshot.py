"""The index of a workspace as one file, so that the next start need not look up each file.

    magic, then for each part: the length of its head and that of its facts, its head, the
    packed facts of its files; then a check sum of all

It is read whole and believed only when the check sum holds and the columns fit together;
then each entry counts for a file whose size and time of change are still those it was made
from. Written beside the old one and put in its place at once.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import msgspec

from redline.adapters.index.codec import Packed
from redline.adapters.index.kept import Entry, Kept, Part
from redline.adapters.summed_file import body_of, write_summed
from redline.core.index.tables import Columns, Tables

_OURS = b"redline index "
MAGIC = _OURS + b"3\n"
_LENGTH_BYTES = 8
_LENGTHS = (0, _LENGTH_BYTES)

logger = logging.getLogger(__name__)


class Head(msgspec.Struct, array_like=True, frozen=True):
    """A part but for the facts, columns as bytes; one item a file, in order of uris.

    `ends` are where the facts of each end; `version` is a place in `versions`.
    """

    uris: tuple[str, ...]
    sizes: bytes
    modified: bytes
    version: bytes
    versions: tuple[str, ...]
    ends: bytes
    names: tuple[str, ...]
    defined: int
    naming: tuple[bytes, bytes]
    defining: tuple[bytes, bytes]
    symbols: int
    references: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Head).decode


def read(path: Path) -> Kept | None:
    """What was kept at `path`; None when there is nothing sound."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = body_of(data, MAGIC)
    found = _kept(body) if body is not None else None
    if found is None and (data.startswith(MAGIC) or not data.startswith(_OURS)):
        logger.warning("the snapshot %s is damaged; the index is built anew", path)
    return found


def _kept(body: memoryview) -> Kept | None:
    """What `write` wrote; None for anything else."""
    parts: list[Part] = []
    last = ""
    while body:
        length, size = (int.from_bytes(body[at : at + _LENGTH_BYTES], "big") for at in _LENGTHS)
        start = 2 * _LENGTH_BYTES
        head, facts = body[start : start + length], body[start + length : start + length + size]
        part = _part(head, facts) if len(facts) == size else None
        if part is None or (uris := part.tables.uris) == () or uris[0] <= last:
            return None
        last = uris[-1]
        parts.append(part)
        body = body[start + length + size :]
    return Kept(tuple(parts))


def _part(data: memoryview, facts: memoryview) -> Part | None:
    try:
        head = _decode(data)
        tables = Tables(
            head.uris,
            head.names,
            head.defined,
            _columns(head.naming),
            _columns(head.defining),
            head.symbols,
            head.references,
        )
        entries = _entries(head, facts)
    except (msgspec.MsgspecError, ValueError, IndexError):
        return None
    return Part(entries, tables) if tables.sound else None


def _entries(head: Head, facts: memoryview) -> dict[str, Entry]:
    """Raises `ValueError` or `IndexError` for columns that do not fit together."""
    ends = array("Q", head.ends)
    if list(ends) != sorted(ends) or (ends[-1] if ends else 0) != len(facts):
        raise ValueError("facts are missing")
    spans = pairwise((0, *ends))
    versions = [head.versions[at] for at in array("I", head.version)]
    columns = (head.uris, array("Q", head.sizes), array("Q", head.modified), versions, spans)
    return {
        uri: Entry(size, modified, version, bytes(facts[start:end]))
        for uri, size, modified, version, (start, end) in zip(*columns, strict=True)
    }


def _columns(data: tuple[bytes, bytes]) -> Columns:
    return Columns(array("I", data[0]), array("I", data[1]))


def write(path: Path, kept: Kept) -> None:
    """Keeps the index at `path`, its entries in the order of the tables' uris.

    A disk that is full, or a folder that cannot be written, leaves what was there.
    """
    write_summed(path, _bytes_of(kept), "snapshot")


def _bytes_of(kept: Kept) -> Iterator[Packed]:
    yield MAGIC
    for part in kept.parts:
        tables, entries = part.tables, part.entries.values()
        versions = {version: at for at, version in enumerate({e.version: 0 for e in entries})}
        ends = array("Q", accumulate(len(each.facts) for each in entries))
        head = Head(
            tables.uris,
            array("Q", [each.size for each in entries]).tobytes(),
            array("Q", [each.modified for each in entries]).tobytes(),
            array("I", [versions[each.version] for each in entries]).tobytes(),
            tuple(versions),
            ends.tobytes(),
            tables.names,
            tables.defined,
            (tables.naming.starts.tobytes(), tables.naming.rows.tobytes()),
            (tables.defining.starts.tobytes(), tables.defining.rows.tobytes()),
            tables.symbols,
            tables.references,
        )
        body = _encode(head)
        for length in (len(body), ends[-1]):
            yield length.to_bytes(_LENGTH_BYTES, "big")
        yield body
        yield from (each.facts for each in entries)
