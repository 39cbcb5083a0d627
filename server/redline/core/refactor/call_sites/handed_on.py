"""Functions that are handed on as values, and calls that then may be of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from redline.core.refactor.python.scopes import Source
from redline.core.text.text import Span


def handed_on(source: Source, names: Collection[str]) -> Iterator[Span]:
    """Where what is called one of `names` is a value and is not called there, or is called with
    a mapping of arguments.
    """
    called = {id(node.func): node for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in names and id(node) not in inner:
            call = called.get(id(node))
            if call is None or any(each.arg is None for each in call.keywords):
                end = source.end(node)
                yield Span(end - len(name.encode()), end)


def passing(source: Source, name: str) -> Iterator[tuple[Span, int]]:
    """The calls that pass an argument called `name`: the last word of what is called, nothing
    of it where it is no word, and the line.
    """
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and any(each.arg == name for each in node.keywords):
            end = source.end(node.func)
            last = node.func
            word = last.attr if isinstance(last, ast.Attribute) else getattr(last, "id", "")
            yield Span(end - len(word.encode()), end), node.lineno
