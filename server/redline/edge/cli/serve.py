"""`redline serve`: the language server, over stdio, TCP or WebSocket."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redline.edge import garbage
from redline.edge.cli.wiring import CliWiring, UsageProblem

if TYPE_CHECKING:
    from redline.edge.lsp.guard import Guard

SWITCH_SECONDS = 0.0005
"""A thread at work gives way to the loop after so long; ten times less than Python's own."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN = "REDLINE_TOKEN"  # noqa: S105  the name of a variable


def serve(arguments: Namespace, wiring: CliWiring) -> int:
    """Serves until the editor leaves; the exit code the protocol asks for."""
    from redline.edge.lsp.routes import connect
    from redline.edge.lsp.transport import serve_stdio

    # Warnings and faults only: at lower levels the protocol library prints payloads.
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    team = Path(arguments.config) if arguments.config else None
    token = os.environ.pop(TOKEN, "")  # no program that is started here gets it
    listens = bool(arguments.tcp or arguments.ws)
    if team is not None or (listens and not token):
        settings, found = wiring.settings(None, team, {})
        problems = [each for each in found if each.fatal]
        if problems:
            raise UsageProblem("\n".join(map(str, problems)))
        token = token or settings.server_token
    _answer_at_once()
    wired = partial(connect, wiring.lsp(team), {})
    if listens:
        return _listen(wiring, wired, arguments, token)
    if not (_talks(0) and _talks(1)):
        raise UsageProblem("an editor must be at stdin and stdout, not a file")
    code = asyncio.run(wiring.ended(serve_stdio(wired)))
    wiring.close()
    sys.stderr.flush()
    # Threads that still read stdin or wait for a model must not hold the process back.
    os._exit(code)


def _answer_at_once() -> None:
    """Sees to it that threads at work, and what stays for good, hold up no answer."""
    sys.setswitchinterval(SWITCH_SECONDS)
    garbage.begin()


def _listen(
    wiring: CliWiring, wired: Callable[[Any], Any], arguments: Namespace, token: str
) -> int:
    from redline.edge.lsp.guard import Guard

    host, port = _address(arguments.tcp or arguments.ws)
    guard = Guard(token, remote=host not in LOOPBACK)
    _guarded(host, guard)
    try:
        if arguments.tcp:
            from redline.edge.lsp.transport import serve_tcp

            asyncio.run(wiring.ended(serve_tcp(wired, host, port, guard)))
        else:
            from redline.edge.lsp.websocket import serve_websocket

            asyncio.run(wiring.ended(serve_websocket(wired, host, port, guard)))
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
    return host, int(port)


def _guarded(host: str, guard: Guard) -> None:
    """Whether a server may listen there. Raises `UsageProblem`."""
    from redline.edge.lsp.guard import SHORTEST

    if guard.token and len(guard.token) < SHORTEST:
        raise UsageProblem(f"the token is too short: {SHORTEST} characters at least")
    if guard.remote and not guard.token:
        how = f"set {TOKEN} in the environment, or server.token in your user file"
        raise UsageProblem(f"{host}: only loopback addresses are served without a token; {how}")
    if guard.remote:
        sys.stderr.write("what goes over the network is not encrypted: put TLS or SSH before it\n")
