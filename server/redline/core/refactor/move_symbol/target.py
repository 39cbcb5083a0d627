"""How moved symbols stand in the file they come to."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from redline.core.proposal.hunks import shifted
from redline.core.refactor.move_symbol.cut import Cut, evaluated, used
from redline.core.refactor.move_symbol.importers import (
    Moving,
    gone_from,
    places_in,
    prefix_of,
    quoted,
)
from redline.core.refactor.move_symbol.needs import Needs
from redline.core.refactor.python.dunder_lists import exports, extended, names_of
from redline.core.refactor.python.imports import Wanted, added, header_end, types_block, without
from redline.core.refactor.python.modules import imports_in
from redline.core.refactor.python.scopes import statements
from redline.core.refactor.python.view import View
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span

_NEWLINES = (b"\r\n", b"\r")


@dataclass(frozen=True, slots=True)
class Arriving:
    """What comes, what it needs, and `edits` inside of it, in the source's bytes."""

    cut: Cut
    needs: Needs
    edits: tuple[Edit, ...]


def arrived(moving: Moving, of: View, arriving: Arriving, target: View) -> tuple[Edit, ...] | str:
    """The edits in the target; or why the symbols cannot come."""
    cut, needs = arriving.cut, arriving.needs
    fresh = not target.source.tree.body
    own = _own_imports(moving, target)
    trouble = quoted(moving, target)
    if isinstance(own, str) or trouble:
        return trouble or str(own)
    wanted = set(needs.imports)
    if fresh:
        wanted |= _futures(of)
    if needs.types and types_block(target.source) is None:
        wanted.add(Wanted("typing", "TYPE_CHECKING", "TYPE_CHECKING"))
    place = _place(target, cut, needs)
    if isinstance(place, str):
        return place
    newline = of.source.text.newline if fresh else target.source.text.newline
    heads = [*added(target.source, wanted), *_types(target, needs)]
    at_top = any(edit.span.start == place for edit in heads)
    body = _definitions(of, arriving)
    edits = [*own, *heads, *_listed(moving, of, cut, target)]
    edits.append(Edit(Span(place, place), _spaced(target, place, body, at_top)))
    return tuple(
        sorted(
            (Edit(e.span, e.new.replace(b"\r\n", b"\n").replace(b"\n", newline)) for e in edits),
            key=lambda e: (e.span.start, e.span.end),
        )
    )


def _futures(of: View) -> set[Wanted]:
    """What a new file needs to be read as the old one is."""
    return {
        Wanted("__future__", alias.name, alias.name)
        for node in of.source.tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
        if alias.name == "annotations"
    }


def _own_imports(moving: Moving, target: View) -> list[Edit] | str:
    """The target's imports of what is its own now go, and what stands before it as well."""
    edits: list[Edit] = []
    for node in statements(target.source):
        gone = gone_from(moving, target, node)
        if any(alias.asname not in (None, alias.name) for alias in gone):
            return f"{target.path}:{node.lineno} imports it by another name"
        if gone and isinstance(node, ast.ImportFrom):
            edits += without(target.source, node, gone)
    places = places_in(moving, target)
    if isinstance(places, str):
        return places
    for place in places:
        span = prefix_of(target.source, place)
        end = target.source.end(place.chain.attributes[place.depth - 1]) - len(place.name.encode())
        if any(place.name in scope.binds for scope in target.scopes[1:]):
            return f"{target.path} uses the name {place.name} for something else"
        edits.append(Edit(Span(span.start, end), b""))
    return edits


def _definitions(of: View, arriving: Arriving) -> bytes:
    """The text that goes, in `\\n`; what stood together stays together."""
    cut = arriving.cut
    parts: list[bytes] = []
    for at, (node, span) in enumerate(zip(cut.statements, cut.spans, strict=True)):
        inner = [e for e in arriving.edits if span.contains(e.span)]
        data = apply(of.source.text.slice(span), [shifted(e, -span.start) for e in inner])
        data = data.removeprefix(b"\xef\xbb\xbf")
        data = data.replace(b"\r\n", b"\n").rstrip(b"\r\n") + b"\n"
        if at:
            gap = 2 if _tall(node) or _tall(cut.statements[at - 1]) else 0
            near = cut.spans[at - 1].end == span.start
            parts.append(b"\n" * (0 if near and not gap else max(gap, 1)))
            if near and _tall(node) and _tall(cut.statements[at - 1]):
                parts[-1] = b""
        parts.append(data)
    return b"".join(parts)


def _tall(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _place(target: View, cut: Cut, needs: Needs) -> int | str:
    """At the end, before what runs as a script; at the top where the file uses it as it loads."""
    loading = {
        name
        for node in target.source.tree.body
        for name in used(target, evaluated(target.source, node))
    }
    if loading & cut.names:
        if needs.own & cut.needs_now:
            return f"{target.path} uses it before {min(needs.own & cut.needs_now)} is defined there"
        return header_end(target.source)[0]
    body = target.source.tree.body
    last = body[-1] if body else None
    if isinstance(last, ast.If) and "__name__" in ast.unparse(last.test):
        row = last.lineno - 1
        while row > 0 and target.source.text.line_bytes(row - 1).startswith(b"#"):
            row -= 1
        return target.source.text.line_span(row).start
    return len(target.source.text)


def _spaced(target: View, place: int, body: bytes, at_top: bool) -> bytes:
    """The definitions with two blank lines around them."""
    data = target.source.text.data
    before, after = data[:place], data[place:]
    bare = before.rstrip()
    lines = before[len(bare) :].replace(b"\r\n", b"\n").count(b"\n")
    gap = 2 if at_top else max(0, 3 - lines) if bare else 0
    head = b"\n" * gap
    tail = b""
    if after.strip():
        blank = len(after) - len(after.lstrip(b"\r\n"))
        tail = b"\n" * max(0, 2 - blank)
    return head + body + tail


def _types(target: View, needs: Needs) -> list[Edit]:
    """Imports for a type checker alone."""
    if not needs.types:
        return []
    lines = sorted((e.line() for e in needs.types), key=lambda line: ("from ." in line, line))
    block = types_block(target.source)
    if block is not None:
        last = block.body[-1]
        at = target.source.text.line_span((last.end_lineno or last.lineno) - 1).end
        indent = " " * last.col_offset
        return [Edit(Span(at, at), "".join(f"{indent}{line}\n" for line in lines).encode())]
    at, _ = header_end(target.source)
    text = "\nif TYPE_CHECKING:\n" + "".join(f"    {line}\n" for line in lines)
    return [Edit(Span(at, at), text.encode())]


def _listed(moving: Moving, of: View, cut: Cut, target: View) -> tuple[Edit, ...]:
    """What was public stays so, where the target says what is.

    What no list named before is not given to those who take all that the target lists.
    """
    theirs, ours = exports(target.source), exports(of.source)
    if theirs is None:
        return ()
    if ours is None:
        taken = _all_taken(moving, target)
        public = {name for name in cut.names if not name.startswith("_") and not taken}
    else:
        public = {name for name in names_of(ours) if name in cut.names}
    return extended(target.source, theirs, public - set(names_of(theirs)))


def _all_taken(moving: Moving, target: View) -> bool:
    """Whether a file imports everything from the target."""
    project, modules = moving.modules.project, moving.modules
    for uri in project.imports.importers.get(project.uri_of(target.path) or "", ()):
        path = project.path_of(uri)
        source = modules.source(path) if path in modules.paths else None
        every = imports_in(source) if source is not None else ()
        if any(e.name == "*" and modules.module(path, e.module) == target.path for e in every):
            return True
    return False
