"""Long requests give others their turn: what is typed meanwhile is not kept waiting."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
from lsprotocol import types

from redline.adapters.disk import LocalDisk
from redline.app import indexing
from redline.core import uris
from redline.core.problems import Unreadable
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder
from redline.edge import garbage
from redline.edge.lsp import symbols
from redline.edge.lsp.connection import LspConnection, Opening
from redline.edge.lsp.opening import closed
from redline.edge.lsp.routes import connect
from redline.main import wiring

FILES = 120
T = TypeVar("T")


@dataclass(eq=False)
class Counting(LocalDisk):
    """Counts the files that are read."""

    count: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def read(self, uri: str, within: object = None) -> Text | Unreadable:
        self.count += 1
        return super().read(uri)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[LspConnection]:
    for number in range(FILES):
        (tmp_path / f"module_{number}.py").write_text(f"def basket_{number}():\n    pass\n")
    made = connect(wiring().lsp(None), {}, None)
    folder = Folder(uris.from_path(tmp_path.as_posix()), tmp_path.name)
    made.opening = Opening((folder,), Settings(), ())
    yield made
    await closed(made.live)


async def seen_between(work: Awaitable[T], number: Callable[[], int]) -> tuple[T, set[int]]:
    """What `work` gives, and the numbers that others saw when they had their turn."""
    seen: set[int] = set()
    task = asyncio.ensure_future(work)
    while not task.done():
        seen.add(number())
        await asyncio.sleep(0)
    return task.result(), seen


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.own = self


async def test_garbage_is_looked_for_while_nobody_types(connection: LspConnection) -> None:
    await indexing.complete(connection.live)
    garbage.begin()
    try:
        knot = Knot()
        gone = weakref.ref(knot)
        gc.collect(1)  # it is old now: only a full look finds it
        del knot
        connection.batch_done()
        async with asyncio.timeout(20):
            while gone() is not None:
                await asyncio.sleep(0.02)
    finally:
        garbage.end()


async def test_symbols_are_placed_a_few_at_a_time(connection: LspConnection) -> None:
    await indexing.complete(connection.live)
    disk = Counting()
    connection.live.adapters = replace(connection.live.adapters, disk=disk)
    asked = types.WorkspaceSymbolParams("basket")
    work = symbols.workspace_symbol(connection, asked)
    found, seen = await seen_between(work, lambda: disk.count)
    assert sorted(each.name for each in found) == sorted(f"basket_{n}" for n in range(FILES))
    assert disk.count == FILES
    assert seen >= set(range(symbols.SLICE, FILES, symbols.SLICE))
