"""When cycles are looked for: hardly ever while someone types.

A full look goes through all that lives, which takes 60 ms once a large workspace is loaded, and
holds up every answer. So what has outlived one full look is left out of the later ones; looks
are taken early, while nobody types; and after a long pause everything is looked at once more.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping

PAUSE_SECONDS = 30.0
"""After so long without a message everything may be looked at."""
AGAIN_SECONDS = 600.0
"""So long it is not looked at again."""


def begin() -> None:
    """From now on what outlives a full look stays: it is looked at again by `everything` alone."""
    gc.freeze()
    gc.callbacks.append(_left_out)


def end() -> None:
    """Undoes `begin`."""
    gc.callbacks.remove(_left_out)
    gc.unfreeze()


def early() -> None:
    """The full look that would be due soon, where it has begun and nothing is under way that
    must not be looked at."""
    if _left_out in gc.callbacks and gc.isenabled() and gc.get_count()[2]:
        gc.collect()


def everything() -> None:
    """A full look at all that lives, likewise."""
    if _left_out in gc.callbacks and gc.isenabled():
        gc.unfreeze()
        gc.collect()


def _left_out(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
