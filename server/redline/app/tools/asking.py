"""What a type checker says of names, as refactorings take it."""

from __future__ import annotations

from collections.abc import Sequence

from redline.app.ports_code import Use
from redline.app.tools.context import ToolContext
from redline.core import uris
from redline.core.problems import ToolProblem

MOST_DOUBTS = 200
"""So many places are asked about; with more, none is."""


async def uses_of(context: ToolContext, places: Sequence[Use]) -> tuple[Use, ...] | None:
    """Every use of what is defined at `places`; None where the server cannot tell."""
    documents, servers = context.files.documents(), context.adapters.servers
    found: set[Use] = set()
    for uri, span in places:
        folder = uris.folder_of(context.files.folders, uri)
        if folder is None:
            return None
        told = await servers.references(folder, documents, uri, span.start)
        if isinstance(told, ToolProblem):
            return None
        found.update(told)
    return tuple(sorted(each for each in found if context.files.inside(each[0])))


async def meant_elsewhere(context: ToolContext, places: Sequence[Use]) -> tuple[Use, ...] | None:
    """Those of `places` of which the server knows what they mean; None where it cannot tell."""
    documents, servers = context.files.documents(), context.adapters.servers
    found: list[Use] = []
    for uri, span in places if len(places) <= MOST_DOUBTS else ():
        folder = uris.folder_of(context.files.folders, uri)
        if folder is None:
            return None
        told = await servers.definition(folder, documents, uri, span.start)
        if isinstance(told, ToolProblem) and told.unavailable:
            return None
        if told and not isinstance(told, ToolProblem):
            found.append((uri, span))
    return tuple(found) if len(places) <= MOST_DOUBTS else None
