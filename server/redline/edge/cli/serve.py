"""`redline serve`: the language server, over stdio, TCP or WebSocket."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import stat
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from redline.edge.cli.wiring import CliWiring, UsageProblem

SWITCH_SECONDS = 0.0005
"""A thread at work gives way to the loop after so long; ten times less than Python's own."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(arguments: Namespace, wiring: CliWiring) -> int:
    """Serves until the editor leaves; the exit code the protocol asks for."""
    from redline.edge.lsp.routes import connect
    from redline.edge.lsp.transport import serve_stdio

    # Warnings and faults only: at lower levels the protocol library prints payloads.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    team = Path(arguments.config) if arguments.config else None
    if team is not None:
        problems = [each for each in wiring.settings(None, team, {})[1] if each.fatal]
        if problems:
            raise UsageProblem("\n".join(map(str, problems)))
    _answer_at_once()
    wired = partial(connect, wiring.lsp(team), {})
    if arguments.tcp or arguments.ws:
        return _listen(wired, arguments)
    if not (_talks(0) and _talks(1)):
        raise UsageProblem("an editor must be at stdin and stdout, not a file")
    code = asyncio.run(serve_stdio(wired))
    wiring.close()
    sys.stderr.flush()
    # Threads that still read stdin or wait for a model must not hold the process back.
    os._exit(code)


def _answer_at_once() -> None:
    """Sees to it that threads at work, and what stays for good, hold up no answer."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()


def _listen(wired: Callable[[Any], Any], arguments: Namespace) -> int:
    host, port = _address(arguments.tcp or arguments.ws)
    try:
        if arguments.tcp:
            from redline.edge.lsp.transport import serve_tcp

            asyncio.run(serve_tcp(wired, host, port))
        else:
            from redline.edge.lsp.websocket import serve_websocket

            asyncio.run(serve_websocket(wired, host, port))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        raise UsageProblem(f"cannot listen on {host}:{port}: {error}") from error
    return 0


def _talks(descriptor: int) -> bool:
    """True for what two programs can talk over: a pipe, a socket, a terminal."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


def _address(given: str) -> tuple[str, int]:
    """`HOST:PORT`. Raises `UsageProblem`."""
    host, _, port = given.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UsageProblem(f"{given}: expected HOST:PORT, for example 127.0.0.1:7777")
    if host not in LOOPBACK:
        raise UsageProblem(
            f"{host}: only loopback addresses are served; there is no authentication yet"
        )
    return host, int(port)
