"""What makes it less sure that a definition nobody names is dead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from redline.core.index.import_rules.paths import last_of
from redline.core.index.model import Symbol
from redline.core.index.query import qualified_name
from redline.core.refactor.project import Project
from redline.core.refactor.python.dunder_lists import exports, names_of
from redline.core.refactor.python.scopes import Source
from redline.core.retrieval.paths import is_test

PROTOCOLS = frozenset(
    {
        *("read", "readline", "readlines", "readinto", "write", "writelines", "flush", "close"),
        *("seek", "tell", "truncate", "fileno", "isatty", "readable", "writable", "seekable"),
        *("find_spec", "find_module", "load_module", "create_module", "exec_module"),
        *("get_data", "get_source", "get_code", "is_package", "invalidate_caches", "find_loader"),
        *("run", "emit", "format", "formatTime", "filter", "handle", "setup", "finish", "default"),
        *("keys", "values", "items", "get", "send", "throw", "join", "acquire", "release"),
        *("connection_made", "connection_lost", "data_received", "eof_received", "error_received"),
        *("utcoffset", "tzname", "dst", "fromutc", "encode", "decode", "reset", "getstate"),
        *("persistent_id", "persistent_load", "reducer_override", "find_class", "mro"),
    }
)
"""Names of methods that Python's own library calls on any object."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
QUIET = frozenset(
    {
        *("property", "staticmethod", "classmethod", "overload", "final", "dataclass", "wraps"),
        *("contextmanager", "asynccontextmanager", "lru_cache", "cache", "total_ordering"),
        *("runtime_checkable", "unique", "deprecated", "cached_property", "override", "define"),
        *("frozen", "attrs", "s", "no_type_check", "setter", "getter", "deleter"),
    }
)
"""Decorators that enter nothing anywhere."""
_BY_NAME = frozenset({"conftest", "settings", "models", "admin", "apps", "urls", "wsgi", "asgi"})
_HOOK = re.compile(r"(?:test|Test|setUp|tearDown|setup_|teardown_|pytest_)")
_DISPATCHED = re.compile(
    r"(?:visit|leave|depart|do|on|handle|clean|validate|process|resolve|get|set|parse)_"
)


def lowered(
    project: Project, symbol: Symbol, source: Source | None, spoken: tuple[str, ...]
) -> tuple[float, tuple[str, ...]]:
    """What is left of certainty, from 0 to 1, and what takes it away, the gravest first.

    0 for what is never dead: names that Python or a test runner looks for.
    """
    name, path = symbol.name, project.path_of(symbol.uri)
    if (name.startswith("__") and name.endswith("__")) or name == "_":
        return 0, ()
    if _HOOK.match(name) and is_test(path):
        return 0, ()
    signs = [*_general(project, symbol, path, spoken)]
    node = definition_of(source, symbol) if source is not None else None
    if isinstance(node, ast.ClassDef) and is_test(path) and (node.bases or "Test" in name):
        return 0, ()  # a test runner looks for it
    if source is not None:
        signs += _pythonic(source, symbol, node)
    sure = 1.0
    for share, _ in signs:
        sure *= share
    return sure, tuple(reason for _, reason in sorted(signs))


_Sign = tuple[float, str]


def _general(
    project: Project, symbol: Symbol, path: str, spoken: tuple[str, ...]
) -> Iterator[_Sign]:
    if spoken:
        own = [each for each in spoken if each != symbol.uri]
        settings = [e for e in own if project.path_of(e).endswith((".toml", ".cfg", ".json"))]
        if settings:
            yield 0.1, f"{project.path_of(settings[0])} names it"
        else:
            where = project.path_of((own or list(spoken))[0])
            yield 0.5, f"a comment or string in {where} has the word"
    if put_together(project, symbol):
        yield 0.1, "a string in its file begins as its name does"
    if symbol.name.startswith("__"):
        yield 0.2, "names with two underscores in front mean something to tools"
    if last_of(path).partition(".")[0] in _BY_NAME:
        yield 0.3, f"a framework may look it up in {last_of(path)}"
    if not symbol.name.startswith("_") and not is_test(path):
        yield 0.6, "its name is public, code outside of the workspace may use it"


def _pythonic(source: Source, symbol: Symbol, node: ast.stmt | None) -> Iterator[_Sign]:
    listed = exports(source)
    if listed is not None and symbol.name in names_of(listed):
        yield 0.2, "__all__ offers it"
    data = source.text.data
    if b"globals()" in data or b"__getattr__" in data or b"vars(" in data:
        yield 0.6, "its file looks names up while it runs"
    if isinstance(node, Definition):
        for mark in loud(node):
            yield 0.2, f"its decorator {mark} may enter it somewhere"
    if symbol.kind in ("method", "field", "variable", "constant") and symbol.container:
        yield from _member(source, symbol)


def _member(source: Source, symbol: Symbol) -> Iterator[_Sign]:
    owner = _owner(source, symbol)
    if owner is None:
        return
    bases = [ast.unparse(each) for each in owner.bases]
    if any(each not in ("object", "Generic", "ABC") for each in bases):
        yield 0.3, f"a base class of {owner.name} may call it"
    if symbol.name in PROTOCOLS:
        yield 0.2, "Python's own library calls methods of that name"
    if _DISPATCHED.match(symbol.name):
        yield 0.7, "such names are often put together while a program runs"
    if symbol.kind != "method":
        yield 0.3, f"it is a value of {owner.name}, which may be looked through"


def put_together(project: Project, symbol: Symbol) -> bool:
    """Whether a string or comment of the file holds the beginning of a name, as `visit_`."""
    facts = project.index.facts(symbol.uri)
    words = facts.words if facts is not None else ()
    begins = (each for each in words if each.endswith("_") and len(each) > 3)
    return any(symbol.name.startswith(each) for each in begins)


def called_from_afar(source: Source, symbol: Symbol) -> bool:
    """Whether a method may be called by code that does not name it: by a base class or Python."""
    if not symbol.container:
        return False
    owner = _owner(source, symbol)
    derived = owner is not None and any(ast.unparse(each) != "object" for each in owner.bases)
    return symbol.name in PROTOCOLS or (derived and not symbol.name.startswith("_"))


def loud(node: Definition) -> list[str]:
    """The decorators that may do more than change what they decorate."""
    found: list[str] = []
    for mark in node.decorator_list:
        func = mark.func if isinstance(mark, ast.Call) else mark
        last = getattr(func, "attr", getattr(func, "id", ""))
        if last not in QUIET:
            found.append(ast.unparse(func))
    return found


def definition_of(source: Source, symbol: Symbol) -> ast.stmt | None:
    """The statement that defines a symbol."""
    for node in ast.walk(source.tree):
        if isinstance(node, Definition) and node.name == symbol.name:
            start = source.start(node)
            if start <= symbol.name_span.start < source.start(node.body[0]):
                return node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(source.start(each) == symbol.name_span.start for each in targets):
                return node
    return None


def _owner(source: Source, symbol: Symbol) -> ast.ClassDef | None:
    wanted = qualified_name(symbol).split(".")[-2]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name == wanted:
            inside = range(source.start(node), source.end(node))
            if symbol.name_span.start in inside:
                return node
    return None
