"""From a symbol of the index to the definitions that it stands for, and their uses."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from redline.core.index.model import Symbol
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.meaning import HARMLESS, marks, meanings, member
from redline.core.refactor.call_sites.model import Defined, Function
from redline.core.refactor.call_sites.uses import (
    Site,
    Target,
    descendants,
    family,
    methods,
    outside_bases,
    sites,
)
from redline.core.refactor.project import Use

KEEPS = frozenset(
    {"staticmethod", "classmethod", "abstractmethod", "overload", "override", "final"}
    | {"lru_cache", "cache", "contextmanager", "asynccontextmanager", "deprecated", "no_type_check"}
)
"""Decorators that leave calls as they are."""
HARMLESS_BASES = HARMLESS | {"Enum", "IntEnum", "TestCase"}
PROTOCOLS = frozenset(
    {"find_spec", "create_module", "exec_module", "load_module", "read", "readline", "readlines"}
    | {"readinto", "write", "writelines", "flush", "close", "seek", "tell", "keys", "emit"}
)
"""Methods that Python's own library calls on whatever has them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a symbol stands for. Of a constructor, `makers` are the classes whose calls it
    serves; `others` those made from them that have one of their own. `outside` says what else
    may call it that is not of the workspace.
    """

    target: Target
    outside: str = ""
    makers: tuple[Defined, ...] = ()
    others: tuple[Defined, ...] = ()


def find(files: Files, symbol: Symbol) -> Found | str:
    """The definitions of a function, a method with those that override it, or a class's
    `__init__`; or why they cannot be told.
    """
    view = files.view(symbol.uri)
    if view is None:
        return f"{files.project.path_of(symbol.uri)} is no Python, or does not parse"
    node = defined(view, symbol)
    if isinstance(node, ast.ClassDef):
        made = methods(Defined(view.uri, node), "__init__")
        if not made:
            return f"{symbol.name} has no __init__ of its own"
        node = made[-1].node
    if not isinstance(node, Function):
        return f"{symbol.name} is no function"
    owner = view.parents.get(node)
    if isinstance(owner, ast.ClassDef):
        return _method(files, view, node, owner)
    every = [
        Defined(view.uri, each)
        for each in view.bindings(view.scope(node)).get(node.name, ())
        if isinstance(each, Function)
    ]
    problem = _twice(every) or _decorated(node)
    return problem or Found(Target(node.name, _first(every, Defined(view.uri, node))))


def _first(every: Collection[Defined], wanted: Defined) -> tuple[Defined, ...]:
    """The implementation before overloads."""
    last = next((each for each in every if "overload" not in marks(each.node)), wanted)
    return (last, *(each for each in every if each != last))


def defined(view: View, symbol: Symbol) -> Function | ast.ClassDef | None:
    """The node of a symbol, where it is a function or class."""
    nodes = (each for each in ast.walk(view.tree) if isinstance(each, Function | ast.ClassDef))
    start = symbol.name_span.start
    return next((each for each in nodes if view.defined_name(each).start == start), None)


def _twice(every: Collection[Defined]) -> str:
    plain = [each.node.lineno for each in every if "overload" not in marks(each.node)]
    if len(plain) > 1:
        return f"it is defined more than once, at lines {plain[0]} and {plain[1]}"
    return ""


def _decorated(node: Function | ast.ClassDef) -> str:
    for mark in marks(node):
        if mark in ("property", "cached_property", "setter", "getter", "deleter"):
            return f"{node.name} is a property: nobody calls it"
        if mark not in KEEPS:
            return f"the decorator {mark} may look at its parameters"
    if node.name.startswith(("test", "pytest_")):
        return "a test framework gives it its arguments by name"
    return ""


def _method(files: Files, view: View, node: Function, owner: ast.ClassDef) -> Found | str:
    first = Defined(view.uri, owner)
    if node.name in ("__init__", "__call__") or not _is_special(node.name):
        if node.name == "__init__":
            return _constructor(files, first)
        classes = family(files, first, node.name)
        every = [_first(methods(each, node.name), methods(each, node.name)[0]) for each in classes]
        for each in every:
            problem = _twice(each) or _decorated(each[0].node)
            if problem:
                return problem
        every.sort(key=lambda each: node not in [one.node for one in each])
        members = tuple(one for each in every for one in each)
        return Found(Target(node.name, members, classes), _outside(files, classes, node.name))
    return f"Python itself calls {node.name}"


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _outside(files: Files, owners: Collection[Defined], name: str) -> str:
    if name in PROTOCOLS:
        return f"Python's own library calls methods that are called {name}"
    for each in outside_bases(files, owners):
        kind = getattr(builtins, each, None)
        known = each in HARMLESS_BASES or (isinstance(kind, type) and not hasattr(kind, name))
        if not known:
            what = each or "something unknown"
            return f"its class is made from {what} outside the workspace, which may have {name} too"
    return ""


def _constructor(files: Files, owner: Defined) -> Found | str:
    every = methods(owner, "__init__")
    if methods(owner, "__new__"):
        return f"{owner.node.name} has a __new__ as well"
    heads = owner.node.keywords if isinstance(owner.node, ast.ClassDef) else []
    if any(each.arg == "metaclass" for each in heads):
        return f"{owner.node.name} has a metaclass, which may call it in another way"
    if owner.node.decorator_list:
        return f"{owner.node.name} has a decorator, which may call it in another way"
    problem = _twice(every) or _decorated(every[0].node)
    if problem:
        return problem
    makers, others = [owner], list[Defined]()
    for each in descendants(files, owner):
        found = member(files, each, "__init__")
        (makers if found == frozenset(every) else others).append(each)
    target = Target("__init__", _first(every, every[0]), (owner,))
    return Found(target, "", tuple(makers), tuple(others))


def found_sites(files: Files, found: Found, uses: Collection[Use] | None) -> Iterator[Site]:
    """Every use of what was found, calls of classes included."""
    yield from sites(files, found.target, uses)
    for maker in found.makers:
        target = Target(maker.node.name, (maker,))
        for site in sites(files, target, None):
            yield replace(site, bound=site.call is not None)
    if found.makers:
        yield from _by_class(files, found)


def _by_class(files: Files, found: Found) -> Iterator[Site]:
    """Calls of `cls`, `type(self)` and `self.__class__` in the classes."""
    for owner in (*found.makers, *found.others):
        view = files.view(owner.uri)
        if view is None:
            continue
        for node in ast.walk(owner.node):
            if isinstance(node, ast.Call) and _is_own_class(files, view, node.func, owner):
                below = {owner, *descendants(files, owner)}
                sure = below <= set(found.makers)
                if below & set(found.makers):
                    yield Site(view, node.func, "call", node, True, sure)


def _is_own_class(files: Files, view: View, node: ast.expr, owner: Defined) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name() as value]):
            return any(getattr(each, "of", None) == owner for each in meanings(files, view, value))
        case ast.Attribute(attr="__class__") | ast.Name(id="cls"):
            return owner in meanings(files, view, node)
    return False
