"""Parameters that were changed by hand where calls pass arguments by their place alone.

JavaScript, TypeScript, Go and Java. A call is followed where the index, and the scopes of its
file if there are any, leave no doubt of what it calls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node, Tree

from redline.core.graph.meanings import SCRIPT, meanings, site_of
from redline.core.index.bindings import Scopes
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Reference, Symbol
from redline.core.index.query import uris_naming
from redline.core.index.scopes import resolve
from redline.core.index.uses import uses_in, uses_of
from redline.core.inline.next_edit.arguments import (
    Parameter,
    arguments_of,
    came_from,
    changed,
    list_of,
    named,
    parameters_of,
)
from redline.core.inline.next_edit.families import family
from redline.core.inline.next_edit.model import MOST_PLACES, Around, Pattern, nearness, place_at
from redline.core.inline.next_edit.passing import passed, passing
from redline.core.inline.next_edit.signatures import (
    MOST_READ,
    Header,
    Past,
    TooFar,
    is_inside,
    is_known,
    is_of,
    past_of,
    symbol_at,
)
from redline.core.inline.next_edit.trail import Region, Trail, bracket_of
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LANGUAGES = SCRIPT | {"go", "java"}
SURE = 0.8
"""How sure the index must be of what a call means."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that surely means what was changed, in a file as it was."""

    uri: str
    text: Text
    scopes: Scopes
    arguments: Node


def signed_by_place(
    around: Around,
    trails: Mapping[str, Trail],
    latest: tuple[Trail, Region],
    alike: Collection[Region],
) -> Pattern | None:
    """The change of a signature that the `latest` region is part of, and the calls to change,
    as `signed` tells them for Python. `alike` are the places where the same word was made the
    same other one.
    """
    trail, region = latest
    language = around.language_of(trail.uri)
    if language is None or language.name not in LANGUAGES:
        return None
    if bracket_of(trail, region) != "signature":
        return None
    tree = parse(language, trail.now)
    header = _header(tree, region)
    if header is None or (trail.uri, header.name) in around.far:
        return None
    past = past_of(around, trails, (trail, header), alike)
    symbol = symbol_at(past.project, trail.uri, past.files[trail.uri].before(header.name_start))
    sides = _sides(language, tree, header, past.files[trail.uri].text, symbol)
    if symbol is None or sides is None or _still_used(trail, language, tree, header, sides):
        return None
    return _followed(around, trails, (past, header), (symbol, sides), latest)


Sides = tuple[Sequence[Parameter], Sequence[Parameter]]


def _followed(
    around: Around,
    trails: Mapping[str, Trail],
    then: tuple[Past, Header],
    change: tuple[Symbol, Sides],
    latest: tuple[Trail, Region],
) -> Pattern | None:
    past, header = then
    symbol, sides = change
    calls_of = replace(around, index=past.project.index, text_of=past.project.text_of)
    own, places = latest[0].uri, []
    try:
        for call in _calls(calls_of, symbol):
            value = past.passed[-1] if past.passed else ""
            edit = changed(call.text, call.arguments, sides, value)
            if edit is None or not _has_names(call, edit, sides, value):
                continue
            before = past.files.get(call.uri)
            span = before.now(edit.span) if before is not None else edit.span
            if span is not None:
                now = trails[call.uri].now if call.uri in trails else call.text
                places.append(place_at(call.uri, now, span, edit.new))
    except TooFar:
        around.far.add((own, header.name))
        return None
    places = [each for each in places if not is_of(header, own, each)]
    what = f"follow the parameters of {header.name}"
    key, at = f"signature\0{header.name}", latest[1].at
    return Pattern("signature", key, what, own, at, tuple(places[:MOST_PLACES]))


def _header(tree: Tree, region: Region) -> Header | None:
    """The definition in whose parameter list a region is."""
    start, end = region.start, max(region.start, region.end)
    node = list_of(tree.root_node.descendant_for_byte_range(start, end))
    name = named(node) if node is not None else None
    if node is None or name is None:
        return None
    span = Span(node.start_byte, node.end_byte)
    if not is_inside(region, span):
        return None
    return Header((name.text or b"").decode("utf-8", "replace"), name.start_byte, span)


def _sides(
    language: Language, tree: Tree, header: Header, before: Text, symbol: Symbol | None
) -> Sides | None:
    """The parameters as they were and as they are; None where calls may stay as they are."""
    if symbol is None:
        return None
    old_tree = parse(language, before)
    at = symbol.name_span.start
    node = old_tree.root_node.descendant_for_byte_range(at, at + 1)
    while node is not None and node.child_by_field_name("parameters") is None:
        value = node.child_by_field_name("value")
        inner = value.child_by_field_name("parameters") if value is not None else None
        node = value if inner is not None else node.parent
    lists = [
        node.child_by_field_name("parameters") if node is not None else None,
        list_of(tree.root_node.descendant_for_byte_range(header.span.start, header.span.start)),
    ]
    old, new = (parameters_of(each) if each is not None else None for each in lists)
    if old is None or new is None or named(lists[0]) is None:
        return None
    named_at = named(lists[0])
    if named_at is None or named_at.start_byte != at:
        return None
    same = [was for _, was in came_from(old, new)] == [each.name for each in old]
    return None if same else (old, new)


def _still_used(trail: Trail, language: Language, tree: Tree, header: Header, sides: Sides) -> bool:
    """Whether the body names a parameter that is gone: it is not done with yet."""
    gone = {each.name for each in sides[0]} - {was for _, was in came_from(*sides)}
    node = list_of(tree.root_node.descendant_for_byte_range(header.span.start, header.span.start))
    body = node.parent if node is not None else None
    if not gone or body is None:
        return False
    facts = extract(language, tree, trail.now, None)
    span = Span(header.span.end, body.end_byte)
    return any(
        each.name in gone and site_of(each, trail.now.data).receiver == ""
        for each in uses_in(trail.uri, facts, trail.now, span)
    )


def _has_names(call: _Call, edit: Edit, sides: Sides, value: str) -> bool:
    """Whether what is passed for what is new is there at a call."""
    old = {each.name for each in sides[0]}
    guessed = [e.name for e in sides[1] if e.name not in old and not (e.optional or value)]
    return all(is_known(call.scopes, edit, name) for name in guessed)


def _calls(around: Around, symbol: Symbol) -> Iterator[_Call]:
    """The calls that surely mean `symbol`, in its own file first."""
    if len(family(around.index, around.imports, symbol)) > 1:
        return  # what overrides it would have to change as well
    also = passing(around, symbol)
    uris = sorted(
        uris_naming(around.index, symbol.name),
        key=lambda uri: (uri != symbol.uri, nearness(symbol.uri, uri)),
    )
    if len(uris) > MOST_READ:
        raise TooFar
    for uri in uris:
        text, facts, language = around.text_of(uri), around.index.facts(uri), None
        if facts is not None and facts.language in LANGUAGES:
            language = around.language_of(uri)
        if text is None or facts is None or language is None:
            continue
        uses = list(uses_of(uri, facts, text, symbol.name))
        if not any(each.called for each in uses):
            continue
        tree = parse(language, text)
        scopes = resolve(language, tree, text)
        sure = {each.span for each in uses if _means(around, symbol, each, text)}
        via = also.intersection(around.imports.targets.get(uri, ()))
        if via:
            sure |= set(passed(uri, (tree, text, scopes), facts, (symbol.name, via)))
        for use in uses:
            if _is_meant(scopes, symbol, use, sure):
                arguments = arguments_of(tree, use.span)
                if arguments is not None:
                    yield _Call(uri, text, scopes, arguments)


def _means(around: Around, symbol: Symbol, use: Reference, text: Text) -> bool:
    found = meanings(around.index, around.imports, site_of(use, text.data))
    return sum(each.confidence for each in found if each.symbol.id == symbol.id) >= SURE


def _is_meant(scopes: Scopes, symbol: Symbol, use: Reference, sure: Collection[Span]) -> bool:
    """Whether a use means the symbol, and nothing that has its name there."""
    binding = scopes.binding_at(use.span.start)
    if binding is None or all(each.span != use.span for each in binding.occurrences):
        return use.span in sure
    places = [each.span for each in binding.occurrences]
    if use.uri == symbol.uri and symbol.name_span in places:
        return sum(each.binds for each in binding.occurrences) == 1
    return binding.kind == "import" and any(each in sure for each in places)
