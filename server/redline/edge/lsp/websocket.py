"""The protocol over WebSocket: one message of it is one message of ours, without headers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from redline.edge.lsp.transport import MAX_BODY, Connection


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
    connect: Callable[[BodyWriter], Connection], host: str, port: int
) -> None:
    """Serves any number of editors, each with its own server object, until cancelled.

    Whoever names an `Origin` is a page in a browser, and refused: a page the user happens
    to look at must not reach the files of the machine.
    """

    async def accepted(socket: ServerConnection) -> None:
        await _converse(socket, connect)

    async with serve(accepted, host, port, max_size=MAX_BODY, origins=[None]) as server:
        where = ", ".join(str(each.getsockname()[:2]) for each in server.sockets)
        sys.stderr.write(f"listening on {where}\n")
        sys.stderr.flush()
        await server.serve_forever()


async def _converse(socket: ServerConnection, connect: Callable[[BodyWriter], Connection]) -> None:
    writer = BodyWriter()
    connection = connect(writer)
    sending = asyncio.ensure_future(_send(socket, writer))
    try:
        while connection.exit_code is None:
            message = await socket.recv(decode=False)
            connection.receive(message if isinstance(message, bytes) else message.encode())
            connection.batch_done()
    except ConnectionClosed:
        pass
    finally:
        await connection.closed()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(socket: ServerConnection, writer: BodyWriter) -> None:
    while True:
        body = await writer.bodies.get()
        try:
            await socket.send(body, text=True)
        except ConnectionClosed:
            return
