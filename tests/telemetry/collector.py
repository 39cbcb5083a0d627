"""An OTLP collector on loopback: what it is sent over HTTP, decoded from protobuf."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """A span as it was sent; times in seconds since the epoch."""

    name: str
    id: bytes
    parent: bytes
    kind: int
    start: float
    end: float
    failed: bool
    attributes: dict[str, Any]


@dataclass
class Collector:
    """Everything that was sent to it."""

    address: str = ""
    bodies: list[bytes] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    schemas: set[str] = field(default_factory=set)
    resources: list[dict[str, Any]] = field(default_factory=list)
    metrics: dict[str, list[tuple[dict[str, Any], int, float]]] = field(default_factory=dict)

    def received(self, path: str, body: bytes) -> None:
        self.bodies.append(body)
        if path == "/v1/traces":
            self._traces(ExportTraceServiceRequest.FromString(body))
        elif path == "/v1/metrics":
            self._metrics(ExportMetricsServiceRequest.FromString(body))
        else:
            raise AssertionError(path)

    def _traces(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            self.resources.append(values(resource.resource.attributes))
            for scope in resource.scope_spans:
                self.schemas.add(scope.schema_url)
                self.spans += [
                    Span(
                        each.name,
                        each.span_id,
                        each.parent_span_id,
                        each.kind,
                        each.start_time_unix_nano / 1e9,
                        each.end_time_unix_nano / 1e9,
                        each.status.code == 2,
                        values(each.attributes),
                    )
                    for each in scope.spans
                ]

    def _metrics(self, request: ExportMetricsServiceRequest) -> None:
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                self.schemas.add(scope.schema_url)
                for each in scope.metrics:
                    points = each.histogram.data_points
                    self.metrics[f"{each.name} {each.unit}"] = [
                        (values(point.attributes), point.count, point.sum) for point in points
                    ]


def values(attributes: Any) -> dict[str, Any]:
    found = {}
    for each in attributes:
        kind = each.value.WhichOneof("value")
        found[each.key] = getattr(each.value, kind)
    return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens on a port of its own."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.received(self.path, body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    collector.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
