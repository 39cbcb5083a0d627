"""Suggestions by a real model, the smallest there is: whatever it says, the code stays whole.

It knows no code to speak of, and has no markers of its own. So what it drafts is mostly wrong;
none of it may break the parse, keep a connection, or keep anyone waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served_model import Relay, installed, served, until
from tree_sitter import Node, Parser

from e2e.wire import Wire
from redline.adapters import grammars
from redline.adapters.models.litellm_fill import Connections, LitellmFill
from redline.core.agent.exchange import ModelFailure
from redline.core.inline.prompt.model import FillRequest
from redline.core.settings import Fill, Settings
from redline.core.text.text import Text

pytestmark = pytest.mark.slow

METHOD = "textDocument/inlineCompletion"
INVOKED = 1
# The name says which markers a model has; the server serves what it has under any name.
MODELS = {"chat": "openai/smollm2", "markers": "openai/qwen2.5-coder"}
MOST_SECONDS = 10.0
"""A model is waited for as long as this where there is nothing else to show."""
SOME, CALL_SECONDS, TIMES = 120.0, 300.0, 20
REQUEST_CANCELLED = -32800

FUNCTION = '''\
def {name}(items):
    """The {name} of all items."""
    result = 0
    for item in items:
        result = result + item.{name}
    return result


'''
SOURCE = "".join(FUNCTION.format(name=name) for name in ("total", "weight", "price", "volume"))
OPENINGS = (
    "def average(items):\n    ",
    "def average(items):\n    return total(items) / ",
    "class Basket:\n    def __init__(self, items):\n        self.items = ",
    "import ",
    "for item in sorted(",
    "value = {'a': 1, ",
)
STARTED = "def depth(items):\n"
TYPED = FUNCTION.format(name="depth").split("    return")[0]


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The model's server."""
    with served(installed(), tmp_path_factory.mktemp("model") / "server.log") as address:
        yield address


@pytest.fixture
def relay(upstream: tuple[str, int]) -> Iterator[Relay]:
    """The way to it."""
    relay = Relay(upstream)
    yield relay
    relay.close()


def configured(home: Path, relay: Relay, form: str, deadline: float, tokens: int) -> None:
    """Settings that name the model for suggestions alone."""
    folder = home / "config" / "redline"
    folder.mkdir(parents=True)
    model = MODELS[form]
    (folder / "config.toml").write_text(
        f"inline_deadline = {deadline}\ninline_candidates = 1\ninline_tokens = {tokens}\n"
        f'[roles.inline]\nmodel = "{model}"\n'
        f'[models."{model}"]\napi_base = "{relay.address}"\nfill = "{form}"\n'
    )


class Desk:
    """An editor with one file, which the model is asked about."""

    def __init__(self, wire: Wire, project: Path) -> None:
        self.wire, self.uri = wire, (project / "shop.py").as_uri()
        self.text, self.version = SOURCE, 1
        folder = {"uri": project.as_uri(), "name": "project"}
        declared = {"textDocument": {"inlineCompletion": {}}}
        general = {"general": {"positionEncodings": ["utf-8"]}}
        wire.initialize({**declared, **general}, rootUri=folder["uri"], workspaceFolders=[folder])
        wire.notify("initialized", {})
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": SOURCE}
        wire.notify("textDocument/didOpen", {"textDocument": item})

    def type(self, text: str) -> None:
        """The file is `text` from now on, with the cursor at its end."""
        self.text, self.version = text, self.version + 1
        document = {"uri": self.uri, "version": self.version}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.wire.notify("textDocument/didChange", change)

    def ask(self) -> int:
        """Asks at the cursor; the id of the request."""
        last = self.text.split("\n")
        position = {"line": len(last) - 1, "character": len(last[-1].encode())}
        where = {"textDocument": {"uri": self.uri}, "position": position}
        return self.wire.request(METHOD, {**where, "context": {"triggerKind": INVOKED}})

    def shown(self, request: int) -> list[str]:
        """The file with each suggestion of an answer put in."""
        answer = self.wire.reply(request, MOST_SECONDS + SOME)
        assert isinstance(answer.get("result"), list), answer
        text, found = Text(self.text.encode()), []
        for each in answer["result"]:
            start, end = (self._offset(text, each["range"][at]) for at in ("start", "end"))
            assert isinstance(each["insertText"], str)
            found.append(
                f"{text.data[:start].decode()}{each['insertText']}{text.data[end:].decode()}"
            )
        return found

    @staticmethod
    def _offset(text: Text, place: dict[str, int]) -> int:
        return text.line_start(place["line"]) + place["character"]

    def trace(self) -> dict[str, str]:
        """What became of the last request, by step."""
        given = {"command": "redline.inline", "arguments": [{"explain": True}]}
        found: Any = self.wire.ask("workspace/executeCommand", given)
        return {each["step"]: each["outcome"] for each in found["trace"]}


@pytest.fixture
def desk(relay: Relay, tmp_path: Path, form: str, deadline: float, tokens: int) -> Iterator[Desk]:
    """The editor. It ends as it should, and the server has complained of nothing."""
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    (project / "shop.py").write_text(SOURCE)
    configured(home, relay, form, deadline, tokens)
    with Wire(home) as wire:
        for method in ("window/workDoneProgress/create", "client/registerCapability"):
            wire.handlers[method] = lambda _: None
        yield Desk(wire, project)
        assert "Traceback" not in wire.log()
        wire.ask("shutdown", seconds=30)
        wire.notify("exit")
        assert wire.ended() == 0
    assert (project / "shop.py").read_text() == SOURCE
    until(lambda: relay.open == 0, 5)


def errors(text: str) -> int:
    """How often the parse of a Python file fails."""
    language = grammars.load().named("python")
    assert language is not None
    waiting: list[Node] = [Parser(language.grammar).parse(text.encode()).root_node]
    found = 0
    while waiting:
        each = waiting.pop()
        found += each.is_error or each.is_missing
        waiting += each.children
    return found


@pytest.mark.parametrize("form", MODELS)
@pytest.mark.parametrize(("deadline", "tokens"), [(0.6, 150)])
def test_whatever_it_says_nothing_that_is_shown_breaks_the_parse(
    desk: Desk, relay: Relay, form: str
) -> None:
    outcomes = []
    for opening in OPENINGS:
        desk.type(SOURCE + opening)
        began = time.monotonic()
        shown = desk.shown(desk.ask())
        took = time.monotonic() - began
        trace = desk.trace()
        outcomes.append(trace.get("model", ""))
        print(f"{form} {opening[-20:]!r}: {took:.1f} s, {trace}, {[s[-60:] for s in shown]}")
        assert [each for each in shown if errors(each) > errors(desk.text)] == []
        assert all(each.startswith(desk.text) for each in shown)
    assert relay.opened > 0 and all(outcomes), "it was asked, and what came of it is said"


@pytest.mark.parametrize("form", MODELS)
async def test_what_it_says_is_read_or_refused_with_a_reason(relay: Relay, form: str) -> None:
    """Asked until there is an answer, however slow the machine is."""
    how: Fill = "chat" if form == "chat" else "markers"
    model = LitellmFill(MODELS[form], Settings(api_base=relay.address), Connections(), {})
    opening, rest = FUNCTION.format(name="depth").split("result + ")
    message = f"Insert what is missing at <|>:\n```python\n{opening}result + <|>{rest}\n```"
    system = "You complete code. Reply with one fenced block."
    request = FillRequest(
        f"{opening}result + ", rest, system, message, ("\n",), 1, 32, CALL_SECONDS, how
    )
    for _ in range(TIMES):  # what it has read of the prompt it need not read again
        filled = await model.fill(request)
        print(f"{form}: {filled}")
        if relay.answered:
            break
    assert relay.answered == 1
    if isinstance(filled, ModelFailure):
        assert (filled.kind, bool(filled.message)) == ("incomplete", True), filled
    else:
        assert all(each.strip() and "\n" not in each.strip("\n") for each in filled.texts)
        assert filled.usage.input_tokens > 20


@pytest.mark.parametrize("form", MODELS)
@pytest.mark.parametrize(("deadline", "tokens"), [(0.6, 1500)])
def test_cancelling_closes_the_connection(desk: Desk, relay: Relay, form: str) -> None:
    """The editor cancels, or asks for another place, while the model reads."""
    desk.type(f"{SOURCE * 4}{OPENINGS[1]}")
    request = desk.ask()
    until(lambda: relay.open == 1, SOME)
    assert relay.answered == 0, "the model was too fast for this"
    desk.wire.notify("$/cancelRequest", {"id": request})
    answer = desk.wire.reply(request)
    assert answer.get("error", {}).get("code") == REQUEST_CANCELLED, answer
    until(lambda: relay.open == 0, 5)
    assert relay.answered == 0
    desk.type(f"{SOURCE * 4}{OPENINGS[2]}")
    first = desk.ask()
    until(lambda: relay.open == 1, SOME)
    desk.type(f"{SOURCE * 4}{OPENINGS[3]}")
    second = desk.ask()
    assert desk.wire.reply(first)["result"] == []
    assert isinstance(desk.wire.reply(second, MOST_SECONDS + SOME)["result"], list)
    until(lambda: relay.open <= 1, 5)
    desk.wire.notify("textDocument/didClose", {"textDocument": {"uri": desk.uri}})


@pytest.mark.parametrize("form", MODELS)
@pytest.mark.parametrize(("deadline", "tokens"), [(0.01, 150)])
def test_late_it_is_not_waited_for_where_the_builtin_model_knows(
    desk: Desk, relay: Relay, form: str
) -> None:
    lines = TYPED.split("\n")
    place = f"{SOURCE}{STARTED}" + "\n".join(lines[1:4]) + "\n        "
    # Until the builtin model has read the project, there is nothing but the other to wait for.
    desk.wire.notify("$/cancelRequest", {"id": desk.ask()})
    kept = desk.wire.home
    until(lambda: any(kept.rglob("*.memory")), SOME)
    times = []
    for _ in range(TIMES):
        before = relay.answered
        desk.type(place)
        began = time.monotonic()
        shown = desk.shown(desk.ask())
        times.append(time.monotonic() - began)
        trace, answered = desk.trace(), relay.answered
        print(f"{form}: {times[-1]:.2f} s, {trace}, {[each[-60:] for each in shown]}")
        if trace.get("model") == "late":
            break
        desk.type(place.rstrip())  # and back, so that it is asked anew
    assert trace.get("model") == "late"
    assert answered == before, "shown before the model had said a word"
    assert shown
    assert all(errors(each) <= errors(desk.text) for each in shown)
    assert times[-1] < MOST_SECONDS
    until(lambda: relay.answered > before or relay.open == 0, SOME)
