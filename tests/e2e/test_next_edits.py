"""The next edit in real editors' hands: by code actions, from place to place, with no plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import Refused, Wire

KIND = "quickfix.redline.next"


@pytest.fixture(params=["vscode-1.139", "neovim-0.12", "helix-25.07", "eglot-1.9"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Editor]:
    with Wire(tmp_path / "home") as wire:
        made = Editor(wire, request.param, copy_of_demo(tmp_path / "project"))
        if made.can("window.workDoneProgress"):
            wire.wait(indexed, "the index")
        else:
            wire.ask("workspace/symbol", {"query": "Basket"})
        yield made


def indexed(message: dict[str, Any]) -> bool:
    """Whether this is what the server says at the end of a build."""
    params = message.get("params") or {}
    ended = message.get("method") == "$/progress" and params["value"]["kind"] == "end"
    return bool(ended and params["token"] == "redline/index")


def retype(editor: Editor, uri: str, old: str, new: str) -> None:
    """The user takes the first `old` away and types `new`, key by key."""
    range_ = editor.range(uri, old)
    editor.change(uri, [{"range": range_, "newText": ""}])
    at = range_["start"]
    for key in new:
        editor.change(uri, [{"range": {"start": at, "end": at}, "newText": key}])
        at = {"line": at["line"], "character": at["character"] + 1}


def offered(editor: Editor, uri: str, words: str) -> list[dict[str, Any]]:
    """The next edits at the first `words`."""
    return [each for each in editor.actions(uri, words) if each.get("kind") == KIND]


def gone_to(editor: Editor) -> dict[str, Any]:
    """Where the server has the editor go; says it in words to one that cannot."""
    if not editor.can("window.showDocument.support"):
        said = editor.wire.told("window/showMessage")["message"]
        return {"said": said}
    asked: list[dict[str, Any]] = []

    def show(params: dict[str, Any]) -> dict[str, bool]:
        asked.append(params)
        return {"success": True}

    editor.wire.handlers["window/showDocument"] = show
    for _ in range(200):
        if asked:
            return asked[0]
        editor.wire.ask("workspace/symbol", {"query": "nothing"})
    raise AssertionError("it goes nowhere")


def test_a_rename_by_hand_is_carried_on(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    retype(editor, uri, "cents = 0", "total_cents = 0")
    (action,) = offered(editor, uri, "total_cents = 0")
    assert action["title"] == "Next edit: rename cents to total_cents at shop/basket.py:30"
    assert "edit" not in action
    start = editor.range(uri, "cents += prices")["start"]
    place = {"start": start, "end": {**start, "character": start["character"] + len("cents")}}
    del editor.wire.handlers["window/showDocument"]
    found = editor.command(action["command"]["command"], **action["command"]["arguments"][0])
    what = "rename cents to total_cents"
    assert found == {
        "uri": uri,
        "range": place,
        "text": "total_cents",
        "what": what,
        "applied": False,
    }
    shown = gone_to(editor)
    assert shown in (
        {"uri": uri, "takeFocus": True, "selection": place},
        {"said": f"Next edit: {what} at shop/basket.py:30"},
    )


def test_the_command_makes_the_edit_on_its_line(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    retype(editor, uri, "cents = 0", "total_cents = 0")
    position = editor.range(uri, "cents += prices")["start"]
    assert editor.command("redline.nextEdit", uri=uri, position=position)["applied"] is True
    assert apply(editor) == [uri]
    assert "total_cents += prices" in editor.buffers[uri].text


def test_a_function_is_renamed_from_file_to_file(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    retype(editor, uri, "merged", "joined")
    (action,) = offered(editor, uri, "joined")
    assert action["title"] == "Next edit: rename merged to joined at tests/test_shop.py:2"
    other = editor.open("tests/test_shop.py")
    for _ in range(2):
        (action,) = offered(editor, other, "merged")
        edit(editor, action["edit"])
    assert offered(editor, uri, "joined") == []
    text = (editor.project / "tests/test_shop.py").read_text()
    assert editor.buffers[other].text == text.replace("merged", "joined")


def test_where_nothing_is_due_there_is_nothing(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    position = {"line": 0, "character": 0}
    assert editor.command("redline.nextEdit", uri=uri, position=position) is None
    assert offered(editor, uri, "cents") == []
    with pytest.raises(Refused, match="position is not an LSP position"):
        editor.command("redline.nextEdit", uri=uri, position=3)


def edit(editor: Editor, given: dict[str, Any]) -> list[str]:
    """Makes a workspace edit of open documents; their uris."""
    plain = given.get("changes") or {
        each["textDocument"]["uri"]: each["edits"] for each in given["documentChanges"]
    }
    for uri, edits in plain.items():
        editor.change(uri, edits)
    return list(plain)


def apply(editor: Editor) -> list[str]:
    """Makes the edit that the server asks for."""
    request = editor.wire.asked("workspace/applyEdit")
    found = edit(editor, request["params"]["edit"])
    editor.wire.answer(request, {"applied": True})
    return found


def test_on_its_line_the_edit_is_in_the_action(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    retype(editor, uri, "cents = 0", "total_cents = 0")
    for words in ("cents += prices", "return Money(cents)"):
        (action,) = offered(editor, uri, words)
        assert action["title"] == "Next edit: rename cents to total_cents"
        assert edit(editor, action["edit"]) == [uri]
    text = editor.buffers[uri].text
    assert "total_cents += prices.price(article).cents * count" in text
    assert "return Money(total_cents)" in text
    assert offered(editor, uri, "return Money") == []
