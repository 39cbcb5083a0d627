"""What may be worth knowing for a goal, from the index and the graph: candidates, no more.

Nothing here takes long in a large workspace: of a name that many files use, only the files
nearest to the symbol are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from redline.core.context.model import Candidate, Excerpt, FragmentKind, Passage
from redline.core.graph.calls import TextOf, callees, callers, shown
from redline.core.graph.model import Call, Imports
from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Symbol
from redline.core.index.query import qualified_name, symbols_named, uris_defining, uris_naming
from redline.core.retrieval.paths import is_test, path_words
from redline.core.retrieval.symbols import symbols_about
from redline.core.retrieval.terms import read_query, words
from redline.core.text.text import Span, Text

AROUND = 25
"""Rows before and after what the user means, where it is in no small symbol."""
WHOLE_SYMBOL = 80
WHOLE_FILE = 150
NEAR_CALL = 2
NEIGHBOUR_ROWS = 12
TEST_ROWS = 40
SURE = 0.5
MEANT = 3
"""A name with more definitions than this names none of them."""
FILES_READ = 5
"""How many files are searched for calls, and how many files of tests."""
COMMON = 5
"""A name that more files define is common: what uses it more than `FEW` times is left out."""
FEW = 6
MANY = 200
"""Of more files than this that name a symbol, only those that import its file are looked at."""
MOST_CALLS = 4
MOST_HITS = 6
SHOWN_HITS = 3
OUTLINED = 60
TELLING = frozenset({"variable", "constant", "field", "key"})
"""Kinds of symbols that an outline leaves out below the top of a file."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What candidates are made from: the index with its imports, the texts, and their paths."""

    index: Index
    imports: Imports
    text_of: TextOf
    path_of: Callable[[str], str]

    def known(self, uri: str) -> tuple[Facts, Text] | None:
        """The facts of a file and its text, where they are about the same bytes."""
        facts, text = self.index.facts(uri), self.text_of(uri)
        if facts is None or text is None or facts.size != len(text) or text.is_binary:
            return None
        return facts, text


def place(sources: Sources, uri: str, span: Span | None) -> Iterator[Candidate]:
    """What the user points at with its surroundings, and the outline of its file.

    `span` counts in the text as it is now; without one the file as a whole is meant.
    """
    text = sources.text_of(uri)
    if text is None or text.is_binary:
        return
    path, why = sources.path_of(uri), "what the user means"
    if span is not None:
        first = text.line_of(min(span.start, len(text)))
        last = text.line_of(min(max(span.start, span.end - 1), len(text)))
        start, end = _surrounding(sources, uri, text, (first, last))
        yield Excerpt("place", path, text, start, end, first, why)
    elif text.row_count <= WHOLE_FILE:
        yield Excerpt("place", path, text, 0, max(0, text.row_count - 1), 0, why)
    yield from _outlined(sources, uri, path)


def subject(sources: Sources, uri: str, span: Span | None) -> Symbol | None:
    """The symbol that the user points at, or into."""
    known = sources.known(uri) if span is not None else None
    row = read.symbol_at(known[0], span.start) if known and span is not None else -1
    return read.symbol(uri, known[0], row) if known and row >= 0 else None


def spelled(sources: Sources, text: str) -> tuple[Symbol, ...]:
    """The symbols that `text` names by their exact names, in its order.

    Dotted names first: they say more exactly which is meant.
    """
    dotted = (each for each in text.replace("`", " ").split() if "." in each.strip(".,:;()"))
    names = (*(each.strip(".,:;()'\"") for each in dotted), *read_query(text).exact)
    found: dict[str, Symbol] = {}
    for name in dict.fromkeys(names):
        symbols = symbols_named(sources.index, name)
        if len(symbols) <= MEANT:
            found.update({each.id: each for each in symbols})
    return tuple(found.values())


def definitions(
    sources: Sources, symbols: Iterable[Symbol], why: str, kind: FragmentKind = "symbol"
) -> Iterator[Excerpt]:
    """The lines that define each of `symbols`."""
    for symbol in symbols:
        text = sources.text_of(symbol.uri)
        if text is None or symbol.span.end > len(text) or text.is_binary:
            continue
        first, last = _rows(text, symbol.span)
        most = NEIGHBOUR_ROWS if kind == "neighbour" else WHOLE_SYMBOL
        path, focus = sources.path_of(symbol.uri), text.line_of(symbol.name_span.start)
        told = f"{qualified_name(symbol)}, {why}"
        yield Excerpt(kind, path, text, first, min(last, first + most - 1), focus, told)


def calling(sources: Sources, symbol: Symbol) -> Iterator[Excerpt]:
    """Where `symbol` is called, and the tests that call it; in the nearest files alone.

    What a name means takes the longer the more definitions it has, with each use again.
    """
    naming = uris_naming(sources.index, symbol.name)
    common = len(uris_defining(sources.index, symbol.name)) > COMMON
    kinds: tuple[FragmentKind, ...] = ("caller", "test")
    for kind in kinds:
        found = 0
        near = _ranked(sources, symbol, naming, kind == "test")
        if common:
            near = [uri for uri in near[:FILES_READ] if _uses(sources, uri, symbol.name) <= FEW]
        for uri in near[:FILES_READ]:
            calls = callers(
                sources.index, sources.imports, symbol, sources.text_of, SURE, among=(uri,)
            )
            for call in calls[: MOST_CALLS - found]:
                found += 1
                yield from _call(sources, call, kind)
            if found == MOST_CALLS:
                break


def called(sources: Sources, symbol: Symbol) -> Iterator[Excerpt]:
    """What `symbol` calls."""
    calls = callees(sources.index, sources.imports, symbol, sources.text_of, SURE)
    found = [call.callee for call in calls[:MOST_CALLS]]
    yield from definitions(sources, found, f"called by {qualified_name(symbol)}", "neighbour")


def hits(sources: Sources, uris: Sequence[str], query: str) -> Iterator[Candidate]:
    """Of files that `query` is about, best first: their symbols about them; of the best few
    the code too.
    """
    rows: list[str] = []
    for at, uri in enumerate(uris[:MOST_HITS]):
        known = sources.known(uri)
        if known is None:
            continue
        names = symbols_about(known[0], query)
        symbols = [next(read.symbols_named(uri, known[0], name)) for name in names]
        yield from definitions(sources, symbols[: SHOWN_HITS - at], "fits the words")
        path = sources.path_of(uri)
        rows += [path, *(f"    {each.signature or each.name}"[:160] for each in symbols)]
    if rows:
        title = "files that the words of the goal lead to"
        yield Passage("outline", title, "\n".join(rows), "search")


def _surrounding(sources: Sources, uri: str, text: Text, rows: tuple[int, int]) -> tuple[int, int]:
    """The rows of the innermost symbol that holds all of `rows`, where it is not too long."""
    first, last = rows
    known = sources.known(uri)
    row = read.symbol_at(known[0], _inside(text, first)) if known else -1
    while known and row >= 0:
        span = Span(known[0].symbol_starts[row], known[0].symbol_ends[row])
        start, end = _rows(text, span)
        if start <= first and last <= end:
            if end - start < WHOLE_SYMBOL:
                return start, end
            break
        row = known[0].symbol_containers[row]
    return max(0, first - AROUND), min(max(0, text.row_count - 1), last + AROUND)


def _inside(text: Text, row: int) -> int:
    """The offset of the first byte of a row that is no white space."""
    start, line = text.row(row)
    return start + len(line) - len(line.lstrip())


def _rows(text: Text, span: Span) -> tuple[int, int]:
    return text.line_of(span.start), text.line_of(max(span.start, span.end - 1))


def _outlined(sources: Sources, uri: str, path: str) -> Iterator[Passage]:
    known = sources.known(uri)
    if known is None:
        return
    facts, text = known
    rows: list[str] = []
    for row, container in enumerate(facts.symbol_containers):
        if facts.symbol_kinds[row] in TELLING and container >= 0:
            continue
        depth = read.qualified(facts, container).count(".") + 1 if container >= 0 else 0
        if depth > 1:
            continue
        line = text.line_of(facts.symbol_name_starts[row]) + 1
        said = facts.symbol_signatures[row] or facts.symbol_names[row]
        rows.append(f"{line}\t{'  ' * depth}{said}"[:160])
    if rows:
        shown_rows = [*rows[:OUTLINED], *(["..."] if len(rows) > OUTLINED else [])]
        origin = f"{path}@{text.digest[:12]}"
        yield Passage("outline", f"{path} (its outline)", "\n".join(shown_rows), origin)


def _uses(sources: Sources, uri: str, name: str) -> int:
    """How often a name stands in the code of a file."""
    facts = sources.index.facts(uri)
    return facts.counts[facts.names.index(name)] if facts and name in facts.names else 0


def _ranked(sources: Sources, symbol: Symbol, naming: Sequence[str], tests: bool) -> list[str]:
    """The files that name a symbol, those nearest to it first; of tests, or of all else."""
    importers = frozenset(sources.imports.importers.get(symbol.uri, ()))
    if len(naming) > MANY:
        naming = [uri for uri in naming if uri in importers or uri == symbol.uri]

    own = frozenset(words(symbol.name))

    def far(uri: str) -> tuple[bool, int, int, str]:
        # Tests of something are often called like it, and seldom beside it.
        alike = len(own.intersection(path_words(sources.path_of(uri)))) if tests else 0
        away = uri != symbol.uri and uri not in importers
        return away and not alike, -alike, -_common(uri, symbol.uri), uri

    return sorted((uri for uri in naming if is_test(sources.path_of(uri)) == tests), key=far)


def _common(one: str, other: str) -> int:
    """How many folders two uris have in common."""
    count = 0
    for mine, its in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if mine != its:
            break
        count += 1
    return count


def _call(sources: Sources, call: Call, kind: FragmentKind) -> Iterator[Excerpt]:
    text = sources.text_of(call.uri)
    if text is None or call.spans[0].end > len(text):
        return
    row = text.line_of(call.spans[0].start)
    first, last = row - NEAR_CALL, row + NEAR_CALL
    if call.caller is not None and call.caller.span.end <= len(text):
        start, end = _rows(text, call.caller.span)
        if kind == "test" and end - start < TEST_ROWS:
            first, last = start, end
        first, last = max(first, start), min(last, end)
    callee = qualified_name(call.callee)
    why = f"{shown(call)}, calls {callee}" if kind == "caller" else f"{shown(call)}, tests {callee}"
    last_row = max(0, text.row_count - 1)
    path = sources.path_of(call.uri)
    yield Excerpt(kind, path, text, max(0, first), min(last, last_row), row, why)
