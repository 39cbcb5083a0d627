"""Local variables of languages without scopes: all places of the one variable, or none."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from test_inline_next_edit_properties import ANY, due, language, retyped, taken
from test_inline_next_edit_reach import sitting

from redline.adapters import grammars
from redline.core.index.extract import count_errors, extract, parse
from redline.core.inline.next_edit.local_names import RULES, in_macro, places_of_local
from redline.core.inline.next_edit.trail import begun
from redline.core.text.edits import Edit, apply
from redline.core.text.text import Span, Text

SURE = [
    ("a.go", "func f(a int) int { «b», err := a; return func(k int) int { return «b» + x.b }(1) }"),
    ("a.go", "func f(a int) (T, error) { b, «err» := a(); c, «err» := d(b); return c, «err» }"),
    ("a.go", "func f(a int) { for i, «v» := range a.v { g(i, «v») } }"),
    ("a.java", "class A { int f(int «x») { int y = «x»; this.x = «x»; return x(y) + b.x; } }"),
    ("a.java", "class A { void f(B c) { for (var «e» : c) { g(«e», p -> p + «e»); } } }"),
    ("a.java", "class A { void f(int «a») {\n  // A word.\n  «a» += 1; b.\n  a(«a»); } }"),
    ("a.rs", 'fn f(a: u8) { let mut «x» = a; for i in 0..«x» { «x» += i; } p!("{}", «x».x); }'),
    ("a.c", "int f(int a, char *«b») { p->b = «b»[a]; return *«b»; }"),
    ("a.cpp", "int A::f(int «a») { return [«a»](int z) { return z + «a»; }(this->a); }"),
    ("a.cs", 'class A { string F(int a) { var «x» = a; G(x: «x»); return $"{«x»}"; } }'),
    ("a.php", '<?php function f($a) { $«x» = $a; $o->x = f(x: $«x»); return "$«x»"; }'),
    ("a.rb", "def f(a)\n  «x» = a\n  «x» += 1\n  a.each { |e| e + «x» }\n  @x = o.x + «x»\nend\n"),
    ("a.lua", "function f(a)\n  local «x» = a\n  t.x = «x»\n  g { x = «x», [«x»] = 1 }\nend\n"),
]  # fmt: skip
DOUBTFUL = [
    ("a.go", "func f() { if «err» := a(); err != nil {}; if err := b(); err != nil {} }"),
    ("a.go", "func f(a int) int { «total» := total(a); return total }"),
    ("a.go", "func f(«a» int) T { return T{a: a} }"),
    ("a.java", "class A { int x; int f(int a) { { int «x» = a; } return x; } }"),
    ("a.java", "class A { void f(int «a») { g(new B() { int a() { return a; } }); } }"),
    ("a.rs", 'fn f(a: u8) { let «x» = a; println!("{x}"); g(x) }'),
    ("a.rs", "fn f(a: u8) { let «x» = a; let x = x + 1; g(x) }"),
    ("a.rs", "fn f(«a»: u8) -> S { S { a } }"),
    ("a.c", "int f(void) { int «x» = 1; goto x; x: return x; }"),
    ("a.cs", "class A { T F(int «a») { return new T { a = a }; } }"),
    ("a.php", "<?php function f($«a») { return function () use ($a) { return $a; }; }"),
    ("a.php", "<?php function f($«a») { return compact('a', $a); }"),
    ("a.rb", "def f(a)\n  a.each { |«e»| g(e) }\n  e\nend\n"),
    ("a.lua", "function f(a)\n  local «print» = print\n  print(a)\nend\n"),
]


def places(path: str, marked: str) -> tuple[list[Span] | None, list[Span]]:
    """The places that are found from the first mark, and those that are marked."""
    pieces = marked.encode().replace("»".encode(), "«".encode()).split("«".encode())
    text, wanted, at = Text(b"".join(pieces)), list[Span](), 0
    for row, piece in enumerate(pieces):
        wanted += [Span(at, at + len(piece))] if row % 2 else []
        at += len(piece)
    found = language(Path(path))
    tree = parse(found, text)
    assert count_errors(tree) == 0
    parsed = (tree, text, extract(found, tree, text, None))
    return places_of_local(found.name, parsed, wanted[0], "quite_new"), wanted


@pytest.mark.parametrize(("path", "marked"), SURE)
def test_the_places_of_a_variable(path: str, marked: str) -> None:
    found, wanted = places(path, marked)
    assert found == wanted


@pytest.mark.parametrize(("path", "marked"), DOUBTFUL)
def test_what_may_be_something_else_is_left_alone(path: str, marked: str) -> None:
    found, _ = places(path, marked)
    assert found is None


WITHOUT = [each for each in ANY if language(each).name in RULES]


@pytest.mark.parametrize("path", WITHOUT, ids=lambda each: each.name)
def test_one_by_one_comes_to_the_same_as_at_once(path: Path) -> None:
    text, pick = Text(path.read_bytes()), random.Random(path.name)
    tree = parse(language(path), text)
    facts = extract(language(path), tree, text, None)
    words = [Span(*each.span()) for each in language(path).word.finditer(text.data)]
    done = 0
    for span in pick.sample(words, len(words)):
        found = places_of_local(language(path).name, (tree, text, facts), span, "fresh_one")
        if found is None or len(found) < 2:
            continue
        wanted = Text(apply(text.data, [Edit(each, b"fresh_one") for each in found]))
        assert count_errors(parse(language(path), wanted)) <= count_errors(tree)
        trail = retyped(begun("file:///a", text), found[0], "fresh_one", 1)
        assert taken(trail, due(trail, path), 100).now == wanted
        for serial in range(100, 200):
            offered = due(trail, path)
            if not offered:
                break
            trail = taken(trail, [pick.choice(offered)], serial)
        assert trail.now == wanted
        done += 1
        if done == 5:
            break
    assert done


def test_a_name_that_stands_in_the_function_already_is_left_alone() -> None:
    go = grammars.load().for_path("a.go")
    assert go is not None
    text = Text(b"package a\n\nfunc f(a int) int { return a + b }\n")
    tree = parse(go, text)
    parsed = (tree, text, extract(go, tree, text, None))
    at = text.data.index(b"a int")
    assert places_of_local("go", parsed, Span(at, at + 1), "b") is None
    assert len(places_of_local("go", parsed, Span(at, at + 1), "c") or ()) == 2


def test_a_name_that_a_macro_says_is_left_alone() -> None:
    header = Text(b"#define HDR(T,s) struct T *sh = \\\n  (void *)((s) - sizeof(*sh))\n")
    assert in_macro(header, "sh")
    assert not in_macro(header, "s")
    assert not in_macro(Text(b"int sh; // #define\n"), "sh")


async def test_a_header_may_say_it(tmp_path: Path) -> None:
    body = "int f(char *s, int n) {\n  void *sh = s;\n  HDR(n, s);\n  return g(sh, n);\n}\n"
    files = {"a.h": "#define HDR(T, s) int *sh = (s)\n", "a.c": f'#include "a.h"\n\n{body}'}
    async with sitting(tmp_path, files, "a.c") as desk:
        desk.type("a.c", "*sh", "*head")
        assert await desk.due("a.c") == ()
        desk.type("a.c", "int n", "int count")
        assert await desk.shown("a.c") == ["a.c:5: n -> count", "a.c:6: n -> count"]
