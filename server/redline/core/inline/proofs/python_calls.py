"""Python: keywords that a function of the workspace does not take."""

from __future__ import annotations

import re

from tree_sitter import Node

from redline.core.index import facts as columns
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs.known import Known
from redline.core.inline.proofs.python_modules import bindings, files_of, member
from redline.core.inline.proofs.words import lines_with, stands

_HEAD = re.compile(r"(?:async )?def \w+\s*\((.*)\)\s*(?:->.*)?", re.S)
_MOST = 4


def refuses(found: Tried, known: Known, argument: Node, name: str) -> bool:
    """Whether what is called takes no keyword `name`; False for any doubt."""
    call = argument.parent.parent if argument.parent is not None else None
    function = call.child_by_field_name("function") if call is not None else None
    if call is None or call.type != "call" or function is None or function.type != "identifier":
        return False
    bound = bindings(found, function) or []
    if len(set(bound)) != 1:
        return False
    module, named = bound[0]
    if module and named:
        head = _head(known, known.uri, module, named, 0)
    else:
        head = _own(found, named) if len(bound) == 1 else ""
    written = _HEAD.fullmatch(head)
    if written is None or "**" in written[1]:
        return False
    return not stands(written[1].encode(), name.encode())


def _own(found: Tried, name: str) -> str:
    """The head of a function of the file, '' where it is not plainly one of its own."""
    for each in found.tree.root_node.named_children:
        named = each.child_by_field_name("name")
        if each.type != "function_definition" or named is None:
            continue
        if found.text.data[named.start_byte : named.end_byte].decode("utf-8", "replace") == name:
            body = each.child_by_field_name("body")
            end = body.start_byte if body is not None else each.start_byte
            head = found.text.data[each.start_byte : end].decode("utf-8", "replace")
            return head.rstrip().removesuffix(":").rstrip()
    return ""


def _given_again(data: bytes, name: bytes) -> bool:
    """Whether the text may give the name of a function another value."""
    pattern = rb"\b%b\s*(?::=|(?::[^=]*)?=(?!=)|,[^=(]*=)|\b(?:as|for|global)\s.*\b%b\b"
    again = pattern % (name, name)
    return any(re.search(again, line) for line in lines_with(data, name))


def _head(known: Known, origin: str, module: str, name: str, depth: int) -> str:
    """The head of the function `name` of a module, '' where it may be anything else, too."""
    files = files_of(known, origin, module)
    if depth > _MOST or len(files) != 1 or known.meant(origin, member(module, name)) != files:
        return ""
    uri = files[0]
    facts, text = known.index.facts(uri), known.text_of(uri)
    if facts is None or text is None or facts.size != len(text.data) or uri == known.uri:
        return ""
    if b"import *" in text.data or _given_again(text.data, name.encode()):
        return ""
    rows = list(columns.rows_named(facts, name))
    sources = {each for each in facts.import_names if each.rpartition(".")[2] == name}
    if len(rows) + len(sources) != 1:
        return ""
    if sources:
        return _head(known, uri, sources.pop()[: -len(name)], name, depth + 1)
    row, start = rows[0], facts.symbol_starts[rows[0]]
    plain = facts.symbol_kinds[row] == "function" and facts.symbol_containers[row] < 0
    if not plain or not text.data.startswith((b"def ", b"async def "), start):
        return ""
    head = facts.symbol_signatures[row]
    # One that was cut has more that opens.
    return head if head.count("(") == head.count(")") else ""
