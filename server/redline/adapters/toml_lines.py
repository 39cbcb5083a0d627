"""On which line of a TOML text each key stands; the standard parser does not say."""

from __future__ import annotations

import re

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_KEY})[ \t]*\]")
_ASSIGNMENT = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_PARTS = re.compile(_PART)
_TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*'''
    r"""|(?P<open>[\[{])|(?P<close>[\]}])|(?P<end>\n)|.""",
    re.DOTALL | re.VERBOSE,
)


def key_lines(text: str) -> dict[str, int]:
    """The 1-based line of each dotted key and table of `text`, which is valid TOML.

    The keys inside an inline table have none of their own.
    """
    lines: dict[str, int] = {}
    table = ""
    at, line = 0, 1
    while at < len(text):
        if header := _HEADER.match(text, at):
            table = _dotted(header[1])
            lines.setdefault(table, line)
        elif assignment := _ASSIGNMENT.match(text, at):
            key = _dotted(assignment[1])
            lines[f"{table}.{key}" if table else key] = line
        end = _statement_end(text, at)
        line += text.count("\n", at, end)
        at = end
    return lines


def line_of(lines: dict[str, int], key: str) -> int:
    """The line of `key`, or of the nearest table that holds it; 0 when there is none."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _statement_end(text: str, at: int) -> int:
    """Just after the line end at which the statement that starts at `at` is complete."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["end"] and depth <= 0:
            return token.end()
    return len(text)


def _dotted(key: str) -> str:
    parts = _PARTS.findall(key)
    return ".".join(part[1:-1] if part[0] in "\"'" else part for part in parts)
