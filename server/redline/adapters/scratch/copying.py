"""Copies a whole tree, for programs that run unsandboxed: bounded, and sharing nothing.

Blocks are shared where the file system can (the copy then is as quick as it is small);
hard links and symbolic links are not used, since a program could write through them.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from redline.core.problems import ToolProblem

# Large, made anew by whoever needs them, or found by the program where they are.
_LEFT_OUT = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".mypy_cache", ".tox", ".nox"}
)
_CLONE = 0x40049409  # FICLONE


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a tree is still copied."""

    total_bytes: int = 200 << 20
    files: int = 20_000
    seconds: float = 20.0


class _TooLarge(Exception):
    """The tree is beyond the bounds. The message says in what."""


@dataclass(slots=True)
class _Left:
    total_bytes: int
    files: int
    until: float

    def take(self, size: int) -> None:
        self.total_bytes -= size
        self.files -= 1
        if self.files < 0:
            raise _TooLarge("too many files")
        if self.total_bytes < 0:
            raise _TooLarge("too many bytes")
        if monotonic() > self.until:
            raise _TooLarge("it takes too long")


def copied(root: Path, tree: Path, bounds: Bounds) -> ToolProblem | None:
    """Copies the files below `root` to `tree`, or says why not. It blocks: use a thread.

    Links are kept only when they lead to something in the tree, by a relative path. Virtual
    environments, folders of packages and the repository stay where they are.
    """
    left = _Left(bounds.total_bytes, bounds.files, monotonic() + bounds.seconds)
    try:
        _copy(root, tree, left)
    except _TooLarge as error:
        return ToolProblem(
            f"{root} is not copied: {error}"
            f" (at most {bounds.files:,} files and {bounds.total_bytes >> 20} MB)"
        )
    except OSError as error:
        return ToolProblem(f"{root} is not copied: {error.strerror or error}", True)
    return None


def _copy(root: Path, tree: Path, left: _Left) -> None:
    tree.mkdir(mode=0o700)
    pending = [""]
    while pending:
        folder = pending.pop()
        with os.scandir(root / folder) as entries:
            found = list(entries)
        if folder and any(entry.name == "pyvenv.cfg" for entry in found):
            continue
        for entry in found:
            path = folder + entry.name
            if entry.is_symlink():
                _link(root, path, tree)
            elif entry.is_dir():
                if entry.name not in _LEFT_OUT:
                    (tree / path).mkdir(mode=0o700)
                    pending.append(path + "/")
            elif entry.is_file():
                left.take(entry.stat().st_size)
                _file(Path(entry.path), tree / path)


def _link(root: Path, path: str, tree: Path) -> None:
    target = (root / path).readlink()
    leads = (root / path).parent.joinpath(target)
    if not target.is_absolute() and leads.resolve().is_relative_to(root):
        (tree / path).symlink_to(target)


def _file(source: Path, target: Path) -> None:
    """A file that changed its kind meanwhile is passed over."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(source, flags)
    with os.fdopen(handle, "rb") as reader, target.open("xb") as writer:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return
        if not _cloned(handle, writer.fileno()):
            shutil.copyfileobj(reader, writer, 1 << 20)
    target.chmod(stat.S_IMODE(status.st_mode) & 0o777 | 0o600)


def _cloned(source: int, target: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(target, _CLONE, source)
    except OSError:
        return False
    return True
