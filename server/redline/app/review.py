"""Review: proposals follow the user's typing, are accepted by hunk, and verified afterwards.

`applied: true` proves nothing (Neovim says it for edits it refused): an acceptance
counts once our own copy of the text, or the disk for a closed file, is as expected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from redline.app.files import Files
from redline.app.session import Expectation, Session, current_text, journal_of
from redline.core import payloads
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Decision, Proposal, Review
from redline.core.proposal.render import counted
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Text

CONFIRM_SECONDS = 5.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class FileChange:
    """What is sent for one file: edits in `text`, the editor's `version` of it (None: closed)."""

    uri: str
    version: int | None
    text: Text
    edits: tuple[tuple[Edit, str], ...]


def file_change(
    session: Session, uri: str, text: Text, changes: tuple[tuple[Edit, str], ...]
) -> FileChange:
    """What is sent for `uri`, with the version the editor has open."""
    opened = session.documents.get(uri)
    return FileChange(uri, opened.document.version if opened else None, text, changes)


class Editor(Protocol):
    """The one way bytes reach a user's file: the editor applies them."""

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        """Whether the editor says it applied them, and its reason when not."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """How an acceptance ended: hunks by what became of them, and a sentence for people."""

    accepted: tuple[str, ...]
    stale: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    message: str


def publish(session: Session, proposal: Proposal, files: Files) -> LiveProposal:
    """Opens `proposal` for review; hunks the user has typed over meanwhile are stale at once."""
    # What was last seen may be old for closed files: a buffer closed without being saved.
    catch_up(session, [uri for uri in proposal.uris if uri in session.review_texts])
    live = follow.opened(proposal)
    session.proposals[proposal.id] = live
    for uri, base in files.bases(proposal.uris).items():
        current = current_text(session, uri)
        seen = session.review_texts.get(uri)
        if seen is None:
            session.review_texts[uri] = current if current is not None else base
        if current is not None and current != base:
            live = follow.moved(live, uri, edits.diff(base, current))
    session.proposals[proposal.id] = live
    session.front.proposal_changed(live)
    return live


def moved_since(session: Session, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """The files that are no longer what `proposal` rests on, with the digest they have now."""
    now = [(uri, current_text(session, uri)) for uri in proposal.uris]
    return tuple(
        (uri, text.digest if text is not None else "")
        for uri, text in now
        if text is None or text.digest != proposal.base[uri]
    )


def typed(session: Session, uri: str, changes: Sequence[Edit]) -> None:
    """The user's edits, each counting in the text after those before it."""
    if uri not in session.review_texts:
        return
    text = session.documents[uri].document.text
    if uri in session.expected:
        _arrived(session, uri, text)
        return
    for edit in changes:
        _move(session, uri, (edit,))
    session.review_texts[uri] = text


def text_seen(session: Session, uri: str, text: Text) -> None:
    """The whole text as it stands now: on open, or read from the disk."""
    if uri in session.expected:
        _arrived(session, uri, text)
        return
    before = session.review_texts.get(uri)
    if before is not None and before != text:
        _move(session, uri, edits.diff(before, text))
        session.review_texts[uri] = text


def _arrived(session: Session, uri: str, text: Text) -> None:
    """A text came while an acceptance is under way; the expected one completes it."""
    expected = session.expected[uri]
    if expected.text == text and not expected.arrived.done():
        expected.arrived.set_result(None)


def _move(session: Session, uri: str, changes: Sequence[Edit]) -> None:
    for id_, live in session.proposals.items():
        after = follow.moved(live, uri, changes)
        if after != live:
            session.proposals[id_] = after
            if _statuses(after) != _statuses(live):
                session.front.proposal_changed(after)


def _statuses(live: LiveProposal) -> tuple[str, ...]:
    return tuple(each.status for each in live.hunks)


def catch_up(session: Session, wanted: Iterable[str]) -> None:
    """Moves open proposals over whatever happened to closed files meanwhile."""
    for uri in wanted:
        current = current_text(session, uri)
        if current is not None:
            text_seen(session, uri, current)


async def accept(
    session: Session,
    editor: Editor,
    proposal: str,
    hunks: Collection[str] | None = None,
    confirm: bool = False,
) -> Accepted:
    """Applies hunks (all fresh ones when None) through the editor, and verifies them.

    The user may type while the editor answers; then the edit is refused as outdated, the
    hunks are rebased and sent again, up to three times.
    """
    live = session.proposals.get(proposal)
    if live is None:
        return Accepted((), (), (), f"there is no open proposal {proposal}")
    reason = ""
    landed: tuple[str, ...] = ()
    for _ in range(ATTEMPTS):
        catch_up(session, live.proposal.uris)
        live = session.proposals[proposal]
        ids = _fresh(live, hunks)
        if not ids:
            break
        changes = _file_changes(session, live, ids)
        try:
            applied, reason = await _apply(session, editor, live, changes, ids, confirm)
            if applied:
                done = await _concluded(session, proposal, ids, changes)
                return replace(done, accepted=landed + done.accepted)
        except asyncio.CancelledError:
            _settle_expected(session, proposal, ids)
            raise
        # An editor that takes one document at a time may have applied some of them.
        moved = any(current_text(session, change.uri) != change.text for change in changes)
        landed += _in_place(session, proposal, ids, changes)
        _settle_expected(session, proposal, [id_ for id_ in ids if id_ not in landed])
        if not moved:
            break
    return _not_all(session, proposal, landed, reason)


def _in_place(
    session: Session, proposal: str, ids: Collection[str], changes: Sequence[FileChange]
) -> tuple[str, ...]:
    """The hunks whose files have the expected text although the editor said no."""
    found: list[str] = []
    for uri in [change.uri for change in changes]:
        expected = session.expected[uri]
        if current_text(session, uri) == expected.text:
            wanted = _of(session, proposal, uri, ids)
            found += wanted if _landed(session, proposal, uri, ids, expected) else ()
    return tuple(found)


def _not_all(session: Session, proposal: str, landed: tuple[str, ...], reason: str) -> Accepted:
    """How an acceptance ends that the editor did not take, or not whole."""
    live = session.proposals[proposal]
    stale = follow.ids(live, lambda each: each.status == "stale")
    message = reason or (
        "the lines have changed since; ask again" if stale else "nothing is left to accept"
    )
    if landed:
        session.front.proposal_changed(live)
        record(session, live, "user")
        message = f"{counted(len(landed), 'hunk')} applied; the rest not: {message}"
    return Accepted(landed, stale, (), message)


def _fresh(live: LiveProposal, hunks: Collection[str] | None) -> tuple[str, ...]:
    return follow.ids(
        live, lambda each: each.status == "fresh" and (hunks is None or each.hunk.id in hunks)
    )


def _file_changes(
    session: Session, live: LiveProposal, ids: Collection[str]
) -> tuple[FileChange, ...]:
    result = []
    for uri in live.proposal.uris:
        chosen = [each for each in live.hunks if each.hunk.uri == uri and each.hunk.id in ids]
        text = current_text(session, uri)
        if not chosen or text is None:
            continue
        reasons = tuple((edit, each.hunk.reason) for each in chosen for edit in each.edits)
        result.append(file_change(session, uri, text, reasons))
    return tuple(result)


async def _apply(
    session: Session,
    editor: Editor,
    live: LiveProposal,
    changes: Sequence[FileChange],
    ids: Collection[str],
    confirm: bool,
) -> tuple[bool, str]:
    id_ = live.proposal.id
    session.proposals[id_] = follow.marked(live, ids, "accepting")
    loop = asyncio.get_running_loop()
    for change in changes:
        after = edits.apply(change.text.data, [edit for edit, _ in change.edits])
        session.expected[change.uri] = Expectation(Text(after), loop.create_future())
    return await editor.apply(live.proposal.title, changes, confirm)


async def _concluded(
    session: Session, proposal: str, ids: Collection[str], changes: Sequence[FileChange]
) -> Accepted:
    """Waits for every text to arrive, then says which hunks are proven to be in place."""
    waiting = {change.uri: session.expected[change.uri] for change in changes}
    for uri, expected in waiting.items():
        current = current_text(session, uri)
        if current == expected.text and not expected.arrived.done():
            expected.arrived.set_result(None)
    await asyncio.wait([each.arrived for each in waiting.values()], timeout=CONFIRM_SECONDS)
    accepted: list[str] = []
    unconfirmed: list[str] = []
    for uri, expected in waiting.items():
        of_file = _of(session, proposal, uri, ids)
        landed = _landed(session, proposal, uri, ids, expected)
        (accepted if landed else unconfirmed).extend(of_file)
    live = session.proposals[proposal]
    session.front.proposal_changed(live)
    record(session, live, "user")
    message = f"{counted(len(accepted), 'hunk')} applied"
    if unconfirmed:
        message += f"; {len(unconfirmed)} not seen in the file within {CONFIRM_SECONDS:.0f} s"
    return Accepted(tuple(accepted), (), tuple(unconfirmed), message)


def _landed(
    session: Session, proposal: str, uri: str, ids: Collection[str], expected: Expectation
) -> bool:
    """Settles one file: True when its hunks stand in the current text."""
    session.expected.pop(uri, None)
    before = session.review_texts.get(uri)
    current = current_text(session, uri)
    if before is None or current is None:
        return False
    change = edits.diff(before, expected.text)
    landed = follow.landed(session.proposals[proposal], uri, ids)
    trailing = edits.diff(expected.text, current)
    landed = follow.moved(landed, uri, trailing)
    proven = all(
        current.slice(each.region) == each.hunk.after
        for each in landed.hunks
        if each.hunk.id in ids and each.hunk.uri == uri
    )
    if not proven:
        live = follow.marked(session.proposals[proposal], _of(session, proposal, uri, ids), "fresh")
        session.proposals[proposal] = live
        text_seen(session, uri, current)
        return False
    others = {id_: live for id_, live in session.proposals.items() if id_ != proposal}
    for id_, live in others.items():
        session.proposals[id_] = follow.moved(follow.moved(live, uri, change), uri, trailing)
    session.proposals[proposal] = landed
    session.review_texts[uri] = current
    return True


def _of(session: Session, proposal: str, uri: str, ids: Collection[str]) -> tuple[str, ...]:
    live = session.proposals[proposal]
    return follow.ids(live, lambda each: each.hunk.uri == uri and each.hunk.id in ids)


def _settle_expected(session: Session, proposal: str, ids: Collection[str]) -> None:
    """The acceptance of `ids` did not happen: they are open again, and nothing is expected."""
    live = session.proposals[proposal]
    session.proposals[proposal] = follow.marked(live, ids, "fresh")
    for uri in live.proposal.uris:
        session.expected.pop(uri, None)
    catch_up(session, live.proposal.uris)


def reject(session: Session, proposal: str, hunks: Collection[str] | None = None) -> str:
    """Takes hunks (all open ones when None) out of the review; says why it could not."""
    live = session.proposals.get(proposal)
    if live is None:
        return f"there is no open proposal {proposal}"
    ids = _fresh(live, hunks)
    live = follow.marked(live, ids, "rejected")
    session.proposals[proposal] = live
    session.front.proposal_changed(live)
    record(session, live, "user")
    return ""


def record(session: Session, live: LiveProposal, by: str) -> None:
    """Journals what stands decided."""
    known: dict[str, Decision] = {}
    for each in live.hunks:
        if each.status in ("accepted", "rejected", "stale"):
            known[each.hunk.id] = each.status
    review = Review(live.proposal.id, known, by, session.adapters.clock.now())
    journal_of(session).append(live.proposal.run, "review", payloads.encode(review))
