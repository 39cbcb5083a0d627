"""What a terminal is given: plain text, whatever it is about, and colours of our own.

Names, source and words of models can hold sequences that drive a terminal: that move, hide or
forge lines, set its title, write the clipboard. While a command runs, both streams spell out
everything that is not plain; what colours its output itself writes to the `raw` stream, and
makes plain what it did not write.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from redline.core.text.unseen import plain_text


class PlainStream:
    """A text stream in front of another, for plain text only."""

    def __init__(self, raw: TextIO) -> None:
        self.raw_stream = raw

    def write(self, text: str) -> int:
        """Writes `text`, with what is not plain spelt out."""
        self.raw_stream.write(plain_text(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw_stream, name)


def raw(stream: TextIO) -> TextIO:
    """The stream itself, for what colours its output."""
    return stream.raw_stream if isinstance(stream, PlainStream) else stream


@contextmanager
def plain_streams() -> Iterator[None]:
    """Both streams of the process take nothing but plain text meanwhile."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, PlainStream(raw(each))) for each in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
