"""The definitions that a change of signature rewrites: the one asked for, its overloads and
overrides, and what a stub says of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.refactor.call_sites.arguments import Signature
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.meaning import is_static, marks
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.call_sites.target import Found
from redline.core.refactor.change_signature.body import (
    expression_problem,
    free_problem,
    names_problem,
    rename,
    unused_problem,
)
from redline.core.refactor.change_signature.model import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
)
from redline.core.refactor.change_signature.parameters import Parameters, changed, read, write


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition before and after. `changes` are those that apply to it."""

    view: View
    node: Function
    old: Parameters
    new: Parameters
    changes: tuple[ParameterChange, ...]

    @property
    def signature(self) -> Signature:
        """What calls of it see."""
        return Signature(self.old.signature, self.new.signature)


def problem_of(changes: Sequence[ParameterChange]) -> str:
    """Why the changes make no sense in any function, '' where they do."""
    if not changes:
        return "no change of the parameters is asked for"
    for each in changes:
        match each:
            case AddParameter(name, default, annotation, _, value):
                texts = (default, annotation, value)
                found = names_problem(name) or next(
                    filter(None, map(expression_problem, texts)), ""
                )
                if not default and not value:
                    found = found or f"{name} has no default, and nothing for calls to pass"
            case RenameParameter(_, new):
                found = names_problem(new)
            case SetDefault(_, default):
                found = expression_problem(default)
            case _:
                found = ""
        if found:
            return found
    return ""


def drafted(
    files: Files, found: Found, changes: Sequence[ParameterChange]
) -> tuple[Definition, ...] | str:
    """Every definition with its new parameters, the one asked for first; or why not."""
    nodes = list(_nodes(files, found))
    done: list[Definition] = []
    for at, (view, node) in enumerate(nodes):
        receiver = isinstance(view.parents.get(node), ast.ClassDef) and not is_static(node)
        old = read(view, node, receiver)
        beside = at > 0 and ("overload" in marks(node) or view.path.endswith(".pyi"))
        made = _changed(view, node, old, changes, None if at == 0 else beside)
        if isinstance(made, str):
            where = "" if at == 0 else f"the one at {view.place(node)}: "
            return f"{where}{made}"
        done.append(made)
    return _alike(done) or tuple(done)


def _nodes(files: Files, found: Found) -> Iterator[tuple[View, Function]]:
    seen: set[Function] = set()
    for member in found.target.members:
        view = files.view(member.uri)
        stub = files.stub(member.uri)
        if view is None or not isinstance(member.node, Function):
            continue
        for each, node in ((view, member.node), *_same(stub, view, member.node)):
            if node not in seen:
                seen.add(node)
                yield each, node


def _same(stub: View | None, view: View, node: Function) -> Iterator[tuple[View, Function]]:
    """The definitions of the same qualified name in a stub."""
    if stub is not None:
        wanted = _trail(view, node)
        for each in ast.walk(stub.tree):
            if (
                isinstance(each, Function)
                and each.name == node.name
                and _trail(stub, each) == wanted
            ):
                yield stub, each


def _trail(view: View, node: ast.AST) -> list[str]:
    named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [each.name for each in (node, *view.above(node)) if isinstance(each, named)]


def _changed(
    view: View,
    node: Function,
    old: Parameters,
    changes: Sequence[ParameterChange],
    beside: bool | None,
) -> Definition | str:
    """`beside` is None for the definition that was asked for, True for an overload or stub."""
    new, applied = old, list[ParameterChange]()
    for change in changes:
        made = changed(new, change)
        if isinstance(made, str):
            if beside is None:
                return made
            if _needless(change, new, beside):
                continue
            return made
        problem = _body_problem(view, node, change)
        if problem:
            return problem
        new = made
        applied.append(change)
    return Definition(view, node, old, new, tuple(applied))


def _needless(change: ParameterChange, there: Parameters, beside: bool) -> bool:
    """Whether a definition beside the one asked for may do without a change: an overload that
    lacks the parameter, or an override that passes everything on."""
    if isinstance(change, AddParameter):
        return False
    passes = any(each.kind == "stars" for each in there.entries)
    return there.find(change.name) is None and (
        beside or (passes and isinstance(change, RenameParameter | SetDefault))
    )


def _body_problem(view: View, node: Function, change: ParameterChange) -> str:
    match change:
        case AddParameter(name):
            return free_problem(view, node, name)
        case RemoveParameter(name):
            return unused_problem(view, node, name)
    return ""


def _alike(done: Sequence[Definition]) -> str:
    """Why calls that may reach several of the definitions cannot be rewritten for all."""
    first = done[0]
    for each in done[1:]:
        if first.signature.moves and _places(each) != _places(first):
            return f"the one at {each.view.place(each.node)} has other parameters"
    return ""


def _places(definition: Definition) -> list[tuple[str, str]]:
    return [(each.name, each.kind) for each in definition.old.signature[definition.old.receiver :]]


def renamed(definition: Definition, patch: Patch) -> str:
    """Gives parameters their new names in the body; or says why that cannot be."""
    for change in definition.changes:
        if isinstance(change, RenameParameter):
            problem = rename(definition.view, patch, definition.node, change.name, change.new)
            if problem:
                return problem
    return ""


def written(definition: Definition, patch: Patch) -> str:
    """Rewrites the list of parameters; or says why that cannot be."""
    return write(definition.view, patch, definition.node, definition.new)


__all__ = ["Definition", "MoveParameter", "drafted", "problem_of", "renamed", "written"]
