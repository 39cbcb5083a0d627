"""What the loop costs around a model that takes no time: python tests/benchmarks/turns.py

A run on Django reads a file a turn, 40 different files one after the other, and ends with an
answer. A turn is counted from a reply of the model until it is asked for the next.

  tool      the calls of `read_file` alone, one after the other: no run, no record, no gate
  local     a model of this machine: what it is told is not looked at
  provider  a model that is told what leaves the machine: context, secrets, attempts, records
  litellm   the same through litellm, with a server on loopback that answers from a script;
            the time from a reply to the next one, so that litellm and the server are in it
  busy      the processor time of that: both are in this process

Arguments: [--root FOLDER] [--runs N] [--json]. Without a folder it takes Django's source.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from measuring import django, figures, show

from redline.adapters.models import scripted_server
from redline.app import indexing, runs, tools
from redline.app.driver import Run
from redline.app.files import Files
from redline.app.ports import Model
from redline.app.session import Front, Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent import script
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import (
    AskUser,
    Draft,
    Goal,
    Reply,
    ToolCall,
    ToolRequest,
)
from redline.core.agent.state import RunState
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer
from redline.core.settings import Settings
from redline.core.uris import Folder
from redline.main import adapters as main_adapters

TURNS = 40
WORDS = "how does the migration autodetector find renamed fields"


@dataclass
class Quiet:
    """A user who looks at nothing."""

    def run_changed(self, state: RunState, message: str) -> None: ...
    def proposal_changed(self, live: LiveProposal) -> None: ...
    def answered(self, answer: Answer) -> None: ...
    def asked(self, state: RunState, question: AskUser) -> None: ...
    def index_changed(self, done: int, total: int, complete: bool) -> None: ...
    def trouble(self, message: str) -> None: ...


@dataclass
class Prompt:
    """Answers at once, with the next file to read, and looks at the clock."""

    name: str
    paths: list[str]
    turns: list[float] = field(default_factory=list)
    replied: float = 0.0
    asked: int = 0

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        if self.replied:
            self.turns.append(perf_counter() - self.replied)
        calls = calls_of(self.paths, self.asked)
        self.asked += 1
        made = [ToolRequest(f"c{self.asked}.{n}", *call) for n, call in enumerate(calls)]
        self.replied = perf_counter()
        return Reply("", tuple(made), model=self.name)


@dataclass
class Only:
    """The one model there is."""

    model: Model

    def named(self, name: str, settings: Settings) -> Model:
        return self.model


@dataclass
class Timed:
    """A model, and the clock and the processor time at each of its replies."""

    model: Model
    replied: list[tuple[float, float]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        reply = await self.model.reply(request, on_text)
        self.replied.append((perf_counter(), process_time()))
        return reply


def calls_of(paths: list[str], number: int) -> list[tuple[str, str]]:
    """The calls of a reply: the plan first, the answer last."""
    plan = [("plan", json.dumps({"steps": ["scout: read what there is"]}))]
    if number == len(paths):
        return [("answer", json.dumps({"markdown": "Read."}))]
    read = ("read_file", json.dumps({"path": paths[number], "start": 1, "end": 120}))
    return [*(plan if number == 0 else []), read]


async def session_on(root: Path, settings: Settings) -> Session:
    """A session on the folder, its index complete."""
    folder = Folder(uris.from_path(root.as_posix()), root.name)
    front: Front = Quiet()
    session = Session(main_adapters(settings), Workspace((folder,)), front, settings=settings)
    session.workspace.sessions.append(session)
    publish_index(session)
    await indexing.complete(session)
    return session


async def ended(session: Session) -> None:
    """One run, to its end."""
    run = runs.begin(session, Goal("ask", WORDS))
    assert isinstance(run, Run), run
    await run.finished.wait()
    assert run.state.outcome == "answered", run.state.reason


async def timed_prompt(session: Session, name: str, paths: list[str]) -> list[float]:
    """Seconds of each turn around a model of that name."""
    model = Prompt(name, paths)
    session.adapters = replace(session.adapters, models=Only(model))
    session.settings = replace(session.settings, model=name)
    await ended(session)
    return model.turns


async def timed_tool(session: Session, paths: list[str]) -> list[float]:
    """Seconds of each call of the tool alone."""
    files = Files(session.snapshot, session.adapters.disk, Draft(), {})
    context = tools.ToolContext(RunState("r"), files, session.adapters)
    times = []
    for at, path in enumerate(paths):
        call = ToolCall(f"c{at}", 1, "read_file", {"path": path, "start": 1, "end": 120})
        began = perf_counter()
        result = await tools.call(context, call)
        times.append(perf_counter() - began)
        assert not result.failure, result.failure
    return times


async def timed_litellm(root: Path, paths: list[str]) -> tuple[list[float], list[float]]:
    """Seconds from reply to reply, through litellm and a server on loopback; and those busy."""
    replies = [
        "\n".join(f"call {name} {given}" for name, given in calls_of(paths, number))
        for number in range(len(paths) + 1)
    ]
    parsed, problems = script.parse("\n---\n".join(replies))
    assert not problems, problems
    server = await scripted_server.serve(parsed)
    made = Settings(model="openai/scripted", api_base=server.address)
    session = await session_on(root, made)
    found = session.adapters.models.named(made.model, made)
    assert not isinstance(found, ModelFailure)
    timed = Timed(found)
    session.adapters = replace(session.adapters, models=Only(timed))
    try:
        await ended(session)
    finally:
        await runs.close(session)
        await session.adapters.servers.close()
        await server.close()
    pairs = list(pairwise(timed.replied))
    return [b[0] - a[0] for a, b in pairs], [b[1] - a[1] for a, b in pairs]


async def measured(root: Path, times: int) -> Mapping[str, list[float]]:
    session = await session_on(root, Settings())
    shown = [
        uris.relative(session.snapshot.folders, uri) or "" for uri in session.snapshot.index.base
    ]
    paths = sorted(path for path in shown if path.endswith(".py"))[:: len(shown) // TURNS][:TURNS]
    found: dict[str, list[float]] = {"tool": [], "local": [], "provider": []}
    try:
        await timed_prompt(session, "zero/zero", paths)  # modules are loaded
        for _ in range(times):
            found["tool"] += await timed_tool(session, paths)
            found["local"] += await timed_prompt(session, "scripted:zero", paths)
            found["provider"] += await timed_prompt(session, "zero/zero", paths)
    finally:
        await runs.close(session)
        await session.adapters.servers.close()
    await timed_litellm(root, paths)  # modules are loaded
    found |= {"litellm": [], "busy": []}
    for _ in range(times):
        walls, busy = await timed_litellm(root, paths)
        found["litellm"] += walls
        found["busy"] += busy
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = home
        root = django(given.root)
        found = asyncio.run(measured(root, given.runs))
    show(figures(found, "tool"), given.json, turns=TURNS)


if __name__ == "__main__":
    main()
