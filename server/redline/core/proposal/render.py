"""Proposals as text: the unified diff that `git apply` takes, and a summary line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redline.core.proposal.model import Proposal
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Text

CONTEXT = 3


@dataclass(frozen=True, slots=True)
class _Block:
    """Old lines [old_start, old_end) replaced by `new`."""

    old_start: int
    old_end: int
    new: tuple[bytes, ...]


def unified_diff(path: str, before: bytes, changes: Iterable[Edit]) -> bytes:
    """The diff of one file, in git's format with `a/` and `b/`; b'' when nothing changes.

    Lines end at `\\n` alone here, as git counts them.
    """
    blocks = _blocks(before, tuple(edits.ordered(changes, len(before))))
    if not blocks:
        return b""
    old = _lines(before)
    name_a, name_b = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    out = [b"diff --git %s %s\n" % (name_a, name_b)]
    out += [b"--- %s\n" % _with_tab(name_a), b"+++ %s\n" % _with_tab(name_b)]
    shift = 0
    for group in _groups(blocks):
        start = max(0, group[0].old_start - CONTEXT)
        end = min(len(old), group[-1].old_end + CONTEXT)
        body = _body(old, group, start, end)
        grown = sum(len(b.new) - (b.old_end - b.old_start) for b in group)
        old_count, new_count = end - start, end - start + grown
        out.append(b"@@ -%s +%s @@\n" % (_at(start, old_count), _at(start + shift, new_count)))
        out += body
        shift += grown
    return b"".join(out)


def proposal_diff(proposal: Proposal, texts: Mapping[str, Text], paths: Mapping[str, str]) -> bytes:
    """The diff of a whole proposal; `texts` are the bases, `paths` what to call each file."""
    parts = []
    for uri in proposal.uris:
        changes = [edit for hunk in proposal.hunks if hunk.uri == uri for edit in hunk.edits]
        parts.append(unified_diff(paths[uri], texts[uri].data, changes))
    return b"".join(parts)


def summary(proposal: Proposal) -> str:
    """`3 files, 41 lines, parse ok`: size and evidence in one line."""
    lines = sum(
        max(hunk.before.count(b"\n"), hunk.after.count(b"\n")) or 1 for hunk in proposal.hunks
    )
    parts = [counted(len(proposal.uris), "file"), counted(lines, "line")]
    for check in proposal.checks:
        word = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}[check.outcome]
        parts.append(f"{check.name} {word}")
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    result = [line + b"\n" for line in lines[:-1]]
    return [*result, lines[-1]] if lines[-1] else result


def _blocks(before: bytes, changes: Sequence[Edit]) -> list[_Block]:
    """Line blocks that differ, ends that stay equal trimmed."""
    regions: list[tuple[int, int, list[Edit]]] = []
    for edit in changes:
        start = before.rfind(b"\n", 0, edit.span.start) + 1
        end = _line_end(before, edit)
        if regions and start <= regions[-1][1]:
            last = regions[-1]
            regions[-1] = (last[0], max(last[1], end), [*last[2], edit])
        else:
            regions.append((start, end, [edit]))
    blocks = []
    for start, end, inside in regions:
        piece = before[start:end]
        moved = [
            Edit(type(e.span)(e.span.start - start, e.span.end - start), e.new) for e in inside
        ]
        old, new = _lines(piece), _lines(edits.apply(piece, moved))
        first = before.count(b"\n", 0, start)
        blocks += _trimmed(first, old, new)
    return blocks


def _line_end(before: bytes, edit: Edit) -> int:
    at_line_start = edit.span.end == 0 or before[edit.span.end - 1 : edit.span.end] == b"\n"
    if at_line_start and len(edit.span) and edit.new.endswith(b"\n"):
        return edit.span.end
    end = before.find(b"\n", edit.span.end)
    return len(before) if end < 0 else end + 1


def _trimmed(first: int, old: list[bytes], new: list[bytes]) -> list[_Block]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head == len(old) == len(new):
        return []
    return [_Block(first + head, first + len(old) - tail, tuple(new[head : len(new) - tail]))]


def _groups(blocks: Sequence[_Block]) -> list[list[_Block]]:
    groups: list[list[_Block]] = []
    for block in blocks:
        if groups and block.old_start - groups[-1][-1].old_end <= 2 * CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _body(old: list[bytes], group: Sequence[_Block], start: int, end: int) -> list[bytes]:
    out: list[bytes] = []
    at = start
    for block in group:
        out += [_line(b" ", line) for line in old[at : block.old_start]]
        out += [_line(b"-", line) for line in old[block.old_start : block.old_end]]
        out += [_line(b"+", line) for line in block.new]
        at = block.old_end
    return out + [_line(b" ", line) for line in old[at:end]]


def _line(mark: bytes, line: bytes) -> bytes:
    if line.endswith(b"\n"):
        return mark + line
    return mark + line + b"\n\\ No newline at end of file\n"


def _at(start: int, count: int) -> bytes:
    """A range of a hunk header; an empty one names the line before it."""
    return b"%d,%d" % (start + 1 if count else start, count)


def _quoted(path: str) -> bytes:
    """As git quotes names with control characters, quotes or backslashes."""
    data = path.encode("utf-8", "surrogateescape")
    if not any(byte < 0x20 or byte in b'"\\\x7f' for byte in data):
        return data
    body = b"".join(
        b"\\%03o" % byte
        if byte < 0x20 or byte == 0x7F
        else b"\\" + bytes([byte])
        if byte in b'"\\'
        else bytes([byte])
        for byte in data
    )
    return b'"' + body + b'"'


def _with_tab(name: bytes) -> bytes:
    """A name with a space needs the tab that ends it, or git reads a timestamp."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
