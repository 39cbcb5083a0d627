"""Asks each tool, in a process of its own, what it would make of requests."""

from __future__ import annotations

import hashlib
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trial_answers import Answer, Item, written
from trial_checkout import Broken, Checkout

HERE = Path(__file__).parent
PEERS = {"rope": "1.15.2", "jedi": "0.20.1"}
OFFERS = {
    "redline": ("rename", "extract", "signature", "move"),
    "rope": ("rename", "extract", "signature", "move"),
    "jedi": ("rename", "extract"),
}
PATIENCE = 180
"""Seconds for one answer; the first one has the start and the index in it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that answers requests: its name, how it is started, what stands for its version."""

    name: str
    command: tuple[str, ...]
    version: str

    def answers(self, checkout: Checkout, items: Sequence[Item]) -> Iterator[tuple[Item, Answer]]:
        """One answer a request, in order. What ends the program is a refusal of that request."""
        waiting = [each for each in items if each.kind in OFFERS[self.name]]
        while waiting:
            for answer in self._asked(checkout, waiting):
                yield waiting.pop(0), answer

    def _asked(self, checkout: Checkout, items: Sequence[Item]) -> Iterator[Answer]:
        checkout.reset()
        environment = checkout.environment() | self._paths()
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                [*self.command, str(checkout.root)],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                cwd=checkout.root,
            ) as process,
        ):
            given.write(written(list(items)).encode())
            given.seek(0)
            done = 0
            try:
                for line in _lines(process):
                    done += 1
                    yield Answer.read(line)
            finally:
                process.kill()
            process.wait()
            if done < len(items):
                said.seek(0)
                rows = said.read().decode("utf-8", "replace").strip().splitlines()
                yield Answer(f"raised {rows[-1][:300]}" if rows else "gave no answer in time")

    def _paths(self) -> Mapping[str, str]:
        own = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")} if self.name == "redline" else {}
        return {**own, "PYTHONHASHSEED": "0"}


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """What the process says, line by line, until it ends or is silent for too long."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        rest = b""
        while waiting.select(PATIENCE):
            some = os.read(process.stdout.fileno(), 1 << 16)
            if not some:
                return
            *whole, rest = (rest + some).split(b"\n")
            # Some libraries print what only their authors wanted to know.
            yield from (line.decode() for line in whole if line.startswith(b'{"refused"'))


def tools(cache: Path) -> list[Tool]:
    """Redline, and its peers in a virtual environment of theirs. Raises `Broken`."""
    python = cache / "peers" / "bin" / "python"
    if not (cache / "peers" / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(cache / "peers")], check=True)
        wanted = [f"{name}=={version}" for name, version in PEERS.items()]
        install = [str(python), "-m", "pip", "-q", "--disable-pip-version-check", "install"]
        done = subprocess.run([*install, *wanted], capture_output=True, check=False)
        if done.returncode:
            raise Broken(done.stderr.decode("utf-8", "replace"))
        (cache / "peers" / "ready").touch()
    own = Tool("redline", (sys.executable, str(HERE / "trial_redline.py")), "")
    scripts = {name: str(HERE / f"trial_{name}.py") for name in PEERS}
    return [own, *(Tool(n, (str(python), scripts[n]), v) for n, v in PEERS.items())]


def answers(tool: Tool, checkout: Checkout, items: Sequence[Item]) -> list[tuple[Item, Answer]]:
    """The tool's answers. Those of a released version are kept; ours are asked for anew."""
    if not tool.version:
        return list(tool.answers(checkout, items))
    script = Path(tool.command[-1]).read_bytes()
    key = hashlib.sha256(written(list(items)).encode() + script).hexdigest()[:16]
    kept = checkout.home / "answers" / f"{tool.name}-{tool.version}-{key}.jsonl"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        found = [answer.line() for _, answer in tool.answers(checkout, items)]
        kept.write_text("".join(f"{line}\n" for line in found), "utf-8")
    lines = kept.read_text("utf-8").splitlines()
    asked = [each for each in items if each.kind in OFFERS[tool.name]]
    return list(zip(asked, map(Answer.read, lines), strict=True))
