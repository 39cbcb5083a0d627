"""Several editors over TCP: each has a server object of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from redline.core.framing import Frame, Framer, frame


class Peer:
    """One editor at the other end of a socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.framer = reader, writer, Framer(1 << 20)
        self.frames: list[bytes] = []
        self.ids = iter(range(1000))

    def send(self, message: dict[str, Any]) -> None:
        self.writer.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    async def ask(self, method: str, params: object = None) -> Any:
        id_ = next(self.ids)
        self.send({"id": id_, "method": method, "params": params})
        async with asyncio.timeout(20):
            while True:
                answer = json.loads(await self.next())
                if answer.get("id") == id_ and "method" not in answer:
                    return answer.get("result", answer.get("error"))

    async def next(self) -> bytes:
        while not self.frames:
            data = await self.reader.read(65536)
            assert data, "the server closed the connection"
            self.frames += [f.body for f in self.framer.feed(data) if isinstance(f, Frame)]
        return self.frames.pop(0)

    async def begin(self, root: Path) -> None:
        await self.ask(
            "initialize", {"capabilities": {}, "rootUri": root.as_uri(), "processId": None}
        )
        self.send({"method": "initialized", "params": {}})

    async def open(self, path: Path, text: str) -> None:
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

    async def outline(self, path: Path) -> list[str]:
        document = {"textDocument": {"uri": path.as_uri()}}
        return [each["name"] for each in await self.ask("textDocument/documentSymbol", document)]


async def test_two_editors_do_not_see_each_other_and_one_may_leave(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "redline.main", "serve", "--tcp", "127.0.0.1:0")
    server = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert server.stderr is not None
    try:
        async with asyncio.timeout(20):
            port = int((await server.stderr.readline()).split(b",")[-1].strip(b" )\n"))
        peers = [Peer(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(2)]
        for name, peer in zip(("one", "two"), peers, strict=True):
            root = tmp_path / name
            root.mkdir()
            await peer.begin(root)
            await peer.open(root / "a.py", f"def {name}(): ...\n")
        assert await peers[0].outline(tmp_path / "one" / "a.py") == ["one"]
        assert await peers[1].outline(tmp_path / "two" / "a.py") == ["two"]
        unknown = await peers[0].ask(
            "textDocument/documentSymbol",
            {"textDocument": {"uri": (tmp_path / "two" / "a.py").as_uri()}},
        )
        assert unknown["code"] == -32602
        assert await peers[0].ask("shutdown") is None
        peers[0].send({"method": "exit"})
        async with asyncio.timeout(20):
            assert await peers[0].reader.read() == b""
        assert await peers[1].outline(tmp_path / "two" / "a.py") == ["two"]
        peers[1].writer.close()
    finally:
        server.kill()
        await server.wait()
