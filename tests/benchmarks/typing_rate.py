"""How many keystrokes a second the server takes: python tests/benchmarks/typing_rate.py

  pygls    a server on the same library that keeps text as the library does, and finds
           functions with a regular expression
  redline  `redline serve`

An editor that never waits: N changes of one character each, each a `didChange` of its own,
then one `documentSymbol`. The time is from the first byte sent to that answer, which must
name every function as it is then, where it is then: the parse and the facts are in the time.
Redline's text is then proved byte by byte, out of the time: one more change makes each line
a function, so that the outline is the text.

  random   a letter put in or taken out anywhere in the file
  typing   line after line typed in the middle of it
  astral   the same in a text of letters that are two units of UTF-16 each
  review   random, in a file with an open proposal (one hunk), which follows each change

One run of each in turn. Goals: redline at 120 KB 5,000 a second, at 500 KB 2,000.
Arguments: [--runs N] [--json].
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from measuring import Server

COMMANDS = {
    "pygls": (sys.executable, str(Path(__file__).with_name("bare_sync_server.py"))),
    "redline": (sys.executable, "-m", "redline.main", "serve"),
}
SIZES = {"120 KB": 120_000, "500 KB": 500_000}
GOALS = {"120 KB": 5_000, "500 KB": 2_000}
# How many changes a run has: enough for a second or more.
CHANGES = {"pygls": {"120 KB": 500, "500 KB": 100}, "redline": {"120 KB": 8_000, "500 KB": 6_000}}
MANNERS = ("random", "typing", "astral", "review")
PLAIN, ASTRAL = "abcdefghijklmnopqrstuvwxyz", "𝒶𝒷𝒸𝒹𝓍𝓎𝓏"
BLOCK = 25
INDENT = "    "
UNITS = {"general": {"positionEncodings": ["utf-16"]}}


@dataclass(slots=True)
class Typist:
    """A text of one word a line, and the changes made to it, as messages.

    Every `BLOCK`th line is a function's first, the words below are its body.
    """

    uri: str
    size: int
    manner: str
    version: int = 1
    sent: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(3))

    def __post_init__(self) -> None:
        length = 0
        while length < self.size:
            word = "_".join(self.letters(self.dice.randint(2, 9)) for _ in range(4))
            head = len(self.lines) % BLOCK == 0
            self.lines.append(f"def {word}():" if head else INDENT + word)
            length += len(self.lines[-1].encode()) + 1

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def letters(self, count: int) -> str:
        return "".join(self.dice.choices(ASTRAL if self.manner == "astral" else PLAIN, k=count))

    def type(self, count: int) -> None:
        """`count` changes of one character."""
        self.sent.clear()
        if self.manner == "typing":
            return self._type_lines(count)
        while len(self.sent) < count:
            line = self.dice.randrange(len(self.lines))
            end = len(self.lines[line]) - 3 * (line % BLOCK == 0)
            at = self.dice.randrange(len(INDENT), end)
            taken = self.dice.random() < 0.3 and end > 20
            self._change(line, at, at + taken, "" if taken else self.letters(1))

    def _type_lines(self, count: int) -> None:
        line = len(self.lines) // 2 // BLOCK * BLOCK + 1
        while len(self.sent) + 20 < count:
            self._change(line, 0, 0, "\n")
            for at, letter in enumerate(INDENT + self.letters(30)):
                if len(self.sent) < count:
                    self._change(line, at, at, letter)
            line += 1

    def _change(self, line: int, start: int, end: int, new: str) -> None:
        self.sent.append(self.message([self.change(line, start, end, new)]))
        old = self.lines[line]
        self.lines[line : line + 1] = (old[:start] + new + old[end:]).split("\n")

    def change(self, line: int, start: int, end: int, new: str) -> dict[str, Any]:
        old = self.lines[line]
        columns = [len(old[:at].encode("utf-16-le")) // 2 for at in (start, end)]
        places = [{"line": line, "character": column} for column in columns]
        return {"range": {"start": places[0], "end": places[1]}, "text": new}

    def message(self, changes: list[dict[str, Any]]) -> bytes:
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": changes}
        message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
        body = json.dumps(message).encode()
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    def unrolled(self) -> bytes:
        """Makes every line a function."""
        changes = []
        for at, line in enumerate(self.lines):
            end = len(line)
            if line.startswith("def "):
                changes.append(self.change(at, end, end, " 0"))
            else:
                changes.append(self.change(at, end, end, "(): 0"))
                changes.append(self.change(at, 0, min(end, len(INDENT)), "def "))
        return self.message(changes)

    def functions(self) -> list[tuple[str, int]]:
        """The names of the functions, and their lines."""
        heads = ((line, at) for at, line in enumerate(self.lines) if line.startswith("def "))
        return [(line[4:-3], at) for line, at in heads]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    rates: dict[tuple[str, str, str], list[float]] = {}
    every = [each for each in product(SIZES, MANNERS, COMMANDS) if each[1:] != ("review", "pygls")]
    for size, manner, name in every * options.runs:
        # A home of its own: a proposal left open is taken up again by the next server.
        with tempfile.TemporaryDirectory() as folder:
            rate = once(name, size, manner, Path(folder).resolve())
        rates.setdefault((size, manner, name), []).append(rate)
    show(rates, options.json)


def once(name: str, size: str, manner: str, folder: Path) -> float:
    """Changes a second, with the answer that proves them."""
    root, home = folder / "root", folder / "home"
    root.mkdir()
    file = root / "typed.py"
    typist = Typist(file.as_uri(), SIZES[size], manner)
    file.write_text(typist.text, "utf-8")
    server = Server(COMMANDS[name], root, home)
    try:
        server.initialize(**UNITS)
        server.open(file)
        assert outline(server, typist) == typist.functions()
        if manner == "review":
            propose(server, typist)
        typist.type(CHANGES[name][size])
        began = perf_counter()
        hand_over(server, typist)
        found = outline(server, typist)
        spent = perf_counter() - began
        assert found == typist.functions(), "the text is not what was typed"
        if name == "redline":
            prove(server, typist)
        return len(typist.sent) / spent
    finally:
        server.end()


def hand_over(server: Server, typist: Typist) -> None:
    """Sends everything, as fast as the server takes it."""
    assert server.process.stdin is not None
    server.process.stdin.write(b"".join(typist.sent))
    server.process.stdin.flush()


def outline(server: Server, typist: Typist) -> list[tuple[str, int]]:
    params = {"textDocument": {"uri": typist.uri}}
    found = server.request("textDocument/documentSymbol", params)
    return [(each["name"], each["location"]["range"]["start"]["line"]) for each in found]


def propose(server: Server, typist: Typist) -> None:
    """Leaves a proposal open: a docstring for the first function."""
    place = {"line": 0, "character": 5}
    range_ = {"start": place, "end": place}
    given = {"uri": typist.uri, "range": range_, "instruction": ""}
    server.send(
        {
            "id": "run",
            "method": "workspace/executeCommand",
            "params": {"command": "agent.document", "arguments": [given]},
        }
    )
    found = server.until(
        lambda each: (
            each.get("method") == "redline/proposal"
            or (each.get("method") == "redline/run" and each["params"]["state"] == "failed")
        )
    )
    assert found["method"] == "redline/proposal", found


def prove(server: Server, typist: Typist) -> None:
    """The whole text, word by word."""
    words = [line.strip() for line in typist.lines]
    wanted = [word[4:-3] if word.startswith("def ") else word for word in words]
    server.process.stdin.write(typist.unrolled())  # type: ignore[union-attr]
    found = [name for name, _ in outline(server, typist)]
    assert found == wanted, "the text is not what was typed"


def show(rates: dict[tuple[str, str, str], list[float]], as_json: bool) -> None:
    found = {" ".join(key): round(median(values)) for key, values in rates.items()}
    if as_json:
        print(json.dumps({"goals": GOALS, "changes_per_second": found}))
        return
    print(f"{'':16} {'pygls':>8} {'redline':>8} {'ratio':>7}   goal, changes a second")
    for size in SIZES:
        for manner in MANNERS:
            ours, theirs = found[f"{size} {manner} redline"], found.get(f"{size} {manner} pygls")
            beside = f"{theirs:8} {ours:8} {ours / theirs:6.1f}x" if theirs else f"{'':8} {ours:8}"
            print(f"{size} {manner:9} {beside:25} {GOALS[size]:6}")


if __name__ == "__main__":
    main()
