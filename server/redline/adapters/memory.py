"""The memory of a workspace: a folder of the user's own with a Markdown file for each memo.

Several processes may use one folder: a file is replaced at once, and what reads a file to
change it holds a lock. How often memos are used stands in a file of its own, so that nothing is
written over while the user edits a memo. A file that is no memo is left as it is, and said.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from redline.adapters.disk import read_bytes
from redline.adapters.places import write_private
from redline.core.memory.format import is_id, read, written
from redline.core.memory.model import Memo, Remembered, Uses, outdated
from redline.core.problems import StoreError, Unreadable

MAX_FILE = 64_000
MAX_FILES = 5_000
_USES = "uses.toml"
_LOCK = ".lock"
_SUFFIX = ".md"
_Stamp = tuple[int, int]


class MemoryFolder:
    """The port `Memories` over a folder, which `folder` makes when it is first needed."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._read: dict[str, tuple[_Stamp, Memo | str]] = {}

    def remembered(self) -> Remembered:
        """All memos; only what has changed is read. Raises `StoreError`."""
        folder = self._made()
        found: dict[str, tuple[_Stamp, Memo | str]] = {}
        problems: list[str] = []
        for name, stamp in _listed(folder):
            kept = self._read.get(name)
            again = kept is None or kept[0] != stamp
            found[name] = (stamp, _memo(folder / name)) if again or kept is None else kept
        self._read = found
        problems += [f"{folder / n}: {memo}" for n, (_, memo) in found.items() if _said(memo)]
        memos = tuple(memo for _, memo in found.values() if isinstance(memo, Memo))
        return Remembered(memos, _uses(folder), tuple(problems))

    def keep(self, memo: Memo) -> None:
        """Adds a memo; what is too old goes. One of that id stays as it is. Raises `StoreError`."""
        with self._alone() as folder:
            if not os.path.lexists(folder / f"{memo.id}{_SUFFIX}"):
                _write(folder / f"{memo.id}{_SUFFIX}", written(memo))
            for id_ in outdated(self.remembered()):
                _unlink(folder / f"{id_}{_SUFFIX}")

    def ended(self, id_: str, outcome: str) -> None:
        """Notes what became of a run; nothing where it is not remembered. Raises `StoreError`."""
        with self._alone() as folder:
            path = folder / f"{id_}{_SUFFIX}"
            memo = _memo(path) if is_id(id_) else ""
            if isinstance(memo, Memo) and memo.outcome != outcome:
                _write(path, written(replace(memo, outcome=outcome)))

    def used(self, ids: Collection[str], at: float) -> None:
        """Counts one more use of each memo, at `at`. Raises `StoreError`."""
        if not ids:
            return
        with self._alone() as folder:
            uses = dict(_uses(folder))
            uses |= {id_: Uses(uses.get(id_, Uses()).count + 1, at) for id_ in ids}
            there = {name.removesuffix(_SUFFIX) for name, _ in _listed(folder)}
            _write(folder / _USES, _uses_text({i: u for i, u in uses.items() if i in there}))

    def forget(self, ids: Collection[str]) -> tuple[str, ...]:
        """Takes memos away, and no other file; those that were there. Raises `StoreError`."""
        gone: list[str] = []
        with self._alone() as folder:
            for id_ in sorted(filter(is_id, ids)):
                path = folder / f"{id_}{_SUFFIX}"
                if isinstance(_memo(path), Memo):  # what is none was not put there by us
                    _unlink(path)
                    gone.append(id_)
        return tuple(gone)

    def place(self, id_: str) -> str:
        """The path of the file of a memo, which need not be there."""
        return str(self._made() / f"{id_}{_SUFFIX}")

    def _made(self) -> Path:
        try:
            return self._folder()
        except OSError as error:
            raise StoreError(f"the memory cannot be used: {error}") from error

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        """The folder, which no other process changes meanwhile, where the platform can."""
        folder = self._made()
        try:
            handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror or error}") from error
        try:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(handle)


def _listed(folder: Path) -> list[tuple[str, _Stamp]]:
    """The files that may be memos, by name, each with what changes when it does."""
    found: list[tuple[str, _Stamp]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIX) and not entry.name.startswith("."):
                    status = entry.stat(follow_symlinks=False)
                    found.append((entry.name, (status.st_mtime_ns, status.st_size)))
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}") from error
    return sorted(found)[:MAX_FILES]


def _memo(path: Path) -> Memo | str:
    """The memo in a file, or why it is none."""
    if path.is_symlink():
        return "a link is no memo"
    data = read_bytes(path, MAX_FILE)
    if isinstance(data, Unreadable):
        return data.reason
    try:
        return read(path.name.removesuffix(_SUFFIX), data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "expected UTF-8 text"


def _said(memo: Memo | str) -> bool:
    return isinstance(memo, str)


def _uses(folder: Path) -> Mapping[str, Uses]:
    """How often memos were used; what cannot be read counts as never."""
    data = read_bytes(folder / _USES, MAX_FILE * 10)
    try:
        table = tomllib.loads(data.decode()) if isinstance(data, bytes) else {}
    except ValueError:
        return {}
    found: dict[str, Uses] = {}
    for id_, row in table.items():
        if isinstance(row, list) and len(row) == 2 and all(type(each) is int for each in row):
            found[id_] = Uses(row[0], float(row[1]))
    return found


def _uses_text(uses: Mapping[str, Uses]) -> str:
    head = "# how many runs were given a memo, and when the last was (seconds since 1970)\n"
    rows = (f"{json.dumps(id_)} = [{u.count}, {int(u.last)}]\n" for id_, u in sorted(uses.items()))
    return head + "".join(rows)


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text.encode())
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
