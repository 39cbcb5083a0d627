"""In which order Python computes the parts of an expression, and what computing them may do."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from redline.core.refactor.call_sites.files import View
from redline.core.refactor.python import names


class Effect(IntEnum):
    """What computing something depends on, and may do."""

    STABLE = 0
    """Nothing: the same value at any time."""
    READS = 1
    """Reads what may change: attributes, items, what operators look at."""
    ACTS = 2
    """May do anything: it calls something."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part as its turn comes. `sometimes`: it may be left out, or done several times;
    `later`: it is done when something else asks for it.
    """

    node: ast.AST
    effect: Effect
    sometimes: bool = False
    later: bool = False


def steps(view: View, node: ast.AST) -> Iterator[Step]:
    """The parts of an expression in the order in which they are computed."""
    match node:
        case ast.Name():
            yield Step(node, Effect.STABLE if is_stable(view, node) else Effect.READS)
        case ast.BoolOp(values=[first, *rest]):
            yield from steps(view, first)
            yield from _sometimes(view, rest)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from steps(view, test)
            yield from _sometimes(view, [body, orelse])
        case ast.Compare(left=left, comparators=[first, *rest]):
            yield from steps(view, left)
            yield from steps(view, first)
            yield Step(node, Effect.READS)
            yield from _sometimes(view, rest)
        case ast.Lambda(body=body):
            yield from _all(view, names.header(node))
            yield from (replace(step, later=True) for step in _sometimes(view, [body]))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _comprehension(view, node)
        case ast.Dict(keys=keys, values=values):
            pairs = (each for pair in zip(keys, values, strict=True) for each in pair)
            yield from _all(view, (each for each in pairs if each is not None))
            yield Step(node, Effect.READS)
        case _:
            yield from _all(view, ast.iter_child_nodes(node))
            yield Step(node, _own(node))


def _all(view: View, nodes: Iterable[ast.AST]) -> Iterator[Step]:
    for each in nodes:
        yield from steps(view, each)


def _sometimes(view: View, nodes: list[ast.expr]) -> Iterator[Step]:
    for each in nodes:
        yield from (replace(step, sometimes=True) for step in steps(view, each))


def _comprehension(view: View, node: names.Comprehension) -> Iterator[Step]:
    first, *rest = node.generators
    yield from steps(view, first.iter)
    later = isinstance(node, ast.GeneratorExp)
    if not later:
        yield Step(node, Effect.ACTS)  # what is gone through may be made on the way
    inner: list[ast.expr] = [*first.ifs]
    for each in rest:
        inner += [each.iter, *each.ifs]
    inner += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    yield from (replace(step, later=later) for step in _sometimes(view, inner))


def _own(node: ast.AST) -> Effect:
    acts = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.Starred, ast.NamedExpr)
    if isinstance(node, acts):
        return Effect.ACTS
    if isinstance(node, ast.Constant):
        return Effect.STABLE
    calm = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.keyword)
    if isinstance(node, (*calm, ast.Tuple)):
        return Effect.STABLE
    return Effect.READS


def is_stable(view: View, node: ast.Name) -> bool:
    """Whether a name means the same thing as long as its scope lives: a builtin, or bound
    exactly once."""
    scope = view.binder(node, node.id)
    if scope is None:
        return True
    bound = view.bindings(scope)[node.id]
    if isinstance(scope, names.COMPREHENSIONS):
        return False
    return len(bound) == 1 and not _in_loop(view, bound[0])


def _in_loop(view: View, binding: ast.AST) -> bool:
    """Whether a binding is made again and again."""
    for above in view.above(binding):
        if isinstance(above, ast.For | ast.AsyncFor | ast.While):
            return True
        if isinstance(above, names.Nested | ast.ClassDef | ast.Module):
            return False
    return False


def effect(view: View, node: ast.expr) -> Effect:
    """The most that computing an expression may do."""
    return max((each.effect for each in steps(view, node) if not each.later), default=Effect.STABLE)


def compared_by_identity(view: View, value: ast.expr, place: ast.expr) -> bool:
    """Whether a literal would be compared by `is` in place of a name: which object it is would
    begin to matter, and Python warns."""
    above = view.parents.get(place)
    if not isinstance(above, ast.Compare):
        return False
    single = isinstance(value, ast.Constant) and (
        value.value is None or value.value is ... or isinstance(value.value, bool)
    )
    literal = isinstance(value, ast.Constant | ast.Tuple | ast.UnaryOp | ast.BinOp)
    return literal and not single and any(isinstance(op, ast.Is | ast.IsNot) for op in above.ops)


def is_immutable(node: ast.expr) -> bool:
    """Whether an expression is a literal that cannot change: numbers, strings, tuples of them,
    and what is computed from numbers."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return is_immutable(operand)
        case ast.BinOp(left=left, right=right):
            return is_immutable(left) and is_immutable(right)
        case ast.Tuple(elts=elts):
            return all(map(is_immutable, elts))
    return False
