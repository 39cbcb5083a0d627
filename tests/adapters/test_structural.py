"""Code is found by its shape in the texts that are given, by the real ast-grep."""

from __future__ import annotations

from pathlib import Path

import pytest

from redline.adapters.processes import find
from redline.adapters.structural import LANGUAGES, AstGrep, Match
from redline.core.problems import ToolProblem
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

pytestmark = pytest.mark.skipif(
    find("ast-grep") is None, reason="ast-grep is not installed: pip install ast-grep-cli"
)


async def rewritten(language: str, pattern: str, rewrite: str, source: str) -> str:
    text = Text.of(source)
    found = await AstGrep().matches(language, pattern, rewrite, {"u": text})
    assert not isinstance(found, ToolProblem), found
    return apply(text.data, [m.edit for m in found.get("u", ()) if m.edit]).decode()


async def problem(language: str, pattern: str) -> str:
    found = await AstGrep().matches(language, pattern, None, {"u": Text(b"x = 1\n")})
    assert isinstance(found, ToolProblem), found
    return found.message


CASES = [
    ("python", "foo($$$A)", "bar($$$A)", 'x = "é" + foo(1, b)  # foo(2)\n',
     'x = "é" + bar(1, b)  # foo(2)\n'),
    ("python", "$A == None", "$A is None", "if a.b == None:\r\n    pass\r\n",
     "if a.b is None:\r\n    pass\r\n"),
    ("javascript", "var $A = $B", "let $A = $B", "var x = 1;\nvar y = 2;\n",
     "let x = 1;\nlet y = 2;\n"),
    ("typescript", "console.log($A)", "log($A)", "console.log(x as number);\n",
     "log(x as number);\n"),
    ("go", "errors.New($A)", "fmt.Errorf($A)", 'package a\nvar e = errors.New("x")\n',
     'package a\nvar e = fmt.Errorf("x")\n'),
    ("rust", "$A.unwrap()", "$A?", "fn f() { g().unwrap(); }\n", "fn f() { g()?; }\n"),
    ("python", "f($A)", "g($A)", "f(f(1))\n", "g(f(1))\n"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "pattern", "rewrite", "before", "after"), CASES)
async def test_what_has_the_shape_is_rewritten(
    language: str, pattern: str, rewrite: str, before: str, after: str
) -> None:
    assert await rewritten(language, pattern, rewrite, before) == after


async def test_places_are_told_by_text() -> None:
    texts = {"b": Text(b"x = g(1)\n"), "a": Text(b"y = 1\n"), "c": Text(b"\n\ng(2)\n")}
    assert await AstGrep().matches("python", "g($A)", None, texts) == {
        "b": (Match(Span(4, 8), None),),
        "c": (Match(Span(2, 6), None),),
    }
    assert await AstGrep().matches("python", "g($A)", "h($A)", {"b": texts["b"]}) == {
        "b": (Match(Span(4, 8), Edit(Span(4, 8), b"h(1)")),)
    }


async def test_patterns_that_mean_nothing_are_problems() -> None:
    assert await problem("python", "foo($A") == "the pattern does not parse in that language"
    assert await problem("python", "  ") == "the pattern is empty"
    assert await problem("cobol", "x") == "structural search does not know cobol"


async def test_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert await rewritten("python", "a", "b", "a\n") == "b\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
async def test_every_language_is_known_to_the_program(language: str) -> None:
    found = await AstGrep().matches(language, "a", None, {"u": Text(b"")})
    assert found == {} or found == ToolProblem("the pattern does not parse in that language")
