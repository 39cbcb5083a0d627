"""Forgetting: what a run said is erased, and its records stay, so that the chain does.

What still waits for the user is never forgotten for its age alone: it expires first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from redline.app import memories
from redline.app.history import Told, told
from redline.app.inline import value
from redline.app.review import life
from redline.app.session import Session, journal_of
from redline.core import payloads
from redline.core.agent.events import Cancelled
from redline.core.agent.model import AskUser
from redline.core.agent.reducer import step
from redline.core.journal import RecordKind
from redline.core.problems import StoreError
from redline.core.proposal.model import Decision, Review

DAY = 86_400.0
BUSY = "is at work, or open in a window: it is kept"
WAITS = "waits for you and has not expired: it is kept"
NO_RUN = "is no run of this workspace"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The runs that were forgotten, and those that were `kept`, each with why.

    `unknown`: a run that was named is none.
    """

    forgotten: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    unknown: bool = False


def forget(session: Session, run: str) -> Forgotten:
    """Forgets one run, whatever it waits for. Raises `StoreError`."""
    if run not in journal_of(session).runs():
        return Forgotten(kept=((run, NO_RUN),), unknown=True)
    return _forgotten(session, (run,), asked=True)


def forget_all(session: Session) -> Forgotten:
    """Forgets every run of the workspace, whatever it waits for. Raises `StoreError`."""
    return _forgotten(session, journal_of(session).last(), asked=True)


def forget_older(session: Session, days: float) -> Forgotten:
    """Forgets the runs of which nothing was recorded for `days`. Raises `StoreError`."""
    return _forgotten(session, _older(session, days), asked=False)


async def retain(session: Session) -> None:
    """Forgets what is older than the settings say; a few runs at a time, beside everything."""
    days = session.settings.journal_days
    if not days:
        return
    try:
        await asyncio.to_thread(value.forget_older, session, days)
        for run in await asyncio.to_thread(_older, session, days):
            _forgotten(session, (run,), asked=False)
            await asyncio.sleep(0)
    except StoreError as error:
        session.front.trouble(f"old runs could not be forgotten: {error}")


def _older(session: Session, days: float) -> tuple[str, ...]:
    until = session.adapters.clock.now() - days * DAY
    return tuple(run for run, at in journal_of(session).last().items() if at <= until)


def _forgotten(session: Session, runs: Iterable[str], *, asked: bool) -> Forgotten:
    journal = journal_of(session)
    gone: list[str] = []
    kept: list[tuple[str, str]] = []
    for run in runs:
        because = _in_the_way(session, run, asked=asked)
        if because:
            kept.append((run, because))
        else:
            gone.append(run)
    try:
        journal.forget(gone)
        session.adapters.models.forget(gone)
        memories.forget_runs(session, gone)
    finally:
        for run in gone:
            journal.release(run)
    return Forgotten(tuple(gone), tuple(kept))


def _in_the_way(session: Session, run: str, *, asked: bool) -> str:
    """Why a run is kept; where it is not, it is ours, and nothing of it is open any more."""
    handle = session.runs.get(run)
    if handle is not None and not handle.state.finished:
        return BUSY
    journal = journal_of(session)
    if not journal.lease(run):
        return BUSY
    past = told(session, run)
    if isinstance(past, str):
        return ""  # a part of it is forgotten already
    if not asked and _waits(past) and not _expired(session, past):
        if not life.waits(session, run):
            journal.release(run)
        return WAITS
    _close(session, past)
    return ""


def _waits(past: Told) -> bool:
    if any(isinstance(effect, AskUser) for effect in past.state.pending.values()):
        return True
    if not past.proposals or past.expired(past.proposals[-1].id):
        return False
    decisions = past.decisions
    last = past.proposals[-1].hunks
    return any(decisions.get(hunk.id, "fresh") in life.OPEN for hunk in last)


def _expired(session: Session, past: Told) -> bool:
    """Whether it has waited for so long that it would expire anyway."""
    age = session.adapters.clock.now() - past.lines[-1].at
    return age > session.settings.proposal_days * DAY


def _close(session: Session, past: Told) -> None:
    """Ends what still waits, in the journal and in the editor, before it is forgotten."""
    if not _waits(past):
        return
    why = "its run was forgotten"
    if past.proposals and past.state.finished:
        id_ = past.proposals[-1].id
        if id_ in session.proposals:
            life.expire(session, id_, why)
            journal_of(session).lease(past.id)
            return
        decided: dict[str, Decision] = {}
        review = Review(id_, decided, "expiry", session.adapters.clock.now(), why)
        journal_of(session).append(past.id, "review", payloads.encode(review))
        return
    _, effects = step(past.state, Cancelled())
    records: list[tuple[RecordKind, str]] = [("event", payloads.encode(Cancelled()))]
    records += [("effect", payloads.encode(each)) for each in effects]
    journal_of(session).append_all(past.id, records)
