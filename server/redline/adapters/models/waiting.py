"""While a reply arrives: how long it is waited for, and how much of it is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from redline.adapters.models import wire
from redline.adapters.models.failures import Limit
from redline.core.settings import Settings

_GROWTH: Final = 0.05


class Patience:
    """How long a reply is waited for: in all, for its beginning, and for each next piece."""

    __slots__ = ("_begun", "_settings", "pause", "total")

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._begun = False
        self.total = asyncio.timeout(settings.model_timeout)
        self.pause = asyncio.timeout(settings.model_first_token or None)

    def heard(self) -> None:
        """A piece of the reply came. What only shows that the connection lives is none."""
        self._begun = True
        if not self.pause.expired():
            idle = self._settings.model_idle
            now = asyncio.get_running_loop().time()
            self.pause.reschedule(now + idle if idle else None)

    def over(self) -> tuple[Limit, float]:
        """Which time is over, and how many seconds it was."""
        settings = self._settings
        if self.total.expired() or not self.pause.expired():
            return "model_timeout", settings.model_timeout
        if self._begun:
            return "model_idle", settings.model_idle
        return "model_first_token", settings.model_first_token


class Progress:
    """Tells of the text so far, more rarely as it grows: each time all of it is looked at."""

    __slots__ = ("_due", "_on_text")

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._due = 1.0

    def grew(self, arriving: wire.Assembly, whole: bool = False) -> None:
        """There is more text now; `whole` says that it is all there."""
        if len(arriving.text) < self._due and not whole:
            return
        self._due = len(arriving.text) * (1 + _GROWTH)
        answer = arriving.answer
        if answer:
            self._on_text(answer)
