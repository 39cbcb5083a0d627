"""Peers of the index, each installed once in a folder of its own, and how each is asked.

aider      (PyPI) keeps the tags of every file in a cache; asked for all of them, no ranking
codegraph  (npm) keeps a graph in the project's folder; asked to bring it up to date
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from time import perf_counter

AIDER = "aider-chat==0.86.2"
CODEGRAPH = "@colbymchenry/codegraph@1.6.1"
QUIET = {"CODEGRAPH_TELEMETRY": "0", "DO_NOT_TRACK": "1", "AIDER_ANALYTICS": "false"}
TAGS = """
import os, sys
from aider.repomap import RepoMap
from grep_ast import filename_to_lang

class Plain:
    def read_text(self, name, silent=False):
        with open(name, encoding="utf-8", errors="replace") as file:
            return file.read()
    def tool_output(self, *words, **more): pass
    tool_warning = tool_error = tool_output
    def token_count(self, text): return len(text) / 4

root, RepoMap.TAGS_CACHE_DIR = sys.argv[1], sys.argv[2]
tags = RepoMap(root=root, main_model=Plain(), io=Plain())
count = 0
for folder, folders, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        if filename_to_lang(name) == "python" and not os.path.islink(path):
            count += len(list(tags.get_tags(path, os.path.relpath(path, root))))
print(count)
"""


def aider(cache: Path) -> tuple[str, ...]:
    """The command that reads the tags of a folder; it takes the folder and that of the tags."""
    python = cache / "aider" / "bin" / "python"
    if not (cache / "aider" / "bin" / "aider").exists():
        venv.create(cache / "aider", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", AIDER], check=True)
    return (str(python), "-c", TAGS)


def codegraph(cache: Path) -> tuple[str, ...]:
    """The command of codegraph, to be followed by what to do and a folder."""
    program = cache / "codegraph" / "node_modules" / ".bin" / "codegraph"
    if not program.exists():
        (cache / "codegraph").mkdir(parents=True, exist_ok=True)
        install = ("npm", "install", "--silent", "--no-audit", "--no-fund", CODEGRAPH)
        subprocess.run([*install, "--prefix", cache / "codegraph"], check=True)
    return (str(program),)


def timed(command: tuple[str, ...], home: Path) -> float:
    """Seconds from the start of a command to its end. Raises when it fails."""
    began = perf_counter()
    done = subprocess.run(
        command,
        env=os.environ | QUIET | {"HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stderr[-2000:])
        raise RuntimeError(f"{command[0]} ended with {done.returncode}")
    return perf_counter() - began
