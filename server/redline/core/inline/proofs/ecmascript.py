"""JavaScript and TypeScript: names that no file of the workspace can have.

In a module, a name that stands nowhere else in the file is a global. One that no file of the
workspace has, and nothing brings that programs run in, is proved unknown.
"""

from __future__ import annotations

import re

from tree_sitter import Node, QueryCursor

from redline.core.index.languages import Language
from redline.core.index.query import uris_naming
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs import ecmascript_globals
from redline.core.inline.proofs.known import MOST_READ, Known
from redline.core.inline.proofs.words import places, stands

LANGUAGES = frozenset({"javascript", "typescript", "tsx"})
_ANYWHERE = (b"eval(", b"with (", b"with(", b"<reference ", b"declare global")
"""With these in a text, names may come from anywhere."""
_MODULE = re.compile(rb"^(?:import|export)\b", re.M)
_BINDING = ("local.definition", "local.target", "local.ignore", "local.hoist")
_READING = frozenset({
    "arguments", "array", "array_type", "arrow_function", "as_expression",
    "assignment_expression", "augmented_assignment_expression", "await_expression",
    "binary_expression", "call_expression", "class_heritage", "constraint", "decorator",
    "default_type", "expression_statement", "extends_clause", "extends_type_clause",
    "for_in_statement", "generic_type", "implements_clause", "intersection_type", "jsx_expression",
    "jsx_opening_element", "jsx_self_closing_element", "lookup_type", "member_expression",
    "new_expression", "non_null_expression", "object", "pair", "parenthesized_expression",
    "return_statement", "satisfies_expression", "spread_element", "subscript_expression",
    "template_substitution", "ternary_expression", "throw_statement", "type_annotation",
    "type_arguments", "unary_expression", "union_type", "update_expression",
    "variable_declarator", "yield_expression",
})  # fmt: skip
"""A name right in one of these, and not bound there, is read."""
_FILLED = (
    b"export =", b"export=", b"module.exports", b"exports[", b"(exports", b"__export", b"require(",
    b"declare module", b"export as namespace", b"export import",
)  # fmt: skip
"""With these in a text, a module may have names that stand nowhere in it."""
_STAR = re.compile(rb"\bexport\s+(?:type\s+)?\*\s*from\s*['\"]([^'\"\n]+)['\"]")
_ANY_STAR = re.compile(rb"\bexport\s+(?:type\s+)?\*(?!\s*as\b)")
_ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_MOST_STARS = 12


def unknown(language: Language, found: Tried, known: Known) -> str:
    """A name of the suggestion that is proved to be unknown; '' for none, or no proof."""
    if language.scopes is None or not _MODULE.search(found.text.data):
        return ""
    cursor = QueryCursor(language.scopes)
    cursor.set_byte_range(found.span.start, found.span.end)
    captures = cursor.captures(found.tree.root_node)
    bound = {
        node.byte_range
        for name, nodes in captures.items()
        if name.startswith(_BINDING)
        for node in nodes
    }
    anywhere = known.brought or any(each in found.text.data for each in _ANYWHERE)
    for node in captures.get("local.reference", ()):
        touched = node.start_byte < found.span.end and found.span.start < node.end_byte
        if not touched:
            continue
        name = found.text.data[node.start_byte : node.end_byte]
        said = name.decode("utf-8", "replace")
        specifier = node.parent if node.parent is not None else node
        if specifier.type == "import_specifier":
            if specifier.child_by_field_name("name") == node and _not_exported(
                found, known, specifier, said
            ):
                return said
        elif (
            not anywhere and node.byte_range not in bound and _is_unknown(found, known, node, said)
        ):
            return said
    return ""


def _is_unknown(found: Tried, known: Known, node: Node, name: str) -> bool:
    """Whether nothing can have given the name a value."""
    if ecmascript_globals.known(name) or not _is_variable(node, name):
        return False
    if any(places(found.text.data, name.encode(), node.start_byte, dollar=True)):
        return False
    return all(each == known.uri for each in uris_naming(known.index, name))


def _is_variable(node: Node, name: str) -> bool:
    """Whether the place is that of a variable or a type; not in an error, no tag of HTML."""
    parent = node.parent
    if parent is None or parent.type not in _READING or parent.children[0].type == "typeof":
        return False
    if parent.type.startswith("jsx_") and name.islower():
        return False
    while parent is not None:
        if parent.is_error or parent.type == "ambient_declaration":
            return False
        parent = parent.parent
    return True


def _not_exported(found: Tried, known: Known, specifier: Node, name: str) -> bool:
    """Whether the file that is imported from has no such export."""
    at: Node | None = specifier
    while at is not None and at.type != "import_statement":
        at = at.parent
    source = at.child_by_field_name("source") if at is not None else None
    if source is None or name == "default":
        return False
    written = found.text.data[source.start_byte : source.end_byte].decode("utf-8", "replace")
    return _lacks(known, known.uri, written.strip("'\"`"), name, set()) and not _augmented(
        known, name
    )


def _lacks(known: Known, origin: str, module: str, name: str, seen: set[str]) -> bool:
    """Whether a module of the workspace has nothing called `name`; False for any doubt."""
    files = known.meant(origin, module)
    if len(files) != 1 or not files[0].endswith(_ENDINGS):
        return False
    uri = files[0]
    if uri in seen:
        return True
    seen.add(uri)
    text = known.text_of(uri)
    if text is None or len(seen) > _MOST_STARS or stands(text.data, name.encode(), dollar=True):
        return False
    if any(each in text.data for each in _FILLED):
        return False
    stars = _STAR.findall(text.data)
    if len(stars) != len(_ANY_STAR.findall(text.data)):
        return False
    return all(_lacks(known, uri, each.decode("utf-8", "replace"), name, seen) for each in stars)


def _augmented(known: Known, name: str) -> bool:
    """Whether a file that has the name may add it to another module; True for any doubt."""
    both = set(uris_naming(known.index, name)) & set(uris_naming(known.index, "declare"))
    both.discard(known.uri)
    if len(both) > MOST_READ:
        return True
    texts = [known.text_of(each) for each in both]
    return any(each is None or b"declare module" in each.data for each in texts)
