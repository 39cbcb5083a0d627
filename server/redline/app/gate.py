"""The one gate through which every effect passes: policy, budget, record, then action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.core import payloads
from redline.core.agent.model import (
    CallModel,
    Effect,
    Event,
    ModelFailed,
    RunState,
    RunTool,
    ToolFailed,
)
from redline.core.agent.tools import BY_NAME
from redline.core.journal import RecordKind
from redline.core.oversight.budget import exhausted
from redline.core.oversight.policy import Decision, Rule, Verdict, evaluate

PATH_ARGUMENTS = ("path", "new_path")


@dataclass(frozen=True, slots=True)
class Admission:
    """What is recorded of an effect, and the event that stands for a refusal (None: allowed)."""

    effect: Effect
    records: tuple[tuple[RecordKind, str], ...]
    refusal: Event | None


def admit(rules: Sequence[Rule], state: RunState, effect: Effect) -> Admission:
    """Judges one effect. Its records must be durable before it is performed."""
    verdict = judge(rules, state, effect)
    records: tuple[tuple[RecordKind, str], ...] = (
        ("effect", payloads.encode(effect)),
        ("verdict", payloads.encode(verdict)),
    )
    return Admission(effect, records, _refusal(effect, verdict))


def _refusal(effect: Effect, verdict: Verdict) -> Event | None:
    if verdict.decision is Decision.ALLOW:
        return None
    # Nothing in this version can grant an ASK on the user's behalf: it fails closed.
    message = f"refused by policy ({', '.join(verdict.rules)}): {verdict.because}"
    if isinstance(effect, CallModel):
        return ModelFailed(effect.id, "budget", message)
    return ToolFailed(effect.id, "policy", message)


def judge(rules: Sequence[Rule], state: RunState, effect: Effect) -> Verdict:
    """The verdict on one effect; pure."""
    if isinstance(effect, CallModel):
        spent = exhausted(state.budget, state.spend)
        if spent:
            return Verdict(Decision.DENY, ("budget",), spent)
    if isinstance(effect, RunTool):
        arguments = effect.call.arguments
        paths = [str(arguments[name]) for name in PATH_ARGUMENTS if arguments.get(name)]
        return evaluate(rules, BY_NAME[effect.call.tool].effect, paths)
    return Verdict(Decision.ALLOW, (), "within the budget")
