"""What language servers and linters find wrong with one file, as a draft leaves it."""

from __future__ import annotations

from redline.app.files import Files
from redline.app.tools.context import ToolContext
from redline.core import uris
from redline.core.checks.delta import Problem
from redline.core.problems import ToolProblem
from redline.core.text.text import Text


async def problems_in(context: ToolContext, files: Files, uri: str) -> tuple[Problem, ...] | str:
    """The problems of a file with the texts of `files`; why nothing can tell, where nothing can.

    What the same tool says twice of one line is told once.
    """
    text = files.text(uri)
    if not isinstance(text, Text):
        return ()
    found: list[Problem] = []
    silent: list[str] = []
    folder = uris.folder_of(files.folders, uri)
    if folder is not None:
        told = await context.adapters.servers.diagnostics(folder, files.documents(), [uri])
        if isinstance(told, ToolProblem):
            silent.append(told.message)
        else:
            for each in told.get(uri, ()):
                if each.span.end <= len(text):
                    line = text.line_of(each.span.start)
                    words = text.line_bytes(line).decode("utf-8", "replace")
                    first = each.message.partition("\n")[0]
                    found.append(Problem(files.path(uri), line + 1, each.code, first, words))
    language = context.language(uri)
    if language is not None and language.name == "python" and text.is_utf8:
        for look in (context.adapters.linter.undefined, context.adapters.linter.problems):
            seen = await look(uris.file_path(uri) or files.path(uri), text)
            if isinstance(seen, ToolProblem):
                silent.append(seen.message)
            else:
                found += [Problem(files.path(uri), p.line, p.code, p.message, p.text) for p in seen]
        return tuple(dict.fromkeys(found)) if len(silent) < 3 else silent[0]
    return silent[0] if silent else tuple(dict.fromkeys(found))
