"""Where new tests go, by where the others are and what they are called."""

from __future__ import annotations

import pytest

from redline.core.checks.layout import head_of, place_for, style_of

PLAIN = "from shop import a\n\n\ndef test_a():\n    assert a\n"
CASE = "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n        pass\n"
GROUPED = "class TestA:\n    def test_a(self):\n        assert True\n"


@pytest.mark.parametrize(
    ("path", "tests", "of", "place"),
    [
        ("shop/cart.py", (), "python", "shop/test_cart.py"),
        ("shop/cart.py", ("tests/test_cart.py",), "python", "tests/test_cart.py"),
        ("shop/rates.py", ("tests/test_cart.py",), "python", "tests/test_rates.py"),
        ("shop/rates.py", ("tests/cart_test.py",), "python", "tests/rates_test.py"),
        ("shop/rates.py", ("shop/test_cart.py", "x/test_a.py"), "python", "shop/test_rates.py"),
        (
            "src/shop/web/views.py",
            ("tests/web/test_forms.py", "tests/db/test_sql.py", "tests/db/test_rows.py"),
            "python",
            "tests/web/test_views.py",
        ),
        ("shop/__init__.py", ("tests/test_cart.py",), "python", "tests/test_shop.py"),
        ("src/cart.ts", ("src/load.spec.ts",), "javascript", "src/cart.spec.ts"),
        ("src/cart.js", (), "javascript", "src/cart.test.js"),
        ("cart/cart.go", (), "go", "cart/cart_test.go"),
        ("cart.go", ("load_test.go",), "go", "cart_test.go"),
    ],
)
def test_where_new_tests_go(path: str, tests: tuple[str, ...], of: str, place: str) -> None:
    assert place_for(path, tests, of) == place


def test_how_tests_look() -> None:
    assert style_of([PLAIN, PLAIN, CASE], "python") == "functions with plain assert"
    assert style_of([CASE, CASE, PLAIN], "python") == "classes of unittest.TestCase"
    assert style_of([GROUPED], "python") == "classes with pytest's assert"
    assert (style_of([], "python"), style_of([PLAIN], "go")) == ("", "")
    assert head_of(PLAIN) == ("from shop import a",)
