"""What has changed, laid over what was: nothing of a large workspace is copied for a few files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

V = TypeVar("V")
NONE: frozenset[str] = frozenset()


class Files(Mapping[str, V]):
    """By uri what is in `over`, else what is in `under` and not `masked`.

    `masked` are the uris in `under` that are gone, or in `over`.
    """

    __slots__ = ("masked", "over", "under")

    def __init__(
        self, under: Mapping[str, V], over: Mapping[str, V], masked: AbstractSet[str] = NONE
    ) -> None:
        self.under = under
        self.over = over
        self.masked = masked

    def __getitem__(self, uri: str) -> V:
        found = self.over.get(uri)
        if found is not None:
            return found
        if uri in self.masked:
            raise KeyError(uri)
        return self.under[uri]

    def __contains__(self, uri: object) -> bool:
        return uri in self.over or (uri not in self.masked and uri in self.under)

    def __iter__(self) -> Iterator[str]:
        yield from (uri for uri in self.under if uri not in self.masked)
        yield from self.over

    def __len__(self) -> int:
        return len(self.under) - len(self.masked) + len(self.over)


class Uris(Mapping[str, tuple[str, ...]]):
    """By name the uris in `under`, those that are `masked` left out, and in `over`; sorted."""

    __slots__ = ("masked", "over", "under")

    def __init__(
        self,
        under: Mapping[str, tuple[str, ...]],
        over: Mapping[str, tuple[str, ...]],
        masked: AbstractSet[str] = NONE,
    ) -> None:
        self.under = under
        self.over = over
        self.masked = masked

    def __getitem__(self, name: str) -> tuple[str, ...]:
        below = self.under.get(name, ())
        if self.masked and below:
            below = tuple([uri for uri in below if uri not in self.masked])
        above = self.over.get(name, ())
        if not below and not above:
            raise KeyError(name)
        return tuple(sorted((*below, *above))) if below and above else below or above

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.under if name in self)
        yield from (name for name in self.over if name not in self.under)

    def __len__(self) -> int:
        return sum(1 for _ in self)
