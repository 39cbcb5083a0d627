"""Edits of Python import statements: one name gone, another module, a line more."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from redline.core.refactor.python.modules import for_types_only
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.selection import blocks, rows
from redline.core.text.edits import Edit
from redline.core.text.text import Span

LINE = 88
_FROM = re.compile(rb"from\b[ \t]*(\.+(?:[ \t]*\w[\w.]*)?|\w[\w.]*)[ \t]*\bimport\b")
Statement = ast.Import | ast.ImportFrom
Item = ast.alias | ast.expr


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """A name to import: `from module import name as bound`, or, without `name`, the module."""

    module: str
    name: str
    bound: str

    def line(self) -> str:
        """The statement."""
        if not self.name:
            return f"import {self.module}" + (
                "" if self.bound == self.module.partition(".")[0] else f" as {self.bound}"
            )
        alias = "" if self.bound == self.name else f" as {self.bound}"
        return f"from {self.module} import {self.name}{alias}"


def module_span(source: Source, node: ast.ImportFrom) -> Span | None:
    """The bytes of the module in `from module import`; None where it is written in an odd way."""
    start = source.start(node)
    found = _FROM.match(source.text.data, start)
    return Span(*found.span(1)) if found is not None else None


def alone(source: Source, node: ast.stmt) -> bool:
    """True where nothing else stands on the lines of a statement, but a comment."""
    first, last = rows(node)
    start = source.text.line_span(first - 1).start
    head = source.text.data[start : source.start(node)].removeprefix(b"\xef\xbb\xbf")
    end = source.text.line_span(last - 1)
    tail = source.text.data[source.end(node) : end.end].strip()
    return not head.strip() and (not tail or tail.startswith(b"#"))


def whole(source: Source, node: ast.stmt) -> Span:
    """The lines of a statement, decorators and line end with it."""
    first, last = rows(node)
    return Span(source.text.line_span(first - 1).start, source.text.line_span(last - 1).end)


def indent_of(source: Source, node: ast.stmt) -> bytes:
    """The white space a statement begins with."""
    line = source.text.line_bytes(node.lineno - 1)
    return line[: len(line) - len(line.lstrip())] if node.col_offset else b""


def only_one(source: Source, node: ast.stmt) -> bool:
    """True for a statement that is all of the block it stands in."""
    stack: list[ast.stmt] = list(source.tree.body)
    if source.tree.body == [node]:
        return True
    while stack:
        each = stack.pop()
        for block in blocks(each):
            if list(block) == [node]:
                return True
            stack += block
    return False


def without(
    source: Source, node: Statement, gone: Collection[ast.alias], *, gap: bool = False
) -> tuple[Edit, ...]:
    """Edits that take names out of a statement, which goes with the last of them.

    With `gap`, so do blank lines that only it was parted by: nothing may be added there.
    """
    if len(gone) == len(node.names):
        if only_one(source, node) and source.tree.body != [node]:
            return (Edit(Span(source.start(node), source.end(node)), b"pass"),)
        lines = whole(source, node)
        return (Edit(_with_gap(source, lines) if gap else lines, b""),)
    return taken_out(source, node.names, gone)


def _with_gap(source: Source, span: Span) -> Span:
    """The lines of a statement that goes, with a blank line that only it was parted by."""
    text = source.text
    row, following = text.line_of(span.start), text.line_of(max(span.start, span.end - 1)) + 1
    blank_after = following < text.line_count and not text.line_bytes(following).strip()
    if span.end >= len(text) or not blank_after:
        return span
    if row == 0:
        end = following
        while end < text.line_count - 1 and not text.line_bytes(end).strip():
            end += 1
        return Span(span.start, text.line_span(end).start)
    if not text.line_bytes(row - 1).strip():
        return Span(text.line_span(row - 1).start, span.end)
    return span


def taken_out(source: Source, listed: Sequence[Item], gone: Collection[Item]) -> tuple[Edit, ...]:
    """Edits that take items out of a list, with the commas and lines that were theirs."""
    places = [at for at, each in enumerate(listed) if each in gone]
    spans = sorted(_gone(source, listed, at, gone) for at in places)
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(Edit(span, b"") for span in joined)


def _gone(source: Source, listed: Sequence[Item], at: int, gone: Collection[Item]) -> Span:
    item, text = listed[at], source.text
    lines = Span(
        text.line_span(item.lineno - 1).start,
        text.line_span((item.end_lineno or item.lineno) - 1).end,
    )
    start, end = source.start(item), source.end(item)
    head = text.data[lines.start : start].strip()
    tail = text.data[end : lines.end].strip()
    if not head and re.fullmatch(rb"(,?)\s*(#.*)?", tail):
        return lines
    following = listed[at + 1] if at + 1 < len(listed) else None
    if following is not None:
        return Span(start, source.start(following))
    kept = [i for i in range(at) if listed[i] not in gone]
    # With those between, which go too: no comma is left behind.
    return Span(source.end(listed[kept[-1]]) if kept else source.start(listed[0]), end)


def header_end(source: Source) -> tuple[int, bool]:
    """Where an import can be added at the top, and whether imports stand above that place."""
    last: ast.stmt | None = None
    after_imports = False
    for at, node in enumerate(source.tree.body):
        if isinstance(node, Statement):
            last, after_imports = node, True
        elif at == 0 and _is_text(node):
            last = node
        elif not _idle(node):
            break
    if last is None:
        return _above(source), False
    return whole(source, last).end, after_imports


def imports_first(source: Source) -> bool:
    """Whether a file imports everything before the place where an import is added."""
    end, _ = header_end(source)
    every = (each for each in source.tree.body if isinstance(each, Statement))
    return all(source.start(each) < end for each in every)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _idle(node: ast.stmt) -> bool:
    """What may stand between imports: blocks of imports, and `__version__ = "1"`."""
    if isinstance(node, ast.If | ast.Try):
        return all(isinstance(each, Statement | ast.Pass) for b in blocks(node) for each in b)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.List | ast.Tuple):
        target = node.targets[0]
        return isinstance(target, ast.Name) and target.id.startswith("__")
    return _is_text(node)


def _above(source: Source) -> int:
    """Behind the comment a file begins with."""
    row = 0
    while row < source.text.line_count and source.text.line_bytes(row).lstrip(
        b"\xef\xbb\xbf"
    ).startswith(b"#"):
        row += 1
    return source.text.line_span(row).start if row < source.text.line_count else len(source.text)


def added(source: Source, wanted: Collection[Wanted]) -> tuple[Edit, ...]:
    """Edits that import `wanted` at the top, in statements that are there where they fit."""
    edits: list[Edit] = []
    lines: list[str] = []
    names: dict[str, list[Wanted]] = {}
    for each in sorted(wanted):
        if each.name:
            names.setdefault(each.module, []).append(each)
        else:
            lines.append(each.line())
    for module, group in names.items():
        listed = ", ".join(each.line().partition(" import ")[2] for each in group)
        there = _open_statement(source, module, len(listed.encode()) + 2)
        if there is not None:
            edits.append(Edit(Span(source.end(there), source.end(there)), f", {listed}".encode()))
        else:
            lines.append(f"from {module} import {listed}")
    if not lines:
        return tuple(edits)
    at, below = header_end(source)
    above = source.text.data[:at].rstrip().rpartition(b"\n")[2] if below else b""
    block = _block(lines, above).encode().replace(b"\n", source.text.newline)
    if at and not source.text.data[:at].endswith((b"\n", b"\r")):
        block = source.text.newline + block
    if not below:
        rest = source.text.data[at:]
        block = (source.text.newline if at else b"") + block
        gap = rest.strip() and not rest.startswith((b"\n", b"\r"))
        block += source.text.newline if gap else b""
    return (*edits, Edit(Span(at, at), block))


def _block(lines: list[str], above: bytes) -> str:
    """The statements in groups, which blank lines part: of the future, absolute, relative."""
    groups = {0: list[str](), 1: list[str](), 2: list[str]()}
    for line in sorted(lines, key=lambda each: (each.startswith("from "), each)):
        groups[0 if _future(line) else 2 if line.startswith("from .") else 1].append(line)
    first = next(key for key, group in groups.items() if group)
    over = above.decode("utf-8", "replace")
    # Behind an import of another kind a blank line stands; behind anything else nobody knows.
    parted = over.startswith(("from ", "import ")) and (
        (first == 2) != over.startswith("from .") or (first > 0 and _future(over))
    )
    text = "\n".join("".join(f"{line}\n" for line in group) for group in groups.values() if group)
    return ("\n" if parted else "") + text


def _future(line: str) -> bool:
    return line.startswith("from __future__")


def _open_statement(source: Source, module: str, more: int) -> ast.ImportFrom | None:
    """A one-line statement at the top that imports from `module` and has room for `more` bytes."""
    end, _ = header_end(source)
    for node in source.tree.body:
        if not isinstance(node, ast.ImportFrom) or source.start(node) >= end:
            continue
        line = source.text.line_bytes(node.lineno - 1)
        written = "." * node.level + (node.module or "")
        plain = node.lineno == node.end_lineno and b"(" not in line and b"#" not in line
        starred = any(each.name == "*" for each in node.names)
        if written == module and plain and not starred and len(line) + more <= LINE:
            return node if alone(source, node) else None
    return None


def types_block(source: Source) -> ast.If | None:
    """The `if TYPE_CHECKING:` at the top."""
    return next(
        (n for n in source.tree.body if isinstance(n, ast.If) and for_types_only(n.test)), None
    )
