"""Facts by content: what was extracted once is never extracted again, whoever asks.

Shared by all workspaces and servers of the user. A key is the digest of the text, its
language, and the version of what extracts; so nothing in it is ever out of date, and a
damaged or foreign entry is just not there. Whatever fails, the index is built without.
"""

from __future__ import annotations

from collections.abc import Callable

from redline.adapters.index.codec import sound
from redline.adapters.plain_cache import Kept, PlainCache

LIMIT_BYTES = 512_000_000


class FactsCache(PlainCache):
    """Packed facts by key, in the folder that `place` gives ('' for none); opened when used."""

    def __init__(self, place: Callable[[], str], limit: int = LIMIT_BYTES) -> None:
        super().__init__(Kept("facts", place, limit))

    def get(self, key: str) -> bytes | None:
        """The packed facts under `key`, None where there are none that are sound."""
        found = super().get(key)
        return found if found is not None and sound(found) else None
