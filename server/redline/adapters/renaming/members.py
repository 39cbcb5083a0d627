"""Uses of a member whose owner has no type: renamed where nothing else has the name.

In code without types a server leaves `thing.total()` alone, and a rename would break it.
Where every definition of the name in the folder is renamed and no builtin type has it,
such a use can hardly mean anything else; otherwise nobody knows, and the rename is refused.
"""

from __future__ import annotations

import ast
import asyncio
import collections
import datetime
import functools
import inspect
import io
import logging
import pathlib
import re
import socket
import subprocess
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

from redline.adapters.language_servers.messages import CLASS_KINDS
from redline.adapters.renaming.family import Asked, narrowed
from redline.adapters.renaming.texts import Place, Refused
from redline.core.refactor.python.scopes import Source, parse
from redline.core.text.text import Span

_FAMILIAR = (
    *(str, bytes, bytearray, int, float, list, tuple, dict, set, frozenset, slice, property),
    *(Exception, ImportError, OSError, UnicodeDecodeError, type, type(lambda: 0), memoryview),
    *(io.TextIOWrapper, io.BytesIO, io.StringIO, io.BufferedRandom, re.Pattern, re.Match),
)
_IMPORTED: Mapping[str, tuple[type, ...]] = {
    "pathlib": (pathlib.Path,),
    "collections": (collections.deque, collections.OrderedDict, collections.Counter),
    "datetime": (datetime.datetime, datetime.timedelta),
    "asyncio": (asyncio.Future, asyncio.Task, asyncio.Queue),
    "inspect": (inspect.Signature, inspect.BoundArguments, inspect.Parameter),
    "functools": (functools.partial,),
    "logging": (logging.Logger, logging.Handler, logging.LogRecord),
    "socket": (socket.socket,),
    "subprocess": (subprocess.Popen,),
    "threading": (threading.Thread, threading.Event, threading.Condition),
}
"""Types that only those have who say the module's name."""
_MANY = 1000


async def untyped_uses(
    asked: Asked, definitions: Sequence[Place], old: str, known: Mapping[str, Collection[Span]]
) -> tuple[list[Place], list[Place]]:
    """The uses of the member `old` that no type explains and that can mean nothing else, and
    those that mean it by the server's own word, and that it forgot.

    `known` are the places renamed already. Raises `Refused` where there are uses of the first
    kind and something else has the name: they may mean the member, and then break.
    """
    if not definitions or not await _member(asked, definitions[0]):
        return [], []
    other = "builtin types have" if await _familiar(asked, old) else ""
    word = re.compile(rb"\b%b\b" % re.escape(old.encode()))
    uses: list[Place] = []
    for key in await asked.matching(old, word):
        await asyncio.sleep(0)
        source = parse(asked.texts.get(key).data)
        if source is None:
            continue
        changed = known.get(key, ())
        for span in _definitions(source, old):
            if span not in changed and not other:
                other = f"{_where(asked, Place(key, span))} has"
        uses += [Place(key, span) for span in _attributes(source, old) if span not in changed]
    if len(uses) > _MANY:
        raise Refused(f"{old} is said in {len(uses)} other places, too many to look at")
    untyped: list[Place] = []
    forgotten: list[Place] = []
    for each in uses:
        meant = await asked.places("definition", each)
        if not meant:
            untyped.append(each)
        elif any(narrowed(asked, place, old) in definitions for place in meant):
            forgotten.append(each)
    if untyped and other:
        where = _where(asked, untyped[0])
        raise Refused(f"{where} may mean it: no type is known there, and {other} a {old} too")
    return untyped, forgotten


async def _familiar(asked: Asked, old: str) -> bool:
    """Whether a type of the standard library that is about has a member of that name."""
    if any(hasattr(each, old) for each in _FAMILIAR):
        return True
    for module, types in _IMPORTED.items():
        if any(hasattr(each, old) for each in types):
            word = re.compile(rb"\b%b\b" % module.encode())
            if await asked.matching(module, word):
                return True
    return False


def _where(asked: Asked, place: Place) -> str:
    line = asked.texts.get(place.uri).line_of(place.span.start) + 1
    return f"{asked.texts.shown(place.uri)}:{line}"


async def _member(asked: Asked, place: Place) -> bool:
    trail, named = await asked.trail(place)
    return named and len(trail) > 1 and trail[-2].kind in CLASS_KINDS


def _attributes(source: Source, old: str) -> Iterator[Span]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == old:
            end = source.end(node)
            yield Span(end - len(old.encode()), end)


def _definitions(source: Source, old: str) -> Iterator[Span]:
    """Everything the file calls `old`, but for uses; a name it imports counts too."""
    word = re.compile(rb"\b%b\b" % re.escape(old.encode()))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found = word.search(source.text.data, source.start(node)) if node.name == old else None
            if found is not None:
                yield Span(*found.span())
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            if (node.attr if isinstance(node, ast.Attribute) else node.id) == old:
                end = source.end(node)
                yield Span(end - len(old.encode()), end)
        elif isinstance(node, ast.alias) and old in (node.name, node.asname):
            yield Span(0, 0)
