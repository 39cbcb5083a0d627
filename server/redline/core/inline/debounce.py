"""How long to wait before a model is asked: for the end of a burst of keys, and no longer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

PAUSE = 1.0
"""Seconds between two keys after which the user was not typing, but thinking."""
USUAL = 0.18
"""Seconds between two keys of a user of whom nothing is known yet."""
LEAST = 0.03
"""A model that answers within so many seconds is asked at once."""
MOST = 0.4
_MARGIN = 1.25


def gap(keys: Sequence[float]) -> float:
    """Seconds that three of four keys of the last bursts came within; `keys` are their times."""
    gaps = sorted(b - a for a, b in pairwise(keys) if 0 <= b - a < PAUSE)
    return gaps[(3 * len(gaps)) // 4] if len(gaps) >= 3 else USUAL


def wait(keys: Sequence[float], expected: float, now: float) -> float:
    """Seconds to wait before a model that takes `expected` seconds is asked.

    An answer that comes before the next key is worth asking for at once; one that takes
    longer would be thrown away while the burst goes on.
    """
    if expected <= LEAST:
        return 0.0
    usual = gap(keys)
    longest = min(usual * _MARGIN, expected, MOST)
    since = now - keys[-1] if keys else 0.0
    return max(0.0, longest - max(0.0, since))
