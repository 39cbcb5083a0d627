"""What left the machine for a run: to which model, where, when, how much, how much hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from redline.app.history import Told
from redline.core.gateway.records import Attempt, Attempted
from redline.core.oversight.redaction import counted


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt. `at` is seconds since the epoch; `bytes` those of its messages in UTF-8.

    `redacted` counts the placeholders that went out in the place of secrets. `unknown` are
    messages whose text is no longer kept.
    """

    at: float
    number: int
    deployment: str
    address: str
    why: str
    messages: int
    bytes: int
    redacted: int
    unknown: int = 0


def sendings(run: Told) -> Iterator[Sending]:
    """Every attempt of a run, in order."""
    known: dict[str, str] = {}
    payloads = [line.payload for line in run.lines]
    stayed = {
        (each.effect, each.number)
        for each in payloads
        if isinstance(each, Attempted) and each.outcome == "cached"
    }
    for line in run.lines:
        left = line.payload
        if not isinstance(left, Attempt) or (left.effect, left.number) in stayed:
            continue
        known.update(left.texts)
        texts = [known[each] for each in left.sent if each in known]
        yield Sending(
            line.entry.record.at,
            left.number,
            left.deployment,
            left.address,
            left.why,
            len(left.sent),
            sum(len(text.encode("utf-8", "surrogatepass")) for text in texts),
            sum(map(counted, texts)),
            len(left.sent) - len(texts),
        )
