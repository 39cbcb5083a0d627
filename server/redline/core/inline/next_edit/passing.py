"""Names that reach a file through others: by a star import, or an import of an import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from tree_sitter import Node, Tree

from redline.core.graph.meanings import FOLDER_NAMES, SCRIPT, site_of
from redline.core.index import facts as read
from redline.core.index.bindings import Binding, Scopes
from redline.core.index.model import Facts, Symbol
from redline.core.index.uses import uses_of
from redline.core.inline.next_edit.model import MOST_FILES, Around
from redline.core.text.text import Span, Text

MOST_STEPS = 4
"""Through how many files one after another a name is followed."""
STATEMENTS = frozenset({"import_from_statement", "import_statement", "export_statement"})
_STAR = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+\*", re.MULTILINE)
_FROM = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_EXPORT = re.compile(rb"\bexport\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s*[\"']([^\"']+)[\"']")


def passing(around: Around, symbol: Symbol) -> frozenset[str]:
    """The files that other files may import the symbol from, its own among them; none for what
    no file can import by its name.
    """
    facts = around.index.facts(symbol.uri)
    language = facts.language if facts is not None else ""
    if symbol.container or language not in SCRIPT | {"python"}:
        return frozenset()
    found, latest, left = {symbol.uri}, [symbol.uri], MOST_FILES
    for _ in range(MOST_STEPS):
        importers = {u for one in latest for u in around.imports.importers.get(one, ())}
        latest = []
        for uri in sorted(importers - found):
            facts = around.index.facts(uri)
            if left and facts is not None and _may(facts, symbol.name):
                left -= 1
                text = around.text_of(uri)
                if text is not None and _passes(uri, facts, text, (symbol.name, found)):
                    latest.append(uri)
        found.update(latest)
    return frozenset(found)


def _may(facts: Facts, name: str) -> bool:
    """Whether a file may pass on the name: it has none of its own, and names it, or passes on
    all there is."""
    if any(facts.symbol_containers[row] < 0 for row in read.rows_named(facts, name)):
        return False
    if name in facts.names:
        return True
    listed = "__all__" in facts.names and name not in facts.words
    return not (facts.language == "python" and (listed or name.startswith("_")))


def _passes(uri: str, facts: Facts, text: Text, wanted: tuple[str, Collection[str]]) -> bool:
    name, files = wanted
    word = re.compile(rb"(?<![\w$.])%b(?![\w$])(?!\s+as\b)" % re.escape(name.encode()))
    if facts.language != "python":
        return any(
            _is_one_of(each[2].decode("utf-8", "replace"), uri, files)
            and (each[1] == b"*" or word.search(each[1]))
            for each in _EXPORT.finditer(text.data)
        )
    if not name.startswith("_") and _is_starred(text, uri, files):
        return True
    return any(
        word.search(each[2]) and _is_one_of(each[1].decode(), uri, files)
        for each in _FROM.finditer(text.data)
    )


def _is_starred(text: Text, uri: str, files: Collection[str]) -> bool:
    return any(_is_one_of(each[1].decode(), uri, files) for each in _STAR.finditer(text.data))


def _is_one_of(module: str, uri: str, files: Collection[str]) -> bool:
    """Whether a module as it is written in the file `uri` is one of `files`: where it is
    written from there on, by its whole path, else by as much of it as is said."""
    folder = uri.split("/")[:-1]
    paths = [_path_of(each) for each in files]
    if module.startswith(".") and ("/" in module or module in (".", "..")):
        script = folder
        for part in module.removesuffix("/").split("/"):
            script = script[:-1] if part == ".." else [*script, *([part] if part != "." else [])]
        last = re.sub(r"\.[cm]?[jt]sx?$", "", script[-1])
        dotted = [*folder[: len(folder) + 1 - len(module)]] if module.strip(".") == "" else None
        return any(each in ([*script[:-1], last], dotted) for each in paths)
    if module.startswith("."):
        inner = module.lstrip(".")
        up = len(module) - len(inner) - 1
        whole = [*folder[: len(folder) - up], *(inner.split(".") if inner else [])]
        return whole in paths
    parts = module.split("/")[-1:] if "/" in module else module.split(".")
    return any(each[-len(parts) :] == parts for each in paths)


def _path_of(uri: str) -> list[str]:
    """The path that an import calls a file by: that of its folder where it goes by it."""
    parts = uri.split("/")
    stem = parts[-1].partition(".")[0]
    return parts[:-1] if stem in FOLDER_NAMES else [*parts[:-1], stem]


def passed(
    uri: str, parsed: tuple[Tree, Text, Scopes], facts: Facts, wanted: tuple[str, Collection[str]]
) -> list[Span]:
    """The places of the file `uri` that mean the name of `wanted` as its files pass it on: in an
    import, where a star import brings it, and as the member of a module.
    """
    tree, text, scopes = parsed
    name, files = wanted
    found: list[Span] = []
    modules = frozenset(_modules(tree, scopes.bindings, (uri, files)))
    starred = facts.language == "python" and _is_starred(text, uri, files)
    for use in uses_of(uri, facts, text, name):
        node = tree.root_node.descendant_for_byte_range(use.span.start, use.span.end)
        owner = _object(node)
        if owner is not None:
            of = scopes.binding_at(owner.start_byte)
            fits = of is not None and of.occurrences[0].span.start in modules
        elif site_of(use, text.data).receiver != "":
            fits = False
        elif binding := _exact(scopes, use.span):
            first = binding.occurrences[0]
            plain = binding.kind == "import" and bool(first.shorthand) and first.span == use.span
            module = _module_around(node) if plain else None
            fits = module is not None and _is_one_of(module, uri, files)
        else:
            module = _module_around(node)
            fits = starred if module is None else _is_one_of(module, uri, files)
        if fits:
            found.append(use.span)
    return found


def _object(node: Node | None) -> Node | None:
    """The name that a member is of."""
    above = node.parent if node is not None else None
    owner = above.child_by_field_name("object") if above is not None else None
    plain = owner is not None and owner.type == "identifier" and owner != node
    return owner if plain else None


def _exact(scopes: Scopes, span: Span) -> Binding | None:
    found = scopes.binding_at(span.start)
    return found if found and any(e.span == span for e in found.occurrences) else None


def _modules(
    tree: Tree, bindings: Sequence[Binding], wanted: tuple[str, Collection[str]]
) -> Iterator[int]:
    """Where the names stand under which one of the files is imported as a whole."""
    uri, files = wanted
    stems = {_path_of(each)[-1] for each in files}
    for each in bindings:
        start = each.occurrences[0].span.start
        if each.kind != "import" or not each.is_global:
            continue
        node = tree.root_node.descendant_for_byte_range(start, start + 1)
        above = node.parent if node is not None else None
        if above is not None and above.type == "namespace_import":
            module = _module_around(node)
            if module is not None and _is_one_of(module, uri, files):
                yield start
        elif each.name in stems:
            yield start


def _module_around(node: Node | None) -> str | None:
    """The module that the import around a node names, as written; None for no import."""
    while node is not None and node.type not in STATEMENTS:
        node = node.parent
    if node is None:
        return None
    module = node.child_by_field_name("module_name") or node.child_by_field_name("source")
    if module is None:
        return None
    return (module.text or b"").decode("utf-8", "replace").strip("\"'")
