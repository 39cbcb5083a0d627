"""How a run becomes spans and metrics: GenAI semantic conventions 1.44.0.

The conventions are in development: their version is pinned here and said with every span.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context

from redline import __version__
from redline.core.agent.events import (
    Event,
    ModelFailed,
    ModelReplied,
    ToolFailed,
    ToolReturned,
)
from redline.core.agent.model import CallModel, Effect, RunTool
from redline.core.agent.state import RunState

SCHEMA = "https://opentelemetry.io/schemas/1.44.0"
AGENT = "redline"
PROVIDERS: Mapping[str, str] = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "vertex_ai": "gcp.vertex_ai",
    "xai": "x_ai",
}
"""The conventions' names of providers, where litellm's are others."""

_SECONDS = [0.01 * 2**power for power in range(14)]
_TOKENS = [4**power for power in range(14)]
_NANO = 1_000_000_000
_Attributes = dict[str, str | int | float]


class Recorder:
    """Makes spans and metrics of what it is told, and sends them to one endpoint."""

    def __init__(self, endpoint: str) -> None:
        # What cannot be sent is lost: that is no trouble of the user's.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        base = endpoint.rstrip("/")
        spans = OTLPSpanExporter(endpoint=f"{base}/v1/traces" if base else None)
        metrics = OTLPMetricExporter(endpoint=f"{base}/v1/metrics" if base else None)
        resource = Resource.create({"service.name": AGENT, "service.version": __version__})
        self._tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._tracers.add_span_processor(BatchSpanProcessor(spans))
        reader = PeriodicExportingMetricReader(metrics)
        self._meters = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
        self._tracer = self._tracers.get_tracer(AGENT, __version__, schema_url=SCHEMA)
        self._chat = self._histogram("gen_ai.client.operation.duration")
        self._first = self._histogram("gen_ai.client.operation.time_to_first_chunk")
        self._tokens = self._histogram("gen_ai.client.token.usage", "{token}", _TOKENS)
        self._agent = self._histogram("gen_ai.invoke_agent.duration")
        self._tool = self._histogram("gen_ai.execute_tool.duration")
        self._runs: dict[str, tuple[Span, int, _Attributes]] = {}

    def begun(self, run: str, action: str, model: str, at: int) -> None:
        """A run begins at `at`, in nanoseconds since the epoch."""
        shared: _Attributes = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": AGENT,
            **_model(model),
        }
        own: _Attributes = {"gen_ai.conversation.id": run, "redline.action": action}
        span = self._tracer.start_span(
            f"invoke_agent {AGENT}",
            kind=SpanKind.INTERNAL,
            attributes={**shared, **own, "gen_ai.agent.version": __version__},
            start_time=at,
        )
        self._runs[run] = (span, at, shared)

    def performed(
        self,
        run: str,
        effect: Effect,
        event: Event,
        times: tuple[int, int],
        first: float | None,
    ) -> None:
        """A call is over: `times` are its begin and end, `first` the seconds to its first text."""
        known = self._runs.get(run)
        if known is None:
            return
        parent, _, shared = known
        if isinstance(effect, CallModel):
            about, own = _chat(shared, event), _chat_span(run, effect, event, first)
            name = f"chat {about['gen_ai.request.model']}"
        elif isinstance(effect, RunTool):
            about, own = _tool(effect, event), {"gen_ai.tool.call.id": effect.id}
            name = f"execute_tool {effect.call.tool}"
        else:
            return
        span = self._tracer.start_span(
            name,
            context=set_span_in_context(parent),
            kind=SpanKind.CLIENT if isinstance(effect, CallModel) else SpanKind.INTERNAL,
            attributes={**about, **own},
            start_time=times[0],
        )
        _failed(span, about)
        span.end(times[1])
        seconds = (times[1] - times[0]) / _NANO
        if isinstance(effect, RunTool):
            self._tool.record(seconds, about)
        else:
            self._called(about, event, seconds, first)

    def ended(self, state: RunState, at: int) -> None:
        """A run, or a round of it, is over."""
        known = self._runs.pop(state.id, None)
        if known is None:
            return
        span, began, shared = known
        outcome = state.outcome or "cancelled"
        about = dict(shared)
        if outcome == "failed":
            about["error.type"] = "failed"
        span.set_attribute("redline.outcome", outcome)
        _failed(span, about)
        span.end(at)
        self._agent.record((at - began) / _NANO, about)

    def close(self) -> None:
        """Sends what is left."""
        for span, _, _ in self._runs.values():
            span.end()
        self._tracers.shutdown()
        self._meters.shutdown()

    def _histogram(
        self, name: str, unit: str = "s", buckets: list[float] | list[int] = _SECONDS
    ) -> Histogram:
        meter = self._meters.get_meter(AGENT, __version__, schema_url=SCHEMA)
        return meter.create_histogram(name, unit, explicit_bucket_boundaries_advisory=buckets)

    def _called(
        self, about: _Attributes, event: Event, seconds: float, first: float | None
    ) -> None:
        self._chat.record(seconds, about)
        if first is not None:
            self._first.record(first, about)
        if isinstance(event, ModelReplied):
            usage = event.reply.usage
            for kind, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens)):
                self._tokens.record(tokens, {**about, "gen_ai.token.type": kind})


def _model(name: str) -> _Attributes:
    """Provider and model by the name in the settings; of a script's only that it is one."""
    provider, _, model = name.partition("/")
    if not model or name.startswith("scripted:"):
        own = name.partition(":")[0]
        return {"gen_ai.provider.name": AGENT, "gen_ai.request.model": own}
    return {
        "gen_ai.provider.name": PROVIDERS.get(provider, provider),
        "gen_ai.request.model": model,
    }


def _chat(shared: _Attributes, event: Event) -> _Attributes:
    about: _Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": shared["gen_ai.provider.name"],
        "gen_ai.request.model": shared["gen_ai.request.model"],
    }
    if isinstance(event, ModelReplied):
        about["gen_ai.response.model"] = _model(event.reply.model)["gen_ai.request.model"]
    elif isinstance(event, ModelFailed):
        about["error.type"] = event.kind
    return about


def _chat_span(run: str, effect: CallModel, event: Event, first: float | None) -> _Attributes:
    own: _Attributes = {"gen_ai.conversation.id": run, "redline.role": effect.role}
    if isinstance(event, ModelReplied):
        own["gen_ai.usage.input_tokens"] = event.reply.usage.input_tokens
        own["gen_ai.usage.output_tokens"] = event.reply.usage.output_tokens
    if first is not None:
        own["gen_ai.response.time_to_first_chunk"] = first
    return own


def _tool(effect: RunTool, event: Event) -> _Attributes:
    about: _Attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": effect.call.tool,
        "gen_ai.tool.type": "function",
    }
    if isinstance(event, ToolFailed):
        about["error.type"] = event.kind
    elif isinstance(event, ToolReturned) and event.result.failure:
        about["error.type"] = "refused"
    return about


def _failed(span: Span, about: _Attributes) -> None:
    if "error.type" in about:
        span.set_attribute("error.type", about["error.type"])
        span.set_status(Status(StatusCode.ERROR))
