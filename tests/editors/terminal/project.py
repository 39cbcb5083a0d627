"""A small real project, the editor's surroundings, and what Redline recorded of it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installed import ROOT

from terminal import wire

PAGES = ROOT / "docs" / "editors"
INSTRUCTION = "agent: rename total to amount"
FILES: Mapping[str, str] = {
    "shop/__init__.py": "",
    "shop/prices.py": f'''\
"""Prices."""


def total(items):
    # {INSTRUCTION}
    return sum(item.price for item in items)
''',
    "shop/cart.py": '''\
"""A cart."""

from shop.prices import total


def bill(items, rate):
    net = total(items)
    tax = net * rate
    größe = len(items)
    return net + tax, größe
''',
    "shop/report.py": '''\
"""A report."""

from shop import prices


def line(name, items):
    return f"{name}: {prices.total(items)}"
''',
}


def renamed(text: str) -> str:
    """What the instruction makes of one file: written here, not computed by Redline."""
    lines = [line for line in text.splitlines(keepends=True) if INSTRUCTION not in line]
    return re.sub(r"\btotal\b", "amount", "".join(lines))


@dataclass(frozen=True, slots=True)
class Project:
    """A git worktree, and the home of whoever works in it."""

    root: Path
    home: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment: journal, settings and programs are those of `home`."""
        homes = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in HOMES}
        path = os.pathsep.join((str(self.home / "bin"), os.environ["PATH"]))
        python = os.pathsep.join(filter(None, (str(ROOT / "server"), os.environ.get("PYTHONPATH"))))
        return {
            **os.environ,
            **homes,
            "HOME": str(self.home),
            "PATH": path,
            "PYTHONPATH": python,
            "LC_ALL": "C.UTF-8",
        }

    @property
    def to_server(self) -> Path:
        """The recording of what the editor sent."""
        return self.home / "to-server"

    @property
    def to_editor(self) -> Path:
        """The recording of what the server sent."""
        return self.home / "to-editor"

    def read(self) -> dict[str, str]:
        """The text of every file, as it is on disk."""
        return {path: (self.root / path).read_bytes().decode("utf-8") for path in FILES}

    def patched(self, diff: str) -> dict[str, str]:
        """What git makes of the committed files with `diff`."""
        copy = self.home / "patched"
        shutil.rmtree(copy, ignore_errors=True)
        _git(self, "worktree", "add", "--quiet", "--detach", str(copy), "HEAD")
        _run(self, ["git", "apply", "-"], copy, diff)
        texts = {path: (copy / path).read_bytes().decode("utf-8") for path in FILES}
        _git(self, "worktree", "remove", "--force", str(copy))
        return texts

    def use_script(self, script: str) -> None:
        """Sets a scripted model in the user's settings."""
        folder = self.home / "config" / "redline"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "script.txt"
        file.write_text(script, "utf-8")
        model = json.dumps(f"scripted:{file}")
        (folder / "config.toml").write_text(f"model = {model}\n", "utf-8")

    def runs(self) -> list[dict[str, Any]]:
        """`redline runs --json`: what the journal knows, newest first."""
        command = [sys.executable, "-m", "redline.main", "runs", "--json", "--root", str(self.root)]
        return list(json.loads(_run(self, command, self.root)))

    def edits(self) -> list[dict[str, Any]]:
        """The edits the server asked the editor to apply."""
        return wire.named(self.to_editor, "workspace/applyEdit")

    def applied(self) -> bool:
        """Whether the editor has answered every edit it was asked for, at least one."""
        answered = {each["id"] for each in wire.messages(self.to_server) if "method" not in each}
        asked = {each["id"] for each in self.edits()}
        return bool(asked) and asked <= answered

    def offered(self) -> list[str] | None:
        """The titles in the answer to the newest request for code actions; None before it."""
        asked = wire.named(self.to_server, "textDocument/codeAction")[-1]["id"]
        for each in reversed(wire.messages(self.to_editor)):
            if each.get("id") == asked and "method" not in each:
                return [action["title"] for action in each["result"]]
        return None

    def account(self) -> str:
        """What is known of a failed test besides the screen."""
        lines = []
        for way, recorded in (("editor", self.to_server), ("server", self.to_editor)):
            lines += [f"{way}: {json.dumps(each)[:600]}" for each in wire.messages(recorded)[-25:]]
        errors = self.home / "stderr.log"
        said = errors.read_text("utf-8", "replace")[-4_000:] if errors.exists() else ""
        return "\n".join([*lines, "standard error of the server:", said])


HOMES = ("STATE", "DATA", "CONFIG", "CACHE")


def create(folder: Path) -> Project:
    """A committed project, and a home where `redline-lsp` is the server under test, recorded."""
    project = Project(folder / "project", folder / "home")
    (project.home / "bin").mkdir(parents=True)
    given = os.environ.get("REDLINE_SERVER")
    server = given or shlex.join([sys.executable, "-m", "redline.main", "serve"])
    wire.recording_server(project.home / "bin" / "redline-lsp", server, project.home)
    for path, text in FILES.items():
        file = project.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    _git(project, "init", "--quiet", "--initial-branch", "main")
    _git(project, "add", ".")
    _git(project, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "shop")
    return project


def documented(page: str, language: str) -> str:
    """The first block in `language` of a page in docs/editors: what is tested is what is told."""
    return _block(page, language)[1]


def untimed(screen: str) -> str:
    """A screen on which checks took no time at all, as wide as before."""
    return re.sub(r"\b\d+\.\d s\b", lambda found: "0.0 s".rjust(len(found[0]), "0"), screen)


def picture(page: str, screen: str, update: bool) -> str:
    """The screen that a page shows; with `update` it becomes `screen`."""
    if update:
        file = PAGES / page
        text, start, end = file.read_text("utf-8"), *_block(page, "text").span(1)
        file.write_text(f"{text[:start]}{screen}\n{text[end:]}", "utf-8")
    return documented(page, "text").rstrip("\n")


def _block(page: str, language: str) -> re.Match[str]:
    text = (PAGES / page).read_text("utf-8")
    block = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block is not None, f"{page} has no block in {language}"
    return block


def _git(project: Project, *arguments: str) -> str:
    return _run(project, ["git", *arguments], project.root)


def _run(project: Project, command: list[str], cwd: Path, given: str | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=project.env,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr, given)
    return done.stdout
