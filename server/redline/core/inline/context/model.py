"""Values of the context of an inline suggestion: where it is asked for, and what helps there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # whoever makes values of these has them, and a server is to start at once
    from redline.core.graph.calls import TextOf
    from redline.core.graph.model import Imports
    from redline.core.index.model import Index
    from redline.core.text.text import Text

Count = Callable[[str], int]
PieceKind = Literal["signature", "similar", "edited", "open"]

SHARES: Mapping[PieceKind, float] = {
    "signature": 0.45,
    "similar": 0.5,
    "edited": 0.3,
    "open": 0.2,
}
"""What each kind may take of the tokens that are for other code; in the order of relevance."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A place that was changed a while ago: bytes `start` to `end` of the text as it is now."""

    uri: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spot:
    """The cursor: at the byte `offset` of `text`. `comment` starts a comment of the language,
    '' where none ends with its line."""

    uri: str
    language: str
    comment: str
    text: Text
    offset: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the context is made from. `edited` and `opened` (uris) are newest first.

    `text_of` gives no text that must not leave.
    """

    index: Index
    imports: Imports
    text_of: TextOf
    path_of: Callable[[str], str]
    edited: tuple[Edited, ...] = ()
    opened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Code from elsewhere. `origin` is `path:first-last@digest`, lines 1-based, inclusive."""

    kind: PieceKind
    path: str
    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Window:
    """The bytes of a text that a model sees: `start` to the cursor, and from it to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a model is given: the text around the cursor, and `pieces`, the most telling first.

    `tokens` is what all of it takes.
    """

    path: str
    language: str
    comment: str
    prefix: str
    suffix: str
    pieces: tuple[Piece, ...]
    tokens: int
