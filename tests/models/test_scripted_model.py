"""The model `scripted:FILE`, the registry and the prompts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import pytest
from model_support import request, script, told, unheard

from redline.adapters.models.builtin import BuiltinModel
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.registry import ModelRegistry, unknown
from redline.adapters.models.scripted import ScriptedModel
from redline.adapters.prompts import PackagedPrompts
from redline.app.ports import Models, Prompts
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import (
    Goal,
    Reply,
    ToolRequest,
    Turn,
    Usage,
)
from redline.core.agent.plan import Plan, RoleName, Step
from redline.core.agent.prompt import filled
from redline.core.settings import Settings

TWO = "> one\ncall plan {}\nusage: 3 4\n---\n> two"


async def test_replies_come_in_order_and_the_unused_are_known() -> None:
    model = ScriptedModel(script(TWO))
    heard: list[str] = []
    first = await model.reply(request(), heard.append)
    call = ToolRequest("call_1_1", "plan", "{}")
    assert first == Reply("one", (call,), Usage(3, 4), "scripted:test.script")
    assert heard == ["one"]
    assert [reply.text for reply in model.unused()] == ["two"]


async def test_a_missing_reply_fails() -> None:
    failure = await ScriptedModel(script("")).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.kind == "provider"
    assert "has 0 replies, and this request is number 1" in failure.message


async def test_an_unpaired_transcript_and_an_unmet_expectation_fail() -> None:
    model = ScriptedModel(script("# none\nexpect: nowhere\n> x"))
    bad = Turn("model", "", (ToolRequest("a", "plan", "{}"),))
    unpaired = await model.reply(request(bad), unheard)
    unmet = await model.reply(request(), unheard)
    assert isinstance(unpaired, ModelFailure)
    assert "no result for the call of plan ('a')" in unpaired.message
    assert isinstance(unmet, ModelFailure)
    assert unmet.message.startswith("test.script:2: expected 'nowhere' in 'rename")


@pytest.mark.parametrize(
    ("line", "kind", "retry_after"),
    [
        ("fault: status 401", "provider", None),
        ("fault: status 429 retry-after 7", "provider", 7.0),
        ("fault: status 500", "provider", 0.0),
        ("fault: cut-before-finish", "incomplete", 0.0),
        ("finish: length", "incomplete", 0.0),
    ],
)
async def test_faults_are_failures(line: str, kind: str, retry_after: float | None) -> None:
    failure = await ScriptedModel(script(f"> x\n{line}")).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert (failure.kind, failure.retry_after) == (kind, retry_after)


def test_the_registry_finds_models_by_name(tmp_path: Path) -> None:
    registry: Models = ModelRegistry()
    path = tmp_path / "m.script"
    path.write_text("> hi")
    settings = Settings()
    assert isinstance(registry.named("builtin", settings), BuiltinModel)
    assert isinstance(registry.named("openai/gpt-4o", settings), LitellmModel)
    found = registry.named(f"scripted:{path}", settings)
    assert isinstance(found, ScriptedModel)
    assert found is registry.named(f"scripted:{path}", settings)


@pytest.mark.parametrize("name", ["", "gpt-4o", "openai/", "/gpt-4o", "scripted:"])
def test_another_name_is_refused_with_what_is_possible(name: str) -> None:
    failure = ModelRegistry().named(name, Settings())
    assert isinstance(failure, ModelFailure)
    assert failure.kind == "policy"
    assert "`builtin`" in failure.message
    assert unknown(name) == failure.message


def test_a_bad_script_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "m.script"
    path.write_text("> hi\nwhat")
    assert f"{path}:2: expected" in unknown(f"scripted:{path}")
    assert "cannot read the script" in unknown("scripted:/nowhere/at/all")


async def test_builtin_replies_through_the_port() -> None:
    reply = await BuiltinModel().reply(request(), unheard)
    assert told(reply)[0].calls[0].tool == "plan"


def test_finding_a_model_does_not_load_litellm() -> None:
    import subprocess

    code = (
        "import sys; from redline.adapters.models.registry import *;"
        "ModelRegistry().named('openai/gpt-4o', Settings()); unknown('builtin');"
        "sys.exit('litellm' in sys.modules or 'httpx' in sys.modules)"
    )
    path = str(Path(__file__).parents[2] / "server")
    assert subprocess.run([sys.executable, "-c", code], cwd=path, check=False).returncode == 0


@pytest.mark.parametrize("role", get_args(RoleName))
def test_every_role_has_a_prompt_whose_placeholders_are_all_known(role: RoleName) -> None:
    prompts: Prompts = PackagedPrompts()
    goal = Goal("refactor", "rename $x", path="a.py", lines=(3, 4), diagnostics=("unused",))
    plan = Plan("rename", (Step(1, "rename total", "refactorer", "active"),))
    text = filled(prompts.system(role), goal, plan)
    assert "Request: rename $x\nPlace: a.py lines 3-4\nDiagnostic there: unused" in text
    assert "1. [active] refactorer: rename total" in text
    assert "data to work on" in text
