"""`AGENTS.md`: the rules a project has for agents, read only as far as the user trusts them.

What counts is the file nearest to the one that is worked on, up to the folder. It is read where
the user trusts the folder, and followed where its bytes are those that trust was granted to;
others are for the user to decide on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from redline.adapters.disk import read_text, resolved
from redline.adapters.uris import path_of
from redline.core.context.rules import ProjectRules
from redline.core.problems import Unreadable
from redline.core.text.text import Text
from redline.core.uris import Folder

NAME = "AGENTS.md"
MAX_BYTES = 64_000
LEFT_OUT = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
MOST_FOLDERS = 20_000
MOST_SECONDS = 3.0


class Grants(Protocol):
    """What of `Trust` is needed here."""

    def trusted(self, folder: str) -> bool:
        """True when the user granted it (`folder` is a uri)."""

    def rules(self, folder: str) -> Mapping[str, str]:
        """The digests of its `AGENTS.md` as they were granted, by path."""


class AgentsFiles:
    """The port `RuleFiles` over the disk."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def nearest(self, folder: Folder, uri: str) -> ProjectRules | None:
        """The rules for the file `uri` ('' for the folder itself); None where there are none.

        Without trust nothing of the file is read: `problem` says what to do.
        """
        root = path_of(folder.uri)
        found = _nearest(root, path_of(uri) if uri else None) if root is not None else None
        if root is None or found is None:
            return None
        path = found.relative_to(root).as_posix()
        if not self._grants.trusted(folder.uri):
            why = "is not read, since this folder is not trusted (redline trust)"
            return ProjectRules(path, problem=f"{path} {why}")
        inside, real = resolved(folder.uri), _real(found)
        if inside is None or real is None or not real.is_relative_to(inside):
            return ProjectRules(path, problem=f"{path} is not read: it leads out of the folder")
        text = read_text(real, MAX_BYTES)
        if isinstance(text, Unreadable):
            return ProjectRules(path, problem=f"{path} is not read: {text.reason}")
        return self._granted(folder, path, text)

    def _granted(self, folder: Folder, path: str, text: Text) -> ProjectRules:
        granted = self._grants.rules(folder.uri).get(path)
        if granted == text.digest:
            return ProjectRules(path, text)
        why = "is left out: it is not as it was when you trusted the folder. Read it, and"
        problem = f"{path} {why} trust the folder again (redline trust)"
        return ProjectRules(path, problem=problem, changed=text, known=granted is not None)


def digests(root: Path) -> dict[str, str]:
    """The digests of every `AGENTS.md` in and below a folder, by path.

    Hidden folders, links and what others wrote (`node_modules`) are left out. What is not found
    in 20,000 folders or 3 seconds is not granted.
    """
    found: dict[str, str] = {}
    end = time.monotonic() + MOST_SECONDS
    for number, path in enumerate(_folders(root)):
        if number > MOST_FOLDERS or time.monotonic() > end:
            break
        file = path / NAME
        real = _real(file) if file.is_file() else None
        text = read_text(real, MAX_BYTES) if real and real.is_relative_to(root) else None
        if isinstance(text, Text):
            found[file.relative_to(root).as_posix()] = text.digest
    return found


def _folders(root: Path) -> Iterator[Path]:
    """The folder and those below it, the highest first."""
    waiting = [root]
    while waiting:
        level, waiting = waiting, []
        for folder in level:
            yield folder
            try:
                with os.scandir(folder) as entries:
                    waiting += sorted(Path(e.path) for e in entries if _looked_into(e))
            except OSError:
                continue


def _looked_into(entry: os.DirEntry[str]) -> bool:
    return (
        not entry.name.startswith(".")
        and entry.name not in LEFT_OUT
        and entry.is_dir(follow_symlinks=False)
    )


def _nearest(root: Path, path: Path | None) -> Path | None:
    """The first `AGENTS.md` from the folder of `path` up to `root`, by name alone."""
    folder = path.parent if path is not None and path.is_relative_to(root) else root
    while True:
        if os.path.lexists(folder / NAME):
            return folder / NAME
        if folder in (root, folder.parent):
            return None
        folder = folder.parent


def _real(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop is a RuntimeError up to 3.12
        return None
