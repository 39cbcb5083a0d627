"""Which memos a goal is like: found by words as files are, by BM25."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from redline.core.memory.model import Memo, MemoKind
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.lexical import body_scores, rarity
from redline.core.retrieval.terms import Terms, read_query, text_words

SHARED = 2
"""So many words a memo and a goal have in common at least, or more for a longer goal."""
SHARE = 0.25
LONG = 12
"""Of a goal with more words than this, so many are reckoned with."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Memos ready to be searched."""

    memos: tuple[Memo, ...] = ()
    words: tuple[frozenset[str], ...] = ()
    corpus: Corpus = field(default_factory=Corpus)


def shelf(memos: Sequence[Memo]) -> Shelf:
    """`memos`, with their words counted."""
    corpus, every = Corpus(), list[frozenset[str]]()
    for memo in memos:
        found = text_words("\n".join((memo.title, memo.text, *memo.paths)))
        counts = array("I", [1] * len(found))
        corpus.add(memo.id, Terms((), array("I"), found, counts, ()))
        every.append(frozenset(found))
    return Shelf(tuple(memos), tuple(every), corpus)


def alike(shelved: Shelf, kind: MemoKind, query: str, path: str, limit: int) -> tuple[Memo, ...]:
    """The `limit` memos of a kind that are most like `query`, the most alike first.

    Those about the file at `path` ('' for none) need only one word in common with it.
    """
    asked = read_query(query).words
    if not asked:
        return ()
    scores, _ = body_scores(shelved.corpus, rarity(shelved.corpus, asked))
    slots = shelved.corpus.places(memo.id for memo in shelved.memos)
    needed = max(SHARED, round(SHARE * min(len(asked), LONG)))
    found: list[tuple[bool, float, str, Memo]] = []
    for memo, words, slot in zip(shelved.memos, shelved.words, slots, strict=True):
        shared = len(words.intersection(asked))
        here = bool(path) and path in memo.paths
        if memo.kind == kind and shared >= (1 if here else min(needed, len(asked))):
            found.append((not here, -scores[slot], memo.id, memo))
    return tuple(memo for *_, memo in sorted(found, key=lambda each: each[:3])[:limit])


def rules(shelved: Shelf, query: str) -> tuple[Memo, ...]:
    """Every rule of the user, those that speak of `query` first, then the latest."""
    asked = frozenset(read_query(query).words)
    pairs = zip(shelved.memos, shelved.words, strict=True)
    found = [(memo, len(words & asked)) for memo, words in pairs if memo.kind == "rule"]
    found.sort(key=lambda each: (-each[1], -each[0].created, each[0].id))
    return tuple(memo for memo, _ in found)
