"""What the indexer and its workers say to each other: frames of msgpack with their length.

Each request gets one answer. Files are named by uri, which is ASCII whatever their name;
paths and reasons are for people. Facts travel packed (`facts_codec.py`).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class SourceFile(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A file to index, as the walk saw it: `size` in bytes, `modified` in nanoseconds."""

    uri: str
    path: str
    language: str
    size: int
    modified: int


class Extract(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Asks for the facts of files; answered by `Extracted`.

    `cache` is the folder of the cache, '' for none; `versions` are those of the extractors. What
    is opened must lie in one of `folders` (uris): a link may have come since the walk.
    """

    files: tuple[SourceFile, ...]
    max_bytes: int
    cache: str
    versions: dict[str, str]
    folders: tuple[str, ...]


class Ready(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Sent once, unasked: the worker has loaded what it needs."""


class Extracted(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Packed facts by uri, (path, reason) of what was passed over, the bytes read, and how
    many of the facts were in the cache.
    """

    facts: dict[str, bytes]
    skipped: tuple[tuple[str, str], ...]
    bytes_read: int
    hits: int


Request = Extract
Answer = Ready | Extracted


encode: Callable[[Request | Answer], bytes] = msgspec.msgpack.Encoder().encode
request_of: Callable[[bytes], Request] = msgspec.msgpack.Decoder(Request).decode
answer_of: Callable[[bytes], Answer] = msgspec.msgpack.Decoder(Answer).decode
