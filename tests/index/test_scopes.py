"""Which occurrences mean the same variable. In each case they are all marked: «d x».

d a definition, w a write, u an update (read and written), r a read; a second letter says
of which shorthand: p property, i import, e export, f fixed.
"""

from __future__ import annotations

import re

import pytest

from redline.adapters.grammars import load
from redline.core.index.bindings import Scopes, spelled
from redline.core.index.extract import parse
from redline.core.index.scopes import resolve
from redline.core.text.text import Span, Text

LANGUAGES = load()
MARK = re.compile(r"«(\w)(\w?) ([^»]+)»")
ROLES = {"d": "definition", "w": "write", "u": "update", "r": "read"}
SHORTHANDS = {"": "", "p": "property", "i": "import", "e": "export", "f": "fixed"}

CASES = {
    "python: a parameter, not the keyword or attribute of that name": (
        "python",
        "x = 0\ndef f(«d x», y=x):\n    «r x».x\n    g(x=«r x», y=y.x)\n    return «r x»\nx",
    ),
    "python: assignment, augmented assignment and del": (
        "python",
        "def f():\n    «d x» = 1\n    «u x» += 1\n    «w x» = «r x»\n    del «w x»\nx = 2",
    ),
    "python: keyword-only and starred parameters": (
        "python",
        "def f(*args, «d x»: int = 1, **kw):\n    return args, «r x», kw\nf(x=1)",
    ),
    "python: a class's names are not seen from its methods": (
        "python",
        "«d x» = 1\nclass A:\n    x = 2\n    y = x\n    def f(self):\n        return «r x»",
    ),
    "python: a default is evaluated in the class, a body is not": (
        "python",
        "x = 1\nclass A:\n    «d x» = 2\n    def f(self, y=«r x»):\n        return x",
    ),
    "python: a default is evaluated outside its own function": (
        "python",
        "«d x» = 1\ndef f(x=«r x»):\n    return x",
    ),
    "python: global means the file's": (
        "python",
        "«d x» = 1\ndef f():\n    global «r x»\n    «w x» = 2\ndef g():\n    x = 3",
    ),
    "python: nonlocal means the outer function's": (
        "python",
        "x = 0\ndef f():\n    «d x» = 1\n    def g():\n        nonlocal «r x»\n        «w x» = 2",
    ),
    "python: a comprehension has a scope, its first iterable has not": (
        "python",
        "def f(«d x»):\n    return [x for x in «r x» if x]",
    ),
    "python: a comprehension's own variable": (
        "python",
        "def f(x):\n    return {«r x»: y for «d x» in x for y in «r x»}",
    ),
    "python: a walrus in a comprehension binds in the function": (
        "python",
        "def f(a):\n    [«d x» := b for b in a]\n    return «r x»",
    ),
    "python: a lambda's parameter": ("python", "x = 1\nf = lambda «d x», y=x: «r x» + y"),
    "python: for, with and except targets": (
        "python",
        "for i, («d x», *y) in z:\n  pass\nwith o as («w x», q): pass\n"
        "try: pass\nexcept E as «w x»: «r x»",
    ),
    "python: imports bind their alias": (
        "python",
        "import x.y as z\nfrom x import y as «d x»\n«r x».x",
    ),
    "python: an import without alias is two names at once": (
        "python",
        "from m import «di x»\n«r x»()",
    ),
    "python: a dotted import cannot be renamed": ("python", "import «df x».y\n«r x».y"),
    "python: captures of match": (
        "python",
        "match v:\n    case [«d x», *r]: «r x»\n    case P(x=«w x») | Q(k=x.y): pass\n"
        "    case {'a': «w x»}: pass".replace("k=x.y", "k=«r x».y"),
    ),
    "python: a class and a function are variables too": (
        "python",
        "class «d x»(B): pass\ndef f(a: «r x») -> «r x»:\n    return «r x»()",
    ),
    "python: type parameters": ("python", "def f[«d T»](a: «r T») -> «r T»: pass"),
    "javascript: let is the block's": (
        "javascript",
        "let x = 1; { let «d x» = 2; «r x»; { «w x» = 3 } } x;",
    ),
    "javascript: var is the function's": (
        "javascript",
        "function f() { if (a) { var «d x» = 1 } return «r x»; } x;",
    ),
    "javascript: parameters, with patterns and defaults": (
        "javascript",
        "function f({ a: «d x», b = «r x» }, [c] = «r x») { «u x»++; return { x: «r x» }.x }",
    ),
    "javascript: shorthand property": (
        "javascript",
        "const «d x» = 1; f({ «rp x», y: «r x», x: 1 });",
    ),
    "javascript: shorthand in a pattern that binds": (
        "javascript",
        "const { «dp x», y: { z } } = o; «r x»; z.x;",
    ),
    "javascript: shorthand in a pattern with a default": (
        "javascript",
        "const { «dp x» = 1 } = o; «r x»;",
    ),
    "javascript: shorthand in a pattern that writes": (
        "javascript",
        "let «d x»; ({ «wp x» } = o); [«w x»] = o;",
    ),
    "javascript: catch": ("javascript", "let x; try {} catch («d x») { «r x» } x;"),
    "javascript: loops": (
        "javascript",
        "for (const «d x» of xs) { «r x» } for (let x = 0; x < 1; x++) { x }",
    ),
    "javascript: a function is hoisted": (
        "javascript",
        "«r x»(); function «d x»() { «r x»() }",
    ),
    "javascript: a function expression's name is its own": (
        "javascript",
        "let x = function «d x»() { «r x»() }; x;",
    ),
    "javascript: arrow functions": ("javascript", "let x; const f = «d x» => «r x»; x;"),
    "javascript: a class": ("javascript", "class «d x» { x() { this.x; new «r x»() } }"),
    "javascript: imports and exports": (
        "javascript",
        "import { «di x», a as b } from 'm'; «r x»; export { «re x» }; export { x } from 'n';",
    ),
    "javascript: a default import": ("javascript", "import «d x», * as y from 'm'; «r x»;"),
    "typescript: types and values": (
        "typescript",
        "class «d X» {} let a: «r X» = new «r X»(); let b: N.X;",
    ),
    "typescript: type parameters": (
        "typescript",
        "type T = 1; function f<«d T»>(a: «r T»): «r T»[] { return a as «r T»; }",
    ),
    "typescript: parameters": (
        "typescript",
        "function f(«d x»?: number, ...r: X[]): «r x» is X { return «r x» }",
    ),
    "typescript: a parameter that is a field": (
        "typescript",
        "class A { constructor(private «df x»: number) { «r x» } }",
    ),
    "tsx: elements": ("tsx", "const «d X» = 1; const y = <«r X» a={«r X»} X='1'></«r X»>;"),
}


def scopes_of(name: str, source: str) -> tuple[Scopes, str]:
    language = LANGUAGES.named(name)
    assert language is not None
    text = Text.of(source)
    return resolve(language, parse(language, text), text), source


@pytest.mark.parametrize("case", CASES)
def test_occurrences_of(case: str) -> None:
    name, marked = CASES[case]
    expected = []
    source = ""
    last = 0
    for mark in MARK.finditer(marked):
        source += marked[last : mark.start()]
        span = Span(len(source), len(source) + len(mark[3]))
        expected.append((span, ROLES[mark[1]], SHORTHANDS[mark[2]]))
        source += mark[3]
        last = mark.end()
    source += marked[last:]
    scopes, _ = scopes_of(name, source)
    for span, *_ in expected:
        binding = scopes.binding_at(span.start)
        assert binding is not None, f"nothing at {span}"
        found = [(each.span, each.role, each.shorthand) for each in binding.occurrences]
        assert found == expected


@pytest.mark.parametrize(
    ("name", "source", "at"),
    [
        ("python", "print(a.b)", "print"),
        ("python", "a = 1\na.b", "b"),
        ("python", "f(key=1)", "key"),
        ("javascript", "a.b; ({c: 1});", "c"),
        ("javascript", "console.log(1)", "console"),
    ],
)
def test_no_binding_for(name: str, source: str, at: str) -> None:
    scopes, source = scopes_of(name, source)
    assert scopes.binding_at(source.index(at)) is None


def test_renaming_a_shorthand_spells_both_names() -> None:
    scopes, source = scopes_of("javascript", "import {x} from 'm'; f({x}); export {x}; x;")
    binding = scopes.binding_at(source.rindex("x"))
    assert binding is not None
    texts = [spelled(each, "x", "y") for each in binding.occurrences]
    assert texts == ["x as y", "x: y", "y as x", "y"]


def test_locals_and_globals_are_told_apart() -> None:
    scopes, _ = scopes_of("python", "a = 1\nclass B:\n  c = 1\n  def d(self, e): pass")
    told = {each.name: (each.is_local, each.is_global) for each in scopes.bindings}
    assert told["a"] == told["B"] == (False, True)
    assert told["c"] == told["d"] == (False, False)
    assert told["e"] == (True, False)


def flows(name: str, marked: str) -> tuple[dict[str, tuple[bool, bool]], dict[str, bool]]:
    """Of `«…»`: the names read (bound before, again) and those written (read after)."""
    start = marked.index("«")
    source = marked.replace("«", "").replace("»", "")
    scopes, _ = scopes_of(name, source)
    span = Span(start, marked.index("»") - 1)
    reads = {f.binding.name: (f.bound_before, f.bound_again) for f in scopes.reads(span)}
    return reads, {f.binding.name: f.read_after for f in scopes.writes(span)}


def test_flow_into_and_out_of_a_span() -> None:
    reads, writes = flows(
        "python",
        "g = 1\ndef f(a, b):\n    c = a\n    «d = a + c + g\n    e = d»\n    return d\n",
    )
    assert reads == {"a": (True, False), "c": (True, False), "d": (False, False)}
    assert writes == {"d": True, "e": False}


def test_a_read_earlier_in_the_loop_is_a_read_after() -> None:
    reads, writes = flows(
        "javascript",
        "function f(xs) { let n = 0; for (const x of xs) { g(n); «n = x;» } }",
    )
    assert reads == {"x": (True, False)}
    assert writes == {"n": True}


def test_a_read_in_a_function_that_may_run_later_is_a_read_after() -> None:
    _, writes = flows("python", "def f():\n    def g(): return n\n    «n = 1»\n    return g\n")
    assert writes == {"n": True}


def test_a_comprehensions_own_variable_does_not_flow() -> None:
    reads, writes = flows("python", "def f(a):\n    «b = [x for x in a]»\n    return b\n")
    assert reads == {"a": (True, False)}
    assert writes == {"b": True}


def test_code_outside_functions_uses_the_files_names() -> None:
    reads, writes = flows("python", "a = 1\n«b = a»\nprint(b)\n")
    assert reads == {"a": (True, False)}
    assert writes == {"b": True}
