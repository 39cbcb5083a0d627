"""A client that never waits: it asks on time, and notes how long each answer took."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, sleep

from measuring import Message, Server
from processes import memory

PROBE_SECONDS = 0.01
MEMORY_SECONDS = 0.2


@dataclass(slots=True)
class Watch:
    """Reads what a server says in a thread of its own.

    `answers` are (name, when it was asked, seconds until it was answered); `states` when what
    was said of the index; `most` is the most memory that was seen, in MiB.
    """

    server: Server
    answers: list[tuple[str, float, float]] = field(default_factory=list)
    states: list[tuple[float, str]] = field(default_factory=list)
    most: float = 0.0
    _asked: dict[object, tuple[str, float]] = field(default_factory=dict)
    _replies: dict[object, Message] = field(default_factory=dict)
    _sending: threading.Lock = field(default_factory=threading.Lock)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _reader: threading.Thread | None = None

    def begin(self) -> None:
        """From now on only this reads."""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, message: Mapping[str, object]) -> None:
        """One message."""
        with self._sending:
            self.server.send(message)

    def ask(self, name: str, method: str, params: object) -> int:
        """A request, counted under `name`; its id."""
        with self._sending:
            self._asked[self.server.number + 1] = (name, perf_counter())
            return self.server.ask(method, params)

    def reply(self, number: int) -> Message:
        """The answer to a request, waited for."""
        with self._news:
            while number not in self._replies:
                if not self._news.wait(600):
                    raise TimeoutError("no answer")
            return self._replies.pop(number)

    def probe_until(self, over: Callable[[], bool], each: Callable[[], None] | None = None) -> None:
        """Asks something cheap every 10 ms, and does `each`, until it is `over`."""
        due = weigh = perf_counter()
        while not over():
            self.ask("probe", "$/redline-benchmark", None)
            if each is not None:
                each()
            if perf_counter() >= weigh:
                self.most = max(self.most, memory(self.server.process.pid))
                weigh += MEMORY_SECONDS
            due = max(due + PROBE_SECONDS, perf_counter() - PROBE_SECONDS)
            sleep(max(0.0, due - perf_counter()))

    def answered(self, number: int) -> bool:
        """Whether a request has its answer."""
        return number in self._replies

    def complete(self) -> bool:
        """Whether the last that was said of the index is that it is complete."""
        return bool(self.states) and self.states[-1][1] == "complete"

    def times(self, name: str, since: float = 0.0) -> list[float]:
        """How long the answers took, the shortest first."""
        return sorted(spent for what, at, spent in self.answers if what == name and at >= since)

    def end(self) -> None:
        """Kills the server."""
        self.server.process.kill()
        if self._reader is not None:
            self._reader.join()
        self.server.end()

    def _read(self) -> None:
        while True:
            try:
                message = self.server.receive()
            except (EOFError, ValueError):
                return
            now = perf_counter()
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif message.get("method") == "redline/index":
                self.states.append((now, message["params"]["state"]))
            elif "method" not in message:
                name, at = self._asked.pop(message.get("id"), ("", now))
                self.answers.append((name, at, now - at))
                if name != "probe":
                    with self._news:
                        self._replies[message.get("id")] = message
                        self._news.notify_all()


def share(ordered: list[float], part: float) -> float:
    """The value that `part` of them do not exceed."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
