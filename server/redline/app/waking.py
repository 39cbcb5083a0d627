"""Runs that an earlier server left unfinished: those that wait for their user go on.

A question may be answered days later, in another window or at the terminal. What was under
way when the server ended is finished as failed: its user is told, and nothing is half done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redline.app import runs
from redline.app.driver import Run
from redline.app.history import Told, told
from redline.app.review.life import DAY
from redline.app.runs import Refused
from redline.app.session import Session, current_text, journal_of
from redline.core import payloads
from redline.core.agent.events import BaseMoved, Cancelled, Event, Interrupted
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.gateway.deployments import for_deployment
from redline.core.journal import Entry, RecordKind

_FINISH = '{"type":"Finish"'
_STARTS = ('{"type":"Begun"', '{"type":"SentBack"')


def wake(session: Session) -> list[Run]:
    """Goes on with what waits for an answer; ends the rest. Leaves alone what others run."""
    found = []
    journal = journal_of(session)
    for run in journal.runs():
        if run in session.runs or not _unfinished(journal.entries(run)):
            continue
        woken = waken(session, run)
        if isinstance(woken, Run):
            found.append(woken)
    return found


def waken(session: Session, run: str) -> Run | str:
    """The run, waiting for its user again; or why it is not."""
    journal = journal_of(session)
    past = told(session, run)
    if isinstance(past, str):
        return past
    if past.state.finished:
        return f"run {run} has ended: {past.state.reason or past.state.phase}"
    if not journal.lease(run):
        return f"run {run} belongs to another window"
    state = _moved(session, past)
    why = _over(session, past)
    settings = for_deployment(session.settings, state.model)
    model = session.adapters.models.named(state.model, settings)
    if why is None and not isinstance(model, ModelFailure):
        woken = runs.started(session, model, state, Interrupted(""))
        return woken.message if isinstance(woken, Refused) else woken
    ended = why or Interrupted("", reason=f"it cannot go on: {_said(model)}")
    state = _folded(session, state, ended)
    journal.release(run)
    return f"run {run} has ended: {state.reason}"


def _over(session: Session, past: Told) -> Event | None:
    """What ends a run that nobody can answer any more; None where somebody can."""
    if not past.state.questions:
        return Interrupted("")
    days = session.settings.proposal_days
    if session.adapters.clock.now() - past.lines[-1].entry.record.at <= days * DAY:
        return None
    return Cancelled(reason=f"its question was left open for more than {days:g} days")


def _moved(session: Session, past: Told) -> RunState:
    """The run without what it had changed in files that are no longer what they were."""
    state = past.state
    for uri, digest in past.state.draft.base.items():
        text = current_text(session, uri)
        now = text.digest if text is not None else ""
        if now not in ("", digest):
            state = _folded(session, state, BaseMoved("", uri, now))
    return state


def _folded(session: Session, state: RunState, event: Event) -> RunState:
    """The state after `event`, which is journaled with what it leads to."""
    after, effects = step(state, event)
    records: list[tuple[RecordKind, str]] = [("event", payloads.encode(event))]
    records += [("effect", payloads.encode(each)) for each in effects]
    journal_of(session).append_all(state.id, records)
    return after


def _said(model: object) -> str:
    return model.message if isinstance(model, ModelFailure) else "it has no question"


def _unfinished(entries: Sequence[Entry]) -> bool:
    """Whether the last round of a run never ended. Looks at what records are, not into them."""
    for payload in _newest(entries):
        if payload.startswith(_FINISH):
            return False
        if payload.startswith(_STARTS):
            return True
    return False


def _newest(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in reversed(entries):
        if entry.payload is None:
            return
        yield entry.payload
