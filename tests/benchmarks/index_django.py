"""The index of Django beside the least it could cost: python tests/benchmarks/index_django.py

  bare     one process: every file of a known language read, parsed, tags query run
  cold     `redline index` that knows nothing: walk, extract in two workers, keep, merge
  warm     `redline index` once more: walk and snapshot
  clone    the same with the snapshot gone: every file read and looked up by its content
  nothing  `redline index` of an empty folder: what starting costs
  one      `redline index` once more, one file having changed
  switch   the same where 200 files have changed to contents that were seen before
  session  the same in a session, what it blocks the loop for, and questions: index_session.py

Arguments: [DJANGO] [--runs N] [--json]. Without a folder it takes the source distribution
from the package index. One run of each in turn, on a copy; wall and processor time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from index_session import copied, written
from measuring import django, figures, show, surroundings

BARE = """
import os, sys
from tree_sitter import Parser, QueryCursor
from redline.adapters.grammars import load
languages = load()
for folder, folders, files in os.walk(sys.argv[1]):
    for name in files:
        language = languages.for_path(name)
        if language is not None:
            data = open(os.path.join(folder, name), "rb").read()
            tree = Parser(language.grammar).parse(data)
            QueryCursor(language.tags).captures(tree.root_node)
"""
INDEX = (sys.executable, "-m", "redline.main", "index", "--root")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    given = django(options.django)
    wall: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    memory: dict[str, int] = {}
    numbers: dict[str, object] = {}

    def timed(name: str, command: Sequence[str], home: Path) -> bytes:
        began, before = perf_counter(), spent()
        done = subprocess.run(command, env=surroundings(home), capture_output=True, check=True)
        wall.setdefault(name, []).append(perf_counter() - began)
        cpu.setdefault(f"{name} cpu", []).append(spent() - before)
        return done.stdout

    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            home, empty = Path(folder).resolve(), Path(folder) / "empty"
            empty.mkdir()
            root, some = copied(given, home / "work")
            timed("bare", (sys.executable, "-c", BARE, str(root)), home)
            timed("nothing", (*INDEX, str(empty)), home)
            timed("cold", (*INDEX, str(root)), home)
            timed("warm", (*INDEX, str(root)), home)
            written(some[:1], "c")
            timed("one", (*INDEX, str(root)), home)
            for mark in ("a", "b"):
                written(some, mark)
                subprocess.run(
                    (*INDEX, str(root)),
                    env=surroundings(home),
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
            written(some, "a")
            timed("switch", (*INDEX, str(root)), home)
            for snapshot in home.rglob("index.snapshot"):
                snapshot.unlink()
            timed("clone", (*INDEX, str(root)), home)
            told = timed("with edges", (*INDEX, str(root), "--json"), home)
    memory["most_MiB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    found = figures(wall, "bare") | figures(cpu, "bare cpu")
    numbers = json.loads(told)
    kept = {name: numbers[name] for name in ("files", "symbols", "references", "edges")}
    session = measured(given, options.runs)
    if options.json:
        show(found, True, **kept, **memory, session=json.loads(session))
    else:
        show(found, False, **kept, **memory)
        print(f"in a session, milliseconds\n{session}")


def measured(root: Path, runs: int) -> str:
    """What index_session.py prints."""
    script = Path(__file__).with_name("index_session.py")
    form = ("--json",) if "--json" in sys.argv else ()
    command = (sys.executable, str(script), str(root), "--runs", str(runs), *form)
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def spent() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
