"""Cases for localise.py: real commits, and the trees and texts they were made on."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TEST = re.compile(
    r"(^|/)(tests?|testing|test_data|spec|__tests__)(/|$)"
    r"|(^|/)(test_[^/]*|[^/]*_test|conftest|tests|[^/]*\.spec|[^/]*\.test|[^/]*-test)\.\w+$"
)
CHORE = re.compile(
    r"^(merge|bump|release|revert|deps|build\(deps|chore\(deps|fix\(deps\)|prepare|version|v?\d+\.\d+"
    r"|update (dependency|module)|update .* to v?\d)|\bbump|release notes|changelog|dependabot",
    re.IGNORECASE,
)
MOST_FILES = 8


@dataclass(frozen=True)
class Case:
    """A commit to find again: what was asked for, the tree it was made on, what it touched."""

    commit: str
    parent: str
    query: str
    files: tuple[str, ...]


class Repository:
    """Trees and texts of a repository, read through git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pipe = subprocess.PIPE
        argv = ("git", "-C", str(folder), "cat-file", "--batch")
        self._reader = subprocess.Popen(argv, stdin=pipe, stdout=pipe)

    def git(self, *arguments: str) -> bytes:
        """What one git command prints."""
        argv = ("git", "-C", str(self.folder), *arguments)
        return subprocess.run(argv, capture_output=True, check=True).stdout

    def tree(self, commit: str, extensions: Sequence[str]) -> dict[str, str]:
        """The regular files of a commit with one of `extensions`: path to blob."""
        found = {}
        for entry in self.git("ls-tree", "-r", "-z", commit).split(b"\0"):
            about, _, path = entry.decode("utf-8", "surrogateescape").partition("\t")
            mode, _, rest = about.partition(" ")
            kind, _, blob = rest.partition(" ")
            if kind == "blob" and mode != "120000" and path.endswith(tuple(extensions)):
                found[path] = blob
        return found

    def text(self, blob: str) -> bytes:
        """The bytes of a blob; none for one the clone left out."""
        stdin, stdout = self._reader.stdin, self._reader.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(blob.encode() + b"\n")
        stdin.flush()
        head = stdout.readline().split()
        if head[1] == b"missing":
            return b""
        data = stdout.read(int(head[2]))
        stdout.read(1)
        return data

    def close(self) -> None:
        """Ends the reader."""
        self._reader.communicate()


def read_cases(path: Path) -> list[Case]:
    """The cases of a file of JSON lines: commit, parent, query, files."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [Case(row["commit"], row["parent"], row["query"], tuple(row["files"])) for row in rows]


def last_cases(repository: Repository, extensions: Sequence[str], count: int) -> list[Case]:
    """The last `count` commits that change one to eight files that were there before.

    The first line of the message is the query, without numbers of issues. Merges, changes
    of versions and messages of less than three words are left out.
    """
    found = []
    for commit, parent, subject, paths in _commits(repository):
        query = re.sub(r"\s*\(#\d+\)|#\d+", "", subject).strip()
        files = [path for path in paths if path.endswith(tuple(extensions))]
        if CHORE.search(query) or len(query.split()) < 3 or not 1 <= len(files) <= MOST_FILES:
            continue
        tree = repository.tree(parent, extensions)
        if all(path in tree for path in files):
            found.append(Case(commit, parent, query, tuple(files)))
        if len(found) == count:
            break
    return found


def _commits(repository: Repository) -> Iterator[tuple[str, str, str, list[str]]]:
    """Commit, first parent, subject and paths, the newest first."""
    data = repository.git(
        *("log", "--no-merges", "--no-renames", "--name-only", "-z", "--max-count=3000"),
        "--format=%x01%H %P%x00%s%x00",
    )
    for record in data.decode("utf-8", "surrogateescape").split("\x01")[1:]:
        head, subject, *paths = record.split("\0")
        commit, _, parents = head.partition(" ")
        if parents:
            named = [path.lstrip("\n") for path in paths]
            yield commit, parents.split()[0], subject, [path for path in named if path]
