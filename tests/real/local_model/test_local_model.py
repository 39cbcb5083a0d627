"""Runs on a real model, the smallest there is: whatever it says, the run stays upright.

What it says is of little use, and that is the point: it ends in a proposal, an answer or an
escalation with a reason, within its budget, and nothing in the workspace has changed.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from served_model import WINDOW, Relay, installed, served, until

from e2e.wire import Wire
from redline.adapters.models.litellm_model import LitellmModel
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import Goal, Reply, Turn
from redline.core.agent.tools import BY_NAME
from redline.core.settings import Settings

pytestmark = pytest.mark.slow

MODEL = "openai/smollm2"
CALLS = 4
CALL_SECONDS = 120
RUN_SECONDS = 300
# What a gateway may add to the calls of a run: its burst of attempts more.
MORE_ATTEMPTS = 3
ENDS = ("proposed", "answered", "failed", "cancelled")
MODES = ("text", "native")

SOURCE = '''\
def total(items):
    """The sum of all items."""
    result = 0
    for item in items:
        result = result + item
    return result


def average(items):
    return total(items) / len(items)
'''


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The model's server."""
    with served(installed(), tmp_path_factory.mktemp("model") / "server.log") as address:
        yield address


@pytest.fixture
def relay(upstream: tuple[str, int]) -> Iterator[Relay]:
    """The way to it."""
    relay = Relay(upstream)
    yield relay
    relay.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file."""
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "cart.py").write_text(SOURCE)
    return folder


def configured(config: Path, relay: Relay, mode: str, window: int = WINDOW) -> None:
    """Settings that name the model, and how much it can hold."""
    (config / "redline").mkdir(parents=True, exist_ok=True)
    (config / "redline" / "config.toml").write_text(
        f'model = "{MODEL}"\napi_base = "{relay.address}"\ntool_calls = "{mode}"\n'
        f'response_cache = "off"\nmodel_timeout = {CALL_SECONDS}\n'
        f"model_first_token = {CALL_SECONDS}\nmodel_idle = {CALL_SECONDS}\n"
        f"[context]\nwindow = {window}\ntokens = 400\n"
        f"[budget]\nmodel_calls = {CALLS}\nseconds = {RUN_SECONDS}\n"
    )


def settings(relay: Relay, mode: str) -> Settings:
    return Settings(
        api_base=relay.address,
        tool_calls="text" if mode == "text" else "native",
        model_timeout=CALL_SECONDS,
        model_first_token=CALL_SECONDS,
        model_idle=CALL_SECONDS,
    )


def request(instruction: str) -> ModelRequest:
    tools = (BY_NAME["outline"], BY_NAME["answer"])
    goal = Goal("ask", instruction)
    return ModelRequest("r", "scout", "You help.", goal, None, (Turn("user", instruction),), tools)


async def left(relay: Relay) -> None:
    """Waits until nobody is connected to the model."""
    async with asyncio.timeout(5):
        while relay.open:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("mode", MODES)
async def test_a_reply_streams_and_is_whole_or_a_failure(relay: Relay, mode: str) -> None:
    heard: list[str] = []
    asked = request("Name the seven days of the week, one a line.")
    reply = await LitellmModel(MODEL, settings(relay, mode)).reply(asked, heard.append)
    if isinstance(reply, ModelFailure):
        assert reply.kind in ("incomplete", "timeout"), reply
        await left(relay)
    else:
        assert reply.text.strip() or reply.calls
        assert reply.usage.input_tokens > 20
        assert reply.usage.cost is None
    assert len(heard) > 3
    assert all(later.startswith(before) for before, later in pairwise(heard))
    print(f"{mode}: {len(heard)} pieces, {reply}"[:600])


@pytest.mark.parametrize("mode", MODES)
async def test_cancelling_closes_the_connection_and_frees_the_model(
    relay: Relay, mode: str
) -> None:
    model = LitellmModel(MODEL, settings(relay, mode))
    under_way = asyncio.Event()
    asked = request("Count from one to five thousand, a number a line.")
    call = asyncio.ensure_future(model.reply(asked, lambda _: under_way.set()))
    await asyncio.wait_for(under_way.wait(), CALL_SECONDS)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await left(relay)
    # The server is at work for nobody now, or this had to wait for it.
    reply = await model.reply(request("Say yes."), lambda _: None)
    assert isinstance(reply, Reply) or reply.kind in ("incomplete", "timeout")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("action", "instruction"),
    [
        ("refactor", "use sum() in total"),
        ("explain", "what does average do?"),
        ("ask", "which function is called most?"),
    ],
)
def test_a_run_ends_upright_whatever_the_model_says(
    relay: Relay, project: Path, mode: str, action: str, instruction: str
) -> None:
    configured(Path(os.environ["XDG_CONFIG_HOME"]), relay, mode)
    began = time.monotonic()
    done = redline(project, "ask", instruction, "shop/cart.py", "--action", action, "--json")
    took = time.monotonic() - began
    value = json.loads(done.stdout)
    print(f"{mode} {action}: {took:.0f} s, {relay.opened} calls, {done.returncode}, {value}"[:600])
    assert done.returncode in (0, 1, 3)
    assert (value["kind"] in ("proposal", "answer")) is (done.returncode == 0)
    assert value["kind"] in ("proposal", "answer") or value["reason"]
    assert "Traceback" not in done.stderr
    assert took < RUN_SECONDS + CALL_SECONDS
    assert 1 <= relay.opened <= CALLS + MORE_ATTEMPTS
    assert {path.name: path.read_text() for path in project.rglob("*.py")} == {"cart.py": SOURCE}
    assert json.loads(redline(project, "replay", value["run"], "--json").stdout)["same"] is True
    until(lambda: relay.open == 0, 5)


QUESTIONS = ("what does average do?", "what does total return?", "is average correct?", "why?")


def test_a_question_about_code_is_answered(relay: Relay, project: Path) -> None:
    configured(Path(os.environ["XDG_CONFIG_HOME"]), relay, "text")
    said = []
    for question in QUESTIONS:  # what it says is chance: it may take more than one
        done = redline(project, "ask", question, "shop/cart.py", "--action", "explain", "--json")
        said.append(json.loads(done.stdout))
        print(done.returncode, said[-1])
        if done.returncode == 0:
            break
    assert said[-1]["kind"] == "answer", said
    assert said[-1]["markdown"].strip()
    assert relay.opened <= len(said) * (CALLS + MORE_ATTEMPTS)


def test_a_request_the_window_cannot_hold_ends_with_a_reason(relay: Relay, project: Path) -> None:
    """This server drops the connection then; others answer 400. Neither becomes a result."""
    configured(Path(os.environ["XDG_CONFIG_HOME"]), relay, "text", window=0)
    done = redline(project, "ask", f"is this right: {'item ' * 4000}?", "shop/cart.py", "--json")
    value = json.loads(done.stdout)
    assert done.returncode in (1, 3), value
    assert (value["kind"], bool(value["reason"])) == ("none", True), value
    assert 1 <= relay.opened <= 1 + MORE_ATTEMPTS
    assert json.loads(redline(project, "replay", value["run"], "--json").stdout)["same"] is True


def redline(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "redline.main", *arguments]
    return subprocess.run(
        command, cwd=project, check=False, capture_output=True, text=True, timeout=2 * RUN_SECONDS
    )


@pytest.fixture
def editor(relay: Relay, project: Path, tmp_path: Path, mode: str) -> Iterator[Wire]:
    """A server with the project open, which asks the model."""
    home = tmp_path / "home"
    configured(home / "config", relay, mode)
    with Wire(home) as wire:
        wire.handlers["window/workDoneProgress/create"] = lambda _: None
        wire.handlers["client/registerCapability"] = lambda _: None
        folder = {"uri": project.as_uri(), "name": "project"}
        wire.initialize(
            {
                "experimental": {"redline": {"proposals": True}},
                "window": {"workDoneProgress": True},
            },
            rootUri=folder["uri"],
            workspaceFolders=[folder],
        )
        wire.notify("initialized", {})
        uri = (project / "shop" / "cart.py").as_uri()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": SOURCE}
        wire.notify("textDocument/didOpen", {"textDocument": item})
        yield wire
        wire.ask("shutdown", seconds=30)
        wire.notify("exit")
        assert wire.ended() == 0


def command(wire: Wire, name: str, **argument: object) -> Any:
    return wire.ask("workspace/executeCommand", {"command": name, "arguments": [argument]})


def begun(wire: Wire, project: Path) -> str:
    uri = (project / "shop" / "cart.py").as_uri()
    run = command(wire, "agent.refactor", uri=uri, instruction="use sum() in total")["run"]
    assert isinstance(run, str)
    return run


def ended(wire: Wire, run: str, seconds: float) -> list[str]:
    """The states the run goes through, to its last."""
    states: list[str] = []
    while not states or states[-1] not in ENDS:
        states.append(wire.told("redline/run", seconds, run=run)["state"])
    return states


@pytest.mark.parametrize("mode", MODES)
def test_a_run_in_an_editor_ends_upright(editor: Wire, project: Path, relay: Relay) -> None:
    run = begun(editor, project)
    states = ended(editor, run, RUN_SECONDS + CALL_SECONDS)
    print(f"{states}, {relay.opened} calls")
    assert [state for state in states if state in ENDS] == states[-1:]
    assert (project / "shop" / "cart.py").read_text() == SOURCE
    # After a whole reply a connection may be kept for the next call, for some seconds.
    until(lambda: relay.open == 0, 30)
    assert command(editor, "redline.runs")
    assert "Traceback" not in editor.log()


@pytest.mark.parametrize("mode", MODES)
def test_a_run_that_is_cancelled_leaves_the_model_at_once(
    editor: Wire, project: Path, relay: Relay
) -> None:
    run = begun(editor, project)
    until(lambda: relay.open > 0, 60)
    command(editor, "redline.cancel", run=run)
    assert ended(editor, run, 10)[-1] == "cancelled"
    until(lambda: relay.open == 0, 5)
