"""Languages for the refactoring tests."""

from __future__ import annotations

import pytest

from redline.adapters import grammars
from redline.core.index.languages import Language

_LANGUAGES = grammars.load()


def language(name: str) -> Language:
    found = _LANGUAGES.named(name)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def python() -> Language:
    return language("python")
