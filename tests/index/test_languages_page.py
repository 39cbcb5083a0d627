"""`docs/languages.md` says what the grammars have: it is made from them (`pytest --update`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from redline.adapters.grammars import load
from redline.core.index.languages import Language, LanguageEntry

PAGE = Path(__file__).parents[2] / "docs" / "languages.md"
HEAD = """\
# Languages

What the index knows of each language. This page is made from `grammars/`, where example
files with carets test every line of it.

Every language has an outline, search by words and names, and uses by name outside of
comments and strings. **Renames** are those by scopes, within one file; Python's go across
files through a language server, and other languages through the editor's own.

| language | files | definitions | imports | renames |
|---|---|---|---|---|
"""


def row(entry: LanguageEntry, language: Language) -> str:
    captures = {language.tags.capture_name(index) for index in range(language.tags.capture_count)}
    files = " ".join(f"`{each}`" for each in (*entry.extensions, *entry.file_names))
    kinds = ", ".join(sorted(set(language.kinds)))
    imports = "yes" if "import" in captures else ""
    renames = "yes" if language.scopes is not None else ""
    return f"| {entry.name} | {files} | {kinds} | {imports} | {renames} |\n"


def test_the_page_is_what_the_grammars_have(request: pytest.FixtureRequest) -> None:
    languages = load()
    rows = [row(each, languages.open(each.name)) for each in languages.entries]
    text = HEAD + "".join(sorted(rows))
    if request.config.getoption("--update"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
