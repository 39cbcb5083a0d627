"""The code map as one HTML page that needs nothing else: no network, no server, no library.

Everything in a map comes from a repository nobody vouches for. It reaches the page as JSON
in which no character can end the script it stands in, is put on screen as text only, and a
content security policy forbids every other script, all markup from strings and any request.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from redline.core.map.model import CodeMap, MapFile, MapSymbol

__all__ = ["page"]

SCRIPTS = (
    "dom.js",
    "data.js",
    "names.js",
    "color.js",
    "layout.js",
    "links.js",
    "route.js",
    "search.js",
    "state.js",
    "paint.js",
    "curves.js",
    "map.js",
    "lists.js",
    "panel.js",
    "finder.js",
    "main.js",
)
"""In this order they are one module."""
STYLES = ("base.css", "map.css", "panel.css", "narrow.css")

Column = Sequence[str | int | float]


def page(code_map: CodeMap) -> str:
    """The whole page, to be written as UTF-8 (which is what it says of itself)."""
    style, script = _joined(STYLES), _joined(SCRIPTS)
    parts = {
        "policy": _policy(style, script),
        "title": _text(code_map.name),
        "style": style,
        "files": _json(_files(code_map)),
        "symbols": _json(_symbols(code_map.files)),
        "plain": _plain(code_map.files),
        "script": script,
    }
    # One pass: what has been put in is not looked at again, for names may hold braces too.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _asset("page.html"))


def _policy(style: str, script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(script)}",
            f"style-src {_digest(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _files(code_map: CodeMap) -> Mapping[str, object]:
    files, edges = code_map.files, code_map.edges
    languages, language = _table(each.language for each in files)
    return {
        "name": code_map.name,
        "languages": languages,
        "paths": [each.path for each in files],
        "language": language,
        "size": [each.size for each in files],
        "lines": [each.lines for each in files],
        "rank": [round(each.rank, 4) for each in files],
        "edges": {
            "source": [each.source for each in edges],
            "target": [each.target for each in edges],
            "imports": [each.imports for each in edges],
            "calls": [each.calls for each in edges],
        },
    }


def _symbols(files: Iterable[MapFile]) -> Mapping[str, object]:
    listed = tuple(files)
    every = [symbol for file in listed for symbol in file.symbols]
    names, name = _table(each.name for each in every)
    kinds, kind = _table(each.kind for each in every)
    signatures, signature = _table(map(_shape, every))
    return {
        "names": names,
        "kinds": kinds,
        "signatures": signatures,
        "counts": [len(file.symbols) for file in listed],
        "name": name,
        "kind": kind,
        "signature": signature,
        "line": [each.line for each in every],
        "depth": [each.depth for each in every],
    }


def _shape(symbol: MapSymbol) -> str:
    """The signature with a tab for the name: thousands of them are then the same."""
    plain, name = symbol.signature.replace("\t", " "), symbol.name
    at = _whole_word(plain, name) if name else -1
    return plain if at < 0 else f"{plain[:at]}\t{plain[at + len(name) :]}"


def _whole_word(text: str, word: str) -> int:
    """Where `word` stands in `text`: `f` in `def f()` is the second; -1 where it does not."""
    at = first = text.find(word)
    while at >= 0:
        around = text[max(at - 1, 0) : at] + text[at + len(word) : at + len(word) + 1]
        if not any(each.isalnum() or each == "_" for each in around):
            return at
        at = text.find(word, at + 1)
    return first


def _table(values: Iterable[str]) -> tuple[Column, Column]:
    """The different values, and for each value its place among them."""
    places: dict[str, int] = {}
    column = [places.setdefault(value, len(places)) for value in values]
    return list(places), column


def _json(value: Mapping[str, object]) -> str:
    """JSON that stands safely in a script element: ASCII, and nothing that starts a tag."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(files: Iterable[MapFile]) -> str:
    """What is shown where scripts are off: the files, largest first."""
    rows = sorted(files, key=lambda each: (-each.size, each.path))
    return "\n".join(f"<li>{_text(each.path)} ({each.lines} lines)</li>" for each in rows)


def _text(words: str) -> str:
    return html.escape(words).encode("ascii", "xmlcharrefreplace").decode()


def _joined(names: Iterable[str]) -> str:
    return "\n".join(map(_asset, names))


@cache
def _asset(name: str) -> str:
    folder = resources.files("redline.edge.cli") / "map_page"
    return (folder / name).read_text(encoding="utf-8")
