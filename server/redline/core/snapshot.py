"""The immutable view every reader works from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
