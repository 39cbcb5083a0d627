"""The documentation beside a definition, in every language that writes it in its own way."""

from __future__ import annotations

import pytest

from redline.adapters import grammars
from redline.core.index.documentation import documentation
from redline.core.index.extract import extract, parse
from redline.core.index.facts import symbols
from redline.core.text.text import Text

LANGUAGES = grammars.load(worker=True)
WRITTEN = {
    "python": 'def f(a):\n    """Adds.\n\n    At length."""\n    return a\n',
    "javascript": "/**\n * Adds.\n * @param a one\n */\nfunction f(a) { return a; }\n",
    "typescript": "/** Adds. */\nexport function f(a: number): number { return a; }\n",
    "go": "package p\n\n// Adds.\nfunc f(a int) int { return a }\n",
    "rust": "/// Adds.\npub fn f(a: i32) -> i32 { a }\n",
    "java": "class C {\n    /**\n     * Adds.\n     */\n    int f(int a) { return a; }\n}\n",
    "c": "/* Adds. */\nint f(int a) { return a; }\n",
    "cpp": "/// Adds.\nint f(int a) { return a; }\n",
    "csharp": "class C {\n    // Adds.\n    int f(int a) { return a; }\n}\n",
    "ruby": "# Adds.\ndef f(a)\n  a\nend\n",
    "php": "<?php\n/** Adds. */\nfunction f($a) { return $a; }\n",
    "bash": "# Adds.\nf() {\n  echo 1\n}\n",
    "lua": "--- Adds.\nfunction f(a)\n  return a\nend\n",
    "scala": "/** Adds. */\ndef f(a: Int): Int = a\n",
    "kotlin": "/** Adds. */\nfun f(a: Int): Int = a\n",
    "tsx": "// Adds.\nexport function f(a: number): number { return a; }\n",
    "swift": "/// Adds.\nfunc f(a: Int) -> Int { a }\n",
    "sql": "-- Adds.\nCREATE TABLE f (a INT);\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_above_or_in_a_definition(name: str) -> None:
    language = LANGUAGES.named(name)
    assert language is not None
    text = Text(WRITTEN[name].encode())
    facts = extract(language, parse(language, text), text)
    found = {symbol.name: symbol for symbol in symbols("a", facts)}
    assert documentation(name, text, found["f"]) == "Adds."
