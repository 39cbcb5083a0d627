"""A storm of news of files over a running server while a user types; for large_workspace.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import large_tree
from loop_watch import Watch, share
from measuring import Message, Server
from processes import cpu_seconds

REDLINE = (sys.executable, "-P", "-m", "redline.main", "serve")
WATCHED = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
EVENTS = 10_000
BATCH = 500
ASKED = 20
ASK_SECONDS = 0.5
TYPED = b"def small():\n    return 1\n"
KEY_SECONDS = 0.03
QUIET_SECONDS = 1.0
MOST_SECONDS = 600.0


Parts = list[list[dict[str, object]]]


@dataclass(slots=True)
class Typist:
    """Types into a small file every 30 ms and asks for its outline after each key."""

    watch: Watch
    uri: str
    version: int = 1
    due: float = field(default_factory=perf_counter)

    def open(self) -> None:
        item = {"uri": self.uri, "languageId": "python", "version": 1, "text": TYPED.decode()}
        self.watch.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

    def type(self) -> None:
        """One key, when it is time for one."""
        if perf_counter() < self.due:
            return
        self.due = max(self.due + KEY_SECONDS, perf_counter())
        self.version += 1
        start = {"line": 0, "character": 9}
        change = {"range": {"start": start, "end": start}, "text": "x"}
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": [change]}
        self.watch.send({"method": "textDocument/didChange", "params": params})
        outline = {"textDocument": {"uri": self.uri}}
        self.watch.ask("outline", "textDocument/documentSymbol", outline)


@dataclass(frozen=True, slots=True)
class Storm:
    """What is done to the files, by their numbers."""

    edition: int
    changed: range
    deleted: range
    made: range

    def happen(self, root: Path, seed: int) -> list[dict[str, object]]:
        """Does it, and says what a watcher would."""
        events: list[dict[str, object]] = []
        for kind, numbers in ((2, self.changed), (3, self.deleted), (1, self.made)):
            for number in numbers:
                path = root / large_tree.path_of(number)
                if kind == 3:
                    path.unlink()
                else:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(large_tree.text_of(number, seed, self.edition))
                events.append({"uri": path.as_uri(), "type": kind})
        return events

    def names(self) -> list[tuple[str, bool]]:
        """Names of some of the files, and whether they are defined once it is over."""
        found: list[tuple[str, bool]] = []
        for numbers, before, after in (
            (self.changed, False, True),
            (self.deleted, False, None),
            (self.made, None, True),
        ):
            for number in numbers[:: max(1, len(numbers) // ASKED)]:
                if before is not None:
                    found.append((large_tree.unique(number), before))
                if after is not None:
                    found.append((large_tree.unique(number, self.edition), after))
        return found


def storms(root: Path, home: Path, files: int, seed: int) -> dict[str, dict[str, float]]:
    """Both kinds of storm, one after the other, and the quiet before."""
    events = min(EVENTS, files // 4)
    changed, deleted = events * 6 // 10, events * 2 // 10
    rows: dict[str, dict[str, float]] = {}
    first = files // 2
    for edition, (name, size) in enumerate({"batches": BATCH, "one by one": 1}.items(), 1):
        stop = first + changed
        made = range(files + edition * events, files + edition * events + deleted)
        storm = Storm(edition, range(first, stop), range(stop, stop + deleted), made)
        first = stop + deleted
        rows |= _stormy(root, home, storm, seed, (name, size))
    return rows


def _stormy(
    root: Path, home: Path, storm: Storm, seed: int, kind: tuple[str, int]
) -> dict[str, dict[str, float]]:
    name, size = kind
    server = Server(REDLINE, root, home)
    watch = Watch(server)
    try:
        server.initialize(workspace=WATCHED)
        watch.begin()
        typist = Typist(watch, (root / "typed.py").as_uri())
        typist.open()
        watch.probe_until(watch.complete)
        watch.reply(watch.ask("symbol", "workspace/symbol", {"query": "only"}))
        quiet = _typed_for(watch, typist, QUIET_SECONDS * 3)
        events = storm.happen(root, seed)
        used = cpu_seconds(server.process.pid)
        parts = [events[at : at + size] for at in range(0, len(events), size)]
        row = _blown(watch, typist, storm, parts)
        row["cpu s"] = cpu_seconds(server.process.pid) - used
        row["wrong"] = _wrong(watch, storm)
    finally:
        watch.end()
    again = _new_start(root, home, storm)
    every = {f"typing, quiet ({name})": quiet, f"storm ({name})": row | {"wrong anew": again}}
    return {
        key: {what: round(value, 4) for what, value in each.items()} for key, each in every.items()
    }


def _typed_for(watch: Watch, typist: Typist, seconds: float) -> dict[str, float]:
    began = typist.due = perf_counter()
    watch.probe_until(lambda: perf_counter() - began > seconds, typist.type)
    return _figures(watch, began, began + seconds)


def _blown(watch: Watch, typist: Typist, storm: Storm, parts: Parts) -> dict[str, float]:
    """Tells of `parts` within a second, types on until answers are those of the files."""
    began, sent, ended = perf_counter(), 0, 0.0
    ends = Ends(watch, storm)

    def step() -> None:
        nonlocal sent, ended
        typist.type()
        wanted = int(len(parts) * min(1.0, perf_counter() - began))
        for part in parts[sent:wanted]:
            params = {"changes": part}
            watch.send({"method": "workspace/didChangeWatchedFiles", "params": params})
        if sent < wanted == len(parts):
            ended = perf_counter()
        sent = max(sent, wanted)

    def over() -> bool:
        if perf_counter() - began > MOST_SECONDS:
            raise TimeoutError("the storm does not end")
        return sent == len(parts) and ends.right()

    watch.probe_until(over, step)
    done = perf_counter()
    watch.probe_until(lambda: perf_counter() - done > QUIET_SECONDS and watch.complete())
    said = next((at for at, state in watch.states if at > ended and state == "complete"), done)
    return {"said complete s": said - began, **_figures(watch, began, done)}


@dataclass(slots=True)
class Ends:
    """Asks now and then for the last names of a storm, one that goes and one that comes."""

    watch: Watch
    storm: Storm
    asked: tuple[int, int] | None = None
    due: float = 0.0

    def right(self) -> bool:
        """Whether both were answered as the files are now."""
        if self.asked is None:
            if perf_counter() >= self.due:
                gone = large_tree.unique(self.storm.deleted[-1])
                come = large_tree.unique(self.storm.made[-1], self.storm.edition)
                self.asked = (self._ask(gone), self._ask(come))
            return False
        if not all(map(self.watch.answered, self.asked)):
            return False
        gone, come = (list(_found(self.watch.reply(each))) for each in self.asked)
        self.asked, self.due = None, perf_counter() + ASK_SECONDS
        return not gone and bool(come)

    def _ask(self, name: str) -> int:
        return self.watch.ask("ends", "workspace/symbol", {"query": name})


def _figures(watch: Watch, began: float, done: float) -> dict[str, float]:
    outline, probe = watch.times("outline", began), watch.times("probe", began)
    return {
        "wall s": done - began,
        "outline p50 s": share(outline, 0.5),
        "outline p95 s": share(outline, 0.95),
        "outline most s": outline[-1],
        "blocked s": probe[-1],
        "most MiB": watch.most,
    }


def _wrong(watch: Watch, storm: Storm) -> int:
    """How many of the names are there and should not be, or the other way round."""
    wrong = 0
    for name, there in storm.names():
        reply = watch.reply(watch.ask("symbol", "workspace/symbol", {"query": name}))
        wrong += (name in _found(reply)) is not there
    return wrong


def _found(reply: Message) -> Iterator[str]:
    return (each["name"] for each in reply["result"])


def _new_start(root: Path, home: Path, storm: Storm) -> int:
    """The same of a server that starts now, with no snapshot."""
    for snapshot in home.rglob("index.snapshot"):
        snapshot.unlink()
    server = Server(REDLINE, root, home)
    watch = Watch(server)
    try:
        server.initialize(workspace=WATCHED)
        watch.begin()
        watch.probe_until(watch.complete)
        return _wrong(watch, storm)
    finally:
        watch.end()
