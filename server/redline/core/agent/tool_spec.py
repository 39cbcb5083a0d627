"""What a tool is to a model: its name, what it is for, its arguments and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ToolEffect = Literal["read", "propose", "execute", "network"]
ParameterType = Literal["string", "integer", "boolean", "strings"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool."""

    name: str
    type: ParameterType
    purpose: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it. `control` tools are handled by the reducer itself."""

    name: str
    purpose: str
    parameters: tuple[Parameter, ...]
    effect: ToolEffect
    control: bool = False


def text(name: str, purpose: str, required: bool = True) -> Parameter:
    """A string argument."""
    return Parameter(name, "string", purpose, required)


def number(name: str, purpose: str, required: bool = True) -> Parameter:
    """An argument that is a whole number."""
    return Parameter(name, "integer", purpose, required)


def flag(name: str, purpose: str) -> Parameter:
    """An argument that is true or false, false when it is left out."""
    return Parameter(name, "boolean", purpose, False)


PATH = text("path", "file, relative to the workspace folder, with /")
ANY_PATH = text("path", "file to look in first, when the name alone is ambiguous", False)
REASON = text("reason", "why, in one sentence for the reviewer", False)
LINE = number("line", "1-based line, when the name alone is ambiguous", False)
