"""Sending hunks back: the run does them anew, over the texts as they are now.

What is still open of the proposal stays; hunks that went stale are done again by moving
their edits over what the user typed, where the two do not meet, and asked for otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from redline.app import memories, runs
from redline.app.driver import Run
from redline.app.history import told
from redline.app.review.following import catch_up
from redline.app.runs import Refused
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.agent.events import SentBack
from redline.core.agent.model import Draft, Goal
from redline.core.agent.state import RunState
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.hunks import operation_of
from redline.core.proposal.model import Change
from redline.core.text.edits import Edit, diff, map_offset
from redline.core.text.text import Span, Text

SHOWN_BYTES = 4_000


def revise(
    session: Session,
    proposal: str,
    hunks: Collection[str] | None = None,
    comment: str = "",
) -> Run | Refused:
    """Begins another round of a proposal's run.

    With a comment, `hunks` (all open ones when None) are done anew by the user's words;
    without, the stale ones are asked for again.
    """
    live = session.proposals.get(proposal)
    if live is None or live.expired:
        why = live.expired if live else "there is none"
        return Refused(f"there is no open proposal {proposal} ({why})", usage=True)
    catch_up(session, live.uris)
    live = session.proposals[proposal]
    chosen = _chosen(live, hunks, comment)
    if not chosen:
        return Refused("no hunk is stale; say what should be different", usage=True)
    state = _state(session, live.proposal.run)
    if isinstance(state, Refused):
        return state
    if comment:
        memories.rejected(session, live, {each.hunk.id for each in chosen}, comment)
    return runs.resume(session, state, _sent_back(session, state, live, chosen, comment))


def _chosen(
    live: LiveProposal, hunks: Collection[str] | None, comment: str
) -> tuple[LiveHunk, ...]:
    wanted = ("fresh", "stale") if comment else ("stale",)
    return tuple(
        each
        for each in live.hunks
        if each.status in wanted and (hunks is None or each.hunk.id in hunks)
    )


def _state(session: Session, run: str) -> RunState | Refused:
    """The run's state: kept, or folded from its records after a restart."""
    known = session.runs.get(run)
    if known is not None:
        if not known.state.finished:
            return Refused(f"run {run} is under way; wait for it, or stop it", usage=True)
        return known.state
    past = told(session, run)
    return Refused(past) if isinstance(past, str) else past.state


def _sent_back(
    session: Session,
    state: RunState,
    live: LiveProposal,
    chosen: Sequence[LiveHunk],
    comment: str,
) -> SentBack:
    stays = [each for each in live.hunks if each.status == "fresh" and each not in chosen]
    changes = [change for each in stays for change in _changes(each, follow.edits_of(each))]
    whole = [operation_of(each.hunk) for each in stays]
    operations = tuple(operation for operation in whole if operation is not None)
    left: list[LiveHunk] = []
    for each in chosen:
        text = current_text(session, each.uri)
        again = follow.refreshed(each, text) if text is not None and not comment else None
        if again is None:
            left.append(each)
        else:
            changes += _changes(each, again)
    texts = {uri: current_text(session, uri) for uri in live.uris}
    base = {uri: text.digest for uri, text in texts.items() if text is not None}
    base |= {each.uri: Text(b"").digest for each in operations if each.kind == "create"}
    draft = Draft(base, tuple(changes), live.proposal.notes, operations)
    words = _words(session, left, comment)
    ready = "" if left else live.proposal.title
    goal = _goal(session, state.goal or Goal("ask", ""), left, comment)
    return SentBack("", goal, words, draft, ready)


def _changes(each: LiveHunk, edits: Sequence[Edit]) -> list[Change]:
    hunk = each.hunk
    return [Change(each.uri, edit, hunk.reason, hunk.origin) for edit in edits]


def _goal(session: Session, goal: Goal, left: Sequence[LiveHunk], comment: str) -> Goal:
    """The goal over the text as it is now; a comment speaks of the lines it was made on."""
    goal = replace(goal, instruction=comment or goal.instruction, instruction_comment=None)
    uri = left[0].uri if comment and left else goal.uri
    text = current_text(session, uri) if uri else None
    if text is None:
        return goal
    span = left[0].region if comment and left else _span_now(session, goal, text)
    path = uris.for_model(session.snapshot.folders, uri)
    lines = runs.lines_of(text, span)
    return replace(goal, uri=uri, path=path, span=span, lines=lines, digest=text.digest)


def _span_now(session: Session, goal: Goal, text: Text) -> Span | None:
    """Where the user's selection is now, or None where that is not known."""
    if goal.span is None or goal.digest == text.digest:
        return goal.span
    for handle in session.runs.values():
        kept = handle.texts.get(goal.uri)
        if kept is not None and kept.digest == goal.digest:
            typed = diff(kept, text)
            start = map_offset(goal.span.start, typed, after=False)
            return Span(start, max(start, map_offset(goal.span.end, typed)))
    return None


def _words(session: Session, left: Sequence[LiveHunk], comment: str) -> str:
    """What the model is told; the lines are quoted as they are now."""
    if not left:
        return "The user typed in the lines of the proposal; the change was moved over it."
    head = (
        f"The user sends this part of the proposal back and says: {comment}"
        if comment
        else "The user has changed these lines since the proposal. Do the change anew there."
    )
    parts = [head, "The rest of the proposal is in the draft already.", ""]
    return "\n".join([*parts, *(_quoted(session, each, comment) for each in left)])


def _quoted(session: Session, each: LiveHunk, comment: str) -> str:
    path = uris.for_model(session.snapshot.folders, each.uri)
    text = current_text(session, each.uri)
    if text is None or each.hunk.operation != "edit":
        return f"{path}: {each.hunk.operation} ({each.hunk.reason})"
    line = text.line_of(each.region.start) + 1
    now = text.slice(each.region)[:SHOWN_BYTES].decode("utf-8", "replace")
    after = each.hunk.after[:SHOWN_BYTES].decode("utf-8", "replace")
    proposed = f"\nproposed:\n{after}" if comment else f"\nwanted: {each.hunk.reason}"
    return f"{path}:{line}\nnow:\n{now}{proposed}"
