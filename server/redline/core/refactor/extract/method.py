"""Moves a Python expression into a function, or a method where it uses `self`, and calls it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from redline.core.index.languages import Language
from redline.core.refactor.extract.variable import free_name
from redline.core.refactor.extract.variable_place import Chosen, chosen
from redline.core.refactor.python import names
from redline.core.refactor.python.imports import indent_of
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.python.selection import rows
from redline.core.refactor.python.view import View, view
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

_RECEIVERS = ("self", "cls")
_STATIC = frozenset({"staticmethod"})
_BY_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


@dataclass(frozen=True, slots=True)
class _Home:
    """Where the function goes: behind the method `beside` as one more, or above the statement
    `beside` of the module where there is no `receiver`."""

    beside: ast.stmt
    receiver: str
    by_class: bool


def extract_expression(language: Language, text: Text, span: Span, name: str = "") -> Refactored:
    """The edits that put the expression in `span` (bytes) into a function that returns it.

    The local names it reads become parameters. One that uses `self` or `cls` becomes a
    method beside the one it is in.
    """
    if language.name != "python":
        return refused("expressions can be extracted in Python only")
    source = parse(text.data)
    if source is None:
        return refused("the file does not parse, so what the selection means cannot be known")
    taken = chosen(source, span)
    if isinstance(taken, str):
        return refused(taken)
    of = view("", source)
    inputs = _inputs(of, taken)
    if isinstance(inputs, str):
        return refused(inputs)
    home = _home(taken, inputs)
    if isinstance(home, str):
        return refused(home)
    called = free_name(source, name, "_extracted")
    if not called.isidentifier():
        return refused(called.replace("a variable", "a function"))
    edits = _edits(source, taken, home, called, inputs)
    if parse(apply(text.data, edits)) is None:
        return refused("the result would not parse; this is a fault of the extraction")
    return Refactored(edits)


def _inputs(of: View, taken: Chosen) -> list[str] | str:
    """The names that functions around bind and the expression reads, in order."""
    found: dict[str, int] = {}
    for node in ast.walk(taken.node):
        if not isinstance(node, ast.Name):
            continue
        at = of.source.start(node)
        owner = of.owner(node.id, at)
        if owner is None or owner is of.module:
            continue
        if owner.is_class:
            return f"{node.id} is of the class body, which a function does not see"
        bound = owner.binds[node.id]
        if all(taken.span.start <= place < taken.span.end for place in bound):
            continue
        found.setdefault(node.id, at)
    unsure = [each for each in found if not _surely_bound(taken, each)]
    if unsure and any(isinstance(e, ast.IfExp | ast.BoolOp) for e in ast.walk(taken.node)):
        return f"{unsure[0]} may have no value yet where the expression does not read it"
    return list(found)


def _surely_bound(taken: Chosen, name: str) -> bool:
    """True for parameters, targets of what is around, and what statements just above bind."""
    inner: ast.AST = taken.node
    for outer in taken.around:
        given = outer.args if isinstance(outer, names.Nested) else None
        if given is not None and name in {each.arg for each in names.parameters(given)}:
            return True
        if isinstance(outer, names.COMPREHENSIONS) and name in names.targets(outer):
            return True
        for block in ("body", "orelse", "finalbody"):
            part = getattr(outer, block, None)
            if isinstance(part, list) and inner in part:
                plain = (e for e in part[: part.index(inner)] if isinstance(e, _BINDING))
                if any(name in names.bound([each]) for each in plain):
                    return True
        loop = outer.target if isinstance(outer, ast.For | ast.AsyncFor) else None
        if loop is not None and inner in getattr(outer, "body", ()) and name in names.bound([loop]):
            return True
        inner = outer
    return False


_BINDING = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def _home(taken: Chosen, inputs: list[str]) -> _Home | str:
    function = taken.function
    if function is None:
        return "the expression is not in a function"
    above = taken.around[taken.around.index(function) + 1]
    owner = above if isinstance(above, ast.ClassDef) else None
    in_class = any(isinstance(each, ast.ClassDef) for each in taken.around)
    for node in ast.walk(taken.node):
        if isinstance(node, ast.Name) and node.id in ("super", "__class__", "locals", "vars"):
            return f"the expression uses {node.id}, which works in its own function only"
    marks = {ast.unparse(each) for each in function.decorator_list}
    first = [*function.args.posonlyargs, *function.args.args][:1]
    receiver = first[0].arg if owner and first and first[0].arg in _RECEIVERS else ""
    if receiver in inputs and not marks & _STATIC and function.name != "__getattribute__":
        assigned = receiver in names.bound(function.body)
        if assigned:
            return f"{receiver} is given another value"
        by_class = "classmethod" in marks or function.name in _BY_CLASS
        return _Home(function, receiver, by_class)
    if in_class and any(_mangled(each) for each in ast.walk(taken.node)):
        return "the expression uses names with two underscores, which Python ties to the class"
    top = next(each for each in reversed(taken.around) if isinstance(each, ast.stmt))
    return _Home(top, "", False)


def _mangled(node: ast.AST) -> bool:
    name = getattr(node, "attr", getattr(node, "id", ""))
    return isinstance(name, str) and name.startswith("__") and not name.endswith("__")


def _edits(
    source: Source, taken: Chosen, home: _Home, called: str, inputs: list[str]
) -> tuple[Edit, ...]:
    passed = [each for each in inputs if each != home.receiver]
    waits = any(isinstance(each, ast.Await) for each in names.own([taken.node]))
    call = f"{home.receiver}.{called}" if home.receiver else called
    call = f"{call}({', '.join(passed)})"
    words = f"(await {call})" if waits else call
    edits = [Edit(taken.span, words.encode())]
    indent = indent_of(source, home.beside).decode() if home.receiver else ""
    given = ", ".join([home.receiver, *passed] if home.receiver else passed)
    unit = _unit(source)
    value = source.text.slice(taken.span).decode("utf-8", "surrogateescape")
    value = value.replace("\r\n", "\n")
    if "\n" in value:
        value = f"({value})"
    lines = [f"{indent}@classmethod"] if home.by_class else []
    lines += [f"{indent}{'async ' * waits}def {called}({given}):", f"{indent}{unit}return {value}"]
    body = "\n".join(lines)
    first, last = rows(home.beside)
    if home.receiver:
        line = source.text.line_span(last - 1)
        at = line.start + len(source.text.line_bytes(last - 1))
        edits.append(_new(source, at, f"\n\n{body}"))
    else:
        row = first - 1
        while row > 0 and source.text.line_bytes(row - 1).startswith(b"#"):
            row -= 1
        at = source.text.line_span(row).start
        edits.append(_new(source, at, f"{body}\n\n\n"))
    return tuple(sorted(edits, key=lambda edit: edit.span))


def _new(source: Source, at: int, text: str) -> Edit:
    data = text.encode("utf-8", "surrogateescape").replace(b"\n", source.text.newline)
    return Edit(Span(at, at), data)


def _unit(source: Source) -> str:
    """How the file indents: by its first indented statement."""
    for node in source.tree.body:
        body = getattr(node, "body", None)
        inner = body[0] if isinstance(body, list) and body else None
        if isinstance(inner, ast.stmt) and inner.lineno != node.lineno:
            return indent_of(source, inner).decode()
    return "    "
