"""What a reply holds besides its answer: thoughts, and the same words without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.core.agent.reasoning import without_reasoning
from redline.core.agent.repetition import repeated


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Done.", "Done."),
        ("<think>\nhm\n</think>\n\nDone.", "\nDone."),
        ("<think>hm</think>Done.", "Done."),
        ("  <Thinking>hm</thinking> \nDone.", "Done."),
        ("One.\n<think>hm</think>\nTwo.", "One.\nTwo."),
        ("<think>a</think>\n<reasoning>b</reasoning>\nDone.", "Done."),
        ("<think>no end", ""),
        ("Ok.\n<think>no end", "Ok.\n"),
        ("hm, hm\n</think>\nDone.", "Done."),
        ("hm, hm.</think>\n\nDone.", "\nDone."),
        ("hm\n```call\n{}\n```\n</think>\nDone.", "Done."),
        ("The tag `</think>` ends it.", "The tag `</think>` ends it."),
        ("It begins with <think> and\nends with\n</think>", None),
        ("```html\n<think>\nx\n</think>\n```\nDone.", None),
        ("~~~~\n```\n<think>\n~~~~\n", None),
    ],
)
def test_what_is_thought_aloud_is_no_part_of_the_answer(text: str, answer: str | None) -> None:
    assert without_reasoning(text) == (text if answer is None else answer)


WORDS = st.text("ab <>/`\nthink", max_size=40) | st.sampled_from(["<think>", "</think>", "```"])


@given(st.lists(WORDS).map("".join))
def test_an_answer_is_what_is_left_and_never_more(text: str) -> None:
    answer = without_reasoning(text)
    rest = iter(text)
    assert all(character in rest for character in answer)
    if "think" not in text:
        assert answer == text


@given(st.text(min_size=1, max_size=200), st.text(max_size=50))
def test_words_that_go_on_without_end_are_found(words: str, before: str) -> None:
    text = before + words * (8_192 // len(words))
    found = repeated(text)
    assert found
    assert len(found) <= len(words)
    assert found in text


@given(st.text(min_size=1, max_size=200), st.integers(0, 20), st.text(min_size=1, max_size=20))
def test_what_ends_in_something_else_does_not_repeat(words: str, times: int, end: str) -> None:
    assert repeated((words * times)[:4_000] + end) == ""


def test_long_words_are_found_later_and_numbers_are_no_repetition() -> None:
    paragraph = " ".join(f"word{number}" for number in range(200))
    assert repeated(paragraph * 3) == ""
    assert repeated(paragraph * 30)
    assert repeated("\n".join(f"{number}, 0, 0, 0" for number in range(5_000))) == ""
    assert repeated("la la\n" * 2_000) == "la la\n"
