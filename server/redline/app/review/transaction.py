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
from redline.app.review.following import arrived, catch_up, exists, left, seen, told
from redline.app.session import Expectation, Session, current_text, spawn
from redline.core.proposal import follow
from redline.core.proposal.follow import HunkStatus, LiveProposal
from redline.core.text.edits import diff, in_sequence
from redline.core.text.text import Text

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
    """Hunks of one proposal that are put in, or with `back` taken out."""

    proposal: str
    ids: frozenset[str]
    back: bool = False

    @property
    def origin(self) -> HunkStatus:
        """The status of a hunk that can be moved."""
        return "accepted" if self.back else "fresh"

    @property
    def result(self) -> HunkStatus:
        """The status of a hunk that was."""
        return "fresh" if self.back else "accepted"


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
        moved = _concluded(session, move, changes)
    return Sent(moved, said, reason)


def _concluded(session: Session, move: Move, changes: Sequence[FileChange]) -> frozenset[str]:
    """Settles every file, and only then tells of it: before that, not all of it is known.

    Returns the hunks that were moved. What the user has done since (closed a file without
    saving it) comes after: it is no reason to send the edit again.
    """
    before = dict(session.proposals)
    for change in changes:
        _conclude(session, move, change)
    live = session.proposals[move.proposal]
    open_ = follow.ids(live, lambda each: each.status == "accepting")
    live = seen(session, follow.marked(live, open_, move.origin))
    session.proposals[move.proposal] = live
    moved = follow.ids(live, lambda each: each.status == move.result)
    for id_, live in list(session.proposals.items()):
        told(session, before[id_], live)
    catch_up(session, [change.uri for change in changes])
    return frozenset(moved) & move.ids


def _expect(session: Session, move: Move, changes: Sequence[FileChange]) -> None:
    loop = asyncio.get_running_loop()
    live = session.proposals[move.proposal]
    session.proposals[move.proposal] = follow.marked(live, move.ids, "accepting")
    for change in changes:
        session.expected[change.uri] = Expectation(change.after, loop.create_future())


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


def _conclude(session: Session, move: Move, change: FileChange) -> None:
    """Settles one file: the statuses of the hunks in it say what came of the edit."""
    expected = session.expected.pop(change.uri)
    uri = change.uri
    if change.operation == "rename" and in_place(session, change):
        uri = change.target
        _renamed(session, change)
    if not change.edits or change.operation == "create":
        return
    now = current_text(session, uri)
    if expected.arrived.done() or now is None:
        # Once seen it is in, whatever the user has made of the file since.
        now = change.edited if expected.arrived.done() else change.text
    without, with_ = _cases(session, move, change, uri, now)
    landed = _stands(move, change, uri, now, without, with_)
    session.proposals[move.proposal] = with_ if landed else without
    session.review_texts[uri] = now
    for id_, live in list(session.proposals.items()):
        if id_ != move.proposal:
            session.proposals[id_] = _follows(live, change, uri, now, landed=landed)


def _cases(
    session: Session, move: Move, change: FileChange, uri: str, now: Text
) -> tuple[LiveProposal, LiveProposal]:
    """The proposal if the edit was not applied, and if it was, with what was typed since."""
    live = session.proposals[move.proposal]
    here = follow.ids(live, lambda each: each.uri == uri and each.hunk.id in move.ids)
    here = tuple(id_ for id_ in here if _is_edit(live, id_))
    before = follow.marked(live, here, move.origin)
    after = follow.switched(before, uri, here, move.result, back=move.back)
    without = follow.moved(before, uri, in_sequence(diff(change.text, now)), now)
    return without, follow.moved(after, uri, in_sequence(diff(change.edited, now)), now)


def _is_edit(live: LiveProposal, id_: str) -> bool:
    return any(each.hunk.id == id_ and each.hunk.operation == "edit" for each in live.hunks)


def _stands(
    move: Move,
    change: FileChange,
    uri: str,
    now: Text,
    without: LiveProposal,
    with_: LiveProposal,
) -> bool:
    """Which of the two it is: by the whole text, then by the hunks' lines, then by distance.

    An editor applies the edits of one document together, so that a single hunk proves
    all of them, even where the user has typed in another one since.
    """
    if now in (change.edited, change.text):
        return now == change.edited
    old = _proven(without, move, uri, now, put=move.back)
    new = _proven(with_, move, uri, now, put=not move.back)
    if old != new:
        return new
    return _distance(change.edited, now) < _distance(change.text, now)


def _proven(live: LiveProposal, move: Move, uri: str, now: Text, *, put: bool) -> bool:
    """Whether some moved hunk has its new lines (with `put`), or its old ones."""
    here = [each for each in live.hunks if each.uri == uri and each.hunk.id in move.ids]
    return any(
        now.slice(each.region) == (each.hunk.after if put else each.hunk.before)
        for each in here
        if each.hunk.operation == "edit"
    )


def _distance(one: Text, other: Text) -> int:
    return sum(len(edit.span) + len(edit.new) for edit in diff(one, other))


def _follows(
    live: LiveProposal, change: FileChange, uri: str, now: Text, *, landed: bool
) -> LiveProposal:
    """Another proposal over what happened in the same file."""
    if not landed:
        return follow.moved(live, uri, in_sequence(diff(change.text, now)), now)
    live = follow.moved(live, uri, in_sequence(change.steps), change.edited)
    return follow.moved(live, uri, in_sequence(diff(change.edited, now)), now)


def _renamed(session: Session, change: FileChange) -> None:
    """The file has another name now, for every open proposal."""
    session.review_texts[change.target] = session.review_texts.get(change.uri)
    for id_, live in list(session.proposals.items()):
        session.proposals[id_] = follow.followed(live, change.uri, change.target)
