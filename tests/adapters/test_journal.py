"""The journal keeps one chain, whoever writes, and loses nothing it has answered for."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import redline
from redline.adapters.births import birth
from redline.adapters.journal import JournalError, SqliteJournal
from redline.adapters.places import journal_file, state_folder

SERVER = Path(redline.__file__).parent.parent


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


APPENDS = """
import sys
from pathlib import Path
from redline.adapters.journal import SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    print(journal.append(sys.argv[2], "event", '{"number": %d}' % number).seq, flush=True)
"""
LEASES = """
import sys
from pathlib import Path
from redline.adapters.journal import SqliteJournal
print(SqliteJournal(Path(sys.argv[1])).lease("a"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal_file(tmp_path)


def test_what_was_appended_comes_back_in_order(path: Path) -> None:
    journal = SqliteJournal(path, now=lambda: 12.5)
    first = journal.append("a", "event", '{"text": "h\u00e9 \U0001f600"}')
    second = journal.append("b", "effect", "{}")
    third = journal.append("a", "verdict", "[]")
    assert [entry.record for entry in journal.entries()] == [first, second, third]
    assert [entry.payload for entry in journal.entries("a")] == [
        '{"text": "h\u00e9 \U0001f600"}',
        "[]",
    ]
    assert journal.runs() == ("a", "b")
    assert first.at == 12.5
    assert journal.verify() == ""


def test_it_is_opened_at_the_first_use_and_private(path: Path) -> None:
    journal = SqliteJournal(path)
    assert not path.exists()
    journal.append("a", "event", "{}")
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_state_folder_that_was_too_open_is_closed(tmp_path: Path) -> None:
    state_folder(tmp_path).chmod(0o755)
    assert state_folder(tmp_path).stat().st_mode & 0o777 == 0o700


def test_two_ways_to_one_root_share_a_state_folder(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "root")
    assert state_folder(tmp_path / "root") == state_folder(tmp_path / "link")
    assert state_folder(tmp_path / "root") != state_folder(tmp_path)


def test_processes_that_append_at_once_keep_one_chain(path: Path) -> None:
    writers = [python(APPENDS, path, name, 60) for name in "abc"]
    seqs = [int(seq) for writer in writers for seq in writer.communicate()[0].split()]
    assert sorted(seqs) == list(range(1, 181))
    journal = SqliteJournal(path)
    assert journal.verify() == ""
    assert len(journal.entries("b")) == 60


def test_kill_loses_nothing_that_was_answered_for(path: Path) -> None:
    writer = python(APPENDS, path, "a", 1_000_000)
    assert writer.stdout is not None
    answered = [int(writer.stdout.readline()) for _ in range(40)]
    writer.kill()
    answered += [int(line) for line in writer.communicate()[0].splitlines(keepends=True)]
    journal = SqliteJournal(path)
    assert journal.verify() == ""
    assert {entry.record.seq for entry in journal.entries()} >= set(answered)
    journal.append("b", "event", "{}")
    assert journal.verify() == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET run = 'x'",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO records VALUES (1, 0, 'x', 'event', '', '')",
        "INSERT INTO records VALUES (9, 0, 'x', 'event', '', '')",
        "UPDATE payloads SET body = 'x'",
    ],
)
def test_the_database_itself_refuses_to_rewrite_history(path: Path, statement: str) -> None:
    SqliteJournal(path).append("a", "event", "{}")
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never changed"):
        sqlite3.connect(path).execute(statement)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE records SET at = at + 1 WHERE seq = 2", "record 3 does not follow"),
        ("DELETE FROM records WHERE seq = 2", "record 2 is missing"),
        ("UPDATE payloads SET body = 'x' WHERE seq = 2", "payload of record 2 was changed"),
    ],
)
def test_tampering_is_found(path: Path, statement: str, finding: str) -> None:
    journal = SqliteJournal(path)
    for _ in range(3):
        journal.append("a", "event", "{}")
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
    assert finding in journal.verify()


def test_forgetting_erases_the_payloads_and_keeps_the_chain(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.append("a", "event", '"a secret of some length"')
    journal.append("b", "event", '"kept"')
    assert journal.last().keys() == {"a", "b"}
    assert journal.forget(["a"]) == 1
    assert [entry.payload for entry in journal.entries()] == [None, '"kept"']
    assert (journal.verify(), journal.last().keys(), journal.runs()) == ("", {"b"}, ("a", "b"))
    assert not any(b"a secret" in file.read_bytes() for file in path.parent.iterdir())


def test_what_is_forgotten_gives_its_space_back(path: Path) -> None:
    journal = SqliteJournal(path)
    for run in ("a", "b", "c"):
        journal.append_all(run, [("event", f'"{run * 20_000}"')] * 50)
    journal.close()  # the log goes into the file
    before = path.stat().st_size
    assert journal.forget(["a", "c"]) == 100
    assert path.stat().st_size < before / 2
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    assert [len(entry.payload or "") for entry in journal.entries("b")] == [20_002] * 50
    assert journal.verify() == ""
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sqlite3.connect(path).execute("DELETE FROM records")


def test_a_lease_excludes_other_living_processes_only(path: Path) -> None:
    holder = python(LEASES, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    journal = SqliteJournal(path)
    assert not journal.lease("a")
    assert journal.lease("b")
    journal.release("a")
    assert not journal.lease("a"), "another's lease was released"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert journal.lease("a")
    assert journal.lease("a"), "asking again is allowed"
    journal.release("a")
    other = python(LEASES, path)
    assert other.communicate("")[0] == "True\n"


def test_a_number_used_again_is_not_the_old_process(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.append("a", "event", "{}")
    parent = os.getppid()
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO leases VALUES ('old', ?, 'an earlier boot:1')", (parent,))
        database.execute("INSERT INTO leases VALUES ('new', ?, ?)", (parent, birth(parent)))
    assert journal.lease("old")
    assert not journal.lease("new")


def test_a_process_that_ended_has_no_birth() -> None:
    process = python("")
    assert birth(process.pid)
    process.communicate("")
    assert birth(process.pid) == ""


def test_what_is_no_database_is_moved_aside_not_lost(path: Path) -> None:
    path.write_bytes(b"hello, this is no database")
    journal = SqliteJournal(path)
    journal.append("a", "event", "{}")
    assert journal.moved_aside is not None
    assert journal.moved_aside.read_bytes() == b"hello, this is no database"
    assert len(journal.entries()) == 1


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(JournalError, match=f"{path}: another program's database; move"):
        SqliteJournal(path).entries()
    assert path.read_bytes() == before


def test_a_newer_format_asks_for_an_update(path: Path) -> None:
    SqliteJournal(path).append("a", "event", "{}")
    sqlite3.connect(path).execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match=r"format 99, written by a newer Redline.*update"):
        SqliteJournal(path).append("a", "event", "{}")


def test_a_damaged_journal_says_so_and_stays(path: Path) -> None:
    journal = SqliteJournal(path)
    for _ in range(200):
        journal.append("a", "event", '"' + "x" * 200 + '"')
    journal.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(JournalError, match=r"damaged.*move it elsewhere"):
        SqliteJournal(path).entries()
    assert path.read_bytes() == data


def test_a_folder_that_is_gone_is_an_error_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "journal.sqlite"
    with pytest.raises(JournalError, match=f"{path}: No such file or directory"):
        SqliteJournal(path).append("a", "event", "{}")


def test_append_is_fast_enough_for_every_effect(path: Path) -> None:
    journal = SqliteJournal(path)
    for number in range(300):
        journal.append("a", "event", f'{{"number": {number}}}')
    assert len(journal.entries("a")) == 300
