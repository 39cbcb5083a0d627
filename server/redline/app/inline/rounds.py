"""A request for inline suggestions while it is under way."""

from __future__ import annotations

from dataclasses import dataclass, field

from redline.app.inline.state import InlineState
from redline.app.session import Session
from redline.core.inline.model import (
    Draft,
    InlineRequest,
    Noted,
    Origin,
    Reuse,
    Suggested,
    Suggestion,
)


@dataclass(slots=True)
class Round:
    """A request under way: what is noted of it, and when the last step ended.

    `clean`: with any suggestion that was kept the text parses without an error. `refused` is
    why nothing is drafted here, where only an edit may be due.
    """

    session: Session
    state: InlineState
    request: InlineRequest
    noted: list[Noted] = field(default_factory=list)
    at: float = 0.0
    clean: bool = True
    refused: str = ""

    def note(self, step: str, outcome: str) -> None:
        """A step is over."""
        now = self.session.adapters.clock.monotonic()
        self.noted.append(Noted(step, outcome, now - self.at))
        self.at = now

    def done(self, suggestions: tuple[Suggestion, ...] = ()) -> Suggested:
        """The answer."""
        return Suggested(suggestions, tuple(self.noted))


@dataclass(frozen=True, slots=True)
class Drafted:
    """Drafts, and where they are from."""

    drafts: tuple[Draft, ...]
    origin: Origin
    model: str
    reused: Reuse = ""
