"""The model `builtin`: a pure function in core, behind the port that every model has."""

from __future__ import annotations

from collections.abc import Callable

from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import Reply
from redline.core.builtin import model


class BuiltinModel:
    """No key, no network, no waiting; never fails."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """Always `builtin`."""
        return model.NAME

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        """The next reply, from the goal, the plan and the transcript alone."""
        reply = model.reply(
            request.goal, request.plan, request.history or request.turns, request.role
        )
        if reply.text:
            on_text(reply.text)
        return reply
