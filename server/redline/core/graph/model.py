"""What hangs together in a workspace: files by imports, symbols by calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.index.model import Symbol
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Imports:
    """Which files import which, by uri, sorted; a file that imports nothing is left out.

    `targets` are the files that a file imports, `importers` those that import it.
    """

    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    importers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A symbol that a name at some place may mean.

    `confidence` is the share of such places where it does, as measured; `because` says
    what speaks for it.
    """

    symbol: Symbol
    confidence: float
    because: str


@dataclass(frozen=True, slots=True)
class Call:
    """Calls from one symbol to another, told by name.

    `caller` is None for code outside all symbols of `uri`. `spans` are the names of what is
    called, in order. `confidence` is that of the surest of them.
    """

    uri: str
    caller: Symbol | None
    callee: Symbol
    spans: tuple[Span, ...]
    confidence: float
    because: str


def imports_of(targets: Mapping[str, tuple[str, ...]]) -> Imports:
    """The imports of `targets`, told from both ends."""
    importers: dict[str, list[str]] = {}
    for uri in sorted(targets):
        for target in targets[uri]:
            importers.setdefault(target, []).append(uri)
    found = {uri: tuple(sources) for uri, sources in importers.items()}
    return Imports({uri: files for uri, files in targets.items() if files}, found)
