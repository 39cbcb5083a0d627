"""What a picture of the code base shows, from the index and what hangs together in it."""

from __future__ import annotations

from collections.abc import Callable

from redline.core.graph.calls import TextOf
from redline.core.graph.central import centrality, links
from redline.core.graph.model import Imports
from redline.core.index.model import Facts, Index
from redline.core.index.query import documents, uris_defining, uris_naming
from redline.core.map.model import CodeMap, MapEdge, MapFile, MapSymbol
from redline.core.text.text import Text

VENDORED = frozenset({"vendor", "vendored", "_vendor", "third_party", "thirdparty", "node_modules"})
OTHERS = 0.05
PathOf = Callable[[str], str | None]
"""The path of a uri in the workspace, None for a file outside of it."""


def code_map(
    index: Index, imports: Imports, name: str, path_of: PathOf, text_of: TextOf
) -> CodeMap:
    """Every file of the workspace in order of its path, with its symbols and its links.

    Without a text a file has no lines, and its symbols are all on line 1.
    """
    found = links(index, imports)
    every = dict(documents(index))
    ranks = centrality(tuple(every), found)
    paths = {uri: path for uri in every if (path := path_of(uri)) is not None}
    ranks = {uri: ranks[uri] * _own(path) for uri, path in paths.items()}
    most = max(ranks.values(), default=0.0) or 1.0
    order = sorted(paths, key=lambda uri: paths[uri])
    places = {uri: at for at, uri in enumerate(order)}
    files = tuple(_file(paths[uri], every[uri], ranks[uri] / most, text_of(uri)) for uri in order)
    edges = tuple(
        MapEdge(places[link.source], places[link.target], int(link.imports), link.calls)
        for link in found
        if link.source in places and link.target in places
    )
    return CodeMap(name, files, edges)


def uses(index: Index, name: str) -> float:
    """How many files use `name`, parted among those that define it."""
    return len(uris_naming(index, name)) / max(1, len(uris_defining(index, name)))


def _own(path: str) -> float:
    """How much of a file's rank counts: others' code in it is not what it is about."""
    *folders, name = path.split("/")
    return OTHERS if ".min." in name or not VENDORED.isdisjoint(folders) else 1.0


def _file(path: str, facts: Facts, rank: float, text: Text | None) -> MapFile:
    known = text if text is not None and len(text) == facts.size else None
    depths: list[int] = []
    symbols: list[MapSymbol] = []
    for row, container in enumerate(facts.symbol_containers):
        depths.append(depths[container] + 1 if container >= 0 else 0)
        line = known.line_of(facts.symbol_name_starts[row]) + 1 if known is not None else 1
        name, kind = facts.symbol_names[row], facts.symbol_kinds[row]
        symbols.append(MapSymbol(name, kind, facts.symbol_signatures[row], line, depths[row]))
    lines = known.row_count if known is not None else 0
    return MapFile(path, facts.language, facts.size, lines, tuple(symbols), rank)
