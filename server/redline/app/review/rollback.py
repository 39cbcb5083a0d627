"""The way back: what a run put into the files is taken out again, all of it or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from redline.app.history import Told, told
from redline.app.review.acceptance import Accepted, all_or_none, movable
from redline.app.review.changes import file_changes
from redline.app.review.editor import Editor, FileChange
from redline.app.review.following import record
from redline.app.review.life import restored
from redline.app.review.transaction import Move
from redline.app.session import Session
from redline.core.proposal import follow
from redline.core.proposal.model import Proposal


@dataclass(frozen=True, slots=True)
class WayBack:
    """What takes a proposal's accepted hunks out; `lost` cannot be: their lines have changed."""

    proposal: Proposal
    move: Move
    changes: tuple[FileChange, ...]
    lost: tuple[str, ...]


def ways_back(session: Session, run: str) -> Iterator[WayBack]:
    """How to take `run` back, its last round first; each is to be gone before the next.

    Raises `NoWayBack` where there is none.
    """
    past = told(session, run)
    if isinstance(past, str):
        raise NoWayBack(past)
    found = False
    for proposal in reversed(past.proposals):
        way = _way(session, past, proposal)
        if way is not None:
            found = True
            yield way
    if not found:
        raise NoWayBack(f"nothing of run {run} was accepted, so there is nothing to roll back")


class NoWayBack(Exception):
    """Why a run cannot be taken back."""


def _way(session: Session, past: Told, proposal: Proposal) -> WayBack | None:
    decided = [id_ for id_, decision in past.decisions.items() if decision == "accepted"]
    mine = [hunk.id for hunk in proposal.hunks if hunk.id in decided]
    if not mine:
        return None
    live = restored(session, past, proposal)
    session.proposals[proposal.id] = live
    move = Move(proposal.id, frozenset(mine), "accepted", "rejected")
    move = replace(move, ids=movable(session, move))
    lost = tuple(id_ for id_ in mine if id_ not in move.ids)
    return WayBack(proposal, move, file_changes(session, move), lost)


async def roll_back(session: Session, editor: Editor, run: str) -> Accepted:
    """Takes a run's accepted hunks out through the editor."""
    done = Accepted()
    try:
        for way in ways_back(session, run):
            done = _together(done, way, await _taken_out(session, editor, way))
    except NoWayBack as problem:
        return Accepted(message=str(problem))
    return done


async def _taken_out(session: Session, editor: Editor, way: WayBack) -> Accepted:
    if not way.move.ids:
        return Accepted(message="the lines have changed since; nothing was rolled back")
    done = await all_or_none(session, editor, way.move)
    record(session, session.proposals[way.proposal.id], "rollback")
    return done


def _together(done: Accepted, way: WayBack, one: Accepted) -> Accepted:
    """What came of several rounds, in one."""
    lost = f"; {len(way.lost)} not: their lines have changed" if way.lost and one.accepted else ""
    messages = [each for each in (done.message, one.message + lost) if each]
    return Accepted(
        done.accepted + one.accepted,
        done.stale + way.lost,
        done.unconfirmed + one.unconfirmed,
        done.undone + one.undone,
        "; ".join(dict.fromkeys(messages)),
        (done.whole or not done.message) and one.whole and not way.lost,
    )


def rolled_back(session: Session, way: WayBack) -> None:
    """Records that the hunks are out, where it was not the editor that took them out."""
    live = follow.taken_out(session.proposals[way.proposal.id], way.move.ids)
    session.proposals[way.proposal.id] = live
    record(session, live, "rollback")
