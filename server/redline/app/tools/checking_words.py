"""Whether documentation leaves the code as it is."""

from __future__ import annotations

from collections.abc import Sequence

from redline.app.tools.checking import Changed, outcome_of
from redline.app.tools.context import ToolContext
from redline.core.checks.code_only import first_difference
from redline.core.checks.runners import family
from redline.core.proposal.model import Check, Failure
from redline.core.proposal.render import counted

NAME = "code"


def same_code(context: ToolContext, files: Sequence[Changed]) -> Check | None:
    """The check; None where no documentation was asked for, or no code is touched."""
    goal = context.run.goal
    if goal is None or goal.action != "document":
        return None
    began = context.adapters.clock.monotonic()
    code = [file for file in files if family(file.language)]
    gone = [
        each
        for each in context.files.draft.operations
        if each.kind != "create" and (lang := context.language(each.uri)) and family(lang.name)
    ]
    if not code and not gone:
        return None
    found = [Failure(context.files.path(e.uri), 0, f"is {e.kind}d") for e in gone]
    for file in code:
        language = context.language(file.uri)
        line = first_difference(language, file.before, file.after) if language else 0
        found += [Failure(file.path, line, "is other code than before")] if line else []
    scope = counted(len(code) + len(gone), "file")
    return outcome_of(context, NAME, scope, began, found, "the code is unchanged")
