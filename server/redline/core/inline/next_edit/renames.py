"""A name that was changed by hand, and where else the same thing is named.

Only places that scopes, or the index, show to mean the same; a use that was given a name
which exists already now means something else, and is no rename.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from tree_sitter import Tree

from redline.core.graph.meanings import OWN, meanings, site_of
from redline.core.index import facts as read
from redline.core.index.bindings import Binding, Scopes
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Facts, Index, Reference, Symbol
from redline.core.index.query import uris_naming
from redline.core.index.scopes import resolve
from redline.core.index.uses import skipped, uses_of
from redline.core.inline.next_edit.model import (
    MOST_FILES,
    MOST_PLACES,
    Around,
    Pattern,
    Place,
    nearness,
)
from redline.core.inline.next_edit.trail import Reverted, Trail, Word, reverted
from redline.core.refactor.rename.scoped import invalid_name, name_at, rename_scoped
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

MOST_STEPS = 4
"""How many of the places renamed by hand are looked at for what they mean."""
SURE = 0.8
"""How sure the index must be that a name at another place means the same symbol."""
FIELD = "field"
CALLED = frozenset({"function", "method", "macro"})
CLASSES = frozenset({"class", "struct", "interface", "trait", "record", "enum"})


@dataclass(frozen=True, slots=True)
class _Past:
    """One file as it was before the rename."""

    trail: Trail
    before: Reverted
    language: Language
    tree: Tree
    facts: Facts

    @property
    def uri(self) -> str:
        """The file."""
        return self.trail.uri

    @property
    def text(self) -> Text:
        """What it held."""
        return self.before.text

    def symbol(self, name_start: int) -> Symbol | None:
        """What is defined by the name at a place."""
        starts = enumerate(self.facts.symbol_name_starts)
        row = next((row for row, start in starts if start == name_start), None)
        return read.symbol(self.uri, self.facts, row) if row is not None else None

    def use(self, name: str, offset: int) -> Reference | None:
        """The use of a name at a place."""
        found = uses_of(self.uri, self.facts, self.text, name)
        return next((each for each in found if each.span.start == offset), None)

    def class_around(self, offset: int) -> Span | None:
        """The class that a place is in."""
        facts, row = self.facts, read.symbol_at(self.facts, offset)
        while row >= 0 and facts.symbol_kinds[row] not in CLASSES:
            row = facts.symbol_containers[row]
        return Span(facts.symbol_starts[row], facts.symbol_ends[row]) if row >= 0 else None


def renamed(around: Around, steps: Sequence[tuple[Trail, Word]]) -> Pattern | None:
    """The rename that `steps` were made of by hand, the first of them first, and its other
    places, of which there may be none; None where it is no rename. All steps change one word
    to one other.
    """
    past = _past(around, steps)
    decided = False
    for trail, word in steps[:MOST_STEPS]:
        work = _work(around, past, trail, word)
        due = work.places() if work is not None else None
        decided = decided or due is not None
        places = tuple(islice(due or (), MOST_PLACES))
        if places or (decided and word is steps[:MOST_STEPS][-1][1]):
            what = f"rename {word.old} to {word.new}"
            at = max(each.region.at for _, each in steps)
            return Pattern("rename", f"rename\0{word.old}\0{word.new}", what, trail.uri, at, places)
    return None


def _past(around: Around, steps: Sequence[tuple[Trail, Word]]) -> dict[str, _Past]:
    """The files of the steps without them."""
    found: dict[str, _Past] = {}
    for uri, trail in {trail.uri: trail for trail, _ in steps}.items():
        language = around.language_of(uri)
        if language is not None:
            mine = [word.region for each, word in steps if each.uri == uri]
            before = reverted(trail, sorted(mine, key=lambda each: each.start))
            tree = parse(language, before.text)
            facts = extract(language, tree, before.text, None)
            found[uri] = _Past(trail, before, language, tree, facts)
    return found


def _work(around: Around, past: Mapping[str, _Past], trail: Trail, word: Word) -> _Work | None:
    here = past.get(trail.uri)
    if here is None or invalid_name(here.language.name, word.new):
        return None
    overlay = {uri: each.facts for uri, each in past.items()}
    index = replace(around.index, overlay={**around.index.overlay, **overlay})
    offset = here.before.before(word.span.start)
    work = _Work(around, past, here, index, word, offset)
    return work if work.is_name() else None


@dataclass(frozen=True, slots=True)
class _Work:
    """One rename as begun at one place: `here` is the file as it was, `index` that of then, and
    `offset` where the changed name stood."""

    around: Around
    past: Mapping[str, _Past]
    here: _Past
    index: Index
    word: Word
    offset: int

    def is_name(self) -> bool:
        """Whether the changed word is a name in the code, no keyword and no word of a string."""
        end = self.offset + len(self.word.old.encode())
        if self.here.text.slice(Span(self.offset, end)) != self.word.old.encode():
            return False
        if self.here.language.scopes is None:
            return not skipped(self.here.facts, self.offset)
        return name_at(self.here.tree, self.offset) == Span(self.offset, end)

    def places(self) -> Iterator[Place] | None:
        """The other places, those of this file first; None where the name now means something
        else that is there already.
        """
        end = self.offset + len(self.word.old.encode())
        scopes = resolve(self.here.language, self.here.tree, self.here.text)
        binding = _binding(scopes, Span(self.offset, end), self.word)
        if binding is not None and (binding.is_local or binding.is_global):
            return self._of_variable(binding) if self._is_rename(binding) else None
        if self._taken():
            return None
        symbol = self.here.symbol(self.offset) or self._meant(
            self.here.use(self.word.old, self.offset)
        )
        if symbol is not None and symbol.kind != FIELD:
            return chain(self._here(self._members(symbol)), self._elsewhere(symbol))
        own = self._own_attribute()
        return self._here(own) if own else None

    def _of_variable(self, binding: Binding) -> Iterator[Place]:
        here = self.here
        made = rename_scoped(
            here.language, here.tree, self.here.text, self.offset, self.word.new, ()
        )
        yield from self._here(_unaliased(made.edits, self.offset, self.word.old, self.word.new))
        symbol = self.here.symbol(binding.occurrences[0].span.start)
        if not made.refusal and binding.is_global and symbol is not None:
            yield from self._elsewhere(symbol)

    def _is_rename(self, binding: Binding) -> bool:
        """At the definition it is; at a use only where the new name meant nothing so far."""
        first = binding.occurrences[0].span.start
        if self.offset == first:
            return True
        return binding.kind != "import" and not self._taken()

    def _taken(self) -> bool:
        """Whether something has the new name already."""
        new = self.word.new
        if new in self.here.facts.names or new in self.here.facts.symbol_names:
            return True
        if self.here.language.name == "python" and hasattr(builtins, new):
            return True
        if self.here.symbol(self.offset) is not None:
            return False
        return any(uri != self.here.uri for uri in uris_naming(self.index, new))

    def _meant(self, use: Reference | None, text: Text | None = None) -> Symbol | None:
        """The one symbol that a use means, where that is sure."""
        if use is None:
            return None
        data = (text or self.here.text).data
        found = meanings(self.index, self.around.imports, site_of(use, data))
        return found[0].symbol if found and found[0].confidence >= SURE else None

    def _here(self, edits: Sequence[Edit]) -> Iterator[Place]:
        """The places of this file that were not changed by hand yet."""
        return self._left(self.here.uri, self.here.text, edits)

    def _left(self, uri: str, text: Text, edits: Sequence[Edit]) -> Iterator[Place]:
        past = self.past.get(uri)
        for each in sorted(edits):
            span = past.before.now(each.span) if past is not None else each.span
            if span is not None:
                yield Place(uri, span, text.slice(each.span), each.new)

    def _members(self, symbol: Symbol) -> list[Edit]:
        """The uses in this file that mean `symbol`, which is none of its variables."""
        uri, text = self.here.uri, self.here.text
        uses = uses_of(uri, self.here.facts, text, self.word.old)
        spans = [use.span for use in uses if self._is(symbol, use, text)]
        if symbol.uri == uri:
            spans.append(symbol.name_span)
        return [Edit(span, self.word.new.encode()) for span in spans]

    def _is(self, symbol: Symbol, use: Reference, text: Text) -> bool:
        if self.here.language.scopes is None and symbol.kind in CALLED and not use.called:
            return False  # it may as well be a variable, which no scopes tell here
        meant = self._meant(use, text)
        return meant is not None and meant.id == symbol.id

    def _own_attribute(self) -> list[Edit]:
        """The places of the same class that name the same attribute of its own object."""
        here, around = self.here, self.here.class_around(self.offset)
        use = here.use(self.word.old, self.offset)
        own = use is None or site_of(use, here.text.data).receiver in OWN
        if around is None or not own:
            return []
        spans = [
            each.span
            for each in uses_of(here.uri, here.facts, here.text, self.word.old)
            if around.contains(each.span) and site_of(each, here.text.data).receiver in OWN
        ]
        for each in read.symbols_named(here.uri, here.facts, self.word.old):
            if each.kind == FIELD and around.contains(each.span):
                spans.append(each.name_span)
        return [Edit(span, self.word.new.encode()) for span in spans]

    def _elsewhere(self, symbol: Symbol) -> Iterator[Place]:
        """The places in other files that mean `symbol`, the nearest files first."""
        uris = [uri for uri in uris_naming(self.index, self.word.old) if uri != self.here.uri]
        uris.sort(key=lambda uri: (uri != symbol.uri, nearness(self.here.uri, uri)))
        for uri in uris[:MOST_FILES]:
            past = self.past.get(uri)
            text = past.before.text if past is not None else self.around.text_of(uri)
            facts, language = self.index.facts(uri), self.around.language_of(uri)
            if facts is None or text is None or language is None or self.word.new in facts.names:
                continue
            uses = uses_of(uri, facts, text, self.word.old)
            sure = [each.span for each in uses if self._is(symbol, each, text)]
            if uri == symbol.uri and self.word.new not in facts.symbol_names:
                sure.append(symbol.name_span)
            others = _others(language, text, sorted(sure), self.word, uri == symbol.uri)
            yield from self._left(uri, text, others)


def _others(
    language: Language, text: Text, sure: Sequence[Span], word: Word, defines: bool
) -> list[Edit]:
    """The edits of a file that imports the symbol, or `defines` it: the variable of that name
    follows, attributes are renamed where they stand, and what shadows the name is left alone.
    """
    if not sure or language.scopes is None:
        return [Edit(span, word.new.encode()) for span in sure]
    tree = parse(language, text)
    scopes = resolve(language, tree, text)
    edits: dict[Span, Edit] = {}
    for span in sure:
        binding = _binding(scopes, span, word)
        if binding is None:
            edits[span] = Edit(span, word.new.encode())
        elif binding.kind == "import" or (defines and binding.is_global):
            start = binding.occurrences[0].span.start
            if binding.occurrences[0].span not in edits:
                made = rename_scoped(language, tree, text, start, word.new, ())
                whole = _unaliased(made.edits, start, word.old, word.new)
                edits |= {each.span: each for each in whole}
    return sorted(edits.values())


def _binding(scopes: Scopes, span: Span, word: Word) -> Binding | None:
    found = scopes.binding_at(span.start)
    exact = found is not None and any(each.span == span for each in found.occurrences)
    return found if exact and found is not None and found.name == word.old else None


def _unaliased(edits: Sequence[Edit], first: int, old: str, new: str) -> list[Edit]:
    """The name that an import brings in is the renamed one, not another name for the old."""
    alias = f"{old} as {new}".encode()
    return [
        Edit(each.span, new.encode()) if each.span.start == first and each.new == alias else each
        for each in edits
    ]
