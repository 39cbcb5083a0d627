"""What left the machine for inline suggestions: a line for each request, a file for each day.

No code is kept, only how much of it went where, and a digest by which a text can be known again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from redline.adapters import places
from redline.core import uris
from redline.core.inline.prompt.model import Sending
from redline.core.problems import StoreError

KEPT_DAYS = 90
_TYPES = {"at": float, "bytes": int, "redacted": int}


class SendingFiles:
    """The port `Sendings`. `place` says in which folder, when that is first needed."""

    __slots__ = ("_day", "_file", "_place")

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._day = ""
        self._file = -1

    def record(self, sending: Sending) -> None:
        """Adds one line; it survives the end of the process at once. Raises `StoreError`."""
        line = json.dumps(asdict(sending), ensure_ascii=False) + "\n"
        try:
            os.write(self._opened(sending.at), line.encode("utf-8", "replace"))
        except OSError as error:
            raise StoreError(f"what is sent for suggestions cannot be recorded: {error}") from error

    def kept(self) -> Sequence[Sending]:
        """All that are kept, oldest first; lines that cannot be read are left out. Raises
        `StoreError`."""
        try:
            texts = [path.read_text("utf-8", "replace") for path in _files(self._place())]
        except OSError as error:
            raise StoreError(f"what was sent for suggestions cannot be read: {error}") from error
        found = (_read(line) for text in texts for line in text.splitlines())
        return tuple(each for each in found if each is not None)

    def close(self) -> None:
        """Closes the file; the next record opens it again."""
        if self._file >= 0:
            os.close(self._file)
        self._day, self._file = "", -1

    def _opened(self, at: float) -> int:
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        if day != self._day:
            self.close()
            folder = self._place()
            for old in _files(folder)[:-KEPT_DAYS]:
                old.unlink(missing_ok=True)
            # Lines of several processes do not mix: each is one write at the end of the file.
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._file = os.open(folder / f"{day}.jsonl", flags, 0o600)
            self._day = day
        return self._file


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("????-??-??.jsonl"))


def _read(line: str) -> Sending | None:
    try:
        given: object = json.loads(line)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    names = [each.name for each in fields(Sending)]
    if any(not isinstance(given.get(name), _TYPES.get(name, str)) for name in names):
        return None
    return Sending(**{name: given[name] for name in names})


def sendings_of(folder: str) -> SendingFiles:
    """Those of the workspace whose first folder has the uri `folder`."""
    root = Path(uris.file_path(folder) or "/")
    return SendingFiles(lambda: places.inline_sent_folder(root))
