"""The command line as a user's shell sees it: a process, its streams, its exit code."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "server" / "redline" / "demo_project"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Redline = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project the demo works on."""
    root = tmp_path / "shop"
    shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    return root


@pytest.fixture
def redline(project: Path) -> Redline:
    """Runs `redline` in the project."""

    def run(*arguments: str, stdin: str = "") -> Done:
        # -P: the installed command has no path to the folder it is run in, either.
        command = [sys.executable, "-P", "-m", "redline.main", *arguments]
        done = subprocess.run(
            command, check=False, cwd=project, input=stdin, capture_output=True, text=True
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
