"""Bytes in, bytes out: stdio and TCP, one server object per connection."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from typing import Protocol

from redline.core.framing import FrameProblem, Framer
from redline.edge.lsp.guard import Guard
from redline.edge.lsp.protocol import INVALID_REQUEST

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024 * 1024
CHUNK = 256 * 1024
EDITOR_POLL_SECONDS = 2.0
FLUSH_SECONDS = 2.0


class Connection(Protocol):
    """What the transport needs of a server."""

    def receive(self, body: bytes) -> None:
        """Handles one message."""

    def refuse(self, code: int, message: str) -> None:
        """Answers bytes that are no message."""

    def batch_done(self) -> None:
        """Everything read so far has been handled."""

    @property
    def exit_code(self) -> int | None:
        """Set once the connection is over."""

    @property
    def editor_process(self) -> int | None:
        """The editor's process id, when it gave one."""

    @property
    def initialized(self) -> bool:
        """Whether `initialize` has come, and was answered."""

    token: str
    """What `initialize` must bring; '' for nothing."""

    async def closed(self) -> None:
        """Ends runs, workers and tools."""


async def converse(
    reader: asyncio.StreamReader, connection: Connection, guard: Guard | None = None
) -> int:
    """Feeds `connection` until it exits or the editor is gone; gives the exit code.

    With a guard, it must become an editor's in time.
    """
    framer = Framer(MAX_BODY)
    watch = asyncio.ensure_future(_over(connection, guard))
    try:
        while connection.exit_code is None:
            read = asyncio.ensure_future(reader.read(CHUNK))
            await asyncio.wait({read, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not read.done():
                read.cancel()
                logger.warning(watch.result())
                return 1
            data = read.result()
            if not data:
                return 1 if connection.exit_code is None else connection.exit_code
            if not _fed(framer, data, connection):
                return 1
            connection.batch_done()
        return connection.exit_code
    except (ConnectionError, BrokenPipeError):
        return 1
    finally:
        watch.cancel()
        await connection.closed()


def _fed(framer: Framer, data: bytes, connection: Connection) -> bool:
    """Hands on every message in `data`; False when the stream cannot go on."""
    for frame in framer.feed(data):
        if isinstance(frame, FrameProblem):
            connection.refuse(INVALID_REQUEST, f"{frame.code}: {frame.message}")
            if frame.fatal:
                return False
        else:
            connection.receive(frame.body)
            if connection.exit_code is not None:
                return True
    return True


async def _over(connection: Connection, guard: Guard | None) -> str:
    """Returns, with the reason, once there is no editor at the other end."""
    if guard is not None:
        await asyncio.sleep(guard.seconds)
        if not connection.initialized:
            return f"no initialize within {guard.seconds:g} s"
    if guard is not None and guard.remote:
        await asyncio.get_running_loop().create_future()
    await _editor_gone(connection)
    return "the editor's process is gone"


async def _editor_gone(connection: Connection) -> None:
    """Returns once the editor's process has ended (LSP: `processId`)."""
    while True:
        await asyncio.sleep(EDITOR_POLL_SECONDS)
        pid = connection.editor_process
        if pid is None:
            continue
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            continue


async def serve_stdio(connect: Callable[[asyncio.StreamWriter], Connection]) -> int:
    """Serves the one editor at the other end of stdin and stdout."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=CHUNK * 4)
    stdin, stdout = os.dup(0), os.dup(1)
    # Nothing but the protocol may reach the editor: stray prints go to stderr.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(stdin, "rb", buffering=0)
    )
    # The protocol of a reader that nothing feeds: unlike the bare mixin for writing, it
    # knows when the transport is closed, so that the last answers are flushed.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()),
        os.fdopen(stdout, "wb", buffering=0),
    )
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    code = await converse(reader, connect(writer))
    if not transport.is_closing():
        await _flushed(writer)
    return code


async def _flushed(writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(FLUSH_SECONDS):
            writer.close()
            await writer.wait_closed()
    except (TimeoutError, ConnectionError, BrokenPipeError):
        logger.info("the editor did not read our last words")


async def serve_tcp(
    connect: Callable[[asyncio.StreamWriter], Connection], host: str, port: int, guard: Guard
) -> None:
    """Serves any number of editors, each with its own server object, until cancelled."""

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = connect(writer)
        connection.token = guard.token
        await converse(reader, connection, guard)
        await _flushed(writer)

    server = await asyncio.start_server(accepted, host, port, limit=CHUNK * 4)
    where = ", ".join(str(each.getsockname()[:2]) for each in server.sockets)
    sys.stderr.write(f"listening on {where}\n")
    sys.stderr.flush()
    async with server:
        await server.serve_forever()
