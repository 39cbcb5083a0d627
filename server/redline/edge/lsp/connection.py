"""One connection: its server object, its session, its features.

Nothing heavy is imported here: an editor waits for the answer of `initialize`, and the
session it opens is made right after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pygls.lsp.server import LanguageServer

from redline.core.settings import Settings, SettingsProblem
from redline.core.uris import Folder
from redline.edge import garbage
from redline.edge.lsp.features import Features
from redline.edge.lsp.protocol import NOT_INITIALIZED, Life, RedlineProtocol, RequestProblem

if TYPE_CHECKING:
    from redline.app.ports import Adapters
    from redline.app.session import Session, Workspace
    from redline.edge.lsp.front import LspFront

LoadSettings = Callable[
    [str | None, Mapping[str, object]], tuple[Settings, tuple[SettingsProblem, ...]]
]
IDLE_SECONDS = 0.3
# Of the time while keys keep coming, parsing takes one part and leaves as many to the text.
REST = 4


@dataclass(frozen=True, slots=True)
class Wiring:
    """What `main` gives every connection: the adapters for its settings, and those settings."""

    adapters: Callable[[Settings], Adapters]
    load_settings: LoadSettings


@dataclass(frozen=True, slots=True)
class Opening:
    """What `initialize` said: all that is needed to open the session."""

    folders: tuple[Folder, ...]
    settings: Settings
    problems: tuple[SettingsProblem, ...]


Workspaces: TypeAlias = "dict[tuple[Folder, ...], Workspace]"


@dataclass(slots=True)
class LspConnection:
    """The mutable heart of one connection; the transport feeds it, `routes` makes it.

    `workspaces` are those of the process: clients of the same folders share one. `token` is
    what `initialize` must bring, '' for nothing; `looked` is when garbage was looked for in all
    that lives.
    """

    wiring: Wiring
    workspaces: Workspaces
    server: LanguageServer
    protocol: RedlineProtocol
    features: Features = field(default_factory=Features)
    opening: Opening | None = None
    opened: tuple[Session, LspFront] | None = None
    token: str = field(default="", repr=False)
    exit_code: int | None = None
    editor_process: int | None = None
    settling: asyncio.TimerHandle | None = None
    rested: float = 0.0
    idle: asyncio.TimerHandle | None = None
    looked: float = 0.0

    @property
    def live(self) -> Session:
        """The session, opened on first use. Raises `RequestProblem` before `initialize`."""
        return self._open()[0]

    @property
    def front(self) -> LspFront:
        """The session's user. Raises `RequestProblem` before `initialize`."""
        return self._open()[1]

    @property
    def initialized(self) -> bool:
        """Whether `initialize` has come, and was answered."""
        return self.opening is not None

    def _open(self) -> tuple[Session, LspFront]:
        if self.opened is None:
            from redline.edge.lsp.opening import opened

            if self.opening is None:
                raise RequestProblem(NOT_INITIALIZED, "the server is not initialized yet")
            self.opened = opened(self, self.opening)
        return self.opened

    def receive(self, body: bytes) -> None:
        """Handles one message."""
        self.protocol.receive(body)

    def refuse(self, code: int, message: str) -> None:
        """Answers bytes that are no message."""
        self.protocol.refuse(code, message)

    def batch_done(self) -> None:
        """After what was read: parse what changed, once, when the loop is next free.

        Where more is coming than can be parsed, the text comes first. Whoever needs a tree
        or facts meanwhile has them made.
        """
        if self.opened is None:
            return
        loop = asyncio.get_running_loop()
        if self.settling is None:
            self.settling = loop.call_at(self.rested, self._settle)
        if self.idle is not None:
            self.idle.cancel()
        self.idle = loop.call_later(IDLE_SECONDS, self._settle_whole)

    def _settle(self) -> None:
        from redline.app import documents

        clock = asyncio.get_running_loop().time
        began = clock()
        self.settling = None
        documents.settle_all(self.live, whole=False)
        ended = clock()
        self.rested = ended + REST * (ended - began)

    def _settle_whole(self) -> None:
        from redline.app import documents

        documents.settle_all(self.live)
        self.front.refresh()
        garbage.early()
        self.idle = asyncio.get_running_loop().call_later(garbage.PAUSE_SECONDS, self._look_around)

    def _look_around(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self.looked >= garbage.AGAIN_SECONDS:
            garbage.everything()
            self.looked = now

    async def closed(self) -> None:
        """Ends runs, index workers and language servers."""
        self.protocol.life = Life.EXITED
        self.protocol.abandon()
        for timer in (self.settling, self.idle):
            if timer is not None:
                timer.cancel()
        if self.opened is not None:
            from redline.edge.lsp.opening import closed

            await closed(self.live)
