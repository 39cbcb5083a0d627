"""The editors `install.sh` put in place, for the tests here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NEOVIMS = ("nvim-0.11", "nvim-0.12")


def binary(name: str) -> str:
    """Path of an installed editor; skips without one, or fails where the run must be complete."""
    folder = os.environ.get("REDLINE_EDITORS", "")
    path = Path(folder) / "bin" / name
    if folder and path.exists():
        return str(path)
    reason = f"no {name}: use tests/editors/run, or set REDLINE_EDITORS to what install.sh filled"
    if os.environ.get("REDLINE_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
