"""Lists of parameters, and what calls pass for them by place, as the parse tree has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node, Tree

from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LISTS = frozenset({"formal_parameters", "parameter_list"})
OWNERS = frozenset(
    {"function_declaration", "generator_function_declaration", "method_definition"}
    | {"arrow_function", "function_expression", "method_declaration"}
)
CALLS = frozenset({"call_expression", "method_invocation"})
MANY = frozenset({"rest_pattern", "variadic_parameter_declaration", "spread_parameter"})
NOTHING = "undefined"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter by its name, or the whole pattern it is taken apart by. `optional`: calls
    may do without it; `many`: it takes all arguments that are left.
    """

    name: str
    optional: bool = False
    many: bool = False


def list_of(node: Node | None) -> Node | None:
    """The parameter list of a definition that a node is in."""
    while node is not None:
        above = node.parent
        if node.type in LISTS and above is not None and above.type in OWNERS:
            whole = above.child_by_field_name("parameters")
            return node if whole is not None and whole == node else None
        if node.type in ("statement_block", "block", "program", "source_file"):
            return None
        node = above
    return None


def named(node: Node | None) -> Node | None:
    """The name of what a parameter list belongs to; None for what nobody calls by one."""
    above = node.parent if node is not None else None
    if above is None or any(each.type in ("get", "set") for each in above.children):
        return None
    name = above.child_by_field_name("name")
    if name is None and above.parent is not None:
        held = above.parent.child_by_field_name("value") == above
        name = above.parent.child_by_field_name("name") if held else None
    return name if name is not None and name.text not in (b"constructor", b"init") else None


def parameters_of(node: Node) -> list[Parameter] | None:
    """What a parameter list takes; None where it is not whole."""
    if node.has_error:
        return None
    found: list[Parameter] = []
    for each in node.named_children:
        if each.type in ("comment", "line_comment", "block_comment", "receiver_parameter"):
            continue
        every = _names(each)
        if not every:
            return None
        optional = each.type in ("optional_parameter", "assignment_pattern")
        optional = optional or each.child_by_field_name("value") is not None
        many = each.type in MANY or any(name.type in MANY for name in every)
        words = [(name.text or b"").decode("utf-8", "replace") for name in every]
        found += [Parameter(word, optional, many) for word in words if word != "this"]
    unique = len({each.name for each in found}) == len(found)
    return found if unique and not any(each.many for each in found[:-1]) else None


def _names(node: Node) -> list[Node]:
    if node.type == "spread_parameter":
        return [each for each in node.named_children if each.type == "variable_declarator"]
    for field in ("pattern", "left"):
        inner = node.child_by_field_name(field)
        if inner is not None:
            return [inner]
    found = node.children_by_field_name("name")
    plain = ("identifier", "rest_pattern", "object_pattern", "array_pattern")
    return found or ([node] if node.type in plain else [])


def arguments_of(tree: Tree, span: Span) -> Node | None:
    """The arguments of the call whose function is named at `span`."""
    node = tree.root_node.descendant_for_byte_range(span.start, span.end)
    above = node.parent if node is not None else None
    while above is not None and above.type not in CALLS:
        if above.type not in ("member_expression", "selector_expression"):
            return None
        if above.end_byte != span.end:
            return None
        above = above.parent
    if above is None:
        return None
    called = above.child_by_field_name("function") or above.child_by_field_name("name")
    if called is None or called.end_byte != span.end:
        return None
    return above.child_by_field_name("arguments")


def changed(
    text: Text, node: Node, sides: tuple[Sequence[Parameter], Sequence[Parameter]], value: str
) -> Edit | None:
    """What a call must become, given its arguments, once what it calls takes others; None where
    it may stay, or cannot be told. `value` is passed for what is new, '' for a variable of
    the same name.
    """
    old, new = sides
    given = node.named_children
    if node.has_error or any("comment" in e.type or "spread" in e.type for e in given):
        return None
    if any(e.type == "variadic_argument" for e in given):
        return None
    spans = [Span(each.start_byte, each.end_byte) for each in given]
    words = [text.slice(each).decode("utf-8", "replace") for each in spans]
    wanted = _wanted(old, new, words, value, node.type == "arguments")
    if wanted is None or wanted == words:
        return None
    return _edit(text, node, spans, words, wanted)


def _wanted(
    old: Sequence[Parameter],
    new: Sequence[Parameter],
    words: Sequence[str],
    value: str,
    leaves_out: bool,
) -> list[str] | None:
    """The arguments in the order of the new parameters. Where a language `leaves_out` what is
    not passed, that is `undefined` before what is."""
    rest = [side[-1] if side and side[-1].many else None for side in (old, new)]
    if (rest[0] and rest[0].name) != (rest[1] and rest[1].name):
        return None
    count = len(old) - bool(rest[0])
    more = list(words[count:])
    if (more and not rest[0]) or (len(words) < count and not leaves_out):
        return None
    passed = {each.name: word for each, word in zip(old[:count], words, strict=False)}
    came = came_from(old[:count], new[: len(new) - bool(rest[1])])
    result: list[str | None] = []
    for each, was in came:
        if was:
            result.append(passed.get(was))
        elif each.optional:
            result.append(None)
        else:
            result.append(value or each.name)
    while result and result[-1] is None and not more:
        result.pop()
    if not leaves_out and None in result:
        return None
    return [NOTHING if each is None else each for each in result] + more


def came_from(old: Sequence[Parameter], new: Sequence[Parameter]) -> list[tuple[Parameter, str]]:
    """The new parameters, each with what it was called, '' for one that was not there."""
    names = [{each.name for each in side} for side in (old, new)]
    found = [(each, each.name if each.name in names[0] else "") for each in new]
    if len(old) != len(new):
        return found
    return [
        (each, one.name if not was and one.name not in names[1] else was)
        for (each, was), one in zip(found, old, strict=True)
    ]


def _edit(
    text: Text, node: Node, spans: Sequence[Span], words: Sequence[str], wanted: Sequence[str]
) -> Edit:
    """The smallest edit by whole arguments."""
    if not spans:
        at = node.start_byte + 1
        return Edit(Span(at, at), ", ".join(wanted).encode())
    head = 0
    while head < min(len(words), len(wanted)) and words[head] == wanted[head]:
        head += 1
    tail = 0
    while tail < min(len(words), len(wanted)) - head and words[-1 - tail] == wanted[-1 - tail]:
        tail += 1
    gaps = [
        text.slice(Span(one.end, other.start)).decode("utf-8", "replace")
        for one, other in pairwise(spans)
    ]
    middle = list(wanted[head : len(wanted) - tail])
    gone = len(words) - head - tail
    if not middle:  # with the comma before or behind
        start = spans[head - 1].end if head else spans[0].start
        end = spans[head + gone - 1].end if head or not tail else spans[gone].start
        return Edit(Span(start, end), b"")
    if not gone:
        new = ", ".join(middle)
        if head:
            return Edit(Span(spans[head - 1].end, spans[head - 1].end), f", {new}".encode())
        return Edit(Span(spans[0].start, spans[0].start), f"{new}, ".encode())
    joined = middle[0]
    for at, each in enumerate(middle[1:], head):
        joined += (gaps[at] if at < head + gone - 1 else ", ") + each
    return Edit(Span(spans[head].start, spans[head + gone - 1].end), joined.encode())
