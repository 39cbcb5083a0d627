"""A model whose complete replies are kept: the same request is not paid for twice.

Only what looks and judges is kept: the roles that read, and replies that change nothing.
Whoever writes code is asked anew each time, so that trying again is trying again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from redline.adapters import places
from redline.adapters.models import wire
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.plain_cache import Kept, PlainCache
from redline.core.agent import text_protocol
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import Reply, ToolRequest, Usage
from redline.core.agent.plan import RoleName
from redline.core.agent.tools import BY_NAME

LIMIT_BYTES: Final = 64_000_000
SECONDS: Final = 86_400.0
ROLES: Final[frozenset[RoleName]] = frozenset({"planner", "scout", "reviewer"})
_VERSION: Final = 1


class CachedModel:
    """`model` behind a cache. `settled` is what of the settings decides on a reply."""

    __slots__ = ("_cache", "_model", "_settled")

    def __init__(self, model: LitellmModel, cache: PlainCache, settled: str) -> None:
        self._model = model
        self._cache = cache
        self._settled = settled

    @property
    def name(self) -> str:
        """As configured: `provider/name`."""
        return self._model.name

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        """What was said to the same request within a day, marked as cached; else one attempt."""
        if request.role not in ROLES:
            return await self._model.reply(request, on_text)
        key = self._key(request)
        kept = await asyncio.to_thread(self._cache.get, key)
        reply = _decoded(kept, self.name) if kept is not None else None
        if reply is not None:
            if reply.text:
                on_text(reply.text)
            return reply
        made = await self._model.reply(request, on_text)
        if isinstance(made, Reply) and _harmless(made):
            await asyncio.to_thread(self._cache.put, {key: _encoded(made)}, request.run)
        return made

    def _key(self, request: ModelRequest) -> str:
        whole = [
            [_VERSION, text_protocol.VERSION, self.name, self._settled, request.role],
            wire.messages(request),
            wire.schemas(request.tools),
        ]
        return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _harmless(reply: Reply) -> bool:
    """Whether every call is right and only reads."""
    specs = [BY_NAME.get(call.tool) for call in reply.calls if not call.problem]
    return len(specs) == len(reply.calls) and all(
        spec is not None and spec.effect == "read" for spec in specs
    )


def _encoded(reply: Reply) -> bytes:
    calls = [[call.id, call.tool, call.arguments] for call in reply.calls]
    return json.dumps({"text": reply.text, "calls": calls}).encode()


def _decoded(kept: bytes, name: str) -> Reply | None:
    """The reply, None where `kept` is none of ours. It cost nothing this time."""
    try:
        value: object = json.loads(kept)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    text, calls = value.get("text"), value.get("calls")
    if not isinstance(text, str) or not isinstance(calls, list):
        return None
    made: list[ToolRequest] = []
    for call in calls:
        match call:
            case [str(id_), str(tool), str(arguments)]:
                made.append(ToolRequest(id_, tool, arguments))
            case _:
                return None
    reply = Reply(text, tuple(made), Usage(), name, cached=True)
    return reply if _harmless(reply) else None


def kept_replies() -> PlainCache:
    """Those in the user's cache folder."""
    return PlainCache(Kept("replies", places.replies_cache, LIMIT_BYTES, SECONDS))
