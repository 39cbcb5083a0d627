"""The languages of the refactoring tests."""

from __future__ import annotations

from redline.adapters import grammars
from redline.core.index.languages import Language

_LANGUAGES = grammars.load()


def language(name: str) -> Language:
    """The language of that name, loaded."""
    found = _LANGUAGES.named(name)
    assert found is not None
    return found
