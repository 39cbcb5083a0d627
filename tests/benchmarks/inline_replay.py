"""Replays commits as typing: python tests/benchmarks/inline_replay.py --git DIR --at COMMIT

The tree of COMMIT is unpacked and indexed; then what the commits after it put into files of
code is typed, the oldest commit first, character by character into the file as it was before.
Nothing that is typed was there to be learnt. Every key asks for suggestions through the real
pipeline, with the builtin model, and with nothing waited for. A suggestion is right when it is
what the author typed next. Each is put into the text and parsed from scratch: none may make an
error where there was none.

Arguments: --git GIT_DIR --at COMMIT [--keys 10000] [--json].
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles
from time import process_time

from tree_sitter import Node, Parser

from redline.adapters.grammars import load
from redline.app import documents, indexing
from redline.app.inline import builtin, requests, value
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.index.languages import Language
from redline.core.inline.builtin.tokens import family_of
from redline.core.inline.model import InlineRequest, Suggestion
from redline.core.settings import Settings
from redline.core.text.edits import diff
from redline.core.text.positions import range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.core.uris import Folder
from redline.edge.cli.local import CliFront, stderr_console
from redline.main import adapters

MOST_TYPED = 400
MOST_PLACES = 3
MOST_FILES = 5
"""So many bytes of one place, places of one file, and files of one commit are typed."""


@dataclass(frozen=True)
class Typing:
    """`new` is typed into `before`, at `at`, as the author of a commit did."""

    path: str
    before: bytes
    at: int
    new: bytes


@dataclass
class Report:
    """What came of the keys; `milliseconds` of the processor, of each request.

    Something is `shown` after so many keys, and `right` after so many; typed into, a
    suggestion counts as one of `different`.
    """

    keys: int = 0
    shown: int = 0
    right: int = 0
    different: int = 0
    different_right: int = 0
    saved: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def git(directory: Path, *arguments: str) -> bytes:
    command = ["git", "--git-dir", str(directory), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def unpacked(directory: Path, commit: str, into: Path) -> None:
    """The tree of a commit, as files."""
    with tarfile.open(fileobj=io.BytesIO(git(directory, "archive", commit))) as tar:
        tar.extractall(into, filter="data")


def typings(directory: Path, at: str) -> Iterator[Typing]:
    """What the commits after `at` have put in, the oldest commit first."""
    languages = load()
    wanted = ("log", "--no-merges", "--reverse", "--format=%H", f"{at}..HEAD")
    for commit in git(directory, *wanted).decode().split():
        names = git(directory, "diff-tree", "-r", "--no-commit-id", "--name-only",
                    "--diff-filter=M", commit).decode("utf-8", "replace").splitlines()  # fmt: skip
        code = [each for each in names if family_of(languages.name_for_path(each) or "")]
        for path in code[:MOST_FILES]:
            before, after = (git(directory, "show", f"{c}:{path}") for c in (f"{commit}^", commit))
            put_in = [
                edit
                for edit in diff(Text(before), Text(after))
                if not len(edit.span) and (edit.new + before).isascii() and edit.new.strip()
            ]
            for edit in put_in[:MOST_PLACES]:
                yield lined(path, before, edit.span.start, edit.new)


def lined(path: str, before: bytes, at: int, new: bytes) -> Typing:
    """An insertion, moved to the start of its line where it says the same there."""
    while at and before[at - 1] != ord("\n") and before[at - 1] == new[-1]:
        at, new = at - 1, new[-1:] + new[:-1]
    if (not at or before[at - 1] == ord("\n")) and new.endswith(b"\n"):
        # The author opens a line first, and types into that.
        before = before[:at] + b"\n" + before[at:]
    return Typing(path, before, at, new[:MOST_TYPED].rstrip())


def errors(node: Node) -> int:
    waiting, found = [node], 0
    while waiting:
        each = waiting.pop()
        found += each.is_error or each.is_missing
        waiting += [child for child in each.children if child.has_error or child.is_missing]
    return found


def broken(language: Language, text: Text, suggestions: Sequence[Suggestion]) -> list[str]:
    """The suggestions with which there are more errors than without, by parses from scratch."""
    if not suggestions:
        return []
    parser = Parser(language.grammar)

    def count(data: bytes) -> int:
        return errors(parser.parse(data).root_node)

    before = count(text.data)
    return [
        each.text
        for each in suggestions
        if count(text.replaced(each.span, each.text.encode()).data) > before
    ]


async def ready(root: Path) -> Session:
    """A session on a folder whose index is complete and whose memory is loaded."""
    workspace = Workspace(folders=(Folder(uris.from_path(root.as_posix()), root.name),))
    front = CliFront(stderr_console(), quiet=True)
    session = Session(adapters(Settings()), workspace, front)
    workspace.sessions.append(session)
    publish_index(session)
    await indexing.complete(session)
    builtin.warm(session)
    shared = workspace.remembered
    assert shared is not None
    assert shared.task is not None
    await shared.task
    assert shared.memory is not None
    assert shared.memory.uris, "nothing is remembered"
    return session


async def replayed(session: Session, root: Path, work: Iterator[Typing], keys: int) -> Report:
    report = Report()
    for number, typing in enumerate(work):
        if report.keys >= keys:
            break
        language = session.adapters.languages.for_path(typing.path)
        if language is not None:
            uri = uris.from_path((root / typing.path).as_posix())
            documents.open_document(session, uri, language.name, 1, typing.before.decode())
            await typed(session, language, uri, typing, report)
            documents.close_document(session, uri)
        if number % 20 == 0:
            await asyncio.sleep(0)
    return report


async def typed(
    session: Session, language: Language, uri: str, typing: Typing, report: Report
) -> None:
    covered, going = 0, b""
    for at in range(len(typing.new)):
        place, text = typing.at + at, session.documents[uri].document.text
        change = ContentChange(
            range_at(text, Span(place, place), session.encoding), chr(typing.new[at])
        )
        documents.change_document(session, uri, at + 2, [change])
        text, place = session.documents[uri].document.text, place + 1
        began, clock = process_time(), session.adapters.clock
        request = InlineRequest(
            f"{report.keys}", uri, language.name, text, place, "automatic", clock.monotonic()
        )
        found = await requests.suggest(session, request)
        report.milliseconds.append(1000 * (process_time() - began))
        report.keys += 1
        for each in broken(language, text, found.suggestions):
            report.broken += 1
            report.examples.append(f"{typing.path}:{text.line_of(place) + 1}: {each!r}")
        first = next(iter(found.suggestions), None)
        if first is None:
            going = b""
            continue
        report.shown += 1
        ahead = typing.new[at + 1 :]
        new = first.text.encode()[place - first.span.start :]
        right = bool(new) and ahead.startswith(new)
        report.different += new != going
        report.different_right += right and new != going
        going = new[1:]
        if right:
            report.right += 1
            if at >= covered:  # what was put in before is not typed again
                report.saved += len(new)
                covered = at + 1 + len(new)


def figures(report: Report) -> dict[str, object]:
    """What is told of a replay."""
    cuts = quantiles(report.milliseconds, n=20)
    return asdict(report) | {
        "milliseconds": {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)},
        "share_right": round(report.different_right / max(1, report.different), 3),
        "saved_per_100": round(100 * report.saved / max(1, report.keys), 1),
    }


async def measured(directory: Path, at: str, keys: int, home: Path) -> dict[str, object]:
    """The figures of one history."""
    root = home / "tree"
    unpacked(directory, at, root)
    session = await ready(root)
    report = await replayed(session, root, typings(directory, at), keys)
    await value.close(session)
    await session.adapters.servers.close()
    return figures(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--git", type=Path, required=True)
    parser.add_argument("--at", required=True)
    parser.add_argument("--keys", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for kind in ("STATE", "CACHE", "CONFIG", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(home) / kind.lower())
        work = measured(options.git, options.at, options.keys, Path(home))
        found = asyncio.run(work)
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:14} {number}" for name, number in found.items()))


if __name__ == "__main__":
    main()
