"""The names of a line from elsewhere, as they have to be here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from redline.core.inline.builtin.around import Around, Home
from redline.core.inline.builtin.scope import DOTS, FUNCTIONS, parameters
from redline.core.inline.builtin.spelling import renamed, squashed
from redline.core.inline.builtin.tokens import indent_after, is_new_name

_NAMED = FUNCTIONS | {b"class", b"interface", b"impl"}
_CLASSES = (b"class", b"impl")
_NO_VARIABLE = frozenset((b"(", b"=", b":=", b":", b"`", b'"', b"'"))


@dataclass(frozen=True, slots=True)
class Alike:
    """How many lines before a line are those before the place where one is sought, how many
    have the same shape, and the names that differ in these, there and here."""

    agreed: int
    shaped: int
    names: dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A line as it stands somewhere, and the tokens of the last before it."""

    break_: bytes
    tokens: tuple[bytes, ...]
    last: tuple[bytes, ...]
    age: int
    alike: Alike
    home: Home
    kin: float


def versions(here: Around, each: Occurrence, home: Home) -> Iterator[tuple[tuple[bytes, ...], int]]:
    """The line as it stands there, and with other names: those that differ between there and
    here (1), and those of a variable that is not known here (2)."""
    yield each.tokens, 0
    made = {each.tokens}
    underscored = here.own.family.name == "hash"
    line = squashed(b"".join(each.tokens))
    names = _that_stand_in(line, each.alike.names)
    signature = _that_stand_in(line, _signatures(each.home, home))
    for known in (names, {**signature, **names}) if signature else (names,):
        if known:
            adapted = _exchanged(each.tokens, _spelled(known, underscored))
            if adapted not in made:
                made.add(adapted)
                yield adapted, 1
    for adapted in _in_scope(here, each):
        if adapted not in made:
            made.add(adapted)
            yield adapted, 2


def _that_stand_in(line: bytes, names: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """The names that stand in a line in whatever spelling."""
    return {one: other for one, other in names.items() if squashed(one) in line}


@lru_cache(2_000)
def _signatures(there: Home, here: Home) -> dict[bytes, bytes]:
    """The names that differ between two headers: parameters by their order, and the name itself."""
    if not there.header or not here.header or there.header[0] != here.header[0]:
        return {}
    found: dict[bytes, bytes] = {}
    if there.header != here.header:
        pairs = zip(parameters(there.header), parameters(here.header), strict=False)
        found = {one: other for one, other in pairs if one != other}
        if len(there.header) > 1 < len(here.header) and there.header[0] in _NAMED:
            found.setdefault(there.header[1].lstrip(), here.header[1].lstrip())
    one, other = there.outer[:2], here.outer[:2]
    if len(one) == 2 == len(other) and one[0] == other[0] in _CLASSES and one != other:
        found.setdefault(one[1].lstrip(), other[1].lstrip())
    return found


def _in_scope(here: Around, each: Occurrence) -> Iterator[tuple[bytes, ...]]:
    """The line with its only variable that is not known here exchanged for one that waits to be
    used."""
    tokens, names = each.tokens, here.own.names
    unknown = b""
    for at, token in enumerate(tokens):
        bare = token.lstrip()
        if not is_new_name(bare) or names.get(bare) or (at and tokens[at - 1].lstrip() in DOTS):
            continue
        following = tokens[at + 1].lstrip() if at + 1 < len(tokens) else b""
        if following in _NO_VARIABLE or unknown not in (b"", bare):
            return
        unknown = bare
    if not unknown:
        return
    width = len(indent_after(each.break_, here.own.place.indent) or b"")
    for name in here.scope(width).unused[:2]:
        yield tuple(
            token[: len(token) - len(unknown)] + name if token.lstrip() == unknown else token
            for token in tokens
        )


def _exchanged(tokens: tuple[bytes, ...], names: dict[bytes, bytes]) -> tuple[bytes, ...]:
    """The line with other names, also where they are a part of a token."""
    whole = b"".join(tokens)
    names = {one: other for one, other in names.items() if one in whole}
    return tuple([_renamed(token, names) for token in tokens]) if names else tokens


def _renamed(token: bytes, names: dict[bytes, bytes]) -> bytes:
    bare = token.lstrip()
    found = names.get(bare)
    if found is None:
        part = next((name for name in names if len(name) > 2 and name in bare), None)
        if part is None:
            return token
        found = bare.replace(part, names[part])
    return token[: len(token) - len(bare)] + found


def _spelled(names: dict[bytes, bytes], underscored: bool) -> dict[bytes, bytes]:
    """The exchange of names in all their spellings, those as they stand first."""
    found = dict(names)
    for one, other in names.items():
        for before, after in renamed(one, other, underscored=underscored).items():
            found.setdefault(before, after)
    return found
