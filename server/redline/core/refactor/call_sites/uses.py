"""Where a Python function or class is used: called, passed on, or perhaps meant."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from redline.core.refactor.call_sites.files import Files, Named, View, renamings
from redline.core.refactor.call_sites.meaning import (
    Meanings,
    bases,
    is_of_class,
    is_static,
    lineage,
    meanings,
)
from redline.core.refactor.call_sites.model import (
    Above,
    Class,
    Defined,
    Function,
    Instance,
    Meaning,
    Module,
    Outside,
    Unknown,
    Value,
    Variable,
)
from redline.core.refactor.project import Use
from redline.core.refactor.python import names

How = Literal["call", "value", "store"]
"""Called; used without being called; or given another value."""
HARMLESS = frozenset({"isinstance", "issubclass", "type", "id", "callable", "cast"})
"""Builtins that never call what they are given."""
INNER = frozenset({"__code__", "__defaults__", "__kwdefaults__", "__call__", "__get__", "__init__"})
"""Attributes of a function or class by which its parameters show."""


@dataclass(frozen=True, slots=True)
class Site:
    """One use. `call` is the call whose function it is; `bound` says that the first parameter
    is filled by what stands before the dot. `sure`: it means the function and nothing else.
    """

    view: View
    node: ast.expr
    how: How
    call: ast.Call | None
    bound: bool
    sure: bool

    @property
    def place(self) -> str:
        """`path:line`."""
        return self.view.place(self.node)


def called_of(view: View, node: ast.AST) -> ast.Call | None:
    """The call whose function a node is."""
    above = view.parents.get(node)
    return above if isinstance(above, ast.Call) and above.func is node else None


def aliases(files: Files, name: str, meant: Collection[Meaning]) -> frozenset[str]:
    """`name`, and the names that imports and plain assignments give what is `meant` besides."""
    known, waiting = {name}, [name]
    while waiting:
        each = waiting.pop()
        for view in files.naming(each):
            for other in _also(files, view, each, meant):
                if other not in known:
                    known.add(other)
                    waiting.append(other)
    return frozenset(known)


def _also(files: Files, view: View, name: str, meant: Collection[Meaning]) -> Iterator[str]:
    for node in renamings(view):
        match node:
            case ast.alias(name=found, asname=str(other)) if found == name:
                yield other
            case ast.Assign(targets=[ast.Name(id=other)], value=value) if _names(value) == name:
                if not meanings(files, view, value).isdisjoint(meant):
                    yield other


def _names(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def named(view: View, wanted: Collection[str]) -> Iterator[Named]:
    """The names and attributes of a file that are called one of `wanted`."""
    for name in wanted:
        yield from view.named(name)


def subclasses(files: Files, owner: Defined) -> Iterator[Defined]:
    """The classes of the workspace that name `owner` in their head."""
    wanted = aliases(files, getattr(owner.node, "name", ""), (owner,))
    for view in files.naming(*wanted):
        if not any(view.named(name) for name in wanted):
            continue
        for node in view.classes:
            if node is not owner.node:
                found = Defined(view.uri, node)
                if any(_names(_head(each)) in wanted for each in node.bases) and owner in bases(
                    files, found
                ):
                    yield found


def _head(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


def descendants(files: Files, owner: Defined) -> tuple[Defined, ...]:
    """The classes made from `owner`, at any distance."""
    found, waiting = list[Defined](), [owner]
    while waiting:
        for each in subclasses(files, waiting.pop()):
            if each not in found:
                found.append(each)
                waiting.append(each)
    return tuple(found)


def methods(owner: Defined, name: str) -> tuple[Defined, ...]:
    """The definitions of a method right in a class: several where it is overloaded."""
    return tuple(
        Defined(owner.uri, node)
        for node in names.own(owner.node.body)
        if isinstance(node, Function) and node.name == name
    )


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked for: the definitions that change together, and of methods the classes
    that have them. `function` is the one that was asked for.
    """

    name: str
    members: tuple[Defined | Variable, ...]
    owners: tuple[Defined, ...] = ()

    @property
    def function(self) -> Function | None:
        """The definition that was asked for; None for a class or a variable."""
        node = self.members[0].node
        return node if isinstance(node, Function) else None


def sites(files: Files, target: Target, uses: Collection[Use] | None) -> Iterator[Site]:
    """Every use of `target`, sure or not, by uri and place.

    A name that provably means something else is left out. `uses` are believed where names
    alone do not tell.
    """
    wanted = aliases(files, target.name, target.members)
    for view in files.naming(*wanted):
        for node in sorted(named(view, wanted), key=view.name_span):
            site = _site(files, view, node, target, uses)
            if site is not None:
                yield site


def _site(
    files: Files, view: View, node: Named, target: Target, uses: Collection[Use] | None
) -> Site | None:
    found = meanings(files, view, node)
    ours = found & frozenset(target.members)
    listed = uses is not None and (view.uri, view.name_span(node)) in uses
    sure = (bool(ours) and ours == found) or listed
    if not ours and not listed and not _may_be(files, view, node, found, target):
        return None
    if isinstance(node.ctx, ast.Load):
        call = called_of(view, node)
        how: How = "call" if call is not None else "value"
        return Site(view, node, how, call, _bound(files, view, node, target), sure)
    if isinstance(node, ast.Name):
        return None  # a variable of its own; where it is the function's too, no use is sure
    return Site(view, node, "store", None, False, sure)


def _may_be(files: Files, view: View, node: Named, found: Meanings, target: Target) -> bool:
    """Whether a use that does not mean the target for certain may mean it."""
    if isinstance(node, ast.Name):
        # What was assigned was seen where it was taken from: only imports remain.
        scope = view.binder(node, node.id)
        imports = [] if scope is None else view.bindings(scope)[node.id]
        return Unknown() in found and any(isinstance(each, ast.alias) for each in imports)
    if node.attr != target.name:
        return False
    receivers = meanings(files, view, node.value)
    if not target.owners:
        # Members of anything but modules are no functions of a module.
        return any(isinstance(each, Module) for each in receivers) and Unknown() in found
    if Unknown() in found:
        return any(_may_have(files, each, target) for each in receivers)
    # What is found outside the workspace may be overridden by one of ours.
    return any(isinstance(each, Outside) for each in found) and any(
        isinstance(each, Instance) and each.of in lineage(files, owner)
        for each in receivers
        for owner in target.owners
    )


def _may_have(files: Files, receiver: object, target: Target) -> bool:
    match receiver:
        case Unknown() | Value():
            return True
        case Instance(of) | Above(of):
            return _related(files, of, target)
        case Defined(_, ast.ClassDef()):
            return _related(files, receiver, target)
    return False


def _related(files: Files, owner: Defined, target: Target) -> bool:
    """Whether a class is made from one of the target's, or one of those from it."""
    line = set(lineage(files, owner))
    if Unknown() in line or not line.isdisjoint(frozenset(target.owners)):
        return True
    return any(owner in lineage(files, each) for each in target.owners)


def _bound(files: Files, view: View, node: Named, target: Target) -> bool:
    """Whether what stands before the dot fills the first parameter."""
    function = target.function
    if not target.owners or function is None or isinstance(node, ast.Name):
        return False
    if is_static(function):
        return False
    if is_of_class(function) and function.name != "__new__":
        return True
    receivers = meanings(files, view, node.value)
    by_class = [each for each in receivers if isinstance(each, Defined)]
    return not by_class or len(by_class) < len(receivers)


def harmless(site: Site) -> bool:
    """Whether a use that is no call cannot lead to one with other arguments."""
    above = site.view.parents.get(site.node)
    match above:
        case ast.Attribute(attr=attr):
            return attr not in INNER
        case ast.Call(func=function):
            return _names(function) in HARMLESS
        case ast.Compare(ops=ops):
            return all(isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) for op in ops)
        case ast.ClassDef() | ast.ExceptHandler() | ast.Subscript():
            return True
        case ast.Assign(targets=[ast.Name()]):
            # Another name for it, whose uses are looked at as well.
            return not isinstance(site.view.scope(above), ast.ClassDef)
        case ast.Expr():
            return True
    return _is_annotation(site)


def _is_annotation(site: Site) -> bool:
    below: ast.AST = site.node
    for above in site.view.above(site.node):
        match above:
            case ast.arg():
                return True
            case ast.AnnAssign(annotation=annotation):
                return annotation is below
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return above.returns is below
            case ast.Tuple() if isinstance(site.view.parents.get(above), ast.ExceptHandler):
                return True
            case ast.Tuple() | ast.Subscript() | ast.BinOp() | ast.List():
                below = above
            case ast.Call(func=function) if isinstance(below, ast.Tuple):
                return _names(function) in HARMLESS
            case _:
                return False
    return False


def family(files: Files, owner: Defined, name: str) -> tuple[Defined, ...]:
    """The classes that define the method `name` in one hierarchy with `owner`, it first."""
    found, waiting = [owner], [owner]
    while waiting:
        each = waiting.pop()
        near = [*_defining_above(files, each, name), *descendants(files, each)]
        for other in near:
            if other not in found and methods(other, name):
                found.append(other)
                waiting.append(other)
    return tuple(found)


def _defining_above(files: Files, owner: Defined, name: str) -> Iterator[Defined]:
    for each in lineage(files, owner):
        if isinstance(each, Defined) and methods(each, name):
            yield each


def outside_bases(files: Files, owners: Iterable[Defined]) -> tuple[str, ...]:
    """What the classes are made from that is not of the workspace; '' for what is not known."""
    found: list[str] = []
    for owner in owners:
        for each in lineage(files, owner):
            if isinstance(each, Outside | Unknown):
                found.append(each.name if isinstance(each, Outside) else "")
    return tuple(dict.fromkeys(found))


__all__ = [
    "Class",
    "Site",
    "Target",
    "aliases",
    "called_of",
    "descendants",
    "family",
    "harmless",
    "methods",
    "named",
    "outside_bases",
    "sites",
    "subclasses",
]
