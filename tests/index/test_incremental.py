"""Facts kept through keystrokes are those of extraction from scratch."""

from __future__ import annotations

import argparse
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redline.adapters.grammars import load
from redline.core.index.extract import extract, parse
from redline.core.index.incremental import edited, reparse, update
from redline.core.index.model import Facts
from redline.core.index.splice import shifted
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

GRAMMARS = Path(__file__).parents[2] / "grammars"
LANGUAGES = load()
# Isolated ones are never parsed between two keystrokes.
NAMES = tuple(name for name in LANGUAGES.names if not LANGUAGES.isolated(name))
SOURCES = {name: next((GRAMMARS / name).glob("example*")).read_bytes() for name in NAMES}
# Real code, cut so that one parse from scratch stays cheap.
SOURCES["python"] += Path(argparse.__file__).read_bytes()[:12_000]
TYPED = [
    *(bytes([each]) for each in b"x()[]{}\"'#:=,;`. \n"),
    b"'''",
    b"/*",
    b"*/",
    b"    ",
    b"\r\n",
    b"@dec\n",
    b"def f(a):\n    return a\n",
    b"class A:\n    x = 1\n",
    b"function g() { let z }\n",
    b"const q = () => 1;\n",
    b"interface I { a: b }\n",
    b"export ",
    "é".encode(),
    b"\xff",
]


@st.composite
def edit_scripts(draw: st.DrawFn) -> tuple[str, list[list[tuple[float, int, bytes | float]]]]:
    """A language, and batches of edits: a place, bytes to delete, text or a place to copy."""
    new = st.one_of(st.sampled_from(TYPED), st.just(b""), st.floats(0, 1))
    one = st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 0, 1, 1, 3, 40]), new)
    batches = st.lists(st.lists(one, min_size=1, max_size=2), min_size=1, max_size=5)
    return draw(st.sampled_from(NAMES)), draw(batches)


def edits_of(data: bytes, batch: list[tuple[float, int, bytes | float]]) -> list[Edit]:
    edits: list[Edit] = []
    for place, deleted, new in sorted(batch, key=lambda each: each[0]):
        start = int(place * len(data))
        if edits and start <= edits[-1].span.end:
            continue
        at = int(new * len(data)) if isinstance(new, float) else 0
        text = data[at : at + 60] if isinstance(new, float) else new
        edits.append(Edit(Span(start, min(len(data), start + deleted)), text))
    return edits


def assert_same(kept: Facts, fresh: Facts) -> None:
    """The same but for names and words, of which more may be kept, and how often they stand."""
    assert set(kept.names) >= set(fresh.names)
    assert len(kept.names) == len(kept.counts)
    same = {each: getattr(fresh, each) for each in ("names", "counts", "words", "word_counts")}
    assert replace(kept, **same) == fresh


@given(edit_scripts())
@example(("scala", [[(0.0, 40, b"")], [(0.125, 0, 0.0)]]))  # an import that has lost its path
@settings(deadline=None, max_examples=300)
def test_update_is_extraction(
    script: tuple[str, list[list[tuple[float, int, bytes | float]]]],
) -> None:
    name, batches = script
    language = LANGUAGES.named(name)
    assert language is not None
    text = Text(SOURCES[name])
    tree = parse(language, text)
    facts = extract(language, tree, text, as_of=1)
    for batch in batches:
        edits = edits_of(text.data, batch)
        after = Text(apply(text.data, edits))
        before_tree = edited(tree, text, edits)
        tree = reparse(language, before_tree, after)
        if str(tree.root_node) != str(parse(language, after).root_node):
            return  # around syntax errors some grammars keep a tree no parse from scratch gives
        facts = update(language, facts, before_tree, tree, after, edits)
        fresh = extract(language, tree, after, as_of=1)
        assert_same(facts, replace(fresh, digest=""))
        text = after


@pytest.mark.parametrize("old", [b"x = 1\n", b"", b"def f():\n    a = b\n    return a\n"])
def test_typing_and_deleting_everything(old: bytes) -> None:
    language = LANGUAGES.named("python")
    assert language is not None
    text = Text(old)
    tree = parse(language, text)
    facts = extract(language, tree, text, as_of=1)
    target = b"@d\nclass A(B):\n    def m(self):\n        return 'x'\n\nz = m\n"
    edits = [Edit(Span(0, len(old)), b"")]
    edits += [Edit(Span(at, at), target[at : at + 1]) for at in range(len(target))]
    edits += [Edit(Span(at - 1, at), b"") for at in range(len(target), 0, -1)]
    for edit in edits:
        after = Text(apply(text.data, [edit]))
        before_tree = edited(tree, text, [edit])
        tree = reparse(language, before_tree, after)
        facts = update(language, facts, before_tree, tree, after, [edit])
        assert_same(facts, extract(language, tree, after, as_of=1))
        text = after


def test_an_edited_copy_leaves_the_tree_as_it_was() -> None:
    language = LANGUAGES.named("python")
    assert language is not None
    text = Text(b"a = 1\nb = 2\n")
    tree = parse(language, text)
    copy = edited(tree, text, [Edit(Span(0, 0), b"# one\n"), Edit(Span(6, 7), b"long")])
    assert tree.root_node.end_byte == len(text)
    assert copy.root_node.end_byte == len(text) + 9
    assert copy.root_node.end_point.row == 3


@given(
    st.lists(st.integers(10_000, 2**31), max_size=3000),
    st.integers(-10_000, 10_000),
)
@settings(deadline=None, max_examples=50)
def test_shifting_a_column_adds_to_every_value(values: list[int], growth: int) -> None:
    assert list(shifted(array("I", values), growth)) == [value + growth for value in values]
