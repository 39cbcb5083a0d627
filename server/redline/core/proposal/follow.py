"""An open proposal follows the text: each hunk's status is what stands in its lines.

A hunk is where its lines are, and its status is read off them: what the hunk replaces
(fresh, or rejected), what it puts there (accepted, whoever wrote it), or neither (stale,
until the user takes the typing back). So an edit the editor applies late, an undo and a
redo need no message of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.proposal.hunks import shifted
from redline.core.proposal.model import Hunk, Proposal
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

HunkStatus = Literal["fresh", "accepting", "accepted", "rejected", "stale"]
State = Literal["open", "done", "expired"]


@dataclass(frozen=True, slots=True)
class LiveHunk:
    """A hunk as it stands now: `region` are its lines in the current text of `uri`."""

    hunk: Hunk
    uri: str
    region: Span
    status: HunkStatus = "fresh"


@dataclass(frozen=True, slots=True)
class LiveProposal:
    """A proposal under review.

    `expired` says why nothing in it can be decided any more; `at` is when it was last
    decided on, or published, in seconds since the epoch.
    """

    proposal: Proposal
    hunks: tuple[LiveHunk, ...]
    expired: str = ""
    at: float = 0.0

    @property
    def state(self) -> State:
        """Open while some hunk waits for the user: fresh, or stale and to be asked again."""
        if self.expired:
            return "expired"
        waiting = any(live.status in ("fresh", "accepting", "stale") for live in self.hunks)
        return "open" if waiting else "done"

    @property
    def uris(self) -> tuple[str, ...]:
        """The files its hunks are in now, in order of first hunk."""
        return tuple(dict.fromkeys(live.uri for live in self.hunks))


def opened(proposal: Proposal) -> LiveProposal:
    """`proposal` with every hunk fresh, on its own base."""
    return LiveProposal(
        proposal,
        tuple(
            LiveHunk(hunk, hunk.uri, Span(hunk.start, hunk.start + len(hunk.before)))
            for hunk in proposal.hunks
        ),
    )


def moved(live: LiveProposal, uri: str, typed: Sequence[Edit], now: Text) -> LiveProposal:
    """`live` after the edits `typed` in `uri`, each counting in the text after those before it.

    `now` is the text after all of them.
    """
    return replace(
        live,
        hunks=tuple(
            _moved(each, typed, now) if each.uri == uri and each.hunk.operation == "edit" else each
            for each in live.hunks
        ),
    )


def _moved(live: LiveHunk, typed: Sequence[Edit], now: Text) -> LiveHunk:
    region = wide = live.region
    touched = False
    for edit in typed:
        touched = touched or edit.span.touches(wide)
        region, wide = _follows(region, edit, False), _follows(wide, edit, True)
    if not touched:
        return replace(live, region=region)
    # What is put in right behind a hunk's lines belongs to them only where that makes
    # them whole: an undo may bring back the last of them.
    for each in (wide, region):
        status = _status(live, now.slice(each))
        if status is not None:
            return replace(live, region=each, status=status)
    stale = live.status == "fresh"
    return replace(live, region=region, status="stale" if stale else live.status)


def _follows(region: Span, edit: Edit, wide: bool) -> Span:
    """Where `region` lies after `edit`; with `wide`, text put in at its edges belongs to it."""
    span = edit.span
    if wide and span.touches(region):
        return Span(min(region.start, span.start), max(region.end, span.end) + edit.growth)
    if span.end <= region.start:
        return Span(region.start + edit.growth, region.end + edit.growth)
    if span.start >= region.end:
        return region
    return Span(min(region.start, span.start), max(region.end, span.end) + edit.growth)


def _status(live: LiveHunk, lines: bytes) -> HunkStatus | None:
    """What `lines` in the hunk's place make of it; None when they are neither old nor new."""
    if live.status == "accepting":
        return "accepting"
    if lines == live.hunk.after:
        return "accepted"
    if lines == live.hunk.before:
        return "rejected" if live.status == "rejected" else "fresh"
    return None


def seen(
    live: LiveProposal, uri: str, text: Text | None, exists: Callable[[str], bool]
) -> LiveProposal:
    """`live` with the hunks that make, rename or delete whole files as they are now.

    `text` is what `uri` holds, None when there is no such file. Lines of a file that is
    gone are stale.
    """

    def see(each: LiveHunk) -> LiveHunk:
        if each.uri != uri or each.status == "accepting":
            return each
        status: HunkStatus | None = None
        match each.hunk.operation:
            case "edit":
                gone = text is None and each.status == "fresh"
                return replace(each, status="stale") if gone else each
            case "create" | "delete":
                before, after = each.hunk.before, each.hunk.after
                there, wanted = (None, after) if each.hunk.operation == "create" else (before, None)
                data = text.data if text is not None else None
                status = "accepted" if data == wanted else "fresh" if data == there else None
            case "rename":
                at_target = exists(each.hunk.target)
                if (text is None) == at_target:
                    status = "accepted" if at_target else "fresh"
        if status is None:
            status = each.status if each.status != "fresh" else "stale"
        elif status == "fresh" and each.status == "rejected":
            status = "rejected"
        return replace(each, status=status)

    return replace(live, hunks=tuple(map(see, live.hunks)))


def marked(live: LiveProposal, ids: Collection[str], status: HunkStatus) -> LiveProposal:
    """`live` with the hunks in `ids` at `status`."""
    return replace(
        live,
        hunks=tuple(
            replace(each, status=status) if each.hunk.id in ids else each for each in live.hunks
        ),
    )


def stands(live: LiveHunk, text: Text | None, *, put: bool = False) -> bool:
    """Whether its lines are what it replaces, or with `put` what it puts there."""
    return text is not None and text.slice(live.region) == (
        live.hunk.after if put else live.hunk.before
    )


def ids(live: LiveProposal, wanted: Callable[[LiveHunk], bool]) -> tuple[str, ...]:
    """The ids of the hunks for which `wanted` holds."""
    return tuple(each.hunk.id for each in live.hunks if wanted(each))


def edits_of(live: LiveHunk, *, back: bool = False) -> tuple[Edit, ...]:
    """The edits that put a hunk in, or with `back` take it out, in the current text.

    They fit only where the lines are those of `before` (or of `after`, with `back`).
    """
    hunk = live.hunk
    inside = [shifted(edit, -hunk.start) for edit in hunk.edits]
    chosen = edits.invert(hunk.before, inside) if back else inside
    return tuple(shifted(edit, live.region.start) for edit in chosen)


def switched(
    live: LiveProposal, uri: str, ids: Collection[str], status: HunkStatus, *, back: bool = False
) -> LiveProposal:
    """`live` once the hunks `ids` of `uri` have been put in (taken out), and nothing else.

    They get `status` and lie where their new lines are; the others move along.
    """
    here = [each for each in live.hunks if each.hunk.id in ids and each.uri == uri]

    def growth(each: LiveHunk) -> int:
        size = len(each.hunk.after) - len(each.hunk.before)
        return -size if back else size

    def switch(each: LiveHunk) -> LiveHunk:
        if each.uri != uri:
            return each
        before = sum(growth(other) for other in here if _precedes(other, each))
        start = each.region.start + before
        if each not in here:
            return replace(each, region=Span(start, start + len(each.region)))
        lines = each.hunk.before if back else each.hunk.after
        return replace(each, region=Span(start, start + len(lines)), status=status)

    return replace(live, hunks=tuple(map(switch, live.hunks)))


def _precedes(one: LiveHunk, other: LiveHunk) -> bool:
    return (one.region.start, one.region.end) < (other.region.start, other.region.end)


def followed(live: LiveProposal, uri: str, target: str) -> LiveProposal:
    """`live` once `uri` is called `target`: its other hunks are there now."""
    return replace(
        live,
        hunks=tuple(
            replace(each, uri=target) if each.uri == uri and each.hunk.operation == "edit" else each
            for each in live.hunks
        ),
    )


def refreshed(live: LiveHunk, now: Text) -> tuple[Edit, ...] | None:
    """A stale hunk's edits over what the user typed in its lines; None where the two meet."""
    hunk = live.hunk
    if hunk.operation != "edit":
        return None
    inside = [shifted(edit, -hunk.start) for edit in hunk.edits]
    before, lines = Text(hunk.before), Text(now.slice(live.region))
    typed = [edits.shrink(before.data, edit) for edit in edits.diff(before, lines)]
    found = edits.rebase(inside, typed)
    return None if found is None else tuple(shifted(edit, live.region.start) for edit in found)
