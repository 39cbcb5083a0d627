"""Builds the memory of the builtin inline model in a process of its own: it holds the lock of
the interpreter for seconds.

One request on stdin, one answer on stdout, each a frame of msgpack. The memory itself goes
through its file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from redline.adapters.disk import read_text
from redline.adapters.index.pipe import answers, received, send
from redline.adapters.inline.memory_file import read, write
from redline.adapters.uris import path_of
from redline.core.inline.builtin.memory import Memory, SourceText, built
from redline.core.inline.builtin.tokens import family_of
from redline.core.oversight.sandbox import secret_file, secret_folder
from redline.core.problems import Unreadable

FEW = 0.02
"""If no larger share of the files has changed, the memory that is there will do."""
MOST_BYTES = 64_000_000
"""So much code is remembered at most; the files of the smallest uris come first."""
NICENESS = 10


class Remember(msgspec.Struct, array_like=True, frozen=True):
    """Asks for the memory of files, pairs of uri and language, at `path`."""

    path: str
    files: tuple[tuple[str, str], ...]
    max_bytes: int


class Done(msgspec.Struct, array_like=True, frozen=True):
    """The memory is at its path; `changed` are files that it knows otherwise, or not at all."""

    changed: tuple[str, ...]
    problem: str = ""


encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Remember).decode
answer_of = msgspec.msgpack.Decoder(Done).decode


def main() -> None:
    """Answers one request."""
    out = answers()
    with suppress(OSError):
        os.nice(NICENESS)
    body = received()
    if body is not None:
        send(out, encode(remember(_decode(body))))


def remember(request: Remember) -> Done:
    """Builds and writes the memory, unless the one that is there is nearly right."""
    path = Path(request.path)
    files = list(_texts(request.files, request.max_bytes))
    kept = read(path) if path.exists() else None
    if kept is not None:
        changed = _changed(kept, files)
        if len(changed) <= len(files) * FEW:
            return Done(changed)
        del kept
    if not write(path, built(files)):
        return Done((), f"{path} cannot be written")
    return Done(())


def _texts(files: Iterable[tuple[str, str]], most: int) -> Iterator[SourceText]:
    """Those of the files that are code and no secrets, as they are now."""
    left = MOST_BYTES
    for uri, language in sorted(files):
        path = path_of(uri)
        if path is None or family_of(language) is None or _secret(path):
            continue
        text = read_text(path, most)
        if isinstance(text, Unreadable) or len(text) > left:
            continue
        left -= len(text)
        yield SourceText(uri, language, text.digest, text.data)


def _secret(path: Path) -> bool:
    return secret_file(path.name) or any(map(secret_folder, path.parent.parts))


def _changed(kept: Memory, files: Iterable[SourceText]) -> tuple[str, ...]:
    known = dict(zip(kept.uris, kept.digests, strict=True))
    now = {each.uri: each.digest for each in files}
    return tuple(sorted(uri for uri in known.keys() | now.keys() if known.get(uri) != now.get(uri)))


if __name__ == "__main__":
    main()
