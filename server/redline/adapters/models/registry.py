"""Models by the name in the settings."""

from __future__ import annotations

import difflib

from redline.adapters.models import litellm_library
from redline.adapters.models.builtin import BuiltinModel
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.scripted import ScriptedModel, read_script
from redline.core.agent.exchange import ModelFailure
from redline.core.settings import Settings

POSSIBLE = (
    "`builtin` (no key, no network), `provider/name` through litellm"
    " (such as openai/gpt-4o, anthropic/claude-sonnet-4-5, ollama_chat/qwen3),"
    " or `scripted:FILE`"
)


class ModelRegistry:
    """Finds models. A script keeps its place for as long as the registry lives."""

    __slots__ = ("_scripted",)

    def __init__(self) -> None:
        self._scripted: dict[str, ScriptedModel] = {}

    def named(
        self, name: str, settings: Settings
    ) -> BuiltinModel | ScriptedModel | LitellmModel | ModelFailure:
        """The model, or why there is none by that name (kind 'policy').

        Cheap: whether litellm knows the provider is for `unknown` to say.
        """
        if name == "builtin":
            return BuiltinModel()
        scheme, _, path = name.partition(":")
        if scheme == "scripted" and path:
            return self._script(path)
        provider, _, model = name.partition("/")
        if provider and model:
            return LitellmModel(name, settings)
        return ModelFailure("policy", f"there is no model {name!r}; possible are {POSSIBLE}")

    def _script(self, path: str) -> ScriptedModel | ModelFailure:
        if path not in self._scripted:
            script = read_script(path)
            if isinstance(script, ModelFailure):
                return script
            self._scripted[path] = ScriptedModel(script)
        return self._scripted[path]


def unknown(name: str) -> str:
    """Why `name` can be no model, in words; '' when it can.

    For a `provider/name` this loads litellm, which takes 2 to 3 seconds the first time:
    call it in a thread where a loop is running. The provider is not asked anything.
    """
    found = ModelRegistry().named(name, Settings())
    if isinstance(found, ModelFailure):
        return found.message
    if not isinstance(found, LitellmModel):
        return ""
    provider = name.partition("/")[0]
    if provider in litellm_library.INTERACTIVE:
        return f"{provider} needs a login in a terminal, which is not supported; take {POSSIBLE}"
    providers = litellm_library.providers()
    if provider in providers:
        return ""
    near = difflib.get_close_matches(provider, providers, 1)
    hint = f"; did you mean {near[0]}/{name.partition('/')[2]}?" if near else ""
    return f"litellm knows no provider {provider!r}{hint or '.'} Possible are {POSSIBLE}"
