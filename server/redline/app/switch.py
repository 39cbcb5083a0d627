"""The switch that stops everything: every run of the user, in every server, at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from redline.app.session import Session

LOOK_SECONDS = 0.25


async def watched(session: Session, cancel: Callable[[], None]) -> None:
    """Cancels a run once the switch is thrown, whatever it is waiting for."""
    # Another process throws it: there is nothing here that could wake us.
    while not session.adapters.switch.stopped():  # noqa: ASYNC110
        await asyncio.sleep(LOOK_SECONDS)
    cancel()


def stop_all(session: Session) -> int:
    """Throws the switch, and cancels the runs of this session; how many there were.

    Those of other sessions and processes see it by themselves. Raises `StoreError`.
    """
    session.adapters.switch.stop()
    running = [each for each in session.runs.values() if not each.state.finished]
    for each in running:
        each.cancel()
    return len(running)
