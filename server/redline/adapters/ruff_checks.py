"""Lint by ruff, which reads a project's rules and runs none of its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from redline.adapters import processes
from redline.core.checks.delta import Problem
from redline.core.problems import ToolProblem
from redline.core.text.text import Text

SECONDS = 30.0
UNDEFINED = ("F821", "F822", "F823")
"""Names that nothing defines."""


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

    async def _checked(
        self, path: str, text: Text, more: Sequence[str]
    ) -> tuple[Problem, ...] | ToolProblem:
        ruff = processes.find("ruff")
        if ruff is None:
            return ToolProblem("ruff is not installed; pip install ruff", unavailable=True)
        argv = [ruff, "check", "--no-cache", "--no-fix", "--output-format", "json", *more]
        cwd = next(parent for parent in Path(path).parents if parent.is_dir())
        done = await processes.run([*argv, "--stdin-filename", path, "-"], cwd, text.data, SECONDS)
        if isinstance(done, ToolProblem):
            return done
        if done.code not in (0, 1):
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            return ToolProblem(f"ruff: {said}", unavailable=True)
        try:
            found = _decode(done.stdout or b"[]")
        except msgspec.MsgspecError as error:
            return ToolProblem(f"ruff answered what cannot be read: {error}", unavailable=True)
        # What does not parse is another check's business.
        return tuple(_problem(path, text, each) for each in found if each.code)


def _problem(path: str, text: Text, found: _Message) -> Problem:
    line = found.location.row
    there = text.line_bytes(line - 1) if 1 <= line <= text.line_count else b""
    said = there.decode("utf-8", "replace")
    return Problem(path, line, found.code or "", found.message, said)
