"""Which checks a project has, read from its own files. Nothing is run to find out."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from redline.core.checks.runners import NO_TEST
from redline.core.text.text import Text

CheckName = Literal["lint", "format", "types", "tests", "build"]

CONFIGURATION = (
    *("pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini", "noxfile.py", "ruff.toml"),
    *(".ruff.toml", "mypy.ini", "package.json", "tsconfig.json", "Makefile", "makefile"),
    *("Cargo.toml", "go.mod"),
)
"""Names, at the top of a workspace folder, of the files that say which checks there are."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """One check: what runs, and why it is thought to be the project's own.

    `argv` has a program's name first; `executes` says that it runs code of the project,
    which takes trust and the sandbox.
    """

    name: CheckName
    tool: str
    argv: tuple[str, ...]
    because: str
    executes: bool


def configuration(read: Callable[[str], object]) -> dict[str, str]:
    """The files of `CONFIGURATION` by name, of those that `read` has a text of."""
    found = {name: read(name) for name in CONFIGURATION}
    return {name: text.decode() for name, text in found.items() if isinstance(text, Text)}


def discover(files: Mapping[str, str], languages: frozenset[str]) -> tuple[Discovered, ...]:
    """The checks of a folder with `files` of `CONFIGURATION` (name to text) and code in
    `languages`, the cheapest first. Of two for one thing the first counts.
    """
    found = [*_python(files, languages), *_node(files), *_others(files), *_make(files)]
    found += _whole(files)
    order = ("lint", "format", "types", "tests", "build")
    return tuple(sorted(found, key=lambda each: order.index(each.name)))


def _python(files: Mapping[str, str], languages: frozenset[str]) -> Iterator[Discovered]:
    if "python" not in languages:
        return
    tools = _tools(files.get("pyproject.toml", ""))
    ruff = next((name for name in ("ruff.toml", ".ruff.toml") if name in files), "")
    if "ruff" in tools or ruff:
        why = ruff or "[tool.ruff] in pyproject.toml"
        yield Discovered("lint", "ruff", ("ruff", "check"), why, executes=False)
        yield Discovered("format", "ruff", ("ruff", "format"), why, executes=False)
    elif "black" in tools:
        why = "[tool.black] in pyproject.toml"
        yield Discovered("format", "black", ("black",), why, executes=False)
    yield Discovered("types", "ty", ("ty",), "Python code", executes=False)
    if "mypy" in tools or "mypy.ini" in files or "[mypy]" in files.get("setup.cfg", ""):
        yield Discovered("types", "mypy", ("mypy",), "its configuration", executes=True)
    yield Discovered("tests", "pytest", _PYTEST, _pytest_because(files, tools), executes=True)


_PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")


def _pytest_because(files: Mapping[str, str], tools: frozenset[str]) -> str:
    if "pytest.ini" in files:
        return "pytest.ini"
    if "pytest" in tools:
        return "[tool.pytest] in pyproject.toml"
    return "[tool:pytest] in setup.cfg" if "[tool:pytest]" in files.get("setup.cfg", "") else ""


def _tools(text: str) -> frozenset[str]:
    """The names under `[tool]`; none of a file that does not parse."""
    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError:
        return frozenset()
    return frozenset(tool) if isinstance(tool, dict) else frozenset()


def _node(files: Mapping[str, str]) -> Iterator[Discovered]:
    scripts = _scripts(files.get("package.json", ""))
    kinds: tuple[tuple[CheckName, tuple[str, ...]], ...] = (
        ("lint", ("lint",)),
        ("types", ("typecheck", "type-check", "types", "tsc")),
        ("tests", ("test",)),
        ("build", ("build",)),
    )
    for name, wanted in kinds:
        script = next((each for each in wanted if each in scripts), None)
        if script is not None and NO_TEST not in scripts[script]:
            why = f'"{script}" in package.json'
            yield Discovered(name, "npm", ("npm", "run", "-s", script), why, executes=True)


def _scripts(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    scripts = found.get("scripts") if isinstance(found, dict) else None
    given = scripts.items() if isinstance(scripts, dict) else ()
    return {name: command for name, command in given if isinstance(command, str)}


def _others(files: Mapping[str, str]) -> Iterator[Discovered]:
    if "Cargo.toml" in files:
        why = "Cargo.toml"
        check, test = ("cargo", "check", "--offline"), ("cargo", "test", "--offline")
        yield Discovered("types", "cargo", check, why, executes=True)  # build scripts run
        yield Discovered("tests", "cargo", test, why, executes=True)
    if "go.mod" in files:
        yield Discovered("types", "go", ("go", "vet", "./..."), "go.mod", executes=True)
        yield Discovered("tests", "go", ("go", "test", "./..."), "go.mod", executes=True)


def _whole(files: Mapping[str, str]) -> Iterator[Discovered]:
    """What runs all tests in environments of its own."""
    for tool, name in (("tox", "tox.ini"), ("nox", "noxfile.py")):
        if name in files:
            yield Discovered("tests", tool, (tool,), name, executes=True)


def _make(files: Mapping[str, str]) -> Iterator[Discovered]:
    text = files.get("Makefile", files.get("makefile", ""))
    targets = set(re.findall(r"^([\w-]+)\s*:(?!=)", text, re.MULTILINE))
    kinds: tuple[tuple[CheckName, tuple[str, ...]], ...] = (
        ("lint", ("lint",)),
        ("tests", ("test", "tests", "check")),
    )
    for name, wanted in kinds:
        target = next((each for each in wanted if each in targets), None)
        if target is not None:
            why = f"the target {target} in Makefile"
            yield Discovered(name, "make", ("make", target), why, executes=True)
