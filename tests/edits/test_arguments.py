"""Arguments that are not strict JSON: what has one reading is taken, else refused."""

from __future__ import annotations

import pytest

from redline.core.agent.arguments import read_arguments, unknown_tool
from redline.core.agent.tools import BY_NAME

EDIT = {"path": "a.py", "search": "x", "replace": "y\nz"}


@pytest.mark.parametrize(
    "text",
    [
        r'{"path": "a.py", "search": "x", "replace": "y\nz"}',
        r'{"path": "a.py", "search": "x", "replace": "y\nz",}',
        r"{'path': 'a.py', 'search': 'x', 'replace': 'y\nz'}",
        '{"path": "a.py", "search": "x", "replace": "y\nz"}',
        '{"path": "a.py", // where\n "search": "x", /* old */ "replace": "y\nz" # new\n}',
        r'"{\"path\": \"a.py\", \"search\": \"x\", \"replace\": \"y\\nz\"}"',
        r'{"path": "a.py", "search": "x", "replace": "y\nz"} {"path": "a.py", "search": "x", '
        r'"replace": "y\nz"}',
        r'{}{"path": "a.py", "search": "x", "replace": "y\nz"}',
        '```json\n{"path": "a.py", "search": "x", "replace": "y\\nz"}\n```',
        r"{'path': 'a.py', 'search': 'x', 'replace': 'y\nz', 'reason': None}",
    ],
)
def test_what_has_one_reading_is_taken(text: str) -> None:
    assert read_arguments(BY_NAME["edit"], text) == (EDIT, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"path": "a.py", "search": "x", "repl', "cut off"),
        ('{"path": "a.py", "search": "x", "replace": "y"', "cut off"),
        ('{"path": "a.py", "search": "print("a")", "replace": "y"}', "',' is expected"),
        ("{'path': 'a.py', 'search': 'it's', 'replace': 'y'}", "',' is expected"),
        ('{"path": NaN, "search": "x", "replace": "y"}', "NaN is no value"),
        ('{"path": "a.py", "path": "b.py", "search": "x", "replace": "y"}', "given twice"),
        (r'{"path": "a.py", "search": "\d+", "replace": "y"}', "no escape of JSON"),
        ('{"path": "a", "search": "x", "replace": "y"}{"path": "b"}', "make a call for each"),
        ("Here: {}", "no value of JSON"),
        ("[1]", "one JSON object"),
        ('{"path": "a.py", "old": "x", "replace": "y"}', "unknown argument 'old'"),
        ('{"path": "a.py", "serch": "x", "replace": "y"}', "is search meant?"),
        ('{"path": 1, "search": "x", "replace": "y"}', "path must be a string, not 1"),
        ('{"path": "a.py"}', "missing argument search, replace"),
        ("{" * 500, "expected"),
        ("[" * 500, "nested too deep"),
    ],
)
def test_what_has_not_is_refused_with_what_is_wrong(text: str, why: str) -> None:
    arguments, problem = read_arguments(BY_NAME["edit"], text)
    assert arguments == {}
    assert why in problem


def test_values_that_can_be_nothing_else_are_taken_as_their_type() -> None:
    assert read_arguments(BY_NAME["read_file"], '{"path": "a", "start": "3", "end": 4.0}') == (
        {"path": "a", "start": 3, "end": 4},
        "",
    )
    _, problem = read_arguments(BY_NAME["read_file"], '{"path": "a", "start": "3rd"}')
    assert problem == 'start must be a whole number, not "3rd"'
    assert read_arguments(BY_NAME["plan"], '{"steps": "[\\"scout: a\\"]"}') == (
        {"steps": ["scout: a"]},
        "",
    )


def test_a_tool_that_there_is_not_is_told_with_the_nearest() -> None:
    assert unknown_tool("str_replace", ("edit", "rename")).startswith("there is no tool")
    assert "is read_file meant?" in unknown_tool("readFile", BY_NAME)
    assert "is apply_diff meant?" in unknown_tool("applydiff", BY_NAME)
