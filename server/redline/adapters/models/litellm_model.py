"""Models of every provider, through litellm: one attempt a call, complete replies only."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from redline.adapters.models import failures, litellm_library, wire
from redline.adapters.models.failures import Place
from redline.adapters.models.waiting import Patience, Progress
from redline.core.agent import text_protocol
from redline.core.agent.exchange import ModelFailure, ModelRequest, unpaired
from redline.core.agent.model import Reply
from redline.core.settings import Settings


class LitellmModel:
    """The model `provider/name`. A call that fails or is cancelled closes its connection.

    `textual` holds (name, address) of the models that turned out unable to call tools.
    """

    __slots__ = ("_name", "_settings", "_textual")

    def __init__(
        self, name: str, settings: Settings, textual: set[tuple[str, str]] | None = None
    ) -> None:
        self._name = name
        self._settings = settings
        self._textual = set() if textual is None else textual

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
        litellm = await litellm_library.loaded()
        litellm_library.keep_from_asking(self._name)
        as_text = bool(request.tools) and self._as_text()
        patience, progress = Patience(self._settings), Progress(on_text)
        try:
            async with patience.total, patience.pause:
                arguments = self._arguments(litellm, request, as_text)
                arrived = await self._arrived(litellm, arguments, progress, patience)
        except TimeoutError:
            return failures.timed_out(self._place(()), *patience.over())
        if isinstance(arrived, ModelFailure):
            asked_with_tools = bool(request.tools) and not as_text
            if not failures.lacks_tools(arrived, asked_with_tools):
                return arrived
            if self._settings.tool_calls == "auto":
                self._textual.add((self._name, self._settings.api_base))
                return failures.without_tools(self._place(()))
            return arrived
        arriving, usage = arrived
        progress.grew(arriving, whole=True)
        return self._reply(request, arriving, usage, as_text)

    def _reply(
        self, request: ModelRequest, arriving: wire.Assembly, usage: object, as_text: bool
    ) -> Reply:
        text, calls = arriving.answer, arriving.requests()
        if as_text:
            text, written = text_protocol.read(text)
            calls = (*calls, *written)
        calls = wire.with_unique_ids(calls, request.turns)
        return Reply(text, calls, litellm_library.used(self._name, usage), self._name)

    def _as_text(self) -> bool:
        """Whether calls are made and read as text."""
        if self._settings.tool_calls != "auto":
            return self._settings.tool_calls == "text"
        known = (self._name, self._settings.api_base) in self._textual
        return known or not litellm_library.calls_tools(self._name)

    async def _arrived(
        self,
        litellm: ModuleType,
        arguments: dict[str, object],
        progress: Progress,
        patience: Patience,
    ) -> tuple[wire.Assembly, object] | ModelFailure:
        """The complete reply in its parts, with litellm's usage."""
        arriving = wire.Assembly()
        usage: object = None
        stream: Any = None
        try:
            stream = await litellm.acompletion(**arguments)
            async for chunk in stream:
                wrong = _add(arriving, chunk, progress, patience)
                if wrong:
                    return failures.incomplete(self._place(()), wrong)
                usage = _used(chunk) or usage
                # Chunks that came together are read without a pause, 0.4 ms each.
                await asyncio.sleep(0)
            # Where the connection just ended, litellm makes up the finish reason `stop`
            # in the last chunk; this is what the provider sent, or None.
            finish = stream.received_finish_reason or ""
        except _errors() as error:
            if isinstance(error, TimeoutError):
                raise
            return self._failed(error, arriving.begun)
        finally:
            if stream is not None:
                await stream.aclose()
        refusal = litellm_library.refusal(stream).strip()
        if refusal:
            return failures.refused(self._place(()), refusal)
        missing = arriving.missing(finish)
        if missing:
            failure = failures.incomplete(self._place(()), missing)
            if usage is None:
                return failure
            return replace(failure, usage=litellm_library.used(self._name, usage))
        return arriving, usage

    def _arguments(
        self, litellm: ModuleType, request: ModelRequest, as_text: bool
    ) -> dict[str, object]:
        provider, _, model = self._name.partition("/")
        arguments: dict[str, object] = {
            "model": self._name,
            "messages": wire.text_messages(request) if as_text else wire.messages(request),
            "tools": None if as_text else wire.schemas(request.tools) or None,
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

    def _failed(self, error: BaseException, begun: bool) -> ModelFailure:
        return failures.of_error(self._place(litellm_library.key_names(self._name)), error, begun)

    def _place(self, key_names: tuple[str, ...]) -> Place:
        return Place(self._name, self._settings.api_base, self._settings.api_key, key_names)


def _add(arriving: wire.Assembly, chunk: Any, progress: Progress, patience: Patience) -> str:
    """Adds one chunk. What is wrong with the reply so far, in words; '' if nothing."""
    if not chunk.choices:
        return ""
    delta = chunk.choices[0].delta
    wrong = ""
    old = getattr(delta, "function_call", None)
    for call in delta.tool_calls or ([_Call(old)] if old is not None else ()):
        made = getattr(call, "function", None)
        name, arguments = getattr(made, "name", None), getattr(made, "arguments", None)
        wrong += arriving.add_call(call.index or 0, call.id or "", name or "", arguments or "")
    thought = getattr(delta, "reasoning_content", None)
    if thought:
        wrong += arriving.add_thought(thought)
    if delta.content:
        wrong += arriving.add_text(delta.content)
        progress.grew(arriving)
    if delta.content or delta.tool_calls or thought or old is not None:
        patience.heard()
    return wrong


@dataclass(frozen=True, slots=True)
class _Call:
    """The one call of a provider that knows no others."""

    function: object
    index: int = 0
    id: str = ""


def _used(chunk: Any) -> object:
    """litellm's usage object, which is in the last chunks, openly or not; None elsewhere."""
    hidden = getattr(chunk, "_hidden_params", None) or {}
    return getattr(chunk, "usage", None) or hidden.get("usage")


def _errors() -> tuple[type[Exception], ...]:
    """What litellm raises for a provider's or its own fault; its classes are openai's."""
    httpx: Any = importlib.import_module("httpx")
    openai: Any = importlib.import_module("openai")
    return (openai.OpenAIError, httpx.HTTPError, OSError, ValueError)
