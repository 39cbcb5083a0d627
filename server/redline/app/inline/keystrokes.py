"""When keys are typed, and what is left of a document that is closed."""

from __future__ import annotations

from collections import deque

from redline.app.inline.state import KEYS_REMEMBERED, state_of
from redline.app.session import Session


def typed(session: Session, uri: str) -> None:
    """A document changed: how fast its user types decides how long a model waits."""
    keys = state_of(session).keys.setdefault(uri, deque(maxlen=KEYS_REMEMBERED))
    keys.append(session.adapters.clock.monotonic())


def closed(session: Session, uri: str) -> None:
    """A document was closed: nothing is kept of it, and nothing asked for it."""
    state = state_of(session)
    state.keys.pop(uri, None)
    state.given.pop(uri, None)
    state.large.pop(uri, None)
    state.models.drop(uri)
    running = state.running.pop(uri, None)
    if running is not None:
        running.cancel()
