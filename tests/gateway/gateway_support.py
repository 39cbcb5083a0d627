"""Runs against a server that makes trouble: real HTTP, the real adapter, gateway and driver."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from casework import Front, Inline
from redline import main
from redline.adapters.clock import SystemClock
from redline.adapters.models.registry import ModelRegistry
from redline.adapters.models.scripted_server import ScriptedServer
from redline.adapters.spending import SqliteSpending
from redline.app import history, indexing, runs
from redline.app.driver import Run
from redline.app.gateway import Gateway
from redline.app.ports import Adapters
from redline.app.runs import Asked
from redline.app.session import Session, Workspace, journal_of, publish_index
from redline.core import payloads, uris
from redline.core.agent.events import ModelReplied
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Goal, Turn
from redline.core.agent.script import Script, ScriptedReply, parse
from redline.core.agent.state import RunState
from redline.core.agent.tools import TOOLS
from redline.core.gateway.records import Attempt, Attempted
from redline.core.settings import Deployment, Settings
from redline.core.uris import Folder

MAIN, OTHER = "openai/main", "openai/other"
BEFORE, AFTER = "Hello old world\nand the rest\n", "Hello new world\nand the rest\n"
CONVERSATION = """
> First a plan.
call plan {"steps": ["refactorer: say new"]}
usage: 100 20
---
> Now the line is changed, with an explanation that arrives in several pieces.
call edit {"path": "notes.txt"}
  search:
  | Hello old world
  replace:
  | Hello new world
usage: 200 40
---
> Done, and shown.
call propose {"title": "Say new"}
usage: 300 10
"""


def request(run: str = "run1") -> ModelRequest:
    """A request of its own, outside of any run."""
    turns = (Turn("user", "say new"),)
    goal = Goal("refactor", "say new")
    return ModelRequest(run, "planner", "You are Redline.", goal, None, turns, TOOLS)


def replies(text: str = CONVERSATION) -> tuple[ScriptedReply, ...]:
    script, problems = parse(text, "conversation")
    assert not problems, problems
    return script.replies


def trouble(text: str) -> ScriptedReply:
    """A reply's `fault:` or `finish:` line."""
    (reply,) = replies(f"> x\n{text}")
    return reply


@cache
def adapters() -> Adapters:
    return main.adapters(Settings())


class Troubled(ScriptedServer):
    """Answers by how far the conversation is, with the trouble `at` has for each request."""

    def __init__(self, at: Callable[[int], str], conversation: str = CONVERSATION) -> None:
        self.conversation = replies(conversation)
        self.at = at
        self.answered: list[ScriptedReply] = []
        self.listened = ""
        super().__init__(Script("conversation", ()), None)

    def _answer(self, method: str, path: str, body: str):
        messages = json.loads(body)["messages"]
        # A step is told its own transcript alone: the plan came before.
        said = sum(each["role"] == "assistant" for each in messages)
        said += "(there is none yet)" not in messages[0]["content"]
        reply = self.conversation[min(said, len(self.conversation) - 1)]
        wrong = self.at(len(self.requests) + 1)
        if wrong:
            made = trouble(wrong)
            reply = replace(reply, fault=made.fault, finish=made.finish)
        else:
            self.answered.append(reply)
        self._script, self._next = Script("conversation", (reply,)), 0
        return super()._answer(method, path, body)


@asynccontextmanager
async def serving(
    at: Callable[[int], str] = lambda number: "", conversation: str = CONVERSATION
) -> AsyncIterator[Troubled]:
    server = Troubled(at, conversation)
    await server.start("127.0.0.1", 0)
    server.listened = server.address  # to be asked for when it is closed as well
    try:
        yield server
    finally:
        await server.close()


@dataclass
class Shown(Front):
    """What the user is shown while a run goes on."""

    messages: list[str] = field(default_factory=list)

    def run_changed(self, state: RunState, message: str) -> None:
        self.messages.append(message)


class Patient(ModelRegistry):
    """Waits for the fallback for as long as it takes, however short the time for the other."""

    def named(self, name: str, settings: Settings):
        patient = replace(settings, model_timeout=30.0) if name == OTHER else settings
        return super().named(name, patient)


@dataclass
class Waits:
    """Waits without waiting, and remembers for how long."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def gateway(folder: Path, seed: int = 0, waits: Waits | None = None) -> Gateway:
    """A gateway of its own, which does not really wait."""
    folder.mkdir(parents=True, exist_ok=True)
    store = SqliteSpending(lambda: folder / "spending.sqlite")
    return Gateway(SystemClock(), store, random.Random(seed).random, waits or Waits())


def settings(server: ScriptedServer, other: ScriptedServer | None = None) -> Settings:
    """The usual deployment at `server`; with `other`, a fallback there."""
    own = {MAIN: Deployment(server.address, "key-of-main")}
    if other is not None:
        own[OTHER] = Deployment(other.address, "key-of-other")
    return Settings(
        model=MAIN,
        deployments=own,
        fallbacks=(OTHER,) if other is not None else (),
        model_timeout=20.0,
        reviewer="off",
    )


@dataclass
class Ended:
    """A run that is over, with what the journal has of it."""

    session: Session
    run: Run
    front: Shown
    folder: Path

    @property
    def state(self) -> RunState:
        return self.run.state

    @property
    def proposed(self) -> bytes | None:
        """The text after the proposal, None where nothing was proposed."""
        if self.state.proposal is None:
            return None
        (hunk,) = self.state.proposal.hunks
        return BEFORE.encode().replace(hunk.before, hunk.after)

    @property
    def records(self) -> list[payloads.Payload]:
        entries = journal_of(self.session).entries(self.state.id)
        return [payloads.decode(each.payload) for each in entries if each.payload is not None]

    @property
    def attempts(self) -> list[tuple[Attempt, Attempted]]:
        """Each attempt with what came of it."""
        found = [each for each in self.records if isinstance(each, Attempt)]
        over = [each for each in self.records if isinstance(each, Attempted)]
        return list(zip(found, over, strict=True))

    @property
    def said(self) -> list[str]:
        """The texts of the replies that the run was given."""
        return [each.reply.text for each in self.records if isinstance(each, ModelReplied)]


async def ran(
    folder: Path, settings: Settings, gateway: Gateway, action: str = "refactor"
) -> Ended:
    """One run to its end, checked for what must hold of every run."""
    run, front = await begun(folder, settings, gateway, action)
    await run.finished.wait()
    ended = Ended(run.session, run, front, folder)
    again = history.told(run.session, run.state.id)
    assert not isinstance(again, str), again
    assert (again.differences, again.state) == ((), run.state)
    assert (folder / "notes.txt").read_text() == BEFORE
    await runs.close(run.session)
    return ended


async def begun(
    folder: Path, settings: Settings, gateway: Gateway, action: str = "refactor"
) -> tuple[Run, Shown]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.txt").write_text(BEFORE)
    front = Shown([])
    made = replace(adapters(), indexer=Inline(folder), models=Patient(), gateway=lambda: gateway)
    uri = uris.from_path(folder.as_posix())
    session = Session(made, Workspace((Folder(uri, "project"),)), front, settings=settings)
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    await indexing.complete(session)
    asked = Asked(action, "say new", f"{uri}/notes.txt")  # type: ignore[arg-type]
    goal = runs.goal_of(session, asked)
    run = runs.begin(session, goal)  # type: ignore[arg-type]
    assert isinstance(run, Run), run
    return run, front
