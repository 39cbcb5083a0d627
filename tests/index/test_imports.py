"""Imports mean the files that the rules of their language say.

Every file in `imports/` is a case in the format of tests/casefile.py: a small tree, and after it
what each import in it means. `pytest --update` rewrites that.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile import Case, read, updated
from redline.adapters.grammars import load
from redline.core.index.extract import extract, parse
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.text.text import Text

LANGUAGES = load()
CASES = sorted((Path(__file__).parent / "imports").glob("*.txt"))
RULES = ("python", "javascript", "typescript", "tsx", "go", "rust", "java", "c", "cpp", "ruby")
RULES += ("php", "lua", "css", "html", "bash")


def languages_of(paths: list[str]) -> dict[str, str]:
    found = {path: LANGUAGES.name_for_path(path) for path in paths}
    return {path: language for path, language in found.items() if language}


def imports_of(language: str, text: str) -> tuple[str, ...]:
    opened = LANGUAGES.named(language)
    assert opened is not None
    return extract(opened, parse(opened, Text(text.encode())), Text(text.encode())).import_names


def meanings(case: Case) -> str:
    """A line for each import of the case's files."""
    files = languages_of([*case.files])
    texts = {path: text for path, text in case.files.items() if path.split("/")[-1] in MANIFESTS}
    known = modules(files, texts)
    lines = []
    for path, language in files.items():
        names = imports_of(language, case.files[path])
        targets = resolved(known, path, language, names)
        for name, found in zip(names, targets, strict=True):
            lines.append(f"{path}: {name} -> {' '.join(found) or '-'}\n")
    return "".join(lines)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_imports_mean_what_the_case_says(path: Path, request: pytest.FixtureRequest) -> None:
    case = read(path)
    found = {"imports": meanings(case)}
    if request.config.getoption("--update"):
        path.write_bytes(updated(case, found).encode("utf-8"))
        case = read(path)
    assert case.expected, f"{path.name} expects nothing; run pytest --update and look"
    assert found == case.expected


def test_every_language_with_rules_has_a_case() -> None:
    used = {language for path in CASES for language in languages_of([*read(path).files]).values()}
    assert set(RULES) <= used


def test_a_language_without_rules_means_nothing() -> None:
    known = modules({"a.swift": "swift", "b.swift": "swift"}, {})
    assert resolved(known, "a.swift", "swift", ["b", "Foundation"]) == ((), ())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_order_of_files_does_not_matter(path: Path) -> None:
    case = read(path)
    turned = Case(case.path, case.sentence, case.sections[::-1])
    assert sorted(meanings(case).splitlines()) == sorted(meanings(turned).splitlines())


FOLDERS = st.lists(st.sampled_from(["src", "lib", "a", "b", "tests", "x.y", ".."]), max_size=4)
NAMES = st.sampled_from([
    "__init__.py", "a.py", "index.ts", "a.js", "a.d.ts", "lib.rs", "mod.rs", "main.rs", "a.rs",
    "a.go", "a_test.go", "A.java", "a.h", "a.c", "a.rb", "a.php", "init.lua", "a.css", "a.sh",
])  # fmt: skip
PATHS = st.builds(lambda folders, name: "/".join([*folders, name]), FOLDERS, NAMES)
PIECES = st.sampled_from([
    "a", "b", ".", "..", "...", "/", "::", "\\", "crate", "super", "self", "@", "#", "*",
    "$(x)", "~", "?", "src", "index", ".js", ".rs", ".h", "\x00", "é",
])  # fmt: skip
WRITTEN = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join))
BROKEN = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "[" * 100_000,
            '{"name": ' * 100_000,
            '{"name": "a", "exports": ' + "[" * 500 + '"./a.js"' + "]" * 500 + "}",
            '{"name": 1, "main": [], "exports": {"./*": null, ".": {"a": ["./a.js", 2]}}}',
            '{"extends": "./tsconfig.json", "compilerOptions": {"paths": {"*": ["../../*"]}}}',
            '{"extends": ["..", 1], "references": [{"path": "."}], "compilerOptions": 5}',
            '// c\n{"compilerOptions": {"baseUrl": "../..", /* d */ "paths": {"**": [1, "*"]},},}',
            "/*" * 1000,
            '[package]\nname = "a"\n[lib]\npath = "../../x"\n[dependencies\nb = { package = "c" }',
            "[package]\nname = ",
            "module a\nreplace (\n a => ../..\n b =>\n)\nreplace => ./x\nreplace a => ./b",
            '{"autoload": {"psr-4": {"": "", "A": ["..", 3]}}}',
        ]
    ),
)
TEXTS = st.dictionaries(
    st.builds(
        lambda folders, name: "/".join([*folders, name]),
        FOLDERS,
        st.sampled_from(sorted(MANIFESTS)),
    ),
    BROKEN,
    max_size=4,
)


@given(st.lists(PATHS, max_size=12), TEXTS, st.lists(WRITTEN, max_size=6))
@settings(deadline=None, max_examples=150)
def test_nothing_that_is_written_raises(paths, texts, names) -> None:
    """Absurd names and broken manifests mean nothing, and what is meant is always a file."""
    files = languages_of(paths)
    known = modules(files, texts)
    for path in files:
        for language in RULES:
            found = resolved(known, path, language, names)
            assert len(found) == len(names)
            assert all(list(each) == sorted(set(each)) for each in found)
            assert {target for each in found for target in each} <= set(files)
