"""What the index and the text say of a symbol or a file, as Markdown. Nothing is guessed:
uses are counted by name, and the text says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from redline.core.index import facts as read
from redline.core.index import query
from redline.core.index.documentation import documentation, module_documentation
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.query import SymbolTree, qualified_name
from redline.core.index.uses import uses_in
from redline.core.text.text import Text

MAX_FILES = 8
MAX_CALLERS = 3
MAX_USES = 15
MAX_NAMES = 80
MAX_MEMBERS = 40
COMMON = 400
"""A name that stands in more files than this tells nothing about what it means."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How the workspace is read: `path_of` names a uri for people, `text_of` gives its text."""

    index: Index
    path_of: Callable[[str], str]
    text_of: Callable[[str], Text | None]


def explain(reader: Reader, uri: str, name: str = "", line: int = 0) -> str:
    """About the symbol `name`, sought in `uri` first ('' for no file); or about what encloses
    the 1-based `line` of `uri`; or about the whole file.
    """
    if name:
        body = _by_name(reader, uri, name)
    else:
        symbol = _at_line(reader, uri, line) if line else None
        body = _symbol(reader, symbol) if symbol is not None else _file(reader, uri)
    if not reader.index.complete:
        body += "\n\n*The index is still being built: there may be more uses than are listed.*"
    return body


def _by_name(reader: Reader, uri: str, name: str) -> str:
    found = query.symbols_named(reader.index, name)
    here = [symbol for symbol in found if symbol.uri == uri]
    chosen = here or list(found)
    # Several definitions of one qualified name in one file (overloads, branches) are one thing.
    distinct = {(symbol.uri, qualified_name(symbol)): symbol for symbol in reversed(chosen)}
    if len(distinct) == 1:
        return _symbol(reader, next(iter(distinct.values())))
    if distinct:
        rows = [f"- {_link(reader, symbol)}" for symbol in reversed(distinct.values())]
        return f"`{name}` is defined in {len(distinct)} places:\n\n" + "\n".join(rows)
    uses = query.references_named(reader.index, name, reader.text_of)
    if uses:
        rows = _by_file(reader, uses)
        head = f"`{name}` is not defined in the workspace; it is used in {_places(uses)}:"
        return "\n".join([head, "", *rows])
    return f"Nothing called `{name}` is defined or used in the workspace."


def _at_line(reader: Reader, uri: str, line: int) -> Symbol | None:
    """The innermost symbol around a line, or the one the line itself begins."""
    facts, text = reader.index.facts(uri), reader.text_of(uri)
    if facts is None or text is None or not 1 <= line <= text.line_count:
        return None
    span = text.line_span(line - 1)
    indent = len(text.slice(span)) - len(text.slice(span).lstrip())
    row = read.symbol_at(facts, min(span.start + indent, max(span.start, span.end - 1)))
    return read.symbol(uri, facts, row) if row >= 0 else None


def _symbol(reader: Reader, symbol: Symbol) -> str:
    text, facts = reader.text_of(symbol.uri), reader.index.facts(symbol.uri)
    language = facts.language if facts else ""
    parts = [f"### `{qualified_name(symbol)}`", _standing(reader, symbol)]
    if symbol.signature:
        parts.append(f"```{language}\n{symbol.signature}\n```")
    said = documentation(language, text, symbol) if text is not None else ""
    parts.append(said or "It has no documentation.")
    parts.append(_used(reader, symbol))
    if facts is not None:
        parts += [part for part in (_uses(reader, symbol, facts), _members(reader, symbol)) if part]
    return "\n\n".join(parts)


def _standing(reader: Reader, symbol: Symbol) -> str:
    """Kind, place and size in one line."""
    text = reader.text_of(symbol.uri)
    size = ""
    if text is not None and symbol.span.end <= len(text):
        last = max(symbol.span.start, symbol.span.end - 1)
        lines = text.line_of(last) - text.line_of(symbol.span.start) + 1
        size = f", {_count(lines, 'line')}"
    inside = f" in `{symbol.container}`" if symbol.container else ""
    return f"{symbol.kind.capitalize()}{inside}, {_place(reader, symbol)}{size}."


def _used(reader: Reader, symbol: Symbol) -> str:
    own = symbol.span
    uses = [
        each
        for each in query.references_named(reader.index, symbol.name, reader.text_of)
        if each.uri != symbol.uri or not own.contains(each.span)
    ]
    if not uses:
        return "No use of the name was found outside of it."
    same = len({(each.uri, each.container) for each in _definitions(reader, symbol.name)})
    note = f" ({same} symbols share this name, and uses are counted by name)" if same > 1 else ""
    return "\n".join([f"**Used** in {_places(uses)}{note}:", "", *_by_file(reader, uses)])


def _by_file(reader: Reader, uses: Sequence[Reference]) -> list[str]:
    """A line for each file with the most uses: how many, and where most of them sit."""
    files = Counter(each.uri for each in uses)
    ranked = sorted(files.items(), key=lambda item: (-item[1], item[0]))
    rows: list[str] = []
    for uri, count in ranked[:MAX_FILES]:
        inside = [each for each in uses if each.uri == uri]
        callers = Counter(each.within for each in inside if each.within)
        top = sorted(callers.items(), key=lambda item: (-item[1], item[0]))[:MAX_CALLERS]
        where = ", ".join(f"`{name}`" for name, _ in top)
        rest = ", ..." if len(callers) > MAX_CALLERS else ""
        first = _line(reader, uri, inside[0].span.start)
        rows.append(f"- `{reader.path_of(uri)}{first}`: {count}" + f" in {where}{rest}" * bool(top))
    if len(ranked) > MAX_FILES:
        rows.append(f"- and {_count(len(ranked) - MAX_FILES, 'more file')}")
    return rows


def _uses(reader: Reader, symbol: Symbol, facts: Facts) -> str:
    """What stands in its text and is defined in the workspace, nearest definition first."""
    text = reader.text_of(symbol.uri)
    inside = uses_in(symbol.uri, facts, text, symbol.span) if text is not None else ()
    names = dict.fromkeys(each.name for each in inside if each.name != symbol.name)
    rows: list[str] = []
    for name in list(names)[:MAX_NAMES]:
        found = [
            each
            for each in _definitions(reader, name)
            if each.uri != symbol.uri or not symbol.span.contains(each.span)
        ]
        here = [each for each in found if each.uri == symbol.uri]
        if len(here or found) == 1:
            rows.append(f"- {_link(reader, (here or found)[0])}")
        elif here or found:
            rows.append(f"- `{name}`: one of {len(here or found)} by that name")
    if not rows:
        return ""
    more = [f"- and {len(rows) - MAX_USES} more"] if len(rows) > MAX_USES else []
    return "\n".join(["**Uses** from the workspace:", "", *rows[:MAX_USES], *more])


def _definitions(reader: Reader, name: str) -> tuple[Symbol, ...]:
    if len(reader.index.postings.get(name, ())) > COMMON:
        return ()
    return query.symbols_named(reader.index, name)


def _members(reader: Reader, symbol: Symbol) -> str:
    facts = reader.index.facts(symbol.uri)
    if facts is None or symbol.kind in ("function", "method"):
        return ""
    inside = [
        tree for tree in _trees(query.document_symbols(symbol.uri, facts)) if tree.symbol == symbol
    ]
    rows = [row for tree in inside for child in tree.children for row in _outline(reader, child)]
    return "\n".join(["**Members**:", "", *_cut(rows)]) if rows else ""


def _file(reader: Reader, uri: str) -> str:
    facts, text = reader.index.facts(uri), reader.text_of(uri)
    parts = [f"### `{reader.path_of(uri)}`"]
    if text is not None:
        # The empty line after a final line end is not a line to a reader.
        lines = text.line_count - (text.data.endswith((b"\n", b"\r")) or not text.data)
        parts.append(f"{_count(lines, 'line')}, {_count(len(text), 'byte')}.")
    if facts is None:
        return "\n\n".join([*parts, "It is not in the index."])
    said = module_documentation(facts.language, text) if text is not None else ""
    trees = query.document_symbols(uri, facts)
    rows = [row for tree in trees for row in _outline(reader, tree)]
    outline = "\n".join(["**Outline**:", "", *_cut(rows)]) if rows else "It defines no symbols."
    return "\n\n".join([*parts, *([said] if said else []), outline])


def _outline(reader: Reader, tree: SymbolTree, depth: int = 0) -> list[str]:
    symbol = tree.symbol
    line = _line(reader, symbol.uri, symbol.name_span.start).removeprefix(":")
    row = f"{'  ' * depth}- `{symbol.signature or symbol.name}`" + f" (line {line})" * bool(line)
    return [row, *(row for child in tree.children for row in _outline(reader, child, depth + 1))]


def _trees(trees: Iterable[SymbolTree]) -> Iterable[SymbolTree]:
    for tree in trees:
        yield tree
        yield from _trees(tree.children)


def _cut(rows: list[str]) -> list[str]:
    if len(rows) <= MAX_MEMBERS:
        return rows
    return [*rows[:MAX_MEMBERS], f"- and {len(rows) - MAX_MEMBERS} more"]


def _link(reader: Reader, symbol: Symbol) -> str:
    return f"`{qualified_name(symbol)}` ({symbol.kind}, {_place(reader, symbol)})"


def _place(reader: Reader, symbol: Symbol) -> str:
    line = _line(reader, symbol.uri, symbol.name_span.start)
    return f"`{reader.path_of(symbol.uri)}{line}`"


def _line(reader: Reader, uri: str, offset: int) -> str:
    """`:12`, or '' where the text is not at hand."""
    text = reader.text_of(uri)
    return "" if text is None or offset > len(text) else f":{text.line_of(offset) + 1}"


def _places(uses: Sequence[Reference]) -> str:
    files = len({each.uri for each in uses})
    return f"{_count(len(uses), 'place')} in {_count(files, 'file')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
