"""What passes between the use cases and a model: one request, and why it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.core.agent.model import FailureKind, Goal, Turn, Usage
from redline.core.agent.plan import Plan, RoleName
from redline.core.agent.tools import ToolSpec
from redline.core.context.model import Fragment


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call of a model, whole: the prompt of the role, the transcript, the tools.

    `system` is complete: its placeholders are filled in (see `prompt.filled`). `turns` are
    those of step `step`; `history` those of the whole run, for a model that was there all along.
    `context` is what the model knows before it asks.
    """

    run: str
    role: RoleName
    system: str
    goal: Goal
    plan: Plan | None
    turns: tuple[Turn, ...]
    tools: tuple[ToolSpec, ...]
    step: int = 0
    history: tuple[Turn, ...] = ()
    context: tuple[Fragment, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFailure:
    """Why the one attempt failed, for people: what, on what, and what to do next.

    `retry_after` is the number of seconds after which the same request may work (0 where
    the provider named none), and None where it cannot work until something is changed.
    `usage` is what the attempt took, None where that is not known.
    """

    kind: FailureKind
    message: str
    retry_after: float | None = None
    usage: Usage | None = None


def unpaired(turns: Sequence[Turn], adjacent: bool = False) -> str:
    """What breaks the rule that each tool call has exactly one result, in words; '' if nothing.

    A result stands after its call and before the model's next turn. With `adjacent`
    nothing may stand between the call's turn and its results, as providers demand.
    """
    waiting: dict[str, str] = {}
    answered: set[str] = set()
    for at, turn in enumerate(turns):
        if turn.speaker == "tool":
            if turn.call in waiting:
                del waiting[turn.call]
                answered.add(turn.call)
                continue
            why = "has two results" if turn.call in answered else "was never made"
            return f"turn {at}: call {turn.call!r} {why}"
        if waiting and (adjacent or turn.speaker == "model"):
            break
        if turn.speaker == "model":
            waiting = {call.id: call.tool for call in turn.calls}
            answered = set()
            if len(waiting) < len(turn.calls):
                return f"turn {at}: two calls share one id"
    if waiting:
        missing = ", ".join(f"{tool} ({call!r})" for call, tool in waiting.items())
        return f"no result for the call of {missing}"
    return ""
