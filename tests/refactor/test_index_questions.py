"""Questions to the index: symbols, search, and explanations in Markdown."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from redline.core.index import query
from redline.core.index.explain import Reader, explain
from redline.core.index.extract import extract, parse
from redline.core.index.languages import Language
from redline.core.index.merge import merged
from redline.core.index.model import Facts, Index
from redline.core.text.text import Text

FILES = {
    "file:///w/src/shop.py": '''\
"""The shop."""
from tax import tax_rate


class Cart:
    """What the customer wants.

    More."""

    def __init__(self, items):
        self.items = items

    def total(self, country):
        """Sum of all prices with tax."""
        rate = tax_rate(country)
        return sum(self.items) * (1 + rate)


def total(carts):
    return sum(cart.total("de") for cart in carts)
''',
    "file:///w/src/tax.py": "RATES = {}\n\n\ndef tax_rate(country):\n    return RATES[country]\n",
    "file:///w/tests/test_shop.py": (
        "from shop import Cart\n\n\ndef test_total():\n    assert Cart([]).total('de') == 0\n"
    ),
}


def index_of(python: Language, files: dict[str, str]) -> Index:
    base: dict[str, Facts] = {}
    postings: dict[str, set[str]] = {}
    for uri, source in files.items():
        text = Text.of(source)
        base[uri] = extract(python, parse(python, text), text)
        for name in {*base[uri].names, *base[uri].symbol_names}:
            postings.setdefault(name, set()).add(uri)
    return replace(merged(Index(), base, ()), complete=True)


@pytest.fixture(scope="module")
def index(python: Language) -> Index:
    return index_of(python, FILES)


@pytest.fixture(scope="module")
def reader(index: Index) -> Reader:
    texts = {uri: Text.of(source) for uri, source in FILES.items()}
    return Reader(index, lambda uri: uri.removeprefix("file:///w/"), texts.get)


def names(index: Index, name: str) -> list[str]:
    return [
        f"{each.uri.rpartition('/')[2]} {query.qualified_name(each)}"
        for each in query.symbols_named(index, name)
    ]


def test_symbols_by_name_and_by_dotted_end(index: Index) -> None:
    assert names(index, "total") == ["shop.py Cart.total", "shop.py total"]
    assert names(index, "Cart.total") == ["shop.py Cart.total"]
    assert names(index, "shop.total") == ["shop.py total"]
    assert names(index, "src.shop.Cart.total") == ["shop.py Cart.total"]
    assert names(index, "Basket.total") == []
    texts = {uri: Text.of(source) for uri, source in FILES.items()}
    assert len(query.references_named(index, "Cart.total", texts.get)) == 2


def test_an_open_document_hides_its_file_on_disk(python: Language, index: Index) -> None:
    text = Text.of("def fresh():\n    pass\n")
    facts = extract(python, parse(python, text), text, as_of=2)
    changed = replace(index, overlay={"file:///w/src/shop.py": facts})
    assert names(changed, "total") == []
    assert names(changed, "fresh") == ["shop.py fresh"]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("total", "Cart.total"),
        ("txrt", "tax_rate"),
        ("cart", "Cart"),
        ("Cart.tot", "Cart.total"),
        ("rate", "RATES"),
        ("rates", "RATES"),
    ],
)
def test_workspace_symbols_are_ranked(index: Index, wanted: str, first: str) -> None:
    assert query.qualified_name(query.workspace_symbols(index, wanted, 5)[0]) == first


def test_workspace_symbols_of_everything_and_of_nothing(index: Index) -> None:
    assert len(query.workspace_symbols(index, "", 3)) == 3
    assert query.workspace_symbols(index, "zzz", 3) == ()


def test_fifty_thousand_symbols_are_quick(python: Language, index: Index) -> None:
    source = "".join(f"def make_thing_{at}_of_kind(x): pass\n" for at in range(500))
    text = Text.of(source)
    facts = extract(python, parse(python, text), text)
    large = merged(Index(), {f"file:///w/m{at}.py": facts for at in range(100)}, ())
    began = time.perf_counter()
    assert len(query.workspace_symbols(large, "mthg42", 20)) == 20
    assert time.perf_counter() - began < 1.0


def test_the_outline_is_a_tree(index: Index) -> None:
    uri = "file:///w/src/shop.py"
    trees = query.document_symbols(uri, index.base[uri])
    assert [tree.symbol.name for tree in trees] == ["Cart", "total"]
    assert [child.symbol.name for child in trees[0].children][:1] == ["__init__"]


CART = """\
### `Cart.total`

Method in `Cart`, `src/shop.py:13`, 4 lines.

```python
def total(self, country)
```

Sum of all prices with tax.

**Used** in 2 places in 2 files (2 symbols share this name, and uses are counted by name):

- `src/shop.py:20`: 1 in `total`
- `tests/test_shop.py:5`: 1 in `test_total`

**Uses** from the workspace:

- `tax_rate` (function, `src/tax.py:4`)"""


def test_a_method_is_explained(reader: Reader) -> None:
    assert explain(reader, "file:///w/src/shop.py", "Cart.total") == CART
    assert explain(reader, "file:///w/src/shop.py", line=15) == CART


def test_a_class_lists_its_members_and_its_first_paragraph(reader: Reader) -> None:
    said = explain(reader, "file:///w/src/shop.py", "Cart")
    assert "What the customer wants.\n" in said and "More" not in said
    assert "**Members**:\n\n- `def __init__(self, items)` (line 10)" in said


def test_a_file_is_an_outline(reader: Reader) -> None:
    said = explain(reader, "file:///w/src/shop.py")
    assert said.startswith("### `src/shop.py`\n\n20 lines, ")
    assert "The shop." in said and "- `class Cart` (line 5)\n  - `def __init__" in said
    assert explain(reader, "file:///w/src/shop.py", line=3) == said


def test_names_that_mean_several_or_no_symbols(reader: Reader) -> None:
    assert explain(reader, "", "total").startswith("`total` is defined in 2 places:")
    assert explain(reader, "", "nope") == (
        "Nothing called `nope` is defined or used in the workspace."
    )
    assert explain(reader, "", "sum").startswith(
        "`sum` is not defined in the workspace; it is used"
    )


def test_an_unfinished_index_is_said_to_be_unfinished(reader: Reader, index: Index) -> None:
    building = replace(reader, index=replace(index, complete=False))
    assert "still being built" in explain(building, "file:///w/src/tax.py")
