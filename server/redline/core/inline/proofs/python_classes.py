"""Python: what an object of a class of the workspace does not have.

Proof takes the whole chain of classes: each in the workspace, made by nothing but its body, in a
file where the name does not stand; and no other class that has it, which may be mixed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from redline.core.index import facts as columns
from redline.core.index.query import uris_defining, uris_naming
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs.known import Known, given
from redline.core.inline.proofs.python_modules import files_of, member
from redline.core.inline.proofs.words import lines_with, places, stands

_FILLED = (
    b"__getattr__", b"__getattribute__", b"setattr(", b"__dict__", b"vars(", b"exec(",
    b"globals(", b"import *",
)  # fmt: skip
"""With these in a text, its objects may have members that stand nowhere in it."""
_KEPT = frozenset({
    "property", "cached_property", "classmethod", "abstractmethod", "contextmanager", "override",
    "lru_cache", "cache", "setter", "getter", "deleter", "asynccontextmanager",
})  # fmt: skip
"""Decorators that hand a method its own object."""
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LAST = re.compile(rb"(\w+)\s*(?:\(|\Z)")
_OF_CLASSES = frozenset({"mro"})
_MOST = 12


@dataclass(frozen=True, slots=True)
class _Class:
    """A class outside all others: the file it is in, and its bases as they are written."""

    uri: str
    name: str
    bases: tuple[str, ...]


def around(found: Tried, owner: Node) -> Node | None:
    """The class whose object, or itself, `owner` is as a method's first parameter; None for
    any other name."""
    data = found.text.data
    name = data[owner.start_byte : owner.end_byte]
    at = owner.parent
    while at is not None:
        if at.type in ("function_definition", "lambda"):
            parameters = at.child_by_field_name("parameters")
            inside = parameters is not None and stands(_bytes(data, parameters), name)
            if inside:
                return _class_of(data, at, name)
        if at.type == "class_definition":
            return None
        at = at.parent
    return None


def _class_of(data: bytes, function: Node, name: bytes) -> Node | None:
    """The class that `function` is a method of, whose object is `name` all through it."""
    parameters = function.child_by_field_name("parameters")
    first = parameters.named_children[0] if parameters is not None else None
    if first is None or first.type != "identifier" or _bytes(data, first) != name:
        return None
    if not name.isascii():
        return None
    again = rb"\b(?:as|for)\s+%b\b|\b%b\s*(?::=|(?::[^=\n]*)?=(?!=)|,[^\n=(]*=)"
    if re.search(again % (name, name), _bytes(data, function)):
        return None
    outer = function.parent
    if outer is not None and outer.type == "decorated_definition":
        for each in outer.children:
            last = _LAST.search(_bytes(data, each))
            if each.type == "decorator" and (last is None or last[1].decode() not in _KEPT):
                return None
        outer = outer.parent
    above = outer.parent if outer is not None and outer.type == "block" else None
    if above is None or above.type != "class_definition":
        return None
    return above if above.parent is not None and above.parent.type == "module" else None


def lacks(found: Tried, known: Known, inside: Node, name: str) -> bool:
    """Whether no object of the class `inside` has a member `name`; False for any doubt."""
    if name in _OF_CLASSES or _stands_elsewhere(found, name):
        return False
    if any(each in found.text.data for each in _FILLED):
        return False
    if any(each != known.uri for each in uris_defining(known.index, name)):
        return False
    first = _written(found.text.data, known.uri, inside)
    chain = _chain(found, known, first) if first is not None else None
    if first is None or chain is None or _mixed_in(known, first.name):
        return False
    if any(_set_at(known, each.name) for each in chain):
        return False
    texts = [known.text_of(each) for each in {each.uri for each in chain} - {known.uri}]
    if any(each is None or stands(each.data, name.encode()) for each in texts):
        return False
    if any(each is not None and mark in each.data for each in texts for mark in _FILLED):
        return False
    return not given(known, name, uris_naming(known.index, name))


def _mixed_in(known: Known, name: str) -> bool:
    """Whether the class may be one of several that an object is of; True for any doubt."""
    waiting, seen = [name], {name}
    while waiting:
        each = waiting.pop()
        uris = uris_naming(known.index, each)
        if "Mixin" in each or len(uris) > _MOST or len(seen) > _MOST:
            return True
        for facts in filter(None, map(known.index.facts, uris)):
            for row, kind in enumerate(facts.symbol_kinds):
                head = facts.symbol_signatures[row].partition(facts.symbol_names[row])[2]
                if kind != "class" or each not in _DOTTED.findall(head.replace(".", " ")):
                    continue
                if "," in head:
                    return True
                below = facts.symbol_names[row]
                waiting += [below] if below not in seen else []
                seen.add(below)
    return False


def _stands_elsewhere(found: Tried, name: str) -> bool:
    """Whether the name is a word of the text beside the suggestion."""
    data, span = found.text.data, found.span
    end = span.end
    start = span.start
    while start and (data[start - 1 : start].isalnum() or data[start - 1 : start] == b"_"):
        start -= 1
    return any(not start <= at < end for at in places(data, name.encode(), 0)) or stands(
        data[:start], name.encode()
    )


def _set_at(known: Known, name: str) -> bool:
    """Whether members may be set by computed names where the class is named."""
    return not {*uris_naming(known.index, "setattr")}.isdisjoint(uris_naming(known.index, name))


def _chain(found: Tried, known: Known, first: _Class) -> frozenset[_Class] | None:
    """`first` and the classes that it is made of; None where one is not known."""
    waiting, seen = [first], {first}
    while waiting:
        each = waiting.pop()
        for base in each.bases:
            if base == "object":
                continue
            above = _resolved(found, known, each.uri, base, 0)
            if above is None or len(seen) > _MOST:
                return None
            if above not in seen:
                seen.add(above)
                waiting.append(above)
    return frozenset(seen)


def _resolved(found: Tried, known: Known, uri: str, name: str, depth: int) -> _Class | None:
    """The one class that `name` is in a file, None for any doubt."""
    facts = known.index.facts(uri)
    text = found.text if uri == known.uri else known.text_of(uri)
    outer, _, last = name.rpartition(".")
    first = outer or last
    if facts is None or text is None or depth > _MOST or "." in outer or not name.isascii():
        return None
    named_so = rb"\bas\s+%b\b" % first.encode()
    if b"import *" in text.data or any(
        re.search(named_so, line) for line in lines_with(text.data, first.encode())
    ):
        return None
    rows = list(columns.rows_named(facts, first))
    imported = {each for each in facts.import_names if _last(each) == first}
    if len(rows) + len(imported) != 1:
        return None
    if rows:
        return None if outer else _defined(found, known, uri, first)
    module = imported.pop()
    if outer:
        return _in_module(found, known, uri, module, last, depth)
    return _in_module(found, known, uri, module[: -len(last)], last, depth)


def _last(imported: str) -> str:
    return imported.rpartition(".")[2]


def _in_module(
    found: Tried, known: Known, uri: str, module: str, name: str, depth: int
) -> _Class | None:
    """The class `name` of `module`, as it is imported in a file; no submodule of the name."""
    files = files_of(known, uri, module)
    if len(files) != 1 or known.meant(uri, member(module, name)) != files or files[0] == uri:
        return None
    return _resolved(found, known, files[0], name, depth + 1)


def _defined(found: Tried, known: Known, uri: str, name: str) -> _Class | None:
    if uri == known.uri:
        nodes = [
            each
            for each in found.tree.root_node.named_children
            if each.type == "class_definition" and _named(found.text.data, each) == name
        ]
        return _written(found.text.data, uri, nodes[0]) if len(nodes) == 1 else None
    facts, text = known.index.facts(uri), known.text_of(uri)
    if facts is None or text is None or facts.size != len(text.data):
        return None
    row = next(columns.rows_named(facts, name))
    is_class = facts.symbol_kinds[row] == "class" and facts.symbol_containers[row] < 0
    if not is_class or not text.data.startswith(b"class", facts.symbol_starts[row]):
        return None
    return _with_bases(uri, name, facts.symbol_signatures[row].partition(name)[2])


def _written(data: bytes, uri: str, node: Node) -> _Class | None:
    """The class as its head says."""
    bases = node.child_by_field_name("superclasses")
    if node.child_by_field_name("type_parameters") is not None:
        return None
    head = _bytes(data, bases).decode("utf-8", "replace") if bases is not None else ""
    return _with_bases(uri, _named(data, node), head)


def _with_bases(uri: str, name: str, head: str) -> _Class | None:
    """The class whose name is followed by `head`; None where that is more than names."""
    head = head.strip()
    if not head:
        return _Class(uri, name, ())
    if not (head.startswith("(") and head.endswith(")")):
        return None
    bases = tuple(each.strip() for each in head[1:-1].split(",") if each.strip())
    return _Class(uri, name, bases) if all(map(_DOTTED.fullmatch, bases)) else None


def _named(data: bytes, node: Node) -> str:
    name = node.child_by_field_name("name")
    return _bytes(data, name).decode("utf-8", "replace") if name is not None else ""


def _bytes(data: bytes, node: Node) -> bytes:
    return data[node.start_byte : node.end_byte]
