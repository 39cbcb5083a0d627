"""What the index holds: symbols, references, the facts of one file, the index of a workspace."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.index.names import Names
from redline.core.text.text import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition. `span` covers the whole definition, `name_span` its name.

    `container` is the qualified name of the symbol it sits in (`Outer.method`), or ''.
    `signature` is its first line(s) up to the body, white space folded.
    """

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
    """One use of a name; `within` is the qualified name of the symbol it sits in, or ''.

    `called`: an argument list follows.
    """

    name: str
    uri: str
    span: Span
    within: str
    called: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What extraction found in one text. Columns, not objects: a large repository has millions.

    Symbols are in order of `symbol_starts`; `symbol_containers[i]` is the row of the
    symbol it sits in, -1 for none. `letters` are what names may hold besides letters, digits
    and `_`. `names` are the words of the code, comments and strings left out, each once with
    how often it stands there (`counts`); where they stand is read off the text (`uses.py`).
    `words` are those of the comments and strings. `skip_starts` and `skip_ends` are the
    comments and strings, in order. `import_names[i]` is what the text imports at
    `import_starts[i]`: a module as it is written, without quotes, or a name of one with a
    dot before it.
    Offsets are UTF-8 bytes; every array is of C unsigned or signed 32-bit ints ('I'/'i').
    `as_of` is the version of the open document they describe, None for a file on disk.
    """

    digest: str
    language: str
    letters: str
    size: int
    errors: int
    symbol_names: tuple[str, ...]
    symbol_kinds: tuple[str, ...]
    symbol_signatures: tuple[str, ...]
    symbol_starts: array[int]
    symbol_ends: array[int]
    symbol_name_starts: array[int]
    symbol_containers: array[int]
    names: tuple[str, ...]
    counts: array[int]
    words: tuple[str, ...]
    word_counts: array[int]
    skip_starts: array[int]
    skip_ends: array[int]
    import_names: tuple[str, ...]
    import_starts: array[int]
    as_of: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many symbols and uses of names there are in the base of an index."""

    symbols: int = 0
    references: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """The workspace's facts by uri: what is on disk (`base`), and over it the open documents.

    `postings` maps a name to the uris in `base` that define or use it, `names` those that
    define it. `complete` is False while a build runs: a reader must say so or wait. What is
    asked of a mapping may be made then: a walk through all of `base` takes its time.
    """

    base: Mapping[str, Facts] = field(default_factory=dict)
    postings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlay: Mapping[str, Facts] = field(default_factory=dict)
    complete: bool = False
    names: Names = field(default_factory=Names)
    totals: Totals = Totals()

    def facts(self, uri: str) -> Facts | None:
        """The facts of one document; an open document's own come first."""
        return self.overlay.get(uri) or self.base.get(uri)
