"""Previews as files in the user's state folder, for editors that show nothing but files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from redline.adapters.places import write_private
from redline.core import uris
from redline.core.problems import StoreError


@dataclass(frozen=True, slots=True)
class PreviewFiles:
    """The port `Previews`; `folder` makes and names the place on first use."""

    folder: Callable[[], Path]
    kept: int = 20

    def keep(self, name: str, data: bytes) -> str:
        """Writes a file of mode 0400 beside the latest few; older ones go. Raises `StoreError`."""
        try:
            folder = self.folder()
            path = folder / name
            write_private(path, data)
            path.chmod(0o400)  # an editor then opens it read-only
            files = sorted(folder.glob("*.diff"), key=lambda each: each.stat().st_mtime)
            for old in files[: -self.kept]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"the preview cannot be written: {error}") from error
        return uris.from_path(path.as_posix())
