"""Fits the score of the builtin inline model (`core/inline/builtin/table.py`).

    fit_next_line.py ROWS... --table FILE [--held ROWS...] [--folds N]     (needs numpy)

Rows are what `next_line.py FOLDER --rows ROWS` writes: one candidate a line. The score is a
small forest of gradient-boosted trees, made to say how likely a candidate is the line.
`--folds` says beforehand how well it does on repositories it is not fitted to, all those given
in turn, and which threshold is right for 65 of 100 lines that are shown.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BINS, DEPTH, TREES, RATE, LEAST, L2 = 48, 5, 120, 0.09, 60.0, 8.0
PRECISION = 0.65
"""Of what is shown, so much is to be right."""


@dataclass
class Rows:
    case: np.ndarray
    right: np.ndarray
    features: np.ndarray


def load(paths: list[str]) -> Rows:
    case, right, features, base = [], [], [], 0
    for path in paths:
        last = 0
        for line in Path(path).read_text().splitlines():
            number, hit, row = json.loads(line)
            case.append(base + number)
            right.append(hit)
            features.append(row)
            last = number
        base += last + 1
    return Rows(np.array(case), np.array(right, float), np.array(features, np.float32))


@dataclass
class Tree:
    feature: int = -1
    threshold: float = 0.0
    left: Tree | None = None
    right: Tree | None = None
    value: float = 0.0


def split(binned, edges, gradient, hessian, rows, depth):
    g, h = gradient[rows].sum(), hessian[rows].sum()
    leaf = Tree(value=float(RATE * g / (h + L2)))
    if depth == 0 or h < LEAST / 20 or len(rows) < 2 * LEAST:
        return leaf
    best, at = 1e-3, None
    some_gradient, some_hessian = gradient[rows], hessian[rows]
    parent = g * g / (h + L2)
    for feature in range(len(binned)):
        column = binned[feature][rows]
        gs = np.bincount(column, some_gradient, BINS + 1).cumsum()
        hs = np.bincount(column, some_hessian, BINS + 1).cumsum()
        ns = np.bincount(column, minlength=BINS + 1).cumsum()
        gain = gs**2 / (hs + L2) + (g - gs) ** 2 / (h - hs + L2) - parent
        gain[(ns < LEAST) | (len(rows) - ns < LEAST)] = -1
        place = int(gain[: len(edges[feature])].argmax()) if len(edges[feature]) else -1
        if place >= 0 and gain[place] > best:
            best, at = gain[place], (feature, place)
    if at is None:
        return leaf
    feature, place = at
    goes = binned[feature][rows] <= place
    return Tree(
        feature,
        float(edges[feature][place]),
        split(binned, edges, gradient, hessian, rows[goes], depth - 1),
        split(binned, edges, gradient, hessian, rows[~goes], depth - 1),
    )


def apply(tree, features, rows, out):
    if tree.feature < 0:
        out[rows] += tree.value
        return
    goes = features[rows, tree.feature] <= tree.threshold
    apply(tree.left, features, rows[goes], out)
    apply(tree.right, features, rows[~goes], out)


def fitted(rows, trees):
    edges = []
    for column in rows.features.T:
        cuts = np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]))
        edges.append(cuts[cuts < column.max()].round(4))
    binned = [
        np.searchsorted(cut, column, "left")
        for cut, column in zip(edges, rows.features.T, strict=True)
    ]
    base = float(np.log(rows.right.mean() / (1 - rows.right.mean())))
    score = np.full(len(rows.right), base)
    forest = []
    everything = np.arange(len(score))
    dice = np.random.default_rng(1)
    for _ in range(trees):
        p = 1 / (1 + np.exp(-score))
        some = everything[dice.random(len(everything)) < 0.7]
        tree = split(binned, edges, rows.right - p, p * (1 - p), some, DEPTH)
        apply(tree, rows.features, everything, score)
        forest.append(tree)
    return base, forest


def scored(base, forest, rows):
    score = np.full(len(rows.right), base)
    for tree in forest:
        apply(tree, rows.features, np.arange(len(score)), score)
    return 1 / (1 + np.exp(-score))


def written(tree) -> str:
    if tree.feature < 0:
        return f"={tree.value:.4f}"
    return f"{tree.feature}:{tree.threshold:.5g} {written(tree.left)} {written(tree.right)}"


def ranked(rows, chances):
    """The surest candidate of each case, as its chance and whether it is right, surest first."""
    best = {}
    for case, right, chance in zip(rows.case, rows.right, chances, strict=True):
        if chance > best.get(case, (-1, 0))[0]:
            best[case] = (chance, right)
    return sorted(best.values(), reverse=True)


def report(name, found, cases):
    found = found + [(0.0, 0.0)] * (cases - len(found))
    right = np.array([each for _, each in found])
    share = right.cumsum() / np.arange(1, cases + 1)
    shown = int((np.nonzero(share >= PRECISION)[0] + 1).max(initial=0))
    print(
        f"{name:10} n {cases} exact {share[-1]:.3f} tenth {share[cases // 10 - 1]:.2f}"
        f" fifth {share[cases // 5 - 1]:.2f} shown {shown / cases:.3f} at {PRECISION}"
        f" from {found[max(0, shown - 1)][0]:.3f} on",
        flush=True,
    )


def by_folds(files, number):
    """Every file's candidates as a forest sees them that is fitted to other files."""
    loaded = {path: load([path]) for path in files}
    everything, cases = [], 0
    for fold in range(number):
        held = files[fold::number]
        base, forest = fitted(load([path for path in files if path not in held]), TREES)
        for path in held:
            rows = loaded[path]
            found, size = ranked(rows, scored(base, forest, rows)), int(rows.case.max()) + 1
            report(Path(path).stem, found, size)
            everything += found
            cases += size
    report("all", sorted(everything, reverse=True), cases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="+")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--held", nargs="*", default=[])
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    if options.folds:
        by_folds(options.rows, options.folds)
    rows = load(options.rows)
    base, forest = fitted(rows, TREES)
    for path in options.held:
        held = load([path])
        found = ranked(held, scored(base, forest, held))
        report(Path(path).stem, found, int(held.case.max()) + 1)
    if options.table:
        lines = "\n".join(written(tree) for tree in forest)
        options.table.write_text(HEAD % (base, lines))


HEAD = '''# ruff: noqa: E501
"""The score of a candidate, as fitted by `tests/benchmarks/fit_next_line.py`: do not edit.

A tree a line, its nodes from the root on, the left branch first: `feature:threshold` goes
left for values up to the threshold, `=value` is a leaf.
"""

BASE = %.5f
TREES = """
%s
"""
'''

if __name__ == "__main__":
    main()
