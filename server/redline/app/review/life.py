"""A proposal's life: published, closed with the session, restored after a restart, expired."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from redline.app.history import Told, told
from redline.app.review.following import catch_up, record, seen
from redline.app.session import Session, current_text, journal_of
from redline.core import payloads
from redline.core.agent.events import BaseKept
from redline.core.agent.model import Publish
from redline.core.journal import Entry
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.model import Proposal, Review
from redline.core.proposal.render import counted
from redline.core.text.edits import apply, between
from redline.core.text.text import Text

KEPT_BYTES = 8_000_000
DAY = 86_400.0
OPEN = frozenset(("fresh", "stale", "accepting"))


def publish(session: Session, proposal: Proposal, bases: Mapping[str, Text]) -> LiveProposal:
    """Opens `proposal` for review; hunks the user has typed over meanwhile are stale at once.

    An earlier round of the same run is closed: this one stands in its place.
    """
    for earlier in list(session.proposals.values()):
        if earlier.proposal.run == proposal.run and earlier.state == "open":
            expire(session, earlier.proposal.id, f"replaced by round {proposal.round}")
    live = _on(session, follow.opened(proposal), bases)
    live = replace(live, at=session.adapters.clock.now())
    session.proposals[proposal.id] = live
    session.front.proposal_changed(live)
    return live


def _on(session: Session, live: LiveProposal, bases: Mapping[str, Text]) -> LiveProposal:
    """`live`, whose regions count in `bases`, over the texts of this moment."""
    # What was last seen may be old for closed files: a buffer closed without being saved.
    names = dict.fromkeys((*live.uris, *(h.target for h in live.proposal.hunks if h.target)))
    catch_up(session, names)
    for uri in names:
        session.review_texts.setdefault(uri, current_text(session, uri) or bases.get(uri))
        base, now = bases.get(uri), current_text(session, uri)
        if base is not None and now is not None and base != now:
            live = follow.moved(live, uri, between(base, now), now)
    return seen(session, live)


def kept(effect: str, bases: Mapping[str, Text]) -> list[BaseKept]:
    """What is journaled of the texts a proposal rests on, so that it outlives the server.

    Above 8 MB nothing is: then only hunks whose file is as it was are restored.
    """
    if sum(len(text) for text in bases.values()) > KEPT_BYTES:
        return []
    return [BaseKept(effect, uri, text.data) for uri, text in bases.items()]


def moved_since(session: Session, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """The files that are no longer what `proposal` rests on, with the digest they have now."""
    made = {hunk.uri for hunk in proposal.hunks if hunk.operation == "create"}
    now = [(uri, current_text(session, uri)) for uri in proposal.base if uri not in made]
    return tuple(
        (uri, text.digest if text is not None else "")
        for uri, text in now
        if text is None or text.digest != proposal.base[uri]
    )


def waits(session: Session, run: str) -> bool:
    """Whether a proposal of `run` is open in this session."""
    return any(
        live.proposal.run == run and live.state == "open" for live in session.proposals.values()
    )


def expire(session: Session, proposal: str, reason: str) -> None:
    """Closes a proposal for good, with the reason that its user is told."""
    live = session.proposals[proposal]
    live = replace(live, expired=reason)
    session.proposals[proposal] = live
    session.front.proposal_changed(live)
    record(session, live, "expiry")
    journal_of(session).release(live.proposal.run)


def restore(session: Session) -> list[LiveProposal]:
    """Opens again what an earlier server left open; what is too old expires instead.

    A run that another living process holds is left to it.
    """
    found = []
    journal = journal_of(session)
    for run in journal.runs():
        if run in session.runs or not _undecided(journal.entries(run)) or not journal.lease(run):
            continue
        past = told(session, run)
        live = None if isinstance(past, str) else _reopened(session, past)
        if live is None:
            journal.release(run)
        else:
            found.append(live)
    return found


def _reopened(session: Session, past: Told) -> LiveProposal | None:
    proposal = past.proposals[-1]
    live = restored(session, past, proposal)
    session.proposals[proposal.id] = live
    _cut_short(session, past, live)
    if live.state != "open":
        return None
    if past.state.goal is not None:
        session.goals[past.id] = past.state.goal
    age = session.adapters.clock.now() - past.lines[-1].entry.record.at
    days = session.settings.proposal_days
    if age > days * DAY:
        expire(session, proposal.id, f"it was left open for more than {days:g} days")
        return None
    return live


def _cut_short(session: Session, past: Told, live: LiveProposal) -> None:
    """Says what stands of an acceptance in whose middle the server was stopped."""
    decisions = past.decisions
    sent = [each for each in live.hunks if decisions.get(each.hunk.id) == "accepting"]
    if not sent:
        return
    record(session, live, "restart")
    done = sum(each.status == "accepted" for each in sent)
    if 0 < done < len(sent):
        session.front.trouble(
            f"“{live.proposal.title}”: the server was stopped while it was applied; "
            f"{done} of {counted(len(sent), 'hunk')} are in place. Accept the rest, or roll back"
        )


def expire_old(session: Session) -> None:
    """Closes the open proposals that are too old."""
    days = session.settings.proposal_days
    for live in list(session.proposals.values()):
        if live.state == "open" and session.adapters.clock.now() - live.at > days * DAY:
            expire(session, live.proposal.id, f"it was left open for more than {days:g} days")


def folders_closed(session: Session, gone: Collection[str]) -> None:
    """Proposals over files of folders that were closed can no longer be accepted."""
    for live in list(session.proposals.values()):
        inside = any(uri.startswith(f"{folder}/") for uri in live.uris for folder in gone)
        if inside and live.state == "open":
            expire(session, live.proposal.id, "its folder was closed")


def _undecided(entries: Sequence[Entry]) -> bool:
    """Whether the last proposal of a run waits for the user, by its last records alone."""
    for entry in reversed(entries):
        if entry.payload is None:
            return False
        match payloads.decode(entry.payload):
            case Review(decisions=decisions, expired=expired):
                return not expired and bool(OPEN & set(decisions.values()))
            case Publish(proposal=proposal):
                return proposal is not None
            case _:
                continue
    return False


def restored(session: Session, past: Told, proposal: Proposal) -> LiveProposal:
    """A proposal of a run over the texts of this moment, as the run's records tell it."""
    known = session.proposals.get(proposal.id)
    if known is not None:
        catch_up(session, known.uris)
        return session.proposals[proposal.id]
    decisions = past.decisions
    accepted = [id_ for id_, decision in decisions.items() if decision == "accepted"]
    rejected = [id_ for id_, decision in decisions.items() if decision == "rejected"]
    live, texts = follow.opened(proposal), past.bases(proposal.id)
    for uri in live.uris:
        chosen = [each for each in live.hunks if each.uri == uri and each.hunk.id in accepted]
        live = follow.switched(live, uri, accepted, "accepted")
        if uri in texts:
            edits = [edit for each in chosen for edit in follow.edits_of(each)]
            texts[uri] = Text(apply(texts[uri].data, edits))
        else:
            live = _where_it_was(live, uri, current_text(session, uri))
    live = _renamed(session, follow.marked(live, rejected, "rejected"), texts)
    live = replace(_on(session, live, texts), expired=past.expired(proposal.id))
    return replace(live, at=past.lines[-1].entry.record.at)


def _renamed(session: Session, live: LiveProposal, texts: dict[str, Text]) -> LiveProposal:
    """`live` under the names its files were given by accepted hunks."""
    for each in live.hunks:
        target = each.hunk.target
        if each.hunk.operation == "rename" and current_text(session, each.hunk.uri) is None:
            live = follow.followed(live, each.hunk.uri, target)
            if each.hunk.uri in texts:
                texts[target] = texts[each.hunk.uri]
    return live


def _where_it_was(live: LiveProposal, uri: str, now: Text | None) -> LiveProposal:
    """Without the base, a hunk stands only where its lines are found in the place they had."""

    def check(each: LiveHunk) -> LiveHunk:
        if each.uri != uri or each.hunk.operation != "edit":
            return each
        lines = each.hunk.after if each.status == "accepted" else each.hunk.before
        if now is not None and now.slice(each.region) == lines:
            return each
        return replace(each, status="stale")

    return replace(live, hunks=tuple(map(check, live.hunks)))


def close(session: Session) -> None:
    """Gives up the leases of what is still open: another window may restore it."""
    for live in session.proposals.values():
        if live.state == "open":
            journal_of(session).release(live.proposal.run)
