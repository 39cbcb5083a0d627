"""What became of suggestions, over the wire: accepted, told of, and read in `redline stats`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from demo_copy import copy_of_demo
from editor import Editor
from wire import PATIENCE, Wire, environment

BEGUN = "\n\n    def number(self) -> int:\n        cents = 0\n        for article, "
DRAFT = "count in self.lines.items():"
Item = dict[str, Any]


class Typist:
    """Types at the end of one file of the demo project, and is suggested how to go on."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.uri = editor.uri("shop/basket.py")

    def put(self, new: str) -> None:
        """One change at the end."""
        at = self.end()
        self.editor.change(self.uri, [{"range": {"start": at, "end": at}, "newText": new}])

    def type(self, text: str) -> None:
        for character in text:
            self.put(character)

    def end(self) -> dict[str, int]:
        lines = self.editor.buffers[self.uri].text.split("\n")
        return {"line": len(lines) - 1, "character": len(lines[-1])}

    def suggested(self) -> Item:
        """What is suggested in a function that is begun in the file as it was at first."""
        self.editor.close_all()
        self.editor.open("shop/basket.py")
        self.put(BEGUN)
        params = {
            "textDocument": {"uri": self.uri},
            "position": self.end(),
            "context": {"triggerKind": 2},
        }
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:  # until the project is in memory
            found: list[Item] = self.editor.wire.ask("textDocument/inlineCompletion", params)
            if found:
                assert found[0]["insertText"] == DRAFT
                return found[0]
        raise AssertionError("nothing is suggested")

    def save(self) -> None:
        params = {"textDocument": {"uri": self.uri}}
        self.editor.wire.notify("textDocument/didSave", params)

    def tell(self, what: str, item: Item, **more: object) -> None:
        """What an editor of ours would say of an item."""
        (given,) = item["command"]["arguments"]
        self.editor.wire.notify(f"redline/inline/{what}", {**given, **more})


@pytest.fixture
def typist(tmp_path: Path, wire: Wire) -> Typist:
    return Typist(Editor(wire, "neovim-0.12", copy_of_demo(tmp_path / "project")))


@pytest.fixture
def wire(start: Any) -> Wire:
    found: Wire = start()
    return found


def stats(typist: Typist) -> dict[str, Any]:
    """What `redline stats` tells once the server has ended."""
    wire = typist.editor.wire
    assert wire.ask("shutdown") is None
    wire.notify("exit")
    assert (wire.ended(), wire.log()) == (0, "")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "redline.main", "stats", "--json"],
        cwd=typist.editor.project,
        env=environment(wire.home),
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)["inline_suggestions"]
    return found


def entry(outcome: str, accepted: int, by_hand: int, **more: object) -> dict[str, Any]:
    """An entry of `DRAFT`, without what depends on the time."""
    return {
        "origin": "builtin",
        "model": "builtin",
        "language": "python",
        "outcome": outcome,
        "characters": len(DRAFT),
        "accepted": accepted,
        "typed_by_hand": by_hand,
        "lines": int(accepted > 0),
        "kept_after_save": None,
        **more,
    }


def entries(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries, oldest first, without what depends on the time."""
    timed = ("at", "kept_after_30_seconds")
    oldest = sorted(found["recent"], key=lambda each: float(each["at"]))
    return [{name: each[name] for name in each if name not in timed} for each in oldest]


def test_what_is_put_in_is_seen_in_the_change_alone(typist: Typist) -> None:
    typist.suggested()
    typist.put(DRAFT)
    typist.save()
    typist.suggested()
    typist.put("count in ")
    typist.type("x")
    typist.save()
    typist.suggested()
    typist.type(DRAFT)
    typist.suggested()
    typist.type("xyz")
    found = stats(typist)
    whole = len(DRAFT)
    assert entries(found) == [
        entry("accepted", whole, 0, kept_after_save=1.0),
        entry("partly", 9, 0, kept_after_save=1.0),
        entry("typed", 0, whole),
        entry("dismissed", 0, 0),
    ]
    assert found["by_outcome"] == {"accepted": 1, "partly": 1, "typed": 1, "dismissed": 1}
    assert (found["shown"], found["acceptance_rate"]) == (4, 0.5)
    assert found["after_save"] == {"looked_at": 2, "kept": 2, "kept_rate": 1.0, "share": 1.0}
    assert found["latency"]["own"]["count"] >= 4
    assert list(found["by"]["language"]) == ["python"]


def test_the_command_says_that_what_looked_typed_was_put_in(typist: Typist) -> None:
    item = typist.suggested()
    typist.type(DRAFT)
    (given,) = item["command"]["arguments"]
    typist.editor.command(item["command"]["command"], **given)
    assert entries(stats(typist)) == [entry("accepted", 0, len(DRAFT))]


def test_what_a_client_tells_counts_and_what_it_does_not_tell_was_never_seen(
    typist: Typist,
) -> None:
    item = typist.suggested()
    typist.tell("shown", item)
    typist.tell("accepted", item, characters=len(DRAFT), whole=True)
    typist.put(DRAFT)
    item = typist.suggested()
    typist.tell("shown", item)
    typist.tell("accepted", item, characters=9, whole=False)
    typist.put("count in ")
    typist.type("x")
    item = typist.suggested()
    typist.tell("shown", item)
    typist.tell("dismissed", item)
    typist.suggested()  # is not told of
    typist.type("xyz")
    found = stats(typist)
    assert entries(found) == [
        entry("accepted", len(DRAFT), 0),
        entry("partly", 9, 0),
        entry("dismissed", 0, 0),
    ]
    assert (found["shown"], found["by_outcome"]) == (
        3,
        {"accepted": 1, "partly": 1, "dismissed": 1},
    )
