"""What the bytes alone show must never hide what the syntax tree would have found."""

from __future__ import annotations

import keyword
import random
import re
import sysconfig
from pathlib import Path

import pytest

from redline.core.refactor.python import dunder_all
from redline.core.refactor.python import scopes as python_scopes
from redline.core.refactor.python.scopes import clash, plain, renames_module, repeated_aliases

MODULES = (
    "argparse",
    "typing",
    "ast",
    "os",
    "collections/__init__",
    "logging/__init__",
    "json/decoder",
)
LIBRARY = Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("module", MODULES)
def test_plain_hides_nothing(module: str) -> None:
    data = (LIBRARY / f"{module}.py").read_bytes()
    source = python_scopes.parse(data)
    assert source is not None
    found = set(re.findall(rb"\b[A-Za-z_]\w{2,}\b", data))
    words = sorted(word for word in found if not keyword.iskeyword(word.decode()))
    rng = random.Random(module)
    seen = 0
    for word in rng.sample(words, min(150, len(words))):
        old, new = word.decode(), rng.choice([rng.choice(words), *[b"quite_new"] * 9]).decode()
        at = [match.start() for match in re.finditer(rb"\b%b\b" % word, data)]
        renamed = set(rng.sample(at, rng.randint(1, len(at))))
        if not plain(data, renamed, old, new):
            continue
        seen += 1
        assert clash(source, renamed, old, new) is None
        assert not renames_module(source, renamed), (old, renamed)
        assert repeated_aliases(source, renamed, old) == []
        assert dunder_all.exported(source, renamed, old, new) == ()
    assert seen > 10


@pytest.mark.parametrize(
    ("text", "token", "is_plain"),
    [
        ("from a import thing\n", "thing", True),
        ("from thing import a\n", "thing", False),
        ("import thing\n", "thing", False),
        ("import a.thing\n", "thing", False),
        ("from a import (\n    thing,\n)\n", "thing", True),
        ("x = 1; import thing\n", "thing", False),
        ("from a import b; import thing\n", "thing", False),
        ("from \\\n    thing import a\n", "thing", False),
        ("from a import thing as thing\n", "thing", False),
        ("__all__ = ['thing']\nthing = 1\n", "thing", False),
        ("thing = fresh\n", "thing", False),
        ("print(thing)\n", "thing", True),
    ],
)
def test_only_what_is_clear_is_plain(text: str, token: str, is_plain: bool) -> None:
    data = text.encode()
    assert plain(data, {data.rindex(token.encode())}, token, "fresh") is is_plain
