"""Proposals as text: the unified diff that `git apply` takes, and a summary line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redline.core.proposal.hunks import shifted
from redline.core.proposal.model import Check, Hunk, Operation, Proposal
from redline.core.text import edits
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

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
    return file_diff(path, "edit", "", before, changes)


def file_diff(
    path: str,
    operation: Operation,
    target_path: str,
    before: bytes,
    changes: Iterable[Edit],
    mark: bytes = b"",
) -> bytes:
    """The diff of one file that is edited, created, renamed to `target_path`, or deleted.

    `changes` count in `before`, which is empty for a file that is created; of one that is
    deleted they are not looked at. `mark` is the byte order mark of the file, which texts
    are without and git sees.
    """
    old, new = path, target_path or path
    if operation == "delete":
        changes = (Edit(Span(0, len(before)), b""),)
    steps = tuple(shifted(step, len(mark)) for step in edits.ordered(changes, len(before)))
    before = mark + before
    blocks = _blocks(before, steps)
    header = _header(operation, old, new, _similarity(before, steps))
    if not (blocks or header):
        return b""
    out = [b"diff --git %s %s\n" % (_quoted(f"a/{old}"), _quoted(f"b/{new}")), *header]
    if blocks:
        from_ = b"/dev/null" if operation == "create" else _with_tab(_quoted(f"a/{old}"))
        to = b"/dev/null" if operation == "delete" else _with_tab(_quoted(f"b/{new}"))
        out += [b"--- %s\n" % from_, b"+++ %s\n" % to, *_hunks(before, blocks)]
    return b"".join(out)


def _header(operation: Operation, old: str, new: str, similarity: int) -> list[bytes]:
    match operation:
        case "create":
            return [b"new file mode 100644\n"]
        case "delete":
            return [b"deleted file mode 100644\n"]
        case "rename":
            names = [b"rename from %s\n" % _quoted(old), b"rename to %s\n" % _quoted(new)]
            return [b"similarity index %d%%\n" % similarity, *names]
        case "edit":
            return []


def _similarity(before: bytes, changes: Sequence[Edit]) -> int:
    """How much of a file stays, in percent; 100 only where all of it does."""
    if not changes:
        return 100
    kept = len(before) - sum(len(edit.span) for edit in changes)
    size = max(len(before), len(before) + sum(edit.growth for edit in changes), 1)
    return min(99, 100 * kept // size)


def _hunks(before: bytes, blocks: Sequence[_Block]) -> list[bytes]:
    old, out = _lines(before), list[bytes]()
    shift = 0
    for group in _groups(blocks):
        start = max(0, group[0].old_start - CONTEXT)
        end = min(len(old), group[-1].old_end + CONTEXT)
        grown = sum(len(b.new) - (b.old_end - b.old_start) for b in group)
        old_count, new_count = end - start, end - start + grown
        out.append(b"@@ -%s +%s @@\n" % (_at(start, old_count), _at(start + shift, new_count)))
        out += _body(old, group, start, end)
        shift += grown
    return out


def proposal_diff(
    proposal: Proposal,
    texts: Mapping[str, Text],
    paths: Mapping[str, str],
    marks: Mapping[str, bytes],
    guarded: bool = True,
) -> bytes:
    """The diff of a proposal, with its `guarded` hunks or without.

    `texts` are the bases, `paths` what to call each file.
    Files are called as they were; a file that is renamed has a path for its new name too.
    `marks` are the byte order marks of the files, where they have one.
    """
    parts = []
    for uri in proposal.uris:
        here = [h for h in proposal.hunks if h.uri == uri and (guarded or not h.guard)]
        if not here:
            continue
        whole = next((hunk for hunk in here if hunk.operation != "edit"), None)
        operation, target = (whole.operation, whole.target) if whole else ("edit", "")
        changes = [edit for hunk in here for edit in hunk.edits]
        target_path = paths[target] if target else ""
        mark = marks.get(uri, b"")
        parts.append(file_diff(paths[uri], operation, target_path, texts[uri].data, changes, mark))
    return b"".join(parts)


_DONE: Mapping[Operation, str] = {"create": "created", "rename": "renamed", "delete": "deleted"}


def summary(proposal: Proposal) -> str:
    """`3 files, 41 lines, types ok, 12/12 tests, 4.1 s`: size and evidence in one line."""
    parts = [counted(len(proposal.uris), "file")]
    for operation, word in _DONE.items():
        number = sum(hunk.operation == operation for hunk in proposal.hunks)
        parts += [f"{number} {word}"] if number else []
    lines = sum(_size(hunk) for hunk in proposal.hunks)
    parts += [counted(lines, "line")] if lines else []
    held = sum(bool(hunk.guard) for hunk in proposal.hunks)
    parts += [f"{counted(held, 'hunk')} held back"] if held else []
    parts += map(_evidence, proposal.checks)
    seconds = sum(check.seconds for check in proposal.checks)
    parts += [f"{seconds:.1f} s"] if proposal.checks else []
    return ", ".join(parts)


def shortfalls(proposal: Proposal) -> tuple[str, ...]:
    """What was not proven, and why: `tests skipped: ...`, a line for each check."""
    return tuple(
        f"{check.name} {check.outcome}: {check.detail}"
        for check in proposal.checks
        if check.outcome != "passed"
    )


def _evidence(check: Check) -> str:
    """`types ok`, `12/12 tests`, `11/12 tests FAILED`, `tests skipped`."""
    if check.ran and check.outcome != "skipped":
        failed = " FAILED" if check.outcome == "failed" else ""
        return f"{check.passed}/{check.ran} {check.name}{failed}"
    word = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}[check.outcome]
    return f"{check.name} {word}"


def _size(hunk: Hunk) -> int:
    """How many lines it is about; the last one need not end."""
    lines = max(hunk.before.count(b"\n"), hunk.after.count(b"\n"))
    return lines or int(bool(hunk.before or hunk.after) or hunk.operation == "edit")


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
