"""Ruff's fixes of some rows of a text, each whole or not at all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from redline.adapters.processes import Finished, find, run
from redline.core.problems import ToolProblem
from redline.core.refactor.convert.rules import Conversion, keeps_comments
from redline.core.text.edits import Edit, EditError, apply, ordered
from redline.core.text.positions import Encoding, Position, PositionError, offset_at
from redline.core.text.text import Span, Text

_ROUNDS = 20
"""So often what one fix has made is looked at again."""
_OPTIONS = (
    "check",
    "--no-fix",  # the project's settings may say otherwise
    "--no-cache",
    "--quiet",
    "--exit-zero",
    "--output-format=json",
)


class _Place(msgspec.Struct):
    row: int
    column: int


class _Edit(msgspec.Struct):
    content: str
    location: _Place
    end_location: _Place


class _Fix(msgspec.Struct):
    applicability: str
    edits: list[_Edit]


class _Found(msgspec.Struct):
    location: _Place
    code: str | None = None
    fix: _Fix | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """What is to be converted on rows of a text. `path` is absolute; it need not exist."""

    path: str
    what: Conversion
    risky: bool
    seconds: float


async def converted(asked: Rows, text: Text, rows: tuple[int, int]) -> Text | ToolProblem:
    """`text` with the fixes of what begins on `rows` (1-based, inclusive).

    A fix that would lose a comment is not made.
    """
    refused: set[tuple[Edit, ...]] = set()
    for _ in range(_ROUNDS):
        found = await _found(asked, text)
        if isinstance(found, ToolProblem):
            return found
        fixes = (_edits(text, each) for each in found if rows[0] <= each.location.row <= rows[1])
        fix = next((each for each in fixes if each and each not in refused), None)
        if fix is None:
            return text
        after = Text(apply(text.data, fix))
        if await asyncio.to_thread(keeps_comments, text, after):
            above = [e for e in fix if text.line_of(e.span.start) + 1 < rows[0]]
            grown = after.line_count - text.line_count
            before = sum(e.new.count(b"\n") - text.slice(e.span).count(b"\n") for e in above)
            text, rows = after, (rows[0] + before, rows[1] + grown)
            refused.clear()
        else:
            refused.add(fix)
    return text


async def _found(asked: Rows, text: Text) -> list[_Found] | ToolProblem:
    program = find("ruff")
    if program is None:
        return ToolProblem("ruff was not found: install it with `pip install ruff`")
    file = Path(asked.path)
    trusted = (*asked.what.checked, *(asked.what.risky if asked.risky else ()))
    options = [
        f"--select={','.join((*asked.what.safe, *trusted))}",
        f"--config=lint.extend-safe-fixes={json.dumps(trusted)}",
        *(("--preview",) if asked.risky else ()),
    ]
    argv = (program, *_OPTIONS, *options, f"--stdin-filename={asked.path}", "-")
    cwd = next(parent for parent in file.parents if parent.is_dir())
    result = await run(argv, cwd, text.data, asked.seconds)
    return _read(result) if isinstance(result, Finished) else result


def _read(result: Finished) -> list[_Found] | ToolProblem:
    try:
        found = msgspec.json.decode(result.stdout or b"[]", type=list[_Found])
    except msgspec.MsgspecError:
        report = result.stderr.decode("utf-8", "replace").strip()
        return ToolProblem(f"ruff failed: {report or f'code {result.code}'}")
    broken = next((each for each in found if each.code in (None, "invalid-syntax")), None)
    if broken is not None:
        return ToolProblem(f"line {broken.location.row} does not parse")
    return found


def _edits(text: Text, found: _Found) -> tuple[Edit, ...]:
    """The edits of a fix; () for none that is safe."""
    if found.fix is None or found.fix.applicability != "safe":
        return ()
    try:
        edits = [
            Edit(Span(_offset(text, e.location), _offset(text, e.end_location)), e.content.encode())
            for e in found.fix.edits
        ]
        return ordered(edits, len(text))
    except (EditError, PositionError):
        return ()


def _offset(text: Text, place: _Place) -> int:
    """Rows and columns count from 1, columns in characters."""
    return offset_at(text, Position(place.row - 1, place.column - 1), Encoding.UTF32)
