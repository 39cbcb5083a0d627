"""A user at an editor whose files are compared byte by byte, on a model that always does the same.

Every run replaces what stands at the slots: `slot_one` and `slot_two` in `a.txt`, and
`slot_three` in `b.txt`. What surrounds them is up to the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from editor import Buffer, Editor
from wire import Message, Wire

from redline.core.text.text import BOM

A, B = "a.txt", "b.txt"
SLOTS = {A: ("one", "two"), B: ("three",)}
TEXT_A = "first\nslot_one\nmiddle\n\nslot_two\nlast\n"
TEXT_B = "above\nslot_three\nbelow\n"
ALL = {"one", "two", "three"}
FRESH = dict.fromkeys(sorted(ALL), "fresh")
RUNS = 200

AFTER_THE_ANSWER = "is seen after this answer"

Proposal = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a decision ended: the answer, None where it came too early, and what was said."""

    answer: dict[str, Any] | None
    said: str

    def has(self, accepted: int = 0, undone: int = 0, stale: int = 0, unconfirmed: int = 0) -> bool:
        """Whether the answer counts so many; one that came too early counts nothing."""
        if self.answer is None:
            return True
        wanted = {
            "accepted": accepted, "undone": undone, "stale": stale, "unconfirmed": unconfirmed
        }  # fmt: skip
        return {name: len(self.answer[name]) for name in wanted} == wanted


def done(text: str, *slots: str) -> str:
    """`text` with these slots as the model would have them."""
    for slot in slots:
        text = text.replace(f"slot_{slot}", f"done_{slot}")
    return text


def start(home: Path) -> Wire:
    """A server whose model replaces the slots in every run."""
    script = home / "config" / "redline" / "script.txt"
    script.parent.mkdir(parents=True, exist_ok=True)
    calls = [("plan", {"steps": ["refactorer: fill the slots"]})]
    calls += [
        ("edit", {"path": path, "search": f"slot_{slot}", "replace": f"done_{slot}"})  # type: ignore[dict-item]
        for path, slots in SLOTS.items()
        for slot in slots
    ]
    calls += [("propose", {"title": "Fill the slots"})]  # type: ignore[dict-item]
    reply = "\n".join(f"call {tool} {json.dumps(given)}" for tool, given in calls)
    script.write_text("\n---\n".join([reply] * RUNS), "utf-8")
    model = json.dumps(f"scripted:{script}")
    (script.parent / "config.toml").write_text(f"model = {model}\n", "utf-8")
    return Wire(home)


class Desk(Editor):
    """An editor that loads and saves bytes as the real ones do: a mark at the start is no text."""

    def __init__(self, wire: Wire, kind: str, project: Path, own_review: bool = False) -> None:
        super().__init__(wire, kind, project, own_review)
        self.own_review = own_review
        self.steps: list[tuple[str, list[dict[str, Any]]]] = []
        wire.handlers["window/showDocument"] = self._revealed

    def _revealed(self, params: dict[str, Any]) -> dict[str, bool]:
        self.load(params["uri"])
        return {"success": True}

    def _open(self, uri: str, text: str) -> None:
        self.buffers[uri] = Buffer(text)
        item = {"uri": uri, "languageId": "plaintext", "version": 1, "text": text}
        self.wire.notify("textDocument/didOpen", {"textDocument": item})

    # Files.

    def write(self, path: str, data: bytes | str) -> None:
        """What is on the disk before the editor starts, or what another program writes."""
        (self.project / path).write_bytes(data.encode() if isinstance(data, str) else data)

    def disk(self, path: str) -> bytes:
        return (self.project / path).read_bytes()

    def load(self, uri: str) -> str:
        """Opens a file as it is on the disk, unless it is open."""
        if uri not in self.buffers:
            path = self.project / uri.rpartition("/")[2]
            self._open(uri, path.read_bytes().removeprefix(BOM).decode())
        return uri

    def text(self, path: str) -> str:
        return self.buffers[self.uri(path)].text

    def save(self, path: str) -> None:
        """Keeps the mark at the start, if there is one."""
        file = self.project / path
        mark = BOM if file.exists() and file.read_bytes().startswith(BOM) else b""
        file.write_bytes(mark + self.text(path).encode())
        self.wire.notify("textDocument/didSave", {"textDocument": {"uri": self.uri(path)}})

    def close(self, path: str) -> None:
        del self.buffers[self.uri(path)]
        self.wire.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(path)}})

    def watched(self, *paths: str) -> None:
        """The editor noticed that files changed on the disk."""
        changes = [{"uri": self.uri(path), "type": 2} for path in paths]
        self.wire.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    # Texts.

    def change(self, uri: str, edits: Sequence[dict[str, Any]]) -> None:
        """One undo step."""
        before = self.buffers[uri].text
        super().change(uri, edits)
        found = [
            (self.index(before, e["range"]["start"]), self.index(before, e["range"]["end"]), e)
            for e in edits
        ]
        back, grown = [], 0
        for start_, end, edit in sorted(found, key=lambda each: each[:2]):
            new = edit["newText"]
            at, till = (start_ + grown, start_ + grown + len(new))
            text = self.buffers[uri].text
            range_ = {"start": self.place(text, at), "end": self.place(text, till)}
            back.append({"range": range_, "newText": before[start_:end]})
            grown += len(new) - (end - start_)
        self.steps.append((uri, back))

    def undo(self, whole: bool = False) -> None:
        """Takes the last step back (the step back is one, too); `whole` tells it as one change."""
        uri, back = self.steps.pop()
        if not whole:
            return self.change(uri, back)
        text = self.buffers[uri].text
        range_ = {"start": self.place(text, 0), "end": self.place(text, len(text))}
        for edit in reversed(back):
            start_, end = (self.index(text, edit["range"][at]) for at in ("start", "end"))
            text = text[:start_] + edit["newText"] + text[end:]
        self.change(uri, [{"range": range_, "newText": text}])

    # Proposals.

    def propose(self, path: str = A) -> Proposal:
        """A new run's proposal; without a view of ours the message about it is closed."""
        run = self.agent("refactor", self.uri(path), instruction="fill the slots")
        if self.own_review:
            found: Proposal = self.wire.told("redline/proposal", run=run)
            return found
        self.choose(None)
        return next(each for each in self.command("redline.proposals") if each["run"] == run)

    def now(self, proposal: Proposal) -> Proposal | None:
        """The proposal as it is now, if it is open."""
        found = [each for each in self.command("redline.proposals") if each["id"] == proposal["id"]]
        return found[0] if found else None

    def statuses(self, proposal: Proposal) -> dict[str, str]:
        """What became of each slot, in an open proposal."""
        found = self.now(proposal)
        assert found is not None, "the proposal is not open"
        return by_slot(found)

    def begin(self, proposal: Proposal, slots: Sequence[str] | None = None, **given: object) -> int:
        """Asks to accept the hunks of these slots; the id of the request."""
        argument: dict[str, object] = {"proposal": proposal["id"], **given}
        if slots is not None:
            argument["hunks"] = [hunk_of(proposal, slot)["id"] for slot in slots]
        return self._begin("redline.accept", argument)

    def begin_rollback(self, proposal: Proposal) -> int:
        return self._begin("redline.rollback", {"run": proposal["run"]})

    def _begin(self, command: str, argument: Mapping[str, object]) -> int:
        params = {"command": command, "arguments": [argument]}
        return self.wire.request("workspace/executeCommand", params)

    def ended(self, id_: int, seconds: float = 20.0) -> Outcome:
        """The answer to an acceptance or a rollback, with all that is done after it."""
        return self._outcome(self.wire.reply(id_, seconds))

    def accept(self, proposal: Proposal, slots: Sequence[str] | None = None) -> Outcome:
        """Accepts, with an editor that applies all it is asked to."""
        return self.served(self.begin(proposal, slots))

    def roll_back(self, proposal: Proposal) -> Outcome:
        return self.served(self.begin_rollback(proposal))

    def served(self, id_: int) -> Outcome:
        """Applies edits until the request is answered."""
        return self._outcome(self._served(id_))

    def _served(self, id_: int) -> Message:
        def next_(each: Message) -> bool:
            answer = "method" not in each and each.get("id") == id_
            return answer or each.get("method") == "workspace/applyEdit"

        while True:
            found: Message = self.wire.wait(next_, "an edit, or the answer")
            if "method" not in found:
                return found
            self.apply(found)

    def _outcome(self, answer: Message) -> Outcome:
        """An editor with nothing of ours may be answered first, and told the rest by a message."""
        assert "result" in answer, answer
        result = answer["result"]
        assert result["message"]
        if AFTER_THE_ANSWER not in result["message"]:
            return Outcome(result, result["message"])
        assert not self.own_review
        while AFTER_THE_ANSWER in result["message"]:
            # Its turn comes when the one before it is through.
            nothing = {"proposal": "none"}
            result = self._served(self._begin("redline.accept", nothing))["result"]
        told = self.wire.unread("window/showMessage")
        return Outcome(None, "\n".join(each["params"]["message"] for each in told))

    # What the editor does with an edit.

    def put(self, request: Message, wanted: Callable[[str], bool] = lambda path: True) -> None:
        """Applies an edit, or its parts in the files that are `wanted`, and says nothing."""
        for each in request["params"]["edit"]["documentChanges"]:
            uri = each["textDocument"]["uri"]
            if wanted(uri.rpartition("/")[2]):
                self.load(uri)
                self.change(uri, each["edits"])

    def refuses(self, request: Message, why: str = "no") -> None:
        self.wire.answer(request, {"applied": False, "failureReason": why})

    def apply(self, request: Message | None = None) -> set[str]:
        """As the editors do, from the bytes on the disk."""
        request = request or self.edit()
        for each in request["params"]["edit"]["documentChanges"]:
            named = each["textDocument"]
            if named["version"] is None and named["uri"] not in self.buffers:
                continue
            buffer = self.buffers.get(named["uri"])
            if buffer is None or buffer.version != named["version"]:
                if self.neovim:
                    self.wire.answer(request, {"applied": True})
                else:
                    self.refuses(request, "the document has changed")
                return set()
        if self.neovim:  # it answers before it tells
            self.wire.answer(request, {"applied": True})
        self.put(request)
        if not self.neovim:
            self.wire.answer(request, {"applied": True})
        changes = request["params"]["edit"]["documentChanges"]
        return {each["textDocument"]["uri"] for each in changes}


def by_slot(proposal: Proposal) -> dict[str, str]:
    return {slot_of(each): each["status"] for each in proposal["hunks"]}


def slot_of(hunk: Mapping[str, Any]) -> str:
    name: str = hunk["after"].partition("done_")[2]
    return next(slot for slots in SLOTS.values() for slot in slots if name.startswith(slot))


def hunk_of(proposal: Proposal, slot: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in proposal["hunks"] if slot_of(each) == slot)
    return found
