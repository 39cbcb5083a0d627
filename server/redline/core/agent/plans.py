"""Plans: read from what a model wrote, moved on step by step, reopened for another round."""

from __future__ import annotations

from dataclasses import replace

from redline.core.agent.model import Goal, Plan, RoleName, RunState, Step
from redline.core.agent.tools import ROLE_TOOLS


def steps_of(given: list[str]) -> tuple[tuple[Step, ...], str]:
    """The steps in a model's words, and what is wrong with them ('' when nothing is)."""
    steps: list[Step] = []
    for number, text in enumerate(given, 1):
        name, colon, intent = text.partition(":")
        role = next((role for role in ROLE_TOOLS if role == name.strip()), None)
        if not colon or role is None or role == "planner" or not intent.strip():
            return (), f"step {number} must read 'role: intent', not {text!r}"
        steps.append(Step(number, intent.strip(), role, "active" if number == 1 else "open"))
    if not steps:
        return (), "a plan needs at least one step"
    return tuple(steps), ""


def advanced(state: RunState, evidence: str) -> RunState:
    """The state with the active step done and the next one active."""
    if state.plan is None:
        return state
    steps = list(state.plan.steps)
    for at, each in enumerate(steps):
        if each.status == "active":
            steps[at] = replace(each, status="done", evidence=evidence)
            if at + 1 < len(steps):
                steps[at + 1] = replace(steps[at + 1], status="active")
            break
    return replace(state, plan=replace(state.plan, steps=tuple(steps)))


def another_round(plan: Plan | None, goal: Goal) -> Plan:
    """`plan` with one more step, which is active, in the role of the last that can propose.

    What a round that came to nothing left open is not gone on with.
    """
    steps = tuple(
        replace(each, status="skipped") if each.status in ("open", "active") else each
        for each in (plan.steps if plan else ())
    )
    able = [each.role for each in steps if "propose" in ROLE_TOOLS[each.role]]
    role: RoleName = able[-1] if able else "refactorer"
    step = Step(len(steps) + 1, "do again what the user sent back", role, "active")
    revision = plan.revision + 1 if plan else 1
    return Plan(plan.goal if plan else goal.instruction, (*steps, step), revision)
