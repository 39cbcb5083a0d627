"""The way back as a proposal of its own: hunks that take out what other hunks put in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.model import Hunk, Operation, Proposal
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

_OPPOSITE: Mapping[Operation, Operation] = {
    "edit": "edit",
    "create": "delete",
    "delete": "create",
    "rename": "rename",
}


def inverse(
    live: LiveProposal, ids: Collection[str], texts: Mapping[str, Text], run: str, number: int
) -> Proposal:
    """The proposal, the `number`-th of `run`, that takes the accepted hunks `ids` out.

    It counts in `texts`, the texts of this moment: what else was changed in them stays. A
    file that is not there has none.
    """
    id_ = f"{run}.p{number}"
    chosen = [each for each in live.hunks if each.hunk.id in ids]
    hunks = tuple(
        replace(_inverse(each), id=f"{id_}.{at}") for at, each in enumerate(chosen, start=1)
    )
    base = {hunk.uri: texts.get(hunk.uri, Text(b"")).digest for hunk in hunks}
    title = f"Roll back: {live.proposal.title}"
    return Proposal(id_, run, title, base, hunks, round=number)


def _inverse(live: LiveHunk) -> Hunk:
    hunk = live.hunk
    edits: tuple[Edit, ...] = ()
    if hunk.operation == "edit":
        edits = follow.edits_of(live, back=True)
    elif hunk.operation == "delete":
        edits = (Edit(Span(0, 0), hunk.before),)
    renamed = hunk.operation == "rename"
    return Hunk(
        id="",
        uri=hunk.target if renamed else live.uri,
        edits=edits,
        start=live.region.start if hunk.operation == "edit" else 0,
        before=hunk.after,
        after=hunk.before,
        reason=f"takes back: {hunk.reason}",
        origin=hunk.origin,
        operation=_OPPOSITE[hunk.operation],
        target=hunk.uri if renamed else "",
        undoes=hunk.id,
    )
