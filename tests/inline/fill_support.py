"""What the tests of providers' models for inline suggestions share: a session and a server."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework import Front, Inline
from redline import main
from redline.adapters.clock import SystemClock
from redline.adapters.models.registry import ModelRegistry
from redline.adapters.models.scripted_server import ScriptedServer, serve
from redline.adapters.spending import SqliteSpending
from redline.app import documents, indexing, runs
from redline.app.gateway import Gateway
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.script import parse
from redline.core.inline.model import Draft, InlineRequest
from redline.core.settings import Deployment, Settings
from redline.core.text.text import Text
from redline.core.uris import Folder

MODEL = "openai/scripted"
KEY = "key-of-a-provider"
CART = '''"""A cart."""

from shop.prices import price_of


def total(items):
    return ‸


def count(items):
    return len(items)
'''
PRICES = '''def price_of(item, currency="EUR"):
    """What an item costs."""
    return item.price
'''


@dataclass
class Shop:
    """A session on a small project, with a server that its model is at."""

    session: Session
    server: ScriptedServer
    front: Front
    gateway: Gateway
    root: str
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def request(self, marked: str = CART, path: str = "shop/cart.py") -> InlineRequest:
        """A request at the `‸` of a text; the file is open with that text."""
        before, _, after = marked.partition("‸")
        uri = path if ":" in path else f"{self.root}/{path}"
        number = next(self.numbers)
        if uri in self.session.documents:
            documents.close_document(self.session, uri)
        documents.open_document(self.session, uri, "python", number, before + after)
        offset = len(before.encode())
        text = Text.of(before + after)
        return InlineRequest(f"i{number}", uri, "python", text, offset, "automatic", 0.0)

    @property
    def bodies(self) -> list[dict[str, object]]:
        """What the server was asked."""
        return [json.loads(each.body) for each in self.server.requests]

    @property
    def text_sent(self) -> str:
        """All that went out."""
        return "\n".join(each.body for each in self.server.requests)


@asynccontextmanager
async def shop(
    folder: Path,
    script: str,
    files: Mapping[str, str] | None = None,
    model: str = MODEL,
    **more: object,
) -> AsyncIterator[Shop]:
    """A shop whose model answers by `script`. `more` are settings."""
    made, problems = parse(script, "inline.script")
    assert problems == ()
    server = await serve(made)
    for path, text in {"shop/prices.py": PRICES, **(files or {})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    store = SqliteSpending(lambda: folder.parent / f"{folder.name}.sqlite")
    gateway = Gateway(SystemClock(), store, random.Random(0).random)
    fill = more.pop("fill", "suffix")
    address = str(more.pop("api_base", server.address))
    own = {model: Deployment(address, KEY, fill)}  # type: ignore[arg-type]
    settings = replace(Settings(roles={"inline": model}, deployments=own), **more)  # type: ignore[arg-type]
    registry = ModelRegistry()
    adapters = main.adapters(settings)
    inline = replace(adapters.inline, models=registry)
    adapters = replace(adapters, indexer=Inline(folder), gateway=lambda: gateway, inline=inline)
    root = uris.from_path(folder.as_posix())
    front = Front([])
    session = Session(adapters, Workspace((Folder(root, "project"),)), front, settings=settings)
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    await indexing.complete(session)
    try:
        yield Shop(session, server, front, gateway, root)
    finally:
        await runs.close(session)
        await server.close()
        store.close()


def texts(found: object) -> list[str]:
    """The texts of drafts; anything else fails."""
    assert isinstance(found, tuple), found
    assert all(isinstance(each, Draft) for each in found)
    return [each.text for each in found]


def failure(found: object) -> tuple[str, str]:
    """The kind and the message of a failure."""
    assert isinstance(found, ModelFailure), found
    return found.kind, found.message
