"""The files that can be found: what they say, what they define, their paths."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from sys import intern

from redline.core.retrieval.paths import is_test, path_words, tails
from redline.core.retrieval.terms import Terms
from redline.core.retrieval.vocabulary import Vocabulary

SHARED_NAME = 3
"""A name defined in more files than this says little about which one is meant."""
SHORT_NAME = 3
"""A name of so few letters says little as well."""


class Corpus:
    """Written only by `add` and `remove`.

    A file has a slot as long as it is here; slots of files taken out are used again,
    the latest first. Every list is by slot; `lengths` are in names. `definers` are the slots
    of the files that define a name. `words` follows, and may be settled at any time.
    """

    __slots__ = (
        "_free", "_path_words", "_slots", "_tails", "_telling", "definers", "folders", "lengths",
        "path_sizes", "paths", "terms", "tests", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.folders: list[str] = []
        self.path_sizes: list[int] = []
        self.tests: list[bool] = []
        self.terms: list[Terms | None] = []
        self.lengths = array("I")
        self.definers: dict[str, list[int]] = {}
        self.words = Vocabulary()
        self._telling: frozenset[str] | None = None
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._path_words: dict[str, list[int]] = {}
        self._tails: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, path: object) -> bool:
        return path in self._slots

    def places(self, paths: Iterable[str]) -> list[int]:
        """The slot of each path, -1 for one that is not here."""
        find = self._slots.get
        return [find(path, -1) for path in paths]

    def slots(self) -> Iterator[int]:
        """The slots in use, in order."""
        return (slot for slot, terms in enumerate(self.terms) if terms is not None)

    def add(self, path: str, terms: Terms) -> None:
        """Takes a file in, in place of what was known under its path."""
        self.remove(path)
        slot = self._slot(path)
        self.terms[slot] = terms
        self.lengths[slot] = sum(terms.counts) + sum(terms.spoken_counts)
        self.words.add(slot, terms)
        self._telling = None
        for name in terms.defined:
            _insert(self.definers, name, slot)
        inner = path_words(path)
        self.path_sizes[slot] = len(inner)
        for word in inner:
            _insert(self._path_words, word, slot)
        for tail in tails(path):
            _insert(self._tails, tail, slot)

    def remove(self, path: str) -> None:
        """Takes a file out; nothing happens when it is not here."""
        slot = self._slots.pop(path, -1)
        terms = self.terms[slot] if slot >= 0 else None
        if terms is None:
            return
        for name in terms.defined:
            _delete(self.definers, name, slot)
        self.words.remove(slot, terms)
        self._telling = None
        for word in path_words(path):
            _delete(self._path_words, word, slot)
        for tail in tails(path):
            _delete(self._tails, tail, slot)
        self.paths[slot], self.terms[slot], self.lengths[slot] = "", None, 0
        self._free.append(slot)

    def named(self, word: str) -> list[str]:
        """The names defined somewhere that count for this word."""
        return [name for name in self.words.names(word) if name in self.definers]

    def telling(self) -> frozenset[str]:
        """The names whose use says which file is meant."""
        if self._telling is None:
            named = self.definers.items()
            self._telling = frozenset(
                [n for n, rows in named if len(rows) <= SHARED_NAME and len(n) > SHORT_NAME]
            )
        return self._telling

    def in_path(self, word: str) -> Sequence[int]:
        """The slots of the files whose path has this word."""
        return self._path_words.get(word, ())

    def ending(self, tail: str) -> Sequence[int]:
        """The slots of the files called `tail`, without extension, in small letters."""
        return self._tails.get(tail, ())

    def _slot(self, path: str) -> int:
        """A slot that is now that of `path`."""
        if not self._free:
            self._free.append(len(self.paths))
            for column in (self.paths, self.folders):
                column.append("")
            self.tests.append(False)
            self.terms.append(None)
            self.path_sizes.append(0)
            self.lengths.append(0)
        slot = self._slots[path] = self._free.pop()
        self.paths[slot], self.folders[slot] = path, intern(path.rpartition("/")[0])
        self.tests[slot] = is_test(path)
        return slot


def _insert(table: dict[str, list[int]], key: str, slot: int) -> None:
    row = table.get(key)
    if row is None:
        table[key] = [slot]
    elif row[-1] < slot:
        row.append(slot)
    elif row[at := bisect_left(row, slot)] != slot:
        row.insert(at, slot)


def _delete(table: dict[str, list[int]], key: str, slot: int) -> None:
    row = table[key]
    row.remove(slot)
    if not row:
        del table[key]
