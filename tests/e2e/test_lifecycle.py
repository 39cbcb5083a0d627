"""JSON-RPC and the life of a connection, on the real process, byte by byte."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from living import children, gone
from wire import ABSENT, Wire, framed, message

Start = Callable[[], Wire]

PARSE_ERROR, INVALID_REQUEST, NO_METHOD = -32700, -32600, -32601
INVALID_PARAMS, NOT_INITIALIZED, CANCELLED = -32602, -32002, -32800
URI = "file:///nowhere/a.py"
TEXT = "import sys\nimport os\n\n\ndef f():\n    return os.sep\n"
OPEN = {"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": TEXT}}
SYMBOLS = {"textDocument": {"uri": URI}}
ALL = {"start": {"line": 0, "character": 0}, "end": {"line": 6, "character": 0}}
ACTIONS = {"textDocument": {"uri": URI}, "range": ALL, "context": {"diagnostics": []}}
LITERALS = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {
    "codeActionKind": {"valueSet": [""]}}}}}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One initialized server for every test that must leave it alive."""
    with Wire(tmp_path_factory.mktemp("running")) as wire:
        wire.initialize(LITERALS)
        wire.notify("textDocument/didOpen", OPEN)
        yield wire


@pytest.fixture(autouse=True)
def _alive(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared server still answers after each test that used it."""
    yield
    if "running" in request.fixturenames:
        wire = request.getfixturevalue("running")
        assert wire.ask("textDocument/documentSymbol", SYMBOLS)


def test_before_initialize_requests_are_refused_and_notifications_ignored(start: Start) -> None:
    wire = start()
    wire.notify("textDocument/didOpen", OPEN)
    wire.notify("textDocument/didOpen", {"wrong": True})
    wire.notify("$/cancelRequest", {"id": 77})
    assert wire.code("textDocument/documentSymbol", SYMBOLS) == NOT_INITIALIZED
    assert wire.code("shutdown") == NOT_INITIALIZED
    assert wire.code("redline/unheard-of") == NOT_INITIALIZED
    assert wire.code("initialize", {"capabilities": 7}) == INVALID_PARAMS
    assert wire.code("initialize") == INVALID_PARAMS
    assert wire.unread() == []
    wire.initialize()
    assert wire.code("textDocument/documentSymbol", SYMBOLS) == INVALID_PARAMS  # never opened


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/documentSymbol", {}),
        ("textDocument/documentSymbol", ABSENT),
        ("textDocument/documentSymbol", {"textDocument": {"uri": 5}}),
        ("textDocument/documentSymbol", [1, 2]),
        ("textDocument/codeAction", {**ACTIONS, "range": {"start": {"line": "x"}}}),
        ("textDocument/codeAction", {**ACTIONS, "range": None}),
        ("codeAction/resolve", {"kind": "refactor"}),
        ("workspace/symbol", {"query": None}),
        ("workspace/symbol", {"query": {"deep": {"jsonrpc": "2.0"}}}),
        ("workspace/executeCommand", {"command": ["agent.refactor"]}),
        ("workspace/executeCommand", {"command": "agent.refactor", "arguments": [1]}),
        ("workspace/executeCommand", {"command": "agent.refactor", "arguments": []}),
        ("workspace/executeCommand", {"command": "agent.refactor", "arguments": [{}, {}]}),
        ("workspace/executeCommand", {"command": "agent.refactor", "arguments": [{"uri": 1}]}),
        ("workspace/executeCommand", {"command": "redline.accept", "arguments": [{"hunks": 1}]}),
        ("workspace/executeCommand", {"command": "redline.unheard-of"}),
        ("workspace/executeCommand", ABSENT),
    ],
)
def test_params_that_do_not_fit_are_answered(running: Wire, method: str, params: object) -> None:
    assert running.code(method, params) == INVALID_PARAMS


@pytest.mark.parametrize("end", ["line", "character"])
@pytest.mark.parametrize("number", [-1, 2**31, 2**70])
def test_positions_no_text_can_have_are_answered(running: Wire, end: str, number: int) -> None:
    place = {"line": 0, "character": 0, end: number}
    params = {**ACTIONS, "range": {"start": place, "end": place}}
    found = running.reply(running.request("textDocument/codeAction", params))
    assert found.get("error", {}).get("code", INVALID_PARAMS) == INVALID_PARAMS


def test_a_request_without_params_gets_a_reply(running: Wire) -> None:
    assert running.code("redline/unheard-of") == NO_METHOD
    assert running.code("redline/unheard-of", None) == NO_METHOD
    nothing = {"command": "redline.runs"}
    found = running.reply(running.request("workspace/executeCommand", nothing))
    assert "result" in found or found["error"]["code"] == INVALID_PARAMS


def test_an_unknown_method_is_said_and_an_unknown_notification_ignored(running: Wire) -> None:
    assert running.code("textDocument/unheard-of", {}) == NO_METHOD
    running.notify("textDocument/unheard-of", {})
    running.notify("$/unheard-of")
    assert running.code("$/unheard-of", {}) == NO_METHOD


def test_a_key_named_jsonrpc_inside_params_is_data_like_any_other(running: Wire) -> None:
    data = {"jsonrpc": "2.0", "id": 3, "method": "x", "result": None}
    action = {"title": "agent: x", "data": data, "command": {"title": "t", "command": "c"}}
    assert running.ask("codeAction/resolve", action)["data"] == data


def test_initialize_is_accepted_once(running: Wire) -> None:
    assert running.code("initialize", {"processId": None, "capabilities": {}}) == INVALID_REQUEST


def test_what_is_not_json_is_answered_and_the_connection_lives(running: Wire) -> None:
    bodies = [b"{", b"\xff\xfe{}", b"", b"{'a': 1}", b"[" * 100_000]
    for body in bodies:
        running.write(framed(body))
        assert running.error(None) == PARSE_ERROR


def test_what_is_no_message_is_answered_and_the_connection_lives(running: Wire) -> None:
    batch = [message("textDocument/documentSymbol", SYMBOLS, 1)]
    for body in (batch, [], 7, "text", None, True, {}, {"jsonrpc": "2.0", "method": 5}):
        running.send(body)
        assert running.error(None) == INVALID_REQUEST
    running.send({"jsonrpc": "2.0", "id": 901})
    assert running.error(901) == INVALID_REQUEST
    for id_ in (None, [1], {"a": 1}, True, 1.5):
        running.send(message("textDocument/documentSymbol", SYMBOLS, id_))
        assert running.error(None) == INVALID_REQUEST


def test_ids_may_be_text_and_come_back_as_they_were(running: Wire) -> None:
    for id_ in ("a", "1", "", "ü\ud800", 0, -5, 2**53):
        running.send(message("textDocument/documentSymbol", SYMBOLS, id_))
        assert running.reply(id_)["result"]


def test_answers_to_requests_nobody_made_are_ignored(running: Wire) -> None:
    running.send({"jsonrpc": "2.0", "id": 12345, "result": {"applied": True}})
    running.send({"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}})
    running.send({"jsonrpc": "2.0", "id": [], "result": 1})


def test_a_header_may_come_in_any_pieces(running: Wire) -> None:
    running.write(b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n")
    body = json.dumps(message("textDocument/documentSymbol", SYMBOLS, "pieces")).encode()
    for byte in b"content-length:  %d\r\n\r\n" % len(body) + body:
        running.write(bytes([byte]))
    assert running.reply("pieces")["result"]


def test_many_messages_in_one_write_are_answered_each_and_in_order(running: Wire) -> None:
    ids = [f"many-{at}" for at in range(200)]
    running.send(*(message("textDocument/documentSymbol", SYMBOLS, id_) for id_ in ids))
    came = [running.wait(lambda each: "id" in each, "one of many")["id"] for _ in ids]
    assert came == ids


def test_a_cancelled_request_is_answered_once_as_cancelled(running: Wire) -> None:
    running.send(
        message("textDocument/codeAction", ACTIONS, "slow"),
        message("$/cancelRequest", {"id": "slow"}),
    )
    assert running.error("slow") == CANCELLED
    running.notify("$/cancelRequest", {"id": "slow"})
    for odd in ({"id": "never"}, {"id": [1]}, {"id": None}, {}, [], 5, ABSENT):
        running.notify("$/cancelRequest", odd)
    running.ask("textDocument/documentSymbol", SYMBOLS)
    assert running.unread() == []


def test_an_id_in_use_is_refused_and_the_first_request_still_answered(running: Wire) -> None:
    running.send(*(message("textDocument/codeAction", ACTIONS, "twice") for _ in range(2)))
    found = [running.reply("twice"), running.reply("twice")]
    codes = [each["error"]["code"] for each in found if "error" in each]
    assert codes == [INVALID_REQUEST]


@pytest.mark.parametrize("seed", range(3))
def test_every_request_is_answered_exactly_once_however_they_mix(running: Wire, seed: int) -> None:
    chance = random.Random(seed)
    ids = [f"mix-{seed}-{at}" for at in range(120)]
    stream: list[dict[str, Any]] = []
    for id_ in ids:
        asked = chance.choice(
            [
                ("textDocument/codeAction", ACTIONS),
                ("textDocument/documentSymbol", SYMBOLS),
                ("textDocument/documentSymbol", {}),
                ("workspace/symbol", {"query": "f"}),
                ("unheard/of", ABSENT),
                ("workspace/executeCommand", {"command": "redline.show", "arguments": [{}]}),
            ]
        )
        stream.append(message(*asked, id_))
        for other in chance.sample(ids, chance.choice([0, 0, 1, 3])):
            stream.append(message("$/cancelRequest", {"id": other}))
        if chance.random() < 0.2:
            stream.append(message("textDocument/didOpen", OPEN))
    data = b"".join(framed(each) for each in stream)
    while data:
        size = chance.randrange(1, 4000)
        running.write(data[:size])
        data = data[size:]
    answers = [running.wait(lambda each: "id" in each, "an answer")["id"] for _ in ids]
    running.ask("textDocument/documentSymbol", SYMBOLS)
    assert Counter(answers) == Counter(ids)
    assert running.unread() == []


# The end of a connection.


def test_after_shutdown_requests_are_refused_and_exit_ends_with_0(start: Start) -> None:
    wire = start()
    wire.initialize()
    assert wire.ask("shutdown") is None
    assert wire.code("textDocument/documentSymbol", SYMBOLS) == INVALID_REQUEST
    assert wire.code("initialize", {"capabilities": {}}) == INVALID_REQUEST
    assert wire.code("shutdown") == INVALID_REQUEST
    wire.notify("textDocument/didOpen", OPEN)
    wire.notify("exit")
    assert wire.ended() == 0
    assert wire.log() == ""


def test_exit_without_shutdown_ends_with_1(start: Start) -> None:
    wire = start()
    wire.initialize()
    wire.notify("exit")
    assert wire.ended() == 1


def test_exit_before_initialize_ends_with_1(start: Start) -> None:
    wire = start()
    wire.notify("exit")
    assert wire.ended() == 1


def test_the_end_of_stdin_ends_with_1(start: Start) -> None:
    wire = start()
    wire.initialize()
    wire.write(b"Content-Length: 500\r\n\r\n{")
    assert wire.process.stdin is not None
    wire.process.stdin.close()
    assert wire.ended() == 1


def test_the_server_ends_soon_after_its_editor_died(start: Start) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    wire = start()
    wire.initialize(processId=editor.pid)
    editor.kill()
    editor.wait()
    assert editor.stdin is not None
    editor.stdin.close()
    assert wire.ended(5) == 1


@pytest.mark.parametrize("answer", [None, "error"], ids=["never answers", "refuses"])
def test_the_index_is_built_for_an_editor_that(
    start: Start, project: Path, answer: str | None
) -> None:
    wire = start()
    capabilities = {
        "window": {"workDoneProgress": True},
        "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
        "experimental": {"redline": {"proposals": True}},
    }
    wire.initialize(capabilities, rootUri=project.as_uri())
    wire.notify("initialized", {})
    if answer:
        for method in ("window/workDoneProgress/create", "client/registerCapability"):
            id_ = wire.asked(method)["id"]
            wire.send({"jsonrpc": "2.0", "id": id_, "error": {"code": -32601, "message": "no"}})
    wire.told("redline/index", state="complete")
    assert wire.ask("workspace/symbol", {"query": "Basket"})


# Streams that are none.


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Type: application/json\r\n\r\n",
        b"Content-Length: 1000000000\r\n\r\n",
        b"Content-Length: 100000000000\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
    ids=["no number", "negative", "missing", "10**9", "10**11", "http"],
)
def test_a_header_that_cannot_be_trusted_ends_the_process(start: Start, header: bytes) -> None:
    wire = start()
    # Whoever buffers the quarter of a gigabyte that follows dies of it.
    resource.prlimit(wire.process.pid, resource.RLIMIT_DATA, (200 << 20, 200 << 20))
    wire.write(header)
    with pytest.raises(BrokenPipeError):
        for _ in range(4000):
            wire.write(b"x" * 65536)
    assert wire.error(None) == INVALID_REQUEST
    assert wire.ended() == 1


# What is left behind.

MARKER = "a_marker_that_stands_for_source_code"


def test_no_payload_reaches_the_log(start: Start) -> None:
    wire = start()
    wire.initialize(LITERALS, initializationOptions={"model": MARKER, MARKER: 1})
    wire.notify("initialized", {})
    document = {**OPEN["textDocument"], "text": f"{MARKER} = 1\n"}
    wire.notify("textDocument/didOpen", {"textDocument": document})
    change = {"textDocument": {"uri": URI, "version": 0}, "contentChanges": [{"text": MARKER}]}
    wire.notify("textDocument/didChange", change)
    wire.notify("textDocument/didChange", {"contentChanges": MARKER})
    wire.notify("textDocument/didClose", {"textDocument": {"uri": f"file:///{MARKER}"}})
    wire.write(framed(MARKER.encode()))
    wire.request("textDocument/documentSymbol", {"textDocument": MARKER})
    wire.request(MARKER, {MARKER: MARKER})
    wire.request("codeAction/resolve", {"title": MARKER, "data": {"uri": MARKER}})
    wire.request("workspace/executeCommand", {"command": MARKER, "arguments": [{"uri": MARKER}]})
    wire.request("workspace/executeCommand", {"command": "agent.ask", "arguments": [MARKER]})
    wire.send({"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": MARKER}})
    wire.ask("shutdown")
    wire.notify("exit")
    assert wire.ended() == 0
    assert MARKER not in wire.log()


def _busy(wire: Wire, project: Path, program: bytes) -> set[int]:
    """The server with this program at work for it; its children."""
    many = project / "many"
    many.mkdir()
    for at in range(400):
        (many / f"m{at}.py").write_text("".join(f"def f{n}(): return {n}\n" for n in range(300)))
    wire.initialize({"experimental": {"redline": {"proposals": True}}}, rootUri=project.as_uri())
    wire.notify("initialized", {})
    given = {"uri": (project / "shop/prices.py").as_uri(), "instruction": "rename Money to Coin"}
    wire.ask("workspace/executeCommand", {"command": "agent.refactor", "arguments": [given]})
    for _ in range(5000):
        found = children(wire.process.pid)
        if any(program in _command(pid) for pid in found):
            return found
        # Anything that does not wait for the index.
        wire.ask("workspace/executeCommand", {"command": "redline.runs", "arguments": [{}]})
    raise AssertionError(f"{program!r} was never at work")


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


PROGRAMS = pytest.mark.parametrize("program", [b"index.worker", b"ty\0server"])


@PROGRAMS
def test_exit_leaves_no_process_behind(start: Start, project: Path, program: bytes) -> None:
    wire = start()
    children = _busy(wire, project, program)
    wire.ask("shutdown")
    wire.notify("exit")
    assert wire.ended() == 0
    assert gone(children)


@PROGRAMS
def test_a_killed_server_leaves_no_process_behind(
    start: Start, project: Path, program: bytes
) -> None:
    wire = start()
    children = _busy(wire, project, program)
    wire.process.kill()
    wire.ended()
    assert gone(children)
