"""Which names Python code binds, and which it takes from outside, seen from its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Nested = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Names = frozenset[str]


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that run in the scope of `nodes`: decorators, defaults and comprehensions
    too, but not the bodies of nested functions and classes.
    """
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack += list(_outer(node))[::-1]


def _outer(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return (*node.decorator_list, *header(node))
        case ast.Lambda():
            return header(node)
        case ast.ClassDef():
            return (*node.decorator_list, *node.bases, *node.keywords)
    return ast.iter_child_nodes(node)


def header(node: Nested) -> tuple[ast.expr, ...]:
    """What a definition evaluates when it is reached: defaults and annotations."""
    defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each is not None]
    notes = [each.annotation for each in parameters(node.args) if each.annotation is not None]
    returns = getattr(node, "returns", None)
    return (*defaults, *notes, *([returns] if returns is not None else []))


def parameters(args: ast.arguments) -> tuple[ast.arg, ...]:
    """All parameters in order."""
    stars = [each for each in (args.vararg,) if each is not None]
    double = [each for each in (args.kwarg,) if each is not None]
    return (*args.posonlyargs, *args.args, *stars, *args.kwonlyargs, *double)


def bound(nodes: Iterable[ast.AST]) -> _Names:
    """The names bound in the scope of `nodes`; declared ones count as bound here."""
    found: set[str] = set()
    for node in own(nodes):
        found.update(binds(node))
    return frozenset(found) - _inner_targets(nodes)


def _inner_targets(nodes: Iterable[ast.AST]) -> set[str]:
    """Targets of comprehensions, which are their own, unless something else binds them too."""
    inner: list[int] = []
    for node in own(nodes):
        if isinstance(node, COMPREHENSIONS):
            inner += [id(each) for part in node.generators for each in ast.walk(part.target)]
    hidden = {
        each.id for each in own(nodes) if isinstance(each, ast.Name) and id(each) in set(inner)
    }
    shown = {name for each in own(nodes) if id(each) not in set(inner) for name in binds(each)}
    return hidden - shown


def binds(node: ast.AST) -> tuple[str, ...]:
    """The names this one node binds in the scope it stands in."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return tuple(each.asname or each.name.partition(".")[0] for each in aliases)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return (name,)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return (name,)
    return ()


def declared(nodes: Iterable[ast.AST], kind: type[ast.Global] | type[ast.Nonlocal]) -> _Names:
    """The names declared `global` or `nonlocal` in the scope of `nodes`."""
    return frozenset(name for node in own(nodes) if isinstance(node, kind) for name in node.names)


def locals_of(function: Nested) -> _Names:
    """The variables of a function: parameters and what it binds itself."""
    body = function.body if isinstance(function.body, list) else [function.body]
    outer = declared(body, ast.Global) | declared(body, ast.Nonlocal)
    own_names = bound(body) | {each.arg for each in parameters(function.args)}
    return frozenset(own_names) - outer


def free(node: Nested | ast.ClassDef) -> _Names:
    """The names that a definition's body takes from outside of it."""
    body = node.body if isinstance(node.body, list) else [node.body]
    used = reads(body) | declared(body, ast.Nonlocal)
    if isinstance(node, ast.ClassDef):
        # A class body looks a name up outside when it has not bound it yet.
        return used - declared(body, ast.Global)
    return used - locals_of(node) - declared(body, ast.Global)


def reads(nodes: Iterable[ast.AST]) -> _Names:
    """The names read in the scope of `nodes`, or by what is nested in it."""
    found: set[str] = set()
    stack: list[tuple[ast.AST, _Names]] = [(node, frozenset()) for node in nodes]
    while stack:
        node, hidden = stack.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.update({node.id} - hidden)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.update({node.target.id} - hidden)
        if isinstance(node, Nested | ast.ClassDef):
            found.update(free(node) - hidden)
        inner = hidden
        if isinstance(node, COMPREHENSIONS):
            inner = hidden | targets(node)
            stack.append((node.generators[0].iter, hidden))
        stack += [(child, inner) for child in _outer(node)]
    return frozenset(found)


def targets(comprehension: Comprehension) -> _Names:
    """The variables of a comprehension."""
    return frozenset(
        each.id
        for part in comprehension.generators
        for each in ast.walk(part.target)
        if isinstance(each, ast.Name)
    )
