"""Open proposals follow what happens to their files, in the editor and on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from redline.app.session import Expectation, Session, current_text, journal_of
from redline.core import payloads
from redline.core.problems import Unreadable
from redline.core.proposal import follow
from redline.core.proposal.follow import HunkStatus, LiveProposal
from redline.core.proposal.model import Decision, Review, RolledBack
from redline.core.text import edits
from redline.core.text.edits import Edit, in_sequence
from redline.core.text.text import Text


def typed(session: Session, uri: str, changes: Sequence[Edit]) -> None:
    """The edits of a didChange, each counting in the text after those before it."""
    if uri not in session.review_texts:
        return
    before, text = session.review_texts[uri], session.documents[uri].document.text
    fine = edits.refined(before, changes) if before is not None else tuple(changes)
    _seen_now(session, uri, text, fine, merged=fine != tuple(changes))


def text_seen(session: Session, uri: str, text: Text | None) -> None:
    """The whole text as it stands now: on open, or read from the disk; None: no such file."""
    if uri not in session.review_texts:
        return
    before = session.review_texts[uri]
    if text is None:
        # What it held last is kept: a file that comes back is compared with that.
        _follow(session, lambda live: _files_seen(session, live, uri))
        return arrived(session, uri, text)
    changes = edits.between(before, text) if before is not None else ()
    _seen_now(session, uri, text, changes, merged=True)


def _seen_now(
    session: Session, uri: str, text: Text, changes: Sequence[Edit], *, merged: bool
) -> None:
    """Every open proposal over `changes`, which lead to `text`.

    `merged`: they are what must have happened, not what the editor said. Where an edit
    of ours is under way, it may be among them.
    """
    expected = session.expected.get(uri)
    waits = expected is not None and not expected.arrived.done()
    first = waits and expected is not None and session.review_texts[uri] == expected.before
    session.review_texts[uri] = text
    exact = expected is not None and first and text == expected.edited
    if expected is not None and exact:
        changes = in_sequence(expected.steps)

    def follows(live: LiveProposal) -> LiveProposal:
        moved = follow.moved(live, uri, changes, text)
        if expected is not None and first and live.proposal.id == expected.proposal:
            if exact:
                moved = _put(live, uri, expected)
            elif merged and changes:
                moved = _told_apart(live, moved, uri, text, expected)
        return _files_seen(session, moved, uri)

    _follow(session, follows)
    arrived(session, uri, text)


def _put(live: LiveProposal, uri: str, expected: Expectation) -> LiveProposal:
    """`live` with the edit under way in `uri` done, and nothing else."""
    result: HunkStatus = "fresh" if expected.back else "accepted"
    ids = _ids(live, uri, expected)
    return follow.switched(live, uri, ids, result, back=expected.back)


def _ids(live: LiveProposal, uri: str, expected: Expectation) -> list[str]:
    """The hunks that an edit under way moves in `uri`, and that are not moved yet."""
    origin = "accepted" if expected.back else "accepting"
    lines = [each for each in live.hunks if each.uri == uri and each.hunk.operation == "edit"]
    return [e.hunk.id for e in lines if e.hunk.id in expected.ids and e.status == origin]


def _told_apart(
    live: LiveProposal, without: LiveProposal, uri: str, text: Text, expected: Expectation
) -> LiveProposal:
    put = _put(live, uri, expected)
    with_ = follow.moved(put, uri, edits.between(expected.edited, text), text)
    ids = _ids(live, uri, expected)
    return follow.told_apart(without, with_, ids, text, back=expected.back)


def catch_up(session: Session, wanted: Iterable[str]) -> None:
    """Moves open proposals over whatever happened to files that are not open."""
    for uri in wanted:
        text_seen(session, uri, current_text(session, uri))


def arrived(session: Session, uri: str, text: Text | None) -> None:
    """Notes that an edit of ours is in a file, where one is under way and it is."""
    expected = session.expected.get(uri)
    if expected is None or expected.arrived.done():
        return
    hunks = session.proposals[expected.proposal].hunks
    here = [each for each in hunks if each.uri == uri and each.hunk.id in expected.ids]
    if text == expected.after:
        # What was seen whole is in, whatever anyone thinks of a single hunk.
        expected.arrived.set_result(frozenset(each.hunk.id for each in here))
    elif not expected.back and expected.after is not None:
        # The user may have typed on top of it: then the hunks say that it is in.
        accepted = frozenset(each.hunk.id for each in here if each.status == "accepted")
        if accepted and not any(each.status == "accepting" for each in here):
            expected.arrived.set_result(accepted)


def exists(session: Session, uri: str) -> bool:
    """Whether there is such a file, or such an open document."""
    return current_text(session, uri) is not None


def left(session: Session, uri: str) -> Text | None:
    """What is left of a file that may have been deleted: an editor keeps its window open."""
    gone = session.adapters.disk.read(uri)
    return None if isinstance(gone, Unreadable) else current_text(session, uri)


def seen(session: Session, live: LiveProposal) -> LiveProposal:
    """`live` with the hunks that are whole files as they are now."""
    for uri in live.uris:
        live = _files_seen(session, live, uri)
    return live


def _files_seen(session: Session, live: LiveProposal, uri: str) -> LiveProposal:
    """The hunks of whole files that `uri` concerns, as what is renamed or as its new name."""
    whole = [each for each in live.hunks if uri in (each.uri, each.hunk.target)]
    if all(each.hunk.operation == "edit" for each in whole) and uri in session.documents:
        return live
    deleted = {each.uri for each in whole if each.hunk.operation == "delete"}
    for source in dict.fromkeys(each.uri for each in whole):
        found = left(session, source) if source in deleted else current_text(session, source)
        live = follow.seen(live, source, found, lambda target: exists(session, target))
    return live


def _follow(session: Session, change: Callable[[LiveProposal], LiveProposal]) -> None:
    for live in list(session.proposals.values()):
        replaced(session, change(live))


def replaced(session: Session, live: LiveProposal, by: str = "editor") -> None:
    """Keeps `live` in place of what was known of it; tells and records what that changes.

    While an edit for it is under way nothing is told: that is done when all of it is known.
    """
    before = session.proposals[live.proposal.id]
    session.proposals[live.proposal.id] = live
    if not any(each.proposal == live.proposal.id for each in session.expected.values()):
        told(session, before, live, by)


def told(session: Session, before: LiveProposal, live: LiveProposal, by: str = "editor") -> None:
    """Tells the user of changed statuses, and records those that are decisions."""
    if _statuses(before) == _statuses(live):
        return
    session.front.proposal_changed(live)
    settled = ({"accepted", "fresh"}, {"accepted", "rejected"})
    pairs = zip(before.hunks, live.hunks, strict=True)
    if any({one.status, other.status} in settled for one, other in pairs):
        record(session, live, by)


def _statuses(live: LiveProposal) -> tuple[str, ...]:
    return tuple(each.status for each in live.hunks)


def record(session: Session, live: LiveProposal, by: str) -> None:
    """Journals what stands decided, and which decisions were taken back."""
    decisions: dict[str, Decision] = {}
    for each in live.hunks:
        decisions[each.hunk.id] = each.status
    at = session.adapters.clock.now()
    review = Review(live.proposal.id, decisions, by, at, live.expired)
    journal_of(session).append(live.proposal.run, "review", payloads.encode(review))
    _echoed(session, live, by)


def _echoed(session: Session, live: LiveProposal, by: str) -> None:
    """A hunk that takes another one back says what stands decided of that one, too.

    Where it is not in, and its lines are not someone's own, the other one is.
    """
    opposite: dict[HunkStatus, Decision] = {
        "accepted": "rejected",
        "rejected": "accepted",
        "fresh": "accepted",
    }
    turned = {
        each.hunk.undoes: opposite[each.status]
        for each in live.hunks
        if each.hunk.undoes and each.status in opposite
    }
    if not turned:
        return
    journal = journal_of(session)
    begun = payloads.decode(journal.entries(live.proposal.run)[0].payload or "")
    if not isinstance(begun, RolledBack):
        return
    for proposal in dict.fromkeys(id_.rpartition(".")[0] for id_ in turned):
        mine = {id_: to for id_, to in turned.items() if id_.rpartition(".")[0] == proposal}
        known = session.proposals.get(proposal)
        for id_, to in mine.items() if known is not None else ():
            status: HunkStatus = "accepted" if to == "accepted" else "rejected"
            known = follow.marked(known, (id_,), status) if known is not None else None
        if known is not None:
            session.proposals[proposal] = known
        review = Review(proposal, mine, by, session.adapters.clock.now())
        journal.append(begun.run, "review", payloads.encode(review))
