"""Renames one variable within a file by its scopes, or refuses.

The engine for JavaScript and TypeScript locals, and the fallback for Python. It follows
names, not types: attributes and names that other files use are refused.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tree_sitter import Node, QueryCursor, Tree

from redline.core.index.bindings import Binding, Scopes, spelled
from redline.core.index.languages import Language
from redline.core.index.scopes import resolve
from redline.core.refactor.call_sites import keyword_arguments
from redline.core.refactor.python.tree import enclosing, words_of
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

MAX_SHOWN = 3

_NAMES = ("identifier", "property_identifier", "private_property_identifier", "type_identifier",
          "shorthand_property_identifier", "shorthand_property_identifier_pattern",
          "statement_identifier", "field_identifier")  # fmt: skip
_JS_IDENTIFIER = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_JS_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """arguments await break case catch class const continue debugger default delete do else
        enum eval export extends false finally for function if implements import in instanceof
        interface let new null package private protected public return static super switch this
        throw true try typeof var void while with yield""",
    )
)


@dataclass(frozen=True, slots=True)
class _File:
    """One text with all that a question to it needs."""

    language: Language
    root: Node
    text: Text
    scopes: Scopes

    def line(self, span: Span) -> int:
        return self.text.line_of(span.start) + 1


def rename_scoped(
    language: Language,
    tree: Tree,
    text: Text,
    offset: int,
    new_name: str,
    mentions: Collection[str],
) -> Refactored:
    """The edits that rename the variable at byte `offset` to `new_name`.

    `mentions` are the other documents that use its name: where there are any, a name of
    the file's own scope is refused, since they may mean this one.
    """
    file = _File(language, tree.root_node, text, resolve(language, tree, text))
    named = name_at(tree, offset)
    if named is None:
        return refused("there is no name at this place")
    old = text.slice(named).decode("utf-8", "replace")
    problem = invalid_name(language.name, new_name)
    if problem:
        return refused(problem)
    if old == new_name:
        return refused(f"it is called {new_name} already")
    binding = file.scopes.binding_at(named.start)
    if binding is None or binding.name != old:
        return refused(
            f"{old} at line {file.line(named)} is an attribute or comes from elsewhere; "
            "a rename by scopes cannot tell which uses mean it"
        )
    problem = _not_local(file, binding, mentions) or collision(file, binding, new_name)
    if problem:
        return refused(problem)
    return _renamed(file, binding, new_name)


def occurrences(language: Language, tree: Tree, text: Text, name: str) -> list[Span]:
    """Every place that names `name`, attributes and properties too, in order."""
    if not name:
        return []
    return [Span(node.start_byte, node.end_byte) for node in _named(tree.root_node, text, name)]


def name_at(tree: Tree, offset: int) -> Span | None:
    """The name that the byte `offset` is in or at the end of."""
    for start in (offset, offset - 1):
        if start >= 0:
            node = tree.root_node.descendant_for_byte_range(start, start)
            if node is not None and node.type in _NAMES and node.start_byte <= offset:
                return Span(node.start_byte, node.end_byte)
    return None


def invalid_name(language: str, name: str) -> str:
    """Why `name` cannot name a variable, '' when it can."""
    if language == "python":
        valid, taken = name.isidentifier(), keyword.iskeyword(name)
    else:
        valid, taken = bool(_JS_IDENTIFIER.fullmatch(name)), name in _JS_RESERVED
    if not valid:
        return f"{name!r} is not a name: letters, digits and _ only, not starting with a digit"
    return f"{name} is a keyword" if taken else ""


def _named(root: Node, text: Text, name: str) -> Iterator[Node]:
    wanted = name.encode()
    at = text.data.find(wanted)
    while at >= 0:
        node = root.descendant_for_byte_range(at, at + len(wanted) - 1)
        if (
            node is not None
            and (node.start_byte, node.end_byte) == (at, at + len(wanted))
            and node.type in _NAMES
        ):
            yield node
        at = text.data.find(wanted, at + len(wanted))


def _not_local(file: _File, binding: Binding, mentions: Collection[str]) -> str:
    """Why scopes alone cannot rename this variable, '' when they can."""
    name = binding.name
    if not binding.is_local and not binding.is_global:
        return f"{name} is an attribute of its class; its uses cannot be told by scopes alone"
    if binding.is_global and mentions:
        shown = ", ".join(sorted(mentions)[:MAX_SHOWN]) + ", ..." * (len(mentions) > MAX_SHOWN)
        what = "imported" if binding.kind == "import" else "defined at the top of the file"
        return f"{name} is {what} and other files use the name: {shown}"
    return ""


def collision(file: _File, binding: Binding, new_name: str) -> str:
    """Where the new name is in the way, '' when it is not.

    Either the variable would take over a use of another `new_name`, or an inner
    `new_name` would take over a use of the variable.
    """
    ignored = _ignored(file)
    for node in _named(file.root, file.text, new_name):
        span = Span(node.start_byte, node.end_byte)
        if (span.start, span.end) in ignored or not binding.scope.contains(span):
            continue
        if node.type in ("property_identifier", "private_property_identifier", "field_identifier"):
            continue
        other = file.scopes.binding_at(span.start)
        if other is None or not _inside(other.scope, binding.scope):
            return f"{new_name} is used already at line {file.line(span)}, and would change meaning"
    for other in file.scopes.bindings:
        if other.name == new_name and _inside(other.scope, binding.scope):
            for each in binding.occurrences:
                if other.scope.contains(each.span):
                    return (
                        f"at line {file.line(each.span)} another {new_name}, of line "
                        f"{file.line(other.occurrences[0].span)}, would be meant"
                    )
    return ""


def _inside(inner: Span, outer: Span) -> bool:
    return outer.contains(inner) and inner != outer


def _ignored(file: _File) -> set[tuple[int, int]]:
    if file.language.scopes is None:
        return set()
    captures = QueryCursor(file.language.scopes).captures(file.root)
    return {node.byte_range for node in captures.get("local.ignore", ())}


def _renamed(file: _File, binding: Binding, new_name: str) -> Refactored:
    edits: list[Edit] = []
    for each in binding.occurrences:
        written = spelled(each, binding.name, new_name)
        problem = _unspeakable(file, each.span, binding.name, new_name)
        if written is None:
            problem = f"{binding.name} at line {file.line(each.span)} names two things at once"
        if problem or written is None:
            return refused(problem)
        edits.append(Edit(each.span, written.encode()))
    notes: list[str] = []
    if file.language.name == "python":
        more = _python_only(file, binding)
        if isinstance(more, str):
            return refused(more)
        spans, notes = more
        edits += [Edit(span, new_name.encode()) for span in spans]
    return Refactored(tuple(sorted(edits)), tuple(notes))


def _unspeakable(file: _File, span: Span, old: str, new: str) -> str:
    """Why this one place would mean something else under the new name."""
    node = file.root.descendant_for_byte_range(span.start, max(span.start, span.end - 1))
    around = node.parent.type if node is not None and node.parent is not None else ""
    if around.startswith("jsx_") and old[:1].isupper() != new[:1].isupper():
        return f"{old} is a component at line {file.line(span)}: those begin with a capital"
    mangled = any(name.startswith("__") and not name.endswith("__") for name in (old, new))
    if mangled and file.language.name == "python" and enclosing(node, "class_definition"):
        return f"at line {file.line(span)} Python mangles names that begin with two underscores"
    return ""


def _python_only(file: _File, binding: Binding) -> tuple[list[Span], list[str]] | str:
    """Places that scopes do not see: keyword arguments and `__all__`; and what to mention."""
    spans: list[Span] = []
    notes: list[str] = []
    if binding.kind == "parameter":
        found = keyword_arguments.of_parameter(file.root, binding, file.scopes)
        if isinstance(found, str):
            return found
        spans, note = found
        notes += [note] if note else []
    if binding.is_global:
        spans += _exported(file.root, binding.name)
    strings = [
        file.text.line_of(at) + 1
        for at in _quoted(file.text.data, binding.name)
        if not any(span.start == at for span in spans)
    ]
    if strings:
        lines = ", ".join(map(str, strings[:MAX_SHOWN]))
        notes.append(f"A string holds the name {binding.name} and was left alone: line {lines}.")
    return spans, notes


def _exported(root: Node, name: str) -> list[Span]:
    """The strings that are exactly `name` in an assignment to `__all__`."""
    spans: list[Span] = []
    for statement in root.named_children:
        for each in statement.named_children:
            left = each.child_by_field_name("left")
            right = each.child_by_field_name("right")
            if words_of(left) == "__all__" and right is not None:
                spans += [
                    Span(part.start_byte, part.end_byte)
                    for string in right.named_children
                    for part in string.named_children
                    if part.type == "string_content" and words_of(part) == name
                ]
    return spans


def _quoted(data: bytes, name: str) -> Iterator[int]:
    for found in re.finditer(rb"([\"'])" + re.escape(name.encode()) + rb"\1", data):
        yield found.start() + 1
