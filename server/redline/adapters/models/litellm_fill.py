"""Models of every provider, asked through litellm what to insert: one attempt, whole answers.

The answer is asked for in one piece. It is short and nobody sees half of it, its length says
that it is whole, and each piece of a stream would take the loop half a millisecond.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import weakref
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

from redline.adapters.models import failures, fill_routes, litellm_library, wire
from redline.adapters.models.failures import Place
from redline.adapters.models.fill_routes import PLAIN, Form, Route
from redline.core.agent.exchange import ModelFailure
from redline.core.inline.prompt import chat
from redline.core.inline.prompt.ask import MOST_SECONDS, whole_lines
from redline.core.inline.prompt.markers import confused, marked, markers_of
from redline.core.inline.prompt.model import Filled, FillRequest
from redline.core.settings import Settings

_UNTAKEN = re.compile(r"(?i)suffix|\binsert|fill.in|\bfim\b|not found|unsupported|no such|unknown")
_SAMPLED: Final = 0.4
"""How far several answers to one request may go astray; a single one is the likeliest."""
_FENCES: Final = 40
"""Tokens of an answer in words besides the text."""

Learnt = dict[tuple[str, str], Form]
"""By name and address the form a model takes, where it is not the one its name says."""


class Connections:
    """Clients of plain completions, kept with their connections.

    Left to itself, litellm opens a connection for each request and never closes it.
    """

    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, dict[tuple[str, str], Any]
        ] = weakref.WeakKeyDictionary()

    def client(self, route: Route) -> object:
        """The client for an address with a key; connections belong to the running loop."""
        kept = self._clients.setdefault(asyncio.get_running_loop(), {})
        key = (route.api_base, route.api_key)
        if key not in kept:
            openai: Any = importlib.import_module("openai")
            kept[key] = openai.AsyncOpenAI(
                api_key=route.api_key or None,
                base_url=route.api_base or None,
                max_retries=0,
                timeout=MOST_SECONDS + 1,
            )
        return kept[key]


class LitellmFill:
    """The model `provider/name`, asked what to insert. Cancelling closes its connection."""

    __slots__ = ("_connections", "_learnt", "_name", "_settings")

    def __init__(
        self, name: str, settings: Settings, connections: Connections, learnt: Learnt
    ) -> None:
        self._name = name
        self._settings = settings
        self._connections = connections
        self._learnt = learnt

    @property
    def name(self) -> str:
        """As configured: `provider/name`."""
        return self._name

    def form(self, request: FillRequest) -> Form:
        """How the request is put: as the user says, as was learnt, or as the name tells."""
        if request.how != "auto":
            return request.how
        known = self._learnt.get((self._name, self._settings.api_base))
        return known or fill_routes.usual_form(self._name, self._settings)

    def sent(self, request: FillRequest) -> tuple[str, ...]:
        """The texts of `request` as they would leave this machine."""
        form = self.form(request)
        if form == "chat":
            return (request.system, request.message)
        markers = markers_of(self._name) if form == "markers" else None
        if markers is not None:
            return (marked(markers, request.prompt, request.suffix),)
        return (request.prompt, request.suffix)

    async def fill(self, request: FillRequest) -> Filled | ModelFailure:
        """What the model would insert, of whole answers alone."""
        if "@" in self._settings.api_base:
            text = "api_base must hold no user or password; put the key in api_key instead"
            return ModelFailure("policy", f"{self._place(())}: {text}")
        litellm = await litellm_library.loaded()
        form = self.form(request)
        try:
            async with asyncio.timeout(request.seconds):
                answer = await self._answer(litellm, request, form)
        except TimeoutError:
            seconds = request.seconds
            return failures.timed_out(self._place(()), "model_timeout", seconds, MOST_SECONDS)
        except _errors() as error:
            failure = failures.of_error(
                self._place(litellm_library.key_names(self._name)), error, False
            )
            return self._learns(request, form, failure)
        if isinstance(answer, ModelFailure):
            return answer
        texts, wrong = _texts(answer, form, request)
        markers = markers_of(self._name)
        if markers is not None and confused(markers, *texts):
            texts, wrong = [], "the answer holds markers of the model"
        usage = litellm_library.used(self._name, getattr(answer, "usage", None))
        if wrong and not texts:
            return ModelFailure("incomplete", f"{self._place(())}: {wrong}", 0.0, usage)
        return Filled(tuple(dict.fromkeys(texts)), usage)

    async def _answer(self, litellm: ModuleType, request: FillRequest, form: Form) -> Any:
        if form == "chat":
            return await litellm.acompletion(**self._in_words(litellm, request))
        arguments: dict[str, object] = {
            **self._usual(request, request.max_tokens),
            "prompt": request.prompt,
            "suffix": request.suffix,
            "stop": list(request.stop),
        }
        if form == "markers":
            markers = markers_of(self._name)
            if markers is None:
                text = "no markers are known for it; set fill to suffix or chat"
                return ModelFailure("policy", f"{self._place(())}: {text}")
            if confused(markers, request.prompt, request.suffix):
                return ModelFailure("policy", "the code holds the markers of the model")
            arguments["prompt"] = marked(markers, request.prompt, request.suffix)
            arguments["stop"] = [*request.stop, *markers.ends]
            del arguments["suffix"]
        route = fill_routes.route(self._name, self._settings)
        arguments |= {"model": route.model, **_given(route)}
        if route.model.startswith(f"{PLAIN}/"):
            arguments["client"] = self._connections.client(route)
        if request.count > 1 and route.several:
            arguments["n"] = request.count
        return await litellm.atext_completion(**arguments)

    def _in_words(self, litellm: ModuleType, request: FillRequest) -> dict[str, object]:
        litellm_library.keep_from_asking(self._name)
        provider, _, model = self._name.partition("/")
        arguments: dict[str, object] = {
            **self._usual(request, request.max_tokens + _FENCES),
            "model": self._name,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.message},
            ],
        }
        known = litellm.get_supported_openai_params(model, custom_llm_provider=provider)
        if request.count > 1 and "n" in (known or ()):
            arguments["n"] = request.count
        route = fill_routes.route(self._name, self._settings)
        own = Route(self._name, self._settings.api_base, self._settings.api_key)
        if provider == "openai" and own.api_base:
            own = Route(self._name, own.api_base, route.api_key)
        return arguments | _given(own)

    def _usual(self, request: FillRequest, tokens: int) -> dict[str, object]:
        return {
            "max_tokens": tokens,
            "temperature": _SAMPLED if request.count > 1 else 0.0,
            # Of a model that takes no temperature it is not asked for.
            "drop_params": True,
            "timeout": request.seconds,
            "max_retries": 0,
            "num_retries": 0,
        }

    def _learns(self, request: FillRequest, form: Form, failure: ModelFailure) -> ModelFailure:
        """A server that refuses the form is asked in another from now on."""
        refused = failure.kind == "provider" and failure.retry_after is None
        if request.how != "auto" or form == "chat" or not refused:
            return failure
        if _UNTAKEN.search(failure.message) is None:
            return failure
        then = fill_routes.next_form(self._name, form)
        self._learnt[self._name, self._settings.api_base] = then
        text = f"{self._place(())} takes no {form}; from now on it is asked by {then}"
        return ModelFailure("provider", text, 0.0)

    def _place(self, key_names: tuple[str, ...]) -> Place:
        return Place(self._name, self._settings.api_base, self._settings.api_key, key_names)


def _given(route: Route) -> dict[str, object]:
    values = {"api_base": route.api_base, "api_key": route.api_key}
    return {name: value for name, value in values.items() if value}


def _texts(answer: Any, form: Form, request: FillRequest) -> tuple[list[str], str]:
    """What of an answer may be used, and what is wrong with the rest ('' for nothing)."""
    found: list[str] = []
    wrong = ""
    choices = getattr(answer, "choices", None) or ()
    if not choices:
        return [], "the answer was empty"
    for choice, finish in zip(choices, _finishes(answer, choices), strict=True):
        if form == "chat":
            said = getattr(getattr(choice, "message", None), "content", None) or ""
            text = chat.read(said, request.prompt.rpartition("\n")[2]) if said else None
            wrong = wrong if text is not None else "the answer was not one fenced block"
        else:
            text, cut = _until(getattr(choice, "text", None) or "", request.stop), finish
            if wire.is_cut(cut):
                text = whole_lines(text)
            elif not wire.is_whole(cut):
                text, wrong = None, f"the answer ended with {finish[:40]!r}"
        if text and text.strip():
            found.append(text)
    return found, wrong


def _finishes(answer: Any, choices: Any) -> list[str]:
    """The raw finish reasons: litellm takes an unknown one, and none at all, for `stop`."""
    raw = (getattr(answer, "_hidden_params", None) or {}).get("original_response")
    try:
        given: object = json.loads(raw) if isinstance(raw, str) else None
    except ValueError:
        given = None
    said = given.get("choices") if isinstance(given, Mapping) else None
    if isinstance(said, list) and len(said) == len(choices):
        return [str(each.get("finish_reason") or "") for each in said]
    return [str(choice.finish_reason or "") for choice in choices]


def _until(text: str, stop: tuple[str, ...]) -> str:
    """What comes before a text that ends an answer: not every server looks for them."""
    for each in stop:
        head = text[: len(text) - len(text.lstrip("\n"))]
        text = head + text[len(head) :].split(each, 1)[0]
    return text


def _errors() -> tuple[type[Exception], ...]:
    """What litellm raises for a provider's or its own fault; its classes are openai's."""
    httpx: Any = importlib.import_module("httpx")
    openai: Any = importlib.import_module("openai")
    return (openai.OpenAIError, httpx.HTTPError, OSError, ValueError)
