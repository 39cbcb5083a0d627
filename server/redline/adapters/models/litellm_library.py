"""litellm, loaded late and kept quiet: no request of its own, no output, no `.env` file."""

from __future__ import annotations

import asyncio
import functools
import importlib
import logging
import os
import sys
from collections.abc import Coroutine, Mapping
from types import ModuleType
from typing import Any

from redline.core.agent.model import Usage

# litellm reads these when it is imported.
_ENVIRONMENT = {
    # Or it fetches its price list, and its table of Anthropic's headers, from the network.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    # Or it loads `.env` from the working directory, and a workspace could redirect calls.
    "LITELLM_MODE": "PRODUCTION",
}
# They would write prompts, and addresses with keys in them, wherever the root logger writes.
_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx", "httpcore", "aiohttp")

# The first call would import these on the event loop, which takes half a second.
_LATE_IMPORTS = (
    "openai.resources",
    "litellm.litellm_core_utils.default_encoding",
    "anyio._backends._asyncio",
)

# These ask for a login on standard output, which belongs to the protocol.
INTERACTIVE = ("chatgpt", "github_copilot")


def _silence() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.handlers.clear()


async def _no_second_attempt(*_: object, **__: object) -> None:
    """Raises what litellm is handling: it would send the request again by itself."""
    failed = sys.exc_info()[1]
    if failed is not None:
        raise failed


def _mend_gemini() -> None:
    """Makes Gemini's streams say when they are finished.

    litellm marks each of their chunks as not finished, with `stop` as its reason, so that
    a cut stream could not be told from a whole one.
    """
    gemini = importlib.import_module(
        "litellm.llms.vertex_ai.gemini.vertex_and_google_ai_studio_gemini"
    )
    iterator: Any = gemini.ModelResponseIterator
    parse = iterator.chunk_parser

    def chunk_parser(self: object, chunk: Mapping[str, Any]) -> Any:
        parsed = parse(self, chunk)
        said = {each.get("finishReason") for each in chunk.get("candidates") or ()} - {None}
        made = {choice.finish_reason for choice in parsed.choices}
        # Faults such as MALFORMED_FUNCTION_CALL become `stop` too.
        parsed._hidden_params["is_finished"] = said == {"STOP"} or bool(
            said and made & {"length", "content_filter"}
        )
        return parsed

    iterator.chunk_parser = chunk_parser


def _hear_refusals() -> None:
    """Keeps what a model says instead of an answer: litellm drops it from the stream."""
    handler = importlib.import_module("litellm.litellm_core_utils.streaming_handler")
    wrapper: Any = handler.CustomStreamWrapper
    create = wrapper.chunk_creator

    def chunk_creator(self: Any, chunk: Any) -> Any:
        for choice in getattr(chunk, "choices", None) or ():
            words = getattr(getattr(choice, "delta", None), "refusal", None)
            if isinstance(words, str):
                self.redline_refusal = refusal(self) + words
        return create(self, chunk)

    wrapper.chunk_creator = chunk_creator


def _keep_no_accounts() -> None:
    """Ends what litellm does after each call for loggers that nobody has asked for.

    It runs on the event loop, 2 to 3 ms a call: a keystroke in between would wait for it.
    """
    worker: Any = importlib.import_module("litellm.litellm_core_utils.logging_worker")

    def ended(async_coroutine: Coroutine[object, object, object]) -> None:
        async_coroutine.close()

    worker.GLOBAL_LOGGING_WORKER.ensure_initialized_and_enqueue = ended
    logging_: Any = importlib.import_module("litellm.litellm_core_utils.litellm_logging")
    logging_.Logging.dispatch_success_handlers = _nothing


async def _nothing(*_: object, **__: object) -> None:
    """Does nothing."""


def _send_as_given() -> None:
    """Spares a request of OpenAI's client the walk through all its types.

    It looks at each part of each tool once for every type that such a part may have, 6 ms a
    call with twenty tools, and makes of plain JSON what it was: nothing else is given to it.
    """
    completions: Any = importlib.import_module("openai.resources.chat.completions.completions")
    given = importlib.import_module("openai._utils").is_given

    async def as_given(data: Mapping[str, object], expected_type: object) -> dict[str, object]:
        return {name: value for name, value in data.items() if given(value)}

    completions.async_maybe_transform = as_given


def refusal(stream: object) -> str:
    """What the model said in `stream` instead of an answer, '' where it did not refuse."""
    words = getattr(stream, "redline_refusal", "")
    return words if isinstance(words, str) else ""


def calls_tools(model: str) -> bool:
    """Whether the provider of `model` takes tools, as far as litellm knows."""
    provider, _, name = model.partition("/")
    litellm = load()
    known = litellm.model_cost.get(model) or litellm.model_cost.get(name) or {}
    if known.get("supports_function_calling") is False:
        return False
    return "tools" in (
        litellm.get_supported_openai_params(name, custom_llm_provider=provider) or ("tools",)
    )


def keep_from_asking(model: str) -> None:
    """Tells litellm about a local `model`, or it asks Ollama's usual port on this machine.

    It would do so even where `api_base` names another, and with a timeout of 6000 s.
    """
    provider = model.partition("/")[0]
    if provider in ("ollama", "ollama_chat"):
        entry = {"litellm_provider": provider, "mode": "chat", "supports_function_calling": True}
        free = {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0}
        load().model_cost.setdefault(model, {**entry, **free})


@functools.cache
def load() -> ModuleType:
    """The library. Takes 2 to 3 seconds the first time: call it off the event loop."""
    os.environ.update(_ENVIRONMENT)
    _silence()
    litellm: Any = importlib.import_module("litellm")
    _silence()
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.set_verbose = False
    litellm.turn_off_message_logging = True
    litellm.disable_hf_tokenizer_download = True
    handler = importlib.import_module("litellm.llms.custom_httpx.http_handler").AsyncHTTPHandler
    handler.single_connection_post_request = _no_second_attempt
    for name in _LATE_IMPORTS:
        importlib.import_module(name)
    _mend_gemini()
    _hear_refusals()
    _keep_no_accounts()
    _send_as_given()
    library: ModuleType = litellm
    return library


async def loaded() -> ModuleType:
    """The library, in a thread where it is not there yet."""
    return load() if load.cache_info().currsize else await asyncio.to_thread(load)


async def close() -> None:
    """Closes the connections litellm has kept for later; a call after that opens new ones.

    Nothing may be asked meanwhile. Without this they stay open until they are collected.
    """
    if load.cache_info().currsize:
        litellm: Any = load()
        await litellm.close_litellm_async_clients()
        litellm.in_memory_llm_clients_cache.flush_cache()


def providers() -> tuple[str, ...]:
    """The names that may stand before the `/` of a model, sorted. Loads the library."""
    names = {str(getattr(name, "value", name)) for name in load().provider_list}
    return tuple(sorted(names - set(INTERACTIVE)))


def key_names(model: str) -> tuple[str, ...]:
    """The environment variables the provider of `model` takes its key from, where unset."""
    missing = load().validate_environment(model).get("missing_keys", ())
    found = tuple(name for name in missing if isinstance(name, str) and name.endswith("KEY"))
    return found or (f"{model.partition('/')[0].upper()}_API_KEY",)


def used(model: str, usage: object) -> Usage:
    """What a call took, by `usage` (litellm's object, None where the provider sent none)."""
    asked = getattr(usage, "prompt_tokens", 0) or 0
    given = getattr(usage, "completion_tokens", 0) or 0
    return Usage(asked, given, _cost(model, usage) if usage is not None else None)


def _cost(model: str, usage: object) -> float | None:
    """US dollars for `usage` (litellm's object), None where litellm has no price for `model`."""
    litellm = load()
    name = model.partition("/")[2]
    # Asked for a model it does not list, litellm may answer 0.0, or ask a local server.
    known = litellm.model_cost.get(model) or litellm.model_cost.get(name)
    if not known or known.get("input_cost_per_token") is None:
        return None
    try:
        paid = litellm.cost_per_token(model=model, usage_object=usage)
    except (litellm.exceptions.ModelNotMappedError, litellm.exceptions.OpenAIError, ValueError):
        return None
    return float(sum(paid))
