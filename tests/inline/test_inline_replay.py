"""What the author of a small history put in is typed again, through the whole pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "inline_replay.py"
CLIENT = Path(__file__).parents[2] / "editor-clients" / "vscode" / "src"
GROWN = ("review/comments.ts", "shop/basket.py", "status.ts", "server.ts")
KEYS = 1_000


def git(root: Path, *arguments: str) -> str:
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(["git", *author, *arguments], cwd=root, check=True, capture_output=True)
    return done.stdout.decode().strip()


def history(root: Path) -> str:
    """The demo project and an editor's client: a third of each file that `GROWN` names at
    first, then a block more in each commit; the first commit."""
    demo = Path(str(files("redline") / "demo_project"))
    names = {path.relative_to(demo).as_posix(): path for path in demo.rglob("*.py")}
    names |= {path.relative_to(CLIENT).as_posix(): path for path in CLIENT.rglob("*.ts")}
    blocks = {
        name: path.read_text("utf-8").rstrip("\n").split("\n\n") for name, path in names.items()
    }
    present = {name: len(found) // (3 if name in GROWN else 1) for name, found in blocks.items()}
    root.mkdir()
    git(root, "init", "--quiet")

    def commit(*paths: str) -> None:
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("\n\n".join(blocks[path][: present[path]]) + "\n", "utf-8")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", "More of it")

    commit(*blocks)
    first = git(root, "rev-parse", "HEAD")
    for name in GROWN:
        while present[name] < len(blocks[name]):
            present[name] += 1
            if blocks[name][present[name] - 1].strip():
                commit(name)
    return first


@pytest.mark.slow
def test_nothing_that_is_shown_breaks_the_parse(tmp_path: Path) -> None:
    root = tmp_path / "project"
    first = history(root)
    command = [sys.executable, str(BENCHMARK), "--git", str(root / ".git"), "--at", first]
    done = subprocess.run(
        [*command, "--keys", str(KEYS), "--json"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["keys"] >= KEYS
    assert 0 < found["right"] <= found["shown"]
    assert 0 < found["saved"] < found["keys"]
    assert (found["broken"], found["examples"]) == (0, [])
