"""Uses of a member whose owner has no type: renamed where nothing else has the name.

In code without types a server leaves `thing.total()` alone, and a rename would break it.
Where every definition of the name in the folder is renamed and no builtin type has it,
such a use can hardly mean anything else.
"""

from __future__ import annotations

import ast
import asyncio
import collections
import datetime
import io
import pathlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from redline.adapters.language_server_messages import CLASS_KINDS
from redline.adapters.renaming_family import Asked
from redline.adapters.renaming_texts import Place
from redline.core.refactor.python_scopes import Source, parse
from redline.core.text.text import Span

_FAMILIAR = (
    *(str, bytes, bytearray, int, float, list, tuple, dict, set, frozenset, slice, property),
    *(Exception, ImportError, OSError, UnicodeDecodeError, type, type(lambda: 0), memoryview),
    *(io.TextIOWrapper, io.BytesIO, io.StringIO, io.BufferedRandom, pathlib.Path, re.Pattern),
    *(re.Match, collections.deque, collections.OrderedDict, collections.Counter),
    *(datetime.datetime, datetime.timedelta, asyncio.Future, asyncio.Task, asyncio.Queue),
)
_MANY = 300


async def untyped_uses(
    asked: Asked, definitions: Sequence[Place], old: str, known: Mapping[str, Collection[Span]]
) -> list[Place]:
    """The uses of the member `old` that no type explains, and that can mean nothing else.

    `known` are the places renamed already. Nothing where anything else has the name.
    """
    if not definitions or not await _member(asked, definitions[0]):
        return []
    if any(hasattr(each, old) for each in _FAMILIAR):
        return []
    word = re.compile(rb"\b%b\b" % re.escape(old.encode()))
    uses: list[Place] = []
    for key in await asked.matching(old, word):
        await asyncio.sleep(0)
        source = parse(asked.texts.get(key).data)
        if source is None:
            continue
        changed = known.get(key, ())
        if any(span not in changed for span in _definitions(source, old)):
            return []
        uses += [Place(key, span) for span in _attributes(source, old) if span not in changed]
    if len(uses) > _MANY:
        return []
    return [each for each in uses if not await asked.places("definition", each)]


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
