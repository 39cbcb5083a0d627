"""What the index holds: symbols, references, the facts of one file, the index of a workspace."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition. `span` covers the whole definition, `name_span` its name."""

    id: str
    name: str
    kind: str
    uri: str
    span: Span
    name_span: Span
    container: str
    signature: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One use of a name; `within` is the qualified name of the symbol it sits in, or ''."""

    name: str
    uri: str
    span: Span
    within: str


@dataclass(frozen=True, slots=True)
class SymbolRow:
    """A definition as extracted: names and byte offsets, no uri. `container` indexes rows."""

    name: str
    kind: str
    start: int
    end: int
    name_start: int
    name_end: int
    container: int
    signature: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What extraction found in one text. Columns, not objects: a large repository has millions.

    `reference_names[i]` indexes `names`; `reference_starts[i]` is a byte offset (the end
    follows from the name); `reference_within[i]` indexes `symbols`, -1 for none. Each is
    an array of C ints ('i').
    """

    digest: str
    language: str
    size: int
    errors: int
    symbols: tuple[SymbolRow, ...]
    names: tuple[str, ...]
    reference_names: array[int]
    reference_starts: array[int]
    reference_within: array[int]
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """The workspace's facts by uri: what is on disk, and over it the open documents."""

    base: Mapping[str, Facts] = field(default_factory=dict)
    postings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlay: Mapping[str, Facts] = field(default_factory=dict)
    complete: bool = False

    def facts(self, uri: str) -> Facts | None:
        """The facts of one document; an open document's own come first."""
        return self.overlay.get(uri) or self.base.get(uri)
