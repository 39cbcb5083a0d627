"""Small repositories for the builtin model, and what it says at a place of them."""

from __future__ import annotations

from collections.abc import Mapping

from redline.core.inline.builtin.asked import Asked, asked_at
from redline.core.inline.builtin.complete import candidates
from redline.core.inline.builtin.live import Live, live_of
from redline.core.inline.builtin.memory import Memory, SourceText, built
from redline.core.inline.builtin.mixing import FILE, Near, Source, weight_of
from redline.core.inline.builtin.tokens import Lexer, family_of
from redline.core.text.text import Text

PYTHON = family_of("python")
assert PYTHON is not None

MODELS = b"""from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
        return self.name


class Book(models.Model):
    title = models.CharField(max_length=200)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

    def __str__(self):
        return self.title
"""


def memory_of(files: Mapping[str, bytes]) -> Memory:
    """The memory of Python files by uri."""
    return built(SourceText(uri, "python", Text(data).digest, data) for uri, data in files.items())


def asked(
    memory: Memory, uri: str, before: bytes, changed: Mapping[str, bytes] | None = None
) -> Asked | None:
    """What is asked at the end of `before`; `changed` are files as they are now."""
    *above, row = before.split(b"\n")
    own = Live(PYTHON, Lexer(PYTHON))
    own.read(above)
    near = [Near(own, FILE)]
    for other, data in (changed or {}).items():
        near.append(Near(live_of(PYTHON, own.lexer, data), weight_of(other, uri)))
    hidden = {uri, *(changed or {})}
    numbers = frozenset(at for at, each in enumerate(memory.uris) if each in hidden)
    return asked_at(Source(memory, uri, numbers, tuple(near)), own, row, b"", ())


def told(
    memory: Memory, uri: str, before: bytes, changed: Mapping[str, bytes] | None = None
) -> dict[bytes, bytes]:
    """All candidates at the end of `before`: the text to insert by the whole line."""
    place = asked(memory, uri, before, changed)
    return {} if place is None else {each.line: each.text for each in candidates(place)}
