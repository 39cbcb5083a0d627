"""Languages as values: a grammar with its queries, and which paths and ids they serve."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter

DEFINITION = "definition."


@dataclass(frozen=True, slots=True)
class Language:
    """A grammar ready for use; made by `assemble`.

    `word` finds the words of its code; `blanks`, for `bytes.translate`, leaves nothing else
    (but a number before a word stays one with it). `kinds` are the definition kinds that `tags`
    captures, the one that wins at a tie first. `mutations` is the text of a query that is
    compiled when it is first needed, '' for none.
    """

    name: str
    extensions: tuple[str, ...]
    language_ids: tuple[str, ...]
    line_comment: str
    grammar: tree_sitter.Language
    tags: tree_sitter.Query
    scopes: tree_sitter.Query | None
    kinds: tuple[str, ...]
    letters: str
    word: re.Pattern[bytes]
    blanks: bytes
    mutations: str = ""


@dataclass(frozen=True, slots=True)
class LanguageEntry:
    """What is known of a language before its grammar is loaded: cheap to hold and compare.

    The grammar of an `isolated` one may hang: it is loaded in worker processes only.
    """

    name: str
    extensions: tuple[str, ...]
    file_names: tuple[str, ...]
    language_ids: tuple[str, ...]
    line_comment: str
    letters: str = ""
    isolated: bool = False


def assemble(
    entry: LanguageEntry,
    grammar: tree_sitter.Language,
    tags: tree_sitter.Query,
    scopes: tree_sitter.Query | None,
    mutations: str = "",
) -> Language:
    """The language of `entry` with its compiled queries."""
    captures = (tags.capture_name(index) for index in range(tags.capture_count))
    return Language(
        entry.name,
        entry.extensions,
        entry.language_ids,
        entry.line_comment,
        grammar,
        tags,
        scopes,
        tuple(name.removeprefix(DEFINITION) for name in captures if name.startswith(DEFINITION)),
        entry.letters,
        words_with(entry.letters),
        _blanks(entry.letters),
        mutations,
    )


@lru_cache(maxsize=64)
def words_with(letters: str) -> re.Pattern[bytes]:
    """What finds the words of a code: ASCII letters, all others, digits, `_` and `letters`."""
    also = re.escape(letters).encode()
    return re.compile(rb"[A-Za-z_\x80-\xff%b][A-Za-z0-9_\x80-\xff%b]*" % (also, also))


def _blanks(letters: str) -> bytes:
    """A space for each byte that is in no word."""
    word = words_with(letters)
    return bytes(each if word.fullmatch(b"a%c" % each) else ord(" ") for each in range(256))


@dataclass(frozen=True, slots=True)
class Languages:
    """All languages there are. `open` gives one by name, loading it the first time.

    `worker` says that this process may hang; any other does not load `isolated` languages,
    and knows them by name only. What `open` raises (a missing wheel, a broken query) comes
    through the functions that answer a `Language`; those that answer a name load nothing.
    """

    entries: tuple[LanguageEntry, ...]
    open: Callable[[str], Language]
    worker: bool = False
    _names: dict[str, str] = field(init=False, repr=False, compare=False)
    _extensions: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names, extensions = _endings(self.entries)
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_extensions", extensions)

    @property
    def names(self) -> tuple[str, ...]:
        """The languages in the order of their file."""
        return tuple(entry.name for entry in self.entries)

    def name_for_path(self, path: str) -> str | None:
        """The language of a path or uri by its last part, None for one we do not know."""
        last = path.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
        if last in self._names:
            return self._names[last]
        extensions = self._extensions
        at = last.find(".")
        while at >= 0:  # the longest extension first
            if last[at:] in extensions:
                return extensions[last[at:]]
            at = last.find(".", at + 1)
        return None

    def name_for_id(self, language_id: str) -> str | None:
        """The language an editor means by its `languageId`."""
        for entry in self.entries:
            if language_id in entry.language_ids:
                return entry.name
        return None

    def named(self, name: str) -> Language | None:
        """The language of that name, loaded; None where there is none, or not in this process."""
        entry = next((each for each in self.entries if each.name == name), None)
        usable = entry is not None and (self.worker or not entry.isolated)
        return self.open(name) if usable else None

    def for_path(self, path: str) -> Language | None:
        """The language of a path or uri, as `named`."""
        return self.named(self.name_for_path(path) or "")

    def for_id(self, language_id: str) -> Language | None:
        """The language of an editor's `languageId`, as `named`."""
        return self.named(self.name_for_id(language_id) or "")

    def isolated(self, name: str) -> bool:
        """Whether only worker processes may load the language of that name."""
        return any(entry.name == name and entry.isolated for entry in self.entries)


def _endings(entries: tuple[LanguageEntry, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Languages by whole file names and by extensions; of two, the one named first has it."""
    names: dict[str, str] = {}
    extensions: dict[str, str] = {}
    for entry in entries:
        for name in entry.file_names:
            names.setdefault(name, entry.name)
        for extension in entry.extensions:
            extensions.setdefault(extension, entry.name)
    return names, extensions
