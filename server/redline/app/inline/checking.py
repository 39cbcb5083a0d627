"""From drafts to what is shown: the filters, then the parse, then the names."""

from __future__ import annotations

from redline.app.inline.rounds import Drafted, Round
from redline.core.index.languages import words_with
from redline.core.inline import ranking, shape
from redline.core.inline.filters import chain, names, parses
from redline.core.inline.model import Draft, Suggestion
from redline.core.inline.place import Place, inside
from redline.core.text.edits import Edit
from redline.core.text.text import Span

SECONDS = 0.005
"""After so long no further candidate is looked at: the first is worth more than three late."""


def shown(made: Round, place: Place, drafted: Drafted) -> tuple[Suggestion, ...]:
    """The drafts that pass every filter, with how each came through noted."""
    clock = made.session.adapters.clock
    began = clock.monotonic()
    most = max(1, min(ranking.MOST, made.session.settings.inline.candidates))
    wanted = shape.shape(place)
    known = _is_known(made, place)
    kept: list[Draft] = []
    for draft in drafted.drafts:
        if len(kept) == most:
            break
        if kept and clock.monotonic() - began > SECONDS:
            made.note("filter", "no time for more")
            break
        found = chain.filtered(draft, place, wanted, known=known)
        why = "; ".join(found.notes)
        if found.draft is not None and found.draft.text in [each.text for each in kept]:
            why, found = "the same as another", chain.Filtered(None)
        if found.draft is not None and (wrong := _wrong(made, place, found.draft)):
            why, found = wrong, chain.Filtered(None)
        if found.draft is not None:
            kept.append(found.draft)
        made.note("filter", f"{'kept' if found.draft else 'dropped'}; {why}".rstrip("; "))
    return tuple(_suggestions(made, place, kept, drafted))


def _suggestions(
    made: Round, place: Place, kept: list[Draft], drafted: Drafted
) -> list[Suggestion]:
    here = Span(place.offset, place.offset)
    return [
        Suggestion(
            f"{made.request.id}.{at}",
            _ended(place, each.text),
            here,
            drafted.origin,
            drafted.model,
            each.confidence,
            drafted.reused,
        )
        for at, each in enumerate(kept, 1)
    ]


def _wrong(made: Round, place: Place, draft: Draft) -> str:
    """Why the text with the draft in it is no code as it should be; '' where nothing is wrong."""
    new = _ended(place, draft.text).encode("utf-8", "surrogatepass")
    edit = Edit(Span(place.offset, place.offset), new)
    after = parses.tried(place.language, place.text, place.tree, edit)
    if parses.breaks(place.language, place.text, place.tree, edit, after):
        return "parse: would break it"
    name = names.unknown(place.language, after)
    if name:
        return f"names: nothing is called {name}"
    made.clean = made.clean and not after.tree.root_node.has_error
    return ""


def _ended(place: Place, text: str) -> str:
    """The lines of a draft with the line ends of the text they are put into."""
    return text.replace("\n", place.text.newline.decode()) if "\n" in text else text


def _is_known(made: Round, place: Place) -> bool:
    """Whether the part of a word at the cursor is a word by itself: it stands elsewhere too, or
    belongs to the language. In comments and strings anything may be one."""
    word = place.word
    if not word or inside(place.tree, place.text, place.offset) != "code":
        return True
    index = made.session.snapshot.index
    if any(uri != made.request.uri for uri in index.postings.get(word, ())):
        return True
    leaf = place.tree.root_node.descendant_for_byte_range(place.offset - 1, place.offset)
    if leaf is not None and leaf.type == word:
        return True
    places = words_with(place.language.letters).finditer(place.text.data)
    own = place.offset - len(word.encode())
    return any(each.start() != own and each[0] == word.encode() for each in places)
