"""Drafts in code that does not parse yet, since what is typed has no end: as the author types."""

from __future__ import annotations

import pytest
from inline_places import languages, place_of

from redline.core.index.extract import count_errors, parse
from redline.core.inline.filters import brackets, parses
from redline.core.inline.place import Place
from redline.core.text.edits import Edit
from redline.core.text.text import Span

RUST = """\
mod tests {
    #[test]
    fn one() {
        assert_eq!(1, 1);
    }

    #[test]
    fn two() {
        $0

    #[test]
    fn three() {
        assert_eq!(3, 3);
    }
}
"""
MATCH = """\
fn f(flag: &Flag) {
    let doc = flag.doc();
    if let Some(negated) = flag.name_negated() {
        let short = match flag.name_short() {
            None => "".$0

    doc
}
"""
JAVA = """\
class CartTest {
  @Test
  public void testOne() {
    CartBuilder builder = new CartBuilder();
    $0

  @Test
  public void testTwo() {
    run();
  }
}
"""
GO = """\
package cart

func TestOne(t *testing.T) {
\t$0

func TestTwo(t *testing.T) {
\tt.Parallel()
}
"""
LAST = """\
func TestBuild(t *testing.T) {
\tfiles := `
`
\tfor _, lang := range []string{"en", "fr"} {
\t}
}

func TestLoad(t *testing.T) {
\tfiles := `
`
}

func TestLast(t *testing.T) {
$0
"""
BUILDERS = """\
public final class BuilderTest {
  public void testOne() {
    Builder builder =$0

  public void testTwo() {
    Builder builder = new Builder();
    new Graph()
        .registerOn(builder);
  }

  static class Inner {
    Inner(String name, Inner other) {
    }
  }
}
"""
LIFETIMES = """\
fn longest<'a>(
    one: &'a str,
    two: &'a str,
$0
"""


def broken(place: Place, draft: str) -> bool:
    edit = Edit(Span(place.offset, place.offset), draft.encode())
    found = parses.tried(place.language, place.text, place.tree, edit)
    breaks = parses.breaks(place.language, place.text, place.tree, edit, found)
    if not breaks:
        fresh = parse(place.language, found.text)
        assert count_errors(fresh) <= count_errors(parse(place.language, place.text))
    return breaks


@pytest.mark.parametrize(
    ("language", "source", "draft", "breaks"),
    [
        ("go", GO, "t.Parallel()", False),
        ("go", LAST, "\tt.Parallel()", False),
        ("java", BUILDERS, " new Builder();", False),
        ("java", BUILDERS, " new Builder(;", True),
        ("rust", MATCH, "to_string(),", False),
        ("rust", MATCH, "to_string();", True),
        ("rust", RUST, "let (one, two) = three();", False),
        ("java", JAVA, "Cart cart = builder.create();", False),
        ("java", JAVA, "Cart Cart cart = new;", True),
    ],
)
def test_in_a_body_without_an_end_a_draft_must_fit_once_that_is_closed(
    language: str, source: str, draft: str, breaks: bool
) -> None:
    place = place_of(source, language)
    assert place.tree.root_node.has_error
    assert broken(place, draft) is breaks


@pytest.mark.parametrize(
    ("language", "source", "wanted"),
    [
        ("rust", RUST, "}"),
        ("rust", MATCH, "}}"),
        ("go", GO, "}"),
        ("java", JAVA.replace("    $0", "    run($0"), ")}"),
        ("java", JAVA.replace("    $0", "    $0\n  }"), ""),
        ("java", JAVA.replace("    $0", "    if (a) {\n      $0\n  }"), "}"),
        ("typescript", "export function f() {\n  if (a) {\n    $0\n", "}}"),
        ("python", "x = f(\n    a,\n    $0\n\ny = 1\n", ")"),
        ("rust", LIFETIMES, ")"),
        ("rust", "fn f() {\n    let c = '{';\n    $0\n}\n", ""),
    ],
)
def test_what_is_open_at_the_cursor_is_closed_by_what_is_below_or_lacking(
    language: str, source: str, wanted: str
) -> None:
    assert brackets.lacking(place_of(source, language)) == wanted


@pytest.mark.parametrize(
    ("draft", "shorter"),
    [
        ("items.first();", ("items.first()", "items.first")),
        ("build(a, b(c)),", ("build(a, b(c))",)),
        ("name,", ("name",)),
        ("name", ()),
        ("();", ()),
        ('"a)";', ('"a)"',)),
    ],
)
def test_last_signs_are_left_out_one_by_one(draft: str, shorter: tuple[str, ...]) -> None:
    assert brackets.without_last_signs(draft, place_of("$0", "typescript")) == shorter


def test_lifetimes_are_no_strings() -> None:
    place = place_of(LIFETIMES, "rust")
    assert brackets.unbalanced(") -> &'a str {", place) == ") -> &'a str"
    assert brackets.opened(place) == "("
    assert languages().named("rust") is place.language
