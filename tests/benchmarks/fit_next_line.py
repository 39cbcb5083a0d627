"""Fits the score of the builtin inline model (`core/inline/builtin/table.py`).

    fit_next_line.py ROWS... --table FILE [--held ROWS...]     (needs numpy)

Rows are what `next_line.py FOLDER --rows ROWS` writes: one candidate a line. The score is a
small forest of gradient-boosted trees, made to say how likely a candidate is the line.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BINS, DEPTH, TREES, RATE, LEAST, L2 = 48, 5, 90, 0.12, 60.0, 8.0


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
    parent = g * g / (h + L2)
    for feature in range(binned.shape[1]):
        column = binned[rows, feature]
        gs = np.bincount(column, gradient[rows], BINS + 1).cumsum()
        hs = np.bincount(column, hessian[rows], BINS + 1).cumsum()
        ns = np.bincount(column, minlength=BINS + 1).cumsum()
        gain = gs**2 / (hs + L2) + (g - gs) ** 2 / (h - hs + L2) - parent
        gain[(ns < LEAST) | (len(rows) - ns < LEAST)] = -1
        place = int(gain[: len(edges[feature])].argmax()) if len(edges[feature]) else -1
        if place >= 0 and gain[place] > best:
            best, at = gain[place], (feature, place)
    if at is None:
        return leaf
    feature, place = at
    goes = binned[rows, feature] <= place
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
    binned = np.stack(
        [
            np.searchsorted(cut, column, "left")
            for cut, column in zip(edges, rows.features.T, strict=True)
        ],
        1,
    )
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


def report(name, rows, chances, cases):
    best = {}
    for case, right, chance in zip(rows.case, rows.right, chances, strict=True):
        if chance > best.get(case, (-1, 0))[0]:
            best[case] = (chance, right)
    ranked = sorted(best.values(), reverse=True)
    ranked += [(0.0, 0.0)] * (cases - len(ranked))
    n = len(ranked)
    em = sum(r for _, r in ranked) / n
    tenth, fifth = (sum(r for _, r in ranked[: n // k]) / (n // k) for k in (10, 5))
    shown = [r for c, r in ranked if c >= 0.5]
    print(
        f"{name:10} n {n} exact {em:.3f} tenth {tenth:.2f} fifth {fifth:.2f}"
        f" shown {len(shown) / n:.3f} at {sum(shown) / max(1, len(shown)):.2f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="+")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--held", nargs="*", default=[])
    options = parser.parse_args()
    rows = load(options.rows)
    base, forest = fitted(rows, TREES)
    for path in options.held:
        held = load([path])
        report(Path(path).stem, held, scored(base, forest, held), int(held.case.max()) + 1)
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
