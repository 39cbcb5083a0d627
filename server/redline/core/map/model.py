"""What a picture of a code base is drawn from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MapSymbol:
    """One line of a file's outline.

    `line` is 1-based; `depth` is how many symbols it sits in, 0 at the top. `signature` is
    what the code says up to the body, or ''.
    """

    name: str
    kind: str
    signature: str
    line: int
    depth: int


@dataclass(frozen=True, slots=True)
class MapFile:
    """One file. `path` is relative to the root, with `/`; `size` is in bytes.

    `symbols` are in order of place. `rank` is how central the file is, from 0 to 1.
    """

    path: str
    language: str
    size: int
    lines: int
    symbols: tuple[MapSymbol, ...]
    rank: float


@dataclass(frozen=True, slots=True)
class MapEdge:
    """How often one file imports from another, and calls what that defines.

    `source` and `target` are positions in the map's files.
    """

    source: int
    target: int
    imports: int
    calls: int


@dataclass(frozen=True, slots=True)
class CodeMap:
    """A code base: `name` is what it is called, every pair of files has at most one edge."""

    name: str
    files: tuple[MapFile, ...]
    edges: tuple[MapEdge, ...]
