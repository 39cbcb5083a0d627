"""An OpenAI-compatible HTTP server on loopback that answers from a script.

It serves `/v1/chat/completions` and `/v1/completions` (also with a `suffix`, for inline
suggestions), streaming or not, and `/v1/models`; checks that every
tool call is paired with one result; records what it was asked; and makes the trouble
that the script asks for. Point any client at it to see what a run sends and receives.
"""

from __future__ import annotations

import argparse
import asyncio
import email.utils
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from redline.adapters.models import scripted_stream
from redline.adapters.models.scripted import read_script
from redline.adapters.models.scripted_stream import Shape
from redline.core.agent.exchange import ModelFailure, unpaired
from redline.core.agent.model import ToolRequest, Turn
from redline.core.agent.script import Script, ScriptedReply, unmet

MAX_BODY = 64_000_000
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it came. `problem` says why it got an error instead of a reply.

    Headers are not recorded: they hold the key.
    """

    number: int
    path: str
    body: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """A whole response."""

    status: int
    body: bytes
    type: str = "application/json"
    headers: tuple[str, ...] = ()


class ScriptedServer:
    """The running server. Closing it closes its connections."""

    def __init__(self, script: Script, log: Path | None) -> None:
        self._script = script
        self._log = log
        self._next = 0
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.requests: list[Recorded] = []
        self.disconnects: asyncio.Queue[int] = asyncio.Queue()

    @property
    def address(self) -> str:
        """What a client takes as its API base: `http://HOST:PORT/v1`."""
        if self._server is None:
            return ""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/v1"

    def unused(self) -> tuple[ScriptedReply, ...]:
        """The replies that were never asked for."""
        return self._script.in_order[self._next :]

    async def start(self, host: str, port: int) -> None:
        """Listens. Raises OSError when the address cannot be had."""
        self._server = await asyncio.start_server(self._connected, host, port)

    async def close(self) -> None:
        """Stops listening and ends every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            await self._one_request(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self._note({"event": "the client sent no whole request, or left"})
        except asyncio.CancelledError:
            # Only `close` cancels; asyncio reports a cancelled handler as a fault (3.11).
            pass
        finally:
            writer.close()

    async def _one_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, *_ = [*head[0].split(" "), "", ""]
        headers = dict(line.lower().split(":", 1) for line in head[1:] if ":" in line)
        length = headers.get("content-length", "0").strip()
        if not length.isdecimal() or int(length) > MAX_BODY:
            return await _send(writer, _error(400, "expected a Content-Length of at most 64 MB"))
        body = (await reader.readexactly(int(length))).decode("utf-8", "replace")
        answer = self._answer(method, path.partition("?")[0], body)
        if isinstance(answer, _Answer):
            return await _send(writer, answer)
        scripted, shape = answer
        number = len(self.requests)
        playing = asyncio.ensure_future(_play(writer, scripted, shape))
        # One request a connection: whatever can still be read is the client leaving.
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((playing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not playing.done() or isinstance(playing.exception(), ConnectionError):
                self._note({"event": "the client left", "request": number})
                self.disconnects.put_nowait(number)
        finally:
            playing.cancel()
            leaving.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)

    def _answer(self, method: str, path: str, body: str) -> _Answer | tuple[ScriptedReply, Shape]:
        if method == "GET" and path == "/v1/models":
            models = [{"id": "scripted", "object": "model", "owned_by": "redline"}]
            return _Answer(200, _json({"object": "list", "data": models}))
        if method != "POST" or path not in _ASKED:
            return _error(404, f"there is no {method} {path}; try POST /v1/chat/completions")
        asked = _ASKED[path](body)
        scripted = None if isinstance(asked, str) else self._script.filling(_before(asked[0]))
        problem = asked if isinstance(asked, str) else self._problem(asked[0], scripted)
        recorded = Recorded(len(self.requests) + 1, path, body, problem)
        self.requests.append(recorded)
        self._note(asdict(recorded))
        if isinstance(asked, str) or problem:
            return _error(400, problem)
        if scripted is None:
            scripted = self._script.in_order[self._next]
            self._next += 1
        return _plain_fault(scripted, asked[1]) or (scripted, asked[1])

    def _problem(self, turns: tuple[Turn, ...], scripted: ScriptedReply | None) -> str:
        broken = unpaired(turns, adjacent=True)
        if broken:
            return f"the messages are wrong: {broken}"
        if scripted is None and self._next == len(self._script.in_order):
            return f"{self._script.source} has {self._next} replies, all of them used"
        scripted = scripted or self._script.in_order[self._next]
        problem = unmet(scripted, turns)
        return f"{self._script.source}:{scripted.line}: {problem}" if problem else ""

    def _note(self, event: dict[str, object]) -> None:
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"at": time.time(), **event}, ensure_ascii=False) + "\n")


async def serve(
    script: Script, host: str = "127.0.0.1", port: int = 0, log: Path | None = None
) -> ScriptedServer:
    """A server that answers from `script`; port 0 takes a free one. Raises OSError."""
    server = ScriptedServer(script, log)
    await server.start(host, port)
    return server


def run(argv: Sequence[str]) -> int:
    """The command `redline model-server SCRIPT [--port N] [--log FILE]`. The exit code."""
    parser = argparse.ArgumentParser(prog="redline model-server", description=__doc__)
    parser.add_argument("script", help="file with the replies")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--log", type=Path, help="adds each request to this file, a JSON line each")
    given = parser.parse_args(argv)
    script = read_script(given.script)
    if isinstance(script, ModelFailure):
        sys.stderr.write(script.message + "\n")
        return 2
    try:
        asyncio.run(_serve_forever(script, given.port, given.log))
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {given.port}: {error}\n")
        return 3
    except KeyboardInterrupt:
        pass
    return 0


async def _serve_forever(script: Script, port: int, log: Path | None) -> None:
    server = await serve(script, port=port, log=log)
    sys.stdout.write(
        f'{server.address}\nmodel = "openai/scripted"\napi_base = "{server.address}"\n'
    )
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await server.close()


async def _send(writer: asyncio.StreamWriter, answer: _Answer) -> None:
    head = [
        f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Scripted')}",
        f"Content-Type: {answer.type}",
        f"Content-Length: {len(answer.body)}",
        "Connection: close",
        *answer.headers,
    ]
    writer.write("\r\n".join([*head, "", ""]).encode() + answer.body)
    await writer.drain()


async def _play(writer: asyncio.StreamWriter, scripted: ScriptedReply, shape: Shape) -> None:
    """Sends a reply, as a stream or whole, with its fault."""
    fault = scripted.fault
    if fault is not None and fault.kind == "no-answer":
        await asyncio.sleep(fault.seconds)
    if not shape.stream or (fault is not None and fault.kind == "not-streamed"):
        if fault is not None and fault.kind in ("slow-start", "stall", "pings"):
            await asyncio.sleep(fault.seconds)
        return await _send(writer, _Answer(200, scripted_stream.whole(scripted, shape)))
    # No Transfer-Encoding: the stream ends where the connection does, so that a cut is as
    # hard to notice as it can be.
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for part in scripted_stream.parts(scripted, shape):
        if isinstance(part, float):
            await writer.drain()
            await asyncio.sleep(part)
        elif part is scripted_stream.BREAK:
            await writer.drain()
            writer.transport.abort()
            return None
        else:
            writer.write(part)
    return await writer.drain()


def _plain_fault(scripted: ScriptedReply, shape: Shape) -> _Answer | None:
    """The response that stands instead of a reply, if the script wants one."""
    fault = scripted.fault
    match fault.kind if fault else "":
        case "status":
            assert fault is not None
            after = fault.retry_after
            if after == "date":
                after = email.utils.formatdate(time.time() + fault.seconds, usegmt=True)
            headers = (f"Retry-After: {after}",) if after else ()
            body = _error(fault.status, f"the script says status {fault.status}").body
            return _Answer(fault.status, body, headers=headers)
        case "context-length":
            text = "This model's maximum context length is 8192 tokens, you asked for 9000."
            return _error(400, text, "context_length_exceeded")
        case "no-tools" if shape.tools:
            return _error(400, "this model does not support tools")
        case "error-body":
            return replace(_error(500, "the script says error-body"), status=200)
        case "html":
            page = b"<!doctype html><title>Sign in</title><p>Please sign in to the network.</p>"
            return _Answer(200, page, "text/html")
    return None


def _asked(body: str) -> tuple[tuple[Turn, ...], Shape] | str:
    """The transcript in a request and the shape of reply it wants, or what is wrong with it."""
    try:
        given: object = json.loads(body)
    except ValueError as error:
        return f"the body is not JSON: {error}"
    messages = given.get("messages") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(messages, list):
        return "the body has no list of messages"
    turns: list[Turn] = []
    for message in messages:
        turn = _turn(message)
        if isinstance(turn, str):
            return f"message {len(turns)}: {turn}"
        turns.append(turn)
    options = given.get("stream_options")
    usage = isinstance(options, dict) and options.get("include_usage") is True
    stream, tools = given.get("stream") is True, bool(given.get("tools"))
    model, count = str(given.get("model", "")), _count(given)
    return tuple(turns), Shape(model, stream, usage, tools, count=count)


def _asked_plainly(body: str) -> tuple[tuple[Turn, ...], Shape] | str:
    """The same of a request for the text that goes on with a prompt, before its suffix."""
    try:
        given: object = json.loads(body)
    except ValueError as error:
        return f"the body is not JSON: {error}"
    prompt = given.get("prompt") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(prompt, str):
        return "the body has no prompt"
    text = f"{prompt}\n{_AFTER}{given.get('suffix') or ''}"
    model, stream = str(given.get("model", "")), given.get("stream") is True
    shape = Shape(model, stream, False, plain=True, count=_count(given))
    return (Turn("user", text),), shape


def _count(given: dict[str, object]) -> int:
    count = given.get("n")
    return count if isinstance(count, int) else 1


def _before(turns: tuple[Turn, ...]) -> str:
    """What stands before the cursor in a request for an inline suggestion."""
    newest = turns[-1].text if turns else ""
    return _CURSOR.split(newest, maxsplit=1)[0]


def _turn(message: object) -> Turn | str:
    if not isinstance(message, dict):
        return "it is not an object"
    content = message.get("content") or ""
    text = content if isinstance(content, str) else json.dumps(content)
    match message.get("role"):
        case "system" | "developer" | "user":
            return Turn("user", text)
        case "tool":
            return Turn("tool", text, call=str(message.get("tool_call_id", "")))
        case "assistant":
            calls = message.get("tool_calls") or []
            try:
                return Turn("model", text, tuple(_call(call) for call in calls))
            except (KeyError, TypeError) as error:
                return f"a tool call is wrong: {error!r}"
        case role:
            return f"there is no role {role!r}"


def _call(call: dict[str, dict[str, str]]) -> ToolRequest:
    return ToolRequest(str(call["id"]), call["function"]["name"], call["function"]["arguments"])


_AFTER = "=== the suffix\n"
_CURSOR = re.compile(r"\n=== (?:\d{8} after the cursor|the suffix)\n")
_ASKED = {"/v1/chat/completions": _asked, "/v1/completions": _asked_plainly}


def _error(status: int, message: str, code: str = "") -> _Answer:
    return _Answer(status, _json({"error": {"message": message, "type": "scripted", "code": code}}))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
