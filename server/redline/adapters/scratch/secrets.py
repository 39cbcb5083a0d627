"""Which files of a folder hold secrets, found by their names, quickly when asked again.

A folder that has not changed holds the names it held: after the first walk only the
folders' times are looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns

from redline.adapters.sandbox.view import holds_credentials
from redline.core.oversight.sandbox import secret_file, secret_folder

# Other people's published packages, and what is made from the sources.
_PASSED_OVER = frozenset({"node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn"})
_MAY_BE_CERTIFICATES = (".pem", ".crt")
_MOST_OF_A_KEY = 65_536
# Times of change are coarse: what changed this lately may change again and not show it.
_SETTLED = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Secret:
    """A path relative to the folder, with `/`; `whole` for a folder with all in it."""

    path: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Listing:
    modified: int
    looked: int
    folders: tuple[str, ...]
    secrets: tuple[Secret, ...]
    repository: bool


@dataclass(slots=True)
class Secrets:
    """Remembers what it has seen of each root."""

    _seen: dict[str, dict[str, _Listing]] = field(default_factory=dict)

    def below(self, root: Path) -> tuple[Secret, ...]:
        """Every secret below `root`. A folder that cannot be read has none that matter."""
        known = self._seen.get(str(root), {})
        fresh: dict[str, _Listing] = {}
        found: list[Secret] = []
        pending = [""]
        while pending:
            folder = pending.pop()
            listing = _listing(str(root), folder, known.get(folder))
            if listing is None:
                continue
            fresh[folder] = listing
            found += listing.secrets
            if listing.repository:
                found += _git(root, root / folder / ".git")
            pending += listing.folders
        self._seen[str(root)] = fresh
        return tuple(found)


def _listing(root: str, folder: str, before: _Listing | None) -> _Listing | None:
    place = os.path.join(root, folder)  # noqa: PTH118 - thousands of folders within 20 ms
    try:
        modified = os.stat(place).st_mtime_ns  # noqa: PTH116
        if (
            before is not None
            and before.modified == modified
            and before.looked - modified > _SETTLED
        ):
            return before
        looked = time_ns()
        with os.scandir(place) as entries:
            return _read(root, folder, list(entries), modified, looked)
    except OSError:
        return None


def _read(
    root: str, folder: str, entries: list[os.DirEntry[str]], modified: int, looked: int
) -> _Listing:
    folders: list[str] = []
    secrets: list[Secret] = []
    for entry in entries:
        path = folder + entry.name
        if entry.is_dir(follow_symlinks=False):
            if secret_folder(entry.name):
                secrets.append(Secret(path, whole=True))
            elif entry.name not in _PASSED_OVER:
                folders.append(path + "/")
        elif secret_file(entry.name) and not _certificate(entry):
            secrets += _with_target(root, path, entry)
    repository = any(entry.name == ".git" for entry in entries)
    return _Listing(modified, looked, tuple(folders), tuple(secrets), repository)


def _with_target(root: str, path: str, entry: os.DirEntry[str]) -> list[Secret]:
    """A link is hidden with what it leads to, when that lies in the folder."""
    if not entry.is_symlink():
        return [Secret(path)]
    target = Path(entry.path).resolve()
    if target.is_relative_to(root) and target.is_file():
        return [Secret(path), Secret(target.relative_to(root).as_posix())]
    return [Secret(path)]


def _certificate(entry: os.DirEntry[str]) -> bool:
    """True for a file that by its name may be a key, and holds none."""
    if not entry.name.lower().endswith(_MAY_BE_CERTIFICATES):
        return False
    try:
        if not entry.is_file() or entry.stat().st_size > 16 * _MOST_OF_A_KEY:
            return False
        return b"PRIVATE KEY" not in Path(entry.path).read_bytes()
    except OSError:
        return False


def _git(root: Path, git: Path) -> tuple[Secret, ...]:
    """Configurations of a repository that have a password in an address or the like."""
    if git.is_symlink() or not git.is_dir():
        return ()
    configs = [git / "config", git / "config.worktree", *git.glob("modules/*/config")]
    return tuple(
        Secret(each.relative_to(root).as_posix()) for each in configs if holds_credentials(each)
    )
