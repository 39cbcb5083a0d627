"""One edit sent to the editor, and what became of it, file by file.

`applied: true` proves nothing (Neovim says it for edits it refused), and no answer at
all may still mean that it was applied: what counts is our own copy of each open text,
and the disk for closed files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from redline.app.review.editor import Editor, FileChange
from redline.app.review.following import arrived, exists, left, seen, text_seen
from redline.app.session import Expectation, Session, current_text, spawn
from redline.core.proposal import follow
from redline.core.proposal.follow import HunkStatus

ANSWER_SECONDS = 60.0
CONFIRM_SECONDS = 5.0
GRACE_SECONDS = 0.3
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an edit: the hunks proven to be moved, and the editor's word (None: none)."""

    moved: frozenset[str]
    said: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Move:
    """Hunks of one proposal that go from one status to another: in, or `back` out."""

    proposal: str
    ids: frozenset[str]
    origin: HunkStatus = "fresh"
    result: HunkStatus = "accepted"

    @property
    def back(self) -> bool:
        """Whether they are taken out."""
        return self.origin == "accepted"

    @property
    def reached(self) -> HunkStatus:
        """The status that the text alone gives a hunk that was moved."""
        return "fresh" if self.back else "accepted"

    def opposite(self, ids: frozenset[str]) -> Move:
        """What undoes it for `ids`."""
        return Move(self.proposal, ids, self.result, self.origin)


async def perform(
    session: Session,
    editor: Editor,
    move: Move,
    changes: Sequence[FileChange],
    confirm: bool = False,
) -> Sent:
    """Sends `changes`, which are what `move` does, and reads off the texts what came of it."""
    _expect(session, move, changes)
    said: bool | None = None
    reason = ""
    try:
        said, reason = await _answer(session, editor, move, changes, confirm)
        await _settled(session, changes, CONFIRM_SECONDS if said else GRACE_SECONDS)
    finally:
        moved = _concluded(session, move, changes, said)
    return Sent(moved, said, reason)


def _concluded(
    session: Session, move: Move, changes: Sequence[FileChange], said: bool | None
) -> frozenset[str]:
    """Ends the waiting; the hunks that were moved, as their statuses say."""
    arrived: set[str] = set()
    for change in changes:
        expected = session.expected.pop(change.uri)
        if expected.arrived.done() and not expected.arrived.cancelled():
            arrived |= expected.arrived.result()
        refused = said is False
        unseen = change.version is None and not refused and not expected.arrived.done()
        (session.unsettled.add if unseen else session.unsettled.discard)(change.uri)
        if change.operation == "rename" and in_place(session, change):
            _renamed(session, change)
    before = session.proposals[move.proposal]
    under_way = follow.ids(before, lambda each: each.status == "accepting")
    live = seen(session, follow.marked(before, under_way, move.origin))
    moved = follow.ids(live, lambda each: each.hunk.id in move.ids and each.status == move.reached)
    # What a file holds says that a hunk is out, not whether it was decided against.
    if move.result == "rejected":
        live = follow.taken_out(live, moved)
    session.proposals[move.proposal] = live
    session.front.proposal_changed(live)
    return frozenset(moved) | (arrived & move.ids)


def _expect(session: Session, move: Move, changes: Sequence[FileChange]) -> None:
    loop = asyncio.get_running_loop()
    live = session.proposals[move.proposal]
    if not move.back:
        session.proposals[move.proposal] = follow.marked(live, move.ids, "accepting")
    for change in changes:
        session.expected[change.uri] = Expectation(
            move.proposal,
            move.ids,
            move.back,
            change.text,
            change.steps,
            change.edited,
            change.after,
            loop.create_future(),
        )


async def _answer(
    session: Session, editor: Editor, move: Move, changes: Sequence[FileChange], confirm: bool
) -> tuple[bool | None, str]:
    """The editor's answer; none is needed once everything is in place.

    A preview stays open for as long as the user wants. Otherwise an editor that says
    nothing for a minute is not waited for: should it apply the edit later, the hunks
    follow the text as they follow typing.
    """
    title = session.proposals[move.proposal].proposal.title
    label = f"roll back {title}" if move.back else title
    loop = asyncio.get_running_loop()
    answer = loop.create_task(editor.apply(label, changes, confirm))
    everything = loop.create_task(_all_seen(session, changes))
    try:
        async with asyncio.timeout(None if confirm else ANSWER_SECONDS):
            await asyncio.wait({answer, everything}, return_when=asyncio.FIRST_COMPLETED)
    except TimeoutError:
        return None, f"the editor did not answer within {ANSWER_SECONDS:.0f} s"
    finally:
        everything.cancel()
        if not answer.done():
            spawn(session, loop.create_task(_late(answer)))
    return answer.result() if answer.done() else (True, "")


async def _late(answer: asyncio.Task[tuple[bool, str]]) -> None:
    """An answer nobody waits for any more."""
    await asyncio.gather(answer, return_exceptions=True)


async def _all_seen(session: Session, changes: Sequence[FileChange]) -> None:
    await asyncio.wait([session.expected[change.uri].arrived for change in changes])


async def _settled(session: Session, changes: Sequence[FileChange], seconds: float) -> None:
    """Waits until every file is as expected, at most `seconds`; the disk tells nobody."""
    waiting = [session.expected[change.uri].arrived for change in changes]
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        for change in changes:
            if change.uri not in session.documents or change.operation != "edit":
                text_seen(session, change.uri, current_text(session, change.uri))
            if in_place(session, change):
                arrived(session, change.uri, change.after)
        open_ = [each for each in waiting if not each.done()]
        if not open_ or loop.time() >= until:
            return
        await asyncio.wait(open_, timeout=LOOK_SECONDS)


def in_place(session: Session, change: FileChange) -> bool:
    """Whether a file is exactly what was sent."""
    if change.operation == "delete":
        return left(session, change.uri) is None
    if change.operation == "rename":
        return not exists(session, change.uri) and exists(session, change.target)
    return current_text(session, change.uri) == change.after


def _renamed(session: Session, change: FileChange) -> None:
    """The file has another name now, for every open proposal."""
    session.review_texts[change.target] = session.review_texts.get(change.uri)
    for id_, live in list(session.proposals.items()):
        session.proposals[id_] = follow.followed(live, change.uri, change.target)
    text_seen(session, change.target, current_text(session, change.target))
