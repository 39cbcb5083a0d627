"""The tools a model may call. What they do is in `app/tools`."""

from __future__ import annotations

from collections.abc import Mapping

from redline.core.agent.arguments import read_arguments, unknown_tool
from redline.core.agent.edit_tools import EDITS
from redline.core.agent.plan import RoleName
from redline.core.agent.refactoring_tools import DEAD_CODE, REFACTORINGS
from redline.core.agent.tool_spec import (
    LINE,
    PATH,
    REASON,
    Parameter,
    ParameterType,
    ToolEffect,
    ToolSpec,
    number,
    text,
)

__all__ = [
    "BY_NAME",
    "ROLE_TOOLS",
    "TOOLS",
    "Parameter",
    "ParameterType",
    "ToolEffect",
    "ToolSpec",
    "read_arguments",
    "unknown_tool",
]

TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "plan",
        "State the plan before anything else. Call it again to revise it.",
        (
            Parameter(
                "steps",
                "strings",
                "each 'role: intent; in: PATHS; until: HOW ONE KNOWS', role one of scout,"
                " refactorer, tester, documenter, reviewer; `in` and `until` may be left out",
            ),
        ),
        "read",
        control=True,
    ),
    ToolSpec(
        "done",
        "The active step is finished; go to the next.",
        (
            text("evidence", "how you know it is done; what later steps must know"),
            Parameter("places", "strings", "what it is about, each PATH or PATH:LINE", False),
        ),
        "read",
        control=True,
    ),
    ToolSpec(
        "approve",
        "The change does what was asked, and nothing else.",
        (text("evidence", "how you know"),),
        "read",
        control=True,
    ),
    ToolSpec(
        "send_back",
        "The change must be mended before the user sees it; possible once.",
        (text("reasons", "what is wrong, where, and what would be right"),),
        "read",
        control=True,
    ),
    ToolSpec(
        "ask",
        "Put a question to the user when only they can decide.",
        (
            text("question", "one sentence"),
            Parameter("options", "strings", "the possible answers", False),
        ),
        "read",
        control=True,
    ),
    ToolSpec(
        "answer",
        "End the run with an answer instead of a change.",
        (text("markdown", "the answer, in Markdown"),),
        "read",
        control=True,
    ),
    ToolSpec(
        "give_up",
        "End the run because it cannot be done well.",
        (text("reason", "what stands in the way, and what the user can do"),),
        "read",
        control=True,
    ),
    ToolSpec(
        "read_file",
        "Lines of a file, numbered.",
        (
            PATH,
            number("start", "first line, 1-based", False),
            number("end", "last line, inclusive", False),
        ),
        "read",
    ),
    ToolSpec(
        "search",
        "Files and symbols that match a text query, best first.",
        (
            text("query", "words or identifiers"),
            number("limit", "how many, 10 unless said", False),
        ),
        "read",
    ),
    ToolSpec("outline", "The symbols of a file with their signatures.", (PATH,), "read"),
    ToolSpec(
        "symbols",
        "Where a name is defined.",
        (text("name", "the name, or a dotted end of it (Class.method)"),),
        "read",
    ),
    ToolSpec("references", "Where a name is used.", (text("name", "the name"),), "read"),
    ToolSpec(
        "callers",
        "Who calls a symbol, with how sure that is.",
        (text("name", "the name, or a dotted end of it (Class.method)"),),
        "read",
    ),
    ToolSpec(
        "callees",
        "What a symbol calls, with how sure that is.",
        (text("name", "the name, or a dotted end of it (Class.method)"),),
        "read",
    ),
    ToolSpec("importers", "Which files import a file, and which it imports.", (PATH,), "read"),
    ToolSpec(
        "tests_for",
        "Which tests likely run a symbol, with the reasons.",
        (text("name", "the name, or a dotted end of it (Class.method)"),),
        "read",
    ),
    ToolSpec(
        "neighbours",
        "What stands around a line: what it is in, what that calls, what calls that.",
        (PATH, number("line", "1-based line")),
        "read",
    ),
    ToolSpec(
        "map",
        "An outline of the whole code base: its central files with their main symbols.",
        (number("tokens", "at most so many tokens, 1000 unless said", False),),
        "read",
    ),
    ToolSpec(
        "explain",
        "What the index knows of the symbol at a place: signature, doc, callers, what it uses.",
        (
            text("path", "file, relative to the workspace folder, with /", False),
            LINE,
            text("name", "the symbol, instead of a line", False),
        ),
        "read",
    ),
    ToolSpec(
        "definition",
        "Where a name that is used on a line is defined, as the language server says.",
        (PATH, number("line", "1-based line"), text("name", "the name on that line")),
        "read",
    ),
    ToolSpec(
        "diagnostics",
        "What is wrong with a file as changed so far, as the language server says.",
        (PATH,),
        "read",
    ),
    DEAD_CODE,
    *REFACTORINGS,
    ToolSpec(
        "code_actions",
        "List what the language server offers to change at a line; with `title`, do that.",
        (
            PATH,
            number("line", "1-based line"),
            text("title", "one of the titles listed before", False),
        ),
        "propose",
    ),
    ToolSpec(
        "quick_fix",
        "Mend what is wrong on a line where that is certain: unused and missing imports, "
        "misspelled names, what the linter or the language server fixes.",
        (
            PATH,
            number("line", "1-based line"),
            number("end", "last line, where it is about several", False),
            text("message", "what was said to be wrong; all that is there unless said", False),
            text("choice", "one of the ways to mend it that were listed before", False),
        ),
        "propose",
    ),
    ToolSpec(
        "test_layout",
        "Where the tests of a file go, which runner they are for, and how those nearby look.",
        (PATH,),
        "read",
    ),
    ToolSpec(
        "example_tests",
        "Make tests of the examples (>>>) in a Python file's docstrings.",
        (
            text("path", "file, relative to the workspace folder, with /", False),
            text("name", "only this function or class", False),
            number("line", "only the function or class around this line", False),
        ),
        "propose",
    ),
    ToolSpec("format", "Format a file as its language server does.", (PATH,), "propose"),
    *EDITS,
    ToolSpec(
        "create_file",
        "Make a new file with its whole text; `edit` changes it afterwards.",
        (
            text("path", "where it will be; nothing may be there yet"),
            text("content", "its whole text, '' for an empty file"),
            REASON,
        ),
        "propose",
    ),
    ToolSpec("delete_file", "Delete a whole file.", (PATH, REASON), "propose"),
    ToolSpec(
        "revert",
        "Take back the changes made so far, to start over: of one file, or all of them.",
        (text("path", "only this file", False),),
        "propose",
    ),
    ToolSpec(
        "propose",
        "Check the changes made so far and show them to the user. Ends the run when they pass.",
        (text("title", "what the proposal does, in a few words"),),
        "propose",
    ),
)

BY_NAME: Mapping[str, ToolSpec] = {tool.name: tool for tool in TOOLS}

_CONTROL = ("plan", "done", "ask", "answer", "give_up")
_SERVED = ("definition", "diagnostics")
_RELATE = ("callers", "callees", "importers", "tests_for", "neighbours", "map", "dead_code")
_READ = ("read_file", "search", "outline", "symbols", "references", "explain", *_RELATE, *_SERVED)
_EDIT = tuple(tool.name for tool in EDITS)
_WRITE = (*_EDIT, "create_file", "revert", "propose")
_REFACTOR = tuple(tool.name for tool in REFACTORINGS)
_CHANGE = (*_REFACTOR, "code_actions", "quick_fix", "format", *_WRITE, "delete_file")
_TEST = ("test_layout", "example_tests")

ROLE_TOOLS: Mapping[RoleName, tuple[str, ...]] = {
    "planner": _CONTROL + _READ + _CHANGE + _TEST,
    "scout": _CONTROL + _READ,
    "refactorer": _CONTROL + _READ + _CHANGE,
    "tester": _CONTROL + _READ + _TEST + _WRITE,
    "documenter": _CONTROL + _READ + ("add_docstrings", *_WRITE),
    "reviewer": ("approve", "send_back", "ask", "answer", "give_up", *_READ),
}
