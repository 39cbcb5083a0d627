"""The code base as a tree of signatures, the most telling ones, within so many tokens."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from redline.core.map.model import CodeMap, MapFile

Count = Callable[[str], int]
Uses = Callable[[str], float]
KINDS: Mapping[str, float] = {"field": 0.1, "variable": 0.1, "constant": 0.1, "key": 0.05}
"""How much a symbol of a kind tells beside a class or a function."""
PRIVATE = 0.3
DEEPER = 0.5
LATER = 0.97
"""Of what follows in a file each symbol tells a little less than the one before."""
WIDEST = 120
LINE_TOKENS = 2
"""No line takes fewer."""


def outline(code_map: CodeMap, uses: Uses, tokens: int, count: Count) -> str:
    """The outline of the most central files and their most telling symbols.

    `uses` tells how many files use a name, `count` how many tokens a text takes; the answer
    takes at most `tokens`. '' where not even one file has room.
    """
    ranked = sorted(_weighed(code_map, uses), key=lambda each: (-each[0], each[1]))
    chosen = [place for _, place in ranked]
    fits, over = 0, min(len(chosen), tokens // LINE_TOKENS) + 1
    while over - fits > 1:
        middle = (fits + over) // 2
        if count(rendered(code_map, chosen[:middle])) <= tokens:
            fits = middle
        else:
            over = middle
    return rendered(code_map, chosen[:fits])


Place = tuple[int, int]
"""A file and one of its symbols; -1 for the file alone."""


def _weighed(code_map: CodeMap, uses: Uses) -> Iterator[tuple[float, Place]]:
    for at, file in enumerate(code_map.files):
        yield file.rank, (at, -1)
        weight = file.rank
        for row, symbol in enumerate(file.symbols):
            own = KINDS.get(symbol.kind, 1.0) * DEEPER**symbol.depth
            own *= math.log1p(uses(symbol.name))
            if symbol.name.startswith("_"):
                own *= PRIVATE
            yield weight * own, (at, row)
            weight *= LATER


def rendered(code_map: CodeMap, places: Sequence[Place]) -> str:
    """The files of `places` in order of their paths, each with its symbols in order.

    A symbol comes with those it sits in; what is left out between them is `...`.
    """
    wanted: dict[int, set[int]] = {}
    for at, row in places:
        wanted.setdefault(at, set()).update({row} if row >= 0 else ())
    files = sorted(wanted, key=lambda at: code_map.files[at].path)
    return "".join(line for at in files for line in _file(code_map.files[at], wanted[at]))


def _file(file: MapFile, rows: set[int]) -> Iterator[str]:
    yield f"{file.path}\n"
    shown = sorted(rows | {around for row in rows for around in _around(file, row)})
    following = 0
    for row in shown:
        if row > following:
            yield "    ...\n"
        symbol = file.symbols[row]
        text = symbol.signature or symbol.name
        cut = text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
        yield f"    {'    ' * symbol.depth}{cut}\n"
        following = row + 1
    if shown and following < len(file.symbols):
        yield "    ...\n"


def _around(file: MapFile, row: int) -> Iterator[int]:
    depth = file.symbols[row].depth
    while row >= 0 and depth:
        row -= 1
        if file.symbols[row].depth < depth:
            depth = file.symbols[row].depth
            yield row
