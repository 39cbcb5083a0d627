"""Refactorings as code actions: offered at once, worked out when chosen, applied by the editor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import Wire

SMALL = """import os


class Point:
    def __init__(self, left, top):
        self.left = left
        self.top = top


def doubled(number):
    return number * 2


def unused():
    return os.sep


def shown(point):
    if point is not None:
        text = "{}!".format(doubled(point.left))
        print(text + str(60 * 60))
"""
USES = "from shop.small import doubled\n\nprint(doubled(21))\n"


@pytest.fixture(scope="module", params=["vscode-1.139", "neovim-0.12"])
def lasting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("editor")
    project = copy_of_demo(folder / "project")
    (project / "shop" / "small.py").write_text(SMALL)
    (project / "shop" / "uses.py").write_text(USES)
    with Wire(folder / "home") as wire:
        editor = Editor(wire, request.param, project)
        # What is unused is known once the index is complete.
        wire.wait(indexed, "the index")
        yield editor


def indexed(message: dict[str, Any]) -> bool:
    """Whether this is what the server says at the end of a build."""
    params = message.get("params") or {}
    ended = message.get("method") == "$/progress" and params["value"]["kind"] == "end"
    return bool(ended and params["token"] == "redline/index")


def resolved(editor: Editor, uri: str, words: str, title: str) -> dict[str, Any]:
    """The action as the editor gets it when it is chosen; nothing is worked out before."""
    found = {each["title"]: each for each in editor.actions(uri, words)}
    assert "edit" not in found[title]
    return dict(editor.wire.ask("codeAction/resolve", found[title]))


def applied(editor: Editor, action: dict[str, Any]) -> dict[Path, str]:
    """What the edit makes of each file, open or closed."""
    texts: dict[Path, str] = {}
    for each in action["edit"]["documentChanges"]:
        uri = each["textDocument"]["uri"]
        path = Path(uri.removeprefix("file://"))
        if uri not in editor.buffers:
            assert each["textDocument"]["version"] is None
            editor.open(str(path.relative_to(editor.project)))
        editor.change(uri, each["edits"])
        texts[path.relative_to(editor.project)] = editor.buffers[uri].text
    return texts


@pytest.mark.parametrize(
    ("words", "title", "before", "after"),
    [
        (
            "doubled(point.left)",
            "Extract variable",
            '        text = "{}!".format(doubled(point.left))\n',
            '        doubled_2 = doubled(point.left)\n        text = "{}!".format(doubled_2)\n',
        ),
        (
            "number * 2",
            "Extract expression into a function",
            "def doubled(number):\n    return number * 2\n",
            "def _extracted(number):\n    return number * 2\n\n\n"
            "def doubled(number):\n    return _extracted(number)\n",
        ),
        ("text =", "Convert to f-strings", '"{}!".format(doubled(point.left))', None),
        (
            "shown",
            "Return early",
            "    if point is not None:\n        text",
            "    if point is None:\n        return\n    text",
        ),
        (
            "Point",
            "Convert to a dataclass",
            "class Point:\n    def __init__(self, left, top):\n        self.left = left\n"
            "        self.top = top\n",
            "@dataclass(eq=False)\nclass Point:\n    left: Any\n    top: Any\n",
        ),
        ("unused", "Remove unused `unused`", "def unused():\n    return os.sep\n", ""),
    ],
)
def test_one_file(editor: Editor, words: str, title: str, before: str, after: str | None) -> None:
    uri = editor.open("shop/small.py")
    texts = applied(editor, resolved(editor, uri, words, title))
    (text,) = texts.values()
    assert before in SMALL
    if after is None:
        assert before not in text
    else:
        assert after in text
    assert before == "" or text != SMALL


def test_a_function_is_inlined_in_files_that_are_not_open(editor: Editor) -> None:
    uri = editor.open("shop/small.py")
    texts = applied(editor, resolved(editor, uri, "doubled", "Inline `doubled`"))
    assert texts[Path("shop/uses.py")] == "\nprint(21 * 2)\n"
    assert "doubled" not in texts[Path("shop/small.py")]


def test_only_the_kinds_that_are_asked_for_are_offered(editor: Editor) -> None:
    uri = editor.open("shop/small.py")
    kinds = {
        wanted: sorted(each["title"] for each in editor.actions(uri, "60 * 60", only=[wanted]))
        for wanted in ("refactor.extract", "refactor.inline", "source", "refactor.extract.constant")
    }
    assert kinds == {
        "refactor.extract": ["Extract constant", "Extract function", "Extract variable"],
        "refactor.inline": [],
        "source": ["Organise imports", "Remove unused imports"],
        "refactor.extract.constant": ["Extract constant"],
    }


def test_what_cannot_be_done_says_why_when_it_is_chosen(editor: Editor) -> None:
    uri = editor.open("shop/small.py", SMALL + "\n\nlast = [doubled(1)]\nlast = []\n")
    found = {each["title"]: each for each in editor.actions(uri, "last")}
    request = editor.wire.request("codeAction/resolve", found["Inline `last`"])
    assert "given a value more than once" in editor.wire.reply(request)["error"]["message"]


def test_a_request_for_anything_but_a_refactoring_is_refused(editor: Editor) -> None:
    uri = editor.open("shop/small.py")
    data = next(each["data"] for each in editor.actions(uri, "60 * 60") if "data" in each)
    for tool in ("propose_all", "read_file", "ask"):
        action = {"title": "x", "data": {**data, "tool": tool, "arguments": "{}"}}
        request = editor.wire.request("codeAction/resolve", action)
        assert editor.wire.reply(request)["error"]["message"].endswith("is no refactoring")
