"""Retries on the same deployment: how many, after how long, and from which budget.

In an outage every caller would try again, and a provider that is down gets several times
the calls. So a deployment has a budget for the whole process: each call earns a tenth of
a retry, and no more than `BURST` are ever saved up.
"""

from __future__ import annotations

from dataclasses import dataclass

from redline.core.agent.exchange import ModelFailure

MOST_RETRIES = 2
BURST = 3
EARNED_TENTHS = 1
FIRST_DELAY, LONGEST_DELAY = 0.5, 8.0
LONGEST_RETRY_AFTER = 20.0
"""Seconds. A provider that wants a longer wait is not waited for."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """The retries saved up, in tenths: whole numbers, so that nothing is lost or made."""

    tenths: int = 10 * BURST

    @property
    def retries(self) -> int:
        """How many retries are left."""
        return self.tenths // 10


def earned(bucket: Bucket) -> Bucket:
    """After a call that is no retry."""
    return Bucket(min(10 * BURST, bucket.tenths + EARNED_TENTHS))


def spent(bucket: Bucket) -> Bucket:
    """After a retry. Raises ValueError when there was none left."""
    if bucket.retries < 1:
        raise ValueError("no retry is left")
    return Bucket(bucket.tenths - 10)


def again(failure: ModelFailure) -> bool:
    """Whether the same request may work on the same deployment, soon enough to wait for."""
    after = failure.retry_after
    return after is not None and after <= LONGEST_RETRY_AFTER


def delay(number: int, chance: float, failure: ModelFailure) -> float:
    """Seconds to wait before retry `number` (from 1). `chance` is from [0, 1).

    It doubles each time and is spread over its upper half, so that callers that failed
    together do not come back together. Never shorter than what the provider asked for.
    """
    usual = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (number - 1)) * (0.5 + chance / 2)
    asked = (failure.retry_after or 0.0) * (1 + chance / 10)
    return max(usual, asked)
