"""The pieces around a model: triggers, waiting, what is used again, keys, the best few."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_places import marked, place_of, request_of

from redline.core.inline import debounce, forwarding, ranking, recycling, trigger
from redline.core.inline.model import Draft, InlineSettings, Suggestion
from redline.core.inline.place import inside
from redline.core.text.text import Span, Text


@pytest.mark.parametrize(
    ("before", "after", "how", "why"),
    [
        ("x = ", "", "automatic", ""),
        ("x = ite", "ms", "automatic", "inside a word"),
        ("x = ite", "ms", "invoked", "inside a word"),
        ("x = é", "é", "automatic", "inside a word"),
        ("foo(", ")", "automatic", ""),
        ("foo('", "')", "automatic", ""),
        ("foo(", ");", "automatic", ""),
        ("/* a ", " */", "automatic", ""),
        ("foo(", "a)", "automatic", "code follows on the line"),
        ("foo(", "a)", "invoked", ""),
        ("x = a", " + b", "invoked", ""),
        ("", "", "automatic", ""),
    ],
)
def test_when_something_is_suggested(before: str, after: str, how: str, why: str) -> None:
    assert trigger.refused(before, after, how, "") == why  # type: ignore[arg-type]


def test_letters_of_a_language_are_parts_of_words() -> None:
    assert trigger.refused("a$", "b", "invoked", "$") == "inside a word"
    assert trigger.refused("a$", "b", "invoked", "") == ""


@pytest.mark.parametrize(
    ("more", "off", "why"),
    [
        ({}, (), ""),
        ({"language": ""}, (), "no language"),
        ({}, ("python",), "off for python"),
        ({"text": Text(b"\0abc")}, (), "not a text"),
        ({"text": Text(b"\xff\xfe")}, (), "not a text"),
    ],
)
def test_documents_that_get_nothing(
    more: dict[str, object], off: tuple[str, ...], why: str
) -> None:
    assert trigger.unwanted(request_of("$0", **more), frozenset(off)) == why


def test_switches_for_comments_and_strings() -> None:
    both = InlineSettings(comments=False, strings=False)
    found = [trigger.not_here(both, place) for place in ("code", "comment", "string")]  # type: ignore[arg-type]
    assert found == ["", "off in comments", "off in strings"]
    assert trigger.not_here(InlineSettings(), "comment") == ""


@pytest.mark.parametrize(
    ("source", "language", "what"),
    [
        ("x = 1  # a$0", "python", "comment"),
        ("x = 1  # a\n$0", "python", "code"),
        ("x = 'a$0b'", "python", "string"),
        ("x = $0'ab'", "python", "code"),
        ("x = 'ab'$0", "python", "code"),
        ("x = f'a{b$0}'", "python", "code"),
        ("def f():\n    '''a\n    $0\n    '''\n", "python", "string"),
        ("/* a $0 */\n", "typescript", "comment"),
        ("/* a */$0\n", "typescript", "code"),
        ("// a$0\n", "typescript", "comment"),
        ("x = `a $0`", "typescript", "string"),
        ("x = `a ${b$0}`", "typescript", "code"),
        ("// a$0\n", "go", "comment"),
        ("/// a$0\nfn f() {}\n", "rust", "comment"),
        ("$0", "python", "code"),
    ],
)
def test_what_the_cursor_is_in(source: str, language: str, what: str) -> None:
    place = place_of(source, language)
    assert inside(place.tree, place.text, place.offset) == what


FAST = [0.1 * at for at in range(10)]
SLOW = [0.6 * at for at in range(10)]


@pytest.mark.parametrize(
    ("keys", "expected", "since", "seconds"),
    [
        (FAST, 0.0, 0.0, 0.0),  # nobody to wait for: the builtin model
        (FAST, 0.02, 0.0, 0.0),
        (FAST, 0.6, 0.0, 0.125),
        (FAST, 0.6, 0.1, 0.025),
        (FAST, 0.6, 5.0, 0.0),
        (FAST, 0.08, 0.0, 0.08),  # no longer than the answer takes
        (SLOW, 2.0, 0.0, debounce.MOST),
        ([], 0.6, 0.0, debounce.USUAL * 1.25),
        ([0.0, 5.0, 10.0], 0.6, 0.0, debounce.USUAL * 1.25),  # pauses are no typing
    ],
)
def test_how_long_is_waited(
    keys: list[float], expected: float, since: float, seconds: float
) -> None:
    now = (keys[-1] if keys else 0.0) + since
    assert debounce.wait(keys, expected, now) == pytest.approx(seconds)


@given(st.lists(st.floats(0, 100), max_size=12).map(sorted), st.floats(0, 60), st.floats(0, 100))
def test_waiting_has_an_end(keys: list[float], expected: float, now: float) -> None:
    assert 0.0 <= debounce.wait(keys, expected, now) <= min(expected, debounce.MOST)


def _suggestion(text: str, offset: int) -> Suggestion:
    return Suggestion("s", text, Span(offset, offset), "builtin", "builtin", 0.5)


def _given(source: str, *texts: str) -> recycling.Given:
    text, offset = marked(source)
    return recycling.Given(text, offset, tuple(_suggestion(each, offset) for each in texts))


@pytest.mark.parametrize(
    ("then", "now", "left"),
    [
        ("x = $0\n", "x = $0\n", ["total(a)", "tops"]),
        ("x = $0\n", "x = to$0\n", ["tal(a)", "ps"]),
        ("x = $0\n", "x = tot$0\n", ["al(a)"]),
        ("x = $0\n", "x = total(a)$0\n", []),
        ("x = $0\n", "x = tr$0\n", []),
        ("x = $0\n", "x =$0\n", []),
        ("x = $0\n", "y = to$0\n", []),
        ("x = $0\n", "x = to$0\ny\n", []),
        ("x = $0\n", "x = total($0)\n", ["a)"]),
        ("x = $0\n", "x = total($0x\n", []),
        ("é = $0\n", "é = to$0\n", ["tal(a)", "ps"]),
    ],
)
def test_what_fits_what_was_typed_is_used_again(then: str, now: str, left: list[str]) -> None:
    request = request_of(now)
    again = recycling.recycled(_given(then, "total(a)", "tops"), request)
    here = Span(request.offset, request.offset)
    assert [(each.text, each.span, each.reused) for each in again] == [
        (text, here, "typed on") for text in left
    ]


@given(st.text(max_size=20), st.text(max_size=20), st.text(min_size=1, max_size=20), st.data())
def test_typed_on_and_accepted_makes_the_same_text(
    before: str, after: str, suggested: str, data: st.DataObject
) -> None:
    typed = suggested[: data.draw(st.integers(0, len(suggested) - 1))]
    text = Text.of(before + after)
    offset = len(before.encode("utf-8", "surrogatepass"))
    then = recycling.Given(text, offset, (_suggestion(suggested, offset),))
    now = text.replaced(Span(offset, offset), typed.encode("utf-8", "surrogatepass"))
    at = offset + len(typed.encode("utf-8", "surrogatepass"))
    again = recycling.recycled(then, replace(request_of("$0"), text=now, offset=at))
    assert [before + typed + each.text + after for each in again] == [before + suggested + after]


def test_edits_elsewhere_on_the_line_are_not_kept() -> None:
    request = request_of("x = $0")
    elsewhere = replace(_suggestion("y", 0), span=Span(0, 1))
    assert recycling.given(request, (elsewhere,), clean=True) is None
    assert recycling.given(request, (), clean=True) is None


def test_keys_lead_back_to_where_a_model_was_asked() -> None:
    asked = request_of("import a\nx = $0\ny = 2\n")
    key = forwarding.key(asked, asked.offset, "model")
    now = request_of("import a\nx = tot$0\ny = 2\n")
    assert dict(forwarding.keys(now, "model"))[key] == "tot"
    for other in ("import b\nx = tot$0\ny = 2\n", "import a\nx = tot$0\ny = 3\n"):
        assert key not in dict(forwarding.keys(request_of(other), "model"))
    assert key not in dict(forwarding.keys(now, "another model"))
    assert key not in dict(forwarding.keys(replace(now, language="go"), "model"))


def test_keys_do_not_part_characters() -> None:
    request = request_of("é𝒳$0")
    assert [typed for _, typed in forwarding.keys(request, "m")] == ["", "𝒳", "é𝒳"]


@given(st.lists(st.tuples(st.text(), st.none() | st.floats(0, 1)), max_size=3))
def test_drafts_are_kept_as_they_are(pairs: list[tuple[str, float | None]]) -> None:
    drafts = tuple(Draft(text, confidence) for text, confidence in pairs)
    assert forwarding.unpacked(forwarding.packed(drafts)) == drafts


@settings(max_examples=200)
@given(st.binary(max_size=40) | st.sampled_from([b"{}", b"[1]", b'[["a"]]', b'[["a", "b"]]']))
def test_what_is_no_draft_of_ours_is_none(kept: bytes) -> None:
    assert isinstance(forwarding.unpacked(kept), tuple)


def test_drafts_go_on_from_what_was_typed() -> None:
    drafts = (Draft("total", 0.5), Draft("tot"), Draft("other"))
    assert forwarding.going_on(drafts, "tot") == (Draft("al", 0.5),)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.floats(0, 1)), max_size=8))
def test_the_best_come_first_and_once(pairs: list[tuple[str, float | None]]) -> None:
    drafts = [Draft(text, confidence) for text, confidence in pairs]
    found = ranking.ranked(drafts)
    assert sorted(each.text for each in found) == sorted({each.text for each in drafts})
    sure = [-1.0 if each.confidence is None else each.confidence for each in found]
    assert all(a >= b for a, b in pairwise(sure))
