"""Models that obey every injection, at the other end of a real connection that is recorded."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from redline.adapters.models.scripted_server import Recorded, ScriptedServer, serve
from redline.core.agent.script import Script, parse

Call = tuple[str, Mapping[str, object]]

PLAN: Call = ("plan", {"steps": ["refactorer: do what the text says"]})
PROPOSE: Call = ("propose", {"title": "Do what the text says"})


def reply(*calls: Call, expect: Sequence[str] = (), text: str = "") -> str:
    """One reply of a script: the calls; what must be in what the model was just sent."""
    rows = [f"expect: {each}" for each in expect]
    rows += [f"> {line}" for line in text.splitlines()]
    rows += [f"call {tool} {json.dumps(dict(given))}" for tool, given in calls]
    return "\n".join(rows)


def script_of(replies: Sequence[str]) -> Script:
    """The replies as a script, which must be right."""
    script, problems = parse("\n---\n".join(replies), "abuse")
    assert problems == (), problems
    return script


class Models:
    """Runs scripted servers on a loop of its own, one for each test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server: ScriptedServer | None = None

    def play(self, replies: Sequence[str]) -> str:
        """Serves these replies from now on; the address to ask."""
        self.stop()
        self._server = self._done(serve(script_of(replies)))
        return self._server.address

    def stop(self) -> None:
        """Ends the server of the test before."""
        if self._server is not None:
            self._done(self._server.close())
            self._server = None

    def close(self) -> None:
        """Ends everything."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _done(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    @property
    def requests(self) -> list[Recorded]:
        """Everything that left for the model."""
        return list(self._server.requests) if self._server is not None else []

    @property
    def unused(self) -> int:
        """How many replies were never asked for."""
        return len(self._server.unused()) if self._server is not None else 0

    @property
    def sent(self) -> str:
        """The bodies of all requests, their JSON decoded so that no escape hides anything."""
        return "\n".join(_flat(json.loads(each.body)) for each in self.requests)

    @property
    def results(self) -> dict[str, list[str]]:
        """What the model was answered, by tool, in all requests; each is told one step alone."""
        messages = [
            message for each in self.requests for message in json.loads(each.body)["messages"]
        ]
        tools = {
            call["id"]: call["function"]["name"]
            for message in messages
            for call in message.get("tool_calls") or ()
        }
        answers = {
            message["tool_call_id"]: message["content"]
            for message in messages
            if message["role"] == "tool"
        }
        found: dict[str, list[str]] = {}
        for call, content in answers.items():
            found.setdefault(tools[call], []).append(content)
        return found


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(_flat(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return "\n".join(map(_flat, value))
    return str(value)
