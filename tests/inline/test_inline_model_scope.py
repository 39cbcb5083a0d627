"""What the builtin model knows of the blocks and scopes around a line, and what it makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_model_support import PYTHON, asked, memory_of, told

from redline.core.inline.builtin.around import Home, around, home_at
from redline.core.inline.builtin.blocks import NOWHERE, Blocks
from redline.core.inline.builtin.complete import candidates
from redline.core.inline.builtin.features import NAMES
from redline.core.inline.builtin.live import live_of
from redline.core.inline.builtin.memory import EMPTY
from redline.core.inline.builtin.scope import function_around, parameters, scope_of
from redline.core.inline.builtin.spelling import renamed, spellings
from redline.core.inline.builtin.structure import STRUCTURE
from redline.core.inline.builtin.tokens import Lexer

HERE = "file:///p/shop/orders.py"
ELSEWHERE = "file:///p/library/books.py"

METHODS = b"""class Order(Base):
    def total(
        self,
        rate,
    ) -> int:
        amount = self.net * rate
        for line in self.lines:
            amount += line.price
        return amount

    def __str__(self):
        return self.name
"""


def headers(data: bytes) -> dict[bytes, bytes]:
    """By line without indentation the header of the block it is in."""
    live = live_of(PYTHON, Lexer(PYTHON), data)
    lines = [b"".join(line.tokens) for line in live.lines]
    within = live.blocks.within
    return {
        line: b"" if at == NOWHERE else lines[at] for line, at in zip(lines, within, strict=True)
    }


def test_a_line_stands_in_the_block_its_indentation_tells() -> None:
    assert headers(METHODS) == {
        b"class Order(Base):": b"",
        b"def total(": b"class Order(Base):",
        b"self,": b"def total(",
        b"rate,": b"def total(",
        b") -> int:": b"class Order(Base):",
        b"amount = self.net * rate": b"def total(",
        b"for line in self.lines:": b"def total(",
        b"amount += line.price": b"for line in self.lines:",
        b"return amount": b"def total(",
        b"def __str__(self):": b"class Order(Base):",
        b"return self.name": b"def __str__(self):",
    }


def test_a_brace_on_a_line_of_its_own_goes_on_with_the_line_before() -> None:
    lines = b"int main()\n{\n    run();\n}\n"
    assert headers(lines)[b"run();"] == b"int main()"


WIDTHS = st.lists(st.tuples(st.sampled_from([b"a", b")", b"{"]), st.integers(0, 4)), max_size=30)


@given(WIDTHS)
@settings(max_examples=100, deadline=None)
def test_a_header_is_a_line_before_that_is_less_far_in(lines: list[tuple[bytes, int]]) -> None:
    blocks = Blocks()
    for word, width in lines:
        blocks.add([word], width)
    for number, header in enumerate(blocks.within):
        assert header == NOWHERE or (
            header < number and blocks.width(header) < blocks.width(number)
        )


@given(WIDTHS, st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_blocks_that_are_cut_and_added_again_are_the_same(
    lines: list[tuple[bytes, int]], kept: int
) -> None:
    whole, cut = Blocks(), Blocks()
    for word, width in lines:
        whole.add([word], width)
        cut.add([word], width)
    cut.cut(min(kept, len(lines)))
    for word, width in lines[kept:]:
        cut.add([word], width)
    assert cut == whole


def test_the_memory_knows_the_same_blocks_as_the_open_text() -> None:
    memory = memory_of({"file:///p/a.py": b"import os\n", ELSEWHERE: METHODS})
    live = live_of(PYTHON, Lexer(PYTHON), METHODS)
    place = asked(memory, HERE, b"x = 1\n")
    assert place is not None
    here = around(place.source, place.own)
    known = [here.home_in_memory(1 + number) for number in range(len(live.lines))]
    assert known == [home_at(live, number) for number in range(len(live.lines))]
    assert known[-1] == Home(live.lines[-2].tokens, live.lines[0].tokens, 1)


def test_a_scope_has_what_its_function_binds() -> None:
    before = b"""import os
def outer(first, *, second: int = 2):
    third, fourth = first
    for fifth in os.walk(third):
        with open(fifth) as sixth:
            print(sixth.name, seventh=2)
"""
    live = live_of(PYTHON, Lexer(PYTHON), before)
    scope = scope_of(live, function_around(live, live.blocks.header(12)))
    assert list(scope.bound) == [b"first", b"second", b"third", b"fourth", b"fifth", b"sixth"]
    assert scope.unused == [b"fourth", b"second"]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (b"def f(self, a, b=1, *rest, **more):", [b"a", b"b", b"rest", b"more"]),
        (b"def f(a: dict[str, int], b: tuple[int, c]) -> d:", [b"a", b"b"]),
        (b"class A:", []),
    ],
)
def test_parameters_are_read_from_a_header(header: bytes, names: list[bytes]) -> None:
    live = live_of(PYTHON, Lexer(PYTHON), header)
    assert parameters(live.lines[0].tokens) == names


def test_a_name_has_spellings() -> None:
    assert spellings(b"OrderItem") == (
        b"OrderItem",
        b"OrderItem",
        b"orderItem",
        b"order_item",
        b"ORDER_ITEM",
        b"order-item",
    )
    assert spellings(b"id") == (b"id",)


@pytest.mark.parametrize(("underscored", "variable"), [(True, b"http_book"), (False, b"httpBook")])
def test_a_name_that_changes_does_so_in_every_spelling(underscored: bool, variable: bytes) -> None:
    assert renamed(b"Order", b"HTTPBook", underscored=underscored) == {
        b"Order": b"HTTPBook",
        b"order": variable,
        b"ORDER": b"HTTP_BOOK",
    }


def test_names_are_exchanged_in_their_other_spellings() -> None:
    before = (
        b"def test_Invoice():\n    check(Invoice)\n    invoice_list = []\n\n\n"
        b"def test_OrderItem():\n    check(OrderItem)\n"
    )
    assert b"    order_item_list = []" in told(EMPTY, HERE, before)


def test_parameters_are_exchanged_by_their_order() -> None:
    there = b"class Book:\n    def __init__(self, title, pages=0):\n        super().__init__()\n"
    memory = memory_of({ELSEWHERE: there + b"        self.shelf = find(pages)\n"})
    before = b"class Order:\n    def __init__(self, name, amount):\n        super().__init__()\n"
    assert b"        self.shelf = find(amount)" in told(memory, HERE, before)


def test_a_variable_that_is_not_known_here_becomes_one_that_waits_to_be_used() -> None:
    there = b"def f():\n    check()\n    return found\n"
    memory = memory_of({ELSEWHERE: there})
    before = b"def g():\n    entries = load()\n    check()\n"
    assert b"    return entries" in told(memory, HERE, before)


def test_the_features_tell_how_a_line_fits_in() -> None:
    before = b"""def f(a, unused):
    alpha = a
    beta = alpha
    gamma = beta
"""
    memory = memory_of({ELSEWHERE: before.replace(b"f(", b"g(") + b"    delta = unused\n"})
    place = asked(memory, HERE, before)
    assert place is not None
    found = {each.line: each.features for each in candidates(place)}[b"    delta = unused"]
    assert len(found) == len(NAMES)
    assert dict(zip(STRUCTURE, found[-len(STRUCTURE) :], strict=True)) == {
        "line kind": 11.0,
        "header kind": 1.0,
        "last kind": 11.0,
        "in block": 4.0,
        "siblings": 3.0,
        "said in block": 0.0,
        "siblings alike": 3.0,
        "begins alike": 0.0,
        "order": -2.0,
        "defined": -1.0,
        "roots": 2.0,
        "bound": 1.0,
        "not in scope": 1.0,
        "not in file": 1.0,
        "unused": 2.0,
        "uses unused": 1.0,
        "rebinds": 0.0,
        "rebinds unused": 0.0,
        "members": 0.0,
        "new members": 0.0,
    }
