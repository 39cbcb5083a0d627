"""Errors as programs really print them: what is read of each stands beside it.

`pytest tests/trouble --update` writes the expectations anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redline.core.trouble.model import Trouble
from redline.core.trouble.places import matched
from redline.core.trouble.read import troubles

PRINTED = Path(__file__).parent / "printed"
FILES = sorted(PRINTED.glob("*.txt"))
KNOWN = ("shop/cart.py", "shop/__init__.py", "tests/test_cart.py", "web/cart.py", "main.py")


def told(found: tuple[Trouble, ...]) -> str:
    rows: list[str] = []
    for each in found:
        rows.append(str(each))
        rows += [f"  test {name}" for name in each.tests]
        for spot in each.places:
            column = f":{spot.column}" if spot.column else ""
            function = f" in {spot.function}" if spot.function else ""
            rows.append(f"  {spot.path}:{spot.line}{column}{function}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_printed_is_read(file: Path, request: pytest.FixtureRequest) -> None:
    expected = file.with_suffix(".expected")
    found = told(troubles(file.read_text("utf-8")))
    if request.config.getoption("--update"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_what_a_terminal_colours_is_read_the_same() -> None:
    text = (PRINTED / "python_name.txt").read_text("utf-8")
    coloured = "".join(f"\x1b[1;31m{line}\x1b[0m\n" for line in text.splitlines())
    assert troubles(coloured) == troubles(text)


def test_what_is_pasted_twice_is_told_once() -> None:
    text = (PRINTED / "gcc.txt").read_text("utf-8")
    assert troubles(text + text) == troubles(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([f.read_text("utf-8") for f in FILES]), max_size=3), st.data())
def test_any_piece_of_it_can_be_read(texts: list[str], data: st.DataObject) -> None:
    text = "\n".join(texts)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for each in troubles(text[start:end]):
        assert each.kind
        assert all(spot.line >= 0 and spot.path for spot in each.places)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("shop/cart.py", "shop/cart.py"),
        ("./shop/cart.py", "shop/cart.py"),
        ("shop\\cart.py", "shop/cart.py"),
        ("/app/shop/cart.py", "shop/cart.py"),
        ("/home/bob/other/shop/shop/cart.py", "shop/cart.py"),
        ("C:\\Users\\ann\\shop\\shop\\cart.py", "shop/cart.py"),
        ("file:///app/main.py", "main.py"),
        ("test_cart.py", "tests/test_cart.py"),
        ("cart.py", None),  # there are two
        ("/app/other/cart.py", None),
        ("/usr/lib/python3.11/site-packages/shop/cart.py", None),
        ("/usr/lib/python3.11/main.py", None),
        ("<frozen main>", None),
        ("nothing.py", None),
    ],
)
def test_a_path_of_another_place_is_known_by_its_end(path: str, file: str | None) -> None:
    assert matched(path, KNOWN) == file
