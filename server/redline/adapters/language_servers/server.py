"""A small client of a language server that runs as a child process.

It speaks JSON-RPC over `core.framing`, answers the server's own requests, and gives a
`ToolProblem` where a request cannot be answered. Only one attempt is made per call.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from redline.adapters.language_servers.heard import Heard
from redline.adapters.language_servers.options import Options, options_of
from redline.adapters.language_servers.protocol import (
    CAPABILITIES,
    INITIALIZED,
    MESSAGE,
    NOTHING,
    Message,
    ServerCapabilities,
    answered,
)
from redline.adapters.processes import Child, environment, find, spawn
from redline.core.framing import FrameProblem, Framer, frame
from redline.core.problems import ToolProblem
from redline.core.servers import ServerSpec
from redline.core.text.positions import Encoding

MAX_MESSAGE = 100_000_000
START_TIMEOUT = 30.0
CLOSE_TIMEOUT = 2.0
_CHUNK = 1 << 18

T = TypeVar("T")


class Connection:
    """One life of a server process: from `initialize` to its end. Use `connect`."""

    def __init__(
        self, child: Child, name: str, folder: Mapping[str, str], options: Options
    ) -> None:
        self.encoding = Encoding.UTF16
        self.capabilities = ServerCapabilities()
        self.heard = Heard()
        self._child = child
        self._name = name
        self._folder = folder
        self._options = options
        self._pending: dict[int, asyncio.Future[msgspec.Raw | ToolProblem]] = {}
        self._last_id = 0
        self._ended: ToolProblem | None = None
        self._reader = asyncio.create_task(self._read())

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._child.pid

    @property
    def ended(self) -> ToolProblem | None:
        """Why it can no longer be used, None while it can.

        Known once all that it wrote has been read, not when its process is gone: what it
        wrote last may be the answer, or the reason.
        """
        return self._ended

    async def request(
        self, method: str, params: object, answer: msgspec.json.Decoder[T], seconds: float
    ) -> T | ToolProblem:
        """Sends a request and waits at most `seconds` for its answer.

        A cancelled or late request is cancelled in the server too.
        """
        if self.ended is not None:
            return self.ended
        self._last_id += 1
        number = self._last_id
        future = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        try:
            async with asyncio.timeout(seconds):
                self._send({"id": number, "method": method, "params": params})
                # A broken pipe is told by the reader, which sees the end of the output.
                with suppress(BrokenPipeError, ConnectionResetError):
                    await self._child.stdin.drain()
                reply = await future
        except TimeoutError:
            self.notify("$/cancelRequest", {"id": number})
            return ToolProblem(f"{self._name} did not answer {method} within {seconds:g} s", True)
        except asyncio.CancelledError:
            self.notify("$/cancelRequest", {"id": number})
            raise
        finally:
            del self._pending[number]
        if isinstance(reply, ToolProblem):
            return reply
        try:
            return answer.decode(reply)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return ToolProblem(f"{self._name} answered {method} in an unknown form: {error}", True)

    def notify(self, method: str, params: object) -> None:
        """Sends a notification; nothing happens once the server has ended."""
        self._send({"method": method, "params": params})

    async def close(self) -> None:
        """Ends the server: asked first, killed after `CLOSE_TIMEOUT` seconds."""
        try:
            if self.ended is None:
                await self.request("shutdown", None, NOTHING, CLOSE_TIMEOUT)
                self.notify("exit", None)
        finally:
            alive = self._ended is None
            self._fail(f"{self._name} was closed")
            try:
                await self._child.close(CLOSE_TIMEOUT if alive else 0)
            finally:
                self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader

    def _send(self, message: dict[str, object]) -> None:
        if self._ended is None and not self._child.stdin.is_closing():
            body = msgspec.json.encode({"jsonrpc": "2.0", **message})
            self._child.stdin.write(frame(body))

    async def _read(self) -> None:
        framer = Framer(MAX_MESSAGE)
        reason = f"{self._name} ended unexpectedly"
        while data := await self._child.stdout.read(_CHUNK):
            for each in framer.feed(data):
                problem = each.message if isinstance(each, FrameProblem) else self._take(each.body)
                if problem:
                    reason = f"{self._name} sent what cannot be read: {problem}"
                    self._child.kill()
        self._fail(reason)

    def _take(self, body: bytes) -> str:
        """Acts on one message; returns what is wrong with it, or ''."""
        try:
            message = MESSAGE.decode(body)
            if message.method is None:
                self._resolve(message)
            elif message.id is None:
                self.heard.take(message)
            else:
                self.heard.asked_for(message)
                answer = answered(message, self._folder, self._options.sections)
                self._send({"id": message.id, **answer})
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return str(error)
        return ""

    def _resolve(self, message: Message) -> None:
        future = self._pending.get(message.id) if isinstance(message.id, int) else None
        if future is None or future.done():
            return  # cancelled or late
        if message.error is not None:
            future.set_result(ToolProblem(f"{self._name}: {message.error.message}"))
        else:
            future.set_result(message.result)

    def _fail(self, reason: str) -> None:
        if self._ended is None:
            self._ended = ToolProblem(reason, unavailable=True)
            self.heard.end()
        for future in self._pending.values():
            if not future.done():
                future.set_result(self._ended)


async def connect(
    argv: Sequence[str], launch: Launch, options: Options
) -> Connection | ToolProblem:
    """Starts the server `argv`, whose first item is an absolute path, up to `initialized`."""
    child = await spawn(argv, launch.cwd, env=environment(), memory=launch.memory)
    if isinstance(child, ToolProblem):
        return child
    folder = {"uri": launch.uri, "name": launch.cwd.name}
    connection = Connection(child, Path(argv[0]).name, folder, options)
    params = {
        "processId": os.getpid(),
        "clientInfo": {"name": "redline"},
        "rootUri": launch.uri,
        "workspaceFolders": [folder],
        "capabilities": CAPABILITIES,
        **({"initializationOptions": options.values} if options.values else {}),
    }
    done = False
    try:
        answer = await connection.request("initialize", params, INITIALIZED, START_TIMEOUT)
        if isinstance(answer, ToolProblem):
            return answer
        connection.capabilities = answer.capabilities
        if answer.capabilities.position_encoding not in ("utf-8", "utf-16"):
            return ToolProblem(f"{argv[0]} uses a position encoding that was not offered", True)
        connection.encoding = Encoding(answer.capabilities.position_encoding)
        connection.notify("initialized", {})
        done = True
        return connection
    finally:
        if not done:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Launch:
    """Where a server works: the folder, its uri, and the bytes its processes may write to."""

    cwd: Path
    uri: str
    memory: int = 0


@dataclass(slots=True)
class LanguageServer:
    """A server that is started when first used, and again after it has ended.

    The first restart is immediate; a server that keeps ending within a minute is tried
    again after 1, 2, 4 … at most 60 seconds, and in between the last problem is told.
    """

    spec: ServerSpec
    launch: Launch
    now: Callable[[], float]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    options: Options = Options()
    _connection: Connection | None = None
    _started: float = 0.0
    _failures: int = 0
    _not_before: float = 0.0
    _problem: ToolProblem | None = None

    @property
    def alive(self) -> bool:
        """True while it has a process."""
        return self._connection is not None

    async def connection(self) -> Connection | ToolProblem:
        """The running server's connection. Call it with `lock` held."""
        if self._connection is not None:
            if self._connection.ended is None:
                return self._connection
            self._note(self._connection.ended)
            await self.close()
        if self._problem is not None and self.now() < self._not_before:
            return ToolProblem(
                f"{self._problem.message}; it is tried again in "
                f"{self._not_before - self.now():.0f} s",
                unavailable=True,
            )
        argv = self.spec.argv
        program = find(argv[0])
        if program is None:
            return ToolProblem(f"{argv[0]} was not found: {self.spec.install}", True)
        options = options_of(self.spec, program)
        if isinstance(options, ToolProblem):
            return options
        self._started = self.now()
        made = await connect((program, *argv[1:]), self.launch, options)
        if isinstance(made, ToolProblem):
            self._note(made)
            return made
        self.options = options
        self._connection = made
        return made

    async def close(self) -> None:
        """Ends the server if it runs."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _note(self, problem: ToolProblem) -> None:
        self._problem = problem
        lived = self.now() - self._started
        self._failures = 1 if lived > 60 else self._failures + 1
        wait = min(60.0, 2.0 ** (self._failures - 2)) if self._failures > 1 else 0.0
        self._not_before = self.now() + wait
