"""Spans and metrics of runs by OpenTelemetry's GenAI conventions, where the user wants them.

Nothing of this is imported, and no thread started, unless an endpoint is set and a run
begins. What is told is put on a queue and recorded on a thread of its own, with the times
it was told at: the loop never waits for the library or for the network. No prompt, no
answer, no argument, no path and no code is ever told.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

from redline.core.agent.events import Event
from redline.core.agent.model import Effect
from redline.core.agent.state import RunState
from redline.core.settings import Settings

if TYPE_CHECKING:
    from redline.adapters.telemetry.spans import Recorder

FROM_ENVIRONMENT = "environment"
VARIABLES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
CLOSE_SECONDS = 5.0
_NANO = 1_000_000_000

logger = logging.getLogger(__name__)


class NoTelemetry:
    """The port `Telemetry` where none is wanted."""

    __slots__ = ()

    def begun(self, run: str, action: str, model: str) -> None:
        """Nothing is told."""

    def performed(
        self, run: str, effect: Effect, event: Event, seconds: float, first: float | None
    ) -> None:
        """Nothing is told."""

    def ended(self, state: RunState) -> None:
        """Nothing is told."""

    def close(self) -> None:
        """There is nothing to send."""


class OtelTelemetry:
    """The port `Telemetry` over OpenTelemetry; `endpoint` '' is what the environment says."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._told: SimpleQueue[Callable[[Recorder], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begun(self, run: str, action: str, model: str) -> None:
        """Opens the span of a run."""
        at = time.time_ns()
        self._tell(lambda recorder: recorder.begun(run, action, model, at))

    def performed(
        self, run: str, effect: Effect, event: Event, seconds: float, first: float | None
    ) -> None:
        """A span for a call of a model or a tool that is over."""
        end = time.time_ns()
        start = end - int(seconds * _NANO)
        self._tell(lambda recorder: recorder.performed(run, effect, event, (start, end), first))

    def ended(self, state: RunState) -> None:
        """Ends the span of a run."""
        at = time.time_ns()
        self._tell(lambda recorder: recorder.ended(state, at))

    def close(self) -> None:
        """Sends what was not sent yet, for a few seconds at most."""
        if self._thread is not None:
            self._told.put(None)
            self._thread.join(CLOSE_SECONDS)
            self._thread = None

    def _tell(self, what: Callable[[Recorder], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._record, name="telemetry", daemon=True)
            self._thread.start()
        self._told.put(what)

    def _record(self) -> None:
        try:
            from redline.adapters.telemetry.spans import Recorder
        except ImportError as error:
            why = "telemetry.endpoint is set, and nothing is sent: pip install 'redline[otel]' (%s)"
            logger.warning(why, error)
            while self._told.get() is not None:
                pass
            return
        recorder = Recorder(self._endpoint)
        while (what := self._told.get()) is not None:
            what(recorder)
        recorder.close()


def telemetry(settings: Settings) -> NoTelemetry | OtelTelemetry:
    """What the settings ask for; nothing unless an endpoint is set by the user or their team."""
    endpoint = settings.telemetry_endpoint
    if endpoint == FROM_ENVIRONMENT:
        return OtelTelemetry("") if any(map(os.environ.get, VARIABLES)) else NoTelemetry()
    return OtelTelemetry(endpoint) if endpoint else NoTelemetry()
