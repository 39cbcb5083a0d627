"""Models of every provider, through litellm: one attempt a call, complete replies only."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from redline.adapters.models import failures, litellm_library, wire
from redline.adapters.models.failures import Place
from redline.core.agent.exchange import ModelFailure, ModelRequest, unpaired
from redline.core.agent.model import Reply, Usage
from redline.core.settings import Settings


class LitellmModel:
    """The model `provider/name`. Every call has a connection of its own, which ends with it."""

    __slots__ = ("_name", "_settings")

    def __init__(self, name: str, settings: Settings) -> None:
        self._name = name
        self._settings = settings

    @property
    def name(self) -> str:
        """As configured: `provider/name`."""
        return self._name

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        """One attempt. A reply that is not complete is a failure, however much of it came."""
        broken = unpaired(request.turns)
        if broken:
            return ModelFailure("internal", f"the transcript is wrong: {broken}")
        if "@" in self._settings.api_base:
            text = "api_base must hold no user or password; put the key in api_key instead"
            return ModelFailure("policy", f"{self._place(())}: {text}")
        litellm = await asyncio.to_thread(litellm_library.load)
        litellm_library.keep_from_asking(self._name)
        seconds = self._settings.model_timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._attempt(litellm, request, on_text)
        except TimeoutError:
            return failures.timed_out(self._place(()), seconds)

    async def _attempt(
        self, litellm: ModuleType, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        arriving = wire.Assembly()
        usage: object = None
        stream: Any = None
        begun = False
        try:
            stream = await litellm.acompletion(**self._arguments(litellm, request))
            async for chunk in stream:
                begun = _add(arriving, chunk, on_text) or begun
                usage = _used(chunk) or usage
                # Chunks that came together are read without a pause, 0.4 ms each.
                await asyncio.sleep(0)
            # Where the connection just ended, litellm makes up the finish reason `stop`
            # in the last chunk; this is what the provider sent, or None.
            finish = stream.received_finish_reason or ""
        except _errors() as error:
            if isinstance(error, TimeoutError):
                raise
            return failures.of_error(self._place(self._key_names()), error, begun)
        finally:
            if stream is not None:
                await stream.aclose()
        missing = arriving.missing(finish)
        if missing:
            return failures.incomplete(self._place(()), missing)
        calls = arriving.requests(request.turns)
        return Reply(arriving.text, calls, self._usage(usage), self._name)

    def _arguments(self, litellm: ModuleType, request: ModelRequest) -> dict[str, object]:
        provider, _, model = self._name.partition("/")
        arguments: dict[str, object] = {
            "model": self._name,
            "messages": wire.messages(request),
            "tools": wire.schemas(request.tools) or None,
            "stream": True,
            "timeout": self._settings.model_timeout,
            # The only attempt: whether there is another is decided in core.
            "max_retries": 0,
            "num_retries": 0,
        }
        known = litellm.get_supported_openai_params(model, custom_llm_provider=provider)
        if "stream_options" in (known or ()):
            arguments["stream_options"] = {"include_usage": True}
        if self._settings.api_base:
            arguments["api_base"] = self._settings.api_base
        if self._settings.api_key:
            arguments["api_key"] = self._settings.api_key
        elif provider == "openai" and self._settings.api_base and not os.getenv("OPENAI_API_KEY"):
            # Local servers want no key, but the client does not start without one.
            arguments["api_key"] = "none"
        return arguments

    def _usage(self, usage: object) -> Usage:
        asked = getattr(usage, "prompt_tokens", 0) or 0
        given = getattr(usage, "completion_tokens", 0) or 0
        cost = litellm_library.cost(self._name, usage) if usage is not None else None
        return Usage(asked, given, cost)

    def _place(self, key_names: tuple[str, ...]) -> Place:
        return Place(self._name, self._settings.api_base, self._settings.api_key, key_names)

    def _key_names(self) -> tuple[str, ...]:
        missing = litellm_library.missing_keys(self._name)
        provider = self._name.partition("/")[0].upper()
        return tuple(name for name in missing if name.endswith("KEY")) or (f"{provider}_API_KEY",)


def _add(arriving: wire.Assembly, chunk: Any, on_text: Callable[[str], None]) -> bool:
    """Adds one chunk; True when it held part of the reply."""
    if not chunk.choices:
        return False
    delta = chunk.choices[0].delta
    for call in delta.tool_calls or ():
        made = call.function
        arriving.add_call(call.index or 0, call.id or "", made.name or "", made.arguments or "")
    if delta.content:
        arriving.add_text(delta.content)
        on_text(arriving.text)
    return bool(delta.content or delta.tool_calls)


def _used(chunk: Any) -> object:
    """litellm's usage object, which is in the last chunks, openly or not; None elsewhere."""
    hidden = getattr(chunk, "_hidden_params", None) or {}
    return getattr(chunk, "usage", None) or hidden.get("usage")


def _errors() -> tuple[type[Exception], ...]:
    """What litellm raises for a provider's or its own fault; its classes are openai's."""
    httpx: Any = importlib.import_module("httpx")
    openai: Any = importlib.import_module("openai")
    return (openai.OpenAIError, httpx.HTTPError, OSError, ValueError)
