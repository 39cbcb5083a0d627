"""Paths as models write them: what is plainly meant is taken, all else is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from redline.core.agent.model import Argument
from redline.core.edits.blocks import blocks_of, has_blocks
from redline.core.edits.unified import changed_paths

SHOWN = 3
IsFile = Callable[[str], bool]


def meant(path: str, is_file: IsFile, known: Callable[[], Sequence[str]]) -> tuple[str, str]:
    """The path of a file, and why there is none ('' when there is).

    `./x`, `x//y` and `x\\y` are taken where that file is there. `known` gives every path of
    the workspace, to name the nearest.
    """
    if not path.strip():
        return "", "the path is empty"
    if is_file(path) and not _absolute(path):
        return path, ""
    clean = _clean(path)
    if not clean:
        return "", f"{path}: paths are relative to the workspace folder{nearest(path, known())}"
    if is_file(clean):
        return clean, ""
    return "", f"{path}: no such file{nearest(clean, known())}"


def of_diff(old: str, new: str, is_file: IsFile) -> tuple[str, str]:
    """The one file that both sides of a diff name, with or without `a/` and `b/`."""
    sides = [
        {each for each in (name, name.removeprefix(f"{side}/")) if is_file(each)}
        for name, side in ((old, "a"), (new, "b"))
        if name
    ]
    if not sides:
        return "", "the diff names no file"
    both = set.intersection(*sides)
    if len(both) == 1:
        return both.pop(), ""
    name = (new or old).removeprefix("b/").removeprefix("a/")
    if len(both) > 1:
        return "", f"{new or old}: both {' and '.join(sorted(both))} are there; name one of them"
    if any(sides):
        return "", f"the diff names two files, {old} and {new}; name the one that is there"
    return name, ""


def nearest(path: str, known: Sequence[str]) -> str:
    """The paths most like `path`, as the end of a sentence."""
    clean = path.strip(" `'\"*:").replace("\\", "/")
    name = clean.rsplit("/", 1)[-1].casefold()
    same = [each for each in known if each.casefold() == clean.casefold()]
    same += [each for each in known if each.rsplit("/", 1)[-1].casefold() == name]
    ending = [each for each in known if clean.endswith(f"/{each}")]
    found = list(dict.fromkeys([*same[:1], *ending, *same]))[:SHOWN]
    found = found or get_close_matches(clean, known, n=SHOWN, cutoff=0.6)
    return f"; the nearest are {', '.join(found)}" if found else "; use search to find the file"


def _absolute(path: str) -> bool:
    return path.startswith(("/", "\\", "~")) or path[1:2] == ":"


def _clean(path: str) -> str:
    """`path` with `/` between its parts, '' where it leads out of the folder."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    return "" if _absolute(path) or ".." in parts else "/".join(parts)


def named_paths(arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    """Every path that the arguments of a call name, for rules about paths; also within a diff."""
    found = [str(arguments[name]) for name in ("path", "new_path") if arguments.get(name)]
    diff = arguments.get("diff")
    if isinstance(diff, str):
        for each in (*changed_paths(diff), *_of_blocks(diff)):
            plain = each.removeprefix("b/").removeprefix("a/")
            found += [each] if plain == each else [each, plain]
    slashed = [each.replace("\\", "/") for each in found if "\\" in each]
    return tuple(dict.fromkeys((*found, *slashed, *(_clean(each) or each for each in found))))


def _of_blocks(diff: str) -> Sequence[str]:
    return [each.path for each in blocks_of(diff)[0] if each.path] if has_blocks(diff) else ()
