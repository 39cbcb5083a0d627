"""A real project, a scripted model, and a run driven in this process: what the user would see."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from redline import main
from redline.adapters.models.scripted import ScriptedModel
from redline.app import indexing, runs
from redline.app.driver import Run
from redline.app.runs import Asked
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent import script
from redline.core.agent.model import Action, AskUser
from redline.core.agent.state import RunState
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer, Check
from redline.core.settings import Settings
from redline.core.uris import Folder

PYTHON = sys.executable
# Plugins of whoever develops this are no part of a project, and take a second to load.
QUICK = "-p no:asyncio -p no:hypothesispytest -p no:pytest-lsp -p no:anyio"
PROJECT: Mapping[str, str] = {
    "pyproject.toml": f'[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "{QUICK}"\n',
    "shop/__init__.py": "",
    "shop/cart.py": (
        "def total(prices: list[int]) -> int:\n    return sum(prices)\n\n\n"
        "def count(prices: list[int]) -> int:\n    return len(prices)\n"
    ),
    "tests/test_cart.py": (
        "from shop.cart import count, total\n\n\n"
        "def test_total() -> None:\n    assert total([1, 2]) == 3\n\n\n"
        "def test_count() -> None:\n    assert count([1]) == 1\n"
    ),
}
PLAN = 'call plan {"steps": ["refactorer: change it"]}\n'
PROPOSE = 'call propose {"title": "Change it"}\n'


def edit(path: str, search: str, new: str) -> str:
    """A scripted edit."""
    rows = [f'call edit {{"path": "{path}"}}', "  search:"]
    rows += [f"  | {line}" for line in search.splitlines()]
    rows += ["  replace:", *(f"  | {line}" for line in new.splitlines())]
    return "\n".join(rows) + "\n"


@dataclass
class Front:
    """Keeps what a user would see. `hears` is told of each state as it comes."""

    hears: Callable[[str], None] = lambda _: None
    session: Session | None = None
    live: LiveProposal | None = None
    said: list[str] = field(default_factory=list)

    def run_changed(self, state: RunState, message: str) -> None:
        self.said.append(f"{state.phase}: {message}")
        self.hears(self.said[-1])

    def proposal_changed(self, live: LiveProposal) -> None:
        self.live = live

    def answered(self, answer: Answer) -> None: ...

    def asked(self, state: RunState, question: AskUser) -> None:
        raise AssertionError(question)

    def index_changed(self, done: int, total: int, complete: bool) -> None: ...

    def trouble(self, message: str) -> None: ...


@dataclass(frozen=True)
class Only:
    """The port `Models` with one model in it."""

    model: ScriptedModel

    def named(self, name: str, settings: Settings) -> ScriptedModel:
        return self.model


@dataclass(frozen=True)
class Ended:
    """How a run ended, with what was said on the way."""

    state: RunState
    said: tuple[str, ...]

    @property
    def check(self) -> Check:
        """The check that runs tests, of the proposal or of the last draft that failed."""
        proposal = self.state.proposal
        checks = proposal.checks if proposal else ()
        failed = [turn.check for turn in self.state.transcript if turn.check is not None]
        return next(each for each in (*checks, *reversed(failed)) if each.name == "tests")

    @property
    def reports(self) -> list[str]:
        """What was said of tests while they were checked."""
        said = [each.removeprefix("checking: ") for each in self.said]
        return [each for each in dict.fromkeys(said) if each.startswith("tests:")]


def written(root: Path, files: Mapping[str, str] = PROJECT, **more: str) -> Path:
    """`root` with the files in it."""
    for path, text in {**files, **more}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


def session_on(
    roots: Sequence[Path], front: Front, settings: Settings, scripted: str | None
) -> Session:
    """A session on `roots` with a scripted model, or the builtin one."""
    adapters = main.adapters(settings)
    if scripted is not None:
        parsed, problems = script.parse(scripted, "test.script")
        assert not problems, problems
        adapters = replace(adapters, models=Only(ScriptedModel(parsed)))
    folders = tuple(Folder(uris.from_path(root.as_posix()), root.name) for root in roots)
    session = Session(adapters, Workspace(folders), front, settings=settings)
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    return session


async def run(
    root: Path,
    scripted: str | None,
    *,
    settings: Settings | None = None,
    trusted: bool = True,
    action: Action = "refactor",
    instruction: str = "change it",
    hears: Callable[[Run | None, str], None] = lambda run, said: None,
    more: Sequence[Path] = (),
    asked: Asked | None = None,
) -> Ended:
    """One run to its end."""
    started: list[Run] = []
    front = Front(lambda said: hears(started[0] if started else None, said))
    settings = settings or Settings(check_python=PYTHON)
    session = session_on((root, *more), front, settings, scripted)
    folder = session.workspace.folders[0].uri
    if trusted:
        session.adapters.trust.grant(folder)
    try:
        await indexing.complete(session)
        goal = runs.goal_of(session, asked or Asked(action, instruction))
        begun = runs.begin(session, goal)  # type: ignore[arg-type]
        assert isinstance(begun, Run), begun
        started.append(begun)
        await begun.finished.wait()
        return Ended(begun.state, tuple(front.said))
    finally:
        await runs.close(session)
        await session.adapters.servers.close()
        await session.adapters.extractor.close()
