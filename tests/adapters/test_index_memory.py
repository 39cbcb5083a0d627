"""What was extracted once is remembered: by content, and by workspace. Nothing of it is trusted."""

from __future__ import annotations

import asyncio
import os
import pickle
import sqlite3
from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from batches import facts_in
from redline import main
from redline.adapters.grammars import load, versions
from redline.adapters.index import kept as index_kept
from redline.adapters.index import snapshot as index_snapshot
from redline.adapters.index.cache import FactsCache
from redline.adapters.index.codec import CHECK_BYTES, PackedFacts, packed, unpacked
from redline.adapters.index.files import key_of
from redline.adapters.index.indexer import ProcessIndexer
from redline.adapters.index.workers import WORKER
from redline.adapters.uris import path_of, uri_of
from redline.app import indexing
from redline.app.session import Session, Workspace
from redline.core.index import query
from redline.core.index.build import IndexBatch
from redline.core.index.extract import extract, parse
from redline.core.index.merge import naming_of
from redline.core.index.model import Facts, Index
from redline.core.index.tables import tables_of
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder
from redline.edge.cli.local import CliFront, stderr_console

OLD = 1_600_000_000
NO_WORKER = ("/no/such/program",)


@dataclass
class Kept:
    """Places of an index below `root`."""

    root: Path

    def cache(self) -> str:
        return str(self.root / "facts")

    def snapshot(self, folders: Sequence[Folder]) -> Path | None:
        return self.root / "index.snapshot"


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    (tmp_path / "kept").mkdir()
    return Kept(tmp_path / "kept")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for number in range(30):
        write(folder / f"m{number}.py", f"def f{number}(): return g{number}()\n")
    return folder


def write(path: Path, text: str, when: int = OLD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (when, when))


def indexer(kept: Kept, *, works: bool = True, racy: float = 0.0) -> ProcessIndexer:
    return ProcessIndexer(places=kept, command=WORKER if works else NO_WORKER, racy=racy)


def built(kept: Kept, root: Path, *, works: bool = True, racy: float = 0.0) -> list[IndexBatch]:
    async def run() -> list[IndexBatch]:
        batches = indexer(kept, works=works, racy=racy).build(
            [Folder(uri_of(root), "w")], Settings()
        )
        return [each async for each in batches]

    return asyncio.run(run())


def hits(batches: list[IndexBatch]) -> int:
    return sum(batch.hits for batch in batches)


def test_a_second_start_reads_no_file_and_starts_no_worker(kept: Kept, root: Path) -> None:
    first = built(kept, root)
    again = built(kept, root, works=False)
    assert (hits(first), hits(again)) == (0, 30)
    assert facts_in(again) == facts_in(first)
    assert sum(batch.bytes_read for batch in again) == 0


def test_a_clone_elsewhere_is_known_by_its_content(kept: Kept, root: Path, tmp_path: Path) -> None:
    built(kept, root)
    clone = tmp_path / "clone"
    for file in root.iterdir():
        write(clone / file.name, file.read_text("utf-8"))
    write(clone / "new.py", "def new(): ...\n")
    (kept.root / "index.snapshot").unlink()
    assert hits(built(kept, clone)) == 30


def test_only_what_has_changed_is_extracted(kept: Kept, root: Path) -> None:
    built(kept, root)
    write(root / "m3.py", "def other(): ...\n", OLD + 1)
    (root / "m4.py").unlink()
    write(root / "sub/n.py", "def n(): ...\n")
    again = built(kept, root)
    assert (hits(again), len(facts_in(again))) == (28, 30)
    assert facts_in(again)[uri_of(root / "m3.py")].symbol_names == ("other",)
    assert hits(built(kept, root, works=False)) == 30


def test_a_file_written_just_now_is_looked_at_again(kept: Kept, root: Path) -> None:
    (root / "m1.py").write_text("def before(): ...\n", "utf-8")
    built(kept, root, racy=60)
    again = built(kept, root, racy=60)
    # Each was written less than a minute ago: all are read, and known by what they hold.
    assert (hits(again), sum(batch.bytes_read for batch in again) > 0) == (30, True)


def test_a_time_that_was_set_back_hides_no_change(kept: Kept, root: Path) -> None:
    path = root / "m1.py"
    path.write_text("def before(): ...\n")
    built(kept, root)
    status = path.stat()
    path.write_text("def after_(): ...\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert facts_in(built(kept, root))[uri_of(path)].symbol_names == ("after_",)


def test_facts_packed_by_another_version_are_not_believed(kept: Kept, root: Path) -> None:
    first = built(kept, root)
    with closing(FactsCache(kept.cache)) as cache:
        for uri in facts_in(first):
            # What such a version would leave: other columns under their own check sum.
            body = msgspec.msgpack.encode(["other", "columns", uri])
            key = key_of(Text(path_of(uri).read_bytes()), "python", versions())
            cache.put({key: blake2b(body, digest_size=CHECK_BYTES).digest() + body})
    (kept.root / "index.snapshot").unlink()
    again = built(kept, root)
    assert (hits(again), facts_in(again)) == (0, facts_in(first))


DAMAGE = {
    "cut": lambda data: data[: len(data) // 2],
    "flipped": lambda data: data[:400] + bytes([data[400] ^ 1]) + data[401:],
    "empty": lambda data: b"",
    "foreign": lambda data: b"SQLite format 3\0" + data,
    "one byte": lambda data: b"r",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_snapshot_is_never_believed(kept: Kept, root: Path, how: str) -> None:
    first = facts_in(built(kept, root))
    path = kept.root / "index.snapshot"
    path.write_bytes(DAMAGE[how](path.read_bytes()))
    assert facts_in(built(kept, root)) == first
    assert hits(built(kept, root, works=False)) == 30, "and it is made anew"


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_cache_is_never_believed(kept: Kept, root: Path, how: str) -> None:
    first = facts_in(built(kept, root))
    (kept.root / "index.snapshot").unlink()
    for path in Path(kept.cache()).glob("cache.db*"):
        path.write_bytes(DAMAGE[how](path.read_bytes()) if path.name == "cache.db" else b"")
    assert facts_in(built(kept, root)) == first


def test_what_another_program_put_there_is_not_run(kept: Kept, root: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "owned"),)

    first = facts_in(built(kept, root))
    (kept.root / "index.snapshot").unlink()
    with sqlite3.connect(Path(kept.cache()) / "cache.db") as table:
        table.execute("UPDATE Cache SET value = ?, mode = 4", (pickle.dumps(Trap()),))
    assert facts_in(built(kept, root)) == first
    assert not (tmp_path / "owned").exists()


def test_without_a_place_to_keep_anything_the_index_is_the_same(kept: Kept, root: Path) -> None:
    first = facts_in(built(kept, root))
    (kept.root / "index.snapshot").unlink()
    for path in Path(kept.cache()).iterdir():
        path.unlink()
    Path(kept.cache()).rmdir()
    Path(kept.cache()).write_text("a file is in the way")
    kept.snapshot = lambda folders: kept.root / "no" / "such" / "folder"  # type: ignore[method-assign]
    assert facts_in(built(kept, root)) == first


def test_the_cache_is_pruned_to_its_size(kept: Kept, root: Path) -> None:
    facts = packed(next(iter(facts_in(built(kept, root)).values()))) + bytes(100_000)
    cache = FactsCache(kept.cache, limit=1_000_000)
    for number in range(100):
        cache.put({f"key{number}": facts})
    size = sum(path.stat().st_size for path in Path(kept.cache()).iterdir())
    cache.close()
    assert size < 6_000_000  # the write-ahead log has its own limit


def test_two_servers_share_one_cache(kept: Kept, root: Path) -> None:
    async def both() -> list[int]:
        one, two = indexer(kept), indexer(kept)
        folders = [Folder(uri_of(root), "w")]

        async def run(each: ProcessIndexer) -> int:
            return len(facts_in([batch async for batch in each.build(folders, Settings())]))

        return await asyncio.gather(run(one), run(two))

    assert asyncio.run(both()) == [30, 30]
    assert hits(built(kept, root, works=False)) == 30


async def changes(
    known: ProcessIndexer, root: Path, *paths: Path
) -> tuple[dict[str, Facts], set[str]]:
    batches = known.update(
        [Folder(uri_of(root), "w")], Settings(), [uri_of(path) for path in paths]
    )
    found = [batch async for batch in batches]
    return facts_in(found), {uri for batch in found for uri in batch.gone}


async def test_single_files_are_followed(kept: Kept, root: Path) -> None:
    known = indexer(kept)
    folders = [Folder(uri_of(root), "w")]
    _ = [batch async for batch in known.build(folders, Settings())]
    known.command = NO_WORKER
    write(root / "m1.py", "def one(): ...\n", OLD + 5)
    (root / "m2.py").unlink()
    write(root / ".gitignore", "out/\n")
    write(root / "out/made.py", "def made(): ...\n")
    write(root / "node_modules/x.py", "def theirs(): ...\n")
    os.mkfifo(root / "pipe.py")
    named = ["m1.py", "m2.py", "out/made.py", "node_modules/x.py", "pipe.py", "nothing.py"]
    facts, gone = await changes(known, root, *(root / name for name in named))
    assert {uri: each.symbol_names for uri, each in facts.items()} == {
        uri_of(root / "m1.py"): ("one",)
    }
    assert gone == {uri_of(root / "m2.py")}
    (root / "sub").mkdir()
    (root / "m5.py").rename(root / "sub" / "m5.py")
    facts, gone = await changes(known, root, root / "m5.py", root / "sub" / "m5.py")
    assert (len(facts), gone) == (1, {uri_of(root / "m5.py")})
    (root / "sub" / "m5.py").unlink()
    (root / "sub").rmdir()
    assert await changes(known, root, root / "sub") == ({}, {uri_of(root / "sub" / "m5.py")})


async def test_who_is_not_told_looks_again(kept: Kept, root: Path) -> None:
    known = indexer(kept)
    folders = [Folder(uri_of(root), "w")]
    _ = [batch async for batch in known.build(folders, Settings())]
    write(root / "m1.py", "def one(): ...\n", OLD + 5)
    (root / "m2.py").unlink()
    batches = [batch async for batch in known.rescan(folders, Settings())]
    assert list(facts_in(batches)) == [uri_of(root / "m1.py")]
    assert {uri for batch in batches for uri in batch.gone} == {uri_of(root / "m2.py")}
    batches = [batch async for batch in known.rescan(folders, Settings())]
    assert (facts_in(batches), batches[0].total) == ({}, 0)


def test_packed_facts_come_back_as_they_were_or_not_at_all() -> None:
    language = load().named("python")
    assert language is not None
    text = Text(b"import os\nclass A:\n    def f(self): return os.x  # y\n")
    facts = extract(language, parse(language, text), text)
    data = packed(facts)
    assert unpacked(data) == facts
    for at in range(0, len(data), 7):
        with pytest.raises(ValueError, match="damaged"):
            unpacked(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])


def test_facts_that_are_unpacked_when_asked_for_are_the_same(kept: Kept, root: Path) -> None:
    eager = facts_in(built(kept, root))
    lazy = PackedFacts({uri: packed(facts) for uri, facts in eager.items()})
    assert lazy == eager
    assert all(lazy[uri] is lazy[uri] for uri in eager), "readers tell by it what has changed"
    assert "file:///no" not in lazy
    uri = next(iter(eager))
    assert PackedFacts({uri: packed(eager[uri])[:-1]}).get(uri) is None


def kept_index(kept: Kept, root: Path) -> index_kept.Kept:
    built(kept, root)
    found = index_snapshot.read(kept.root / "index.snapshot")
    assert found is not None
    return found


def test_a_snapshot_has_the_tables_of_its_facts(kept: Kept, root: Path) -> None:
    found = kept_index(kept, root)
    facts = {uri: unpacked(entry.facts) for uri, entry in found.entries()}
    (part,) = found.parts
    assert part.tables == tables_of(naming_of(uri, facts[uri]) for uri in sorted(facts))


def test_a_large_workspace_is_kept_in_parts(
    kept: Kept, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asyncio.run(whole(kept, root))
    (kept.root / "index.snapshot").unlink()
    monkeypatch.setattr(index_kept, "WHOLE_FILES", 20)
    monkeypatch.setattr(index_kept, "PART_FILES", 7)
    assert tables_in(asyncio.run(whole(kept, root))) == tables_in(first)
    assert [len(part.entries) for part in kept_index(kept, root).parts] == [7, 7, 7, 7, 2]
    write(root / "m3.py", "def gone(): ...\n", OLD + 1)
    found = tables_in(asyncio.run(whole(kept, root)))
    (kept.root / "index.snapshot").unlink()
    assert found == tables_in(asyncio.run(whole(kept, root)))


LIES = {
    "a row of no file": lambda t: replace(
        t, naming=replace(t.naming, rows=array("I", [99] * len(t.naming.rows)))
    ),
    "rows are missing": lambda t: replace(t, naming=replace(t.naming, rows=t.naming.rows[:-1])),
    "a start is missing": lambda t: replace(
        t, defining=replace(t.defining, starts=t.defining.starts[:-1])
    ),
    "a name is missing": lambda t: replace(t, names=t.names[:-1]),
    "a name twice": lambda t: replace(t, names=(*t.names[:-1], t.names[0])),
    "more definitions than names": lambda t: replace(t, defined=len(t.names) + 1),
    "a file is missing": lambda t: replace(t, uris=t.uris[:-1]),
    "a file twice": lambda t: replace(t, uris=(*t.uris[:-1], t.uris[0])),
}


@pytest.mark.parametrize("how", LIES)
def test_tables_that_lie_are_not_believed(kept: Kept, root: Path, how: str) -> None:
    """Also under a check sum that is right: a program of ours may have written them wrongly."""
    found = kept_index(kept, root)
    first = facts_in(built(kept, root))
    path = kept.root / "index.snapshot"
    (part,) = found.parts
    index_snapshot.write(path, index_kept.Kept((replace(part, tables=LIES[how](part.tables)),)))
    assert index_snapshot.read(path) is None
    assert facts_in(built(kept, root)) == first
    assert index_snapshot.read(path) is not None, "and it is made anew"


def test_facts_that_are_cut_off_under_a_right_check_sum(kept: Kept, root: Path) -> None:
    found = kept_index(kept, root)
    path = kept.root / "index.snapshot"
    (part,) = found.parts
    entries = dict(part.entries)
    entries.popitem()
    index_snapshot.write(path, index_kept.Kept((replace(part, entries=entries),)))
    assert index_snapshot.read(path) is None


class Silent(CliFront):
    def trouble(self, message: str) -> None:
        raise AssertionError(message)


async def whole(kept: Kept, root: Path) -> Index:
    """The index as a session has it."""
    ports = replace(main.adapters(Settings()), indexer=indexer(kept))
    workspace = Workspace(folders=(Folder(uri_of(root), "w"),))
    session = Session(ports, workspace, Silent(stderr_console(), quiet=True))
    workspace.sessions.append(session)
    await indexing.complete(session)
    return workspace.index


def tables_in(index: Index) -> list[object]:
    return [
        index.complete,
        index.totals,
        dict(index.base),
        dict(index.postings),
        dict(index.names.uris),
        query.workspace_symbols(index, "f", 100),
        query.workspace_symbols(index, "gone", 100),
    ]


@pytest.mark.parametrize("changed", [0, 1, 2, 20])
async def test_what_is_kept_and_what_has_changed_make_the_index_of_today(
    kept: Kept, root: Path, changed: int
) -> None:
    """Few changes are laid over the kept tables, of many new ones are made."""
    for number in range(changed):
        write(root / f"m{number}.py", f"def gone{number}(): ...\n")
    _ = await whole(kept, root)
    before = (kept.root / "index.snapshot").stat().st_mtime_ns
    for number in range(changed):
        write(root / f"m{number}.py", f"def f{number}(): return new()\n", OLD + 5)
    if changed:
        (root / "m0.py").rename(root / "n0.py")
    found = tables_in(await whole(kept, root))
    assert ((kept.root / "index.snapshot").stat().st_mtime_ns == before) == (changed < 2)
    (kept.root / "index.snapshot").unlink()
    assert found == tables_in(await whole(kept, root))


async def test_the_order_in_which_files_arrive_does_not_matter(kept: Kept, root: Path) -> None:
    one = await whole(kept, root)
    for path in sorted(root.iterdir(), reverse=True):
        moved = root / "z" / path.name
        moved.parent.mkdir(exist_ok=True)
        path.rename(moved)
        moved.rename(path)
    (kept.root / "index.snapshot").unlink()
    two = await whole(kept, root)
    assert list(one.base) == list(two.base)
    assert list(one.postings.items()) == list(two.postings.items())


def test_the_cache_is_open_only_while_it_is_used(kept: Kept, root: Path) -> None:
    """Its files are mapped as long as it is open: who cuts them then kills the process."""
    built(kept, root)
    (kept.root / "index.snapshot").unlink()
    assert hits(built(kept, root)) == 30
    opened = {os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()}
    assert not [each for each in opened if each.startswith(kept.cache())]
