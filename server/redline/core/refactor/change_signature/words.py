"""Changes of a signature as words: `add NAME: TYPE = DEFAULT`, `order A, B` and so on."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from redline.core.index.model import Symbol
from redline.core.refactor.change_signature.model import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
)

HOW = (
    "say add NAME[: TYPE] [= DEFAULT] [after NAME | first], remove NAME, rename OLD NEW, "
    "order A, B, C, default NAME VALUE, pass NAME [EXPRESSION] or through NAME CALLER"
)
_PLACE = re.compile(r"\s+(?:after\s+(?P<after>\w+)|(?P<first>first)|last)\s*$")

Found = list[ParameterChange] | str
Callers = Callable[[str], Sequence[Symbol]]


def read_changes(words: Sequence[str], callers: Callers) -> Found:
    """The changes that `words` ask for, in order; or what is wrong with them.

    `callers` gives the symbols of a name.
    """
    made: list[ParameterChange] = []
    for each in words:
        verb, _, rest = each.strip().partition(" ")
        reader = _READERS.get(verb.lower())
        if reader is None or not rest.strip():
            return f"{each!r} is no change of a signature: {HOW}"
        found = reader(made, rest.strip(), callers)
        if isinstance(found, str):
            return f"{each!r}: {found}"
        made = found
    return made or f"no change is named: {HOW}"


def _add(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    place = _PLACE.search(rest)
    words = rest[: place.start()] if place else rest
    after = place["after"] if place and place["after"] else None
    try:
        (node,) = ast.parse(f"def f(*, {words}): pass").body
        assert isinstance(node, ast.FunctionDef)
        (argument,) = node.args.kwonlyargs
        (default,) = node.args.kw_defaults
    except (SyntaxError, ValueError, AssertionError):
        return HOW
    note = ast.unparse(argument.annotation) if argument.annotation is not None else ""
    value = _after(words, default) if default is not None else ""
    first = "" if place and place["first"] else after
    return [*made, AddParameter(argument.arg, value, note, first)]


def _after(words: str, default: ast.expr) -> str:
    """The source of the default, which ends `words`."""
    for at, letter in enumerate(words):
        if letter == "=":
            text = words[at + 1 :].strip()
            try:
                if ast.dump(ast.parse(text, mode="eval").body) == ast.dump(default):
                    return text
            except SyntaxError:
                continue
    return ast.unparse(default)


def _remove(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    return [*made, *(RemoveParameter(each) for each in _names(rest))]


def _rename(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    found = re.fullmatch(r"(\w+)\s+(?:(?:to|as)\s+|->\s*)?(\w+)", rest)
    return [*made, RenameParameter(found[1], found[2])] if found else "say rename OLD NEW"


def _order(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    moves = (MoveParameter(name, at) for at, name in enumerate(_names(rest)))
    return [*made, *moves]


def _default(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    found = re.fullmatch(r"(\w+)(?:\s*=\s*|\s+to\s+|\s+|$)(.*)", rest, re.DOTALL)
    if found is None:
        return "say default NAME VALUE"
    try:
        ast.parse(found[2] or "None", mode="eval")
    except SyntaxError:
        return f"{found[2]} is no expression"
    return [*made, SetDefault(found[1], found[2])]


def _pass(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    name, _, value = rest.partition(" ")
    given = value.strip().removeprefix("=").strip()
    try:
        ast.parse(given or "None", mode="eval")
    except SyntaxError:
        return f"{given} is no expression"
    return _on_added(made, name, lambda add: replace(add, value=given, along=not given))


def _through(made: list[ParameterChange], rest: str, callers: Callers) -> Found:
    name, _, named = rest.partition(" ")
    found: list[Symbol] = []
    for each in _names(named, dotted=True):
        symbols = callers(each)
        if len(symbols) != 1:
            return f"{len(symbols) or 'no'} symbols are called {each}"
        found += symbols
    if not found:
        return "say through NAME CALLER"
    return _on_added(made, name, lambda add: replace(add, through=(*add.through, *found)))


def _on_added(
    made: list[ParameterChange], name: str, to: Callable[[AddParameter], AddParameter]
) -> Found:
    if not any(isinstance(each, AddParameter) and each.name == name for each in made):
        return f"add {name} first"
    return [
        to(each) if isinstance(each, AddParameter) and each.name == name else each for each in made
    ]


def _names(words: str, dotted: bool = False) -> list[str]:
    return re.findall(r"[\w.]+" if dotted else r"\w+", re.sub(r"\band\b", ",", words))


_READERS: Mapping[str, Callable[[list[ParameterChange], str, Callers], Found]] = {
    "add": _add,
    "remove": _remove,
    "rename": _rename,
    "order": _order,
    "default": _default,
    "pass": _pass,
    "through": _through,
}
