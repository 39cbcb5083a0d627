"""Search and replace: one place is changed, or the refusal says precisely what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.edits import depths, guards, marks
from redline.core.edits.blocks import block_in, has_blocks
from redline.core.edits.indent import carried
from redline.core.edits.letters import decoded, has_entity, odd_in, plain
from redline.core.edits.lines import (
    Line,
    Row,
    encoded,
    indent_of,
    lines_of,
    newline_of,
    rows_of,
    said,
    tail_of,
    written,
)
from redline.core.edits.locate import Ambiguous, How, NotFound, Place, locate
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, shrink
from redline.core.text.matching import unequal
from redline.core.text.text import Span, Text

SAME = "The replacement is the same as the search text, so nothing would change."
DEEPER = (
    "The first line of the replacement is indented otherwise than that of the search text. "
    "If that is meant, take in the line before; else indent it as the file does."
)
NEAR = 5
"""So many rows around a place say how deep it is."""
FAR = 200
"""So many rows around a place tell what block it is in, and what is written twice."""
COPY = "Copy whole lines with their indentation, in the search text and in the replacement."


@dataclass(frozen=True, slots=True)
class Reading:
    """What the arguments may mean. `note` says what was taken off them; '' for nothing."""

    search: bytes
    replace: bytes
    note: str = ""


def replace_text(text: Text, search: str, replace: str, language: str = "") -> Refactored:
    """The edit that puts `replace` where `search` stands, which must be in one place only.

    Line ends do not matter to the search; what is written takes those of the text. A line
    that both arguments have keeps its bytes. `language` is that of the text by our name.
    """
    if not search:
        if text.data or not replace.strip():
            return refused("The search text is empty; copy the exact lines to be replaced.")
        return filled(text, replace, language)
    if encoded(search) == encoded(replace) and block_in(search, replace) is None:
        return refused(SAME)
    rows = rows_of(text.data)
    missed = ""
    for reading in readings(text, search, replace):
        found = locate(rows, reading.search)
        if isinstance(found, Ambiguous):
            return refused(found.reason)
        if isinstance(found, NotFound):
            missed = missed or found.reason
            continue
        done = at_place(text, rows, found, reading, language)
        if done.edits and reading.note:
            return Refactored(done.edits, (reading.note, *done.notes))
        return done
    return refused(_hinted(missed, search))


def filled(text: Text, content: str, language: str) -> Refactored:
    """The whole text of an empty file."""
    new = encoded(content)
    problem = guards.unfit(lines_of(new), (), b"", language)
    return refused(problem) if problem else Refactored((Edit(Span(0, len(text)), new),))


def readings(text: Text, search: str, replace: str) -> Iterator[Reading]:
    """What the arguments may mean, as they are written first."""
    block = block_in(search, replace)
    if block is not None and not has_blocks(text.decode()):
        yield Reading(encoded(block[0]), encoded(block[1]), "read as a search/replace block")
        return
    yield Reading(encoded(search), encoded(replace))
    bare, new = marks.unfenced(search), marks.unfenced(replace)
    if bare is not None:
        search, replace = bare, new if new is not None else replace
        yield Reading(encoded(search), encoded(replace), "a Markdown fence was taken off")
    stripped = marks.unnumbered(encoded(search))
    if stripped is not None:
        other = marks.unnumbered(encoded(replace))
        yield Reading(
            stripped[0], other[0] if other else encoded(replace), "line numbers taken off"
        )
    literal = decoded(search)
    if literal is not None and not has_entity(text.decode()):
        clear = decoded(replace)
        if clear is not None or not has_entity(replace):
            note = "HTML entities were read as the characters they stand for"
            yield Reading(encoded(literal), encoded(clear or replace), note)


def _hinted(missed: str, search: str) -> str:
    """The refusal, with what is wrong with the quote beyond its being nowhere."""
    left_out = marks.elision(search, "")
    if left_out:
        return (
            f"The search text holds {left_out!r}, which stands for code that is left out, and is "
            f"not in the file; search for lines as they are. {missed}"
        )
    if marks.conflict(lines_of(encoded(search)), ()):
        return f"{missed} The search text holds marks of a block; give the old lines alone."
    if has_entity(search):
        return f"{missed} It is written in HTML entities such as &lt;; copy the characters."
    return missed


def at_place(
    text: Text, rows: Sequence[Row], place: Place, reading: Reading, language: str
) -> Refactored:
    """The edit at a place that is known."""
    first, end = place.rows
    old = [row.body for row in rows[first:end]]
    new = lines_of(reading.replace)
    problem = guards.numbered(reading.replace, old) or guards.left_out(new, old, language)
    if not place.whole:
        problem = problem or guards.unfit(new, old, text.data, language)
    if problem:
        return refused(problem)
    if not reading.replace and place.how != "exact":
        return refused(
            "Text is deleted only where the search text is exact; copy it as the file has it."
        )
    if not place.whole:
        return _fragment(text, rows, place, reading)
    given = _whole_lines(place, reading)
    if isinstance(given, str):
        return refused(given)
    return lines_replaced(text, rows, place, given, language)


def _fragment(text: Text, rows: Sequence[Row], place: Place, reading: Reading) -> Refactored:
    """Within lines the new text stands as it is."""
    new, search = reading.replace, reading.search
    if b"\n" in search.strip(b"\n"):
        return refused(f"The search text begins or ends within a line. {COPY}")
    if new and search.startswith(b"\n") != new.startswith(b"\n"):
        return refused(f"Only one of both texts begins with a line end. {COPY}")
    if new and search.endswith(b"\n") != new.endswith(b"\n"):
        return refused(f"Only one of both texts ends in a line end. {COPY}")
    newline = newline_of(rows[place.rows[0] : place.rows[1]], text.newline)
    edit = Edit(place.span, new.replace(b"\n", newline))
    return _changed(text, edit)


def _whole_lines(place: Place, reading: Reading) -> list[bytes] | str:
    """The lines to be written in place of whole ones, or why that is not known."""
    new, search = lines_of(reading.replace), lines_of(reading.search)
    if not new:
        return new
    stripped = not reading.replace.endswith(b"\n")
    if stripped and not search[-1].strip() and new[-1].strip():
        return f"Only the search text ends in a blank line. {COPY}"
    if stripped and reading.search.endswith(b"\n") and _untailed(new) == _untailed(search):
        return SAME
    if not search[0].strip() and new[0].strip() and not place.above:
        return f"Only the search text begins with a blank line. {COPY}"
    for _ in range(place.above):
        new = new[1:] if new and not new[0].strip() else new
    for _ in range(place.below):
        new = new[:-1] if new and not new[-1].strip() else new
    if not said(new):
        return f"The replacement is blank. {COPY}"
    return _led(place, new) if place.lead else _margin(place, new)


def _led(place: Place, new: list[bytes]) -> list[bytes] | str:
    """The quote leaves out the indentation of its first line, and so must the new text."""
    if indent_of(place.quoted[0]) or indent_of(new[0]) or not new[0].strip():
        return f"The search text begins without the indentation of its line. {COPY}"
    if depths.unled(place.quoted, new, place.lead):
        return f"It is not plain how deep the new lines are to be. {COPY}"
    return [place.lead + new[0], *new[1:]]


def _margin(place: Place, new: list[bytes]) -> list[bytes] | str:
    """New text that begins at another depth than what is replaced says so by what it keeps."""
    quoted = [line for line in said(place.quoted) if not marks.conflict([line], ())]
    head = said(new)[0]
    if not quoted or indent_of(head) == indent_of(quoted[0]):
        return new
    kept = list(place.quoted)
    return new if len(new) > len(kept) and new[-len(kept) :] == kept else DEEPER


def lines_replaced(
    text: Text, rows: Sequence[Row], place: Place, new: Sequence[bytes], language: str
) -> Refactored:
    """The edit that writes whole lines: those that were quoted too stay as they are."""
    first, end = place.rows
    there = rows[first:end]
    bodies = [row.body for row in there]
    quoted = [place.lead + place.quoted[0], *place.quoted[1:]] if place.quoted else []
    moved = _as_there(text, place.how, quoted, bodies, new)
    if isinstance(moved, str):
        return refused(moved)
    problem = guards.unfit(moved, bodies, text.data, language) or _misplaced(
        rows, place, quoted, moved, language
    )
    if problem:
        return refused(problem)
    literal = language == "markdown" and place.how == "exact"
    if place.how == "letters":
        quoted, new = [plain(line) for line in quoted], [plain(line) for line in new]
    lines = _laid(there, quoted, new, moved, literal)
    edit = Edit(place.span, written(lines, there, newline_of(rows, text.newline)))
    return _changed(text, edit, [_NOTES[place.how]] if place.how in _NOTES else [])


def _misplaced(
    rows: Sequence[Row],
    place: Place,
    quoted: Sequence[bytes],
    moved: Sequence[bytes],
    language: str,
) -> str:
    """Why lines are not believed by those around them, or by their depth; '' when they are."""
    first, end = place.rows
    bodies = [row.body for row in rows[first:end]]
    above = [row.body for row in rows[max(0, first - FAR) : first]]
    below = [row.body for row in rows[end : end + FAR]]
    problem = guards.repeated(moved, bodies, above, below)
    if not problem and place.how == "exact":
        known = {indent_of(row.body) for row in rows}
        problem = depths.slipped(quoted, moved, known, below[:NEAR])
    if not problem and language not in guards.PROSE:
        problem = depths.at_margin(bodies, moved, above[-NEAR:], below[:NEAR])
        problem = problem or depths.unfilled(bodies, moved)
        problem = problem or depths.emptied(bodies, moved, above)
    if not problem and language in depths.INDENTED:
        problem = depths.left_block(bodies, moved, above, language)
    return problem


_NOTES = {
    "letters": "typographic letters in the search text were read as those of a keyboard",
    "indent": "the replacement was indented as the file is",
}


def _as_there(
    text: Text, how: How, quoted: Sequence[bytes], bodies: Sequence[bytes], new: Sequence[bytes]
) -> Sequence[bytes] | str:
    """New lines in the letters and with the indentation of the place; or why not."""
    if how not in _NOTES:
        return new
    if how == "letters":
        spelt = _spelt(text, quoted, bodies, new)
        if isinstance(spelt, str):
            return spelt
        new, quoted = spelt, [plain(line) for line in quoted]
    moved = carried(quoted, bodies, new)
    if moved is None:
        return (
            "The search text stands at one place, but with other indentation, and the "
            f"replacement cannot be indented for sure. {COPY}"
        )
    return moved


def _spelt(
    text: Text, quoted: Sequence[bytes], bodies: Sequence[bytes], new: Sequence[bytes]
) -> list[bytes] | str:
    """New lines in the letters of a keyboard; or why they cannot be known to be meant."""
    strange = odd_in(b"\n".join(quoted)) - odd_in(text.data)
    for (top, bottom), _ in unequal(list(quoted), list(new)):
        for line, body in zip(quoted[top:bottom], bodies[top:bottom], strict=True):
            if odd_in(body) and body.strip() != line.strip():
                return (
                    f"The file has typographic letters in {body.decode('utf-8', 'replace')!r}; "
                    "copy the line as it is."
                )
    if odd_in(b"\n".join(new)) - strange - odd_in(text.data):
        return "The replacement has typographic letters that the search text has not."
    if strange and odd_in(b"\n".join(new)) & odd_in(text.data):
        return f"It is not plain which typographic letters are meant. {COPY}"
    return [plain(line) for line in new] if strange else list(new)


def _laid(
    there: Sequence[Row],
    quoted: Sequence[bytes],
    new: Sequence[bytes],
    moved: Sequence[bytes],
    literal: bool,
) -> list[Line]:
    """The lines to be written, by what the new text changes of the quote.

    Blanks at line ends are not what a change is about, unless it is about nothing else: then,
    and for lines that are new in a `literal` text, they are as given.
    """
    before, after = _untailed(quoted), _untailed(new)
    if before == after:
        return [Line(line, row.end or None) for line, row in zip(moved, there, strict=True)]
    result: list[Line] = []
    left = 0
    for (top, bottom), (start, end) in (
        *unequal(before, after),
        ((len(before), len(before)), (len(after), len(after))),
    ):
        result += [Line(row.body, row.end or None) for row in there[left:top]]
        result += _stretch(there[top:bottom], moved[start:end], literal)
        left = bottom
    return result


def _untailed(lines: Sequence[bytes]) -> list[bytes]:
    return [line.rstrip(b" \t") for line in lines]


def _stretch(there: Sequence[Row], new: Sequence[bytes], literal: bool) -> Iterator[Line]:
    """New lines for old ones: line by line where they are as many."""
    same = len(there) == len(new)
    end = there[0].end if there and there[0].end else None
    for at, line in enumerate(new):
        # Two blanks at the end of a line are a line break in Markdown.
        body = line if literal and tail_of(line) == b"  " else line.rstrip(b" \t")
        if same and body and not tail_of(body):
            body += tail_of(there[at].body)
        yield Line(body, (there[at].end or None) if same else end)


def _changed(text: Text, edit: Edit, notes: Sequence[str] = ()) -> Refactored:
    if text.slice(edit.span) == edit.new:
        return refused("The replacement is what stands there already, so nothing would change.")
    return Refactored((shrink(text.data, edit),), tuple(notes))
