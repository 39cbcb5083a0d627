"""Ports: what inline suggestions need from outside, as Protocols. Adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from redline.core.agent.exchange import ModelFailure
    from redline.core.inline.builtin.memory import Remembered
    from redline.core.inline.prompt.model import Filled, FillRequest, Sending
    from redline.core.inline.value.model import Count, Entry
    from redline.core.settings import Settings
    from redline.core.uris import Folder


class FillModel(Protocol):
    """A model that is asked what to insert: one attempt per call; cancelling the task closes
    its connection."""

    @property
    def name(self) -> str:
        """As configured: `scripted:FILE`, `provider/name`."""

    def sent(self, request: FillRequest) -> tuple[str, ...]:
        """The texts of `request` as they would leave this machine."""

    async def fill(self, request: FillRequest) -> Filled | ModelFailure:
        """What it would insert: whole answers alone."""


class FillModels(Protocol):
    """Finds a model for inline suggestions by the name in the settings."""

    def filling(self, name: str, settings: Settings) -> FillModel | ModelFailure:
        """The model, or why there is none by that name (kind 'policy')."""

    def warm(self, name: str) -> None:
        """Loads what asking the model takes. May take seconds: use a thread."""


class Sendings(Protocol):
    """What left the machine for inline suggestions in one workspace, by days."""

    def record(self, sending: Sending) -> None:
        """Adds one line before the request leaves. Raises `StoreError`."""

    def kept(self) -> Sequence[Sending]:
        """All that are kept, oldest first. Raises `StoreError`."""


class InlineRecord(Protocol):
    """What became of the inline suggestions of one workspace; shared by several servers.

    Everything raises `StoreError`, and blocks for a moment: use a thread.
    """

    def add(self, entries: Sequence[Entry], counts: Sequence[Count]) -> None:
        """Adds to the counts, and keeps the entries; a later one of an id replaces the first."""

    def counts(self, since: str) -> Sequence[Count]:
        """What was counted from the day `since` on."""

    def recent(self, number: int) -> Sequence[Entry]:
        """The last entries, newest first."""

    def forget(self, until: str) -> None:
        """Forgets what is older than the day `until`."""


class Remembering(Protocol):
    """Knows what the code of a workspace says: from before, or read in another process."""

    async def remembered(
        self, folders: Sequence[Folder], files: Sequence[tuple[str, str]], most: int
    ) -> Remembered | None:
        """The memory of files, pairs of uri and language, of at most `most` bytes each.

        None when it cannot be made.
        """


class InlineCache(Protocol):
    """What models drafted for a place in a text. Both block: use a thread. Neither fails."""

    def find(self, keys: Sequence[str]) -> tuple[str, bytes] | None:
        """The first of `keys` there is a value for, with the value."""

    def keep(self, key: str, value: bytes) -> None:
        """Keeps a value, for a day and within a limit."""


@dataclass(frozen=True, slots=True)
class InlineAdapters:
    """All of it. What left the machine, and what became of suggestions, is kept by workspace."""

    drafts: InlineCache
    memories: Remembering
    models: FillModels
    sent: Callable[[str], Sendings]
    record: Callable[[str], InlineRecord]
