"""The shape that two edits of a line have in common, and where else it stands.

What differs between the two is a hole: anything with its brackets closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redline.core.inline.next_edit.trail import open_bracket
from redline.core.text.text import Span

LEFT, RIGHT, BEFORE_BRACKET = 3, 3, 4
"""How many tokens around an edit must be the same, where they are in both samples."""
_TOKEN = re.compile(rb"[\w\x80-\xff]+|[ \t]+|[^\w\x80-\xff]")
_NAME = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")


def _balanced(depth: int) -> bytes:
    """Matches one character of a line that is no bracket, or a pair of them with what it holds."""
    inner = _balanced(depth - 1) + b"*" if depth else b"[^()\\[\\]{}\\r\\n]*"
    pairs = ((b"\\(", b"\\)"), (b"\\[", b"\\]"), (b"\\{", b"\\}"))
    nested = b"|".join(left + inner + right for left, right in pairs)
    return b"(?:[^()\\[\\]{}\\r\\n]|" + nested + b")"


_ANY = _balanced(3) + b"*?"
_KEYWORDS = frozenset(
    b"""and as assert async await break case catch class const continue def default del delete do
    elif else enum except export extends false False final finally fn for from func function global
    if implements import in instanceof int interface is lambda let match mut new nil None nonlocal
    not null of or package pass private protected pub public raise return self static string struct
    super switch this throw true True try type typeof undefined use val var void while with yield
    """.split()
)


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of a line: `span` counts in the line as it was, and ends where tokens do."""

    span: Span
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """A line as it was, without its line end, and what was changed in it, in order."""

    line: bytes
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A pattern over a line and what its odd groups become, in order. `anchor` is a name that
    stands wherever the pattern does, '' for none."""

    pattern: re.Pattern[bytes]
    news: tuple[bytes, ...]
    anchor: str


def aligned(line: bytes, span: Span, new: bytes) -> Change:
    """The change with the words at its ends made whole, and nothing it leaves as it is."""
    old = line[span.start : span.end]
    head = tail = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start, end = span.start + head, span.end - tail
    made = new[head : len(new) - tail]
    left, right = _word_end(line[:start]), _word_start(line[end:])
    if not left and not right:
        return Change(Span(start, end), line[start:end], made)
    # A word is only part of the change where the change goes into it.
    takes_left = bool(left) and _is_word((line[start:end] + right)[:1], made[:1])
    takes_right = bool(right) and _is_word((left + line[start:end])[-1:], made[-1:])
    left, right = (left if takes_left else b""), (right if takes_right else b"")
    span = Span(start - len(left), end + len(right))
    return Change(span, line[span.start : span.end], left + made + right)


def _is_word(*ends: bytes) -> bool:
    return any(each and _TOKEN.match(each) and each.strip() and _word_end(each) for each in ends)


def _word_end(data: bytes) -> bytes:
    found = re.search(rb"[\w\x80-\xff]+$", data)
    return found[0] if found else b""


def _word_start(data: bytes) -> bytes:
    found = re.match(rb"[\w\x80-\xff]+", data)
    return found[0] if found else b""


def template(one: Sample, other: Sample) -> Template | None:
    """What two samples with the same changes have in common; None where that is too little."""
    pairs = [(each.old, each.new) for each in one.changes]
    if not pairs or pairs != [(each.old, each.new) for each in other.changes]:
        return None
    first = [one.changes[0].span, other.changes[0].span]
    last = [one.changes[-1].span, other.changes[-1].span]
    left = _left(one.line[: first[0].start], other.line[: first[1].start])
    right = _common(_tokens(one.line[last[0].end :]), _tokens(other.line[last[1].end :]), RIGHT)
    if len(right) < RIGHT and one.line[last[0].end :] == other.line[last[1].end :]:
        right = _tokens(one.line[last[0].end :])
    parts, fixed = [left.source], [*left.fixed, *right]
    for at, (old, _) in enumerate(pairs):
        if at:
            source, tokens = _between(*(_gap(each, at) for each in (one, other)))
            parts.append(source)
            fixed += tokens
        parts.append(b"(" + re.escape(old) + b")")
        fixed += _tokens(old)
    anchor = _anchor(fixed)
    if not anchor:
        return None
    after = b"".join(right)
    source = b"".join(parts) + b"(?=" + re.escape(after) + b")"
    whole = (
        _edge(left.source_head, True)
        + source
        + (_edge(after[-1:] or pairs[-1][0][-1:], False) if not after else b"")
    )
    return Template(re.compile(whole), tuple(new for _, new in pairs), anchor)


@dataclass(frozen=True, slots=True)
class _Context:
    """What must stand before an edit; the last group of `source` is what is left as it is."""

    source: bytes
    fixed: Sequence[bytes]
    source_head: bytes


def _left(one: bytes, other: bytes) -> _Context:
    """The tokens both have right before the edit; where they name nothing, also those before
    the bracket that the edit stands in."""
    same = list(reversed(_common(_tokens(one)[::-1], _tokens(other)[::-1], LEFT)))
    tail = b"".join(same)
    plain = _Context(b"(" + re.escape(tail) + b")", same, tail[:1])
    at = [open_bracket(each) for each in (one, other)]
    if any(map(_is_name, same)) or one == other or min(at) < 0:
        return plain
    heads = [_tokens(each[: start + 1])[::-1] for each, start in zip((one, other), at, strict=True)]
    before = list(reversed(_common(heads[0], heads[1], BEFORE_BRACKET)))
    if not before or max(at) + 1 > min(len(one), len(other)) - len(tail):
        return plain
    text = b"".join(before)
    source = b"(" + re.escape(text) + _ANY + re.escape(tail) + b")"
    return _Context(source, [*before, *same], text[:1])


def _gap(sample: Sample, at: int) -> bytes:
    """What stands between a change and the one before it."""
    return sample.line[sample.changes[at - 1].span.end : sample.changes[at].span.start]


def _between(one: bytes, other: bytes) -> tuple[bytes, list[bytes]]:
    """A group for what stands between two edits, and the tokens it is sure to have."""
    if one == other:
        return b"(" + re.escape(one) + b")", _tokens(one)
    first, second = _tokens(one), _tokens(other)
    head = _common(first, second, len(first))
    rest = [each[len(head) :] for each in (first, second)]
    tail = list(reversed(_common(rest[0][::-1], rest[1][::-1], len(first))))
    ends = [re.escape(b"".join(each)) for each in (head, tail)]
    return b"(" + ends[0] + _ANY + ends[1] + b")", [*head, *tail]


def _common(one: Sequence[bytes], other: Sequence[bytes], most: int) -> list[bytes]:
    found: list[bytes] = []
    for left, right in zip(one, other, strict=False):
        if left != right or sum(not each.isspace() for each in found) == most:
            break
        found.append(left)
    return found


def _tokens(data: bytes) -> list[bytes]:
    return _TOKEN.findall(data)


def _is_name(token: bytes) -> bool:
    return bool(_NAME.fullmatch(token)) and len(token) > 1 and token not in _KEYWORDS


def _anchor(fixed: Sequence[bytes]) -> str:
    names = [each for each in fixed if _is_name(each)]
    return max(names, key=len).decode("utf-8", "replace") if names else ""


def _edge(end: bytes, before: bool) -> bytes:
    """No word goes on beyond the end of the pattern."""
    if not _word_end(end):
        return b""
    return rb"(?<![\w\x80-\xff])" if before else rb"(?![\w\x80-\xff])"


def found(template: Template, data: bytes) -> Iterator[tuple[Span, bytes]]:
    """Where the template stands in a text and was not applied yet: what to replace by what."""
    for match in template.pattern.finditer(data):
        groups = match.groups()
        spans = [Span(*match.span(at + 1)) for at in range(1, len(groups), 2)]
        if all(_done(data, s, n) for s, n in zip(spans, template.news, strict=True)):
            continue
        new = b"".join(
            (groups[at - 1] if at > 1 else b"") + template.news[at // 2]
            for at in range(1, len(groups), 2)
        )
        yield Span(spans[0].start, spans[-1].end), new


def _done(data: bytes, span: Span, new: bytes) -> bool:
    """Whether the text there is what the edit would make of it."""
    old = data[span.start : span.end]
    at = new.find(old)
    while 0 <= at <= len(new):
        start = span.start - at
        if start >= 0 and data[start : start + len(new)] == new:
            return True
        at = new.find(old, at + 1)
    return False
