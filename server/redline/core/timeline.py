"""A run as moments in time: what was planned, asked, called, checked, shown and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from redline.core.agent.events import (
    BaseMoved,
    Begun,
    Event,
    Interrupted,
    ModelFailed,
    ModelReplied,
    SentBack,
    ToolFailed,
    ToolReturned,
    UserAnswered,
)
from redline.core.agent.model import (
    AskUser,
    CallModel,
    Effect,
    Finish,
    Publish,
    RunTool,
    Usage,
)
from redline.core.agent.plan import Plan, Step
from redline.core.agent.reducer import step
from redline.core.agent.state import RunState
from redline.core.context.model import ContextGiven
from redline.core.gateway.records import Attempt
from redline.core.oversight.policy import Verdict
from redline.core.past import Line
from redline.core.payloads import Payload
from redline.core.proposal.model import Check, Hunk, Proposal, Review, RolledBack
from redline.core.proposal.render import counted, summary

WIDTH = 300
HUNKS = 20
Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: `seq` is the record that says so, `at` its time since the epoch.

    `text` is one line; `level` is 1 for what belongs to the moment of level 0 before it.
    `seconds` is how long it took, None for what takes no time.
    """

    seq: int
    at: float
    kind: str
    text: str
    level: int = 0
    seconds: float | None = None


def moments(run: str, lines: Sequence[Line], named: Named) -> Iterator[Moment]:
    """Every moment of a run, in order. `named` says for people which file a uri is."""
    state, effects = RunState(run), dict[str, Effect]()
    for line in lines:
        payload = line.payload
        before = state
        if isinstance(payload, Event):
            state, more = step(state, payload)
            effects.update((each.id, each) for each in more)
        for told in (*_told(payload, effects, named), *_plan(before.plan, state.plan)):
            yield _moment(line, told)
        if isinstance(payload, Finish) and state.spend.model_calls:
            yield _moment(line, _Told("spent", _spent(state)))


@dataclass(frozen=True, slots=True)
class _Told:
    kind: str
    text: str
    level: int = 0
    seconds: float | None = None


def _moment(line: Line, told: _Told) -> Moment:
    text = " ".join(told.text.split())
    text = text if len(text) <= WIDTH else f"{text[: WIDTH - 3]}..."
    if told.seconds is not None:
        text += f" ({took(told.seconds)})"
    return Moment(line.entry.record.seq, line.at, told.kind, text, told.level, told.seconds)


def _told(payload: Payload, effects: Mapping[str, Effect], named: Named) -> Iterator[_Told]:
    match payload:
        case Begun(model=model, versions=versions):
            known = "".join(f", {name} {digest}" for name, digest in versions.items())
            yield _Told("begun", f"begun with {model}{known}")
        case RolledBack(run=run, title=title):
            yield _Told("begun", f"takes back run {run}: {title}")
        case ModelReplied() | ModelFailed():
            yield _model(payload, effects.get(payload.effect))
        case RunTool(call=call):
            given = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
            yield _Told("call", f"{call.tool} {given}", 1)
        case ToolReturned(result=result, seconds=seconds):
            text = (result.failure or result.output).partition("\n")[0]
            yield _Told("failure" if result.failure else "result", f"-> {text}", 1, seconds)
        case ToolFailed(kind=kind, message=message, seconds=seconds):
            yield _Told("failure", f"-> {kind}: {message}", 1, seconds)
        case AskUser(question=question, options=options):
            yield _Told("question", f"asks: {question}" + "".join(f" [{o}]" for o in options))
        case UserAnswered(answer=answer):
            yield _Told("answer", f"the user answers: {answer}")
        case BaseMoved(uri=uri):
            yield _Told("moved", f"changed meanwhile: {named(uri)}")
        case SentBack(words=words):
            yield _Told("round", f"sent back: {words}".partition("\n")[0])
        case _:
            yield from _shown(payload, named)
            yield from _around(payload)


def _around(payload: Payload) -> Iterator[_Told]:
    """What happened around the calls of a model."""
    match payload:
        case Interrupted():
            yield _Told("interrupted", "the server ended; found by another one")
        case Attempt(why=why, deployment=deployment) if why != "first":
            yield _Told("attempt", f"{why}: {deployment}", 1)
        case ContextGiven(origins=origins, tokens=tokens):
            given = f"context: {counted(len(origins), 'fragment')}, {tokens} tokens"
            yield _Told("context", given, 1)


def _shown(payload: Payload, named: Named) -> Iterator[_Told]:
    """What the user was shown, and what was decided."""
    match payload:
        case Publish(proposal=proposal) if proposal is not None:
            yield from _proposed(proposal, named)
        case Publish(answer=answer) if answer is not None:
            yield _Told("answered", f"answered: {answer.markdown}".partition("\n")[0])
        case Finish(outcome=outcome, reason=reason):
            yield _Told("end", f"{outcome} {reason}")
        case Review(expired=expired) if expired:
            yield _Told("review", f"expired: {expired}")
        case Review(decisions=decisions, by=by):
            counts = {d: list(decisions.values()).count(d) for d in decisions.values()}
            parts = ", ".join(f"{n} {d}" for d, n in counts.items())
            yield _Told("review", f"review by {by}: {parts}")
        case Verdict(decision=decision, because=because) if decision.name != "ALLOW":
            yield _Told("verdict", f"{decision.name}: {because}", 1)


def _model(payload: ModelReplied | ModelFailed, effect: Effect | None) -> _Told:
    role = f"{effect.role}: " if isinstance(effect, CallModel) else ""
    if isinstance(payload, ModelFailed):
        text = f"{role}model failed ({payload.kind}): {payload.message}"
        return _Told("failure", text, 1, payload.seconds)
    reply = payload.reply
    said = ", ".join(call.tool for call in reply.calls) or reply.text
    text = f"{role}{reply.model} says: {' '.join(said.split())[: WIDTH // 2]}"
    return _Told("model", f"{text}{_used(reply.usage)}", 1, payload.seconds)


def _used(usage: Usage) -> str:
    """What a model call took; nothing for one that took nothing."""
    if not (usage.input_tokens or usage.output_tokens or usage.cost):
        return "" if usage.cost is not None else ", cost unknown"
    return f", {usage.input_tokens}+{usage.output_tokens} tokens, {dollars(usage.cost)}"


def _plan(before: Plan | None, after: Plan | None) -> Iterator[_Told]:
    """How the plan moved on."""
    if after is None or before == after:
        return
    if before is None or before.revision != after.revision:
        steps = "; ".join(f"{each.id} {each.role}: {each.intent}" for each in after.steps)
        yield _Told("plan", f"plan {after.revision}: {steps}")
    known: dict[int, Step] = {}
    if before is not None and before.revision == after.revision:
        known = {each.id: each for each in before.steps}
    for each in after.steps:
        was = known.get(each.id)
        if was is not None and was.status == each.status:
            continue
        if each.status in ("done", "skipped"):
            yield _Told("step", f"step {each.id} {each.status}: {each.evidence or each.intent}")
        elif each.status == "active":
            yield _Told("step", f"step {each.id} ({each.role}): {each.intent}")


def _proposed(proposal: Proposal, named: Named) -> Iterator[_Told]:
    yield _Told("proposal", f"proposed: {proposal.title} ({summary(proposal)})")
    for check in proposal.checks:
        yield _check(check)
    alike = Counter(_hunk(hunk, named) for hunk in proposal.hunks)
    for text, number in list(alike.items())[:HUNKS]:
        yield _Told("hunk", f"{counted(number, 'hunk')}: {text}", 1)
    rest = sum(list(alike.values())[HUNKS:])
    if rest:
        yield _Told("hunk", f"and {counted(rest, 'hunk')} more", 1)


def _check(check: Check) -> _Told:
    text = f"check {check.name} {check.outcome}: {check.detail}"
    return _Told("check", text, 1, check.seconds)


def _hunk(hunk: Hunk, named: Named) -> str:
    target = f" to {named(hunk.target)}" if hunk.target else ""
    return f"{hunk.operation} {named(hunk.uri)}{target}, {hunk.origin}: {hunk.reason}"


def _spent(state: RunState) -> str:
    spend = state.spend
    calls = counted(spend.model_calls, "model call")
    return f"{calls}, {spend.tokens:,} tokens, {dollars(spend.cost)}, {took(spend.seconds)}"


def took(seconds: float) -> str:
    """A time for people: `0.004 s`, `12.3 s`."""
    return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.1f} s"


def dollars(cost: float | None) -> str:
    """A cost for people; `cost unknown` where it is."""
    return "cost unknown" if cost is None else f"${cost:.4f}"
