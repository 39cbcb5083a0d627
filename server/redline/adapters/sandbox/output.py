"""What is kept of a program's output: its beginning and its end, and never more than asked."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

# Beyond this many times what is kept, a program only floods.
_FLOOD = 64
_CHUNK = 1 << 16


@dataclass(slots=True)
class Kept:
    """Collects one stream; `most` bytes of it are kept. `flooded` when it seems to have no end."""

    most: int
    flooded: asyncio.Event = field(default_factory=asyncio.Event)
    total: int = 0
    _head: bytearray = field(default_factory=bytearray)
    _tail: deque[bytes] = field(default_factory=deque)
    _tail_bytes: int = 0

    @property
    def cut(self) -> bool:
        """True when something was left out."""
        return self.total > self.most

    def add(self, data: bytes) -> None:
        """The next piece."""
        self.total += len(data)
        room = self.most // 2 - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._tail_bytes += len(data)
        limit = self.most - self.most // 2
        while self._tail and self._tail_bytes - len(self._tail[0]) >= limit:
            self._tail_bytes -= len(self._tail.popleft())
        if self.total > self.most * _FLOOD:
            self.flooded.set()

    def value(self) -> bytes:
        """All of it, or its two ends with a line between them that says what is missing."""
        tail = b"".join(self._tail)
        if not self.cut:
            return bytes(self._head) + tail
        limit = self.most - self.most // 2
        tail = tail[len(tail) - limit :] if limit else b""
        missing = self.total - len(self._head) - len(tail)
        return bytes(self._head) + b"\n[%d bytes left out]\n" % missing + tail


async def collect(stream: asyncio.StreamReader, kept: Kept) -> None:
    """Reads a stream to its end: a pipe nobody reads would never be closed."""
    while data := await stream.read(_CHUNK):
        kept.add(data)


async def settled(
    starting: asyncio.Future[asyncio.subprocess.Process],
) -> asyncio.subprocess.Process | None:
    """The process, once it has started, or None where it could not be.

    A start must never be cancelled: asyncio would kill the process alone and then wait for
    whoever else holds its streams.
    """
    await asyncio.wait([starting])
    if starting.cancelled() or starting.exception() is not None:
        return None
    return starting.result()
