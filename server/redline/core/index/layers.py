"""What has changed, laid over what was: nothing of a large workspace is copied for a few files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from redline.core.index.tables import UriTables

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
        under: UriTables,
        over: Mapping[str, set[str]],
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
        return tuple(sorted((*below, *above))) if above else below

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        # A common name stands in very many files; the first that is left is enough.
        return name in self.over or any(uri not in self.masked for uri in self.under.each(name))

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.under if name in self)
        yield from (name for name in self.over if name not in self.under)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Growing:
    """The upper layer of `Uris` while files come and go; what others read of it stays as it was."""

    __slots__ = ("_own", "over")

    def __init__(self, over: Mapping[str, set[str]]) -> None:
        self.over = dict(over)
        self._own: set[str] = set()

    def gain(self, names: Iterable[str], uri: str) -> None:
        """A file has these names now."""
        for name in names:
            self._mine(name).add(uri)

    def lose(self, names: Iterable[str], uri: str) -> None:
        """A file has these names no more."""
        for name in names:
            left = self._mine(name)
            left.discard(uri)
            if not left:
                del self.over[name]

    def _mine(self, name: str) -> set[str]:
        """The uris of a name, to be changed: a common one is copied once, not for each file."""
        if name not in self._own:
            self._own.add(name)
            self.over[name] = set(self.over.get(name, ()))
        return self.over.setdefault(name, set())
