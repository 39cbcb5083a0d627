"""Moves top-level Python symbols to another module, and everything that imports them along.

What cannot be proven by names, imports and scopes is refused: code that looks at its own
module, names that mean two things, files that would import each other.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from redline.core.index.import_rules.paths import folder_of, last_of
from redline.core.index.model import Symbol
from redline.core.index.query import documents, uris_naming
from redline.core.proposal.hunks import FileOperation
from redline.core.refactor.move_symbol.cut import Cut
from redline.core.refactor.move_symbol.helpers import with_helpers
from redline.core.refactor.move_symbol.importers import Moving, followed, gone_from
from redline.core.refactor.move_symbol.inside import Inside, inside
from redline.core.refactor.move_symbol.late import late
from redline.core.refactor.move_symbol.mentions import mentions
from redline.core.refactor.move_symbol.needs import Needs, needs_of, postponed
from redline.core.refactor.move_symbol.source import Leaving, left
from redline.core.refactor.move_symbol.target import Arriving, arrived
from redline.core.refactor.project import Planned, Project, Use, impossible
from redline.core.refactor.python.cycles import new_cycle, newly_loaded
from redline.core.refactor.python.imports import imports_first
from redline.core.refactor.python.modules import (
    INIT,
    Imported,
    Means,
    Modules,
    by_folder,
    imports_in,
    is_package,
    meaning,
    modules_of,
)
from redline.core.refactor.python.scopes import Source, parse, statements
from redline.core.refactor.python.view import View, chains, means, view
from redline.core.text.edits import Edit, EditError, apply, ordered
from redline.core.text.text import Span, Text

KINDS = frozenset({"function", "class", "variable", "constant", "type"})


@dataclass(frozen=True, slots=True)
class _Move:
    """Everything a plan is made of. `fresh`: the target is a new file; `behind`: the source
    imports what has moved in functions.
    """

    moving: Moving
    of: View
    target: View
    cut: Cut
    needs: Needs
    within: Inside
    fresh: bool
    asked: frozenset[str] = frozenset()
    behind: bool = False

    @property
    def modules(self) -> Modules:
        return self.moving.modules


def move_symbol(
    project: Project, symbols: Sequence[Symbol], target_path: str, uses: tuple[Use, ...] | None
) -> Planned:
    """The plan that moves `symbols`, of one file, to the module at `target_path`.

    The definitions go with their decorators and comments; imports they need go along;
    importers follow. `uses` are all places that mean the symbols, where they are known:
    then one that is not reached by an import or a name is a reason to refuse.
    """
    senseless = _asked(project, symbols, target_path)
    if senseless:
        return impossible(senseless)
    made = _prepared(project, symbols, target_path)
    if isinstance(made, str):
        return impossible(made)
    made = replace(made, asked=frozenset(each.name for each in symbols))
    edits = _edits(made, uses)
    if isinstance(edits, str) and made.needs.of_source:
        edits = _edits_late(made, uses) or edits
    if isinstance(edits, str):
        return impossible(edits)
    planned, notes = edits
    uri = project.uri_of(target_path) or ""
    reason = f"move {', '.join(sorted(made.cut.names))} to {target_path}"
    created = (FileOperation("create", uri, "", reason, "computed"),) if made.fresh else ()
    return Planned(planned, created, notes)


def _prepared(project: Project, symbols: Sequence[Symbol], target_path: str) -> _Move | str:
    path = project.path_of(symbols[0].uri)
    fresh = project.text_of(project.uri_of(target_path) or "") is None
    modules = modules_of(project, (target_path,))
    if fresh:
        modules.sources[target_path] = parse(b"")
        if folder_of(path) in modules.table.packages and not _importable(modules, target_path):
            return f"{folder_of(target_path)} is no package; make one first"
    source, target = modules.source(path), modules.source(target_path)
    if source is None or target is None:
        return f"{path if source is None else target_path} does not parse"
    of, to = view(path, source), view(target_path, target)
    taken = with_helpers(modules, of, frozenset(each.name for each in symbols))
    return taken if isinstance(taken, str) else _fitted(modules, of, to, taken, fresh)


def _fitted(modules: Modules, of: View, to: View, taken: Cut, fresh: bool) -> _Move | str:
    moving = Moving(modules, of.path, to.path, taken.names, taken.needs)
    where = by_folder(modules, of.path)
    trouble = f"{where} imports {of.path} by its folder, which has no {INIT}" if where else ""
    trouble = trouble or _fits(moving, taken, of, to)
    within = inside(modules, of, taken, to.path)
    if trouble or isinstance(within, str):
        return trouble or str(within)
    less = replace(taken, needs=taken.needs - within.names)
    needs = needs_of(modules, of, less, to)
    return needs if isinstance(needs, str) else _Move(moving, of, to, taken, needs, within, fresh)


def _asked(project: Project, symbols: Sequence[Symbol], target_path: str) -> str:
    """Why what is asked for makes no sense; '' where it does."""
    if not symbols:
        return "no symbol is named"
    one = symbols[0]
    facts = project.index.facts(one.uri)
    if facts is None or facts.language != "python":
        return "symbols can be moved between Python modules only"
    if any(each.uri != one.uri for each in symbols):
        return "the symbols are in several files; those of one file can be moved together"
    inner = next((each for each in symbols if each.container or each.kind not in KINDS), None)
    dunder = next((each.name for each in symbols if _is_dunder(each.name)), None)
    if dunder is not None or inner is not None:
        said = "is not at the top of its file; only what is can be moved"
        return f"{inner.name} {said}" if inner else f"{dunder} is what its module says of itself"
    if not target_path.endswith(".py") or project.uri_of(target_path) is None:
        return f"{target_path} is no path of a Python module in the workspace"
    if not last_of(target_path).removesuffix(".py").isidentifier():
        return f"{last_of(target_path)} cannot be imported by that name"
    path = project.path_of(one.uri)
    same = f"{one.name} is in {target_path} already" if path == target_path else ""
    return same or _stub(project, path, target_path)


def _is_dunder(name: str) -> bool:
    return name == "TYPE_CHECKING" or (name.startswith("__") and name.endswith("__"))


def _importable(modules: Modules, target: str) -> bool:
    return folder_of(target) in modules.table.packages


def _stub(project: Project, *paths: str) -> str:
    for path in paths:
        stub = f"{path}i"
        if project.text_of(project.uri_of(stub) or "") is not None:
            return f"{stub} beside the module declares its names too; stubs are not moved"
    return ""


def _fits(moving: Moving, taken: Cut, of: View, to: View) -> str:
    """Why the definitions cannot stand in the target; '' where they can."""
    for name in sorted(taken.names):
        foreign = [to.imports.get(at) for at in to.module.binds.get(name, ())]
        for each in foreign:
            home = each and moving.modules.module(to.path, each.module)
            if each is None or home != moving.source or each.name != name:
                return f"{to.path} has something called {name} already"
        if not foreign and next(to.uses(name), None) is not None:
            return f"{to.path} uses the name {name} for something else"
    for node in ast.walk(of.source.tree):
        if isinstance(node, ast.stmt) and gone_from(moving, of, node):
            return f"{of.path}:{getattr(node, 'lineno', 1)} imports it from the file it is in"
    stars = [each for each in ast.walk(to.source.tree) if _is_star(each)]
    stars += [each for each in ast.walk(of.source.tree) if _is_star(each)]
    if stars:
        return "a star import in one of the two files hides what names mean"
    if taken.annotated and to.source.tree.body and postponed(of.source) != postponed(to.source):
        return (
            f"annotations are evaluated in one of {of.path} and {to.path} and not in the other "
            "(`from __future__ import annotations`)"
        )
    return ""


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names)


_Edits = tuple[Mapping[str, tuple[Edit, ...]], tuple[str, ...]]


def _edits(made: _Move, uses: tuple[Use, ...] | None) -> _Edits | str:
    """All edits by uri, and the notes; or why there can be none."""
    found = _drafted(made)
    if isinstance(found, str):
        return found
    return _sound(made, found[0]) or _all_reached(made, found[0], uses) or found


def _edits_late(made: _Move, uses: tuple[Use, ...] | None) -> _Edits | None:
    """The same with imports in functions of what stays; None where that does not help."""
    found = late(made.of, made.cut, made.needs, made.target)
    if found is None:
        edits = _edits(replace(made, behind=True), uses)
        note = f"{made.of.path} imports {_some(made.cut.names)} in functions"
        return None if isinstance(edits, str) else (edits[0], (*edits[1], note))
    needs, more = found
    inner = tuple(sorted((*made.within.edits, *more), key=lambda edit: edit.span))
    edits = _edits(replace(made, needs=needs, within=replace(made.within, edits=inner)), uses)
    if isinstance(edits, str):
        return None
    names = _some(frozenset(each.bound for each in made.needs.of_source))
    note = f"{names} of {made.of.path} is imported in functions: the two need each other"
    return edits[0], (*edits[1], note)


def _drafted(made: _Move) -> _Edits | str:
    project = made.modules.project
    spoken = mentions(made.moving)
    if spoken.refusal:
        return spoken.refusal
    leaving = left(made.moving, made.of, made.cut, kept_for(made, spoken.keep), made.behind)
    if isinstance(leaving, str):
        return leaving
    if leaving.imports_back and made.needs.of_source:
        return (
            f"{made.of.path} and {made.target.path} would import each other: the one still uses "
            f"{_some(made.cut.names)}, which needs {_some(_own(made))}"
        )
    arriving = Arriving(made.cut, made.needs, made.within.edits)
    coming = arrived(made.moving, made.of, arriving, made.target)
    if isinstance(coming, str):
        return coming
    found = {made.of.path: leaving.edits, made.target.path: coming}
    for path in _candidates(made):
        source = made.modules.source(path)
        if source is None:
            return f"{path} names {_some(made.cut.names)} and does not parse"
        edits = followed(made.moving, view(path, source))
        if isinstance(edits, str):
            return edits
        if edits:
            found[path] = edits
    by_uri = {project.uri_of(path) or "": edits for path, edits in sorted(found.items())}
    return by_uri, _notes(made, leaving, spoken.keep)


def _own(made: _Move) -> frozenset[str]:
    return frozenset(
        name
        for name in made.cut.needs
        if any(at not in made.of.imports for at in made.of.module.binds.get(name, ()))
    )


def _some(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:3])


def _candidates(made: _Move) -> list[str]:
    project = made.modules.project
    uris = {uri for name in made.cut.names for uri in uris_naming(project.index, name)}
    # Names the symbols need may be given values from outside.
    for uri in project.imports.importers.get(project.uri_of(made.of.path) or "", ()):
        path = project.path_of(uri)
        parsed = made.modules.source(path) if path in made.modules.paths else None
        if parsed is None or _as_a_module(made, path, parsed):
            uris.add(uri)
    paths = {project.path_of(uri) for uri in uris}
    return sorted(p for p in paths - {made.of.path, made.target.path} if p in made.modules.paths)


def kept_for(made: _Move, spoken: Sequence[str]) -> tuple[str, ...]:
    """The places for which the old path must go on meaning the symbols."""
    found = list(spoken)
    project = made.modules.project
    for uri in project.imports.importers.get(project.uri_of(made.of.path) or "", ()):
        path = project.path_of(uri)
        source = made.modules.source(path) if path in made.modules.paths else None
        for node in statements(source) if source else ():
            if _is_star(node) and _from_source(made, path, node):
                found.append(f"{path}:{node.lineno}")
        if source is not None and _as_a_module(made, path, source):
            found += _as_a_value(made, view(path, source))
    return tuple(found)


def _as_a_module(made: _Move, path: str, source: Source) -> bool:
    """Whether a file imports the source, or what it is in, as a module."""
    for each in imports_in(source):
        if not each.name:
            home = made.modules.module(path, each.module)
            if home is not None and (home == made.of.path or is_package(home)):
                return True
        elif each.name != "*" and _may_be_module(made, path, each):
            return True
    return False


def _may_be_module(made: _Move, path: str, each: Imported) -> bool:
    home = made.modules.module(path, each.module)
    if home is None or not is_package(home):
        return False
    found = meaning(made.modules, path, each)
    return found is not None and not found.name


def _as_a_value(made: _Move, of: View) -> list[str]:
    """Where a file hands the whole module on, or looks through it."""
    found: list[str] = []
    for chain in chains(of.source):
        given = means(made.modules, of, chain)
        if not given or given[-1] != Means(made.of.path):
            continue
        rest = chain.attributes[len(given) - 1 :]
        if not rest or rest[0].attr in ("__dict__", "__all__"):
            found.append(f"{of.path}:{chain.root.lineno}")
    return found


def _from_source(made: _Move, path: str, node: ast.AST) -> bool:
    if not isinstance(node, ast.ImportFrom):
        return False
    module = "." * node.level + (node.module or "")
    return made.modules.module(path, module) == made.of.path


def _notes(made: _Move, leaving: Leaving, spoken: Sequence[str]) -> tuple[str, ...]:
    names, notes = _some(made.cut.names), list[str]()
    helpers = sorted(made.cut.names - made.asked)
    if helpers:
        notes.append(f"{', '.join(helpers)} went along: nothing else uses it")
    if leaving.kept_for:
        places = ", ".join(leaving.kept_for[:3])
        notes.append(f"{made.of.path} goes on passing on {names}, because of {places}")
    prose = sum(
        any(name in facts.words for name in made.cut.names if len(name) > 3)
        for _, facts in documents(made.modules.project.index)
    )
    if prose:
        count = f"{prose} file{'s' * (prose != 1)}"
        notes.append(f"comments and strings of {count} name {names}; they were left alone")
    return tuple(notes)


def _sound(made: _Move, edits: Mapping[str, tuple[Edit, ...]]) -> str:
    """Why the texts that come out are not right; '' where nothing speaks against them."""
    project, after = made.modules.project, dict[str, Source]()
    for uri, group in edits.items():
        path = project.path_of(uri)
        text = project.text_of(uri) or Text(b"")
        try:
            ordered(group, len(text))
        except EditError:
            return f"the changes in {path} would overlap"
        parsed = parse(apply(text.data, group))
        if parsed is None:
            return f"{path} would not parse; this is a fault of the move"
        after[path] = parsed
    parts = {made.target.path: made.of.path} if made.fresh and imports_first(made.of.source) else {}
    cycle = new_cycle(made.modules, after, parts)
    if cycle is not None:
        return f"{cycle[0]} and {cycle[1]} would import each other"
    loader = None if made.fresh else newly_loaded(made.modules, after, made.target.path)
    late = f"{made.target.path} is imported in functions only, so that it is loaded late"
    return f"{late}; {loader} would load it at once" if loader else ""


def _all_reached(
    made: _Move, edits: Mapping[str, tuple[Edit, ...]], uses: tuple[Use, ...] | None
) -> str:
    """Where a use is that no import leads to, by the list of a type checker."""
    project = made.modules.project
    touched = {uri: group for uri, group in edits.items() if group}
    for uri, span in uses or ():
        path = project.path_of(uri)
        if path in (made.of.path, made.target.path) or uri in touched:
            continue
        source = made.modules.source(path)
        if source is not None and not _by_a_name(view(path, source), span):
            line = source.line(span.start)
            return f"{path}:{line} means it, and how it comes there cannot be told"
    return ""


def _by_a_name(of: View, span: Span) -> bool:
    """True for a name that an import binds, or that is one: what it is imported from follows."""
    if span.start in of.imports or span.start in of.at:
        return True
    starts = {of.source.start(each.alias) for each in of.imports.values()}
    attributes = {
        of.source.end(each) for each in ast.walk(of.source.tree) if isinstance(each, ast.Attribute)
    }
    return span.start in starts or span.end in attributes
