"""Tool calls as text: what is written is read again, and nothing that is not whole is a call."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_support import Serving, model, request, told, unheard

from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Reply, ToolRequest, Turn
from redline.core.agent.text_protocol import instructions, read, rendered, written
from redline.core.agent.tools import BY_NAME

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ARGUMENTS = st.dictionaries(TEXTS, VALUES, max_size=4)
TOOLS = st.sampled_from(sorted(BY_NAME)) | TEXTS.filter(bool)
CALLS = st.lists(
    st.builds(lambda t, a: ToolRequest("", t, json.dumps(a, ensure_ascii=False)), TOOLS, ARGUMENTS),
    max_size=3,
)
# Nasty text inside the calls; around them, text that opens no block of its own.
PROSE = TEXTS.map(str.strip).filter(lambda text: not re.search(r"`{3}|~{3}|<|\{", text))


@given(PROSE, CALLS)
def test_what_is_written_is_read_again(text: str, calls: list[ToolRequest]) -> None:
    assert read(written(text, calls)) == (text, tuple(calls))


@given(PROSE, CALLS.filter(bool))
def test_a_cut_anywhere_leaves_whole_calls_or_none(text: str, calls: list[ToolRequest]) -> None:
    reply = written(text, calls)
    for end in range(len(reply)):
        _, found = read(reply[:end])
        runnable = [call for call in found if not call.problem]
        assert runnable in ([], calls[: len(runnable)])
        assert len(runnable) < len(calls) or end == len(reply)
        if runnable:
            assert reply[:end].rstrip().endswith("```")


@given(
    st.lists(st.sampled_from(["```call\n", "```\n", '{"tool": "edit", ', "```", "~~~", "\n", "x"]))
)
def test_reading_never_fails_and_calls_nothing_it_cannot_read(parts: list[str]) -> None:
    _, calls = read("".join(parts))
    assert all(call.problem for call in calls)


CALL = '```call\n{"tool": "outline", "arguments": {"path": "a.py"}}\n```'
OUTLINE = ToolRequest("", "outline", '{"path": "a.py"}')


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (CALL, ""),
        (f"I look.\n{CALL}\nThen more.", "I look.\nThen more."),
        (CALL.replace("\n", "\r\n"), ""),
        (CALL.replace("```", "~~~~"), ""),
        (CALL.replace("call\n", "call "), ""),
        (f"```python\nx = 1\n```\n{CALL}", "```python\nx = 1\n```"),
    ],
)
def test_a_call_stands_in_a_block_of_its_own(reply: str, text: str) -> None:
    assert read(reply) == (text, (OUTLINE,))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (CALL[:-3], "the block is not closed"),
        (CALL.replace("}}", "}"), "the block is not JSON: Expecting"),
        (CALL.replace('"a.py"', "NaN"), "NaN is no number"),
        (CALL.replace('"a.py"', "'a.py'"), "the block is not JSON"),
        (CALL.replace('"a.py"', '"a.py", "path": "b.py"'), "a name is given twice"),
        (CALL.replace('"arguments"', '"args"'), "expected one JSON object"),
        (CALL.replace("}}", "}} {}"), "the block is not JSON: Extra data"),
        (CALL.replace('{"path": "a.py"}', '"a.py"'), "arguments an object"),
        (CALL.replace("call\n", "call\n" + "[" * 100_000), "the block is not JSON"),
        (CALL.replace("call", "json"), "no call was made: a call is a block of its own"),
        (CALL[8:-4], "no call was made"),
        (f"````markdown\n{CALL}\n````", "no call was made"),
        ('<tool_call>{"name": "outline"}</tool_call>', "no call was made"),
        (CALL.replace("\n", ""), "no call was made"),
        (CALL.replace("call\n", "call ").replace("\n", ""), "the block is not closed"),
    ],
)
def test_what_is_nearly_a_call_is_none_and_the_model_is_told_why(reply: str, said: str) -> None:
    _, calls = read(reply)
    assert len(calls) == 1
    assert said in calls[0].problem


def test_where_one_call_is_wrong_none_is_run() -> None:
    _, calls = read(f"{CALL}\n```call\n{{\n```\n{CALL}")
    assert ["not run" in call.problem for call in calls] == [True, False, True]
    assert "not JSON" in calls[1].problem


def test_the_transcript_is_told_as_text() -> None:
    calls = (ToolRequest("a", "outline", '{"path": "a.py"}'), ToolRequest("b", "ask", "{"))
    turns = (
        Turn("user", "x"),
        Turn("user", "y"),
        Turn("model", "I look.", calls),
        Turn("tool", "nothing", call="a", tool="outline"),
        Turn("tool", "bad", call="b", tool="ask", failed=True, options=("1", "2")),
    )
    assert [(said.speaker, said.text) for said in rendered(turns)] == [
        ("user", "x\n\ny"),
        ("model", f"I look.\n\n{CALL}\n\n```call\n{{\n```"),
        (
            "user",
            "Result of outline:\nnothing\n\nResult of ask, which failed:\nbad\noptions:\n- 1\n- 2",
        ),
    ]


def test_a_model_is_told_each_tool_with_its_arguments() -> None:
    told_ = instructions([BY_NAME["read_file"], BY_NAME["plan"]])
    assert "read_file: Lines of a file, numbered." in told_
    assert "- start (whole number, may be left out): first line, 1-based" in told_
    assert "- steps (list of texts): each 'role: intent;" in told_
    assert read(told_)[1][0].tool == "NAME"


SCRIPT = """\
> I look.
>
> ```call
> {"tool": "outline", "arguments": {"path": "a.py"}}
> ```
---
expect: Result of outline:
> <think>
> ```call
> {"tool": "delete_file", "arguments": {"path": "a.py"}}
> ```
> </think>
> Done.
"""


async def test_calls_are_made_as_text_where_the_settings_say_so(serving: Serving) -> None:
    server = await serving(SCRIPT)
    scripted = model(server, tool_calls="text")
    turns = (Turn("user", "x"),)
    first = await scripted.reply(request(*turns), unheard)
    assert isinstance(first, Reply)
    assert (first.text, first.calls) == (
        "I look.",
        (ToolRequest("call", "outline", '{"path": "a.py"}'),),
    )
    second = await scripted.reply(request(*turns, *told(first)), unheard)
    assert isinstance(second, Reply), second
    assert (second.text, second.calls) == ("Done.", ())
    sent = json.loads(server.requests[1].body)
    assert "tools" not in sent
    assert [message["role"] for message in sent["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert "## Tools" in sent["messages"][0]["content"]


async def test_a_text_that_is_cut_by_the_connection_is_no_call(serving: Serving) -> None:
    for end in range(0, 120, 12):
        first = SCRIPT.partition("---")[0] + f"> {'x' * end}\nfault: cut-before-finish"
        server = await serving(first)
        failure = await model(server, tool_calls="text").reply(request(), unheard)
        assert isinstance(failure, ModelFailure)


async def test_a_model_without_tools_is_found_out_and_asked_in_text(serving: Serving) -> None:
    server = await serving(f"fault: no-tools\n---\nfault: no-tools\n{SCRIPT}")
    scripted = model(server)
    failure = await scripted.reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.retry_after == 0.0
    assert "cannot call tools; from now on its calls are read from its text" in failure.message
    reply = await scripted.reply(request(), unheard)
    assert isinstance(reply, Reply), reply
    assert [call.tool for call in reply.calls] == ["outline"]
    native = await model(await serving("> x\nfault: no-tools"), tool_calls="native").reply(
        request(), unheard
    )
    assert isinstance(native, ModelFailure)
    assert (native.kind, native.retry_after) == ("provider", None)
    assert "whether it can call tools" in native.message
