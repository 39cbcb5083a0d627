"""The next edit as an inline suggestion, where the cursor comes to a place it is due at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import PATIENCE, Wire


@pytest.fixture(params=["vscode-1.139", "neovim-0.12"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Editor]:
    with Wire(tmp_path / "home") as wire:
        yield Editor(wire, request.param, copy_of_demo(tmp_path / "project"))


def suggested(editor: Editor, uri: str, words: str) -> list[dict[str, Any]]:
    """What is suggested with the cursor in front of the first `words`, once there is something."""
    position = editor.range(uri, words)["start"]
    params = {
        "textDocument": {"uri": uri},
        "position": position,
        "context": {"triggerKind": 2},
    }
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = editor.wire.ask("textDocument/inlineCompletion", params)
        found = answer["items"] if isinstance(answer, dict) else answer
        if found:
            return list(found)
    return []


def test_the_next_place_is_suggested_and_then_the_one_after_it(editor: Editor) -> None:
    uri = editor.open("shop/basket.py")
    range_ = editor.range(uri, "cents")
    editor.change(uri, [{"range": range_, "newText": ""}])
    at = range_["start"]
    for key in "total_cents":
        editor.change(uri, [{"range": {"start": at, "end": at}, "newText": key}])
        at = {"line": at["line"], "character": at["character"] + 1}
    for words in ("cents += prices", "cents)\n\n    def __iter__"):
        (item,) = suggested(editor, uri, words)
        start = editor.range(uri, words)["start"]
        end = {**start, "character": start["character"] + len("cents")}
        assert (item["insertText"], item["range"]) == ("total_cents", {"start": start, "end": end})
        assert item["command"]["command"] == "redline.inline.accepted"
        editor.change(uri, [{"range": item["range"], "newText": item["insertText"]}])
    text = editor.buffers[uri].text
    assert "total_cents += prices.price(article).cents * count" in text
    assert "return Money(total_cents)" in text
