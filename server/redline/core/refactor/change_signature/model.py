"""What may be asked of a signature."""

from __future__ import annotations

from dataclasses import dataclass

from redline.core.index.model import Symbol


@dataclass(frozen=True, slots=True)
class AddParameter:
    """A new parameter behind the one called `after`: None for the last place, '' for the first.

    `default` is its default as written, '' for none; `value` is what every call passes, ''
    for nothing. The functions `through` get the same parameter, and pass it on in their calls;
    those that have one of that name already pass it on where it goes `along`.
    """

    name: str
    default: str = ""
    annotation: str = ""
    after: str | None = None
    value: str = ""
    through: tuple[Symbol, ...] = ()
    along: bool = False


@dataclass(frozen=True, slots=True)
class RemoveParameter:
    """A parameter that the body does not use goes, and what calls pass for it."""

    name: str


@dataclass(frozen=True, slots=True)
class RenameParameter:
    """Another name for a parameter; arguments passed by name follow."""

    name: str
    new: str


@dataclass(frozen=True, slots=True)
class MoveParameter:
    """Another place: `position` counts from 0, the receiver of a method left out."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class SetDefault:
    """Another default, as written. '' for none: calls that left it out pass the old one."""

    name: str
    default: str


ParameterChange = AddParameter | RemoveParameter | RenameParameter | MoveParameter | SetDefault
