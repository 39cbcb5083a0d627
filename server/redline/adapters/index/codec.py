"""Facts as bytes: what goes over the pipe from a worker, into the cache and the snapshot.

The columns travel as their bytes, since all ends are one machine. Nothing that comes back
is trusted: what does not decode, or does not fit together, is `ValueError`.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from sys import intern

import msgspec

from redline.core.index.model import Facts
from redline.core.index.tables import Naming

CHECK_BYTES = 8

logger = logging.getLogger(__name__)


class Named(msgspec.Struct, array_like=True, frozen=True):
    """The first of the `Columns`: what the tables of a workspace take."""

    symbol_names: tuple[str, ...]
    names: tuple[str, ...]
    counts: bytes


class Columns(msgspec.Struct, array_like=True, frozen=True):
    """`Facts` with its arrays as bytes; the fields have the same names."""

    symbol_names: tuple[str, ...]
    names: tuple[str, ...]
    counts: bytes
    digest: str
    language: str
    letters: str
    size: int
    errors: int
    symbol_kinds: tuple[str, ...]
    symbol_signatures: tuple[str, ...]
    symbol_starts: bytes
    symbol_ends: bytes
    symbol_name_starts: bytes
    symbol_containers: bytes
    words: tuple[str, ...]
    word_counts: bytes
    skip_starts: bytes
    skip_ends: bytes
    import_names: tuple[str, ...]
    import_starts: bytes


# What another version packed in another way has another sum, and is not believed.
_FORMAT = blake2b(",".join(Columns.__struct_fields__).encode(), digest_size=16).digest()
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Columns).decode
_decode_named = msgspec.msgpack.Decoder(Named).decode
Packed = bytes | memoryview


def packed(facts: Facts) -> bytes:
    """The facts of a file on disk, behind a check sum."""
    columns = Columns(
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
        words=facts.words,
        word_counts=facts.word_counts.tobytes(),
        skip_starts=facts.skip_starts.tobytes(),
        skip_ends=facts.skip_ends.tobytes(),
        import_names=facts.import_names,
        import_starts=facts.import_starts.tobytes(),
    )
    body = _encode(columns)
    return check_sum(body) + body


def check_sum(body: bytes | memoryview) -> bytes:
    """What tells that bytes are still those that were written."""
    return blake2b(body, digest_size=CHECK_BYTES, person=_FORMAT).digest()


def sound(data: Packed) -> bool:
    """Whether `data` is still what `packed` gave."""
    body = memoryview(data)[CHECK_BYTES:]
    return len(body) > 0 and check_sum(body) == data[:CHECK_BYTES]


def unpacked(data: Packed) -> Facts:
    """The facts that were packed; names are interned, since most recur in many files.

    Raises `ValueError` for anything that `packed` did not give.
    """
    if not sound(data):
        raise ValueError("the facts are damaged")
    try:
        columns = _decode(memoryview(data)[CHECK_BYTES:])
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    return _facts(columns)


def naming(uri: str, data: Packed) -> Naming:
    """What tables take from packed facts of `uri`, a tenth of the time that all of them take.

    Raises `ValueError` for anything that `packed` did not give. Does not look at the check sum.
    """
    try:
        columns = _decode_named(memoryview(data)[CHECK_BYTES:])
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    counts = array("I", columns.counts)
    return Naming(uri, columns.symbol_names, columns.names, sum(counts))


class PackedFacts(Mapping[str, Facts]):
    """Facts that are unpacked when they are asked for, and then kept; `packed` are sound."""

    __slots__ = ("_open", "packed")

    def __init__(self, packed: Mapping[str, Packed]) -> None:
        self.packed = packed
        self._open: dict[str, Facts] = {}

    def __getitem__(self, uri: str) -> Facts:
        found = self._open.get(uri)
        if found is None:
            try:
                found = self._open[uri] = unpacked(self.packed[uri])
            except ValueError as error:
                # A check sum of ours over what is none of ours: nobody does that by chance.
                logger.error("the facts of %s cannot be read: %s", uri, error)
                raise KeyError(uri) from error
        return found

    def __contains__(self, uri: object) -> bool:
        return uri in self.packed

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


def _facts(columns: Columns) -> Facts:
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
        words=tuple(map(intern, columns.words)),
        word_counts=array("I", columns.word_counts),
        skip_starts=array("I", columns.skip_starts),
        skip_ends=array("I", columns.skip_ends),
        import_names=tuple(map(intern, columns.import_names)),
        import_starts=array("I", columns.import_starts),
    )
