"""The import law of docs/architecture.md: what each layer may see, and what it must never use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "server" / "redline"
SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if "demo_project" not in p.parts)

MAY_SEE = {
    "core": {"core"},
    "app": {"app", "core"},
    "adapters": {"adapters", "core"},
    "edge": {"edge", "app", "core"},
    "main": {"core", "app", "adapters", "edge"},
}
# Standard modules that hold values and functions only.
PURE = {
    "__future__", "array", "ast", "base64", "bisect", "builtins", "collections", "contextlib",
    "dataclasses", "datetime", "difflib", "enum", "fnmatch", "functools", "hashlib",
    "heapq", "io", "itertools", "json", "keyword", "math", "operator", "re", "string", "tomllib",
    "sys", "textwrap", "token", "tokenize", "types", "typing", "unicodedata", "urllib",
    "warnings", "xml", "html",
}  # fmt: skip
APP_STANDARD = PURE | {"asyncio"}
THIRD_PARTY = {
    "core": {"tree_sitter"},
    "app": {"tree_sitter"},
    "edge": {"pygls", "lsprotocol", "cattrs", "rich", "websockets"},
    "main": set[str](),
}
# Of `sys` and `io`, core takes constants and in-memory buffers, nothing that reads or writes.
FROM_SYS = {"byteorder", "intern"}
FORBIDDEN_TO_ADAPTERS = {"pygls", "rich"}


def layer_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_follow_the_law(path: Path) -> None:
    layer = layer_of(path)
    if layer == "__init__":
        return
    for name, line in imports(path):
        problem = judged(layer, name)
        assert not problem, f"{path.relative_to(PACKAGE)}:{line}: {problem}"


def judged(layer: str, name: str) -> str:
    top, _, rest = name.partition(".")
    if top == "redline":
        other = rest.partition(".")[0]
        if other in MAY_SEE and other not in MAY_SEE[layer]:
            return f"{layer} may not import {other}"
        return ""
    if top in sys.stdlib_module_names:
        return standard(layer, top, rest)
    if layer == "adapters":
        return f"adapters may not import {top}" if top in FORBIDDEN_TO_ADAPTERS else ""
    return "" if top in THIRD_PARTY[layer] else f"{layer} may not import {top}"


def standard(layer: str, top: str, rest: str) -> str:
    if layer == "core":
        if top not in PURE:
            return f"core may not import {top}"
        if top == "sys" and rest not in FROM_SYS:
            return f"core may take only {sorted(FROM_SYS)} from sys"
    if layer == "app" and top not in APP_STANDARD:
        return f"app may not import {top}"
    return ""


def test_only_the_edge_knows_pygls() -> None:
    users = {layer_of(p) for p in SOURCES for name, _ in imports(p) if name.startswith("pygls")}
    assert users == {"edge"}


def test_lsprotocol_stays_in_the_edge_and_the_language_server_adapter() -> None:
    users = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        for name, _ in imports(path)
        if name.startswith("lsprotocol") and layer_of(path) != "edge"
    }
    assert all(user.startswith("adapters/language_server") for user in users)


def test_blind_excepts_stand_in_two_places_only() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and blind(node):
                found.append(str(path.relative_to(PACKAGE)))
    assert sorted(found) == ["app/driver.py", "edge/lsp/protocol.py"]


def blind(handler: ast.ExceptHandler) -> bool:
    """Catches everything and lets it go no further; what cleans up and raises again may stay."""
    kind, last = handler.type, handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    return kind is None or (
        isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")
    )
