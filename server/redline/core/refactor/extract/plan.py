"""What an extracted Python function takes and gives back, or why it cannot be extracted."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.refactor.python import names
from redline.core.refactor.python.flow import NONE, Assigned, Names, State, merged
from redline.core.refactor.python.live import Exits, Live
from redline.core.refactor.python.names import Function
from redline.core.refactor.python.selection import Selection

_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_SEES_LOCALS = frozenset({"locals", "vars", "dir", "eval", "exec"})
_SEES_FRAMES = frozenset({"_getframe", "currentframe", "_getframemodulename", "stacklevel"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What the new function needs. `returns` says how its call ends the caller: not at
    all, with its value, or with a bare `return`.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    returns: str
    is_async: bool
    uses_class: bool


@dataclass(frozen=True, slots=True)
class _Flows:
    """What both passes found. `exits` is where control may leave the selection to."""

    exposed: Names
    written: Names
    deleted: Names
    end: State
    before: State
    after: Names
    exits: Exits


def plan(chosen: Selection, function: Function) -> Plan | str:
    """Inputs, outputs and shape, or a sentence on why the lines cannot be taken out."""
    problem = _control(chosen, function)
    if problem:
        return problem
    flows = _flows(chosen, function)
    local = _visible(chosen)
    problem = _closures(chosen, function, flows) or _names(chosen, function, flows, local)
    if problem:
        return problem
    needed = flows.exposed & local
    outputs = flows.written & flows.after if flows.end is not None else NONE
    outputs &= names.locals_of(function)
    unsure = outputs - (flows.end or NONE)
    lost = unsure - (flows.before or NONE)
    if lost:
        return f"{_listed(lost)} may be left without a value by these lines, yet is used after them"
    needed = (needed | unsure) - _own_only(chosen, function)
    unbound = needed & names.locals_of(function) - (flows.before or NONE)
    if unbound:
        return f"{_listed(unbound)} may have no value yet when these lines are reached"
    returns = _returns(chosen, function, flows)
    if isinstance(returns, _Problem):
        return returns.reason
    return Plan(
        _in_order(needed, function, chosen),
        _in_order(outputs, function, chosen),
        returns,
        _awaits(chosen.statements),
        _uses_class(chosen.statements),
    )


def _own_only(chosen: Selection, function: Function) -> Names:
    """The variables that nothing but the selection binds, each time anew: no inputs then."""
    if _in_loop(chosen, function):
        return NONE
    skipped = {id(each) for each in names.own(chosen.statements)}
    elsewhere = {
        name
        for node in names.own(function.body)
        if id(node) not in skipped
        for name in names.binds(node)
    }
    given = {each.arg for each in names.parameters(function.args)}
    return names.bound(chosen.statements) - elsewhere - given


@dataclass(frozen=True, slots=True)
class _Problem:
    reason: str


def _control(chosen: Selection, function: Function) -> str:
    """Statements that only mean something where they stand."""
    for node in names.own(chosen.statements):
        line = getattr(node, "lineno", chosen.start)
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return f"line {line} yields, which only the generator itself can do"
        if isinstance(node, ast.Global | ast.Nonlocal):
            return f"line {line} declares a name global or nonlocal"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            bare = not node.args or node.func.id in ("eval", "exec")
            if node.func.id in _SEES_LOCALS and bare:
                return f"line {line} calls {node.func.id}(), which looks at the local variables"
        if _last_word(node) in _SEES_FRAMES:
            return f"line {line} counts the frames of the call stack, and there would be one more"
    for each in _leaving(chosen.statements):
        word = "break" if isinstance(each, ast.Break) else "continue"
        return f"line {each.lineno} has a {word} of a loop that is not chosen with it"
    if _awaits(chosen.statements) and not isinstance(function, ast.AsyncFunctionDef):
        return "the lines await, but the function around them is not async"
    return ""


def _last_word(node: ast.AST) -> str:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
            return word
    return ""


def _leaving(statements: Sequence[ast.AST]) -> Iterator[ast.Break | ast.Continue]:
    """The `break`s and `continue`s that belong to a loop around `statements`."""
    for node in statements:
        if isinstance(node, ast.Break | ast.Continue):
            yield node
        elif isinstance(node, _LOOPS):
            yield from _leaving(node.orelse)
        elif not isinstance(node, names.Nested | ast.ClassDef):
            yield from _leaving(list(ast.iter_child_nodes(node)))


def _flows(chosen: Selection, function: Function) -> _Flows:
    before: list[State] = []
    live: set[str] = set()
    leaving: list[Exits] = []

    def reach(block: Sequence[ast.stmt], at: int, state: State) -> None:
        if block is chosen.block and at == chosen.first:
            before.append(state)

    def leave(block: Sequence[ast.stmt], at: int, after: Names, exits: Exits) -> None:
        if block is chosen.block and at == chosen.last:
            live.update(after)
            leaving.append(exits)

    given = frozenset(each.arg for each in names.parameters(function.args))
    Assigned(at=reach).block(function.body, given)
    Live(at=leave).block(function.body, NONE, Exits())
    inside = Assigned()
    end = inside.block(chosen.statements, NONE)
    state = before[0] if before else None
    for each in before[1:]:
        state = merged(state, each)
    exits = Exits(
        frozenset(name for each in leaving for name in each.raising),
        frozenset(name for each in leaving for name in each.returning),
    )
    return _Flows(
        frozenset(inside.exposed),
        frozenset(inside.written),
        frozenset(inside.deleted),
        end,
        state,
        frozenset(live),
        exits,
    )


def _visible(chosen: Selection) -> Names:
    """The variables of all functions around; a class body's are not seen from its methods."""
    found: set[str] = set()
    for each in chosen.around:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= names.locals_of(each)
    return frozenset(found)


def _names(chosen: Selection, function: Function, flows: _Flows, local: Names) -> str:
    """Names whose variables would become others."""
    outer = names.declared(function.body, ast.Global) | names.declared(function.body, ast.Nonlocal)
    if flows.written & outer:
        return f"the lines write {_listed(flows.written & outer)}, which is global or nonlocal"
    if flows.deleted & flows.exposed & local:
        return f"the lines delete {_listed(flows.deleted & flows.exposed)}, made outside of them"
    # What a handler or a `finally` around the lines sees of a half done selection.
    seen = flows.written & (flows.exits.raising | flows.exits.returning)
    if seen and not _last_only(chosen.statements, seen):
        return (
            f"{_listed(seen)} is written here and read by an exception handler or a finally "
            "around, which would not see its value when these lines stop halfway"
        )
    return ""


def _last_only(statements: Sequence[ast.stmt], written: Names) -> bool:
    """True when only the last statement writes these, as the last thing it does."""
    *head, last = statements
    plain = isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign)
    return plain and not names.bound(head) & written


def _closures(chosen: Selection, function: Function, flows: _Flows) -> str:
    """Nested functions share variables with the function around them; values would not do."""
    used = flows.exposed | flows.written
    own_names = names.locals_of(function)
    inside = list(_captures(chosen.statements))
    spans = {each.node for each in inside}
    loop = _in_loop(chosen, function)
    for each in _captures(function.body):
        shared = each.names & own_names & flows.written
        if each.node not in spans and shared and (loop or each.line < chosen.start):
            return f"{_listed(shared)} is written here and used by what line {each.line} defines"
    kept = _nonlocal(chosen) & used
    if kept:
        return f"{_listed(kept)} is written by a nested function, which shares the variable"
    rebound = _rebound(chosen, function, loop)
    for each in inside:
        shared = each.names & used & rebound
        if shared:
            return (
                f"what line {each.line} defines keeps {_listed(shared)}, which changes "
                "outside of these lines"
            )
    return ""


@dataclass(frozen=True, slots=True)
class _Capture:
    """Something that runs later and takes variables along; `node` is its identity."""

    node: int
    line: int
    names: Names


def _captures(statements: Sequence[ast.AST]) -> Iterator[_Capture]:
    """The nested functions, and the generators that nothing consumes at once."""
    consumed = {
        id(node.args[0])
        for node in names.own(statements)
        if isinstance(node, ast.Call) and len(node.args) == 1
    }
    for node in names.own(statements):
        if isinstance(node, names.Nested):
            yield _Capture(id(node), node.lineno, names.free(node))
        elif isinstance(node, ast.GeneratorExp) and id(node) not in consumed:
            yield _Capture(id(node), node.lineno, names.reads([node]))
        elif isinstance(node, ast.ClassDef):
            yield from _captures(node.body)


def _nonlocal(chosen: Selection) -> Names:
    """The names that any function nested in those around declares nonlocal."""
    outer = next(each for each in chosen.around if isinstance(each, names.Nested))
    return frozenset(
        name for node in ast.walk(outer) if isinstance(node, ast.Nonlocal) for name in node.names
    )


def _in_loop(chosen: Selection, function: Function) -> bool:
    inner = chosen.around[chosen.around.index(function) + 1 :]
    return any(isinstance(each, _LOOPS) for each in inner)


def _rebound(chosen: Selection, function: Function, loop: bool) -> Names:
    """The variables bound after the selection, or again by the next round of a loop around it."""
    if not loop:
        after = [
            each
            for each in names.own(function.body)
            if getattr(each, "lineno", 0) > chosen.end and names.binds(each)
        ]
        return frozenset(name for each in after for name in names.binds(each))
    inner = chosen.around[chosen.around.index(function) + 1 :]
    outermost = next(each for each in inner if isinstance(each, _LOOPS))
    later = [each for each in names.own(function.body) if getattr(each, "lineno", 0) > chosen.end]
    again = frozenset(name for each in later for name in names.binds(each))
    return names.bound([outermost]) | again


def _returns(chosen: Selection, function: Function, flows: _Flows) -> str | _Problem:
    """'' when the selection returns nowhere, else the statement that passes its return on."""
    found = [each for each in names.own(chosen.statements) if isinstance(each, ast.Return)]
    if not found:
        return ""
    tail = chosen.block is function.body and chosen.last == len(function.body)
    if flows.end is not None and not tail:
        return _Problem(
            f"line {found[0].lineno} returns, and other ways through these lines go on; "
            "choose lines that return on every path or on none"
        )
    bare = all(each.value is None for each in found)
    if bare:
        return "" if tail else "return"
    return "return value"


def _awaits(statements: Sequence[ast.stmt]) -> bool:
    for node in names.own(statements):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
    return False


def _uses_class(statements: Sequence[ast.stmt]) -> bool:
    """`super()` with no arguments, or `__class__`: they need a method around them."""
    for node in ast.walk(ast.Module(list(statements), [])):
        if isinstance(node, ast.Name) and node.id == "__class__":
            return True
        called = node.func if isinstance(node, ast.Call) and not node.args else None
        if isinstance(called, ast.Name) and called.id == "super":
            return True
    return False


def _in_order(wanted: Names, function: Function, chosen: Selection) -> tuple[str, ...]:
    """Parameters as the function has them, then the others as they first appear."""
    order = [each.arg for each in names.parameters(function.args)]
    seen = [
        (node.lineno, node.col_offset, node.id)
        for statement in chosen.statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    ]
    order += [name for _, _, name in sorted(seen)]
    order += sorted(wanted)
    return tuple(name for name in dict.fromkeys(order) if name in wanted)


def _listed(found: Names) -> str:
    return ", ".join(sorted(found))
