"""Acceptances of one connection, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from redline.app import review
from redline.app.review import Accepted, Editor
from redline.app.session import Session

PATIENCE = 10.0
BUSY = "the editor has not answered the edit before this one yet; accept again after it"


async def accept(
    turn: asyncio.Lock,
    session: Session,
    editor: Editor,
    proposal: str,
    hunks: Collection[str] | None = None,
    confirm: bool = False,
) -> Accepted:
    """Accepts when it is its turn: an edit counts in the text that the one before it left.

    An editor's own preview may stay open for any time; whoever accepts something else
    meanwhile is told so rather than kept waiting.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await turn.acquire()
    except TimeoutError:
        return Accepted((), (), (), BUSY)
    try:
        return await review.accept(session, editor, proposal, hunks, confirm)
    finally:
        turn.release()
