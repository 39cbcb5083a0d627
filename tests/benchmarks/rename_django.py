"""A rename of a class across Django, from the command to the proposal.

    python tests/benchmarks/rename_django.py [DJANGO] [--runs N] [--json]

  ty cold       a new `ty server`: start, open the file, one rename
  ty warm       the same server asked once more
  server first  `agent.refactor` at the moment the index is complete, up to
                `redline/proposal`; ty was started when the file was opened
  server ready  the same two seconds later
  server warm   the same server asked for another rename: beside "ty warm"
  shell         `redline ask`: start, index, ty, proposal as a diff

One of each in turn, new processes every turn. Goal: at most 1.3 times ty cold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from measuring import Server, django, figures, show, surroundings

FILE = "django/db/models/query.py"
OLD = "class RawQuerySet"
TY = (str(Path(sys.executable).with_name("ty")), "server")
REDLINE = (sys.executable, "-m", "redline.main")
VARIANTS = ("ty cold", "ty warm", "server first", "server ready", "server warm", "shell")
PAUSE = 2.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.django)
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.runs):
            for part in (ty, server, ready, shell)[:: -1 if turn % 2 else 1]:
                for name, spent in part(root, Path(folder)).items():
                    times[name].append(spent)
    found = figures(times, "ty cold")
    warm = found["ty warm"]["median"]
    found["server warm"]["ratio"] = round(found["server warm"]["median"] / warm, 2)
    show(found, options.json, goal="server first and ready <= 1.3", warm="ratios to ty warm")


def ty(root: Path, home: Path) -> dict[str, float]:
    """The language server alone."""
    server = Server(TY, root, home)
    try:
        server.initialize()
        uri = server.open(root / FILE)
        cold = timed_rename(server, uri, "RenamedOne")
        return {
            "ty cold": perf_counter() - server.began if cold else 0.0,
            "ty warm": timed_rename(server, uri, "RenamedTwo"),
        }
    finally:
        server.end()


def timed_rename(server: Server, uri: str, new: str) -> float:
    """Seconds of one rename."""
    began = perf_counter()
    place = {"textDocument": {"uri": uri}, "position": position(server.root)}
    answer = server.request("textDocument/rename", {**place, "newName": new})
    if not (answer.get("documentChanges") or answer.get("changes")):
        raise RuntimeError("no edits")
    return perf_counter() - began


def position(root: Path) -> dict[str, int]:
    """Inside the name that is renamed."""
    lines = (root / FILE).read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines) if text.startswith(OLD))
    return {"line": line, "character": len(OLD) - 2}


def server(root: Path, home: Path) -> dict[str, float]:
    """Redline as an editor uses it."""
    with indexed(root, home) as (running, uri):
        return {
            "server first": timed_proposal(running, uri, "RenamedOne"),
            "server warm": timed_proposal(running, uri, "RenamedTwo"),
        }


def ready(root: Path, home: Path) -> dict[str, float]:
    """The same, two seconds after the index was complete."""
    with indexed(root, home) as (running, uri):
        sleep(PAUSE)
        return {"server ready": timed_proposal(running, uri, "RenamedOne")}


@contextmanager
def indexed(root: Path, home: Path) -> Iterator[tuple[Server, str]]:
    """A server with the file open, at the moment its index is complete."""
    running = Server((*REDLINE, "serve"), root, home)
    try:
        running.initialize()
        uri = running.open(root / FILE)
        running.until(
            lambda m: m.get("method") == "redline/index" and m["params"]["state"] == "complete"
        )
        yield running, uri
    finally:
        running.end()


def timed_proposal(running: Server, uri: str, new: str) -> float:
    """Seconds from the command to the proposal."""
    began = perf_counter()
    argument = {"uri": uri, "instruction": f"rename {OLD.split()[1]} to {new}"}
    running.send(
        {
            "id": f"run-{new}",
            "method": "workspace/executeCommand",
            "params": {"command": "agent.refactor", "arguments": [argument]},
        }
    )
    ended = ("done", "failed", "cancelled", "waiting")
    running.until(
        lambda m: (
            m.get("method") == "redline/proposal"
            or (
                m.get("method") == "redline/run"
                and m["params"]["state"] in ended
                and ended_badly(m)
            )
        )
    )
    return perf_counter() - began


def ended_badly(message: dict[str, object]) -> bool:
    raise RuntimeError(f"no proposal: {message}")


def shell(root: Path, home: Path) -> dict[str, float]:
    """Everything from nothing."""
    began = perf_counter()
    words = f"rename {OLD.split()[1]} to RenamedOne"
    subprocess.run(
        [*REDLINE, "ask", words, "--root", str(root)],
        env=surroundings(home),
        capture_output=True,
        check=True,
    )
    return {"shell": perf_counter() - began}


if __name__ == "__main__":
    main()
