"""What Neovim reports of random edits, fed to our document store."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from installed import HERE, NEOVIMS, binary

from redline.core.text.positions import Encoding, Position, Range
from redline.core.text.sync import ContentChange, SyncProblem, changed, opened

pytestmark = pytest.mark.editor


def _change(raw: dict[str, Any]) -> ContentChange:
    if "range" not in raw:
        return ContentChange(None, raw["text"])
    start, end = (
        Position(raw["range"][key]["line"], raw["range"][key]["character"])
        for key in ("start", "end")
    )
    return ContentChange(Range(start, end), raw["text"])


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("name", NEOVIMS)
def test_every_change_neovim_reports_leads_to_its_text(
    name: str, seed: int, tmp_path: Path
) -> None:
    out = tmp_path / "recorded.jsonl"
    driver = [binary(name), "--clean", "--headless", "-l", str(HERE / "nvim" / "record.lua")]
    run = subprocess.run(
        [*driver, str(out), str(seed)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    records = [json.loads(line) for line in out.read_text("utf-8").split("\n") if line]
    told = [record for record in records if record["fine"]]
    assert len(told) > 0.9 * len(records)
    for record in told:
        start = record["opened"]
        document = opened(start["uri"], start["version"], "", start["text"])
        for message in record["changes"]:
            version = message["textDocument"]["version"]
            changes = [_change(raw) for raw in message["contentChanges"]]
            outcome = changed(document, version, changes, Encoding(record["encoding"]))
            assert not isinstance(outcome, SyncProblem), (outcome, record)
            document = outcome[0]
        text = document.text.decode()
        # Where the last line has no end, Neovim's ranges count one all the same.
        same = (record["text"],) if record["eol"] else (record["text"], record["text"] + "\n")
        assert text in same, record
