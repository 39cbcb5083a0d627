"""The tools a model calls, each one feature function behind a name.

A tool reads the run's texts and gives back a `ToolResult`; what it changes is a draft,
never a file. The same functions serve the editor's code actions and the command line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from redline.app.tools import (
    changing,
    converting,
    extracting,
    moving_files,
    proposing,
    reading,
    refactoring,
    relating,
    renaming,
    serving,
    whole_files,
)
from redline.app.tools.context import ToolContext, failed
from redline.core.agent.model import ToolCall, ToolResult

Tool = Callable[[ToolContext, ToolCall], Awaitable[ToolResult]]

TOOLS: Mapping[str, Tool] = {
    "read_file": reading.read_file,
    "search": reading.search,
    "outline": reading.outline,
    "symbols": reading.symbols,
    "references": reading.references,
    "explain": reading.explain,
    "callers": relating.callers,
    "callees": relating.callees,
    "importers": relating.importers,
    "tests_for": relating.tests_for,
    "neighbours": relating.neighbours,
    "map": relating.outline_of_all,
    "definition": serving.definition,
    "diagnostics": serving.diagnostics,
    "rename": renaming.rename,
    "code_actions": serving.code_actions,
    "format": serving.format_file,
    "extract_function": extracting.extract_function,
    "extract_variable": extracting.extract_variable,
    "extract_constant": extracting.extract_constant,
    "inline": refactoring.inline,
    "move_symbol": refactoring.move_symbol,
    "change_signature": refactoring.signature,
    "convert": converting.convert,
    "dead_code": refactoring.dead_code,
    "remove_dead_code": refactoring.remove_dead_code,
    "replace_pattern": converting.replace_pattern,
    "organise_imports": changing.organise_imports,
    "add_docstrings": changing.add_docstrings,
    "edit": changing.edit,
    "create_file": whole_files.create_file,
    "rename_file": moving_files.rename_file,
    "delete_file": whole_files.delete_file,
    "revert": whole_files.revert,
    "propose": proposing.propose,
}


async def call(context: ToolContext, call: ToolCall) -> ToolResult:
    """Runs one call."""
    tool = TOOLS.get(call.tool)
    return failed(call, f"{call.tool} cannot be run") if tool is None else await tool(context, call)


__all__ = ["TOOLS", "ToolContext", "call"]
