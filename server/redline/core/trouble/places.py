"""Which file of the workspace a printed path means."""

from __future__ import annotations

import re
from collections.abc import Collection

_FOREIGN = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|\.cargo/registry|rustc/[0-9a-f]+"
    r"|go/pkg/mod|usr/(?:local/)?go/src|lib/python\d[\d.]*|jdk\.internal|java\.base)/|^<"
)


def cleaned(path: str) -> str:
    """The path with `/`, without `./` and `file://` before it."""
    return path.replace("\\", "/").removeprefix("file://").removeprefix("./")


def matched(path: str, known: Collection[str]) -> str | None:
    """The one of the `known` paths (relative, with `/`) that `path` means; None for none.

    A path of another checkout or of a container is known by the longest end it shares with
    a file here: all of one of the two, or two parts at least. Where two files share as much,
    it is neither. Installed packages and standard libraries are no files of the workspace.
    """
    wanted = cleaned(path)
    if wanted in known:
        return wanted
    if _FOREIGN.search(wanted):
        return None
    parts = [each for each in wanted.split("/") if each not in ("", "..")]
    best: list[str] = []
    most = 0
    for each in known:
        own = each.split("/")
        shared = _shared(parts, own)
        if not shared or (shared < 2 and shared != min(len(parts), len(own))):
            continue
        if shared > most:
            best, most = [each], shared
        elif shared == most:
            best.append(each)
    return best[0] if len(best) == 1 else None


def _shared(one: list[str], other: list[str]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count
