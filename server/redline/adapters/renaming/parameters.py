"""Which parameters, and which arguments passed by name, are renamed with a parameter.

To a server each function has parameters of its own. Overloads and overriding methods
name the same one, and a call whose target has no type may pass it by name.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence

from redline.adapters.renaming.family import Asked, family
from redline.adapters.renaming.texts import Place, Refused
from redline.core.refactor.call_sites.handed_on import handed_on, passing
from redline.core.refactor.python.scopes import Source, parse
from redline.core.text.text import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef


async def parameters(
    asked: Asked, definitions: Sequence[Place], old: str
) -> tuple[list[Place], set[str]]:
    """The parameters called `old` that overloads and overriding methods have too, and of what.

    Nothing when `definitions` are no parameters.
    """
    found: list[Place] = []
    owners: set[str] = set()
    for place in definitions:
        trail, named = await asked.trail(place)
        source = parse(asked.texts.get(place.uri).data) if trail and not named else None
        owner = _owner(source, place) if source is not None else None
        if source is None or owner is None:
            continue
        owners.add(owner.name)
        name = Place(place.uri, _name_span(source, owner))
        async for each in _of_family(asked, await _functions(asked, name, owner.name), old):
            if each not in found and each not in definitions:
                found.append(each)
    return found, owners


async def passed_by_name(
    asked: Asked, definitions: Sequence[Place], old: str, owners: set[str]
) -> list[Place]:
    """Arguments that can only mean these parameters of `owners`, though no type says so.

    Raises `Refused` where such a call may mean another function as well.
    """
    every = "|".join(sorted(re.escape(each) for each in owners))
    pattern = re.compile(rf"\b(?:{every})\b[\s\S]*?\b{re.escape(old)}\b".encode())
    found: list[Place] = []
    others: list[str] = []
    for key in await asked.matching(old, pattern):
        await asyncio.sleep(0)
        source = parse(asked.texts.get(key).data)
        if source is None:
            continue
        others += [
            f"{asked.texts.shown(key)}:{source.line(span.start)}"
            for function in _functions_in(source)
            if function.name in owners
            for span in _parameters(source, function, old)
            if Place(key, span) not in definitions
        ]
        for callee, argument in _calls(source, key, old, owners):
            if not await asked.places("definition", callee):
                found.append(argument)
    if found and others:
        line = asked.texts.get(found[0].uri).line_of(found[0].span.start) + 1
        raise Refused(
            f"{old} is passed by name at {asked.texts.shown(found[0].uri)}:{line}, where it is "
            f"not known which function is called: perhaps the one at {others[0]}"
        )
    return found


async def refuse_handed_on(
    asked: Asked, old: str, owners: set[str], known: Mapping[str, Collection[Span]]
) -> None:
    """Raises `Refused` where one of `owners` is a value, so that calls by another name may pass
    `old` to it, and there are calls that do of which no type tells what they call.

    `known` are the arguments that are renamed.
    """
    every = rb"|".join(sorted(re.escape(each.encode()) for each in owners))
    place = ""
    for owner in sorted(owners):
        for key in await asked.matching(owner, re.compile(rb"\b(?:%b)\b" % every)):
            source = None if place else parse(asked.texts.get(key).data)
            for span in handed_on(source, owners) if source is not None else ():
                if source is not None and await _may_be_function(asked, Place(key, span)):
                    place = f"{asked.texts.shown(key)}:{source.line(span.start)}"
                    break
    if not place:
        return
    for key in await asked.matching(old, re.compile(rb"\b%b\b" % re.escape(old.encode()))):
        await asyncio.sleep(0)
        source = parse(asked.texts.get(key).data)
        for callee, line in passing(source, old) if source is not None else ():
            if await _means_nothing(asked, old, Place(key, callee), known):
                where = f"{asked.texts.shown(key)}:{line}"
                raise Refused(f"{where} passes {old} by name, perhaps to what {place} hands on")


async def _may_be_function(asked: Asked, place: Place) -> bool:
    """Whether what stands there is a function, or nothing tells what it is."""
    meant = await asked.places("definition", place)
    texts = ((asked.texts.get(each.uri), each.span.start) for each in meant)
    heads = (text.line_bytes(text.line_of(start)).lstrip() for text, start in texts)
    return not meant or any(head.startswith((b"def ", b"async def ")) for head in heads)


async def _means_nothing(
    asked: Asked, old: str, callee: Place, known: Mapping[str, Collection[Span]]
) -> bool:
    """Whether no type tells what a call is of, or it passes on whatever it is given by name."""
    text = asked.texts.get(callee.uri)
    line = text.line_of(callee.span.end)
    if any(text.line_of(span.start) == line for span in known.get(callee.uri, ())):
        return False
    meant = await asked.places("definition", callee) if len(callee.span) else []
    for place in meant if all(asked.texts.editable(each.uri) for each in meant) else ():
        source = parse(asked.texts.get(place.uri).data)
        for function in _functions_in(source) if source is not None else ():
            if source is not None and _name_span(source, function) == place.span:
                given = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
                return function.args.kwarg is not None and old not in given
    return not meant


async def _functions(asked: Asked, name: Place, called: str) -> list[Place]:
    """The names of the functions that stand for one another with the one at `name`."""
    if called.startswith("__") and called.endswith("__"):
        # Every class has its own __init__; only overloads belong together.
        trail, named = await asked.trail(name)
        if not named:
            return [name]
        siblings = trail[-2].children if len(trail) > 1 else await asked.symbols(name.uri)
        return [asked.name(name.uri, each) for each in siblings if each.name == called]
    return await family(asked, [name], called)


async def _of_family(asked: Asked, names: Sequence[Place], old: str) -> AsyncIterator[Place]:
    for name in names:
        source = parse(asked.texts.get(name.uri).data)
        for function in _functions_in(source) if source is not None else ():
            if source is not None and _name_span(source, function) == name.span:
                for each in _parameters(source, function, old):
                    yield Place(name.uri, each)


def _functions_in(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def _name_span(source: Source, function: Function) -> Span:
    start = source.text.data.index(function.name.encode(), _after_def(source, function))
    return Span(start, start + len(function.name.encode()))


def _after_def(source: Source, function: Function) -> int:
    return source.text.data.index(b"def", source.start(function)) + 3


def _parameters(source: Source, function: Function, old: str) -> Iterator[Span]:
    given = function.args
    for each in (*given.posonlyargs, *given.args, *given.kwonlyargs):
        if each.arg == old:
            start = source.start(each)
            yield Span(start, start + len(old.encode()))


def _owner(source: Source, place: Place) -> Function | None:
    """The function one of whose parameters is named at `place`."""
    old = source.text.slice(place.span).decode("utf-8", "replace")
    for function in _functions_in(source):
        if place.span in _parameters(source, function, old):
            return function
    return None


def _calls(source: Source, key: str, old: str, owners: set[str]) -> Iterator[tuple[Place, Place]]:
    """The callee's name and the argument's, of each call of an attribute that passes `old`."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in owners:
            continue
        end = source.end(node.func)
        callee = Place(key, Span(end - len(node.func.attr.encode()), end))
        for argument in node.keywords:
            if argument.arg == old:
                start = source.offset(argument.lineno, argument.col_offset)
                yield callee, Place(key, Span(start, start + len(old.encode())))
