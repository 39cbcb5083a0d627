"""Which refactoring is done in which language, and by what. The tools go by this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

By = Literal["plan", "scopes", "ruff", "server", "offered", "ast-grep", "names"]

SAYS: Mapping[By, str] = {
    "plan": "a plan of our own",
    "scopes": "scopes within one file",
    "ruff": "ruff",
    "server": "language server",
    "offered": "language server, as it offers it",
    "ast-grep": "ast-grep",
    "names": "the index, by names",
}
"""What does it, for people. `offered` is `server` with one that our tests do not run."""

WEB = ("javascript", "typescript", "tsx")
NATIVE = ("c", "cpp")
OFFERING = ("go", "rust", "java")
SHAPES = (
    *("bash", "c", "cpp", "csharp", "css", "go", "html", "java", "javascript", "json", "kotlin"),
    *("lua", "php", "python", "ruby", "rust", "scala", "swift", "tsx", "typescript", "yaml"),
)
CODE = (
    *("bash", "c", "cpp", "csharp", "go", "java", "javascript", "kotlin", "lua", "php", "python"),
    *("ruby", "rust", "scala", "swift", "tsx", "typescript"),
)


@dataclass(frozen=True, slots=True)
class Carried:
    """One refactoring: its tool, what it is to people, and what does it by language.

    Of several the first that can is taken. `options` are what the tool takes in one argument,
    where each is carried by itself.
    """

    tool: str
    title: str
    by: Mapping[str, tuple[By, ...]]
    options: Mapping[str, tuple[By, ...]] = field(default_factory=dict)


def _by(*groups: tuple[tuple[str, ...], tuple[By, ...]]) -> Mapping[str, tuple[By, ...]]:
    return {language: by for languages, by in groups for language in languages}


_PYTHON = ("python",)
_EXTRACTED = _by((_PYTHON, ("plan",)), ((*WEB, *NATIVE), ("server",)), (OFFERING, ("offered",)))

REFACTORINGS: tuple[Carried, ...] = (
    Carried(
        "rename",
        "rename a symbol",
        _by(
            (_PYTHON, ("server", "scopes")),
            (WEB, ("scopes", "server")),
            (NATIVE, ("server",)),
            (OFFERING, ("offered",)),
        ),
    ),
    Carried(
        "rename_file",
        "rename or move a file, imports with it",
        _by((_PYTHON, ("plan",)), (WEB, ("server",)), (("rust",), ("offered",))),
    ),
    Carried("extract_function", "extract a function or method", _EXTRACTED),
    Carried("extract_variable", "extract a variable", _EXTRACTED),
    Carried(
        "extract_constant",
        "extract a constant",
        _by((_PYTHON, ("plan",)), (WEB, ("server",)), (("java", "rust"), ("offered",))),
    ),
    Carried(
        "inline",
        "inline",
        _by((_PYTHON, ("plan",)), (WEB, ("server",)), (OFFERING, ("offered",))),
    ),
    Carried("move_symbol", "move a symbol to another module", _by((_PYTHON, ("plan",)))),
    Carried("change_signature", "change a signature, calls with it", _by((_PYTHON, ("plan",)))),
    Carried(
        "organise_imports",
        "organise imports",
        _by((_PYTHON, ("ruff",)), (WEB, ("server",)), (("go", "java"), ("offered",))),
    ),
    Carried(
        "convert",
        "convert",
        _by((_PYTHON, ("ruff", "plan"))),
        {
            "f-strings": ("ruff",),
            "pathlib": ("ruff",),
            "comprehensions": ("ruff",),
            "simplify": ("ruff",),
            "unused imports": ("ruff",),
            "modernise": ("ruff",),
            "early return": ("ruff", "plan"),
            "dataclass": ("plan",),
        },
    ),
    Carried("dead_code", "list what is dead", _by((CODE, ("names",)))),
    Carried("remove_dead_code", "remove what is dead", _by((_PYTHON, ("plan",)))),
    Carried("replace_pattern", "search and replace by shape", _by((SHAPES, ("ast-grep",)))),
    Carried("add_docstrings", "docstring skeletons", _by((_PYTHON, ("plan",)))),
)
_OF: Mapping[str, Carried] = {each.tool: each for each in REFACTORINGS}


def carried(tool: str, language: str) -> tuple[By, ...]:
    """What does a refactoring in a language, () for nothing."""
    return _OF[tool].by.get(language, ())


def not_carried(tool: str, language: str) -> str:
    """Why a refactoring is not done in a language."""
    title, others = _OF[tool].title, list(_OF[tool].by)
    if not language:
        return f"{title}: there is no grammar for this kind of file"
    only = f"in {others[0].capitalize()} only" if len(others) == 1 else ""
    return f"{title}: this is done {only}" if only else f"{title}: this is not done in {language}"
