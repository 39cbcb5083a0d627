"""A module's `__all__` as a list whose strings can come and go."""

from __future__ import annotations

import ast
from collections.abc import Collection

from redline.core.refactor.python.imports import taken_out
from redline.core.refactor.python.scopes import Source
from redline.core.text.edits import Edit
from redline.core.text.text import Span


def exports(source: Source) -> ast.List | ast.Tuple | None:
    """The one list of plain strings given to `__all__` at the top; None for any other kind."""
    found = [each for each in source.tree.body if _is_given(each)]
    if len(found) != 1 or not mentions_exports(source, 1):
        return None
    value = getattr(found[0], "value", None)
    if isinstance(value, ast.List | ast.Tuple) and all(map(_text, value.elts)):
        return value
    return None


def mentions_exports(source: Source, at_most: int) -> bool:
    """True where `__all__` is named, and no more than so many times."""
    count = sum(
        isinstance(each, ast.Name) and each.id == "__all__" for each in ast.walk(source.tree)
    )
    return 0 < count <= at_most


def _is_given(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AnnAssign(target=ast.Name(id="__all__")):
            return True
    return False


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def names_of(listed: ast.List | ast.Tuple) -> tuple[str, ...]:
    """The strings."""
    return tuple(
        each.value
        for each in listed.elts
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def dropped(
    source: Source, listed: ast.List | ast.Tuple, names: Collection[str]
) -> tuple[Edit, ...]:
    """Edits that take `names` out of the list."""
    gone = [each for each in listed.elts if isinstance(each, ast.Constant) and each.value in names]
    if isinstance(listed, ast.Tuple) and 0 < len(listed.elts) - len(gone) < 2:
        kept = [each for each in listed.elts if each not in gone]
        plain = ", ".join(ast.get_source_segment(source.text.decode(), each) or "" for each in kept)
        return (Edit(Span(source.start(listed), source.end(listed)), f"({plain},)".encode()),)
    return taken_out(source, listed.elts, gone) if gone else ()


def extended(
    source: Source, listed: ast.List | ast.Tuple, names: Collection[str]
) -> tuple[Edit, ...]:
    """Edits that add `names` at the end of the list, quoted as the others are."""
    if not names or not listed.elts:
        return ()
    last = listed.elts[-1]
    start, end = source.start(last), source.end(last)
    quote = source.text.data[end - 1 : end].decode()
    quoted = [f"{quote}{name}{quote}" for name in sorted(names)]
    row = source.text.line_bytes(last.lineno - 1)
    indent = row[: len(row) - len(row.lstrip())]
    if row.lstrip().startswith(source.text.data[start:end]):
        lines = b"".join(b"," + source.text.newline + indent + each.encode() for each in quoted)
        return (Edit(Span(end, end), lines),)
    return (Edit(Span(end, end), "".join(f", {each}" for each in quoted).encode()),)
