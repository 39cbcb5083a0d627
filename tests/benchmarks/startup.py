"""How long an editor waits for the server: python tests/benchmarks/startup.py [--runs N] [--json]

From the start of the process to the answer of `initialize`, in an empty folder:

  bare     a server on the same library that does nothing
  redline  `redline serve`

One run of each in turn, in changing order. Goal: redline at most 1.2 times bare.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from measuring import Server, figures, show

COMMANDS = {
    "bare": (sys.executable, str(Path(__file__).with_name("bare_server.py"))),
    "redline": (sys.executable, "-m", "redline.main", "serve"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder).resolve() / "root", Path(folder) / "home"
        root.mkdir()
        for name in COMMANDS:
            once(name, root, home)  # compiled modules and the file cache
        for turn in range(options.runs):
            for name in list(COMMANDS)[:: -1 if turn % 2 else 1]:
                times[name].append(once(name, root, home))
    show(figures(times, "bare"), options.json, goal="redline <= 1.2")


def once(name: str, root: Path, home: Path) -> float:
    """Seconds of one start."""
    server = Server(COMMANDS[name], root, home)
    try:
        return server.initialize()
    finally:
        server.end()


if __name__ == "__main__":
    main()
