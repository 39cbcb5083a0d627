"""A whole function, method or class in place of the one of that name."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from itertools import takewhile

from redline.core.edits import guards
from redline.core.edits.lines import (
    Row,
    encoded,
    indent_of,
    kept,
    lines_of,
    newline_of,
    rows_of,
    said,
    written,
)
from redline.core.edits.marks import unfenced
from redline.core.index import facts as facts_of
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Facts, Symbol
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply, shrink
from redline.core.text.text import Span, Text

WHOLE = frozenset(
    {"function", "method", "class", "interface", "struct", "trait", "impl", "enum", "type"}
)
_COMMENT = re.compile(rb"^\s*(?://|/\*|\*|#(?![!\[])|--)")
_DOCUMENTS = re.compile(rb"^\s*(?:///|/\*\*|//!)")
_MARKED = re.compile(rb"^\s*(?:@[\w.]|#\[|\[\w)")
_CLOSES = re.compile(rb"^\s*(?:[)\]}]|end\b)")
_HEADS = re.compile(rb"^(?:@|#|def\b|class\b|async\b|[)\]}])")


def symbols_called(facts: Facts, name: str) -> tuple[Symbol, ...]:
    """What `name`, or a dotted end of it, defines in one text."""
    every = list(facts_of.symbols("", facts))
    whole = [each for each in every if _qualified(each) == name]
    ends = [each for each in every if _qualified(each).endswith(f".{name}")]
    return tuple(whole or ends)


def _qualified(symbol: Symbol) -> str:
    return f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name


def replace_symbol(language: Language, text: Text, name: str, new: str) -> Refactored:
    """The edit that puts `new` in place of the one definition called `name`.

    With its decorators, and with the comment above where `new` begins with one. A comment
    below its last statement stays, unless `new` ends in one.
    """
    if b"\r" in text.data.replace(b"\r\n", b""):
        return refused("A lone carriage return ends no line for a parser; use edit in this file.")
    tree = parse(language, text)
    facts = extract(language, tree, text)
    found = [each for each in symbols_called(facts, name) if each.kind in WHOLE]
    if not found:
        return refused(f"No function, method or class called {name} is defined here.")
    if len(found) > 1:
        at = ", ".join(str(text.line_of(each.name_span.start) + 1) for each in found)
        return refused(f"{len(found)} definitions are called {name}, at lines {at}; use edit.")
    node = tree.root_node.descendant_for_byte_range(found[0].span.start, found[0].span.end)
    if node is None or node.has_error:
        return refused(f"{name} does not parse as it is, so its end is not sure; use edit.")
    edit = _edit(language.name, text, found[0], new)
    problem = (
        edit if isinstance(edit, str) else _changes_more(language, text, facts, found[0], edit)
    )
    if isinstance(edit, str) or problem:
        return refused(problem)
    return Refactored((shrink(text.data, edit),))


def _edit(language: str, text: Text, symbol: Symbol, new: str) -> Edit | str:
    """The edit of whole rows, or why it is not plain what it would be."""
    bare = unfenced(new)
    given = lines_of(encoded(bare if bare is not None else new).strip(b"\n"))
    rows = rows_of(text.data)
    region = _region(text, rows, symbol, given)
    if isinstance(region, str):
        return region
    there = rows[region[0] : region[1]]
    there = there[: len(there) - _ending(there, given)]
    old = [row.body for row in there]
    dropped = _unmarked(old, given)
    if dropped:
        return dropped
    lines = _indented(language, indent_of(rows[_first(text, symbol)].body), old, given)
    if isinstance(lines, str):
        return lines
    problem = guards.unfit(lines, old, text.data, language)
    if problem:
        return problem
    span = Span(there[0].start, there[-1].start + len(there[-1].body) + len(there[-1].end))
    body = written(kept(there, lines), there, newline_of(rows, text.newline))
    if text.slice(span) == body:
        return "The new text is what stands there already, so nothing would change."
    return Edit(span, body)


def _first(text: Text, symbol: Symbol) -> int:
    return text.line_of(symbol.span.start)


def _region(
    text: Text, rows: Sequence[Row], symbol: Symbol, given: Sequence[bytes]
) -> tuple[int, int] | str:
    """The rows that go, or why that is not plain."""
    first, last = _first(text, symbol), text.line_of(max(symbol.span.end - 1, symbol.span.start))
    before = text.data[rows[first].start : symbol.span.start]
    rest = text.data[symbol.span.end : rows[last].start + len(rows[last].body)]
    ends_too = rest.strip() == b";" and bool(given) and given[-1].endswith(b";")
    if before.strip() or (rest.strip() and not ends_too):
        return f"{symbol.name} shares a line with other code; use edit."
    above = first
    while above > 0 and _above(rows[above - 1].body):
        above -= 1
    head = [line for line in given[: _head(given)] if line.strip()]
    if not head or above == first or not _comments(head):
        return first, last + 1
    kept = [row.body.strip() for row in rows[above:first]]
    replaces = _DOCUMENTS.match(head[0]) and _DOCUMENTS.match(kept[0])
    if not replaces and head[0].strip() != kept[0]:
        return f"A comment stands above {symbol.name} already; use edit, or leave it out."
    lost = [line for line in kept if _MARKED.match(line) and line not in _stripped(given)]
    if lost:
        return f"The new text leaves out {lost[0].decode('utf-8', 'replace')!r} above it."
    return above, last + 1


def _above(line: bytes) -> bool:
    return bool(_COMMENT.match(line) or re.match(rb"^\s*#\[", line))


def _head(given: Sequence[bytes]) -> int:
    """How many lines of comments and attributes the new text begins with."""
    return next(
        (at for at, line in enumerate(given) if not (_above(line) or _MARKED.match(line))),
        len(given),
    )


def _comments(head: Sequence[bytes]) -> bool:
    return any(_above(line) for line in head)


def _stripped(lines: Sequence[bytes]) -> set[bytes]:
    return {line.strip() for line in lines}


def _unmarked(old: Sequence[bytes], new: Sequence[bytes]) -> str:
    """The decorator or annotation that the new text would drop, as a refusal."""
    there = _stripped(new)
    for line in old:
        if not (_MARKED.match(line) or _COMMENT.match(line)):
            return ""
        if _MARKED.match(line) and line.strip() not in there:
            shown = line.strip().decode("utf-8", "replace")
            return f"The new text leaves out {shown!r}; write it too, or take it away with edit."
    return ""


def _ending(rows: Sequence[Row], given: Sequence[bytes]) -> int:
    """How many rows of comments below the last statement stay: all, or none where `given` has some.

    A parser of Python counts them in where they are indented, its syntax tree does not.
    """
    if given and _COMMENT.match(given[-1]):
        return 0
    stays = takewhile(lambda row: not row.body.strip() or _COMMENT.match(row.body), reversed(rows))
    return len(list(stays))


def _indented(
    language: str, base: bytes, old: Sequence[bytes], given: Sequence[bytes]
) -> list[bytes] | str:
    """The new lines at the depth of the old ones, where that has one reading."""
    lines = said(given)
    if not lines:
        return "The new text is empty; to delete a definition use edit."
    own = indent_of(lines[0])
    if own == base:
        return list(given)
    rest = [indent_of(line) for line in lines[1:]]
    if not own and rest and _first_stripped(base, old, lines):
        return [base + given[0], *given[1:]]
    unclear = "It is not plain how deep the new text is to stand; indent it as the file does."
    if any(not depth.startswith(own) for depth in rest):
        return unclear
    if not own and not _plainly_dedented(base, old, lines):
        return unclear
    if language == "python" and any(
        indent_of(line) == own and not _HEADS.match(line.lstrip(b" \t")) for line in lines[1:]
    ):
        return unclear
    return [base + line[len(own) :] if line.strip() else line for line in given]


def _least(lines: Sequence[bytes]) -> int:
    return min((len(indent_of(line)) for line in said(lines)), default=0)


def _signature(lines: Sequence[bytes]) -> int:
    """Where the definition begins, below its decorators and comments."""
    return min(_head(lines), len(lines) - 1)


def _first_stripped(base: bytes, old: Sequence[bytes], new: Sequence[bytes]) -> bool:
    """Whether only the first line came without its indentation."""
    at = _signature(new)
    if at:
        return bool(base) and all(line.startswith(base) for line in new[1 : at + 1])
    least = _least(new[1:])
    if least < len(base) or not base:
        return False
    closers = [line for line in new[1:] if _CLOSES.match(line)]
    if closers:
        return len(indent_of(closers[-1])) == len(base) == least
    return least == _least(old[_signature(old) + 1 :]) and least != len(base)


def _plainly_dedented(base: bytes, old: Sequence[bytes], new: Sequence[bytes]) -> bool:
    """Whether all of the new text came without the indentation of the first line."""
    at = _signature(new)
    least = _least(new[at + 1 :])
    if len(new) == at + 1 or least < len(base) or (at and not indent_of(new[at])):
        return True
    return least == _least(old[_signature(old) + 1 :]) - len(base)


def _changes_more(language: Language, text: Text, facts: Facts, symbol: Symbol, edit: Edit) -> str:
    """Why the edit does more than to give the definition another text; '' when it does not."""
    after = Text(apply(text.data, (edit,)))
    now = extract(language, parse(language, after), after)
    name = _qualified(symbol)
    if now.errors > facts.errors or (language.name == "python" and _breaks(text, after)):
        return "The file would no longer parse with the new text; write all of the definition."
    before, later = [list(_names(each)) for each in (facts, now)]
    if name not in later:
        return f"The new text does not define {name}; use rename to give it another name."
    if later.count(name) != before.count(name) or _beside(later, name) != _beside(before, name):
        return f"The new text defines more than {symbol.name}; add the rest with edit."
    lost = [each for each in before if each.startswith(f"{name}.") and each not in later]
    if lost:
        return f"The new text leaves out {', '.join(lost[:5])}; to delete members use edit."
    return ""


def _breaks(text: Text, after: Text) -> bool:
    """Whether Python reads the text before and not after: a grammar forgives an empty body."""
    return _reads(text) and not _reads(after)


def _reads(text: Text) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text.decode())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _names(facts: Facts) -> Sequence[str]:
    return [_qualified(each) for each in facts_of.symbols("", facts)]


def _beside(names: Sequence[str], name: str) -> list[str]:
    """The names outside the definition."""
    return [each for each in names if each != name and not each.startswith(f"{name}.")]
