"""Which whole statements a range of lines means."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.text.text import Text

Block = Sequence[ast.stmt]


@dataclass(frozen=True, slots=True)
class Selection:
    """Neighbouring statements of one block, `block[first:last]`.

    `around` are the statements they sit in, outermost first. `start` and `end` are the
    1-based lines of the statements with the comments chosen beside them.
    """

    block: Block
    first: int
    last: int
    around: tuple[ast.stmt, ...]
    start: int
    end: int

    @property
    def statements(self) -> Block:
        """The chosen statements."""
        return self.block[self.first : self.last]

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The innermost function around, None where a class body or the module is nearer."""
        for each in reversed(self.around):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                return each
            if isinstance(each, ast.ClassDef):
                return None
        return None


def rows(node: ast.stmt) -> tuple[int, int]:
    """The first and the last line of a statement, decorators with it; 1-based."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return first, node.end_lineno or node.lineno


def select(module: ast.Module, text: Text, lines: tuple[int, int]) -> Selection | str:
    """The statements on `lines` (1-based, inclusive), or why they are not clear.

    A statement of several lines that is partly chosen is taken whole, unless it holds
    other statements.
    """
    first, last = max(1, min(lines)), min(max(lines), text.line_count)
    while first <= last and _idle(text, first):
        first += 1
    while last >= first and _idle(text, last):
        last -= 1
    if first > last:
        return "there is no statement on these lines"
    chosen = _descend(module.body, (), first, last)
    if isinstance(chosen, str):
        return chosen
    block, at, end, around = chosen
    if text.line_bytes(rows(block[at])[0] - 1).lstrip().startswith(b"elif"):
        return "the lines begin with an elif, which belongs to the if before it"
    top, bottom = rows(block[at])[0], rows(block[end - 1])[1]
    shared = _shared(block, at, end, around, top, bottom)
    if shared:
        return shared
    indent = _indent(text, top)
    low, high = min(lines), max(lines)
    while top > max(1, low) and _comment(text, top - 1, indent):
        top -= 1
    while bottom < min(high, text.line_count) and _comment(text, bottom + 1, indent):
        bottom += 1
    return Selection(block, at, end, around, top, bottom)


_Chosen = tuple[Block, int, int, tuple[ast.stmt, ...]]


def _descend(block: Block, around: tuple[ast.stmt, ...], first: int, last: int) -> _Chosen | str:
    hit = [at for at, each in enumerate(block) if rows(each)[0] <= last and rows(each)[1] >= first]
    if not hit:
        return "there is no statement on these lines"
    for at in hit:
        node = block[at]
        top, bottom = rows(node)
        if (first <= top and bottom <= last) or not list(blocks(node)):
            continue
        inside = [
            each for each in blocks(node) if rows(each[0])[0] <= last and rows(each[-1])[1] >= first
        ]
        header = first < rows(inside[0][0])[0] if inside else True
        if len(hit) > 1 or len(inside) != 1 or header or last > rows(inside[0][-1])[1]:
            kind = type(node).__name__.removesuffix("Def").lower()
            return (
                f"the lines hold only a part of the {kind} of lines {top}-{bottom}; "
                "choose all of it, or only lines inside one of its blocks"
            )
        return _descend(inside[0], (*around, node), first, last)
    return block, hit[0], hit[-1] + 1, around


def _shared(
    block: Block, at: int, end: int, around: tuple[ast.stmt, ...], top: int, bottom: int
) -> str:
    """Why the lines cannot be cut out: something that was not chosen stands on them too."""
    before = rows(block[at - 1])[1] if at else 0
    after = rows(block[end])[0] if end < len(block) else bottom + 1
    header = around[-1].lineno if around else 0
    if before == top or after == bottom or (header == top and around):
        return f"line {top if after != bottom else bottom} holds more than the chosen statements"
    return ""


def blocks(node: ast.stmt) -> Iterator[Block]:
    """The lists of statements directly in a statement, in order."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        part = getattr(node, name, None)
        if not isinstance(part, list) or not part:
            continue
        if name in ("handlers", "cases"):
            for each in part:
                yield each.body
        else:
            yield part


def _idle(text: Text, line: int) -> bool:
    row = text.line_bytes(line - 1).strip()
    return not row or row.startswith(b"#")


def _comment(text: Text, line: int, indent: int) -> bool:
    row = text.line_bytes(line - 1)
    return row.lstrip().startswith(b"#") and len(row) - len(row.lstrip()) >= indent


def _indent(text: Text, line: int) -> int:
    row = text.line_bytes(line - 1)
    return len(row) - len(row.lstrip())
