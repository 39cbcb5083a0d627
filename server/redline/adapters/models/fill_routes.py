"""Where a request to fill in code goes: the form a model takes it in, and the address for that.

litellm asks chat models alone by the names users know, and drops the suffix on the way. What a
provider has for filling in stands elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from redline.core.inline.prompt.markers import markers_of
from redline.core.settings import Settings

Form = Literal["suffix", "markers", "chat"]

PLAIN = "text-completion-openai"
_CODESTRAL = "text-completion-codestral"
_LOCAL = frozenset(
    {"openai", PLAIN, "custom_openai", "openai_like", "hosted_vllm", "vllm", "lm_studio"}
    | {"llamafile", "llama", "xinference", "docker_model_runner"}
)
"""Providers that are a server of OpenAI's kind, wherever it is."""
_OWN_ADDRESS = frozenset({"deepseek", "ollama", "ollama_chat"})
_CODESTRALS: Mapping[str, tuple[str, str]] = {
    "codestral": ("https://codestral.mistral.ai/v1", "CODESTRAL_API_KEY"),
    _CODESTRAL: ("https://codestral.mistral.ai/v1", "CODESTRAL_API_KEY"),
    "mistral": ("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """What litellm is to call: the `model`, its address and key, '' for litellm's own.

    `several`: it may be asked for more than one answer at once.
    """

    model: str
    api_base: str
    api_key: str
    several: bool = False


def usual_form(name: str, settings: Settings) -> Form:
    """The form the model `name` takes, as far as its name and address tell."""
    provider, _, model = name.partition("/")
    if provider == PLAIN or provider.startswith("text-completion-"):
        return "suffix"
    taught = markers_of(model) is not None
    if provider in _CODESTRALS:
        return "suffix" if provider != "mistral" or "codestral" in model else "chat"
    if provider in _OWN_ADDRESS:
        return "suffix" if taught or provider == "deepseek" else "chat"
    if provider in _LOCAL and settings.api_base:
        return "suffix" if taught else "chat"
    return "suffix" if provider == "openai" and model.endswith("turbo-instruct") else "chat"


def next_form(name: str, refused: Form) -> Form:
    """What is tried where a model's server does not take one form."""
    return "markers" if refused == "suffix" and markers_of(name) is not None else "chat"


def route(name: str, settings: Settings) -> Route:
    """Where a request goes that is no chat. No key goes to another provider than its own."""
    provider, _, model = name.partition("/")
    base, key = settings.api_base, settings.api_key
    if provider in _CODESTRALS:
        home, variable = _CODESTRALS[provider]
        address = (base or home).rstrip("/")
        if not address.endswith("/fim/completions"):
            address += "/fim/completions"
        return Route(f"{_CODESTRAL}/{model}", address, key or os.getenv(variable, ""))
    if provider == "deepseek":
        usual = "https://api.deepseek.com/beta"
        return Route(f"{PLAIN}/{model}", base or usual, key or os.getenv("DEEPSEEK_API_KEY", ""))
    if provider in ("ollama", "ollama_chat"):
        home = base or os.getenv("OLLAMA_API_BASE") or "http://localhost:11434"
        home = home.rstrip("/").removesuffix("/api").removesuffix("/v1")
        return Route(f"{PLAIN}/{model}", f"{home}/v1", key or "none")
    if provider in _LOCAL:
        own = os.getenv("OPENAI_API_KEY", "") if provider in ("openai", PLAIN) else ""
        known = key or own or ("none" if base else "")
        return Route(f"{PLAIN}/{model}", base, known, several=True)
    return Route(name, base, key)
