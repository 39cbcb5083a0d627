"""Where a program may reach a definition by its name in a string, which a rename would break.

`getattr(thing, "total")`, `patch("shop.tax.total")`, `globals()[f"_{name}"]`, a test that
compares `__name__`, or an error message with the name in it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from redline.core.refactor.python.dunder_all import is_listed
from redline.core.refactor.python.scopes import Source
from redline.core.text.text import Span

_REACHING = frozenset(
    {
        *("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"),
        *("patch", "object", "multiple", "import_string", "getattr_static", "delitem", "setitem"),
    }
)
_LOOKS = frozenset(
    {
        *("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"),
        *("__getattribute__", "__getattr__"),
    }
)
_MEMBERS = (["vars"], ["dir"], ["getmembers"], ["getmembers_static"])
_TOLD = ("__name__", "__qualname__")
_TABLES = frozenset({"globals", "vars", "locals"})
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Named:
    """What is renamed: its name, whether it is a `member` of a class, or a class or function
    with a name that the program can ask for (`tells`). `looked_up`: somewhere the program gets
    attributes by names that it computes.
    """

    name: str
    member: bool
    tells: bool
    looked_up: bool = False


def by_name(source: Source, named: Named, is_test: bool, renamed: Collection[Span]) -> int | None:
    """The line where a string may mean it, None for none. `renamed` are the places that change,
    some of them in strings.
    """
    quiet = {id(each) for each in _documentation(source.tree)}
    # The value of a variable may say its own name: `Point = namedtuple("Point", ...)`.
    quiet |= {id(each) for each in _own_names(source.tree, named.name)}
    if not (named.member and named.looked_up) and not _keyed_by_name(source.tree):
        quiet |= {id(each) for each in _labels(source.tree)}
    texts: list[ast.Constant] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            line = _reached(node, named.name)
            if line is not None or _put_together(node, named.name):
                return line or node.lineno
        elif _says(node, named.name) and id(node) not in quiet:
            texts += [node] if isinstance(node, ast.Constant) else []
    for each in texts:
        span = Span(source.start(each), source.end(each))
        if any(span.contains(inner) for inner in renamed) or is_listed(source, each):
            continue
        if _means(str(each.value), named, is_test):
            return each.lineno
    return None


def computed(source: Source, name: str) -> int | None:
    """The line where the module at whose top `name` is looks it up by a name it computes."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Subscript(value=ast.Call(func=ast.Name(id=table)), slice=key, ctx=ast.Load()):
                if table in _TABLES and _may_be(key, name):
                    return node.lineno
    return None


def looks_up(source: Source) -> bool:
    """Whether a file gets attributes by names that it computes."""
    return any(isinstance(node, ast.Call) and _looks(node) for node in ast.walk(source.tree))


def reflected(source: Source) -> Iterator[tuple[int, str]]:
    """The lines where a file goes through all that a module holds, `vars(shop)`, each with the
    module as it is imported, without leading dots.
    """
    imported = dict(_imported(source.tree))
    for node in ast.walk(source.tree):
        module: ast.expr | None = None
        match node:
            case ast.Call(func=called, args=[first, *_]) if _words(called)[-1:] in _MEMBERS:
                module = first
            case ast.Attribute(attr="__dict__", value=first):
                module = first
        words = _words(module) if module is not None else []
        if module is not None and words[:1] and words[0] in imported:
            yield module.lineno, ".".join([imported[words[0]], *words[1:]])


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that are imported, each with the whole of what it may be as a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                yield (each.asname, each.name) if each.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                yield each.asname or each.name, f"{node.module or ''}.{each.name}".lstrip(".")


def _may_be(key: ast.expr, name: str) -> bool:
    match key:
        case ast.Constant(value=value):
            return value == name
        case ast.JoinedStr(values=values):
            parts = (
                re.escape(str(e.value)) if isinstance(e, ast.Constant) else ".*" for e in values
            )
            return re.fullmatch("".join(parts), name) is not None
    return True


def _reached(call: ast.Call, name: str) -> int | None:
    """The line of a call that reaches attributes by name, and says this one."""
    if _REACHING.isdisjoint(_words(call.func)):
        return None
    for each in call.args:
        if _says(each, name) and f".{ast.literal_eval(each)}".endswith(f".{name}"):
            return call.lineno
    return None


def _put_together(call: ast.Call, name: str) -> bool:
    """Whether a call gets an attribute by a name that is put together, and may be this one."""
    if _LOOKS.isdisjoint(_words(call.func)[-1:]):
        return False
    for each in call.args:
        match each:
            case ast.JoinedStr():
                if _may_be(each, name):
                    return True
            case ast.BinOp(left=ast.Constant(value=str(start)), op=ast.Add() | ast.Mod()):
                if name.startswith(start.partition("%")[0]):
                    return True
    return False


def _says(node: ast.AST, name: str) -> bool:
    """Whether it is a string with the name in it."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value


def _looks(call: ast.Call) -> bool:
    """Whether a call gets attributes by names that it does not say."""
    given = call.args[1:2] if _words(call.func)[-1:] != ["attrgetter"] else call.args
    return not _LOOKS.isdisjoint(_words(call.func)[-1:]) and not all(
        isinstance(each, ast.Constant) for each in given
    )


def _words(node: ast.expr) -> list[str]:
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.insert(0, node.attr)
        node = node.value
    return [node.id, *words] if isinstance(node, ast.Name) else words


def _means(text: str, named: Named, is_test: bool) -> bool:
    name = re.escape(named.name)
    if named.looked_up and text == named.name:
        return True
    if is_test and re.search(rf"\b{name}\(", text) and (named.tells or named.member):
        return True
    if named.member:
        return False
    if text.endswith(f".{named.name}") and re.fullmatch(r"[\w.]+", text):
        return True
    if not named.tells:
        return False
    said = rf"<{name}\b|(?:^|[.'\"`]){name}(?:$|[.>'\"`:]| object\b)"
    return text == named.name or (is_test and re.search(said, text) is not None)


def _documentation(tree: ast.Module) -> Iterator[ast.expr]:
    """Docstrings, and what only people read: messages of what is raised."""
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from node.exc.args
        elif isinstance(node, ast.Assert) and node.msg is not None:
            yield node.msg


def _keyed_by_name(tree: ast.Module) -> bool:
    """Whether something is looked up, or compared, by the name that a class or function has."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        match node:
            case ast.Subscript(slice=key):
                parts = [key]
            case ast.Compare():
                parts = [node.left, *node.comparators]
            case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=args):
                parts = args
        inner = (each for part in parts for each in ast.walk(part))
        if any(isinstance(e, ast.Attribute) and e.attr in _TOLD for e in inner):
            return True
    return False


def _labels(tree: ast.Module) -> Iterator[ast.expr]:
    """Strings that only mark what stands beside them: keys, and names of cases of a test."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (each for each in node.keys if each is not None)
        elif isinstance(node, ast.keyword) and node.arg == "id":
            yield node.value


def _own_names(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=given)], value=ast.Call(args=[first, *_])):
                if given == name:
                    yield first
