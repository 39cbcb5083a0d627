"""The index is built in other processes, which may die without taking anything with them."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

import redline
from batches import facts_in
from redline.adapters import grammars
from redline.adapters.index.indexer import ProcessIndexer
from redline.adapters.index.workers import IndexerError
from redline.adapters.uris import uri_of
from redline.core.index.build import IndexBatch
from redline.core.index.extract import extract, parse
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder

SERVER = Path(redline.__file__).parent.parent
# The real worker, but for one file over which it dies and one over which it hangs.
FRAGILE = """
import os, sys, threading
from redline.adapters.index import files as index_extract
from redline.adapters.index import worker as index_worker
real = index_extract.read_text
def read_text(path, limit, roots):
    if path.name == "crash.py":
        os.kill(os.getpid(), 9)
    if path.name == "raise.py":
        raise RuntimeError("no such luck")
    if path.name == "hang.py":
        threading.Event().wait()
    return real(path, limit, roots)
index_extract.read_text = read_text
index_worker.main()
"""


def folder(path: Path) -> Folder:
    return Folder(uri_of(path), path.name)


async def build(
    indexer: ProcessIndexer, *roots: Path, settings: Settings | None = None
) -> list[IndexBatch]:
    folders = [folder(root) for root in roots]
    return [batch async for batch in indexer.build(folders, settings or Settings())]


def skipped_in(batches: list[IndexBatch]) -> dict[str, str]:
    return dict(pair for batch in batches for pair in batch.skipped)


def sources(root: Path, count: int) -> Path:
    for number in range(count):
        path = root / f"p{number % 7}" / f"m{number:03}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"class C{number}:\n    def f(self):\n        return g{number}()\n")
    return root


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """What other tests keep running is no child of a test here."""
    OTHERS.update(children())
    yield
    OTHERS.clear()


OTHERS: set[int] = set()


def children() -> set[int]:
    """The processes that were started in this test and have not ended."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found - OTHERS


@pytest.mark.parametrize("workers", [1, 2])
async def test_facts_are_those_of_extraction_here(tmp_path: Path, workers: int) -> None:
    sources(tmp_path, 130)
    batches = await build(ProcessIndexer(workers), tmp_path)
    facts = facts_in(batches)
    languages = grammars.load()
    expected = {}
    for path in tmp_path.rglob("*.py"):
        language = languages.for_path(path.name)
        assert language is not None
        text = Text(path.read_bytes())
        expected[uri_of(path)] = extract(language, parse(language, text), text)
    assert facts == expected
    assert (batches[0].done, batches[0].total, batches[0].facts) == (0, 130, {})
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert batches[-1].done == batches[-1].total == 130
    assert sum(batch.bytes_read for batch in batches) == sum(each.size for each in facts.values())
    assert not children()


async def test_files_that_are_no_text_are_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "latin.py").write_bytes(b"caf\xe9 = '\xff'\ndef f(): pass\n")
    (tmp_path / "binary.py").write_bytes(b"a\0b")
    (tmp_path / "huge.py").write_text("x = 1\n" * 1000)
    (tmp_path / "notes.unknown").write_text("x")
    (tmp_path / os.fsdecode(b"\xe9.py")).write_text("def g(): pass\n")
    batches = await build(ProcessIndexer(), tmp_path, settings=Settings(max_file_bytes=5000))
    assert skipped_in(batches) == {
        "binary.py": "binary (it contains a NUL byte)",
        "huge.py": "larger than 0.005 MB",
    }
    names = {uri.rsplit("/", 1)[1]: facts.symbol_names for uri, facts in facts_in(batches).items()}
    assert set(names) == {"good.py", "latin.py", "%E9.py"}
    assert "f" in names["latin.py"]


async def test_a_file_in_two_folders_is_indexed_once(tmp_path: Path) -> None:
    sources(tmp_path, 7)
    batches = await build(ProcessIndexer(), tmp_path, tmp_path / "p0")
    assert batches[0].total == 7
    assert len(facts_in(batches)) == 7


async def test_nothing_to_index_is_one_empty_batch(tmp_path: Path) -> None:
    assert await build(ProcessIndexer(2), tmp_path) == [IndexBatch(0, 0, 0, {})]


async def test_excluded_and_missing_folders(tmp_path: Path) -> None:
    sources(tmp_path, 7)
    settings = Settings(exclude=("p1/", "p2"))
    batches = await build(ProcessIndexer(), tmp_path, tmp_path / "no", settings=settings)
    assert len(facts_in(batches)) == 5
    assert skipped_in(batches) == {".": "No such file or directory"}


async def test_only_the_file_at_fault_is_left_out(tmp_path: Path) -> None:
    sources(tmp_path, 30)
    for name in ("crash.py", "raise.py", "hang.py"):
        (tmp_path / name).write_text("x = 1\n")
    command = (sys.executable, "-P", "-c", FRAGILE)
    batches = await build(ProcessIndexer(2, patience=0.7, command=command), tmp_path)
    assert len(facts_in(batches)) == 30
    assert batches[-1].done == batches[-1].total == 33
    assert skipped_in(batches) == {
        "crash.py": "the index worker ended with -9",
        "raise.py": "the index worker ended with 1: RuntimeError: no such luck",
        "hang.py": "took longer than 0.7 s",
    }
    assert not children()


async def test_a_worker_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    sources(tmp_path, 1)
    command = (sys.executable, "-c", "import nothing_of_the_kind")
    with pytest.raises(IndexerError, match=r"does not start: .*No module named 'nothing_of_"):
        await build(ProcessIndexer(command=command), tmp_path)
    with pytest.raises(IndexerError, match=r"does not start: .*No such file"):
        await build(ProcessIndexer(command=("/no/such/program",)), tmp_path)


async def test_leaving_early_and_cancelling_kill_the_workers(tmp_path: Path) -> None:
    sources(tmp_path, 400)
    async with aclosing(ProcessIndexer(2).build([folder(tmp_path)], Settings())) as batches:
        async for batch in batches:
            if batch.done:
                break
    assert not children()
    begun = asyncio.Event()

    async def reader() -> None:
        async with aclosing(ProcessIndexer(2).build([folder(tmp_path)], Settings())) as batches:
            async for _ in batches:
                begun.set()

    task = asyncio.create_task(reader())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


async def test_modules_in_the_workspace_are_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("msgspec", "json", "tree_sitter", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('/proc/self/cwd/owned', 'w')\n1/0\n")
    monkeypatch.chdir(tmp_path)
    assert len(facts_in(await build(ProcessIndexer(), tmp_path))) == 4
    assert not (tmp_path / "owned").exists()


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    sources(tmp_path, 5)
    code = """
        import asyncio, sys
        from redline.adapters.index.indexer import ProcessIndexer
        from redline.core.settings import Settings
        from redline.core.uris import Folder
        async def main():
            async for batch in ProcessIndexer().build([Folder(sys.argv[1], "")], Settings()):
                if batch.done:
                    print("begun", flush=True)
                    sys.stdin.read()
        asyncio.run(main())
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), uri_of(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(SERVER)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    listing = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    (worker,) = map(int, listing.split())
    gone = os.pidfd_open(worker)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    # A pidfd is readable once its process has ended.
    poll = select.poll()
    poll.register(gone)
    assert poll.poll(5000), "the worker outlived its parent"
    os.close(gone)
