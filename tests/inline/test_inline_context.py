"""What a model is given of the code around a cursor: the budget, the windows, and what helps."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

import pytest

from redline.adapters import grammars
from redline.adapters.tokens import count
from redline.core.graph.model import imports_of
from redline.core.index.extract import extract, parse
from redline.core.index.merge import merged
from redline.core.index.model import Index
from redline.core.inline.context import places
from redline.core.inline.context.build import surroundings, whole
from redline.core.inline.context.model import Edited, Known, Spot
from redline.core.inline.context.window import window
from redline.core.inline.prompt.comments import commented
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LANGUAGES = grammars.load()
MODELS = '''class Price:
    """Money."""

    def __init__(self, amount, currency="EUR"):
        self.amount = amount

    def rounded(self, digits=2):
        return round(self.amount, digits)


def price_of(item, currency="EUR"):
    return Price(item.amount, currency)
'''
OTHER = "\n".join(
    f"def tax_{number}(order, rate):\n    net = order.net_amount\n    return net * rate\n"
    for number in range(12)
)
HERE = """from shop.models import Price, price_of


def tax_now(order, rate):
    net = order.net_amount
    return ‸


def total(items):
    return sum(price_of(item).amount for item in items)
"""


@cache
def index(files: tuple[tuple[str, str], ...]) -> Index:
    python = LANGUAGES.named("python")
    assert python is not None
    facts = {}
    for uri, text in files:
        made = Text.of(text)
        facts[uri] = extract(python, parse(python, made), made, None)
    return merged(Index(), facts, ())


def made(files: Mapping[str, str], marked: str = HERE, **more: object) -> tuple[Known, Spot]:
    before, _, after = marked.partition("‸")
    every = {"a/cart.py": before + after, **files}
    texts = {uri: Text.of(text) for uri, text in every.items()}
    targets = imports_of({"a/cart.py": tuple(each for each in files if "models" in each)})
    known = Known(index(tuple(every.items())), targets, texts.get, str, **more)  # type: ignore[arg-type]
    offset = len(before.encode())
    return known, Spot("a/cart.py", "python", "#", texts["a/cart.py"], offset)


def given(files: Mapping[str, str], marked: str = HERE, budget: int = 1500, **more: object):
    known, spot = made(files, marked, **more)
    return surroundings(known, spot, budget, count, {})


def test_signatures_of_what_is_imported_come_first() -> None:
    found = given({"a/models.py": MODELS})
    assert [(each.kind, each.text.split("\n")[0]) for each in found.pieces] == [
        ("signature", 'def price_of(item, currency="EUR")'),
        ("signature", "class Price"),
    ]
    assert all(each.origin.startswith("a/models.py#") for each in found.pieces)


def test_a_class_is_told_with_its_members() -> None:
    source = "from shop.models import Price\n\n\ndef f():\n    return Price(‸\n"
    (piece,) = given({"a/models.py": MODELS}, source).pieces
    assert piece.text.split("\n") == [
        "class Price",
        '    def __init__(self, amount, currency="EUR")',
        "    def rounded(self, digits=2)",
    ]


def test_the_file_around_the_cursor_is_whole_where_there_is_room() -> None:
    found = given({})
    assert (found.prefix, found.suffix) == tuple(HERE.split("‸"))


def test_similar_code_of_open_files_is_found() -> None:
    found = given({"a/taxes.py": OTHER}, opened=("a/taxes.py",))
    similar = [each for each in found.pieces if each.kind == "similar"]
    assert similar
    assert all(each.path == "a/taxes.py" and "order.net_amount" in each.text for each in similar)
    first, _, last = similar[0].origin.split(":")[1].split("@")[0].partition("-")
    rows = OTHER.split("\n")[int(first) - 1 : int(last)]
    assert similar[0].text == "\n".join(rows)


def test_nothing_is_similar_that_shares_no_words() -> None:
    text = "\n".join(f"alpha_{n} = beta_{n}(gamma_{n})" for n in range(40))
    found = given({"a/other.py": text}, opened=("a/other.py",))
    assert [each for each in found.pieces if each.kind == "similar"] == []


def test_places_edited_last_are_told_but_not_what_is_seen_anyway() -> None:
    at = OTHER.index("tax_7")
    edits = (Edited("a/cart.py", 10, 20), Edited("a/taxes.py", at, at + 5))
    found = given({"a/taxes.py": OTHER}, edited=edits)
    told = [each for each in found.pieces if each.kind == "edited"]
    assert [each.path for each in told] == ["a/taxes.py"]
    assert "def tax_7(order, rate):" in told[0].text


def test_a_file_that_must_not_be_read_is_not_told_of() -> None:
    known, spot = made({"a/taxes.py": OTHER}, opened=("a/taxes.py",))
    hidden = Known(known.index, known.imports, lambda uri: None, known.path_of, (), known.opened)
    pieces = surroundings(hidden, spot, 1500, count, {}).pieces
    assert [each for each in pieces if each.kind in ("similar", "open")] == []


@pytest.mark.parametrize("budget", [60, 200, 600, 1500])
def test_the_budget_is_never_passed(budget: int) -> None:
    chance = random.Random(budget)
    long = MODELS * 10
    for _ in range(12):
        at = chance.randrange(len(long))
        marked = f"{long[:at]}‸{long[at:]}"
        known, spot = made({"a/models.py": MODELS, "a/taxes.py": OTHER}, marked)
        opened = Known(known.index, known.imports, known.text_of, str, (), ("a/taxes.py",))
        found = surroundings(opened, spot, budget, count, {})
        taken = count(commented(found) + found.prefix) + count(found.suffix)
        assert (found.tokens, taken <= budget) == (taken, True)
        assert long[:at].endswith(found.prefix)
        assert long[at:].startswith(found.suffix)


def test_the_same_gives_the_same_whatever_was_seen_before() -> None:
    known, spot = made({"a/models.py": MODELS, "a/taxes.py": OTHER}, opened=("a/taxes.py",))
    seen: dict = {}
    once = surroundings(known, spot, 900, count, seen)
    assert seen
    assert surroundings(known, spot, 900, count, seen) == once
    assert whole(once, count) == once.tokens


def test_a_cut_window_begins_with_a_definition() -> None:
    text = Text.of(MODELS * 8)
    starts = [at for at in range(len(text)) if text.data[at:].startswith((b"class ", b"def p"))]
    offset = len(text) - 20
    cut = window(text, offset, (300, 50), count, starts)
    assert cut.start in starts
    assert count(text.slice(Span(cut.start, offset)).decode()) <= 300
    plain = window(text, offset, (300, 50), count)
    assert plain.start < cut.start
    assert text.data[plain.start - 1 : plain.start] == b"\n"


def test_of_a_line_that_is_too_long_the_end_is_given() -> None:
    text = Text.of("x = '" + "äöü" * 4000 + "'\n")
    cut = window(text, len(text) - 4, (100, 10), count)
    shown = text.slice(Span(cut.start, len(text) - 4)).decode()
    assert 0 < count(shown) <= 100


def test_comments_hold_their_lines() -> None:
    found = given({"a/models.py": MODELS}, HERE, opened=("a/models.py",))
    lines = commented(found).split("\n")
    assert all(line.startswith("#") for line in lines[:-1])
    assert lines[-2:] == ["# Path: a/cart.py", ""]


def test_places_follow_what_is_typed() -> None:
    known = places.after((), "a", [Edit(Span(1000, 1000), b"xyz")])
    assert known == (Edited("a", 1000, 1003),)
    known = places.after(known, "a", [Edit(Span(1003, 1003), b"!")])
    assert known == (Edited("a", 1000, 1004),)
    known = places.after(known, "b", [Edit(Span(5, 9), b"")])
    assert known == (Edited("b", 5, 5), Edited("a", 1000, 1004))
    known = places.after(known, "a", [Edit(Span(0, 100), b"y")])
    assert known == (Edited("a", 0, 1), Edited("b", 5, 5), Edited("a", 901, 905))


def test_only_the_last_places_are_kept() -> None:
    known: tuple[Edited, ...] = ()
    for number in range(40):
        known = places.after(known, f"file{number}", [Edit(Span(0, 0), b"x")])
    assert (len(known), known[0].uri) == (places.MOST, "file39")
