"""Organises Python imports with ruff, which parses the text and executes nothing."""

from __future__ import annotations

import re
from pathlib import Path

from redline.adapters.processes import Finished, find, run
from redline.core.problems import ToolProblem
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
        program = find(_PROGRAM)
        if program is None:
            return ToolProblem("ruff was not found: install it with `pip install ruff`")
        file = Path(path)
        if not file.is_absolute():
            return ToolProblem(f"{path} is not an absolute path")
        rules = "I" if file.stem == "__init__" else "I,F401"
        argv = (program, *_OPTIONS, f"--select={rules}", f"--stdin-filename={path}", "-")
        cwd = next(parent for parent in file.parents if parent.is_dir())
        result = await run(argv, cwd, text.data, self._seconds)
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
