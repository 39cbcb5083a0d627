"""A session of the command line: no editor, one user at a terminal or a script."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from redline.app import indexing, runs
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent.model import AskUser
from redline.core.agent.state import RunState
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer
from redline.core.text.unseen import plain_text
from redline.core.uris import Folder
from redline.edge.cli.terminal import raw
from redline.edge.cli.wiring import CliWiring, UsageProblem


@dataclass(slots=True)
class CliFront:
    """Shows a run on stderr; keeps what it ended in for stdout."""

    console: Console
    quiet: bool = False
    proposal: LiveProposal | None = None
    answer: Answer | None = None
    questions: asyncio.Queue[AskUser] = field(default_factory=asyncio.Queue)
    bar: tuple[Progress, TaskID] | None = None
    unanswered: AskUser | None = None
    last: str = ""

    def run_changed(self, state: RunState, message: str) -> None:
        """One line a step; how it ended is said by whoever asked."""
        line = state.phase if message == state.phase else f"{state.phase}: {message}"
        if not (self.quiet or state.finished or line == self.last):
            self.console.print(f"[dim]{plain(line)}[/dim]")
        self.last = line

    def proposal_changed(self, live: LiveProposal) -> None:
        """Kept for the end."""
        self.proposal = live

    def answered(self, answer: Answer) -> None:
        """Kept for the end."""
        self.answer = answer

    def asked(self, state: RunState, question: AskUser) -> None:
        """Handed to whoever drives the run."""
        self.questions.put_nowait(question)

    def index_changed(self, done: int, total: int, complete: bool) -> None:
        """The progress bar of a build."""
        if self.bar is not None:
            self.bar[0].update(self.bar[1], completed=done, total=total)

    def trouble(self, message: str) -> None:
        """A warning."""
        self.console.print(f"[yellow]{plain(message)}[/yellow]")


def plain(text: str) -> str:
    """`text` for the console: no markup, and nothing that drives a terminal."""
    return escape(plain_text(text))


def stderr_console() -> Console:
    """Colour on a terminal, plain text otherwise."""
    return Console(file=raw(sys.stderr), highlight=False, soft_wrap=True, emoji=False)


def root_of(given: str | None) -> Path:
    """The workspace folder: `--root`, or where we stand. Raises `UsageProblem`."""
    root = Path(given or ".")
    try:
        resolved = root.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UsageProblem(f"{root}: there is no such folder ({error})") from error
    if not resolved.is_dir():
        raise UsageProblem(f"{root}: is not a folder; give the folder of your project")
    return resolved


@asynccontextmanager
async def local_session(
    wiring: CliWiring,
    root: Path,
    command_line: Mapping[str, object] | None = None,
    team: Path | None = None,
    quiet: bool = False,
) -> AsyncIterator[tuple[Session, CliFront]]:
    """A session on `root`, closed at the end. Raises `UsageProblem` for bad settings."""
    settings, problems = wiring.settings(root, team, command_line or {})
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        raise UsageProblem("\n".join(str(problem) for problem in fatal))
    console = stderr_console()
    for problem in problems:
        console.print(f"[yellow]{plain(str(problem))}[/yellow]")
    uri = uris.from_path(root.as_posix())
    workspace = Workspace(folders=(Folder(uri, root.name),))
    front = CliFront(console, quiet)
    session = Session(wiring.adapters(settings), workspace, front, settings=settings)
    workspace.sessions.append(session)
    publish_index(session)
    try:
        yield session, front
    finally:
        await runs.close(session)
        await session.adapters.servers.close()
        await asyncio.to_thread(session.adapters.telemetry.close)


async def indexed(session: Session, front: CliFront) -> None:
    """Waits until the index is complete, with a progress bar on a terminal."""
    if front.quiet or not sys.stderr.isatty():
        await indexing.complete(session)
        return
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=front.console, transient=True) as progress:
        front.bar = (progress, progress.add_task("index", total=None))
        await indexing.complete(session)
        front.bar = None
