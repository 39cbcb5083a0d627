"""Review in a client that has no view of ours: Apply, Preview or Discard, by message requests.

Closing the message decides nothing: the proposal stays open, and the code actions at its
lines accept and reject it hunk by hunk.
"""

from __future__ import annotations

from redline.app.review import acceptance
from redline.app.review.acceptance import Choice
from redline.core import uris
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.render import summary
from redline.edge.lsp import present
from redline.edge.lsp.front import LspFront
from redline.edge.lsp.turns import accept

APPLY, PREVIEW, DISCARD = "Apply", "Preview", "Discard"
SHOWN_DIFF = 6_000


async def offer(front: LspFront, live: LiveProposal) -> None:
    """Asks what is to be done with a proposal, and does it."""
    message = f"{live.proposal.title} ({summary(live.proposal)})"
    message += "".join(f"\n{note}" for note in (*live.proposal.notes, *_held_back(live)))
    chosen = await front.choose(message, (APPLY, PREVIEW, DISCARD))
    if chosen == PREVIEW:
        return await preview(front, live)
    await _decided(front, live, chosen, confirm=False)


def _held_back(live: LiveProposal) -> tuple[str, ...]:
    """What applying leaves out, and why."""
    guards = dict.fromkeys(each.hunk.guard for each in live.hunks if each.hunk.guard)
    return tuple(f"held back: one that {guard}; accept it by itself" for guard in guards)


async def preview(front: LspFront, live: LiveProposal) -> None:
    """Shows the change before it is decided on.

    Where the editor can show edits that need confirmation, its own preview is where the
    user decides. Otherwise the diff is shown, as a document or in the message.
    """
    session = front.session
    if session is None:
        return
    if front.features.annotations:
        return await _decided(front, live, APPLY, confirm=True)
    diff = present.diff_now(session, live)
    message = f"{live.proposal.title} ({summary(live.proposal)})"
    uri = session.adapters.previews.keep(f"{live.proposal.id}.diff", diff)
    if not await front.editor.show(uri, take_focus=True):
        message += f"\n{uris.file_path(uri)}\n\n"
        message += diff.decode("utf-8", "replace")[:SHOWN_DIFF]
    await _decided(front, live, await front.choose(message, (APPLY, DISCARD)), confirm=False)


async def _decided(
    front: LspFront, live: LiveProposal, chosen: str | None, *, confirm: bool
) -> None:
    session, id_ = front.session, live.proposal.id
    if session is None or chosen is None:
        return
    if chosen == DISCARD:
        acceptance.reject(session, id_)
        return
    choice = Choice(id_, confirm=confirm)
    result = await accept(front.turn, session, front.editor, choice)
    if not result.accepted:
        front.trouble(f"{live.proposal.title}: {result.message}")
    elif not result.whole or len(result.accepted) < len(live.hunks):
        front.trouble(result.message)
