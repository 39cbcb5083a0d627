"""How often the builtin inline model knows several lines of a body that is still empty.

    next_lines.py FOLDER... [--bodies 400] [--seed 1] [--only LANGUAGE...] [--anywhere]

Random bodies of a folder's code: what is farther in than a line that opens one. The body is
taken out, and its first line asked for; what is drafted goes through all filters. A text is
right if each of its lines is the one that stands there. `--anywhere` asks at random lines of
code instead, with nothing below, as for a request by hand. Milliseconds are of the processor.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from next_line import Case, asked, is_code, remembered, sources

from redline.adapters import grammars
from redline.app.inline.builtin import SECONDS
from redline.core.index.extract import parse
from redline.core.index.languages import Languages
from redline.core.inline import ranking
from redline.core.inline.builtin.complete import suggested
from redline.core.inline.builtin.continuing import continued
from redline.core.inline.builtin.memory import Memory, SourceText
from redline.core.inline.filters import chain, parses
from redline.core.inline.model import Draft
from redline.core.inline.place import Place, place_at
from redline.core.inline.proofs import names
from redline.core.inline.shape import shape
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LARGEST = 150_000


@dataclass(frozen=True, slots=True)
class Body:
    """A place in a text with the lines that stood there, the first of them left empty."""

    case: Case
    place: Place
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown first: how many lines, how many of them right up to the first wrong one;
    milliseconds for the first line, and for all."""

    lines: int
    right: int
    first: float
    all: float


def columns(row: bytes) -> int:
    return len(row[: len(row) - len(row.lstrip())].expandtabs(4))


def bodies(
    languages: Languages, files: Sequence[SourceText], options: argparse.Namespace
) -> Iterator[Body]:
    """Random bodies, or lines with what comes after them, each as likely as any other."""
    dice, number = random.Random(options.seed), options.bodies
    files = [each for each in files if len(each.data) < LARGEST and each.data.count(b"\n") > 2]
    counts = [each.data.count(b"\n") for each in files]
    while number:
        file = dice.choices(files, counts)[0]
        rows = file.data.split(b"\n")
        at = dice.randrange(1, len(rows))
        header = rows[at - 1].rstrip()
        if not rows[at].strip() or not (options.anywhere or header.endswith((b":", b"{"))):
            continue
        if not options.anywhere and columns(rows[at]) <= columns(header):
            continue
        body = body_at(languages, file, rows, (at, options.anywhere))
        if body is not None:
            number -= 1
            yield body


def body_at(
    languages: Languages, file: SourceText, rows: Sequence[bytes], where: tuple[int, bool]
) -> Body | None:
    """The body that begins at a row; None where a request would get one line, or none."""
    at, anywhere = where
    least = columns(rows[at])
    inside = list(takewhile(lambda row: not row.strip() or columns(row) >= least, rows[at:]))
    while not inside[-1].strip():
        inside.pop()
    language = languages.named(file.language)
    if language is None or not is_code(file, rows, at, brackets=True):
        return None
    below = [] if anywhere else rows[at + len(inside) :]
    text = Text(b"\n".join([*rows[:at], b"", *below]))
    offset = sum(map(len, rows[:at])) + at
    place = place_at(text, offset, language, parse(language, text))
    if shape(place, "invoked" if anywhere else "automatic") != "block":
        return None
    case = Case(file.uri, file.language, tuple(rows[:at]), b"", rows[at].rstrip(), tuple(below))
    return Body(case, place, tuple(each.rstrip().decode("utf-8", "replace") for each in inside))


def in_time(seconds: float) -> Callable[[], bool]:
    until = time.process_time() + seconds
    return lambda: time.process_time() <= until


def shown(memory: Memory, body: Body, seconds: float) -> tuple[Shown | None, Shown | None]:
    """What is shown first, and what would be if all texts were single lines."""
    place = asked(memory, body.case, suffix=True)
    if place is None:
        return None, None
    start = time.process_time()
    more = in_time(seconds)
    likely = suggested(place)
    first = time.process_time() - start
    further = continued(place, likely[0], more) if likely else []
    times = 1000 * first, 1000 * (time.process_time() - start)
    drafts = [Draft(each.text.decode("utf-8", "replace"), each.chance) for each in likely]
    longer = [Draft(each.text.decode("utf-8", "replace"), each.chance) for each in further]
    ordered = ranking.ranked([*longer, *drafts])
    return told(body, ordered, times), told(body, drafts, times)


def told(body: Body, drafts: Sequence[Draft], times: tuple[float, float]) -> Shown | None:
    for draft in drafts:
        left = chain.filtered(draft, body.place, "block", known=True).draft
        if left is None or fails(body.place, left.text):
            continue
        lines = left.text.split("\n")
        same = takewhile(lambda two: two[0] == two[1], zip(lines, body.lines, strict=False))
        return Shown(len(lines), len(list(same)), *times)
    return None


def fails(place: Place, text: str) -> bool:
    edit = Edit(Span(place.offset, place.offset), text.encode())
    after = parses.tried(place.language, place.text, place.tree, edit)
    broken = parses.breaks(place.language, place.text, place.tree, edit, after)
    return broken or bool(names.unknown(place.language, after))


def figures(both: Sequence[tuple[Shown | None, Shown | None]]) -> dict[str, object]:
    one = [single for _, single in both if single is not None]
    some = [first for first, _ in both if first is not None and first.lines > 1]
    first_lines = [single for first, single in both if first in some and single is not None]

    def share(number: int, all_: int) -> float:
        return round(number / max(1, all_), 3)

    def times(values: list[float]) -> str:
        ordered = sorted(values) or [0.0]
        return " / ".join(f"{ordered[int(len(ordered) * at)]:.1f}" for at in (0.5, 0.95))

    return {
        "bodies": len(both),
        "single lines shown": len(one),
        "right": share(sum(each.right == each.lines for each in one), len(one)),
        "several lines shown": len(some),
        "share of bodies": share(len(some), len(both)),
        "all lines right": share(sum(each.right == each.lines for each in some), len(some)),
        "the first right": share(sum(each.right > 0 for each in some), len(some)),
        "instead of right single lines": share(sum(x.right == 1 for x in first_lines), len(some)),
        "lines": round(sum(each.lines for each in some) / max(1, len(some)), 2),
        "right lines": round(sum(each.right for each in some) / max(1, len(some)), 2),
        "first line p50 / p95 ms": times(
            [each.first for pair in both for each in pair[1:] if each]
        ),
        "all lines p50 / p95 ms": times([each.all for each in one]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--bodies", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="languages")
    parser.add_argument("--anywhere", action="store_true", help="at any line, by hand")
    parser.add_argument("--seconds", type=float, help="after these no further line is begun")
    options = parser.parse_args()
    languages = grammars.load()
    seconds = options.seconds or SECONDS["invoked" if options.anywhere else "automatic"]
    for folder in options.folders:
        files = sources(folder.resolve(), options.only)
        memory, _ = remembered(folder.resolve(), files)
        done = [shown(memory, each, seconds) for each in bodies(languages, files, options)]
        print(folder.name, figures(done), flush=True)


if __name__ == "__main__":
    main()
