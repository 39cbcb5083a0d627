"""What proofs that a name is unknown ask of the workspace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from redline.core.index.model import Index
from redline.core.inline.proofs.words import lines_with
from redline.core.text.text import Text

MOST_READ = 6
"""Of more files than these it is not asked what they do with a name."""


@dataclass(frozen=True, slots=True)
class Known:
    """The workspace around the file at `uri`.

    `text_of` is what a file holds that is as the index has it, open ones as they are in the
    editor; None for any other. `meant` are the files that an import in a file (its uri, the
    module as it is written) means, () for what is outside the workspace or unclear; a Python
    module with a dot behind it is a module for certain. `beside` are the names in the folder
    of a file. `brought`: a build brings names that no file declares.
    """

    uri: str
    index: Index
    text_of: Callable[[str], Text | None]
    meant: Callable[[str, str], tuple[str, ...]]
    beside: Callable[[str], tuple[str, ...]]
    brought: bool = False


def given(known: Known, name: str, uris: Iterable[str]) -> bool:
    """Whether a file of `uris` may give some object an attribute `name`; True where that is not
    known, and where they are too many to be read."""
    others = [each for each in uris if each != known.uri]
    if len(others) > MOST_READ:
        return True
    texts = [known.text_of(each) for each in others]
    return any(each is None or gives(each.data, name) for each in texts)


def gives(data: bytes, name: str) -> bool:
    """Whether a text of Python may give an object the attribute `name`."""
    pattern = _giving(name)
    return any(pattern.search(line) is not None for line in lines_with(data, name.encode()))


@lru_cache(maxsize=32)
def _giving(name: str) -> re.Pattern[bytes]:
    word = rb"\.\s*" + re.escape(name.encode()) + rb"\b"
    return re.compile(
        word + rb"\s*(?::[^=]*)?=(?!=)"
        rb"|" + word + rb"[^=]*,[^=]*=(?!=)"
        rb"|\b(?:for|as)\b.*" + word + rb"|['\"]" + re.escape(name.encode()) + rb"['\"]"
    )
