"""What one run tells: a fold over its records, and nothing that a record does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from redline.core.agent.events import (
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
    FailureKind,
    Finish,
    Publish,
    RunTool,
    Wait,
)
from redline.core.past import Line
from redline.core.proposal.model import Check, Decision, Proposal, Review, RolledBack

Ending = Literal[
    "proposed", "answered", "escalated", "failed", "cancelled", "waiting", "cut short", "rollback"
]
_AWAITED = CallModel | RunTool | AskUser | Wait


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A hunk that was accepted `at`, and taken out again at `until` (None: it was not)."""

    hunk: str
    at: float
    until: float | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run. Times are seconds; `at` and those of acceptances since the epoch.

    `waits` are the times from what the user asked to each proposal, without the time that
    the run waited for the user. `cost` is what is known of it, in US dollars; of
    `unknown_costs` calls it is not. `decisions` are the hunks, by what stands decided.
    """

    id: str
    at: float
    last: float
    ending: Ending = "cut short"
    failure: FailureKind | Literal[""] = ""
    seconds: float = 0.0
    waits: tuple[float, ...] = ()
    models: tuple[float, ...] = ()
    model_failures: int = 0
    tools: tuple[float, ...] = ()
    tool_failures: int = 0
    checks: tuple[float, ...] = ()
    proposals: int = 0
    unchecked: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    unknown_costs: int = 0
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    accepted: Mapping[str, Acceptance] = field(default_factory=dict)


@dataclass(slots=True)
class _Clock:
    """How long a run has been at work: not while it waits for its user."""

    asked: float = 0.0
    since: float = 0.0
    waited: float = 0.0
    question: str = ""


def facts_of(run: str, lines: Sequence[Line]) -> RunFacts:
    """The fold. `lines` are all records of one run, at least one.

    A run that took another one back has its times alone: nothing was asked of anyone.
    """
    facts = RunFacts(run, lines[0].at, lines[-1].at)
    if isinstance(lines[0].payload, RolledBack):
        return replace(facts, ending="rollback")
    clock, pending, seconds = _Clock(facts.at), set[str](), 0.0
    for line in lines:
        payload = line.payload
        if isinstance(payload, Begun | SentBack):
            clock, pending = _Clock(line.at), set()
        if isinstance(payload, _AWAITED):
            pending.add(payload.id)
        elif isinstance(payload, Event):
            pending.discard(payload.effect)
        if isinstance(payload, AskUser):
            clock.question, clock.since = payload.id, line.at
        elif isinstance(payload, UserAnswered) and payload.effect == clock.question:
            clock.waited, clock.question = clock.waited + line.at - clock.since, ""
        took = max(0.0, line.at - clock.asked - clock.waited)
        if isinstance(payload, Finish):
            seconds, pending = seconds + took, set()
            facts = replace(facts, ending=payload.outcome)
        elif isinstance(payload, Publish) and payload.proposal is not None:
            facts = replace(facts, waits=(*facts.waits, took))
        facts = _with(facts, line)
    if pending:
        waits = clock.question in pending
        facts = replace(facts, ending="waiting" if waits else "cut short")
    return replace(facts, seconds=seconds)


def _with(facts: RunFacts, line: Line) -> RunFacts:
    match line.payload:
        case ModelReplied():
            return _replied(facts, line.payload)
        case ModelFailed(kind=kind, seconds=seconds):
            failed = facts.model_failures + 1
            models = (*facts.models, seconds)
            return replace(facts, failure=kind, models=models, model_failures=failed)
        case ToolReturned(result=result, seconds=seconds):
            failed = facts.tool_failures + bool(result.failure)
            tools = (*facts.tools, seconds)
            return replace(facts, failure="", tools=tools, tool_failures=failed)
        case ToolFailed(kind=kind, seconds=seconds):
            failed = facts.tool_failures + 1
            tools = (*facts.tools, seconds)
            return replace(facts, failure=kind, tools=tools, tool_failures=failed)
        case Publish(proposal=proposal) if proposal is not None:
            return _proposed(facts, proposal)
        case Interrupted():
            return replace(facts, failure="internal")
        case Review():
            return _reviewed(facts, line.payload, line.at)
        case _:
            return facts


def _replied(facts: RunFacts, event: ModelReplied) -> RunFacts:
    usage = event.reply.usage
    if not event.reply.attempts:  # nobody was asked
        return facts
    return replace(
        facts,
        failure="",
        models=(*facts.models, event.seconds),
        input_tokens=facts.input_tokens + usage.input_tokens,
        output_tokens=facts.output_tokens + usage.output_tokens,
        cost=facts.cost + (usage.cost or 0.0),
        unknown_costs=facts.unknown_costs + (usage.cost is None),
    )


def _proposed(facts: RunFacts, proposal: Proposal) -> RunFacts:
    decisions: dict[str, Decision] = {
        # Another round stands in the place of the one before it.
        **{id_: d for id_, d in facts.decisions.items() if d in ("accepted", "rejected")},
        **{hunk.id: "fresh" for hunk in proposal.hunks},
    }
    return replace(
        facts,
        decisions=decisions,
        proposals=facts.proposals + 1,
        unchecked=facts.unchecked + (not any(_ran(check) for check in proposal.checks)),
        checks=(*facts.checks, *(check.seconds for check in proposal.checks if _ran(check))),
    )


def _ran(check: Check) -> bool:
    return check.outcome != "skipped"


def _reviewed(facts: RunFacts, review: Review, at: float) -> RunFacts:
    accepted = dict(facts.accepted)
    for hunk, decision in review.decisions.items():
        known = accepted.get(hunk)
        if decision == "accepted" and (known is None or known.until is not None):
            accepted[hunk] = Acceptance(hunk, at)
        elif decision in ("rejected", "fresh") and known is not None and known.until is None:
            accepted[hunk] = replace(known, until=at)
    decisions = {**facts.decisions, **review.decisions}
    return replace(facts, decisions=decisions, accepted=accepted)
