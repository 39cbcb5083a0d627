"""Our values as messages: proposals, answers, questions, timelines."""

from __future__ import annotations

from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.agent.model import AskUser, RunState
from redline.core.proposal.follow import LiveHunk, LiveProposal
from redline.core.proposal.model import Answer
from redline.core.proposal.render import summary, unified_diff
from redline.core.text.text import Text
from redline.edge.lsp import wire
from redline.edge.lsp.convert import range_out


def proposal_message(session: Session, live: LiveProposal) -> wire.ProposalMessage:
    """The proposal as it stands against the texts of this moment."""
    proposal = live.proposal
    texts = {uri: current_text(session, uri) for uri in proposal.uris}
    return wire.ProposalMessage(
        id=proposal.id,
        run=proposal.run,
        title=proposal.title,
        summary=summary(proposal),
        risk=proposal.risk,
        notes=proposal.notes,
        hunks=tuple(_hunk(session, each, texts.get(each.hunk.uri)) for each in live.hunks),
        checks=tuple(
            wire.CheckItem(c.name, c.scope, c.outcome, c.detail, c.seconds) for c in proposal.checks
        ),
        diff=diff_now(session, live).decode("utf-8", "replace"),
    )


def _hunk(session: Session, live: LiveHunk, text: Text | None) -> wire.HunkItem:
    hunk = live.hunk
    inside = text is not None and live.region.end <= len(text) and live.status != "stale"
    return wire.HunkItem(
        id=hunk.id,
        uri=hunk.uri,
        range=range_out(text, live.region, session.encoding) if inside and text else None,
        before=hunk.before.decode("utf-8", "replace"),
        after=hunk.after.decode("utf-8", "replace"),
        reason=hunk.reason,
        origin=hunk.origin,
        status="fresh" if live.status == "accepting" else live.status,
    )


def diff_now(session: Session, live: LiveProposal) -> bytes:
    """The unified diff of the hunks still open, against the texts of this moment."""
    parts = []
    for uri in live.proposal.uris:
        text = current_text(session, uri)
        if text is None:
            continue
        open_ = [h for h in live.hunks if h.hunk.uri == uri and h.status == "fresh"]
        path = uris.relative(session.snapshot.folders, uri) or uri
        parts.append(unified_diff(path, text.data, [e for h in open_ for e in h.edits]))
    return b"".join(parts)


def answer_message(answer: Answer) -> wire.AnswerMessage:
    """An answer for the wire."""
    places = tuple(wire.PlaceItem(p.uri, p.line, p.label) for p in answer.places)
    return wire.AnswerMessage(answer.id, answer.run, answer.markdown, places)


def question_message(state: RunState, question: AskUser) -> wire.QuestionMessage:
    """A question for the wire."""
    return wire.QuestionMessage(state.id, question.id, question.question, question.options)


def run_message(state: RunState, message: str) -> wire.RunMessage:
    """A run's state for the wire."""
    step = state.step.intent if state.step else None
    return wire.RunMessage(state.id, state.phase, step, message or None)


def step_items(state: RunState) -> tuple[wire.StepItem, ...]:
    """The plan for the wire."""
    steps = state.plan.steps if state.plan else ()
    return tuple(wire.StepItem(s.id, s.intent, s.role, s.status, s.evidence) for s in steps)
