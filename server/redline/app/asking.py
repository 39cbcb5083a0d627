"""What a model is asked in one call: prompt, transcript, tools, and what it is given to know."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from redline.app import contexts, egress, gateway
from redline.core.agent import windows
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import CallModel, Goal, Reply
from redline.core.agent.moves import turns_of
from redline.core.agent.prompt import filled
from redline.core.agent.tools import BY_NAME, ROLE_TOOLS
from redline.core.builtin.model import NAME
from redline.core.gateway import deployments

if TYPE_CHECKING:  # the driver imports this module
    from redline.app.driver import Run


async def asked(run: Run, effect: CallModel) -> ModelRequest | Reply:
    """The request of a call, without the secrets in it; or the reply, where nobody need be asked.

    Raises `StoreError` where what is given to know cannot be recorded.
    """
    window = await _window(run, effect)
    small = windows.small(window)
    if small and run.state.plan is None and run.state.goal is not None:
        return windows.planned(run.state.goal.action, f"{effect.id}.plan")
    request = _request(run, effect, small)
    if not gateway.leaves(run, effect):
        return request
    wanted = run.session.settings.context_tokens
    room = windows.for_context(window, wanted)
    request = await contexts.filled(run, request, effect.id, room)
    if window:
        count = run.session.adapters.count_tokens
        request = await asyncio.to_thread(windows.fitted, request, window, count)
    run.redaction, request = egress.leaving(run.redaction, request)
    return request


async def _window(run: Run, effect: CallModel) -> int:
    """The window of the model that is asked first, in tokens; 0 where it is not known."""
    settings = run.session.settings
    first = deployments.chain(settings, effect.role, run.model.name)[0]
    if first == NAME:
        return 0
    # What knows of models may have to be loaded first.
    return settings.window or await asyncio.to_thread(run.session.adapters.window, first)


def _request(run: Run, effect: CallModel, small: bool) -> ModelRequest:
    state = run.state
    goal = state.goal or Goal("ask", "")
    template = run.session.adapters.prompts.system(effect.role, small)
    names = windows.TOOLS[effect.role] if small else ROLE_TOOLS[effect.role]
    return ModelRequest(
        run=state.id,
        role=effect.role,
        system=filled(template, goal, state.plan, effect.step),
        goal=goal,
        plan=state.plan,
        turns=turns_of(state, effect.step),
        tools=tuple(BY_NAME[name] for name in names),
        step=effect.step,
        history=state.transcript,
    )
