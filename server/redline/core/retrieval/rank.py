"""The files a change will touch, best first, and which signals say so.

A weighted sum: each signal is divided by its best value among the candidates, so that a
weight means the same for every query and repository (score fusion by maximum, Lee 1997,
"Analyses of multiple evidence combination"). Words, paths, names and history make a first
order; its best files then speak for their folders, for what changes with them, for what
defines the names they use, and for what imports them. The weights were tuned by hand on six
repositories of six languages, where the optimum is flat, that of imports on nine;
tests/benchmarks/localise.py measures it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from redline.core.graph.model import Imports
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.history import Memory, partner_scores, word_scores
from redline.core.retrieval.lexical import (
    Scores,
    body_scores,
    exact_scores,
    idf,
    mention_scores,
    name_scores,
    path_scores,
    rarity,
)
from redline.core.retrieval.terms import Query, read_query, words

WEIGHTS: Mapping[str, float] = {
    "words": 1.0,
    "path": 0.7,
    "coverage": 0.3,
    "exact names": 0.6,
    "symbols": 0.1,
    "mentioned": 1.0,
    "messages": 0.5,
    "similar commits": 0.5,
    "recent": 0.3,
    "folder": 0.3,
    "changed together": 0.2,
    "used by": 0.15,
    "imports": 0.15,
}
PRIORS = frozenset({"recent", "folder"})
"""Signals that order what others found, and find nothing themselves."""
TEST_FACTOR = 0.8
"""What is left of a test's score unless the query speaks of tests."""
SEEDS = 20
"""How many of the best files of the first order speak for others."""
MAX_WORDS = 64
"""Of a longer query the rarest words are taken."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A file found. `signals` are what each gave, the most first; they add up to `score`.

    Scores compare within one answer only.
    """

    path: str
    score: float
    signals: tuple[tuple[str, float], ...]


def rank(
    corpus: Corpus,
    memory: Memory,
    imports: Imports,
    query: str,
    limit: int,
    keep: Callable[[str], bool] | None = None,
) -> tuple[Hit, ...]:
    """The `limit` best files for `query` among those `keep` holds true for.

    `imports` are by path. The same corpus, memory, imports and query give the same answer,
    whatever order files came in.
    """
    slots = [slot for slot in corpus.slots() if keep is None or keep(corpus.paths[slot])]
    asked = read_query(query)
    if not slots or not asked.words:
        return ()
    rare = _rarest(corpus, memory, asked)
    places = corpus.places(memory.paths)
    raw = _lexical(corpus, asked, rare) | _remembered(corpus, memory, rare, places)
    signals = _scaled(raw, slots)
    first = _sums(signals, len(corpus.paths))
    seeds = _seeds(corpus, first, slots)
    if not seeds:
        return ()
    raw = {
        "folder": _folders(corpus, first, slots),
        "changed together": _partners(corpus, memory, seeds, places),
        "used by": _definers(corpus, seeds),
        "imports": _importers(corpus, imports, seeds),
    }
    signals |= _scaled(raw, slots)
    total = _sums(signals, len(corpus.paths))
    if not asked.about_tests:
        factors = (TEST_FACTOR if test else 1.0 for test in corpus.tests)
        total = [score * factor for score, factor in zip(total, factors, strict=True)]
    best = _best(corpus, total, slots, limit)
    return tuple(_hit(corpus, signals, slot, total[slot]) for slot in best)


def _rarest(corpus: Corpus, memory: Memory, asked: Query) -> dict[str, float]:
    """The words asked for with their rarity, in order of the query."""
    whole = (word for name in asked.exact for word in words(name)[-1:])
    corpus.words.expect((*asked.words, *whole))
    rare = rarity(corpus, asked.words)
    if len(rare) <= MAX_WORDS:
        return rare
    known = [
        w for w in rare if corpus.words.postings(w) or corpus.in_path(w) or w in memory.postings
    ]
    kept = set(heapq.nsmallest(MAX_WORDS, known, key=lambda word: (-rare[word], word)))
    return {word: weight for word, weight in rare.items() if word in kept}


def _lexical(corpus: Corpus, asked: Query, rare: Mapping[str, float]) -> dict[str, Scores]:
    """What the files' own words say."""
    bodies, coverage = body_scores(corpus, rare)
    return {
        "words": bodies,
        "path": path_scores(corpus, rare),
        "coverage": coverage,
        "exact names": exact_scores(corpus, asked.exact),
        "symbols": name_scores(corpus, rare),
        "mentioned": mention_scores(corpus, asked),
    }


def _remembered(
    corpus: Corpus, memory: Memory, wanted: Iterable[str], places: Sequence[int]
) -> dict[str, Scores]:
    """What the history says."""
    messages, similar = word_scores(memory, wanted)
    size = len(corpus.paths)
    return {
        "messages": _by_slot(messages, places, size),
        "similar commits": _by_slot(similar, places, size),
        "recent": _by_slot(memory.recent, places, size),
    }


def _by_slot(scores: Sequence[float], places: Sequence[int], size: int) -> Scores:
    result = [0.0] * size
    for score, slot in zip(scores, places, strict=True):
        if slot >= 0:
            result[slot] = score
    return result


def _scaled(raw: Mapping[str, Scores], slots: Sequence[int]) -> dict[str, Scores]:
    """Each signal over its best candidate's value, times its weight; none that says nothing."""
    result = {}
    for name, scores in raw.items():
        best = max(map(scores.__getitem__, slots))
        if best > 0:
            factor = WEIGHTS[name] / best
            result[name] = [score * factor for score in scores]
    return result


def _sums(signals: Mapping[str, Scores], size: int) -> Scores:
    """By slot all signals together; nothing for a file of which only `PRIORS` speak."""
    priors = [scores for name, scores in signals.items() if name in PRIORS]
    telling = [scores for name, scores in signals.items() if name not in PRIORS]
    told = list(map(sum, zip([0.0] * size, *telling, strict=True)))
    prior = map(sum, zip([0.0] * size, *priors, strict=True))
    return [one + other if one > 0 else 0.0 for one, other in zip(told, prior, strict=True)]


def _best(corpus: Corpus, scores: Scores, slots: Sequence[int], limit: int) -> list[int]:
    """The best slots with a score; what differs by rounding only is in the order of paths."""
    least = min(heapq.nlargest(limit, map(scores.__getitem__, slots)), default=0.0) - 1e-8
    near = [at for at in slots if scores[at] > max(0.0, least)]
    found = [(-round(scores[at], 9), corpus.paths[at], at) for at in near]
    return [slot for _, _, slot in heapq.nsmallest(limit, found)]


def _hit(corpus: Corpus, signals: Mapping[str, Scores], slot: int, score: float) -> Hit:
    total = sum(scores[slot] for scores in signals.values())
    shares = [(name, scores[slot] * score / total) for name, scores in signals.items()]
    told = sorted(((n, round(each, 4)) for n, each in shares), key=lambda it: (-it[1], it[0]))
    return Hit(corpus.paths[slot], round(score, 4), tuple(each for each in told if each[1]))


def _seeds(corpus: Corpus, first: Scores, slots: Sequence[int]) -> dict[int, float]:
    """The files that speak for others, each with its weight."""
    best = _best(corpus, first, slots, SEEDS)
    return {slot: (first[slot] / first[best[0]]) ** 2 for slot in best}


def _folders(corpus: Corpus, first: Scores, slots: Sequence[int]) -> Scores:
    """For each file the three best scores of its folder, as a mean."""
    folders: dict[str, list[float]] = {}
    for slot in slots:
        folders.setdefault(corpus.folders[slot], []).append(first[slot])
    means = {name: sum(heapq.nlargest(3, found)) / 3 for name, found in folders.items()}
    result = [0.0] * len(corpus.paths)
    for slot in slots:
        result[slot] = means[corpus.folders[slot]]
    return result


def _definers(corpus: Corpus, seeds: Mapping[int, float]) -> Scores:
    """For each file how many names the seeds use that hardly any other file defines."""
    result = [0.0] * len(corpus.paths)
    telling = corpus.telling()
    for seed, weight in seeds.items():
        terms = corpus.terms[seed]
        found: dict[int, float] = {}
        for name in sorted(telling.intersection(terms.names if terms else ())):
            definers = corpus.definers[name]
            for slot in definers:
                found[slot] = found.get(slot, 0.0) + 1 / len(definers)
        found.pop(seed, None)
        for slot, count in found.items():
            result[slot] += weight * count / (count + 3)
    return result


def _importers(corpus: Corpus, imports: Imports, seeds: Mapping[int, float]) -> Scores:
    """What imports the seeds."""
    result = [0.0] * len(corpus.paths)
    for seed, weight in seeds.items():
        importers = imports.importers.get(corpus.paths[seed], ())
        gain = weight * idf(len(corpus), len(importers))
        for slot in corpus.places(importers):
            if slot >= 0:
                result[slot] += gain
    return result


def _partners(
    corpus: Corpus, memory: Memory, seeds: Mapping[int, float], places: Sequence[int]
) -> Scores:
    """What changed together with the seeds."""
    known = {slot: place for place, slot in enumerate(places) if slot in seeds}
    weights = {known[slot]: weight for slot, weight in seeds.items() if slot in known}
    return _by_slot(partner_scores(memory, weights), places, len(corpus.paths))
