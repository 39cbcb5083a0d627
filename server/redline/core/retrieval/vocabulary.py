"""Where words stand: postings by whole names, and which words a name counts for.

Files come in *fresh*: a word is then looked for in the letters of their names, and its
names in their columns, at some 50 ms for half a million names. Once *settled*, the
names of a file have postings, at ten times that once, and a word is looked up. Both say
the same.

A posting is one C unsigned int: the file's slot in the upper 24 bits, how often the name
stands there, at most 255, in the lower 8; 0 is for a name that is only defined there.
Postings are in order of slots.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from redline.core.retrieval.terms import MAX_NAME, Terms, words

MAX_COUNT = 255
MOST_KNOWN = 5_000
"""So many words' postings are kept ready for the next query."""
MANY = 200
"""For more words than this at once all files are settled first: that is cheaper then."""


class Vocabulary:
    """Written only by `add`, `remove` and `settle`; the last changes no answer."""

    __slots__ = ("_fresh", "_known", "_letters", "_names", "_words")

    def __init__(self) -> None:
        self._fresh: dict[int, Terms] = {}
        self._letters: _Letters | None = None
        self._names: dict[str, array[int]] = {}
        self._words: dict[str, list[str]] = {}
        self._known: dict[str, array[int]] = {}

    def add(self, slot: int, terms: Terms) -> None:
        """Takes in what a file says; nothing may be known of its slot."""
        self._fresh[slot] = terms
        self._letters = None
        self._known.clear()

    def remove(self, slot: int, terms: Terms) -> None:
        """Takes out what a file says."""
        self._known.clear()
        if self._fresh.pop(slot, None) is not None:
            return
        for name in {*terms.names, *terms.spoken, *terms.defined}:
            row = self._names.get(name)
            if row is not None:
                _delete(row, slot)
                if not row:
                    self._forget(name)

    def settle(self, most: int) -> bool:
        """Settles up to `most` fresh files; whether there are more."""
        for slot in list(islice(self._fresh, most)):
            terms = self._fresh.pop(slot)
            self._stand(slot, terms.names, terms.counts)
            self._stand(slot, terms.spoken, terms.spoken_counts)
            self._stand(slot, terms.defined, bytes(len(terms.defined)))
        if not self._fresh:
            self._letters = None
        return bool(self._fresh)

    def expect(self, wanted: Iterable[str]) -> None:
        """Finds the postings of all that is `wanted` at once: cheaper than one by one."""
        missing = [word for word in dict.fromkeys(wanted) if word not in self._known]
        if len(self._known) + len(missing) > MOST_KNOWN:
            self._known.clear()
        if len(missing) > MANY:
            self.settle(len(self._fresh))
        rows = {word: map(self._names.__getitem__, self._words.get(word, ())) for word in missing}
        counts = {word: _counted(each) for word, each in rows.items()}
        self._count_fresh(counts)
        for word, found in counts.items():
            postings = [slot << 8 | min(found[slot], MAX_COUNT) for slot in sorted(found)]
            self._known[word] = array("I", postings)

    def postings(self, word: str) -> Sequence[int]:
        """The files a word stands in, as the module says."""
        if word not in self._known:
            self.expect((word,))
        return self._known[word]

    def names(self, word: str) -> Collection[str]:
        """The names that count for a word; some may stand nowhere any more."""
        settled = self._words.get(word, ())
        if not self._fresh:
            return settled
        return dict.fromkeys((*settled, *self._read().names_of(word)))

    def _count_fresh(self, counts: Mapping[str, dict[int, int]]) -> None:
        """Adds what stands in fresh files to the `counts` by word and slot."""
        if not self._fresh or not counts:
            return
        letters = self._read()
        wanted: dict[str, list[dict[int, int]]] = {}
        for word, found in counts.items():
            for name in letters.names_of(word):
                wanted.setdefault(name, []).append(found)
        every = frozenset(wanted)
        for slot, terms in self._fresh.items():
            for name, count in _among(every, terms):
                for found in wanted[name]:
                    found[slot] = found.get(slot, 0) + min(count, MAX_COUNT)

    def _read(self) -> _Letters:
        if self._letters is None:
            self._letters = _Letters.of(self._fresh.values())
        return self._letters

    def _stand(self, slot: int, names: Sequence[str], counts: Sequence[int]) -> None:
        """Notes where names stand; of a name that stands there already, no 0."""
        rows, base = self._names, slot << 8
        for name, count in zip(names, counts, strict=True):
            row = rows.get(name)
            if row is None:
                if len(name) > MAX_NAME:
                    continue
                row = self._learn(name)
            posting = base | (count if count < MAX_COUNT else MAX_COUNT)
            if not row or row[-1] < base:
                row.append(posting)
            elif count or not _holds(row, slot):
                row.insert(bisect_left(row, posting), posting)

    def _learn(self, name: str) -> array[int]:
        row = self._names[name] = array("I")
        for word in set(words(name)):
            self._words.setdefault(word, []).append(name)
        return row

    def _forget(self, name: str) -> None:
        del self._names[name]
        for word in set(words(name)):
            self._words[word].remove(name)
            if not self._words[word]:
                del self._words[word]


@dataclass(frozen=True, slots=True)
class _Letters:
    """Names, and their small letters as one text, a line each; `ends` are where lines end."""

    names: tuple[str, ...]
    text: str
    ends: list[int]
    found: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, every: Iterable[Terms]) -> _Letters:
        columns = [column for each in every for column in (each.names, each.spoken, each.defined)]
        names = tuple(name for name in set().union(*columns) if len(name) <= MAX_NAME)
        small = [name.lower() for name in names]
        ends = list(accumulate(len(each) + 1 for each in small))
        return cls(names, "\n".join(small), ends, {})

    def names_of(self, word: str) -> tuple[str, ...]:
        """The names that count for a word, which has lost its ending."""
        known = self.found.get(word)
        if known is None:
            near = self._holding(_stump(word)) if word.isascii() else self._foreign()
            known = self.found[word] = tuple(name for name in near if word in words(name))
        return known

    def _holding(self, letters: str) -> Iterator[str]:
        at = self.text.find(letters) if letters else -1
        while at >= 0:
            row = bisect_right(self.ends, at)
            yield self.names[row]
            at = self.text.find(letters, self.ends[row])

    def _foreign(self) -> Iterator[str]:
        # How a letter becomes small may depend on what is beside it.
        return (name for name in self.names if not name.isascii())


def _stump(word: str) -> str:
    """What any name that counts for a word has in its small letters: `query` is also `queries`."""
    return word[:-1] if word.endswith("y") and len(word) > 1 else word


def _among(wanted: frozenset[str], terms: Terms) -> Iterator[tuple[str, int]]:
    """Which of the names that are `wanted` stand in a text, and how often."""
    for names, counts in ((terms.names, terms.counts), (terms.spoken, terms.spoken_counts)):
        if not wanted.isdisjoint(names):
            yield from (each for each in zip(names, counts, strict=True) if each[0] in wanted)


def _counted(rows: Iterable[array[int]]) -> dict[int, int]:
    """How often several names together stand in each file."""
    found: dict[int, int] = {}
    so_far = found.get
    for row in rows:
        for posting in row:
            if count := posting & MAX_COUNT:
                slot = posting >> 8
                found[slot] = so_far(slot, 0) + count
    return found


def _holds(row: array[int], slot: int) -> bool:
    at = bisect_left(row, slot << 8)
    return at < len(row) and row[at] >> 8 == slot


def _delete(row: array[int], slot: int) -> None:
    at = bisect_left(row, slot << 8)
    while at < len(row) and row[at] >> 8 == slot:
        del row[at]
