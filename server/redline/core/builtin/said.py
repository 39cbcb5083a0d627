"""A request that matched a pattern of the grammar, and where it was made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from redline.core.agent.model import Goal
from redline.core.builtin import words
from redline.core.builtin.intent import Intent, Read


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one match, and the goal they came with."""

    goal: Goal
    found: re.Match[str]

    def of(self, name: str) -> str:
        """What the group matched, '' for nothing."""
        return words.group(self.found, name)

    def name(self, group: str = "old") -> str:
        """The symbol that is named, its parts joined by dots, as the index writes it."""
        return dotted(self.of(group))

    @property
    def names(self) -> str:
        """The symbols of a list, joined by commas, as the tools take them."""
        return ", ".join(map(dotted, words.listed(self.of("names"))))

    @property
    def new(self) -> str:
        """The new name as it was written."""
        return (self.of("quoted") or self.of("new")).strip()

    @property
    def cursor(self) -> int:
        """The 1-based line the goal came from, 0 for none."""
        return self.goal.lines[0] if self.goal.lines else 0

    @property
    def selected(self) -> bool:
        """Whether more than a cursor came with the goal."""
        span = self.goal.span
        return bool(span is not None and len(span))

    @property
    def range(self) -> tuple[int, int] | None:
        """The lines that are named, 1-based and inclusive."""
        if not self.of("first"):
            return None
        first = int(self.of("first"))
        last = int(self.of("last") or first)
        return min(first, last), max(first, last)

    @property
    def elsewhere(self) -> bool:
        """Whether another file is named than the one the goal came from."""
        return self.path not in ("", self.goal.path)

    @property
    def path(self) -> str:
        """The file that is named, '' for none."""
        return slashed(self.of("path"))

    def placed(self, intent: Intent, *, cursor: bool = False, line: int = 0) -> Intent:
        """`intent` with the place the request names, else the one the goal came from.

        `cursor` takes the goal's line too; `line` is one the request itself gave.
        """
        named = self.of("line") or self.of("path_line")
        line = int(named) if named else line
        if cursor and not line and not self.elsewhere:
            line = self.cursor
        again = bool(self.of("pronoun")) and not intent.name
        around = bool(self.of("around")) and not intent.name
        path = self.path or self.goal.path
        return replace(intent, path=path, line=line, again=again, around=around)

    def about(self, intent: Intent) -> Intent:
        """`intent`, which is about the symbol `old`, or about the one at the cursor for none."""
        intent = replace(intent, name=intent.name or self.name())
        return self.placed(intent, cursor=not intent.name)


Reader = Callable[[Said], Read | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What requests that match one of `patterns` mean; None for "something else after all".

    What has no word of `about` is not tried: patterns are large, and made when first needed.
    """

    patterns: tuple[str, ...]
    read: Reader
    about: str = ""


def first_of(rules: tuple[Rule, ...], goal: Goal, text: str) -> Read | None:
    """What the first rule that takes `text` makes of it; None when none does."""
    for rule in rules:
        if not re.search(rule.about, text, re.IGNORECASE):
            continue
        for found in words.matches(rule.patterns, text):
            read = rule.read(Said(goal, found))
            if read is not None:
                return read
    return None


def dotted(name: str) -> str:
    """A name with its parts joined by dots."""
    return re.sub(r"::|(?<=.)#", ".", name).removesuffix("()")


def slashed(path: str) -> str:
    """A path as the tools take it."""
    return path.strip().replace("\\", "/").removeprefix("./")
