"""The protocol over WebSocket: one message of it is one message of ours, without headers."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from redline.edge.lsp.guard import Guard
from redline.edge.lsp.transport import FLUSH_SECONDS, MAX_BODY, Connection

logger = logging.getLogger(__name__)


class BodyWriter:
    """Takes framed messages as the other transports do, and keeps their bodies to be sent."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[bytes] = asyncio.Queue()

    def write(self, data: bytes) -> None:
        """Queues the body of one framed message."""
        self.bodies.put_nowait(data.partition(b"\r\n\r\n")[2])

    def close(self) -> None:
        """Nothing to close: the socket is its server's."""


async def serve_websocket(
    connect: Callable[[BodyWriter], Connection], host: str, port: int, guard: Guard
) -> None:
    """Serves any number of editors, each with its own server object, until cancelled.

    Whoever names an `Origin` is a page in a browser, and refused: a page the user happens
    to look at must not reach the files of the machine. A token may come in the header
    `Authorization`; where that is wrong there is no connection.
    """

    async def accepted(socket: ServerConnection) -> None:
        writer = BodyWriter()
        connection = connect(writer)
        named = socket.request is not None and "Authorization" in socket.request.headers
        connection.token = "" if named else guard.token
        await _converse(socket, connection, writer, guard)

    def checked(socket: ServerConnection, request: Request) -> Response | None:
        given = request.headers.get("Authorization")
        if given is None or not guard.token or guard.admits(given):
            return None
        return socket.respond(HTTPStatus.UNAUTHORIZED, "this token opens nothing\n")

    async with serve(
        accepted, host, port, max_size=MAX_BODY, origins=[None], process_request=checked
    ) as server:
        where = ", ".join(str(each.getsockname()[:2]) for each in server.sockets)
        sys.stderr.write(f"listening on {where}\n")
        sys.stderr.flush()
        await server.serve_forever()


async def _converse(
    socket: ServerConnection, connection: Connection, writer: BodyWriter, guard: Guard
) -> None:
    sending = asyncio.ensure_future(_send(socket, writer))
    try:
        async with asyncio.timeout(guard.seconds) as patience:
            while connection.exit_code is None:
                message = await socket.recv(decode=False)
                connection.receive(message if isinstance(message, bytes) else message.encode())
                connection.batch_done()
                if connection.initialized:
                    patience.reschedule(None)
    except ConnectionClosed:
        pass
    except TimeoutError:
        logger.warning("no initialize within %g s", guard.seconds)
    finally:
        await connection.closed()
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_SECONDS):
                await writer.bodies.join()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(socket: ServerConnection, writer: BodyWriter) -> None:
    gone = False
    while True:
        body = await writer.bodies.get()
        with suppress(ConnectionClosed):
            if not gone:
                gone = True
                await socket.send(body, text=True)
                gone = False
        writer.bodies.task_done()
