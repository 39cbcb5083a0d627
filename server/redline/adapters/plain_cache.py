"""Bytes by key in a folder of the user's: what was worked out once is there the next time.

Several processes share it. A damaged or foreign file is begun anew, and whatever fails, the
cache is just empty: nothing depends on it.
"""

from __future__ import annotations

import io
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import diskcache

_BUSY_SECONDS = 2.0
_RAW: Final = 1
"""diskcache's mark of a value that lies in its table as it is."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a cache is: `place` gives its folder ('' for none), `limit` its size in bytes.

    `seconds` is how long a value is kept, None where it never goes out of date.
    """

    name: str
    place: Callable[[], str]
    limit: int
    seconds: float | None = None


class PlainDisk(diskcache.Disk):  # type: ignore[misc]
    """Strings to bytes and nothing else: what another process wrote is never unpickled."""

    def put(self, key: Any) -> tuple[str, bool]:
        """A key as it is stored."""
        if not isinstance(key, str):
            raise TypeError(f"a key is a string, not {type(key).__name__}")
        return key, True

    def get(self, key: Any, raw: bool) -> Any:
        """A key as it was stored."""
        return str(key)

    def store(
        self, value: Any, read: bool, key: object = None
    ) -> tuple[int, int, str | None, sqlite3.Binary | None]:
        """A value as it is stored: in the table, whatever its size."""
        if not isinstance(value, bytes):
            raise TypeError(f"a value is bytes, not {type(value).__name__}")
        return len(value), _RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> bytes | io.BytesIO:
        """A value as it was stored; of anything else, nothing."""
        return bytes(value) if mode == _RAW and isinstance(value, (bytes, memoryview)) else b""

    def remove(self, file_path: str) -> None:
        """No value has a file of its own, whatever a table says."""


class PlainCache:
    """Values by key; opened when used."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._cache: Any = None
        self._broken = False

    def get(self, key: str) -> bytes | None:
        """The value under `key`, None where there is none."""
        found = self._guarded(lambda cache: cache.get(key, default=None, retry=False))
        return found if isinstance(found, bytes) and found else None

    def put(self, entries: Mapping[str, bytes], of: str = "") -> None:
        """Keeps values; all at once, which is much faster. They may be dropped as those `of`."""

        def write(cache: Any) -> None:
            with cache.transact(retry=False):
                for key, value in entries.items():
                    cache.set(key, value, self._kept.seconds, tag=of or None, retry=False)
            cache.cull(retry=False)

        if entries:
            self._guarded(write)

    def drop(self, of: Iterable[str]) -> None:
        """Takes away, and erases from the disk, all that was kept as one of these names'."""

        def erase(cache: Any) -> None:
            for name in of:
                cache.evict(name, retry=True)
            cache.reset("sqlite_wal_checkpoint", "TRUNCATE", update=False)

        self._guarded(erase)

    def close(self) -> None:
        """Closes the file."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    def _guarded(self, use: Callable[[Any], Any]) -> Any:
        """What `use` answers; None when there is no cache, or it cannot be used now."""
        for attempt in (1, 2):
            if self._broken:
                return None
            try:
                if self._cache is None:
                    self._cache = self._opened()
                return use(self._cache) if self._cache is not None else None
            except diskcache.Timeout:
                return None  # others write just now
            except (sqlite3.DatabaseError, TypeError, ValueError, AttributeError) as error:
                # The last three: a table of settings that no version of ours wrote.
                self._failed(error, damaged=not isinstance(error, sqlite3.OperationalError))
                if attempt == 2:
                    self._broken = True
            except OSError as error:
                self._failed(error, damaged=False)
                self._broken = True
        return None

    def _opened(self) -> Any:
        place = self._kept.place()
        if not place:
            self._broken = True
            return None
        return diskcache.Cache(
            place,
            disk=PlainDisk,
            timeout=_BUSY_SECONDS,
            size_limit=self._kept.limit,
            eviction_policy="least-recently-stored",
            cull_limit=0,  # not with every single one: `put` does, once
            sqlite_synchronous=0,  # a cache may lose what a power cut takes
            sqlite_secure_delete=1,  # what is dropped is overwritten
        )

    def _failed(self, error: Exception, *, damaged: bool) -> None:
        """Begins anew where the file is no cache of ours, or no database at all."""
        logger.warning("the cache of %s cannot be used: %s", self._kept.name, error)
        try:
            self.close()
        except (sqlite3.Error, OSError):
            self._cache = None
        if damaged:
            shutil.rmtree(self._kept.place(), ignore_errors=True)
        else:
            self._broken = True
