"""A raw JSON-RPC client over the real server's pipes.

It can send any bytes, in any pieces, and waits for messages with a deadline, never for a
time. A request of the server is answered by a handler where one was given for its
method, and otherwise kept for the test to take.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from redline.core.framing import Frame, Framer, frame

PATIENCE = 20.0
ABSENT = object()
COMMAND = (sys.executable, "-m", "redline.main", "serve", "--stdio")

Message = dict[str, Any]


class Refused(AssertionError):
    """An error answer to a request that a test expected to work."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class Wire:
    """One server process and everything it has said that no one has taken yet."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self._log = (home / "stderr.log").open("w+b")
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment(home),
            bufsize=0,
        )
        self.handlers: dict[str, Callable[[Any], object]] = {}
        self._inbox: list[Message] = []
        self._news = threading.Condition()
        self._over = False
        self._last_id = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout, self._log):
            assert pipe is not None
            pipe.close()

    # Sending.

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        pipe = self._stdin()
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) or 0 :]

    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    def send(self, *messages: object) -> None:
        """Sends messages, all in one write."""
        self.write(b"".join(framed(each) for each in messages))

    def request(self, method: str, params: object = ABSENT) -> int:
        """Sends a request; its id."""
        self._last_id += 1
        self.send(message(method, params, self._last_id))
        return self._last_id

    def notify(self, method: str, params: object = ABSENT) -> None:
        """Sends a notification."""
        self.send(message(method, params))

    def answer(self, request: Message, result: object) -> None:
        """Answers a request of the server's."""
        self.send({"jsonrpc": "2.0", "id": request["id"], "result": result})

    # Receiving.

    def wait(self, wanted: Callable[[Message], bool], what: str, seconds: float = PATIENCE) -> Any:
        """Takes the first message for which `wanted` holds; fails with `what` when none comes."""
        deadline = time.monotonic() + seconds
        while True:
            with self._news:
                found = self._first(wanted)
                if found is None and not self._over and not self._first(self._handled, keep=True):
                    self._news.wait(max(0.0, deadline - time.monotonic()))
                    found = self._first(wanted)
                request = None if found else self._first(self._handled)
            if found is not None:
                return found
            if request is not None:
                result = self.handlers[request["method"]](request.get("params"))
                if result is not ABSENT:
                    self.answer(request, result)
            elif self._over or time.monotonic() > deadline:
                gone = "the server ended" if self._over else f"not within {seconds:g} s"
                raise AssertionError(f"{what}: {gone}; unread: {self._inbox}\n{self.log()[-2000:]}")

    def _first(self, wanted: Callable[[Message], bool], keep: bool = False) -> Message | None:
        for at, each in enumerate(self._inbox):
            if wanted(each):
                return each if keep else self._inbox.pop(at)
        return None

    def _handled(self, each: Message) -> bool:
        return "id" in each and each.get("method") in self.handlers

    def reply(self, id_: int | str | None, seconds: float = PATIENCE) -> Message:
        """The answer to the request `id_`."""
        return self.wait(
            lambda each: "method" not in each and each.get("id") == id_,
            f"the answer to {id_!r}",
            seconds,
        )

    def error(self, id_: int | str | None) -> int:
        """The code of the error that answers `id_`."""
        found = self.reply(id_)
        assert "error" in found, f"not an error: {found}"
        assert found["error"]["message"]
        return int(found["error"]["code"])

    def ask(self, method: str, params: object = ABSENT, seconds: float = PATIENCE) -> Any:
        """A request and its result. Raises `Refused` for an error."""
        found = self.reply(self.request(method, params), seconds)
        if "error" in found:
            raise Refused(found["error"])
        return found["result"]

    def code(self, method: str, params: object = ABSENT) -> int:
        """A request and the code of the error that answers it."""
        return self.error(self.request(method, params))

    def told(self, method: str, seconds: float = PATIENCE, **fields: object) -> Any:
        """The next message of `method` whose params have `fields`: the params."""

        def wanted(each: Message) -> bool:
            params = each.get("params")
            return each.get("method") == method and all(
                params.get(name) == value for name, value in fields.items()
            )

        return self.wait(wanted, f"{method} {fields or ''}", seconds)["params"]

    def asked(self, method: str, seconds: float = PATIENCE) -> Message:
        """The next request of the server's of this method, whole, to be answered."""
        return self.wait(lambda each: each.get("method") == method, method, seconds)

    def unread(self, method: str | None = None) -> list[Message]:
        """What has come and no one has taken."""
        with self._news:
            return [each for each in self._inbox if method is None or each.get("method") == method]

    def drained(self) -> list[Message]:
        """Everything no one has taken, now taken."""
        with self._news:
            found, self._inbox = self._inbox, []
        return found

    # The process.

    def initialize(self, capabilities: object = None, **more: object) -> Any:
        """`initialize` without `initialized`: no index is built."""
        params = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **more}
        return self.ask("initialize", params)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Waits until the process has ended; its exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"the server still runs after {seconds:g} s") from error

    def log(self) -> str:
        """What it has written to its error stream."""
        return (self.home / "stderr.log").read_text("utf-8", "replace")

    def _read(self) -> None:
        framer = Framer(1 << 30)
        assert self.process.stdout is not None
        while data := self.process.stdout.read(1 << 16):
            found = framer.feed(data)
            with self._news:
                for each in found:
                    assert isinstance(each, Frame), each
                    self._inbox.append(json.loads(each.body))
                self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()


def framed(body: object) -> bytes:
    """A message, or raw bytes, with its header."""
    return frame(body if isinstance(body, bytes) else json.dumps(body).encode())


def message(method: str, params: object = ABSENT, id_: object = ABSENT) -> Message:
    """A request, or without an id a notification."""
    result: Message = {"jsonrpc": "2.0", "method": method}
    if id_ is not ABSENT:
        result["id"] = id_
    if params is not ABSENT:
        result["params"] = params
    return result


def environment(home: Path) -> dict[str, str]:
    """Nothing of the user's but PATH: folders and settings are in `home`."""
    kinds = ("CONFIG", "STATE", "CACHE", "DATA")
    homes = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    return {**kept, **homes, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
