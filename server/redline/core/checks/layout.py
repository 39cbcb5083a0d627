"""Where a project's tests are and what they look like, as a short text to write more by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from redline.core.checks.runners import Kind, holds_tests
from redline.core.retrieval.paths import tails

_UNITTEST = re.compile(
    r"^\s*(?:import unittest|from unittest|class \w+\((?:unittest\.)?\w*TestCase)"
)
_IMPORTS = re.compile(r"^\s*(?:import|from|const .*require\(|use )\b.*$")
_FIRST = 30
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """The tests of one family of languages in one folder.

    `runner` is the first that is likely used; `tests` are the paths there are; `near` those
    that likely test the code at hand, the surest first; `place` where a new file goes.
    """

    family: str
    runner: str
    tests: tuple[str, ...]
    near: tuple[str, ...]
    place: str
    style: str = ""
    head: tuple[str, ...] = ()


def place_for(path: str, tests: Collection[str], of: str) -> str:
    """Where the tests of the code at `path` go: as its neighbours' tests do, by their names."""
    folder, _, name = path.rpartition("/")
    stem, _, suffix = name.partition(".")
    own = [each for each in tests if _stem(each) in tails(path)]
    if own:
        return sorted(own, key=lambda each: (_apart(each, path), each))[0]
    homes = Counter(each.rpartition("/")[0] for each in tests)
    inside = sum(home == folder for home in homes.elements())
    shape = _shape(tests, of)
    home = folder if inside or not homes else _mirrored(folder, homes)
    named = shape.replace("{}", stem if stem not in ("__init__", "index", "mod") else _last(folder))
    file = named if "." in named else f"{named}.{suffix}"
    return f"{home}/{file}" if home else file


def _stem(path: str) -> str:
    """What a file of tests is named after."""
    name = path.rpartition("/")[2].partition(".")[0]
    return re.sub(r"^tests?_|_tests?$", "", name).lower()


def _apart(one: str, other: str) -> int:
    return -len({*one.split("/")} & {*other.split("/")})


def _last(folder: str) -> str:
    return folder.rpartition("/")[2] or "package"


def _shape(tests: Collection[str], of: str) -> str:
    """How files of tests are called here, `{}` for the name of the code."""
    shapes: Counter[str] = Counter()
    for each in tests:
        name = each.rpartition("/")[2]
        stem, _, rest = name.partition(".")
        if of == "javascript":
            shapes[f"{{}}.{rest}"] += 1
        elif stem.startswith("test_"):
            shapes[f"test_{{}}.{rest}"] += 1
        elif stem.endswith("_test"):
            shapes[f"{{}}_test.{rest}"] += 1
    usual = {
        "python": "test_{}.py",
        "go": "{}_test.go",
        "rust": "{}.rs",
        "javascript": "{}.test.js",
    }
    return shapes.most_common(1)[0][0] if shapes else usual.get(of, "{}_test")


def _mirrored(folder: str, homes: Counter[str]) -> str:
    """The folder of tests that stands for a folder of code: the one that ends like it."""
    parts = folder.split("/")
    for length in range(len(parts), 0, -1):
        end = "/".join(parts[-length:])
        found = [home for home in homes if home == end or home.endswith(f"/{end}")]
        if found:
            return max(found, key=lambda home: (homes[home], home))
    return homes.most_common(1)[0][0]


def style_of(texts: Sequence[str], of: str) -> str:
    """Whether tests are functions or classes, in words; '' where there are none to tell by."""
    if of != "python" or not texts:
        return ""
    cases = sum(any(_UNITTEST.match(line) for line in text.splitlines()) for text in texts)
    grouped = sum("\nclass Test" in f"\n{text}" for text in texts)
    if cases * 2 > len(texts):
        return "classes of unittest.TestCase"
    return (
        "classes with pytest's assert"
        if grouped * 2 > len(texts)
        else "functions with plain assert"
    )


def head_of(text: str) -> tuple[str, ...]:
    """The imports a file of tests begins with."""
    return tuple(line for line in text.splitlines()[:_FIRST] if _IMPORTS.match(line))


def told(layout: Layout) -> str:
    """The layout for a model."""
    lines = [f"runner: {layout.runner or 'none was found'}"]
    lines += [f"style: {layout.style}"] if layout.style else []
    lines.append(f"files of tests: {len(layout.tests)}")
    lines += [f"tests of this code: {', '.join(layout.near[:SHOWN])}"] if layout.near else []
    lines.append(
        f"new tests go to: {layout.place}"
        + (" (there already)" if layout.place in layout.tests else "")
    )
    if layout.head:
        lines += ["tests nearby begin with:", *(f"    {line}" for line in layout.head)]
    return "\n".join(lines)


def first_kind(kinds: Sequence[Kind], texts: Sequence[str], of: str) -> str:
    """The runner that is likely used, by the order they are looked for."""
    if of == "python" and texts and style_of(texts, of).startswith("classes of unittest"):
        return "pytest or unittest"
    return kinds[0] if kinds else ""


def known_tests(paths: Collection[str], of: str) -> tuple[str, ...]:
    """Those of the paths that a runner would look into."""
    return tuple(sorted(each for each in paths if holds_tests(each, of)))
