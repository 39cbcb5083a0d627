"""What a type checker says of modules that it cannot see yet: they are not on disk."""

from __future__ import annotations

import re
from collections.abc import Collection

from redline.core.checks.delta import Problem

_IMPORTS = frozenset(
    {"unresolved-import", "import-not-found", "missing-module-member", "unresolved-attribute"}
)
_QUOTED = re.compile(r"`([\w.]+)`")


def only_unseen(problem: Problem, made: Collection[str]) -> bool:
    """Whether a problem is there only because files at the paths `made` are not on disk.

    To a checker such a file is no module: nobody can import it, and relative imports in it
    lead nowhere.
    """
    if problem.code not in _IMPORTS:
        return False
    named = _QUOTED.findall(problem.message)
    if problem.path in made and any(name.startswith(".") for name in named):
        return True
    last = {name.rpartition(".")[2] for name in named}
    return any(_stem(path) in last for path in made)


def _stem(path: str) -> str:
    """What the module at a path is called in its package."""
    return path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py")
