"""The results of building an index, as they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.index.model import Facts, Index


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """Some of a build's results. `done` of `total` files are through.

    `bytes_read` and `hits` (facts that were known from before) are of this batch. `gone`
    are files that are there no more; `skipped` are pairs of path and reason. `whole` is the
    base index so far, from who has it faster than it can be made of facts: a batch before it
    may come without facts. Unless it is complete, `gone` and what comes after are to be merged
    into it.
    """

    done: int
    total: int
    bytes_read: int = 0
    facts: Mapping[str, Facts] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()
    hits: int = 0
    gone: tuple[str, ...] = ()
    whole: Index | None = None
