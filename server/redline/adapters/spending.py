"""What attempts at models have used, in SQLite: one small file for all processes of the user.

An attempt is entered in the transaction that decides whether it may leave, so that several
processes keep to one limit. Attempts of a process that has ended are settled as unknown.
The file grows with runs and days, not with attempts; both are dropped after a while.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from math import inf
from pathlib import Path
from threading import RLock
from typing import get_args

from redline.adapters.births import birth
from redline.adapters.transactions import transaction
from redline.core.agent.model import Usage
from redline.core.gateway.ledger import (
    Account,
    Admission,
    Admitted,
    Claim,
    Limit,
    Scope,
    Spent,
    judged,
    settled,
)
from redline.core.gateway.states import DeploymentState
from redline.core.problems import StoreError

_APPLICATION, _FORMAT = 0x52444C53, 1  # "RDLS"
_LOCK_SECONDS = 10.0
_KEPT_ACCOUNTS = 5_000
_SCHEMA = (
    "CREATE TABLE accounts (scope TEXT, name TEXT, calls INTEGER, attempts INTEGER,"
    " tokens INTEGER, cost REAL, unpriced INTEGER, PRIMARY KEY (scope, name)) STRICT",
    "CREATE TABLE under_way (entry INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT, workspace TEXT,"
    " day TEXT, deployment TEXT, number INTEGER, tokens INTEGER, cost REAL, pid INTEGER,"
    " born TEXT) STRICT",
    "CREATE TABLE largest (deployment TEXT PRIMARY KEY, tokens INTEGER, cost REAL) STRICT",
    "CREATE TABLE deployments (deployment TEXT PRIMARY KEY, state TEXT, failures INTEGER,"
    " retries INTEGER, until REAL, at REAL) STRICT",
)
_SCOPES: tuple[Scope, ...] = get_args(Scope)
_ENTER = (
    "INSERT INTO under_way (run, workspace, day, deployment, number, tokens, cost, pid, born)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ENTRY = (
    "SELECT run, workspace, day, deployment, number, tokens, cost FROM under_way WHERE entry = ?"
)
_SPENT = "SELECT calls, attempts, tokens, cost, unpriced FROM accounts WHERE scope = ? AND name = ?"
_HELD: Mapping[Scope, str] = {
    "run": "SELECT count(*), total(tokens), total(cost) FROM under_way WHERE run = ?",
    "day": "SELECT count(*), total(tokens), total(cost) FROM under_way WHERE day = ?",
    "workspace": "SELECT count(*), total(tokens), total(cost) FROM under_way WHERE workspace = ?",
}
_PUT = "REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)"
_LARGEST = (
    "INSERT INTO largest VALUES (?, ?, ?) ON CONFLICT (deployment) DO UPDATE SET"
    " tokens = max(tokens, excluded.tokens), cost = max(cost, excluded.cost)"
)
# Of runs and days the newest are kept; what a workspace has cost stays.
_DROP = (
    "DELETE FROM accounts WHERE scope <> 'workspace' AND rowid NOT IN"
    " (SELECT rowid FROM accounts ORDER BY rowid DESC LIMIT ?)"
)


class SqliteSpending:
    """The port `Spending`. `place` says where the file is when it is first needed."""

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._path = Path()

    def reserve(self, claim: Claim, limits: Sequence[Limit]) -> Admission:
        """Enters an attempt before it leaves, if it may leave. Raises `StoreError`."""
        with self._transaction() as database:
            _settle_orphans(database)
            claim = _estimated(database, claim)
            found = {scope: _account(database, scope, claim.name(scope)) for scope in _SCOPES}
            verdict = judged(limits, found, claim)
            if verdict is not None:
                return verdict
            if claim.number == 1:
                for scope in _SCOPES:
                    spent = found[scope].spent
                    _put(database, scope, claim.name(scope), replace(spent, calls=spent.calls + 1))
            mark = (os.getpid(), birth(os.getpid()))
            row = (claim.run, claim.workspace, claim.day, claim.deployment, claim.number)
            done = database.execute(_ENTER, (*row, claim.tokens, claim.cost, *mark))
            return Admitted(done.lastrowid or 0)

    def settle(self, entry: int, usage: Usage | None) -> None:
        """An attempt is over; None where it is not known what it took. Raises `StoreError`."""
        with self._transaction() as database:
            _settle(database, entry, usage)

    def spent(self, scope: Scope, name: str) -> Spent:
        """What is settled in one account. Raises `StoreError`."""
        with self._transaction() as database:
            return _account(database, scope, name).spent

    def keep(self, state: DeploymentState) -> None:
        """Keeps how a deployment stands, for others to show. Raises `StoreError`."""
        row = (state.deployment, state.state, state.failures, state.retries, state.until, state.at)
        with self._transaction() as database:
            database.execute("REPLACE INTO deployments VALUES (?, ?, ?, ?, ?, ?)", row)

    def kept(self) -> tuple[DeploymentState, ...]:
        """How each deployment stood when that was last kept. Raises `StoreError`."""
        with self._transaction() as database:
            rows = database.execute("SELECT * FROM deployments ORDER BY deployment")
            return tuple(DeploymentState(*row) for row in rows)

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Takes the write lock at once; all of it is written at the end, or none."""
        with self._lock:
            try:
                if self._connection is None:
                    self._path = self._place()
                    self._connection = _opened(self._path)
                with transaction(self._connection):
                    yield self._connection
            except (sqlite3.Error, OSError) as error:
                hint = "move the file elsewhere to begin a new one"
                raise StoreError(f"{self._path}: {error}; {hint}") from error


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(
        path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        # What is written survives the end of the process, at once; a loss of power may cost
        # the last few attempts, which the journal still has.
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN IMMEDIATE")
        application = database.execute("PRAGMA application_id").fetchone()[0]
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) == (0, 0):
            for statement in _SCHEMA:
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute(f"PRAGMA user_version = {_FORMAT}")
        elif application != _APPLICATION or version > _FORMAT:
            raise StoreError(f"{path}: of another program, or of a newer Redline; move it away")
        database.execute(_DROP, (_KEPT_ACCOUNTS,))
        database.execute("COMMIT")
        with suppress(sqlite3.OperationalError):
            database.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        database.close()
        raise
    return database


def _account(database: sqlite3.Connection, scope: Scope, name: str) -> Account:
    row = database.execute(_SPENT, (scope, name)).fetchone()
    number, tokens, cost = database.execute(_HELD[scope], (name,)).fetchone()
    return Account(Spent(*row) if row else Spent(), number, int(tokens), cost)


def _put(database: sqlite3.Connection, scope: Scope, name: str, spent: Spent) -> None:
    row = (spent.calls, spent.attempts, spent.tokens, spent.cost, spent.unpriced)
    database.execute(_PUT, (scope, name, *row))


def _estimated(database: sqlite3.Connection, claim: Claim) -> Claim:
    """What it may take: no less than the largest attempt at the deployment so far."""
    query = "SELECT tokens, cost FROM largest WHERE deployment = ?"
    row = database.execute(query, (claim.deployment,)).fetchone()
    if row is None:
        return replace(claim, cost=inf)
    return replace(claim, tokens=max(claim.tokens, row[0]), cost=row[1])


def _settle(database: sqlite3.Connection, entry: int, usage: Usage | None) -> None:
    row = database.execute(_ENTRY, (entry,)).fetchone()
    if row is None:
        return
    claim = Claim(*row)
    database.execute("DELETE FROM under_way WHERE entry = ?", (entry,))
    tokens = usage.input_tokens + usage.output_tokens if usage is not None else 0
    cost = usage.cost if usage is not None else None
    for scope in _SCOPES:
        spent = _account(database, scope, claim.name(scope)).spent
        _put(database, scope, claim.name(scope), settled(spent, tokens, cost))
    if usage is not None:
        database.execute(_LARGEST, (claim.deployment, tokens, cost or 0.0))


def _settle_orphans(database: sqlite3.Connection) -> None:
    """Attempts whose process has ended: nobody else will ever settle them."""
    rows = database.execute("SELECT DISTINCT pid, born FROM under_way").fetchall()
    for pid, born in rows:
        if born and birth(pid) == born:
            continue
        query = "SELECT entry FROM under_way WHERE pid = ? AND born = ?"
        for (entry,) in database.execute(query, (pid, born)).fetchall():
            _settle(database, entry, None)
