"""What tools look up in the workspace as a whole, for one session."""

from __future__ import annotations

from functools import partial

from redline.app import graph, retrieval
from redline.app.session import Session
from redline.app.tools.context import Lookup


def lookup_of(session: Session) -> Lookup:
    """Search, imports and what speaks for tests, as they are now."""
    return Lookup(
        partial(retrieval.search, session),
        partial(graph.imports, session),
        partial(graph.drafted, session),
        partial(graph.clues, session),
    )
