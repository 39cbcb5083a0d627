"""A worker process of the indexer: reads, looks up, parses, extracts; answers on stdout.

It ends at the end of its input, so it never outlives the process that started it.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from typing import BinaryIO

from redline.adapters import grammars
from redline.adapters.facts_cache import FactsCache
from redline.adapters.index_extract import extracted
from redline.adapters.index_wire import (
    LENGTH_BYTES,
    Answer,
    Ready,
    Request,
    framed,
    request_of,
)


def main() -> None:
    """Answers requests until the input ends."""
    # The terminal's Ctrl-C reaches every process; only the indexer decides about this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break a frame
    languages = grammars.load(worker=True)
    caches: dict[str, FactsCache] = {}
    _send(out, Ready())
    while (request := _receive(sys.stdin.buffer)) is not None:
        place = request.cache
        if place not in caches:
            caches[place] = FactsCache(partial(str, place))
        _send(out, extracted(languages, request, caches[place]))


def _receive(file: BinaryIO) -> Request | None:
    head = file.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    body = file.read(length)
    return request_of(body) if len(body) == length else None


def _send(out: BinaryIO, message: Answer) -> None:
    try:
        out.write(framed(message))
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more; a normal exit would flush and fail again


if __name__ == "__main__":
    main()
