"""A worker's ends of the pipes: frames in on stdin, frames out on what was stdout."""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

LENGTH_BYTES = 4


def answers() -> BinaryIO:
    """Where answers go. Whatever else is printed goes to stderr from now on."""
    # The terminal's Ctrl-C reaches every process; only who started this one decides about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break a frame
    return out


def received() -> bytes | None:
    """The next frame, None at the end of the input."""
    head = sys.stdin.buffer.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    body = sys.stdin.buffer.read(length)
    return body if len(body) == length else None


def send(out: BinaryIO, body: bytes) -> None:
    """One answer; where nobody listens any more the process ends."""
    try:
        out.write(framed(body))
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # a normal exit would flush and fail again


def framed(body: bytes) -> bytes:
    """A body with its length, as it goes over a pipe."""
    return len(body).to_bytes(LENGTH_BYTES, "big") + body
