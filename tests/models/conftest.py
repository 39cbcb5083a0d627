"""What the tests of models start and end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from model_support import Serving, script

from redline.adapters.models import litellm_library
from redline.adapters.models.scripted_server import ScriptedServer, serve


@pytest.fixture(scope="session")
def loaded() -> None:
    """Pays for the import once."""
    litellm_library.load()


@pytest.fixture
async def serving(tmp_path: Path, loaded: None) -> AsyncIterator[Serving]:
    """Starts servers that end with the test."""
    servers: list[ScriptedServer] = []

    async def start(text: str) -> ScriptedServer:
        servers.append(await serve(script(text), log=tmp_path / "log"))
        return servers[-1]

    yield start
    for server in servers:
        await server.close()
