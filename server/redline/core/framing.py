"""Frames of the LSP base protocol: a header block, an empty line, a body of known length.

A pure incremental parser. How the bytes are cut into pieces never changes what comes out,
and no more than the header cap plus one announced body is ever kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_HEADER = 8192
"""Bytes a header block may have, its final empty line left out."""

_END = b"\r\n\r\n"
_BARE = re.compile(rb"(?<!\r)\n|\r(?=[^\n])")
_PLAIN = re.compile(rb"Content-Length: (\d{1,9})")
# Nothing else: `POST /a:b HTTP/1.1`, which a page in a browser can send, is no header.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHARSET = re.compile(rb";\s*charset\s*=\s*\"?([\w.-]+)", re.IGNORECASE)

ProblemCode = Literal["bad-header", "bad-length", "no-length", "too-large", "bad-charset"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message's body, as it came."""

    body: bytes


@dataclass(frozen=True, slots=True)
class FrameProblem:
    """What is wrong with the stream. After a fatal one nothing in it can be trusted."""

    code: ProblemCode
    message: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class _Header:
    length: int
    problem: FrameProblem | None = None


def frame(body: bytes) -> bytes:
    """`body` with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Framer:
    """Cuts a byte stream into frames; a body larger than `max_body` bytes is refused."""

    __slots__ = ("_body", "_dead", "_head", "_header", "_max_body", "_missing")

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._head = bytearray()
        self._header: _Header | None = None
        self._body: list[bytes] = []
        self._missing = 0
        self._dead = False

    @property
    def buffered(self) -> int:
        """Bytes kept for a message that is not complete yet."""
        return len(self._head) + sum(map(len, self._body))

    def feed(self, data: bytes) -> list[Frame | FrameProblem]:
        """What `data` completes, in order. After a fatal problem everything is ignored."""
        results: list[Frame | FrameProblem] = []
        at = 0
        while not self._dead:
            if self._header is None:
                at, problem = self._read_header(data, at)
                if problem is not None:
                    self._dead = True
                    self._head.clear()
                    results.append(problem)
                if self._header is None:
                    break
            at = self._read_body(data, at)
            if self._missing:
                break
            results.append(self._finish())
        return results

    def _read_header(self, data: bytes, at: int) -> tuple[int, FrameProblem | None]:
        if not self._head:
            end = data.find(_END, at, at + MAX_HEADER + len(_END))
            if end >= 0:
                return end + len(_END), self._accept(data[at:end])
        before = len(self._head)
        self._head += data[at : at + MAX_HEADER + len(_END) - before]
        end = self._head.find(_END, max(0, before - len(_END) + 1))
        if end >= 0:
            used = end + len(_END) - before
            block = bytes(self._head[:end])
            self._head.clear()
            return at + used, self._accept(block)
        # Told early, so that a peer with other line ends does not wait for ever; only
        # the part that could not be judged before is looked at.
        bare = _BARE.search(self._head, max(0, before - 1))
        if bare is not None:
            return at, _bad("a header line must end with \\r\\n")
        if len(self._head) >= MAX_HEADER + len(_END):
            return at, _bad(f"the header is longer than {MAX_HEADER} bytes")
        return len(data), None

    def _accept(self, block: bytes) -> FrameProblem | None:
        header = _parse(block, self._max_body)
        if isinstance(header, FrameProblem):
            return header
        self._header = header
        self._missing = header.length
        return None

    def _read_body(self, data: bytes, at: int) -> int:
        piece = data[at : at + self._missing]
        self._missing -= len(piece)
        if piece and self._header is not None and self._header.problem is None:
            self._body.append(piece)
        return at + len(piece)

    def _finish(self) -> Frame | FrameProblem:
        header, self._header = self._header, None
        pieces, self._body = self._body, []
        if header is not None and header.problem is not None:
            return header.problem
        return Frame(b"".join(pieces))


def _bad(message: str) -> FrameProblem:
    return FrameProblem("bad-header", message)


def _parse(block: bytes, max_body: int) -> _Header | FrameProblem:
    plain = _PLAIN.fullmatch(block)  # nearly every message has this and no more
    if plain is not None and (length := int(plain[1])) <= max_body:
        return _Header(length)
    return _parse_lines(block, max_body)


def _parse_lines(block: bytes, max_body: int) -> _Header | FrameProblem:
    if _BARE.search(block) or block.endswith(b"\r"):
        return _bad("a header line must end with \\r\\n")
    length: int | None = None
    problem: FrameProblem | None = None
    for line in block.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            return _bad(f"not a header line: {line[:60]!r}")
        match name.lower():
            case b"content-length" if length is not None:
                return FrameProblem("bad-length", "Content-Length is given twice")
            case b"content-length":
                parsed = _length(value.strip(b" \t"), max_body)
                if isinstance(parsed, FrameProblem):
                    return parsed
                length = parsed
            case b"content-type":
                problem = _charset(value)
    if length is None:
        return FrameProblem("no-length", "there is no Content-Length")
    return _Header(length, problem)


def _length(value: bytes, max_body: int) -> int | FrameProblem:
    if not value.isdigit():
        return FrameProblem("bad-length", f"Content-Length is not a number: {value[:30]!r}")
    # Compared by digits first: Python refuses to convert a number of thousands of them.
    digits = value.lstrip(b"0") or b"0"
    if len(digits) > 18 or int(digits) > max_body:
        return FrameProblem("too-large", f"a message is larger than {max_body} bytes")
    return int(digits)


def _charset(value: bytes) -> FrameProblem | None:
    found = _CHARSET.search(value)
    if found is None or found[1].lower() in (b"utf-8", b"utf8"):
        return None
    return FrameProblem("bad-charset", f"charset {found[1][:30]!r} is not UTF-8", fatal=False)
