"""Prompts: the goal and the plan as a model reads them, and the template they go into."""

from __future__ import annotations

from string import Template

from redline.core.agent.model import Goal
from redline.core.agent.plan import Plan, Step


def filled(template: str, goal: Goal, plan: Plan | None, step: int = 0) -> str:
    """The prompt with `$goal`, `$plan`, `$findings` and `$step` filled in.

    Strict: raises KeyError for any other placeholder and ValueError for a stray `$`,
    which are mistakes in a prompt file. The values are not templates themselves.
    """
    values = {
        "goal": goal_text(goal),
        "plan": plan_text(plan),
        "findings": findings_text(plan),
        "step": step_text(plan, step),
    }
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
    lines += [f"Named by the error: {place.label}" for place in goal.places]
    return "\n".join(lines)


def plan_text(plan: Plan | None) -> str:
    """The plan, a step a line."""
    if plan is None:
        return "(there is none yet)"
    return "\n".join(f"{step.id}. [{step.status}] {_said(step)}" for step in plan.steps)


def findings_text(plan: Plan | None) -> str:
    """What the steps that are done have found, and where."""
    found = [step for step in (plan.steps if plan else ()) if step.evidence]
    lines = []
    for step in found:
        lines.append(f"Step {step.id} ({step.role}): {step.evidence}")
        lines += [f"  at {spot}" for spot in step.places]
    return "\n".join(lines) or "(nothing yet)"


def step_text(plan: Plan | None, number: int = 0) -> str:
    """What the step is to achieve; without a number, the first that is under way."""
    steps = plan.steps if plan else ()
    under_way = [step for step in steps if step.status == "active"]
    chosen = [step for step in steps if step.id == number] or under_way
    if chosen:
        return f"{chosen[0].id}. {_said(chosen[0], role=False)}"
    return "(every step is done)" if steps else "(none)"


def _said(step: Step, role: bool = True) -> str:
    where = f"; in: {', '.join(step.scope)}" if step.scope else ""
    until = f"; until: {step.until}" if step.until else ""
    return f"{step.role + ': ' if role else ''}{step.intent}{where}{until}"
