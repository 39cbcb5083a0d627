"""Models by the name in the settings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redline.adapters.models import litellm_library
from redline.adapters.models.builtin import BuiltinModel
from redline.adapters.models.cached import CachedModel
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.scripted import ScriptedModel, read_script
from redline.core.agent.exchange import ModelFailure
from redline.core.settings import Settings

if TYPE_CHECKING:  # most users suggest with the builtin model alone
    from redline.adapters.models.litellm_fill import Connections, Learnt, LitellmFill
    from redline.adapters.plain_cache import PlainCache

POSSIBLE = (
    "`builtin` (no key, no network), `provider/name` through litellm"
    " (such as openai/gpt-4o, anthropic/claude-sonnet-4-5, ollama_chat/qwen3),"
    " or `scripted:FILE`"
)


Found = BuiltinModel | ScriptedModel | LitellmModel | CachedModel


class ModelRegistry:
    """Finds models. A script keeps its place for as long as the registry lives.

    With a `cache`, what providers said is kept there and said again where the settings,
    the role and the request allow it.
    """

    __slots__ = ("_cache", "_connections", "_learnt", "_scripted", "_textual")

    def __init__(self, cache: PlainCache | None = None) -> None:
        self._cache = cache
        self._scripted: dict[str, ScriptedModel] = {}
        self._textual: set[tuple[str, str]] = set()
        self._connections: Connections | None = None
        self._learnt: Learnt = {}

    def named(self, name: str, settings: Settings) -> Found | ModelFailure:
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
            asked = LitellmModel(name, settings, self._textual)
            if self._cache is None or settings.response_cache == "off":
                return asked
            return CachedModel(asked, self._cache, f"{settings.api_base}\n{settings.tool_calls}")
        return ModelFailure("policy", f"there is no model {name!r}; possible are {POSSIBLE}")

    def filling(self, name: str, settings: Settings) -> ScriptedModel | LitellmFill | ModelFailure:
        """The model that is asked for inline suggestions, or why there is none by that name."""
        scheme, _, path = name.partition(":")
        if scheme == "scripted" and path:
            return self._script(path)
        provider, _, model = name.partition("/")
        if provider and model:
            from redline.adapters.models.litellm_fill import Connections, LitellmFill

            if self._connections is None:
                self._connections = Connections()
            return LitellmFill(name, settings, self._connections, self._learnt)
        return ModelFailure("policy", f"there is no model {name!r}; possible are {POSSIBLE}")

    def warm(self, name: str) -> None:
        """Loads what asking the model takes: 2 to 3 seconds the first time."""
        if "/" in name and not name.startswith("scripted:"):
            litellm_library.load()

    def forget(self, runs: Sequence[str]) -> None:
        """Erases the replies that were kept of what these runs asked."""
        if self._cache is not None:
            self._cache.drop(runs)

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
