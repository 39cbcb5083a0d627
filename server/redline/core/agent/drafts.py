"""Drafts: a run's changes so far, kept in the coordinates of the texts it started from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from redline.core.agent.model import Draft, ToolResult
from redline.core.gateway.notes import lasting
from redline.core.proposal.hunks import FileOperation
from redline.core.proposal.model import Change, Origin
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text


def edits_of(draft: Draft, uri: str) -> tuple[Edit, ...]:
    """The draft's edits of one file, in base coordinates and order."""
    found = (change.edit for change in draft.changes if change.uri == uri)
    return tuple(sorted(found, key=lambda edit: edit.span))


def applied(draft: Draft, uri: str, base: Text) -> Text:
    """The text of `uri` with the draft's changes."""
    changes = edits_of(draft, uri)
    return Text(edits.apply(base.data, changes)) if changes else base


def operation_on(draft: Draft, uri: str) -> FileOperation | None:
    """What the draft does to `uri` as a whole; None when nothing."""
    return next((each for each in draft.operations if each.uri == uri), None)


def uris_of(draft: Draft) -> tuple[str, ...]:
    """Every file the draft touches, in order."""
    changed = (change.uri for change in draft.changes)
    return tuple(dict.fromkeys((*changed, *(each.uri for each in draft.operations))))


def without(draft: Draft, uri: str) -> Draft:
    """The draft without `uri`; notes go with the last file they can be about."""
    changes = tuple(change for change in draft.changes if change.uri != uri)
    operations = tuple(each for each in draft.operations if each.uri != uri)
    return Draft(
        base={key: value for key, value in draft.base.items() if key != uri},
        changes=changes,
        notes=draft.notes if changes or operations else lasting(draft.notes),
        operations=operations,
    )


def noted(draft: Draft, note: str) -> Draft:
    """The draft with one more note, if there is one ('' is none)."""
    return extended(draft, {}, (), (note,)) if note else draft


def after(draft: Draft, result: ToolResult) -> Draft:
    """The draft once a tool has returned: what it takes back first, then what it adds."""
    for uri in result.dropped:
        draft = without(draft, uri)
    return extended(draft, result.base, result.changes, result.notes, result.operations)


def extended(
    draft: Draft,
    base: Mapping[str, str],
    changes: Sequence[Change],
    notes: Sequence[str],
    operations: Sequence[FileOperation] = (),
) -> Draft:
    """The draft with `changes`, which count in the texts after the draft so far.

    `base` gives the digest of each file's text before any change of this run; a file
    the draft already rests on keeps its own. An operation stands in place of an earlier
    one on its file; a rename to the name the file has is none.
    """
    merged = list(draft.changes)
    for uri in dict.fromkeys(change.uri for change in changes):
        earlier = sorted((c for c in merged if c.uri == uri), key=lambda c: c.edit.span)
        later = sorted((c for c in changes if c.uri == uri), key=lambda c: c.edit.span)
        merged = [c for c in merged if c.uri != uri] + compose(earlier, later)
    replaced = {each.uri for each in operations}
    whole = [each for each in draft.operations if each.uri not in replaced]
    whole += [each for each in operations if each.target != each.uri]
    gone = {each.uri for each in whole if each.kind == "delete"}
    return Draft(
        {**base, **draft.base},
        tuple(change for change in merged if change.uri not in gone),
        tuple(dict.fromkeys((*draft.notes, *notes))),
        tuple(whole),
    )


def compose(earlier: Sequence[Change], later: Sequence[Change]) -> list[Change]:
    """One list of changes that does what `earlier` and then `later` do.

    Both are sorted and of one file; `later` counts in the text after `earlier`. Changes
    that meet become one, which takes the later one's reason.
    """
    placed: list[tuple[Span, Change]] = []
    shift = 0
    for change in earlier:
        start = change.edit.span.start + shift
        placed.append((Span(start, start + len(change.edit.new)), change))
        shift += change.edit.growth
    result: list[Change] = []
    rest = list(later)
    at = 0
    growth = 0
    while at < len(placed) or rest:
        if not rest or (at < len(placed) and placed[at][0].end < rest[0].edit.span.start):
            result.append(placed[at][1])
            growth += placed[at][1].edit.growth
            at += 1
            continue
        group = [rest.pop(0)]
        reach = group[0].edit.span
        touched: list[tuple[Span, Change]] = []
        while True:
            if at < len(placed) and placed[at][0].start <= reach.end:
                touched.append(placed[at])
                reach = _union(reach, placed[at][0])
                at += 1
            elif touched and rest and rest[0].edit.span.start <= reach.end:
                group.append(rest.pop(0))
                reach = _union(reach, group[-1].edit.span)
            else:
                break
        result.append(_merged(reach, touched, group, growth))
        growth += sum(change.edit.growth for _, change in touched)
    return result


def _merged(
    reach: Span, touched: Sequence[tuple[Span, Change]], group: Sequence[Change], growth: int
) -> Change:
    """The one change over `reach` (a span of the middle text) that stands for all given."""
    if not touched:
        (only,) = group
        span = only.edit.span
        moved = Edit(Span(span.start - growth, span.end - growth), only.edit.new)
        return replace(only, edit=moved)
    # Middle bytes under `reach`: the earlier changes' new text is known, and whatever
    # lies between them is covered by a later edit, so its content does not matter.
    middle = bytearray(len(reach))
    for span, change in touched:
        middle[span.start - reach.start : span.end - reach.start] = change.edit.new
    moved_edits = [
        Edit(
            Span(change.edit.span.start - reach.start, change.edit.span.end - reach.start),
            change.edit.new,
        )
        for change in group
    ]
    new = edits.apply(bytes(middle), moved_edits)
    inside = sum(change.edit.growth for _, change in touched)
    base = Span(reach.start - growth, reach.end - growth - inside)
    generated = any(c.origin == "generated" for c in (*group, *(c for _, c in touched)))
    origin: Origin = "generated" if generated else "computed"
    held = {c.held for c in (*group, *(c for _, c in touched))}
    why = held.pop() if len(held) == 1 else ""
    return Change(group[-1].uri, Edit(base, new), group[-1].reason, origin, why)


def _union(one: Span, other: Span) -> Span:
    return Span(min(one.start, other.start), max(one.end, other.end))
