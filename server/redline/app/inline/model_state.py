"""What a session knows of the models of providers that suggest, and for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from redline.core.agent.exchange import ModelFailure
from redline.core.inline.context import places
from redline.core.inline.context.model import Edited
from redline.core.inline.context.similar import Rows
from redline.core.inline.model import Draft, InlineRequest
from redline.core.text.edits import Edit
from redline.core.text.text import Text

Outcome = tuple[Draft, ...] | ModelFailure


@dataclass(frozen=True, slots=True)
class Asking:
    """A model that is being asked what to insert where `request` was made."""

    request: InlineRequest
    task: asyncio.Task[Outcome]


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a model is not asked until `until` (monotonic seconds)."""

    failure: ModelFailure
    until: float


@dataclass(slots=True)
class ModelState:
    """By model, `seconds` are what its last answers took, `held` why it is left alone. `asking`
    is what is under way by document. `edited` are the places changed last, newest first.

    `names` are those of files on disk, `texts` those of closed files by digest, `seen` the words
    of windows that were looked at: all are forgotten in the order in which they came.
    """

    seconds: dict[str, deque[float]] = field(default_factory=dict)
    held: dict[str, Hold] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    asking: dict[str, Asking] = field(default_factory=dict)
    edited: tuple[Edited, ...] = ()
    used: dict[str, None] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    seen: dict[str, Rows] = field(default_factory=dict)
    importing: asyncio.Task[None] | None = None

    def typed(self, uri: str, edits: Sequence[Edit]) -> None:
        """A document was changed: the place is among those that were edited last."""
        self.edited = places.after(self.edited, uri, edits)

    def drop(self, uri: str, unless: InlineRequest | None = None) -> None:
        """Ends what is under way for a document, but for what is asked at the place of `unless`."""
        known = self.asking.get(uri)
        if known is not None and (unless is None or not _same(known.request, unless)):
            del self.asking[uri]
            known.task.cancel()


def _same(one: InlineRequest, other: InlineRequest) -> bool:
    return one.offset == other.offset and one.text == other.text
