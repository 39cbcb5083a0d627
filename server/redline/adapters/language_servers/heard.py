"""What a language server says unasked: what it is busy with, and what it finds wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from redline.adapters.language_servers.protocol import Message


class _ProgressValue(msgspec.Struct):
    kind: str = ""


class _Progress(msgspec.Struct):
    token: int | str
    value: msgspec.Raw


class _Status(msgspec.Struct):
    quiescent: bool | None = None


class _Service(msgspec.Struct):
    type: str = ""


class Published(msgspec.Struct):
    """What is wrong with a document; `version` where the server says which it looked at."""

    uri: str
    diagnostics: list[msgspec.Raw]
    version: int | None = None


@dataclass(slots=True)
class Heard:
    """The state these messages add up to. `wanted` are edits it asked for, and did not get."""

    working: set[int | str] = field(default_factory=set)
    worked: int = 0
    quiescent: bool = False
    serving: bool = False
    ended: bool = False
    published: dict[str, Published] = field(default_factory=dict)
    publications: int = 0
    wanted: list[msgspec.Raw] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, message: Message) -> None:
        """Notes one notification; one that cannot be read says nothing."""
        with suppress(msgspec.ValidationError):
            self._take(message)
            self._news.set()

    def _take(self, message: Message) -> None:
        match message.method:
            case "$/progress":
                self._progressed(msgspec.json.decode(message.params, type=_Progress))
            case "experimental/serverStatus":
                status = msgspec.json.decode(message.params, type=_Status)
                self.quiescent = bool(status.quiescent)
            case "language/status":
                service = msgspec.json.decode(message.params, type=_Service)
                self.serving = self.serving or service.type in ("ServiceReady", "Started")
            case "textDocument/publishDiagnostics":
                found = msgspec.json.decode(message.params, type=Published)
                self.published[found.uri] = found
                self.publications += 1

    def asked_for(self, message: Message) -> None:
        """Notes a request that would have something edited."""
        if message.method == "workspace/applyEdit":
            self.wanted.append(message.params)

    def end(self) -> None:
        """Nothing more will be heard."""
        self.ended = True
        self._news.set()

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Waits until `true()`; False when it is not within `seconds`, or nothing can come."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    if self.ended:
                        return False
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _progressed(self, progress: _Progress) -> None:
        value = msgspec.json.decode(progress.value, type=_ProgressValue)
        if value.kind == "begin":
            self.working.add(progress.token)
        elif value.kind == "end" and progress.token in self.working:
            self.working.discard(progress.token)
            self.worked += 1
