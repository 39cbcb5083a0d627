"""Which files speak of words: BM25 over columns, with the paths and the names defined.

BM25 after Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and
Beyond". A posting is one C unsigned int: the file's slot in the upper 24 bits, how often
the word stands there, at most 255, in the lower 8. Postings are in order of slots.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from sys import intern

from redline.core.retrieval.terms import Query, Terms, parts, text_words, words

SATURATION = 1.2
LENGTH_SHARE = 0.4
MAX_COUNT = 255
SHARED_NAME = 3
"""A name defined in more files than this says little about which one is meant."""
COMMON_NAME = 1000
"""A word in more names than this is not followed into them."""
# A module of this name is known by the name of its folder.
_FOLDER_NAMES = frozenset({"__init__", "index", "mod", "lib", "main"})
_TEST_WORDS = frozenset({"test", "testing", "spec", "conftest", "testdata"})

Scores = list[float]


class Corpus:
    """The files that can be found. Written only by `add` and `remove`.

    A file has a slot as long as it is here; slots of files taken out are used again,
    the latest first. Every list of scores is by slot.
    """

    __slots__ = (
        "_free", "_named", "_path_words", "_postings", "_slots",
        "_tails", "definers", "folders", "lengths", "path_sizes", "paths", "telling",
        "terms", "tests",
    )  # fmt: skip

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.folders: list[str] = []
        self.path_sizes: list[int] = []
        self.tests: list[bool] = []
        self.terms: list[Terms | None] = []
        self.definers: dict[str, list[int]] = {}
        self.telling: set[str] = set()
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self.lengths = array("I")
        self._postings: dict[str, array[int]] = {}
        self._path_words: dict[str, list[int]] = {}
        self._named: dict[str, dict[str, None]] = {}
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
        slot = self._free.pop() if self._free else len(self.paths)
        if slot == len(self.paths):
            self._grow()
        self._slots[path] = slot
        self.paths[slot], self.terms[slot] = path, terms
        self.folders[slot], self.tests[slot] = intern(path.rpartition("/")[0]), is_test(path)
        counts = body_counts(terms)
        self.lengths[slot] = sum(counts.values())
        for word, count in counts.items():
            _insert_posting(self._postings, word, slot << 8 | min(count, MAX_COUNT))
        for name in terms.defined:
            if name not in self.definers:
                for word in set(parts(name)):
                    self._named.setdefault(word, {})[name] = None
            _insert(self.definers, name, slot)
            _weigh(self, name)
        inner = path_words(path)
        self.path_sizes[slot] = len(inner)
        for word in inner:
            _insert(self._path_words, word, slot)
        for tail in _tails(path):
            _insert(self._tails, tail, slot)

    def remove(self, path: str) -> None:
        """Takes a file out; nothing happens when it is not here."""
        slot = self._slots.pop(path, -1)
        terms = self.terms[slot] if slot >= 0 else None
        if terms is None:
            return
        for word in body_counts(terms):
            _delete_posting(self._postings, word, slot)
        for name in terms.defined:
            _delete(self.definers, name, slot)
            _weigh(self, name)
            if name not in self.definers:
                for word in set(parts(name)):
                    self._named[word].pop(name, None)
                    if not self._named[word]:
                        del self._named[word]
        for word in path_words(path):
            _delete(self._path_words, word, slot)
        for tail in _tails(path):
            _delete(self._tails, tail, slot)
        self.paths[slot], self.terms[slot], self.lengths[slot] = "", None, 0
        self._free.append(slot)

    def _grow(self) -> None:
        """One slot more, not in use."""
        self.paths.append("")
        self.folders.append("")
        self.tests.append(False)
        self.path_sizes.append(0)
        self.terms.append(None)
        self.lengths.append(0)

    def postings(self, word: str) -> Sequence[int]:
        """The files a word stands in, as the module says."""
        return self._postings.get(word, ())

    def named(self, word: str) -> Collection[str]:
        """The names defined somewhere that have this word as a part."""
        return self._named.get(word, ())

    def in_path(self, word: str) -> Sequence[int]:
        """The slots of the files whose path has this word."""
        return self._path_words.get(word, ())

    def ending(self, tail: str) -> Sequence[int]:
        """The slots of the files called `tail`, without extension, in small letters."""
        return self._tails.get(tail, ())


def body_counts(terms: Terms) -> Counter[str]:
    """How often each word stands in a text."""
    counts: Counter[str] = Counter()
    for name, count in zip(terms.names, terms.counts, strict=True):
        for word in words(name):
            counts[word] += count
    return counts


def path_words(path: str) -> tuple[str, ...]:
    """The words of a path without its extension."""
    folder, _, name = path.rpartition("/")
    return text_words(f"{folder}/{name.split('.', 1)[0] or name}")


def rarity(corpus: Corpus, wanted: Iterable[str]) -> dict[str, float]:
    """How much each word tells: BM25's inverse document frequency over the bodies."""
    return {word: idf(len(corpus), len(corpus.postings(word))) for word in wanted}


def idf(total: int, holding: int) -> float:
    """Inverse document frequency, never below zero."""
    return math.log(1 + (max(0, total - holding) + 0.5) / (holding + 0.5))


def body_scores(corpus: Corpus, rare: Mapping[str, float]) -> tuple[Scores, Scores]:
    """BM25 of the bodies, and the share of the words, by rarity, that stand in body or path."""
    scores = [0.0] * len(corpus.paths)
    cover = [0.0] * len(corpus.paths)
    norms = _norms(corpus)
    for word, weight in rare.items():
        gain = weight * (SATURATION + 1)
        seen = set()
        for posting in corpus.postings(word):
            slot, count = posting >> 8, posting & 255
            scores[slot] += gain * count / (count + norms[slot])
            cover[slot] += weight
            seen.add(slot)
        for slot in corpus.in_path(word):
            if slot not in seen:
                cover[slot] += weight
    return scores, cover


def path_scores(corpus: Corpus, rare: Mapping[str, float]) -> Scores:
    """The rarity of the words in each path, less the longer the path is."""
    scores = [0.0] * len(corpus.paths)
    for word, weight in rare.items():
        for slot in corpus.in_path(word):
            scores[slot] += weight
    for slot, score in enumerate(scores):
        if score:
            scores[slot] = score / math.sqrt(corpus.path_sizes[slot])
    return scores


def name_scores(corpus: Corpus, rare: Mapping[str, float]) -> Scores:
    """How well the best name a file defines fits: the rarity it covers, less what is beside."""
    scores = [0.0] * len(corpus.paths)
    followed = (found for found in map(corpus.named, rare) if len(found) <= COMMON_NAME)
    names = dict.fromkeys(name for found in followed for name in found)
    for name in names:
        inner = parts(name)
        hits = [word for word in dict.fromkeys(inner) if word in rare]
        score = sum(rare[word] for word in hits) / math.sqrt(1 + 0.5 * (len(inner) - len(hits)))
        for slot in corpus.definers[name]:
            scores[slot] = max(scores[slot], score)
    return scores


def exact_scores(corpus: Corpus, names: Iterable[str]) -> Scores:
    """Names spelled out: who defines them, and who uses them."""
    scores = [0.0] * len(corpus.paths)
    for name in names:
        definers = corpus.definers.get(name, ())
        gain = idf(len(corpus), len(definers))
        for slot in definers:
            scores[slot] += gain
        whole = words(name)[-1:]
        postings = corpus.postings(whole[0]) if whole else ()
        gain = idf(len(corpus), len(postings))
        for posting in postings:
            count = posting & 255
            scores[posting >> 8] += gain * count / (count + 1.5)
    return scores


def mention_scores(corpus: Corpus, query: Query) -> Scores:
    """How many parts of a path spelled out (`a/b.py`, `a.b.Name`) end a file's path, from two."""
    scores = [0.0] * len(corpus.paths)
    for mention in query.mentions:
        for end, part in enumerate(mention, 1):
            for slot in corpus.ending(part):
                length = _common(mention, end, corpus.paths[slot].lower())
                if length >= 2:
                    scores[slot] = max(scores[slot], float(length))
    return scores


def is_test(path: str) -> bool:
    """Whether a path is that of a test, by the words of its folders and of its name."""
    *folders, name = path.split("/")
    if any(not _TEST_WORDS.isdisjoint(parts(folder)) for folder in folders):
        return True
    first = name.split(".", 1)[0]
    inner = [part for part in re.split(r"[._-]", name.rpartition(".")[0]) for part in parts(part)]
    compound = len(inner) > 1 and not _TEST_WORDS.isdisjoint((inner[0], inner[-1]))
    return compound or first in ("tests", "conftest")


def _weigh(corpus: Corpus, name: str) -> None:
    """Keeps in `telling` the names whose use says which file is meant."""
    if len(name) > 3 and 0 < len(corpus.definers.get(name, ())) <= SHARED_NAME:
        corpus.telling.add(name)
    else:
        corpus.telling.discard(name)


def _norms(corpus: Corpus) -> Scores:
    """By slot, what BM25 adds to a count below the line: more for a longer file."""
    mean = max(1.0, sum(corpus.lengths) / max(1, len(corpus)))
    fixed, share = SATURATION * (1 - LENGTH_SHARE), SATURATION * LENGTH_SHARE / mean
    return [fixed + share * length for length in corpus.lengths]


def _common(mention: tuple[str, ...], end: int, path: str) -> int:
    """How many parts up to `end` of the mention a path ends with, its extension as one more."""
    folder, _, name = path.rpartition("/")
    first, _, extension = name.partition(".")
    own = folder.split("/") if first in _FOLDER_NAMES else [*folder.split("/"), first]
    if mention[end - 1] == first and first in _FOLDER_NAMES:
        own.append(first)
    length = 0
    while length < min(end, len(own)) and mention[end - 1 - length] == own[-1 - length]:
        length += 1
    return length + (length > 0 and mention[end : end + 1] == (extension,))


def _tails(path: str) -> set[str]:
    folder, _, name = path.lower().rpartition("/")
    first = name.split(".", 1)[0]
    if first in _FOLDER_NAMES and folder:
        return {first, folder.rpartition("/")[2]}
    return {first}


def _insert(table: dict[str, list[int]], key: str, slot: int) -> None:
    row = table.setdefault(key, [])
    at = bisect_left(row, slot)
    if at == len(row) or row[at] != slot:
        row.insert(at, slot)


def _delete(table: dict[str, list[int]], key: str, slot: int) -> None:
    row = table[key]
    row.remove(slot)
    if not row:
        del table[key]


def _insert_posting(table: dict[str, array[int]], word: str, posting: int) -> None:
    row = table.get(word)
    if row is None:
        table[word] = array("I", (posting,))
    elif row[-1] < posting:
        row.append(posting)
    else:
        row.insert(bisect_left(row, posting), posting)


def _delete_posting(table: dict[str, array[int]], word: str, slot: int) -> None:
    row = table[word]
    del row[bisect_left(row, slot << 8)]
    if not row:
        del table[word]
