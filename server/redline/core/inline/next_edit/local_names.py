"""The places of a local variable in languages that no scopes are known of, by the parse tree.

Only where the function leaves no doubt: the variable is declared in it once, all places stand
behind that and in its block, and nothing of its name there may be something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from redline.core.index.languages import words_with
from redline.core.index.model import Facts
from redline.core.index.uses import skipped
from redline.core.text.text import Span, Text

BLOCKS = frozenset(
    [
        "block",
        "statement_block",
        "compound_statement",
        "if_statement",
        "if_expression",
        "for_statement",
        "do_block",
        "for_range_loop",
        "for_expression",
        "enhanced_for_statement",
        "while_statement",
        "while_expression",
        "closure",
        "try_with_resources_statement",
        "catch_clause",
        "lambda_expression",
        "closure_expression",
        "func_literal",
        "match_arm",
        "expression_case",
        "type_switch_statement",
        "expression_switch_statement",
        "communication_case",
        "foreach_statement",
        "switch_block",
        "switch_section",
        "repeat_statement",
        "function_definition",
        "lambda",
        "function_declaration",
        "method_declaration",
        "constructor_declaration",
        "function_item",
        "method",
        "singleton_method",
        "local_function_statement",
        "using_statement",
        "anonymous_function",
        "for_in_statement",
    ]
)
WRAPPED = frozenset(
    [
        "expression_list",
        "variable_list",
        "assignment_statement",
        "left_assignment_list",
        "tuple_pattern",
        "ref_pattern",
        "mut_pattern",
        "reference_pattern",
        "slice_pattern",
        "tuple_struct_pattern",
        "match_pattern",
        "field_pattern",
        "pointer_declarator",
        "array_declarator",
        "reference_declarator",
        "init_declarator",
        "captured_pattern",
        "splat_parameter",
        "hash_splat_parameter",
        "block_parameter",
        "optional_parameter",
        "variable_declarator",
        "inferred_parameters",
    ]
)
"""What may stand between a name and the declaration that it is of."""
LOOK_BACK = 200
BODIED = frozenset(
    {"for_expression", "enhanced_for_statement", "foreach_statement", "for_range_loop"}
    | {"match_arm", "type_switch_statement", "lambda_expression"}
)
"""Declarations that hold where the variable counts."""
INSIDE = frozenset({"class_body", "declaration_list", "class_specifier", "impl_item"})
"""What may have members of the name, which look like the variable."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """A language. `functions` have variables of their own; `nested`: the innermost counts, and
    sees none of those around it. `declared` are declarations by type, with the field the names
    are in, '' for right inside. `again`: a name may be declared again, and stays the same.
    """

    functions: frozenset[str]
    declared: frozenset[tuple[str, str]]
    nested: bool = False
    again: bool = False


def _rules(functions: str, declared: str, nested: bool = False, again: bool = False) -> _Rules:
    pairs = (each.partition(":") for each in declared.split())
    kinds = frozenset((name, field) for name, _, field in pairs)
    return _Rules(frozenset(functions.split()), kinds, nested, again)


_C = _rules(
    "function_definition",
    "parameter_declaration:declarator declaration:declarator optional_parameter_declaration:"
    "declarator for_range_loop:declarator",
)
RULES: Mapping[str, _Rules] = {
    "c": _C,
    "cpp": _C,
    "go": _rules(
        "function_declaration method_declaration",
        "parameter_declaration:name variadic_parameter_declaration:name var_spec:name "
        "const_spec:name short_var_declaration:left range_clause:left receive_statement:left "
        "type_switch_statement:alias",
        again=True,
    ),
    "java": _rules(
        "method_declaration constructor_declaration",
        "formal_parameter:name spread_parameter: local_variable_declaration:declarator "
        "enhanced_for_statement:name catch_formal_parameter:name resource:name "
        "lambda_expression:parameters instanceof_expression:name",
    ),
    "csharp": _rules(
        "method_declaration constructor_declaration",
        "parameter:name variable_declaration: foreach_statement:left catch_declaration:name "
        "declaration_expression:name declaration_pattern:name",
    ),
    "rust": _rules(
        "function_item",
        "let_declaration:pattern parameter:pattern for_expression:pattern let_condition:pattern "
        "closure_parameters: match_arm:pattern",
        nested=True,
    ),
    "ruby": _rules(
        "method singleton_method",
        "assignment:left method_parameters: block_parameters: keyword_parameter:name "
        "exception_variable: for:pattern",
        nested=True,
        again=True,
    ),
    "lua": _rules(
        "function_declaration function_definition",
        "parameters:name variable_declaration: for_numeric_clause:name for_generic_clause:",
    ),
    "php": _rules("function_definition method_declaration anonymous_function", "", nested=True),
}
BY_NAME = {
    "php": re.compile(rb"\b(?:compact|extract|eval)\b|\$\$"),
    "ruby": re.compile(rb"\b(?:eval|binding|local_variable_get)\b"),
}
"""What reaches variables by their names."""
_FORMAT = rb"\{%b[:}]"
_MACRO = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+\w+(\([^()]*\))?((?:[^\n\\]|\\\r?\n|\\.)*)", re.MULTILINE
)
_DOUBTFUL = frozenset({"scoped_identifier", "shorthand_field_initializer", "keyed_element"})


def in_macro(text: Text, name: str) -> bool:
    """Whether a macro of C says a name that is none of its parameters: it may declare another
    variable of that name wherever it is used, or use the one that is there."""
    word = re.compile(rb"\b%b\b" % re.escape(name.encode()))
    if word.search(text.data) is None:
        return False
    return any(
        word.search(each[2]) and not word.search(each[1] or b"")
        for each in _MACRO.finditer(text.data)
    )


def places_of_local(
    language: str, parsed: tuple[Tree, Text, Facts], span: Span, new: str
) -> list[Span] | None:
    """All places of the local variable named at `span`, in order; None where it may be
    something else, or where `new` means something in its function.
    """
    rules = RULES.get(language)
    tree, text, facts = parsed
    node = tree.root_node.descendant_for_byte_range(span.start, span.end)
    if rules is None or node is None or (node.start_byte, node.end_byte) != (span.start, span.end):
        return None
    function = _function(rules, node)
    if function is None or function.has_error:
        return None
    found = _occurrences(language, rules, (function, text, facts), text.slice(span))
    if found is None or all(each.start_byte != span.start for each in found):
        return None
    whole = text.slice(Span(function.start_byte, function.end_byte))
    wanted = words_with(facts.letters)
    if any(each[0] == new.encode() for each in wanted.finditer(whole)):
        return None
    if language in BY_NAME and BY_NAME[language].search(whole):
        return None
    if language == "php" or _is_one(rules, function, found):
        return [Span(each.start_byte, each.end_byte) for each in found]
    return None


def _function(rules: _Rules, node: Node) -> Node | None:
    """The function that a variable at `node` is of."""
    found: Node | None = None
    above = node.parent
    while above is not None:
        if above.type in rules.functions and (found is None or not rules.nested):
            found = above
        above = above.parent
    return found


def _occurrences(
    language: str, rules: _Rules, inside: tuple[Node, Text, Facts], name: bytes
) -> list[Node] | None:
    """The places of a function that name the variable; None where some may not be it."""
    function, text, facts = inside
    data, found = text.data, list[Node]()
    end = function.end_byte
    if language == "rust" and re.search(_FORMAT % re.escape(name), data[function.start_byte : end]):
        return None
    for each in words_with(facts.letters).finditer(data, function.start_byte, end):
        if each[0] != name or skipped(facts, each.start()):
            continue
        node = function.descendant_for_byte_range(*each.span())
        if node is None or _is_member(language, node, _before(text, facts, each.start())):
            continue
        if (node.start_byte, node.end_byte) != each.span() or not _is_plain(language, node):
            return None
        above = node.parent
        while above is not None and above != function:
            if above.type in INSIDE or (rules.nested and above.type in rules.functions):
                return None
            if language == "php" and above.type in ("arrow_function", "global_declaration"):
                return None
            above = above.parent
        found.append(node)
    return found


def _before(text: Text, facts: Facts, start: int) -> bytes:
    """The code right before a place; empty where a comment stands there."""
    found = text.data[max(0, start - LOOK_BACK) : start]
    code = found.rstrip()
    return b"" if skipped(facts, start - len(found) + len(code) - 1) else code


def _is_member(language: str, node: Node, before: bytes) -> bool:
    """Whether a name is of something else's, and no variable for certain."""
    above = node.parent
    if language == "php":
        return above is None or above.type != "variable_name"
    if language == "ruby" and before[-1:] in (b"@", b"$"):
        return True
    if node.type == "field_identifier" or before.endswith((b"->", b"::")):
        return True
    if before.endswith(b".") and not before.endswith(b".."):
        return True
    name = above.child_by_field_name("name") if above is not None else None
    if above is None or name != node or before.endswith(b"["):
        return False
    return above.type in ("method_invocation", "argument", "field")


def _is_plain(language: str, node: Node) -> bool:
    """Whether a name can be nothing but a variable."""
    above = node.parent
    if above is None:
        return False
    if language == "php":
        kind = above.parent.type if above.parent is not None else ""
        return kind not in ("scoped_property_access_expression", "property_promotion_parameter")
    around = above.parent.type if above.parent is not None else ""
    if node.type != "identifier" or above.type in _DOUBTFUL or around in _DOUBTFUL:
        return False
    called = above.child_by_field_name("method")
    if language == "ruby" and called == node:
        return False
    doubtful = ("initializer_expression", "anonymous_object_creation_expression")
    named = above.child_by_field_name("name") == node and above.type.startswith("function_")
    return above.type not in doubtful and around not in doubtful and not named


def _is_one(rules: _Rules, function: Node, found: Sequence[Node]) -> bool:
    """Whether all places are of the one variable that is declared at the first of them."""
    declared = [(each, _declaration(rules, each)) for each in found]
    every = [(each, above) for each, above in declared if above is not None]
    if not every or every[0][0] != found[0]:
        return False
    first = every[0][1]
    block = _block(first, function)
    if len(every) > 1 and not rules.again:
        return False
    if any(above.type == "block_parameters" for _, above in every[1:]):
        return False
    if not rules.nested and any(_block(above, function) != block for _, above in every):
        return False
    # What is given to a variable in its own declaration is something else of that name.
    own = first.type not in ("method_parameters", "block_parameters", "closure_parameters")
    within = [each for each in found[1:] if own and each.start_byte < first.end_byte]
    if within and first.type not in BODIED:
        return False
    return all(block.start_byte <= e.start_byte and e.end_byte <= block.end_byte for e in found)


def _declaration(rules: _Rules, node: Node) -> Node | None:
    """The declaration that a name is declared by; None where it is only used."""
    below, above = node, node.parent
    while above is not None:
        for kind, field in rules.declared:
            if above.type == kind and _holds(above, field, below):
                return above
        if above.type not in WRAPPED or _is_value(above, below):
            return None
        below, above = above, above.parent
    return None


def _holds(above: Node, field: str, below: Node) -> bool:
    return not field or below in above.children_by_field_name(field)


def _is_value(above: Node, below: Node) -> bool:
    """Whether a part of a declaration is what is given, and not what it is given to."""
    if above.type == "variable_declarator":
        return above.child_by_field_name("name") != below
    fields = ("value", "type", "size", "right")
    return any(above.child_by_field_name(each) == below for each in fields)


def _block(node: Node, function: Node) -> Node:
    """What a declaration counts in."""
    above: Node | None = node
    while above is not None and above != function:
        if above.type in BLOCKS:
            return above
        above = above.parent
    return function
