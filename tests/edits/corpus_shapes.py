"""Right edits of other shapes than those of `corpus`, said with spoilt indentation.

Lines put in a block or taken out of one, a line put in before the first, the first or the last
taken away, one line made several: what depth new lines have is the question in all of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from corpus import (
    Mutation,
    Right,
    Spoilt,
    blanked,
    body_of,
    dedented,
    each_line,
    end_of,
    plain,
    said,
    tabbed,
)

SHAPES: dict[str, Mutation] = {}
SAYS = ("//", "#", "--", "/*", "*", "<!--")
"""What comments begin with: those of the examples stand anywhere."""
BRACED = frozenset(
    ("c", "cpp", "csharp", "go", "java", "javascript", "kotlin", "php", "rust", "scala", "swift",
     "tsx", "typescript"),
)  # fmt: skip
BLOCKS = {
    "python": ("if ready:",),
    "lua": ("if ready then", "end"),
    "ruby": ("if ready", "end"),
    "bash": ("if ready; then", "fi"),
}
Spoils = Callable[[str, random.Random], str]
SPOILS: tuple[Spoils, ...] = (
    dedented,
    tabbed,
    blanked,
    lambda t, r: each_line(t, str.lstrip),
    lambda t, r: each_line(t, lambda x: "    " + x),
    lambda t, r: each_line(t, lambda x: " " + x),
    lambda t, r: each_line(t, lambda x: "\t" + x),
    lambda t, r: each_line(t, lambda x: x.removeprefix("    ")),
    lambda t, r: t.strip(),
    lambda t, r: t.lstrip(),
    lambda t, r: t[:1].lstrip() + t[1:],
    lambda t, r: t[:-1],
)
Shape = Callable[[Right, random.Random], "tuple[list[str], list[str]] | None"]


def depth_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def step_of(right: Right) -> str:
    """One step of indentation, as the file has it."""
    depths = [depth_of(body_of(row).decode()) for row in right.file.rows]
    if any(depth.startswith("\t") for depth in depths):
        return "\t"
    return " " * min((len(depth) for depth in depths if len(depth) > 1), default=4)


def block_around(right: Right, lines: list[str]) -> list[str] | None:
    """`lines` one step deeper, in a block; None where some stand less deep than the first."""
    base, step = depth_of(lines[0]), step_of(right)
    if any(line.strip() and not line.startswith(base) for line in lines):
        return None
    if right.file.language in BRACED:
        head, foot = "if (ready) {", [f"{base}}}"]
    elif right.file.language in BLOCKS:
        head, *last = BLOCKS[right.file.language]
        foot = [f"{base}{line}" for line in last]
    else:
        return None
    inner = [step + line if line.strip() else line for line in lines]
    return [base + head, *inner, *foot]


def wrapped(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    block = block_around(right, list(right.old))
    return (list(right.old), block) if block else None


def unwrapped(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    block = block_around(right, list(right.old))
    return (block, list(right.old)) if block else None


def first_taken_away(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    """Not the head of a block whose lines stay as deep as they were."""
    lines = list(right.old)
    opens = lines[0].rstrip().endswith((":", "{", "(", "[", "then", "do"))
    if len(lines) < 2 or not lines[1].strip() or opens:
        return None
    return (lines, lines[1:]) if len(depth_of(lines[1])) <= len(depth_of(lines[0])) else None


def last_taken_away(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    lines = list(right.old)
    return (lines, lines[:-1]) if len(lines) > 1 and lines[-2].strip() else None


def put_in_before(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    lines = list(right.old)
    return lines, [f"{depth_of(lines[0])}before{rng.randrange(99)}()", *lines]


def several_for_one(right: Right, rng: random.Random) -> tuple[list[str], list[str]] | None:
    lines = list(right.old)
    at = rng.choice([k for k, line in enumerate(lines) if line.strip()])
    base = depth_of(lines[at])
    new = [f"{base}part{k}({rng.randrange(99)})" for k in range(rng.choice((2, 3)))]
    return lines, [*lines[:at], *new, *lines[at + 1 :]]


def reshaped(right: Right, shape: Shape, rng: random.Random) -> Right | None:
    """The same rows with an edit of another shape; None where the bytes would not be sure."""
    rows = right.file.rows
    first, end = right.first, right.first + len(right.old)
    depths = {depth_of(body_of(row).decode()) for row in rows}
    unsure = any(line != line.rstrip() for line in right.old) or len(set("".join(depths))) > 1
    if right.file.mixed or unsure or not end_of(rows[end - 1]):
        return None
    if right.old[0].lstrip().startswith(SAYS):
        return None
    found = shape(right, rng)
    if found is None or found[0] == found[1]:
        return None
    old, new = found
    ending = end_of(rows[first])
    head, tail = b"".join(rows[:first]), b"".join(rows[end:])
    before, after = (b"".join(x.encode() + ending for x in lines) for lines in (old, new))
    file = replace(right.file, data=head + before + tail)
    if plain(file.data).count("\n".join(old)) != 1:
        return None
    return Right(file, first, tuple(old), tuple(new), head + after + tail, head + tail)


def shaped(name: str, shape: Shape) -> None:
    """Three mutations of a shape: of both texts, of the search text, of the replacement."""

    def as_it_should_be(right: Right, rng: random.Random) -> Spoilt | None:
        made = reshaped(right, shape, rng)
        if made is None:
            return None
        given, file = (made.search, made.replace), made.file
        return Spoilt("", "edit", file.data, file.language, given, frozenset({made.after}))

    def spoilt(right: Right, rng: random.Random, *, search: bool, new: bool) -> Spoilt | None:
        made = reshaped(right, shape, rng)
        if made is None:
            return None
        change, seed = rng.choice(SPOILS), rng.random()
        given = [
            change(text, random.Random(seed)) if spoils else text
            for text, spoils in ((made.search, search), (made.replace, new))
        ]
        if search and given[0] == made.search:
            return None
        # Lines that stay as deep as they were, below other new ones, are a right edit too.
        if not search and given[1].endswith(made.search):
            return None
        return said(made, given[0], given[1])

    SHAPES[f"{name}: as it should be"] = as_it_should_be
    SHAPES[f"{name}: indented otherwise, both"] = lambda x, r: spoilt(x, r, search=True, new=True)
    SHAPES[f"{name}: indented otherwise, search"] = lambda x, r: spoilt(
        x, r, search=True, new=False
    )
    SHAPES[f"{name}: indented otherwise, replacement"] = lambda x, r: spoilt(
        x, r, search=False, new=True
    )


shaped("lines put in a block", wrapped)
shaped("lines taken out of a block", unwrapped)
shaped("the first line taken away", first_taken_away)
shaped("the last line taken away", last_taken_away)
shaped("a line put in before", put_in_before)
shaped("several lines for one", several_for_one)
