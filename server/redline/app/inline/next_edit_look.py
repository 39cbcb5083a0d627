"""What follows from the edits of a session, as the workspace is at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from redline.app import documents, graph
from redline.app.session import Session
from redline.core import uris
from redline.core.index.languages import Language
from redline.core.inline.next_edit import find
from redline.core.inline.next_edit.model import Around, Pattern
from redline.core.inline.next_edit.trail import Trail

Look = Callable[[Mapping[str, Trail], float], tuple[Pattern, ...]]
"""What is due after some edits, at a time; takes a while."""


async def prepared(session: Session, far: set[tuple[str, str]]) -> Look:
    """A look at the workspace as it is now, for a thread to take; `far` as in `Around`."""
    imports = await graph.imports(session)
    snapshot, languages = session.snapshot, session.adapters.languages
    apart = frozenset(uri for uri in session.documents if documents.is_apart(session, uri))

    def language_of(uri: str) -> Language | None:
        document, facts = snapshot.documents.get(uri), snapshot.index.facts(uri)
        closed = languages.name_for_path(uri) or ""
        name = document.language if document is not None else closed
        large = document is None and facts is not None and facts.size > documents.LARGE
        return None if large or uri in apart else languages.named(name)

    around = Around(
        snapshot.index,
        imports,
        graph.texts(session),
        language_of,
        lambda uri: uris.for_model(snapshot.folders, uri),
        lambda path: uris.absolute(snapshot.folders, path),
        far,
    )
    return partial(_looked, around, frozenset(snapshot.documents))


def _looked(
    around: Around, opened: frozenset[str], trails: Mapping[str, Trail], at: float
) -> tuple[Pattern, ...]:
    """The patterns; what was typed in a file counts as long as the file holds it."""
    held = {
        uri: trail
        for uri, trail in trails.items()
        if uri in opened or around.text_of(uri) == trail.now
    }
    return find.patterns(around, held, at)
