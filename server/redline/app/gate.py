"""The one gate through which every effect passes: policy, budget, record, then action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redline.app import egress
from redline.app.files import Files
from redline.core import payloads, uris
from redline.core.agent import approvals, changed_rules, drafts
from redline.core.agent.events import ApprovalNeeded, Event, ModelFailed, ToolFailed
from redline.core.agent.model import CallModel, Effect, RunTool
from redline.core.agent.state import RunState
from redline.core.agent.tools import BY_NAME
from redline.core.context.rules import ProjectRules
from redline.core.edits.paths import named_paths
from redline.core.journal import RecordKind
from redline.core.oversight.budget import exhausted
from redline.core.oversight.policy import Decision, Doubt, Rule, Verdict, Wanted, doubts, evaluate
from redline.core.oversight.redaction import Redaction, redacted

if TYPE_CHECKING:  # the driver imports this module
    from redline.app.driver import Run

STOPPED = "every run is stopped; `redline resume` lets them go on"


@dataclass(frozen=True, slots=True)
class Situation:
    """What an effect is judged by besides the run: `stopped` while the switch is thrown.

    `changed` are the rules of the project that a call of a model has to wait for.
    """

    rules: Sequence[Rule]
    files: Files
    redaction: Redaction
    stopped: bool = False
    changed: ProjectRules | None = None


def situation(run: Run, state: RunState) -> Situation:
    """What the effects of `state` are judged by at this moment."""
    files = replace(run.files(), draft=state.draft)
    stopped = run.session.adapters.switch.stopped()
    return Situation(run.session.settings.policy, files, run.redaction, stopped)


@dataclass(frozen=True, slots=True)
class Admission:
    """What is recorded of an effect, and the event that stands for a refusal (None: allowed)."""

    effect: Effect
    records: tuple[tuple[RecordKind, str], ...]
    refusal: Event | None


def admit(at: Situation, state: RunState, effect: Effect) -> Admission:
    """Judges one effect. Its records must be durable before it is performed."""
    wanted = _wanted(at, state, effect) if isinstance(effect, RunTool) else None
    verdict = judge(at, state, effect, wanted)
    if at.changed is not None and isinstance(effect, CallModel):
        verdict = _strictest(verdict, at.changed)
    verdict = replace(verdict, because=redacted(at.redaction, verdict.because)[1])
    records: tuple[tuple[RecordKind, str], ...] = (
        ("effect", payloads.encode(effect)),
        ("verdict", payloads.encode(verdict)),
    )
    return Admission(effect, records, _refusal(at, effect, verdict, wanted))


def _refusal(
    at: Situation, effect: Effect, verdict: Verdict, wanted: Wanted | None
) -> Event | None:
    if verdict.decision is Decision.ALLOW:
        return None
    if verdict.decision is Decision.ASK and isinstance(effect, RunTool) and wanted is not None:
        asked = _doubts(at, wanted)
        question = approvals.question(effect.call, wanted.effect, asked)
        return ApprovalNeeded(effect.id, question, asked)
    if verdict.decision is Decision.ASK and at.changed is not None:
        return _about_rules(at, effect, at.changed)
    message = f"refused by policy ({', '.join(verdict.rules)}): {verdict.because}"
    if isinstance(effect, CallModel):
        return ModelFailed(effect.id, "budget", message)
    return ToolFailed(effect.id, "policy", message)


def _strictest(verdict: Verdict, changed: ProjectRules) -> Verdict:
    """A call that may be made waits for what is to become of rules that changed."""
    if verdict.decision is not Decision.ALLOW:
        return verdict
    because = f"{changed.path}: {changed_rules.BECAUSE}"
    return Verdict(Decision.ASK, (changed_rules.RULE,), because)


def _about_rules(at: Situation, effect: Effect, rules: ProjectRules) -> Event:
    doubt = Doubt(changed_rules.RULE, rules.path, changed_rules.BECAUSE)
    question = redacted(at.redaction, changed_rules.question(rules))[1]
    digest = rules.changed.digest if rules.changed is not None else ""
    return ApprovalNeeded(effect.id, question, (doubt,), digest)


def judge(at: Situation, state: RunState, effect: Effect, wanted: Wanted | None) -> Verdict:
    """The verdict on one effect; `wanted` is what a tool call is judged by."""
    if at.stopped and isinstance(effect, CallModel | RunTool):
        return Verdict(Decision.DENY, ("stopped",), STOPPED)
    if isinstance(effect, CallModel):
        spent = exhausted(state.budget, state.spend)
        if spent:
            return Verdict(Decision.DENY, ("budget",), spent)
    if isinstance(effect, RunTool) and wanted is not None:
        verdict = evaluate(at.rules, wanted)
        asked = verdict.decision is Decision.ASK
        if asked and approvals.granted(state, _doubts(at, wanted), effect):
            return Verdict(Decision.ALLOW, verdict.rules, f"the user said yes: {verdict.because}")
        return verdict
    return Verdict(Decision.ALLOW, (), "within the budget")


def _doubts(at: Situation, wanted: Wanted) -> tuple[Doubt, ...]:
    found = doubts(at.rules, wanted)
    return tuple(replace(each, what=redacted(at.redaction, each.what)[1]) for each in found)


def _wanted(at: Situation, state: RunState, effect: RunTool) -> Wanted:
    """What a call is judged by: the files it names, or proposes, by every name they have."""
    call = egress.returning(at.redaction, effect.call)
    given = effect.call.arguments if isinstance(call, str) else call.arguments
    paths = list(named_paths(given))
    if effect.call.tool == "propose":
        moved = (each.target for each in state.draft.operations if each.target)
        touched = (*drafts.uris_of(state.draft), *moved)
        paths += [uris.for_model(at.files.folders, uri) for uri in touched]
    names = (name for path in paths for name in names_of(at.files, path))
    tool = BY_NAME[effect.call.tool]
    return Wanted(tool.name, tool.effect, tuple(dict.fromkeys(names)))


def names_of(files: Files, path: str) -> tuple[str, ...]:
    """A path as it was given, and what the file is called in its folder, links resolved."""
    uri = files.named(path)
    return (path, *(files.disk.names(files.folders, uri) if uri is not None else ()))
