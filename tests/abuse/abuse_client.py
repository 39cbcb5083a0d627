"""An editor at the other end of a socket, with a review of its own, that saves what it accepts."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from redline.core.framing import Frame, Framer, frame

PATIENCE = 30.0
ENDED = ("proposed", "answered", "done", "failed", "cancelled")
_LINE_END = re.compile(rb"\r\n|\n|\r")

Message = dict[str, Any]


class Client:
    """One connection to the running server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.framer = Framer(1 << 30)
        self.inbox: list[Message] = []
        self.questions: list[Message] = []
        self.told_of: list[Message] = []
        self.shown: list[str] = []
        self._id = 0

    def close(self) -> None:
        """Leaves as an editor does."""
        try:
            self.ask("shutdown")
            self.notify("exit")
        finally:
            self.socket.close()

    def initialize(self, root: Path | None, options: Message, **more: object) -> Message:
        """The handshake; the answer of the server."""
        edit = {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]}
        capabilities = {
            "general": {"positionEncodings": ["utf-8"]},
            "workspace": {"applyEdit": True, "workspaceEdit": edit},
            "experimental": {"redline": {"proposals": True}},
        }
        uri = root.as_uri() if root is not None else None
        params = {"processId": None, "rootUri": uri, "capabilities": capabilities}
        answer: Message = self.ask(
            "initialize", {**params, "initializationOptions": options, **more}
        )
        self.notify("initialized", {})
        return answer

    # Sending.

    def send(self, message: Message) -> None:
        """Sends one message."""
        self.socket.sendall(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    def notify(self, method: str, params: object = None) -> None:
        """Sends a notification."""
        self.send({"method": method} | ({} if params is None else {"params": params}))

    def ask(self, method: str, params: object = None, seconds: float = PATIENCE) -> Any:
        """A request and its result; an error answer fails the test."""
        found = self.answer(method, params, seconds)
        assert "error" not in found, found["error"]
        return found["result"]

    def answer(self, method: str, params: object = None, seconds: float = PATIENCE) -> Message:
        """A request and the whole answer to it."""
        self._id += 1
        id_ = self._id
        self.send({"id": id_, "method": method, "params": params})
        return self.wait(lambda m: m.get("id") == id_ and "method" not in m, method, seconds)

    def command(self, name: str, **given: object) -> Any:
        """A command with one object as its argument."""
        return self.ask("workspace/executeCommand", {"command": name, "arguments": [given]})

    # Receiving.

    def wait(self, wanted: Callable[[Message], bool], what: str, seconds: float = PATIENCE) -> Any:
        """The first message for which `wanted` holds; requests of the server are served."""
        until = time.monotonic() + seconds
        while True:
            for at, each in enumerate(self.inbox):
                if wanted(each):
                    return self.inbox.pop(at)
            left = until - time.monotonic()
            assert left > 0, f"{what}: not within {seconds:g} s; told {self.told_of[-5:]}"
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                continue
            assert data, f"{what}: the server closed the connection"
            for found in self.framer.feed(data):
                assert isinstance(found, Frame), found
                self._arrived(json.loads(found.body))

    def _arrived(self, message: Message) -> None:
        method = message.get("method")
        if method is None:
            self.inbox.append(message)
        elif "id" in message:
            self.send({"id": message["id"], "result": self._served(method, message["params"])})
        else:
            self.told_of.append(message)
            if method == "redline/question":
                self._refused(message["params"])
            elif method == "window/showMessage":
                self.shown.append(message["params"]["message"])
            else:
                self.inbox.append(message)

    def _refused(self, question: Message) -> None:
        """A separate yes is what an attack must not get by itself: whatever is asked, no."""
        self.questions.append(question)
        options = question.get("options") or []
        no = next(
            (each for each in options if each.lower().startswith(("no", "refuse", "deny"))), "No"
        )
        given = {"run": question["run"], "question": question["question"], "answer": no}
        self._id += 1
        params = {"command": "redline.answer", "arguments": [given]}
        self.send({"id": -self._id, "method": "workspace/executeCommand", "params": params})

    def _served(self, method: str, params: Message) -> object:
        if method == "workspace/applyEdit":
            applied(params["edit"])
            return {"applied": True}
        return None

    def ended(self, run: str, seconds: float = PATIENCE) -> Message:
        """The last state that is told of a run."""

        def over(each: Message) -> bool:
            params = each.get("params") or {}
            return (
                each.get("method") == "redline/run"
                and params.get("run") == run
                and params.get("state") in ENDED
            )

        found: Message = self.wait(over, f"the end of run {run}", seconds)["params"]
        return found

    def proposal(self, run: str) -> Message:
        """The open proposal of a run."""
        found: list[Message] = self.command("redline.proposals")
        return next(each for each in found if each["run"] == run)


def applied(edit: Message) -> None:
    """Writes an edit to the files it names, as an editor that saves at once."""
    for change in edit["documentChanges"]:
        match change.get("kind"):
            case "create":
                file = _path(change["uri"])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch(exist_ok=False)
            case "rename":
                _path(change["oldUri"]).rename(_path(change["newUri"]))
            case "delete":
                _path(change["uri"]).unlink()
            case _:
                _edited(_path(change["textDocument"]["uri"]), change["edits"])


def _edited(file: Path, edits: list[Message]) -> None:
    data = file.read_bytes()
    starts = [0, *(found.end() for found in _LINE_END.finditer(data))]

    def at(place: Message) -> int:
        return (
            len(data)
            if place["line"] >= len(starts)
            else starts[place["line"]] + place["character"]
        )

    spans = [(at(e["range"]["start"]), at(e["range"]["end"]), e["newText"].encode()) for e in edits]
    for start, end, new in sorted(spans, reverse=True):
        data = data[:start] + new + data[end:]
    file.write_bytes(data)


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))
