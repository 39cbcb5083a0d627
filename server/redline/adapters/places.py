"""Where Redline keeps its own things, outside every workspace, readable by the user alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import platformdirs

from redline.adapters.uris import path_of
from redline.core.uris import Folder

_PRIVATE = 0o700


def config_file() -> Path:
    """The user's settings: `redline/config.toml` in the platform's config folder."""
    return platformdirs.user_config_path("redline", appauthor=False) / "config.toml"


def trust_file() -> Path:
    """The folders the user trusts: `trust.json` in the state folder, which is created."""
    return _private(_state()) / "trust.json"


def switch_file() -> Path:
    """What says that every run is stopped: `stopped` in the state folder, which is created."""
    return _private(_state()) / "stopped"


def state_folder(root: Path) -> Path:
    """The folder for what Redline remembers of the workspace at `root`; created if missing.

    Named by a hash of the root with its links resolved, so two ways to one folder share
    it. Mode 0700, also when it was there with a wider one. Raises `OSError`.
    """
    name = sha256(os.fsencode(root.resolve())).hexdigest()[:32]
    return _private(_private(_private(_state()) / "workspaces") / name)


def previews_folder() -> Path:
    """Where previews are kept for editors to show; created if missing."""
    return _private(_private(_state()) / "previews")


def facts_folder() -> Path:
    """The cache of what was extracted, shared by all workspaces; created if missing."""
    return _private(_private(platformdirs.user_cache_path("redline", appauthor=False)) / "facts")


def replies_cache() -> str:
    """The folder of what models said, created if missing; '' where it cannot be made."""
    try:
        cache = _private(platformdirs.user_cache_path("redline", appauthor=False))
        return str(_private(cache / "replies"))
    except OSError:
        return ""


def inline_cache() -> str:
    """The folder of what models drafted while someone typed, created if missing; '' where it
    cannot be made."""
    try:
        cache = _private(platformdirs.user_cache_path("redline", appauthor=False))
        return str(_private(cache / "inline"))
    except OSError:
        return ""


def scratch_folder() -> Path:
    """Where scratch copies are laid; it is made by whoever lays the first."""
    return platformdirs.user_cache_path("redline", appauthor=False) / "scratch"


def snapshot_file(root: Path) -> Path:
    """The index of the workspace at `root` as it was last; its folder is created."""
    return state_folder(root) / "index.snapshot"


def history_file(root: Path) -> Path:
    """The history of the workspace folder at `root` as it was read last; its folder is created."""
    return state_folder(root) / "history.kept"


class IndexPlaces:
    """Where an index is kept: facts for all workspaces, a snapshot for each.

    A folder that cannot be made is none: the index is then built anew each time.
    """

    def cache(self) -> str:
        """The folder of the facts, '' for none."""
        try:
            return str(facts_folder())
        except OSError:
            return ""

    def snapshot(self, folders: Sequence[Folder]) -> Path | None:
        """The snapshot of a workspace, which is known by its folders."""
        roots = [path for path in (path_of(each.uri) for each in folders) if path is not None]
        if not roots:
            return None
        others = sha256("\0".join(each.uri for each in folders[1:]).encode()).hexdigest()[:8]
        try:
            first = snapshot_file(roots[0])
        except OSError:
            return None
        return first if len(folders) == 1 else first.with_suffix(f".{others}")

    def inline(self, folders: Sequence[Folder]) -> Path | None:
        """What the builtin model of inline suggestions remembers of a workspace."""
        kept = self.snapshot(folders)
        return None if kept is None else kept.with_name(f"inline{kept.suffix}.memory")


def journal_file(root: Path) -> Path:
    """The journal of the workspace at `root`; its folder is created."""
    return state_folder(root) / "journal.sqlite"


def spending_file() -> Path:
    """What attempts at models have used, in all workspaces; its folder is created."""
    return _private(_state()) / "spending.sqlite"


def inline_sent_folder(root: Path) -> Path:
    """What left the machine for inline suggestions in the workspace at `root`; created if missing.

    Raises `OSError`.
    """
    return _private(state_folder(root) / "inline-sent")


def memory_folder(root: Path) -> Path:
    """What is remembered of the workspace at `root`, for its user to edit; created if missing."""
    return _private(state_folder(root) / "memory")


def journal_files() -> tuple[Path, ...]:
    """The journals of all workspaces there were, in order of their names."""
    return tuple(sorted((_state() / "workspaces").glob("*/journal.sqlite")))


def inline_record_file(root: Path) -> Path:
    """What inline suggestions were worth in the workspace at `root`; its folder is created."""
    return state_folder(root) / "inline.sqlite"


def inline_record_files() -> tuple[Path, ...]:
    """Those of all workspaces there were, in order of their names."""
    return tuple(sorted((_state() / "workspaces").glob("*/inline.sqlite")))


def write_private(path: Path, data: bytes) -> None:
    """Replaces the file at once and durably, mode 0600: readers see all of it or the old one.

    Raises `OSError`; then the old file stands.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _state() -> Path:
    return platformdirs.user_state_path("redline", appauthor=False)


def _private(folder: Path) -> Path:
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(_PRIVATE)
    return folder


def _sync_folder(folder: Path) -> None:
    """Makes a rename durable, where folders can be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
