"""The way back: what a run put into the files is taken out again, all of it or none."""

from __future__ import annotations

from dataclasses import dataclass

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


def ways_back(session: Session, run: str) -> list[WayBack] | str:
    """How to take `run` back, the last round first; or why it cannot be."""
    found = told(session, run)
    if isinstance(found, str):
        return found
    result = []
    for proposal in reversed(found.proposals):
        way = _way(session, found, proposal)
        if way is not None:
            result.append(way)
    if not result:
        return f"nothing of run {run} was accepted, so there is nothing to roll back"
    return result


def _way(session: Session, found: Told, proposal: Proposal) -> WayBack | None:
    decided = {id_ for id_, decision in found.decisions.items() if decision == "accepted"}
    mine = [hunk.id for hunk in proposal.hunks if hunk.id in decided]
    if not mine and proposal.id not in session.proposals:
        return None
    live = restored(session, found, proposal)
    session.proposals[proposal.id] = live
    wanted = frozenset(follow.ids(live, lambda each: each.status == "accepted"))
    move = Move(proposal.id, wanted, back=True)
    move = Move(proposal.id, movable(session, move), back=True)
    lost = tuple(id_ for id_ in mine if id_ not in move.ids)
    if not move.ids and not lost:
        return None
    return WayBack(proposal, move, file_changes(session, move), lost)


async def roll_back(session: Session, editor: Editor, run: str) -> Accepted:
    """Takes a run's accepted hunks out through the editor."""
    ways = ways_back(session, run)
    if isinstance(ways, str):
        return Accepted(message=ways)
    done = Accepted()
    for way in ways:
        if not way.move.ids:
            message = "the lines have changed since; nothing was rolled back"
            done = Accepted(done.accepted, done.stale + way.lost, message=done.message or message)
            continue
        one = await all_or_none(session, editor, way.move)
        rolled_back(session, way)
        done = Accepted(
            done.accepted + one.accepted,
            done.stale + way.lost,
            done.unconfirmed + one.unconfirmed,
            done.undone + one.undone,
            one.message,
        )
    return done


def rolled_back(session: Session, way: WayBack) -> None:
    """What is out again was decided against; it can come back by an undo alone."""
    live = session.proposals[way.proposal.id]
    out = follow.ids(live, lambda each: each.hunk.id in way.move.ids and each.status == "fresh")
    live = follow.marked(live, out, "rejected")
    session.proposals[way.proposal.id] = live
    session.front.proposal_changed(live)
    record(session, live, "rollback")
