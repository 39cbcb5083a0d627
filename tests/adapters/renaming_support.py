"""A folder of Python files on disk, a real language server, and renames in it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.pool import Limits
from redline.adapters.language_servers.servers import Choice, RunningServers
from redline.adapters.uris import path_of, uri_of
from redline.core.problems import ToolProblem
from redline.core.text.edits import apply
from redline.core.text.text import BOM, Document, Text
from redline.core.uris import Folder

COMMAND = ("ty", "server")


def servers(
    command: tuple[str, ...] = COMMAND,
    limits: Limits | None = None,
    now: Callable[[], float] = time.monotonic,
    language: str = "python",
) -> RunningServers:
    """The adapter with one command, in folders that are trusted."""
    choice = Choice({language: command}, lambda _: True)
    return RunningServers(choice, LocalDisk(), grammars.load(), limits, now)


@dataclass
class Project:
    """Files on disk and unsaved texts (`unsaved`) over them, by path in `root`."""

    root: Path
    renamer: RunningServers
    unsaved: dict[str, bytes] = field(default_factory=dict)
    version: int = 0

    @property
    def folder(self) -> Folder:
        return Folder(uri_of(self.root), "project")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def uri(self, name: str) -> str:
        return uri_of(self.root / name)

    def data(self, name: str) -> bytes:
        """The text as the disk gives it: a byte order mark is the file's, not the text's."""
        if name in self.unsaved:
            return self.unsaved[name]
        return (self.root / name).read_bytes().removeprefix(BOM)

    def documents(self) -> list[Document]:
        self.version += 1
        return [
            Document(self.uri(name), self.version, Text(data), "python")
            for name, data in self.unsaved.items()
        ]

    async def ask(self, at: str, new: str) -> dict[str, bytes] | ToolProblem:
        """Renames at `name:needle`, the needle's `|` marking the place; texts by path."""
        name, _, needle = at.partition(":")
        before, _, after = needle.encode().partition(b"|")
        offset = self.data(name).index(before + after) + len(before)
        result = await self.renamer.rename(
            self.folder, self.documents(), self.uri(name), offset, new
        )
        if isinstance(result, ToolProblem):
            return result
        edits = result.edits
        paths = {uri: path_of(uri) for uri in edits}
        names = {uri: str(path.relative_to(self.root)) for uri, path in paths.items() if path}
        return {names[uri]: apply(self.data(names[uri]), each) for uri, each in edits.items()}

    async def renamed(self, at: str, new: str) -> dict[str, str]:
        result = await self.ask(at, new)
        assert not isinstance(result, ToolProblem), result
        return {name: data.decode() for name, data in result.items()}

    async def refused(self, at: str, new: str) -> str:
        result = await self.ask(at, new)
        assert isinstance(result, ToolProblem), result
        return result.message

    @property
    def pid(self) -> int:
        (slot,) = self.renamer.pool.slots.values()
        assert slot.connection is not None
        return slot.connection.pid


@asynccontextmanager
async def project(root: Path, files: Mapping[str, str | bytes]) -> AsyncIterator[Project]:
    made = Project(root, servers())
    made.write(files)
    try:
        yield made
    finally:
        await made.renamer.close()
