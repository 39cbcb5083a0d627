"""A loop whose clock jumps: nothing is waited for, and what would wait for ever is found out."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stuck(AssertionError):
    """Every task waits for something that no timer will bring."""


class _Jump(selectors.DefaultSelector):  # type: ignore[valid-type,misc]
    """Looks for events without waiting; the time it would have waited is over at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        found = super().select(0)
        if not found:
            if timeout is None:
                raise Stuck("everything waits, and no timer is set")
            self.now += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a clock of its own."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now


def run(case: Coroutine[Any, Any, T]) -> T:
    """Runs a case in no time at all."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(case)
