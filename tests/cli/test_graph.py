"""What hangs together, from the shell: `callers`, `callees`, `importers`, `tests`, `map`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import written
from redline.adapters import tokens
from redline.main import main

FILES = {
    "shop/__init__.py": "",
    "shop/money.py": "def rounded(cents):\n    return cents // 100\n",
    "shop/basket.py": (
        "from shop.money import rounded\n\n\n"
        "class Basket:\n    def total(self):\n        return rounded(5)\n"
    ),
    "old/money.py": "def rounded(cents):\n    return cents\n",
    "tests/test_money.py": (
        "from shop.money import rounded\n\n\ndef test_rounds():\n    assert rounded(250) == 2\n"
    ),
}


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = written(tmp_path / "shop-project", FILES)
    monkeypatch.chdir(root)
    return root


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    return code, capsys.readouterr().out


def test_callers_and_callees_say_how_sure_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = asked(capsys, "callers", "shop.money.rounded", "--json")
    assert code == 0
    row = {"calls": 1, "confidence": 0.9, "because": "imported", "symbol": "shop/money.py rounded"}
    assert json.loads(out) == [
        {"path": "shop/basket.py", "line": 6, "column": 16, "name": "Basket.total", **row},
        {"path": "tests/test_money.py", "line": 5, "column": 12, "name": "test_rounds", **row},
    ]
    code, out = asked(capsys, "callees", "Basket.total")
    assert (code, out) == (0, "shop/money.py:1:5  rounded  90% imported\n")
    assert asked(capsys, "callers", "old.money.rounded") == (1, "")
    assert asked(capsys, "callers", "nobody") == (1, "")


def test_importers_and_tests(capsys: pytest.CaptureFixture[str]) -> None:
    expected = ["shop/basket.py", "tests/test_money.py"]
    code, out = asked(capsys, "importers", "shop/money.py", "--json")
    assert (code, json.loads(out)) == (0, expected)
    assert asked(capsys, "importers", "shop/none.py")[0] == 2
    code, out = asked(capsys, "tests", "shop.money.rounded", "--json")
    because = "calls it, imports its file, is named after its file"
    assert (code, json.loads(out)) == (
        0,
        [
            {
                "path": "tests/test_money.py",
                "tests": ["test_rounds"],
                "confidence": 0.951,
                "because": because,
            }
        ],
    )


def test_a_map_keeps_to_its_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = asked(capsys, "map", "--tokens", "1000")
    assert code == 0
    assert out == (
        "old/money.py\n    def rounded(cents)\n"
        "shop/__init__.py\n"
        "shop/basket.py\n    class Basket\n        def total(self)\n"
        "shop/money.py\n    def rounded(cents)\n"
        "tests/test_money.py\n    def test_rounds()\n"
    )
    for limit in (1, 5, 10, 20, 30, 40):
        code, out = asked(capsys, "map", "--tokens", str(limit))
        assert (code, tokens.count(out) <= limit) == (0 if out else 1, True)
