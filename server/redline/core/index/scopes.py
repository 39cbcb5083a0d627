"""Resolves names: which occurrences in one file mean the same variable.

What the captures of a scopes query mean is said in grammars/README.md. Names that are
attributes, come from elsewhere (builtins, star imports) or are made at run time (exec,
eval) have no binding here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node, QueryCursor, Tree

from redline.core.index.bindings import Binding, Occurrence, Role, Scopes, Shorthand
from redline.core.index.extract import round_trips
from redline.core.index.languages import Language
from redline.core.text.text import Span, Text

SHORTHANDS: tuple[Shorthand, ...] = ("property", "import", "export", "fixed")
SCOPE_KINDS = {"": "block", ".function": "function", ".class": "class"}
OUTSIDE = "outside"
FILE = 0

Pair = tuple[int, int]
Captures = Mapping[str, Collection[Node]]


@dataclass(slots=True)
class _Scope:
    """A place in the tree of scopes; `parent` is where names are looked up next."""

    start: int
    end: int
    kind: str
    parent: int
    bound: dict[bytes, int] = field(default_factory=dict)
    declared: dict[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Name:
    """A captured name. `kind` is that of the definition it makes, '' when it makes none."""

    span: Pair
    scope: int
    text: bytes
    kind: str
    hoists: bool
    role: Role
    shorthand: Shorthand


def resolve(language: Language, tree: Tree, text: Text) -> Scopes:
    """The variables of `text`, whose tree is `tree`; none for a language without scopes.scm."""
    if language.scopes is None:
        return Scopes((), (), (), (), ())
    captures = QueryCursor(language.scopes).captures(tree.root_node)
    scopes = _scopes(captures, len(text))
    names = _names(captures, scopes, text.data)
    return _bound(scopes, names, _pairs(captures, "local.loop"))


def _pairs(captures: Captures, name: str) -> list[Pair]:
    return sorted(node.byte_range for node in captures.get(name, ()))


def _scopes(captures: Captures, size: int) -> list[_Scope]:
    """The file's scope and all others, outer before inner, with the places outside them."""
    kinds: dict[Pair, str] = {}
    for suffix, kind in SCOPE_KINDS.items():
        kinds.update(dict.fromkeys(_pairs(captures, "local.scope" + suffix), kind))
    for body in _pairs(captures, "local.body"):
        kinds.pop(body, None)
    marks = [(start, -end, 1, kind) for (start, end), kind in kinds.items()]
    marks += [(start, -end, 0, OUTSIDE) for start, end in _pairs(captures, "local.outside")]
    scopes = [_Scope(0, size + 1, "file", -1)]
    stack = [FILE]
    for start, minus_end, _, kind in sorted(marks):
        while scopes[stack[-1]].end <= start:
            stack.pop()
        parent = stack[-1]
        if kind == OUTSIDE:
            # Looked up around the scope it is in, itself perhaps in an outside.
            parent = max(scopes[_real(scopes, parent)].parent, FILE)
        stack.append(len(scopes))
        scopes.append(_Scope(start, -minus_end, kind, parent))
    return scopes


def _real(scopes: list[_Scope], at: int) -> int:
    """The scope that binds for `at`: itself, or what an outside stands for."""
    while scopes[at].kind == OUTSIDE:
        at = scopes[at].parent
    return at


def _names(captures: Captures, scopes: list[_Scope], data: bytes) -> list[_Name]:
    """All captured names in order, each in its scope; what a scope declares is noted there."""
    targets = _target_kinds(captures)
    kinds = _definitions(captures) | {span: kind for span, kind in targets.items() if kind}
    updates = set(_pairs(captures, "local.update"))
    hoists = set(_pairs(captures, "local.hoist"))
    hoists |= {span for span, kind in targets.items() if kind == "hoist"}
    shorthands: dict[Pair, Shorthand] = {
        span: name for name in SHORTHANDS for span in _pairs(captures, f"local.shorthand.{name}")
    }
    declared = {
        span: name for name in ("global", "nonlocal") for span in _pairs(captures, f"local.{name}")
    }
    spans = set(_pairs(captures, "local.reference")) | kinds.keys() | targets.keys()
    spans -= set(_pairs(captures, "local.ignore"))
    result: list[_Name] = []
    for span, scope in _located(scopes, sorted(spans)):
        text = data[span[0] : span[1]]
        if not round_trips(text):
            continue
        if span in declared:
            scopes[_real(scopes, scope)].declared[text] = declared[span]
        role: Role = "update" if span in updates else "write" if span in targets else "read"
        kind, shorthand = kinds.get(span, ""), shorthands.get(span, "")
        result.append(_Name(span, scope, text, kind, span in hoists, role, shorthand))
    return result


def _located(scopes: list[_Scope], spans: list[Pair]) -> Iterator[tuple[Pair, int]]:
    """Each of the sorted `spans` with the innermost scope around it."""
    stack = [FILE]
    following = 1
    for span in spans:
        while following < len(scopes) and scopes[following].start <= span[0]:
            _close(scopes, stack, scopes[following].start)
            stack.append(following)
            following += 1
        _close(scopes, stack, span[0])
        yield span, stack[-1]


def _close(scopes: list[_Scope], stack: list[int], at: int) -> None:
    while scopes[stack[-1]].end <= at:
        stack.pop()


def _definitions(captures: Captures) -> dict[Pair, str]:
    prefix = "local.definition."
    return {
        node.byte_range: name.removeprefix(prefix)
        for name, nodes in captures.items()
        if name.startswith(prefix)
        for node in nodes
    }


def _target_kinds(captures: Captures) -> dict[Pair, str]:
    """For each target the kind it binds as, '' where it is only written."""
    places: dict[Pair, str] = {}
    places.update(dict.fromkeys(_pairs(captures, "local.writes"), ""))
    places.update(dict.fromkeys(_pairs(captures, "local.binds"), "variable"))
    places.update(dict.fromkeys(_pairs(captures, "local.binds.parameter"), "parameter"))
    places.update(dict.fromkeys(_pairs(captures, "local.binds.hoist"), "hoist"))
    ordered = sorted(places, key=lambda place: (place[0], -place[1]))
    result: dict[Pair, str] = {}
    stack: list[Pair] = []
    following = 0
    for span in _pairs(captures, "local.target"):
        while following < len(ordered) and ordered[following][0] <= span[0]:
            stack.append(ordered[following])
            following += 1
        while stack and stack[-1][1] < span[1]:
            stack.pop()
        result[span] = places[stack[-1]] if stack else ""
    return result


def _bound(scopes: list[_Scope], names: list[_Name], loops: list[Pair]) -> Scopes:
    """Binds the definitions, then looks every name up."""
    owners: list[tuple[int, bytes]] = []
    for name in names:
        if name.kind:
            _bind(scopes, name, owners)
    occurrences: list[list[Occurrence]] = [[] for _ in owners]
    kinds = [""] * len(owners)
    starts: list[int] = []
    places: list[int] = []
    for name in names:
        at = _look_up(scopes, name.scope, name.text)
        if at is None:
            continue
        role: Role = name.role
        if name.kind and role != "update":
            role = "write" if kinds[at] else "definition"
        if name.kind and not kinds[at]:
            kinds[at] = "variable" if name.kind == "hoist" else name.kind
        occurrences[at].append(Occurrence(Span(*name.span), role, name.shorthand))
        starts.append(name.span[0])
        places.append(at)
    bindings = tuple(
        Binding(
            text.decode(),
            kinds[at],
            Span(scopes[scope].start, min(scopes[scope].end, scopes[FILE].end - 1)),
            is_local=scopes[scope].kind in ("function", "block"),
            is_global=scope == FILE,
            occurrences=tuple(occurrences[at]),
        )
        for at, (scope, text) in enumerate(owners)
    )
    functions = tuple(Span(each.start, each.end) for each in scopes if each.kind == "function")
    return Scopes(
        bindings, functions, tuple(Span(*each) for each in loops), tuple(starts), tuple(places)
    )


def _bind(scopes: list[_Scope], name: _Name, owners: list[tuple[int, bytes]]) -> None:
    at = _real(scopes, name.scope)
    while name.hoists and scopes[at].kind not in ("function", "file"):
        at = _real(scopes, scopes[at].parent)
    declared = scopes[at].declared.get(name.text)
    if declared == "global":
        at = FILE
    elif declared == "nonlocal":
        return
    if name.text not in scopes[at].bound:
        scopes[at].bound[name.text] = len(owners)
        owners.append((at, name.text))


def _look_up(scopes: list[_Scope], at: int, text: bytes) -> int | None:
    """The binding of a name used in scope `at`; a class is seen only from itself."""
    direct = True
    while at >= 0:
        scope = scopes[at]
        if scope.kind != OUTSIDE:
            if text in scope.declared:
                if scope.declared[text] == "global":
                    return scopes[FILE].bound.get(text)
            elif text in scope.bound and (direct or scope.kind != "class"):
                return scope.bound[text]
            direct = False
        at = scope.parent
    return None
