"""Time and ids."""

from __future__ import annotations

import secrets
import time


class SystemClock:
    """The port `Clock` on the machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds from some fixed point, for measuring."""
        return time.monotonic()

    def new_id(self) -> str:
        """Time, then chance: sorts by age and stays unique across restarts."""
        return f"{int(time.time()):08x}{secrets.token_hex(4)}"
