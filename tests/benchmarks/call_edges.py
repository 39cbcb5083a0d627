"""How often the symbol that a call is said to mean is the one it means, by a type checker.

    python tests/benchmarks/call_edges.py [ROOT] [--calls N] [--seed N] [--json]

Calls of names that the workspace defines are drawn from all Python files of ROOT (Django
unless given). `ty` says for each what it calls; calls it cannot tell are counted apart. For
each reason that Redline gives: how many calls, the confidence it states, and the share in
which it was right. They should be alike.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import Server, django

from redline import main as product
from redline.app import graph, indexing
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.graph.meanings import meanings, site_of
from redline.core.graph.model import Imports, Meaning
from redline.core.index.facts import symbol
from redline.core.index.model import Index, Reference
from redline.core.index.query import uris_defining
from redline.core.index.uses import uses_in
from redline.core.settings import Settings
from redline.core.text.positions import Encoding, Position, offset_at, position_at
from redline.core.text.text import Span, Text
from redline.edge.cli.local import CliFront, stderr_console

TY = (str(Path(sys.executable).with_name("ty")), "server")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One call with its file's text, and what it is said to mean."""

    use: Reference
    text: Text
    found: tuple[Meaning, ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("root", nargs="?")
    arguments.add_argument("--calls", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.root)
    index, imports, texts = asyncio.run(_indexed(root))
    drawn = _draw(index, imports, texts, options.calls, options.seed)
    _show(_judged(root, index, drawn), options.json)


async def _indexed(root: Path) -> tuple[Index, Imports, graph.TextOf]:
    folder = uris.Folder(uris.from_path(root.as_posix()), root.name)
    workspace = Workspace(folders=(folder,))
    front = CliFront(stderr_console(), quiet=True)
    session = Session(product.adapters(Settings()), workspace, front)
    workspace.sessions.append(session)
    publish_index(session)
    await indexing.complete(session)
    return session.snapshot.index, await graph.imports(session), graph.texts(session)


def _draw(
    index: Index, imports: Imports, texts: graph.TextOf, count: int, seed: int
) -> list[Drawn]:
    """`count` calls, drawn from files and then from places in them."""
    chance = random.Random(seed)
    files = sorted(uri for uri, facts in index.base.items() if facts.language == "python")
    chance.shuffle(files)
    found: list[Drawn] = []
    for uri in files:
        facts, text = index.facts(uri), texts(uri)
        if facts is None or text is None:
            continue
        calls = [
            use
            for use in uses_in(uri, facts, text, Span(0, len(text)))
            if use.called and uris_defining(index, use.name)
        ]
        for use in chance.sample(calls, min(3, len(calls))):
            found.append(Drawn(use, text, meanings(index, imports, site_of(use, text.data))))
        if len(found) >= count:
            break
    return found[:count]


def _judged(root: Path, index: Index, drawn: list[Drawn]) -> list[tuple[Drawn, set[str] | None]]:
    """Each call with the ids of the symbols it means, none for outside, None for unknown."""
    with tempfile.TemporaryDirectory() as home:
        server = Server(TY, root, Path(home))
        try:
            server.initialize()
            return [(each, _definition(server, index, each)) for each in drawn]
        finally:
            server.end()


def _definition(server: Server, index: Index, each: Drawn) -> set[str] | None:
    path = Path(uris.file_path(each.use.uri) or "")
    uri = server.open(path)
    at = position_at(each.text, each.use.span.start, Encoding.UTF16)
    place = {"line": at.line, "character": at.column}
    params = {"textDocument": {"uri": uri}, "position": place}
    answer = server.request("textDocument/definition", params)
    closed = {"textDocument": {"uri": uri}}
    server.send({"method": "textDocument/didClose", "params": closed})
    if not answer:
        return None
    found = answer if isinstance(answer, list) else [answer]
    return {_symbol(index, one) for one in found} - {""}


def _symbol(index: Index, answer: dict[str, Any]) -> str:
    """The id of the symbol whose name stands where the answer points."""
    uri = uris.canonical(str(answer.get("uri") or answer.get("targetUri")))
    range_ = answer.get("range") or answer.get("targetSelectionRange")
    facts = index.facts(uri)
    path = uris.file_path(uri)
    if facts is None or path is None or not isinstance(range_, dict):
        return ""
    text = Text(Path(path).read_bytes())
    start = range_["start"]
    place = Position(start["line"], start["character"])
    offset = offset_at(text, place, Encoding.UTF16)
    for row, begin in enumerate(facts.symbol_name_starts):
        if begin == offset:
            return symbol(uri, facts, row).id
    return ""


def _show(judged: list[tuple[Drawn, set[str] | None]], as_json: bool) -> None:
    rows: dict[str, Counter[str]] = {}
    stated: dict[str, float] = {}
    for each, truth in judged:
        best = each.found[0] if each.found else None
        reason = best.because if best else "nothing"
        row = rows.setdefault(reason, Counter())
        group = [m for m in each.found if best and m.because == best.because]
        if truth is None:
            row["unknown"] += 1
            continue
        row["calls"] += 1
        row["outside"] += not truth
        row["in group"] += any(m.symbol.id in truth for m in group)
        row["first"] += best is not None and best.symbol.id in truth
        stated[reason] = stated.get(reason, 0.0) + (best.confidence if best else 0.0)
    table = {
        reason: {
            "calls": row["calls"],
            "unknown": row["unknown"],
            "outside": row["outside"],
            "stated": round(stated.get(reason, 0.0) / max(1, row["calls"]), 3),
            "right": round(row["first"] / max(1, row["calls"]), 3),
            "in group": round(row["in group"] / max(1, row["calls"]), 3),
        }
        for reason, row in sorted(rows.items())
    }
    if as_json:
        print(json.dumps(table))
        return
    print(f"{'':16} calls unknown outside stated  right in group")
    for reason, line in table.items():
        print(
            f"{reason:16} {line['calls']:5} {line['unknown']:7} {line['outside']:7}"
            f" {line['stated']:6.2f} {line['right']:6.2f} {line['in group']:8.2f}"
        )


if __name__ == "__main__":
    main()
