"""Parameters that were changed by hand in a definition, and the calls that have to follow.

What calls it, and how, is told by the refactoring that changes signatures; a call of which
names alone do not tell is left alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tree_sitter import Tree

from redline.core.index import facts as read
from redline.core.index.bindings import Scopes
from redline.core.index.extract import extract, parse
from redline.core.index.model import Symbol
from redline.core.index.scopes import resolve
from redline.core.inline.next_edit.model import (
    MOST_PLACES,
    Around,
    Pattern,
    Place,
    nearness,
    place_at,
)
from redline.core.inline.next_edit.trail import Region, Reverted, Trail, bracket_of, heads, reverted
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.change_signature.changing import change_signature, doubtful
from redline.core.refactor.change_signature.model import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
)
from redline.core.refactor.change_signature.parameters import Parameters
from redline.core.refactor.change_signature.parameters import read as parameters_of
from redline.core.refactor.project import Project
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

MOST_READ = 40
"""How many files are read to find the calls of one definition."""


class TooFar(Exception):
    """More files would have to be read than there is time for."""


@dataclass(frozen=True, slots=True)
class Header:
    """A definition by its name, and the bytes of its parameter list, brackets included."""

    name: str
    name_start: int
    span: Span


@dataclass(frozen=True, slots=True)
class Past:
    """The workspace without the change and what follows from it already: `files` are those that
    differ. `passed` is what calls that were changed by hand pass for something new."""

    files: Mapping[str, Reverted]
    project: Project
    passed: tuple[str, ...]


def signed(
    around: Around,
    trails: Mapping[str, Trail],
    latest: tuple[Trail, Region],
    alike: Collection[Region],
) -> Pattern | None:
    """The change of a Python signature that the `latest` region is part of, and the calls to
    change. `alike` are the places where the same word was made the same other one.
    """
    trail, region = latest
    language = around.language_of(trail.uri)
    if language is None or language.name != "python":
        return None
    if bracket_of(trail, region) != "signature":
        return None
    header = _header(around, trail, region)
    if header is None or (trail.uri, header.name) in around.far:
        return None
    past = past_of(around, trails, (trail, header), alike)
    start = past.files[trail.uri].before(header.name_start)
    old = _parameters(past.project, trail.uri, start)
    new = _parameters(project_of(around, {trail.uri: trail.now}), trail.uri, header.name_start)
    changes = _changes(old, new) if old is not None and new is not None else ()
    symbol = symbol_at(past.project, trail.uri, start)
    if not changes or symbol is None:
        return None
    changes = tuple(_told(each, past.passed) for each in changes)
    try:
        places = list(_places(around, trails, past, (symbol, changes)))
    except TooFar:
        around.far.add((trail.uri, header.name))
        return None
    fresh = [each for each in places if not is_of(header, trail.uri, each)]
    what = f"follow the parameters of {header.name}"
    key = f"signature\0{header.name}"
    return Pattern("signature", key, what, trail.uri, region.at, tuple(fresh[:MOST_PLACES]))


def follows(trail: Trail, region: Region, pattern: Pattern) -> bool:
    """Whether a region is in a call of what has another signature now."""
    return is_in_call(trail, region, pattern.key.partition("\0")[2])


def past_of(
    around: Around,
    trails: Mapping[str, Trail],
    changed: tuple[Trail, Header],
    alike: Collection[Region],
) -> Past:
    """The workspace as it was before a header changed, calls that follow it included."""
    files: dict[str, Reverted] = {}
    passed: list[str] = []
    own, header = changed
    for uri, trail in trails.items():
        mine: list[Region] = []
        for each in trail.regions:
            called = is_in_call(trail, each, header.name)
            inside = trail is own and is_inside(each, header.span)
            if called or inside or each in alike:
                mine.append(each)
            if called and not inside and not len(each.base):
                passed += _literal(each.new)
        if mine:
            files[uri] = reverted(trail, mine)
    project = project_of(around, {uri: each.text for uri, each in files.items()})
    return Past(files, project, tuple(passed))


def is_in_call(trail: Trail, region: Region, name: str) -> bool:
    """Whether a region is inside the brackets behind a name."""
    wanted = re.compile(rb"(?<![\w$])%b\s*(?:<[^()]*>\s*)?(?:\?\.\s*)?$" % re.escape(name.encode()))
    return any(wanted.search(above) for above in heads(trail, region))


def _literal(new: bytes) -> list[str]:
    """The one literal that an argument list was given more."""
    found = re.fullmatch(rb"\s*,?\s*(?:\w+\s*=\s*)?(.+?)\s*,?\s*", new, re.DOTALL)
    text = found[1].decode("utf-8", "replace") if found else ""
    if text in ("true", "false", "null", "nil"):
        return [text]
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [text]


def _told(change: ParameterChange, passed: Sequence[str]) -> ParameterChange:
    """A new parameter gets from all calls what the first one by hand gave it."""
    if isinstance(change, AddParameter) and change.value and passed:
        return replace(change, value=passed[-1])
    return change


def is_of(header: Header, uri: str, place: Place) -> bool:
    """Whether a place is in the parameter list itself."""
    return place.uri == uri and header.span.touches(place.span)


def is_inside(region: Region, span: Span) -> bool:
    """Whether a region is in between the brackets of `span`."""
    return span.start < region.start and region.end < span.end


def _header(around: Around, trail: Trail, region: Region) -> Header | None:
    """The definition in whose parameter list a region is."""
    language = around.language_of(trail.uri)
    assert language is not None
    tree = parse(language, trail.now)
    node = tree.root_node.descendant_for_byte_range(region.start, max(region.start, region.end))
    while node is not None and node.type not in ("parameters", "block", "module"):
        node = node.parent
    above = node.parent if node is not None else None
    if node is None or node.type != "parameters" or above is None:
        return None
    name = above.child_by_field_name("name")
    if name is None or not is_inside(region, Span(node.start_byte, node.end_byte)):
        return None
    text = (name.text or b"").decode("utf-8", "replace")
    return Header(text, name.start_byte, Span(node.start_byte, node.end_byte))


def project_of(around: Around, texts: Mapping[str, Text]) -> Project:
    """The workspace with other `texts` in some files."""
    overlay = dict(around.index.overlay)
    for uri, text in texts.items():
        language = around.language_of(uri)
        if language is not None:
            overlay[uri] = extract(language, parse(language, text), text, None)
    index = replace(around.index, overlay=overlay)

    seen: set[str] = set()

    def text_of(uri: str) -> Text | None:
        seen.add(uri)
        if len(seen) > MOST_READ:
            raise TooFar
        return texts[uri] if uri in texts else around.text_of(uri)

    return Project(index, around.imports, text_of, around.path_of, around.uri_of)


def _parameters(project: Project, uri: str, name_start: int) -> Parameters | None:
    view = Files(project).view(uri)
    found = _function(view, name_start) if view is not None else None
    if view is None or found is None:
        return None
    receiver = isinstance(view.parents.get(found), ast.ClassDef)
    static = any("staticmethod" in ast.unparse(each) for each in found.decorator_list)
    return parameters_of(view, found, receiver and not static)


def _function(view: View, name_start: int) -> Function | None:
    for node in ast.walk(view.tree):
        if isinstance(node, Function) and view.defined_name(node).start == name_start:
            return node
    return None


def symbol_at(project: Project, uri: str, name_start: int) -> Symbol | None:
    """What is defined by the name at a place."""
    facts = project.index.facts(uri)
    rows = enumerate(facts.symbol_name_starts if facts is not None else ())
    row = next((row for row, start in rows if start == name_start), None)
    return read.symbol(uri, facts, row) if facts is not None and row is not None else None


def _changes(old: Parameters, new: Parameters) -> tuple[ParameterChange, ...]:
    """What leads from one list to the other; () where calls may stay as they are."""
    names = [[each.name for each in side.entries if each.name] for side in (old, new)]
    gone = [name for name in names[0] if name not in names[1]]
    come = [name for name in names[1] if name not in names[0]]
    renames = [
        RenameParameter(one, other)
        for one, other in zip(names[0], names[1], strict=False)
        if one in gone and other in come and len(names[0]) == len(names[1])
    ]
    now = {each.name: each.new for each in renames}
    gone = [name for name in gone if name not in now]
    come = [name for name in come if name not in now.values()]
    order = [now.get(name, name) for name in names[0] if name not in gone]
    result: list[ParameterChange] = [*renames, *map(RemoveParameter, gone)]
    receiver = 1 if old.receiver else 0
    for at, name in enumerate(names[1]):
        if name in come:
            before = order[at - 1] if at else ""
            if at == receiver:
                before = "" if not receiver else order[0]
            result.append(_added(new, name, before))
            order.insert(at, name)
        elif at >= len(order) or order[at] != name:
            result.append(MoveParameter(name, at - receiver))
            order.remove(name)
            order.insert(at, name)
    return tuple(result)


def _added(new: Parameters, name: str, before: str) -> AddParameter:
    """A parameter that must be given is passed on from a variable of its name, as a guess."""
    entry = new.find(name)
    default = entry.default if entry is not None else ""
    return AddParameter(name, default, "", before, "" if default else name)


def _places(
    around: Around,
    trails: Mapping[str, Trail],
    past: Past,
    change: tuple[Symbol, Sequence[ParameterChange]],
) -> Iterator[Place]:
    doubts = doubtful(past.project, *change)
    plan = change_signature(past.project, *change, uses=(), others=doubts)
    guessed = [
        each.name
        for each in change[1]
        if isinstance(each, AddParameter) and each.value == each.name
    ]
    words = {(e.name, e.new) for e in change[1] if isinstance(e, RenameParameter)}
    own = change[0].uri
    for uri in sorted(plan.edits, key=lambda each: (each != own, nearness(own, each))):
        text, language = past.project.text_of(uri), around.language_of(uri)
        if text is None or language is None:
            continue
        tree, before = parse(language, text), past.files.get(uri)
        scopes = resolve(language, tree, text)
        now = trails[uri].now if uri in trails else text
        for edit in _by_call(tree, text, plan.edits[uri], words):
            span = before.now(edit.span) if before is not None else edit.span
            if span is not None and all(is_known(scopes, edit, name) for name in guessed):
                yield place_at(uri, now, span, edit.new)


def _by_call(
    tree: Tree, text: Text, edits: Sequence[Edit], words: Collection[tuple[str, str]]
) -> list[Edit]:
    """The edits with those of one call made one; a word that is only made another of `words`
    stays a place of its own, as those that are renamed by hand are."""
    result: list[Edit] = []
    for edit in sorted(edits):
        last = result[-1] if result and not _is_word(text, result[-1], words) else None
        last = None if _is_word(text, edit, words) else last
        span = Span(last.span.start, edit.span.end) if last is not None else edit.span
        node = tree.root_node.descendant_for_byte_range(span.start, span.end)
        if last is not None and node is not None and node.type == "argument_list":
            between = text.slice(Span(last.span.end, edit.span.start))
            result[-1] = Edit(span, last.new + between + edit.new)
        else:
            result.append(edit)
    return result


def _is_word(text: Text, edit: Edit, words: Collection[tuple[str, str]]) -> bool:
    old = text.slice(edit.span).decode("utf-8", "replace")
    return (old, edit.new.decode("utf-8", "replace")) in words


def is_known(scopes: Scopes, edit: Edit, name: str) -> bool:
    """Whether something has the name at a place where an edit would bring it in."""
    here = Span(edit.span.start, edit.span.start)
    return name.encode() not in edit.new or any(
        each.name == name
        and each.scope.contains(here)
        and (each.is_global or each.is_local)
        and each.occurrences[0].span.start < edit.span.start
        for each in scopes.bindings
    )
