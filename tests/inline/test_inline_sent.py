"""What is kept of the requests that left the machine for inline suggestions."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from redline import main
from redline.adapters.inline.sent import KEPT_DAYS, SendingFiles
from redline.core import uris
from redline.core.inline.prompt.model import Sending
from redline.core.problems import StoreError

DAY = 86_400.0
SENT = Sending(1_790_000_000.0, "openai/x", "http://h/v1", "a.py", 1200, 2, "d" * 32)


def test_each_day_has_a_file_that_the_user_alone_can_read(tmp_path: Path) -> None:
    files = SendingFiles(lambda: tmp_path)
    later = replace(SENT, at=SENT.at + DAY, path="ä\n.py")
    for each in (SENT, later):
        files.record(each)
    assert files.kept() == (SENT, later)
    assert SendingFiles(lambda: tmp_path).kept() == (SENT, later)
    (first, second) = sorted(tmp_path.iterdir())
    assert [stat.S_IMODE(each.stat().st_mode) for each in (first, second)] == [0o600, 0o600]
    files.close()


def test_old_days_are_dropped(tmp_path: Path) -> None:
    files = SendingFiles(lambda: tmp_path)
    for number in range(KEPT_DAYS + 5):
        files.record(replace(SENT, at=SENT.at + number * DAY))
    assert len(files.kept()) == KEPT_DAYS + 1
    files.close()


def test_a_line_that_was_cut_costs_no_other(tmp_path: Path) -> None:
    files = SendingFiles(lambda: tmp_path)
    files.record(SENT)
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text() + '{"at": 1.0, "mod\n[]\n{"at": "x"}\n')
    files.record(SENT)
    assert files.kept() == (SENT, SENT)
    files.close()


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be recorded"):
        SendingFiles(lambda: tmp_path / "file").record(SENT)


def test_the_command_line_shows_what_went_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "project"
    root.mkdir()
    asked = ["show", "inline", "--sent", "--root", str(root)]
    assert main.main(asked) == 0
    assert capsys.readouterr().out == "nothing was sent anywhere\n"
    files = main._inline_sent(uris.from_path(root.as_posix()))
    for each in (SENT, replace(SENT, path="b.py"), replace(SENT, model="openai/y", redacted=0)):
        files.record(each)
    assert main.main(asked) == 0
    lines = [line.partition("  ")[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "openai/x at http://h/v1  2 requests, 2400 bytes, from 2 files  4 secrets hidden",
        "openai/y at http://h/v1  1 request, 1200 bytes, from 1 file",
    ]
    assert main.main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == asdict(SENT)
