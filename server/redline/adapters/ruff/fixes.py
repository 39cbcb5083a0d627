"""Ruff on one text: imports in order, and fixes by rule. It parses and executes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from redline.adapters.processes import Finished, find, run
from redline.adapters.ruff.rows import Rows, converted
from redline.core.problems import ToolProblem
from redline.core.refactor.convert.rules import Conversion, keeps_comments
from redline.core.text.text import Text

TIMEOUT = 30.0
_PROGRAM = "ruff"
_OPTIONS = (
    "check",
    "--fix",
    "--no-unsafe-fixes",  # the project's settings may say otherwise
    "--no-cache",  # a cache would be a folder in the workspace
    "--quiet",
    "--exit-zero",
    "--output-format=concise",
)
_SYNTAX = re.compile(r":(\d+):(\d+): invalid-syntax: (?!Cannot use )(.*)")
_CAUSE = re.compile(r"^\s*Cause: (.*)$", re.MULTILINE)


class RuffImports:
    """The port `ImportOrganiser`. The project's own settings decide sections and order."""

    def __init__(self, seconds: float = TIMEOUT) -> None:
        self._seconds = seconds

    async def organise(self, path: str, text: Text) -> Text | ToolProblem:
        """`text` with its imports sorted and unused ones removed.

        `path` is the file's absolute path; it need not exist. In an `__init__.py` nothing
        is removed: what looks unused there is what the package offers. Line ends and a
        byte order mark stay. A text that does not parse is a problem with its line.
        """
        rules = "I" if Path(path).stem == "__init__" else "I,F401"
        return await _fixed(path, text, (f"--select={rules}",), self._seconds)


class RuffFixes:
    """Fixes by rule. The project's own settings say which Python they are for."""

    def __init__(self, seconds: float = TIMEOUT) -> None:
        self._seconds = seconds

    async def converted(
        self, path: str, text: Text, what: Conversion, risky: bool = False
    ) -> Text | ToolProblem:
        """`text` with the fixes of `what`; with `risky`, those too that may change what it does.

        `path` is the file's absolute path; it need not exist. In an `__init__.py` no import
        is removed. Fixes that would lose a comment are not made.
        """
        rules = _left(what.safe, path)
        after: Text | ToolProblem = text
        if rules:
            after = await _fixed(path, text, (f"--select={','.join(rules)}",), self._seconds)
        trusted = (*what.checked, *(what.risky if risky else ()))
        if isinstance(after, ToolProblem) or not trusted:
            return after
        options = [
            # What one rule has made, another goes on with.
            f"--select={','.join((*rules, *trusted))}",
            f"--config=lint.extend-safe-fixes={json.dumps(trusted)}",
            *(("--preview",) if risky else ()),
        ]
        more = await _fixed(path, after, options, self._seconds)
        if isinstance(more, ToolProblem) or keeps_comments(text, more):
            return more
        return after

    async def converted_rows(
        self, path: str, text: Text, what: Conversion, rows: tuple[int, int], risky: bool = False
    ) -> Text | ToolProblem:
        """As `converted`, of what begins on `rows` (1-based, inclusive) of the text."""
        if not Path(path).is_absolute():
            return ToolProblem(f"{path} is not an absolute path")
        kept = replace(what, safe=tuple(_left(what.safe, path)))
        return await converted(Rows(path, kept, risky, self._seconds), text, rows)


def _left(rules: Sequence[str], path: str) -> list[str]:
    """`rules` without the one that would take away what a package offers."""
    return [each for each in rules if each != "F401" or Path(path).stem != "__init__"]


async def _fixed(
    path: str, text: Text, options: Sequence[str], seconds: float
) -> Text | ToolProblem:
    program = find(_PROGRAM)
    if program is None:
        return ToolProblem("ruff was not found: install it with `pip install ruff`")
    file = Path(path)
    if not file.is_absolute():
        return ToolProblem(f"{path} is not an absolute path")
    argv = (program, *_OPTIONS, *options, f"--stdin-filename={path}", "-")
    cwd = next(parent for parent in file.parents if parent.is_dir())
    result = await run(argv, cwd, text.data, seconds)
    return _text(result, file.name, text) if isinstance(result, Finished) else result


def _text(result: Finished, name: str, before: Text) -> Text | ToolProblem:
    report = result.stderr.decode("utf-8", "replace")
    if result.code != 0:
        # The last cause may be several lines; what it is about is in the first ones.
        causes = "; ".join(_CAUSE.findall(report)) or report.strip() or f"code {result.code}"
        return ToolProblem(f"ruff failed: {causes}")
    broken = _SYNTAX.search(report)
    if broken is not None and result.stdout == before.data:
        line, column, reason = broken.groups()
        return ToolProblem(f"{name}:{line}:{column} does not parse: {reason}")
    if before.data and not result.stdout:
        return _emptied(before)
    return Text(result.stdout)


def _emptied(before: Text) -> Text | ToolProblem:
    """An empty answer is right for a file of unused imports, and suspicious for others."""
    lines = before.data.split()
    if lines and lines[0] in (b"import", b"from"):
        return Text(b"")
    return ToolProblem("ruff gave no text back")
