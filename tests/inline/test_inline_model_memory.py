"""The memory as a file and as the work of another process."""

from __future__ import annotations

import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_model_support import MODELS, memory_of

from redline.adapters.inline.memory import ProcessMemories
from redline.adapters.inline.memory_file import MAGIC, read, write
from redline.adapters.uris import uri_of
from redline.core.inline.builtin.memory import Memory, keys_of
from redline.core.uris import Folder

MEMORY = memory_of({"file:///p/a.py": MODELS, "file:///p/b.py": b"x = 1\n", "file:///p/c.py": b""})


def columns(memory: Memory) -> dict[str, object]:
    """All that a memory is made of."""
    return {
        "words": (memory.words.data, list(memory.words.ends)),
        "tokens": list(memory.tokens),
        "order": list(memory.order),
        "starts": list(memory.starts),
        "lines": list(memory.lines),
        "within": list(memory.within),
        "kept": [(list(keys), list(numbers)) for keys, numbers in memory.kept],
        "uris": memory.uris,
        "digests": memory.digests,
    }


def test_positions_are_sorted_by_what_follows() -> None:
    following = [tuple(MEMORY.tokens[at : at + 10]) for at in MEMORY.order]
    assert following == sorted(following)
    assert sorted(MEMORY.order) == list(range(len(MEMORY.tokens) - 10))


def test_a_context_is_found_wherever_it_stands() -> None:
    context = tuple(map(MEMORY.words.number, (b" models", b".", b"CharField", b"(")))
    low, high = MEMORY.found(context)
    assert sorted(MEMORY.order[low:high]) == [
        at for at in range(len(MEMORY.tokens)) if tuple(MEMORY.tokens[at : at + 4]) == context
    ]
    assert high - low == 2


def test_a_line_is_found_by_the_lines_before_it() -> None:
    before = (b"class", b" Other", b"(", b"models", b".", b"Model", b")", b":")
    found = MEMORY.after(1, keys_of((), before)[1])
    assert {b"".join(MEMORY.line(number)[1:]) for number in found} == {
        b"name = models.CharField(max_length=100)",
        b"title = models.CharField(max_length=200)",
    }


def test_what_was_written_is_read_and_is_the_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "memory"
    assert write(path, MEMORY)
    found = read(path)
    assert found is not None and columns(found) == columns(MEMORY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["memory"]


@pytest.mark.parametrize("data", [b"", b"\x80\x04K\x01.", MAGIC, MAGIC + bytes(40), bytes(400)])
def test_a_foreign_file_is_no_memory(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "memory"
    path.write_bytes(data)
    assert read(path) is None


@given(st.data())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_or_cut_file_is_no_memory(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "memory"
    write(path, MEMORY)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(whole[:at])
    else:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert read(path) is None


def test_a_memory_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "memory").mkdir()
    assert not write(folder / "memory", MEMORY)
    assert [each.name for each in folder.iterdir()] == ["memory"]


def remembering(kept: Path, command: tuple[str, ...] | None = None) -> ProcessMemories:
    def place(folders: Sequence[Folder]) -> Path:
        return kept

    return ProcessMemories(place) if command is None else ProcessMemories(place, 10.0, command)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / ".ssh").mkdir(parents=True)
    (root / "models.py").write_bytes(MODELS)
    (root / "main.py").write_bytes(b"import models\n")
    (root / "data.py").write_bytes(b"x\0y\n")
    (root / ".ssh" / "keys.py").write_bytes(b"KEY = 'a'\n")
    (root / "notes.md").write_bytes(b"# Notes\n")
    return root


def files_of(root: Path) -> list[tuple[str, str]]:
    languages = {".py": "python", ".md": "markdown"}
    return [(uri_of(each), languages[each.suffix]) for each in root.rglob("*.*") if each.is_file()]


async def test_another_process_reads_the_code_and_no_secrets(project: Path, tmp_path: Path) -> None:
    adapter = remembering(tmp_path / "memory")
    found = await adapter.remembered((), files_of(project), 1_000_000)
    assert found is not None and found.changed == ()
    names = ("main.py", "models.py")
    assert columns(found.memory) == columns(
        memory_of({uri_of(project / name): (project / name).read_bytes() for name in names})
    )


async def test_few_changes_are_said_and_many_make_it_anew(project: Path, tmp_path: Path) -> None:
    for number in range(100):
        (project / f"m{number}.py").write_bytes(b"x = %d\n" % number)
    adapter = remembering(tmp_path / "memory")
    first = await adapter.remembered((), files_of(project), 1_000_000)
    assert first is not None
    (project / "main.py").write_bytes(b"import other\n")
    again = await adapter.remembered((), files_of(project), 1_000_000)
    assert again is not None and again.changed == (uri_of(project / "main.py"),)
    assert columns(again.memory) == columns(first.memory)
    for number in range(50):
        (project / f"m{number}.py").unlink()
    anew = await adapter.remembered((), files_of(project), 1_000_000)
    assert anew is not None and anew.changed == ()
    assert len(anew.memory.uris) == 52


async def test_a_damaged_memory_is_made_anew(project: Path, tmp_path: Path) -> None:
    kept = tmp_path / "memory"
    adapter = remembering(kept)
    first = await adapter.remembered((), files_of(project), 1_000_000)
    kept.write_bytes(kept.read_bytes()[:-30])
    again = await adapter.remembered((), files_of(project), 1_000_000)
    assert first is not None and again is not None
    assert columns(again.memory) == columns(first.memory)


@pytest.mark.parametrize(
    "code", ["import sys; sys.stdin.buffer.read()", "print('nonsense')", "raise SystemExit(3)"]
)
async def test_a_process_that_fails_leaves_no_memory(
    project: Path, tmp_path: Path, code: str
) -> None:
    adapter = remembering(tmp_path / "memory", (sys.executable, "-c", code))
    assert await adapter.remembered((), files_of(project), 1_000_000) is None
