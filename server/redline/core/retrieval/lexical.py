"""Which files speak of words: BM25, paths, and the names defined.

BM25 after Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and
Beyond".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.paths import FOLDER_NAMES
from redline.core.retrieval.terms import Query, parts, words

SATURATION = 1.2
LENGTH_SHARE = 0.4
COMMON_NAME = 1000
"""A word in more names than this is not followed into them."""

Scores = list[float]


def rarity(corpus: Corpus, wanted: Iterable[str]) -> dict[str, float]:
    """How much each word tells: BM25's inverse document frequency over the bodies."""
    return {word: idf(len(corpus), len(corpus.words.postings(word))) for word in wanted}


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
        for posting in corpus.words.postings(word):
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
    rarity_of, definers = rare.get, corpus.definers
    for name in names:
        inner, total, hits = _distinct_parts(name), 0.0, 0
        for word in inner:
            weight = rarity_of(word)
            if weight is not None:
                total += weight
                hits += 1
        score = total / math.sqrt(1 + 0.5 * (len(inner) - hits))
        for slot in definers[name]:
            scores[slot] = max(scores[slot], score)
    return scores


@lru_cache(maxsize=50_000)
def _distinct_parts(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parts(name)))


def exact_scores(corpus: Corpus, names: Iterable[str]) -> Scores:
    """Names spelled out: who defines them, and who uses them."""
    scores = [0.0] * len(corpus.paths)
    for name in names:
        definers = corpus.definers.get(name, ())
        gain = idf(len(corpus), len(definers))
        for slot in definers:
            scores[slot] += gain
        whole = words(name)[-1:]
        postings = corpus.words.postings(whole[0]) if whole else ()
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


def _norms(corpus: Corpus) -> Scores:
    """By slot, what BM25 adds to a count below the line: more for a longer file."""
    mean = max(1.0, sum(corpus.lengths) / max(1, len(corpus)))
    fixed, share = SATURATION * (1 - LENGTH_SHARE), SATURATION * LENGTH_SHARE / mean
    return [fixed + share * length for length in corpus.lengths]


def _common(mention: tuple[str, ...], end: int, path: str) -> int:
    """How many parts up to `end` of the mention a path ends with, its extension as one more."""
    folder, _, name = path.rpartition("/")
    first, _, extension = name.partition(".")
    own = folder.split("/") if first in FOLDER_NAMES else [*folder.split("/"), first]
    if mention[end - 1] == first and first in FOLDER_NAMES:
        own.append(first)
    length = 0
    while length < min(end, len(own)) and mention[end - 1 - length] == own[-1 - length]:
        length += 1
    return length + (length > 0 and mention[end : end + 1] == (extension,))
