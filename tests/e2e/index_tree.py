"""A tree of sources, what changes in it as an editor tells of it, and what a fresh index finds."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wire import Wire

from batches import facts_in
from redline.adapters.index.indexer import ProcessIndexer
from redline.adapters.uris import path_of, uri_of
from redline.core.index.merge import merged
from redline.core.index.model import Facts, Index
from redline.core.index.query import workspace_symbols
from redline.core.settings import Settings
from redline.core.uris import Folder

MOST = 200
"""As many symbols as `workspace/symbol` answers with: no question below has more."""
CREATED, CHANGED, DELETED = 1, 2, 3

Place = tuple[str, str, str, int, int]
"""Name, container, path, line and column (from 0) of a symbol."""


def source(package: str, number: int, body: str = "return 1") -> str:
    """A module with one class and one function that no other has; all use `helper`."""
    return (
        f"class C_{package}_{number}:\n"
        f"    def method(self):\n        return helper()\n\n\n"
        f"def f_{package}_{number}():\n    {body}\n"
    )


def tree(root: Path, packages: tuple[str, ...], files: int) -> Path:
    """`files` modules in each of the packages, two folders deep."""
    for package in packages:
        folder = root / "src" / package
        folder.mkdir(parents=True)
        for number in range(files):
            (folder / f"m{number}.py").write_text(source(package, number))
    return root


def answers(wire: Wire, root: Path, packages: tuple[str, ...]) -> set[Place]:
    """What the server answers for every package."""
    found: set[Place] = set()
    for question in questions(packages):
        answer = wire.ask("workspace/symbol", {"query": question})
        found |= {_place(each, root) for each in answer}
    return found


def questions(packages: tuple[str, ...]) -> list[str]:
    """Each finds at most `MOST` symbols."""
    return [f"{kind}_{package}_" for package in packages for kind in "Cf"]


def _place(answer: dict[str, Any], root: Path) -> Place:
    location = answer["location"]
    path, start = path_of(location["uri"]), location["range"]["start"]
    assert path is not None
    shown = path.relative_to(root).as_posix()
    return (
        answer["name"],
        answer.get("containerName") or "",
        shown,
        start["line"],
        start["character"],
    )


def fresh(root: Path, packages: tuple[str, ...]) -> set[Place]:
    """The same from an index that is built now and knows nothing from before."""
    index = merged(Index(), _built(root), ())
    found: set[Place] = set()
    for question in questions(packages):
        symbols = workspace_symbols(index, question, MOST)
        assert len(symbols) < MOST, "the question finds more than is answered"
        for each in symbols:
            path = path_of(each.uri)
            assert path is not None
            before = path.read_bytes()[: each.name_span.start].decode().split("\n")
            shown = path.relative_to(root).as_posix()
            found.add((each.name, each.container, shown, len(before) - 1, len(before[-1])))
    return found


def _built(root: Path) -> dict[str, Facts]:
    async def run() -> dict[str, Facts]:
        batches = ProcessIndexer().build([Folder(uri_of(root), "")], Settings())
        return facts_in([batch async for batch in batches])

    return asyncio.run(run())


@contextmanager
def watching(root: Path, folders: bool) -> Iterator[list[dict[str, object]]]:
    """The events for what is done to the tree meanwhile; there once it is over.

    With `folders`, a folder that came or went is one event and what is in it none: that is
    what watchers see of a folder that is moved.
    """
    events: list[dict[str, object]] = []
    before = _seen(root)
    yield events
    after = _seen(root)

    gone = {path for path in before if _kind(before, path) != _kind(after, path)}
    come = {path for path in after if _kind(before, path) != _kind(after, path)}
    for kind, paths, others in ((DELETED, gone, after), (CREATED, come, before)):
        for path in sorted(paths):
            above = (each.as_posix() for each in Path(path).parents if each != Path())
            if not (folders and any(_kind(others, each) != stat.S_IFDIR for each in above)):
                events.append({"uri": uri_of(root / path), "type": kind})
    for path in sorted(before.keys() & after.keys() - come):
        if before[path] != after[path]:
            events.append({"uri": uri_of(root / path), "type": CHANGED})


def _kind(seen: dict[str, tuple[int, object]], path: str) -> int:
    return seen[path][0] if path in seen else 0


def _seen(root: Path) -> dict[str, tuple[int, object]]:
    """Every file and folder below `root` but git's own; what tells whether it changed."""
    found: dict[str, tuple[int, object]] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if each != ".git"]
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            kind = stat.S_IFMT(status.st_mode)
            changed = 0 if stat.S_ISDIR(kind) else (status.st_mtime_ns, status.st_ino)
            found[path.relative_to(root).as_posix()] = (kind, (status.st_mode, changed))
    return found
