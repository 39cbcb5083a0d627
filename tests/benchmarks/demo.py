"""How long the demonstration takes: python tests/benchmarks/demo.py [--runs N] [--json]

`redline demo --yes`, from the shell's prompt and back: a server started, a project
indexed, a rename planned, computed, checked, shown, applied and verified. Beside it
`python -c pass`, the floor for any command. Goal: under 10 s.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from measuring import figures, show, surroundings

COMMANDS = {
    "python": (sys.executable, "-c", "pass"),
    "demo": (sys.executable, "-m", "redline.main", "demo", "--yes"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=7)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(options.runs):
            for name, command in COMMANDS.items():
                began = perf_counter()
                subprocess.run(
                    command, env=surroundings(Path(home)), capture_output=True, check=True
                )
                times[name].append(perf_counter() - began)
    show(figures(times, "python"), options.json, goal="demo < 10 s")


if __name__ == "__main__":
    main()
