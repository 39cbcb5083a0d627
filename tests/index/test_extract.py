"""Extraction of texts that are odd, and what columns promise."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.adapters.grammars import GrammarError, load
from redline.core.index.extract import extract, parse
from redline.core.index.facts import (
    qualified,
    symbol,
    symbol_at,
    symbols,
    symbols_named,
)
from redline.core.index.model import Facts
from redline.core.index.uses import uses_in, uses_of
from redline.core.text.text import Span, Text

LANGUAGES = load(worker=True)
PIECES = [
    b"def f(a):\n    return a.b\n",
    b"class A(B):\n    x: int = 1\n",
    "naïve = 'é'\n".encode(),
    "变量 = 1\n".encode(),
    b"\xff\xfe = 2\n",
    b"na\xffme = 3\n",
    b"\0",
    b"\r\n",
    b"\r",
    b"@d\n",
    b"(",
    b"    ",
    b"'''",
]


def facts_of(data: bytes, name: str = "python") -> Facts:
    language = LANGUAGES.named(name)
    assert language is not None
    return extract(language, parse(language, Text(data)), Text(data))


def check_slices(data: bytes, facts: Facts) -> None:
    """Every name in the columns slices back to itself, and every row lies in its container."""
    text = Text(data)
    last = 0
    for each in symbols("u", facts):
        assert text.slice(each.name_span) == each.name.encode()
        assert each.span.contains(each.name_span)
        assert each.span.start >= last
        last = each.span.start
    for row, container in enumerate(facts.symbol_containers):
        assert container < row
        if container >= 0:
            assert facts.symbol_starts[container] <= facts.symbol_starts[row]
            assert facts.symbol_ends[row] <= facts.symbol_ends[container]
    for each in uses_in("u", facts, text, Span(0, len(text))):
        assert text.slice(each.span).decode("utf-8", "replace") == each.name
    spans = list(zip(facts.skip_starts, facts.skip_ends, strict=True))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert len(set(facts.names)) == len(facts.names) == len(facts.counts)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(deadline=None, max_examples=150)
def test_names_slice_back_whatever_the_bytes(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    facts = facts_of(data)
    assert facts.size == len(data)
    check_slices(data, facts)


@pytest.mark.parametrize("name", LANGUAGES.names)
def test_names_slice_back_in_the_examples(name: str) -> None:
    (file,) = (Path(__file__).parents[2] / "grammars" / name).glob("example*")
    data = file.read_bytes()
    check_slices(data, facts_of(data, name))
    crlf = data.replace(b"\n", b"\r\n")
    check_slices(crlf, facts_of(crlf, name))


@pytest.mark.parametrize("name", LANGUAGES.names)
def test_an_empty_file_has_no_facts(name: str) -> None:
    facts = facts_of(b"", name)
    assert (facts.symbol_names, facts.names, facts.errors, facts.size) == ((), (), 0, 0)


def test_a_byte_order_mark_moves_offsets_and_nothing_else() -> None:
    facts = facts_of(b"\xef\xbb\xbfx = 1\n")
    assert [(each.name, each.name_span) for each in symbols("u", facts)] == [("x", Span(3, 4))]


def test_a_name_that_is_not_utf8_is_left_out() -> None:
    facts = facts_of(b"ok = 1\nb\xffd = ok\nafter = ok\n")
    assert "ok" in facts.symbol_names
    assert "after" in facts.symbol_names
    assert all("\ufffd" not in name for name in facts.symbol_names + facts.names)


def test_errors_are_counted() -> None:
    assert facts_of(b"x = (1 +\n").errors == 1
    assert facts_of(b"x = 1\n").errors == 0


def test_an_open_document_has_no_digest() -> None:
    language = LANGUAGES.named("python")
    assert language is not None
    text = Text(b"x = 1\n")
    tree = parse(language, text)
    assert extract(language, tree, text).digest == text.digest
    open_facts = extract(language, tree, text, as_of=3)
    assert (open_facts.digest, open_facts.as_of) == ("", 3)


def test_facts_answer_by_name_and_place() -> None:
    source = b"class A:\n    def f(self):\n        return g()\ndef f(): g # g 'g'\n"
    facts = facts_of(source)
    one, two = symbols_named("u", facts, "f")
    assert [qualified(facts, 1), one.container, two.container] == ["A.f", "A", ""]
    assert symbol_at(facts, source.index(b"return")) == 1
    assert symbol_at(facts, len(source)) == -1
    assert symbol("u", facts, 1) == one
    found = list(uses_of("u", facts, Text(source), "g"))
    assert [(each.within, each.called) for each in found] == [("A.f", True), ("f", False)]
    assert list(uses_of("u", facts, Text(source), "A")) == []
    assert list(uses_of("u", facts, Text(source + b"g"), "g")) == [], "the facts of another text"


def test_ids_are_stable_and_told_apart_by_ordinal() -> None:
    before = [each.id for each in symbols("u", facts_of(b"def f(): 1\ndef f(): 2\n"))]
    after = [each.id for each in symbols("u", facts_of(b"# moved\ndef f(): 1\ndef f(): 2\n"))]
    assert before == after
    assert len(set(before)) == 2
    assert before != [each.id for each in symbols("v", facts_of(b"def f(): 1\ndef f(): 2\n"))]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("file:///a/b.py", "python"),
        ("b.d.ts", "typescript"),
        ("x.tsx", "tsx"),
        ("c.jsx", "javascript"),
        ("dir/SConstruct", "python"),
        ("a\\b.mjs", "javascript"),
        ("README", None),
    ],
)
def test_a_path_has_a_language(path: str, name: str | None) -> None:
    assert LANGUAGES.name_for_path(path) == name


def test_an_editors_id_has_a_language() -> None:
    found = LANGUAGES.for_id("typescriptreact")
    assert found is not None and found.name == "tsx"
    assert LANGUAGES.for_id("cobol") is None


TABLE = """# a table
[python]
extensions = [".py"]
language_ids = ["python"]
line_comment = "#"
grammar = "tree_sitter_python.language"
"""


def write(root: Path, table: str, tags: str = "") -> Path:
    (root / "python").mkdir()
    (root / "languages.toml").write_text(table)
    (root / "python" / "tags.scm").write_text(tags)
    return root


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[python", "languages.toml: expected TOML"),
        (TABLE.replace('"#"', "1"), "languages.toml:2: language python: line_comment: expected a"),
        (TABLE + "extra = 1\n", "languages.toml:2: language python: unknown key extra"),
        (TABLE.replace('"python"]', "3]"), "language_ids: expected a list of strings"),
        (TABLE.replace("grammar", "# "), "expected the key grammar"),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        load(write(tmp_path, table))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("table", "tags", "message"),
    [
        (TABLE, "(identifier) @a\n\n(nothing) @b\n", "python/tags.scm:3: Invalid node type"),
        (TABLE.replace("tree_sitter_python.", "tree_sitter_no."), "", "package tree-sitter-no"),
        (TABLE.replace(".language", ".lingo"), "", "tree_sitter_python has no lingo"),
    ],
)
def test_a_broken_language_is_named_when_opened(
    tmp_path: Path, table: str, tags: str, message: str
) -> None:
    languages = load(write(tmp_path, table, tags))
    with pytest.raises(GrammarError) as caught:
        languages.named("python")
    assert message in str(caught.value)
