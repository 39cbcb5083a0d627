"""The soft deadline: a model that is late is not waited for where something else can be shown.

Its answer is kept for the next request at the same place: what the user sees changes only if
they have not moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from redline.app.inline import models
from redline.app.inline.model_state import Asking, Outcome
from redline.app.inline.state import state_of
from redline.app.session import Session, spawn
from redline.core.agent.exchange import ModelFailure
from redline.core.inline.model import Draft, InlineRequest

Late = Callable[[tuple[Draft, ...]], None]
"""Takes the drafts of a model that answered after its deadline."""


@dataclass(frozen=True, slots=True)
class Within:
    """The drafts that count, and whose they are; `outcome` says in a word or a sentence how it
    went with the model."""

    drafts: tuple[Draft, ...]
    origin: Literal["builtin", "model"]
    outcome: str


async def drafts_within(
    session: Session,
    request: InlineRequest,
    count: int,
    standing: tuple[Draft, ...],
    late: Late,
) -> Within:
    """The model's drafts if they come within the deadline; otherwise `standing`, which is what
    the builtin model drafted, and `late` gets the model's when they come.

    Where nothing else can be shown, the model is waited for. Cancelled, it is asked no more. A
    request at the same place joins the one that is under way.
    """
    if not models.configured(session):
        return Within(standing, "builtin", "no model")
    asking = _asking(session, request, count)
    deadline = session.settings.inline.deadline if standing else None
    try:
        done, _ = await asyncio.wait({asking.task}, timeout=deadline)
    except asyncio.CancelledError:
        state_of(session).models.drop(request.uri)
        raise
    if not done:
        asking.task.add_done_callback(lambda task: _told(task, late))
        return Within(standing, "builtin", "late")
    if asking.task.cancelled():
        return Within(standing, "builtin", "cancelled")
    found = asking.task.result()
    if isinstance(found, ModelFailure):
        return Within(standing, "builtin", found.message)
    return Within(found, "model", "in time") if found else Within(standing, "builtin", "nothing")


def _asking(session: Session, request: InlineRequest, count: int) -> Asking:
    """What is asked at this place: now, or from before."""
    known = state_of(session).models
    known.drop(request.uri, unless=request)
    asking = known.asking
    if request.uri not in asking:
        task = asyncio.get_running_loop().create_task(models.drafts(session, request, count))
        made = asking[request.uri] = Asking(request, task)

        def over(_: asyncio.Task[Outcome]) -> None:
            if asking.get(request.uri) is made:
                del asking[request.uri]

        spawn(session, task)
        task.add_done_callback(over)
    return asking[request.uri]


def _told(task: asyncio.Task[Outcome], late: Late) -> None:
    if task.cancelled() or task.exception() is not None:
        return
    found = task.result()
    if not isinstance(found, ModelFailure) and found:
        late(found)
