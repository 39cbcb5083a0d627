"""A cold index of Django beside the least it could cost: python tests/benchmarks/index_django.py

  bare     one process: every Python file of the tree read, parsed, tags query run
  redline  `redline index`: walk, read, parse, extract in two workers, merge

Arguments: [DJANGO] [--runs N] [--json]. Without a folder it takes the source distribution
from the package index. One run of each in turn; wall and processor time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from measuring import django, figures, show, surroundings

BARE = """
import sys
from pathlib import Path
from tree_sitter import Parser, QueryCursor
from redline.adapters.grammars import load
language = load().for_path("a.py")
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    tree = Parser(language.grammar).parse(path.read_bytes())
    QueryCursor(language.tags).captures(tree.root_node)
"""
COMMANDS = {
    "bare": (sys.executable, "-c", BARE),
    "redline": (sys.executable, "-m", "redline.main", "index", "--json", "--root"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.django)
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    cpu: dict[str, list[float]] = {f"{name} cpu": [] for name in COMMANDS}
    numbers: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as home:
        for turn in range(options.runs):
            for name in list(COMMANDS)[:: -1 if turn % 2 else 1]:
                began, before = perf_counter(), spent()
                done = subprocess.run(
                    [*COMMANDS[name], str(root)],
                    env=surroundings(Path(home)),
                    capture_output=True,
                    check=True,
                )
                wall[name].append(perf_counter() - began)
                cpu[f"{name} cpu"].append(spent() - before)
                if done.stdout:
                    numbers = json.loads(done.stdout)
    found = figures(wall, "bare") | figures(cpu, "bare cpu")
    kept = {name: numbers[name] for name in ("files", "symbols", "references", "bytes")}
    show(found, options.json, **kept)


def spent() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
