"""One connection: its server object, its session, its features."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pygls.lsp.server import LanguageServer

from redline.app import documents, runs
from redline.app.ports import Adapters
from redline.app.session import Session
from redline.core.settings import Settings, SettingsProblem
from redline.edge.lsp.features import Features
from redline.edge.lsp.front import LspFront
from redline.edge.lsp.protocol import (
    Life,
    RedlineProtocol,
    RequestProblem,
)

LoadSettings = Callable[
    [str | None, Mapping[str, object]], tuple[Settings, tuple[SettingsProblem, ...]]
]
IDLE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Wiring:
    """What `main` gives every connection: the adapters for its settings, and those settings."""

    adapters: Callable[[Settings], Adapters]
    load_settings: LoadSettings


@dataclass(slots=True)
class LspConnection:
    """The mutable heart of one connection; the transport feeds it, `main` makes it."""

    wiring: Wiring
    server: LanguageServer
    protocol: RedlineProtocol
    front: LspFront
    session: Session | None = None
    features: Features = field(default_factory=Features)
    exit_code: int | None = None
    editor_process: int | None = None
    settling: bool = False
    idle: asyncio.TimerHandle | None = None
    problems: tuple[str, ...] = ()

    def receive(self, body: bytes) -> None:
        """Handles one message."""
        self.protocol.receive(body)

    def refuse(self, code: int, message: str) -> None:
        """Answers bytes that are no message."""
        self.protocol.refuse(code, message)

    def batch_done(self) -> None:
        """After what was read: parse what changed, once, when the loop is next free."""
        if self.session is not None and not self.settling:
            self.settling = True
            asyncio.get_running_loop().call_soon(self._settle)
        if self.idle is not None:
            self.idle.cancel()
        self.idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._settle_whole)

    def _settle(self) -> None:
        self.settling = False
        if self.session is not None:
            documents.settle_all(self.session, whole=False)

    def _settle_whole(self) -> None:
        if self.session is not None:
            documents.settle_all(self.session)

    @property
    def live(self) -> Session:
        """The session. Raises `RequestProblem` before `initialize`."""
        if self.session is None:
            raise RequestProblem(-32002, "the server is not initialized yet")
        return self.session

    async def closed(self) -> None:
        """Ends runs, index workers and language servers."""
        self.protocol.life = Life.EXITED
        self.protocol.abandon()
        if self.session is None:
            return
        await runs.close(self.session)
        workspace = self.session.workspace
        workspace.sessions.remove(self.session)
        if workspace.build is not None and not workspace.sessions:
            workspace.build.cancel()
            await asyncio.gather(workspace.build, return_exceptions=True)
        await self.session.adapters.renamer.close()
