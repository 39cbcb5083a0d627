"""What we add to a provider's time for an inline suggestion, in milliseconds.

Run: `python tests/benchmarks/inline_latency.py [FOLDER] [--requests N] [--json]`, on Django unless
a folder is given. A server of its own process answers at once and says when it had read each
request; the same prompt goes to it through the plain client of OpenAI in the same run. `out` is
from the request to the last byte of it at the server, `in` from the answer's first byte there to
the drafts; `own` is both. The index, the imports and the library are in memory, as in a server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import measuring
from context_django import Front

from redline import main
from redline.app import documents, graph, indexing
from redline.app.inline import models
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.inline.model import InlineRequest
from redline.core.settings import Deployment, Settings
from redline.core.text.positions import Position, Range
from redline.core.text.sync import ContentChange
from redline.core.uris import Folder

SERVER = """
import asyncio, json, sys, time
body = json.dumps({"id": "x", "object": "text_completion", "created": 0, "model": "m", "choices":
    [{"index": 0, "text": "foo(bar)", "logprobs": None, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 900, "completion_tokens": 4, "total_tokens": 904}}).encode()
head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"
async def serve(reader, writer):
    while True:
        try:
            asked = (await reader.readuntil(b"\\r\\n\\r\\n")).decode().lower()
        except asyncio.IncompleteReadError:
            return
        await reader.readexactly(int(asked.split("content-length:")[1].split()[0]))
        read = time.perf_counter()
        sent = time.perf_counter()
        writer.write(head % len(body) + body)
        print(read, sent, flush=True)
async def run():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(run())
"""
MODEL = "text-completion-openai/m"
WARM = 10
Times = dict[str, list[float]]


async def opened(root: Path, address: str) -> Session:
    settings = Settings(roles={"inline": MODEL}, deployments={MODEL: Deployment(address, "key")})
    budget = replace(settings.budget, day_tokens=10**9)
    settings = replace(settings, budget=budget)
    workspace = Workspace((Folder(uris.from_path(root.as_posix()), root.name),))
    session = Session(main.adapters(settings), workspace, Front(), settings=settings)  # type: ignore[arg-type]
    workspace.sessions.append(session)
    publish_index(session)
    await indexing.complete(session)
    await graph.imports(session)
    await models.warm(session)
    return session


class Typist:
    """Types what stands in a file anyway: a word at random places, key by key."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.files = [uri for uri in session.workspace.index.base if uri.endswith(".py")]
        self.uri, self.version, self.left, self.offset = "", 0, 0, 0

    def request(self) -> InlineRequest:
        """The next key, and the request that follows it."""
        if not self.left:
            self._move()
        self.left -= 1
        document = self.session.documents[self.uri].document
        line = document.text.line_of(self.offset)
        place = Position(line, self.offset - document.text.line_start(line))
        self.version += 1
        change = ContentChange(Range(place, place), "x")
        assert not documents.change_document(self.session, self.uri, self.version, [change])
        documents.settle(self.session, self.uri, whole=False)
        self.offset += 1
        text = self.session.documents[self.uri].document.text
        now = time.monotonic()
        return InlineRequest("x", self.uri, "python", text, self.offset, "automatic", now)

    def _move(self) -> None:
        while True:
            self.uri = self.chance.choice(self.files)
            found = self.session.adapters.disk.read(self.uri)
            data = getattr(found, "data", b"")
            if 2_000 < len(data) < 150_000 and data.isascii():
                break
        self.version += 1
        text = data.decode()
        documents.open_document(self.session, self.uri, "python", self.version, text)
        opened_ = self.session.documents[self.uri].document.text
        line = self.chance.randrange(10, opened_.line_count)
        self.offset, self.left = opened_.line_start(line), 12
        if len(self.session.documents) > 12:
            documents.close_document(self.session, next(iter(self.session.documents)))


async def timed(server: subprocess.Popen[str], ask: Callable[[], Awaitable[object]]) -> Times:
    """One request: wall times, and the processor time of this process."""
    began, spent = time.perf_counter(), time.process_time()
    found = await ask()
    ended, spent = time.perf_counter(), time.process_time() - spent
    assert found, found
    assert not hasattr(found, "kind"), found
    assert server.stdout is not None
    read, sent = map(float, server.stdout.readline().split())
    return {
        "out": [read - began],
        "in": [ended - sent],
        "own": [read - began + ended - sent],
        "processor": [spent],
    }


async def measure(root: Path, number: int) -> dict[str, dict[str, float]]:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        session = await opened(root, address)
        import openai

        client = openai.AsyncOpenAI(api_key="key", base_url=address, max_retries=0)
        typist, times = Typist(session, 1), dict[str, list[float]]()
        code = "".join(path.read_text() for path in list(root.rglob("base.py"))[:2])[:5500]
        for turn in range(number + WARM):
            request = typist.request()
            ours = await timed(server, lambda: models.drafts(session, request, 1))  # noqa: B023
            plain = await timed(
                server,
                lambda: client.completions.create(
                    model="m", prompt=code[:4500], suffix=code[4500:], max_tokens=160, stop=["\n"]
                ),
            )
            for name, found in (("plain client", plain), ("redline", ours)):
                for kind, values in found.items() if turn >= WARM else ():
                    times.setdefault(f"{name}, {kind}", []).extend(each * 1000 for each in values)
        await client.close()
        await session.adapters.servers.close()
    finally:
        server.kill()
        server.wait()
    return measuring.figures(times, "plain client, own")


def run() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for kind in ("STATE", "CACHE", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(home) / kind.lower())
        found = asyncio.run(measure(measuring.django(given.folder), given.requests))
    if given.json:
        print(json.dumps(found))
        return
    print(f"{'milliseconds':24} {'median':>8} {'p95':>8}")
    for name, row in found.items():
        print(f"{name:24} {row['median']:8.2f} {row['p95']:8.2f}")


if __name__ == "__main__":
    run()
