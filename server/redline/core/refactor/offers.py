"""Which refactorings may be offered at a place, told by the text and the facts of one file alone.

An offer is cheap and may turn out to be refused: what it would do is worked out when it is
chosen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from redline.core.index import facts as facts_of
from redline.core.index.model import Facts, Symbol
from redline.core.text.text import Span, Text

Argument = str | int | bool | list[str]
Arguments = dict[str, Argument]
LONGEST = 2000
"""Of a longer selection it is not asked whether it is an expression."""
_WORD = re.compile(rb"[^\W\d]\w*")
_FORMATS = re.compile(rb"[\"'] *\.format\(|[\"'] % ")
_PATHS = re.compile(rb"\bos\.path\.\w+\(|\bos\.(?:mkdir|makedirs|remove|rename|stat|getcwd)\(")
_CONVERSIONS = (
    (_FORMATS, "f-strings", "Convert to f-strings"),
    (_PATHS, "pathlib", "Convert to pathlib"),
)
_FIXED = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop, ast.Load)


@dataclass(frozen=True, slots=True)
class Offer:
    """A refactoring as a tool call; `kind` is the kind of the code action."""

    title: str
    kind: str
    tool: str
    arguments: Mapping[str, Argument]


@dataclass(frozen=True, slots=True)
class Place:
    """Where offers are asked for. `elsewhere` tells whether other files name something."""

    uri: str
    path: str
    text: Text
    facts: Facts
    span: Span
    elsewhere: Callable[[str], bool]

    @property
    def line(self) -> int:
        """The 1-based line it begins on."""
        return self.text.line_of(self.span.start) + 1

    @property
    def last(self) -> int:
        """The 1-based line it ends on."""
        end = self.span.end - 1 if len(self.span) else self.span.end
        return self.text.line_of(max(self.span.start, end)) + 1

    @property
    def rows(self) -> bytes:
        """The lines it touches."""
        return self.text.slice(self.text.whole_lines(self.span))


def offers(place: Place) -> tuple[Offer, ...]:
    """What is offered at a place of a Python file, the nearest first."""
    if place.facts.language != "python":
        return ()
    every = (_extractions, _at_names, _conversions)
    return (*(offer for each in every for offer in each(place)), *_of_the_file(place))


def _extractions(place: Place) -> Iterator[Offer]:
    words = place.text.slice(place.span).strip()
    node = _expression(words)
    if node is None:
        return
    at: Arguments = {"path": place.path, "line": place.line, "expression": words.decode()}
    yield Offer("Extract variable", "refactor.extract.variable", "extract_variable", at)
    if all(isinstance(each, _FIXED) for each in ast.walk(node)):
        yield Offer("Extract constant", "refactor.extract.constant", "extract_constant", at)
    else:
        rows: Arguments = {"path": place.path, "start": place.line, "end": place.last}
        more: Arguments = {**rows, "expression": words.decode()}
        title = "Extract expression into a function"
        yield Offer(title, "refactor.extract.function", "extract_function", more)


def _expression(words: bytes) -> ast.expr | None:
    if not words or len(words) > LONGEST:
        return None
    try:
        node = ast.parse(b"(" + words + b"\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if isinstance(node, ast.Name | ast.Starred) else node


def _at_names(place: Place) -> Iterator[Offer]:
    """What can be done with the definition whose name the place is at."""
    symbol = _defined(place)
    if symbol is None:
        yield from _variable(place)
        return
    at: Arguments = {"name": symbol.name, "path": place.path, "line": place.line}
    if symbol.kind in ("function", "method", "variable", "constant"):
        yield Offer(f"Inline `{symbol.name}`", "refactor.inline", "inline", at)
    if symbol.kind == "class" and _member(place, symbol, "__init__"):
        to: Arguments = {"path": place.path, "to": "dataclass", "name": symbol.name}
        yield Offer("Convert to a dataclass", "refactor.rewrite", "convert", to)
    if symbol.kind in ("function", "method") and _ends_in_if(place.text, symbol):
        here: Arguments = {"path": place.path, "start": place.line, "end": place.line}
        early: Arguments = {**here, "to": "early-return"}
        yield Offer("Return early", "refactor.rewrite", "convert", early)
    if _unnamed(place, symbol):
        gone: Arguments = {"path": place.path, "name": _qualified(symbol)}
        title = f"Remove unused `{symbol.name}`"
        yield Offer(title, "refactor.rewrite", "remove_dead_code", gone)


def _defined(place: Place) -> Symbol | None:
    every = facts_of.symbols(place.uri, place.facts)
    return next((each for each in every if each.name_span.contains(place.span)), None)


def _variable(place: Place) -> Iterator[Offer]:
    """A name that a plain assignment begins with."""
    line = place.text.line_span(place.line - 1)
    row = place.text.line_bytes(place.line - 1)
    lead = len(row) - len(row.lstrip())
    name = _WORD.match(row, lead)
    if name is None or not re.match(rb"\s*(?::[^=]+)?=(?!=)", row[name.end() :]):
        return
    if Span(line.start + lead, line.start + name.end()).contains(place.span):
        word = name[0].decode("utf-8", "replace")
        at: Arguments = {"name": word, "path": place.path, "line": place.line}
        yield Offer(f"Inline `{word}`", "refactor.inline", "inline", at)


def _member(place: Place, symbol: Symbol, name: str) -> bool:
    named = facts_of.symbols_named(place.uri, place.facts, name)
    return any(each.container == _qualified(symbol) for each in named)


def _qualified(symbol: Symbol) -> str:
    return f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name


def _ends_in_if(text: Text, symbol: Symbol) -> bool:
    """Whether the last statement of a function looks like an `if`."""
    first, last = text.line_of(symbol.name_span.start), text.line_of(max(0, symbol.span.end - 1))
    head = text.line_bytes(first)
    outer = len(head) - len(head.lstrip())
    rows = [row for at in range(first + 1, last + 1) if (row := text.line_bytes(at)).strip()]
    depths = [len(row) - len(row.lstrip()) for row in rows]
    inner = min((depth for depth in depths if depth > outer), default=0)
    ends = [row.lstrip() for row, depth in zip(rows, depths, strict=True) if depth == inner]
    return bool(ends) and ends[-1].startswith((b"if ", b"if(", b"else:"))


def _unnamed(place: Place, symbol: Symbol) -> bool:
    """Whether nothing but its definition has the name, in the code of any file."""
    facts, name = place.facts, symbol.name
    if name.startswith("__") or place.elsewhere(name) or name not in facts.names:
        return False
    return facts.counts[facts.names.index(name)] <= facts.symbol_names.count(name)


def _conversions(place: Place) -> Iterator[Offer]:
    rows: Arguments = {"path": place.path, "start": place.line, "end": place.last}
    for shape, to, title in _CONVERSIONS:
        if shape.search(place.rows):
            yield Offer(title, "refactor.rewrite", "convert", {**rows, "to": to})


def _of_the_file(place: Place) -> Iterator[Offer]:
    if place.facts.import_names and not place.path.endswith("__init__.py"):
        to: Arguments = {"path": place.path, "to": "unused-imports"}
        title = "Remove unused imports"
        yield Offer(title, "source.removeUnusedImports.redline", "convert", to)
