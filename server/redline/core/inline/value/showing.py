"""A suggestion on the screen, followed through what is typed.

What becomes of it is read off the text alone, so that it is known in every editor: the lines
it stands in are compared with what they would be with it put in. One character after another
is typing; more of it in one change was put in by a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.inline.model import InlineRequest, Suggestion
from redline.core.inline.value.model import Entry, Fate, Source
from redline.core.text.edits import Edit
from redline.core.text.text import Span

Said = Literal["", "whole", "part", "dismissed"]
_PAIRS = frozenset((b"()", b"[]", b"{}", b"<>", b'""', b"''", b"``"))
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the suggestions given together. `text` are the lines it stands in as they are
    with it put in, up to `until` the head of the line and itself; lines end in `\\n`."""

    ids: tuple[str, ...]
    source: Source
    text: bytes
    until: int


@dataclass(frozen=True, slots=True)
class Showing:
    """What is shown at one place: `held` are the lines from byte `start` of the text of now.

    `head` bytes of them stood before the suggestion, `rest` behind it. `reached` is how much
    of the text of the candidate `chosen` stands there, `NOWHERE` while none fits; `marks` are
    the parts of it that were put in at once. `said` is what the client told of it, `seen`
    whether it told that it is on the screen.
    """

    at: float
    start: int
    held: bytes
    head: int
    rest: bytes
    candidates: tuple[Candidate, ...]
    reached: int
    chosen: int = 0
    marks: tuple[Span, ...] = ()
    said: Said = ""
    seen: bool = False

    @property
    def fits(self) -> bool:
        """Whether the text can still become what is suggested."""
        return self.reached != NOWHERE

    @property
    def candidate(self) -> Candidate:
        """The suggestion that fits what was typed."""
        return self.candidates[self.chosen]

    @property
    def complete(self) -> bool:
        """Whether all of it stands there."""
        return self.fits and self.reached >= self.candidate.until

    @property
    def ids(self) -> frozenset[str]:
        """All the ids its suggestions were given under."""
        return frozenset(id_ for each in self.candidates for id_ in each.ids)


def begun(request: InlineRequest, suggestions: Sequence[Suggestion], at: float) -> Showing | None:
    """The suggestions of one answer as they stand in the request's text; None for none.

    Those that replace something elsewhere than the first does are left out.
    """
    if not suggestions:
        return None
    text = request.text
    lines = _lines(request, suggestions[0].span)
    here = [each for each in suggestions if lines.contains(each.span)]
    inside = suggestions[0].span.start <= request.offset <= suggestions[0].span.end
    cursor = request.offset if inside else suggestions[0].span.start
    rest = text.slice(Span(cursor, lines.end))
    candidates = tuple(_candidate(request, each, lines) for each in here)
    head = _plain(text.slice(Span(lines.start, cursor)))
    held = text.slice(lines)
    return Showing(at, lines.start, held, len(head), _plain(rest), candidates, len(head))


def _lines(request: InlineRequest, span: Span) -> Span:
    """The lines of `span`, without the end of the last."""
    first, last = request.text.line_of(span.start), request.text.line_of(span.end)
    start, data = request.text.row(last)
    return Span(request.text.line_start(first), max(span.end, start + len(data)))


def _candidate(request: InlineRequest, suggestion: Suggestion, lines: Span) -> Candidate:
    span = suggestion.span
    before = request.text.slice(Span(lines.start, span.start))
    put = _plain(before + suggestion.text.encode("utf-8", "surrogatepass"))
    after = _plain(request.text.slice(Span(span.end, lines.end)))
    source = Source(suggestion.origin, suggestion.model, request.language)
    return Candidate((suggestion.id,), source, put + after, len(put))


def _plain(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def moved(showing: Showing, typed: Iterable[Edit], *, by_hand: bool = False) -> Showing:
    """What stands there after `typed`, each edit counting in the text after those before it.

    With `by_hand`, nothing of it can have been put in by a key.
    """
    for edit in typed:
        showing = _one(showing, edit, by_hand)
    return showing


def _one(showing: Showing, edit: Edit, by_hand: bool) -> Showing:
    span, start, end = edit.span, showing.start, showing.start + len(showing.held)
    above = span.start < start or edit.new.endswith(b"\n")
    if span.end < start or (span.end == start and above):
        return replace(showing, start=start + edit.growth)
    if span.start > end:
        return showing
    left = showing.held[: max(0, span.start - start)]
    held = left + edit.new + showing.held[min(span.end, end) - start :]
    after = _fitted(replace(showing, start=min(start, span.start), held=held))
    if not after.fits and edit.new in _PAIRS:
        # Many editors close a bracket as it is opened: what is suggested goes on inside.
        wide = replace(after, rest=edit.new[1:] + showing.rest)
        after = _fitted(wide) if _fitted(wide).fits else after
    if not after.fits:
        return after
    known = tuple(
        Span(each.start, min(each.end, after.reached))
        for each in showing.marks
        if each.start < after.reached
    )
    from_ = max(showing.reached, showing.head) if showing.fits else showing.head
    chunk = not (by_hand or _typed(edit.new)) and after.reached > from_
    return replace(after, marks=(*known, Span(from_, after.reached)) if chunk else known)


def _typed(new: bytes) -> bool:
    """Whether one key may have put it there: a character, a pair, a line with its indent."""
    return new in _PAIRS or not new.strip() or len(new.decode("utf-8", "replace")) == 1


def _fitted(showing: Showing) -> Showing:
    held = _plain(showing.held)
    order = sorted(range(len(showing.candidates)), key=lambda each: each != showing.chosen)
    for each in order:
        reached = _reached(showing.candidates[each], held, showing.rest)
        if reached != NOWHERE:
            return replace(showing, reached=reached, chosen=each)
    return replace(showing, reached=NOWHERE)


def _reached(candidate: Candidate, held: bytes, rest: bytes) -> int:
    if held == candidate.text:
        return candidate.until
    typed = held[: len(held) - len(rest)]
    fits = held.endswith(rest) and len(typed) <= candidate.until
    return len(typed) if fits and candidate.text.startswith(typed) else NOWHERE


def continued(before: Showing, after: Showing) -> Showing | None:
    """`before` under the ids of `after` too, where that is the same suggestion typed on."""
    if not before.fits or before.start + len(before.held) != after.start + len(after.held):
        return None
    gone = len(before.held) - len(after.held)
    head = _plain(before.held[:gone]) if gone > 0 else b""
    if gone < 0 or head + after.candidates[0].text != before.candidate.text:
        return None
    new = [replace(c, text=head + c.text, until=len(head) + c.until) for c in after.candidates]
    known = {each.text: at for at, each in enumerate(before.candidates)}
    candidates = list(before.candidates)
    for each in new:
        at = known.get(each.text)
        if at is None:
            candidates.append(each)
        else:
            ids = (*candidates[at].ids, *each.ids)
            candidates[at] = replace(candidates[at], ids=ids)
    return replace(before, candidates=tuple(candidates))


def fate_of(showing: Showing, *, replaced: bool = False) -> Fate:
    """What became of it; `replaced`: another was shown while it still fitted."""
    if showing.said == "whole" or _whole(showing):
        return "accepted"
    if showing.marks or showing.said == "part":
        return "partly"
    if showing.complete:
        return "typed"
    return "replaced" if replaced and showing.fits and not showing.said else "dismissed"


def _whole(showing: Showing) -> bool:
    """Whether all that was left of it, when a key was first pressed for it, was put in."""
    if not (showing.marks and showing.complete):
        return False
    ends = [*(each.start for each in showing.marks[1:]), showing.reached]
    return [each.end for each in showing.marks] == ends


def entry_of(showing: Showing, at: float, *, replaced: bool = False) -> Entry:
    """Its entry; `at` is the moment it was shown, since the epoch."""
    candidate = showing.candidate
    reached = max(showing.reached, showing.head)
    put = b"".join(candidate.text[each.start : each.end] for each in showing.marks)
    return Entry(
        id=candidate.ids[0],
        at=at,
        source=candidate.source,
        fate=fate_of(showing, replaced=replaced),
        characters=_characters(candidate.text[showing.head : candidate.until]),
        accepted=_characters(put),
        by_hand=_characters(candidate.text[showing.head : reached]) - _characters(put),
        lines=sum(bool(line.strip()) for line in put.split(b"\n")),
    )


def _characters(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))


def taken(showing: Showing) -> Span | None:
    """Where what was put in stands in the text of now; None where nothing was."""
    if not showing.marks:
        return None
    start = _real(showing.held, showing.marks[0].start)
    end = _real(showing.held, showing.marks[-1].end)
    return Span(showing.start + start, showing.start + end)


def _real(held: bytes, plain: int) -> int:
    """Where a byte of the lines with plain ends is in `held`."""
    if b"\r\n" not in held:
        return plain
    at = 0
    for _ in range(plain):
        at += 2 if held.startswith(b"\r\n", at) else 1
    return at
