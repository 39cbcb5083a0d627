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
    """A hunk as it stands now: `region` are its lines in the current text of `uri`.

    `taken_out`: it was accepted and rolled back, so that its lines coming back are an
    undo of that, not someone's own words.
    """

    hunk: Hunk
    uri: str
    region: Span
    status: HunkStatus = "fresh"
    taken_out: bool = False


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

    `now` is the text after all of them. Of an expired proposal only what was accepted is
    followed, since that alone can still be taken back.
    """

    def follows(each: LiveHunk) -> bool:
        lines = each.uri == uri and each.hunk.operation == "edit"
        return lines and (not live.expired or each.status == "accepted")

    moved_ = (_moved(each, typed, now) if follows(each) else each for each in live.hunks)
    return replace(live, hunks=tuple(moved_))


def _moved(live: LiveHunk, typed: Sequence[Edit], now: Text) -> LiveHunk:
    region = wide = live.region
    touched = False
    for edit in typed:
        if edit.span.start > wide.end:
            continue
        touched = touched or edit.span.touches(wide)
        region = _follows(region, edit, False)
        wide = _follows(wide, edit, True) if touched else region
    if not touched and live.status != "stale":
        # Hundreds of hunks come by here with every key: those before it stay as they are.
        if region is live.region:
            return live
        return LiveHunk(live.hunk, live.uri, region, live.status, live.taken_out)
    # What is put in right behind a hunk's lines belongs to them only where that makes
    # them whole: an undo may bring back the last of them.
    for each in (wide, region):
        status = _status(live, now.slice(each)) if _whole(each, now) else None
        if status is not None:
            return replace(live, region=each, status=status)
    # Several lines may have come back at once, or been told of at once: it is among them.
    for lines in _telling(live):
        place = _only(lines, now, wide)
        if place is not None:
            return replace(live, region=place, status=_status(live, lines) or live.status)
    stale = live.status in ("fresh", "accepting")
    region = now.whole_lines(region) if len(region) else region
    return replace(live, region=region, status="stale" if stale else live.status)


def _telling(live: LiveHunk) -> tuple[bytes, ...]:
    """The lines that tell what became of a hunk where they are found, the longer first.

    What is a part of the other tells nothing: it is left when the user types in that.
    """
    before, after = live.hunk.before, live.hunk.after
    put = live.status == "accepted"
    found = [after] if put or after not in before else []
    found += [before] if not put or before not in after else []
    return tuple(sorted(filter(None, found), key=len, reverse=True))


def _only(lines: bytes, now: Text, wide: Span) -> Span | None:
    """The one place of `lines` in `wide`, where they are whole there."""
    piece = now.slice(wide)
    at = piece.find(lines)
    if at < 0 or piece.find(lines, at + 1) >= 0:
        return None
    place = Span(wide.start + at, wide.start + at + len(lines))
    return place if _whole(place, now) else None


def _whole(region: Span, now: Text) -> bool:
    """Whether it still is whole lines: something may have been typed before the first."""
    if region.end > len(now):
        return False
    begins = region.start == 0 or now.data[region.start - 1] in b"\r\n"
    ends = region.end >= len(now) or now.data[region.end - 1] in b"\r\n"
    return begins and (ends or not len(region))


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
    if lines == live.hunk.after:
        return "rejected" if live.status == "rejected" and not live.taken_out else "accepted"
    if lines == live.hunk.before:
        return live.status if live.status in ("rejected", "accepting") else "fresh"
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
        elif each.status == "rejected" and (status == "fresh" or not each.taken_out):
            status = "rejected"
        return replace(each, status=status)

    return replace(live, hunks=tuple(map(see, live.hunks)))


def told_apart(
    without: LiveProposal, with_: LiveProposal, ids: Collection[str], now: Text, *, back: bool
) -> LiveProposal:
    """Which of two it is, after a change that may hold an edit of ours and typing as well.

    `without` is the proposal if only the user typed, `with_` if the edit was applied too.
    An editor applies the edits of a document together: some hunk must have its new lines
    and none its old ones, or the other way round. Where neither is so, they are stale.
    """
    old = any(_proves(e, now, put=back) for e in without.hunks if e.hunk.id in ids)
    new = any(_proves(e, now, put=not back) for e in with_.hunks if e.hunk.id in ids)
    if old != new:
        return with_ if new else without
    return replace(
        without,
        hunks=tuple(
            replace(each, status="stale")
            if each.hunk.id in ids and each.status in ("fresh", "accepting")
            else each
            for each in without.hunks
        ),
    )


def _proves(live: LiveHunk, now: Text, *, put: bool) -> bool:
    """Whether its lines stand, and are not what typing leaves of the others."""
    hunk = live.hunk
    mine, other = (hunk.after, hunk.before) if put else (hunk.before, hunk.after)
    return mine not in other and stands(live, now, put=put)


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


def taken_out(live: LiveProposal, ids: Collection[str]) -> LiveProposal:
    """`live` with the hunks in `ids` decided against, since they were rolled back."""

    def take(each: LiveHunk) -> LiveHunk:
        chosen = each.hunk.id in ids
        return replace(each, status="rejected", taken_out=True) if chosen else each

    return replace(live, hunks=tuple(map(take, live.hunks)))


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
    steps = edits.in_sequence(step for each in here for step in edits_of(each, back=back))

    def growth(each: LiveHunk) -> int:
        size = len(each.hunk.after) - len(each.hunk.before)
        return -size if back else size

    def switch(each: LiveHunk) -> LiveHunk:
        if each.uri != uri:
            return each
        if each not in here:
            region = each.region
            for step in steps:
                region = _follows(region, step, False)
            return replace(each, region=region)
        start = each.region.start + sum(growth(e) for e in here if _precedes(e, each))
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
    moved = [_over(edit, typed) for edit in inside]
    found = [edit for edit in moved if edit is not None]
    if len(found) < len(moved):
        return None
    return tuple(shifted(edit, live.region.start) for edit in found)


def _over(edit: Edit, typed: Sequence[Edit]) -> Edit | None:
    """`edit` after what was typed, both counting in the same lines; None where they meet.

    What was typed right before or behind the text that is replaced stays there, unless
    the two would make one word.
    """
    shift = 0
    for each in typed:
        beside = not len(each.span) and len(edit.span)
        if beside and each.span.start == edit.span.start and not _joins(each.new, edit.new):
            shift += each.growth
        elif beside and each.span.start == edit.span.end and not _joins(edit.new, each.new):
            continue
        elif edits.collides(edit.span, each.span):
            return None
        elif each.span.end <= edit.span.start:
            shift += each.growth
    return shifted(edit, shift)


def _joins(one: bytes, other: bytes) -> bool:
    return one[-1:].isalnum() and other[:1].isalnum()
