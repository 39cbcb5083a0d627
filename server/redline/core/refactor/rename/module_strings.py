"""Where the dotted name of a module that is renamed stands in strings, examples and settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from redline.core.refactor.python.modules import dotted
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.rename.module_imports import Renaming
from redline.core.text.edits import Edit
from redline.core.text.text import Span

_IMPORTS = re.compile(r"patch|setattr|delattr|import_module|__import__|importorskip|mocker")
_OWN = frozenset({"__name__", "__module__", "__package__"})
_EXAMPLE = re.compile(rb"^[ \t]*(?:>>>|\.\.\.)[ \t]+(?:from|import)[ \t].*$", re.MULTILINE)


def strings_in(renaming: Renaming, source: Source) -> tuple[Edit, ...]:
    """Edits for strings by which a call imports or that are compared with a module's own name,
    and for imports in examples of docstrings."""
    edits: list[Edit] = []
    names = _names(renaming)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _IMPORTS.search(_called(node.func)):
            given = (*node.args, *(each.value for each in node.keywords))
            edits += _literals(source, given, names)
        elif isinstance(node, ast.Compare) and _of_a_module(node):
            edits += _literals(source, (node.left, *node.comparators), names)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            edits += _examples(source.text.data, source.start(node), source.end(node), names)
    return tuple(edits)


def _of_a_module(node: ast.Compare) -> bool:
    """Whether a module's own name is compared with something."""
    sides = (node.left, *node.comparators)
    return any(isinstance(each, ast.Attribute) and each.attr in _OWN for each in sides)


def text_places(renaming: Renaming, path: str, language: str) -> tuple[Edit, ...]:
    """Edits for every other place that spells a dotted name out: in Python strings and
    comments, in other files anywhere."""
    project = renaming.before.project
    uri = project.uri_of(path)
    text = project.text_of(uri) if uri is not None else None
    if text is None:
        return ()
    names = _names(renaming)
    if not any(was.encode() in text.data for was in names):
        return ()
    facts = project.index.facts(uri or "")
    if language != "python" or facts is None:
        return tuple(_anywhere(text.data, 0, len(text), names))
    source = renaming.before.source(path)
    done = {edit.span for edit in strings_in(renaming, source)} if source else set[Span]()
    found: list[Edit] = []
    for start, end in zip(facts.skip_starts, facts.skip_ends, strict=True):
        found += _anywhere(text.data, start, end, names)
    return tuple(edit for edit in found if edit.span not in done)


def _names(renaming: Renaming) -> dict[str, str]:
    """The dotted names that change, old to new; names of one part alone are words like others."""
    found: dict[str, str] = {}
    for old, new in renaming.moved.items():
        if old in renaming.before.paths:
            was, becomes = dotted(renaming.before, old), dotted(renaming.later, new)
            if "." in was and was != becomes:
                found[was] = becomes
    # Of a package that moves, its own name stands for all that is in it.
    return {
        was: becomes
        for was, becomes in found.items()
        if not any(was.startswith(f"{each}.") for each in found)
    }


def _called(func: ast.expr) -> str:
    return ".".join(ast.unparse(func).split(".")[-2:]) if not isinstance(func, ast.Call) else ""


def _literals(source: Source, given: Iterable[ast.expr], names: dict[str, str]) -> Iterator[Edit]:
    for each in given:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            span = Span(source.start(each), source.end(each))
            yield from _whole(source.text.slice(span), span.start, names)


def _whole(raw: bytes, start: int, names: dict[str, str]) -> Iterator[Edit]:
    """A literal that is the dotted name, or begins with it and a dot."""
    for was, becomes in names.items():
        found = re.match(rb"[uUrRbB]?[\"']" + re.escape(was.encode()) + rb"(?=[.:\"'])", raw)
        if found is not None:
            size = len(was.encode())
            yield Edit(Span(start + found.end() - size, start + found.end()), becomes.encode())


def _examples(data: bytes, start: int, end: int, names: dict[str, str]) -> Iterator[Edit]:
    for line in _EXAMPLE.finditer(data, start, end):
        yield from _anywhere(data, line.start(), line.end(), names)


def _anywhere(data: bytes, start: int, end: int, names: dict[str, str]) -> Iterator[Edit]:
    for was, becomes in names.items():
        pattern = re.compile(rb"(?<![\w.])" + re.escape(was.encode()) + rb"(?!\w)")
        for found in pattern.finditer(data, start, end):
            yield Edit(Span(*found.span()), becomes.encode())
