"""Finds the files of a workspace folder that matter, in one deterministic order.

Left out: what `.gitignore` files (nested ones too) and `.git/info/exclude` leave out,
folders that never hold a project's own source, and every symbolic link: one that leads
elsewhere must not be followed, and one that leads inside names a file the walk finds
anyway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from redline.adapters.disk import read_bytes
from redline.adapters.ignore import Ignore, parse_ignore
from redline.core.problems import Unreadable

_NEVER = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
_MAX_IGNORE_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Scope:
    """Patterns, and how many characters of a path come before their folder's own part."""

    skip: int
    ignore: Ignore


def _unreported(_path: str, _reason: str) -> None:
    pass


def walk(
    root: Path,
    excludes: Sequence[str],
    wanted: Callable[[str], bool],
    on_problem: Callable[[str, str], None] = _unreported,
) -> Iterator[tuple[str, int]]:
    """The path relative to `root`, with `/`, and the size in bytes of each wanted file.

    `wanted` is asked first, since it is cheaper than the patterns. `excludes` are more
    patterns in the form of `.gitignore`; they only ever leave out more. A folder that
    cannot be read is given to `on_problem` (relative path, reason) and passed over.
    """
    more = parse_ignore(excludes)
    scopes = _read_scope(root / ".git" / "info" / "exclude", 0)
    pending: list[tuple[str, tuple[_Scope, ...]]] = [("", scopes)]
    while pending:
        folder, scopes = pending.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            on_problem(folder, error.strerror or str(error))
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:
            continue  # a virtual environment, whatever its name
        if ".gitignore" in names:
            scopes += _read_scope(root / folder / ".gitignore", len(folder))
        folders: list[str] = []
        for entry in entries:
            path = folder + entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NEVER and not _left_out(path + "/", scopes, more):
                    folders.append(path + "/")
            elif wanted(path) and entry.is_file(follow_symlinks=False):
                size = _size(entry)
                if size is not None and not _left_out(path, scopes, more):
                    yield path, size
        pending += [(each, scopes) for each in reversed(folders)]


def _read_scope(path: Path, skip: int) -> tuple[_Scope, ...]:
    """The patterns of a file; as git does, a link is not followed."""
    if path.is_symlink():
        return ()
    data = read_bytes(path, _MAX_IGNORE_FILE)
    if isinstance(data, Unreadable):
        return ()
    text = data.removeprefix(b"\xef\xbb\xbf")
    return (_Scope(skip, parse_ignore(os.fsdecode(line) for line in text.split(b"\n"))),)


def _left_out(path: str, scopes: tuple[_Scope, ...], more: Ignore) -> bool:
    if more.judge(path):
        return True
    for scope in reversed(scopes):
        verdict = scope.ignore.judge(path[scope.skip :])
        if verdict is not None:
            return verdict
    return False


def _size(entry: os.DirEntry[str]) -> int | None:
    """None for a file that went away since the folder was read."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return None
