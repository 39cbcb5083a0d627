"""Lint by ruff, which reads a project's rules and runs none of its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from redline.adapters import processes
from redline.core.checks.delta import Problem
from redline.core.problems import ToolProblem
from redline.core.text.text import Text

SECONDS = 30.0
UNDEFINED = ("F821", "F822", "F823")
"""Names that nothing defines."""
UNFORMATTED = "would be formatted otherwise"


class _Place(msgspec.Struct):
    row: int


class _Message(msgspec.Struct):
    code: str | None
    message: str
    location: _Place


_decode = msgspec.json.Decoder(list[_Message]).decode


@dataclass(frozen=True, slots=True)
class RuffChecks:
    """The port `Linter`."""

    async def undefined(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """The names in `text` that nothing defines, whatever the project's own rules are."""
        rules = ("--isolated", "--select", ",".join(UNDEFINED))
        return await self._checked(path, text, rules)

    async def problems(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """What the other rules of the project of `path` find in `text`."""
        rules = ("--force-exclude", "--extend-ignore", ",".join(UNDEFINED))
        return await self._checked(path, text, rules)

    async def unformatted(self, path: str, text: Text) -> tuple[Problem, ...] | ToolProblem:
        """The lines that `ruff format` would write otherwise, the first of each place."""
        done = await _ruff(("format", "--no-cache", "--force-exclude"), path, text)
        if isinstance(done, ToolProblem):
            return done
        if done.code:
            return ToolProblem(_complaint(done), unavailable=True)
        now, wanted = text.data.splitlines(keepends=True), done.stdout.splitlines(keepends=True)
        steps = SequenceMatcher(None, now, wanted, autojunk=False).get_opcodes()
        lines = [first + 1 for step, first, *_ in steps if step != "equal"]
        return tuple(_told(path, text, line, "", UNFORMATTED) for line in lines)

    async def _checked(
        self, path: str, text: Text, more: Sequence[str]
    ) -> tuple[Problem, ...] | ToolProblem:
        argv = ("check", "--no-cache", "--no-fix", "--output-format", "json", *more)
        done = await _ruff(argv, path, text)
        if isinstance(done, ToolProblem):
            return done
        if done.code not in (0, 1):
            return ToolProblem(_complaint(done), unavailable=True)
        try:
            found = _decode(done.stdout or b"[]")
        except msgspec.MsgspecError as error:
            return ToolProblem(f"ruff answered what cannot be read: {error}", unavailable=True)
        # What does not parse is another check's business.
        return tuple(_problem(path, text, each) for each in found if each.code)


async def _ruff(argv: Sequence[str], path: str, text: Text) -> processes.Finished | ToolProblem:
    ruff = processes.find("ruff")
    if ruff is None:
        return ToolProblem("ruff is not installed; pip install ruff", unavailable=True)
    cwd = next(parent for parent in Path(path).parents if parent.is_dir())
    return await processes.run(
        [ruff, *argv, "--stdin-filename", path, "-"], cwd, text.data, SECONDS
    )


def _complaint(done: processes.Finished) -> str:
    return "ruff: " + done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]


def _problem(path: str, text: Text, found: _Message) -> Problem:
    return _told(path, text, found.location.row, found.code or "", found.message)


def _told(path: str, text: Text, line: int, code: str, message: str) -> Problem:
    there = text.line_bytes(line - 1) if 1 <= line <= text.line_count else b""
    return Problem(path, line, code, message, there.decode("utf-8", "replace"))
