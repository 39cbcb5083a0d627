"""The journal in SQLite: append-only, hash-chained, shared by every process of the user.

One file per workspace, mode 0600 in a folder of mode 0700, opened at the first use. Each
append is one transaction that takes the write lock before it reads the last record, so
several processes keep one chain, and is on the disk when it returns.

What is found in the file's place is never deleted:
- not a database at all: moved aside under a name that says so (`moved_aside`) and a new
  journal is begun, since nothing in it could be read and nothing can run without one;
- another program's database, a newer format, or a damaged one: `JournalError`, which
  says what to do; the file is left as it is, because its records may be saved.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import cast

from redline.adapters.births import birth
from redline.adapters.seals import Seals
from redline.adapters.transactions import transaction
from redline.core.journal import Entry, RecordKind, RunRecord, broken, chained
from redline.core.problems import StoreError

_APPLICATION = 0x52444C4E  # "RDLN", in the header of every journal
_FORMAT = 1
_LOCK_SECONDS = 10.0
_MAGIC = b"SQLite format 3\0"
_SCHEMA = """
CREATE TABLE records (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
    payload_digest TEXT NOT NULL, previous_hash TEXT NOT NULL);
CREATE TABLE payloads (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE leases (run TEXT PRIMARY KEY, pid INTEGER NOT NULL, born TEXT NOT NULL);
CREATE TRIGGER records_stay BEFORE UPDATE ON records
    BEGIN SELECT raise(ABORT, 'records are append-only'); END;
CREATE TRIGGER records_remain BEFORE DELETE ON records
    BEGIN SELECT raise(ABORT, 'records are append-only'); END;
CREATE TRIGGER records_follow BEFORE INSERT ON records
    WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM records)
    BEGIN SELECT raise(ABORT, 'records are append-only'); END;
CREATE TRIGGER payloads_stay BEFORE UPDATE ON payloads
    BEGIN SELECT raise(ABORT, 'payloads may be forgotten, never changed'); END;
"""
_INSERT = (
    "INSERT INTO records (seq, at, run, kind, payload_digest, previous_hash)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_LAST = (
    "SELECT seq, at, run, kind, payload_digest, previous_hash FROM records"
    " ORDER BY seq DESC LIMIT 1"
)
_ENTRIES = (
    "SELECT seq, at, run, kind, payload_digest, previous_hash, body"
    " FROM records LEFT JOIN payloads USING (seq) {} ORDER BY seq"
)
_LAST_OF_RUNS = (
    "SELECT run, max(at) FROM records WHERE seq IN (SELECT seq FROM payloads) GROUP BY run"
)
_EMPTY_PART = 4  # a file of which more than a quarter is empty is written anew
_Row = tuple[int, float, str, str, str, str]


class JournalError(StoreError):
    """The journal cannot be used. The message names the file and what to do."""


class SqliteJournal:
    """The port `Journal` over one SQLite file. Safe to use from several threads."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._seals = Seals(path.with_name("sealed"))
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self.moved_aside: Path | None = None

    def append(self, run: str, kind: RecordKind, payload: str) -> RunRecord:
        """Adds one record, durable when it returns. Raises `JournalError`."""
        return self.append_all(run, ((kind, payload),))[0]

    def append_all(
        self,
        run: str,
        records: Sequence[tuple[RecordKind, str]],
        secrets: Collection[str] = (),
    ) -> tuple[RunRecord, ...]:
        """Adds records in order, all or none, durable when it returns.

        A payload is JSON text without lone surrogates. `secrets`, and what looks like one,
        are kept beside the journal. Raises `JournalError`.
        """
        with self._database() as database, transaction(database):
            added: list[RunRecord] = []
            last = _last(database)
            for kind, whole in records:
                payload = self._seals.closed(run, whole, secrets)
                last = chained(last, float(self._now()), run, kind, payload)
                values = (last.seq, last.at, run, kind, last.payload_digest, last.previous_hash)
                database.execute(_INSERT, values)
                database.execute("INSERT INTO payloads VALUES (?, ?)", (last.seq, payload))
                added.append(last)
            return tuple(added)

    def entries(self, run: str | None = None) -> Sequence[Entry]:
        """All entries in order, or those of one run. Raises `JournalError`."""
        with self._database() as database:
            return tuple(_opened(self._seals, each) for each in _entries(database, run))

    def runs(self) -> Sequence[str]:
        """The ids of all runs, oldest first. Raises `JournalError`."""
        with self._database() as database:
            rows = database.execute("SELECT run FROM records GROUP BY run ORDER BY min(seq)")
            return tuple(run for (run,) in rows)

    def verify(self) -> str:
        """Where the chain is broken, in words; '' when all of it fits."""
        with self._database() as database:
            return broken(_entries(database, None))

    def last(self) -> Mapping[str, float]:
        """When the last record of each run was made, where something is left of what it says."""
        with self._database() as database:
            return dict(database.execute(_LAST_OF_RUNS).fetchall())

    def forget(self, runs: Sequence[str]) -> int:
        """Erases what the records of `runs` say, not the records: the chain stays whole.

        Returns how many were erased. Their bytes are then gone from the file, and from its
        log unless another process is reading just then. Raises `JournalError`.
        """
        statement = "DELETE FROM payloads WHERE seq IN (SELECT seq FROM records WHERE run = ?)"
        with self._database() as database:
            with transaction(database):
                erased = sum(database.execute(statement, (run,)).rowcount for run in runs)
            for run in runs:
                self._seals.forget(run)
            if erased:
                _give_back(database)
        return erased

    def lease(self, run: str) -> bool:
        """Takes the run for this process; False when another living process holds it.

        The lease of a process that has ended is taken over. Asking again is allowed.
        """
        with self._database() as database, transaction(database):
            query = "SELECT pid, born FROM leases WHERE run = ?"
            row = database.execute(query, (run,)).fetchone()
            if row is not None and row != _this_process() and _lives(*row):
                return False
            database.execute("REPLACE INTO leases VALUES (?, ?, ?)", (run, *_this_process()))
            return True

    def release(self, run: str) -> None:
        """Gives the lease back; another process's lease is left alone."""
        statement = "DELETE FROM leases WHERE run = ? AND pid = ? AND born = ?"
        with self._database() as database, transaction(database):
            database.execute(statement, (run, *_this_process()))

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    if _is_no_database(self._path):
                        self.moved_aside = _move_aside(self._path)
                    self._connection = _connected(self._path)
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise JournalError(_advice(self._path, error)) from error


def _connected(path: Path) -> sqlite3.Connection:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(handle)
    path.chmod(0o600)
    database = sqlite3.connect(
        path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    """Makes the tables in an empty file; refuses what is not a journal of this format."""
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA secure_delete = ON")
    with transaction(database):
        application = database.execute("PRAGMA application_id").fetchone()[0]
        version = database.execute("PRAGMA user_version").fetchone()[0]
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application == 0 and tables == 0:
            for statement in _statements(_SCHEMA):
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute(f"PRAGMA user_version = {_FORMAT}")
        elif application != _APPLICATION:
            raise JournalError(f"{path}: another program's database; move it elsewhere")
        elif version > _FORMAT:
            raise JournalError(
                f"{path}: format {version}, written by a newer Redline (this one reads "
                f"{_FORMAT}); update Redline, or move the file elsewhere to begin a new journal"
            )
        # Journals that are older have none: a look at one run would be one at all of them.
        database.execute("CREATE INDEX IF NOT EXISTS records_of_runs ON records (run)")
    # Readers and the writer do not wait for each other. Where the file system cannot do
    # it, or another process is busy just now, SQLite keeps the older, equally durable way.
    with suppress(sqlite3.OperationalError):
        database.execute("PRAGMA journal_mode = WAL")


def _statements(script: str) -> Iterator[str]:
    """Each statement by itself: `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _give_back(database: sqlite3.Connection) -> None:
    """What was erased is zeroes by now; the log holds a copy, and the file may be shorter."""
    free = database.execute("PRAGMA freelist_count").fetchone()[0]
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    if free * _EMPTY_PART > pages:
        with suppress(sqlite3.OperationalError):  # a reader is in the way: it stays long
            database.execute("PRAGMA temp_store = MEMORY")
            database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _last(database: sqlite3.Connection) -> RunRecord | None:
    row = cast("_Row | None", database.execute(_LAST).fetchone())
    return None if row is None else _record(row)


def _entries(database: sqlite3.Connection, run: str | None) -> Iterator[Entry]:
    one, given = ("", ()) if run is None else ("WHERE run = ?", (run,))
    for *row, body in database.execute(_ENTRIES.format(one), given):
        yield Entry(_record(cast("_Row", tuple(row))), body)


def _opened(seals: Seals, entry: Entry) -> Entry:
    """An entry with the secrets of its payload, which are kept beside the journal."""
    if entry.payload is None or "[sealed:" not in entry.payload:
        return entry
    return Entry(entry.record, seals.opened(entry.record.run, entry.payload), entry.payload)


def _record(row: _Row) -> RunRecord:
    seq, at, run, kind, digest, previous = row
    return RunRecord(seq, at, run, cast("RecordKind", kind), digest, previous)


def _this_process() -> tuple[int, str]:
    return os.getpid(), birth(os.getpid())


def _lives(pid: int, born: str) -> bool:
    return born != "" and birth(pid) == born


def _is_no_database(path: Path) -> bool:
    """True for a file with content that does not begin as every SQLite file does.

    A log beside it means that a write was cut short: SQLite itself will mend that.
    """
    logs = (path.with_name(path.name + end) for end in ("-journal", "-wal"))
    if not path.is_file() or any(log.exists() for log in logs):
        return False
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
    return bool(head) and head != _MAGIC


def _move_aside(path: Path) -> Path:
    name = f"{path.name}.not-a-journal-{time.time_ns()}"
    return path.rename(path.with_name(name))


def _advice(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or error}; check the folder's rights and free space"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return (
            f"{path}: damaged ({error}); move it elsewhere to begin a new journal, "
            f"`sqlite3 FILE .recover` may save its records"
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path}: another process has held it for {_LOCK_SECONDS:g} s; close it and retry"
    if code == sqlite3.SQLITE_FULL:
        return f"{path}: the disk is full; free some space"
    return f"{path}: {error}; check the file's rights and free space"
