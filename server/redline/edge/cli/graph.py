"""`redline callers`, `callees`, `importers`, `tests`, `map`: what hangs together."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from redline.app import graph
from redline.app.session import Session
from redline.core import uris
from redline.core.graph.calls import Ask, shown
from redline.core.graph.calls import callees as callees_of
from redline.core.graph.calls import callers as callers_of
from redline.core.graph.covering import Cover, covers
from redline.core.graph.model import Call
from redline.core.index.model import Symbol
from redline.core.index.query import qualified_name, symbols_named
from redline.core.map.gather import code_map, uses
from redline.core.map.outline import outline
from redline.edge.cli.index import Row, nothing, place
from redline.edge.cli.local import indexed, local_session, root_of
from redline.edge.cli.wiring import CliWiring, UsageProblem


async def callers(arguments: Namespace, wiring: CliWiring) -> int:
    """Who calls a symbol."""
    return await _calls(arguments, wiring, callers_of, _calling)


async def callees(arguments: Namespace, wiring: CliWiring) -> int:
    """What a symbol calls."""
    return await _calls(arguments, wiring, callees_of, _called)


async def _calls(
    arguments: Namespace, wiring: CliWiring, ask: Ask, row: Callable[[Session, Call], Row]
) -> int:
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        symbols = symbols_named(s.snapshot.index, arguments.name)
        if not symbols:
            return nothing(f"nothing called {arguments.name!r} is defined")
        imports, index, text_of = await graph.imports(s), s.snapshot.index, graph.texts(s)
        found = [(each, c) for each in symbols for c in ask(index, imports, each, text_of)]
        rows = [row(s, call) | _asked(s, symbol) for symbol, call in found]
        rows.sort(key=lambda row: -float(str(row["confidence"])))
        return _printed(rows, arguments)


def _asked(session: Session, symbol: Symbol) -> Row:
    path = uris.for_people(session.snapshot.folders, symbol.uri)
    return {"symbol": f"{path} {qualified_name(symbol)}"}


def _calling(session: Session, call: Call) -> Row:
    return {**place(session, call.uri, call.spans[0]), "name": shown(call), **_told(call)}


def _called(session: Session, call: Call) -> Row:
    name = qualified_name(call.callee)
    return {**place(session, call.callee.uri, call.callee.name_span), "name": name, **_told(call)}


def _told(call: Call) -> Row:
    return {
        "calls": len(call.spans),
        "confidence": call.confidence,
        "because": call.because,
    }


def _printed(rows: Sequence[Row], arguments: Namespace) -> int:
    if arguments.json:
        print(json.dumps(rows))
    several = len({row["symbol"] for row in rows}) > 1
    for row in rows if not arguments.json else ():
        sure = f"{float(str(row['confidence'])):.0%} {row['because']}"
        which = f"  ({row['symbol']})" if several else ""
        print(f"{row['path']}:{row['line']}:{row['column']}  {row['name']}  {sure}{which}")
    return 0 if rows else nothing(f"no calls of {arguments.name!r} were found")


async def importers(arguments: Namespace, wiring: CliWiring) -> int:
    """Which files import a file."""
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        uri = uris.absolute(s.snapshot.folders, arguments.path)
        if uri is None or s.snapshot.index.facts(uri) is None:
            raise UsageProblem(f"{arguments.path}: the index has no such file")
        found = (await graph.imports(s)).importers.get(uri, ())
        paths = [uris.for_people(s.snapshot.folders, each) for each in found]
        print(json.dumps(paths) if arguments.json else "\n".join(paths))
        return 0 if paths else nothing(f"no file imports {arguments.path}")


async def tests(arguments: Namespace, wiring: CliWiring) -> int:
    """Which tests likely run a symbol."""
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        symbols = symbols_named(s.snapshot.index, arguments.name)
        if not symbols:
            return nothing(f"nothing called {arguments.name!r} is defined")
        imports, index, text_of = await graph.imports(s), s.snapshot.index, graph.texts(s)
        rows: dict[str, Row] = {}
        for symbol in symbols:
            for cover in covers(index, imports, symbol, text_of, await graph.clues(s, symbol)):
                row = _cover(s, cover)
                known = rows.get(cover.uri, row)
                rows[cover.uri] = max(known, row, key=lambda r: float(str(r["confidence"])))
        found = sorted(rows.values(), key=lambda r: (-float(str(r["confidence"])), r["path"]))
        if arguments.json:
            print(json.dumps(found))
        for row in found if not arguments.json else ():
            print(f"{row['path']}  {float(str(row['confidence'])):.0%}  {row['because']}")
        return 0 if found else nothing(f"no test of {arguments.name!r} was found")


def _cover(session: Session, cover: Cover) -> Row:
    return {
        "path": uris.for_people(session.snapshot.folders, cover.uri),
        "tests": list(cover.tests),
        "confidence": cover.confidence,
        "because": ", ".join(cover.because),
    }


async def draw(arguments: Namespace, wiring: CliWiring) -> int:
    """The code base as an outline within so many tokens, or as a page."""
    async with local_session(wiring, root_of(arguments.root)) as (s, front):
        await indexed(s, front)
        imports, folders = await graph.imports(s), s.snapshot.folders
        text_of = graph.texts(s) if arguments.html else lambda uri: None
        name, path_of = folders[0].name, partial(uris.relative, folders)
        found = await asyncio.to_thread(code_map, s.snapshot.index, imports, name, path_of, text_of)
        if arguments.html:
            from redline.edge.cli.map_page import page

            return _written(Path(arguments.html), page(found))
        text = outline(
            found, partial(uses, s.snapshot.index), arguments.tokens, s.adapters.count_tokens
        )
        print(text, end="")
        return 0 if text else nothing(f"nothing fits into {arguments.tokens} tokens")


def _written(path: Path, html: str) -> int:
    try:
        path.write_text(html, "utf-8")
    except OSError as error:
        raise UsageProblem(f"{path}: cannot be written: {error.strerror or error}") from error
    sys.stderr.write(f"redline: wrote {path}, {len(html.encode()):,} bytes\n")
    return 0
