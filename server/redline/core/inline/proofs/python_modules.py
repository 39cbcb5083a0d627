"""Python: what a module of the workspace does not have.

A module has a name only if the name stands in its text, is a file beside it, or comes from what
it imports whole. What fills a module at run time is proof of nothing.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from redline.core.index.query import uris_naming
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs.known import Known, given
from redline.core.inline.proofs.words import lines_with, places, stands

_FILLED = (
    b"__getattr__", b"globals(", b"locals(", b"vars(", b"exec(", b"setattr(", b"__dict__",
    b"sys.modules", b"modules[", b"__path__", b"global_enum", b"_convert",
)  # fmt: skip
"""With these in a text, a module may have names that stand nowhere in it."""
_STAR = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*\(?\s*\*", re.M)
_ANY_STAR = re.compile(rb"\bimport[ \t\\]*\(?\s*\*")
_MOST_STARS, _MOST_PLACES = 12, 100
_READING = frozenset({
    "argument_list", "call", "subscript", "binary_operator", "comparison_operator",
    "boolean_operator", "not_operator", "return_statement", "type", "decorator", "list",
    "dictionary", "pair", "conditional_expression", "parenthesized_expression",
    "expression_statement", "keyword_argument", "member_type", "union_type",
})  # fmt: skip
"""A name right in one of these is read."""
Bound = tuple[str, str]
"""A module as an import has it, and the name that is taken from it, '' for the module itself; a
function of the file has no module."""
READ: Bound = ("", "")


def lacks(known: Known, origin: str, module: str, name: str) -> bool:
    """Whether `module`, as it is written in the file `origin`, has nothing called `name`; False
    for any doubt."""
    if name.startswith("__"):
        return False
    files = files_of(known, origin, module)
    if not files or known.meant(origin, member(module, name)) != files:
        return False
    seen: set[str] = set()
    if not all(_file_lacks(known, each, name, seen) for each in files):
        return False
    naming = set(uris_naming(known.index, name)) - {*files}
    both = [naming.intersection(uris_naming(known.index, _called(each))) for each in files]
    return not given(known, name, set().union(*both))


def _called(uri: str) -> str:
    """The last part of a module's name, which stands in every file that can fill it."""
    return uri.rpartition(".")[0].removesuffix("/__init__").rpartition("/")[2]


def member(module: str, name: str) -> str:
    """`name` of `module`, as an import of it is written."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def files_of(known: Known, origin: str, module: str) -> tuple[str, ...]:
    """The files of a module of the workspace, () where another of its name may be meant."""
    found = known.meant(origin, module if module.endswith(".") else f"{module}.")
    return found if module.startswith(".") or _rooted(origin, module, found) else ()


def _rooted(origin: str, module: str, files: tuple[str, ...]) -> bool:
    """Whether the folder that an absolute name starts from lies around the file `origin`."""
    tail = "/" + module.strip(".").replace(".", "/")
    for each in files:
        stem = each.rpartition(".")[0].removesuffix("/__init__")
        root = stem.removesuffix(tail)
        if root == stem or not origin.startswith(root.removesuffix("/src") + "/"):
            return False
    return True


def _file_lacks(known: Known, uri: str, name: str, seen: set[str]) -> bool:
    if uri in seen:
        return True
    seen.add(uri)
    text = known.text_of(uri)
    if text is None or len(seen) > _MOST_STARS or stands(text.data, name.encode()):
        return False
    if any(each in text.data for each in _FILLED):
        return False
    if uri.rpartition("/")[2].startswith("__init__.") and _is_beside(known, uri, name):
        return False
    return _stars_lack(known, uri, text.data, name, seen)


def _stars_lack(known: Known, uri: str, data: bytes, name: str, seen: set[str]) -> bool:
    """Whether nothing that a text imports whole has the name."""
    stars = _STAR.findall(data)
    if len(stars) != len(_ANY_STAR.findall(data)):
        return False
    for star in stars:
        files = files_of(known, uri, star.decode())
        if not files or not all(_file_lacks(known, each, name, seen) for each in files):
            return False
    return True


def _is_beside(known: Known, uri: str, name: str) -> bool:
    """Whether a package may have a module called `name`, in any form: compiled, not indexed, or
    not saved yet."""
    beside, folder = known.beside(uri), uri.rpartition("/")[0]
    if not beside or any(each.partition(".")[0] == name for each in beside):
        return True
    return any(
        each.startswith((f"{folder}/{name}.", f"{folder}/{name}/")) for each in known.index.overlay
    )


def module_at(found: Tried, known: Known, node: Node) -> str:
    """The module that an expression is, as an import of it would be written; '' for any other
    value, and for any doubt."""
    if node.type == "identifier":
        bound = set(bindings(found, node) or ())
        if len(bound) != 1:
            return ""
        module, name = bound.pop()
        return _submodule(known, module, name) if name and module else module
    inner, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if node.type != "attribute" or inner is None or last is None:
        return ""
    around = module_at(found, known, inner)
    return _submodule(known, around, text_of(found, last)) if around else ""


def bindings(found: Tried, leaf: Node) -> list[Bound] | None:
    """Everything that gives a name a value in the whole file; None where that is not only
    imports and definitions of functions."""
    name = found.text.data[leaf.start_byte : leaf.end_byte]
    bound: list[Bound] = []
    for count, at in enumerate(places(found.text.data, name, leaf.start_byte)):
        other = found.tree.root_node.descendant_for_byte_range(at, at + len(name))
        if count > _MOST_PLACES or other is None:
            return None
        if other.type != "identifier":
            if not ("string" in other.type or "comment" in other.type):
                return None
            continue
        each = _bound(found, other)
        if each is None:
            return None
        if each != READ:
            bound.append(each)
    return bound


def _bound(found: Tried, leaf: Node) -> Bound | None:
    """What gives the name of `leaf` a value there: READ where nothing does, None in doubt."""
    parent = leaf.parent
    outer = parent.parent if parent is not None else None
    if parent is None or outer is None:
        return None
    if parent.type == "attribute" or parent.type in _READING:
        return READ
    if parent.type == "function_definition" and parent.child_by_field_name("name") == leaf:
        return ("", text_of(found, leaf))
    if parent.type == "aliased_import" and parent.child_by_field_name("alias") == leaf:
        named = parent.child_by_field_name("name")
        return _by_import(found, named, outer) if named is not None else None
    if parent.type == "dotted_name":
        if outer.type == "import_statement":
            return (text_of(found, leaf), "") if parent.children[0] == leaf else READ
        if outer.type == "import_from_statement":
            is_module = outer.child_by_field_name("module_name") == parent
            return READ if is_module else _by_import(found, parent, outer)
        return READ if outer.type in ("aliased_import", "relative_import") else None
    return None


def _by_import(found: Tried, named: Node, statement: Node) -> Bound | None:
    """What `named` is in an import."""
    if statement.type == "import_statement":
        return (text_of(found, named), "")
    module = statement.child_by_field_name("module_name")
    return (text_of(found, module), text_of(found, named)) if module is not None else None


def _submodule(known: Known, module: str, name: str) -> str:
    """The module `name` of a package that has nothing else of the name, '' for none."""
    files, whole = files_of(known, known.uri, module), member(module, name)
    inner = known.meant(known.uri, whole)
    if not files or not inner or inner == files:
        return ""
    return whole if all(_leaves(known, each, name) for each in files) else ""


def _leaves(known: Known, uri: str, name: str) -> bool:
    """Whether a package gives the name of one of its modules nothing else: it stands in its text
    as what is imported from alone."""
    text = known.text_of(uri)
    if text is None or b"__getattr__" in text.data:
        return False
    word = name.encode()
    from_it = re.compile(rb"\s*from\s+[.\w]*\b%b(?:\.\w+)*\s+import\b(?!.*\b%b\b)" % (word, word))
    if not all(from_it.match(line) for line in lines_with(text.data, word)):
        return False
    return _stars_lack(known, uri, text.data, name, {uri})


def text_of(found: Tried, node: Node) -> str:
    """What is written there, without white space."""
    written = found.text.data[node.start_byte : node.end_byte]
    return b"".join(written.split()).decode("utf-8", "replace")
