"""`redline index`, `search`, `symbols`, `references`: questions to the complete index."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from argparse import Namespace
from collections.abc import Sequence

from redline.app import graph, retrieval
from redline.app.session import Session, current_text
from redline.core import uris
from redline.core.graph.central import links
from redline.core.index import query
from redline.core.index.model import Reference
from redline.core.problems import Unreadable
from redline.core.retrieval.rank import Hit
from redline.core.retrieval.symbols import symbols_about
from redline.core.text.positions import Encoding, position_at
from redline.core.text.text import Span, Text
from redline.edge.cli.local import indexed, local_session, plain, root_of
from redline.edge.cli.wiring import CliWiring

LISTED = 20
Row = dict[str, str | int | float | list[str]]


async def index(arguments: Namespace, wiring: CliWiring) -> int:
    """Builds the index and says what is in it."""
    began = time.monotonic()
    root = root_of(arguments.root)
    async with local_session(wiring, root, quiet=arguments.json) as (session, front):
        await indexed(session, front)
        found = session.workspace.index
        numbers: dict[str, object] = {
            "files": len(found.base),
            "symbols": found.totals.symbols,
            "references": found.totals.references,
            "bytes": session.workspace.bytes_read,
            "cache_hits": session.workspace.hits,
            "seconds": round(time.monotonic() - began, 3),
            "skipped": len(session.workspace.skipped),
        }
        if arguments.json:
            print(json.dumps(numbers | await _hanging_together(session)))
            return 0
        print("  ".join(f"{name} {value}" for name, value in numbers.items()))
        skipped = sorted(session.workspace.skipped.items())
        for path, reason in skipped[:LISTED]:
            front.console.print(f"[dim]left out {plain(path)}: {plain(reason)}[/dim]")
        if len(skipped) > LISTED:
            front.console.print(f"[dim]and {len(skipped) - LISTED} more[/dim]")
        return 0


async def _hanging_together(session: Session) -> dict[str, object]:
    """How many edges there are between files, and what each phase took."""
    began = time.monotonic()
    imports = await graph.imports(session)
    found = await asyncio.to_thread(links, session.snapshot.index, imports)
    phases = session.workspace.seconds | {"graph": round(time.monotonic() - began, 4)}
    imported = sum(link.imports for link in found)
    return {
        "edges": len(found),
        "imports": imported,
        "calls": sum(link.calls for link in found),
        "phases": phases,
    }


async def search(arguments: Namespace, wiring: CliWiring) -> int:
    """Ranked places for a text query."""
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        hits = await retrieval.search(s, arguments.query, arguments.limit)
        if arguments.json:
            print(json.dumps([_hit(s, hit, arguments.query) for hit in hits]))
        for hit in hits if not arguments.json else ():
            print(f"{hit.path}  {', '.join(_about(s, hit.path, arguments.query))}".rstrip())
            if arguments.explain:
                signals = ", ".join(f"{name} {value:.3f}" for name, value in hit.signals)
                print(f"    {hit.score:.3f} = {signals}")
        return 0 if hits else nothing(f"nothing matches {arguments.query!r}")


def _hit(session: Session, hit: Hit, words: str) -> dict[str, object]:
    return {
        "path": hit.path,
        "score": round(hit.score, 4),
        "symbols": list(_about(session, hit.path, words)),
        "signals": {name: round(value, 4) for name, value in hit.signals},
    }


def _about(session: Session, path: str, words: str) -> tuple[str, ...]:
    uri = uris.absolute(session.snapshot.folders, path)
    facts = session.snapshot.index.facts(uri) if uri else None
    return symbols_about(facts, words) if facts else ()


async def symbols(arguments: Namespace, wiring: CliWiring) -> int:
    """Definitions by name."""
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        rows = []
        for symbol in query.symbols_named(s.snapshot.index, arguments.name):
            where = place(s, symbol.uri, symbol.name_span)
            rows.append({**where, "kind": symbol.kind, "container": symbol.container})
        return _printed(rows, arguments)


async def references(arguments: Namespace, wiring: CliWiring) -> int:
    """Uses by name."""
    async with local_session(wiring, root_of(arguments.root), quiet=arguments.json) as (s, front):
        await indexed(s, front)
        rows = []
        for reference in _uses(s, arguments.name):
            where = place(s, reference.uri, reference.span)
            rows.append({**where, "kind": "reference", "container": reference.within})
        return _printed(rows, arguments)


def _uses(session: Session, name: str) -> tuple[Reference, ...]:
    index = session.snapshot.index
    return query.references_named(index, name, lambda uri: current_text(session, uri))


def _printed(rows: Sequence[Row], arguments: Namespace) -> int:
    rows = sorted(rows, key=lambda row: (row["path"], row["line"], row["column"]))
    if arguments.json:
        print(json.dumps(rows))
    for row in rows if not arguments.json else ():
        inside = f"  in {row['container']}" if row["container"] else ""
        print(f"{row['path']}:{row['line']}:{row['column']}  {row['kind']}{inside}")
    return 0 if rows else nothing(f"nothing called {arguments.name!r} was found")


def nothing(message: str) -> int:
    """Says on stderr that there is no answer; the exit code for it."""
    sys.stderr.write(f"redline: {message}\n")
    return 1


def place(session: Session, uri: str, span: Span) -> Row:
    """Path, 1-based line and 1-based column in code points."""
    text = session.adapters.disk.read(uri)
    row: Row = {"path": _path(session, uri), "line": 0, "column": 0}
    if isinstance(text, Unreadable) or span.end > len(text):
        return row
    return {**row, **_position(text, span)}


def _position(text: Text, span: Span) -> Row:
    found = position_at(text, span.start, Encoding.UTF32)
    return {"line": found.line + 1, "column": found.column + 1}


def _path(session: Session, uri: str) -> str:
    return uris.relative(session.snapshot.folders, uri) or uri
