"""The reviewer: reads a proposal that passed its checks before the user does.

It reads what was generated, and what a plan wants reviewed. It may send the proposal back
once; after that its objection goes to the user with the proposal.
"""

from __future__ import annotations

from dataclasses import replace

from redline.core.agent import plans
from redline.core.agent.model import ToolCall, Turn
from redline.core.agent.moves import Result, call_model, noted, publish, said
from redline.core.agent.plan import RoleName
from redline.core.agent.state import RunState
from redline.core.agent.tools import ROLE_TOOLS
from redline.core.oversight.budget import exhausted
from redline.core.proposal.model import Check, Outcome, Proposal

READ_IT = "read the proposal against the request and its evidence"
MEND_IT = "mend what the reviewer found, and propose again"
_SENT_BACK = "The reviewer sends the proposal back:"


def wanted(state: RunState, proposal: Proposal) -> bool:
    """Whether a reviewer is to read `proposal` first."""
    generated = any(hunk.origin == "generated" for hunk in proposal.hunks)
    return _planned(state) is not None or (state.reviewed and generated)


def opened(state: RunState, proposal: Proposal, shown: str) -> Result:
    """Hands `proposal` to the reviewer, who is `shown` it as a diff with its evidence."""
    assert state.plan is not None
    planned = _planned(state)
    if planned is None:
        plan = plans.inserted(state.plan, READ_IT, "reviewer")
    else:
        plan = plans.done(state.plan, state.step.id if state.step else 0, "proposed", (), 1)
    step = next(each.id for each in plan.active)
    state = replace(state, plan=plan, candidate=proposal, phase="checking")
    spent = exhausted(state.budget, state.spend)
    if spent:
        return settled(state, "skipped", f"no reviewer: {spent}")
    state = said(state, Turn("user", f"The proposal, and what its checks say:\n{shown}", step=step))
    return call_model(state, step)


def verdict(state: RunState, call: ToolCall) -> Result:
    """What the reviewer says: to the user with it, or back once to who made it."""
    words = str(call.arguments["reasons" if call.tool == "send_back" else "evidence"])
    approved = call.tool == "approve"
    final = approved or _was_sent_back(state)
    if state.candidate is None:  # a step of the plan, before anything is proposed
        doubt = words if approved else f"still in doubt: {words}"
        return _on(state, call, doubt) if final else _back(state, call, words)
    if final:
        return settled(noted(state, call, "noted"), "passed" if approved else "failed", words)
    return _back(state, call, words)


def settled(state: RunState, outcome: Outcome, words: str) -> Result:
    """Publishes the proposal with what became of its review."""
    proposal = state.candidate
    assert proposal is not None
    check = Check("review", "the whole proposal", outcome, words, 0.0)
    risk = "high" if outcome == "failed" else proposal.risk
    proposal = replace(proposal, checks=(*proposal.checks, check), risk=risk)
    return publish(state, proposal, words)


def _on(state: RunState, call: ToolCall, words: str) -> Result:
    assert state.plan is not None
    plan = plans.done(state.plan, call.step, words, (), state.abreast)
    return noted(replace(state, plan=plan), call, "noted"), ()


def _back(state: RunState, call: ToolCall, words: str) -> Result:
    assert state.plan is not None
    plan = plans.inserted(state.plan, MEND_IT, _author(state))
    state = noted(state, call, "sent back")
    state = replace(state, plan=plan, candidate=None, phase="working")
    step = next(each.id for each in plan.active)
    return said(state, Turn("user", f"{_SENT_BACK} {words}", step=step)), ()


def _author(state: RunState) -> RoleName:
    steps = state.plan.steps if state.plan else ()
    able = [each.role for each in steps if "propose" in ROLE_TOOLS[each.role]]
    return able[-1] if able else "refactorer"


def _was_sent_back(state: RunState) -> bool:
    """Whether the reviewer did so in this round already."""
    for turn in reversed(state.transcript):
        if turn.opens_round:
            return False
        if turn.speaker == "user" and turn.text.startswith(_SENT_BACK):
            return True
    return False


def _planned(state: RunState) -> int | None:
    """The step of the plan that comes next, where it is a review."""
    steps = state.plan.steps if state.plan else ()
    following = [each for each in steps if each.status == "open"]
    return following[0].id if following and following[0].role == "reviewer" else None
