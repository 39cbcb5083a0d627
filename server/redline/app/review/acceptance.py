"""Accepting, rejecting and taking back: all of what was asked, or none, in the end.

An editor may apply a part: then the rest is sent once more, and where that fails too,
what was applied is taken out again. Either way the user is told what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from redline.app import memories
from redline.app.review.changes import file_changes
from redline.app.review.editor import Editor, FileChange
from redline.app.review.following import catch_up, record, replaced
from redline.app.review.transaction import CONFIRM_SECONDS, Move, in_place, perform
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.hunks import shifted
from redline.core.proposal.model import digest_of
from redline.core.proposal.render import counted
from redline.core.text import edits

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user accepts: `hunks` of a proposal; when None all that are open, but for
    those that are guarded.

    `digests` (by hunk) name the bytes that were shown. With `confirm` the editor shows
    the edit first, and what the user leaves out there stays open.
    """

    proposal: str
    hunks: Collection[str] | None = None
    confirm: bool = False
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """How it ended: hunks by what became of them, and a sentence for people.

    `undone` were applied and taken out again, because the rest could not be applied.
    `whole`: everything that was asked for is done. `undo` is the run that a rollback is:
    rolling that back undoes it.
    """

    accepted: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    message: str = ""
    whole: bool = False
    undo: str = ""


@dataclass(frozen=True, slots=True)
class _End:
    """What the attempts came to. `said` is the editor's last word."""

    moved: frozenset[str]
    missing: frozenset[str]
    said: bool | None
    reason: str


async def accept(session: Session, editor: Editor, choice: Choice) -> Accepted:
    """Applies hunks through the editor, and verifies them.

    A hunk whose bytes are not those that were shown is left out.
    """
    proposal = choice.proposal
    live = session.proposals.get(proposal)
    if live is None or live.expired:
        return Accepted(message=_closed(proposal, live))
    catch_up(session, live.uris)
    live = session.proposals[proposal]
    ids = _fresh(live, choice.hunks)
    same = frozenset(id_ for id_ in ids if _as_shown(session, live, id_, choice.digests))
    possible = frozenset(id_ for id_ in same if editor.takes(_hunk(live, id_).hunk.operation))
    if not possible:
        return Accepted(stale=_stale(live), message=_nothing(live, ids, same))
    record(session, follow.marked(live, possible, "accepting"), "user")
    done = await all_or_none(session, editor, Move(proposal, possible), choice.confirm)
    record(session, session.proposals[proposal], "user")
    memories.reviewed(session, session.proposals[proposal])
    return done


def _closed(proposal: str, live: LiveProposal | None) -> str:
    if live is None:
        return f"there is no open proposal {proposal}"
    return f"the proposal is no longer open: {live.expired}"


def _fresh(live: LiveProposal, hunks: Collection[str] | None) -> tuple[str, ...]:
    def chosen(each: LiveHunk) -> bool:
        return not each.hunk.guard if hunks is None else each.hunk.id in hunks

    return follow.ids(live, lambda each: each.status == "fresh" and chosen(each))


def _stale(live: LiveProposal) -> tuple[str, ...]:
    return follow.ids(live, lambda each: each.status == "stale")


def _hunk(live: LiveProposal, id_: str) -> LiveHunk:
    return next(each for each in live.hunks if each.hunk.id == id_)


def _as_shown(session: Session, live: LiveProposal, id_: str, digests: Mapping[str, str]) -> bool:
    """Whether what would be applied is, byte for byte, what was shown."""
    each = _hunk(live, id_)
    hunk = each.hunk
    if digests.get(id_, hunk.digest) != hunk.digest:
        return False
    if hunk.operation != "edit":
        return True
    text = current_text(session, each.uri)
    if text is None or not follow.stands(each, text):
        return False
    before = text.slice(each.region)
    inside = [shifted(edit, -each.region.start) for edit in follow.edits_of(each)]
    return digest_of(hunk, before, edits.apply(before, inside)) == hunk.digest


def _nothing(live: LiveProposal, ids: Collection[str], same: Collection[str]) -> str:
    """Why there is nothing to send."""
    if same:
        return "the editor cannot create, rename or delete files for a server"
    if ids:
        return "what was shown is not what would be applied; look at the proposal again"
    if _stale(live):
        return "the lines have changed since; ask again"
    guarded = [each.hunk for each in live.hunks if each.status == "fresh" and each.hunk.guard]
    if guarded:
        return f"what is left {guarded[0].guard}: accept it by itself, if that is meant"
    return "nothing is left to accept"


async def all_or_none(
    session: Session, editor: Editor, move: Move, confirm: bool = False
) -> Accepted:
    """Performs `move`; what was done by halves is completed, or else undone."""
    end = await _attempts(session, editor, move, confirm)
    undone: frozenset[str] = frozenset()
    if end.moved and end.missing and not confirm:
        undone = await _undone(session, editor, move, end.moved)
    live = session.proposals[move.proposal]
    moved = tuple(each.hunk.id for each in live.hunks if each.hunk.id in end.moved - undone)
    unseen = tuple(
        each.hunk.id
        for each in live.hunks
        if each.hunk.id in end.missing and each.status == move.origin and end.said is not False
    )
    message = _message(move, end, moved, undone, unseen)
    stale = tuple(id_ for id_ in _stale(live) if id_ in move.ids)
    return Accepted(moved, stale, unseen, tuple(sorted(undone)), message, not end.missing)


async def _attempts(session: Session, editor: Editor, move: Move, confirm: bool) -> _End:
    """Sends what is not in place yet, up to three times, as long as that may help.

    It may where the user typed while the editor was asked (then it refuses the edit as
    outdated), and where a part is in place already.
    """
    moved: frozenset[str] = frozenset()
    said: bool | None = None
    reason = ""
    for _ in range(ATTEMPTS):
        catch_up(session, session.proposals[move.proposal].uris)
        left = replace(move, ids=movable(session, move) - moved)
        reason = await _unsettled(session, editor, file_changes(session, left))
        if reason:
            break
        left = replace(move, ids=movable(session, move) - moved)
        if not left.ids:
            break
        changes = file_changes(session, left)
        sent = await perform(session, editor, left, changes, confirm)
        said, reason = sent.said, sent.reason
        moved |= sent.moved
        typed = any(current_text(session, each.uri) != each.text for each in changes)
        if moved == move.ids or confirm or not (moved or (typed and said is False)):
            break
        if moved:
            await _revealed(session, editor, changes)
    return _End(moved, move.ids - moved, said, reason)


def movable(session: Session, move: Move) -> frozenset[str]:
    """The hunks of `move` whose lines are as they must be: the user may have edited them."""

    def fits(each: LiveHunk) -> bool:
        if each.hunk.id not in move.ids or each.status != move.origin:
            return False
        text = current_text(session, each.uri)
        if each.hunk.operation != "edit":
            goes = each.hunk.operation == ("create" if move.back else "delete")
            known = each.hunk.after if move.back else each.hunk.before
            return not goes or text is None or text.data == known
        return follow.stands(each, text, put=move.back)

    return frozenset(follow.ids(session.proposals[move.proposal], fits))


async def _revealed(session: Session, editor: Editor, changes: Sequence[FileChange]) -> None:
    """Has closed files opened before they are sent again: a version makes that safe."""
    for change in changes:
        closed = change.uri not in session.documents and change.operation == "edit"
        if closed and not in_place(session, change):
            await editor.reveal(change.uri)


async def _unsettled(session: Session, editor: Editor, changes: Sequence[FileChange]) -> str:
    """Why these cannot be sent yet: an edit of a closed file may still be on its way.

    Closed files have no version an editor could check, so the same edit might be applied
    twice. Once the file is open, it has one.
    """
    waiting = [c.uri for c in changes if c.version is None and c.uri in session.unsettled]
    for uri in waiting:
        await editor.reveal(uri)
        if uri not in session.documents:
            name = uris.for_people(session.snapshot.folders, uri)
            return f"the editor may still be applying the edit before; open {name} and try again"
        session.unsettled.discard(uri)
    return ""


async def _undone(
    session: Session, editor: Editor, move: Move, ids: frozenset[str]
) -> frozenset[str]:
    """Takes back what was done; the hunks that are as before again."""
    end = await _attempts(session, editor, move.opposite(ids), False)
    return end.moved


def _message(
    move: Move,
    end: _End,
    moved: Sequence[str],
    undone: Collection[str],
    unseen: Collection[str],
) -> str:
    word = "rolled back" if move.back else "applied"
    count = counted(len(moved), "hunk")
    if not end.missing:
        return f"{count} {word}"
    rest = counted(len(end.missing), "hunk")
    why = end.reason or "the lines have changed since"
    if end.said and unseen:
        why = f"{len(unseen)} not seen in the file within {CONFIRM_SECONDS:.0f} s"
    if undone and not moved:
        return f"nothing was {word}: {rest} could not be ({why}), so the others were undone"
    if moved:
        return f"{count} {word}; {rest} not: {why}"
    return why


def reject(session: Session, proposal: str, hunks: Collection[str] | None = None) -> str:
    """Takes hunks (all open ones when None) out of the review; says why it could not."""
    live = session.proposals.get(proposal)
    if live is None or live.expired:
        return _closed(proposal, live)
    ids = follow.ids(
        live,
        lambda each: each.status in ("fresh", "stale") and (hunks is None or each.hunk.id in hunks),
    )
    live = follow.marked(live, ids, "rejected")
    replaced(session, live)
    record(session, live, "user")
    memories.rejected(session, live, ids)
    memories.reviewed(session, live)
    return ""
