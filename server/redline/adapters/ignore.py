"""`.gitignore` patterns, judged one path at a time while walking down.

A folder that is left out is never entered, so a path is matched as itself only, not by
way of its parents. That is git's own rule, and where a library that matches whole paths
goes wrong: with `*`, `!*/`, `!*.py` git keeps `src/a.py` and drops `src/a.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Ignore:
    """The patterns of one file. Neighbours of one sign are one expression, in order."""

    groups: tuple[tuple[bool, re.Pattern[str]], ...] = ()

    def judge(self, path: str) -> bool | None:
        """True: left out; False: kept by a negated pattern; None: not mentioned.

        `path` is relative to the patterns' folder, with `/`, and ends in `/` for a folder.
        """
        for out, pattern in reversed(self.groups):
            if pattern.fullmatch(path):
                return out
        return None


def parse_ignore(lines: Iterable[str]) -> Ignore:
    """Reads the patterns; comments, empty lines and patterns git cannot read mean nothing."""
    rules = [rule for line in lines if (rule := _rule(line))]
    return Ignore(
        tuple(
            (out, re.compile("|".join(text for _, text in group), re.DOTALL))
            for out, group in groupby(rules, key=lambda rule: rule[0])
        )
    )


def _rule(line: str) -> tuple[bool, str] | None:
    pattern = _trimmed(line)
    if not pattern or pattern.startswith("#"):
        return None
    out = not pattern.startswith("!")
    pattern = pattern[not out :]
    folders_only = pattern.endswith("/")
    pattern = pattern[: len(pattern) - folders_only]
    anchored = "/" in pattern
    pattern = pattern.removeprefix("/")
    body = _expression(pattern) if pattern else None
    if body is None:
        return None
    head = "" if anchored else "(?:.*/)?"
    return out, f"{head}{body}{'/' if folders_only else '/?'}"


def _trimmed(line: str) -> str:
    """Without the line end and without trailing spaces, unless one is escaped."""
    text = line.rstrip("\r\n")
    bare = text.rstrip(" ")
    slashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if slashes % 2 and len(bare) < len(text) else bare


_TOKEN = re.compile(
    r"(?P<lead>\A(?:\*\*/)+)|(?P<middle>(?:/\*\*)+(?=/))|(?P<trail>/\*\*\Z)|(?P<star>\*+)|(?P<any>\?)"
    r"|(?P<set>\[[!^]?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\])|\\(?P<escaped>.)|(?P<other>.)",
    re.DOTALL,
)
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


def _expression(pattern: str) -> str | None:
    """The pattern as a regular expression; None where it can match nothing."""
    parts: list[str] = []
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup:
            case "lead":
                parts.append("(?:.*/)?")
            case "middle":
                parts.append("(?:/.*)?")
            case "trail":
                parts.append("/.+")
            case "star":
                parts.append("[^/]*")
            case "any":
                parts.append("[^/]")
            case "set":
                parts.append(_set(token["set"]))
            case "escaped":
                parts.append(re.escape(token["escaped"]))
            case _ if token["other"] in "[\\":
                return None  # a bracket never closed, or a backslash at the end
            case _:
                parts.append(re.escape(token["other"]))
    text = "".join(parts)
    try:
        re.compile(text)
    except re.error:  # a range such as [z-a]
        return None
    return text


def _set(token: str) -> str:
    body = token[1:-1]
    negated = body[:1] in ("!", "^")
    body = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found[1], ""), body[negated:])
    body = re.sub(r"(?<!\\)([\[\]^&~|])", r"\\\1", body)
    return f"(?!/)[{'^' if negated else ''}{body}]"
