"""Every language's example files hold what their carets say; see grammars/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from redline.adapters.grammars import load
from redline.core.index.extract import extract, parse
from redline.core.index.facts import symbols
from redline.core.index.uses import uses_in
from redline.core.text.text import Span, Text

GRAMMARS = Path(__file__).parents[2] / "grammars"
LANGUAGES = load(worker=True)
EXAMPLES = sorted(GRAMMARS.glob("*/example*"))
MARK = re.compile(
    r"(?P<at>\^+|<-) (?P<what>\S+)(?: within=(?P<within>\S+))?"
    r"(?: signature=(?P<sig>.*?))?(?: -->| \*/)?$"
)
# Of languages without a comment that ends with the line.
BLOCK_COMMENTS = ("<!--", "/*")


@dataclass(frozen=True, slots=True)
class Mark:
    """What an example says of `line` (1-based), from `start` up to `end` in bytes.

    Carets need not cover a name whose first letters the comment marker is under; `hidden`
    is where that ends.
    """

    line: int
    hidden: int
    start: int
    end: int
    what: str
    within: str
    signature: str | None


def marks(source: str, comment: str) -> Iterator[Mark]:
    code = 0
    for number, row in enumerate(source.splitlines(), 1):
        opener = next(
            filter(row.lstrip().startswith, (comment,) if comment else BLOCK_COMMENTS), ""
        )
        found = MARK.search(row) if opener else None
        if found is None:
            code = number
            continue
        indent = len(row) - len(row.lstrip())
        start, end = (indent, indent + 1) if found["at"] == "<-" else found.span("at")
        within = found["within"] or ""
        yield Mark(code, indent + len(opener), start, end, found["what"], within, found["sig"])


def test_every_language_has_an_example() -> None:
    assert {file.parent.name for file in EXAMPLES} == set(LANGUAGES.names)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_example_holds_what_its_carets_say(file: Path) -> None:
    language = LANGUAGES.named(file.parent.name)
    assert language is not None
    text = Text(file.read_bytes())
    facts = extract(language, parse(language, text), text)
    assert facts.errors == 0
    found = {}
    for symbol in symbols("u", facts):
        found[symbol.name_span.start, f"definition.{symbol.kind}"] = symbol
    definitions = set(found)
    for reference in uses_in("u", facts, text, Span(0, len(text))):
        found[reference.span.start, "reference"] = reference
    for mark in marks(text.decode(), language.line_comment):
        if mark.what.startswith("import"):
            at = text.line_starts[mark.line - 1]
            starts = {start - at for start in facts.import_starts}
            hidden = any(0 <= start < mark.hidden for start in starts)
            assert mark.start in starts or hidden, f"{file.name}: no {mark.what}: {mark}"
            continue
        place, item = _find(found, text, mark)
        assert item is not None, f"{file.name}:{mark.line}: no {mark.what}: {mark}"
        within = item.container if mark.what != "reference" else item.within
        assert within == mark.within, f"{file.name}:{mark.line}: {item.name} is within {within!r}"
        if mark.signature is not None:
            assert item.signature == mark.signature
        definitions.discard(place)
    unmarked = [(text.line_of(at) + 1, what, found[at, what].name) for at, what in definitions]
    assert not unmarked, "definitions without a caret"


def _find(found, text, mark):
    line = text.line_starts[mark.line - 1]
    for (start, what), item in found.items():
        if what == mark.what and _marks(mark, line, start, start + len(item.name.encode())):
            return (start, what), item
    return None, None


def _marks(mark, line, start, end):
    """Carets begin in what they mark and end with it; a single one is anywhere in it."""
    whole = mark.end - mark.start == 1 and mark.end - mark.start < end - start
    return start <= line + mark.start < end and (end == line + mark.end or whole)
