"""Our values as messages: proposals, answers, questions, timelines."""

from __future__ import annotations

from lsprotocol import types

from redline.app.review import preview
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.agent.model import AskUser
from redline.core.agent.state import RunState
from redline.core.oversight.budget import exhausted
from redline.core.proposal import follow
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer
from redline.core.proposal.render import file_diff, summary
from redline.core.text.markdown import inert
from redline.core.text.text import Span, Text
from redline.edge.lsp import virtual, wire
from redline.edge.lsp.convert import range_out


def proposal_message(session: Session, live: LiveProposal) -> wire.ProposalMessage:
    """The proposal as it stands against the texts of this moment."""
    proposal = live.proposal
    goal = session.goals.get(proposal.run)
    hunks: dict[str, wire.HunkItem] = {}
    for uri in live.uris:
        hunks |= _hunks(session, live, uri)
    return wire.ProposalMessage(
        id=proposal.id,
        run=proposal.run,
        title=proposal.title,
        summary=summary(proposal),
        risk=proposal.risk,
        notes=proposal.notes,
        hunks=tuple(hunks[hunk.id] for hunk in proposal.hunks),
        checks=tuple(
            wire.CheckItem(c.name, c.scope, c.outcome, c.detail, c.seconds, c.passed, c.ran)
            for c in proposal.checks
        ),
        diff=diff_now(session, live).decode("utf-8", "replace"),
        state=live.state,
        reason=live.expired,
        at=live.at,
        action=goal.action if goal else "",
        instruction=goal.instruction if goal else "",
        round=proposal.round,
        files=tuple(_file(session, live, uri) for uri in live.uris),
    )


def _file(session: Session, live: LiveProposal, uri: str) -> wire.FileItem:
    path = uris.for_people(session.snapshot.folders, uri)
    before, after = (
        virtual.document_uri(session, live, side, uri) for side in (virtual.BEFORE, virtual.AFTER)
    )
    return wire.FileItem(uri, path, before, after)


def _hunks(session: Session, live: LiveProposal, uri: str) -> dict[str, wire.HunkItem]:
    """The hunks of one file, by id."""
    text, after = current_text(session, uri), preview.after(session, live, uri)
    shown = preview.regions_after(live, uri)
    return {
        each.hunk.id: wire.HunkItem(
            id=each.hunk.id,
            uri=each.uri,
            range=_range(session, text, each.region) if each.status != "stale" else None,
            before=each.hunk.before.decode("utf-8", "replace"),
            after=each.hunk.after.decode("utf-8", "replace"),
            reason=each.hunk.reason,
            origin=each.hunk.origin,
            status="fresh" if each.status == "accepting" else each.status,
            digest=each.hunk.digest,
            operation=each.hunk.operation,
            target=each.hunk.target,
            proposed_range=_range(session, after, shown.get(each.hunk.id)),
            guard=each.hunk.guard,
        )
        for each in live.hunks
        if each.uri == uri
    }


def _range(session: Session, text: Text | None, span: Span | None) -> types.Range | None:
    if text is None or span is None or span.end > len(text):
        return None
    return range_out(text, span, session.encoding)


def diff_now(session: Session, live: LiveProposal) -> bytes:
    """The unified diff of the hunks still open, against the texts of this moment."""
    return b"".join(_file_diff(session, live, uri) for uri in live.uris)


def _file_diff(session: Session, live: LiveProposal, uri: str) -> bytes:
    open_ = [each for each in live.hunks if each.uri == uri and each.status == "fresh"]
    whole = next((each.hunk for each in open_ if each.hunk.operation != "edit"), None)
    text = current_text(session, uri)
    if text is None and (whole is None or whole.operation != "create"):
        return b""
    now = text or Text(b"")
    steps = [e for each in open_ if follow.stands(each, now) for e in follow.edits_of(each)]
    if not open_:
        return b""
    folders = session.snapshot.folders
    target = uris.for_people(folders, whole.target) if whole and whole.target else ""
    operation = whole.operation if whole else "edit"
    mark = session.adapters.disk.mark(uri) if operation != "create" else b""
    return file_diff(uris.for_people(folders, uri), operation, target, now.data, steps, mark)


def answer_message(answer: Answer) -> wire.AnswerMessage:
    """An answer for the wire."""
    places = tuple(wire.PlaceItem(p.uri, p.line, p.label) for p in answer.places)
    return wire.AnswerMessage(answer.id, answer.run, inert(answer.markdown), places)


def question_message(state: RunState, question: AskUser) -> wire.QuestionMessage:
    """A question for the wire."""
    return wire.QuestionMessage(state.id, question.id, question.question, question.options)


def run_message(state: RunState, message: str) -> wire.RunMessage:
    """A run's state for the wire."""
    step = state.step.intent if state.step else None
    action = state.goal.action if state.goal else ""
    outcome: str | None = state.outcome
    if outcome == "escalated" and exhausted(state.budget, state.spend):
        outcome = "budget"
    return wire.RunMessage(state.id, state.phase, action, step, message or None, outcome)


def step_items(state: RunState) -> tuple[wire.StepItem, ...]:
    """The plan for the wire."""
    steps = state.plan.steps if state.plan else ()
    return tuple(wire.StepItem(s.id, s.intent, s.role, s.status, s.evidence) for s in steps)
