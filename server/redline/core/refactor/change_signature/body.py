"""What the body of a function says to other parameters."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator

from redline.core.refactor.call_sites.files import View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.python import names
from redline.core.text.text import Span

_BY_NAME = frozenset({"locals", "vars", "eval", "exec", "dir"})


def names_problem(name: str) -> str:
    """Why a parameter cannot be called so, '' where it can."""
    if not name.isidentifier() or keyword.iskeyword(name):
        return f"{name!r} cannot be the name of a parameter"
    if name.startswith("__") and not name.endswith("__"):
        return f"Python ties {name}, with its two underscores, to a class"
    return ""


def expression_problem(text: str) -> str:
    """Why `text` is no expression, '' where it is one or nothing."""
    try:
        ast.parse(text, mode="eval") if text else None
    except (SyntaxError, ValueError):
        return f"{text!r} is no expression"
    if "\n" in text or "\r" in text:
        return f"{text!r} is longer than a line"
    return ""


def free_problem(view: View, function: Function, name: str) -> str:
    """Why a new parameter `name` would get in the way of the body, '' where it would not."""
    for node in _inside(function):
        if name in _names_of(node):
            return f"{name} means something in it already, at {view.place(node)}"
    return ""


def unused_problem(view: View, function: Function, name: str) -> str:
    """Why the body needs the parameter `name`, '' where it does not."""
    for node in _inside(function):
        if name in _names_of(node) or _called(node) in _BY_NAME:
            return f"{name} is used at {view.place(node)}"
    return ""


def _inside(function: Function) -> Iterator[ast.AST]:
    for each in function.body:
        yield from ast.walk(each)


def _names_of(node: ast.AST) -> tuple[str, ...]:
    """The names that a node binds, reads or declares."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return (name,)
        case ast.Global(names=listed) | ast.Nonlocal(names=listed):
            return tuple(listed)
    return names.binds(node)


def _called(node: ast.AST) -> str:
    """The builtin that is called by its name: of those that take one, without an argument."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        return name if name in ("eval", "exec") or not node.args else ""
    return ""


def rename(view: View, patch: Patch, function: Function, old: str, new: str) -> str:
    """Gives the parameter another name in the body; or says why it cannot be done."""
    spans: list[Span] = []
    for node in _inside(function):
        if _called(node) in _BY_NAME:
            return f"the body looks at its names as data at {view.place(node)}"
        if new in _names_of(node):
            return f"{new} means something in it already, at {view.place(node)}"
        if old not in _names_of(node):
            continue
        if isinstance(node, ast.Name):
            if view.binder(node, old) is not function:
                continue
            if node in view.lost or view.bytes_of(view.span(node)) != old.encode():
                return f"{old} stands in a string at {view.place(node)}"
            spans.append(view.span(node))
        elif not isinstance(node, ast.arg) and _is_own(view, node, function, old):
            return f"{old} gets another meaning at {view.place(node)}"
    for span in spans:
        patch.replace(span, new.encode())
    return ""


def _is_own(view: View, node: ast.AST, function: Function, old: str) -> bool:
    if isinstance(node, ast.Global):
        return False
    return isinstance(node, ast.Nonlocal) or view.binder(node, old) is function
