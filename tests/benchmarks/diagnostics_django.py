"""What is wrong with Django before and after a rename: the delta that a type check shows.

    python tests/benchmarks/diagnostics_django.py [DJANGO] [--runs N] [--json]

One rename (`RawQuerySet`), then the diagnostics of every file it touches and of every file
that imports the touched module, asked of ty through the adapter:

  cold        a new server: start, the texts before the rename
  after       the same server, the texts after it
  back        the texts before it again, as the next question would see them
  again       the texts after it again
  one file    the touched module alone, back and forth, per question
  whole cold  cold + after: the whole delta from nothing
  whole warm  back + again
  ty cold     the same two questions put to a new `ty server` alone, answers not read
  ty warm     the same again

Beside the seconds stand the seconds of CPU of server and adapter together. Goals: whole
warm at most 1 s, whole cold at most 5 s. The same texts must give the same answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import sys
import tempfile
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import Server, django

from redline.adapters import grammars
from redline.adapters.disk import LocalDisk
from redline.adapters.language_servers.servers import Choice, RunningServers
from redline.adapters.uris import path_of, uri_of
from redline.core.problems import ToolProblem
from redline.core.serving import Diagnosed
from redline.core.text.edits import apply
from redline.core.text.text import Document, Text
from redline.core.uris import Folder

FILE, MODULE = "django/db/models/query.py", "django.db.models.query"
OLD, NEW = b"RawQuerySet", "RenamedQuerySet"
TY = (str(Path(sys.executable).with_name("ty")), "server")
VERSIONS = count(2)
TICKS = os.sysconf("SC_CLK_TCK")

Answer = dict[str, tuple[Diagnosed, ...]]


class Check:
    """One adapter, with what each question took."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(uri_of(root), "django")
        self.servers = RunningServers(
            Choice({"python": ("ty", "server")}), LocalDisk(), grammars.load()
        )
        self.spent: dict[str, tuple[float, float]] = {}

    async def timed(self, name: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
        began, busy = perf_counter(), self.cpu()
        found = await work()
        self.spent[name] = (perf_counter() - began, self.cpu() - busy)
        return found

    async def ask(self, documents: list[Document], uris: list[str]) -> Answer:
        found = await self.servers.diagnostics(self.folder, documents, uris)
        if isinstance(found, ToolProblem):
            raise RuntimeError(found.message)
        return dict(found)

    def cpu(self) -> float:
        """Seconds of CPU of this process and of the server."""
        ours = resource.getrusage(resource.RUSAGE_SELF)
        result = ours.ru_utime + ours.ru_stime
        for slot in self.servers.pool.slots.values():
            if slot.connection is not None:
                result += processor(slot.connection.pid)
        return result


async def turn(root: Path) -> tuple[dict[str, tuple[float, float]], dict[str, int]]:
    """One server's life."""
    uri, (before, after) = uri_of(root / FILE), await renamed(root)
    uris = list(dict.fromkeys([uri, *(each.uri for each in after), *importers(root)]))
    check = Check(root)
    try:
        cold = await check.timed("cold", lambda: check.ask(before, uris))
        changed = await check.timed("after", lambda: check.ask(after, uris))
        back = await check.timed("back", lambda: check.ask(before, uris))
        again = await check.timed("again", lambda: check.ask(after, uris))
        if (cold, changed) != (back, again):
            raise RuntimeError("the same texts gave another answer")
        for _ in range(4):
            await check.ask(before, [uri])
            await check.timed("one file", lambda: check.ask(after, [uri]))
    finally:
        await check.servers.close()
    for whole, first, second in (("whole cold", "cold", "after"), ("whole warm", "back", "again")):
        parts = (check.spent[first], check.spent[second])
        check.spent[whole] = (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
    check.spent |= alone(root, uris, before, after)
    new = sum(len(set(changed[each]) - set(cold[each])) for each in uris)
    sizes = {"files": len(uris), "touched": len(after), "found": sum(map(len, cold.values()))}
    return check.spent, {**sizes, "other after": new}


def alone(
    root: Path, uris: list[str], before: list[Document], after: list[Document]
) -> dict[str, tuple[float, float]]:
    """Seconds, and seconds of CPU, of the server without the adapter."""
    result = {}
    with tempfile.TemporaryDirectory() as home:
        server = Server(TY, root, Path(home))
        try:
            server.initialize(textDocument={"diagnostic": {}})  # or it says it unasked
            for uri in uris:
                server.open(path_of(uri) or root)
            began = server.began
            for name in ("ty cold", "ty warm"):
                busy = processor(server.process.pid) if result else 0.0
                for documents in (before, after):
                    for each in documents:
                        changed(server, each)
                    for uri in uris:
                        server.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
                spent = processor(server.process.pid) - busy
                result[name] = (perf_counter() - began, spent)
                began = perf_counter()
        finally:
            server.end()
    return result


def changed(server: Server, document: Document) -> None:
    """Has the server see a text."""
    item = {"uri": document.uri, "version": next(VERSIONS)}
    params = {"textDocument": item, "contentChanges": [{"text": document.text.decode()}]}
    server.send({"method": "textDocument/didChange", "params": params})


def processor(pid: int) -> float:
    """Seconds of CPU a process has had."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    return sum(map(int, stat.split()[11:13])) / TICKS


async def renamed(root: Path) -> tuple[list[Document], list[Document]]:
    """The texts of the touched files before and after, as open documents."""
    check = Check(root)
    try:
        at = (root / FILE).read_bytes().index(b"class " + OLD) + len("class ")
        found = await check.servers.rename(check.folder, [], uri_of(root / FILE), at, NEW)
    finally:
        await check.servers.close()
    if isinstance(found, ToolProblem):
        raise RuntimeError(found.message)
    pairs = [
        (uri, (path_of(uri) or root).read_bytes(), edits) for uri, edits in found.edits.items()
    ]
    before = [Document(uri, None, Text(data), "python") for uri, data, _ in pairs]
    after = [Document(uri, None, Text(apply(data, e)), "python") for uri, data, e in pairs]
    return before, after


def importers(root: Path) -> list[str]:
    """The files that import the touched module, or its package with a name of it."""
    wanted = re.compile(
        rf"^\s*(?:from|import)\s+(?:{re.escape(MODULE)}|django\.db\.models)\b|from \.query import",
        re.MULTILINE,
    )
    paths = sorted(each for each in (root / "django").rglob("*.py"))
    return [uri_of(each) for each in paths if wanted.search(each.read_text("utf-8"))]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.django)
    turns = [asyncio.run(turn(root)) for _ in range(options.runs)]
    figures = {
        name: {
            "median": round(median(spent[name][0] for spent, _ in turns), 3),
            "cpu": round(median(spent[name][1] for spent, _ in turns), 3),
        }
        for name in turns[0][0]
    }
    if options.json:
        print(json.dumps({"figures": figures, "sizes": turns[0][1]}))
        return
    print(", ".join(f"{name} {count}" for name, count in turns[0][1].items()))
    for name, row in figures.items():
        print(f"{name:<12}{row['median']:>8.3f} s {row['cpu']:>8.3f} s CPU")


if __name__ == "__main__":
    main()
