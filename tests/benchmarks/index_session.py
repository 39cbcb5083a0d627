"""The index in a session, as an editor's server has it: python tests/benchmarks/index_session.py

  cold, warm   from nothing, and from what was kept, until the index is complete
  one file     a file was changed while nobody looked: warm, and the symbol it now has
  switch       200 files change to other contents that were seen before, and back, at a start
  watched      the same under a running session that is told of the files
  blocked      the longest time the event loop was kept from its turn, for each of these:
               wall, and processor time of the process, which others cannot lengthen
  symbol       `workspace/symbol` over prefixes, names with letters left out, dotted names
  references   by name

Arguments: [DJANGO] [--runs N] [--json]. Works on a copy of the tree, in one process with one
worker. Milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, time

from measuring import django

from redline.app import indexing
from redline.app.session import Session, Workspace, current_text, publish_index
from redline.core.index import query
from redline.core.index.model import Index
from redline.core.settings import Settings
from redline.core.uris import Folder
from redline.edge.cli.local import CliFront, stderr_console
from redline.main import EDITOR_WORKERS, adapters

TICK = 0.005
SWITCHED = 200
LIMIT = 200
Times = dict[str, list[float]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    times: Times = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "STATE", "CACHE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(folder) / name.lower())
        root = Path(folder).resolve() / "work"
        _, some = copied(django(options.django), root)
        for _ in range(options.runs):
            for kept in ("state", "cache"):
                shutil.rmtree(Path(folder) / kept, ignore_errors=True)
            asyncio.run(_round(root, some, times))
    found = {name: _figures(values) for name, values in times.items()}
    if options.json:
        print(json.dumps(found))
        return
    width = max(map(len, found))
    for name, row in found.items():
        print(f"{name:{width}}", "  ".join(f"{key} {value:8.2f}" for key, value in row.items()))


def _figures(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    figures = {"median": median(ordered), "p95": high, "most": ordered[-1]}
    return {name: round(1000 * value, 2) for name, value in figures.items()}


def copied(given: Path, root: Path) -> tuple[Path, list[Path]]:
    """A copy at `root`, as old as a tree that was there yesterday, and files of it to change."""
    shutil.copytree(given, root)
    _age(root.rglob("*"))
    files = sorted(root.glob("django/**/*.py"))
    return root, [path for path in files if path.stat().st_size > 500][:SWITCHED]


async def _round(root: Path, some: Sequence[Path], times: Times) -> None:
    before = {path: path.read_bytes() for path in some}
    session = await _timed("cold", times, root)
    _questions(session, times)
    session = await _timed("warm", times, root)
    # What is kept is of the tree as it came: one file differs from it, then many do.
    written(some[:1], "c")
    here = await _timed("one file", times, root)
    _expect(here.snapshot.index, "switched_to_c", 1)
    await _watched(session, times, some)
    here = await _timed("switch", times, root)
    _expect(here.snapshot.index, "switched_to_b", len(some))
    for path, data in before.items():
        path.write_bytes(data)
    _age(some)


async def _watched(session: Session, times: Times, some: Sequence[Path]) -> None:
    """Each content is seen once, then measured; the files end with other contents than kept."""
    for turn, mark in enumerate(("b", "a", "b")):
        written(some, mark)
        indexing.refresh(session, [path.as_uri() for path in some])
        async with _ticking("watched" if turn else "watched, first time", times):
            await indexing.complete(session)
        _expect(session.snapshot.index, f"switched_to_{mark}", len(some))


async def _timed(name: str, times: Times, root: Path) -> Session:
    """A session whose index is complete, from nothing but what was kept."""
    gc.collect()
    workspace = Workspace(folders=(Folder(root.as_uri(), root.name),))
    front = CliFront(stderr_console(), quiet=True)
    session = Session(adapters(Settings(), EDITOR_WORKERS), workspace, front)
    workspace.sessions.append(session)
    workspace.told = True
    publish_index(session)
    async with _ticking(name, times):
        await indexing.complete(session)
    return session


@contextlib.asynccontextmanager
async def _ticking(name: str, times: Times) -> AsyncIterator[None]:
    """Notes how long the body takes, and how long a tick of the loop came late at most."""
    late, busy = [0.0], [0.0]

    async def tick() -> None:
        while True:
            began, before = perf_counter(), process_time()
            await asyncio.sleep(TICK)
            late.append(perf_counter() - began - TICK)
            busy.append(process_time() - before)

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0)
    began, before = perf_counter(), process_time()
    yield
    times.setdefault(name, []).append(perf_counter() - began)
    times.setdefault(f"{name}, processor", []).append(process_time() - before)
    await asyncio.sleep(2 * TICK)  # what held the loop to the end is late, too
    ticker.cancel()
    times.setdefault(f"{name}, blocked", []).append(max(late))
    times.setdefault(f"{name}, blocked processor", []).append(max(busy))


def _questions(session: Session, times: Times) -> None:
    index, some = session.snapshot.index, random.Random(1)
    names = some.sample(sorted(index.names.uris), 300)
    cut = [name[: some.randint(1, len(name))] for name in names]
    gaps = [name.lower()[::2] for name in names]
    dotted = [
        f"{symbol.container.rpartition('.')[2][:5]}.{symbol.name[:4]}"
        for name in names
        for symbol in query.symbols_named(index, name)[:1]
        if symbol.container
    ]

    def symbol(asked: str) -> object:
        return query.workspace_symbols(index, asked, LIMIT)

    def uses(asked: str) -> object:
        return query.references_named(index, asked, lambda uri: current_text(session, uri))

    questions: tuple[tuple[str, Callable[[str], object], list[str]], ...] = (
        ("symbol", symbol, cut),
        ("symbol with gaps", symbol, gaps),
        ("symbol in a container", symbol, dotted),
        ("references", uses, names),
    )
    for label, ask, asked in questions:
        for each in asked:
            began = process_time()
            ask(each)
            times.setdefault(label, []).append(process_time() - began)


def written(paths: Iterable[Path], mark: str) -> None:
    """The files as they are on the branch `mark`."""
    for path in paths:
        lines = path.read_text("utf-8").split("\n")
        kept = [line for line in lines if not line.startswith("def switched_to_")]
        own = f"def switched_to_{mark}(): return {path.stem!r}"
        path.write_text("\n".join([*kept, own]), "utf-8")
    # Each branch at its own time, as a checkout would, long enough ago to be believed.
    _age(paths, ord(mark))


def _age(paths: Iterable[Path], later: int = 0) -> None:
    for path in paths:
        when = time() - 3600 + later
        os.utime(path, (when, when))


def _expect(index: Index, name: str, files: int) -> None:
    found = len(query.uris_naming(index, name))
    if not index.complete or found != files:
        raise SystemExit(f"{found} files have {name}, not {files}")


if __name__ == "__main__":
    main()
