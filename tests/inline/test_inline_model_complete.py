"""What the builtin model proposes, and that it says the same however it came to know it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_model_support import MODELS, PYTHON, asked, memory_of, told

from redline.core.inline.builtin.complete import candidates, suggested
from redline.core.inline.builtin.live import Live, live_of
from redline.core.inline.builtin.memory import EMPTY
from redline.core.inline.builtin.tokens import Lexer

HERE = "file:///p/shop/models.py"
BEGUN = b"""from django.db import models


class Shop(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
"""


def test_what_followed_the_same_lines_elsewhere_is_known_with_its_indentation() -> None:
    memory = memory_of({"file:///p/library/models.py": MODELS})
    assert told(memory, HERE, BEGUN)[b"        return self.name"] == b"        return self.name"


def test_only_what_is_not_typed_yet_is_inserted() -> None:
    memory = memory_of({"file:///p/library/models.py": MODELS})
    inserted = {
        typed: told(memory, HERE, BEGUN + typed).get(b"        return self.name")
        for typed in (
            b"    ",
            b"        ",
            b"        ret",
            b"        return ",
            b"        return self.",
        )
    }
    assert inserted == {
        b"    ": b"    return self.name",
        b"        ": b"return self.name",
        b"        ret": b"urn self.name",
        b"        return ": b"self.name",
        b"        return self.": b"name",
    }


def test_what_is_typed_and_fits_nothing_has_no_continuation() -> None:
    memory = memory_of({"file:///p/library/models.py": MODELS})
    assert told(memory, HERE, BEGUN + b"        xyzzy") == {}


def test_a_file_that_is_hidden_says_nothing() -> None:
    memory = memory_of({HERE: MODELS})
    assert told(memory, HERE, BEGUN) == told(EMPTY, HERE, BEGUN)
    assert told(memory, "file:///p/other.py", BEGUN) != told(EMPTY, HERE, BEGUN)


def test_the_text_above_counts_when_nothing_is_remembered() -> None:
    lines = told(EMPTY, HERE, MODELS + b"\n\nclass Shop(models.Model):\n")
    assert b"    title = models.CharField(max_length=200)" in lines


def test_names_are_exchanged_as_in_the_line_before() -> None:
    before = (
        b"    width = options.get('width')\n    check(width)\n    height = options.get('height')\n"
    )
    assert b"    check(height)" in told(EMPTY, HERE, b"def f(options):\n" + before)


def test_nothing_is_said_in_comments_and_texts_of_several_lines() -> None:
    memory = memory_of({"file:///p/library/models.py": MODELS})
    assert asked(memory, HERE, BEGUN + b"        # ret") is None
    assert asked(memory, HERE, BEGUN + b'        """\n        ') is None


def test_what_stands_after_the_place_is_not_inserted_again() -> None:
    memory = memory_of({"file:///p/library/models.py": MODELS})
    place = asked(memory, HERE, b"from django.db import models\n\n\nclass Author(mod")
    assert place is not None
    texts = {each.text for each in candidates(replace(place, rest=b"):"))}
    assert b"els.Model" in texts
    assert not any(text.endswith(b"):") for text in texts)


def test_texts_of_several_lines_are_not_begun() -> None:
    documented = b'def first():\n    """One."""\n    return 1\n\n\n'
    lines = told(EMPTY, HERE, documented * 3 + b"def first():\n")
    assert not any(b'"""' in line for line in lines)


SNIPPETS = st.sampled_from(
    [
        b"import os",
        b"def f(a, b):",
        b"    return a + b",
        b"    if a:",
        b"        return f(b, a)",
        b"x = f(1, 2)",
        b"",
        b"class A:",
        b"    name = 'x'",
        b'    """Doc',
        b'    """',
        b"    # note",
    ]
)
FILES = st.lists(SNIPPETS, max_size=14).map(b"\n".join)


@given(FILES, FILES, FILES, FILES)
@settings(max_examples=60, deadline=None)
def test_files_that_changed_count_as_if_the_memory_were_made_anew(
    old: bytes, new: bytes, other: bytes, before: bytes
) -> None:
    changed, kept = "file:///p/a.py", "file:///p/b/c.py"
    stale, fresh = memory_of({changed: old, kept: other}), memory_of({changed: new, kept: other})
    assert told(stale, HERE, before, {changed: new}) == told(fresh, HERE, before)


@given(FILES, st.lists(FILES, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_typing_leads_where_reading_anew_does(first: bytes, then: list[bytes]) -> None:
    live = live_of(PYTHON, Lexer(PYTHON), first)
    for data in then:
        live.read(data.split(b"\n"))
    anew = live_of(PYTHON, Lexer(PYTHON), then[-1])
    assert seen(live) == seen(anew)


def seen(live: Live) -> tuple[object, ...]:
    """All that a reader finds in it."""
    return (
        live.tokens,
        live.lines,
        live.place,
        {key: places for key, places in live.pairs.items() if places},
        [{key: lines for key, lines in kind.items() if lines} for kind in live.after],
        {name: count for name, count in live.names.items() if count},
        live.blocks,
    )


@given(st.binary(max_size=300), st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_can_be_asked_about(other: bytes, before: bytes) -> None:
    memory = memory_of({"file:///p/a.py": other, "file:///p/b.py": before + other})
    place = asked(memory, HERE, before)
    if place is None:
        return
    again = asked(memory, HERE, before)
    assert again is not None
    likely = suggested(place)
    assert likely == suggested(again)
    assert [each.chance for each in likely] == sorted((e.chance for e in likely), reverse=True)
