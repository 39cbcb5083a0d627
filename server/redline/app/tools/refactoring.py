"""Refactorings over several files: change a signature, inline, move, remove what is dead."""

from __future__ import annotations

from functools import partial

from redline.app.tools.asking import meant_elsewhere, uses_of
from redline.app.tools.context import (
    ToolContext,
    failed,
    number_of,
    said,
    source,
    strings_of,
    text_of,
)
from redline.app.tools.projects import drafted, planned
from redline.app.tools.reading import LISTED, described
from redline.app.tools.served import Wanted, by_server, ours
from redline.app.tools.targets import Target, definition_meant, name_meant, target_of
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.index.model import Symbol
from redline.core.index.query import qualified_name, symbols_named
from redline.core.refactor.carried import not_carried
from redline.core.refactor.change_signature.changing import (
    ParameterChange,
    change_signature,
    doubtful,
    family_of,
)
from redline.core.refactor.change_signature.words import read_changes
from redline.core.refactor.dead_code.finding import SUREST, Dead, dead_symbols
from redline.core.refactor.dead_code.removal import remove_all, remove_dead
from redline.core.refactor.inlining.constant import inline_constant
from redline.core.refactor.inlining.function import inline_function
from redline.core.refactor.inlining.variable import inline_variable, variables_named
from redline.core.refactor.move_symbol.moving import move_symbol as moved
from redline.core.refactor.project import Planned, Project, impossible
from redline.core.text.text import Span

FUNCTIONS = ("function", "method")


async def signature(context: ToolContext, call: ToolCall) -> ToolResult:
    """Changes the parameters of a function, and its calls."""
    symbol = await _symbol(context, call)
    if isinstance(symbol, ToolResult):
        return symbol

    def reading(project: Project) -> list[ParameterChange] | str:
        return read_changes(strings_of(call, "changes"), partial(symbols_named, project.index))

    changes = await planned(context, reading)
    if isinstance(changes, str):
        return failed(call, changes)
    family = await planned(context, partial(family_of, symbol=symbol))
    uses = await uses_of(context, family) if family else None
    doubts = await planned(context, lambda project: doubtful(project, symbol, changes, uses))
    others = await meant_elsewhere(context, doubts) if doubts else ()
    plan = await planned(
        context, lambda project: change_signature(project, symbol, changes, uses, others)
    )
    return drafted(context, call, plan, f"change the signature of {qualified_name(symbol)}")


async def inline(context: ToolContext, call: ToolCall) -> ToolResult:
    """Puts what a name stands for in place of its uses."""
    name = text_of(call, "name") or name_meant(context, call)
    if isinstance(name, ToolResult):
        return name
    target = target_of(context, call, name)
    if isinstance(target, ToolResult):
        return target
    language = target.source.language
    if language is None or not ours(call, language):
        place = target.source
        wanted = Wanted("refactor.inline", ("inline",), f"inline {name}")
        return await by_server(context, call, place, Span(target.offset, target.offset), wanted)
    several = () if target.symbol else await _several(context, call, target, name)
    if several:
        message = f"{len(several)} functions have a variable {name}; give path and line of one"
        return failed(call, message, several)
    found = await _inlined(context, target)
    if isinstance(found, str):
        return failed(call, found)
    return drafted(context, call, found, f"inline {name.rsplit('.', 1)[-1]}")


async def _several(
    context: ToolContext, call: ToolCall, target: Target, name: str
) -> tuple[str, ...]:
    """The local variables it could be, where nothing tells which; () where something does."""
    goal, place = context.run.goal, target.source
    at = Span(target.offset, target.offset + len(name.encode()))
    selected = goal is not None and goal.uri == place.uri and goal.span is not None
    if number_of(call, "line") or (selected and goal and goal.span and goal.span.touches(at)):
        return ()
    found = await planned(context, lambda project: variables_named(project, place.uri, name))
    rows = (place.text.line_of(each) + 1 for each in found)
    return tuple(f"{place.path}:{row} variable {name}" for row in rows) if len(found) > 1 else ()


async def _inlined(context: ToolContext, target: Target) -> Planned | str:
    """A local variable at the place; else the constant or function that is meant there."""
    symbol, uri, at = target.symbol, target.source.uri, target.offset
    if symbol is None or symbol.kind not in FUNCTIONS:
        local = await planned(context, lambda project: inline_variable(project, uri, at))
        if not local.refusal or (symbol is None and "is no local variable" not in local.refusal):
            return local
        symbol = symbol or await definition_meant(context, target)
        if symbol is None:
            return local
    if symbol.kind in FUNCTIONS:
        meant: Symbol = symbol
        uses = await uses_of(context, [(symbol.uri, symbol.name_span)])
        return await planned(context, lambda project: inline_function(project, meant, uses=uses))
    if symbol.kind in ("variable", "constant"):
        given: Symbol = symbol
        return await planned(context, lambda project: inline_constant(project, given))
    return f"{described(context, symbol, True)} cannot be inlined"


async def move_symbol(context: ToolContext, call: ToolCall) -> ToolResult:
    """Moves definitions to another module."""
    names = [each.strip() for each in text_of(call, "name").split(",") if each.strip()]
    symbols: list[Symbol] = []
    for name in names:
        found = await _symbol(context, call, name)
        if isinstance(found, ToolResult):
            return found
        symbols.append(found)
    if not symbols:
        return failed(call, "give the name of what is to move")
    to = text_of(call, "to").removeprefix("./")
    uses = await uses_of(context, [(each.uri, each.name_span) for each in symbols])
    plan = await planned(context, lambda project: moved(project, symbols, to, uses))
    return drafted(context, call, plan, f"move {', '.join(names)} to {to}")


async def dead_code(context: ToolContext, call: ToolCall) -> ToolResult:
    """What nothing seems to use, the surest first."""
    path = _path(context, call)
    if isinstance(path, ToolResult):
        return path
    found = await planned(context, lambda project: dead_symbols(project, path or None))
    rows = [_row(context, each) for each in found[:LISTED]]
    rows += [f"... {len(found) - LISTED} more"] if len(found) > LISTED else []
    return said(call, "\n".join(rows) or "everything is used, as far as names tell")


def _row(context: ToolContext, each: Dead) -> str:
    why = f": {'; '.join(each.reasons)}" if each.reasons else ""
    return f"{described(context, each.symbol, True)} ({each.confidence:.0%} sure{why})"


async def remove_dead_code(context: ToolContext, call: ToolCall) -> ToolResult:
    """Removes one symbol that is dead, or all that are beyond doubt."""
    path, name = _path(context, call), text_of(call, "name")
    if isinstance(path, ToolResult):
        return path
    plan = await planned(context, lambda project: _removed(context, project, path, name))
    return drafted(context, call, plan, f"remove {name or 'dead code'}")


def _removed(context: ToolContext, project: Project, path: str, name: str) -> Planned:
    found = dead_symbols(project, path or None)
    if not name:
        sure = [each for each in found if each.confidence >= SUREST]
        where = path or "the workspace"
        return (
            remove_all(project, sure)
            if sure
            else impossible(f"nothing in {where} is dead beyond doubt")
        )
    short = name.rsplit(".", 1)[-1]
    named = [each.symbol for each in found if qualified_name(each.symbol).endswith(name)]
    named = [each for each in named if each.name == short] or [
        each
        for each in symbols_named(project.index, name)
        if not path or project.path_of(each.uri) == path
    ]
    if len(named) > 1:
        options = tuple(described(context, each, True) for each in named)
        return Planned(refusal=f"{len(named)} symbols are called {name}", options=options)
    return remove_dead(project, named[0]) if named else impossible(f"nothing is called {name}")


def _path(context: ToolContext, call: ToolCall) -> str | ToolResult:
    """The path a call is about as the project has it; '' for none."""
    path = text_of(call, "path")
    found = source(context, path) if path else ""
    if isinstance(found, str):
        return failed(call, found) if found else ""
    return found.path


async def _symbol(context: ToolContext, call: ToolCall, name: str = "") -> Symbol | ToolResult:
    """The one Python definition a call means."""
    wanted = name or text_of(call, "name") or name_meant(context, call)
    if isinstance(wanted, ToolResult):
        return wanted
    target = target_of(context, call, wanted)
    if isinstance(target, ToolResult):
        return target
    language = target.source.language
    if language is None or not ours(call, language):
        why = not_carried(call.tool, language.name if language is not None else "")
        return failed(call, f"{target.source.path}: {why}")
    symbol = target.symbol or await definition_meant(context, target)
    if symbol is None:
        return failed(call, f"what defines {wanted} is not known; give its path and line")
    return symbol
