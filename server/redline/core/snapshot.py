"""The immutable view every reader works from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from redline.core import uris
from redline.core.index.model import Index
from redline.core.settings import Settings
from redline.core.text.text import Document
from redline.core.uris import Folder


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a session. `documents` are the open ones, by uri; `seq` only grows."""

    seq: int = 0
    folders: tuple[Folder, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)
    index: Index = Index()
    settings: Settings = Settings()


def confined(snapshot: Snapshot, asked: Collection[str]) -> Snapshot:
    """What a run may see: the folders, and the documents `asked` that the user works on.

    Any other document that is open outside the folders is left out, facts and all: what
    the user happens to look at is not handed to a model.
    """

    def seen(uri: str) -> bool:
        return uri in asked or uris.folder_of(snapshot.folders, uri) is not None

    if all(map(seen, snapshot.documents)):
        return snapshot
    documents = {uri: each for uri, each in snapshot.documents.items() if seen(uri)}
    overlay = {uri: each for uri, each in snapshot.index.overlay.items() if seen(uri)}
    return replace(snapshot, documents=documents, index=replace(snapshot.index, overlay=overlay))
