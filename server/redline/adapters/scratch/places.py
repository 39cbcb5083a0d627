"""Private folders for scratch copies, and the end of those whose process is gone.

A folder belongs to the process that holds the lock beside it; the system gives the lock
back also when that process is killed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_LOCK = ".lock"


@dataclass(slots=True)
class ScratchPlaces:
    """Gives out folders below `root`, which is made on first use, and clears it of old ones."""

    root: Callable[[], Path]
    _own: Path | None = None
    _handles: list[int] = field(default_factory=list)

    def new(self) -> Path:
        """An empty folder that this user alone can enter. Raises `OSError`."""
        if self._own is None or not self._own.is_dir():
            self._own = self._first()
        return Path(tempfile.mkdtemp(dir=self._own))

    def give_back(self, place: Path) -> None:
        """Removes a folder with all in it; what cannot be removed goes at the next start."""
        shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Removes all folders that were given out."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            _lock_of(self._own).unlink(missing_ok=True)
            self._own = None
        for handle in self._handles:
            os.close(handle)
        self._handles.clear()

    def _first(self) -> Path:
        root = self.root().resolve()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        for lock in root.glob(f"*{_LOCK}"):
            _clear(lock)
        while True:
            own = root / os.urandom(8).hex()
            handle = _locked(_lock_of(own), create=True)
            if handle is not None:
                self._handles.append(handle)
                own.mkdir(mode=0o700)
                return own


def _lock_of(own: Path) -> Path:
    return own.with_name(own.name + _LOCK)


def _clear(lock: Path) -> None:
    """Removes what belongs to `lock`, unless its process lives."""
    handle = _locked(lock, create=False)
    if handle is None:
        return
    try:
        shutil.rmtree(lock.with_name(lock.name.removesuffix(_LOCK)), ignore_errors=True)
        lock.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _locked(lock: Path, *, create: bool) -> int | None:
    """A handle that holds the lock, or None: another has it, or it was removed meanwhile."""
    try:
        handle = os.open(lock, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except OSError:
        if create:
            raise
        return None
    if _take(handle) and _names(lock, handle):
        return handle
    os.close(handle)
    return None


def _names(lock: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except OSError:
        return False


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
