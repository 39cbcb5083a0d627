"""The ports a case needs, kept in memory: a case takes a millisecond, not a commit to disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from redline.core.journal import Entry, RecordKind, RunRecord, chained
from redline.core.problems import Unreadable
from redline.core.proposal.follow import LiveProposal
from redline.core.text.text import Text
from redline.core.uris import Folder


@dataclass
class MemoryDisk:
    """The port `Disk` over what `read_` finds; None means that there is no such file."""

    read_: Callable[[str], bytes | None]

    def read(self, uri: str, within: Sequence[Folder] | None = None) -> Text | Unreadable:
        data = self.read_(uri)
        return Unreadable("no such file") if data is None else Text(data)

    def shared(self, uri: str) -> bool:
        return False

    def inside(self, folders: Sequence[Folder], uri: str) -> bool:
        return any(uri.startswith(f"{folder.uri}/") for folder in folders)

    def names(self, folders: Sequence[Folder], uri: str) -> tuple[str, ...]:
        paths = (uri.removeprefix(f"{f.uri}/") for f in folders if uri.startswith(f"{f.uri}/"))
        return tuple(paths)


@dataclass
class MemoryJournal:
    """The port `Journal`, chained as the real one is."""

    kept: list[Entry] = field(default_factory=list)

    def append(self, run: str, kind: RecordKind, payload: str) -> RunRecord:
        last = self.kept[-1].record if self.kept else None
        record = chained(last, float(len(self.kept)), run, kind, payload)
        self.kept.append(Entry(record, payload))
        return record

    def append_all(
        self,
        run: str,
        records: Sequence[tuple[RecordKind, str]],
        secrets: Collection[str] = (),
    ) -> tuple[RunRecord, ...]:
        return tuple(self.append(run, kind, payload) for kind, payload in records)

    def entries(self, run: str | None = None) -> Sequence[Entry]:
        return [each for each in self.kept if run is None or each.record.run == run]

    def runs(self) -> Sequence[str]:
        return list(dict.fromkeys(each.record.run for each in self.kept))

    def lease(self, run: str) -> bool:
        return True

    def release(self, run: str) -> None: ...


class LoopClock:
    """The port `Clock` on the time of the running loop. `ids` counts those it gave."""

    ids = 0

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    monotonic = now

    def new_id(self) -> str:
        LoopClock.ids += 1  # for every session of a case: a restart gives no id again
        return f"back{LoopClock.ids}"


@dataclass
class Front:
    """Keeps what the user was told last of each proposal."""

    told: dict[str, LiveProposal] = field(default_factory=dict)

    def run_changed(self, state: object, message: str) -> None: ...

    def proposal_changed(self, live: LiveProposal) -> None:
        self.told[live.proposal.id] = live

    def answered(self, answer: object) -> None: ...

    def asked(self, state: object, question: object) -> None: ...

    def index_changed(self, done: int, total: int, complete: bool) -> None: ...

    def trouble(self, message: str) -> None: ...
