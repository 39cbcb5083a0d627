"""What a file would be: its text of this moment with every open hunk applied."""

from __future__ import annotations

from redline.app.session import Session, current_text
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.text.edits import apply
from redline.core.text.text import Span, Text

_OPEN = ("fresh", "accepting")


def before(session: Session, uri: str) -> Text:
    """The file as it is now; empty where there is none."""
    return current_text(session, uri) or Text(b"")


def after(session: Session, live: LiveProposal, uri: str) -> Text:
    """The file with the open hunks of `live`; empty where it would be deleted."""
    open_ = [each for each in live.hunks if each.uri == uri and each.status in _OPEN]
    for each in open_:
        if each.hunk.operation in ("create", "delete"):
            return Text(each.hunk.after)
    now = before(session, uri)
    # While an edit is under way, the text may be ahead of what is known of the hunks.
    steps = [e for each in open_ if follow.stands(each, now) for e in follow.edits_of(each)]
    return Text(apply(now.data, steps))


def regions_after(live: LiveProposal, uri: str) -> dict[str, Span]:
    """Where the lines of the open hunks are in the text of `after`, by hunk."""

    def shown(each: LiveHunk) -> bool:
        lines = each.hunk.operation == "edit" and each.status in _OPEN
        return each.uri == uri and lines

    ids = follow.ids(live, shown)
    moved = follow.switched(live, uri, ids, "accepted")
    found = {each.hunk.id: each.region for each in moved.hunks if each.hunk.id in ids}
    made = (each.hunk for each in live.hunks if each.uri == uri and each.status in _OPEN)
    return found | {h.id: Span(0, len(h.after)) for h in made if h.operation == "create"}
