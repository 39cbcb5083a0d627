"""A worker process of the indexer: walks, reads, parses, extracts; answers on stdout.

It ends at the end of its input, so it never outlives the process that started it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from redline.adapters import grammars
from redline.adapters.disk import read_text
from redline.adapters.index_wire import (
    LENGTH_BYTES,
    Answer,
    Columns,
    Extract,
    Extracted,
    Found,
    Ready,
    Request,
    SourceFile,
    Walk,
    columns_of,
    framed,
    request_of,
)
from redline.adapters.uris import path_of, uri_of
from redline.adapters.walk import walk
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Languages
from redline.core.problems import Unreadable


def main() -> None:
    """Answers requests until the input ends."""
    # The terminal's Ctrl-C reaches every process; only the indexer decides about this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break a frame
    languages = grammars.load()
    _send(out, Ready())
    while (request := _receive(sys.stdin.buffer)) is not None:
        _send(out, answer(languages, request))


def answer(languages: Languages, request: Request) -> Answer:
    """What a request is answered with."""
    if isinstance(request, Walk):
        return _found(languages, request)
    return _extracted(languages, request)


def _found(languages: Languages, request: Walk) -> Found:
    root = path_of(request.folder)
    if root is None:
        return Found((), ((request.folder, "not a folder on this machine"),))
    files: list[SourceFile] = []
    skipped: list[tuple[str, str]] = []

    def pass_over(path: str, reason: str) -> None:
        skipped.append((_readable(path) or ".", reason))

    def wanted(path: str) -> bool:
        return languages.name_for_path(path) is not None

    base = uri_of(root).rstrip("/")
    limit = request.max_bytes
    for path, size in walk(root, request.excludes, wanted, pass_over):
        if size > limit:
            pass_over(path, f"larger than {limit / 1_000_000:g} MB")
        else:
            uri = base + uri_of("/" + path).removeprefix("file://")
            files.append(SourceFile(uri, _readable(path), size))
    return Found(tuple(files), tuple(skipped))


def _extracted(languages: Languages, request: Extract) -> Extracted:
    facts: dict[str, Columns] = {}
    skipped: list[tuple[str, str]] = []
    bytes_read = 0
    for file in request.files:
        columns = _columns(languages, file, request.max_bytes)
        if isinstance(columns, Unreadable):
            skipped.append((file.path, columns.reason))
        else:
            facts[file.uri] = columns
            bytes_read += columns.size
    return Extracted(facts, tuple(skipped), bytes_read)


def _columns(languages: Languages, file: SourceFile, limit: int) -> Columns | Unreadable:
    path = path_of(file.uri)
    text = Unreadable("no such file") if path is None else read_text(path, limit)
    if isinstance(text, Unreadable):
        return text
    try:
        language = languages.for_path(file.path)
    except grammars.GrammarError as error:
        return Unreadable(str(error))
    if language is None:
        return Unreadable("no language")
    return columns_of(extract(language, parse(language, text), text))


def _readable(path: str) -> str:
    """The path for people, and for frames: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


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
