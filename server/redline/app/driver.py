"""Drives one run: folds events, performs effects through the gate, journals both.

The driver holds no policy and no prompt; it owns the run's state and its tasks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from redline.app import (
    asking,
    egress,
    gate,
    gateway,
    indexing,
    memories,
    project_rules,
    switch,
    tools,
)
from redline.app.files import Files
from redline.app.gate import Admission
from redline.app.lookup import lookup_of
from redline.app.places import mentioned
from redline.app.ports import Journal, Model
from redline.app.review import life
from redline.app.session import Session
from redline.core import payloads
from redline.core.agent import drafts
from redline.core.agent.events import (
    BaseMoved,
    Begun,
    Cancelled,
    Event,
    Interrupted,
    ModelFailed,
    ModelReplied,
    SentBack,
    TimeElapsed,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    FailureKind,
    Finish,
    Publish,
    Reply,
    RunTool,
    Wait,
)
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.journal import RecordKind
from redline.core.oversight.redaction import Redaction
from redline.core.problems import StoreError
from redline.core.proposal.model import Proposal
from redline.core.snapshot import Snapshot, confined
from redline.core.text.text import Text

SHOWN_ARGUMENTS = ("path", "new_path", "name", "new_name", "to", "pattern", "query", "title")


@dataclass(slots=True)
class Run:
    """One run under way. The snapshot is the one it began with.

    `heard` is when the first text of a reply under way came, in seconds from its call.
    """

    session: Session
    journal: Journal
    model: Model
    snapshot: Snapshot
    state: RunState
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    redaction: Redaction = field(default_factory=Redaction)

    def deliver_answer(self, question: str, answer: str) -> bool:
        """Hands the user's answer to the run; False when it waits for no such question."""
        waiting = self.state.pending.get(question)
        if not isinstance(waiting, AskUser):
            return False
        self.events.put_nowait(UserAnswered(question, answer))
        return True

    def cancel(self) -> None:
        """Stops the run."""
        self.events.put_nowait(Cancelled())

    def files(self) -> Files:
        """The texts as the run sees them now."""
        disk = self.session.adapters.disk
        return Files(self.snapshot, disk, self.state.draft, self.texts)


First = Begun | SentBack | Interrupted
"""What a run begins with, or goes on with."""


async def drive(run: Run, first: First, admitted: Sequence[Admission]) -> None:
    """Runs until the state is finished. Ends every task it started, also when cancelled.

    `first` is folded and recorded already; what it led to was `admitted`.

    The texts are those of the moment the user asked; the index is waited for, since a
    name that was not found yet is not a name that is not there.
    """
    try:
        await asyncio.sleep(0)  # the command that began it is answered first
        goal = run.session.goals.get(run.state.id)
        action = goal.action if goal is not None else ""
        run.session.adapters.telemetry.begun(run.state.id, action, run.model.name)
        await asyncio.wait({asyncio.ensure_future(indexing.complete(run.session))})
        begun = replace(run.snapshot, index=run.session.snapshot.index)
        run.snapshot = confined(begun, _asked(run.state, first))
        run.tasks["switch"] = asyncio.create_task(switch.watched(run.session, run.cancel))
        _act(run, admitted)
        if isinstance(first, Interrupted):
            for question in run.state.questions:
                run.session.front.asked(run.state, question)
        while not run.state.finished:
            before, event = run.state, await run.events.get()
            admitted = fold(run, event)
            project_rules.trusted_anew(run.session, before, event)
            _act(run, admitted)
        memories.run_ended(run.session, run.state)
    except StoreError as error:
        # What cannot be recorded is not done.
        run.state = replace(run.state, outcome="failed", phase="failed", reason=str(error))
        run.session.front.run_changed(run.state, str(error))
    finally:
        for task in run.tasks.values():
            task.cancel()
        await asyncio.gather(*run.tasks.values(), return_exceptions=True)
        run.session.adapters.telemetry.ended(run.state)
        if not life.waits(run.session, run.state.id):
            run.journal.release(run.state.id)
        run.finished.set()


def _asked(state: RunState, first: First) -> frozenset[str]:
    """The documents a run may work on wherever they are: the goal's, and those under review."""
    if isinstance(first, Interrupted):
        goal = state.goal.uri if state.goal else ""
        return frozenset((goal, *drafts.uris_of(state.draft)))
    reviewed = drafts.uris_of(first.draft) if isinstance(first, SentBack) else ()
    return frozenset((first.goal.uri, *reviewed))


def fold(run: Run, event: Event) -> list[Admission]:
    """Folds and records one event with what it asks for, which is judged and not done yet.

    Raises `StoreError`: then nothing has happened.
    """
    run.redaction, event = egress.recorded(run.redaction, event)
    state, effects = step(run.state, event)
    changed = project_rules.in_question(run, state, effects)
    at = replace(gate.situation(run, state), changed=changed)
    admitted = [gate.admit(at, state, effect) for effect in effects]
    records = [record for each in admitted for record in each.records]
    records.insert(0, ("event", payloads.encode(event)))
    run.journal.append_all(state.id, records, run.redaction.placeholders)
    run.state = state
    return admitted


def _act(run: Run, admitted: Sequence[Admission]) -> None:
    """Does what was admitted; a refusal is an event of its own."""
    for each in admitted:
        if each.refusal is not None:
            run.events.put_nowait(each.refusal)
        else:
            _start(run, each.effect)
    run.session.front.run_changed(run.state, progress(run.state))


def _start(run: Run, effect: Effect) -> None:
    front = run.session.front
    match effect:
        case Publish(proposal=proposal, answer=answer):
            if proposal is not None:
                _published(run, effect.id, proposal)
            if answer is not None:
                front.answered(replace(answer, places=mentioned(run.files(), answer.markdown)))
        case AskUser():
            front.asked(run.state, effect)
        case Finish():
            pass
        case CallModel() | RunTool() | Wait():
            task = asyncio.get_running_loop().create_task(_perform(run, effect))
            run.tasks[effect.id] = task
            task.add_done_callback(lambda _: run.tasks.pop(effect.id, None))


def _published(run: Run, effect: str, proposal: Proposal) -> None:
    """Opens the proposal for review; first what it takes to open it again is recorded."""
    files = run.files()
    bases = files.bases(tuple(proposal.base))
    moved = life.moved_since(run.session, proposal)
    events: list[Event] = [*life.kept(effect, bases)]
    events += [BaseMoved(effect, uri, digest) for uri, digest in moved]
    records: list[tuple[RecordKind, str]] = [("event", payloads.encode(e)) for e in events]
    run.journal.append_all(run.state.id, records, run.redaction.placeholders)
    life.publish(run.session, proposal, bases)


async def _perform(run: Run, effect: CallModel | RunTool | Wait) -> None:
    """One attempt at one effect, within the run's time; what comes of it is an event."""
    clock = run.session.adapters.clock
    began = clock.monotonic()
    left = max(0.0, run.state.budget.seconds - run.state.spend.seconds)

    def elapsed() -> float:
        return clock.monotonic() - began

    try:
        async with asyncio.timeout(left):
            event = await _attempt(run, effect, elapsed)
    except TimeoutError:
        event = _failed(effect, "timeout", f"the run's {left:.0f} s are over", elapsed())
    except Exception as error:  # noqa: BLE001  the run must outlive any tool; it is recorded
        text = f"{type(error).__name__}: {error}"
        event = _failed(effect, "internal", f"internal fault: {text}", elapsed())
    first = run.heard.pop(effect.id, None)
    run.session.adapters.telemetry.performed(run.state.id, effect, event, elapsed(), first)
    run.events.put_nowait(event)


async def _attempt(
    run: Run, effect: CallModel | RunTool | Wait, elapsed: Callable[[], float]
) -> Event:
    match effect:
        case Wait():
            await asyncio.sleep(effect.seconds)
            return TimeElapsed(effect.id)
        case CallModel():
            request = await asking.asked(run, effect)
            if isinstance(request, Reply):
                return ModelReplied(effect.id, request, 0.0)
            calling = gateway.calling(run, effect)
            reply = await gateway.called(calling, request, _hearing(run, effect, elapsed))
            if isinstance(reply, ModelFailure):
                return ModelFailed(effect.id, reply.kind, reply.message, elapsed())
            return ModelReplied(effect.id, reply, elapsed())
        case RunTool():
            context = tools.ToolContext(
                run.state,
                run.files(),
                run.session.adapters,
                lookup_of(run.session),
                partial(_checking, run),
            )
            call = egress.returning(run.redaction, effect.call)
            if isinstance(call, str):
                return ToolReturned(effect.id, tools.failed(effect.call, call), elapsed())
            result = await tools.call(context, call)
            return ToolReturned(effect.id, result, elapsed())


def _hearing(run: Run, effect: CallModel, elapsed: Callable[[], float]) -> Callable[[str], None]:
    """Notes when the first text of a reply came."""

    def heard(text: str) -> None:
        if effect.id not in run.heard:
            run.heard[effect.id] = elapsed()

    return heard


def _checking(run: Run, what: str) -> None:
    """Tells the user what is being checked; the run's own state does not know."""
    if not run.state.finished:
        run.session.front.run_changed(replace(run.state, phase="checking"), what)


def _failed(
    effect: CallModel | RunTool | Wait, kind: FailureKind, message: str, seconds: float
) -> Event:
    if isinstance(effect, RunTool):
        return ToolFailed(effect.id, kind, message, seconds)
    return ModelFailed(effect.id, kind, message, seconds)


def progress(state: RunState) -> str:
    """What the run is doing, in a few words."""
    for effect in state.pending.values():
        if isinstance(effect, RunTool):
            given = effect.call.arguments
            shown = [str(given[name]) for name in SHOWN_ARGUMENTS if given.get(name)]
            return f"{effect.call.tool}: {', '.join(shown)}"[:120]
    if state.finished:
        return state.reason
    return state.step.intent if state.step else "planning"
