"""Code maps for the tests of the page they are shown on."""

from __future__ import annotations

from redline.core.map.model import CodeMap, MapEdge, MapFile, MapSymbol

BASKET = (
    MapSymbol("Basket", "class", "class Basket(Protocol)", 4, 0),
    MapSymbol("total", "method", "def total(self) -> int", 9, 1),
    MapSymbol("add", "method", "def add(self, price: int) -> None", 14, 1),
    MapSymbol("EMPTY", "constant", "EMPTY = Basket()", 30, 0),
)
PRICES = (
    MapSymbol("RATE", "constant", "", 1, 0),
    MapSymbol("net_price", "function", "def net_price(gross: int) -> int", 3, 0),
)


def file(
    path: str, size: int = 1000, rank: float = 0.5, symbols: tuple[MapSymbol, ...] = ()
) -> MapFile:
    """A file whose language is told by how it ends."""
    languages = {"py": "python", "js": "javascript", "css": "css"}
    language = languages.get(path.rpartition(".")[2], "text")
    return MapFile(path, language, size, size // 25, symbols, rank)


def shop() -> CodeMap:
    """A small project: every number in it is asked for by some test."""
    files = (
        file("shop/basket.py", 4000, 0.7, BASKET),
        file("shop/prices.py", 2000, 0.9, PRICES),
        file("shop/tax/rates.py", 1000, 0.2),
        file("web/page.js", 3000, 0.1, (MapSymbol("total", "function", "function total()", 2, 0),)),
        file("web/page.css", 500, 0.0),
        file("README.py", 250, 0.0),
    )
    edges = (MapEdge(0, 1, 1, 7), MapEdge(1, 2, 2, 0), MapEdge(3, 0, 1, 3), MapEdge(3, 4, 1, 0))
    return CodeMap("shop-project", files, edges)


HOSTILE = (
    "</script><script>globalThis.harm = 1</script>",
    "<!--<script>",
    "<!-- <script x",
    "</script x",
    "]]>{{script}}{{files}}",
    "\u2028\u2029\u202egnp.js",
    "\"'`${globalThis.harm = 1}\\",
    "<img src=x onerror=globalThis.harm=1>",
    "javascript:globalThis.harm=1",
    "__proto__",
    "constructor",
    "\x00\x01\x1b[31m",
    "\udc80\udcff",
    "a" * 3000,
    "&lt;b&gt;&#0;",
    "#:@%zz%41",
    " ",
)


def hostile() -> CodeMap:
    """Names made to break out of wherever they are put."""
    symbols = tuple(MapSymbol(n, n, f"def {n}\t<b>()", 1 + i, i % 3) for i, n in enumerate(HOSTILE))
    files = [MapFile(f"src/{n}", n, 100 + i, 5, symbols, 0.5) for i, n in enumerate(HOSTILE)]
    files += [MapFile(f"{n}/{n}.py", n, 90, 5, (), 0.1) for n in HOSTILE]
    # The same path twice, a file where a folder is, nothing at all.
    files += [file(path) for path in ("twice.py", "twice.py", "src", "", "/", "a//b", "../up.py")]
    edges = tuple(MapEdge(i, i + 1, 1, 1) for i in range(len(HOSTILE) - 1))
    return CodeMap(HOSTILE[0], tuple(files), edges)


def large(count: int = 5000) -> CodeMap:
    """Many files, in folders of many sizes, ten symbols and two edges each."""
    symbols = tuple(
        MapSymbol(f"member_{n}", "method", f"def member_{n}(self, value)", 1 + 3 * n, n % 2)
        for n in range(10)
    )
    names = [f"area{n % 9}/part{n * n % 13}/module_{n}.py" for n in range(count)]
    files = tuple(file(p, 200 + (n * 7919) % 9000, n / count, symbols) for n, p in enumerate(names))
    edges = {(n, (n * 31 + step) % count) for n in range(count) for step in (1, 7)}
    return CodeMap("large", files, tuple(MapEdge(a, b, 1, (a + b) % 5) for a, b in sorted(edges)))
