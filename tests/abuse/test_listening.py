"""Cases 39 and 42: who listens asks for a token where it must, and waits for nobody for ever."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from abuse.abuse_world import World
from redline.core.framing import Frame, Framer, frame
from redline.edge.lsp import routes
from redline.edge.lsp.guard import Guard, same
from redline.edge.lsp.transport import serve_tcp
from redline.edge.lsp.websocket import serve_websocket
from redline.main import _lsp

TOKEN = "correct-horse-battery-staple"
HOWS = ("--tcp", "--ws")


def initialize(token: str | None = None) -> dict[str, Any]:
    """The first request, with the token in its options."""
    options = {} if token is None else {"token": token}
    given = {"processId": 2**30, "rootUri": None, "capabilities": {}}
    params = {**given, "initializationOptions": options}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}


@asynccontextmanager
async def listening(world: World, how: str) -> AsyncIterator[tuple[int, Callable[[], str]]]:
    """A server on all addresses that wants a token: its port, and what it has logged."""
    log = world.running.home / f"listening{how}.log"
    command = (sys.executable, "-m", "redline.main", "serve", how, "0.0.0.0:0")
    environment = {**world.running.environment, "REDLINE_TOKEN": TOKEN}
    with log.open("wb") as file:
        server = await asyncio.create_subprocess_exec(*command, stderr=file, env=environment)
    try:
        async with asyncio.timeout(20):
            while "listening on" not in log.read_text():
                await asyncio.sleep(0.02)
        said = log.read_text()
        assert "not encrypted" in said
        yield int(said.rpartition(",")[2].strip(" )\n")), log.read_text
    finally:
        server.kill()
        await server.wait()


async def over_tcp(port: int, token: str | None) -> tuple[dict[str, Any], bool]:
    """The answer to `initialize`, and whether the connection is there still."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(json.dumps(initialize(token)).encode()))
    framer = Framer(1 << 20)
    found: list[Any] = []
    async with asyncio.timeout(20):
        while not found:
            found = framer.feed(await reader.read(65536))
    assert isinstance(found[0], Frame)
    open_ = True
    with suppress(TimeoutError):
        async with asyncio.timeout(3):  # longer than an editor's process is looked for
            open_ = bool(await reader.read(1))
    writer.close()
    return json.loads(found[0].body), open_


async def over_ws(
    port: int, token: str | None, header: str | None = None
) -> tuple[dict[str, Any], bool]:
    """The same over WebSocket, with the token in a header if given."""
    headers = {} if header is None else {"Authorization": header}
    async with connect(f"ws://127.0.0.1:{port}", additional_headers=headers) as socket:
        await socket.send(json.dumps(initialize(token)))
        async with asyncio.timeout(20):
            answer = json.loads(await socket.recv())
        try:
            async with asyncio.timeout(1):
                await socket.recv()
        except TimeoutError:
            return answer, True
        except ConnectionClosed:
            pass
        return answer, False


@pytest.mark.parametrize("how", HOWS)
async def test_39_beyond_loopback_the_token_opens_and_nothing_else_does(
    world: World, how: str
) -> None:
    ask = over_tcp if how == "--tcp" else over_ws
    async with listening(world, how) as (port, log):
        for wrong in (None, "", "wrong", TOKEN[:-1], TOKEN + "x", "\ud800"):
            answer, open_ = await ask(port, wrong)
            assert answer["error"]["code"] == -32600, wrong
            assert "token" in answer["error"]["message"]
            assert not open_, "one try a connection"
        answer, open_ = await ask(port, TOKEN)
        assert answer["result"]["serverInfo"]["name"] == "redline"
        assert open_, "an editor on another machine has a process id of that machine"
        if how == "--ws":
            answer, open_ = await over_ws(port, None, f"Bearer {TOKEN}")
            assert open_
            assert answer["result"]["serverInfo"]["name"] == "redline"
            for header in ("Bearer wrong", TOKEN, f"Basic {TOKEN}", ""):
                with pytest.raises(InvalidStatus) as refused:
                    await over_ws(port, TOKEN, header)
                assert refused.value.response.status_code == 401
        assert TOKEN not in log()


@pytest.mark.parametrize("how", HOWS)
def test_39_a_token_that_can_be_guessed_is_refused(world: World, how: str) -> None:
    command = (sys.executable, "-m", "redline.main", "serve", how, "127.0.0.1:0")
    environment = {**world.running.environment, "REDLINE_TOKEN": "short"}
    done = subprocess.run(command, check=False, capture_output=True, env=environment, timeout=30)
    assert done.returncode == 2
    assert b"too short" in done.stderr
    assert b"short" in done.stderr
    assert b"Traceback" not in done.stderr


def test_39_a_token_is_itself_alone() -> None:
    assert same(TOKEN, TOKEN)
    assert not any(same(TOKEN, each) for each in ("", None, 5, [TOKEN], TOKEN.upper(), "é\ud800"))


@pytest.mark.parametrize("how", HOWS)
async def test_42_a_connection_that_says_nothing_is_closed(
    how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wired = partial(routes.connect, _lsp(None), {})
    serve: Callable[..., Coroutine[Any, Any, None]]
    serve = serve_tcp if how == "--tcp" else serve_websocket
    serving = asyncio.ensure_future(serve(wired, "127.0.0.1", 0, Guard(seconds=0.5)))
    try:
        said = ""
        async with asyncio.timeout(10):
            while "listening" not in said:
                await asyncio.sleep(0.01)
                said += capsys.readouterr().err
        port = int(said.rpartition(",")[2].strip(" )\n"))
        silent = _silent_tcp(port) if how == "--tcp" else _silent_ws(port)
        lives = over_ws(port, None) if how == "--ws" else _lives_tcp(port)
        closed, (answer, open_) = await asyncio.gather(silent, lives)
        assert 0.4 < closed < 10, "a connection without a word is closed when its time is over"
        assert answer["result"]["serverInfo"]["name"] == "redline"
        assert open_, "one that is an editor's stays"
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def _silent_tcp(port: int) -> float:
    """Seconds until the server closes a connection that sends half a header."""
    clock = asyncio.get_running_loop().time
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = clock()
    writer.write(b"Content-Le")
    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()
    return clock() - began


async def _silent_ws(port: int) -> float:
    clock = asyncio.get_running_loop().time
    async with connect(f"ws://127.0.0.1:{port}") as socket:
        began = clock()
        await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}))
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(20):
                while True:
                    await socket.recv()
        return clock() - began


async def _lives_tcp(port: int) -> tuple[dict[str, Any], bool]:
    """An editor without a process id, which is still served after the time of silence."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = initialize()
    asked["params"]["processId"] = None
    writer.write(frame(json.dumps(asked).encode()))
    framer = Framer(1 << 20)
    found: list[Any] = []
    async with asyncio.timeout(20):
        while not found:
            found = framer.feed(await reader.read(65536))
    open_ = True
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            open_ = bool(await reader.read(1))
    writer.close()
    return json.loads(found[0].body), open_
