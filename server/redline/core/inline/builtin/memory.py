"""What a repository's code says, as columns: its tokens in order, and two ways to look them up.

`order` has all positions sorted by the tokens that follow, so that what follows a context is
one range of it. `kept` has the lines by what their context looks like.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from redline.core.inline.builtin.blocks import NOWHERE, Blocks
from redline.core.inline.builtin.tokens import (
    START,
    TAIL,
    Lexer,
    Line,
    family_of,
    indent_after,
    shape,
)

DEPTH = 10
"""So many tokens decide the order of two positions; a context has at most two less."""
MOST_KNOWN = 20_000
"""So many words, numbers and places are remembered once they were looked up: some 7 MB."""
KINDS = 4
"""How many ways there are to look a line up by its context."""

Ints = Sequence[int]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file to be remembered; `digest` is that of its bytes."""

    uri: str
    language: str
    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """All distinct tokens in the order of their bytes; a token's place is its number."""

    data: bytes
    ends: Ints
    _numbers: dict[bytes, int] = field(default_factory=dict, compare=False)
    _words: dict[int, bytes] = field(default_factory=dict, compare=False)

    def __getitem__(self, number: int) -> bytes:
        word = self._words.get(number)
        if word is None:
            if len(self._words) >= MOST_KNOWN:
                self._words.clear()
            start = self.ends[number - 1] if number else 0
            word = self._words[number] = self.data[start : self.ends[number]]
        return word

    def several(self, numbers: Iterable[int]) -> tuple[bytes, ...]:
        """The tokens with these numbers."""
        known = self._words
        return tuple([known[each] if each in known else self[each] for each in numbers])

    def number(self, word: bytes) -> int:
        """The number of a token, -1 for one that is nowhere in the repository."""
        found = self._numbers.get(word)
        if found is None:
            if len(self._numbers) >= MOST_KNOWN:
                self._numbers.clear()
            at = self.first(word)
            known = at < len(self.ends) and self[at] == word
            found = self._numbers[word] = at if known else -1
        return found

    def first(self, word: bytes) -> int:
        """The number of the first token that is not before `word`."""
        return bisect_left(range(len(self.ends)), word, key=self.__getitem__)


@dataclass(frozen=True, slots=True)
class Memory:
    """The code of a repository; files in the order of their uris, then `DEPTH` empty tokens.

    `starts` are the positions where files begin, `lines` those of all breaks, `within`
    the number of the header of the block each line is in, its own where there is none.
    `kept[kind]` are the keys of contexts in order, and the number of the line after each.
    """

    words: Words
    tokens: Ints
    order: Ints
    starts: Ints
    lines: Ints
    within: Ints
    kept: tuple[tuple[Ints, Ints], ...]
    uris: tuple[str, ...]
    digests: tuple[str, ...]
    _standing: dict[int, Range] = field(default_factory=dict, compare=False)

    def narrowed(self, found: Range, depth: int, word: int) -> Range:
        """Of a range whose positions agree in `depth` tokens, those where `word` comes next."""
        tokens, order = self.tokens, self.order
        low, high = found
        if high - low == 1:
            return found if tokens[order[low] + depth] == word else (low, low)

        def key(at: int) -> int:
            return tokens[at + depth]

        low = bisect_left(order, word, low, high, key=key)
        return low, bisect_right(order, word, low, high, key=key)

    def standing(self, word: int) -> Range:
        """Where a token stands."""
        found = self._standing.get(word)
        if found is None:
            if len(self._standing) >= MOST_KNOWN:
                self._standing.clear()
            found = self._standing[word] = self.narrowed((0, len(self.order)), 0, word)
        return found

    def found(self, context: Sequence[int]) -> Range:
        """Where a context stands; the range is empty for one that stands nowhere."""
        if min(context, default=-1) < 0:
            return 0, 0
        found = self.standing(context[0])
        for depth, word in enumerate(context[1:], 1):
            if found[0] == found[1]:
                break
            found = self.narrowed(found, depth, word)
        return found

    def file_at(self, position: int) -> int:
        """The number of the file a position is in."""
        return bisect_right(self.starts, position) - 1

    def line(self, number: int) -> tuple[bytes, ...]:
        """The break and the tokens of a line."""
        start = self.lines[number]
        end = self.lines[number + 1] if number + 1 < len(self.lines) else len(self.tokens)
        # The start of the next file may stand in between: it has the number 0.
        return self.words.several([each for each in self.tokens[start:end] if each])

    def header(self, number: int) -> int:
        """The number of the header of the block a line is in, `NOWHERE` for none."""
        header = self.within[number]
        return NOWHERE if header == number else header

    def after(self, kind: int, key: int) -> Ints:
        """The numbers of the lines whose context has this key."""
        keys, numbers = self.kept[kind]
        low = bisect_left(keys, key)
        return numbers[low : bisect_right(keys, key, low)]


def keys_of(before: Sequence[bytes], last: Sequence[bytes]) -> tuple[int, ...]:
    """The keys of a context, from the tokens of the last line and the one `before` it.

    By the shapes of both lines, by that of the last, by how the last begins and ends, and by
    how it begins after a line of the same shape.
    """
    earlier, shapes = shape(before), shape(last)
    begins, ends = b"\n".join(last[:4]), b"".join(last[-1:])
    return (
        _key(b"%s\r%s" % (earlier, shapes)),
        _key(shapes),
        _key(b"%s\r\r%s" % (begins, ends)),
        _key(b"%s\r\r\r%s" % (earlier, b"\n".join(last[:2]))),
    )


def _key(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=4).digest())


def built(files: Iterable[SourceText]) -> Memory:
    """The memory of some files; those in no language of code are left out."""
    lexers: dict[str, Lexer] = {}
    numbers: dict[bytes, int] = {START: 0}
    tokens, starts, lines, within = array("I"), array("I"), array("I"), array("I")
    keys = tuple(array("I") for _ in range(KINDS))
    uris, digests = [], []
    for file in sorted(files, key=lambda each: each.uri):
        family = family_of(file.language)
        if family is None:
            continue
        lexer = lexers.setdefault(family.name, Lexer(family))
        uris.append(file.uri)
        digests.append(file.digest)
        starts.append(len(tokens))
        tokens.append(0)
        blocks, first, indent = Blocks(), len(lines), b""
        for line, made in _keyed(lexer.lines(file.data)):
            if line.break_ != TAIL:
                indent = indent_after(line.break_, indent) or b""
            blocks.add(line.tokens, len(indent))
            header = blocks.within[-1]
            within.append(len(lines) if header == NOWHERE else first + header)
            lines.append(len(tokens))
            for column, key in zip(keys, made, strict=True):
                column.append(key)
            for word in (line.break_, *line.tokens):
                tokens.append(numbers.setdefault(word, len(numbers)))
    words, renumbered = _sorted(numbers)
    tokens = array("I", map(renumbered.__getitem__, tokens))
    order = _order(tokens, len(numbers))
    tokens.extend([0] * DEPTH)
    kept = tuple(_kept(column) for column in keys)
    return Memory(words, tokens, order, starts, lines, within, kept, tuple(uris), tuple(digests))


def _keyed(lines: Iterable[Line]) -> Iterator[tuple[Line, tuple[int, ...]]]:
    before: tuple[bytes, ...] = ()
    last: tuple[bytes, ...] = ()
    for line in lines:
        yield line, keys_of(before, last)
        before, last = last, line.tokens


def _sorted(numbers: dict[bytes, int]) -> tuple[Words, array[int]]:
    """The words in order, and by the numbers they were given at first those they have."""
    ends, renumbered = array("I"), array("I", bytes(4 * len(numbers)))
    words = sorted(numbers)
    length = 0
    for place, word in enumerate(words):
        renumbered[numbers[word]] = place
        length += len(word)
        ends.append(length)
    return Words(b"".join(words), ends), renumbered


def _order(tokens: array[int], words: int) -> array[int]:
    """All positions, sorted by the tokens from there on, then by themselves."""
    apart: list[array[int]] = [array("I") for _ in range(words)]
    for position, word in enumerate(tokens):
        apart[word].append(position)
    swapped = array("I", tokens)
    swapped.byteswap()
    data = swapped.tobytes()
    order, width = array("I"), tokens.itemsize

    def rest(position: int) -> bytes:
        return data[width * (position + 1) : width * (position + DEPTH)]

    for each in apart:
        order.extend(sorted(each, key=rest) if len(each) > 1 else each)
    return order


def _kept(keys: array[int]) -> tuple[array[int], array[int]]:
    numbers = array("I", sorted(range(len(keys)), key=keys.__getitem__))
    return array("I", map(keys.__getitem__, numbers)), numbers


def is_tail(break_: bytes) -> bool:
    """Whether a line is what is left of one in which a text of several lines ends."""
    return break_ == TAIL


@dataclass(frozen=True, slots=True)
class Remembered:
    """A memory, and the uris of files that it knows otherwise than they are, or not at all, or
    that are gone."""

    memory: Memory
    changed: tuple[str, ...] = ()


EMPTY = built(())
"""Knows nothing."""
