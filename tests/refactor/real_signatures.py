"""Changes of signature to try on a real project: which functions, and what of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from refactor_trees import symbol_of

from redline.core.refactor.change_signature.changing import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
    change_signature,
    doubtful,
    family_of,
)
from redline.core.refactor.project import Planned, Project, Use

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Checker(Protocol):
    """A type checker."""

    def uses(self, places: Sequence[Use]) -> tuple[Use, ...] | None:
        """Every use of what stands at `places`; None where the checker cannot tell."""

    def others(self, places: Sequence[Use]) -> tuple[Use, ...]:
        """Those of `places` of which it knows what they mean."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask for."""

    words: str
    kind: str
    plan: Callable[[Project, Checker], Planned]


Drawer = Callable[[Mapping[str, bytes], Mapping[str, Collection[int]], Random], Iterator[Request]]


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes, by qualified name."""
    waiting: list[tuple[str, ast.stmt]] = [("", each) for each in tree.body]
    while waiting:
        prefix, node = waiting.pop(0)
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            waiting += [(f"{prefix}{node.name}.", each) for each in node.body]
        elif isinstance(node, ast.If | ast.Try):
            waiting += [(prefix, each) for each in node.body]


def run(node: Function, lines: Collection[int]) -> bool:
    """Whether something in the body was run."""
    return any(each.lineno in lines for each in node.body)


def drawn(
    files: Mapping[str, bytes], covered: Mapping[str, Collection[int]], random: Random
) -> Iterator[Request]:
    """Requests without end, as the seed has it."""
    every = [
        (path, name, node)
        for path in sorted(covered)
        for name, node in functions(ast.parse(files[path]))
        if run(node, covered[path]) and (name.endswith("__init__") or not name.endswith("__"))
    ]
    random.shuffle(every)
    for path, name, node in every:
        kinds = [each for each in MAKERS if MAKERS[each](node, Random(0)) is not None]
        if kinds:
            kind = random.choice(kinds)
            change = MAKERS[kind](node, random)
            assert change is not None
            yield _request(path, name, kind, change)


def _request(path: str, name: str, kind: str, change: ParameterChange) -> Request:
    def plan(project: Project, checker: Checker) -> Planned:
        symbol = symbol_of(project, f"{path}:{name}")
        places = family_of(project, symbol)
        uses = checker.uses(places) if places else None
        doubts = doubtful(project, symbol, (change,), uses)
        others = checker.others(doubts) if doubts else ()
        return change_signature(project, symbol, (change,), uses, others)

    return Request(f"{path}:{name} {change}", kind, plan)


def _plain(node: Function) -> list[ast.arg]:
    """Parameters that are given by position, a receiver left out."""
    plain = node.args.args
    return plain[1:] if plain and plain[0].arg in ("self", "cls") else plain


def _rename(node: Function, random: Random) -> ParameterChange | None:
    every = [*_plain(node), *node.args.kwonlyargs]
    return RenameParameter(random.choice(every).arg, "renamed_one") if every else None


def _add_last(node: Function, random: Random) -> ParameterChange | None:
    return AddParameter("added_one", "None")


def _add_passed(node: Function, random: Random) -> ParameterChange | None:
    required = len(node.args.args) - len(node.args.defaults)
    plain = [each.arg for each in _plain(node)]
    if not plain or required < len(node.args.args) - len(plain):
        return None
    names = ["", *(each.arg for each in node.args.args[:required] if each.arg in plain)]
    return AddParameter("added_one", after=random.choice(names), value="None")


def _move(node: Function, random: Random) -> ParameterChange | None:
    plain = _plain(node)
    required = len(plain) - len(node.args.defaults)
    if required >= 2:
        at = random.randrange(required - 1)
    elif len(plain) - max(0, required) >= 2:
        at = random.randrange(max(0, required), len(plain) - 1)
    else:
        return None
    return MoveParameter(plain[at].arg, at + 1)


def _default(node: Function, random: Random) -> ParameterChange | None:
    plain = _plain(node)
    required = len(plain) - len(node.args.defaults)
    if node.args.defaults and random.random() < 0.5 and required >= 0:
        first = node.args.defaults[0]
        if isinstance(first, ast.Constant):
            return SetDefault(plain[required].arg, "")
    return SetDefault(plain[required - 1].arg, "None") if required > 0 else None


def _remove(node: Function, random: Random) -> ParameterChange | None:
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    unused = [each.arg for each in _plain(node) if each.arg not in used]
    return RemoveParameter(random.choice(unused)) if unused else None


MAKERS: dict[str, Callable[[Function, Random], ParameterChange | None]] = {
    "rename": _rename,
    "add": _add_last,
    "add and pass": _add_passed,
    "move": _move,
    "default": _default,
    "remove": _remove,
}
