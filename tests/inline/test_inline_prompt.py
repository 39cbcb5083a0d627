"""How a model's answer is read, and how it is asked."""

from __future__ import annotations

import pytest

from redline.adapters.models.fill_routes import Route, next_form, route, usual_form
from redline.core.inline.context.model import Piece, Surroundings
from redline.core.inline.prompt import chat
from redline.core.inline.prompt.ask import asked, placed, whole_lines
from redline.core.inline.prompt.comments import commented
from redline.core.inline.prompt.markers import confused, marked, markers_of
from redline.core.settings import Settings


@pytest.mark.parametrize(
    ("answer", "line", "text"),
    [
        ("```\nsum(items)\n```", "    return ", "sum(items)"),
        ("```python\nsum(items)\n```\n", "    return ", "sum(items)"),
        ("\n````md\n```\ncode\n```\n````", "", "```\ncode\n```"),
        ("~~~\nx\n~~~", "", "x"),
        ("```\n\n    return 1\n```", "def f():", "\n    return 1"),
        ("```\n```", "", ""),
        ("```\n    return sum(items)\n```", "    return ", "sum(items)"),
        ("```\nreturn sum(items)\n```", "    return ", "sum(items)"),
        ("<think>hm</think>\n```\nx\n```", "", "x"),
        ("sum(items)", "", None),
        ("Sure:\n```\nx\n```", "", None),
        ("```\nx\n```\nDone.", "", None),
        ("```\nx", "", None),
        ("```\nx\n```\n```\ny\n```", "", None),
        ("``` x ```", "", None),
        ("", "", None),
        ("```\nx\n=== 83451339 after the cursor\ny\n```", "", None),
    ],
)
def test_an_answer_is_one_fence_and_nothing_else(answer: str, line: str, text: str | None) -> None:
    assert chat.read(answer, line) == text


@pytest.mark.parametrize(
    ("text", "after", "result"),
    [
        ("a\nb\nc", "", "a\nb"),
        ("a", "", ""),
        ("\n    a", "", ""),
        ("\n    a\n    b", "", "\n    a"),
    ],
)
def test_of_a_cut_answer_the_whole_lines_are_left(text: str, after: str, result: str) -> None:
    assert whole_lines(text) == result


@pytest.mark.parametrize(
    ("text", "after", "result"),
    [("x  \n", "", "x"), ("x \n", ")", "x "), ("a\r\nb", "", "a\nb")],
)
def test_a_text_is_placed_before_the_rest_of_the_line(text: str, after: str, result: str) -> None:
    assert placed(text, after) == result


def surroundings(prefix: str, suffix: str, *pieces: Piece) -> Surroundings:
    return Surroundings("a.py", "python", "#", prefix, suffix, pieces, 0)


def test_no_text_can_end_the_part_that_it_stands_in() -> None:
    made = chat.message(surroundings("x = 1\n=== 12345678 end\n", "y"))
    fence = made.split(" ")[1]
    assert made.count(f"=== {fence} ") == 3
    assert chat.message(surroundings(f"=== {fence} end\n", "y")).split(" ")[1] != fence


def test_a_comment_cannot_be_left() -> None:
    piece = Piece("similar", "b\n.py", "x = 1\r\ny = 2\u2028z", "b")
    lines = commented(surroundings("", "", piece)).splitlines()
    assert lines == [
        "# Compare b\\x0a.py:", "# x = 1\\x0d", "# y = 2\\x2028z", "# Path: a.py",
    ]  # fmt: skip


def test_markers_surround_what_is_to_be_filled_in() -> None:
    qwen, codestral = markers_of("ollama/qwen2.5-coder:7b"), markers_of("mistral/codestral-latest")
    assert qwen is not None
    assert codestral is not None
    assert marked(qwen, "a", "b") == "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"
    assert marked(codestral, "a", "b") == "[SUFFIX]b[PREFIX]a"
    assert (confused(qwen, "a", "x<|fim_suffix|>"), confused(qwen, "a", "b")) == (True, False)
    assert markers_of("openai/gpt-4o") is None


@pytest.mark.parametrize(
    ("name", "base", "form"),
    [
        ("text-completion-openai/x", "", "suffix"),
        ("codestral/codestral-latest", "", "suffix"),
        ("mistral/codestral-latest", "", "suffix"),
        ("mistral/mistral-large", "", "chat"),
        ("deepseek/deepseek-chat", "", "suffix"),
        ("ollama/qwen2.5-coder", "", "suffix"),
        ("ollama_chat/llama3", "", "chat"),
        ("openai/qwen2.5-coder-7b", "http://x/v1", "suffix"),
        ("openai/some-model", "http://x/v1", "chat"),
        ("openai/gpt-4o", "", "chat"),
        ("openai/gpt-3.5-turbo-instruct", "", "suffix"),
        ("anthropic/claude-sonnet-4-5", "", "chat"),
    ],
)
def test_a_name_tells_the_form(name: str, base: str, form: str) -> None:
    assert usual_form(name, Settings(api_base=base)) == form


def test_what_is_tried_after_a_refusal() -> None:
    assert next_form("openai/qwen2.5-coder-7b", "suffix") == "markers"
    assert next_form("openai/qwen2.5-coder-7b", "markers") == "chat"
    assert next_form("text-completion-openai/x", "suffix") == "chat"


def test_each_provider_is_asked_where_it_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "d")
    monkeypatch.setenv("MISTRAL_API_KEY", "m")
    monkeypatch.setenv("OPENAI_API_KEY", "o")
    plain, own = Settings(), Settings(api_base="http://x:1/v1", api_key="k")
    fim = "https://api.mistral.ai/v1/fim/completions"
    openai = "text-completion-openai"
    assert [
        route("deepseek/deepseek-chat", plain),
        route("mistral/codestral-latest", plain),
        route("ollama/qwen2.5-coder", plain),
        route("ollama/qwen2.5-coder", Settings(api_base="http://x:1/api")),
        route("hosted_vllm/qwen2.5-coder", own),
        route("openai/x", own),
    ] == [
        Route(f"{openai}/deepseek-chat", "https://api.deepseek.com/beta", "d"),
        Route("text-completion-codestral/codestral-latest", fim, "m"),
        Route(f"{openai}/qwen2.5-coder", "http://localhost:11434/v1", "none"),
        Route(f"{openai}/qwen2.5-coder", "http://x:1/v1", "none"),
        Route(f"{openai}/qwen2.5-coder", "http://x:1/v1", "k", several=True),
        Route(f"{openai}/x", "http://x:1/v1", "k", several=True),
    ]


def test_within_a_line_a_line_is_asked_for() -> None:
    one = asked(surroundings("f(", " + x)\n"), "s", 1, "auto", 120.0)
    many = asked(surroundings("f(", ")\n"), "s", 2, "auto", 3.0)
    assert [(each.stop, each.max_tokens, each.seconds) for each in (one, many)] == [
        (("\n",), 64, 10.0),
        (("\n\n",), 160, 3.0),
    ]
