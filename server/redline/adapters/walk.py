"""Finds the files of a workspace folder that matter, in one deterministic order.

Left out: what `.gitignore` files (nested ones too) and `.git/info/exclude` leave out,
folders that never hold a project's own source, names with control characters (a line end
could pass for more than a name), and every symbolic link: one that leads elsewhere must not
be followed, and one that leads inside names a file the walk finds anyway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from redline.adapters.disk import read_bytes
from redline.adapters.ignore import Ignore, parse_ignore
from redline.core.problems import Unreadable
from redline.core.text.unseen import controls

_NEVER = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__"})
_MAX_IGNORE_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Scope:
    """Patterns, and how many characters of a path come before their folder's own part."""

    skip: int
    ignore: Ignore


class Seen(NamedTuple):
    """A file of a walk: its path relative to the root, with `/`, its size in bytes, and when
    it was last changed in nanoseconds: its content, its name or its rights.
    """

    path: str
    size: int
    modified: int


def _unreported(_path: str, _reason: str) -> None:
    pass


def walk(
    root: Path,
    excludes: Sequence[str],
    wanted: Callable[[str], bool],
    on_problem: Callable[[str, str], None] = _unreported,
    below: str = "",
) -> Iterator[Seen]:
    """Each wanted file; only those in the folder `below` (`a/b/`) and its own.

    `wanted` is asked first, since it is cheaper than the patterns. `excludes` are more
    patterns in the form of `.gitignore`; they only ever leave out more. A folder that
    cannot be read is given to `on_problem` (relative path, reason) and passed over.
    """
    more = parse_ignore(excludes)
    scopes = _scopes_above(root, more, below)
    if scopes is None:
        return
    pending: list[tuple[str, tuple[_Scope, ...]]] = [(below, scopes)]
    while pending:
        folder, scopes = pending.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as found:  # noqa: PTH118 - half the time
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
            if entry.is_symlink() or controls(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NEVER and not _left_out(path + "/", scopes, more):
                    folders.append(path + "/")
            elif wanted(path) and entry.is_file(follow_symlinks=False):
                status = _status(entry)
                if status is not None and not _left_out(path, scopes, more):
                    yield Seen(path, status.st_size, changed_at(status))
        pending += [(each, scopes) for each in reversed(folders)]


def changed_at(status: os.stat_result) -> int:
    """When a file was last changed, in nanoseconds.

    The time of its content can be set (`cp -p`), that of its entry cannot; Windows has no
    such time.
    """
    entry = status.st_ctime_ns if os.name == "posix" else 0
    return max(status.st_mtime_ns, entry)


def _scopes_above(root: Path, more: Ignore, folder: str) -> tuple[_Scope, ...] | None:
    """The patterns from above that hold in a folder, its own not among them; None where the
    walk never gets to it.
    """
    scopes = _read_scope(root / ".git" / "info" / "exclude", 0)
    above = ""
    for name in filter(None, folder.split("/")):
        if above and _is_closed(root / above):
            return None
        scopes += _read_scope(root / above / ".gitignore", len(above))
        above += f"{name}/"
        if name in _NEVER or _left_out(above, scopes, more):
            return None
    return None if above and _is_closed(root / above) else scopes


def _is_closed(folder: Path) -> bool:
    """Whether a folder is a link, or a virtual environment."""
    return folder.is_symlink() or (folder / "pyvenv.cfg").exists()


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


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for a file that went away since the folder was read."""
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def judge(root: Path, excludes: Sequence[str]) -> Callable[[str], bool]:
    """Whether `walk` would come by a path relative to `root`, by its name alone.

    What it reads of a folder it keeps: use it for a moment's paths only.
    """
    more = parse_ignore(excludes)

    @cache
    def scopes_of(folder: str) -> tuple[_Scope, ...] | None:
        """The patterns that hold in a folder (`a/b/`); None where the walk never gets to."""
        above = _scopes_above(root, more, folder)
        own = _read_scope(root / folder / ".gitignore", len(folder))
        return above if above is None else above + own

    def included(path: str) -> bool:
        folder = path.rpartition("/")[0]
        scopes = scopes_of(f"{folder}/" if folder else "")
        return scopes is not None and not controls(path) and not _left_out(path, scopes, more)

    return included
