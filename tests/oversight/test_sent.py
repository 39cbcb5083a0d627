"""What was sent where, as the records of the attempts tell it."""

from __future__ import annotations

from redline.app.history import Line, Told
from redline.app.sent import Sending, sendings
from redline.core.agent.events import Cancelled
from redline.core.agent.state import RunState
from redline.core.gateway.records import Attempt, Attempted
from redline.core.journal import Entry, RunRecord


def line(at: float, payload: object) -> Line:
    return Line(Entry(RunRecord(1, at, "r", "event", "", ""), ""), payload)  # type: ignore[arg-type]


def test_each_attempt_has_its_place_its_time_and_its_size() -> None:
    lines = (
        line(1.0, Cancelled()),
        line(2.0, Attempt("r.1", 1, "openai/x", "", "first", ("a",), {"a": "é"})),
        line(3.0, Attempt("r.1", 2, "openai/y", "http://h/v1", "fallback", ("a",))),
        line(3.5, Attempt("r.2", 1, "openai/y", "http://h/v1", "first", ("a",))),
        line(3.6, Attempted("r.2", 1, "cached")),
        line(4.0, Attempt("r.3", 1, "openai/y", "http://h/v1", "first", ("a", "b", "gone"),
                          {"b": "k = '[redacted:jwt:1]' or '[redacted:jwt:2]'"})),
    )  # fmt: skip
    assert list(sendings(Told("r", RunState("r"), lines, ()))) == [
        Sending(2.0, 1, "openai/x", "", "first", 1, 2, 0),
        Sending(3.0, 2, "openai/y", "http://h/v1", "fallback", 1, 2, 0),
        Sending(4.0, 1, "openai/y", "http://h/v1", "first", 3, 46, 2, 1),
    ]
