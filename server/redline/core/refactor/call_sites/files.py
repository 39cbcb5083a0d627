"""The Python files of a project as syntax trees, and which binding a name in them has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from redline.core.index.imports import Modules, modules, resolved
from redline.core.index.query import documents, uris_naming
from redline.core.refactor.call_sites.model import Class, Defined, Function, Meaning
from redline.core.refactor.call_sites.strings import placed
from redline.core.refactor.project import Project
from redline.core.refactor.python import names
from redline.core.refactor.python.scopes import Source, parse
from redline.core.text.text import Span

Scope = (
    ast.Module
    | ast.ClassDef
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
_DEFINED = re.compile(rb"(?:async[\s\\]+)?(?:def|class)[\s\\]+")
Named = ast.Name | ast.Attribute


@dataclass(slots=True, eq=False)
class View:
    """One parsed file. `lost` are nodes whose places are not known; `binders` remembers what
    each scope binds, by name, `declared` what it says to be `global` and `nonlocal`. `nodes`
    are the names and attributes by name, once they were asked for, `classes` the classes,
    `others` what gives other names.
    """

    uri: str
    path: str
    source: Source
    parents: dict[ast.AST, ast.AST]
    lost: frozenset[ast.AST] = frozenset()
    binders: dict[Scope, dict[str, list[ast.AST]]] = field(default_factory=dict)
    declared: dict[Scope, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    nodes: dict[str, list[Named]] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    others: list[ast.AST] | None = None

    @property
    def tree(self) -> ast.Module:
        """The whole file."""
        return self.source.tree

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.arg | ast.keyword) -> Span:
        """The bytes of a node."""
        start = self.source.offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return Span(start, start)
        return Span(start, self.source.offset(node.end_lineno, node.end_col_offset))

    def bytes_of(self, span: Span) -> bytes:
        """The bytes of `span`."""
        return self.source.text.slice(span)

    def name_span(self, node: Named) -> Span:
        """The bytes of the name itself: of `a.b`, those of `b`."""
        span = self.span(node)
        if isinstance(node, ast.Attribute):
            return Span(span.end - len(node.attr.encode()), span.end)
        return span

    def defined_name(self, node: Function | Class) -> Span:
        """The bytes of the name in a definition."""
        start = self.source.offset(node.lineno, node.col_offset)
        found = _DEFINED.match(self.source.text.data, start)
        at = found.end() if found is not None else start
        return Span(at, at + len(node.name.encode()))

    def place(self, node: ast.AST) -> str:
        """`path:line` of a node, for sentences."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node is in, the nearest first."""
        above = self.parents.get(node)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def scope(self, node: ast.AST) -> Scope:
        """The scope that the names in `node` are looked up in first."""
        below, child = node, node
        for above in self.above(node):
            if isinstance(above, Scope) and _is_inside(above, child, below):
                return above
            below, child = child, above
        return self.tree

    def scopes(self, node: ast.AST) -> Iterator[Scope]:
        """The scopes a name at `node` is looked up in, innermost first; of classes only the
        one that `node` is directly in."""
        scope = self.scope(node)
        yield scope
        while not isinstance(scope, ast.Module):
            scope = self.scope(scope)
            if not isinstance(scope, ast.ClassDef):
                yield scope

    def bindings(self, scope: Scope) -> dict[str, list[ast.AST]]:
        """What binds each name in a scope: nodes as `python_names.binds` sees them, and `arg`s."""
        if scope not in self.binders:
            self.binders[scope] = dict(_bindings(scope))
        return self.binders[scope]

    def named(self, name: str) -> list[Named]:
        """The names and attributes called `name`."""
        if not self.nodes:
            for node in ast.walk(self.tree):
                if isinstance(node, ast.Name):
                    self.nodes.setdefault(node.id, []).append(node)
                elif isinstance(node, ast.Attribute):
                    self.nodes.setdefault(node.attr, []).append(node)
                elif isinstance(node, ast.ClassDef):
                    self.classes.append(node)
        return self.nodes.get(name, [])

    def binder(self, node: ast.AST, name: str) -> Scope | None:
        """The scope that binds `name` as it is seen from `node`; None where none does."""
        for scope in self.scopes(node):
            if isinstance(scope, Function):
                if scope not in self.declared:
                    both = (names.declared(scope.body, each) for each in (ast.Global, ast.Nonlocal))
                    self.declared[scope] = (next(both), next(both))
                to_module, to_outer = self.declared[scope]
                if name in to_module:
                    return self.tree
                if name in to_outer:
                    continue
            if name in self.bindings(scope):
                return scope
        return None


def renamings(view: View) -> list[ast.AST]:
    """The imports `as` something in a file, and the assignments of a name to a name."""
    if view.others is None:
        view.others = [
            node
            for node in ast.walk(view.tree)
            if (isinstance(node, ast.alias) and node.asname)
            or (isinstance(node, ast.Assign) and isinstance(node.value, Named))
        ]
    return view.others


def _is_inside(scope: Scope, child: ast.AST, below: ast.AST) -> bool:
    """Whether `child` of a scope's node runs in the scope; `below` is what we came from."""
    match scope:
        case ast.Module():
            return True
        case ast.Lambda(body=body):
            return child is body
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return any(child is each for each in scope.body)
    first = scope.generators[0]
    return not (child is first and below is first.iter)


def _bindings(scope: Scope) -> Iterator[tuple[str, list[ast.AST]]]:
    if isinstance(scope, names.COMPREHENSIONS):
        targets = [each for part in scope.generators for each in ast.walk(part.target)]
        return _grouped((each, each.id) for each in targets if isinstance(each, ast.Name))
    body: list[ast.AST] = list(scope.body) if isinstance(scope.body, list) else [scope.body]
    found = list(_bound(body))
    if isinstance(scope, names.Nested):
        found = [*((arg, arg.arg) for arg in names.parameters(scope.args)), *found]
    if isinstance(scope, ast.Module):
        inside = (node for node in ast.walk(scope) if isinstance(node, ast.Global))
        return _grouped([*found, *((node, name) for node in inside for name in node.names)])
    outer = names.declared(body, ast.Global) | names.declared(body, ast.Nonlocal)
    return _grouped((node, name) for node, name in found if name not in outer)


def _grouped(found: Iterable[tuple[ast.AST, str]]) -> Iterator[tuple[str, list[ast.AST]]]:
    result: dict[str, list[ast.AST]] = {}
    for node, name in found:
        result.setdefault(name, []).append(node)
    yield from result.items()


def _bound(body: list[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """What binds names in a body; the targets of comprehensions are their own."""
    every = list(names.own(body))
    inner = {
        each
        for node in every
        if isinstance(node, names.COMPREHENSIONS)
        for part in node.generators
        for each in ast.walk(part.target)
    }
    for node in every:
        if node in inner:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias, alias.asname or alias.name.partition(".")[0]
        else:
            for name in names.binds(node):
                yield node, name


@dataclass(slots=True)
class Files:
    """The Python files of a project, parsed when they are asked for. `sought` is a variable's
    one binding, for which the variable itself is meant and not what it holds.
    """

    project: Project
    views: dict[str, View | None] = field(default_factory=dict)
    table: Modules | None = None
    sought: ast.AST | None = None
    known: dict[ast.AST, frozenset[Meaning]] = field(default_factory=dict)
    lines: dict[Defined, tuple[Meaning, ...]] = field(default_factory=dict)

    def view(self, uri: str) -> View | None:
        """The parsed file; None where it is no Python, or does not parse."""
        if uri not in self.views:
            facts = self.project.index.facts(uri)
            text = self.project.text_of(uri) if facts and facts.language == "python" else None
            source = parse(text.data) if text is not None else None
            self.views[uri] = self._viewed(uri, source) if source is not None else None
        return self.views[uri]

    def _viewed(self, uri: str, source: Source) -> View:
        parents = {
            child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)
        }
        lost = placed(source, source.tree)
        return View(uri, self.project.path_of(uri), source, parents, lost)

    def naming(self, *wanted: str) -> Iterator[View]:
        """The files whose code has one of the names, by uri."""
        every = {uri for name in wanted for uri in uris_naming(self.project.index, name)}
        for uri in sorted(every):
            view = self.view(uri)
            if view is not None:
                yield view

    def unparsed(self, *wanted: str) -> tuple[str, ...]:
        """The paths of Python files that have one of the names and do not parse."""
        every = {uri for name in wanted for uri in uris_naming(self.project.index, name)}
        found = []
        for uri in sorted(every):
            facts = self.project.index.facts(uri)
            if facts is not None and facts.language == "python" and self.view(uri) is None:
                found.append(self.project.path_of(uri))
        return tuple(found)

    def module(self, view: View, name: str) -> str | None:
        """The uri of the module that a dotted name, dots before it for a relative one, means
        in `view`; None for one outside of the workspace."""
        if self.table is None:
            every = {
                self.project.path_of(uri): facts.language
                for uri, facts in documents(self.project.index)
            }
            self.table = modules(every, {})
        whole = name if name.endswith(".") else f"{name}."
        found = resolved(self.table, view.path, "python", [whole])[0]
        source = [path for path in found if path.endswith(".py")] or list(found)
        return self.project.uri_of(source[0]) if source else None

    def stub(self, uri: str) -> View | None:
        """The `.pyi` beside a module, or the module beside a `.pyi`."""
        path = self.project.path_of(uri)
        other = path.removesuffix("i") if path.endswith(".pyi") else f"{path}i"
        beside = self.project.uri_of(other)
        known = beside is not None and self.project.index.facts(beside) is not None
        return self.view(beside) if beside is not None and known else None
