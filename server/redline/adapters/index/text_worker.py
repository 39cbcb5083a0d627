"""A worker process for open documents: gets a text, answers with its packed facts.

It ends at the end of its input, so it never outlives the process that started it.
"""

from __future__ import annotations

import msgspec

from redline.adapters import grammars
from redline.adapters.index.extraction import packed_facts
from redline.adapters.index.pipe import answers, received, send
from redline.core.problems import Unreadable
from redline.core.text.text import Text


class Given(msgspec.Struct, array_like=True, frozen=True):
    """A text and the name of its language."""

    language: str
    data: bytes


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Given).decode


def main() -> None:
    """Answers until the input ends; an empty answer stands for a grammar that is not here."""
    out = answers()
    languages = grammars.load(worker=True)
    while (body := received()) is not None:
        given = decode(body)
        found = packed_facts(languages, given.language, Text(given.data))
        send(out, b"" if isinstance(found, Unreadable) else found)


if __name__ == "__main__":
    main()
