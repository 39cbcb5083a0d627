"""What inline suggestions were worth, in SQLite: one small file for each workspace.

Counts by day, and the last entries; nothing that anyone wrote. Everything is added, so several
servers may write to one file. It is a record of little weight: where it is damaged, or of
another format, it is begun anew.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import get_args

from redline.adapters import places
from redline.core import uris
from redline.core.inline.model import Origin
from redline.core.inline.value.model import Count, Entry, Fate, Source
from redline.core.problems import StoreError

_APPLICATION, _FORMAT = 0x52444C49, 1  # "RDLI"
_LOCK_SECONDS = 10.0
KEPT_ENTRIES = 1_000
KEPT_COUNTS = 20_000
LONGEST_NAME = 100
_SCHEMA = (
    "CREATE TABLE counts (day TEXT, origin TEXT, model TEXT, language TEXT, name TEXT,"
    " number REAL, PRIMARY KEY (day, origin, model, language, name)) STRICT, WITHOUT ROWID",
    "CREATE TABLE entries (id TEXT PRIMARY KEY, at REAL, origin TEXT, model TEXT,"
    " language TEXT, fate TEXT, characters INTEGER, accepted INTEGER, by_hand INTEGER,"
    " lines INTEGER, soon REAL, saved REAL) STRICT",
)
_ADD = (
    "INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET number = number + excluded.number"
)
_KEEP = "REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DROP_ENTRIES = (
    "DELETE FROM entries WHERE id NOT IN (SELECT id FROM entries ORDER BY at DESC LIMIT ?)"
)
# Whole days go, so that those that are left add up.
_DROP_COUNTS = (
    "DELETE FROM counts WHERE day <= (SELECT day FROM counts ORDER BY day DESC LIMIT 1 OFFSET ?)"
)
_ORIGINS: tuple[Origin, ...] = get_args(Origin)
_FATES: tuple[Fate, ...] = get_args(Fate)

logger = logging.getLogger(__name__)


class SqliteInlineRecord:
    """The port `InlineRecord`. `place` says where the file is when it is first needed."""

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._lock = Lock()

    def add(self, entries: Sequence[Entry], counts: Sequence[Count]) -> None:
        """Adds to the counts, and keeps the entries. Raises `StoreError`."""
        with self._transaction() as database:
            for count in counts:
                row = (count.day, *_source_row(count.source), count.name, count.number)
                database.execute(_ADD, row)
            for entry in entries:
                database.execute(_KEEP, _entry_row(entry))
            database.execute(_DROP_ENTRIES, (KEPT_ENTRIES,))
            database.execute(_DROP_COUNTS, (KEPT_COUNTS,))

    def counts(self, since: str) -> Sequence[Count]:
        """What was counted from the day `since` on. Raises `StoreError`."""
        with self._transaction() as database:
            rows = database.execute("SELECT * FROM counts WHERE day >= ?", (since,)).fetchall()
        return [
            Count(day, Source(origin, model, language), name, number)
            for day, origin, model, language, name, number in rows
            if origin in _ORIGINS
        ]

    def recent(self, number: int) -> Sequence[Entry]:
        """The last entries, newest first. Raises `StoreError`."""
        with self._transaction() as database:
            query = "SELECT * FROM entries ORDER BY at DESC LIMIT ?"
            rows = database.execute(query, (number,)).fetchall()
        return [
            Entry(id_, at, Source(origin, model, language), fate, *rest)
            for id_, at, origin, model, language, fate, *rest in rows
            if origin in _ORIGINS and fate in _FATES
        ]

    def forget(self, until: str) -> None:
        """Forgets what is older than the day `until`. Raises `StoreError`."""
        with self._transaction() as database:
            database.execute("DELETE FROM counts WHERE day < ?", (until,))
            database.execute("DELETE FROM entries WHERE date(at, 'unixepoch') < ?", (until,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The file, for one writer at a time; all of it is written at the end, or none.

        It is opened each time: that is seldom, and another process may have begun it anew.
        """
        with self._lock:
            path = Path()
            try:
                path = self._place()
                database = _sound(path)
                try:
                    database.execute("BEGIN IMMEDIATE")
                    yield database
                    database.execute("COMMIT")
                finally:
                    database.close()  # which takes back what was not committed
            except (sqlite3.Error, OSError) as error:
                raise StoreError(f"{path}: {error}") from error


def _sound(path: Path) -> sqlite3.Connection:
    """The file as it is, or begun anew where it cannot be used."""
    try:
        return _opened(path)
    except sqlite3.OperationalError:
        raise  # locked, or a full disk: it may be sound
    except (sqlite3.DatabaseError, _OtherFormat) as error:
        logger.warning("%s is begun anew: %s", path, error)
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        return _opened(path)


class _OtherFormat(Exception):
    """A sound file that is not one of ours."""


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)
    try:
        # After a loss of power the last few seconds may be gone, which is no matter.
        database.execute("PRAGMA synchronous = NORMAL")
        marks = _marks(database)
        if marks == (0, 0):
            database.execute("BEGIN IMMEDIATE")
            if _marks(database) == (0, 0):
                for statement in _SCHEMA:
                    database.execute(statement)
                database.execute(f"PRAGMA application_id = {_APPLICATION}")
                database.execute(f"PRAGMA user_version = {_FORMAT}")
            database.execute("COMMIT")
            marks = _marks(database)
        if marks != (_APPLICATION, _FORMAT):
            raise _OtherFormat(f"its marks are {marks}")
        found = database.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise sqlite3.DatabaseError(found[0])
    except BaseException:
        database.close()
        raise
    return database


def _marks(database: sqlite3.Connection) -> tuple[int, int]:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    return application, database.execute("PRAGMA user_version").fetchone()[0]


def _source_row(source: Source) -> tuple[str, str, str]:
    return source.origin, source.model[:LONGEST_NAME], source.language[:LONGEST_NAME]


def _entry_row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.at,
        *_source_row(entry.source),
        entry.fate,
        entry.characters,
        entry.accepted,
        entry.by_hand,
        entry.lines,
        entry.soon,
        entry.saved,
    )


def record_of(folder: str) -> SqliteInlineRecord:
    """That of the workspace whose first folder has the uri `folder`."""
    path = Path(uris.file_path(folder) or "/")
    return SqliteInlineRecord(lambda: places.inline_record_file(path))


def kept_records() -> list[SqliteInlineRecord]:
    """Those of all workspaces."""

    def made(path: Path) -> SqliteInlineRecord:
        return SqliteInlineRecord(lambda: path)

    return [made(path) for path in places.inline_record_files()]
