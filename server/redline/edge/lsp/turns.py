"""Edits of one connection, one after the other: each counts in the text the last one left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from redline.app.review import acceptance, rollback
from redline.app.review.acceptance import Accepted, Choice
from redline.app.review.editor import Editor
from redline.app.session import Session

PATIENCE = 10.0
BUSY = "the editor has not answered the edit before this one yet; try again after it"


async def accept(turn: asyncio.Lock, session: Session, editor: Editor, choice: Choice) -> Accepted:
    """Accepts when it is its turn."""
    return await _in_turn(turn, lambda: acceptance.accept(session, editor, choice))


async def roll_back(turn: asyncio.Lock, session: Session, editor: Editor, run: str) -> Accepted:
    """Rolls back when it is its turn."""
    return await _in_turn(turn, lambda: rollback.roll_back(session, editor, run))


async def _in_turn(turn: asyncio.Lock, act: Callable[[], Awaitable[Accepted]]) -> Accepted:
    """An editor's own preview may stay open for any time: whoever waits is told so."""
    try:
        async with asyncio.timeout(PATIENCE):
            await turn.acquire()
    except TimeoutError:
        return Accepted(message=BUSY)
    try:
        return await act()
    finally:
        turn.release()
