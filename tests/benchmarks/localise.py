"""Finds the files real commits touched from their messages, beside BM25 over text and path:

    python tests/benchmarks/localise.py --repo DIR --cases FILE [--extensions .py]
    python tests/benchmarks/localise.py --repo DIR --last 100 --extensions .go

A case sees the tree of the commit's parent and the history that leads to the parent, never
the commit. Facts and imports are what the product has: the grammars find them in each text,
and imports are resolved in each tree. Recall at k is the share of a case's files among the
first k, as a mean over the cases. Three readings: `code`, where tests are neither candidates
nor to be found; `code among all`, where tests are candidates too; `all`, where they are also
to be found. The interval is a paired bootstrap, 95 %, of the difference to BM25.

Arguments: --repo DIR, --cases FILE or --last N, --extensions LIST, --without SIGNALS, --json.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter, process_time

from localise_cases import TEST, Case, Repository, last_cases, read_cases
from localise_facts import MANIFEST_NAMES, Extraction, Source, imports_in

from redline.adapters.history.git import read_history
from redline.core.graph.model import Imports, imports_of
from redline.core.retrieval import rank as ranking
from redline.core.retrieval.corpus import Corpus
from redline.core.retrieval.history import Memory, remember

Found = dict[str, list[tuple[dict[int, float], dict[int, float]]]]
"""By reading the recalls of each case, at each depth: ours, and those of BM25."""
DEPTHS = (5, 10, 20)
READINGS = ("code", "code among all", "all")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
STOP = frozenset(
    re.findall(
        r"\w+",
        """the a an and or of to in on for with is are was were be been it its this that these those
    as by from at not no if when which who will would should could can may do does did has have
    had but than then also more most such via per into over under about after before between
    because so there their they we you he she his her our your i s t e g fixed added removed refs
    made use used using updated changed avoid allow allowed support new now only""",
    )
)


class Baseline:
    """BM25 over the words of text and path (k1 1.2, b 0.75, a path's words count threefold)."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def read(self, blob: str, text: bytes) -> None:
        self.counts[blob] = Counter(words(text.decode("utf-8", "replace")))

    def rank(self, query: str, tree: dict[str, str]) -> list[str]:
        texts = {path: self.counts[blob] for path, blob in tree.items()}
        sizes = {path: counts.total() for path, counts in texts.items()}
        mean = sum(sizes.values()) / len(sizes)
        scores: dict[str, float] = defaultdict(float)
        for word in dict.fromkeys(words(query)):
            if word in STOP or len(word) < 2:
                continue
            holding = {p: c[word] + 3 * words(p).count(word) for p, c in texts.items()}
            holding = {path: count for path, count in holding.items() if count}
            rare = math.log(1 + (len(tree) - len(holding) + 0.5) / (len(holding) + 0.5))
            for path, count in holding.items():
                norm = 1.2 * (0.25 + 0.75 * sizes[path] / mean)
                scores[path] += rare * count * 2.2 / (count + norm)
        return sorted(scores, key=lambda path: (-scores[path], path))[: max(DEPTHS)]


def words(text: str) -> list[str]:
    found = []
    for name in NAME.findall(text):
        parts = PART.findall(name)
        found += [name.lower(), *(part.lower() for part in parts if len(parts) > 1)]
    return found


class Product:
    """Redline's ranking, its corpus moved from one parent's tree to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = Corpus()
        self.known: dict[str, Source] = {}
        self.imports = Imports()
        self.memory: Memory
        self.seconds: list[float] = []
        self.cpu_seconds: list[float] = []
        self.history_seconds: list[float] = []

    def move(self, sources: dict[str, Source], manifests: dict[str, str], parent: str) -> None:
        """Takes in another tree, and the history that leads to it."""
        for path in self.known.keys() - sources.keys():
            self.corpus.remove(path)
        for path in sorted(sources):
            if self.known.get(path) is not sources[path]:
                self.corpus.add(path, sources[path].terms)
        self.corpus.words.settle(len(sources))
        self.known = sources
        self.imports = imports_of(imports_in(sources, manifests))
        began = perf_counter()
        self.memory = remember(read_history(self.folder, parent), sources)
        self.history_seconds.append(perf_counter() - began)

    def rank(self, query: str, keep: Callable[[str], bool] | None) -> list[str]:
        began, before = perf_counter(), process_time()
        hits = ranking.rank(self.corpus, self.memory, self.imports, query, max(DEPTHS), keep)
        if keep is None:  # the first time these words are asked for
            self.seconds.append(perf_counter() - began)
            self.cpu_seconds.append(process_time() - before)
        return [hit.path for hit in hits]


class Texts:
    """What stands in a tree, each content extracted and counted once."""

    def __init__(self, repository: Repository, baseline: Baseline) -> None:
        self.repository, self.baseline = repository, baseline
        self.extraction = Extraction()
        self.known: dict[tuple[str, str], Source] = {}

    def sources(self, tree: dict[str, str]) -> dict[str, Source]:
        """What retrieval needs of each file of a tree of blobs by path."""
        keys = {path: (self.extraction.language(path), blob) for path, blob in tree.items()}
        fresh = [key for key in dict.fromkeys(keys.values()) if key not in self.known]
        texts = [(language, self.repository.text(blob)) for language, blob in fresh]
        for (_, blob), (_, text) in zip(fresh, texts, strict=True):
            self.baseline.read(blob, text)
        self.known.update(zip(fresh, self.extraction.sources(texts), strict=True))
        return {path: self.known[key] for path, key in keys.items()}

    def manifests(self, commit: str) -> dict[str, str]:
        """The texts of the manifests of a tree, by path."""
        found = self.repository.tree(commit, MANIFEST_NAMES)
        named = {path: blob for path, blob in found.items() if Path(path).name in MANIFEST_NAMES}
        text = self.repository.text
        return {path: text(blob).decode("utf-8", "replace") for path, blob in named.items()}


def main() -> None:
    options = arguments()
    for name in filter(None, options.without.split(",")):
        assert name in ranking.WEIGHTS, f"no signal {name}"
        ranking.WEIGHTS = {**ranking.WEIGHTS, name: 0.0}
    repository = Repository(options.repo)
    extensions = options.extensions.split(",")
    if options.cases:
        cases = read_cases(options.cases)
    else:
        cases = last_cases(repository, extensions, options.last)
    product, baseline = Product(options.repo), Baseline()
    texts = Texts(repository, baseline)
    found: Found = {reading: [] for reading in READINGS}
    for number, case in enumerate(cases, 1):
        tree = repository.tree(case.parent, extensions)
        product.move(texts.sources(tree), texts.manifests(case.parent), case.parent)
        judge(case, tree, product, baseline, found)
        if sys.stderr.isatty():
            print(f"\r{number}/{len(cases)}", end="", file=sys.stderr)
    texts.extraction.close()
    repository.close()
    report(found, product, options.json)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repo", type=Path, required=True)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--last", type=int, default=100)
    parser.add_argument("--extensions", default=".py")
    parser.add_argument("--without", default="", help="signals to leave out, with commas")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def judge(
    case: Case,
    tree: dict[str, str],
    product: Product,
    baseline: Baseline,
    found: Found,
) -> None:
    """Adds the recalls of one case to each reading it has a file for."""
    code = {path: blob for path, blob in tree.items() if not TEST.search(path)}
    present = [path for path in case.files if path in tree]
    wanted = [path for path in present if path in code]
    among = (product.rank(case.query, None), baseline.rank(case.query, tree))
    if wanted:
        own = product.rank(case.query, code.__contains__)
        alone = (own, baseline.rank(case.query, code))
        found["code"].append((recalls(alone[0], wanted), recalls(alone[1], wanted)))
        found["code among all"].append((recalls(among[0], wanted), recalls(among[1], wanted)))
    if present:
        found["all"].append((recalls(among[0], present), recalls(among[1], present)))


def recalls(ranked: Sequence[str], wanted: Sequence[str]) -> dict[int, float]:
    return {k: len(set(ranked[:k]) & set(wanted)) / len(wanted) for k in DEPTHS}


def interval(differences: Sequence[float], rounds: int = 10_000) -> tuple[float, float]:
    """The middle 95 % of the means of samples drawn again from the same cases."""
    chance = random.Random(1)
    size = len(differences)
    means = sorted(sum(chance.choices(differences, k=size)) / size for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]


def mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / max(1, len(every))


def report(
    found: Found,
    product: Product,
    as_json: bool,
) -> None:
    rows = []
    for reading, pairs in found.items():
        for depth in DEPTHS if pairs else ():
            low, high = interval([ours[depth] - theirs[depth] for ours, theirs in pairs])
            rows.append(
                {
                    "reading": reading,
                    "cases": len(pairs),
                    "k": depth,
                    "redline": round(mean(ours[depth] for ours, _ in pairs), 3),
                    "bm25": round(mean(theirs[depth] for _, theirs in pairs), 3),
                    "interval": [round(low, 3), round(high, 3)],
                }
            )
    times, spent = sorted(product.seconds), sorted(product.cpu_seconds)
    numbers = {
        "files": len(product.known),
        "ms p50": round(times[len(times) // 2] * 1000, 1),
        "ms p95": round(times[int(len(times) * 0.95)] * 1000, 1),
        "cpu ms p50": round(spent[len(spent) // 2] * 1000, 1),
        "cpu ms p95": round(spent[int(len(spent) * 0.95)] * 1000, 1),
        "history s": round(mean(product.history_seconds), 2),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if as_json:
        print(json.dumps({**numbers, "rows": rows}))
        return
    print("  ".join(f"{name} {value}" for name, value in numbers.items()))
    print(f"{'':15} {'cases':>5} {'recall':>7} {'redline':>8} {'bm25':>6}   difference, 95 %")
    for row in rows:
        low, high = row["interval"]
        line = f"{row['reading']:15} {row['cases']:5} {'@' + str(row['k']):>7}"
        print(f"{line} {row['redline']:8.3f} {row['bm25']:6.3f}   {low:+.3f} to {high:+.3f}")


if __name__ == "__main__":
    main()
