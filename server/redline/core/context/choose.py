"""Which candidates become fragments: the most relevant that fit, and no line twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from redline.core.context.model import (
    CAPS,
    USUAL,
    Candidate,
    Excerpt,
    Fragment,
    FragmentKind,
    Passage,
)
from redline.core.context.render import FRAME, message, part

Count = Callable[[str], int]
LEAST = 24
"""A fragment that would have fewer tokens than this says nothing worth its heading."""
TRIES = 8
_DIGEST = 12


def chosen(
    candidates: Iterable[Candidate], budget: int, count: Count, first: FragmentKind = "rule"
) -> tuple[Fragment, ...]:
    """Fragments whose message takes at most `budget` tokens, by `count`.

    Kinds in the order of `CAPS`, but for `first`, which comes right after the place; within a
    kind in the order of `candidates`. The same candidates give the same fragments.
    """
    left = budget - count(FRAME)
    spent: dict[FragmentKind, int] = {}
    found: list[Fragment] = []
    for each in merged(sorted(candidates, key=lambda one: _rank(one.kind, first))):
        cap = CAPS[each.kind]
        share = _scaled(cap.all, budget) - spent.get(each.kind, 0)
        limit = min(_scaled(cap.each, budget), share, left)
        fragment = _fitted(each, limit, count) if limit >= LEAST else None
        if fragment is not None:
            found.append(fragment)
            spent[each.kind] = spent.get(each.kind, 0) + fragment.tokens
            left -= fragment.tokens
    # Tokens of parts add up, by how encodings split at line ends; this holds for any count.
    while found and count(message(found)) > budget:
        found.pop()
    return tuple(found)


def _rank(kind: FragmentKind, first: FragmentKind) -> float:
    order = list(CAPS)
    return order.index("place") + 0.5 if kind == first != "rule" else order.index(kind)


def _scaled(tokens: int, budget: int) -> int:
    return tokens * budget // USUAL


def merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates in order, with those of one text that overlap or touch made one.

    It stands where the first of them stood, and keeps its kind, its focus and its reason.
    """
    found: list[Candidate] = []
    for each in candidates:
        if isinstance(each, Passage):
            found.append(each)
            continue
        at, joined = len(found), each
        while (near := _near(found, joined)) is not None:
            other = found.pop(near)
            assert isinstance(other, Excerpt)
            at = min(at, near)
            joined = replace(
                other, first=min(other.first, joined.first), last=max(other.last, joined.last)
            )
        found.insert(at, joined)
    return found


def _near(found: Sequence[Candidate], wanted: Excerpt) -> int | None:
    """The place of the first excerpt of the same text that `wanted` overlaps or touches."""
    for at, each in enumerate(found):
        if (
            isinstance(each, Excerpt)
            and each.path == wanted.path
            and each.first <= wanted.last + 1
            and wanted.first <= each.last + 1
        ):
            return at
    return None


def _fitted(candidate: Candidate, limit: int, count: Count) -> Fragment | None:
    """The candidate within `limit` tokens, its heading included; None where it cannot be."""
    if isinstance(candidate, Passage):
        return _fitted_passage(candidate, limit, count)
    first, last = candidate.first, candidate.last
    for _ in range(TRIES):
        fragment = _counted(_fragment(candidate, first, last), count)
        if fragment.tokens <= limit:
            return fragment if fragment.text.strip() else None
        if first == last:
            return None
        rows = min(last - first, (last - first + 1) * limit * 9 // (fragment.tokens * 10))
        first, last = _window(candidate, max(1, rows))
    return None


def _window(excerpt: Excerpt, rows: int) -> tuple[int, int]:
    """So many rows of an excerpt around its focus, more of them after it than before."""
    start = min(max(excerpt.first, excerpt.focus - rows // 3), excerpt.last - rows + 1)
    return max(start, excerpt.first), max(start, excerpt.first) + rows - 1


def _fragment(excerpt: Excerpt, first: int, last: int) -> Fragment:
    rows = (excerpt.text.line_bytes(row) for row in range(first, last + 1))
    place = f"{excerpt.path}:{first + 1}-{last + 1}"
    origin = f"{place}@{excerpt.text.digest[:_DIGEST]}"
    text = "".join(f"{row.decode('utf-8', 'replace')}\n" for row in rows)
    return Fragment(excerpt.kind, f"{place} ({excerpt.why})", text, origin, 0)


def _fitted_passage(passage: Passage, limit: int, count: Count) -> Fragment | None:
    text = passage.text.rstrip("\n")
    for _ in range(TRIES):
        if not text.strip():
            return None
        fragment = Fragment(passage.kind, passage.title, f"{text}\n", passage.origin, 0)
        fragment = _counted(fragment, count)
        if fragment.tokens <= limit:
            return fragment
        lines = text.removesuffix("\n...").split("\n")
        kept = min(len(lines) - 1, len(lines) * limit * 9 // (fragment.tokens * 10))
        text = "\n".join([*lines[:kept], "..."]) if kept else ""
    return None


def _counted(fragment: Fragment, count: Count) -> Fragment:
    return replace(fragment, tokens=count(part(fragment)))


def origins(fragments: Iterable[Fragment]) -> tuple[str, ...]:
    """Where each fragment is from, with its kind before it."""
    return tuple(f"{each.kind} {each.origin}" for each in fragments)


def by_kind(fragments: Iterable[Fragment]) -> Mapping[FragmentKind, int]:
    """How many tokens the fragments of each kind take."""
    found: dict[FragmentKind, int] = {}
    for each in fragments:
        found[each.kind] = found.get(each.kind, 0) + each.tokens
    return found
