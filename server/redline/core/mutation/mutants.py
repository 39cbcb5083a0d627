"""Mutants: copies of a function with one thing broken, by the query of its language.

What is made depends on the text alone, so that the same tests are always put to the same
proof. A mutant that would not parse is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest

import tree_sitter
from tree_sitter import Node, QueryCursor

from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.refactor.syntax import new_errors
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

MOST = 8
"""So many mutants are tried for one proposal."""
BODY = frozenset({"body", "empty body"})
"""Kinds that take away a whole function; tests that do not notice have not called it."""
_RAISES = frozenset({"raise_statement", "throw_statement"})
"""What an error says is seldom asserted: it stays as it is."""
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Target:
    """A function that tests are for: `span` covers its definition."""

    uri: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken version: the edit that makes it, and its line (1-based) before and after."""

    target: Target
    kind: str
    edit: Edit
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"line {self.line} of {self.target.name}:\n  - {self.before}\n  + {self.after}"


def able(language: Language | None) -> bool:
    """Whether there are mutants in a language."""
    return language is not None and bool(language.mutations)


def bodies(language: Language, text: Text, target: Target) -> Iterator[Mutant]:
    """The mutants that take the target's whole body, the one that raises first."""
    return (each for each in _made(language, text, target) if each.kind in BODY)


def inner(language: Language, text: Text, target: Target) -> Iterator[Mutant]:
    """The mutants that break one thing: each kind once, the most telling first, then again."""
    by_kind: dict[str, list[Mutant]] = {}
    for each in _made(language, text, target):
        if each.kind not in BODY:
            by_kind.setdefault(each.kind, []).append(each)
    for layer in zip_longest(*by_kind.values()):
        yield from (each for each in layer if each is not None)


def spread(groups: Sequence[Iterator[Mutant]], most: int) -> tuple[Mutant, ...]:
    """At most `most` mutants, taken from the groups in turn."""
    rows = zip_longest(*(islice(group, most) for group in groups))
    return tuple(islice((each for row in rows for each in row if each is not None), most))


def applied(text: Text, mutant: Mutant) -> Text:
    """The text with the mutant in it."""
    return Text(edits.apply(text.data, (mutant.edit,)))


def _made(language: Language, text: Text, target: Target) -> Iterator[Mutant]:
    """Every mutant in the target that parses, kinds in the order the query mentions them."""
    if not language.mutations:
        return
    query = _query(language.grammar, language.mutations)
    settings = [query.pattern_settings(at) for at in range(query.pattern_count)]
    ranks = {kind: at for at, kind in enumerate(dict.fromkeys(each["kind"] for each in settings))}
    cursor = QueryCursor(query)
    cursor.set_byte_range(target.span.start, target.span.end)
    found: list[tuple[int, int, int, Edit, str]] = []
    for pattern, captured in cursor.matches(parse(language, text).root_node):
        setting = settings[pattern]
        kind, shape = setting["kind"] or "", setting["new"] or ""
        for node in captured["mutant"]:
            span = Span(node.start_byte, node.end_byte)
            if target.span.contains(span) and not _raised(node):
                edit = Edit(span, _filled(shape, captured, text))
                found.append((ranks[kind], span.start, span.end, edit, kind))
    outermost = min((start for _, start, _, _, kind in found if kind == "body"), default=0)
    seen: set[Edit] = set()
    for _, start, _, edit, kind in sorted(found, key=lambda each: each[:3]):
        if edit in seen or (kind in BODY and start != outermost):
            continue
        seen.add(edit)
        after = Text(edits.apply(text.data, (edit,)))
        if after.data != text.data and not new_errors(language, text, after):
            yield _told(text, after, target, kind, edit)


def _raised(node: Node) -> bool:
    """Whether a node is a part of what is raised."""
    parent = node.parent
    while parent is not None and not parent.type.endswith(("block", "body", "definition")):
        if parent.type in _RAISES:
            return True
        parent = parent.parent
    return False


def _filled(shape: str, captured: dict[str, list[Node]], text: Text) -> bytes:
    """The new text: `{name}` in the shape stands for what was captured by that name."""
    new = shape.encode()
    for name, nodes in captured.items():
        old = text.data[nodes[0].start_byte : nodes[0].end_byte]
        new = new.replace(b"{%s}" % name.encode(), old)
    return new


def _told(text: Text, after: Text, target: Target, kind: str, edit: Edit) -> Mutant:
    row = text.line_of(edit.span.start)
    there = after.line_of(edit.span.start)
    return Mutant(target, kind, edit, row + 1, _line(text, row), _line(after, there))


def _line(text: Text, row: int) -> str:
    return text.line_bytes(row).decode("utf-8", "replace").strip()[:_SHOWN]


@lru_cache(maxsize=32)
def _query(grammar: tree_sitter.Language, source: str) -> tree_sitter.Query:
    return tree_sitter.Query(grammar, source)
