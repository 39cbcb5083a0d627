"""What went wrong with a model call, in words a user can act on, and without any key."""

from __future__ import annotations

import email.utils
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from redline.core.agent.exchange import ModelFailure
from redline.core.gateway.addresses import shown_address

_HIDDEN = "[hidden]"
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|gsk|xai|hf|AIza|ghp)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+\S+")
_QUERY_KEY = re.compile(r"(?i)([?&](?:key|api_key|token)=)[^\s&\"']+")
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_PREFIXES = re.compile(r"^(?:litellm\.)?\w*(?:Error|Exception|Timeout)(?: - |: )")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]*@\S*")
_LIMIT = 300
_OTHER_WORDS = "say it in other words, or take another model"
_NO_TOOLS = re.compile(
    r"(?i)(?:not|endpoints found that) support\b[^.]{0,60}\b(?:tool|function)"
    r"|\b(?:tools?|functions?)\b[^.]{0,80}\b(?:unsupported|not (?:supported|enabled)|requires? --)"
    r"|tool choice requires|unsupported\b[^.]{0,40}\btools?\b|parameters: \['tools"
)

Limit = Literal["model_timeout", "model_first_token", "model_idle"]
"""The settings that say how long is waited."""

_TIMES: Mapping[Limit, str] = {
    "model_timeout": "did not finish within {seconds} s",
    "model_first_token": "did not begin to answer within {seconds} s",
    "model_idle": "said nothing for {seconds} s within its reply, of which nothing was used",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which model at which address, and what the user may set. `api_key` is for hiding it."""

    model: str
    api_base: str
    api_key: str
    key_names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model} at {shown_address(self.api_base)}" if self.api_base else self.model


def incomplete(place: Place, what: str) -> ModelFailure:
    """A reply that came, but not whole. Nothing of it is used."""
    if "content filter" in what:
        return ModelFailure("incomplete", f"{place}: {what}; {_OTHER_WORDS}")
    hint = "nothing of it was used; try again"
    if "length limit" in what or "did not end" in what:
        # It would be as long the next time.
        more = "ask for less at once, or take a model that may say more"
        return ModelFailure("incomplete", f"{place}: {what}; nothing of it was used; {more}")
    return ModelFailure("incomplete", f"{place}: {what}; {hint}", 0.0)


def refused(place: Place, words: str) -> ModelFailure:
    """The model says in so many words that it will not answer."""
    said = redacted(words, place.api_key)
    return ModelFailure("incomplete", f"{place} refused to answer: {said}; {_OTHER_WORDS}")


def timed_out(place: Place, limit: Limit, seconds: float, most: float = inf) -> ModelFailure:
    """The call took longer than it may; `limit` says which time was over after `seconds`.

    With `most` seconds no setting allows more.
    """
    what = f"{place} {_TIMES[limit].format(seconds=f'{seconds:g}')}; is it overloaded?"
    more = f" {limit} in the settings allows more" if seconds < most else ""
    return ModelFailure("timeout", what + more, 0.0)


def of_error(place: Place, error: BaseException, begun: bool) -> ModelFailure:
    """The failure for litellm's `error`; `begun` says that part of the reply had come."""
    error = _unwrapped(error)
    said = redacted(_said(error), place.api_key)
    if "finish_reason: error" in said:
        said = "the provider reported an error"
    if "repeating the same chunk" in said:
        return incomplete(place, "the reply repeats the same words without end")
    if begun:
        return incomplete(place, f"the reply broke off ({said})")
    if any(isinstance(each, OSError) or _is_connect(each) for each in _chain(error)):
        return _unreachable(place, error)
    status = getattr(error, "status_code", None)
    if _lacks_key(said):
        status = 401
    name = type(error).__name__
    if name == "ContextWindowExceededError":
        hint = (
            "point at a smaller range, say how much it can hold (context.window), or take another"
        )
        return ModelFailure("provider", f"the request is too long for {place}: {said}; {hint}")
    if name in ("Timeout", "APITimeoutError"):
        return ModelFailure("timeout", f"{place} did not answer in time: {said}", 0.0)
    if name == "ContentPolicyViolationError":
        return incomplete(place, f"the provider's content filter refused the request ({said})")
    return _of_status(place, status, said, error)


def lacks_tools(failure: ModelFailure, tools: bool) -> bool:
    """Whether the provider refused a request because the model cannot call its `tools`."""
    return tools and failure.kind == "provider" and _NO_TOOLS.search(failure.message) is not None


def without_tools(place: Place) -> ModelFailure:
    """The model cannot call tools; the same request works once it is made as text."""
    text = (
        f"{place} cannot call tools; from now on its calls are read from its text"
        ' (tool_calls = "text" in the settings says so from the start)'
    )
    return ModelFailure("provider", text, 0.0)


def _of_status(place: Place, status: object, said: str, error: BaseException) -> ModelFailure:
    match status:
        case 401:
            names = " or ".join(place.key_names)
            how = f"set {names} in the environment" if names else "check the key in the environment"
            text = f"{place} refused the key: {said}; {how}, or api_key in your user file"
            return ModelFailure("provider", text)
        case 402 | 403:
            hint = "check what the key may use, and the account"
            return ModelFailure("provider", f"{place} does not allow this: {said}; {hint}")
        case 404:
            hint = "check the model's name, and api_base if you set it"
            return ModelFailure("provider", f"{place} was not found: {said}; {hint}")
        case 429:
            after = _retry_after(error)
            when = f" in {after:g} s" if after else " later"
            text = f"{place} is asked too often, or its quota is used up: {said}; try again{when}"
            return ModelFailure("provider", text, after)
        case int() if status >= 500:
            text = f"{place} failed (status {status}): {said}; try again later"
            return ModelFailure("provider", text, _retry_after(error))
        case int():
            hint = "check the model's name, and whether it can call tools"
            text = f"{place} refused the request (status {status}): {said}; {hint}"
            return ModelFailure("provider", text)
    return ModelFailure("provider", f"{place} failed: {said}; try again", 0.0)


def _unreachable(place: Place, error: BaseException) -> ModelFailure:
    causes = [each for each in _chain(error) if isinstance(each, OSError)]
    why = next((each.strerror for each in reversed(causes) if each.strerror), "") or "no connection"
    hint = "is the server running, and is api_base right?" if place.api_base else "are you online?"
    text = f"cannot reach {place}: {redacted(why, place.api_key)}; {hint}"
    return ModelFailure("provider", text, 0.0)


def _lacks_key(said: str) -> bool:
    # The OpenAI client reports a missing key as a fault of the server, status 500.
    return "Missing credentials" in said or "api_key client option must be set" in said


def _unwrapped(error: BaseException) -> BaseException:
    inner = getattr(error, "original_exception", None)
    return _unwrapped(inner) if isinstance(inner, BaseException) else error


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in seen:
        yield each
        seen.append(each)
        each = each.__cause__ or each.__context__


def _is_connect(error: BaseException) -> bool:
    return type(error).__name__ == "ConnectError"


def _retry_after(error: BaseException) -> float:
    """Seconds the provider asks to wait, 0 where it does not say."""
    for each in _chain(error):
        headers = getattr(getattr(each, "response", None), "headers", None)
        headers = headers or getattr(each, "litellm_response_headers", None)
        said = str(headers.get("retry-after", "") if headers else "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
            return float(said)
        if said:
            return _until(said)
    return 0.0


def _until(moment: str) -> float:
    """Seconds until an HTTP date, 0 where it is over or none."""
    try:
        at = email.utils.parsedate_to_datetime(moment)
        return max(0.0, float(round(at.timestamp() - time.time())))
    except (ValueError, OverflowError):
        return 0.0


def _said(error: BaseException) -> str:
    text = str(getattr(error, "message", "") or error)
    while True:
        shorter = _PREFIXES.sub("", text, count=1)
        if shorter == text:
            return text or type(error).__name__
        text = shorter


def redacted(text: str, api_key: str = "") -> str:
    """`text` on one line, shortened, without control characters and without keys."""
    text = _CONTROL.sub(" ", _ESCAPE.sub("", text))
    values = [value for name, value in os.environ.items() if _SECRET_NAME.search(name)]
    for secret in (api_key, *values):
        if len(secret) >= 8 or (secret and secret == api_key):
            text = text.replace(secret, _HIDDEN)
    text = _BEARER.sub(rf"\1 {_HIDDEN}", _KEY.sub(_HIDDEN, text))
    text = _QUERY_KEY.sub(rf"\1{_HIDDEN}", text)
    text = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
    text = text.strip().rstrip(".;")
    return text if len(text) <= _LIMIT else text[:_LIMIT] + "…"
