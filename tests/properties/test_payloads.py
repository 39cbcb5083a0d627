"""Whatever a run records comes back whole: `decode(encode(x)) == x`."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core.agent.events import (
    BaseMoved,
    Begun,
    Cancelled,
    ModelReplied,
    ToolReturned,
)
from redline.core.agent.model import (
    Argument,
    Finish,
    Goal,
    Reply,
    RunTool,
    ToolCall,
    ToolResult,
)
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Decision, Verdict
from redline.core.payloads import Payload, PayloadError, decode, encode
from redline.core.proposal.model import Change, Review
from redline.core.text.edits import Edit
from redline.core.text.text import Span

SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda pair: Span(*sorted(pair)))
st.register_type_strategy(Span, SPANS)
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(
    str, st.text(max_size=20) | st.text(st.characters(categories=["Cs"]), max_size=1)
)


@settings(max_examples=300, deadline=None)
@given(value=st.one_of(*map(st.from_type, get_args(Payload))))
def test_every_payload_comes_back_whole(value: Payload) -> None:
    text = encode(value)
    assert decode(text) == value
    assert type(decode(text)) is type(value)
    assert text.encode(), "no lone surrogates"
    assert "\n" not in text
    assert json.loads(text)["type"] == type(value).__name__


def test_the_text_is_what_a_person_can_read() -> None:
    edit = Edit(Span(1, 2), "na\u00efve".encode())
    result = ToolResult("c", "out", changes=(Change("file:///a", edit, "why", "computed"),))
    change = json.loads(encode(ToolReturned("e", result)))["result"]["changes"][0]
    assert change["edit"] == {
        "type": "Edit",
        "span": {"type": "Span", "start": 1, "end": 2},
        "new": {"utf8": "na\u00efve"},
    }
    odd = Change("", Edit(Span(0, 0), b"\xff"), "", "computed")
    assert '"new":{"base64":"/w=="}' in encode(
        ToolReturned("e", ToolResult("c", "", changes=(odd,)))
    )
    assert encode(Verdict(Decision.DENY, ("r",), "b")) == (
        '{"type":"Verdict","decision":"DENY","rules":["r"],"because":"b"}'
    )


def test_values_json_would_confuse_stay_apart() -> None:
    arguments: dict[str, Argument] = {"a": True, "b": 1, "c": "1", "d": ["x"], "type": "Span"}
    value = RunTool("e", ToolCall("c", 1, "t", arguments))
    back = decode(encode(value))
    assert isinstance(back, RunTool)
    assert back == value
    assert [type(item) for item in back.call.arguments.values()] == [bool, int, str, list, str]


def test_numbers_json_lacks_are_kept() -> None:
    value = Begun("e", Goal("ask", ""), "builtin", Budget(cost=float("inf")))
    assert "Infinity" not in encode(value)
    assert decode(encode(value)) == value


def test_a_field_that_was_not_yet_written_takes_its_default() -> None:
    assert decode('{"type":"Cancelled"}') == Cancelled()
    assert decode('{"type":"Finish","id":"1","outcome":"proposed"}') == Finish("1", "proposed")
    assert decode('{"type":"ModelReplied","effect":"1","reply":{"type":"Reply","text":""}}') == (
        ModelReplied("1", Reply(""))
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("[]", "expected one of Begun"),
        ('{"type":"Nonsense"}', "unknown type 'Nonsense'"),
        ('{"type":["Finish"]}', "unknown type"),
        ('{"type":"Span","start":1,"end":2}', "unknown type 'Span'"),
        ('{"type":"Finish","id":"1","outcome":"odd"}', "Finish: expected one of 'proposed'"),
        ('{"type":"Finish","id":1,"outcome":"proposed"}', "Finish: expected a string, got 1"),
        ('{"type":"Finish","id":"1"}', "Finish: unknown or missing: outcome"),
        ('{"type":"Cancelled","later":1}', "Cancelled: unknown or missing: later"),
        ('{"type":"Wait","id":"1","seconds":true}', "Wait: expected a number, got true"),
        ('{"type":"Verdict","decision":2,"rules":[],"because":""}', "expected one of ALLOW"),
        (
            '{"type":"Begun","effect":"","model":"","budget":{"type":"Budget"},"goal":{"type":'
            '"Goal","action":"ask","instruction":"","span":{"type":"Span","start":2,"end":1}}}',
            "Begun: Goal: Span: span 2..1 is reversed",
        ),
    ],
)
def test_what_is_no_payload_says_where_and_why(text: str, why: str) -> None:
    with pytest.raises(PayloadError, match=why.replace("[", r"\[")):
        decode(text)


def test_reviews_and_moves_are_payloads() -> None:
    for value in (Review("p", {"h": "stale"}, "me", 1.0), BaseMoved("e", "file:///a", "d")):
        assert decode(encode(value)) == value
