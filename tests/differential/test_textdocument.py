"""Our document store against the one editors' servers in Node use, on random edits."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from redline.core.text.positions import Encoding, Position, PositionError, Range, position_at
from redline.core.text.sync import ContentChange, SyncProblem, changed, opened
from redline.core.text.text import Text

HERE = Path(__file__).parent
CASES = 40_000
SEED = 20_261_123
PIECES = [
    *("\n", "\r\n", "\r") * 3,
    *("a", "b", "xyz", " ", "\t", "def f():"),
    *("😀", "𝒳", "é", "中", "\ufeff", "e\u0301", "\ud83d", "\udc00"),
    *("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"),
]
Case = dict[str, Any]


def _absent(reason: str) -> None:
    """Skips, or fails where the run must be complete."""
    if os.environ.get("REDLINE_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def oracle() -> list[str]:
    """The command that answers cases; its package is installed into a cache on first use."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        _absent("node and npm are needed to run the oracle")
    manifest = (HERE / "package.json").read_bytes()
    cache = os.environ.get("REDLINE_TEST_CACHE") or platformdirs.user_cache_path("redline-tests")
    folder = Path(cache) / f"textdocument-{sha256(manifest).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(manifest)
        install = "install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error"
        subprocess.run([str(npm), *install.split()], cwd=folder, check=True, timeout=120)
        (folder / "complete").touch()
    shutil.copyfile(HERE / "oracle.js", folder / "oracle.js")
    return [str(node), str(folder / "oracle.js")]


def _some_text(rng: random.Random, most: int) -> str:
    return "".join(rng.choices(PIECES, k=rng.randint(0, most)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _place(rng: random.Random, lines: list[str], first: int = 0) -> tuple[int, int, int]:
    """A line, a place in it, and a column for that place; sometimes past the line's end."""
    number = rng.randrange(first, len(lines))
    content = lines[number].rstrip("\r\n")
    at = rng.randint(0, len(content))
    beyond = rng.choice((0, 0, 1, 2, 50)) if at == len(content) else 0
    return number, at, _units(content[:at]) + beyond


def _change(rng: random.Random, text: str) -> tuple[Case, str]:
    """A random valid change of `text`, and the text after it."""
    new = _some_text(rng, 3)
    if rng.random() < 0.03:
        return {"text": new}, new
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    places = sorted((_place(rng, lines), _place(rng, lines)))
    if rng.random() < 0.4:
        places[1] = places[0]
    (row, at, column), (last_row, last_at, last_column) = places
    start = sum(map(len, lines[:row])) + at
    end = sum(map(len, lines[:last_row])) + last_at
    if rng.random() < 0.05:  # the line behind the last one, as Neovim has it
        last_row, last_column, end = len(lines), 0, len(text)
    range_ = {
        "start": {"line": row, "character": column},
        "end": {"line": last_row, "character": last_column},
    }
    return {"range": range_, "text": new}, text[:start] + new + text[end:]


def _joined(text: str) -> str:
    """`text` with neighbouring halves of a pair made one character, as Node has them."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _case(rng: random.Random) -> tuple[Case, str]:
    text = _joined(_some_text(rng, 30))
    changes: list[Case] = []
    after = text
    for _ in range(rng.randint(1, 6)):
        change, after = _change(rng, after)
        changes.append(change)
    offsets = [rng.randint(0, _units(after)) for _ in range(3)]
    return {"text": text, "changes": changes, "offsets": offsets}, after


def _range(raw: Case) -> Range:
    return Range(*(Position(raw[end]["line"], raw[end]["character"]) for end in ("start", "end")))


def _ours(case: Case) -> Text:
    """The text after the case's changes, some sent together and some one by one."""
    document = opened("file:///a", 1, "plain", case["text"])
    changes = [
        ContentChange(_range(raw["range"]) if "range" in raw else None, raw["text"])
        for raw in case["changes"]
    ]
    for version, batch in enumerate((changes[:2], changes[2:]), start=2):
        outcome = changed(document, version, batch, Encoding.UTF16)
        assert not isinstance(outcome, SyncProblem), (outcome, case)
        document = outcome[0]
    return document.text


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def test_random_edits_give_the_text_the_oracle_gives(oracle: list[str]) -> None:
    rng = random.Random(SEED)
    cases = [_case(rng) for _ in range(CASES)]
    lines = "".join(json.dumps(case) + "\n" for case, _ in cases)
    answer = subprocess.run(
        oracle, input=lines, capture_output=True, text=True, check=True, timeout=120
    )
    replies = [json.loads(line) for line in answer.stdout.split("\n") if line]
    assert len(replies) == CASES
    for (case, expected), reply in zip(cases, replies, strict=True):
        # UTF-16 throughout: halves of a pair that came together are one character to Node.
        assert _utf16(reply["text"]) == _utf16(expected), case
        text = _ours(case)
        assert _utf16(text.data.decode("utf-8", "surrogatepass")) == _utf16(expected), case
        _same_positions(text, case["offsets"], reply["positions"])


def _same_positions(text: Text, offsets: list[int], positions: list[list[int]]) -> None:
    units = _utf16(text.data.decode("utf-8", "surrogatepass"))
    for offset, (line, column) in zip(offsets, positions, strict=True):
        head = units[: 2 * offset].decode("utf-16-le", "surrogatepass")
        data = head.encode("utf-8", "surrogatepass")
        if not text.data.startswith(data):
            continue  # between the halves of a pair, where we have no place
        assert position_at(text, len(data), Encoding.UTF16) == Position(line, column)


def _broken(rng: random.Random, text: str) -> Range:
    """A range that names no stretch of `text`: its line, its order, or a half character."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    row, _, column = _place(rng, lines)
    here = Position(row, column)
    astral = [
        Position(number, _units(line[: match.start()]) + 1)
        for number, line in enumerate(lines)
        for match in re.finditer(r"[\U00010000-\U0010ffff]", line)
    ]
    kind = rng.randrange(4 if astral else 3)
    if kind == 0:
        return Range(here, Position(len(lines) + rng.randint(0, 9), rng.randint(1, 9)))
    if kind == 1:
        return Range(Position(row, column + 1), here)
    if kind == 2:
        return Range(Position(row + 1, 0), here)
    half = rng.choice(astral)
    return Range(half, half)


def test_ranges_the_oracle_lets_pass_are_refused_and_change_nothing() -> None:
    rng = random.Random(SEED + 1)
    for _ in range(2_000):
        text = _joined(_some_text(rng, 30))
        document = opened("file:///a", 1, "plain", text)
        range_ = _broken(rng, text)
        good = ContentChange(None, text)
        changes = [good, ContentChange(range_, "new")]
        assert isinstance(changed(document, 2, changes, Encoding.UTF16), SyncProblem), range_
        assert document.text.data == text.encode("utf-8", "surrogatepass")


def test_offsets_past_the_text_have_no_position() -> None:
    with pytest.raises(PositionError):
        position_at(Text(b"abc"), 4, Encoding.UTF16)
