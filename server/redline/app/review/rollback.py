"""The way back: what a run put into the files is taken out again, all of it or none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from redline.app.history import Told, told
from redline.app.review.acceptance import Accepted, all_or_none, movable
from redline.app.review.changes import file_changes
from redline.app.review.editor import Editor, FileChange
from redline.app.review.following import record
from redline.app.review.life import kept, restored
from redline.app.review.transaction import Move
from redline.app.session import Session, current_text, journal_of
from redline.core import payloads
from redline.core.agent.model import Finish, Publish
from redline.core.journal import RecordKind
from redline.core.proposal.inverse import inverse
from redline.core.proposal.model import Decision, Proposal, Review, RolledBack


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
    past = _past(session, run)
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
    """Takes a run's accepted hunks out through the editor.

    That is a run of its own (`Accepted.undo`), which can be rolled back itself: then what
    was taken out is put in again, and stands as accepted.
    """
    done = Accepted()
    try:
        past = _past(session, run)
        undo = _Undo(session, past) if past.back is None else None
        for way in ways_back(session, run):
            done = _together(done, way, await _taken_out(session, editor, way, undo))
    except NoWayBack as problem:
        return Accepted(message=str(problem))
    return replace(done, undo=undo.run if undo is not None and done.accepted else "")


async def _taken_out(
    session: Session, editor: Editor, way: WayBack, undo: _Undo | None
) -> Accepted:
    if not way.move.ids:
        return Accepted(message="the lines have changed since; nothing was rolled back")
    proposal = undo.intended(way) if undo is not None else None
    try:
        done = await all_or_none(session, editor, way.move)
        record(session, session.proposals[way.proposal.id], "rollback")
        if undo is not None and proposal is not None:
            undo.decided(proposal, done.accepted)
    finally:
        if undo is not None:
            journal_of(session).release(undo.run)
    return done


class _Undo:
    """The run that a rollback is, in the journal: first what it will do, then what it did."""

    def __init__(self, session: Session, past: Told) -> None:
        self._session, self._past = session, past
        self._proposals = 0
        self.run = ""

    def intended(self, way: WayBack) -> Proposal:
        """Records, before the editor is asked, what is to be taken out of the files."""
        session = self._session
        live = session.proposals[way.proposal.id]
        records: list[payloads.Payload] = []
        if not self.run:
            self.run = session.adapters.clock.new_id()
            records.append(RolledBack(self._past.id, way.proposal.title))
        self._proposals += 1
        named = {each.hunk.target if each.hunk.target else each.uri for each in live.hunks}
        found = {uri: current_text(session, uri) for uri in sorted(named)}
        texts = {uri: text for uri, text in found.items() if text is not None}
        proposal = inverse(live, way.move.ids, texts, self.run, self._proposals)
        effect = f"{self.run}.{self._proposals}"
        records += [Publish(effect, proposal), Finish(f"{effect}.end", "proposed")]
        edited = {h.uri for h in proposal.hunks if h.operation == "edit"}
        records += kept(effect, {uri: text for uri, text in texts.items() if uri in edited})
        records.append(self._review(proposal, dict.fromkeys(_ids(proposal), "accepting")))
        journal = journal_of(session)
        journal.append_all(self.run, [(_kind(each), payloads.encode(each)) for each in records])
        journal.lease(self.run)
        return proposal

    def decided(self, proposal: Proposal, gone: Collection[str]) -> None:
        """Records what was taken out: of `gone`, the hunks of the run that is rolled back."""
        decisions: dict[str, Decision] = {
            hunk.id: "accepted" if hunk.undoes in gone else "rejected" for hunk in proposal.hunks
        }
        review = self._review(proposal, decisions)
        journal_of(self._session).append(self.run, "review", payloads.encode(review))

    def _review(self, proposal: Proposal, decisions: Mapping[str, Decision]) -> Review:
        return Review(proposal.id, decisions, "rollback", self._session.adapters.clock.now())


def _ids(proposal: Proposal) -> tuple[str, ...]:
    return tuple(hunk.id for hunk in proposal.hunks)


def _kind(payload: payloads.Payload) -> RecordKind:
    match payload:
        case Review():
            return "review"
        case Publish() | Finish():
            return "effect"
        case _:
            return "event"


def _past(session: Session, run: str) -> Told:
    past = told(session, run)
    if isinstance(past, str):
        raise NoWayBack(past)
    return past


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
