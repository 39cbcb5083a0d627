"""What the table of refactorings says is so: each claim against what there is.

`docs/refactorings.md` is made from it (`pytest --update`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from redline.adapters import structural
from redline.adapters.grammars import load
from redline.core.agent.refactoring_tools import DEAD_CODE, REFACTORINGS
from redline.core.refactor.carried import CODE, SAYS, Carried
from redline.core.refactor.carried import REFACTORINGS as TABLE
from redline.core.refactor.convert.rules import CONVERSIONS
from redline.core.servers import candidates

PAGE = Path(__file__).parents[2] / "docs" / "refactorings.md"
HEAD = """\
# Which refactoring in which language

This page is made from the table that the tools themselves go by
(`core/refactor/carried.py`). What is not in it is refused with that reason. A *plan of our
own* needs no other program. *Language server*: as the first server does it that is
[there](features/servers.md); *as it offers it* is said of servers that our tests do not run.
What each does is in [refactorings](features/refactorings.md) and [rename](features/rename.md).

| refactoring | language | done by |
|---|---|---|
"""


def rows(each: Carried) -> list[str]:
    """One row for all languages that something does it in alike."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for language, by in each.by.items():
        alike.setdefault(by, []).append(language)
    name = f"{each.title} (`{each.tool}`)"
    made = [
        f"| {name} | {', '.join(sorted(languages))} | {', then '.join(SAYS[b] for b in by)} |\n"
        for by, languages in alike.items()
    ]
    only = ", ".join(each.by)
    made += [
        f"| {name} to {option} | {only} | {', then '.join(SAYS[b] for b in by)} |\n"
        for option, by in each.options.items()
    ]
    return made[1:] if each.options else made


def test_the_page_is_what_the_table_says(request: pytest.FixtureRequest) -> None:
    text = HEAD + "".join(row for each in TABLE for row in rows(each))
    if request.config.getoption("--update"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text


def test_every_refactoring_is_a_tool_and_every_tool_is_in_the_table() -> None:
    tools = {tool.name for tool in (*REFACTORINGS, DEAD_CODE)}
    assert {each.tool for each in TABLE} == tools


def test_shapes_are_of_the_languages_that_the_program_knows() -> None:
    (shapes,) = (each for each in TABLE if each.tool == "replace_pattern")
    assert set(shapes.by) == set(structural.LANGUAGES)


def test_scopes_are_there_where_it_says_so() -> None:
    languages = load()
    scoped = {
        each.name for each in languages.entries if languages.open(each.name).scopes is not None
    }
    (rename,) = (each for each in TABLE if each.tool == "rename")
    assert {name for name, by in rename.by.items() if "scopes" in by} == scoped


def test_every_language_that_is_named_is_known() -> None:
    known = {each.name for each in load().entries}
    named = {language for each in TABLE for language in each.by} | set(CODE)
    assert named - known == set()


def test_a_server_is_known_where_one_is_needed() -> None:
    served = {
        language
        for each in TABLE
        for language, by in each.by.items()
        if {"server", "offered"} & set(by)
    }
    assert [each for each in sorted(served) if not candidates(each, "understand", {})] == []


def test_every_conversion_is_an_option() -> None:
    (convert,) = (each for each in TABLE if each.tool == "convert")
    assert set(convert.options) == {"dataclass", *(each.name for each in CONVERSIONS)}
