"""Lays changed files over a read-only tree by mounts alone, for kernels without overlays.

A folder in which files appear or vanish is made anew of its parts; a file whose bytes
differ gets the other file mounted over it. Nothing of the tree can be written.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from redline.core.oversight.sandbox import ScratchCopy

LAID = "laid"


def binds(scratch: ScratchCopy) -> list[str]:
    """Arguments of bubblewrap, after the tree itself is mounted read-only."""
    return list(_folder(Path(scratch.folder), Path(scratch.place) / LAID))


def _folder(real: Path, laid: Path) -> Iterator[str]:
    entries = {entry.name: entry for entry in os.scandir(laid)}
    # Where a mount point is missing it cannot be made: the tree is read-only.
    anew = any(_removed(e) or not os.path.lexists(real / e.name) for e in entries.values())
    anew = anew or any((real / e.name).is_symlink() for e in entries.values())
    anew = anew or any(e.is_dir() != (real / e.name).is_dir() for e in entries.values())
    if anew:
        yield from ("--tmpfs", str(real))
        yield from _others(real, set(entries))
    for entry in entries.values():
        if _removed(entry):
            continue
        if entry.is_dir():
            if not (real / entry.name).is_dir():
                yield from ("--ro-bind", entry.path, str(real / entry.name))
                continue
            if anew:
                yield from _same(real / entry.name)
            yield from _folder(real / entry.name, Path(entry.path))
        else:
            yield from ("--ro-bind", entry.path, str(real / entry.name))
    if anew:
        yield from ("--remount-ro", str(real))


def _others(real: Path, laid: set[str]) -> Iterator[str]:
    if not real.is_dir():
        return
    for entry in os.scandir(real):
        if entry.name not in laid:
            yield from _same(Path(entry.path))


def _same(path: Path) -> Iterator[str]:
    if path.is_symlink():
        yield from ("--symlink", str(path.readlink()), str(path))
    else:
        yield from ("--ro-bind", str(path), str(path))


def _removed(entry: os.DirEntry[str]) -> bool:
    status = entry.stat(follow_symlinks=False)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0
