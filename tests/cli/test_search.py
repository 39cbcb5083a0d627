"""`redline search`: words, names, paths, and what past commits were about."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cli_support import written
from redline.main import main

FILES = {
    "shop/money.py": "def rounded(cents):\n    return cents // 100\n",
    "shop/basket.py": "class Basket:\n    '''What a customer is about to buy.'''\n",
    "shop/mail.py": "def send(to):\n    return to\n",
    "README.md": "# Shop\n",
}


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = written(tmp_path / "shop-project", FILES)
    monkeypatch.chdir(root)
    return root


def search(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    code = main(["search", *words, "--json"])
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out or "[]")
    assert code == (0 if found else 1)
    return found


def test_words_of_names_comments_and_paths_find_a_file(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search(capsys, "what may the customer buy")[0]["path"] == "shop/basket.py"
    best = search(capsys, "rounded")[0]
    assert (best["path"], best["symbols"]) == ("shop/money.py", ["rounded"])
    assert search(capsys, "mail")[0]["path"] == "shop/mail.py"
    assert search(capsys, "quantum") == []


def test_what_commits_were_about_is_remembered(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search(capsys, "invoices in euro") == []
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "first")
    (shop / "shop/mail.py").write_text("def send(to):\n    return [to]\n", "utf-8")
    git(shop, "commit", "-qam", "Send invoices in euro")
    best = search(capsys, "invoices in euro")[0]
    assert best["path"] == "shop/mail.py"
    signals = best["signals"]
    assert isinstance(signals, dict)
    assert signals["messages"] > 0
    assert search(capsys, "invoices in euro") == search(capsys, "invoices in euro")


def test_a_score_is_explained_by_its_signals(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "rounded cents", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "shop/money.py  rounded"
    assert "words " in lines[1] and " = " in lines[1]
