"""Reads the history of a repository through git, as values, within a budget.

One `git log` that can run nothing the repository names: no hook, no file system monitor, no
pager, no signature program, no external diff or text conversion, no download of what a
partial clone left out. Renames are not looked for: that would read contents. Without git,
a repository or a commit the history is empty.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from threading import Timer

from redline.adapters import places
from redline.adapters.history import file as history_file
from redline.adapters.processes import find
from redline.adapters.uris import path_of
from redline.core.retrieval.history import Commit, History, message_words
from redline.core.uris import Folder

COMMITS = 10_000
SECONDS = 10.0
MAX_BYTES = 64_000_000
HEAD_SECONDS = 2.0

_SAFE = (
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"),
    *("-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "core.pager=cat", "--no-pager"),
)
_FORMAT = "--format=%x01%H %ct%x00%B%x00"
_HEADER = re.compile(rb"\x01([0-9a-f]{40}|[0-9a-f]{64}) (\d{1,15})")


def head_commit(root: Path) -> str:
    """The object id a history of `root` would start from, '' without one: what to cache it by."""
    program = find("git")
    if program is None or not root.is_dir():
        return ""
    argv = [program, *_SAFE, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"]
    try:
        done = subprocess.run(
            argv,
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=HEAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else ""


def read_history(
    root: Path, revision: str = "HEAD", commits: int = COMMITS, seconds: float = SECONDS
) -> History:
    """The last `commits` commits that lead to `revision`, merges left out, newest first.

    Blocks for at most about `seconds`; what has come by then is the history. Paths are
    relative to `root`, which may be a folder inside the repository, or a bare repository.
    """
    program = find("git")
    if program is None or not root.is_dir() or commits < 1:
        return History()
    argv = [program, *_SAFE, "log", "--no-merges", "--name-only", "--no-renames", "-z"]
    argv += ["--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color", "--no-notes"]
    argv += ["--no-mailmap", "--relative", "--ignore-submodules=all", "--encoding=UTF-8"]
    argv += [f"--max-count={commits}", _FORMAT, "--end-of-options", revision, "--"]
    data, whole = _output(argv, root, seconds)
    records = list(_records(data))
    if not whole and records:
        records.pop()  # the last one may have been cut
    head = records[0][0] if records else ""
    return History(head, tuple(commit for _, commit in records if commit.paths))


def _output(argv: list[str], root: Path, seconds: float) -> tuple[bytes, bool]:
    """What a program wrote until it ended or was ended, and whether that is all."""
    try:
        process = subprocess.Popen(
            argv,
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return b"", True
    timer = Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        with process:
            data = process.stdout.read(MAX_BYTES) if process.stdout else b""
            full = len(data) == MAX_BYTES
            if full:
                process.kill()
    finally:
        timer.cancel()
    return data, process.returncode == 0 and not full


def _records(data: bytes) -> Iterator[tuple[str, Commit]]:
    """The object id and the values of each commit in the output.

    A record is header, message, an empty field, then paths, the first after a line break.
    """
    fields = data.split(b"\0")
    starts = [at for at, field in enumerate(fields) if _HEADER.fullmatch(field)]
    for start, end in pairwise([*starts, len(fields)]):
        header = _HEADER.fullmatch(fields[start])
        if header is None or end - start < 2:
            continue
        message = fields[start + 1].decode("utf-8", "replace")
        named = [field for field in fields[start + 2 : end] if field]
        if named:
            named[0] = named[0].removeprefix(b"\n")
        paths = tuple(os.fsdecode(path) for path in named if path)
        commit = Commit(int(header[2]), message_words(message), paths)
        yield header[1].decode("ascii"), commit


def _environment() -> dict[str, str]:
    """Ours, without what would point git elsewhere or make it ask or write."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }


class GitHistory:
    """The port `HistoryReader` over git; `kept` tells where the history of a folder is kept."""

    def __init__(self, kept: Callable[[Path], Path] = places.history_file) -> None:
        self._kept = kept

    def head(self, folder: Folder) -> str:
        """The commit the folder is at, '' for none."""
        root = path_of(folder.uri)
        return head_commit(root) if root is not None else ""

    def read(self, folder: Folder) -> History:
        """The last commits that lead there: as they were kept, else from git, and then kept.

        What the budget cut off is kept as it is: it would be cut off again.
        """
        root = path_of(folder.uri)
        head = head_commit(root) if root is not None else ""
        if root is None or not head:
            return History()
        try:
            path = self._kept(root)
        except OSError:
            return read_history(root, head)
        history = history_file.read(path, head)
        if history is None:
            history = read_history(root, head)
            if history.commits:
                history_file.write(path, history)
        return history
