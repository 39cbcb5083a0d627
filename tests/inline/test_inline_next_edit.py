"""The next edit: what was done by hand is offered where it is due again, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from next_edit_desk import Desk

from redline.app.inline import next_edit
from redline.app.session import Expectation
from redline.core.inline.model import Suggestion
from redline.core.inline.next_edit.model import stands
from redline.core.inline.next_edit.signatures import MOST_READ
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

CART = """LIMIT = 3


def total(prices, rate):
    whole = sum(prices)
    whole = whole * rate
    return whole


class Cart:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)  # one of the items
        print(self.items, LIMIT)

    def sum(self):
        return total(self.items, 1)
"""
USES = """from shop.cart import total, LIMIT
from shop import cart

x = total([1], 2)
y = cart.total([2], rate=3)


def other(total):
    return total
"""
PAGES = '''import requests


def one(url):
    """requests.get(url)"""
    return requests.get(url)


def two(other):
    return requests.get(other)


def three(host, port):
    # requests.get(host)
    page = requests.get(f"{host}:{port}").text
    assertEquals(page, 1)
    assertEquals(page, 2)
    assertEquals(page, 3)
    first = load(page)
    second = load(host)
    third = load(three(host, (1, 2)))
    return requests.post(page)


def assertEqual(one, other):
    pass
'''
FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/uses.py": USES,
    "pages.py": PAGES,
    "more.py": "import requests\n\nprint(requests.get('x'))\n",
    "m.ts": (
        "export function total(prices: number[]): number {\n"
        "  const all = prices.length;\n  return all + all;\n}\n"
        "class Cart {\n  items: number[] = [];\n"
        "  count(): number { return total(this.items) + this.items.length; }\n}\n"
    ),
    "n.ts": "import { total } from './m';\n\nexport const x = { total, y: total([1]) };\n",
    "g.go": (
        "package g\n\nfunc whole(items []int) int { return len(items) }\n\n"
        "func other() int { whole := 1; return whole }\n\nfunc third() int { return whole(nil) }\n"
    ),
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path, FILES)
    await made.begin("shop/cart.py", "pages.py", "m.ts", "g.go")
    yield made
    await made.close()


async def test_a_variable_renamed_where_it_is_defined(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    assert [each.what for each in await desk.due("shop/cart.py")] == ["rename whole to amount"] * 3
    assert await desk.accept_all("shop/cart.py") == 3
    assert desk.text("shop/cart.py") == CART.replace("whole", "amount")


async def test_a_variable_renamed_where_it_is_used(desk: Desk) -> None:
    desk.type("shop/cart.py", "return whole", "return amount")
    assert await desk.accept_all("shop/cart.py") == 3
    assert desk.text("shop/cart.py") == CART.replace("whole", "amount")


async def test_places_behind_the_cursor_come_before_those_ahead_of_it(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    cursor = desk.at("shop/cart.py", "return whole")
    assert await desk.shown("shop/cart.py", cursor) == [
        "shop/cart.py:7: whole -> amount",
        "shop/cart.py:6: whole -> amount",
        "shop/cart.py:6: whole -> amount",
    ]


async def test_a_function_is_renamed_in_files_that_are_not_open(desk: Desk) -> None:
    desk.type("shop/cart.py", "def total", "def amount")
    assert await desk.accept_all("shop/cart.py") == 4
    assert desk.text("shop/cart.py") == CART.replace("total", "amount")
    kept = "def other(total):\n    return total\n"
    assert desk.text("shop/uses.py") == USES.replace("total", "amount").replace(
        kept.replace("total", "amount"), kept
    )


async def test_a_use_that_is_given_a_known_name_is_no_rename(desk: Desk) -> None:
    desk.type("shop/cart.py", "self.items, LIMIT", "self.items, Cart")
    assert await desk.due("shop/cart.py") == ()
    desk.type("shop/cart.py", "return total(", "return sum(")
    assert await desk.due("shop/cart.py") == ()


async def test_a_name_that_was_given_two_names_is_no_rename(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    desk.type("shop/cart.py", "return whole", "return everything")
    assert await desk.due("shop/cart.py") == ()


async def test_an_attribute_of_its_own_object(desk: Desk) -> None:
    desk.type("shop/cart.py", "self.items", "self.things")
    assert await desk.accept_all("shop/cart.py") == 3
    assert desk.text("shop/cart.py") == CART.replace("self.items", "self.things")


async def test_names_of_typescript_keep_what_they_stand_for(desk: Desk) -> None:
    desk.type("m.ts", "function total", "function amount")
    assert await desk.accept_all("m.ts") == 4
    assert desk.text("m.ts") == FILES["m.ts"].replace("total", "amount")
    assert desk.text("n.ts") == (
        "import { amount } from './m';\n\nexport const x = { total: amount, y: amount([1]) };\n"
    )
    desk.type("m.ts", "items", "things")
    assert await desk.shown("m.ts") == ["m.ts:7: items -> things"] * 2


async def test_without_scopes_only_calls_mean_a_function(desk: Desk) -> None:
    desk.type("g.go", "func whole", "func all")
    assert await desk.shown("g.go") == ["g.go:7: whole -> all"]


async def test_a_parameter_that_moves(desk: Desk) -> None:
    desk.type("shop/cart.py", "prices, rate", "rate, prices")
    due = await desk.due("shop/cart.py")
    assert {each.what for each in due} == {"follow the parameters of total"}
    assert [desk.line(each) for each in due] == [
        "shop/cart.py:19: self.items, 1 -> 1, self.items",
        "shop/uses.py:4: [1], 2 -> 2, [1]",
        "shop/uses.py:5:  -> prices=",
    ]


async def test_a_parameter_that_is_renamed(desk: Desk) -> None:
    desk.type("shop/cart.py", "prices, rate", "prices, factor")
    assert await desk.shown("shop/cart.py") == [
        "shop/cart.py:6: rate -> factor",
        "shop/uses.py:5: rate -> factor",
    ]


async def test_a_new_parameter_is_passed_where_something_has_its_name(desk: Desk) -> None:
    desk.type("shop/cart.py", "def sum(self)", "def sum(self, tax)")
    desk.type("shop/cart.py", "prices, rate", "prices, rate, tax")
    assert await desk.shown("shop/cart.py") == ["shop/cart.py:19:  -> , tax=tax"]
    desk.type("shop/cart.py", "rate, tax", "rate, tax=1")
    assert await desk.due("shop/cart.py") == ()


async def test_what_the_first_call_passes_is_passed_by_all(desk: Desk) -> None:
    desk.type("shop/cart.py", "prices, rate", "prices, rate, tax")
    assert await desk.due("shop/cart.py") == ()
    desk.type("shop/cart.py", "items, 1", "items, 1, 0.5")
    assert await desk.accept_all("shop/cart.py") == 2
    assert desk.text("shop/uses.py") == USES.replace("[1], 2", "[1], 2, tax=0.5").replace(
        "rate=3", "rate=3, tax=0.5"
    )


async def test_a_signature_is_followed_from_call_to_call(desk: Desk) -> None:
    desk.type("shop/cart.py", "prices, rate", "prices, factor")
    assert await desk.accept_all("shop/cart.py") == 2
    assert "whole * factor" in desk.text("shop/cart.py")
    assert desk.text("shop/uses.py") == USES.replace("rate=3", "factor=3")


@pytest.mark.parametrize(("count", "due"), [(5, 5), (MOST_READ, 0)])
async def test_calls_in_too_many_files_are_not_looked_for(
    tmp_path: Path, count: int, due: int
) -> None:
    uses = {f"use{n}.py": "from top import made\n\nmade(1, 2)\n" for n in range(count)}
    desk = Desk(tmp_path, {"top.py": "def made(one, other):\n    return one, other\n", **uses})
    await desk.begin("top.py")
    desk.type("top.py", "one, other", "other, one")
    found = await desk.due("top.py")
    assert len(found) == due
    # What was too far is not looked for again with the next edit.
    state = desk.session.inline
    assert state is not None and state.next_edit is not None
    assert state.next_edit.far == (set() if due else {(desk.uri("top.py"), "made")})
    await desk.close()


async def test_a_parameter_that_is_gone(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole * rate", "whole * 2")
    desk.type("shop/cart.py", "prices, rate", "prices")
    await desk.accept_all("shop/cart.py")
    assert "total(self.items)" in desk.text("shop/cart.py")
    assert desk.text("shop/uses.py") == USES.replace("[1], 2", "[1]").replace("[2], rate=3", "[2]")


async def test_an_argument_that_was_added_twice(desk: Desk) -> None:
    desk.type("pages.py", "    return requests.get(url)", "    return requests.get(url, timeout=5)")
    assert await desk.due("pages.py") == ()
    desk.type("pages.py", "get(other)", "get(other, timeout=5)")
    assert [each.what for each in await desk.due("pages.py")] == ["insert `, timeout=5`"] * 2
    assert await desk.accept_all("pages.py") == 2
    assert desk.text("pages.py").count("timeout=5") == 3
    assert 'get(f"{host}:{port}", timeout=5).text' in desk.text("pages.py")
    assert desk.text("more.py") == "import requests\n\nprint(requests.get('x', timeout=5))\n"


async def test_a_word_that_was_replaced_twice(desk: Desk) -> None:
    desk.type("pages.py", "assertEquals", "assertEqual")
    assert await desk.due("pages.py") == ()
    desk.type("pages.py", "assertEquals", "assertEqual")
    assert await desk.shown("pages.py") == ["pages.py:18: assertEquals -> assertEqual"]


async def test_a_call_that_was_wrapped_twice(desk: Desk) -> None:
    for words in ("load(page)", "load(host)"):
        at = desk.at("pages.py", words)
        desk.change("pages.py", Edit(Span(at, at), b"str("))
        end = at + len("str(" + words)
        desk.change("pages.py", Edit(Span(end, end), b")"))
    due = await desk.due("pages.py")
    assert [(each.what, desk.line(each)) for each in due] == [
        (
            "insert `str( … )`",
            "pages.py:21: load(three(host, (1, 2))) -> str(load(three(host, (1, 2))))",
        )
    ]


def _undo(desk: Desk) -> None:
    desk.type("shop/cart.py", "amount", "whole")


def _delete(desk: Desk) -> None:
    at = desk.at("shop/cart.py", "amount = ")
    desk.change("shop/cart.py", Edit(Span(at, at + len("amount = sum(prices)")), b"pass"))


@pytest.mark.parametrize("back", [_undo, _delete])
async def test_an_edit_that_was_undone_is_forgotten(
    desk: Desk, back: Callable[[Desk], None]
) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    assert len(await desk.due("shop/cart.py")) == 3
    back(desk)
    assert await desk.due("shop/cart.py") == ()


async def test_a_rename_of_the_editor_leaves_nothing_to_do(desk: Desk) -> None:
    places = [desk.at("shop/cart.py", "whole", nth) for nth in range(4)]
    for at in reversed(places):
        desk.change("shop/cart.py", Edit(Span(at, at + 5), b"amount"))
    assert await desk.due("shop/cart.py") == ()


async def test_an_accepted_proposal_is_nothing_done_by_hand(desk: Desk) -> None:
    uri, at = desk.uri("shop/cart.py"), desk.at("shop/cart.py", "whole")
    edit = Edit(Span(at, at + 5), b"amount")
    before = desk.session.documents[uri].document.text
    after = before.replaced(edit.span, edit.new)
    arrived = asyncio.get_running_loop().create_future()
    desk.session.expected[uri] = Expectation(
        "p1", frozenset(), False, before, (edit,), after, after, arrived
    )
    desk.change("shop/cart.py", edit)
    arrived.set_result(frozenset())
    assert await desk.due("shop/cart.py") == ()
    desk.type("shop/cart.py", "LIMIT", "MOST")
    assert {each.what for each in await desk.due("shop/cart.py")} == {"rename LIMIT to MOST"}


async def test_new_code_is_no_pattern(desk: Desk) -> None:
    desk.type("shop/cart.py", "class Cart:", "def more(total):\n    return total\n\n\nclass Cart:")
    assert await desk.due("shop/cart.py") == ()


async def test_places_follow_what_is_typed_around_them(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    await desk.due("shop/cart.py")
    desk.type("shop/cart.py", "LIMIT = 3\n", "LIMIT = 3\nOTHER = 4\n")
    assert await desk.shown("shop/cart.py") == [
        "shop/cart.py:7: whole -> amount",
        "shop/cart.py:7: whole -> amount",
        "shop/cart.py:8: whole -> amount",
    ]


async def test_it_is_suggested_on_the_line_of_the_cursor(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    await desk.due("shop/cart.py")
    at = desk.at("shop/cart.py", "return whole")
    span = Span(at + len("return "), at + len("return whole"))
    wanted = Suggestion("r1.next", "amount", span, "next edit", "builtin")
    assert desk.suggestion("shop/cart.py", at) == wanted
    assert desk.suggestion("shop/cart.py", desk.at("shop/cart.py", "LIMIT")) is None


async def test_nothing_is_suggested_at_the_word_that_is_being_typed(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole * rate", "amount * rate")
    await desk.due("shop/cart.py")
    line = desk.at("shop/cart.py", "whole = amount")
    word = desk.at("shop/cart.py", "amount")
    assert desk.suggestion("shop/cart.py", word + 6) is None
    assert desk.suggestion("shop/cart.py", line) == Suggestion(
        "r1.next", "amount", Span(line, line + 5), "next edit", "builtin"
    )


async def test_what_is_turned_down_twice_is_not_suggested_again(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    await desk.due("shop/cart.py")
    at = desk.at("shop/cart.py", "return whole")
    for _ in range(2):
        found = desk.suggestion("shop/cart.py", at)
        assert found is not None
        next_edit.dismissed(desk.session, found.id)
    assert desk.suggestion("shop/cart.py", at) is None
    assert await desk.due("shop/cart.py") == ()


async def test_after_a_while_it_is_not_offered_any_more(desk: Desk) -> None:
    desk.type("shop/cart.py", "whole", "amount")
    assert len(await desk.due("shop/cart.py")) == 3
    desk.later(301)
    assert await desk.due("shop/cart.py") == ()


async def test_where_it_is_set_off_nothing_is_noted(desk: Desk) -> None:
    off = replace(desk.session.settings.inline, next_edit=False)
    desk.session.settings = replace(desk.session.settings, inline=off)
    desk.type("shop/cart.py", "whole", "amount")
    assert await desk.due("shop/cart.py") == ()


async def test_a_place_is_known_again_by_what_stands_there(desk: Desk) -> None:
    desk.type("shop/cart.py", "prices, rate", "rate, prices")
    (due,) = [each for each in await desk.due("shop/cart.py") if each.place.old == b"[1], 2"]
    assert stands(due.place, Text(USES.encode()))
    assert not stands(due.place, Text(USES.replace("[1], 2", "[1], 3").encode()))
    (inserted,) = [each for each in await desk.due("shop/cart.py") if not each.place.old]
    assert not stands(inserted.place, Text(USES.replace("cart.total(", "cart.sum2(").encode()))
