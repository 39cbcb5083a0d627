"""The journal's records and their chain. Payloads are kept apart, so forgetting keeps the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

RecordKind = Literal["event", "effect", "verdict", "review", "attempt", "context"]
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One entry. `at` is seconds since the epoch; digests and hashes are SHA-256 in hex."""

    seq: int
    at: float
    run: str
    kind: RecordKind
    payload_digest: str
    previous_hash: str

    @property
    def hash(self) -> str:
        """What the next record's `previous_hash` must be."""
        fields = (self.seq, repr(self.at), self.run, self.kind, self.payload_digest)
        line = "\n".join([*map(str, fields), self.previous_hash])
        return sha256(line.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with its payload: JSON text, or None when it was forgotten.

    `stored` is the payload as it is kept, where its secrets are kept apart; the chain is
    about that.
    """

    record: RunRecord
    payload: str | None
    stored: str | None = None


def payload_digest(payload: str) -> str:
    """SHA-256 of the payload's UTF-8 bytes, in hex."""
    return sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()


def chained(
    previous: RunRecord | None, at: float, run: str, kind: RecordKind, payload: str
) -> RunRecord:
    """The record that follows `previous`."""
    seq = previous.seq + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    return RunRecord(seq, at, run, kind, payload_digest(payload), before)


def broken(entries: Iterable[Entry]) -> str:
    """Where the chain or a payload does not fit, in words; '' when all of it does."""
    previous = GENESIS
    seq = 0
    for entry in entries:
        record = entry.record
        if record.seq != seq + 1:
            return f"record {seq + 1} is missing"
        if record.previous_hash != previous:
            return f"record {record.seq} does not follow the one before it"
        kept = entry.payload if entry.stored is None else entry.stored
        if kept is not None and payload_digest(kept) != record.payload_digest:
            return f"the payload of record {record.seq} was changed"
        previous, seq = record.hash, record.seq
    return ""
