"""Plans: read from what a model wrote, moved on step by step, revised, reopened for a round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from redline.core.agent.model import Goal
from redline.core.agent.plan import Plan, RoleName, Spot, Step
from redline.core.agent.tools import ROLE_TOOLS

MAX_STEPS = 12
MAX_REVISIONS = 8

_PART = re.compile(r";\s*(in|until):\s*")
_SPOT = re.compile(r"^(?P<path>.+?)(?::(?P<line>\d+))?$")


def steps_of(given: Sequence[str]) -> tuple[tuple[Step, ...], str]:
    """The steps in a model's words, and what is wrong with them ('' when nothing is).

    Each reads `role: intent`, and may go on `; in: PATH, PATH` and `; until: WORDS`.
    """
    steps: list[Step] = []
    for number, text in enumerate(given, 1):
        said, *parts = _PART.split(text)
        name, colon, intent = said.partition(":")
        role = next((role for role in ROLE_TOOLS if role == name.strip()), None)
        if not colon or role is None or role == "planner" or not intent.strip():
            return (), f"step {number} must read 'role: intent', not {text!r}"
        told = dict(zip(parts[::2], parts[1::2], strict=True))
        scope = tuple(path.strip() for path in told.get("in", "").split(",") if path.strip())
        until = told.get("until", "").strip()
        steps.append(Step(number, intent.strip(), role, scope=scope, until=until))
    if not steps:
        return (), "a plan needs at least one step"
    if len(steps) > MAX_STEPS:
        return (), f"{len(steps)} steps are too many: {MAX_STEPS} at most, each worth a step"
    return tuple(steps), ""


def begun(goal: str, steps: Sequence[Step], abreast: int) -> Plan:
    """The first plan, with its first step active."""
    return Plan(goal, _activated(steps, abreast))


def revised(plan: Plan, steps: Sequence[Step], abreast: int) -> Plan:
    """`plan` with `steps` in place of what was not done yet; what was done stays."""
    past = tuple(
        each if each.status == "done" else replace(each, status="skipped")
        for each in plan.steps
        if each.status != "open"
    )
    first = max((each.id for each in past), default=0) + 1
    new = tuple(replace(each, id=first + at) for at, each in enumerate(steps))
    return replace(plan, steps=_activated((*past, *new), abreast), revision=plan.revision + 1)


def done(plan: Plan, step: int, evidence: str, places: Sequence[str], abreast: int) -> Plan:
    """`plan` with a step done; once no other is under way, the next is."""
    spots = tuple(spot for spot in map(spot_of, places) if spot is not None)
    steps = tuple(
        replace(each, status="done", evidence=evidence, places=spots) if each.id == step else each
        for each in plan.steps
    )
    return replace(plan, steps=_activated(steps, abreast))


def finished(plan: Plan, evidence: str) -> Plan:
    """`plan` with all that was left of it done."""
    steps = tuple(
        replace(each, status="done", evidence=evidence)
        if each.status in ("open", "active")
        else each
        for each in plan.steps
    )
    return replace(plan, steps=steps)


def inserted(plan: Plan, intent: str, role: RoleName) -> Plan:
    """`plan` with one more step, which is under way instead of those that are."""
    steps = tuple(
        replace(each, status="done") if each.status == "active" else each for each in plan.steps
    )
    at = 1 + max((at for at, each in enumerate(steps) if each.status != "open"), default=-1)
    new = Step(1 + max((each.id for each in steps), default=0), intent, role, "active")
    return replace(plan, steps=(*steps[:at], new, *steps[at:]), revision=plan.revision + 1)


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
    number = 1 + max((each.id for each in steps), default=0)
    step = Step(number, "do again what the user sent back", role, "active")
    revision = plan.revision + 1 if plan else 1
    return Plan(plan.goal if plan else goal.instruction, (*steps, step), revision)


def spot_of(text: str) -> Spot | None:
    """`path` or `path:line` as a place; None for what is neither."""
    found = _SPOT.match(text.strip())
    return Spot(found["path"], int(found["line"] or 0)) if found else None


def _activated(steps: Sequence[Step], abreast: int) -> tuple[Step, ...]:
    """`steps` with the next under way, if none is: one, or all scouts that follow each other."""
    if any(each.status == "active" for each in steps):
        return tuple(steps)
    result = list(steps)
    following = [at for at, each in enumerate(steps) if each.status == "open"]
    for number, at in enumerate(following):
        alone = steps[following[0]].role != "scout" or steps[at].role != "scout"
        if number and (alone or number >= abreast):
            break
        result[at] = replace(result[at], status="active")
    return tuple(result)
