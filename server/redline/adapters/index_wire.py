"""What the indexer and its workers say to each other: frames of msgpack with their length.

Each request gets one answer. Files are named by uri, which is ASCII whatever their name;
paths and reasons are for people. Columns travel as their bytes: both ends are one machine.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from sys import intern

import msgspec

from redline.core.index.model import Facts

LENGTH_BYTES = 4


class Walk(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Asks for the files of a folder (a uri) that have a language; answered by `Found`."""

    folder: str
    excludes: tuple[str, ...]
    max_bytes: int


class Extract(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Asks for the facts of files; answered by `Extracted`."""

    files: tuple[SourceFile, ...]
    max_bytes: int


class SourceFile(msgspec.Struct, array_like=True, frozen=True):
    """A file to index. `size` in bytes, as the walk saw it."""

    uri: str
    path: str
    size: int


class Ready(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Sent once, unasked: the worker has loaded what it needs."""


class Found(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """The files of a folder, and (path, reason) of what was passed over."""

    files: tuple[SourceFile, ...]
    skipped: tuple[tuple[str, str], ...]


class Columns(msgspec.Struct, array_like=True, frozen=True):
    """`Facts` with its arrays as bytes; the fields have the same names."""

    digest: str
    language: str
    letters: str
    size: int
    errors: int
    symbol_names: tuple[str, ...]
    symbol_kinds: tuple[str, ...]
    symbol_signatures: tuple[str, ...]
    symbol_starts: bytes
    symbol_ends: bytes
    symbol_name_starts: bytes
    symbol_containers: bytes
    names: tuple[str, ...]
    counts: bytes
    skip_starts: bytes
    skip_ends: bytes
    import_names: tuple[str, ...]
    import_starts: bytes


class Extracted(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """The facts by uri, (path, reason) of what was passed over, and the bytes read."""

    facts: dict[str, Columns]
    skipped: tuple[tuple[str, str], ...]
    bytes_read: int


Request = Walk | Extract
Answer = Ready | Found | Extracted


def columns_of(facts: Facts) -> Columns:
    """The facts of a file on disk, ready to send."""
    return Columns(
        digest=facts.digest,
        language=facts.language,
        letters=facts.letters,
        size=facts.size,
        errors=facts.errors,
        symbol_names=facts.symbol_names,
        symbol_kinds=facts.symbol_kinds,
        symbol_signatures=facts.symbol_signatures,
        symbol_starts=facts.symbol_starts.tobytes(),
        symbol_ends=facts.symbol_ends.tobytes(),
        symbol_name_starts=facts.symbol_name_starts.tobytes(),
        symbol_containers=facts.symbol_containers.tobytes(),
        names=facts.names,
        counts=facts.counts.tobytes(),
        skip_starts=facts.skip_starts.tobytes(),
        skip_ends=facts.skip_ends.tobytes(),
        import_names=facts.import_names,
        import_starts=facts.import_starts.tobytes(),
    )


def facts_of(columns: Columns) -> Facts:
    """The facts that were sent. Names are interned: most recur in many files."""
    return Facts(
        digest=columns.digest,
        language=intern(columns.language),
        letters=intern(columns.letters),
        size=columns.size,
        errors=columns.errors,
        symbol_names=tuple(map(intern, columns.symbol_names)),
        symbol_kinds=tuple(map(intern, columns.symbol_kinds)),
        symbol_signatures=columns.symbol_signatures,
        symbol_starts=array("I", columns.symbol_starts),
        symbol_ends=array("I", columns.symbol_ends),
        symbol_name_starts=array("I", columns.symbol_name_starts),
        symbol_containers=array("i", columns.symbol_containers),
        names=tuple(map(intern, columns.names)),
        counts=array("I", columns.counts),
        skip_starts=array("I", columns.skip_starts),
        skip_ends=array("I", columns.skip_ends),
        import_names=tuple(map(intern, columns.import_names)),
        import_starts=array("I", columns.import_starts),
    )


def framed(message: Request | Answer) -> bytes:
    """The message as it goes over the pipe."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


request_of: Callable[[bytes], Request] = msgspec.msgpack.Decoder(Request).decode
answer_of: Callable[[bytes], Answer] = msgspec.msgpack.Decoder(Answer).decode
