"""How long it takes to gather a context, in milliseconds of processor time.

Run: `python tests/benchmarks/context_django.py FOLDER`. Prints the median over the goals for the
first call of a run (everything is gathered), for the first call of another step, and for a call
with nothing new. The index, the history and the words are in memory, as in a server.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redline import main
from redline.app import contexts, graph, indexing, library, memories, retrieval
from redline.app.files import Files
from redline.app.ports import Journal
from redline.app.runs import lines_of
from redline.app.session import Session, Workspace, journal_of, publish_index
from redline.core import uris
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Draft, Goal
from redline.core.agent.plan import Plan, Step
from redline.core.agent.state import RunState
from redline.core.index.query import symbols_named
from redline.core.memory.model import Memo
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder

GOALS: Sequence[tuple[str, str]] = (
    ("Paginator.count", "avoid the second query"),
    ("QuerySet.get_or_create", "split this into smaller functions"),
    ("QuerySet.get", "raise a clearer error when several objects match"),
    ("slugify", "make it faster for plain ASCII"),
    ("Field.clean", "use early returns"),
    ("BaseCommand.execute", "extract the part that runs the checks"),
    ("get_random_string", "refuse a negative length"),
    ("EmailMessage.message", "simplify the headers"),
    ("", "email header injection check in the mail backend"),
    ("", "Dropped support for SQLite < 3.31."),
    ("", "make `bulk_create` return the ids it made"),
    ("", "why is the session cookie not set when the response is cached"),
)
STEPS = (Step(1, "look for who relies on it", "scout", "active"),)


class Front:
    """Nobody looks."""

    def __getattr__(self, name: str) -> object:
        return lambda *given, **named: None


@dataclass
class Running:
    session: Session
    journal: Journal
    state: RunState
    model: object

    def files(self) -> Files:
        return Files(self.session.snapshot, self.session.adapters.disk, Draft(), {})


@dataclass(frozen=True)
class Named:
    name: str = "openai/model"


def opened(root: Path) -> Session:
    settings = Settings()
    workspace = Workspace((Folder(uris.from_path(root.as_posix()), root.name),))
    session = Session(main.adapters(settings), workspace, Front(), settings=settings)  # type: ignore[arg-type]
    workspace.sessions.append(session)
    publish_index(session)
    return session


def goal_of(session: Session, name: str, words: str) -> Goal:
    if not name:
        return Goal("ask", words)
    symbol = symbols_named(session.snapshot.index, name)[0]
    text = session.adapters.disk.read(symbol.uri)
    assert isinstance(text, Text)
    path = uris.relative(session.snapshot.folders, symbol.uri) or ""
    return Goal("refactor", words, symbol.uri, path, symbol.span, lines_of(text, symbol.span))


async def measured(session: Session, goal: Goal, number: int) -> tuple[float, float, float, int]:
    state = RunState(f"run{number}", goal)
    run = Running(session, journal_of(session), state, Named())
    request = ModelRequest(state.id, "scout", "", goal, None, (), ())
    planned = ModelRequest(state.id, "scout", "", goal, Plan("", STEPS), (), ())
    times = []
    tokens = 0
    for each in (request, planned, planned):
        began = time.process_time()
        filled = await contexts.filled(run, each, f"{state.id}.1", 6000)  # type: ignore[arg-type]
        times.append((time.process_time() - began) * 1000)
        tokens = sum(fragment.tokens for fragment in filled.context)
    return times[0], times[1], times[2], tokens


async def measure(root: Path) -> None:
    session = opened(root)
    await indexing.complete(session)
    await retrieval.search(session, "warm", 5)
    await graph.imports(session)
    settling = library.of(session).settling
    if settling is not None:
        await settling
    store = memories.of(session).store
    for number in range(100):
        memo = Memo(
            f"lesson-{number}", "lesson", f"lesson {number} on queries", "text", 1e9 + number
        )
        store.keep(memo)
    goals = [goal_of(session, name, words) for name, words in GOALS]
    session.adapters.count_tokens("warm")
    rows = []
    for turn in range(5):
        for at, goal in enumerate(goals):
            session.contexts = None if turn < 2 else session.contexts
            contexts._kept(session).made.clear()
            contexts._kept(session).found = contexts._kept(session).gathered = None
            rows.append((turn, at, await measured(session, goal, turn * 100 + at)))
    for at, (name, words) in enumerate(GOALS):
        mine = [times for turn, which, times in rows if which == at and turn > 1]
        first, step, again = (statistics.median(each[k] for each in mine) for k in range(3))
        print(f"{first:7.1f} {step:7.1f} {again:7.2f} ms {mine[0][3]:5} tokens  {name or words}")
    kept = [times for turn, _, times in rows if turn > 1]
    first, step, again = (statistics.median(each[k] for each in kept) for k in range(3))
    print(f"median: first call {first:.1f} ms, new step {step:.1f} ms, nothing new {again:.2f} ms")
    await session.adapters.servers.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        for kind in ("STATE", "CACHE", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(home) / kind.lower())
        asyncio.run(measure(Path(sys.argv[1]).resolve()))
