"""Says phrases to a real session on a small project, and tells what came of each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import casework
from casefile import read
from redline.app import documents, indexing, runs
from redline.app.driver import Run
from redline.app.review import acceptance
from redline.app.runs import Asked, Refused
from redline.app.session import Session
from redline.core.text.text import Span

PROJECT = Path(__file__).parent / "phrases_project.txt"
_PLACE = re.compile(
    r"\[(?P<path>[\w/.]+)(?:\s+(?P<mark>[@<]|\d+-\d+)(?:\s(?P<words>[^\]]*))?)?\]\s*"
)
_MODEL = re.compile(r" It can rename, .*$|; for more, set .*?`\.", re.DOTALL)
HEAD = """\
# Phrases

What the builtin model makes of everyday requests. Each was said to a real session on the
project in `tests/builtin/phrases_project.txt`; what came of it stands here as it came, and
`pytest tests/builtin --update` writes this page anew. **done**: a proposal, with the number
of hunks in each file. **asked**: a question, with its options behind bars; where the
table has the answer (**→**), with what came of that. **refused**: nothing is done, with the
reason; where no tool is meant for it, the reason goes on to say what the builtin model can do,
and how to configure another.

`@` stands before the words at the cursor, `<` before the selection, numbers for selected lines.
"""


@dataclass(frozen=True)
class Row:
    """One phrase; `place` is where it is said, as in the file, `heading` the family."""

    heading: str
    place: str
    request: str
    answers: tuple[str, ...]
    outcome: str
    what: str


def rows(text: str) -> list[Row]:
    found, heading, place = [], "", ""
    for line in text.splitlines():
        if line.startswith("-- "):
            heading = line.strip("- ")
        elif line and not line.startswith("#"):
            said, *came = re.split(r" +\| ", line, maxsplit=2)
            words, *answers = said.strip().split(" => ")
            mark = _PLACE.match(words)
            place = mark[0].strip() if mark else place
            came = [*came, "", ""]
            request = words[mark.end() :] if mark else words
            found.append(Row(heading, place, request, tuple(answers), came[0], came[1]))
    return found


def written(text: str, came: Sequence[tuple[str, str]]) -> str:
    """The file with what came of its rows."""
    left, lines = list(came), []
    for line in text.splitlines():
        if line and not line.startswith(("#", "--")):
            words = re.split(r" +\| ", line, maxsplit=1)[0].rstrip()
            lines.append(f"{words:<60} | {' | '.join(left.pop(0))}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def page(every: Sequence[Row]) -> str:
    """The table for people."""
    parts, heading, place = [HEAD], "", ""
    for row in every:
        if row.heading != heading:
            parts.append(
                f"\n## {row.heading}\n\n| where | request | outcome | what |\n|---|---|---|---|\n"
            )
            heading, place = row.heading, ""
        where = f"`{row.place.strip('[]')}`" if row.place != place else ""
        place = row.place
        answers = "".join(f" **→** {each}" for each in row.answers)
        cells = (where, f"{row.request}{answers}", row.outcome, row.what)
        parts.append(f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |\n")
    return "".join(parts)


def said(every: Sequence[Row], root: Path) -> list[tuple[str, str]]:
    """The outcome of each phrase, and what came of it."""
    return asyncio.run(_said(every, root))


async def _said(every: Sequence[Row], root: Path) -> list[tuple[str, str]]:
    case = read(PROJECT)
    casework._written(case, root)
    front = casework.Front([])
    session = casework._session(case, root, front)
    await indexing.complete(session)
    try:
        return [await _one(session, front, row, root) for row in every]
    finally:
        await runs.close(session)
        await session.adapters.servers.close()


async def _one(session: Session, front: casework.Front, row: Row, root: Path) -> tuple[str, str]:
    front.answers, front.asked_, front.live, front.answer = [*row.answers], [], None, None
    asked = _asked(row, root)
    text = Path(root, asked[0]).read_text("utf-8")
    uri = casework._uri(root, asked[0])
    documents.open_document(session, uri, "python", 1, text)
    documents.settle(session, uri)
    goal = runs.goal_of(session, Asked("refactor", row.request, uri, asked[1]))
    assert not isinstance(goal, Refused), goal
    run = runs.begin(session, goal)
    assert isinstance(run, Run), run
    await run.finished.wait()
    documents.close_document(session, uri)
    if front.live is not None:
        acceptance.reject(session, front.live.proposal.id, None)
    return _came(session, front, run)


def _asked(row: Row, root: Path) -> tuple[str, Span | None]:
    """The file and the bytes that are meant by the place of a row."""
    mark = _PLACE.fullmatch(row.place)
    assert mark is not None, row.place
    data = Path(root, mark["path"]).read_bytes()
    kind, words = mark["mark"], (mark["words"] or "").encode()
    if not kind:
        return mark["path"], None
    if kind in "@<":
        assert words in data, row.place
        at = data.index(words)
        return mark["path"], Span(at, at + (len(words) if kind == "<" else 0))
    first, last = map(int, kind.split("-"))
    lines = data.splitlines(keepends=True)
    start = len(b"".join(lines[: first - 1]))
    return mark["path"], Span(start, len(b"".join(lines[:last])))


def _came(session: Session, front: casework.Front, run: Run) -> tuple[str, str]:
    state = run.state
    asked = f"“{front.asked_[0]}” " if front.asked_ else ""
    if state.outcome == "proposed" and front.live is not None:
        proposal = front.live.proposal
        sizes: dict[str, int] = {}
        for hunk in proposal.hunks:
            path = casework.uris.relative(session.snapshot.folders, hunk.uri) or ""
            sizes[path] = sizes.get(path, 0) + 1
        files = ", ".join(f"{path} {count}" for path, count in sorted(sizes.items()))
        return "asked, then done" if asked else "done", f"{asked}{proposal.title}: {files}"
    if state.outcome == "answered" and front.answer is not None:
        lines = _MODEL.sub(".", front.answer.markdown).splitlines()
        kept = [line.strip() for line in lines if line.strip("` ") and line != "```python"]
        return "answered", " / ".join(kept[:3])
    if state.outcome == "cancelled":
        return "asked", asked.strip()
    reason = " ".join(_MODEL.sub("", state.reason).split())
    outcome = "asked, then refused" if asked else "refused"
    return outcome, f"{asked}{reason}"
