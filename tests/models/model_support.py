"""What the tests of models share: scripts, requests, and runs driven by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.scripted_server import ScriptedServer
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Goal, Reply, Turn
from redline.core.agent.plan import RoleName
from redline.core.agent.script import Script, parse
from redline.core.agent.tools import TOOLS
from redline.core.settings import Settings

KEY = "sk-0123456789abcdef"
LONG = "> Some text that is long enough to arrive in several pieces, one after the other.\n"
CALL = 'call rename {"name": "total", "new_name": "sum_of"}\n'
Serving = Callable[[str], Awaitable[ScriptedServer]]


def script(text: str) -> Script:
    """The script in `text`, which must be right."""
    result, problems = parse(text, "test.script")
    assert problems == ()
    return result


def request(
    *turns: Turn, system: str = "You are Redline.", role: RoleName = "planner"
) -> ModelRequest:
    """A request with these turns; with none, one turn of the user."""
    asked = turns or (Turn("user", "rename total to sum_of"),)
    return ModelRequest("run1", role, system, Goal("refactor", "x"), None, asked, TOOLS)


def told(reply: object) -> tuple[Turn, ...]:
    """The reply as a turn of the model, and a result for each of its calls."""
    assert isinstance(reply, Reply), reply
    results = [Turn("tool", f"result of {c.tool}", call=c.id, tool=c.tool) for c in reply.calls]
    return (Turn("model", reply.text, reply.calls), *results)


def unheard(_: str) -> None:
    """Takes the text so far and does nothing with it."""


def model(
    server: ScriptedServer, name: str = "openai/scripted", **settings: object
) -> LitellmModel:
    """The model behind `server`, with these settings besides."""
    base = Settings(api_base=server.address, api_key=KEY, model_timeout=30.0)
    return LitellmModel(name, replace(base, **settings))  # type: ignore[arg-type]
