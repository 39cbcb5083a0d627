"""Ranked places for a text query: names split into words, paths, and how rare each word is.

Like every question to the index, the answer is whole only when `index.complete`.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from redline.core.index import facts as read
from redline.core.index.model import Facts, Index, Symbol

MAX_SYMBOLS = 5
MAX_WORDS = 24

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be by can do does for from has have how i if in into is it its me
        my not of on or our so that the their them then there these this to was we what when
        where which who why will with you your should would could get set use used using""",
    )
)

SYMBOL_WEIGHT = 2.5
PATH_WEIGHT = 2.5
USE_WEIGHT = 1.5
CONTAINER_WEIGHT = 0.5
WHOLE_NAME_BONUS = 4.0
TEST_FACTOR = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that matches, with its best symbols first. Scores compare within one answer."""

    uri: str
    score: float
    symbols: tuple[Symbol, ...]


def split_name(name: str) -> tuple[str, ...]:
    """The words of a name or text in small letters: `maxHTTP_size2` is max, http, size, 2."""
    return tuple(found.lower() for found in _WORD.findall(name))


@lru_cache(maxsize=100_000)
def words(name: str) -> tuple[str, ...]:
    """The words of `name` as the search compares them: plurals lose their s."""
    return tuple(map(_stem, split_name(name)))


def search(index: Index, query: str, limit: int) -> tuple[Hit, ...]:
    """The `limit` best files for `query`; a query of known names or of words."""
    wanted = query_words(query)
    if not wanted:
        return ()
    uses = _uses(index, wanted)
    total = max(1, len(index.base.keys() | index.overlay.keys()))
    seen: dict[str, set[str]] = {word: set() for word in wanted}
    for uri, found in uses.items():
        for word in found:
            seen[word].add(uri)
    rarity = {word: math.log(1 + total / (1 + len(seen[word]))) for word in wanted}
    exact = frozenset(re.findall(r"[^\W\d]\w*", query))
    ranking = _Ranking(wanted, rarity, exact, "test" in wanted)
    scored = ((-ranking.score(index, uri, found), uri) for uri, found in uses.items())
    best = heapq.nsmallest(limit, scored)
    return tuple(Hit(uri, -negative, ranking.symbols(index, uri)) for negative, uri in best)


def query_words(query: str) -> tuple[str, ...]:
    """The telling words of a query, each once."""
    every = tuple(dict.fromkeys(words(query)))
    telling = tuple(word for word in every if word not in _STOP and len(word) > 1)
    return (telling or every)[:MAX_WORDS]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """One query, with how rare its words are in this index."""

    wanted: tuple[str, ...]
    rarity: Mapping[str, float]
    exact: frozenset[str]
    about_tests: bool

    def score(self, index: Index, uri: str, used: Mapping[str, int]) -> float:
        """How well a file fits, rounded so that equal files tie on every machine."""
        facts = index.facts(uri)
        if facts is None:
            return 0.0
        path = set(words(_tail(uri)))
        place = sum(self.rarity[word] for word in self.wanted if word in path)
        use = sum(self.rarity[word] * _saturated(count) for word, count in used.items())
        tops = heapq.nlargest(3, self._scores(facts).values())
        symbol = sum(score / (at + 1) for at, score in enumerate(tops))
        covered = sum(self.rarity[word] for word in self.wanted if word in used or word in path)
        share = covered / (sum(self.rarity.values()) or 1.0)
        size = 1.0 + 0.15 * math.log1p(len(facts.names) / 200)
        score = SYMBOL_WEIGHT * symbol + PATH_WEIGHT * place + USE_WEIGHT * use / size
        if _is_test(uri) and not self.about_tests:
            score *= TEST_FACTOR
        return round(score * (0.5 + share), 4)

    def symbols(self, index: Index, uri: str) -> tuple[Symbol, ...]:
        """The best symbols of a file."""
        facts = index.facts(uri)
        if facts is None:
            return ()
        scores = self._scores(facts)
        rows = heapq.nsmallest(MAX_SYMBOLS, scores, key=lambda row: (-round(scores[row], 4), row))
        return tuple(read.symbol(uri, facts, row) for row in rows)

    def _scores(self, facts: Facts) -> dict[int, float]:
        """The symbol rows that share a word with the query, by how much."""
        result: dict[int, float] = {}
        for row, name in enumerate(facts.symbol_names):
            parts = words(name)
            hits = [word for word in self.wanted if word in parts]
            if not hits:
                continue
            container = words(read.qualified(facts, facts.symbol_containers[row]))
            outer = [word for word in self.wanted if word in container and word not in parts]
            score = sum(self.rarity[word] for word in hits) / math.sqrt(
                1 + 0.5 * (len(parts) - len(hits))
            )
            score += CONTAINER_WEIGHT * sum(self.rarity[word] for word in outer)
            if name in self.exact and (len(parts) > 1 or not name.islower()):
                score += WHOLE_NAME_BONUS
            result[row] = score
        return result


def _uses(index: Index, wanted: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """By uri: in how many distinct names, or in its path, each wanted word stands."""
    holds = re.compile("|".join(re.escape(word) for word in wanted), re.IGNORECASE).search
    result: dict[str, dict[str, int]] = {}

    def count(uri: str, found: Iterable[str]) -> None:
        counts = result.setdefault(uri, {})
        for word in found:
            counts[word] = counts.get(word, 0) + 1

    for name, uris in index.postings.items():
        if holds(name):
            found = [word for word in dict.fromkeys(words(name)) if word in wanted]
            for uri in uris if found else ():
                if uri not in index.overlay:
                    count(uri, found)
    for uri, facts in index.overlay.items():
        for name in {*facts.names, *facts.symbol_names}:
            if holds(name):
                found = [word for word in dict.fromkeys(words(name)) if word in wanted]
                if found:
                    count(uri, found)
    for uri in index.base.keys() | index.overlay.keys():
        tail = _tail(uri)
        if holds(tail):
            found = [word for word in dict.fromkeys(words(tail)) if word in wanted]
            if found:
                count(uri, found)
    return result


def _saturated(count: int) -> float:
    return count / (count + 2.0)


def _tail(uri: str) -> str:
    """The last three parts of a path: what lies above says little about one file."""
    return "/".join(uri.rsplit("/", 3)[-3:])


def _is_test(uri: str) -> bool:
    return bool(re.search(r"(?:^|/)tests?/|(?:^|/)test_|_test\.|\.(?:test|spec)\.", uri))


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
