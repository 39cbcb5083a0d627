"""Examples in documentation, as an interpreter shows them: code, where tests run them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from redline.core.refactor.python.scopes import Source, scopes
from redline.core.text.text import Span

_BLOCK = re.compile(rb"^[ \t#]*>>> .*(?:\n[ \t#]*\S.*)*", re.MULTILINE)
_CODE = re.compile(rb"^(?P<prompt>[ \t]*>>> )(?P<first>.*)(?P<more>(?:\n[ \t]*\.\.\. ?.*)*)", re.M)
_PROMPT = re.compile(rb"^[ \t]*(?:>>>|\.\.\.) ?")
_QUOTED = re.compile(rb"[rRuU]?(\"\"\"|'''|\"|')")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def named_in_examples(source: Source, renamed: Collection[int], old: str) -> tuple[Span, ...]:
    """The places in the examples of docstrings that mean the module's own `old`.

    `renamed` are the offsets where it is renamed; nothing where none of them binds it in the
    module, and nothing in a docstring whose examples give the name another value.
    """
    if b">>>" not in source.text.data:
        return ()
    if not any(at in renamed for at in scopes(source)[0].binds.get(old, ())):
        return ()
    found: list[Span] = []
    for start, text in _docstrings(source):
        parts = [(start + each.start(), each.group()) for each in _CODE.finditer(text)]
        trees = [(at, code, _tree(code)) for at, code in parts]
        if not any(_binds(tree, old) for _, _, tree in trees if tree is not None):
            found += [s for at, code, tree in trees if tree for s in _places(at, code, tree, old)]
    return tuple(found)


def example_naming(data: bytes, name: str, member: bool, but: Collection[Span] = ()) -> int | None:
    """The offset of `name`, behind a dot for a member, in an example or in what it prints, other
    than at the places `but`; None for nowhere.
    """
    lead = rb"(?:(?<=\.)|(?<=def ))" if member else rb"\b"
    word = re.compile(rb"%b%b\b" % (lead, re.escape(name.encode())))
    for block in _BLOCK.finditer(data):
        for found in word.finditer(data, block.start(), block.end()):
            if Span(*found.span()) not in but:
                return found.start()
    return None


def _docstrings(source: Source) -> Iterator[tuple[int, bytes]]:
    """The docstrings that are written as they read, each with the offset of its text."""
    for node in ast.walk(source.tree):
        if not isinstance(node, _DOCUMENTED) or ast.get_docstring(node) is None:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            start, end = source.start(first.value), source.end(first.value)
            raw = source.text.slice(Span(start, end))
            head = _QUOTED.match(raw)
            if head is not None:
                text = raw[head.end() : len(raw) - len(head[1])]
                if text == str(first.value.value).encode():
                    yield start + head.end(), text


def _tree(code: bytes) -> ast.Module | None:
    lines = [_PROMPT.sub(b"", line) for line in code.split(b"\n")]
    try:
        return ast.parse(b"\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _binds(tree: ast.Module, old: str) -> bool:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                if name == old:
                    return True
            case ast.alias(asname=str(name)) | ast.ClassDef(name=name) | ast.arg(arg=name):
                if name == old:
                    return True
    return False


def _places(start: int, code: bytes, tree: ast.Module, old: str) -> Iterator[Span]:
    lines = code.split(b"\n")
    for node in ast.walk(tree):
        named = isinstance(node, ast.Name) and node.id == old
        if isinstance(node, ast.Name | ast.alias) and (
            named or (isinstance(node, ast.alias) and node.name == old)
        ):
            row = node.lineno - 1
            prompt = _PROMPT.match(lines[row])
            at = start + sum(len(line) + 1 for line in lines[:row])
            at += (prompt.end() if prompt else 0) + node.col_offset
            yield Span(at, at + len(old.encode()))
