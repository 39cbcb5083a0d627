"""The index of a workspace as one file, so that the next start need not look up each file.

    magic, the length of the head, the head, the packed facts of all files, a check sum of all

It is read whole and believed only when the check sum holds and its columns fit together;
then each entry counts for a file whose size and time of change are still those it was made
from. Written beside the old one and put in its place at once.
"""

from __future__ import annotations

import logging
import os
import tempfile
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, pairwise
from pathlib import Path

import msgspec

from redline.adapters.facts_codec import Packed
from redline.core.index.tables import Columns, Tables

_OURS = b"redline index "
MAGIC = _OURS + b"2\n"
_SUM_BYTES = 16
_LENGTH_BYTES = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: what the walk saw of it, and what extracted its packed `facts`.

    `modified` is in nanoseconds; 0 for a file that was written so shortly before it was
    read that another write would not show.
    """

    size: int
    modified: int
    version: str
    facts: Packed


@dataclass(frozen=True, slots=True)
class Kept:
    """All files of a snapshot by uri, and the tables of their names."""

    entries: Mapping[str, Entry]
    tables: Tables


class Head(msgspec.Struct, array_like=True, frozen=True):
    """A snapshot but for the facts, columns as bytes; one item a file, in order of uris.

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
    body = memoryview(data)[: -_SUM_BYTES or None]
    found = None
    if data.startswith(MAGIC) and _sum(body) == data[-_SUM_BYTES:]:
        found = _kept(body[len(MAGIC) :])
    if found is None and (data.startswith(MAGIC) or not data.startswith(_OURS)):
        logger.warning("the snapshot %s is damaged; the index is built anew", path)
    return found


def _kept(body: memoryview) -> Kept | None:
    """What `write` wrote; None for anything else."""
    length = int.from_bytes(body[:_LENGTH_BYTES], "big")
    try:
        head = _decode(body[_LENGTH_BYTES : _LENGTH_BYTES + length])
        tables = Tables(
            head.uris,
            head.names,
            head.defined,
            _columns(head.naming),
            _columns(head.defining),
            head.symbols,
            head.references,
        )
        entries = _entries(head, body[_LENGTH_BYTES + length :])
    except (msgspec.MsgspecError, ValueError, IndexError):
        return None
    return Kept(entries, tables) if tables.sound else None


def _entries(head: Head, facts: memoryview) -> dict[str, Entry]:
    """Raises `ValueError` or `IndexError` for columns that do not fit together."""
    ends = array("Q", head.ends)
    if list(ends) != sorted(ends) or (ends[-1] if ends else 0) != len(facts):
        raise ValueError("facts are missing")
    spans = pairwise((0, *ends))
    versions = [head.versions[at] for at in array("I", head.version)]
    columns = (head.uris, array("Q", head.sizes), array("Q", head.modified), versions, spans)
    return {
        uri: Entry(size, modified, version, facts[start:end])
        for uri, size, modified, version, (start, end) in zip(*columns, strict=True)
    }


def _columns(data: tuple[bytes, bytes]) -> Columns:
    return Columns(array("I", data[0]), array("I", data[1]))


def _sum(body: memoryview) -> bytes:
    return blake2b(body, digest_size=_SUM_BYTES).digest()


def write(path: Path, kept: Kept) -> None:
    """Keeps the index at `path`, its entries in the order of the tables' uris.

    A disk that is full, or a folder that cannot be written, leaves what was there.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            summed = blake2b(digest_size=_SUM_BYTES)
            for part in _parts(kept):
                summed.update(part)
                file.write(part)
            file.write(summed.digest())
        temporary.replace(path)
    except OSError as error:
        logger.warning("the snapshot %s cannot be written: %s", path, error)
        if temporary is not None:
            _remove(temporary)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s stays: %s", path, error)


def _parts(kept: Kept) -> Sequence[Packed]:
    tables, entries = kept.tables, kept.entries.values()
    versions = {version: at for at, version in enumerate({each.version: 0 for each in entries})}
    head = Head(
        tables.uris,
        array("Q", [each.size for each in entries]).tobytes(),
        array("Q", [each.modified for each in entries]).tobytes(),
        array("I", [versions[each.version] for each in entries]).tobytes(),
        tuple(versions),
        array("Q", accumulate(len(each.facts) for each in entries)).tobytes(),
        tables.names,
        tables.defined,
        (tables.naming.starts.tobytes(), tables.naming.rows.tobytes()),
        (tables.defining.starts.tobytes(), tables.defining.rows.tobytes()),
        tables.symbols,
        tables.references,
    )
    body = _encode(head)
    return [MAGIC, len(body).to_bytes(_LENGTH_BYTES, "big"), body, *(e.facts for e in entries)]
