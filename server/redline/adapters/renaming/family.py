"""Every definition that must change together with one that is renamed.

A server renames one definition and its uses. A method that overrides another, both
branches of a conditional definition, and a stub beside its module are definitions of
their own: renaming only one of them changes what the program does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from redline.adapters.language_servers.messages import (
    CLASS_KINDS,
    CLASSES,
    LOCATIONS,
    SYMBOLS,
    ClassItem,
    Location,
    WireSymbol,
)
from redline.adapters.language_servers.sight import Sight
from redline.adapters.renaming.texts import Place, Refused, Texts, twin, word_at
from redline.adapters.uris import path_of, uri_of
from redline.core.problems import ToolProblem
from redline.core.text.text import Span, Text

T = TypeVar("T")


class Asked:
    """Questions to one server about one moment of the texts; answers that recur are kept."""

    def __init__(self, sight: Sight, texts: Texts, seconds: float) -> None:
        self.sight = sight
        self.texts = texts
        self.seconds = seconds
        self._symbols: dict[str, list[WireSymbol]] = {}
        self._mentions: dict[str, asyncio.Task[list[str]]] = {}

    async def ask(self, method: str, params: object, answer: msgspec.json.Decoder[T]) -> T:
        """One request. Raises `Refused` when there is no usable answer."""
        result = await self.sight.connection.request(method, params, answer, self.seconds)
        if isinstance(result, ToolProblem):
            raise Refused(result.message, result.unavailable)
        return result

    async def places(self, method: str, place: Place) -> list[Place]:
        """What a `textDocument/…` request that answers locations says about `place`."""
        params = self.texts.wire(place.uri, place.span.start)
        found = await self.ask(f"textDocument/{method}", params, LOCATIONS)
        locations = [found] if isinstance(found, Location) else found or []
        return [self.texts.place(each) for each in locations]

    def over(self, later: Mapping[str, Text]) -> Asked:
        """The same server, for questions about other texts, which it has to be shown."""
        return Asked(self.sight, self.texts.over(later), self.seconds)

    def word(self, key: str, offset: int) -> str:
        """The identifier at byte `offset`, '' for none. Raises `Refused`."""
        span = word_at(self.texts.get(key), offset)
        return self.texts.get(key).slice(span).decode("utf-8", "replace") if span else ""

    def look_for(self, word: str) -> asyncio.Task[list[str]]:
        """Begins to read every file for `word`, while the server is busy with something else."""
        if word not in self._mentions:
            work = asyncio.to_thread(self.texts.mentioning, word.encode())
            self._mentions[word] = asyncio.get_running_loop().create_task(work)
        return self._mentions[word]

    async def matching(self, word: str, pattern: re.Pattern[bytes]) -> list[str]:
        """The files that `pattern` is found in; `word` is part of whatever it matches."""
        keys = await self.look_for(word)
        return [key for key in keys if pattern.search(self.texts.get(key).data)]

    async def symbols(self, key: str) -> list[WireSymbol]:
        """The symbols of one file."""
        if key not in self._symbols:
            params = {"textDocument": {"uri": self.texts.uri(key)}}
            found = await self.ask("textDocument/documentSymbol", params, SYMBOLS)
            self._symbols[key] = found or []
        return self._symbols[key]

    async def trail(self, place: Place) -> tuple[list[WireSymbol], bool]:
        """The symbols around `place`, outermost first, and whether the last is named there."""
        level: Sequence[WireSymbol] = await self.symbols(place.uri)
        trail: list[WireSymbol] = []
        while True:
            inside = [each for each in level if self.span(place.uri, each).contains(place.span)]
            named = next((each for each in inside if self.name(place.uri, each) == place), None)
            if named is not None:
                return [*trail, named], True
            if not inside:
                return trail, False
            trail.append(inside[-1])
            level = inside[-1].children

    def span(self, key: str, symbol: WireSymbol) -> Span:
        """The whole of a symbol."""
        return self.texts.place(Location(key, symbol.range)).span

    def name(self, key: str, symbol: WireSymbol) -> Place:
        """A symbol's name."""
        return self.texts.place(Location(key, symbol.selection_range))


async def family(asked: Asked, first: Sequence[Place], old: str) -> list[Place]:
    """`first` and every definition of `old` that must be renamed with it.

    Raises `Refused` when one of them lies outside the folder.
    """
    found: list[Place] = []
    waiting = list(first)
    while waiting:
        place = narrowed(asked, waiting.pop(), old)
        if place in found or asked.texts.slice(place) != old.encode():
            continue
        if not asked.texts.editable(place.uri):
            where = f"{asked.texts.shown(place.uri)}, outside the workspace folder"
            raise Refused(f"{old} is defined in {where}; renaming only its uses would break them")
        found.append(place)
        waiting += [each async for each in _relatives(asked, place, old)]
    return found


async def reexports(asked: Asked, definitions: Sequence[Place], old: str) -> list[Place]:
    """The names made anew where other modules offer `definitions` as their own.

    To a server `from … import old as old`, and the stub of a module that imports `old`,
    make names of their own, which a rename does not cross, in either direction. The
    files are searched for them, since nothing leads there.
    """
    if not definitions or len((await asked.trail(definitions[0]))[0]) != 1:
        return []  # only what a module holds can be imported
    name = re.escape(old.encode())
    again = re.compile(rb"(?<![\w.])%b\s+as\s+(%b)(?![\w\x80-\xff])" % (name, name))
    held = re.compile(rb"^(?:(?:async\s+)?def\s+|class\s+)?(%b)\b" % name, re.MULTILINE)
    either = re.compile(rb"%b|%b" % (again.pattern, held.pattern), re.MULTILINE)
    found: list[Place] = []
    for key in await asked.matching(old, either):
        for match in again.finditer(asked.texts.get(key).data):
            place = Place(key, Span(*match.span(1)))
            if await _leads(asked, place, [*definitions, *found], old):
                found.append(place)
        if key.endswith(".pyi"):
            found += await _stubbed(asked, key, [*definitions, *found], old)
    return found


async def _leads(asked: Asked, place: Place, definitions: Sequence[Place], old: str) -> bool:
    targets = [narrowed(asked, each, old) for each in await asked.places("definition", place)]
    return any(target in definitions for target in targets)


async def _stubbed(asked: Asked, key: str, definitions: Sequence[Place], old: str) -> list[Place]:
    """The names in the stub `key` of what its module imports from `definitions`."""
    names = [asked.name(key, each) for each in await asked.symbols(key) if each.name == old]
    path = path_of(key)
    module = twin(path) if path is not None else None
    names = [each for each in names if each not in definitions]
    if not names or module is None or not module.is_file():
        return []
    beside = asked.texts.key(uri_of(module))
    for match in re.finditer(rb"\b%b\b" % re.escape(old.encode()), asked.texts.get(beside).data):
        if await _leads(asked, Place(beside, Span(*match.span())), definitions, old):
            return names
    return []


def narrowed(asked: Asked, place: Place, old: str) -> Place:
    """Only the name of an attribute: servers give `self.name` as its definition."""
    if not asked.texts.slice(place).endswith(f".{old}".encode()):
        return place
    return Place(place.uri, Span(place.span.end - len(old.encode()), place.span.end))


async def exposed(asked: Asked, place: Place) -> bool:
    """True when the definition at `place` can be used from other files."""
    trail, named = await asked.trail(place)
    return named and all(each.kind in CLASS_KINDS for each in trail[:-1])


async def _relatives(asked: Asked, place: Place, old: str) -> AsyncIterator[Place]:
    trail, named = await asked.trail(place)
    classes = [each for each in trail[: -1 if named else None] if each.kind in CLASS_KINDS]
    parent = trail[-2] if named and len(trail) > 1 else None
    member = parent is not None and parent.kind in CLASS_KINDS
    before = asked.texts.get(place.uri).data[: place.span.start]
    if classes and (member or before.endswith(b".")):
        owner = asked.name(place.uri, classes[-1])
        for each in await asked.places("implementation", place):
            yield each
        async for each in _inherited(asked, owner, old):
            yield each
    if named:
        # Other branches of a conditional definition, overloads, setters.
        siblings = parent.children if parent is not None else await asked.symbols(place.uri)
        for symbol in siblings:
            if symbol.name == old:
                yield asked.name(place.uri, symbol)
    if named and len(classes) == len(trail) - 1:
        for each in await _in_twin(asked, place, trail):
            yield each


async def _inherited(asked: Asked, owner: Place, old: str) -> AsyncIterator[Place]:
    """The members called `old` of the class named at `owner` and of all its bases."""
    at = asked.texts.wire(owner.uri, owner.span.start)
    waiting = await asked.ask("textDocument/prepareTypeHierarchy", at, CLASSES) or []
    seen: set[Place] = set()
    while waiting:
        item = waiting.pop()
        place = asked.texts.place(Location(item.uri, item.selection_range))
        if place in seen:
            continue
        seen.add(place)
        for each in await _members(asked, place, old):
            yield each
        waiting += await _bases(asked, item)


async def _bases(asked: Asked, item: ClassItem) -> list[ClassItem]:
    return await asked.ask("typeHierarchy/supertypes", {"item": item}, CLASSES) or []


async def _members(asked: Asked, owner: Place, old: str) -> list[Place]:
    trail, named = await asked.trail(owner)
    if not named:
        return []
    key, symbol = owner.uri, trail[-1]
    members = [asked.name(key, each) for each in symbol.children if each.name == old]
    if members:
        return members
    # Servers list no attributes that only methods assign to.
    whole = asked.span(key, symbol)
    pattern = re.compile(rb"\bself\.(%b)\b\s*(?::[^=\n]*)?=(?!=)" % re.escape(old.encode()))
    match = pattern.search(asked.texts.get(key).data, whole.start, whole.end)
    return [Place(key, Span(*match.span(1)))] if match else []


async def _in_twin(asked: Asked, place: Place, trail: Sequence[WireSymbol]) -> list[Place]:
    path = path_of(place.uri)
    other = twin(path) if path is not None else None
    if other is None or not other.is_file():
        return []
    key = asked.texts.key(uri_of(other))
    names = [each.name for each in trail]
    return [asked.name(key, each) for each in _named(await asked.symbols(key), names)]


def _named(symbols: Sequence[WireSymbol], names: Sequence[str]) -> Iterator[WireSymbol]:
    for symbol in symbols:
        if symbol.name == names[0]:
            if len(names) == 1:
                yield symbol
            else:
                yield from _named(symbol.children, names[1:])
