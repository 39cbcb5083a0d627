"""The switch as a file of the user's: while it is there, nothing runs."""

from __future__ import annotations

import os
from pathlib import Path

from redline.adapters.places import write_private
from redline.core.problems import StoreError


class SwitchFile:
    """The port `Switch`. Every process looks at the same file, before each effect."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def stopped(self) -> bool:
        """True while the file is there, or where that cannot be told."""
        try:
            os.stat(self._path, follow_symlinks=False)  # noqa: PTH116 - before every effect
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def stop(self) -> None:
        """Makes the file, durably. Raises `StoreError`."""
        try:
            write_private(self._path, b"every run is stopped; `redline resume` takes it back\n")
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror or error}") from error

    def resume(self) -> bool:
        """Removes the file; False when there was none. Raises `StoreError`."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror or error}") from error
        return True
