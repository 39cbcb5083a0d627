"""How soon the index answers about a project that is known: python tests/benchmarks/warm_start.py

  bare          a server on the same library that does nothing, until `initialize` is answered
  warm          `redline serve`: started, initialized, and `workspace/symbol` answered whole
  one changed   the same after one file was changed while no server ran
  switched      the same after 200 files were, to texts seen before: another branch
  switch        a running server is told that 200 files are of the other branch, until
                `redline/index` says complete; both branches were seen before
  aider tags    aider's tags of all files, from its cache: the whole process
  codegraph     codegraph's `sync` with nothing changed: the whole process

The project is a copy of Django 5.2, the other branch 200 of its files as they are in 5.1. One
run of each in turn, in changing order. Goals: warm at most 0.35 s beyond bare, one changed
at most 0.03 s beyond warm, switch at most 0.5 s.

Arguments: [--runs N] [--json] [--alone] (without the peers).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, time

import peers
from measuring import Server, cache_folder, figures, show, source_distribution
from processes import cpu_seconds

NEW, OLD = "Django==5.2.19", "Django==5.1.15"
FILES = 200
CHANGED = "django/db/models/query.py"
BARE = (sys.executable, str(Path(__file__).with_name("bare_server.py")))
REDLINE = (sys.executable, "-P", "-m", "redline.main", "serve")
QUESTION, WANTED = "QuerySet", "django/db/models/query.py"
WATCHED = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


@dataclass(slots=True)
class Bench:
    """A copy of the project, its other branch, and what was measured."""

    root: Path
    home: Path
    branches: tuple[dict[str, bytes], dict[str, bytes]]
    at: int = 1
    number: int = 0
    wall: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def switch(self) -> list[str]:
        """Puts the files of the other branch in place; their uris."""
        self.at = 1 - self.at
        # Not of this moment: what was written just now is read again by the next start.
        self.number += 1
        when = time() - 10_000 + self.number
        for path, text in self.branches[self.at].items():
            (self.root / path).write_bytes(text)
            os.utime(self.root / path, (when, when))
        return [(self.root / path).as_uri() for path in self.branches[self.at]]

    def change(self) -> None:
        """Changes one file, to a text never seen before."""
        self.number += 1
        path, when = self.root / CHANGED, time() - 10_000 + self.number
        with path.open("a") as file:
            file.write(f"\n\ndef added_{self.number}():\n    pass\n")
        os.utime(path, (when, when))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=7)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--alone", action="store_true", help="without the peers")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        bench = prepared(place)
        parts: list[Callable[[Bench], None]] = [bare, warm, changed, switched, switch]
        parts += [] if options.alone else others(place, bench)
        for turn in range(options.runs + 1):
            for part in parts[:: -1 if turn % 2 else 1]:
                part(bench)
            if turn == 0:  # compiled modules, and the caches of all
                bench.wall.clear()
                bench.cpu.clear()
    found = figures(bench.wall, "bare")
    middle = {name: row["median"] for name, row in found.items()}
    show(
        found | figures(bench.cpu, "bare cpu"),
        options.json,
        beyond_bare=f"{middle['warm'] - middle['bare']:.3f} (goal 0.35)",
        one_changed_more=f"{middle['one changed'] - middle['warm']:.3f} (goal 0.03)",
        switch=f"{middle['switch']:.3f} (goal 0.5)",
    )


def prepared(place: Path) -> Bench:
    """The project and its branches, both seen once by a server."""
    new, old = source_distribution(NEW), source_distribution(OLD)
    root = place / "django"
    shutil.copytree(new, root)
    both = [path.relative_to(new) for path in sorted(new.rglob("*.py"))]
    differing = [
        path.as_posix()
        for path in both
        if (old / path).is_file() and (old / path).read_bytes() != (new / path).read_bytes()
    ]
    names = [name for name in differing if name not in (CHANGED, WANTED)][:FILES]
    if len(names) < FILES:
        raise RuntimeError(f"only {len(names)} files differ")
    branches = [{name: (side / name).read_bytes() for name in names} for side in (new, old)]
    for at, texts in enumerate(branches):  # so that an answer tells which branch it is of
        texts[names[0]] += b"\n\ndef on_branch_%d():\n    pass\n" % at
    bench = Bench(root, place / "home", (branches[0], branches[1]))
    for _ in range(2):
        bench.switch()
        started(bench, "")
    return bench


def started(bench: Bench, name: str) -> None:
    """One start until the question is answered from a complete index, counted as `name`."""
    server = Server(REDLINE, bench.root, bench.home)
    try:
        server.initialize(workspace=WATCHED)
        first = server.ask("workspace/symbol", {"query": QUESTION})
        answer = complete = None
        while answer is None or not complete:
            message = server.until(lambda message: True)
            if message.get("id") == first:
                answer = message.get("result")
            elif message.get("method") == "redline/index":
                complete = message["params"]["state"] == "complete"
            if answer is not None and whole(answer):
                break
        if not whole(answer):  # answered before the index was there
            answer = server.request("workspace/symbol", {"query": QUESTION})
        spent, used = perf_counter() - server.began, cpu_seconds(server.process.pid)
        if not whole(answer):
            raise RuntimeError("the answer lacks what is asked for")
        while not complete:
            message = server.until(lambda message: message.get("method") == "redline/index")
            complete = message["params"]["state"] == "complete"
    finally:
        server.end()
    bench.wall.setdefault(name, []).append(spent)
    bench.cpu.setdefault(f"{name} cpu", []).append(used)


def whole(answer: object) -> bool:
    """Whether the class that is asked for is in an answer."""
    return isinstance(answer, list) and any(
        each["name"] == QUESTION and each["location"]["uri"].endswith(WANTED) for each in answer
    )


def bare(bench: Bench) -> None:
    server = Server(BARE, bench.root, bench.home)
    try:
        bench.wall.setdefault("bare", []).append(server.initialize())
        bench.cpu.setdefault("bare cpu", []).append(cpu_seconds(server.process.pid))
    finally:
        server.end()


def warm(bench: Bench) -> None:
    started(bench, "warm")


def changed(bench: Bench) -> None:
    bench.change()
    started(bench, "one changed")


def switched(bench: Bench) -> None:
    bench.switch()
    started(bench, "switched")


def switch(bench: Bench) -> None:
    """The files of the other branch, under a running server."""
    server = Server(REDLINE, bench.root, bench.home)
    try:
        server.initialize(workspace=WATCHED)
        server.until(complete)
        server.request("workspace/symbol", {"query": QUESTION})
        before = cpu_seconds(server.process.pid)
        events = [{"uri": uri, "type": 2} for uri in bench.switch()]
        began = perf_counter()
        params = {"changes": events}
        server.send({"method": "workspace/didChangeWatchedFiles", "params": params})
        server.until(complete)
        bench.wall.setdefault("switch", []).append(perf_counter() - began)
        used = cpu_seconds(server.process.pid) - before
        bench.cpu.setdefault("switch cpu", []).append(used)
        found = server.request("workspace/symbol", {"query": "on_branch_"})
        if [each["name"] for each in found] != [f"on_branch_{bench.at}"]:
            raise RuntimeError("the index is not that of the branch")
    finally:
        server.end()
    started(bench, "after a switch")


def complete(message: dict[str, object]) -> bool:
    params = message.get("params")
    said = message.get("method") == "redline/index" and isinstance(params, dict)
    return said and isinstance(params, dict) and params["state"] == "complete"


def others(place: Path, bench: Bench) -> list[Callable[[Bench], None]]:
    """The peers, which know the project already."""
    tags = (*peers.aider(cache_folder()), str(bench.root), str(place / "tags"))
    graph = peers.codegraph(cache_folder())
    copy = place / "graph"
    shutil.copytree(bench.root, copy)
    peers.timed((*graph, "init", "-y", str(copy)), bench.home)
    peers.timed(tags, bench.home)

    def aider(bench: Bench) -> None:
        bench.wall.setdefault("aider tags", []).append(peers.timed(tags, bench.home))

    def codegraph(bench: Bench) -> None:
        spent = peers.timed((*graph, "sync", str(copy)), bench.home)
        bench.wall.setdefault("codegraph", []).append(spent)

    return [aider, codegraph]


if __name__ == "__main__":
    main()
