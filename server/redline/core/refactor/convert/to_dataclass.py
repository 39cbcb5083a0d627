"""Makes a dataclass of a Python class whose `__init__` only keeps what it is given."""

from __future__ import annotations

import ast

from redline.core.index.languages import Language
from redline.core.refactor.python.imports import Wanted, added, indent_of, whole
from redline.core.refactor.python.names import binds
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.python.view import View, view
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

_ASIDE = ("ClassVar", "InitVar", "KW_ONLY")
_OWN = frozenset(
    {
        "__post_init__",
        "__slots__",
        "__new__",
        "__setattr__",
        "__init_subclass__",
        "__getattribute__",
    }
)


def to_dataclass(language: Language, text: Text, name: str) -> Refactored:
    """The edits that make the class `name` a dataclass; refused unless it does the same.

    It compares as before (`eq=False`); it gets a readable `repr` unless it has its own.
    Parameters without a type get `Any`.
    """
    if language.name != "python":
        return refused("dataclasses are Python's")
    source = parse(text.data)
    if source is None:
        return refused("the file does not parse")
    found = [n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef) and n.name == name]
    if len(found) != 1:
        return refused(f"there are {len(found)} classes called {name} in the file")
    node = found[0]
    of = view("", source)
    trouble = _unfit(node) or _imports_clash(of)
    made = _fields(source, node) if not trouble else ""
    if trouble or isinstance(made, str):
        return refused(trouble or str(made))
    edits = _edits(of, node, made)
    if parse(apply(text.data, edits)) is None:
        return refused("the result would not parse; this is a fault of the conversion")
    notes = (
        ()
        if "__repr__" in _at_class_level(node)
        else (f"{name} gets a repr that shows its fields",)
    )
    return Refactored(edits, notes)


def _at_class_level(node: ast.ClassDef) -> set[str]:
    found: set[str] = set()
    for each in node.body:
        found.update(binds(each))
        if isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            found.update(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
    return found


def _unfit(node: ast.ClassDef) -> str:
    """Why the class as a whole cannot be a dataclass; '' where it can."""
    bases = [each for each in node.bases if ast.unparse(each) != "object"]
    if bases or node.keywords:
        return f"{node.name} has a base class or a metaclass"
    if node.decorator_list:
        return f"{node.name} has a decorator"
    own = sorted(_OWN & _at_class_level(node))
    if own:
        return f"{node.name} has {own[0]}"
    if any(isinstance(each, ast.AnnAssign) for each in node.body):
        return f"{node.name} has annotated names of its own, which would become fields"
    return ""


def _imports_clash(of: View) -> str:
    for name, module in (("dataclass", "dataclasses"), ("Any", "typing")):
        for at in of.module.binds.get(name, ()):
            given = of.imports.get(at)
            if given is None or given.module != module or given.alias.name != name:
                return f"the file has something else called {name}"
    return ""


_Field = tuple[str, str, str]
"""The name, type and default of a field; '' for no default."""


def _fields(source: Source, node: ast.ClassDef) -> tuple[ast.FunctionDef, list[_Field]] | str:
    inits = [each for each in node.body if getattr(each, "name", "") == "__init__"]
    init = inits[0] if len(inits) == 1 else None
    if not isinstance(init, ast.FunctionDef) or init.decorator_list:
        return f"{node.name} has no single plain __init__"
    args = init.args
    if args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg or len(args.args) < 2:
        return "__init__ has parameters that a dataclass cannot take as they are"
    data = source.text.slice(whole(source, init))
    if b"#" in data:
        return "__init__ has comments, which would be lost"
    names = [each.arg for each in args.args[1:]]
    kept = [_kept(each, args.args[0].arg) for each in init.body]
    if kept != names:
        return "__init__ does more than to keep what it is given, in order and by its name"
    taken = _at_class_level(node)
    if taken & set(names):
        return f"{node.name} has {min(taken & set(names))} as a name of its own"
    defaults = [None] * (len(names) - len(args.defaults)) + list(args.defaults)
    fields: list[_Field] = []
    for each, default in zip(args.args[1:], defaults, strict=True):
        note = _slice(source, each.annotation) if each.annotation is not None else "Any"
        value = _slice(source, default) if default is not None else ""
        if default is not None and not _plain(default):
            return f"the default {value} of {each.arg} may be one that fields cannot have"
        inner = ast.walk(each.annotation) if each.annotation is not None else ()
        used = {part.id for part in inner if isinstance(part, ast.Name)}
        if used & (taken | set(names)) or any(word in note for word in _ASIDE):
            return f"the type {note} of {each.arg} means something else in the class"
        fields.append((each.arg, note, value))
    return init, fields


def _slice(source: Source, node: ast.expr) -> str:
    return source.text.slice(Span(source.start(node), source.end(node))).decode()


def _kept(node: ast.stmt, receiver: str) -> str:
    """`x` for `self.x = x`, '' for anything else."""
    match node:
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Name(id=owner), attr=name)], value=ast.Name(id=value)
        ) if owner == receiver and name == value and not name.startswith("__"):
            return name
    return ""


def _plain(node: ast.expr) -> bool:
    """A default that cannot change and that every object may share."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Tuple):
        return all(map(_plain, node.elts))
    return isinstance(node, ast.Constant)


def _edits(
    of: View, node: ast.ClassDef, made: tuple[ast.FunctionDef, list[_Field]]
) -> tuple[Edit, ...]:
    source, (init, fields) = of.source, made
    newline = source.text.newline
    indent, outer = indent_of(source, init), indent_of(source, node)
    rows = [f"{name}: {note}{f' = {value}' if value else ''}" for name, note, value in fields]
    block = b"".join(indent + row.encode() + newline for row in rows)
    span = whole(source, init)
    if not source.text.slice(span).endswith((b"\n", b"\r")):
        block = block.removesuffix(newline)
    start = source.text.line_span(node.lineno - 1).start
    start = source.start(node) if start == 0 else start
    edits = [
        Edit(Span(start, start), outer + b"@dataclass(eq=False)" + newline),
        Edit(span, block),
    ]
    wanted = set[Wanted]()
    if "dataclass" not in of.module.binds:
        wanted.add(Wanted("dataclasses", "dataclass", "dataclass"))
    if any(note == "Any" for _, note, _ in fields) and "Any" not in of.module.binds:
        wanted.add(Wanted("typing", "Any", "Any"))
    heads = added(source, wanted)
    return tuple(sorted((*heads, *edits), key=lambda edit: edit.span))
