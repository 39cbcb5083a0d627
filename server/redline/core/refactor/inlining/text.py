"""The text of an inlining: brackets where they are needed, lines that go."""

from __future__ import annotations

import ast

from redline.core.refactor.call_sites.files import View
from redline.core.text.text import Span

_ATOMS = (
    ast.Name,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
)
_LOOSE = (ast.NamedExpr, ast.Tuple, ast.GeneratorExp, ast.Yield, ast.YieldFrom, ast.Starred)


def text_of(view: View, node: ast.expr) -> bytes:
    """The source of an expression, brackets around it left out."""
    return view.bytes_of(view.span(node))


def fitted(value: ast.expr, text: bytes, view: View, place: ast.expr) -> bytes:
    """`text`, the source of `value`, as it can stand in place of the expression `place`."""
    return text if _is_safe(value, text, view, place) else b"(" + text + b")"


def _is_safe(value: ast.expr, text: bytes, view: View, place: ast.expr) -> bool:
    above = view.parents.get(place)
    if isinstance(value, _LOOSE):
        return False
    if isinstance(value, ast.Constant):
        number = isinstance(value.value, int | float | complex)
        single = b"\n" not in text or text.startswith((b'"""', b"'''"))
        if single and not (number and isinstance(above, ast.Attribute)):
            return not isinstance(value.value, str | bytes) or _is_one_string(text)
    if isinstance(value, _ATOMS):
        return not _broken(value, text)
    return b"\n" not in text and b"\r" not in text and _is_open(above, place)


def _is_one_string(text: bytes) -> bool:
    """Whether a literal is a single string: several, one after another, need brackets."""
    quotes = text.count(text[-1:])
    return quotes == (6 if text[-3:] == text[-1:] * 3 else 2)


def _broken(value: ast.expr, text: bytes) -> bool:
    """Whether an atom goes over lines outside of its brackets."""
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp):
        return False
    head = text.partition(b"(")[0].partition(b"[")[0]
    return b"\n" in text if isinstance(value, ast.Attribute | ast.Subscript) else b"\n" in head


def _is_open(above: ast.AST | None, place: ast.expr) -> bool:
    """Whether anything may stand there without brackets."""
    match above:
        case ast.Call(args=args):
            return any(place is each for each in args)
        case (
            ast.arguments()
            | ast.keyword()
            | ast.Return()
            | ast.Expr()
            | ast.Assign()
            | ast.List()
            | ast.Tuple()
        ):
            return True
        case ast.If() | ast.While() | ast.AugAssign():
            return True
        case ast.Subscript(slice=inner):
            return inner is place
    return False


def whole_lines(view: View, node: ast.stmt) -> Span | None:
    """The lines of a statement, its decorators and the last line end; None where it shares them."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    last = node.end_lineno or node.lineno
    text = view.source.text
    start, end = text.line_span(first - 1).start, text.line_span(last - 1).end
    span = view.span(node)
    head = text.slice(Span(start, span.start)) if first == node.lineno else b""
    tail = text.slice(Span(span.end, end)).strip()
    return None if head.strip() or (tail and not tail.startswith(b"#")) else Span(start, end)


def block_of(view: View, node: ast.stmt) -> list[ast.stmt]:
    """The statements among which `node` stands."""
    above = view.parents[node]
    for name in ("body", "orelse", "finalbody", "handlers"):
        inside = getattr(above, name, None)
        if isinstance(inside, list) and any(each is node for each in inside):
            return inside
    return []


def statement_of(view: View, node: ast.AST) -> ast.stmt:
    """The statement that an expression is in."""
    return next(each for each in view.above(node) if isinstance(each, ast.stmt))


def removed(view: View, node: ast.stmt) -> Span | None:
    """What goes with a definition: its lines, and the blank ones behind it that would be too
    many; None where it is the only statement of its block, or shares its lines.
    """
    span = whole_lines(view, node)
    if span is None or len(block_of(view, node)) < 2:
        return None
    text = view.source.text
    if not isinstance(node, ast.FunctionDef):
        return span
    end, last = span.end, text.line_of(span.end - 1) + 1
    while last < text.line_count and not text.line_bytes(last).strip():
        end = text.line_span(last).end
        if end == len(text):
            break
        last += 1
    return Span(span.start, end)
