"""A one-file rename in Django with its evidence, from the command to the proposal.

    python tests/benchmarks/prove_django.py [DJANGO] [--runs N] [--python PYTHON] [--json]

Over a copy of Django that has rules for ruff, and a `conftest.py` that sets Django up:

  cold        `agent.refactor` at the moment a new server's index is complete, up to
              `redline/proposal`: parse, names, lint and types; the folder is not trusted
  warm        the same server asked for another rename
  cold tests  as cold, in a folder that is trusted: the affected tests, too
  warm tests  as warm, with them

The last two need `--python`: one that has pytest, asgiref and sqlparse. Beside the seconds
stand those that each check took. Goals: cold at most 5 s, warm at most 1 s.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from measuring import Server, django

FILE, OLD = "django/utils/text.py", "calculate_truncate_chars_length"
REDLINE = (sys.executable, "-m", "redline.main", "serve")
ADDED = {
    "ruff.toml": 'lint.select = ["E4", "E7", "E9", "F", "B"]\n',
    "conftest.py": (
        "import os\nimport sys\n\nsys.path.insert(0, 'tests')\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'test_sqlite')\n"
        "import django  # noqa: E402\n\ndjango.setup()\n"
    ),
}
ENDED = ("failed", "cancelled", "waiting", "answered")
Spent = dict[str, tuple[float, dict[str, float], str]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--python", default="")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    turns: list[Spent] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "django"
        shutil.copytree(django(options.django), root, symlinks=True)
        for name, text in ADDED.items():
            (root / name).write_text(text)
        for _ in range(options.runs):
            spent = turn(root, Path(folder) / "home", "")
            if options.python:
                spent |= turn(root, Path(folder) / "trusting", options.python)
            turns.append(spent)
    told = {name: figures([each[name] for each in turns]) for name in turns[0]}
    if options.json:
        print(json.dumps(told))
        return
    for name, row in told.items():
        checks = ", ".join(f"{check} {seconds:.2f}" for check, seconds in row["checks"].items())
        print(
            f"{name:<12}{row['median']:>7.2f} s  ({row['low']:.2f} to {row['high']:.2f}; {checks})"
        )
        print(f"{'':<12}{row['summary']}")


def figures(found: list[tuple[float, dict[str, float], str]]) -> dict[str, Any]:
    seconds = [each for each, _, _ in found]
    checks = {name: median(each[name] for _, each, _ in found) for name in found[0][1]}
    return {
        "median": round(median(seconds), 3),
        "low": round(min(seconds), 3),
        "high": round(max(seconds), 3),
        "checks": {name: round(value, 3) for name, value in checks.items()},
        "summary": found[-1][2],
    }


def turn(root: Path, home: Path, python: str) -> Spent:
    """A server's life; with a Python, in a folder that is trusted."""
    config = home / "config" / "redline" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[checks]\npython = "{python}"\n')
    running = Server(REDLINE, root, home)
    more = " tests" if python else ""
    try:
        running.initialize()
        uri = running.open(root / FILE)
        if python:
            command(running, "redline.trust", {"folder": root.as_uri()}, "trust")
        running.until(
            lambda m: m.get("method") == "redline/index" and m["params"]["state"] == "complete"
        )
        return {
            f"cold{more}": timed(running, uri, "one"),
            f"warm{more}": timed(running, uri, "two"),
        }
    finally:
        running.end()


def command(running: Server, name: str, argument: dict[str, str], id_: str) -> None:
    params = {"command": name, "arguments": [argument]}
    running.send({"id": id_, "method": "workspace/executeCommand", "params": params})


def timed(running: Server, uri: str, new: str) -> tuple[float, dict[str, float], str]:
    """Seconds of one rename, those of its checks, and what the proposal says."""
    began = perf_counter()
    asked = {"uri": uri, "instruction": f"rename {OLD} to {OLD}_{new}"}
    command(running, "agent.refactor", asked, f"run-{new}")
    message = running.until(
        lambda m: (
            m.get("method") == "redline/proposal"
            or (m.get("method") == "redline/run" and m["params"]["state"] in ENDED)
        )
    )
    spent = perf_counter() - began
    if message["method"] != "redline/proposal":
        raise RuntimeError(f"no proposal: {message['params']}")
    checks = {each["name"]: each["seconds"] for each in message["params"]["checks"]}
    return spent, checks, message["params"]["summary"]


if __name__ == "__main__":
    main()
