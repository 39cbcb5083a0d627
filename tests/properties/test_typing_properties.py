"""Thousands of changes, whatever the way they take: always the plain text, edited plainly."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from text_strategies import boundaries, edits_in, pieces, strings

from redline import main
from redline.app import documents
from redline.app.session import Front, Session, Workspace
from redline.core.index.extract import extract, parse
from redline.core.settings import Settings
from redline.core.text import lines
from redline.core.text.positions import Encoding, Position, Range, range_at
from redline.core.text.sync import ContentChange, SyncProblem, changed, opened
from redline.core.text.text import Document, Span, Text
from redline.edge.lsp import changes
from redline.edge.lsp.protocol import strict_converter

URI = "file:///a.py"
CONVERTER = strict_converter()
ADAPTERS = main.adapters(Settings())
many = settings(max_examples=200, deadline=None)
encodings = st.sampled_from(Encoding)
# Leaves so small that every edit is at the edge of one, or takes several.
leaf_sizes = st.sampled_from([1, 2, 5, 16])


@many
@given(st.data(), strings, leaf_sizes)
def test_a_text_in_leaves_answers_as_the_same_bytes_in_one(
    data: st.DataObject, before: str, leaf: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LEAF", leaf)
        text, plain = Text.of(before), Text.of(before).data
        assert text.line_count
        for _ in range(data.draw(st.integers(1, 12))):
            # At any byte: between \r and \n, and inside characters too.
            start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(plain))] * 2)))
            new = "".join(data.draw(st.lists(pieces, max_size=4))).encode("utf-8", "surrogatepass")
            older, held = text, plain
            text = text.replaced(Span(start, end), new)
            plain = plain[:start] + new + plain[end:]
            if data.draw(st.booleans()):
                assert older.data == held
            _same(text, plain)


@settings(max_examples=400, deadline=None)
@given(st.data(), st.text("\r\na", min_size=3, max_size=30))
def test_a_line_end_may_come_together_or_apart_at_the_edge_of_a_leaf(
    data: st.DataObject, before: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LEAF", 1)
        text, plain = Text.of(f"\n{before}"), before.encode()
        assert text.line_count
        text = text.replaced(Span(0, 1), b"")  # cuts it into leaves
        for _ in range(data.draw(st.integers(1, 10))):
            start = data.draw(st.integers(0, len(plain)))
            end = min(len(plain), start + data.draw(st.integers(0, 2)))
            new = data.draw(st.text("\r\na", max_size=2)).encode()
            text = text.replaced(Span(start, end), new)
            plain = plain[:start] + new + plain[end:]
            _same(text, plain)


def _same(text: Text, plain: bytes) -> None:
    fresh = Text(plain)
    assert len(text) == len(plain) and text.line_count == fresh.line_count
    assert text.line_starts == fresh.line_starts
    for line in range(fresh.line_count):
        assert text.line_span(line) == fresh.line_span(line)
        assert text.row(line) == fresh.row(line)
    for offset in range(len(plain) + 1):
        assert text.line_of(offset) == fresh.line_of(offset)
        row, column = plain.count(b"\n", 0, offset), offset - plain.rfind(b"\n", 0, offset) - 1
        assert text.point(offset) in (None, (row, column))
        assert text.slice(Span(offset // 2, offset)) == plain[offset // 2 : offset]
    assert text.data == plain and text == fresh


def test_rows_are_known_as_long_as_every_line_ends_for_the_parser_too() -> None:
    text = Text(b"a\nb\r\nc")
    assert text.line_count == 3
    text = text.replaced(Span(3, 4), b"")
    assert text.point(4) == (2, 0)
    text = text.replaced(Span(1, 2), b"\r")
    assert text.data == b"a\rb\nc" and text.point(4) is None
    assert text.replaced(Span(1, 2), b"").point(2) == (0, 2)


@st.composite
def positions(draw: st.DrawFn, text: Text, encoding: Encoding) -> Range:
    """Mostly a range of the text; now and then any other."""
    if draw(st.integers(0, 9)) == 0:
        numbers = [draw(st.integers(0, 6)) for _ in range(4)]
        return Range(Position(*numbers[:2]), Position(*numbers[2:]))
    place = st.sampled_from(boundaries(text.data))
    start, end = sorted((draw(place), draw(place)))
    return range_at(text, Span(start, end), encoding)


@many
@given(st.data(), strings, encodings, leaf_sizes)
def test_changes_on_leaves_end_as_on_a_text_that_is_new_every_time(
    data: st.DataObject, before: str, encoding: Encoding, leaf: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LEAF", leaf)
        document = opened(URI, 1, "python", before)
        for version in range(2, data.draw(st.integers(2, 12))):
            range_ = data.draw(positions(Text(document.text.data), encoding))
            change = ContentChange(range_, data.draw(st.lists(pieces, max_size=3).map("".join)))
            plain = Document(URI, document.version, Text(document.text.data), "python")
            wanted = changed(plain, version, [change], encoding)
            found = changed(document, version, [change], encoding)
            if isinstance(wanted, SyncProblem):
                assert found == wanted
                continue
            assert not isinstance(found, SyncProblem)
            assert found[1] == wanted[1] and found[0] == wanted[0]
            document = found[0]


CODE = "import os\n\ndef f(a):\n    return a\n\n\nclass C:\n    def g(self):\n        x = 'é😀'\n"
TYPED = ("x", "(", "\n", "\r\n", "\r", "    ", "def h(): pass\n", "'", "é", "😀", "", "class D:\n")


@settings(max_examples=100, deadline=None)
@given(st.data(), leaf_sizes, st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_session_that_was_typed_into_has_the_facts_of_its_text(
    data: st.DataObject, leaf: int, ending: str
) -> None:
    language = ADAPTERS.languages.named("python")
    assert language is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LEAF", leaf)
        session = Session(ADAPTERS, Workspace(), cast(Front, None))
        documents.open_document(session, URI, "python", 1, CODE.replace("\n", ending))
        plain = CODE.replace("\n", ending).encode()
        for version in range(2, data.draw(st.integers(3, 15))):
            edit = data.draw(edits_in(plain, 1).filter(len))[0]
            new = data.draw(st.sampled_from(TYPED))
            range_ = range_at(Text(plain), edit.span, session.encoding)
            before, held = session.snapshot, session.snapshot.documents[URI]
            assert not documents.change_document(
                session, URI, version, [ContentChange(range_, new)]
            )
            # What a reader took stays as it was; who looks now sees the change.
            assert before.documents[URI] is held and held.text.data == plain
            span = _span_of(plain, edit.span)
            plain = plain[: span.start] + new.encode() + plain[span.end :]
            assert session.snapshot.seq > before.seq
            assert session.snapshot.documents[URI].text.data == plain
            if data.draw(st.booleans()):
                documents.settle(session, URI, whole=data.draw(st.booleans()))
        documents.settle(session, URI)
        facts, text = session.snapshot.index.facts(URI), Text(plain)
        wanted = extract(language, parse(language, text), text, as_of=1)
        assert facts is not None
        assert _comparable(facts) == _comparable(wanted)
        assert set(facts.names) >= set(wanted.names)


def _span_of(plain: bytes, span: Span) -> Span:
    """The span a range can name: none ends between \\r and \\n."""

    def back(at: int) -> int:
        return at - (plain[max(0, at - 1) : at + 1] == b"\r\n")

    return Span(back(span.start), back(span.end))


# A patch may keep names that are used no longer, and leaves the words of comments as they were.
LOOSE = frozenset({"digest", "as_of", "names", "counts", "words", "word_counts"})


def _comparable(facts: Any) -> dict[str, Any]:
    return {
        name: getattr(facts, name) for name in type(facts).__dataclass_fields__ if name not in LOOSE
    }


GOOD: dict[str, Any] = {
    "textDocument": {"uri": URI, "version": 7},
    "contentChanges": [
        {
            "range": {"start": {"line": 1, "character": 2}, "end": {"line": 3, "character": 4}},
            "rangeLength": 5,
            "text": "x",
        },
        {"text": "y"},
    ],
}
ODD = st.sampled_from(
    [None, True, False, 0, -1, 2**31 - 1, 2**31, -(2**31), 1.0, "", "7", [], {}, [{}], {"a": 1}]
)
ABSENT = object()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            found += _paths(each, (*path, key))
    return found


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    result = copy.deepcopy(value)
    if not path:
        return None if new is ABSENT else new
    holder = result
    for key in path[:-1]:
        holder = holder[key]
    if new is ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return result


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(_paths(GOOD)), ODD | st.just(ABSENT), st.booleans())
def test_what_is_read_straight_is_what_the_converter_makes_of_it(
    path: tuple[Any, ...], new: Any, more: bool
) -> None:
    params = _with(GOOD, path, new)
    if more and isinstance(params, dict):
        params["unheardOf"] = 1
    found = changes.read(params)
    if found is not None:
        assert found == changes.converted(
            CONVERTER.structure(params, types.DidChangeTextDocumentParams)
        )


def test_what_editors_send_is_read_straight() -> None:
    found = changes.read(GOOD)
    assert found is not None and found.version == 7 and len(found.changes) == 2
    assert found == changes.converted(CONVERTER.structure(GOOD, types.DidChangeTextDocumentParams))


def test_an_edit_costs_the_same_wherever_it_is_in_a_file_of_any_size() -> None:
    """Counted, not timed: a text shares with the one before it all but what was edited."""
    text = Text(b"a line of a file\n" * 50_000)
    assert text.line_count
    text = text.replaced(Span(400_000, 400_000), b"x")
    after = text.replaced(Span(20, 21), b"\n")
    leaves = {id(leaf) for leaf in text._table.leaves}
    fresh = [leaf for leaf in after._table.leaves if id(leaf) not in leaves]
    assert sum(len(leaf.data) for leaf in fresh) <= 2 * lines.LEAF + 1
    assert after._data is None
    assert after.data == text.data[:20] + b"\n" + text.data[21:]
