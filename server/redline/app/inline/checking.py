"""From drafts to what is shown: the filters, then the parse, then the names."""

from __future__ import annotations

from dataclasses import replace

from redline.app.inline import proving
from redline.app.inline.rounds import Drafted, Round
from redline.core.inline import ranking, shape
from redline.core.inline.filters import brackets, chain, parses
from redline.core.inline.model import Draft, Suggestion
from redline.core.inline.place import Place, inside
from redline.core.inline.proofs.unknown import unknown
from redline.core.text.edits import Edit
from redline.core.text.text import Span

SECONDS = 0.005
"""After so long no further candidate is looked at: the first is worth more than three late."""
MANY = 2_000
"""Where so many words of a text hold one, that one is taken for known."""
SHORTENED = 2
"""So many shorter forms of a draft are tried."""
BREAKS = "parse: would break it"


def shown(made: Round, place: Place, drafted: Drafted) -> tuple[Suggestion, ...]:
    """The drafts that pass every filter, with how each came through noted."""
    clock = made.session.adapters.clock
    began = clock.monotonic()
    most = max(1, min(ranking.MOST, made.session.settings.inline.candidates))
    wanted = shape.shape(place, made.request.trigger)
    known = _is_known(made, place)
    kept: list[Draft] = []
    for draft in drafted.drafts:
        if len(kept) == most:
            break
        if kept and clock.monotonic() - began > SECONDS:
            made.note("filter", "no time for more")
            break
        found = chain.filtered(draft, place, wanted, known=known)
        left, notes = found.draft, found.notes
        if left is not None and not (same := _said(left, kept)):
            text, said = _sound(made, place, left.text, began + SECONDS)
            left, notes = (replace(left, text=text) if text else None), (*notes, *said)
            same = _said(left, kept) if left is not None else ""
        if left is not None and same:
            left, notes = None, (*notes, same)
        if left is not None:
            kept.append(left)
        made.note("filter", "; ".join(("dropped" if left is None else "kept", *notes)))
    return tuple(_suggestions(made, place, kept, drafted))


def _said(draft: Draft, kept: list[Draft]) -> str:
    """What a draft adds nothing to; '' where it does. The first line by itself does."""
    if any(each.text == draft.text for each in kept):
        return "the same as another"
    part = "\n" in draft.text and any(each.text.startswith(draft.text + "\n") for each in kept)
    return "the lines another begins with" if part else ""


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


def _sound(made: Round, place: Place, draft: str, until: float) -> tuple[str, tuple[str, ...]]:
    """As much of the draft as the text can do with, '' for nothing; and what is noted of it.

    Where its last signs are what breaks the parse, they are left out, if there is time.
    """
    wrong = _wrong(made, place, draft)
    if not wrong:
        return draft, ()
    if wrong == BREAKS:
        for less in brackets.without_last_signs(draft, place)[:SHORTENED]:
            if made.session.adapters.clock.monotonic() > until:
                break
            if not _wrong(made, place, less):
                return less, (f"parse: cut to {len(less)} characters",)
    return "", (wrong,)


def _wrong(made: Round, place: Place, draft: str) -> str:
    """Why the text with the draft in it is no code as it should be; '' where nothing is wrong."""
    new = _ended(place, draft).encode("utf-8", "surrogatepass")
    edit = Edit(Span(place.offset, place.offset), new)
    after = parses.tried(place.language, place.text, place.tree, edit)
    if parses.breaks(place.language, place.text, place.tree, edit, after):
        return BREAKS
    name = unknown(place.language, after, proving.known(made.session, made.request.uri))
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
    return _stands_elsewhere(place, word.encode())


def _stands_elsewhere(place: Place, word: bytes) -> bool:
    """Whether the text has the word at another place; True where too many hold it in them."""
    data, blanks = place.text.data, place.language.blanks
    own = place.offset - len(word)
    at = data.find(word)
    for _ in range(MANY):
        if at < 0:
            return False
        around = data[max(0, at - 1) : at] + data[at + len(word) : at + len(word) + 1]
        if at != own and not around.translate(blanks).strip():
            return True
        at = data.find(word, at + 1)
    return True
