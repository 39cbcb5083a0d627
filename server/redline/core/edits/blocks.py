"""Search/replace blocks, as some models write them whatever they are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN = re.compile(r"^<{5,9} ?(?:SEARCH|ORIGINAL)\s*$")
_MIDDLE = re.compile(r"^={5,9}\s*$")
_CLOSE = re.compile(r"^>{5,9} ?(?:REPLACE|UPDATED)\s*$")
_FENCE = re.compile(r"^(?:`{3,}|~{3,})[\w+.-]*\s*$")
_NAMED = re.compile(r"^[#*`\s]*(?P<path>[^\s`*]+?)[`*:\s]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One change of one file; `path` is '' where none was given."""

    path: str
    search: str
    replace: str


def has_blocks(text: str) -> bool:
    """Whether some line opens or closes a block."""
    return any(_OPEN.match(line) or _CLOSE.match(line) for line in text.splitlines())


def blocks_of(text: str) -> tuple[tuple[Block, ...], str]:
    """The blocks of `text`, and what is wrong with them ('' when they are well-formed)."""
    blocks: list[Block] = []
    part, path, found = 0, "", ([""], [""])
    for number, line in enumerate(text.splitlines(), 1):
        kind = _kind(line)
        if kind and kind != part + 1:
            return (), f"line {number} of the blocks, {line.strip()!r}, is not in its place"
        if kind == 1:
            part, found = 1, ([], [])
        elif kind == 2:
            part = 2
        elif kind == 3:
            part = 0
            blocks.append(Block(path, _joined(found[0]), _joined(found[1])))
        elif part:
            found[part - 1].append(line)
        elif line.strip() and not _FENCE.match(line):
            named = _NAMED.match(line.strip())
            if named is None:
                return (), f"line {number} of the blocks, {line.strip()[:80]!r}, is in none of them"
            path = named["path"]
    if part:
        return (), "the last block is not closed"
    return tuple(blocks), "" if blocks else "there is no block"


def _kind(line: str) -> int:
    if _OPEN.match(line):
        return 1
    return 2 if _MIDDLE.match(line) else 3 if _CLOSE.match(line) else 0


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def block_in(search: str, replace: str) -> tuple[str, str] | None:
    """The two texts of the one block that is in an argument and contradicts no other; or None."""
    for one, other in ((search, replace), (replace, search)):
        if not has_blocks(one):
            continue
        blocks, problem = blocks_of(one)
        if problem or len(blocks) != 1:
            return None
        block = blocks[0]
        known = (one, block.search if one is replace else block.replace, "")
        fits = any(other.strip("\n") == each.strip("\n") for each in known)
        return (block.search, block.replace) if fits else None
    return None
