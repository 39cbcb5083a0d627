"""What new text may not bring into a file, however surely its place is known."""

from __future__ import annotations

from collections.abc import Sequence

from redline.core.edits import letters, marks
from redline.core.edits.lines import indent_of, said

MARKUP = frozenset({"html", "markdown", "xml", "svg", "vue", "php"})
PROSE = frozenset({"markdown", ""})
DOTS = frozenset({"python", "typescript", "tsx"})


def unfit(new: Sequence[bytes], old: Sequence[bytes], data: bytes, language: str) -> str:
    """Why `new` lines may not stand in place of `old` ones in `data`; '' when they may.

    `language` is that of the file by our name, '' where we know none.
    """
    fresh = _fresh(new, old)
    problem = left_out(new, old, language)
    if problem:
        return problem
    # A line of = alone underlines a heading in prose.
    prose = language in PROSE
    marked = [line for line in fresh if set(line.strip()) != set(b"=")] if prose else fresh
    marker = marks.conflict(marked, old)
    if marker:
        return (
            f"The replacement holds {marker!r}, a mark of a block or of a conflict; "
            "give the old text and the new text as arguments, without marks."
        )
    return _fenced(new, old, language) or _spelt(fresh, old, data, language)


def left_out(new: Sequence[bytes], old: Sequence[bytes], language: str) -> str:
    """Why `new` is refused for a line that stands for what it does not write; '' for none."""
    joined, before = (b"\n".join(each).decode("utf-8", "replace") for each in (new, old))
    line = marks.elision(joined, before, dots_are_code=language in DOTS)
    if not line:
        return ""
    return (
        f"The replacement holds {line!r}, which stands for code that is left out; "
        "write the whole text, or search for a smaller part."
    )


def repeated(
    new: Sequence[bytes], old: Sequence[bytes], above: Sequence[bytes], below: Sequence[bytes]
) -> str:
    """Why `new` is refused that writes once more what stays right above or below; '' for none.

    The search text was cut shorter than the replacement, then: the lines would stand twice.
    """
    new, old, above, below = (_untailed(each) for each in (new, old, above, below))
    for count in range(min(len(new), max(len(above), len(below))), 0, -1):
        ends = new[-count:] == below[:count] and old[-count:] != below[:count]
        begins = new[:count] == above[-count:] and old[:count] != above[-count:]
        twice = [*(below[:count] if ends else ()), *(above[-count:] if begins else ())]
        if said(twice):
            shown = said(twice)[0].strip().decode("utf-8", "replace")[:120]
            where = "ends in" if ends else "begins with"
            return (
                f"The replacement {where} lines that stand there already and stay: {shown!r} would "
                "be there twice. Take these lines into the search text, or leave them out."
            )
    return ""


def _untailed(lines: Sequence[bytes]) -> list[bytes]:
    return [line.rstrip(b" \t") for line in lines]


def _fresh(new: Sequence[bytes], old: Sequence[bytes]) -> list[bytes]:
    known = set(old)
    return [line for line in new if line not in known]


def _spelt(fresh: Sequence[bytes], old: Sequence[bytes], data: bytes, language: str) -> str:
    """What is wrong with how new lines are written."""
    if any(line.rstrip().endswith(b"\\n") for line in fresh) and not any(
        line.rstrip().endswith(b"\\n") for line in old
    ):
        return "The replacement has line ends written as \\n; write lines as lines."
    odd = letters.unseen(fresh, data)
    if odd:
        return f"The replacement has letters that nobody sees: {odd[:160]}; leave them out."
    odd = letters.smuggled(fresh, old, data, prose=language in PROSE)
    if odd:
        return (
            "The replacement has typographic quotes, dashes or no-break spaces, which the text it "
            f"replaces has not: {odd[:120]!r}; write those of a keyboard."
        )
    odd = letters.escaped(fresh, old, data, markup=language in MARKUP)
    if odd:
        return (
            f"The replacement is written in HTML entities: {odd[:120]!r}; "
            "write the characters themselves, such as < and &."
        )
    return _indented(fresh, old, data)


def _fenced(new: Sequence[bytes], old: Sequence[bytes], language: str) -> str:
    """Why a Markdown fence in `new` is refused: not text, or one that is alone; '' for none."""
    here, there = (
        [marks.fence(line.decode("utf-8", "replace")) for line in lines] for lines in (new, old)
    )
    moved = sum(here) == sum(there) > 0 and bool(new) and here[-1] and not there[-1]
    if sum(here) <= sum(there) and (sum(here) - sum(there)) % 2 == 0 and not moved:
        return ""
    around = bool(new) and here[0] and here[-1] and not (there and there[0] and there[-1])
    if language not in PROSE or around or moved or (sum(here) - sum(there)) % 2:
        return (
            "The replacement holds a Markdown fence, which is not in the text it replaces; give "
            "the bare text, or take in the lines around where the fence is meant."
        )
    return ""


def _indented(fresh: Sequence[bytes], old: Sequence[bytes], data: bytes) -> str:
    """Tabs where the file has blanks, or the other way round."""
    kinds = {kind_of(line) for line in said(fresh)} - {""}
    there = {kind_of(line) for line in said(old)} - {""}
    there = there or {kind_of(line) for line in data.splitlines()} - {""}
    if there == {"tabs"} and "blanks" in kinds:
        return "The file indents by tabs, the replacement by blanks; indent as the file does."
    if there == {"blanks"} and kinds - there:
        return "The file indents by blanks, the replacement by tabs; indent as the file does."
    return ""


def kind_of(line: bytes) -> str:
    """What a line is indented by: 'tabs', 'blanks', 'both'; '' where that tells nothing."""
    depth = indent_of(line)
    if not depth or line.lstrip().startswith(b"*") or depth == b" ":
        return ""
    if b"\t" not in depth:
        return "blanks"
    return "tabs" if depth.strip(b"\t") == b"" else "both"


def numbered(new: bytes, old: Sequence[bytes]) -> str:
    """Why new text is refused for numbers before its lines, which the old text has not."""
    if marks.unnumbered(new) is None or marks.unnumbered(b"\n".join(old)) is not None:
        return ""
    return "The replacement has a line number before every line; give the text without them."
