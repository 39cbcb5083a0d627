"""`textDocument/inlineCompletion` and its switch, over the real server's pipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from editor import KINDS, Editor
from lasting import lasting_editor
from wire import Wire

from redline.core.inline.model import InlineRequest, Suggested, Suggestion
from redline.core.text.positions import Encoding
from redline.core.text.text import Span, Text
from redline.edge.lsp.inline import _items

INVALID_PARAMS, REQUEST_CANCELLED = -32602, -32800
METHOD = "textDocument/inlineCompletion"
TEXT = "def total(items):\n    result = 0\n    \n    return result\n"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with lasting_editor(tmp_path_factory.mktemp("inline"), "neovim-0.12") as editor:
        yield editor


def params(uri: str, line: int, character: int, kind: int = 2) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
        "context": {"triggerKind": kind},
    }


def trace(editor: Editor) -> dict[str, str]:
    """What became of the last request, by step."""
    found = editor.command("redline.inline", explain=True)["trace"]
    return {each["step"]: each["outcome"] for each in found}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_announced_to_who_declares_it(
    kind: str, start: Callable[[], Wire], tmp_path: Path
) -> None:
    editor = Editor(start(), kind, tmp_path)
    declared = editor.can("textDocument.inlineCompletion") is not None
    assert (editor.server.get("inlineCompletionProvider") is not None) is declared


def test_a_request_is_answered_and_explained(editor: Editor) -> None:
    uri = editor.open("new.py", TEXT)
    assert isinstance(editor.wire.ask(METHOD, params(uri, 2, 4)), list)
    assert trace(editor)["trigger"] == "automatic, in code"
    assert editor.wire.ask(METHOD, params(uri, 1, 7)) == []
    assert trace(editor) == {"trigger": "inside a word"}
    assert editor.wire.ask(METHOD, params(uri, 1, 12)) == []
    assert trace(editor) == {"trigger": "code follows on the line"}
    editor.wire.ask(METHOD, params(uri, 1, 12, kind=1))
    assert trace(editor)["trigger"] == "invoked, in code"


def test_the_switch(editor: Editor) -> None:
    uri = editor.open("new.py", TEXT)
    assert editor.command("redline.inline") == {"state": "on", "languagesOff": []}
    off = editor.command("redline.inline", state="off", language="python")
    assert off == {"state": "off", "language": "python", "languagesOff": ["python"]}
    assert editor.wire.ask(METHOD, params(uri, 2, 4)) == []
    assert trace(editor) == {"trigger": "off for python"}
    editor.command("redline.inline", state="on", language="python")
    snoozed = editor.command("redline.inline", state="snoozed", minutes=5)
    assert (snoozed["state"], snoozed["until"] > 1e9) == ("snoozed", True)
    assert editor.wire.ask(METHOD, params(uri, 2, 4)) == []
    assert trace(editor) == {"trigger": "snoozed"}
    assert editor.command("redline.inline", state="on") == {"state": "on", "languagesOff": []}


@pytest.mark.parametrize("given", [{"state": "maybe"}, {"minutes": -1}, {"minutes": "5"}])
def test_the_switch_says_what_is_wrong(editor: Editor, given: dict[str, Any]) -> None:
    whole = {"command": "redline.inline", "arguments": [given]}
    assert editor.wire.code("workspace/executeCommand", whole) == INVALID_PARAMS


def test_places_that_are_none_are_refused(editor: Editor) -> None:
    uri = editor.open("new.py", TEXT)
    assert editor.wire.code(METHOD, params(uri, 99, 0)) == INVALID_PARAMS
    assert editor.wire.code(METHOD, params(editor.uri("other.py"), 0, 0)) == INVALID_PARAMS
    assert editor.wire.code(METHOD, {"textDocument": {"uri": uri}}) == INVALID_PARAMS


def test_every_request_of_a_burst_is_answered_once(editor: Editor) -> None:
    uri = editor.open("new.py", TEXT)
    asked = []
    for letter in "result = len(items)":
        editor.type(uri, "\n    return", letter)
        line = editor.buffers[uri].text.split("\n")[2]
        asked.append(editor.wire.request(METHOD, params(uri, 2, len(line))))
        if len(asked) % 3 == 0:
            editor.wire.notify("$/cancelRequest", {"id": asked[-1]})
    answers = [editor.wire.reply(each) for each in asked]
    codes = {each["error"]["code"] for each in answers if "error" in each}
    assert codes <= {REQUEST_CANCELLED}
    assert all(isinstance(each["result"], list) for each in answers if "error" not in each)
    assert len(answers) == len("result = len(items)")


@pytest.mark.parametrize(
    ("encoding", "character"), [(Encoding.UTF8, 6), (Encoding.UTF16, 4), (Encoding.UTF32, 3)]
)
def test_ranges_count_as_the_client_does(encoding: Encoding, character: int) -> None:
    text = Text.of("x𝒳= \n")
    request = InlineRequest("r", "file:///a.py", "python", text, 6, "automatic", 0.0)
    here = Suggestion("r.1", "y", Span(6, 6), "builtin", "builtin")
    (item,) = _items(request, Suggested((here,)), encoding)
    assert item.range is not None and item.command is not None
    assert (item.range.start, item.range.end) == (item.range.end, item.range.start)
    assert (item.range.start.line, item.range.start.character) == (0, character)
    assert (item.insert_text, item.command.arguments) == ("y", [{"id": "r.1"}])
