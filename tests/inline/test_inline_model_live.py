"""The tokens of a text that is typed in: read a part at a time, and nothing is kept for good."""

from __future__ import annotations

import asyncio
import random
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core.inline.builtin import live as live_module
from redline.core.inline.builtin import memory, tokens
from redline.core.inline.builtin.live import MOST_ROWS, STEP, Live
from redline.core.inline.builtin.memory import MOST_KNOWN, SourceText, built
from redline.core.inline.builtin.tokens import Lexer, family_of

PYTHON = family_of("python")
assert PYTHON is not None
ROWS = [b"def f(a, b):", b"    return a + b", b"", b'    """', b"x = [1, 2]  # why", b"if f(x):"]
TEXTS = st.tuples(st.integers(0, 5), st.integers(0, MOST_ROWS + 3 * STEP))


def rows_of(seed: int, count: int) -> list[bytes]:
    chance = random.Random(seed)
    return [chance.choice(ROWS) for _ in range(count)]


def live() -> Live:
    assert PYTHON is not None
    return Live(PYTHON, Lexer(PYTHON))


def held(one: Live) -> dict[str, object]:
    """All that it keeps."""
    return {each.name: getattr(one, each.name) for each in fields(one) if each.name != "lexer"}


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(1, 700))
@settings(max_examples=40, deadline=None)
def test_read_in_parts_it_is_what_it_is_read_at_once(
    texts: list[tuple[int, int]], most: int
) -> None:
    by_parts = live()
    for text in texts:
        rows = rows_of(*text)
        times = 1
        while not by_parts.read(rows, most):
            times += 1
        assert times <= len(rows) // most + 1
        at_once = live()
        assert at_once.read(rows)
        assert held(by_parts) == held(at_once)


def test_no_more_rows_are_read_at_a_time_than_asked_for() -> None:
    one, rows = live(), rows_of(1, MOST_ROWS + 2 * STEP)
    seen = []
    while not one.read(rows, 100):
        seen.append(len(one._above) + len(one._rows))
    assert seen == list(range(100, len(rows), 100))


def test_nothing_is_kept_of_what_was_typed_and_is_gone() -> None:
    one = live()
    for number in range(3_000):
        one.read([b"def f():", b"    name_%d = other_%d" % (number, number)])
    again = live()
    again.read([b"def f():", b"    name_2999 = other_2999"])
    assert held(one) == held(again)


def test_what_is_remembered_of_words_and_lines_is_bounded() -> None:
    assert PYTHON is not None
    lexer = Lexer(PYTHON, 50)
    one = Live(PYTHON, lexer)
    one.read([b"name_%d = 1" % number for number in range(1_000)])
    assert len(lexer._seen) <= 50
    words = b"\n".join(b"w%d = v%d" % (n, n) for n in range(MOST_KNOWN))
    known = built([SourceText("file:///a.py", "python", "", words)])
    for number in range(len(known.words.ends)):
        word = known.words[number]
        assert known.words.number(word) == number
        known.standing(number)
    kept = (known.words._words, known.words._numbers, known._standing)
    assert max(map(len, kept)) <= MOST_KNOWN
    assert len(known.words.ends) > MOST_KNOWN
    caches = (live_module._keys, tokens.shape_of, tokens.indent_after)
    assert all(each.cache_info().maxsize for each in caches)
    assert memory.MOST_KNOWN == MOST_KNOWN


async def test_reading_a_long_text_gives_others_their_turn() -> None:
    from redline.app.inline import builtin

    one, rows, turns = live(), rows_of(2, MOST_ROWS), 0
    task = asyncio.ensure_future(builtin._read_on(one, rows))
    while not task.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns >= MOST_ROWS // builtin.SLICE_ROWS
    assert len(one._rows) == len(rows)
