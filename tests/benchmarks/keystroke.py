"""What a keystroke costs, beside the least it could cost: python tests/benchmarks/keystroke.py

Types a statement, character by character, at places spread over one file, and takes it
back. The variants run one after the other for every keystroke, in changing order:

  bare     tree edit, incremental parse, tags query over 200 bytes either side
  redline  text splice, tree edit, incremental parse, facts patched; where too much has
           changed for a patch the facts are put off, as a session does while you type
  eager    the same with those facts extracted at once
  session  what the server does for a `didChange`: range to bytes, document, snapshot, tree,
           facts as in redline

Arguments: [FILE] [--sites N] [--json]. Without a file it takes the standard library's
argparse (2,600 lines).
"""

from __future__ import annotations

import argparse
import json
import operator
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns
from typing import cast

from tree_sitter import Parser, QueryCursor, Tree

from redline.adapters.grammars import load
from redline.app import documents
from redline.app.session import Front, Session, Workspace
from redline.core.index.extract import extract, parse
from redline.core.index.incremental import edited, patched, reparse
from redline.core.index.languages import Language
from redline.core.index.model import Facts
from redline.core.settings import Settings
from redline.core.text.edits import Edit, apply
from redline.core.text.positions import range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.main import adapters as main_adapters

TYPED = b"total = compute(item.value)"
AROUND = 200


@dataclass(frozen=True, slots=True)
class State:
    text: Text
    tree: Tree
    facts: Facts


@dataclass(slots=True)
class Times:
    """Microseconds per keystroke."""

    bare: list[float] = field(default_factory=list)
    redline: list[float] = field(default_factory=list)
    eager: list[float] = field(default_factory=list)
    session: list[float] = field(default_factory=list)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", nargs="?", default=argparse.__file__)
    arguments.add_argument("--sites", type=int, default=40)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    file = Path(options.file)
    language = load().for_path(file.name)
    if language is None:
        raise SystemExit(f"{file}: no language for this file")
    text = Text(file.read_bytes())
    report = summary(run(language, text, options.sites))
    report |= {"lines": text.line_count, "bytes": len(text)}
    if options.json:
        print(json.dumps(report))
        return
    print(f"{file}: {text.line_count} lines, {len(text)} bytes")
    print(f"{report['keystrokes']} keystrokes, facts put off at {report['put_off']}")
    print(f"{'':8} {'median us':>10} {'p95 us':>10} {'to bare':>8} {'p95':>6}")
    for name in ("bare", "redline", "eager", "session"):
        row = f"{name:8} {report[name + '_median']:10.1f} {report[name + '_p95']:10.1f}"
        if name != "bare":
            row += f" {report[name + '_ratio_median']:8.2f} {report[name + '_ratio_p95']:6.2f}"
        print(row)


def run(language: Language, text: Text, sites: int) -> Times:
    """The times of typing at `sites` places, each state kept from one keystroke to the next."""
    tree = parse(language, text)
    state = State(text, tree, extract(language, tree, text, as_of=1))
    times = Times()
    typist = Typist(text)
    random.seed(1)
    for edit in keystrokes(text, sites):
        if random.random() < 0.5:
            times.bare.append(timed_bare(language, state, edit))
            state, spent, late = timed_redline(language, state, edit)
        else:
            before = state
            state, spent, late = timed_redline(language, state, edit)
            times.bare.append(timed_bare(language, before, edit))
        times.redline.append(spent)
        times.eager.append(spent + late)
        times.session.append(typist.timed(edit))
    return times


class Typist:
    """Types into a document of a session, as a message from an editor would."""

    def __init__(self, text: Text) -> None:
        settings = Settings()
        front = cast(Front, None)  # nothing here has anything to show
        self.session = Session(main_adapters(settings), Workspace(), front, settings=settings)
        self.uri, self.version = "file:///typed.py", 1
        documents.open_document(self.session, self.uri, "python", 1, text.decode())
        documents.settle(self.session, self.uri)

    def timed(self, edit: Edit) -> float:
        """Microseconds of one keystroke; facts that were put off are extracted afterwards."""
        text = self.session.documents[self.uri].document.text
        range_ = range_at(text, edit.span, self.session.encoding)
        change = ContentChange(range_, edit.new.decode())
        self.version += 1
        start = perf_counter_ns()
        problem = documents.change_document(self.session, self.uri, self.version, [change])
        documents.settle(self.session, self.uri, whole=False)
        spent = perf_counter_ns() - start
        assert not problem, problem
        documents.settle(self.session, self.uri)
        return spent / 1000


def keystrokes(text: Text, sites: int) -> Iterator[Edit]:
    """One-character edits: a new line with the indent of the one above, then all undone."""
    lines = [line for line in range(text.line_count) if text.line_bytes(line).strip()]
    for line in random.Random(7).sample(lines, min(sites, len(lines))):
        row = text.line_bytes(line)
        at = text.line_span(line).start + len(row)
        indent = row[: len(row) - len(row.lstrip())]
        yield Edit(Span(at, at), b"\n" + indent)
        at += 1 + len(indent)
        for character in TYPED:
            yield Edit(Span(at, at), bytes([character]))
            at += 1
        for _ in TYPED:
            yield Edit(Span(at - 1, at), b"")
            at -= 1
        yield Edit(Span(at - 1 - len(indent), at), b"")


def timed_bare(language: Language, state: State, edit: Edit) -> float:
    data = apply(state.text.data, (edit,))
    start = perf_counter_ns()
    before = edited(state.tree, state.text, (edit,))
    tree = Parser(language.grammar).parse(data, before)
    cursor = QueryCursor(language.tags)
    end = edit.span.start + len(edit.new)
    cursor.set_byte_range(max(0, edit.span.start - AROUND), end + AROUND)
    cursor.captures(tree.root_node)
    return (perf_counter_ns() - start) / 1000


def timed_redline(language: Language, state: State, edit: Edit) -> tuple[State, float, float]:
    """The next state, the keystroke's time, and that of the facts it put off."""
    start = perf_counter_ns()
    text = Text(apply(state.text.data, (edit,)))
    before = edited(state.tree, state.text, (edit,))
    tree = reparse(language, before, text)
    facts = patched(language, state.facts, before, tree, text, (edit,))
    done = perf_counter_ns()
    if facts is not None:
        return State(text, tree, facts), (done - start) / 1000, 0
    facts = extract(language, tree, text, as_of=1)
    return State(text, tree, facts), (done - start) / 1000, (perf_counter_ns() - done) / 1000


def summary(times: Times) -> dict[str, float]:
    variants = {name: getattr(times, name) for name in ("bare", "redline", "eager", "session")}
    result: dict[str, float] = {"keystrokes": len(times.bare)}
    result["put_off"] = sum(map(operator.ne, times.redline, times.eager))
    for name, values in variants.items():
        result[f"{name}_median"] = round(median(values), 1)
        result[f"{name}_p95"] = round(quantiles(values, n=20)[-1], 1)
    for name in ("redline", "eager", "session"):
        for figure in ("median", "p95"):
            ratio = result[f"{name}_{figure}"] / result[f"bare_{figure}"]
            result[f"{name}_ratio_{figure}"] = round(ratio, 3)
    return result


if __name__ == "__main__":
    main()
