"""All filters of a draft's text, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from redline.core.inline.filters import brackets, layout, leaks, repeats, suffix
from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.model import Draft
from redline.core.inline.place import Place
from redline.core.inline.shape import Shape

Filter = Callable[[str], Verdict]


@dataclass(frozen=True, slots=True)
class Filtered:
    """What is left of a draft, None for nothing, and which filters had a say in it."""

    draft: Draft | None
    notes: tuple[str, ...] = ()


def steps(place: Place, shape: Shape, *, known: bool) -> tuple[tuple[str, Filter], ...]:
    """The filters by name, as they are gone through. `known`: see `repeats.completes`."""
    return (
        ("leak", lambda draft: leaks.leaked(draft, place)),
        ("stand-in", lambda draft: leaks.stand_ins(draft, place)),
        ("one line", lambda draft: layout.one_line(draft, shape)),
        ("unseen", lambda draft: leaks.unseen(draft, place)),
        ("blank", lambda draft: leaks.blank(draft, place)),
        ("word", partial(repeats.completes, place=place, known=known)),
        ("suffix", lambda draft: suffix.repeats_suffix(draft, place)),
        ("next lines", lambda draft: suffix.repeats_below(draft, place)),
        ("indentation", lambda draft: layout.indented(draft, place)),
        ("scope", lambda draft: layout.scoped(draft, place)),
        ("circles", lambda draft: repeats.circles(draft, place)),
        ("line above", lambda draft: repeats.copies(draft, place)),
        ("brackets", lambda draft: brackets.unbalanced(draft, place)),
        ("secret", lambda draft: leaks.secret(draft, place)),
    )


def filtered(draft: Draft, place: Place, shape: Shape, *, known: bool) -> Filtered:
    """The draft after every filter."""
    text = draft.text.replace("\r\n", "\n")
    notes: list[str] = []
    for name, look in steps(place, shape, known=known):
        left = look(text)
        if isinstance(left, Dropped):
            return Filtered(None, (*notes, f"{name}: {left.why}"))
        if left != text:
            notes.append(f"{name}: cut to {len(left)} characters")
        text = left
    return Filtered(replace(draft, text=text), tuple(notes))
