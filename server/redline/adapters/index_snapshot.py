"""The index of a workspace as one file, so that the next start need not look up each file.

    magic, then for each file its length and an `Entry`, then a check sum of all before

It is read whole and believed only when the check sum holds; then each entry counts for a
file whose size and time of change are still those it was made from. Written beside the
old one and put in its place at once.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec

MAGIC = b"redline index 1\n"
_SUM_BYTES = 16
_LENGTH_BYTES = 4

logger = logging.getLogger(__name__)


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One file: where, what the walk saw of it, what extracted its packed `facts`.

    `modified` is in nanoseconds; 0 for a file that was written so shortly before it was
    read that another write would not show.
    """

    uri: str
    size: int
    modified: int
    version: str
    facts: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Entry).decode


def read(path: Path) -> dict[str, Entry]:
    """What was kept at `path`, by uri; nothing when there is nothing sound."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    body = memoryview(data)[: -_SUM_BYTES or None]
    if not data.startswith(MAGIC) or _sum(body) != data[-_SUM_BYTES:]:
        logger.warning("the snapshot %s is damaged; the index is built anew", path)
        return {}
    try:
        return {entry.uri: entry for entry in _entries(body[len(MAGIC) :])}
    except msgspec.MsgspecError:
        return {}


def _entries(body: memoryview) -> Iterator[Entry]:
    at = 0
    while at < len(body):
        end = at + _LENGTH_BYTES + int.from_bytes(body[at : at + _LENGTH_BYTES], "big")
        yield _decode(body[at + _LENGTH_BYTES : end])
        at = end


def _sum(body: memoryview) -> bytes:
    return blake2b(body, digest_size=_SUM_BYTES).digest()


class Writer:
    """Writes a snapshot entry by entry; only `finish` puts it in the place of the old one.

    A disk that is full, or a folder that cannot be written, ends the writing and nothing else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sum = blake2b(digest_size=_SUM_BYTES)
        self._file: BinaryIO | None = None
        self._temporary: Path | None = None
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            self._temporary = Path(name)
            self._file = os.fdopen(handle, "wb")
            self._write(MAGIC)
        except OSError as error:
            self._fail(error)

    def add(self, entry: Entry) -> None:
        """One file more."""
        body = _encode(entry)
        self._write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)

    def finish(self) -> None:
        """The snapshot is whole: it takes the place of the old one."""
        if self._file is None or self._temporary is None:
            return
        try:
            self._file.write(self._sum.digest())
            self._file.close()
            self._temporary.replace(self._path)
            self._file = self._temporary = None
        except OSError as error:
            self._fail(error)

    def drop(self) -> None:
        """Nothing is kept; after `finish`, nothing is done."""
        if self._file is not None:
            self._file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
        self._file = self._temporary = None

    def _write(self, data: bytes) -> None:
        if self._file is None:
            return
        try:
            self._file.write(data)
            self._sum.update(data)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        logger.warning("the snapshot %s cannot be written: %s", self._path, error)
        try:
            self.drop()
        except OSError:
            self._file = self._temporary = None
