"""A rename stops where a program may reach what is renamed by its name in a string."""

from __future__ import annotations

import pytest

from redline.core.refactor.call_sites.handed_on import handed_on, passing
from redline.core.refactor.documentation.examples import example_naming, named_in_examples
from redline.core.refactor.python.scopes import Source, parse
from redline.core.refactor.rename.by_name import Named, by_name, computed, looks_up, reflected
from redline.core.text.text import Span

CLASS = Named("Basket", member=False, tells=True)
METHOD = Named("total", member=True, tells=False)
CONSTANT = Named("LIMIT", member=False, tells=False)


def source(text: str) -> Source:
    found = parse(text.encode())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "named", "is_test", "line"),
    [
        ('x = 1\nassert name == "Basket"\n', CLASS, False, 2),
        ('{"Basket": 1}\n', CLASS, False, None),
        ('{"Basket": 1}[type(x).__name__]\n', CLASS, False, 1),
        ('"""Basket"""\n', CLASS, False, None),
        ('__all__ = ["Basket"]\n', CLASS, False, None),
        ('Basket = namedtuple("Basket", "a")\n', CLASS, False, None),
        ('raise ValueError("no `Basket` here")\n', CLASS, True, None),
        ('raise ValueError(dict(kind="Basket"))\n', CLASS, True, 1),
        ('assert x, "Basket"\n', CLASS, True, None),
        ('assert repr(x) == "<Basket of two>"\n', CLASS, True, 1),
        ('assert repr(x) == "Basket(1)"\n', CLASS, True, 1),
        ('assert repr(x) == "Basket(1)"\n', CLASS, False, None),
        ('patch("shop.cart.Basket")\n', CLASS, True, 1),
        ('print("total")\n', METHOD, False, None),
        ('getattr(x, "total")\n', METHOD, False, 1),
        ('@patch.object(Cart, "total")\ndef f(): ...\n', METHOD, True, 1),
        ('getattr(x, "totals")\n', METHOD, False, None),
        ('getattr(x, f"to{rest}")\n', METHOD, False, 1),
        ('getattr(x, "to" + rest)\n', METHOD, False, 1),
        ('getattr(x, "as_" + rest)\n', METHOD, False, None),
        ('print("LIMIT")\n', CONSTANT, False, None),
        ('monkeypatch.setattr(shop, "LIMIT", 1)\n', CONSTANT, True, 1),
        ('load("shop.LIMIT")\n', CONSTANT, False, 1),
    ],
)
def test_a_string_may_mean_it(text: str, named: Named, is_test: bool, line: int | None) -> None:
    assert by_name(source(text), named, is_test, ()) == line


def test_where_names_are_computed_any_such_string_may_be_one() -> None:
    looked_up = Named("total", member=True, tells=False, looked_up=True)
    assert by_name(source('kind = "total"\n'), looked_up, False, ()) == 1
    assert by_name(source('kind = {"total": 1}\n'), looked_up, False, ()) == 1
    assert looks_up(source("getattr(self, name)\n"))
    assert looks_up(source("object.__getattribute__(self, name)\n"))
    assert not looks_up(source('getattr(self, "name")\n'))


def test_a_string_that_is_renamed_along_is_no_reason() -> None:
    text = 'x: "Basket" = 1\n'
    assert by_name(source(text), CLASS, False, ()) == 1
    assert by_name(source(text), CLASS, False, (Span(4, 10),)) is None


def test_a_module_looks_its_own_names_up() -> None:
    asked = 'def f(name):\n    return globals()[f"_{name}"]\n'
    assert computed(source(asked), "_total") == 2
    assert computed(source(asked), "total") is None
    assert computed(source("globals()[name] = 1\n"), "total") is None
    assert computed(source("globals()[name]\n"), "total") == 1


def test_a_program_goes_through_the_names_of_a_module() -> None:
    text = "import shop\nfrom shop import cart as c\nvars(shop)\nc.__dict__\nvars(self)\ndir()\n"
    assert sorted(reflected(source(text))) == [(3, "shop"), (4, "shop.cart")]


DOCUMENTED = '''
def flip(f):
    """Flips.

    >>> from shop import flip
    >>> flip(
    ...     flip(1))
    flip
    """


def other():
    """
    >>> flip = 1
    >>> flip
    1
    """
'''


def test_examples_follow_but_where_they_give_the_name_another_value() -> None:
    found = named_in_examples(source(DOCUMENTED), {5}, "flip")
    starts = [span.start for span in found]
    first = DOCUMENTED.index("import flip") + 7
    assert starts == [first, first + 13, first + 31]
    assert named_in_examples(source(DOCUMENTED), {4}, "flip") == ()
    left = example_naming(DOCUMENTED.encode(), "flip", False, found)
    assert left == DOCUMENTED.index("    flip\n") + 4


def test_a_member_is_said_behind_a_dot() -> None:
    text = b">>> total(1)\n>>> x.total\n"
    assert example_naming(text, "total", True) == text.index(b".total") + 1
    assert example_naming(text, "total", False) == 4
    assert example_naming(b"x.total\n", "total", True) is None
    assert example_naming(b">>> def total(self): ...\n", "total", True) == 8


def test_a_function_is_handed_on() -> None:
    assert list(handed_on(source("run(1)\nx = staticmethod(run)\n"), {"run"})) == [Span(24, 27)]
    assert list(handed_on(source("run(**given)\n"), {"run"})) == [Span(0, 3)]
    assert list(handed_on(source("run(size=1)\nrun.size\n"), {"run"})) == []
    found = source("self.make(size=1)\nother(2)\n(lambda size: size)(size=2)\n")
    assert [(len(span), line) for span, line in passing(found, "size")] == [(4, 1), (0, 3)]
