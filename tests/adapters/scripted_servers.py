"""Scripted servers in folders of their own, asked through the adapter."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.pool import Limits, Pool, Request
from redline.adapters.renaming.family import Asked
from redline.adapters.uris import uri_of
from redline.core.servers import Ready, ServerSpec
from redline.core.text.text import Document, Text
from redline.core.uris import Folder

SCRIPTED = Path(__file__).parent / "scripted_language_server.py"
DEADLINE = 10.0


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def until(true: Callable[[], bool]) -> None:
    """Waits for a condition, at most `DEADLINE` seconds."""
    async with asyncio.timeout(DEADLINE):
        while not true():
            await asyncio.sleep(0.005)


@dataclass
class Folders:
    """Folders with one file `a.py` each, and a pool that serves them by scripts."""

    home: Path
    pool: Pool
    ready: Ready = "asked"
    looks: bool = False
    specs: dict[str, ServerSpec] = field(default_factory=dict)

    def add(self, name: str, script: Mapping[str, Any], text: str = "foo = 1\n") -> None:
        root = self.home / name
        root.mkdir()
        (root / "a.py").write_text(text)
        path = self.home / f"{name}.json"
        path.write_text(json.dumps(script))
        argv = (sys.executable, str(SCRIPTED), str(path))
        self.specs[name] = ServerSpec(
            f"scripted {name}", argv, ("python",), "", self.ready, looks=self.looks
        )

    def uri(self, name: str, file: str = "a.py") -> str:
        return uri_of(self.home / name / file)

    def document(self, name: str, text: str) -> Document:
        return Document(self.uri(name), 1, Text.of(text), "python")

    async def served(self, name: str, documents: Sequence[Document], work: Any) -> Any:
        folder = Folder(uri_of(self.home / name), name)
        request = Request(self.specs[name], folder, tuple(documents))

        async def asked(asked: Asked) -> Any:
            return await work(asked, asked.texts.key(self.uri(name)))

        return await self.pool.served(request, asked)

    def log(self, name: str) -> list[dict[str, Any]]:
        path = self.home / f"{name}.json.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines if line.startswith('{"jsonrpc')]

    def methods(self, name: str) -> list[str]:
        return [each["method"] for each in self.log(name) if "method" in each]

    def pids(self, name: str) -> list[int]:
        path = self.home / f"{name}.json.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [int(line[4:]) for line in lines if line.startswith("pid")]

    def environment(self, name: str) -> dict[str, str]:
        lines = (self.home / f"{name}.json.log").read_text().splitlines()
        found: dict[str, str] = json.loads(lines[1])["environment"]
        return found

    def signal(self, name: str) -> None:
        os.kill(self.pids(name)[-1], signal.SIGUSR1)


@asynccontextmanager
async def folders(
    home: Path, ready: Ready = "asked", limits: Limits | None = None, looks: bool = False
) -> AsyncIterator[Folders]:
    """An empty set of folders whose servers are ended afterwards."""
    pool = Pool(LocalDisk(), grammars.load(), limits or Limits())
    made = Folders(home, pool, ready, looks)
    try:
        yield made
    finally:
        await pool.close()
        assert all(gone(pid) for name in made.specs for pid in made.pids(name))
