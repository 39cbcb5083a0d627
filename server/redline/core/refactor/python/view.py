"""What the names in one Python file mean, across files: chains of attributes behind imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redline.core.refactor.python.modules import (
    Imported,
    Means,
    Modules,
    imports_in,
    meaning,
    member,
)
from redline.core.refactor.python.names import parameters
from redline.core.refactor.python.scopes import Scope, Source, scopes

_EXAMPLE = re.compile(r"^[ \t]*>>>.*(?:\n[ \t]*(?:>>>|\.\.\.).*)*", re.MULTILINE)
_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.) ?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chain:
    """`root.a.b`: a name, and the attributes behind it from the inside out."""

    root: ast.Name
    attributes: tuple[ast.Attribute, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A file with its scopes. `at` is the scope a name is used in, by the name's offset;
    `imports` are imported names by the offset of the word that binds them.
    """

    path: str
    source: Source
    scopes: tuple[Scope, ...]
    at: dict[int, Scope]
    imports: dict[int, Imported]

    @property
    def module(self) -> Scope:
        """The scope of the file itself."""
        return self.scopes[0]

    def owner(self, name: str, offset: int) -> Scope | None:
        """The scope that binds the `name` used at `offset`; None for what the file does not."""
        scope = self.at.get(offset)
        chain = scope.chain() if scope is not None else iter(())
        return next((outer for outer in chain if name in outer.binds), None)

    def uses(self, name: str) -> Iterator[int]:
        """Where the module's own `name` is used, in no order."""
        for scope in self.scopes:
            for offset in scope.uses.get(name, ()):
                if self.owner(name, offset) in (self.module, None):
                    yield offset


def view(path: str, source: Source) -> View:
    """The file at `path` ready for questions."""
    every = scopes(source)
    at = {offset: scope for scope in every for places in scope.uses.values() for offset in places}
    found = {bound_at(source, each): each for each in imports_in(source) if each.bound}
    return View(path, source, tuple(every), at, found)


def bound_at(source: Source, each: Imported) -> int:
    """The offset of the word that an import binds."""
    if each.alias.asname is not None:
        return source.end(each.alias) - len(each.alias.asname.encode())
    return source.start(each.alias)


def chains(source: Source) -> Iterator[Chain]:
    """Every name with all that is behind it."""
    inner = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute | ast.Name) or id(node) in inner:
            continue
        found: list[ast.Attribute] = []
        each: ast.expr = node
        while isinstance(each, ast.Attribute):
            found.append(each)
            each = each.value
        if isinstance(each, ast.Name):
            yield Chain(each, tuple(reversed(found)))


def means(modules: Modules, of: View, chain: Chain) -> tuple[Means, ...]:
    """What the root of a chain and each attribute behind it mean, as far as that is known.

    A root that is bound by several imports means what the first that is known does.
    """
    offset = of.source.start(chain.root)
    owner = of.owner(chain.root.id, offset)
    bound = (owner or of.module).binds.get(chain.root.id, ())
    given = [of.imports[each] for each in bound if each in of.imports]
    if not given:
        own = owner is of.module and isinstance(chain.root.ctx, ast.Load)
        return (Means(of.path, chain.root.id),) if own else ()
    first = next(filter(None, (meaning(modules, of.path, each) for each in given)), None)
    if first is None:
        return ()
    found = [first]
    for each in chain.attributes:
        following = member(modules, found[-1], each.attr)
        if following is None:
            break
        found.append(following)
    return tuple(found)


def import_of(of: View, chain: Chain) -> Imported | None:
    """The one import that binds the root of a chain; None where none or several do."""
    owner = of.owner(chain.root.id, of.source.start(chain.root))
    bound = owner.binds[chain.root.id] if owner is not None else []
    given = [of.imports[each] for each in bound if each in of.imports]
    same = {(each.module, each.name) for each in given}
    dotted = all(not each.name and not each.alias.asname for each in given)
    return given[0] if given and (len(same) == 1 or dotted) else None


def noted_types(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """The annotations anywhere in `nodes`."""
    for node in (each for one in nodes for each in ast.walk(one)):
        if isinstance(node, ast.AnnAssign):
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            noted = [each.annotation for each in parameters(node.args)]
            yield from (each for each in (*noted, node.returns) if each is not None)


def quoted_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names in strings that may be types: annotations, and what is given to a generic."""
    held: list[ast.AST] = list(nodes)
    places: list[ast.AST] = list(noted_types(held))
    for node in (each for one in held for each in ast.walk(one)):
        if isinstance(node, ast.Subscript):
            places.append(node.slice)
        elif isinstance(node, ast.Call):
            named = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if named in ("cast", "TypeVar", "NewType", "ForwardRef"):
                places += [*node.args, *(each.value for each in node.keywords)]
    found: set[str] = set()
    for node in (each for one in places for each in ast.walk(one)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= _names_in(node.value, "eval")
    return frozenset(found)


def _names_in(code: str, mode: str) -> set[str]:
    try:
        tree = ast.parse(code.strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}


def doctests(nodes: Iterable[ast.AST]) -> Iterator[ast.Module]:
    """The examples in the docstrings of `nodes` and of what is in them, a tree for each run."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in (each for one in nodes for each in ast.walk(one)):
        if not isinstance(node, kinds) or not (text := ast.get_docstring(node) or ""):
            continue
        for block in _EXAMPLE.finditer(text):
            try:
                yield ast.parse(_PROMPT.sub("", block[0]))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


def doctest_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names that examples in docstrings take from their module."""
    trees = list(doctests(nodes))
    used = {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)}
    bound = {
        each.asname or each.name.partition(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in node.names
    }
    return frozenset(used - bound)
