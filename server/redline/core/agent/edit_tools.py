"""The tools by which a model writes text of its own into a file that is there."""

from __future__ import annotations

from redline.core.agent.tool_spec import PATH, REASON, ToolSpec, flag, text

EDITS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "edit",
        "Replace text that occurs exactly once in a file.",
        (
            PATH,
            text("search", "the exact text now, copied with its indentation"),
            text("replace", "the text instead"),
            REASON,
        ),
        "propose",
    ),
    ToolSpec(
        "apply_diff",
        "Change files by a unified diff. Hunks are found by their old lines: all, or none is made.",
        (
            text("diff", "with ---, +++ and @@ lines; old lines exact, two or three around"),
            text("path", "the file, where the diff names none", False),
            REASON,
        ),
        "propose",
    ),
    ToolSpec(
        "replace_symbol",
        "Put a whole new function, method or class in place of the one of that name.",
        (
            text("name", "its name, or Class.method"),
            text("text", "all of it, decorators too; the comment above only to replace it"),
            text("path", "the file, when several define the name", False),
            REASON,
        ),
        "propose",
    ),
    ToolSpec(
        "write_file",
        "Give a file that is there a whole new text; for small files, or when most changes.",
        (
            PATH,
            text("content", "its whole text, nothing left out"),
            flag("shorter", "whether most of the lines are meant to go"),
            REASON,
        ),
        "propose",
    ),
)
