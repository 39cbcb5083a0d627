"""History as memory: what commits with similar words touched, and what changed together.

A file is also described by the messages of the commits that touched it, and a request by
the commits most like it (Kim, Zimmermann and others 2013, "Where should we fix this bug?",
and Zhou, Zhang and Lo 2012, "BugLocator", rank files so). Files that changed together are
likely to again (Zimmermann and others 2005, "Mining version histories to guide software
changes"). Old commits count less, wide ones less for each of their files.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from redline.core.retrieval.lexical import idf
from redline.core.retrieval.terms import STOP, text_words

YEAR = 365.0 * 86_400
WIDE = 60
"""A commit of more files than this says nothing of one of them."""
TOGETHER = 20
"""A commit of more files than this is not a reason to change them together."""
SIMILAR = 100
"""How many of the commits most like the request are asked what they touched."""
PARTNERS = 200
"""How many of the last commits of a file are asked what changed with it."""

_TRAILER = re.compile(
    r"^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|thanks|backport|git-svn-id|cc)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its time in seconds since 1970, its telling words, the paths it touched."""

    time: int
    words: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The commits that lead to `head`, the newest first; cut off where a budget ended.

    `head` is the object id, '' when there is no repository or no commit.
    """

    head: str = ""
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """A history as the ranking reads it, for the files that live now.

    Row r is a commit that touched a living file. Its files are the places in `paths` of
    `files[bounds[r]:bounds[r + 1]]`; `weights[r]` is what it gives each of them, `ages[r]`
    how old it was in years at the newest commit, `drags[r]` what BM25 adds below the line for
    its number of words. `postings` has the rows of each word, `touched` the rows of each
    path, `norms` what BM25 adds for all its messages, and `recent` how much it changed of
    late, as a logarithm.
    """

    paths: tuple[str, ...]
    bounds: array[int]
    files: array[int]
    weights: array[float]
    ages: array[float]
    drags: array[float]
    postings: Mapping[str, array[int]]
    touched: tuple[array[int], ...]
    norms: array[float]
    recent: array[float]


def message_words(message: str) -> tuple[str, ...]:
    """The telling words of a commit's message, without its trailers."""
    found = text_words(_TRAILER.sub("", message))
    return tuple(word for word in found if len(word) > 1 and word not in STOP)


def remember(history: History, living: Container[str]) -> Memory:
    """What a history says about the `living` paths, also by the names they had before."""
    newest = history.commits[0].time if history.commits else 0
    places: dict[str, int] = {}
    former: dict[str, str] = {}
    bounds, files, sizes = array("I", (0,)), array("I"), array("I")
    weights, ages = array("d"), array("d")
    postings: dict[str, array[int]] = {}
    for commit in history.commits:
        own = _living(commit.paths, living, former)
        if not own or len(commit.paths) > WIDE:
            continue
        row = len(sizes)
        age = max(0, newest - commit.time) / YEAR
        files.extend(places.setdefault(path, len(places)) for path in own)
        bounds.append(len(files))
        weights.append(1 / math.sqrt(len(own) * (1 + age / 2)))
        ages.append(age)
        sizes.append(len(commit.words))
        for word in commit.words:
            rows = postings.get(word)
            if rows is None:
                rows = postings[word] = array("I")
            rows.append(row)
    mean = sum(sizes) / max(1, len(sizes)) or 1.0
    drags = array("d", [1.2 * (0.4 + 0.6 * size / mean) for size in sizes])
    by_path = _by_path(len(places), (bounds, files), weights, ages, sizes)
    return Memory(tuple(places), bounds, files, weights, ages, drags, postings, *by_path)


def word_scores(memory: Memory, wanted: Iterable[str]) -> tuple[list[float], list[float]]:
    """By path: BM25 of its messages taken as one text, and what similar commits touched."""
    commits = [0.0] * len(memory.drags)
    bodies = [0.0] * len(memory.paths)
    bounds, weights, drags = memory.bounds, memory.weights, memory.drags
    for word in wanted:
        rows = memory.postings.get(word, ())
        gain = 2.2 * idf(len(drags), len(rows))
        counts: dict[int, float] = {}
        for row in rows:
            commits[row] += gain / (1 + drags[row])
            weight = weights[row]
            for place in memory.files[bounds[row] : bounds[row + 1]]:
                counts[place] = counts.get(place, 0.0) + weight
        gain = 2.2 * idf(len(memory.paths), len(counts))
        for place, count in counts.items():
            bodies[place] += gain * count / (count + memory.norms[place])
    return bodies, _spread(memory, commits)


def partner_scores(memory: Memory, seeds: Mapping[int, float]) -> list[float]:
    """By path: how much it changed together with the `seeds`, places with their weights.

    The share of common changes is a cosine, with two changes more for each side so that
    files seen once do not count as inseparable.
    """
    scores = [0.0] * len(memory.paths)
    fades: dict[int, float] = {}
    for seed, weight in seeds.items():
        common: dict[int, float] = {}
        for row in memory.touched[seed][:PARTNERS]:
            own = memory.files[memory.bounds[row] : memory.bounds[row + 1]]
            if len(own) <= TOGETHER:
                fade = fades.setdefault(row, 1 / (1 + memory.ages[row] / 3))
                for place in own:
                    common[place] = common.get(place, 0.0) + fade
        total = common.pop(seed, 0.0) + 2
        for place, shared in common.items():
            other = len(memory.touched[place]) + 2
            scores[place] += weight * shared / math.sqrt(total * other)
    return scores


def _living(
    paths: tuple[str, ...], living: Container[str], former: dict[str, str]
) -> tuple[str, ...]:
    """The living files among `paths`; `former` learns the names they had before.

    Commits come newest first. A path that lives no more, in a commit with just one living
    file of the same base name, is taken for its name before a move.
    """
    if all(map(living.__contains__, paths)):
        return paths
    now = {path: path if path in living else former.get(path, "") for path in paths}
    found = tuple(dict.fromkeys(path for path in now.values() if path))
    if found and len(found) < len(now):
        same: dict[str, set[str]] = {}
        for path, current in now.items():
            if current:
                same.setdefault(path.rpartition("/")[2], set()).add(current)
        for path, current in now.items():
            others = same.get(path.rpartition("/")[2], ())
            if not current and len(others) == 1:
                former[path] = next(iter(others))
    return found


def _by_path(
    count: int,
    rows: tuple[array[int], array[int]],
    weights: array[float],
    ages: array[float],
    sizes: array[int],
) -> tuple[tuple[array[int], ...], array[float], array[float]]:
    """For each path its rows, what BM25 adds for its messages, and its recent changes."""
    touched = tuple(array("I") for _ in range(count))
    lengths, recent = [0.0] * count, [0.0] * count
    bounds, files = rows
    for row, (start, end) in enumerate(pairwise(bounds)):
        late = weights[row] * math.sqrt(1 + ages[row] / 2) * math.exp(-2 * ages[row])
        for place in files[start:end]:
            touched[place].append(row)
            lengths[place] += sizes[row] * weights[row]
            recent[place] += late
    mean = sum(lengths) / max(1, count) + 1.0
    norms = array("d", [1.2 * (0.5 + 0.5 * (length + 1.0) / mean) for length in lengths])
    return touched, norms, array("d", map(math.log1p, recent))


def _spread(memory: Memory, commits: list[float]) -> list[float]:
    """What the commits with the best scores give to the files they touched."""
    scores = [0.0] * len(memory.paths)
    hits = [row for row, score in enumerate(commits) if score > 0]
    hits.sort(key=lambda row: (-commits[row], row))
    for row in hits[:SIMILAR]:
        share = (commits[row] / commits[hits[0]]) ** 2 * memory.weights[row]
        for place in memory.files[memory.bounds[row] : memory.bounds[row + 1]]:
            scores[place] += share
    return scores
