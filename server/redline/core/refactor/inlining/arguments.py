"""How the arguments of one call stand in for the parameters of what is inlined there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from redline.core.refactor.call_sites.arguments import arguments
from redline.core.refactor.call_sites.files import View
from redline.core.refactor.call_sites.model import Function
from redline.core.refactor.inlining.order import (
    Effect,
    compared_by_identity,
    effect,
    is_immutable,
    is_stable,
    steps,
)
from redline.core.refactor.python import names


@dataclass(frozen=True, slots=True)
class Given:
    """What stands for a parameter: an expression of `view`, the call's or, for a default, the
    definition's."""

    view: View
    value: ast.expr


def given(
    home: View, function: Function, view: View, call: ast.Call, receiver: ast.expr | None = None
) -> dict[str, Given] | str:
    """What each parameter gets, in the order of the arguments; or why that is not known."""
    args = function.args
    if args.vararg is not None or args.kwarg is not None:
        return "takes any number of arguments"
    found: dict[str, Given] = {}
    places = [each.arg for each in (*args.posonlyargs, *args.args)]
    if receiver is not None:
        found[places.pop(0)] = Given(view, receiver)
    named = {each.arg for each in (*args.args, *args.kwonlyargs)}
    for node in arguments(call):
        if isinstance(node, ast.Starred) or (isinstance(node, ast.keyword) and node.arg is None):
            return "is called with * or **"
        if isinstance(node, ast.keyword):
            name = node.arg or ""
            if name not in named or name in found:
                return f"is called with {name}, which it does not take"
            found[name] = Given(view, node.value)
        elif not places:
            return "is called with more than it takes"
        else:
            found[places.pop(0)] = Given(view, node)
    return _with_defaults(home, view, call, args, found)


def _is_builtin(home: View, view: View, call: ast.Call, value: ast.expr) -> bool:
    """Whether a default is a builtin that the call sees as well."""
    if not isinstance(value, ast.Name) or value.id not in dir(builtins):
        return False
    return home.binder(value, value.id) is None and view.binder(call, value.id) is None


def _with_defaults(
    home: View, view: View, call: ast.Call, args: ast.arguments, found: dict[str, Given]
) -> dict[str, Given] | str:
    plain = [*args.posonlyargs, *args.args]
    defaults = dict(zip([each.arg for each in plain][::-1], args.defaults[::-1], strict=False))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if default is not None:
            defaults[arg.arg] = default
    for arg in (*plain, *args.kwonlyargs):
        if arg.arg in found:
            continue
        value = defaults.get(arg.arg)
        if value is None:
            return f"is called without {arg.arg}"
        if not is_immutable(value) and not _is_builtin(home, view, call, value):
            return f"has a default for {arg.arg} that may change"
        found[arg.arg] = Given(home, value)
    return found


def is_constant(given: Given) -> bool:
    """Whether an argument is the same whenever it is looked at."""
    value = given.value
    if isinstance(value, ast.Name):
        return is_stable(given.view, value)
    return is_immutable(value)


def order_problem(
    home: View, function: Function, body: ast.expr, found: Mapping[str, Given]
) -> str:
    """Why it would matter that arguments are computed where the parameters stand, '' where it
    does not."""
    for each in [each for each in ast.walk(body) if isinstance(each, ast.Name)]:
        if each.id in found and compared_by_identity(home, found[each.id].value, each):
            return f"{each.id} is compared by identity"
    moving = {name: got for name, got in found.items() if not is_constant(got)}
    uses: dict[str, list[ast.Name]] = {name: [] for name in moving}
    for node in ast.walk(body):
        if (
            isinstance(node, ast.Name)
            and node.id in uses
            and home.binder(node, node.id) is function
        ):
            uses[node.id].append(node)
    for name, places in uses.items():
        what = effect(moving[name].view, moving[name].value)
        if len(places) > 1:
            return f"what is passed for {name} would be computed {len(places)} times"
        if not places and what > Effect.READS:
            return f"what is passed for {name} would not be computed"
    waiting = [name for name in moving if uses[name]]
    worst = max((effect(moving[n].view, moving[n].value) for n in waiting), default=Effect.STABLE)
    return _in_turn(home, body, {uses[name][0]: name for name in waiting}, waiting, worst)


def _in_turn(
    home: View,
    body: ast.expr,
    places: Mapping[ast.AST, str],
    waiting: list[str],
    worst: Effect,
) -> str:
    """Goes through the body until all arguments are computed, in their order."""
    waiting = list(waiting)
    if not waiting:
        return ""
    allowed = Effect.READS if worst < Effect.ACTS else Effect.STABLE
    for step in steps(home, body):
        name = places.get(step.node)
        if name is not None:
            if step.sometimes or step.later:
                return f"what is passed for {name} might not be computed, or later"
            if waiting[0] != name and worst > Effect.READS:
                return f"what is passed for {name} would be computed too early"
            waiting.remove(name)
            if not waiting:
                return ""
        elif step.effect > allowed:
            return f"something is computed before what is passed for {waiting[0]}"
    return ""


def hidden_problem(
    home: View, function: Function, body: Collection[ast.AST], found: Mapping[str, Given]
) -> str:
    """Why a name in an argument would mean something else in the body, '' where none would."""
    inner = {
        name
        for part in body
        for node in ast.walk(part)
        for name in (
            names.targets(node)
            if isinstance(node, names.COMPREHENSIONS)
            else [each.arg for each in names.parameters(node.args)]
            if isinstance(node, names.Nested)
            else ()
        )
    }
    for each in found.values():
        for node in ast.walk(each.value):
            if isinstance(node, ast.Name) and node.id in inner:
                return f"{node.id} means something else inside of it"
    nested = any(
        isinstance(node, (*names.COMPREHENSIONS, ast.Lambda))
        for part in body
        for node in ast.walk(part)
    )
    for name, each in found.items():
        if nested and not is_constant(each) and _is_used_inside(home, function, body, name):
            return f"{name} is used by a function or comprehension inside of it"
    return ""


def _is_used_inside(home: View, function: Function, body: Collection[ast.AST], name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and home.scope(node) is not function
        for part in body
        for node in ast.walk(part)
    )
