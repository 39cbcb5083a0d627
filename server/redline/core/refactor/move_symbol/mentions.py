"""Where a moved symbol is spoken of in strings, in examples and in files that are no Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.index.query import documents
from redline.core.refactor.move_symbol.importers import Moving
from redline.core.refactor.python.modules import Means, dotted
from redline.core.refactor.python.scopes import Source
from redline.core.refactor.python.view import Chain, means, view
from redline.core.text.text import Text

PROSE = (".md", ".rst", ".txt")
_REPLACES = re.compile(r"patch|setattr|delattr|object|setitem|mock|stub", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What speaks against the move (`refusal`), and for keeping the old path alive (`keep`)."""

    refusal: str = ""
    keep: tuple[str, ...] = ()


def mentions(moving: Moving) -> Mentions:
    """Every mention of `source.name` outside of code that can be followed."""
    project, name = moving.modules.project, dotted(moving.modules, moving.source)
    either = "|".join(sorted(map(re.escape, moving.names | moving.needs)))
    at = rf"{re.escape(name)}(?:[.:](?:{either})\b|\s+import\b[^\n]*\b(?:{either})\b)"
    pattern = re.compile(at)
    whole = re.compile(rf"[\"'](?:{either}|{re.escape(name)})[\"']")
    keep: list[str] = []
    for uri, facts in documents(project.index):
        watched = (*moving.names, *moving.needs, name.rpartition(".")[2])
        if not any(each in facts.words for each in watched):
            continue
        text, path = project.text_of(uri), project.path_of(uri)
        if text is None:
            continue
        if facts.language != "python":
            found = _in_other(moving, path, text, pattern)
        else:
            found = _in_python(moving, path, (pattern, whole))
        if found.refusal:
            return found
        keep += found.keep
    return Mentions("", tuple(keep))


def _in_other(moving: Moving, path: str, text: Text, pattern: re.Pattern[str]) -> Mentions:
    """A file that is no Python: settings hold, prose does not, but for examples in it."""
    prose = path.endswith(PROSE)
    for at, line in enumerate(text.decode().splitlines(), 1):
        found = pattern.search(line)
        named = found is not None and any(name in found[0] for name in moving.names)
        if named and (not prose or line.lstrip().startswith(">>>")):
            return Mentions(keep=(f"{path}:{at}",))
    return Mentions()


def _in_python(moving: Moving, path: str, patterns: Sequence[re.Pattern[str]]) -> Mentions:
    """`patterns`: a path to a name, and names or the module alone as whole strings."""
    project = moving.modules.project
    text = project.text_of(project.uri_of(path) or "")
    words = text.decode() if text is not None else ""
    if not any(spelt.search(words) for spelt in patterns):
        return Mentions()
    pattern = patterns[0]
    source = moving.modules.source(path)
    if source is None:
        return Mentions()
    refusal = _replaced(moving, path, source, pattern)
    if refusal:
        return Mentions(refusal)
    keep: list[str] = []
    texts = {id(node) for node in _texts(source.tree)}
    every = list(ast.walk(source.tree))
    loaded = {
        id(each)
        for node in every
        if isinstance(node, ast.Call) and "import" in _called(node.func)
        for each in node.args
    }
    for node in every:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        words = node.value
        if id(node) in texts:
            words = "\n".join(row for row in words.splitlines() if row.lstrip().startswith(">>>"))
        if words == dotted(moving.modules, moving.source) and id(node) in loaded:
            keep.append(f"{path}:{node.lineno}")
        hit = pattern.search(words)
        if hit and any(re.search(rf"\b{re.escape(name)}\b", hit[0]) for name in moving.names):
            keep.append(f"{path}:{node.lineno}")
    return Mentions(keep=tuple(keep))


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """Strings that are statements: docstrings, mostly."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _replaced(moving: Moving, path: str, source: Source, pattern: re.Pattern[str]) -> str:
    """Why the names cannot move: something is put in their place by name while tests run."""
    of = None
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(each.value for each in node.keywords)]
        strings = [
            each.value
            for each in given
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if not strings or not _REPLACES.search(_called(node.func)):
            continue
        if any(pattern.match(each) for each in strings):
            return (
                f"{path}:{node.lineno} replaces it by its path while it runs, which a move breaks"
            )
        if not (moving.names | moving.needs) & set(strings):
            continue
        of = of or view(path, source)
        for each in given:
            chain = _chain(each)
            meant = means(moving.modules, of, chain) if chain else ()
            whole = chain is not None and len(meant) == len(chain.attributes) + 1
            if whole and meant[-1] == Means(moving.source):
                return f"{path}:{node.lineno} replaces it by its name, which a move breaks"
    return ""


def _called(func: ast.expr) -> str:
    """The last two words of what is called."""
    if isinstance(func, ast.Attribute):
        owner = getattr(func.value, "attr", getattr(func.value, "id", ""))
        return f"{owner}.{func.attr}"
    return func.id if isinstance(func, ast.Name) else ""


def _chain(node: ast.expr) -> Chain | None:
    found: list[ast.Attribute] = []
    while isinstance(node, ast.Attribute):
        found.append(node)
        node = node.value
    return Chain(node, tuple(reversed(found))) if isinstance(node, ast.Name) else None
