"""Mutants: each parses, breaks one thing, and is the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters import grammars
from redline.core.checks.asserting import new_tests, without_assertion
from redline.core.index import facts as facts_of
from redline.core.index.extract import extract, parse
from redline.core.mutation import mutants
from redline.core.mutation.judging import Tried, proof
from redline.core.mutation.mutants import Mutant, Target
from redline.core.refactor.syntax import new_errors
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

LANGUAGES = grammars.load()
SERVER = Path(__file__).parents[2] / "server" / "redline"
OWN = sorted((SERVER / "core").rglob("*.py"))
ABLE = ("python", "javascript", "typescript", "tsx", "go", "rust", "java")

CODE = {
    "python": (
        "def total(prices, tax=0):\n    if not prices or tax < 0:\n"
        '        raise ValueError("no " + "prices")\n    result = 0\n    result += tax\n'
        "    return result * 2\n"
    ),
    "javascript": (
        'function total(prices, tax) {\n  if (!prices || tax < 0) { throw new Error("no"); }\n'
        "  let result = 0;\n  result += tax;\n  return result * 2;\n}\n"
    ),
    "go": (
        "package shop\n\nfunc total(prices []int, tax int) int {\n"
        "\tif tax < 0 || !ok(prices) {\n\t\treturn -1\n\t}\n\tresult := 0\n\tresult += tax\n"
        "\tpush(result)\n\treturn result * 2\n}\n"
    ),
    "rust": (
        "fn total(prices: &[i32], tax: i32) -> i32 {\n    if tax < 0 || !ok(prices) {\n"
        "        return 0;\n    }\n    let mut result = 1;\n    result += tax;\n    result * 2\n}\n"
    ),
    "java": (
        "class Cart {\n    int total(int[] prices, int tax) {\n"
        "        if (tax < 0 || !ok(prices)) {\n            return 0;\n        }\n"
        "        int result = 1;\n        result += tax;\n        log(result);\n"
        "        return result * 2;\n    }\n}\n"
    ),
}
CODE |= dict.fromkeys(("typescript", "tsx"), CODE["javascript"])
KINDS = {"comparison", "arithmetic", "dropped", "not", "logic", "number", "boundary"}


def targets(name: str, text: Text) -> list[Target]:
    language = LANGUAGES.named(name)
    assert language is not None
    facts = extract(language, parse(language, text), text)
    found = facts_of.symbols("u", facts)
    return [Target("u", e.name, e.span) for e in found if e.kind in ("function", "method")]


def made(name: str, text: Text, target: Target) -> list[Mutant]:
    language = LANGUAGES.named(name)
    assert language is not None
    every = mutants.bodies(language, text, target), mutants.inner(language, text, target)
    return [each for group in every for each in group]


@pytest.mark.parametrize("name", ABLE)
def test_each_language_breaks_what_its_query_names(name: str) -> None:
    text = Text(CODE[name].encode())
    (target,) = targets(name, text)
    found = made(name, text, target)
    kinds = {each.kind for each in found}
    assert KINDS - kinds == set()
    assert found[0].kind == "body" and "total" in str(found[0])
    for each in found:
        after = mutants.applied(text, each)
        assert after.data != text.data
        assert not new_errors(LANGUAGES.named(name), text, after)  # type: ignore[arg-type]
        assert target.span.contains(each.edit.span)
    assert len({each.edit for each in found}) == len(found)
    assert made(name, text, target) == found


def test_what_an_error_says_is_left_alone() -> None:
    text = Text(CODE["python"].encode())
    (target,) = targets("python", text)
    changed = [
        each.after for each in made("python", text, target) if "raise ValueError" in each.after
    ]
    assert changed == []


def test_a_language_without_a_query_has_none() -> None:
    assert not mutants.able(LANGUAGES.named("toml"))
    assert mutants.able(LANGUAGES.named("python"))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(OWN), st.integers(1, 12))
def test_mutants_of_real_code_parse_and_are_bounded(path: Path, most: int) -> None:
    text = Text(path.read_bytes())
    language = LANGUAGES.named("python")
    assert language is not None
    for target in targets("python", text)[:3]:
        chosen = mutants.spread([mutants.inner(language, text, target)], most)
        assert len(chosen) <= most
        assert chosen == mutants.spread([mutants.inner(language, text, target)], most)
        for each in chosen:
            after = mutants.applied(text, each)
            compile(after.data, str(path), "exec")
            assert after.data != text.data and target.span.contains(each.edit.span)


def tried(*seen: tuple[str, bool]) -> list[Tried]:
    return [
        Tried(
            Mutant(Target("u", name, Span(0, 9)), "logic", Edit(Span(at, at), b"x"), 1, "a", "b"),
            noticed,
        )
        for at, (name, noticed) in enumerate(seen)
    ]


@pytest.mark.parametrize(
    ("seen", "passed"),
    [
        ([("f", True)], True),
        ([("f", False)], False),
        ([("f", True), ("f", True), ("f", True), ("f", False), ("f", False)], True),
        ([("f", True), ("f", False)], False),
        ([("f", True), ("f", True), ("f", True), ("g", False)], False),
        ([("f", True), ("g", True)], True),
    ],
)
def test_most_must_be_noticed_and_something_in_each(
    seen: list[tuple[str, bool]], passed: bool
) -> None:
    assert proof(tried(*seen), {"u": "a.py"}).passed is passed


@pytest.mark.parametrize(
    ("body", "idle"),
    [
        ("    rate(3)\n", True),
        ("    value = rate(3)\n    print(value)\n", True),
        ("    assert rate(3) == 1\n", False),
        ("    with pytest.raises(ValueError):\n        rate(-1)\n", False),
        ("    self.assertEqual(rate(3), 1)\n", False),
        ("    check_rate(3, 1)\n", False),
    ],
)
def test_a_test_that_asserts_nothing_is_known(body: str, idle: bool) -> None:
    text = Text(f"def helper():\n    pass\n\n\ndef test_rate():\n{body}".encode())
    language = LANGUAGES.named("python")
    assert language is not None
    facts = extract(language, parse(language, text), text)
    tests = new_tests("u", facts, None)
    assert [each.name for each in tests] == ["test_rate"]
    assert without_assertion(text, tests, text.data) == (["test_rate"] if idle else [])
    assert new_tests("u", facts, facts) == ()
