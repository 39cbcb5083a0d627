"""Places in small texts, for tests of what is suggested there."""

from __future__ import annotations

from functools import cache

from redline.adapters import grammars
from redline.core.index.extract import parse
from redline.core.index.languages import Languages
from redline.core.inline.model import InlineRequest
from redline.core.inline.place import Place, place_at
from redline.core.text.text import Text


@cache
def languages() -> Languages:
    return grammars.load()


def place_of(source: str, language: str = "python") -> Place:
    """The place of `$0` in `source`."""
    text, offset = marked(source)
    found = languages().named(language)
    assert found is not None
    return place_at(text, offset, found, parse(found, text))


def marked(source: str) -> tuple[Text, int]:
    data = source.encode()
    return Text(data.replace(b"$0", b"", 1)), data.index(b"$0")


def request_of(source: str, **more: object) -> InlineRequest:
    text, offset = marked(source)
    given: dict[str, object] = {
        "id": "r", "uri": "file:///a.py", "language": "python", "text": text, "offset": offset,
        "trigger": "automatic", "at": 0.0,
    }  # fmt: skip
    return InlineRequest(**{**given, **more})  # type: ignore[arg-type]
