"""The tools that refactor: computed changes, each whole or refused with the reason."""

from __future__ import annotations

from redline.core.agent.tool_spec import (
    ANY_PATH,
    LINE,
    PATH,
    REASON,
    Parameter,
    ToolSpec,
    flag,
    number,
    text,
)

_NAME = text("name", "its name, or a dotted end; or path and line instead", False)
_ROW = number("line", "1-based line the expression begins on")
_SELECTED = text("expression", "its source on that line; the user's selection unless given", False)

REFACTORINGS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "rename",
        "Rename a symbol everywhere it is meant, across files.",
        (
            text("new_name", "its new name"),
            text("name", "its name now, or a dotted end; or path and line instead", False),
            ANY_PATH,
            LINE,
            flag("texts", "also where strings and comments say it: hunks that are held back"),
        ),
        "propose",
    ),
    ToolSpec(
        "rename_file",
        "Give a file or a Python package another name or place; imports of it follow.",
        (
            text("path", "file or folder, relative to the workspace folder, with /"),
            text("new_path", "its path afterwards; nothing may be there yet"),
            REASON,
        ),
        "propose",
    ),
    ToolSpec(
        "extract_function",
        "Move whole statements, or one expression, into a new function or method and call it.",
        (
            PATH,
            number("start", "first line"),
            number("end", "last line"),
            text("name", "the new function's name", False),
            text("expression", "source of an expression on line `start`, to move that", False),
        ),
        "propose",
    ),
    ToolSpec(
        "extract_variable",
        "Give an expression a name on a line above its statement.",
        (
            PATH,
            _ROW,
            _SELECTED,
            text("name", "the variable's name", False),
            flag("every", "also for equal expressions in the same block"),
        ),
        "propose",
    ),
    ToolSpec(
        "extract_constant",
        "Make an expression a constant at the top of its module.",
        (
            PATH,
            _ROW,
            _SELECTED,
            text("name", "the constant's name", False),
            flag("every", "also for equal literals in the file"),
        ),
        "propose",
    ),
    ToolSpec(
        "inline",
        "Put what a variable, constant or function stands for in place of all its uses.",
        (_NAME, ANY_PATH, LINE),
        "propose",
    ),
    ToolSpec(
        "move_symbol",
        "Move a top-level function, class or constant to another module; imports follow.",
        (
            text("name", "its name; several of one file with commas"),
            text("to", "the file it goes to, relative to the workspace folder"),
            ANY_PATH,
            LINE,
        ),
        "propose",
    ),
    ToolSpec(
        "change_signature",
        "Change the parameters of a function or method, and every call of it.",
        (
            text("name", "the function, method or class, or a dotted end of it", False),
            ANY_PATH,
            LINE,
            Parameter(
                "changes",
                "strings",
                "each one of: add NAME[: TYPE] [= DEFAULT] [after NAME | first]; remove NAME; "
                "rename OLD NEW; order A, B, C; default NAME VALUE; pass NAME EXPRESSION (what "
                "all callers pass for an added one); pass NAME (callers that have the same "
                "parameter pass it on); through NAME CALLER, ... (these callers get it too)",
            ),
        ),
        "propose",
    ),
    ToolSpec(
        "convert",
        "Rewrite a file, or lines of it, in another well-known way that does the same.",
        (
            PATH,
            text(
                "to",
                "f-strings, pathlib, dataclass, early-return, comprehension, simplify, "
                "unused-imports or modern",
            ),
            number("start", "first line, when not the whole file", False),
            number("end", "last line", False),
            text("name", "only this class or function", False),
            flag("risky", "also changes that may alter what the program does"),
        ),
        "propose",
    ),
    ToolSpec(
        "remove_dead_code",
        "Remove what nothing uses: one symbol, or all that is dead beyond doubt.",
        (
            text("path", "only in this file", False),
            text("name", "only this symbol", False),
        ),
        "propose",
    ),
    ToolSpec(
        "replace_pattern",
        "Replace code by its shape, wherever it is: `f($A, $$$REST)` by `g($$$REST, $A)`.",
        (
            text("pattern", "code with $NAME for one part and $$$NAME for any number"),
            text("rewrite", "the code instead"),
            text("language", "the language of the files to look in"),
            text("path", "only in this file or folder", False),
        ),
        "propose",
    ),
    ToolSpec("organise_imports", "Sort imports and drop unused ones.", (PATH,), "propose"),
    ToolSpec(
        "add_docstrings",
        "Add docstring skeletons where they are missing.",
        (PATH, text("name", "only this symbol", False), LINE),
        "propose",
    ),
)

DEAD_CODE = ToolSpec(
    "dead_code",
    "What nothing seems to use, the surest first, with how sure that is.",
    (text("path", "only in this file", False),),
    "read",
)
