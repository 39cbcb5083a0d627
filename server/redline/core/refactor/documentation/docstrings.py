"""Docstring skeletons for Python: what names and signatures say, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node, Tree

from redline.core.index.languages import Language
from redline.core.refactor.documentation import wording
from redline.core.refactor.documentation.wording import Described, Parameter, Style
from redline.core.refactor.python.tree import (
    decorators,
    is_method,
    qualified,
    whole,
    within_scope,
    words_of,
)
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit
from redline.core.text.text import BOM, Span, Text

NOTE = "The docstrings are skeletons: they say only what names and signatures say. Complete them."

_BLOCKS = ("if_statement", "elif_clause", "else_clause", "try_statement", "except_clause",
           "finally_clause", "with_statement", "block")  # fmt: skip
_STUBS = ("pass_statement", "ellipsis")


def add_docstrings(
    language: Language, tree: Tree, text: Text, name: str = "", line: int = 0, module: str = ""
) -> Refactored:
    """Skeletons for `name` (perhaps dotted), or for what encloses the 1-based `line`, or
    for all public definitions of the file; then also for the module called `module`.

    Overloads, accessors, stubs, tests, private and nested definitions are left out unless
    named. The style is the one most used in the file, Google's by default.
    """
    if language.name != "python":
        return refused("docstring skeletons are for Python only")
    root = tree.root_node
    if name or line:
        chosen = _asked(root, name, line)
        if isinstance(chosen, str):
            return refused(chosen)
    else:
        chosen = [each for each in _definitions(root) if _wanted(each)]
    style = wording.style_of(text.decode())
    if not chosen and line and not name:
        return add_docstrings(language, tree, text, module=module)
    edits = [edit for each in chosen if (edit := _edit(each, text, style)) is not None]
    if module and not (name or line) and not _has_docstring(root):
        edits.append(_module_edit(root, text, module))
    if not edits:
        what = f"{name or 'this'} has a docstring already" if name or line else (
            "every public function and class has a docstring already")  # fmt: skip
        return refused(what)
    return Refactored(tuple(sorted(edits)), (NOTE,))


def _definitions(node: Node, nested: bool = False) -> Iterator[Node]:
    """The functions and classes below `node` in order; those in functions when `nested`."""
    for child in node.named_children:
        if child.type == "decorated_definition":
            yield from _definitions(child, nested)
        elif child.type in ("function_definition", "class_definition"):
            yield child
            body = child.child_by_field_name("body")
            if body is not None and (nested or child.type == "class_definition"):
                yield from _definitions(body, nested)
        elif child.type in _BLOCKS or nested:
            yield from _definitions(child, nested)


def _asked(root: Node, name: str, line: int) -> list[Node] | str:
    """The definitions meant by name or line, or why there are none to document."""
    found = list(_definitions(root, nested=True))
    if name:
        found = [each for each in found if f".{qualified(each)}".endswith(f".{name}")]
        if not found:
            return f"no function or class called {name} is in this file"
    if line:
        around = [each for each in found if _rows(each)[0] < line <= _rows(each)[1]]
        if name and not around:
            return f"{name} is not at line {line}"
        found = around[-1:]
    problems = [problem for each in found if (problem := _unfit(each))]
    if found and len(problems) == len(found):
        return problems[0]
    return [each for each in found if not _unfit(each)]


def _rows(definition: Node) -> tuple[int, int]:
    outer = whole(definition)
    return outer.start_point.row, outer.end_point.row + 1


def _unfit(definition: Node) -> str:
    """Why even a named definition gets no docstring; '' when it can have one."""
    name = words_of(definition.child_by_field_name("name"))
    if definition.has_error:
        return f"{name} does not parse"
    body = definition.child_by_field_name("body")
    if body is None or body.start_point.row == _colon_row(definition):
        return f"{name} is written on one line, which leaves no place for a docstring"
    return f"{name} has a docstring already" if _has_docstring(body) else ""


def _wanted(definition: Node) -> bool:
    """True for what a whole-file request documents."""
    name = words_of(definition.child_by_field_name("name"))
    tested = name.startswith("test_") or (
        definition.type == "class_definition" and name.startswith("Test")
    )
    private = any(part.startswith("_") for part in qualified(definition).split("."))
    marks = {each.rpartition(".")[2] for each in decorators(definition)}
    skipped = marks & {"overload", "setter", "deleter", "override"}
    return not (tested or private or skipped or _unfit(definition) or _is_stub(definition))


def _is_stub(definition: Node) -> bool:
    body = definition.child_by_field_name("body")
    statements = [each for each in body.named_children if each.type != "comment"] if body else []
    if len(statements) != 1 or definition.type == "class_definition":
        return False
    (only,) = statements
    inner = only.named_children[0] if only.named_children else only
    return only.type in _STUBS or inner.type in _STUBS


def _has_docstring(block: Node) -> bool:
    for child in block.named_children:
        if child.type == "comment":
            continue
        inner = child.named_children
        return child.type == "expression_statement" and bool(inner) and (
            len(inner) == 1 and inner[0].type in ("string", "concatenated_string")
        )  # fmt: skip
    return False


def _colon_row(definition: Node) -> int:
    colons = [each for each in definition.children if each.type == ":"]
    return colons[-1].start_point.row if colons else definition.start_point.row


def _edit(definition: Node, text: Text, style: Style) -> Edit | None:
    """The insertion of a docstring on the line after the colon."""
    body = definition.child_by_field_name("body")
    if body is None:
        return None
    first = text.line_bytes(body.start_point.row)
    indent = first[: len(first) - len(first.lstrip())].decode()
    lines = wording.docstring(_described(definition), style, _unit(definition, text, indent))
    at = text.line_span(_colon_row(definition) + 1).start
    newline = text.newline
    after = b""
    if definition.type == "class_definition" and text.line_bytes(text.line_of(at)).strip():
        after = newline
    rows = [f"{indent}{line}".rstrip().encode() + newline for line in lines]
    return Edit(Span(at, at), b"".join(rows) + after)


def _unit(definition: Node, text: Text, indent: str) -> str:
    """One step of indentation, as this definition makes it."""
    row = text.line_bytes(definition.start_point.row)
    outer = row[: len(row) - len(row.lstrip())].decode()
    return indent.removeprefix(outer) or "    "


def _module_edit(root: Node, text: Text, module: str) -> Edit:
    at = 3 if text.data.startswith(BOM) else 0
    blank = False
    for child in root.children:
        if child.type != "comment" or child.start_point.row > text.line_of(at):
            break
        at = text.line_span(child.end_point.row).end
        blank = not text.data[:at].endswith((b"\n", b"\r"))
    newline = text.newline
    head = newline if blank else b""
    body = f'"""{wording.capital(wording.spaced(module))}."""'.encode() + newline
    rest = text.data[at:]
    gap = newline if rest.strip() and not rest.startswith((b"\n", b"\r")) else b""
    return Edit(Span(at, at), head + body + gap)


def _described(definition: Node) -> Described:
    """What the signature and the body say of themselves."""
    name = words_of(definition.child_by_field_name("name"))
    marks = {each.rpartition(".")[2] for each in decorators(definition)}
    body = definition.child_by_field_name("body")
    if definition.type == "class_definition":
        return Described(name, "class", parameters=tuple(_fields(body)))
    inside = list(within_scope(body)) if body is not None else []
    returns = words_of(definition.child_by_field_name("return_type"))
    gives = any(each.type == "return_statement" and each.named_children for each in inside)
    return Described(
        name,
        "property" if marks & {"property", "cached_property"} else "function",
        parameters=tuple(_parameters(definition, "staticmethod" in marks)),
        returns="" if returns in ("None", "NoReturn", "Never") else _folded(returns),
        gives_value=gives or returns not in ("", "None", "NoReturn", "Never"),
        yields=any(each.type == "yield" for each in inside),
        raises=_raises(inside),
    )


def _fields(body: Node | None) -> Iterator[Parameter]:
    for statement in body.named_children if body is not None else ():
        inner = statement.named_children[0] if statement.named_children else None
        if inner is None or inner.type != "assignment":
            continue
        left, type_ = inner.child_by_field_name("left"), inner.child_by_field_name("type")
        if left is not None and left.type == "identifier" and type_ is not None:
            name = words_of(left)
            if not name.startswith("_") and not words_of(type_).startswith("ClassVar"):
                yield Parameter(name, _folded(words_of(type_)))


def _parameters(definition: Node, static: bool) -> Iterator[Parameter]:
    given = definition.child_by_field_name("parameters")
    listed = [each for each in given.named_children if each.type != "comment"] if given else []
    if is_method(definition) and not static:
        listed = listed[1:]
    for each in listed:
        if each.type in ("keyword_separator", "positional_separator"):
            continue
        name = each.child_by_field_name("name") or each
        if each.type == "typed_parameter":
            name = each.named_children[0]
        type_ = _folded(words_of(each.child_by_field_name("type")))
        default = _folded(words_of(each.child_by_field_name("value")))
        yield Parameter(words_of(name), type_, default)


def _raises(inside: list[Node]) -> tuple[tuple[str, str], ...]:
    """The exceptions raised here, with their message where it is plain text.

    Those in the body of a `try` may never leave the function, so they are left out.
    """
    found: dict[str, str] = {}
    for each in inside:
        if each.type != "raise_statement" or not each.named_children or _in_try(each):
            continue
        raised = each.named_children[0]
        message = ""
        if raised.type == "call":
            arguments = raised.child_by_field_name("arguments")
            message = _message(arguments)
            raised = raised.child_by_field_name("function") or raised
        name = words_of(raised)
        if raised.type in ("identifier", "attribute") and re.search(r"(?:^|\.)[A-Z]\w*$", name):
            found.setdefault(name, message)
    return tuple(found.items())


def _message(arguments: Node | None) -> str:
    first = arguments.named_children[0] if arguments and arguments.named_children else None
    plain = re.fullmatch(r"""(["'])([^"'\\{}\n]+)\1""", words_of(first))
    return plain[2] if plain else ""


def _in_try(node: Node) -> bool:
    child, parent = node, node.parent
    while parent is not None and parent.type not in ("function_definition", "module"):
        if parent.type == "try_statement" and child == parent.child_by_field_name("body"):
            return True
        child, parent = parent, parent.parent
    return False


def _folded(source: str) -> str:
    """The source on one line, or '' where it would not survive inside a docstring."""
    line = " ".join(source.split())
    return "" if "\\" in line or '"""' in line or len(line) > 80 else line
