"""Reads the workspace: regular files of a sane size, never blocking, never writing."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from redline.adapters.uris import path_of
from redline.core.problems import Unreadable
from redline.core.text.text import BOM, Text
from redline.core.uris import Folder

MAX_READ = 20_000_000
# Names differ by platform; a flag that is missing has nothing to guard against there.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class LocalDisk:
    """The port `Disk` over the local file system."""

    def __init__(self, max_bytes: int = MAX_READ) -> None:
        self._max_bytes = max_bytes

    def read(self, uri: str, within: Sequence[Folder] | None = None) -> Text | Unreadable:
        """The file's text, or why it cannot be used as one.

        With `within`, what was opened must lie in one of those folders.
        """
        path = path_of(uri)
        if path is None:
            return Unreadable("not a file on this machine")
        roots = None if within is None else _roots(within)
        return _text(read_bytes(path, self._max_bytes, roots))

    def shared(self, uri: str) -> bool:
        """Whether the file has other names too."""
        path = path_of(uri)
        try:
            return path is not None and path.stat().st_nlink > 1
        except OSError:
            return False

    def mark(self, uri: str) -> bytes:
        """The byte order mark that the file begins with; b'' for none, and for no file."""
        path = path_of(uri)
        data = read_bytes(path, self._max_bytes) if path is not None else b""
        return BOM if isinstance(data, bytes) and data.startswith(BOM) else b""

    def inside(self, folders: Sequence[Folder], uri: str) -> bool:
        """True when the file, links resolved, lies inside one of `folders`.

        A file that does not exist yet is judged by the folder it would be in.
        """
        path = resolved(uri)
        if path is None:
            return False
        return any(path.is_relative_to(root) for root in _roots(folders))

    def names(self, folders: Sequence[Folder], uri: str) -> tuple[str, ...]:
        """The paths of a file relative to its folder, with `/`: as it is named, links resolved."""
        found: list[str] = []
        plain = [path_of(folder.uri) for folder in folders]
        real = [resolved(folder.uri) for folder in folders]
        for path, roots in ((path_of(uri), plain), (resolved(uri), real)):
            if path is not None:
                within = (root for root in roots if root is not None and path.is_relative_to(root))
                found += [path.relative_to(root).as_posix() for root in within]
        return tuple(dict.fromkeys(found))

    def beside(self, uri: str) -> tuple[str, ...]:
        """The names of what lies in the folder of a file; () where that cannot be read."""
        path = path_of(uri)
        try:
            return tuple(each.name for each in path.parent.iterdir()) if path is not None else ()
        except OSError:
            return ()


def _roots(folders: Sequence[Folder]) -> tuple[Path, ...]:
    found = (resolved(folder.uri) for folder in folders)
    return tuple(root for root in found if root is not None)


def resolved(uri: str) -> Path | None:
    """The path of `uri` with every link resolved; None when there is none (a link loop)."""
    path = path_of(uri)
    try:
        return path.resolve() if path is not None else None
    except (OSError, RuntimeError):  # a loop is a RuntimeError up to 3.12
        return None


def read_text(path: Path, limit: int, roots: Sequence[Path] | None = None) -> Text | Unreadable:
    """The text of a regular file of at most `limit` bytes, below one of `roots` if given;
    binary ones are refused.

    A byte order mark is the file's, not the text's: editors leave it out and write it back.
    """
    return _text(read_bytes(path, limit, roots))


def _text(data: bytes | Unreadable) -> Text | Unreadable:
    if isinstance(data, Unreadable):
        return data
    text = Text(data.removeprefix(BOM))
    return Unreadable("binary (it contains a NUL byte)") if text.is_binary else text


def read_bytes(path: Path, limit: int, roots: Sequence[Path] | None = None) -> bytes | Unreadable:
    """The bytes of a regular file of at most `limit` bytes, below one of `roots` if given.

    The kind is judged before opening, since opening a device may act on it, and again
    on what was opened, since the name may have been pointed elsewhere in between. So is
    where it lies.
    """
    try:
        reason = _refusal(path.stat(), limit)
        if reason:
            return Unreadable(reason)
        handle = os.open(path, _FLAGS)
        with os.fdopen(handle, "rb") as file:
            reason = _refusal(os.fstat(handle), limit)
            if not reason and roots is not None and not _lies_in(roots, path, handle):
                reason = "leads outside the workspace folder"
            data = b"" if reason else file.read(limit + 1)
    except FileNotFoundError:
        return Unreadable("no such file")
    except PermissionError:
        return Unreadable("no permission to read it")
    except OSError as error:
        return Unreadable(error.strerror or str(error))
    if reason or len(data) > limit:
        return Unreadable(reason or _too_large(limit))
    return data


def _lies_in(roots: Sequence[Path], path: Path, handle: int) -> bool:
    """Whether the open file is below one of `roots`, whatever its name leads to by now."""
    try:
        opened = Path(f"/proc/self/fd/{handle}").readlink()
    except OSError:  # not Linux: the file that the name leads to must be the open one
        opened = path.resolve()
        if not os.path.samestat(opened.stat(), os.fstat(handle)):
            return False
    return any(opened.is_relative_to(root) for root in roots)


def _refusal(status: os.stat_result, limit: int) -> str:
    if stat.S_ISDIR(status.st_mode):
        return "a folder"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    return _too_large(limit) if status.st_size > limit else ""


def _too_large(limit: int) -> str:
    return f"larger than {limit / 1_000_000:g} MB"
