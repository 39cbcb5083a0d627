"""Tools that tell what hangs together: calls, imports, tests, what stands around a place.

They answer from what is on disk and in the editor, without what the run has drafted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from redline.app.tools.context import ToolContext, failed, number_of, said, source, text_of
from redline.app.tools.reading import LISTED, described
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.graph import calls
from redline.core.graph import covering as covers_of
from redline.core.graph import neighbours as near
from redline.core.graph.model import Call, Imports
from redline.core.index import query
from redline.core.index.model import Symbol
from redline.core.map.gather import code_map, uses
from redline.core.map.outline import outline
from redline.core.problems import Unreadable

TOKENS = 1000
MOST_TOKENS = 5000


async def callers(context: ToolContext, call: ToolCall) -> ToolResult:
    """Who calls a symbol."""

    def row(each: Call) -> str:
        return f"{_place(context, each)} {calls.shown(each)}{_sure(each)}"

    return await _calls(context, call, calls.callers, row, "no calls found")


async def callees(context: ToolContext, call: ToolCall) -> ToolResult:
    """What a symbol calls."""

    def row(each: Call) -> str:
        return f"{described(context, each.callee)}{_sure(each)}"

    nothing = "it calls nothing that the workspace defines"
    return await _calls(context, call, calls.callees, row, nothing)


async def _calls(
    context: ToolContext, call: ToolCall, ask: calls.Ask, row: Callable[[Call], str], empty: str
) -> ToolResult:
    """What `ask` says of each symbol of the name, a row each."""
    imports = await _imports(context)
    rows: list[str] = []
    for symbol in query.symbols_named(context.index, text_of(call, "name")):
        found = await asyncio.to_thread(ask, context.index, imports, symbol, context.base)
        rows += map(row, found)
    return _listed(call, rows, empty)


async def importers(context: ToolContext, call: ToolCall) -> ToolResult:
    """Which files import a file, and which it imports."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    imports = await _imports(context)
    rows = ["imported by:", *_paths(context, imports.importers.get(found.uri, ()))]
    rows += ["imports:", *_paths(context, imports.targets.get(found.uri, ()))]
    return _listed(call, rows, "")


async def tests_for(context: ToolContext, call: ToolCall) -> ToolResult:
    """Which tests likely run a symbol."""
    if context.lookup is None:
        return failed(call, "there is no workspace here")
    imports = await _imports(context)
    rows: list[str] = []
    for symbol in query.symbols_named(context.index, text_of(call, "name")):
        clues = await context.lookup.clues(symbol)
        found = await asyncio.to_thread(
            covers_of.covers, context.index, imports, symbol, context.base, clues
        )
        for cover in found:
            tests = f": {', '.join(cover.tests[:8])}" if any(cover.tests) else ""
            sure = f"{cover.confidence:.0%}, {', '.join(cover.because)}"
            rows.append(f"{context.files.path(cover.uri)} ({sure}){tests}")
    return _listed(call, rows, "no test of it was found")


async def neighbours(context: ToolContext, call: ToolCall) -> ToolResult:
    """What stands around a line, the nearest first."""
    found = source(context, text_of(call, "path"))
    if isinstance(found, str):
        return failed(call, found)
    line, text = number_of(call, "line", 1), context.base(found.uri)
    if text is None or not 1 <= line <= text.line_count:
        return failed(call, f"{found.path} has no line {line} before the changes of this run")
    start, words = text.row(line - 1)
    offset = start + len(words) - len(words.lstrip())
    imports = await _imports(context)
    every = await asyncio.to_thread(
        near.neighbours, context.index, imports, found.uri, offset, context.base
    )
    rows = [f"{each.because}: {_signed(context, each.symbol)}" for each in every]
    return _listed(call, rows, "nothing")


async def outline_of_all(context: ToolContext, call: ToolCall) -> ToolResult:
    """The code base within so many tokens."""
    tokens = max(1, min(number_of(call, "tokens", TOKENS), MOST_TOKENS))
    imports, folders = await _imports(context), context.files.folders
    path_of = partial(uris.relative, folders)

    def drawn() -> str:
        found = code_map(context.index, imports, "", path_of, lambda uri: None)
        return outline(found, partial(uses, context.index), tokens, context.adapters.count_tokens)

    return said(call, await asyncio.to_thread(drawn) or f"nothing fits into {tokens} tokens")


async def _imports(context: ToolContext) -> Imports:
    return await context.lookup.imports() if context.lookup is not None else Imports()


def _place(context: ToolContext, call: Call) -> str:
    text = context.files.base(call.uri)
    line = 1 if isinstance(text, Unreadable) else text.line_of(call.spans[0].start) + 1
    return f"{context.files.path(call.uri)}:{line}"


def _sure(call: Call) -> str:
    times = f", {len(call.spans)} times" if len(call.spans) > 1 else ""
    return f"  ({call.confidence:.0%}, {call.because}{times})"


def _signed(context: ToolContext, symbol: Symbol) -> str:
    return f"{described(context, symbol)}  {symbol.signature}".rstrip()


def _paths(context: ToolContext, uris: Sequence[str]) -> list[str]:
    return [f"  {context.files.path(uri)}" for uri in uris] or ["  (none)"]


def _listed(call: ToolCall, rows: Sequence[str], empty: str) -> ToolResult:
    shown = list(rows[:LISTED])
    if len(rows) > LISTED:
        shown.append(f"... and {len(rows) - LISTED} more")
    return said(call, "\n".join(shown) or empty)
