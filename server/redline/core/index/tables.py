"""Which files have a name, for a whole workspace: a few big columns, not a value a name.

A large workspace has several tables, one for each part of its files: no step that is made at
once, and keeps others from their turn, grows with the workspace.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain
from operator import le


@dataclass(frozen=True, slots=True)
class Naming:
    """What the tables take from one file: `used` are names each once, `defined` need not be.

    `references` is how many uses of names there are.
    """

    uri: str
    defined: Sequence[str]
    used: Sequence[str]
    references: int


@dataclass(frozen=True, slots=True)
class Columns:
    """For each name in order the files that have it: `rows[starts[i]:starts[i + 1]]`, rising.

    Both are C unsigned 32-bit ints ('I').
    """

    starts: array[int]
    rows: array[int]

    def fits(self, names: int, files: int) -> bool:
        """Whether these are columns for so many names and files."""
        starts, rows = self.starts, self.rows
        return (
            len(starts) == names + 1
            and starts[0] == 0
            and starts[-1] == len(rows)
            and all(map(le, starts, starts[1:]))
            and max(rows, default=-1) < files
        )


class UriTable(Mapping[str, tuple[str, ...]]):
    """The uris of `columns` by name, sorted; `uris` are those of all rows, sorted."""

    __slots__ = ("_places", "columns", "names", "uris")

    def __init__(self, names: Sequence[str], columns: Columns, uris: Sequence[str]) -> None:
        self.names = names
        self.columns = columns
        self.uris = uris
        self._places: dict[str, int] | None = None

    def __getitem__(self, name: str) -> tuple[str, ...]:
        at = self._where()[name]
        starts, uris = self.columns.starts, self.uris
        return tuple([uris[row] for row in self.columns.rows[starts[at] : starts[at + 1]]])

    def __contains__(self, name: object) -> bool:
        return name in self._where()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def prepare(self) -> None:
        """Makes now what every question takes."""
        self._where()

    def _where(self) -> dict[str, int]:
        """The places of the names; made on first use and kept."""
        if self._places is None:
            self._places = dict(zip(self.names, range(len(self.names)), strict=True))
        return self._places


class UriTables(Mapping[str, tuple[str, ...]]):
    """The uris of several tables by name; the files of each follow those of the one before."""

    __slots__ = ("tables",)

    def __init__(self, tables: Sequence[UriTable] = ()) -> None:
        self.tables = tables

    def __getitem__(self, name: str) -> tuple[str, ...]:
        found = [table[name] for table in self.tables if name in table]
        if not found:
            raise KeyError(name)
        return found[0] if len(found) == 1 else tuple(chain.from_iterable(found))

    def __contains__(self, name: object) -> bool:
        return any(name in table for table in self.tables)

    def each(self, name: str) -> Iterator[str]:
        """The uris of a name one by one, for who may need only the first."""
        return chain.from_iterable(table[name] for table in self.tables if name in table)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(chain.from_iterable(self.tables)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def prepare(self) -> None:
        """Makes now what every question takes."""
        for table in self.tables:
            table.prepare()


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of a workspace, or of a part of it.

    First the `defined` ones in the order of `by_letters`, then those that are only used,
    sorted. `naming` is of all of them, `defining` of the former.

    `symbols` and `references` are how many there are of each.
    """

    uris: tuple[str, ...]
    names: tuple[str, ...]
    defined: int
    naming: Columns
    defining: Columns
    symbols: int
    references: int

    @property
    def sound(self) -> bool:
        """Whether the columns fit each other; what was read from somewhere may not."""
        files, names, defined = len(self.uris), self.names, self.defined
        return (
            0 <= defined <= len(names)
            and len(set(names)) == len(names)
            and len(set(self.uris)) == files
            and self.naming.fits(len(names), files)
            and self.defining.fits(defined, files)
        )


def by_letters(names: Iterable[str]) -> list[str]:
    """The order of names in a table: by their small letters, then as they are."""
    ordered = sorted(names)
    ordered.sort(key=str.lower)
    return ordered


def tables_of(files: Iterable[Naming]) -> Tables:
    """The tables of `files`, which come in order of their uris. Takes its time: use a thread.

    Steps of it hold the interpreter for a time that grows with the files: some thousand at once.
    """
    empty = partial(array, "I")
    naming: defaultdict[str, array[int]] = defaultdict(empty)
    defining: defaultdict[str, array[int]] = defaultdict(empty)
    uris: list[str] = []
    symbols = references = 0
    for row, file in enumerate(files):
        uris.append(file.uri)
        symbols += len(file.defined)
        references += file.references
        for rows in map(naming.__getitem__, file.used):
            rows.append(row)
        for name in file.defined:
            rows = defining[name]
            if not rows or rows[-1] != row:
                rows.append(row)
                rows = naming[name]
                if not rows or rows[-1] != row:
                    rows.append(row)
    defined = by_letters(defining)
    names = (*defined, *sorted(naming.keys() - defining.keys()))
    return Tables(
        tuple(uris),
        names,
        len(defined),
        _columns([naming[name] for name in names]),
        _columns([defining[name] for name in defined]),
        symbols,
        references,
    )


def _columns(parts: list[array[int]]) -> Columns:
    rows = array("I")
    rows.frombytes(b"".join(parts))
    return Columns(array("I", accumulate(map(len, parts), initial=0)), rows)
