"""litellm against the scripted server: a real HTTP connection on loopback, one process."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from model_support import CALL, KEY, LONG, Serving, model, request, told, unheard

from redline.adapters.models import litellm_library
from redline.adapters.models.failures import redacted
from redline.adapters.models.litellm_model import LitellmModel
from redline.adapters.models.registry import unknown
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Reply, ToolRequest, Turn, Usage
from redline.core.gateway.addresses import shown_address
from redline.core.settings import Settings


async def test_a_run_of_several_turns_keeps_its_calls_and_results_paired(serving: Serving) -> None:
    server = await serving(
        f"{LONG}{CALL}call outline {{}}\nusage: 120 30\n"
        f"---\nexpect: result of outline\n{CALL}---\n> ok"
    )
    heard: list[str] = []
    turns: tuple[Turn, ...] = (Turn("user", "rename total"),)
    first = await model(server).reply(request(*turns), heard.append)
    assert isinstance(first, Reply)
    assert first.text == LONG[2:].strip()
    assert heard[-1] == first.text
    assert len(heard) > 2
    assert [(c.tool, c.arguments) for c in first.calls] == [
        ("rename", '{"name": "total", "new_name": "sum_of"}'),
        ("outline", "{}"),
    ]
    assert first.usage == Usage(120, 30, None)
    turns += told(first)
    second = await model(server).reply(request(*turns), unheard)
    turns += (*told(second), Turn("user", "go on"))
    third = await model(server).reply(request(*turns), unheard)
    assert isinstance(third, Reply)
    assert (third.text, third.calls) == ("ok", ())
    assert [recorded.problem for recorded in server.requests] == ["", "", ""]
    assert server.unused() == ()


async def test_results_are_sent_directly_after_their_call(serving: Serving) -> None:
    server = await serving("> ok")
    calls = (ToolRequest("a", "ask", "{}"), ToolRequest("b", "outline", "{}"))
    done = Turn("tool", "no", call="b", tool="outline", failed=True, options=("x", "y"))
    turns = (Turn("user", "x"), Turn("model", "", calls), Turn("tool", "waiting", call="a"))
    reply = await model(server).reply(request(*turns, Turn("user", "yes"), done), unheard)
    assert isinstance(reply, Reply)
    sent = json.loads(server.requests[0].body)["messages"]
    assert [message["role"] for message in sent] == [
        "system", "user", "assistant", "tool", "tool", "user",
    ]  # fmt: skip
    assert sent[4]["content"] == "error: no\noptions:\n- x\n- y"


async def test_the_tools_are_sent_as_function_schemas(serving: Serving) -> None:
    server = await serving("> ok")
    await model(server).reply(request(), unheard)
    sent = json.loads(server.requests[0].body)["tools"]
    outline = next(tool["function"] for tool in sent if tool["function"]["name"] == "outline")
    assert outline["parameters"] == {
        "type": "object",
        "properties": {
            "path": {
                "type": "string",
                "description": "file, relative to the workspace folder, with /",
            }
        },
        "required": ["path"],
        "additionalProperties": False,
    }


async def test_ids_of_calls_are_made_unique(serving: Serving) -> None:
    server = await serving("call outline#x {}\n---\ncall outline#x {}\ncall outline#x {}")
    turns = (Turn("user", "x"), *told(await model(server).reply(request(), unheard)))
    second = await model(server).reply(request(*turns), unheard)
    assert isinstance(second, Reply)
    ids = [call.id for call in second.calls]
    assert "x" not in ids
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("at", range(1, 7))
async def test_a_text_cut_anywhere_is_incomplete(serving: Serving, at: int) -> None:
    server = await serving(f"> {'word ' * 6 * at}\nfault: cut-before-finish")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.kind == "incomplete"


@pytest.mark.parametrize(
    ("fault", "said", "retry_after"),
    [
        ("status 401", "refused the key: the script says status 401; set OPENAI_API_KEY", None),
        ("status 403", "does not allow this", None),
        ("status 404", "was not found: the script says status 404; check the model's name", None),
        ("status 429", "is asked too often", 0.0),
        ("status 429 retry-after 7", "try again in 7 s", 7.0),
        ("status 500", "failed (status 500)", 0.0),
        ("status 503 retry-after 3", "failed (status 503)", 3.0),
        ("context-length", "the request is too long", None),
    ],
)
async def test_one_attempt_and_a_failure_that_says_what_to_do(
    serving: Serving, fault: str, said: str, retry_after: float | None
) -> None:
    server = await serving(f"> x\nfault: {fault}")
    failure = await model(server).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert (failure.kind, failure.retry_after) == ("provider", retry_after)
    assert said in failure.message
    assert f"openai/scripted at {server.address}" in failure.message
    assert KEY not in failure.message
    assert len(server.requests) == 1


async def test_a_known_price_is_reported(serving: Serving) -> None:
    server = await serving("> ok\nusage: 1000000 0")
    reply = await model(server, "openai/gpt-4o").reply(request(), unheard)
    assert isinstance(reply, Reply)
    assert reply.usage.cost == pytest.approx(2.5)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "gemini", "ollama_chat", "mistral"])
async def test_a_connection_that_ends_at_once_is_not_tried_again(provider: str) -> None:
    connections: list[int] = []

    def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = Settings(api_base=address, api_key=KEY, model_timeout=10)
    failure = await LitellmModel(f"{provider}/x", settings).reply(request(), unheard)
    server.close()
    assert isinstance(failure, ModelFailure)
    assert len(connections) == 1


@pytest.mark.parametrize("provider", ["openai", "anthropic", "gemini", "ollama_chat", "mistral"])
async def test_a_refused_connection_is_not_tried_again(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect
    tried: list[object] = []

    async def counting(sock: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address)
        await connect(sock, address)

    monkeypatch.setattr(loop, "sock_connect", counting)
    settings = Settings(api_base="http://127.0.0.1:1", api_key=KEY)
    failure = await LitellmModel(f"{provider}/x", settings).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert "cannot reach" in failure.message
    assert tried == [("127.0.0.1", 1)]


async def test_a_server_that_does_not_run_is_named() -> None:
    settings = Settings(api_base="http://127.0.0.1:1/v1", api_key=KEY)
    failure = await LitellmModel("openai/x", settings).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert "cannot reach openai/x at http://127.0.0.1:1/v1: " in failure.message
    assert "is the server running" in failure.message


async def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    failure = await LitellmModel("openai/gpt-4o", Settings()).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert "set OPENAI_API_KEY in the environment" in failure.message


async def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    settings = Settings(api_base="http://me:secret@127.0.0.1:1/v1")
    failure = await LitellmModel("openai/x", settings).reply(request(), unheard)
    assert isinstance(failure, ModelFailure)
    assert failure.kind == "policy"
    assert "secret" not in failure.message


def test_messages_hold_no_key_and_no_terminal_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "abcdefgh12345")
    text = f"bad {KEY} \x1b[31mBearer xyz abcdefgh12345 ?key=AAA own http://u:p@h/x"
    shown = redacted(text, "own")
    for secret in (KEY, "\x1b", "xyz", "abcdefgh12345", "AAA", "own", "u:p"):
        assert secret not in shown
    assert shown_address("https://u:p@host:8/v1?key=1#f") == "https://host:8/v1"


async def test_nothing_is_logged(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    server = await serving("> ok")
    with caplog.at_level(logging.DEBUG):
        await model(server).reply(request(system="a secret prompt"), unheard)
    assert [record.name for record in caplog.records if record.name != "asyncio"] == []


async def test_what_litellm_keeps_open_is_closed_and_opened_again(serving: Serving) -> None:
    """`close` first, as other tests leave connections of loops that are over."""
    server = await serving("> one\n---\n> two\n")
    await litellm_library.close()
    assert isinstance(await model(server).reply(request(), unheard), Reply)
    kept = list(litellm_library.load().in_memory_llm_clients_cache.cache_dict.values())
    assert [each.is_closed() for each in kept] == [False]
    await litellm_library.close()
    assert [each.is_closed() for each in kept] == [True]
    assert isinstance(await model(server).reply(request(), unheard), Reply)


def test_loading_is_silent_and_reads_no_dotenv_and_no_network(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_BASE=http://evil.example/v1\n")
    code = (
        "import logging, os, sys; logging.basicConfig(level=0)\n"
        "def audit(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'): os._exit(7)\n"
        "sys.addaudithook(audit)\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2] / 'server')!r})\n"
        "from redline.adapters.models import litellm_library\n"
        "litellm_library.load()\n"
        "sys.exit('OPENAI_API_BASE' in os.environ)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_an_unknown_provider_is_refused() -> None:
    assert unknown("openai/anything") == ""
    assert "did you mean anthropic/claude?" in unknown("antropic/claude")
    assert "login in a terminal" in unknown("github_copilot/gpt-4o")


async def test_the_server_answers_whole_replies_too_and_lists_its_model(serving: Serving) -> None:
    import httpx

    server = await serving(f"> hi\n{CALL}usage: 1 2")
    async with httpx.AsyncClient(base_url=server.address) as client:
        models = (await client.get("/models")).json()
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
        reply = (await client.post("/chat/completions", json=body)).json()
        again = await client.post("/chat/completions", json=body)
        lost = await client.get("/nowhere")
    assert models["data"][0]["id"] == "scripted"
    assert reply["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "rename"
    assert reply["usage"]["total_tokens"] == 3
    assert (again.status_code, lost.status_code) == (400, 404)
    assert "all of them used" in again.json()["error"]["message"]


async def test_the_server_refuses_a_call_without_a_result(serving: Serving, tmp_path: Path) -> None:
    import httpx

    server = await serving("> hi")
    call = {"id": "a", "type": "function", "function": {"name": "edit", "arguments": "{}"}}
    body = {"messages": [{"role": "assistant", "tool_calls": [call]}]}
    async with httpx.AsyncClient(base_url=server.address) as client:
        answer = await client.post("/chat/completions", json=body)
    assert answer.status_code == 400
    assert "no result for the call of edit ('a')" in answer.json()["error"]["message"]
    logged = json.loads((tmp_path / "log").read_text().splitlines()[0])
    assert logged["problem"] == server.requests[0].problem
