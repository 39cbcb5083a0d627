"""Lines of a draft: how many, how far in, and where the block around the cursor ends."""

from __future__ import annotations

from itertools import pairwise

from redline.core.inline.filters.brackets import opened
from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place, indentation
from redline.core.inline.shape import Shape

_STRICT = frozenset({"python", "yaml"})
"""Languages in which a line is what it is by how far in it begins."""
_TAB = 4


def one_line(draft: str, shape: Shape) -> Verdict:
    """The first line of the draft, where one line is all there is room for."""
    if shape == "block" or "\n" not in draft:
        return draft
    first = draft.partition("\n")[0]
    return first if first.strip() else Dropped("begins another line")


def indented(draft: str, place: Place) -> Verdict:
    """The draft as far in as the lines around it, where it can be told how far that is."""
    draft = _same_blanks(draft, place)
    if place.before.strip() or draft.startswith("\n"):
        return draft
    first = draft.partition("\n")[0]
    lead = indentation(first)
    fits = levels(place)
    total = place.before + lead
    if fits is None or total in fits:
        return draft
    if lead in fits and lead.startswith(place.before):
        # Written from the line's start: what stands there already is taken off.
        return _shifted(draft, len(lead), lead[len(place.before) :])
    if place.before and place.before in fits and lead:
        return _shifted(draft, len(lead), "")
    return Dropped("fits no block") if place.language.name in _STRICT else draft


def levels(place: Place) -> tuple[str, ...] | None:
    """How a line at the cursor may begin; None where that cannot be told: in brackets."""
    around = opened(place)
    if around and (around[-1] in "([" or place.language.name in _STRICT):
        return None
    above = place.line_above
    if not above:
        return ("",)
    own = indentation(above)
    if above.rstrip()[-1] in ":{":
        return (own + unit(place),)
    fits = [own]
    for line in reversed(place.above):
        blanks = indentation(line)
        if line.strip() and len(blanks) < len(fits[-1]):
            fits.append(blanks)
    return (*fits, "") if fits[-1] else tuple(fits)


def unit(place: Place) -> str:
    """What one more level adds, by the lines around the cursor."""
    lines = [each for each in (*place.above, *place.below) if each.strip()]
    blanks = [indentation(each) for each in lines]
    if any("\t" in each for each in blanks):
        return "\t"
    sizes = sorted({len(each) for each in blanks})
    steps = [b - a for a, b in pairwise(sizes) if b - a in (2, 4, 8)]
    return " " * min(steps, default=4)


def _same_blanks(draft: str, place: Place) -> str:
    """The draft with tabs for blanks, where the lines around have tabs."""
    if unit(place) != "\t" or " " not in draft:
        return draft
    lines = []
    for line in draft.split("\n"):
        blanks = indentation(line)
        width = len(blanks.expandtabs(_TAB))
        lines.append("\t" * (width // _TAB) + " " * (width % _TAB) + line[len(blanks) :])
    return "\n".join(lines) if place.before.strip() == "" or len(lines) > 1 else draft


def _shifted(draft: str, size: int, lead: str) -> str:
    """The draft with `lead` for the first `size` blanks of its first line; the others keep
    their distance to it, where they were written from the line's start."""
    first, newline, rest = draft.partition("\n")
    return lead + first[size:] + newline + rest


def scoped(draft: str, place: Place) -> Verdict:
    """The draft up to the first line that leaves the block it began in."""
    lines = draft.split("\n")
    if len(lines) == 1:
        return draft
    first = place.before + lines[0]
    if first.strip() and lines[0].strip():
        base = len(indentation(first).expandtabs(_TAB))
        begin = 1
    else:
        begin = next((at for at, line in enumerate(lines) if line.strip()), 0)
        base = len(indentation(lines[begin]).expandtabs(_TAB))
        header = len(indentation(place.before or place.line_above).expandtabs(_TAB))
        if base <= header and lines[begin].strip()[:1] not in ("}", ")", "]"):
            return Dropped("leaves the block")
    for at in range(begin, len(lines)):
        width = len(indentation(lines[at]).expandtabs(_TAB))
        if lines[at].strip() and width < base:
            left = "\n".join(lines[:at]).rstrip()
            return left if left.strip() else Dropped("leaves the block")
    return draft
