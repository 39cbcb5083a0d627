"""What inline suggestions cost while someone types fast: python tests/benchmarks/inline_load.py

A real server on Django. Lines of its own files are typed again where they stood, 30 keys a
second, each key a `didChange` and a `textDocument/inlineCompletion`; beside that
`workspace/symbol` is asked twice a second.

  suggestion   from the request to its answer, and how many answers suggest something
  steps        what the steps of such a request took together, of one in ten
  plain        the same typing with no suggestion asked for
  symbol       `workspace/symbol` while nobody types, in plain typing, with suggestions
  memory       of the server, at the beginning and at the end of both
  cancel       two requests at once: from the second one's sending to the answer of the first

Goals: suggestion p95 15 ms, cancel 20 ms, symbol with suggestions within 20 % of that without,
no growth.
Arguments: [DJANGO] [--seconds N] [--rate N] [--options JSON] [--json]. `options` are settings
for the server, such as a model. 600 seconds give the figure; 60 are the default.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from loop_watch import Watch, share
from measuring import Server, django
from processes import cpu_seconds, memory
from typing_rate import COMMANDS

IDLE_SECONDS = 15.0
SYMBOL_SECONDS = 0.5
MEMORY_SECONDS = 1.0
LINES, FILES = 25, 12
CANCELS = 40
DECLARED = {"inlineCompletion": {"dynamicRegistration": True}}
NAMES = ("Quer", "model", "get_q", "Form", "serial", "admin", "cach", "migr", "url", "Field")


@dataclass(slots=True)
class Typist:
    """Takes lines out of files and types them again, key by key."""

    watch: Watch
    paths: list[Path]
    with_suggestions: bool
    chance: random.Random
    keys: int = 0
    open_: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    explained: list[int] = field(default_factory=list)

    def open_all(self) -> None:
        """Opens every file, and has something suggested in each."""
        for path in self.paths:
            uri = path.as_uri()
            self.watch.server.open(path)
            self.open_[uri] = (path.read_text("utf-8").split("\n"), 1)
            if self.with_suggestions:
                self.watch.reply(self.watch.ask("first", INLINE, asking(uri, 0, 0)))

    def forever(self) -> Iterator[None]:
        """Types a key each time it is asked for one."""
        while True:
            for path in self.paths:
                yield from self._file(path)

    def _file(self, path: Path) -> Iterator[None]:
        uri = path.as_uri()
        lines, _ = self.open_[uri]
        first = self.chance.randrange(10, len(lines) - LINES - 1)
        taken = lines[first : first + LINES]
        end = {"line": first + LINES, "character": 0}
        # They are typed on a line of their own: before code nothing is suggested.
        self._change(uri, {"line": first, "character": 0}, end, "\n")
        line, column = first, 0
        for number, row in enumerate(taken, 1):
            indent = row[: len(row) - len(row.lstrip())]
            for piece in (indent, *row.lstrip(), "\n" if number < LINES else ""):
                if not piece:
                    continue
                here = {"line": line, "character": column}
                self._change(uri, here, here, piece)
                line, column = (line + 1, 0) if piece == "\n" else (line, column + len(piece))
                self._ask(uri, line, column)
                self.keys += 1
                yield

    def _change(self, uri: str, start: object, end: object, text: str) -> None:
        lines, version = self.open_[uri]
        self.open_[uri] = (lines, version + 1)
        document = {"uri": uri, "version": version + 1}
        changes = [{"range": {"start": start, "end": end}, "text": text}]
        params = {"textDocument": document, "contentChanges": changes}
        self.watch.send({"method": "textDocument/didChange", "params": params})

    def _ask(self, uri: str, line: int, column: int) -> None:
        if self.with_suggestions:
            self.asked.append(self.watch.ask("suggestion", INLINE, asking(uri, line, column)))
            if len(self.asked) % 10 == 0:
                explain = {"command": "redline.inline", "arguments": [{"explain": True}]}
                self.explained.append(self.watch.ask("explain", EXECUTE, explain))


INLINE, EXECUTE = "textDocument/inlineCompletion", "workspace/executeCommand"


def asking(uri: str, line: int, column: int, kind: int = 2) -> dict[str, Any]:
    """The params of a request for suggestions."""
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": column},
        "context": {"triggerKind": kind},
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("django", nargs="?")
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--rate", type=float, default=30.0)
    arguments.add_argument("--options", type=json.loads, default={})
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.django)
    with tempfile.TemporaryDirectory() as home:
        found = measured(root, Path(home), options.seconds, options.rate, options.options)
    if options.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name:24}", "  ".join(f"{key} {value:9.2f}" for key, value in row.items()))


def measured(
    root: Path, home: Path, seconds: float, rate: float, options: Mapping[str, object]
) -> dict[str, dict[str, float]]:
    """Every figure, times in milliseconds."""
    server = Server(COMMANDS["redline"], root, home)
    watch = Watch(server)
    try:
        _initialize(server, root, options)
        watch.begin()
        watch.probe_until(watch.complete)
        paths = _paths(root)
        found: dict[str, dict[str, float]] = {}
        _beside(watch, None, IDLE_SECONDS, rate, [])  # each name is looked for once before
        began = perf_counter()
        _beside(watch, None, IDLE_SECONDS, rate, [])
        found["symbol, idle"] = _figures(watch.times("symbol", began))
        for name, asked in (("plain", False), ("suggestions", True)):
            typist = Typist(watch, paths, asked, random.Random(7))
            typist.open_all()  # a document that is open for the first time is not growth
            if asked:
                _beside(watch, typist, 5.0, rate, [])
                typist.asked.clear()
                typist.explained.clear()
                typist.keys = 0
            weighed: list[float] = []
            length = seconds if asked else min(seconds, 60.0)
            began, used = perf_counter(), cpu_seconds(server.process.pid)
            _beside(watch, typist, length, rate, weighed)
            found[f"symbol, {name}"] = _figures(watch.times("symbol", began))
            found[f"server, {name}"] = {
                "keys/s": typist.keys / (perf_counter() - began),
                "cpu %": 100 * (cpu_seconds(server.process.pid) - used) / length,
            }
            found[f"memory MiB, {name}"] = _weighed(weighed)
            if asked:
                found["suggestion"] = _suggested(watch, typist, began)
                found["steps"] = _figures(sorted(_explained(watch, typist)))
            for uri in typist.open_:
                document = {"textDocument": {"uri": uri}}
                watch.send({"method": "textDocument/didClose", "params": document})
        found["cancel"] = _figures(sorted(_cancels(watch, paths[0])))
        return found
    finally:
        watch.end()


def _initialize(server: Server, root: Path, options: Mapping[str, object]) -> None:
    folder = {"uri": root.as_uri(), "name": root.name}
    capabilities = {
        "textDocument": DECLARED,
        "general": {"positionEncodings": ["utf-8"]},
        "experimental": {"redline": {"proposals": True}},
    }
    params = {
        "processId": None,
        "rootUri": folder["uri"],
        "workspaceFolders": [folder],
        "capabilities": capabilities,
        "initializationOptions": options,
    }
    server.request("initialize", params)
    server.send({"method": "initialized", "params": {}})


def _paths(root: Path) -> list[Path]:
    """Files of usual size, in ASCII, spread over the tree."""
    found = [
        path
        for path in sorted(root.glob("django/**/*.py"))
        if 4_000 < path.stat().st_size < 60_000 and path.read_bytes().isascii()
    ]
    return random.Random(3).sample(found, FILES)


def _beside(
    watch: Watch, typist: Typist | None, seconds: float, rate: float, weighed: list[float]
) -> None:
    """Types for so long at `rate`, asks for symbols beside, and weighs the server."""
    began = due = symbol = weigh = perf_counter()
    keys = typist.forever() if typist is not None else None
    number = 0
    while perf_counter() - began < seconds:
        if keys is not None:
            next(keys)
        now = perf_counter()
        if now >= symbol:
            watch.ask("symbol", "workspace/symbol", {"query": NAMES[number % len(NAMES)]})
            number += 1
            symbol = max(symbol + SYMBOL_SECONDS, now)
        if now >= weigh:
            weighed.append(memory(watch.server.process.pid))
            weigh += MEMORY_SECONDS
        due = max(due + 1 / rate, perf_counter() - 1)
        sleep(max(0.0, due - perf_counter()))
    watch.reply(watch.ask("last", "workspace/symbol", {"query": "only"}))


def _suggested(watch: Watch, typist: Typist, began: float) -> dict[str, float]:
    shown = 0
    for number in typist.asked:
        shown += bool(watch.reply(number).get("result"))
    row = _figures(watch.times("suggestion", began))
    return row | {"asked": len(typist.asked), "shown %": 100 * shown / max(1, len(typist.asked))}


def _explained(watch: Watch, typist: Typist) -> Iterator[float]:
    for number in typist.explained:
        steps = watch.reply(number)["result"].get("trace", ())
        yield sum(each["seconds"] for each in steps)


def _weighed(weighed: list[float]) -> dict[str, float]:
    part = max(1, len(weighed) // 5)
    first, last = median(weighed[:part]), median(weighed[-part:])
    return {"first": first, "last": last, "growth": last - first, "most": max(weighed)}


def _cancels(watch: Watch, path: Path) -> Iterator[float]:
    """Seconds from the sending of a newer request to the answer of the one before."""
    uri = watch.server.open(path)
    line = next(at for at, row in enumerate(path.read_text().split("\n")) if not row)
    for _ in range(CANCELS):
        first = watch.ask("cancelled", INLINE, asking(uri, line, 0, 1))
        second_at = perf_counter()
        second = watch.ask("newer", INLINE, asking(uri, line, 0, 1))
        watch.reply(first)
        yield perf_counter() - second_at
        watch.reply(second)


def _figures(ordered: list[float]) -> dict[str, float]:
    return {
        "p50": 1000 * share(ordered, 0.5),
        "p95": 1000 * share(ordered, 0.95),
        "most": 1000 * share(ordered, 1.0),
        "n": float(len(ordered)),
    }


if __name__ == "__main__":
    main()
