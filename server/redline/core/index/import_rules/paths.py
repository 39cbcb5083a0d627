"""Paths of a workspace as text: relative to it, with `/`, its own folder being ''."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Found = tuple[str, ...]
Groups = Mapping[str, tuple[str, ...]]


def folder_of(path: str) -> str:
    """The folder a path is in."""
    return path.rpartition("/")[0]


def last_of(path: str) -> str:
    """The last part of a path."""
    return path[path.rfind("/") + 1 :]


def under(folder: str, rest: str) -> str:
    """`rest`, which has no dots to follow, in `folder`."""
    return f"{folder}/{rest}" if folder and rest else folder or rest


def joined(folder: str, written: str) -> str | None:
    """Where `written` leads from `folder`, dots followed; None for beyond the workspace."""
    if written.startswith("/"):
        return None
    parts = folder.split("/") if folder else []
    for part in written.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def above(folder: str) -> list[str]:
    """`folder`, then those it is in, the workspace last."""
    found = [folder]
    while folder:
        folder = folder_of(folder)
        found.append(folder)
    return found


def shared(one: str, two: str) -> int:
    """How many folders the folders `one` and `two` begin with together."""
    count = 0
    for a, b in zip(one.split("/"), two.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count if one and two else 0


def by_nearness(folder: str, folders: Iterable[str]) -> list[str]:
    """`folders`, those first that have most in common with `folder`, then the shallow ones."""
    return sorted(folders, key=lambda each: (-shared(folder, each), each.count("/"), each))


def nearest(folder: str, paths: Sequence[str]) -> str:
    """Of `paths` the one whose folder has most in common with `folder`."""
    if len(paths) == 1:
        return paths[0]
    return min(paths, key=lambda each: (-shared(folder, folder_of(each)), each.count("/"), each))


def ending(paths: Iterable[str], wanted: str) -> list[str]:
    """Those of `paths` that are `wanted` in whatever folder."""
    tail = f"/{wanted}"
    return [each for each in paths if each.endswith(tail) or each == wanted]


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The second of each pair by the first, in order."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
