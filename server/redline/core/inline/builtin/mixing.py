"""Which token comes next: what followed the same tokens before, the longer and nearer the better.

Counts of all lengths of context are mixed as Witten and Bell did; each occurrence counts by
where it is: in this file, in this folder, in a file of the same name, anywhere (a nested cache).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.memory import Memory, Range

LONGEST = 8
SHORTEST = 2
"""Tokens of a context at most and at least."""
SAMPLES = 32
"""So many occurrences are looked at where there are more."""
RECENT = 40
ENOUGH = 0.03
"""What shorter contexts say no longer matters when this is left for them."""
FILE, FOLDER, NAMESAKE, ELSEWHERE = 20.0, 4.0, 2.0, 1.0


def weight_of(uri: str, here: str) -> float:
    """How much an occurrence in another file counts for what is typed `here`."""
    folder, _, name = uri.rpartition("/")
    own_folder, _, own_name = here.rpartition("/")
    if folder == own_folder:
        return FOLDER
    return NAMESAKE if name == own_name else ELSEWHERE


@dataclass(frozen=True, slots=True)
class Near:
    """A live text beside the one that is typed in, and how much an occurrence in it counts."""

    live: Live
    weight: float


@dataclass(frozen=True, slots=True)
class Next:
    """How likely each token is; how many tokens the longest known context has, and how much
    speaks for it."""

    chances: dict[bytes, float]
    length: int
    support: float


@dataclass(slots=True)
class Source:
    """All that is known at `uri`: the memory but for its `hidden` files, and texts that are open.

    `near` begins with the text that is typed in; `weights` are those of the memory's files.
    """

    memory: Memory
    uri: str
    hidden: frozenset[int]
    near: tuple[Near, ...]
    _weights: dict[int, float] = field(default_factory=dict)
    _next: dict[tuple[bytes, ...], Next] = field(default_factory=dict)
    _stems: dict[tuple[bytes, ...], list[Range]] = field(default_factory=dict)

    def weight(self, file: int) -> float:
        """How much an occurrence in a file of the memory counts; 0 for one that is hidden."""
        weight = self._weights.get(file)
        if weight is None:
            hidden = file in self.hidden
            weight = 0.0 if hidden else weight_of(self.memory.uris[file], self.uri)
            self._weights[file] = weight
        return weight

    def next(self, context: tuple[bytes, ...]) -> Next:
        """What comes after a context, of which only the last tokens matter."""
        context = context[-LONGEST:]
        found = self._next.get(context)
        if found is None:
            found = self._next[context] = self._mixed(context)
        return found

    def _mixed(self, context: tuple[bytes, ...]) -> Next:
        chances: dict[bytes, float] = defaultdict(float)
        ranges = self._ranges(context)
        heard = self._heard(context)
        left, length, support = 1.0, 0, 0.0
        longest = max([len(ranges), *(each[0] for each in heard)])
        for size in range(longest, SHORTEST - 1, -1):
            counts: dict[bytes, float] = defaultdict(float)
            if size <= len(ranges):
                self._count(ranges[size - 1], size, counts)
            for agreed, token, weight in heard:
                if agreed >= size:
                    counts[token] += weight
            if not counts:
                continue
            total = sum(counts.values())
            if not length:
                length, support = size, total
            share = total / (total + len(counts))
            for token, count in counts.items():
                chances[token] += left * share * count / total
            left *= 1 - share
            if left < ENOUGH:
                break
        return Next(chances, length, support)

    def _ranges(self, context: tuple[bytes, ...]) -> list[Range]:
        """Where the last token stands, the last two, and so on while they stand anywhere."""
        memory = self.memory
        number = memory.words.number(context[-1]) if context else -1
        if number < 0:
            return []
        stem = context[:-1]
        shorter = self._stems.get(stem)
        if shorter is None:
            shorter = self._stems[stem] = self._searched(stem)
        ranges = [memory.standing(number)]
        for size, found in enumerate(shorter, 1):
            narrowed = memory.narrowed(found, size, number)
            if narrowed[0] == narrowed[1]:
                break
            ranges.append(narrowed)
        # The context of the next token lacks the first of these, if they are as many as count.
        self._stems[context if len(context) < LONGEST else context[1:]] = ranges[: LONGEST - 1]
        return ranges

    def _searched(self, context: Sequence[bytes]) -> list[Range]:
        memory, ranges = self.memory, list[Range]()
        numbers = [memory.words.number(each) for each in context]
        for size in range(1, len(numbers) + 1):
            found = memory.found(numbers[-size:])
            if found[0] == found[1]:
                break
            ranges.append(found)
        return ranges

    def _heard(self, context: Sequence[bytes]) -> list[tuple[int, bytes, float]]:
        """From the live texts: how many tokens agree, what comes next, what that counts."""
        found: list[tuple[int, bytes, float]] = []
        if len(context) < SHORTEST:
            return found
        for near in self.near:
            tokens = near.live.tokens
            for at in near.live.pairs.get((context[-2], context[-1]), ())[-RECENT:]:
                if at >= len(tokens):
                    continue
                agreed = SHORTEST
                while agreed < len(context) and at > agreed:
                    if tokens[at - agreed - 1] != context[-agreed - 1]:
                        break
                    agreed += 1
                found.append((agreed, tokens[at], near.weight))
        return found

    def _count(self, found: Range, size: int, counts: dict[bytes, float]) -> None:
        memory = self.memory
        tokens, order, words = memory.tokens, memory.order, memory.words
        starts, weights = memory.starts, self._weights
        step = max(1.0, (found[1] - found[0]) / SAMPLES)
        for place in _spread(found, step):
            position = order[place]
            # Thousands of these make up one answer: no calls but where a file is new.
            file = bisect_right(starts, position) - 1
            weight = weights.get(file)
            if weight is None:
                weight = self.weight(file)
            at = position + size
            if weight and tokens[at]:
                counts[words[tokens[at]]] += weight * step


def _spread(found: Range, step: float) -> Iterable[int]:
    if step == 1.0:
        return range(*found)
    return [found[0] + int(step * (each + 0.5)) for each in range(SAMPLES)]
