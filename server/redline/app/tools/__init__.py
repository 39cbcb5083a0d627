"""The tools a model calls, each one feature function behind a name.

A tool reads the run's texts and gives back a `ToolResult`; what it changes is a draft,
never a file. The same functions serve the editor's code actions and the command line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from fnmatch import fnmatchcase

from redline.app.tools import (
    changing,
    converting,
    editing,
    extracting,
    fixing,
    moving_files,
    proposing,
    reading,
    refactoring,
    relating,
    renaming,
    serving,
    testing,
    whole_files,
)
from redline.app.tools.context import ToolContext, failed
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.agent.moves import step_of

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
    "quick_fix": fixing.quick_fix,
    "test_layout": testing.test_layout,
    "example_tests": testing.example_tests_of,
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
    "edit": editing.edit,
    "apply_diff": editing.apply_diff,
    "replace_symbol": editing.replace_symbol,
    "write_file": editing.write_file,
    "create_file": whole_files.create_file,
    "rename_file": moving_files.rename_file,
    "delete_file": whole_files.delete_file,
    "revert": whole_files.revert,
    "propose": proposing.propose,
}


async def call(context: ToolContext, call: ToolCall) -> ToolResult:
    """Runs one call. What it changes outside the scope of its step is not taken."""
    tool = TOOLS.get(call.tool)
    if tool is None:
        return failed(call, f"{call.tool} cannot be run")
    result = await tool(context, call)
    return _within(context, call, result)


def _within(context: ToolContext, call: ToolCall, result: ToolResult) -> ToolResult:
    step = step_of(context.run, call.step)
    if step is None or not step.scope:
        return result
    uris = [change.uri for change in result.changes] + [each.uri for each in result.operations]
    changed = dict.fromkeys(context.files.path(uri) for uri in uris)
    outside = [path for path in changed if not any(fnmatchcase(path, g) for g in step.scope)]
    if not outside:
        return result
    scope = ", ".join(step.scope)
    return failed(
        call,
        f"step {step.id} may change {scope} alone, and this would change "
        f"{', '.join(outside)}: call plan with a wider step, or leave it",
    )


__all__ = ["TOOLS", "ToolContext", "call", "failed"]
