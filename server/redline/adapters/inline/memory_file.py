"""The memory of the builtin inline model as one file.

    magic, the length of the head, the head, the columns; then a check sum of all

It is read whole (a mapped file that someone cuts would end the process) and believed only
when the check sum holds and the columns fit together. Written beside the old one and put in
its place at once, readable by the user alone.
"""

from __future__ import annotations

import logging
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

import msgspec

from redline.adapters.summed_file import body_of, write_summed
from redline.core.inline.builtin.memory import DEPTH, KINDS, Ints, Memory, Words

MAGIC = b"redline inline memory 3\n"
_LENGTH_BYTES = 8
_STEP = 50_000
_LITTLE = sys.byteorder == "little"

logger = logging.getLogger(__name__)


class Head(msgspec.Struct, array_like=True, frozen=True):
    """What is no column, and the sizes of the columns in bytes."""

    little: bool
    uris: tuple[str, ...]
    digests: tuple[str, ...]
    sizes: tuple[int, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Head).decode


def read(path: Path) -> Memory | None:
    """The memory at `path`; None when there is nothing sound. Takes its time: use a thread."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = body_of(data, MAGIC)
    found = _memory(body) if body is not None else None
    if found is not None:
        return found
    logger.warning("the memory %s is damaged or foreign; it is built anew", path)
    return None


def _memory(body: memoryview) -> Memory | None:
    length = int.from_bytes(body[:_LENGTH_BYTES], "big")
    start = _LENGTH_BYTES + length
    try:
        head = _decode(body[_LENGTH_BYTES:start])
        columns = list(_cut(body[start:], head.sizes))
    except (msgspec.MsgspecError, ValueError, IndexError):
        return None
    if head.little != _LITTLE or len(columns) != 7 + 2 * KINDS:
        return None
    words, *rest = columns
    ends, tokens, order, starts, lines, within, *kept = (each.cast("I") for each in rest)
    pairs = tuple(zip(kept[::2], kept[1::2], strict=True))
    made = Words(bytes(words), ends)
    memory = Memory(made, tokens, order, starts, lines, within, pairs, head.uris, head.digests)
    return memory if _sound(memory) else None


def _cut(body: memoryview, sizes: tuple[int, ...]) -> Iterator[memoryview]:
    """Raises `ValueError` for columns that are not as long as they should be."""
    if sum(sizes) != len(body) or any(each < 0 for each in sizes):
        raise ValueError("columns are missing")
    at = 0
    for place, size in enumerate(sizes):
        if place and size % 4:
            raise ValueError("a column is cut")
        yield body[at : at + size]
        at += size


def _below(column: Ints, limit: int) -> bool:
    """Whether all are less than the limit; in steps that leave other threads their turn."""
    return all(max(column[at : at + _STEP]) < limit for at in range(0, len(column), _STEP))


def _sound(memory: Memory) -> bool:
    """Whether the columns fit together: then no look-up leaves them."""
    ends, size, lines = memory.words.ends, len(memory.tokens) - DEPTH, len(memory.lines)
    return (
        len(memory.order) == size >= 0
        and not any(memory.tokens[size:])
        and len(memory.starts) == len(memory.uris) == len(memory.digests)
        and all(_below(each, size) for each in (memory.order, memory.starts, memory.lines))
        and _below(memory.tokens, len(ends))
        and (ends[-1] if ends else 0) == len(memory.words.data)
        and len(memory.within) == lines
        and _below(memory.within, lines)
        and all(len(keys) == len(numbers) == lines for keys, numbers in memory.kept)
        and all(_below(numbers, lines) for _, numbers in memory.kept)
    )


def write(path: Path, memory: Memory) -> bool:
    """Keeps the memory at `path`. False when it cannot be written: what was there stays."""
    return write_summed(path, _parts(memory), "memory")


def _parts(memory: Memory) -> Iterator[bytes]:
    kept = [column for pair in memory.kept for column in pair]
    plain: list[Ints] = [
        memory.words.ends,
        memory.tokens,
        memory.order,
        memory.starts,
        memory.lines,
        memory.within,
    ]
    columns = [memory.words.data, *(array("I", each).tobytes() for each in (*plain, *kept))]
    head = _encode(Head(_LITTLE, memory.uris, memory.digests, tuple(map(len, columns))))
    yield MAGIC
    yield len(head).to_bytes(_LENGTH_BYTES, "big")
    yield head
    yield from columns
