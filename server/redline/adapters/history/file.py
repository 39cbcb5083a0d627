"""A history that was read, as one file, so that the next process need not read it again.

    magic, then a `_Kept`, then a check sum of all before

It counts for the commit it was read at only, and for the words as they are told today. It is
believed only when the check sum holds and all in it fits together; else it is read anew.
"""

from __future__ import annotations

import logging
import os
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from pathlib import Path

import msgspec

from redline.adapters.places import write_private
from redline.adapters.summed_file import SUM_BYTES, sum_of
from redline.core.retrieval.history import Commit, History
from redline.core.retrieval.terms import WORDS

MAGIC = b"redline history 1\n"
MAX_BYTES = 200_000_000

logger = logging.getLogger(__name__)


class _Rows(msgspec.Struct, array_like=True, frozen=True):
    """Rows of numbers: all of them, and where each row ends, as C unsigned ints."""

    numbers: bytes
    ends: bytes


class _Kept(msgspec.Struct, array_like=True, frozen=True):
    """A history with its words and paths said once. `times` are C signed 64-bit ints; a path
    is bytes since it need not be text."""

    head: str
    telling: str
    times: bytes
    words: tuple[str, ...]
    paths: tuple[bytes, ...]
    word_rows: _Rows
    path_rows: _Rows


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


def write(path: Path, history: History) -> None:
    """Keeps `history`; where that cannot be done, nothing is kept."""
    words = _numbered(word for commit in history.commits for word in commit.words)
    paths = _numbered(each for commit in history.commits for each in commit.paths)
    kept = _Kept(
        head=history.head,
        telling=WORDS,
        times=array("q", [commit.time for commit in history.commits]).tobytes(),
        words=tuple(words),
        paths=tuple(map(os.fsencode, paths)),
        word_rows=_rows([[words[word] for word in commit.words] for commit in history.commits]),
        path_rows=_rows([[paths[each] for each in commit.paths] for commit in history.commits]),
    )
    body = MAGIC + _encode(kept)
    try:
        write_private(path, body + sum_of(body))
    except OSError as error:
        logger.warning("the history %s cannot be kept: %s", path, error)


def read(path: Path, head: str) -> History | None:
    """What was kept of the commits that lead to `head`; None when that is not there, or not
    sound."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError:
        return None
    body = data[:-SUM_BYTES]
    if not data.startswith(MAGIC) or sum_of(body) != data[-SUM_BYTES:]:
        logger.warning("the history %s is damaged; it is read anew", path)
        return None
    try:
        kept = _decode(memoryview(body)[len(MAGIC) :])
        return _history(kept) if (kept.head, kept.telling) == (head, WORDS) else None
    except (msgspec.MsgspecError, ValueError, IndexError):
        logger.warning("the history %s does not fit together; it is read anew", path)
        return None


def _history(kept: _Kept) -> History:
    """Raises `ValueError` or `IndexError` for what does not fit together."""
    times = array("q")
    times.frombytes(kept.times)
    paths = tuple(map(os.fsdecode, kept.paths))
    columns = zip(
        times, _told(kept.word_rows, kept.words), _told(kept.path_rows, paths), strict=True
    )
    return History(kept.head, tuple([Commit(*row) for row in columns]))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _rows(rows: Sequence[Sequence[int]]) -> _Rows:
    numbers = array("I", chain.from_iterable(rows))
    return _Rows(numbers.tobytes(), array("I", accumulate(map(len, rows))).tobytes())


def _told(rows: _Rows, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows with names in place of numbers."""
    numbers, ends = array("I"), array("I")
    numbers.frombytes(rows.numbers)
    ends.frombytes(rows.ends)
    if len(numbers) != (ends[-1] if ends else 0) or any(a > b for a, b in pairwise(ends)):
        raise ValueError("the rows are not those of the numbers")
    told = list(map(names.__getitem__, numbers))
    return [tuple(told[start:end]) for start, end in pairwise((0, *ends))]
