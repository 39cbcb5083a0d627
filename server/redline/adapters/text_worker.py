"""A worker process for open documents: gets a text, answers with its packed facts.

It ends at the end of its input, so it never outlives the process that started it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

import msgspec

from redline.adapters import grammars
from redline.adapters.facts_codec import packed
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Languages
from redline.core.text.text import Text

LENGTH_BYTES = 4


class Given(msgspec.Struct, array_like=True, frozen=True):
    """A text and the name of its language."""

    language: str
    data: bytes


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Given).decode


def main() -> None:
    """Answers until the input ends; an empty answer stands for a grammar that is not here."""
    # The terminal's Ctrl-C reaches every process; only the server decides about this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break a frame
    languages = grammars.load(worker=True)
    while (given := _receive(sys.stdin.buffer)) is not None:
        found = _facts(languages, given)
        out.write(len(found).to_bytes(LENGTH_BYTES, "big") + found)
        out.flush()


def _receive(file: BinaryIO) -> Given | None:
    head = file.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    body = file.read(length)
    return decode(body) if len(body) == length else None


def _facts(languages: Languages, given: Given) -> bytes:
    try:
        language = languages.named(given.language)
    except grammars.GrammarError:
        return b""
    if language is None:
        return b""
    text = Text(given.data)
    return packed(extract(language, parse(language, text), text))


if __name__ == "__main__":
    main()
