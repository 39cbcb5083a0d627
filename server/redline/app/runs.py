"""Runs: from what the user asked to a goal, and from a goal to a run under way."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

from redline.app import direct, documents, egress, gate, troubles
from redline.app.driver import First, Run, drive, fold
from redline.app.files import Files
from redline.app.ports import Model
from redline.app.review import life
from redline.app.session import Session, journal_of, spawn
from redline.app.versions import versions_now
from redline.core.agent.events import Begun, Interrupted, SentBack
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Action, Draft, Goal
from redline.core.agent.state import RunState
from redline.core.gateway.addresses import leaves
from redline.core.gateway.deployments import for_deployment
from redline.core.index.languages import Language
from redline.core.problems import StoreError, Unreadable
from redline.core.proposal.model import Place
from redline.core.text.text import Span, Text

_INSTRUCTION = re.compile(rb"agent:[ \t]*(?P<words>[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked, before it is a goal. `span` counts bytes in the current text."""

    action: Action
    instruction: str = ""
    uri: str = ""
    span: Span | None = None
    diagnostics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a run cannot begin. `usage` is True when the request itself is at fault."""

    message: str
    usage: bool = False


def goal_of(session: Session, asked: Asked) -> Goal | Refused:
    """The goal; with no instruction, a comment in the range that starts `agent:` is one."""
    files = Files(session.snapshot, session.adapters.disk, Draft(), {})
    if not asked.uri:
        words = asked.instruction.strip()
        found = _places(session, files, asked.action, words)
        return Goal(asked.action, words, diagnostics=asked.diagnostics, places=found)
    text, path = files.base(asked.uri), files.path(asked.uri)
    if isinstance(text, Unreadable):
        return Refused(f"{path}: {text.reason}", usage=True)
    if not files.inside(asked.uri):
        why = "is in none of the workspace folders; open it in the editor first"
        return Refused(f"{path} {why}", usage=True)
    opened = session.documents.get(asked.uri)
    if opened is not None and opened.problem:
        return Refused(opened.problem)
    language = _language(session, asked.uri)
    instruction, comment = asked.instruction.strip(), None
    if not instruction:
        instruction, comment = instruction_in(text, asked.span, language)
    return Goal(
        action=asked.action,
        instruction=instruction,
        uri=asked.uri,
        path=path,
        span=asked.span,
        lines=lines_of(text, asked.span),
        digest=text.digest,
        language=language.name if language else "",
        diagnostics=asked.diagnostics,
        instruction_comment=comment,
        choices=_choices(session, asked) if not instruction else (),
        places=_places(session, files, asked.action, instruction),
    )


def _places(session: Session, files: Files, action: Action, words: str) -> tuple[Place, ...]:
    """The lines that an error names which was pasted as the instruction."""
    if action in ("refactor", "document"):
        return ()
    return troubles.places(troubles.told(files, session.snapshot.index, words))


def _language(session: Session, uri: str) -> Language | None:
    """By what the editor says, which alone knows it of a buffer without a file, or by name."""
    opened, languages = session.documents.get(uri), session.adapters.languages
    found = languages.named(opened.document.language) if opened else None
    return found or languages.for_path(uri)


def _choices(session: Session, asked: Asked) -> tuple[tuple[str, str], ...]:
    """What can be done without any words, for an action that needs them."""
    if asked.action not in ("refactor", "ask"):
        return ()
    return direct.offers(session, asked.uri, asked.span or Span(0, 0))


def lines_of(text: Text, span: Span | None) -> tuple[int, int] | None:
    """The lines of `span`, 1-based and inclusive, as a person would name them."""
    if span is None:
        return None
    last = span.end - 1 if len(span) else span.end
    return text.line_of(span.start) + 1, text.line_of(last) + 1


def instruction_in(
    text: Text, span: Span | None, language: Language | None
) -> tuple[str, Span | None]:
    """The words of an `agent:` comment on the lines of `span`, and what to remove with it."""
    if language is None or not language.line_comment or span is None:
        return "", None
    first, last = lines_of(text, span) or (1, 1)
    mark = language.line_comment.encode()
    for line in range(first - 1, last):
        row = text.line_bytes(line)
        found = _INSTRUCTION.search(row)
        if found is None:
            continue
        head = row[: found.start()].rstrip()
        if not head.endswith(mark):
            continue
        head = head[: -len(mark)]
        start = text.line_span(line).start
        words = found["words"].decode("utf-8", "replace").strip()
        if head.strip():
            return words, Span(start + len(head.rstrip()), start + len(row))
        return words, text.line_span(line)
    return "", None


def begin(session: Session, goal: Goal) -> Run | Refused:
    """Starts a run and returns at once. Its first record is durable before anything is done."""
    settings = session.settings
    model = session.adapters.models.named(settings.model, for_deployment(settings, settings.model))
    if isinstance(model, ModelFailure):
        return Refused(model.message, usage=True)
    state = RunState(session.adapters.clock.new_id())
    versions = versions_now(session, model.name)
    begun = Begun("", goal, model.name, settings.budget, versions)
    if leaves(model.name):
        reviewed = settings.reviewer == "on"
        begun = replace(begun, abreast=max(1, settings.scouts), reviewed=reviewed)
    return started(session, model, state, begun)


def resume(session: Session, state: RunState, event: SentBack) -> Run | Refused:
    """Goes on with a run that had ended in a proposal: another round."""
    model = session.adapters.models.named(
        state.model, for_deployment(session.settings, state.model)
    )
    if isinstance(model, ModelFailure):
        return Refused(model.message, usage=True)
    return started(session, model, state, event)


def started(session: Session, model: Model, state: RunState, first: First) -> Run | Refused:
    """A run under way, which belongs to this process from now on."""
    documents.settle_all(session)
    if session.adapters.switch.stopped():
        return Refused(gate.STOPPED)
    before = session.runs.get(state.id)
    try:
        journal = journal_of(session)
        if not journal.lease(state.id):
            return Refused(f"run {state.id} belongs to another window", usage=True)
        run = Run(session, journal, model, session.snapshot, state)
        run.redaction = egress.begun(state, before.redaction if before is not None else None)
        admitted = fold(run, first)
    except StoreError as error:
        return Refused(str(error))
    goal = state.goal if isinstance(first, Interrupted) else first.goal
    session.runs[state.id] = run
    if goal is not None:
        session.goals[state.id] = goal
    spawn(session, asyncio.get_running_loop().create_task(drive(run, first, admitted)))
    return run


def cancel(session: Session, run: str) -> str:
    """Stops a run; says so when there is none under way."""
    handle = session.runs.get(run)
    if handle is None or handle.state.finished:
        return f"no run {run} is under way"
    handle.cancel()
    return ""


def answer(session: Session, run: str, question: str, text: str) -> str:
    """Answers a run's question; says why it could not."""
    handle = session.runs.get(run)
    if handle is None:
        return f"no run {run} is under way"
    return "" if handle.deliver_answer(question, text) else f"run {run} asks no question {question}"


async def close(session: Session) -> None:
    """Stops every run and waits until they have ended. What waits for its user goes on later."""
    for handle in session.runs.values():
        if not (handle.state.finished or handle.state.questions):
            handle.cancel()
    for task in list(session.tasks):
        task.cancel()
    await asyncio.gather(*session.tasks, return_exceptions=True)
    life.close(session)
    session.expected.clear()
