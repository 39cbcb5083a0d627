"""What the refactoring tests share."""

from __future__ import annotations

import pytest
from refactor_languages import language

from redline.core.index.languages import Language


@pytest.fixture(scope="session")
def python() -> Language:
    """Python, loaded once."""
    return language("python")
