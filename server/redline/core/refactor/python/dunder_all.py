"""The strings in a module's `__all__`, which a rename by meaning leaves behind."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from redline.core.refactor.python.scopes import Source, scopes, statements
from redline.core.text.edits import Edit
from redline.core.text.text import Span

_QUOTES = (b'"""', b"'''", b'"', b"'")


def exported(source: Source, renamed: Collection[int], old: str, new: str) -> tuple[Edit, ...]:
    """Edits for the strings `old` in `__all__`, when this module's own `old` is renamed.

    `renamed` holds the offsets of the tokens that change. Nothing is edited when none of
    them binds the name at module level, or when a string is not one plain literal.
    """
    listed = [each for each in _listed(source) if each.value == old]
    if not listed:
        return ()
    module = scopes(source)[0]
    if not any(at in renamed for at in module.binds.get(old, ())):
        return ()
    spans = (_content(source, node, old) for node in listed)
    return tuple(sorted(Edit(span, new.encode()) for span in spans if span is not None))


def is_listed(source: Source, node: ast.Constant) -> bool:
    """Whether a string stands in `__all__`."""
    return any(each is node for each in _listed(source))


def _listed(source: Source) -> Iterator[ast.Constant]:
    for node in statements(source):
        match node:
            case ast.Assign(targets=targets, value=value) if any(map(_is_all, targets)):
                yield from _strings(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_all(target):
                yield from _strings(value)
            case ast.AugAssign(target=target, value=value) if _is_all(target):
                yield from _strings(value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner), args=args)) if _is_all(
                owner
            ):
                for arg in args:
                    yield from _strings(arg)


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _strings(node: ast.expr) -> Iterator[ast.Constant]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each


def _content(source: Source, node: ast.Constant, old: str) -> Span | None:
    span = Span(source.start(node), source.end(node))
    raw = source.text.slice(span)
    name = old.encode()
    for quote in _QUOTES:
        head = raw.find(quote)
        if raw[: max(head, 0)].lower() in (b"", b"u", b"r") and raw[head:] == quote + name + quote:
            start = span.start + head + len(quote)
            return Span(start, start + len(name))
    return None
