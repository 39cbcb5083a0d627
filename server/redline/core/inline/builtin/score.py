"""How likely a candidate is what comes next, from its features: a small forest of trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp

from redline.core.inline.builtin.table import BASE, TREES

THRESHOLD = 0.4
"""A candidate less likely than this is not suggested."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes in the order they are written: for values up to its threshold a node is followed by
    the next one, else by that at `other`. A leaf has the feature -1 and its value for threshold."""

    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    other: tuple[int, ...]

    def value(self, row: Sequence[float]) -> float:
        """What the tree says of a row of features."""
        features, thresholds, other = self.features, self.thresholds, self.other
        at = 0
        while (feature := features[at]) >= 0:
            at = at + 1 if row[feature] <= thresholds[at] else other[at]
        return thresholds[at]


@cache
def forest() -> tuple[Tree, ...]:
    """The trees of the table."""
    return tuple(read(line) for line in TREES.strip().splitlines())


def read(line: str) -> Tree:
    """A tree as it is written in the table. Raises `ValueError` for anything else."""
    features, thresholds, other = list[int](), list[float](), list[int]()
    nodes = iter(line.split())
    _read(nodes, (features, thresholds, other))
    return Tree(tuple(features), tuple(thresholds), tuple(other))


def _read(nodes: Iterator[str], into: tuple[list[int], list[float], list[int]]) -> None:
    features, thresholds, other = into
    feature, separator, threshold = next(nodes, "").partition(":")
    at = len(features)
    features.append(int(feature) if separator else -1)
    thresholds.append(float(threshold if separator else feature.removeprefix("=")))
    other.append(0)
    if separator:
        _read(nodes, into)
        other[at] = len(features)
        _read(nodes, into)


def chance(row: Sequence[float]) -> float:
    """How likely the candidate with these features is what comes next."""
    return 1 / (1 + exp(-BASE - sum(tree.value(row) for tree in forest())))
