"""A workspace of 100,000 files, or any other: python tests/benchmarks/large_workspace.py

  bare    one process: every file that the index takes read, parsed, tags query run
  shell   `redline index` that knows nothing, two workers
  cold    `redline serve` that knows nothing, until `redline/index` says complete
  warm    the same once more
  clone   the same with the snapshot gone
  storm   10,000 files changed, made and deleted; the running server is told within one
          second, in batches and one by one, while a user types in a small file

"blocked" is the slowest answer to a question that costs nothing, asked every 10 ms, once
the first was answered, after "loading" what is not needed to say hello;
"most" the most memory of the server and its workers, "left" what it has when it is done.
The end of a storm is compared with what was written, and with a new start.

Arguments: [--files N] [--seed N] [--root DIR | --cpp] [--storm] [--json]. `--cpp` is DuckDB's
source distribution, 1.4 million lines; a folder that is given is only read.
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
from time import perf_counter, sleep

import large_tree
from index_django import INDEX
from large_storm import storms
from loop_watch import Watch, share
from measuring import Server, source_distribution, surroundings
from processes import cpu_seconds, memory

CPP = "duckdb==1.4.1"
BARE = """
import sys
from pathlib import Path
from tree_sitter import Parser, QueryCursor
from redline.adapters.grammars import load
from redline.adapters.index.walk import find
from redline.adapters.uris import path_of
from redline.core.settings import Settings
from redline.core.uris import Folder
languages = load()
folder = Folder(Path(sys.argv[1]).as_uri(), "")
for file in find(languages, [folder], Settings()).files.values():
    language = languages.named(file.language)
    tree = Parser(language.grammar).parse(path_of(file.uri).read_bytes())
    QueryCursor(language.tags).captures(tree.root_node)
"""
REDLINE = (sys.executable, "-P", "-m", "redline.main", "serve")
WATCHED = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
SETTLED_SECONDS = 1.0

Row = dict[str, float]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--root", type=Path)
    arguments.add_argument("--cpp", action="store_true")
    arguments.add_argument("--storm", action="store_true", help="cold and storms alone")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        root = source_distribution(CPP) if options.cpp else options.root
        if root is None:
            root = place / "tree"
            large_tree.write(root, options.files, options.seed)
        home = place / "home"
        rows = {"cold": started(root, home)} if options.storm else built(root.resolve(), place)
        if not (options.cpp or options.root):
            rows |= storms(root, home, options.files, options.seed)
    if options.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name:18}", "  ".join(f"{what} {value:g}" for what, value in row.items()))


def built(root: Path, place: Path) -> dict[str, Row]:
    """What the ways to an index cost, the barest first."""
    home = place / "home"
    rows = {"bare": command((sys.executable, "-c", BARE, str(root)), place / "none")}
    rows["shell"] = command((*INDEX, str(root), "--json"), place / "shell")
    rows["cold"] = started(root, home)
    rows["warm"] = started(root, home)
    for snapshot in home.rglob("index.snapshot"):
        snapshot.unlink()
    rows["clone"] = started(root, home)
    for name in ("shell", "cold", "warm", "clone"):
        rows[name]["cpu/bare"] = round(rows[name]["cpu s"] / rows["bare"]["cpu s"], 2)
    return rows


def command(words: Sequence[str], home: Path) -> Row:
    """A command from its start to its end, with the numbers it prints."""
    home.mkdir(exist_ok=True)
    before, began, most = _children(), perf_counter(), 0.0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, env=surroundings(home), stdout=out)
        while process.poll() is None:
            most = max(most, memory(process.pid))
            sleep(0.1)
        out.seek(0)
        said = json.loads(out.read() or b"{}")
    if process.returncode:
        raise RuntimeError(f"{words[0]} ended with {process.returncode}")
    spent = perf_counter() - began
    row = {"wall s": spent, "cpu s": _children() - before, "most MiB": most}
    counts = ("files", "symbols", "references", "skipped")
    return _short(row) | {name: said[name] for name in counts if name in said}


def _children() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def started(root: Path, home: Path) -> Row:
    """A server from its start until its index is complete, and what it has a second later."""
    server = Server(REDLINE, root, home)
    watch = Watch(server)
    try:
        server.initialize(workspace=WATCHED)
        watch.begin()
        # The first message loads what an editor need not wait for; that is the same in all.
        watch.reply(watch.ask("loading", "$/redline-benchmark", None))
        watch.probe_until(watch.complete)
        row = {"wall s": perf_counter() - server.began, "cpu s": cpu_seconds(server.process.pid)}
        blocked = watch.times("probe")
        asked = perf_counter()
        watch.reply(watch.ask("symbol", "workspace/symbol", {"query": "Basket"}))
        row["first symbol s"] = perf_counter() - asked
        rest = perf_counter() + SETTLED_SECONDS
        watch.probe_until(lambda: perf_counter() > rest)
        row["loading s"] = watch.times("loading")[0]
        row |= {"blocked s": blocked[-1], "blocked p99 s": share(blocked, 0.99)}
        return _short(row | {"most MiB": watch.most, "left MiB": memory(server.process.pid)})
    finally:
        watch.end()


def _short(row: Row) -> Row:
    return {name: round(value, 3 if value < 10 else 1) for name, value in row.items()}


if __name__ == "__main__":
    main()
