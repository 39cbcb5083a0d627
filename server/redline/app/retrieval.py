"""What a query is about, by all that is known: the index, the imports, and the history."""

from __future__ import annotations

from redline.app import graph, library
from redline.app.session import Session
from redline.core.retrieval.rank import Hit, rank


async def search(session: Session, query: str, limit: int) -> tuple[Hit, ...]:
    """The `limit` best files for `query`, as paths relative to the workspace.

    Files outside the folders, which only the user works on, are not found.
    """
    imports = await graph.imports(session)
    known = library.of(session)
    async with known.turn:
        memory = await library.remembered(session, known)
        links = library.links(session, known, imports)
        found = rank(known.corpus, memory, links, query, limit)
    library.settle(known)
    return found
