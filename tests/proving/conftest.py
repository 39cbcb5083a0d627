"""Needs a sandbox, as the tests of the sandbox itself do."""

from __future__ import annotations

from pathlib import Path

import pytest
from proving_support import written

from sandbox.sandbox_support import require


@pytest.fixture(scope="session", autouse=True)
def sandbox() -> None:
    require()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two tests that pass."""
    return written(tmp_path / "project")
