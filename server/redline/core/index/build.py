"""The results of building an index, as they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redline.core.index.model import Facts


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """Some of a build's results. `done` of `total` files are through.

    `bytes_read` is of this batch. `skipped` are pairs of path and reason.
    """

    done: int
    total: int
    bytes_read: int
    facts: Mapping[str, Facts]
    skipped: tuple[tuple[str, str], ...] = ()
