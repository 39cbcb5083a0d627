"""The next edit on real files: what it offers is the product's own rename, and never breaks."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters import grammars
from redline.core.graph.model import Imports
from redline.core.index.bindings import Binding
from redline.core.index.extract import count_errors, extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Index
from redline.core.index.scopes import resolve
from redline.core.inline.next_edit.find import patterns
from redline.core.inline.next_edit.model import Around, Place
from redline.core.inline.next_edit.trail import Trail, begun, typed
from redline.core.refactor.rename.scoped import rename_scoped
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

GRAMMARS = Path(__file__).parents[2] / "grammars"
# Of the standard library: files that no commit of ours changes.
SOURCES = sorted(
    each
    for folder in (".", "json", "logging", "html", "wsgiref", "unittest")
    for each in (Path(os.__file__).parent / folder).glob("*.py")
    if 2_000 < each.stat().st_size < 16_000
)
EXAMPLES = sorted(
    each
    for name in ("python", "javascript", "typescript", "tsx")
    for each in (GRAMMARS / name).rglob("*")
    if each.suffix in (".py", ".js", ".ts", ".tsx")
)
FRESH = "quite_new_name"
LANGUAGES = grammars.load()
ANY = sorted(
    each
    for each in GRAMMARS.rglob("*.*")
    if each.suffix not in (".scm", ".md", ".toml")
    and LANGUAGES.for_path(each.as_posix()) is not None
)


@cache
def language(path: Path) -> Language:
    found = LANGUAGES.for_path(path.as_posix())
    assert found is not None
    return found


def around(trail: Trail, path: Path) -> Around:
    """A workspace of one file."""
    tree = parse(language(path), trail.now)
    facts = extract(language(path), tree, trail.now, None)
    index = Index(overlay={trail.uri: facts}, complete=True)

    def text_of(uri: str) -> Text | None:
        return trail.now if uri == trail.uri else None

    return Around(index, Imports(), text_of, lambda _: language(path), str, str)


def due(trail: Trail, path: Path) -> list[Place]:
    """All places of the latest pattern."""
    found = patterns(around(trail, path), {trail.uri: trail}, 0.0)
    return list(found[0].places) if found else []


def retyped(trail: Trail, span: Span, new: str, serial: int) -> Trail:
    """The bytes of `span` taken away, and `new` typed key by key."""
    trail = typed(trail, Edit(span, b""), 0.0, serial, "")
    for at, key in enumerate(new.encode()):
        place = Span(span.start + at, span.start + at)
        trail = typed(trail, Edit(place, bytes([key])), 0.0, serial + at + 1, "")
    return trail


def taken(trail: Trail, places: list[Place], serial: int) -> Trail:
    """All places accepted, the last one first."""
    for each in sorted(places, key=lambda place: place.span, reverse=True):
        trail = typed(trail, Edit(each.span, each.new), 0.0, serial, "")
        serial += 1
    return trail


def bindings(path: Path, text: Text) -> Iterator[Binding]:
    """The variables that more than one place names."""
    scopes = resolve(language(path), parse(language(path), text), text)
    for each in scopes.bindings:
        plain = all(not place.shorthand for place in each.occurrences)
        scoped = (each.is_local or each.is_global) and each.kind != "import"
        if scoped and plain and len(each.occurrences) > 1:
            yield each


def chosen(paths: list[Path], seed: int, most: int) -> list[Path]:
    return random.Random(seed).sample(paths, min(most, len(paths)))


@pytest.mark.parametrize("path", [*EXAMPLES, *chosen(SOURCES, 1, 25)], ids=lambda each: each.name)
def test_a_rename_by_hand_comes_to_the_rename_by_scopes(path: Path) -> None:
    text, pick = Text(path.read_bytes()), random.Random(path.name)
    tree = parse(language(path), text)
    every = list(bindings(path, text))
    for binding in pick.sample(every, min(4, len(every))):
        place = pick.choice([binding.occurrences[0], *binding.occurrences]).span
        by_tool = rename_scoped(language(path), tree, text, place.start, FRESH, ())
        trail = retyped(begun("file:///a", text), place, FRESH, 1)
        places = due(trail, path)
        if by_tool.refusal:
            # Such as a parameter that callers name: its uses may be offered, and never break.
            after = taken(trail, places, 100).now
            assert count_errors(parse(language(path), after)) <= count_errors(tree)
            continue
        wanted = Text(apply(text.data, by_tool.edits))
        assert taken(trail, places, 100).now == wanted, (binding.name, place)
        # One after the other, in any order, comes to the same.
        for serial in range(100, 200):
            if not places:
                break
            trail = taken(trail, [pick.choice(places)], serial)
            places = due(trail, path)
        assert trail.now == wanted, (binding.name, place)


@pytest.mark.parametrize("path", [*ANY, *chosen(SOURCES, 2, 25)], ids=lambda each: each.name)
def test_no_repeated_edit_breaks_the_parse(path: Path) -> None:
    text, pick = Text(path.read_bytes()), random.Random(path.name)
    errors = count_errors(parse(language(path), text))
    words = [*language(path).word.finditer(text.data)]
    counts: Mapping[bytes, int] = {}
    for each in words:
        counts = {**counts, each[0]: counts.get(each[0], 0) + 1}
    often = [word for word, count in counts.items() if count > 2 and len(word) > 2]
    for word in pick.sample(often, min(6, len(often))):
        spans = [Span(*each.span()) for each in words if each[0] == word]
        first, second = sorted(pick.sample(spans, 2), reverse=True)
        new = pick.choice([b"x", b"f(%b)" % word, b"%b.y" % word, b"not %b" % word, b"(", b"1, 2"])
        trail = typed(begun("file:///a", text), Edit(first, new), 0.0, 1, "")
        trail = typed(trail, Edit(second, new), 0.0, 2, "")
        before = count_errors(parse(language(path), trail.now))
        for place in due(trail, path):
            after = trail.now.replaced(place.span, place.new)
            assert count_errors(parse(language(path), after)) <= max(before, errors)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_trail_leads_from_its_base_to_what_is_there_now(data: st.DataObject) -> None:
    letters = st.text("ab_ (\n.é", max_size=6).map(str.encode)
    trail = begun("file:///a", Text(data.draw(st.text("ab_ (\n.", max_size=40)).encode()))
    for serial in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(trail.now)))
        end = data.draw(st.integers(start, min(len(trail.now), start + 8)))
        edit, before = Edit(Span(start, end), data.draw(letters)), trail.now
        trail = typed(trail, edit, 0.0, serial, "")
        assert trail.now == before.replaced(edit.span, edit.new)
        led = apply(trail.base.data, [Edit(each.base, each.new) for each in trail.regions])
        assert led == trail.now.data
        for each in trail.regions:
            assert trail.now.slice(Span(each.start, each.end)) == each.new


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_undone_is_forgotten(data: st.DataObject) -> None:
    text = Text(data.draw(st.text("ab_ (\n.", min_size=4, max_size=40)).encode())
    trail, done = begun("file:///a", text), list[Edit]()
    for serial in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(trail.now)))
        end = data.draw(st.integers(start, min(len(trail.now), start + 4)))
        new = data.draw(st.text("ab(.", max_size=4)).encode()
        span = Span(start, end)
        done.append(Edit(Span(start, start + len(new)), trail.now.slice(span)))
        trail = typed(trail, Edit(span, new), 0.0, serial, "")
    for serial, edit in enumerate(reversed(done), 100):
        trail = typed(trail, edit, 0.0, serial, "")
    assert trail == begun("file:///a", text)
