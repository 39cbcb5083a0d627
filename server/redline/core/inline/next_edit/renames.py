"""A name that was changed by hand, and where else the same thing is named.

Only places that scopes, or the index, show to mean the same; a use that was given a name
which exists already now means something else, and is no rename.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from tree_sitter import Tree

from redline.core.graph.meanings import OWN, meanings, site_of
from redline.core.index import facts as read
from redline.core.index.bindings import Binding, Scopes
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.model import Facts, Reference, Symbol
from redline.core.index.query import uris_naming
from redline.core.index.scopes import resolve
from redline.core.index.uses import skipped, uses_of
from redline.core.inline.next_edit.families import family
from redline.core.inline.next_edit.local_names import in_macro, places_of_local
from redline.core.inline.next_edit.model import (
    MOST_FILES,
    MOST_PLACES,
    Around,
    Pattern,
    Place,
    nearness,
)
from redline.core.inline.next_edit.passing import passed, passing
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

    def text_of(uri: str) -> Text | None:
        return past[uri].text if uri in past else around.text_of(uri)

    then = replace(around, index=index, text_of=text_of)
    work = _Work(then, past, here, word, offset)
    return work if work.is_name() else None


@dataclass(frozen=True, slots=True)
class _Work:
    """One rename as begun at one place: `here` is the file as it was, `around` the workspace of
    then, and `offset` where the changed name stood."""

    around: Around
    past: Mapping[str, _Past]
    here: _Past
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
        own = _local(self.around, self.here, self.offset, self.word)
        if own and (own[0].span.start == self.offset or not self._taken()):
            return self._here(own)
        if self._taken():
            return None
        symbol = self.here.symbol(self.offset) or self._meant(
            self.here.use(self.word.old, self.offset)
        )
        if symbol is not None and symbol.kind != FIELD:
            every = family(self.around.index, self.around.imports, symbol)
            return chain(self._here(self._members(every)), self._elsewhere(every))
        mine = _own_attribute(self.here, self.offset, self.word)
        return self._here(mine) if mine else None

    def _of_variable(self, binding: Binding) -> Iterator[Place]:
        here = self.here
        made = rename_scoped(
            here.language, here.tree, self.here.text, self.offset, self.word.new, ()
        )
        yield from self._here(_unaliased(made.edits, self.offset, self.word.old, self.word.new))
        symbol = self.here.symbol(binding.occurrences[0].span.start)
        if not made.refusal and binding.is_global and symbol is not None:
            yield from self._elsewhere((symbol,))

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
        return any(uri != self.here.uri for uri in uris_naming(self.around.index, new))

    def _meant(self, use: Reference | None, text: Text | None = None) -> Symbol | None:
        """The one symbol that a use means, where that is sure."""
        if use is None:
            return None
        data = (text or self.here.text).data
        found = meanings(self.around.index, self.around.imports, site_of(use, data))
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

    def _members(self, family: Sequence[Symbol]) -> list[Edit]:
        """The places of this file that mean one of `family`, which are none of its variables."""
        here = self.here
        spans = self._named(family, here.uri, here.facts, here.text)
        scopes = resolve(here.language, here.tree, here.text)
        return [Edit(span, self.word.new.encode()) for span in _in_class(scopes, spans, self.word)]

    def _named(self, family: Sequence[Symbol], uri: str, facts: Facts, text: Text) -> list[Span]:
        """The places of a file that define or surely mean one of `family`."""
        ids = {each.id for each in family}
        uses = uses_of(uri, facts, text, self.word.old)
        spans = [each.span for each in uses if self._is(ids, family[0].kind, each, text)]
        return spans + [each.name_span for each in family if each.uri == uri]

    def _is(self, ids: Collection[str], kind: str, use: Reference, text: Text) -> bool:
        if self.here.language.scopes is None and kind in CALLED and not use.called:
            return False  # it may as well be a variable, which no scopes tell here
        found = meanings(self.around.index, self.around.imports, site_of(use, text.data))
        return sum(each.confidence for each in found if each.symbol.id in ids) >= SURE

    def _elsewhere(self, family: Sequence[Symbol]) -> Iterator[Place]:
        """The places in other files that mean one of `family`, the nearest files first."""
        homes = {each.uri for each in family}
        uris = [u for u in uris_naming(self.around.index, self.word.old) if u != self.here.uri]
        uris.sort(key=lambda uri: (uri not in homes, nearness(self.here.uri, uri)))
        also = passing(self.around, family[0])
        for uri in uris[:MOST_FILES]:
            text, facts = self.around.text_of(uri), self.around.index.facts(uri)
            language = self.around.language_of(uri)
            if facts is None or text is None or language is None or self.word.new in facts.names:
                continue
            sure = self._named(family, uri, facts, text)
            via = also.intersection(self.around.imports.targets.get(uri, ()))
            if language.scopes is None or not (sure or via):
                yield from self._left(uri, text, [Edit(e, self.word.new.encode()) for e in sure])
                continue
            tree = parse(language, text)
            scopes = resolve(language, tree, text)
            if via:
                sure += passed(uri, (tree, text, scopes), facts, (self.word.old, via))
            sure = _in_class(scopes, sorted(set(sure)), self.word)
            others = _others((language, tree, text, scopes), sure, self.word, uri in homes)
            yield from self._left(uri, text, others)


def _local(around: Around, here: _Past, offset: int, word: Word) -> list[Edit]:
    """The places of a local variable in a language without scopes; none where it may be
    something else."""
    span = Span(offset, offset + len(word.old.encode()))
    if here.language.scopes is not None:
        return []
    parsed = (here.tree, here.text, here.facts)
    spans = places_of_local(here.language.name, parsed, span, word.new)
    if spans and here.language.name in ("c", "cpp"):
        included = around.imports.targets.get(here.uri, ())
        texts = [here.text, *map(around.text_of, included[:MOST_FILES])]
        if any(in_macro(each, name) for each in texts if each for name in (word.old, word.new)):
            return []
    return [Edit(each, word.new.encode()) for each in spans or ()]


def _own_attribute(here: _Past, offset: int, word: Word) -> list[Edit]:
    """The places of the same class that name the same attribute of its own object."""
    around = here.class_around(offset)
    use = here.use(word.old, offset)
    own = use is None or site_of(use, here.text.data).receiver in OWN
    if around is None or not own:
        return []
    spans = [
        each.span
        for each in uses_of(here.uri, here.facts, here.text, word.old)
        if around.contains(each.span) and site_of(each, here.text.data).receiver in OWN
    ]
    for each in read.symbols_named(here.uri, here.facts, word.old):
        if each.kind == FIELD and around.contains(each.span):
            spans.append(each.name_span)
    return [Edit(span, word.new.encode()) for span in spans]


Parsed = tuple[Language, Tree, Text, Scopes]


def _others(parsed: Parsed, sure: Sequence[Span], word: Word, defines: bool) -> list[Edit]:
    """The edits of a file that imports the symbol, or `defines` it: the variable of that name
    follows, attributes are renamed where they stand, and what shadows the name is left alone.
    """
    language, tree, text, scopes = parsed
    edits: dict[Span, Edit] = {}
    for span in sure:
        binding = _binding(scopes, span, word)
        if binding is None or not (binding.is_local or binding.is_global):
            edits[span] = Edit(span, word.new.encode())
        elif binding.kind == "import" or (defines and binding.is_global):
            start = binding.occurrences[0].span.start
            if binding.occurrences[0].span not in edits:
                made = rename_scoped(language, tree, text, start, word.new, ())
                whole = _unaliased(made.edits, start, word.old, word.new)
                edits |= {each.span: each for each in whole}
    return sorted(edits.values())


def _in_class(scopes: Scopes, spans: Sequence[Span], word: Word) -> list[Span]:
    """The places, and those in the bodies of classes that name one of them there."""
    found = set(spans)
    for span in spans:
        binding = _binding(scopes, span, word)
        if binding is not None and not (binding.is_local or binding.is_global):
            found |= {each.span for each in binding.occurrences}
    return sorted(found)


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
