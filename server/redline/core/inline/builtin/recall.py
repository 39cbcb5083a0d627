"""Lines that came after lines like the last ones: second source of what may come next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.memory import KINDS, is_tail
from redline.core.inline.builtin.mixing import ELSEWHERE, FILE, FOLDER, Source
from redline.core.inline.builtin.tokens import shape

OWN, NEAR, FAR = 0, 1, 2
"""In this file, in this folder, elsewhere."""
MOST = 40
TOO_COMMON = 800
"""A context more lines have is not looked up in the repository."""
MOST_AGREED = 6
FAR_KINDS = (0, 2)
"""The kinds of keys that are telling enough for the whole repository."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How many lines before a line are those before the place where one is sought, how many
    have the same shape, and the names that differ in these, there and here."""

    agreed: int
    shaped: int
    names: dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A line as it stands somewhere, the tokens of the last before it, and of the one after."""

    break_: bytes
    tokens: tuple[bytes, ...]
    last: tuple[bytes, ...]
    after: tuple[bytes, ...]
    age: int
    alike: Alike


@dataclass(slots=True)
class Votes:
    """What speaks for a line: occurrences by kind of key and by distance, and how well the
    lines around the best of them agree with those here.

    `adapted`: names in it were exchanged as between the lines before it there and here. `age` is
    in lines back from here; `same` are the occurrences after at least one, two and three of the
    same lines; `agreed` and `shaped` are the most lines, `overlap` the largest share of tokens.
    """

    adapted: bool = False
    counts: list[int] = field(default_factory=lambda: [0] * (3 * KINDS))
    age: int = 1_000_000
    same: list[int] = field(default_factory=lambda: [0, 0, 0])
    agreed: int = 0
    shaped: int = 0
    overlap: float = 0.0
    same_after: int = 0


Voted = dict[tuple[bytes, tuple[bytes, ...]], Votes]


def recalled(source: Source, own: Live, opening: bytes, after: tuple[bytes, ...]) -> Voted:
    """Lines, by break and tokens, that may come next; `after` is the next line there is."""
    voted: Voted = {}
    last = own.lines[-1].tokens if own.lines else ()
    for kind, key in enumerate(own.keys()):
        for distance, each in _occurrences(source, own, (kind, key)):
            if not each.break_.startswith(opening) or is_tail(each.break_):
                continue
            overlap = _overlap(each.last, last)
            for tokens, adapted in _versions(each):
                votes = voted.setdefault((each.break_, tokens), Votes(adapted))
                votes.counts[3 * kind + distance] += 1
                votes.age = min(votes.age, each.age)
                votes.overlap = max(votes.overlap, overlap)
                votes.agreed = max(votes.agreed, each.alike.agreed)
                votes.shaped = max(votes.shaped, each.alike.shaped)
                for size in range(min(3, each.alike.agreed)):
                    votes.same[size] += 1
                votes.same_after += bool(after) and each.after == after
    return voted


def _occurrences(
    source: Source, own: Live, looked: tuple[int, int]
) -> Iterator[tuple[int, Occurrence]]:
    kind, key = looked
    for near in source.near:
        live = near.live
        numbers = live.after[kind].get(key, ())[-MOST:]
        distance = OWN if near.weight == FILE else NEAR if near.weight > ELSEWHERE else FAR
        if distance == FAR and kind not in FAR_KINDS:
            continue
        for number in numbers:
            age = len(live.lines) - number if live is own else 100_000 * (distance + 1)
            yield distance, _live_line(live, number, (own, age))
    memory = source.memory
    found = memory.after(kind, key)
    if len(found) > TOO_COMMON:
        return
    folder, namesakes, far = list[int](), list[int](), list[int]()
    for number in found:
        weight = source.weight(memory.file_at(memory.lines[number]))
        if weight > ELSEWHERE:
            (folder if weight == FOLDER else namesakes).append(number)
        if weight:
            far.append(number)
    for number in (*folder, *namesakes)[:MOST]:
        yield NEAR, _kept_line(source, number, (own, 100_000 * (NEAR + 1)))
    if kind in FAR_KINDS:
        step = max(1, len(far) // MOST)
        for number in far[::step]:
            yield FAR, _kept_line(source, number, (own, 100_000 * (FAR + 1)))


def _live_line(live: Live, number: int, here: tuple[Live, int]) -> Occurrence:
    own, age = here
    lines = live.lines

    def tokens(at: int) -> tuple[bytes, ...]:
        return lines[at].tokens if 0 <= at < len(lines) else ()

    line = lines[number]
    around = tokens(number - 1), tokens(number + 1)
    return Occurrence(line.break_, line.tokens, *around, age, _alike(tokens, number, own))


def _kept_line(source: Source, number: int, here: tuple[Live, int]) -> Occurrence:
    own, age = here
    memory = source.memory
    file = memory.file_at(memory.lines[number])
    size = len(memory.lines)

    def tokens(at: int) -> tuple[bytes, ...]:
        inside = 0 <= at < size and memory.file_at(memory.lines[at]) == file
        return memory.line(at)[1:] if inside else ()

    break_, *line = memory.line(number)
    around = tokens(number - 1), tokens(number + 1)
    return Occurrence(break_, tuple(line), *around, age, _alike(tokens, number, own))


def _alike(tokens: Callable[[int], tuple[bytes, ...]], number: int, own: Live) -> Alike:
    """The lines before a line beside those at the end of `own`."""
    agreed = shaped = 0
    names: dict[bytes, bytes] = {}
    for back in range(1, min(MOST_AGREED, len(own.lines)) + 1):
        there, here = tokens(number - back), own.lines[-back].tokens
        if there == here:
            agreed += agreed == shaped
        elif not there or len(there) != len(here) or shape(there) != shape(here):
            break
        else:
            for one, other in zip(there, here, strict=True):
                if one != other:
                    names.setdefault(one.lstrip(), other.lstrip())
        shaped += 1
    return Alike(agreed, shaped, names)


def _overlap(there: Sequence[bytes], here: Sequence[bytes]) -> float:
    """The share of tokens that are the same at the same place, from either end."""
    size = max(len(there), len(here))
    if not size:
        return 1.0
    same = 0
    shorter = min(len(there), len(here))
    while same < shorter and there[same] == here[same]:
        same += 1
    back = 0
    while back < shorter - same and there[-1 - back] == here[-1 - back]:
        back += 1
    return (same + back) / size


def _versions(each: Occurrence) -> Iterator[tuple[tuple[bytes, ...], bool]]:
    """The line as it stands there, and with the names that differ between there and here."""
    yield each.tokens, False
    if each.alike.names:
        adapted = tuple(_exchanged(token, each.alike.names) for token in each.tokens)
        if adapted != each.tokens:
            yield adapted, True


def _exchanged(token: bytes, names: dict[bytes, bytes]) -> bytes:
    bare = token.lstrip()
    found = names.get(bare)
    if found is None:
        part = next((name for name in names if len(name) > 2 and name in bare), None)
        if part is None:
            return token
        found = bare.replace(part, names[part])
    return token[: len(token) - len(bare)] + found
