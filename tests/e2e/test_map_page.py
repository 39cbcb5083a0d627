"""The map's page as a text: whole, in ASCII, and nothing in a name gets out of its place."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

import maps
from redline.core.map.model import CodeMap, MapEdge, MapFile, MapSymbol
from redline.edge.cli.map_page import page


class Parsed(HTMLParser):
    """What a browser would make of the page: elements, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in ("script", "style"):
            tag, attributes = self.elements[-1]
            name = attributes.get("id") or attributes.get("type") or tag
            self.raw[name] = self.raw.get(name, "") + data

    def json(self, name: str) -> dict[str, object]:
        value = json.loads(self.raw[name])
        assert isinstance(value, dict)
        return value


@pytest.fixture(params=[maps.shop, maps.hostile], ids=["shop", "hostile"])
def code_map(request: pytest.FixtureRequest) -> CodeMap:
    made: CodeMap = request.param()
    return made


def test_the_columns_hold_the_map(code_map: CodeMap) -> None:
    parsed = Parsed(page(code_map))
    assert read_back(parsed) == tabs_are_blanks(code_map)


def read_back(parsed: Parsed) -> CodeMap:
    """The map of a page's columns, read as its script reads them."""
    given, table = parsed.json("files"), parsed.json("symbols")
    columns = [table[name] for name in ("name", "kind", "signature", "line", "depth")]
    rows = iter(zip(*columns, strict=True))
    files = []
    for at, path in enumerate(given["paths"]):
        symbols = []
        for _ in range(table["counts"][at]):
            name_at, kind, signature, line, depth = next(rows)
            name = table["names"][name_at]
            whole = table["signatures"][signature].replace("\t", name, 1)
            symbols.append(MapSymbol(name, table["kinds"][kind], whole, line, depth))
        language = given["languages"][given["language"][at]]
        numbers = (given["size"][at], given["lines"][at])
        files.append(MapFile(path, language, *numbers, tuple(symbols), given["rank"][at]))
    edges = given["edges"]
    ends = (edges["source"], edges["target"], edges["imports"], edges["calls"])
    made = tuple(MapEdge(*each) for each in zip(*ends, strict=True))
    assert next(rows, None) is None
    return CodeMap(given["name"], tuple(files), made)


def tabs_are_blanks(code_map: CodeMap) -> CodeMap:
    """What a page keeps of a map: in signatures, a tab is as good as a blank."""
    files = tuple(
        MapFile(
            f.path, f.language, f.size, f.lines, tuple(map(_untabbed, f.symbols)), round(f.rank, 4)
        )
        for f in code_map.files
    )
    return CodeMap(code_map.name, files, code_map.edges)


def _untabbed(symbol: MapSymbol) -> MapSymbol:
    signature = symbol.signature.replace("\t", " ")
    return MapSymbol(symbol.name, symbol.kind, signature, symbol.line, symbol.depth)


def test_names_make_no_elements() -> None:
    def shape(code_map: CodeMap) -> list[str]:
        return [tag for tag, _ in Parsed(page(code_map)).elements if tag != "li"]

    assert shape(maps.hostile()) == shape(maps.shop())


def test_it_is_text_with_no_loose_placeholder(code_map: CodeMap) -> None:
    text = page(code_map)
    assert text.encode().decode() == text
    given = (
        r"<script type=.application/json.*?</script>|<noscript>.*?</noscript>|<title>.*?</title>"
    )
    assert re.findall(r"\{\{\w+\}\}", re.sub(given, "", text, flags=re.DOTALL)) == []


def test_the_policy_lets_in_this_script_and_this_style_and_nothing_else(code_map: CodeMap) -> None:
    parsed = Parsed(page(code_map))
    policies = [a["content"] for tag, a in parsed.elements if "http-equiv" in a and tag == "meta"]
    assert policies == [
        "default-src 'none'"
        f"; script-src {digest(parsed.raw['module'])}; style-src {digest(parsed.raw['style'])}"
        "; img-src data:; base-uri 'none'; form-action 'none'"
        "; require-trusted-types-for 'script'; trusted-types 'none'"
    ]


def digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def test_it_names_no_address(code_map: CodeMap) -> None:
    parsed = Parsed(page(code_map))
    given = [v for _, a in parsed.elements for k, v in a.items() if k in ("src", "href")]
    assert [each for each in given if each and not each.startswith(("data:", "#"))] == []
    script = parsed.raw["module"] + parsed.raw["style"]
    assert re.findall(r"https?:|//\w+\.|import\(|url\(", script) == []


def test_the_same_map_makes_the_same_page(code_map: CodeMap) -> None:
    assert page(code_map) == page(code_map)


def test_thousands_of_methods_alike_take_little_room() -> None:
    size = len(page(maps.large(2000)))
    alone = len(page(CodeMap("none", (), ())))
    assert (size - alone) / 2000 < 400
