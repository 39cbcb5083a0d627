"""An open proposal follows the user's typing: hunks move with the text, or go stale."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.proposal.hunks import shifted
from redline.core.proposal.model import Hunk, Proposal
from redline.core.text.edits import Edit, rebase
from redline.core.text.text import Span, Text

HunkStatus = Literal["fresh", "accepting", "accepted", "rejected", "stale"]


@dataclass(frozen=True, slots=True)
class LiveHunk:
    """A hunk where it stands now. `edits` and `start` count in the current text."""

    hunk: Hunk
    edits: tuple[Edit, ...]
    start: int
    status: HunkStatus = "fresh"

    @property
    def region(self) -> Span:
        """The lines it covers now: those of `before`, or of `after` once accepted."""
        covered = self.hunk.after if self.status == "accepted" else self.hunk.before
        return Span(self.start, self.start + len(covered))


@dataclass(frozen=True, slots=True)
class LiveProposal:
    """A proposal under review."""

    proposal: Proposal
    hunks: tuple[LiveHunk, ...]

    @property
    def open(self) -> bool:
        """True while some hunk can still be decided."""
        return any(live.status in ("fresh", "accepting") for live in self.hunks)


def opened(proposal: Proposal) -> LiveProposal:
    """`proposal` with every hunk fresh, on its own base."""
    return LiveProposal(
        proposal, tuple(LiveHunk(hunk, hunk.edits, hunk.start) for hunk in proposal.hunks)
    )


def moved(live: LiveProposal, uri: str, typed: Sequence[Edit]) -> LiveProposal:
    """`live` after the user's edits `typed` in `uri`; they count in the text before them."""
    return replace(
        live,
        hunks=tuple(_moved(each, typed) if each.hunk.uri == uri else each for each in live.hunks),
    )


def _moved(live: LiveHunk, typed: Sequence[Edit]) -> LiveHunk:
    if live.status in ("rejected", "stale"):
        return live
    region = live.region
    if live.status != "accepted" and any(_inside(region, edit.span) for edit in typed):
        return replace(live, status="stale")
    shift = sum(edit.growth for edit in typed if edit.span.end <= region.start)
    if live.status == "accepted":
        return replace(live, start=live.start + shift)
    edits = rebase(live.edits, typed)
    if edits is None:
        return replace(live, status="stale")
    return replace(live, edits=edits, start=live.start + shift)


def _inside(region: Span, span: Span) -> bool:
    """True when an edit at `span` touches a byte of the region or lands between two."""
    if len(span) == 0:
        return region.start < span.start < region.end
    return span.start < region.end and region.start < span.end


def checked(live: LiveProposal, uri: str, text: Text) -> LiveProposal:
    """`live` with every fresh hunk of `uri` stale whose lines are no longer as shown."""

    def check(each: LiveHunk) -> LiveHunk:
        if each.hunk.uri != uri or each.status != "fresh":
            return each
        return (
            each if text.slice(each.region) == each.hunk.before else replace(each, status="stale")
        )

    return replace(live, hunks=tuple(check(each) for each in live.hunks))


def marked(live: LiveProposal, ids: Collection[str], status: HunkStatus) -> LiveProposal:
    """`live` with the hunks in `ids` at `status`."""
    return replace(
        live,
        hunks=tuple(
            replace(each, status=status) if each.hunk.id in ids else each for each in live.hunks
        ),
    )


def landed(live: LiveProposal, uri: str, ids: Collection[str]) -> LiveProposal:
    """`live` once the hunks `ids` of `uri` have been applied by the editor, and nothing else.

    The applied hunks become accepted and stand where their new text is; the others move.
    """
    applied = [each for each in live.hunks if each.hunk.id in ids and each.hunk.uri == uri]

    def growth_before(start: int) -> int:
        return sum(edit.growth for each in applied if each.start < start for edit in each.edits)

    def land(each: LiveHunk) -> LiveHunk:
        if each.hunk.uri != uri:
            return each
        shift = growth_before(each.start)
        edits = tuple(shifted(edit, shift) for edit in each.edits)
        status: HunkStatus = "accepted" if each in applied else each.status
        return LiveHunk(each.hunk, edits, each.start + shift, status)

    return replace(live, hunks=tuple(land(each) for each in live.hunks))


def edits_of(live: LiveProposal, uri: str, ids: Collection[str]) -> tuple[Edit, ...]:
    """The edits of the hunks `ids` in `uri`, in the current text, in order."""
    found = (each for each in live.hunks if each.hunk.uri == uri and each.hunk.id in ids)
    return tuple(sorted(edit for each in found for edit in each.edits))


def ids(live: LiveProposal, wanted: Callable[[LiveHunk], bool]) -> tuple[str, ...]:
    """The ids of the hunks for which `wanted` holds."""
    return tuple(each.hunk.id for each in live.hunks if wanted(each))


def inverse(hunks: Iterable[Hunk], text: Text) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Edits that take `hunks` (all of one file) back out of `text`, and the ids that cannot be.

    A hunk goes back where its new lines stand: at the place it was accepted, or, where
    the text has moved since, at the one place they occur.
    """
    result: list[Edit] = []
    lost: list[str] = []
    shift = 0
    for hunk in sorted(hunks, key=lambda each: each.start):
        at = hunk.start + shift
        shift += len(hunk.after) - len(hunk.before)
        if text.data[at : at + len(hunk.after)] != hunk.after or not hunk.after:
            at = _only_place(text.data, hunk.after)
        if at < 0 or any(edit.span.touches(Span(at, at + len(hunk.after))) for edit in result):
            lost.append(hunk.id)
        else:
            result.append(Edit(Span(at, at + len(hunk.after)), hunk.before))
    return tuple(sorted(result)), tuple(lost)


def _only_place(data: bytes, needle: bytes) -> int:
    at = data.find(needle) if needle.strip() else -1
    return at if at >= 0 and data.find(needle, at + 1) < 0 else -1
