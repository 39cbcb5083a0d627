"""Loads languages from the `grammars` folder, each when it is first needed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import tree_sitter

from redline.core.index.extract import EXTRACTOR
from redline.core.index.languages import Language, LanguageEntry, Languages, assemble

TABLE = "languages.toml"
# Key -> whether a list of strings is expected, and whether it must be there.
KEYS = {
    "extensions": (True, True),
    "file_names": (True, False),
    "language_ids": (True, True),
    "line_comment": (False, True),
    "grammar": (False, True),
    "inherits": (True, False),
    "letters": (False, False),
    "isolated": (False, False),
}
_Table = dict[str, str | list[str]]


class GrammarError(Exception):
    """A grammar that cannot be loaded; the message names file, line and expectation."""


def folder() -> Traversable:
    """Where grammars are: in the installed package, else beside it in a checkout.

    Raises `GrammarError` when they are in neither.
    """
    package = files("redline")
    inside = package / "grammars"
    if inside.is_dir():
        return inside
    checkout = Path(str(package)).parent.parent / "grammars"
    if checkout.is_dir():
        return checkout
    raise GrammarError(f"no grammars folder, neither {inside} nor {checkout}")


def load(root: Traversable | None = None, *, worker: bool = False) -> Languages:
    """All languages of `root` (default: `folder()`), read but not yet compiled.

    A `worker` is a process that is replaced when it hangs.

    Raises `GrammarError` for a broken table; a broken query or a missing wheel raises
    it when the language is first opened.
    """
    where = folder() if root is None else root
    tables = _read_table(where / TABLE)
    entries = {name: _entry(name, table) for name, table in tables.items()}

    @cache
    def open_language(name: str) -> Language:
        return _open(where, entries[name], tables[name])

    return Languages(tuple(entries.values()), open_language, worker)


def versions(root: Traversable | None = None) -> dict[str, str]:
    """By language, what tells two extractors apart: its queries, its grammar, our own code.

    Facts with another version say nothing about what this one would find.
    """
    where = folder() if root is None else root
    result: dict[str, str] = {}
    for name, table in _read_table(where / TABLE).items():
        digest = blake2b(digest_size=9)
        folders = [where / each for each in (*_strings(table, "inherits"), name)]
        parts = [each / "tags.scm" for each in folders if (each / "tags.scm").is_file()]
        module = _string(table, "grammar").partition(".")[0]
        words = (EXTRACTOR, _string(table, "letters"), _released(module))
        for data in (*(word.encode() for word in words), *(part.read_bytes() for part in parts)):
            digest.update(len(data).to_bytes(4, "big") + data)
        result[name] = digest.hexdigest()
    return result


def _released(module: str) -> str:
    """The version of the wheel a grammar is in, '' when it is not installed."""
    try:
        return version(module.replace("_", "-"))
    except PackageNotFoundError:
        return ""


def _entry(name: str, table: _Table) -> LanguageEntry:
    return LanguageEntry(
        name,
        _strings(table, "extensions"),
        _strings(table, "file_names"),
        _strings(table, "language_ids"),
        _string(table, "line_comment"),
        _string(table, "letters"),
        isolated="isolated" in table,
    )


def _open(root: Traversable, entry: LanguageEntry, table: _Table) -> Language:
    grammar = _grammar(root / TABLE, entry.name, _string(table, "grammar"))
    folders = (*_strings(table, "inherits"), entry.name)
    tags = _query(root, folders, "tags.scm", grammar)
    if tags is None:
        raise GrammarError(f"{root / entry.name / 'tags.scm'}: expected a file, found none")
    scopes = _query(root, folders, "scopes.scm", grammar)
    return assemble(entry, grammar, tags, scopes, _source(root, folders, "mutations.scm"))


def _source(root: Traversable, folders: tuple[str, ...], file: str) -> str:
    parts = (root / each / file for each in folders)
    return "\n".join(part.read_text("utf-8") for part in parts if part.is_file())


def _grammar(file: Traversable, name: str, target: str) -> tree_sitter.Language:
    module, _, function = target.rpartition(".")
    try:
        found = getattr(import_module(module), function)
    except ImportError as error:
        package = module.replace("_", "-")
        raise GrammarError(
            f"{file}: language {name} needs the package {package}: {error}"
        ) from error
    except AttributeError as error:
        raise GrammarError(f"{file}: language {name}: {module} has no {function}") from error
    return tree_sitter.Language(found())


def _query(
    root: Traversable, folders: tuple[str, ...], file: str, grammar: tree_sitter.Language
) -> tree_sitter.Query | None:
    parts = [root / each / file for each in folders if (root / each / file).is_file()]
    if not parts:
        return None
    try:
        return tree_sitter.Query(grammar, "\n".join(part.read_text("utf-8") for part in parts))
    except tree_sitter.QueryError as error:
        raise _blame(parts, grammar, error) from error


def _blame(
    parts: list[Traversable], grammar: tree_sitter.Language, error: tree_sitter.QueryError
) -> GrammarError:
    """The error with the file and line it is in: rows count in the joined text."""
    for part in parts:
        try:
            tree_sitter.Query(grammar, part.read_text("utf-8"))
        except tree_sitter.QueryError as found:
            row = re.search(r"row (\d+)", str(found))
            line = int(row[1]) + 1 if row else 1
            what = re.sub(r" at row \d+, column \d+", "", str(found))
            return GrammarError(f"{part}:{line}: {what}; expected a query the grammar knows")
    return GrammarError(f"{parts[-1]}: {error}")


def _read_table(file: Traversable) -> dict[str, _Table]:
    try:
        source = file.read_text("utf-8")
        tables = tomllib.loads(source)
    except OSError as error:
        raise GrammarError(f"{file}: expected a readable file: {error}") from error
    except ValueError as error:
        raise GrammarError(f"{file}: expected TOML: {error}") from error
    for name, table in tables.items():
        problem = _problem(table)
        if problem:
            raise GrammarError(f"{file}:{_line_of(source, name)}: language {name}: {problem}")
    return tables


def _problem(table: object) -> str:
    if not isinstance(table, dict):
        return "expected a table"
    for key in table.keys() - KEYS.keys():
        return f"unknown key {key}, expected one of {', '.join(KEYS)}"
    for key, (is_list, required) in KEYS.items():
        value = table.get(key)
        if value is None:
            if required:
                return f"expected the key {key}"
        elif is_list:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                return f"{key}: expected a list of strings"
        elif not isinstance(value, str):
            return f"{key}: expected a string"
    if "." not in table["grammar"]:
        return "grammar: expected module.function"
    return ""


def _line_of(source: str, name: str) -> int:
    header = re.search(rf"^\s*\[?\s*{re.escape(name)}\b", source, re.MULTILINE)
    return source.count("\n", 0, header.end()) + 1 if header else 1


def _strings(table: _Table, key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    return tuple(value) if isinstance(value, list) else ()


def _string(table: _Table, key: str) -> str:
    value = table.get(key, "")
    return value if isinstance(value, str) else ""
