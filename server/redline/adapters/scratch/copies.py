"""Scratch copies: a workspace folder with other texts laid over it, itself untouched.

In the sandbox only what differs is written, into a private folder; the kernel lays it over
the real tree when a program runs (`sandbox.py`). Where programs run unsandboxed, the tree
is copied whole, within bounds: a link of any kind would let a program write through it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from redline.adapters.sandbox.view import too_wide
from redline.adapters.scratch.copying import Bounds, copied
from redline.adapters.scratch.places import ScratchPlaces
from redline.adapters.scratch.secrets import Secret, Secrets
from redline.core.oversight.sandbox import ScratchCopy, secret_file
from redline.core.problems import ToolProblem

LAID, TREE = "laid", "tree"


@dataclass(slots=True)
class Scratch:
    """Makes scratch copies, for the sandbox or, with `whole`, to run in unsandboxed."""

    places: ScratchPlaces
    whole: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    _secrets: Secrets = field(default_factory=Secrets)

    @asynccontextmanager
    async def laid(
        self, folder: Path, changed: Mapping[str, bytes | None]
    ) -> AsyncIterator[ScratchCopy | ToolProblem]:
        """`folder` with the bytes of `changed` (relative paths with `/`; None: no such file).

        What holds secrets is empty in the copy. The copy goes when the block is left, and
        at the next start where the process was killed.
        """
        place: Path | None = None
        try:
            place = self.places.new()
            made = await asyncio.to_thread(self._made, place, folder, changed)
        except OSError as error:
            made = ToolProblem(f"no scratch copy of {folder}: {error.strerror or error}", True)
        try:
            yield made
        finally:
            if place is not None:
                await asyncio.to_thread(self.places.give_back, place)

    def _made(
        self, place: Path, folder: Path, changed: Mapping[str, bytes | None]
    ) -> ScratchCopy | ToolProblem:
        root = folder.resolve(strict=True)
        reason = too_wide(root)
        if reason:
            return ToolProblem(f"no scratch copy: {reason}")
        status = root.stat()
        try:
            texts = {_inside(root, path): data for path, data in changed.items()}
        except ValueError as error:
            return ToolProblem(f"no scratch copy: {error}")
        if self.whole:
            problem = copied(root, place / TREE, self.bounds)
            if problem is not None:
                return problem
        layer = _Layer(root, place / (TREE if self.whole else LAID), self.whole)
        layer.start()
        for path, data in texts.items():
            layer.put(path, data)
        for secret in self._secrets.below(root):
            layer.hide(secret)
        return ScratchCopy(str(root), str(place), (status.st_dev, status.st_ino), self.whole)


def _inside(root: Path, path: str) -> str:
    """`path` with links in its folders followed, when it lies in `root`. Raises `ValueError`."""
    given = PurePosixPath(path)
    if given.is_absolute() or ".." in given.parts or not given.parts or "\0" in path:
        raise ValueError(f"{path!r} is not a path in the folder")
    parent = (root / given.parent).resolve()
    if not parent.is_relative_to(root):
        raise ValueError(f"{path} leads out of the folder")
    return (parent / given.name).relative_to(root).as_posix()


@dataclass(frozen=True, slots=True)
class _Layer:
    """What lies over the tree below `root`; with `over`, the layer is a whole copy of it."""

    root: Path
    top: Path
    over: bool

    def start(self) -> None:
        self.top.mkdir(mode=0o700, exist_ok=True)
        if not self.over:
            self.top.chmod(stat.S_IMODE(self.root.stat().st_mode) | 0o700)

    def put(self, path: str, data: bytes | None) -> None:
        """Lays a file with these bytes; a removed one is a mark the overlay reads as such."""
        if data is not None:
            self._write(path, b"" if secret_file(PurePosixPath(path).name) else data)
        elif self.over:
            (self.top / path).unlink(missing_ok=True)
        elif os.path.lexists(self.root / path):
            os.mknod(self._parent(path), stat.S_IFCHR | 0o600, os.makedev(0, 0))

    def hide(self, secret: Secret) -> None:
        """Makes a secret empty. A folder of secrets becomes an empty file."""
        target = self.top / secret.path
        if any(above.is_file() for above in target.parents if above != self.top):
            return  # hidden with its folder
        if self.over or (os.path.lexists(target) and not target.is_file()):
            _remove(target)
        self._write(secret.path, b"")

    def _write(self, path: str, data: bytes) -> None:
        target = self._parent(path)
        real = self.root / path
        if target.is_symlink():
            target.unlink()
        target.write_bytes(data)
        if real.is_file() and not real.is_symlink():
            target.chmod(stat.S_IMODE(real.stat().st_mode) & 0o777 | 0o600)

    def _parent(self, path: str) -> Path:
        """The place of `path`, with its folders made like the real ones."""
        folder = PurePosixPath(path).parent
        for each in (*reversed(folder.parents), folder):
            made = self.top / each
            if made.is_dir():
                continue
            made.mkdir(mode=0o755)
            real = self.root / each
            if real.is_dir():
                made.chmod(stat.S_IMODE(real.stat().st_mode) & 0o777 | 0o700)
        return self.top / path


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
