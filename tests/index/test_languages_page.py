"""`docs/languages.md` says what the grammars have: it is made from them (`pytest --update`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_documentation import WRITTEN

from redline.adapters.grammars import load
from redline.core.index.imports import modules
from redline.core.index.languages import Language, LanguageEntry

PAGE = Path(__file__).parents[2] / "docs" / "languages.md"
HEAD = """\
# Languages

What the index knows of each language. This page is made from `grammars/`, where example
files with carets test every line of it.

Every language has an outline, search by words and names, and uses by name outside of
comments and strings, with what calls what by name. **Doc**: what is written above or in a
definition is its documentation. **To files**: imports are resolved to files of the
workspace. **Renames** are those by scopes, within one file; Python's go across files through
a language server, and other languages through the editor's own. **Apart**: the grammar may
hang, so open files are parsed in a process of their own, and are not renamed in.

| language | files | definitions | doc | imports | to files | renames | apart |
|---|---|---|---|---|---|---|---|
"""


def row(entry: LanguageEntry, language: Language) -> str:
    captures = {language.tags.capture_name(index) for index in range(language.tags.capture_count)}
    files = " ".join(f"`{each}`" for each in (*entry.extensions, *entry.file_names))
    kinds = ", ".join(sorted(set(language.kinds)))
    imports = "yes" if "import" in captures else ""
    renames = "yes" if language.scopes is not None else ""
    doc = "yes" if entry.name in WRITTEN else ""
    known = entry.name in modules({"a": entry.name}, {}).rules
    resolved, apart = ("yes" if known else ""), ("yes" if entry.isolated else "")
    return (
        f"| {entry.name} | {files} | {kinds} | {doc} | {imports} | {resolved}"
        f" | {renames} | {apart} |\n"
    )


def test_the_page_is_what_the_grammars_have(request: pytest.FixtureRequest) -> None:
    languages = load(worker=True)
    rows = [row(each, languages.open(each.name)) for each in languages.entries]
    text = HEAD + "".join(sorted(rows))
    if request.config.getoption("--update"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
