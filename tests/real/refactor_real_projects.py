"""Refactorings drawn at random in real projects, each judged by the project's own tests.

    python tests/real/refactor_real_projects.py KIND [--project NAME ...] [--count N] [--seed N]

What is drawn depends on the seed alone. A request that is refused counts as refused; one
that is proposed passes when the project's tests give the same counts as before, or fails.
Prints a Markdown table and the failures; `--json` writes every row.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "refactor"))

from projects import LANGUAGES, changed, project_of
from real_projects import PROJECTS
from real_projects import Project as Real
from rename_real_projects import CACHE, Broken, Checkout, set_up

from redline.core.index.facts import symbols
from redline.core.index.model import Symbol
from redline.core.index.query import documents, qualified_name, uris_naming
from redline.core.refactor.dead_code.finding import dead_symbols
from redline.core.refactor.dead_code.removal import remove_dead
from redline.core.refactor.extract.method import extract_expression
from redline.core.refactor.extract.variable import extract_constant, extract_variable
from redline.core.refactor.move_symbol.moving import KINDS, move_symbol
from redline.core.refactor.project import Planned, Project
from redline.core.refactor.python.scopes import parse
from redline.core.refactor.rename.module import rename_module
from redline.core.text.text import Span

SEED = 20_261
KNOWN = (".py", ".pyi", ".toml", ".cfg", ".md", ".rst", ".ini", ".txt")
Drawn = tuple[str, Planned]


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one request; `came` is passed, refused or failed."""

    project: str
    words: str
    came: str
    why: str
    files: int


def files_of(root: Path) -> dict[str, bytes]:
    """The files of a project as it was distributed."""
    found = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).as_posix()
        hidden = any(part.startswith(".") or part.endswith(".egg-info") for part in path.parts[-6:])
        if path.is_file() and path.suffix in KNOWN and not hidden:
            found[inside] = path.read_bytes()
    return found


def is_product(path: str) -> bool:
    """False for tests, documents, scripts and what sets a project up."""
    parts = path.split("/")
    aside = {"tests", "test", "docs", "doc", "examples", "bench", "benchmarks", "tasks", "tools"}
    return path.endswith(".py") and not aside & set(parts[:-1]) and len(parts) > 1


def top_symbols(project: Project) -> list[Symbol]:
    """What stands at the top of the product's files and is named somewhere else."""
    found = []
    for uri, facts in documents(project.index):
        if facts.language == "python" and is_product(uri):
            for each in symbols(uri, facts):
                named = [u for u in uris_naming(project.index, each.name) if u.endswith(".py")]
                plain = not each.container and not each.name.startswith("__")
                if plain and each.kind in KINDS and len(named) > 1:
                    found.append(each)
    return found


def moves(project: Project, draw: random.Random) -> Iterator[Drawn]:
    """Symbols to another module of the same package, or to a new one."""
    while True:
        one = draw.choice(top_symbols(project))
        folder = one.uri.rpartition("/")[0]
        beside = sorted(
            uri
            for uri, facts in documents(project.index)
            if facts.language == "python"
            and uri.rpartition("/")[0] == folder
            and uri != one.uri
            and uri.endswith(".py")
            and not uri.endswith(("__init__.py", "__main__.py"))
        )
        fresh = f"{folder}/moved_here.py"
        target = fresh if not beside or draw.random() < 0.4 else draw.choice(beside)
        yield f"{one.uri} {one.name} to {target}", move_symbol(project, [one], target, None)


def renames(project: Project, draw: random.Random) -> Iterator[Drawn]:
    """Modules and packages to another name beside, or to another package."""
    paths = [uri for uri, facts in documents(project.index) if facts.language == "python"]
    products = [uri for uri in paths if is_product(uri)]
    folders = {uri.rpartition("/")[0] for uri in products if uri.endswith("/__init__.py")}
    inner = sorted(each for each in folders if each.rpartition("/")[0] in folders)
    modules = [uri for uri in products if not uri.endswith(("__init__.py", "__main__.py"))]
    while True:
        old = draw.choice([*modules, *inner])
        folder, _, name = old.rpartition("/")
        home = draw.choice(sorted(folders)) if draw.random() < 0.3 else folder
        new = f"{home}/" + (name if home != folder else f"renamed_{name.lstrip('_')}")
        yield f"{old} to {new}", rename_module(project, old, new)


def expressions(project: Project, draw: random.Random) -> Iterator[Drawn]:
    """Expressions of functions to a variable, a constant or a function of their own."""
    places: list[tuple[str, Span]] = []
    for uri, facts in documents(project.index):
        text = project.text_of(uri)
        source = parse(text.data) if text is not None and facts.language == "python" else None
        if source is None or not is_product(uri):
            continue
        for function in ast.walk(source.tree):
            if isinstance(function, ast.FunctionDef):
                inner = [e for body in function.body for e in ast.walk(body)]
                kinds = (
                    ast.Call,
                    ast.BinOp,
                    ast.Compare,
                    ast.Attribute,
                    ast.Constant,
                    ast.Subscript,
                )
                found = [e for e in inner if isinstance(e, kinds)]
                places += [(uri, Span(source.start(e), source.end(e))) for e in found]
    ways = (extract_variable, extract_expression, extract_constant)
    while True:
        uri, span = draw.choice(places)
        text = project.text_of(uri)
        way = draw.choice(ways)
        language = LANGUAGES.named("python")
        assert text is not None and language is not None
        if way is extract_constant and text.slice(span)[:1] not in b"\"'0123456789(-":
            continue
        done = way(language, text, span)
        words = f"{way.__name__} {uri}:{text.line_of(span.start) + 1} {text.slice(span)[:40]!r}"
        yield words, Planned({uri: done.edits}, (), done.notes, done.refusal)


def removals(project: Project, draw: random.Random) -> Iterator[Drawn]:
    """What is dead in the product, taken out."""
    found = [d for d in dead_symbols(project, None) if is_product(d.symbol.uri)]
    draw.shuffle(found)
    for each in found:
        symbol = each.symbol
        words = f"{symbol.uri} {qualified_name(symbol)} ({symbol.kind}) {each.confidence}"
        yield words, remove_dead(project, symbol)


KINDS_OF: Mapping[str, Callable[[Project, random.Random], Iterator[Drawn]]] = {
    "move": moves,
    "rename": renames,
    "extract": expressions,
    "dead": removals,
}


def rows(real: Real, kind: str, count: int, seed: int, cache: Path) -> Iterator[Row]:
    """One row for each request that was drawn. Raises `Broken`."""
    checkout = set_up(real, cache)
    before = checkout.tests()
    if "passed" not in before:
        raise Broken(f"{real.name}: its tests do not run here: {before}")
    files = files_of(checkout.root)
    project = project_of(files)
    draw = random.Random(f"{seed} {real.name} {kind}")
    seen: set[str] = set()
    for words, planned in islice(KINDS_OF[kind](project, draw), count * 10):
        if len(seen) >= count:
            return
        if words in seen:
            continue
        seen.add(words)
        if planned.refusal:
            yield Row(real.name, words, "refused", planned.refusal, 0)
            continue
        yield _judged(checkout, files, words, planned, before)
        for path in changed(files, planned).keys() - files.keys():
            (checkout.root / path).unlink()
        checkout.reset()


def _judged(
    checkout: Checkout, files: Mapping[str, bytes], words: str, planned: Planned, before: str
) -> Row:
    later = changed(files, planned)
    for path in files.keys() - later.keys():
        (checkout.root / path).unlink()
    touched = [path for path, data in later.items() if files.get(path) != data]
    for path in touched:
        place = checkout.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(later[path])
    after = checkout.tests()
    if after.startswith("no counts"):
        after = checkout.tests()  # it was ended from outside
    came = "passed" if after == before else "failed"
    why = "; ".join(planned.notes) if came == "passed" else f"{before} before, {after} after"
    return Row(checkout.project.name, words, came, why, len(touched))


def table(found: Sequence[Row]) -> str:
    """How many of each project's requests passed, failed and were refused."""
    lines = ["| project | drawn | proposed | passed | failed |", "|---|---|---|---|---|"]
    for name in [*dict.fromkeys(row.project for row in found), ""]:
        group = [row for row in found if name in ("", row.project)]
        count = Counter(row.came for row in group)
        proposed = count["passed"] + count["failed"]
        cells = (name or "all", len(group), proposed, count["passed"], count["failed"])
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> int:
    """Exit code 1 when something that was proposed breaks a project's tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(KINDS_OF))
    parser.add_argument("--project", action="append", choices=sorted(PROJECTS))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found: list[Row] = []
    for name in options.project or PROJECTS:
        began = time.monotonic()
        try:
            for row in rows(
                PROJECTS[name], options.kind, options.count, options.seed, options.cache.resolve()
            ):
                found.append(row)
                sys.stderr.write(f"{row.came}: {row.project}: {row.words}: {row.why}\n")
        except Broken as broken:
            sys.stderr.write(f"{name}: {broken}\n")
        sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
        if options.json:
            values = [asdict(row) for row in found]
            options.json.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    print(f"{table(found)}\n\nseed {options.seed}")
    return int(any(row.came == "failed" for row in found))


if __name__ == "__main__":
    sys.exit(main())
