"""Long work in a thread of its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Threads:
    """The port `Aside`. Garbage is not collected meanwhile: that would stop the loop for as
    long as it takes to look through all that the work has made.
    """

    def __init__(self) -> None:
        self._busy = 0

    async def done(self, work: Callable[[], T]) -> T:
        """What `work` gives or raises."""
        with self.uncollected():
            return await asyncio.to_thread(work)

    @contextmanager
    def uncollected(self, *, stays: bool = False) -> Iterator[None]:
        """No cycles are looked for meanwhile; nor later in what is made, where it `stays`."""
        self._busy += 1
        gc.disable()
        try:
            yield
        finally:
            self._busy -= 1
            if stays:
                gc.freeze()
            if not self._busy:
                gc.enable()
