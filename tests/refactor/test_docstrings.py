"""Docstring skeletons say what names and signatures say, in the style of the file."""

from __future__ import annotations

import ast

import pytest

from redline.core.index.extract import parse
from redline.core.index.languages import Language
from redline.core.refactor.documentation.docstrings import add_docstrings
from redline.core.refactor.documentation.wording import Described, summary
from redline.core.text.edits import apply
from redline.core.text.text import Text

SHOP = '''\
from typing import overload


class Cart:
    owner: str
    _cache: dict[str, int]

    def __init__(self, owner: str) -> None:
        self.owner = owner

    @property
    def full_name(self) -> str:
        return self.owner.title()

    def total_price(self, prices: list[float], rate: float = 0.2, *extra, **options) -> float:
        # sums them
        if not prices:
            raise ValueError("no prices")
        try:
            raise KeyError
        except KeyError:
            pass
        return sum(prices) * (1 + rate)

    def _private(self):
        return 1

    def clear(self): self.owner = ""

    @overload
    def get(self, x: int) -> int: ...

    @staticmethod
    def is_valid(code):
        """Known."""
        return True


class PaymentError(Exception):
    """Known."""


async def fetch_all_users(limit):
    def nested(a):
        return a

    for each in range(limit):
        yield nested(each)


def test_it(fixture):
    assert fixture


def stub(): ...


def print_report(*, width=80):
    print("=" * width)
'''

EXPECTED = '''\
class Cart:
    """A cart.

    Attributes:
        owner (str): The owner.
    """

    owner: str
    _cache: dict[str, int]

    def __init__(self, owner: str) -> None:
        self.owner = owner

    @property
    def full_name(self) -> str:
        """The full name."""
        return self.owner.title()

    def total_price(self, prices: list[float], rate: float = 0.2, *extra, **options) -> float:
        """Return the total price.

        Args:
            prices (list[float]): The prices.
            rate (float): The rate. Defaults to 0.2.
            *extra: The extra.
            **options: The options.

        Returns:
            float: The result.

        Raises:
            ValueError: no prices.
        """
        # sums them
'''


def document(python: Language, source: str, name: str = "", line: int = 0, module: str = "") -> str:
    text = Text.of(source)
    done = add_docstrings(python, parse(python, text), text, name, line, module)
    if done.refusal:
        assert not done.edits
        return f"! {done.refusal}"
    result = apply(text.data, done.edits).decode()
    ast.parse(result)
    return result


def added(before: str, after: str) -> list[str]:
    """The lines with the first words of each new docstring."""
    old = before.splitlines()
    return [line.strip() for line in after.splitlines() if '"""' in line and line not in old]


def test_a_file_gets_skeletons_where_they_are_missing(python: Language) -> None:
    after = document(python, SHOP)
    assert EXPECTED in after
    assert added(SHOP, after) == [
        '"""A cart.',
        '"""',
        '"""The full name."""',
        '"""Return the total price.',
        '"""',
        '"""Fetch all users.',
        '"""',
        '"""Print the report.',
        '"""',
    ]
    assert document(python, after).startswith("! every public function")


def line_of(words: str) -> int:
    """The 1-based line of SHOP that holds `words`, 0 for no words."""
    return SHOP[: SHOP.index(words)].count("\n") + 1 if words else 0


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("Cart._private", "", ['"""Return the private.', '"""']),
        ("nested", "", ['"""Return the nested.', '"""']),
        ("__init__", "", ['"""Initialise the instance.', '"""']),
        ("", "return a\n", ['"""Return the nested.', '"""']),
        ("", "async def", ['"""Fetch all users.', '"""']),
        ("", "@property", ['"""The full name."""']),
        ("test_it", "", ['"""Test it.', '"""']),
    ],
)
def test_a_named_one_is_documented_whatever_it_is(
    python: Language, name: str, at: str, expected: list[str]
) -> None:
    assert added(SHOP, document(python, SHOP, name, line_of(at))) == expected


@pytest.mark.parametrize(
    ("name", "at", "why"),
    [
        ("missing", "", "no function or class called missing"),
        ("is_valid", "", "is_valid has a docstring already"),
        ("", "return True", "has a docstring already"),
        ("clear", "", "on one line"),
        ("stub", "", "on one line"),
        ("total_price", "class Cart", "total_price is not at line 4"),
    ],
)
def test_refusals(python: Language, name: str, at: str, why: str) -> None:
    assert why in document(python, SHOP, name, line_of(at))


def test_a_line_outside_of_everything_means_the_file(python: Language) -> None:
    assert document(python, SHOP, line=1) == document(python, SHOP)


NUMPY = '''\
def a(x):
    """Do a.

    Parameters
    ----------
    x : int
        The x.
    """


def load(path: str, mode="r") -> bytes:
    if not path:
        raise OSError
    return b""
'''

SPHINX = '''\
def a(x):
    """Do a.

    :param x: The x.
    :returns: The result.
    """


def load(path: str) -> bytes:
    raise OSError("not there")
'''


def test_the_style_of_the_file_is_kept(python: Language) -> None:
    assert document(python, NUMPY).endswith('''\
def load(path: str, mode="r") -> bytes:
    """Load.

    Parameters
    ----------
    path : str
        The path.
    mode
        The mode. Defaults to "r".

    Returns
    -------
    bytes
        The result.

    Raises
    ------
    OSError
    """
    if not path:
        raise OSError
    return b""
''')
    assert document(python, SPHINX).endswith('''\
def load(path: str) -> bytes:
    """Load.

    :param path: The path.
    :type path: str
    :returns: The result.
    :rtype: bytes
    :raises OSError: not there.
    """
    raise OSError("not there")
''')


def test_line_ends_tabs_and_comments_are_kept(python: Language) -> None:
    source = "class A:\r\n\tdef run(self, x):  # go\r\n\t\t# first\r\n\t\treturn x\r\n"
    assert document(python, source, "run") == (
        'class A:\r\n\tdef run(self, x):  # go\r\n\t\t"""Run.\r\n\r\n'
        "\t\tArgs:\r\n\t\t\tx: The x.\r\n"
        '\r\n\t\tReturns:\r\n\t\t\tThe result.\r\n\t\t"""\r\n\t\t# first\r\n\t\treturn x\r\n'
    )


def test_a_module_gets_one_after_its_comments(python: Language) -> None:
    assert document(python, "#!/usr/bin/env python\nx = 1\n", module="tax_rates") == (
        '#!/usr/bin/env python\n"""Tax rates."""\n\nx = 1\n'
    )
    assert document(python, '"""Here."""\nx = 1\n', module="tax").startswith("! ")
    assert document(python, "", module="tax") == '"""Tax."""\n'


def test_backslashes_and_quotes_do_not_break_the_docstring(python: Language) -> None:
    after = document(
        python, "def split_text(sep='\\n', quote='\"\"\"', kind: 'A' = 1):\n    pass; x = 1\n"
    )
    assert "sep: The sep.\n" in after and "quote: The quote.\n" in after


@pytest.mark.parametrize(
    ("name", "about", "expected"),
    [
        ("get_user_by_id", {}, "Get the user by id."),
        ("load_all", {}, "Load all."),
        ("has_items", {"gives_value": True}, "Return whether it has items."),
        ("to_json", {"gives_value": True}, "Convert to json."),
        ("from_dict", {"gives_value": True}, "Create from dict."),
        ("on_click", {}, "Handle click."),
        ("total", {"gives_value": True}, "Return the total."),
        ("lines", {"yields": True}, "Yield the lines."),
        ("main", {}, "Main."),
        ("parseHTTPHeader2", {}, "Parse the http header 2."),
    ],
)
def test_summaries_use_the_words_of_the_name_only(
    name: str, about: dict[str, bool], expected: str
) -> None:
    assert summary(Described(name, "function", **about)) == expected


def test_class_summaries() -> None:
    assert summary(Described("Settings", "class")) == "Settings."
    assert summary(Described("InvoiceError", "class")) == "An invoice error."
