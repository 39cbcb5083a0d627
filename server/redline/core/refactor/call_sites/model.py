"""What a name in Python may mean."""

from __future__ import annotations

import ast
from dataclasses import dataclass

Class = ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Defined:
    """A function or class of the workspace, by its node."""

    uri: str
    node: Function | Class


@dataclass(frozen=True, slots=True)
class Variable:
    """The variable that is looked for (`Files.sought`)."""

    uri: str
    node: ast.AST


@dataclass(frozen=True, slots=True)
class Instance:
    """Something that is of a class of the workspace, or of one made from it."""

    of: Defined


@dataclass(frozen=True, slots=True)
class Above:
    """What `super()` stands for in a class of the workspace."""

    of: Defined


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the workspace."""

    uri: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that is not of the workspace: a builtin, or imported from elsewhere."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What it is cannot be told."""


@dataclass(frozen=True, slots=True)
class Value:
    """What some expression gave a variable: it cannot be told, but whatever went into it was
    named there.
    """


Meaning = Defined | Variable | Instance | Above | Module | Outside | Unknown | Value
