"""What models drafted for a place in a text, by digest: on disk, within a limit, no pickle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from redline.adapters import places
from redline.adapters.plain_cache import Kept, PlainCache

LIMIT_BYTES: Final = 16_000_000
SECONDS: Final = 86_400.0


class InlineDrafts:
    """The port `InlineCache` over a `PlainCache`, which is empty where it cannot be used."""

    __slots__ = ("_cache",)

    def __init__(self, cache: PlainCache) -> None:
        self._cache = cache

    def find(self, keys: Sequence[str]) -> tuple[str, bytes] | None:
        """The first of `keys` there is a value for, with the value."""
        for key in keys:
            found = self._cache.get(key)
            if found is not None:
                return key, found
        return None

    def keep(self, key: str, value: bytes) -> None:
        """Keeps a value."""
        self._cache.put({key: value})


def kept_drafts() -> InlineDrafts:
    """Those in the user's cache folder."""
    kept = Kept("inline drafts", places.inline_cache, LIMIT_BYTES, SECONDS)
    return InlineDrafts(PlainCache(kept))
