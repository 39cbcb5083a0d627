"""Runs over small projects, with what their models were sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework import Front, Inline
from cli_support import written
from redline import main
from redline.adapters.models.scripted import ScriptedModel
from redline.app import indexing, runs
from redline.app.driver import Run
from redline.app.runs import Asked
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent import script
from redline.core.agent.exchange import ModelFailure, ModelRequest
from redline.core.agent.model import Action, Reply
from redline.core.context.model import Fragment
from redline.core.settings import Settings
from redline.core.text.text import Span, Text
from redline.core.uris import Folder

SHOP = {
    "shop/cart.py": (
        "from shop.prices import rounded\n\n\n"
        "class Cart:\n"
        "    def __init__(self, items):\n"
        "        self.items = items\n\n"
        "    def total(self):\n"
        "        return rounded(sum(self.items))\n"
    ),
    "shop/prices.py": "def rounded(amount):\n    return round(amount, 2)\n",
    "shop/receipt.py": (
        "from shop.cart import Cart\n\n\n"
        "def receipt(items):\n"
        "    cart = Cart(items)\n"
        "    return f'to pay: {cart.total()}'\n"
    ),
    "tests/test_cart.py": (
        "from shop.cart import Cart\n\n\ndef test_total():\n    assert Cart([1, 2]).total() == 3\n"
    ),
}
EXPLAIN = 'call plan {"steps": ["scout: look"]}\n---\n> It adds up the prices.\n'


@dataclass
class Watched:
    """A scripted model that keeps what it is sent, under a name that is not `builtin`."""

    model: ScriptedModel
    requests: list[ModelRequest] = field(default_factory=list)
    name: str = "test/model"

    def named(self, name: str, settings: Settings) -> Watched:
        return self

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        self.requests.append(request)
        return await self.model.reply(request, on_text)

    @property
    def context(self) -> tuple[Fragment, ...]:
        """That of the first call."""
        return self.requests[0].context


def watched(text: str) -> Watched:
    parsed, problems = script.parse(text)
    assert not problems, problems
    return Watched(ScriptedModel(parsed))


@asynccontextmanager
async def opened(
    root: Path, files: Mapping[str, str], settings: Settings | None = None
) -> AsyncIterator[Session]:
    """A session on a project with `files`, its index complete."""
    settings = replace(settings or Settings(), reviewer="off")  # a script answers no one else
    adapters = replace(main.adapters(settings), indexer=Inline(written(root, files)))
    folder = Folder(uris.from_path(root.as_posix()), "project")
    front = Front([])
    session = Session(adapters, Workspace((folder,)), front, settings=settings)
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    await indexing.complete(session)
    try:
        yield session
    finally:
        await runs.close(session)
        await session.adapters.servers.close()


@dataclass(frozen=True)
class Wanted:
    """A request: `at` is the text that is pointed at, '' for the file as a whole."""

    words: str
    path: str = ""
    at: str = ""
    action: Action = "explain"


async def ran(session: Session, wanted: Wanted, model: Watched) -> Run:
    """A run of what is `wanted`, to its end."""
    uri, span = "", None
    if wanted.path:
        uri = f"{session.snapshot.folders[0].uri}/{wanted.path}"
        text = session.snapshot.documents.get(uri)
        found = text.text if text is not None else session.adapters.disk.read(uri)
        assert isinstance(found, Text)
        if wanted.at:
            start = found.data.index(wanted.at.encode())
            span = Span(start, start + len(wanted.at.encode()))
    return await started(session, Asked(wanted.action, wanted.words, uri, span), model)


async def started(session: Session, asked: Asked, model: Watched) -> Run:
    """A run to its end."""
    session.adapters = replace(session.adapters, models=model)
    goal = runs.goal_of(session, asked)
    run = runs.begin(session, goal)  # type: ignore[arg-type]
    assert isinstance(run, Run), run
    await run.finished.wait()
    return run


def of_kind(fragments: tuple[Fragment, ...], kind: str) -> list[str]:
    """The origins of the fragments of a kind, without digests."""
    return [each.origin.partition("@")[0] for each in fragments if each.kind == kind]
