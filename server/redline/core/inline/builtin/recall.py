"""Lines that came after lines like the last ones: second source of what may come next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redline.core.inline.builtin.adapting import Alike, Occurrence, versions
from redline.core.inline.builtin.around import Around, home_at
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


@dataclass(slots=True)
class Votes:
    """What speaks for a line: occurrences by kind of key and by distance, and how well the
    lines around the best of them agree with those here.

    `adapted`: names in it were exchanged, as `adapting.versions` says. `age` is in lines back from
    here; `same` are the occurrences after at least one, two and three of the same lines; `agreed`
    and `shaped` are the most lines, `overlap` the largest share of tokens. `kin` is the largest
    share of names just before, `akin` the sum of its squares; `homes` are the occurrences in
    blocks whose headers agree at least a little, well, and in full, `placed` those as far behind
    the header, `outer` how well the headers around those agree at best.
    """

    adapted: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * (3 * KINDS))
    age: int = 1_000_000
    same: list[int] = field(default_factory=lambda: [0, 0, 0])
    agreed: int = 0
    shaped: int = 0
    overlap: float = 0.0
    same_after: int = 0
    kin: float = 0.0
    akin: float = 0.0
    homes: list[int] = field(default_factory=lambda: [0, 0, 0])
    outer: int = 0
    placed: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A line that stands `there`, and how what is around it compares to what is around here.

    `likeness` of the headers of both blocks, `outer` of the headers around those (2 in full, 1 in
    how they begin); `placed`: as far behind the header; `goes_on`: before the same line as here;
    `versions` as `adapting.versions` says.
    """

    there: Occurrence
    overlap: float
    likeness: int
    outer: int
    placed: bool
    goes_on: bool
    versions: tuple[tuple[tuple[bytes, ...], int], ...]


Found = tuple[int, int, int]
"""Where a line stands: the number of the live text, or -1 for the memory; its own; its age."""
Voted = dict[tuple[bytes, tuple[bytes, ...]], Votes]


def recalled(here: Around, opening: bytes, after: tuple[bytes, ...]) -> Voted:
    """Lines, by break and tokens, that may come next; `after` is the next line there is."""
    voted: Voted = {}
    known: dict[Found, Compared | None] = {}
    for kind, key in enumerate(here.own.keys()):
        for distance, found in _occurrences(here, (kind, key)):
            if found not in known:
                known[found] = _compared(here, found, opening, after)
            each = known[found]
            if each is None:
                continue
            for line, adapted in each.versions:
                votes = voted.setdefault((each.there.break_, line), Votes(adapted))
                votes.counts[3 * kind + distance] += 1
                votes.same_after += each.goes_on
                _count(votes, each)
    return voted


def _count(votes: Votes, each: Compared) -> None:
    there, alike = each.there, each.there.alike
    votes.age = min(votes.age, there.age)
    votes.overlap = max(votes.overlap, each.overlap)
    votes.agreed = max(votes.agreed, alike.agreed)
    votes.shaped = max(votes.shaped, alike.shaped)
    for size in range(min(3, alike.agreed)):
        votes.same[size] += 1
    votes.kin = max(votes.kin, there.kin)
    votes.akin += there.kin**2
    for size in range(each.likeness):
        votes.homes[size] += 1
    votes.outer = max(votes.outer, each.outer)
    votes.placed += each.placed


def _compared(
    here: Around, found: Found, opening: bytes, after: tuple[bytes, ...]
) -> Compared | None:
    """A line that was found beside the place; None for one that cannot come next."""
    at, number, age = found
    memory = here.source.memory
    live = here.source.near[at].live if at >= 0 else None
    break_ = (
        live.lines[number].break_ if live else memory.words[memory.tokens[memory.lines[number]]]
    )
    if not break_.startswith(opening) or is_tail(break_):
        return None
    there = _live_line(here, live, (number, age)) if live else _kept_line(here, number, age)
    own = here.own
    home = here.home(there.break_)
    likeness = there.home.likeness(home)
    one, other = there.home.outer, home.outer
    return Compared(
        there,
        _overlap(there.last, own.lines[-1].tokens if own.lines else ()),
        likeness,
        (one == other) + (one[:2] == other[:2]) if likeness else 0,
        likeness > 1 and there.home.place == home.place,
        bool(after) and _line_after(here, found) == after,
        tuple(versions(here, there, home)),
    )


def _occurrences(here: Around, looked: tuple[int, int]) -> Iterator[tuple[int, Found]]:
    kind, key = looked
    source, own = here.source, here.own
    for at, near in enumerate(source.near):
        live = near.live
        distance = OWN if near.weight == FILE else NEAR if near.weight > ELSEWHERE else FAR
        if distance == FAR and kind not in FAR_KINDS:
            continue
        for number in live.after[kind].get(key, ())[-MOST:]:
            age = len(live.lines) - number if live is own else 100_000 * (distance + 1)
            yield distance, (at, number, age)
    memory = source.memory
    found = memory.after(kind, key)
    if len(found) > TOO_COMMON:
        return
    folder, namesakes, far = list[int](), list[int](), list[int]()
    for number, weight in _weighted(source, found):
        if weight > ELSEWHERE:
            (folder if weight == FOLDER else namesakes).append(number)
        if weight:
            far.append(number)
    for number in (*folder, *namesakes)[:MOST]:
        yield NEAR, (-1, number, 100_000 * (NEAR + 1))
    if kind in FAR_KINDS:
        for number in far[:: max(1, len(far) // MOST)]:
            yield FAR, (-1, number, 100_000 * (FAR + 1))


def _line_after(here: Around, found: Found) -> tuple[bytes, ...]:
    at, number, _ = found
    if at >= 0:
        lines = here.source.near[at].live.lines
        return lines[number + 1].tokens if number + 1 < len(lines) else ()
    memory = here.source.memory
    file = memory.file_at(memory.lines[number])
    inside = number + 1 < len(memory.lines) and memory.file_at(memory.lines[number + 1]) == file
    return memory.line(number + 1)[1:] if inside else ()


def _weighted(source: Source, numbers: Iterable[int]) -> Iterator[tuple[int, float]]:
    """Lines of the memory, in their order, with what they count."""
    memory = source.memory
    lines, starts = memory.lines, memory.starts
    end, weight = -1, 0.0
    for number in numbers:
        if lines[number] >= end:
            file = memory.file_at(lines[number])
            weight = source.weight(file)
            end = starts[file + 1] if file + 1 < len(starts) else len(memory.tokens)
        yield number, weight


def _live_line(here: Around, live: Live, found: tuple[int, int]) -> Occurrence:
    number, age = found
    lines = live.lines

    def tokens(at: int) -> tuple[bytes, ...]:
        return lines[at].tokens if 0 <= at < len(lines) else ()

    line = lines[number]
    alike, home = _alike(tokens, number, here.own), home_at(live, number)
    kin = here.kin_in(live, number)
    return Occurrence(line.break_, line.tokens, tokens(number - 1), age, alike, home, kin)


def _kept_line(here: Around, number: int, age: int) -> Occurrence:
    memory = here.source.memory
    file = memory.file_at(memory.lines[number])
    size = len(memory.lines)

    def tokens(at: int) -> tuple[bytes, ...]:
        inside = 0 <= at < size and memory.file_at(memory.lines[at]) == file
        return memory.line(at)[1:] if inside else ()

    break_, *line = memory.line(number)
    alike, home = _alike(tokens, number, here.own), here.home_in_memory(number)
    kin = here.kin_in_memory(number, file)
    return Occurrence(break_, tuple(line), tokens(number - 1), age, alike, home, kin)


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
