"""The long-term memory of a workspace: what runs leave behind, and what later runs get of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from redline.app.ports_notes import Memories
from redline.app.session import Session
from redline.core import uris
from redline.core.agent.model import Goal
from redline.core.agent.state import RunState
from redline.core.memory import lessons
from redline.core.memory.model import Memo, Remembered
from redline.core.memory.private import cleaned
from redline.core.memory.relevant import Shelf, alike, rules, shelf
from redline.core.problems import StoreError
from redline.core.proposal.follow import LiveProposal

LESSONS = 5
RUNS = 3


@dataclass(slots=True)
class Memory:
    """The memory of one workspace as a session knows it. `shelved` are the memos last seen."""

    store: Memories
    seen: Remembered = field(default_factory=Remembered)
    shelved: Shelf = field(default_factory=Shelf)


def of(session: Session) -> Memory:
    """The memory of the workspace, which is known by its first folder, as its journal is."""
    folder = next((each.uri for each in session.snapshot.folders), "")
    if folder not in session.memories:
        session.memories[folder] = Memory(session.adapters.notes.memories(folder))
    return session.memories[folder]


async def latest(session: Session) -> Shelf:
    """The memos as they are now; a file that is none is told of once."""
    if session.settings.memory == "off":
        return Shelf()
    memory = of(session)
    try:
        found = await asyncio.to_thread(memory.store.remembered)
    except StoreError as error:
        session.front.trouble(str(error))
        return memory.shelved
    for problem in sorted(set(found.problems) - set(memory.seen.problems)):
        session.front.trouble(f"not remembered: {problem}")
    if found.memos != memory.shelved.memos:
        memory.shelved = await asyncio.to_thread(shelf, found.memos)
    memory.seen = found
    return memory.shelved


def relevant(shelved: Shelf, words: str, path: str) -> tuple[Memo, ...]:
    """The memos for a goal: every rule, and the lessons and runs that are most like it."""
    like = alike(shelved, "lesson", words, path, LESSONS)
    return (*rules(shelved, words), *like, *alike(shelved, "run", words, path, RUNS))


def used(session: Session, ids: Collection[str]) -> None:
    """Counts that a run was given these memos."""
    _done(session, lambda store: store.used(ids, session.adapters.clock.now()))


def run_ended(session: Session, state: RunState) -> None:
    """Keeps what a run leaves behind."""
    at = session.adapters.clock.now()
    _kept(session, lessons.of_run(state, at, lambda uri: _path(session, uri)))


def rejected(session: Session, live: LiveProposal, ids: Collection[str], comment: str = "") -> None:
    """Keeps the lesson of hunks that were rejected, or sent back with a comment."""
    goal: Goal | None = session.goals.get(live.proposal.run)
    at, proposal = session.adapters.clock.now(), live.proposal
    if any(each.id in ids for each in proposal.hunks):
        memo = lessons.of_rejected(
            goal, proposal, ids, comment, at, lambda uri: _path(session, uri)
        )
        _kept(session, [memo])


def reviewed(session: Session, live: LiveProposal) -> None:
    """Notes what became of the run of a proposal."""
    outcome = lessons.decided({each.hunk.id: each.status for each in live.hunks})
    if outcome:
        id_ = lessons.id_of_run(live.proposal.run)
        _done(session, lambda store: store.ended(id_, outcome))


def forget_runs(session: Session, runs: Collection[str]) -> tuple[str, ...]:
    """Takes away what came of these runs; the ids of the memos. Raises `StoreError`."""
    store = of(session).store
    ids = [memo.id for memo in store.remembered().memos if memo.run and memo.run in runs]
    return store.forget(ids)


def _kept(session: Session, memos: Iterable[Memo]) -> None:
    clean = [_clean(memo) for memo in memos]

    def keep(store: Memories) -> None:
        for memo in clean:
            store.keep(memo)

    _done(session, keep)


def _clean(memo: Memo) -> Memo:
    """The memo without secrets: it is to outlive the run, and to be read by other models."""
    return replace(memo, title=cleaned(memo.title), text=cleaned(memo.text))


def _done(session: Session, what: Callable[[Memories], object]) -> None:
    """Does it where there is a memory; that it cannot be done stops nobody, and is told."""
    if session.settings.memory == "off":
        return
    try:
        what(of(session).store)
    except StoreError as error:
        session.front.trouble(str(error))


def _path(session: Session, uri: str) -> str:
    return uris.for_model(session.snapshot.folders, uri)
