"""What a rename in one Python file may break, seen from its syntax alone.

A language server renames by meaning but leaves some things behind: it does not look
for names that the new one would hide or be hidden by, it renames a module only in
imports, and of `import X as X` it renames the second X only.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from redline.core.text.text import BOM, Text

_IMPORTS = re.compile(rb"[^#\"']*?\b(from|import)\b")
_IMPORTED = re.compile(rb"\bimport\b")
_DEFINED = re.compile(rb"(?:async\s+)?(?:def|class)\s+")

Node = ast.AST


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file. `shift` is the length of its byte order mark."""

    text: Text
    tree: ast.Module
    shift: int

    def offset(self, line: int, column: int) -> int:
        """Byte offset in the file of a place as `ast` gives it: 1-based line, bytes."""
        return self.text.line_span(line - 1).start + column + (self.shift if line == 1 else 0)

    def start(self, node: ast.expr | ast.stmt | ast.alias | ast.arg) -> int:
        """Where a node begins."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.alias | ast.arg) -> int:
        """Where a node ends; its start when that is unknown."""
        if node.end_lineno is None or node.end_col_offset is None:
            return self.start(node)
        return self.offset(node.end_lineno, node.end_col_offset)

    def line(self, offset: int) -> int:
        """1-based line of a byte."""
        return self.text.line_of(offset) + 1


def parse(data: bytes) -> Source | None:
    """The file's syntax tree; None when it does not parse or is not UTF-8."""
    shift = len(BOM) if data.startswith(BOM) else 0
    try:
        with warnings.catch_warnings():  # the user's bad escapes are not ours to print
            warnings.simplefilter("ignore")
            tree = ast.parse(data[shift:].decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Source(Text(data), tree, shift)


def statements(source: Source) -> Iterator[ast.stmt]:
    """Every statement at any depth; expressions, which are most of a tree, are passed over."""
    waiting: list[Node] = [source.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, name, None)
            if isinstance(inside, list):  # an expression's `body` is a single node
                waiting += inside


@dataclass(slots=True)
class Scope:
    """A module, class, function or comprehension, and what happens to names in it.

    `uses` and `binds` map a name to the offsets of its tokens (-1 where unknown).
    """

    parent: Scope | None
    is_class: bool = False
    binds: dict[str, list[int]] = field(default_factory=dict)
    uses: dict[str, list[int]] = field(default_factory=dict)

    def chain(self) -> Iterator[Scope]:
        """The scopes a name used here is looked up in, innermost first."""
        yield self
        scope = self.parent
        while scope is not None:
            if not scope.is_class:
                yield scope
            scope = scope.parent

    def bind(self, name: str, offset: int = -1) -> None:
        """Records that `name` is bound here."""
        self.binds.setdefault(name, []).append(offset)


def scopes(source: Source) -> list[Scope]:
    """Every scope of the file, the module first."""
    module = Scope(None)
    found = [module]
    # A stack, not recursion: a chain of a thousand operators is a thousand levels deep.
    stack: list[tuple[Node, Scope]] = [(each, module) for each in source.tree.body]
    while stack:
        node, scope = stack.pop()
        _names(source, node, scope)
        inner = _opened(node, scope)
        if inner is None:
            stack += [(child, scope) for child in ast.iter_child_nodes(node)]
            continue
        found.append(inner)
        outside = _outside(node)
        stack += [(child, scope) for child in outside]
        stack += [(child, inner) for child in ast.iter_child_nodes(node) if child not in outside]
    return found


def _opened(node: Node, scope: Scope) -> Scope | None:
    match node:
        case ast.ClassDef():
            return Scope(scope, is_class=True)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return Scope(scope)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return Scope(scope)
    return None


def _outside(node: Node) -> list[Node]:
    """The children of a scope's node that belong to the scope around it."""
    match node:
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *node.keywords]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *([node.returns] if node.returns else [])]
    return []


def _names(source: Source, node: Node, scope: Scope) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            scope.uses.setdefault(name, []).append(source.start(node))
        case ast.Name(id=name):
            scope.bind(name, source.start(node))
        case ast.arg(arg=name):
            scope.bind(name, source.start(node))
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            start = source.start(node)
            word = _DEFINED.match(source.text.data, start)
            scope.bind(name, word.end() if word else -1)
        case ast.alias():
            if node.name != "*":
                scope.bind(*_bound(source, node))
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            scope.bind(name)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            scope.bind(name)


def _bound(source: Source, alias: ast.alias) -> tuple[str, int]:
    if alias.asname is not None:
        return alias.asname, source.end(alias) - len(alias.asname.encode())
    return alias.name.partition(".")[0], source.start(alias)


def plain(data: bytes, renamed: Collection[int], old: str, new: str) -> bool:
    """True when the bytes alone show that `clash`, `renames_module`, `repeated_aliases` and
    `dunder_all.exported` find nothing: most files need no syntax tree.
    """
    before, after = re.escape(old.encode()), new.encode()
    if after in data or re.search(rb"\b%b\s+as\s+%b\b" % (before, before), data):
        return False
    if b"__all__" in data and re.search(rb"[\"']%b[\"']" % before, data):
        return False
    return not any(_may_name_a_module(data, at) for at in renamed)


def _may_name_a_module(data: bytes, at: int) -> bool:
    """Unless it is clear that the token at `at` stands behind `import` in a `from … import`."""
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    head = data[start:at]
    if start > 1 and data[:start].rstrip(b"\r\n").endswith(b"\\"):
        return True
    begins = _IMPORTS.match(head)
    clear = begins is not None and begins[1] == b"from" and b";" not in head
    return begins is not None and not (clear and _IMPORTED.search(head))


def clash(source: Source, renamed: Collection[int], old: str, new: str) -> int | None:
    """1-based line where `new` already means something that the rename would confuse.

    `renamed` holds the offsets of the tokens that change from `old` to `new`.
    """
    if new.encode() not in source.text.data:
        return None  # the tree need not be looked at
    every = scopes(source)
    owners: list[Scope] = []
    for scope in every:
        touched = any(at in renamed for at in (*scope.binds.get(old, ()), *scope.uses.get(old, ())))
        if not touched:
            continue
        for outer in scope.chain():
            if new in outer.binds:
                return source.line(max(0, *outer.binds[new]))
            if old in outer.binds:
                owners.append(outer)
                break
    for scope in every:
        if new not in scope.uses:
            continue
        for outer in scope.chain():
            if new in outer.binds:
                break
            if any(outer is owner for owner in owners):
                return source.line(scope.uses[new][0])
    return None


def renames_module(source: Source, renamed: Collection[int]) -> bool:
    """True when a token in `renamed` is (part of) a module's name in an import."""
    spans: list[tuple[int, int]] = []
    for node in statements(source):
        if isinstance(node, ast.ImportFrom):
            spans.append((source.start(node), source.start(node.names[0])))
        elif isinstance(node, ast.Import):
            starts = [(source.start(alias), alias.name) for alias in node.names]
            spans += [(start, start + len(name.encode())) for start, name in starts]
    return any(start <= at < end for start, end in spans for at in renamed)


def repeated_aliases(source: Source, renamed: Collection[int], old: str) -> list[int]:
    """Offsets of the first `old` in each `from … import old as old` whose second changes."""
    found: list[int] = []
    for node in statements(source):
        if isinstance(node, ast.ImportFrom):
            same = [alias for alias in node.names if alias.name == alias.asname == old]
            found += [source.start(alias) for alias in same if _bound(source, alias)[1] in renamed]
    return [at for at in found if at not in renamed]
