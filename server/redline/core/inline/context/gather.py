"""What of the workspace may help at a cursor: signatures, edited places, open files."""

from __future__ import annotations

from collections.abc import Iterator

from redline.core.index import facts as read
from redline.core.index.model import Facts
from redline.core.index.query import uris_defining
from redline.core.inline.context.model import Known, Piece, Spot, Window
from redline.core.inline.context.similar import lines_of
from redline.core.inline.context.words import ordered

NEAR_ABOVE, NEAR_BELOW = 25, 5
"""Rows around the cursor whose names are looked up."""
NAMES = 60
FEW = 2
"""A name that more files define is told only where the file imports one of them."""
MEMBERS = 8
EDITED, EDITED_ROWS = 4, 5
OPENED, OUTLINED = 3, 12
CLASSES = frozenset({"class", "struct", "interface", "trait", "enum", "protocol", "module"})
TELLING = frozenset({"variable", "constant", "field", "key", "parameter"})


def signatures(known: Known, spot: Spot, window: Window) -> Iterator[Piece]:
    """How the names near the cursor are defined, the nearest name first: in the file itself
    outside of `window`, in what it imports, or in the only place there is."""
    targets = frozenset(known.imports.targets.get(spot.uri, ()))
    for name in _names(spot):
        defining = uris_defining(known.index, name)
        ours = [uri for uri in defining if uri in targets]
        few = [uri for uri in defining if uri != spot.uri] if len(defining) <= FEW else []
        own = [spot.uri] if spot.uri in defining else []
        for uri in (own or ours or few)[:FEW]:
            facts = known.index.facts(uri)
            if facts is not None:
                yield from _defined(known, (uri, facts), name, spot, window)


def _names(spot: Spot) -> list[str]:
    """The names around the cursor, the nearest before it first, each once."""
    text, line = spot.text, spot.text.line_of(spot.offset)
    start = text.line_start(line)
    found = ordered(text.line_bytes(line)[: spot.offset - start])
    for row in range(line - 1, max(-1, line - NEAR_ABOVE), -1):
        found += ordered(text.line_bytes(row))
    for row in range(line + 1, min(text.line_count, line + NEAR_BELOW)):
        found += ordered(text.line_bytes(row))
    each = (name.decode("utf-8", "replace") for name in dict.fromkeys(found))
    return list(each)[:NAMES]


def _defined(
    known: Known, where: tuple[str, Facts], name: str, spot: Spot, window: Window
) -> Iterator[Piece]:
    uri, facts = where
    rows = [row for row in read.rows_named(facts, name) if facts.symbol_kinds[row] not in TELLING]
    for row in rows[:FEW]:
        start = facts.symbol_starts[row]
        if uri == spot.uri and window.start <= start < window.end:
            continue
        lines = [_said(facts, row)]
        if facts.symbol_kinds[row] in CLASSES:
            lines += _members(facts, row)
        path = known.path_of(uri)
        named = f"{path}#{read.qualified(facts, row)}@{facts.digest[:12]}"
        yield Piece("signature", path, "\n".join(lines), named)


def _said(facts: Facts, row: int) -> str:
    return (facts.symbol_signatures[row] or facts.symbol_names[row])[:200]


def _members(facts: Facts, row: int) -> list[str]:
    """How the members of a class are called; they stand right after it."""
    found: list[str] = []
    end = facts.symbol_ends[row]
    for at in range(row + 1, len(facts.symbol_names)):
        if facts.symbol_starts[at] >= end or len(found) == MEMBERS:
            break
        if facts.symbol_containers[at] == row:
            found.append(f"    {_said(facts, at)}")
    return found


def edited(known: Known, spot: Spot, window: Window) -> Iterator[Piece]:
    """The places that were changed last, outside of `window`."""
    told = 0
    for each in known.edited:
        text = spot.text if each.uri == spot.uri else known.text_of(each.uri)
        if text is None or each.end > len(text) or text.is_binary:
            continue
        if each.uri == spot.uri and each.start < window.end and window.start < each.end:
            continue
        first, last = text.line_of(each.start), text.line_of(each.end)
        rows = (max(0, first - EDITED_ROWS), min(last, first + EDITED_ROWS) + EDITED_ROWS + 1)
        yield lines_of(known, "edited", each.uri, text, rows)
        told += 1
        if told == EDITED:
            break


def opened(known: Known, spot: Spot) -> Iterator[Piece]:
    """What the other open files define."""
    others = [uri for uri in known.opened if uri != spot.uri]
    for uri in others[:OPENED]:
        facts = known.index.facts(uri)
        if facts is None or known.text_of(uri) is None:
            continue
        rows = [row for row, above in enumerate(facts.symbol_containers) if above < 0]
        lines = [_said(facts, row) for row in rows if facts.symbol_kinds[row] not in TELLING]
        if lines:
            path = known.path_of(uri)
            text = "\n".join(lines[:OUTLINED])
            yield Piece("open", path, text, f"{path}@{facts.digest[:12]}")
