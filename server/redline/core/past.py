"""A run's records with what they say: what every look at the past begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from redline.core import payloads
from redline.core.journal import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One record with its payload, decoded."""

    entry: Entry
    payload: payloads.Payload

    @property
    def at(self) -> float:
        """When it was recorded, in seconds since the epoch."""
        return self.entry.record.at


def lines(entries: Iterable[Entry]) -> tuple[Line, ...]:
    """The records whose payloads are still there."""
    return tuple(
        Line(entry, payloads.decode(entry.payload))
        for entry in entries
        if entry.payload is not None
    )


def says(entry: Entry, *types: str) -> bool:
    """Whether a record's payload is of one of `types`, without reading all of it."""
    begins = tuple(f'{{"type":"{name}"' for name in types)
    return entry.payload is not None and entry.payload.startswith(begins)
