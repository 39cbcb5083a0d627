"""The server over WebSocket, for whoever is no page in a browser."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    command = (sys.executable, "-m", "redline.main", "serve", "--ws", "127.0.0.1:0")
    server = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert server.stderr is not None
    try:
        async with asyncio.timeout(20):
            port = int((await server.stderr.readline()).split(b",")[-1].strip(b" )\n"))
        yield f"ws://127.0.0.1:{port}"
    finally:
        server.kill()
        await server.wait()


async def ask(socket: ClientConnection, id_: int, method: str, params: object) -> Any:
    await socket.send(json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params}))
    async with asyncio.timeout(20):
        while True:
            answer = json.loads(await socket.recv())
            if answer.get("id") == id_ and "method" not in answer:
                return answer["result"]


async def test_an_editor_is_served(tmp_path: Path) -> None:
    async with serving() as address, connect(address) as socket:
        root = {"capabilities": {}, "rootUri": tmp_path.as_uri(), "processId": None}
        assert (await ask(socket, 1, "initialize", root))["serverInfo"]["name"] == "redline"
        assert await ask(socket, 2, "shutdown", None) is None


async def test_a_page_in_a_browser_is_refused() -> None:
    async with serving() as address:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(address, origin="https://example.com"):
                pass
        assert refused.value.response.status_code == 403
