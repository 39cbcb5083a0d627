"""What the batches of a build come to."""

from __future__ import annotations

from collections.abc import Iterable

from redline.core.index.build import IndexBatch
from redline.core.index.model import Facts


def facts_in(batches: Iterable[IndexBatch]) -> dict[str, Facts]:
    """The facts of all files, when the last of `batches` has come."""
    found: dict[str, Facts] = {}
    for batch in batches:
        if batch.whole is not None:
            found = dict(batch.whole.base)
        for uri in batch.gone:
            found.pop(uri, None)
        found.update(batch.facts)
    return found
