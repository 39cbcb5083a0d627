"""Prompts: the goal and the plan as a model reads them, and the template they go into."""

from __future__ import annotations

from string import Template

from redline.core.agent.model import Goal, Plan


def filled(template: str, goal: Goal, plan: Plan | None) -> str:
    """The prompt with `$goal`, `$plan` and `$step` filled in.

    Strict: raises KeyError for any other placeholder and ValueError for a stray `$`,
    which are mistakes in a prompt file. The values are not templates themselves.
    """
    values = {"goal": goal_text(goal), "plan": plan_text(plan), "step": step_text(plan)}
    return Template(template).substitute(values)


def goal_text(goal: Goal) -> str:
    """What the user asked for, and where, a line each."""
    lines = [f"Action: {goal.action}", f"Request: {goal.instruction or '(none given)'}"]
    if goal.path:
        where = f" lines {goal.lines[0]}-{goal.lines[1]}" if goal.lines else ""
        lines.append(f"Place: {goal.path}{where}")
    if goal.language:
        lines.append(f"Language: {goal.language}")
    lines += [f"Diagnostic there: {message}" for message in goal.diagnostics]
    return "\n".join(lines)


def plan_text(plan: Plan | None) -> str:
    """The plan, a step a line."""
    if plan is None:
        return "(there is none yet)"
    return "\n".join(
        f"{step.id}. [{step.status}] {step.role}: {step.intent}"
        + (f" ({step.evidence})" if step.evidence else "")
        for step in plan.steps
    )


def step_text(plan: Plan | None) -> str:
    """What the active step is to achieve."""
    steps = plan.steps if plan else ()
    active = next((step for step in steps if step.status == "active"), None)
    if active is not None:
        return f"{active.id}. {active.intent}"
    return "(every step is done)" if steps else "(none)"
