"""What a program wrote, read off the layer that caught its writes.

The layer is a stranger's work and may still be written while it is read: every step goes
through an open folder, no link is followed, and nothing but regular files is opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MOST_PATHS = 10_000
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OPAQUE = "user.overlay.opaque"


@dataclass(slots=True)
class Changes:
    """Paths, the bytes that fitted (None: removed), and whether there was room left."""

    paths: list[str] = field(default_factory=list)
    written: dict[str, bytes | None] = field(default_factory=dict)
    full: bool = False


def changes(layer: Path, below: Sequence[Path], room: int) -> Changes:
    """What `layer` changes of the trees `below` it, the uppermost first.

    At most `room` bytes and 10,000 paths are handed back. Raises `OSError` when the layer
    cannot be read.
    """
    found = Changes()
    state = os.statvfs(layer)
    found.full = state.f_bavail == 0 or state.f_favail == 0
    for path, data in _differing(layer, below):
        found.paths.append(path)
        if data is None:
            found.written[path] = None
        elif isinstance(data, int):
            with os.fdopen(data, "rb") as file:
                size = os.fstat(data).st_size
                if size <= room:
                    found.written[path] = file.read(size)
                    room -= size
        if len(found.paths) >= MOST_PATHS:
            break
    found.paths.sort()
    return found


def _differing(layer: Path, below: Sequence[Path]) -> Iterator[tuple[str, int | str | None]]:
    """Each path that differs, with an open file, the kind of what is no file, or None: gone."""
    for folder, folders, names, handle in os.fwalk(layer, follow_symlinks=False):
        prefix = folder[len(str(layer)) + 1 :]
        prefix = prefix + "/" if prefix else ""
        if prefix and _opaque(handle):
            yield from ((path, None) for path in _hidden(prefix, {*folders, *names}, below))
        for name in names:
            with suppress(OSError):  # it went away meanwhile
                status = os.stat(name, dir_fd=handle, follow_symlinks=False)
                if stat.S_ISCHR(status.st_mode):
                    yield prefix + name, None
                elif not stat.S_ISREG(status.st_mode):
                    yield prefix + name, "special"
                elif (file := _changed(handle, name, _below(prefix + name, below))) is not None:
                    yield prefix + name, file


def _changed(folder: int, name: str, before: Path | None) -> int | None:
    """A handle at the file's start, or None when it has the bytes that were there before."""
    handle = os.open(name, _FLAGS, dir_fd=folder)
    if before is None or not _same(handle, before):
        os.lseek(handle, 0, os.SEEK_SET)
        return handle
    os.close(handle)
    return None


def _same(handle: int, before: Path) -> bool:
    try:
        other = os.open(before, _FLAGS)
    except OSError:
        return False
    try:
        first, second = os.fstat(handle), os.fstat(other)
        if not stat.S_ISREG(second.st_mode) or first.st_size != second.st_size:
            return False
        while part := os.read(handle, _CHUNK):
            if part != os.read(other, len(part)):
                return False
        return True
    finally:
        os.close(other)


def _below(path: str, below: Sequence[Path]) -> Path | None:
    """Where `path` was before, or None: it is new."""
    for tree in below:
        try:
            status = (tree / path).lstat()
        except OSError:
            continue
        removed = stat.S_ISCHR(status.st_mode) and status.st_rdev == 0
        return None if removed else tree / path
    return None


def _opaque(handle: int) -> bool:
    """True for a folder that was removed and made again: nothing shows through it."""
    try:
        return os.getxattr(handle, _OPAQUE) == b"y"
    except OSError:
        return False


def _hidden(prefix: str, kept: set[str], below: Sequence[Path]) -> list[str]:
    """The files below `prefix` that went with their folder, but for the names in `kept`."""
    found: set[str] = set()
    for tree in below:
        for folder, _, names in os.walk(tree / prefix):
            relative = Path(folder).relative_to(tree)
            found.update((relative / name).as_posix() for name in names)
    return sorted(
        path
        for path in found
        if path[len(prefix) :].split("/")[0] not in kept and _below(path, below) is not None
    )
