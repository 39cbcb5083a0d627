"""The documentation written beside a definition, from its text."""

from __future__ import annotations

import re

from redline.core.index.model import Symbol
from redline.core.text.text import Span, Text

LOOK_BACK = 4000
LOOK_AHEAD = 8000

_STRING = re.compile(
    r"""\s*(?:\#[^\n]*\n\s*)*[rRuU]?(?:\"\"\"(.*?)\"\"\"|'''(.*?)'''|"([^"\n]*)"|'([^'\n]*)')""",
    re.DOTALL,
)
_BLOCK_COMMENT = re.compile(r"/\*\*?((?:(?!\*/).)*)\*/\s*$", re.DOTALL)
_LINE_COMMENTS = re.compile(r"((?:^[ \t]*(?://+!?|\#(?!!)|--+)[^\n]*\n)+)[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"^[ \t]*(?://+!?|#+|--+)")
_QUOTED = re.compile(
    r"""(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.S
)


def documentation(language: str, text: Text, symbol: Symbol) -> str:
    """The first paragraph of a symbol's docstring or of the comment above it, '' for none."""
    if language == "python" and symbol.kind in ("function", "method", "class"):
        return first_paragraph(_docstring(text, symbol))
    start = symbol.span.start
    before = text.slice(Span(max(0, start - LOOK_BACK), start)).decode("utf-8", "replace")
    block = _BLOCK_COMMENT.search(before)
    if block is not None:
        lines = [line.strip().removeprefix("*").strip() for line in block[1].splitlines()]
        return first_paragraph("\n".join(line for line in lines if not line.startswith("@")))
    comments = _LINE_COMMENTS.search(before.replace("\r\n", "\n"))
    if comments is None:
        return ""
    said = [_MARK.sub("", line).strip() for line in comments[1].splitlines()]
    return first_paragraph("\n".join(said))


def module_documentation(language: str, text: Text) -> str:
    """The first paragraph of a file's own docstring or of its first comment, '' for none."""
    head = text.data[:LOOK_AHEAD].decode("utf-8", "replace").lstrip("\ufeff").replace("\r\n", "\n")
    if language == "python":
        found = _STRING.match(head)
        return first_paragraph(_content(found)) if found else ""
    block = re.match(r"\s*/\*\*?((?:(?!\*/).)*)\*/", head, re.DOTALL)
    if block is None:
        return ""
    return first_paragraph("\n".join(line.strip(" \t*") for line in block[1].splitlines()))


def first_paragraph(source: str) -> str:
    """The text up to its first empty line, on one line."""
    lines: list[str] = []
    for line in source.strip().splitlines():
        if not line.strip():
            break
        lines.append(line.strip())
    return " ".join(lines)


def _docstring(text: Text, symbol: Symbol) -> str:
    end = min(symbol.span.end, symbol.name_span.end + LOOK_AHEAD)
    rest = text.slice(Span(symbol.name_span.end, max(end, symbol.name_span.end)))
    source = rest.decode("utf-8", "replace").replace("\r\n", "\n")
    found = _STRING.match(source, _after_header(source))
    return _content(found) if found else ""


def _content(found: re.Match[str]) -> str:
    return next((part for part in found.groups() if part is not None), "")


def _after_header(source: str) -> int:
    """Where the body starts: after the first `:` outside of brackets and strings."""
    depth = at = 0
    while at < len(source):
        letter = source[at]
        quoted = _QUOTED.match(source, at) if letter in "\"'" else None
        if quoted is not None:
            at = quoted.end()
            continue
        depth += (letter in "([{") - (letter in ")]}")
        if letter == ":" and depth == 0:
            return at + 1
        at += 1
    return len(source)
