"""Typing faster than anyone: changes in one write, and requests that come between them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wire import Wire, framed, message

URI = "file:///nowhere/typed.py"
MODIFIED = -32801
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Buffer:
    """An editor's buffer, in which every line is a function or a word, and its messages."""

    def __init__(self, encoding: str, ending: str, seed: int) -> None:
        self.encoding, self.ending = encoding, ending
        self.dice = random.Random(seed)
        self.version = 1
        self.lines = [self.line(at) for at in range(400)]

    def line(self, at: int) -> str:
        word = f"{self.letters(12)}_{at}"
        return f"def {word}(): pass" if at % 3 else f"    # {word}"

    def letters(self, count: int) -> str:
        return "".join(self.dice.choices("abcé漢𝒳𝓎", k=count))

    @property
    def text(self) -> str:
        return "".join(line + self.ending for line in self.lines)

    def opened(self) -> dict[str, Any]:
        item = {"uri": URI, "languageId": "python", "version": 1, "text": self.text}
        return message("textDocument/didOpen", {"textDocument": item})

    def typed(self) -> dict[str, Any]:
        """One change: a letter put in or taken out, or a line."""
        line = self.dice.randrange(len(self.lines))
        place = self.dice.randrange(5, 15)
        kind = self.dice.randrange(10)
        if kind == 0:
            new = self.line(len(self.lines) + self.version)
            self.lines.insert(line, new)
            return self.changed((line, 0), (line, 0), new + self.ending)
        old = self.lines[line]
        if kind == 1 and len(self.lines) > 50:
            del self.lines[line]
            return self.changed((line, 0), (line + 1, 0), "")
        taken, new = int(kind == 2 and len(old) > 20), self.letters(kind != 2)
        self.lines[line] = old[:place] + new + old[place + taken :]
        columns = [self.column(old[:at]) for at in (place, place + taken)]
        return self.changed((line, columns[0]), (line, columns[1]), new)

    def column(self, text: str) -> int:
        codec, width = UNITS[self.encoding]
        return len(text.encode(codec)) // width

    def changed(self, start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
        self.version += 1
        ends = ({"line": at[0], "character": at[1]} for at in (start, end))
        change = {"range": dict(zip(("start", "end"), ends, strict=True)), "text": text}
        document = {"uri": URI, "version": self.version}
        params = {"textDocument": document, "contentChanges": [change]}
        return message("textDocument/didChange", params)

    def outline(self) -> list[tuple[str, int, int]]:
        """Each function: its name, its line, and where in it the name ends."""
        return [
            (line[4 : line.index("(")], at, self.column(line[: line.index("(")]))
            for at, line in enumerate(self.lines)
            if line.startswith("def ")
        ]


@pytest.fixture(params=list(UNITS))
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Wire, str]]:
    """A server, and the encoding it was asked to count in."""
    with Wire(tmp_path / "home") as wire:
        offered = {"general": {"positionEncodings": [request.param]}}
        answer = wire.initialize(offered)
        assert answer["capabilities"]["positionEncoding"] == request.param
        yield wire, request.param


def asked(id_: int) -> dict[str, Any]:
    return message("textDocument/documentSymbol", {"textDocument": {"uri": URI}}, id_)


def outline(wire: Wire, id_: int) -> list[tuple[str, int, int]]:
    found = wire.wait(lambda each: each.get("id") == id_, "an outline")
    assert "error" not in found, found
    ranges = [(each["name"], each["location"]["range"]) for each in found["result"]]
    return [(name, at["end"]["line"], at["end"]["character"]) for name, at in ranges]


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_request_between_changes_sees_those_before_it_and_no_other(
    desk: tuple[Wire, str], ending: str
) -> None:
    wire, encoding = desk
    buffer = Buffer(encoding, ending, seed=5)
    sent, wanted = [buffer.opened()], {}
    for id_ in range(1000, 1040):
        sent += [buffer.typed() for _ in range(buffer.dice.choice([0, 1, 2, 7, 90]))]
        sent.append(asked(id_))
        wanted[id_] = buffer.outline()
    wire.send(*sent)
    for id_, functions in wanted.items():
        assert outline(wire, id_) == functions


def test_a_change_that_cannot_be_obeyed_ends_the_others_until_the_whole_text_comes(
    desk: tuple[Wire, str],
) -> None:
    wire, encoding = desk
    buffer = Buffer(encoding, "\n", seed=6)
    sent = [buffer.opened(), *(buffer.typed() for _ in range(100)), asked(1000)]
    before = buffer.outline()
    line = len(buffer.lines) + 5
    sent += [buffer.changed((line, 0), (line, 0), "x"), asked(1001)]
    sent += [*(buffer.typed() for _ in range(50)), asked(1002)]
    mended = buffer.changed((0, 0), (0, 0), "")
    mended["params"]["contentChanges"] = [{"text": buffer.text}]
    sent += [mended, *(buffer.typed() for _ in range(100)), asked(1003)]
    wire.send(*sent)
    assert outline(wire, 1000) == before
    for id_ in (1001, 1002):
        found = wire.wait(lambda each, id_=id_: each.get("id") == id_, "a refusal")
        assert found["error"]["code"] == MODIFIED
    assert outline(wire, 1003) == buffer.outline()


@pytest.mark.parametrize(
    "damage",
    [
        {"contentChanges": [{"range": None, "text": "x"}]},
        {"contentChanges": [{"text": 5}]},
        {"contentChanges": [[]]},
        {"textDocument": {"uri": URI}},
        {"textDocument": {"uri": 7, "version": 9}},
        {"textDocument": None},
    ],
)
def test_a_malformed_change_is_complained_of_and_changes_nothing(
    desk: tuple[Wire, str], damage: dict[str, Any]
) -> None:
    wire, encoding = desk
    buffer = Buffer(encoding, "\n", seed=7)
    wire.send(buffer.opened(), *(buffer.typed() for _ in range(20)))
    odd = buffer.changed((0, 0), (0, 0), "x")
    odd["params"] |= damage
    wire.send(odd, *(buffer.typed() for _ in range(20)), asked(1000))
    assert outline(wire, 1000) == buffer.outline()
    complaint = wire.wait(lambda each: each.get("method") == "window/logMessage", "a complaint")
    assert "params of textDocument/didChange" in complaint["params"]["message"]


def test_changes_cut_anywhere_are_the_same_changes(desk: tuple[Wire, str]) -> None:
    wire, encoding = desk
    buffer = Buffer(encoding, "\r\n", seed=8)
    wire.send(buffer.opened())
    stream = b"".join(framed(buffer.typed()) for _ in range(300))
    cuts = sorted(buffer.dice.choices(range(len(stream)), k=80))
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        wire.write(stream[start:end])
    wire.send(asked(1000))
    assert outline(wire, 1000) == buffer.outline()
