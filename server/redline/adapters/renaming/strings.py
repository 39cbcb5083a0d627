"""Refuses a rename of what the program may reach by its name in a string."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from redline.adapters.language_servers.messages import CLASS_KINDS
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.texts import Place, Refused
from redline.core.refactor.documentation.examples import example_naming, named_in_examples
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.rename.by_name import Named, by_name, computed, looks_up, reflected
from redline.core.retrieval.paths import is_test
from redline.core.text.text import Span

_FUNCTION = 12
_SETTINGS = ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml")
_READMES = ("README.md", "README.rst", "README.txt")


async def refuse_by_name(
    asked: Asked, definitions: Sequence[Place], old: str, known: Mapping[str, Collection[Span]]
) -> None:
    """Raises `Refused` where a string may mean one of `definitions`.

    `known` are the places that are renamed.
    """
    named = await _named(asked, definitions[0], old) if definitions else None
    if named is None:
        return
    homes = {each.uri for each in definitions}
    named = replace(named, looked_up=await _looked_up(asked))
    for key in await asked.matching(old, re.compile(rb"\b%b\b" % re.escape(old.encode()))):
        source = await _parsed(asked, key)
        if source is None:
            continue
        shown = asked.texts.shown(key)
        line = by_name(source, named, is_test(shown), known.get(key, ()))
        if line is None and not named.member and key in homes:
            line = computed(source, old)
        if line is not None:
            raise Refused(f"{shown}:{line} may reach {old} by its name in a string")
    await _refuse_examples(asked, definitions[0], named, known)
    if not named.member:
        await _refuse_reflected(asked, definitions, old)


async def in_examples(asked: Asked, old: str, known: Mapping[str, Collection[Span]]) -> list[Place]:
    """The places in the examples of docstrings that mean what is renamed at `known`."""
    found: list[Place] = []
    for key, spans in known.items():
        source = await _parsed(asked, key)
        starts = {span.start for span in spans}
        places = named_in_examples(source, starts, old) if source is not None else ()
        found += [Place(key, span) for span in places]
    return found


async def _refuse_examples(
    asked: Asked, at: Place, named: Named, known: Mapping[str, Collection[Span]]
) -> None:
    """Raises `Refused` where an example goes on saying the name, and examples are run as tests."""
    old, member = named.name, named.member
    said = await asked.matching("doctest", re.compile(rb"\bdoctest\b"))
    tested = any(is_test(asked.texts.shown(key)) for key in said)
    if not tested and not any(b"doctest" in _beside(asked, at, each) for each in _SETTINGS):
        return
    for key in await asked.matching(old, re.compile(rb"\b%b\b" % re.escape(old.encode()))):
        text = asked.texts.get(key)
        found = example_naming(text.data, old, member, known.get(key, ()))
        if found is not None:
            where = f"{asked.texts.shown(key)}:{text.line_of(found) + 1}"
            raise Refused(f"{where} has an example with {old}, which tests may run")
    for name in _READMES if tested else ():
        if example_naming(_beside(asked, at, name), old, member) is not None:
            raise Refused(f"{name} has an example with {old}, which tests may run")


def _beside(asked: Asked, place: Place, name: str) -> bytes:
    """What the file `name` in the folder itself holds; nothing where there is none."""
    root = place.uri.removesuffix(asked.texts.shown(place.uri))
    try:
        return asked.texts.get(root + name).data if root != place.uri else b""
    except Refused:
        return b""


async def _refuse_reflected(asked: Asked, definitions: Sequence[Place], old: str) -> None:
    """Raises `Refused` where the program goes through the names of a module that has `old`."""
    stems = {_dotted(asked, each.uri).rpartition(".")[2] for each in definitions}
    one = b"|".join(re.escape(stem.encode()) for stem in sorted(stems))
    star = re.compile(rb"\bfrom\s+[\w.]*\b(?:%b)\s+import\s+\*" % one)
    word = re.compile(rb"\b%b\b" % re.escape(old.encode()))
    holders = await asked.matching(old, word)
    if not old.startswith("_"):  # which a star leaves behind
        holders = [*holders, *await asked.matching("*", star)]
    dotted = [f".{_dotted(asked, key)}" for key in holders]
    for going in ("vars", "dir", "__dict__", "getmembers"):
        for key in await asked.matching(going, re.compile(rb"\b%b\b" % going.encode())):
            source = await _parsed(asked, key)
            for line, module in reflected(source) if source is not None else ():
                if any(each.endswith(f".{module}") for each in dotted):
                    where = f"{asked.texts.shown(key)}:{line}"
                    raise Refused(f"{where} goes through the names of {module}, {old} among them")


def _dotted(asked: Asked, key: str) -> str:
    """A file as it may be imported."""
    path = re.sub(r"(/__init__)?\.pyi?$", "", asked.texts.shown(key))
    return path.replace("/", ".")


async def _looked_up(asked: Asked) -> bool:
    """Whether what is no test gets attributes by names that it computes."""
    for word in ("getattr", "setattr", "attrgetter", "methodcaller", "__getattribute__"):
        for key in await asked.matching(word, re.compile(rb"\b%b\b" % word.encode())):
            source = None if is_test(asked.texts.shown(key)) else await _parsed(asked, key)
            if source is not None and looks_up(source):
                return True
    return False


async def _parsed(asked: Asked, key: str) -> Source | None:
    await asyncio.sleep(0)  # parsing a hundred files must not block the loop in one piece
    return parse(asked.texts.get(key).data) if key.endswith(".py") else None


async def _named(asked: Asked, place: Place, old: str) -> Named | None:
    """What stands at `place`; None for what only one function knows."""
    trail, named = await asked.trail(place)
    around = trail[:-1] if named else trail
    if not named and asked.texts.get(place.uri).data[: place.span.start].endswith(b"."):
        return Named(old, member=True, tells=False)
    if not named or any(each.kind not in CLASS_KINDS for each in around):
        return None
    tells = trail[-1].kind in CLASS_KINDS or trail[-1].kind == _FUNCTION
    return Named(old, member=bool(around), tells=tells)
