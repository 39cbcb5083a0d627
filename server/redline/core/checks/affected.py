"""Which test files are run for a change: those it likely affects, or all where that is little."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SMALL = 10
"""A suite of at most so many files is run whole."""
MOST = 40
"""Of more files that are affected, the surest are run."""
SURE = 0.3
"""As sure as it is for a test that imports what is changed."""
ENOUGH = 5
"""Less sure ones are run until there are so many."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Files of tests, by uri; with `whole`, the runner is asked for all it finds.

    `left_out` likely affected ones are not run.
    """

    files: tuple[str, ...]
    whole: bool
    left_out: int = 0


def selected(
    every: Collection[str],
    sure: Mapping[str, float],
    changed: Collection[str],
    everything: bool,
) -> Selection:
    """The tests to run of `every` known file of tests.

    `sure` says how surely each of some files runs what is changed, `changed` are those that
    the change itself touches. Where nothing is known, all are run: one that was not run has
    proven nothing.
    """
    certain = [uri for uri in sorted(every) if uri in changed]
    others = [uri for uri in every if uri in sure and uri not in changed]
    others.sort(key=lambda uri: (-sure[uri], uri))
    wanted = max(sum(sure[uri] >= SURE for uri in others), ENOUGH - len(certain), 0)
    likely = [*certain, *others[:wanted]]
    if everything or len(every) <= SMALL or not likely:
        return Selection(tuple(sorted(every)), True)
    return Selection(tuple(likely[:MOST]), False, max(0, len(likely) - MOST))
