"""Every fault of a provider, over a real connection: a whole reply, or a failure that says why."""

from __future__ import annotations

import asyncio
import json

import pytest
from model_support import CALL, LONG, Serving, model, request, script, told, unheard

from redline.adapters.models.failures import Place, timed_out
from redline.adapters.models.scripted import ScriptedModel
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Reply, ToolRequest, Turn, Usage
from redline.core.agent.script import FAULTS

TEXT = LONG[2:].strip()
WHOLE = f"{LONG}{CALL}usage: 120 30\n"
CLOSING = 5.0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("fault: cut-before-finish", "the stream ended before the reply was finished"),
        ("fault: cut-connection", ""),
        ("fault: html", "the stream ended before the reply was finished"),
        ("fault: error-body", "the stream ended before the reply was finished"),
        ("fault: not-streamed", "the stream ended before the reply was finished"),
        ("fault: empty", "the reply was empty"),
        ("fault: garbage-line", "the reply broke off"),
        ("fault: garbage-bytes", "the reply broke off"),
        ("fault: error-event", "the reply broke off (the script says error-event)"),
        ("fault: cut-tool-call", "cut at the length limit, within the call of rename"),
        ("fault: endless", "the reply repeats 'Some text that is long"),
        ("finish: length", "cut at the length limit"),
        ("finish: error", "the provider reported an error"),
        ("finish: network_error", "ended with 'network_error'"),
    ],
)
async def test_nothing_of_an_incomplete_reply_is_used(
    serving: Serving, fault: str, said: str
) -> None:
    server = await serving(f"{LONG}{CALL}{fault}")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    again = None if "length limit" in said else 0.0
    assert (failure.kind, failure.retry_after) == ("incomplete", again)
    assert said in failure.message
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("finish: content_filter", "the provider's content filter stopped the reply; say it in"),
        ("fault: refusal", f"refused to answer: {TEXT.strip('.')}; say it in other words"),
    ],
)
async def test_asking_the_same_again_does_not_help_against_a_refusal(
    serving: Serving, fault: str, said: str
) -> None:
    server = await serving(f"{LONG}{fault}")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert (failure.kind, failure.retry_after) == ("incomplete", None)
    assert said in failure.message


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        ("cut-after-finish", False),
        ("break-after-finish", False),
        ("one-index", True),
        ("no-ids", True),
        ("slow-start 0.2", True),
        ("no-answer 0.2", True),
        ("stall 0.2", True),
        ("pings 0.2", True),
    ],
)
async def test_a_reply_that_came_whole_is_used_whatever_else_went_wrong(
    serving: Serving, fault: str, counted: bool
) -> None:
    server = await serving(f"{WHOLE}{CALL}fault: {fault}")
    reply = await model(server).reply(request(), unheard)
    assert isinstance(reply, Reply), reply
    arguments = '{"name": "total", "new_name": "sum_of"}'
    assert [(call.tool, call.arguments) for call in reply.calls] == [("rename", arguments)] * 2
    assert len({call.id for call in reply.calls}) == 2
    assert reply.text == TEXT
    # Without the provider's count, the tokens are an estimate.
    assert (reply.usage == Usage(120, 30, None)) is counted
    assert reply.usage.input_tokens > 0


@pytest.mark.parametrize(
    ("fault", "settings", "said"),
    [
        (
            "no-answer 600",
            {"model_first_token": 0.3},
            "did not begin to answer within 0.3 s; is it overloaded? model_first_token in",
        ),
        ("slow-start 600", {"model_first_token": 0.3}, "did not begin to answer within 0.3 s"),
        ("stall 600", {"model_idle": 0.3}, "said nothing for 0.3 s within its reply"),
        ("pings 600", {"model_idle": 0.3}, "said nothing for 0.3 s within its reply"),
        ("stall 600", {"model_timeout": 0.3, "model_idle": 9.0}, "did not finish within 0.3 s"),
        ("flood", {"model_timeout": 0.5}, "did not finish within 0.5 s; is it overloaded?"),
    ],
)
async def test_each_wait_has_its_end_and_the_failure_says_which(
    serving: Serving, fault: str, settings: dict[str, float], said: str
) -> None:
    server = await serving(f"{LONG}fault: {fault}")
    failure = await model(server, **settings).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert (failure.kind, failure.retry_after) == ("timeout", 0.0)
    assert said in failure.message
    assert await asyncio.wait_for(server.disconnects.get(), CLOSING) == 1


async def test_a_reply_may_take_longer_than_its_pauses_may(serving: Serving) -> None:
    server = await serving(f"{LONG}fault: slow-start 0.5")
    patient = model(server, model_first_token=5.0, model_idle=0.2)
    assert isinstance(await patient.reply(request(), unheard), Reply)
    server = await serving(f"{LONG}fault: stall 0.5")
    patient = model(server, model_first_token=0.4, model_idle=5.0)
    assert isinstance(await patient.reply(request(), unheard), Reply)


@pytest.mark.parametrize("fault", ["endless", "flood"])
async def test_a_reply_without_end_is_left_at_once(
    serving: Serving, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redline.adapters.models.wire.MAX_REPLY", 20_000)
    server = await serving(f"{LONG}fault: {fault}")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.kind == "incomplete"
    assert await asyncio.wait_for(server.disconnects.get(), CLOSING) == 1


async def test_the_same_piece_without_end_is_left_too(serving: Serving) -> None:
    server = await serving("> la la\nfault: endless")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert (failure.kind, failure.retry_after) == ("incomplete", 0.0)
    assert "the reply repeats" in failure.message
    assert await asyncio.wait_for(server.disconnects.get(), CLOSING) == 1


@pytest.mark.parametrize("fault", ["no-answer 600", "slow-start 600", "stall 600", "flood"])
async def test_cancelling_closes_the_connection(serving: Serving, fault: str) -> None:
    server = await serving(f"{LONG}fault: {fault}")
    call = asyncio.ensure_future(model(server).reply(request(), unheard))
    while not server.requests:
        await asyncio.sleep(0.005)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.wait_for(server.disconnects.get(), CLOSING) == 1


async def test_the_moment_to_come_back_may_be_a_date(serving: Serving) -> None:
    server = await serving("> x\nfault: status 429 retry-after date 90")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.retry_after is not None
    assert 80.0 <= failure.retry_after <= 90.0


@pytest.mark.parametrize("said", ["soon", "-3", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 40])
async def test_a_moment_that_is_none_is_now(serving: Serving, said: str) -> None:
    server = await serving("> x\nfault: status 429 retry-after WHEN".replace("WHEN", said[:3]))
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.retry_after in (0.0, 999.0)


async def test_what_a_model_thinks_is_no_part_of_its_answer(serving: Serving) -> None:
    server = await serving(
        "reasoning: I call rename\n> <think>\n> I shall rename it.\n> </think>\n> Done.\n"
        "---\n> <think>\n> and on and on\n---\nreasoning: only that"
    )
    heard: list[str] = []
    reply = await model(server).reply(request(), heard.append)
    assert isinstance(reply, Reply)
    assert (reply.text, heard[-1]) == ("Done.", "Done.")
    assert not any("shall" in text for text in heard)
    for _ in range(2):
        failure = await model(server).reply(request(), unheard)
        assert isinstance(failure, ModelFailure)
        assert "the reply was nothing but reasoning" in failure.message


async def test_calls_that_were_wrong_are_sent_back_as_providers_take_them(
    serving: Serving,
) -> None:
    server = await serving("raw no.such/tool [1]\nraw rename {\"name\": 'x',}\n---\n> ok")
    first = await model(server).reply(request(), unheard)
    turns = (Turn("user", "x\ud800"), *told(first))
    assert isinstance(await model(server).reply(request(*turns), unheard), Reply)
    sent = json.loads(server.requests[1].body)["messages"]
    made = [call["function"] for call in sent[2]["tool_calls"]]
    assert [each["name"] for each in made] == ["no_such_tool", "rename"]
    assert [json.loads(each["arguments"]) for each in made] == [
        {"unreadable": "[1]"},
        {"unreadable": "{\"name\": 'x',}"},
    ]


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"endless", "flood"}))
async def test_a_script_makes_no_more_of_a_fault_than_the_connection_does(
    serving: Serving, fault: str
) -> None:
    given = {"status": " 500"}.get(fault, "")
    given = " 0.1" if fault in ("no-answer", "slow-start", "stall", "pings") else given
    text = f"{WHOLE}fault: {fault}{given}"
    told_by_script = await ScriptedModel(script(text)).reply(request(), unheard)
    server = await serving(text)
    over_http = await model(server, tool_calls="native").reply(request(), unheard)
    assert type(told_by_script) is type(over_http), (told_by_script, over_http)
    if isinstance(told_by_script, ModelFailure) and isinstance(over_http, ModelFailure):
        assert told_by_script.kind == over_http.kind
        assert told_by_script.retry_after == over_http.retry_after


async def test_parallel_calls_with_one_id_each_get_their_own(serving: Serving) -> None:
    server = await serving("call outline#x {}\ncall plan#x {}\ncall outline#x {}")
    reply = await model(server).reply(request(), unheard)
    assert isinstance(reply, Reply)
    assert reply.calls == (
        ToolRequest("x", "outline", "{}"),
        ToolRequest("x_2", "plan", "{}"),
        ToolRequest("x_3", "outline", "{}"),
    )


def test_no_setting_is_named_where_none_allows_more() -> None:
    place = Place("openai/some-model", "", "")
    said = [timed_out(place, "model_timeout", seconds, 10.0).message for seconds in (5.0, 10.0)]
    assert said == [
        f"{place} did not finish within 5 s; is it overloaded?"
        " model_timeout in the settings allows more",
        f"{place} did not finish within 10 s; is it overloaded?",
    ]
