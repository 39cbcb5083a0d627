"""The answer to a command that has the editor apply something."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from redline.app.review.acceptance import Accepted
from redline.edge.lsp import wire
from redline.edge.lsp.front import LspFront

AFTER_ANSWER = 0.3
AT_MOST = 4.0
GIVEN = "the editor has the edit; whether it is in the files is seen after this answer"


async def decided(front: LspFront, work: Coroutine[None, None, Accepted]) -> wire.AcceptResult:
    """What came of `work`; for a plain client, what is known when it must be answered.

    Emacs waits for the answer to a command before it tells of its own changes, and gives
    up after ten seconds: without a view of ours the rest is done after the answer.
    """
    front.editor.answered.clear()
    task = asyncio.get_running_loop().create_task(work)
    if not front.features.own_review:
        await _patience(front, task)
    if front.features.own_review or task.done():
        done = await task
        return wire.AcceptResult(
            done.accepted, done.stale, done.unconfirmed, done.undone, done.message
        )
    front.later(_told_later(front, task))
    return wire.AcceptResult((), (), (), (), GIVEN)


async def _patience(front: LspFront, task: asyncio.Task[Accepted]) -> None:
    async def answered() -> None:
        await front.editor.answered.wait()
        await asyncio.sleep(AFTER_ANSWER)

    waiting = asyncio.get_running_loop().create_task(answered())
    await asyncio.wait({task, waiting}, timeout=AT_MOST, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def _told_later(front: LspFront, task: asyncio.Task[Accepted]) -> None:
    done = await task
    if not done.whole:
        front.trouble(done.message)
