"""The folders the user trusts, in one file of the user's own.

Exactly those folders: what lies below a trusted folder is not trusted with it, since a
dependency or a cloned example inside a project is someone else's work. Paths are kept
with their links resolved, so that pointing a link elsewhere does not move the trust.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from redline.adapters.agents_files import digests
from redline.adapters.disk import read_bytes, resolved
from redline.adapters.places import write_private
from redline.adapters.settings_files import workspace_digest
from redline.core.problems import StoreError, Unreadable

_MAX_FILE = 1_000_000


class TrustError(StoreError):
    """The trust file cannot be read or written. The message names it and what to do."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a folder held when it was granted: the digests of its settings and of its rules."""

    settings: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)


class NoTrust:
    """The port `Trust` where the client has said that nothing here is to be trusted."""

    def trusted(self, folder: str) -> bool:
        """Never."""
        return False

    def grant(self, folder: str) -> None:
        """Raises `TrustError`."""
        raise TrustError(f"{folder}: this session trusts nothing (trust = never)")

    def revoke(self, folder: str) -> None:
        """There is nothing to take back."""

    def configured(self, folder: str) -> str:
        """Nothing was granted."""
        return ""

    def rules(self, folder: str) -> Mapping[str, str]:
        """Nothing was granted."""
        return {}

    def accept(self, folder: str, path: str, digest: str) -> None:
        """Raises `TrustError`."""
        self.grant(folder)


class TrustFile:
    """The port `Trust` over `{"folders": [path, ...]}`, mode 0600, replaced in one step.

    `files` has the digest of a folder's `redline.toml` where it had one when it was granted;
    `rules` those of the `AGENTS.md` in it and below it, by their paths.

    It is read at every question, so that a grant or its withdrawal in one process holds
    in all of them at once. A file that cannot be believed grants nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def trusted(self, folder: str) -> bool:
        """True when the user granted exactly this folder (a uri)."""
        path = resolved(folder)
        try:
            return path is not None and str(path) in self._read()
        except TrustError:
            return False

    def configured(self, folder: str) -> str:
        """The digest of the folder's `redline.toml` as it was granted; '' for none."""
        path = resolved(folder)
        try:
            return "" if path is None else self._read().get(str(path), _Grant()).settings
        except TrustError:
            return ""

    def rules(self, folder: str) -> Mapping[str, str]:
        """The digests of the `AGENTS.md` of the folder as they were granted, by path."""
        path = resolved(folder)
        try:
            return {} if path is None else self._read().get(str(path), _Grant()).rules
        except TrustError:
            return {}

    def grant(self, folder: str) -> None:
        """Remembers the grant, and the folder's settings and rules as they are.

        Raises `TrustError`.
        """
        path = resolved(folder)
        if path is None or not path.is_dir():
            raise TrustError(f"{folder}: not a folder on this machine")
        grant = _Grant(workspace_digest(path), digests(path))
        self._change(str(path), lambda before: grant)

    def accept(self, folder: str, path: str, digest: str) -> None:
        """Grants one `AGENTS.md` by its path and the digest that the user was asked about.

        Nothing else of the grant changes. Raises `TrustError`, also without one.
        """
        place = resolved(folder)

        def accepted(before: _Grant | None) -> _Grant:
            if before is None:
                raise TrustError(f"{folder}: is not trusted any more")
            return replace(before, rules={**before.rules, path: digest})

        self._change(str(place), accepted)

    def revoke(self, folder: str) -> None:
        """Takes it back; nothing happens where there was no grant. Raises `TrustError`."""
        path = resolved(folder)
        if path is not None:
            self._change(str(path), lambda before: None)

    def folders(self) -> tuple[str, ...]:
        """The paths of all trusted folders, sorted. Raises `TrustError`."""
        return tuple(sorted(self._read()))

    def _change(self, path: str, change: Callable[[_Grant | None], _Grant | None]) -> None:
        """Makes what is kept of one folder what `change` gives; None takes it out."""
        with _alone(self._path):
            before = self._read()
            grant = change(before.get(path))
            after = {each: known for each, known in before.items() if each != path}
            after |= {path: grant} if grant is not None else {}
            if after == before:
                return
            files = {each: after[each].settings for each in sorted(after) if after[each].settings}
            rules = {each: dict(after[each].rules) for each in sorted(after) if after[each].rules}
            value: dict[str, object] = {"folders": sorted(after)}
            value |= {name: kept for name, kept in (("files", files), ("rules", rules)) if kept}
            try:
                write_private(self._path, (json.dumps(value, indent=2) + "\n").encode())
            except OSError as error:
                raise TrustError(f"{self._path}: {error.strerror or error}") from error

    def _read(self) -> dict[str, _Grant]:
        """The trusted folders, each as it was when it was granted."""
        data = read_bytes(self._path, _MAX_FILE)
        if isinstance(data, Unreadable):
            if not os.path.lexists(self._path):
                return {}
            raise TrustError(f"{self._path}: {data.reason}")
        if os.name == "posix" and self._path.stat().st_mode & 0o022:
            raise TrustError(f"{self._path}: others may write it; chmod 600 it")
        try:
            value: object = json.loads(data)
        except ValueError as error:
            raise TrustError(f"{self._path}: not JSON ({error}); mend or remove it") from error
        folders: object = value.get("folders") if isinstance(value, dict) else None
        files: object = value.get("files", {}) if isinstance(value, dict) else None
        if not (_all_text(folders) and isinstance(folders, list) and isinstance(files, dict)):
            expected = '{"folders": [path, ...]}'
            raise TrustError(f"{self._path}: expected {expected}; mend or remove it")
        rules = value.get("rules") if isinstance(value, dict) else None
        known = rules if isinstance(rules, dict) else {}
        return {each: _Grant(str(files.get(each, "")), _texts(known.get(each))) for each in folders}


def _texts(value: object) -> dict[str, str]:
    """The pairs of texts in an object; what is anything else grants nothing."""
    items = value.items() if isinstance(value, dict) else ()
    return {each: digest for each, digest in items if isinstance(digest, str)}


def _all_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps other processes from changing the file meanwhile, where the platform can."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise TrustError(f"{path}: {error.strerror or error}") from error
    try:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
