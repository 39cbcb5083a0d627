"""The running servers: one for each folder and kind, few at once, ended when unused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from redline.adapters.language_servers.server import Connection, LanguageServer, Launch
from redline.adapters.language_servers.sight import Opened, Sight, Stamps, serves, stamps_of
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.texts import Reader, Refused, Texts
from redline.adapters.uris import path_of
from redline.core.index.languages import Languages
from redline.core.problems import ToolProblem
from redline.core.servers import ServerSpec
from redline.core.text.text import Document
from redline.core.uris import Folder

T = TypeVar("T")
MIB = 1 << 20
CLOSING = "it was given up: Redline is closing"


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` in MiB a process, `idle` and `request` in seconds; 0 MiB bounds nothing."""

    memory: int = 4096
    number: int = 3
    idle: float = 600.0
    request: float = 60.0


@dataclass(slots=True)
class Slot:
    """One folder's server of one kind, with what it was told. Changed with its lock held."""

    server: LanguageServer
    root: Path
    connection: Connection | None = None
    opened: Opened = field(default_factory=Opened)
    files: Stamps = field(default_factory=dict)
    working: bool = False
    timer: asyncio.TimerHandle | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One question: which server is asked about which folder and documents."""

    spec: ServerSpec
    folder: Folder
    documents: Sequence[Document]


class Pool:
    """Owns every server process. `served` is the only way to one."""

    def __init__(
        self,
        disk: Reader,
        languages: Languages,
        limits: Limits,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.slots: dict[tuple[str, str], Slot] = {}
        self._disk = disk
        self._languages = languages
        self._limits = limits
        self._now = now
        self._places = asyncio.Semaphore(max(1, limits.number))
        self._starting = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def served(
        self, request: Request, work: Callable[[Asked], Awaitable[T]]
    ) -> T | ToolProblem:
        """What `work` makes of a server's answers, or why it could not be asked.

        It is for `work` to show the server what it asks about: what stays shown from one
        question to the next costs nothing.
        """
        slot = self._slot(request)
        if isinstance(slot, ToolProblem):
            return slot
        async with slot.server.lock, self._places:
            slot.working = True
            if slot.timer is not None:
                slot.timer.cancel()
            try:
                return await self._attempts(slot, request, work)
            finally:
                slot.working = False
                self._rest(slot)

    async def close(self) -> None:
        """Ends every server; what waits for one gets a problem."""
        self._closed = True
        slots = list(self.slots.values())
        self.slots.clear()
        for slot in slots:
            if slot.timer is not None:
                slot.timer.cancel()
        await asyncio.gather(*(slot.server.close() for slot in slots), *self._ending)
        for slot in slots:  # one may have been starting just now
            async with slot.server.lock:
                await slot.server.close()

    async def _attempts(
        self, slot: Slot, request: Request, work: Callable[[Asked], Awaitable[T]]
    ) -> T | ToolProblem:
        warm = slot.connection
        result = await self._attempt(slot, request, work)
        # A server that ended since it was last used is seen only now; asking a fresh
        # one is safe because requests change nothing.
        died = slot.connection is not None and slot.connection.ended is not None
        if isinstance(result, ToolProblem) and died and slot.connection is warm:
            result = await self._attempt(slot, request, work)
        return result

    async def _attempt(
        self, slot: Slot, request: Request, work: Callable[[Asked], Awaitable[T]]
    ) -> T | ToolProblem:
        spec = request.spec
        before, files = slot.files, slot.files
        if not spec.looks:
            files = await asyncio.to_thread(stamps_of, slot.root, spec, self._languages)
        connection = await self._connected(slot)
        if isinstance(connection, ToolProblem):
            return connection
        fresh = connection is not slot.connection
        if fresh:
            slot.connection, slot.opened = connection, Opened()
        slot.files = files
        sight = Sight(connection, spec, slot.opened, self._languages)
        texts = self._texts(request, connection)
        if spec.looks and not fresh:
            # Watching the disk costs more than telling the server, which compares times of
            # change, to look again at every file it knows.
            sight.tell_folder(request.folder.uri)
        elif not fresh:
            sight.tell_changed(slot.root, before, files)
        try:
            return await work(Asked(sight, texts, self._limits.request))
        except Refused as refused:
            return ToolProblem(str(refused), refused.unavailable)

    def _texts(self, request: Request, connection: Connection) -> Texts:
        def wanted(path: str) -> bool:
            return serves(request.spec, self._languages, path)

        encoding = connection.encoding
        return Texts(request.folder, request.documents, self._disk, encoding, wanted)

    async def _connected(self, slot: Slot) -> Connection | ToolProblem:
        """The slot's connection; one that has to be started takes the place of an idle one."""
        if self._closed:
            return ToolProblem(CLOSING, unavailable=True)
        if slot.server.alive:  # also where it has died: it is started anew in its place
            return await slot.server.connection()
        async with self._starting:
            others = [each for each in self.slots.values() if each is not slot]
            alive = [each for each in others if each.server.alive]
            idle = [each for each in alive if not each.working]
            for each in idle[: max(0, len(alive) - max(1, self._limits.number) + 1)]:
                await each.server.close()
            return await slot.server.connection()

    def _slot(self, request: Request) -> Slot | ToolProblem:
        folder, spec = request.folder, request.spec
        path = path_of(folder.uri)
        if path is None or not path.is_dir():
            return ToolProblem(f"{folder.uri} is not a folder on this machine")
        if self._closed:
            return ToolProblem(CLOSING, unavailable=True)
        key = (folder.uri, spec.name)
        slot = self.slots.pop(key, None)
        if slot is None:
            launch = Launch(path, folder.uri, self._limits.memory * MIB)
            slot = Slot(LanguageServer(spec, launch, self._now), path)
        self.slots[key] = slot  # the last one is the most recently used
        return slot

    def _rest(self, slot: Slot) -> None:
        """Has the server end when it is not used again for a while."""
        if not self._closed and slot.server.alive:
            loop = asyncio.get_running_loop()
            slot.timer = loop.call_later(self._limits.idle, self._retire, slot)

    def _retire(self, slot: Slot) -> None:
        async def end() -> None:
            async with slot.server.lock:
                await slot.server.close()

        if not slot.server.lock.locked():
            task = asyncio.get_running_loop().create_task(end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
