"""Inline suggestions on and off: for a session, for a while, for a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from redline.app.inline.state import InlineState, state_of
from redline.app.session import Session

Standing = Literal["on", "off", "snoozed"]
MINUTES = 15.0
"""For how long a snooze is that names no time."""


@dataclass(frozen=True, slots=True)
class Stands:
    """How it stands: for a language where one was asked for, otherwise for all.

    `until` are seconds since the epoch, None where it is not snoozed.
    """

    state: Standing
    languages_off: tuple[str, ...]
    until: float | None = None


def switched(session: Session, wanted: Standing | None, minutes: float, language: str) -> Stands:
    """Puts suggestions on, off or to rest (None: leaves them as they are); how they stand."""
    state, clock = state_of(session), session.adapters.clock
    if language:
        if wanted == "off":
            state.languages_off.add(language)
        elif wanted == "on":
            state.languages_off.discard(language)
    elif wanted is not None:
        state.off = wanted == "off"
        state.snoozed_until = clock.monotonic() + 60 * minutes if wanted == "snoozed" else 0.0
    return _stands(session, state, language)


def _stands(session: Session, state: InlineState, language: str) -> Stands:
    clock = session.adapters.clock
    off = tuple(sorted(state.languages_off))
    left = state.snoozed_until - clock.monotonic()
    if state.off or language in state.languages_off:
        return Stands("off", off)
    return Stands("snoozed", off, clock.now() + left) if left > 0 else Stands("on", off)
