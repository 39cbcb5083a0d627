"""Immutable text as UTF-8 bytes. All offsets are byte offsets unless a name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from redline.core.text.lines import LineTable, edited, table_of

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of UTF-8 byte offsets, `start <= end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}..{self.end} is reversed or negative")

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """True when `other` lies wholly inside this span (touching ends count)."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: Span) -> bool:
        """True when the two share a byte or a boundary."""
        return self.start <= other.end and other.start <= self.end


class Text:
    """Bytes with lines and a digest, all made on first use and kept.

    A text that was edited is lines until someone asks for its bytes. Line ends are `\\n`,
    `\\r\\n` and `\\r` only (LSP 3.17, "Text Documents"): form feed, NEL and U+2028 are
    ordinary characters. The memo never changes what a reader sees.
    """

    __slots__ = ("_data", "_digest", "_lines")

    def __init__(self, data: bytes) -> None:
        self._data: bytes | None = data
        self._lines: LineTable | None = None
        self._digest: str | None = None

    @classmethod
    def of(cls, text: str) -> Text:
        """Encodes `text`; a lone surrogate (legal in JSON) survives the round trip."""
        return cls(text.encode("utf-8", "surrogatepass"))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Text) and len(self) == len(other) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __len__(self) -> int:
        return len(self._data) if self._data is not None else self._table.length

    def __repr__(self) -> str:
        return f"Text({len(self)} bytes)"

    @property
    def data(self) -> bytes:
        """All bytes."""
        if self._data is None:
            self._data = self._table.joined()
        return self._data

    @property
    def digest(self) -> str:
        """BLAKE2b-128 of the bytes, in hex: the identity of this content."""
        if self._digest is None:
            self._digest = digest_of(self.data)
        return self._digest

    def replaced(self, span: Span, new: bytes) -> Text:
        """The text with the bytes of `span` replaced by `new`.

        Where the lines are known, they are carried over, and no other byte is looked at.
        """
        if self._lines is None:
            # A view keeps join from copying each half twice.
            view = memoryview(self.data)
            return Text(b"".join((view[: span.start], new, view[span.end :])))
        result = Text(b"")
        result._data = None
        result._lines = edited(self._lines, span.start, span.end, new)
        return result

    @property
    def _table(self) -> LineTable:
        if self._lines is None:
            self._lines = table_of(self.data)
        return self._lines

    @property
    def line_starts(self) -> list[int]:
        """Byte offset of each line's first byte; there is always a line 0."""
        return self._table.all()

    @property
    def line_count(self) -> int:
        """Lines, counting the empty one after a final line end."""
        return self._table.count

    def line_of(self, offset: int) -> int:
        """0-based line that holds the byte at `offset`."""
        return self._table.line_of(offset)

    def line_start(self, line: int) -> int:
        """Byte offset of the first byte of `line`."""
        return self._table.start(line)

    def line_span(self, line: int) -> Span:
        """The line with its line end."""
        table = self._table
        return Span(table.start(line), table.end(line))

    def line_bytes(self, line: int) -> bytes:
        """The line's bytes without its line end."""
        return self.row(line)[1]

    def row(self, line: int) -> tuple[int, bytes]:
        """Byte offset of the first byte of `line`, and its bytes without its line end."""
        start, data = self._table.line(line)
        return start, data.rstrip(b"\r\n")

    def point(self, offset: int) -> tuple[int, int] | None:
        """Row and column of a byte as a parser counts them, for whom only `\\n` ends a line.

        None where that takes more than a look at the lines that are known.
        """
        if self._lines is None or self._lines.bare:
            return None
        line = self._lines.line_of(offset)
        return line, offset - self._lines.start(line)

    def slice(self, span: Span) -> bytes:
        """The bytes of `span`."""
        if self._data is None:
            found = self._table.slice(span.start, span.end)
            if found is not None:
                return found
        return self.data[span.start : span.end]

    def whole_lines(self, span: Span) -> Span:
        """`span` widened to full lines, the last line's end included.

        An empty span takes the line it stands on; a span that ends at a line's start
        does not take that line.
        """
        first = self.line_of(span.start)
        last = self.line_of(max(span.start, span.end - 1))
        return Span(self.line_span(first).start, self.line_span(last).end)

    @property
    def row_count(self) -> int:
        """Lines as people count them: the empty one after a final line end is none."""
        ended = self.line_count > 1 and not self.line_bytes(self.line_count - 1)
        return self.line_count - 1 if ended else self.line_count

    @property
    def newline(self) -> bytes:
        """The line end most used here; `\\n` for a text without one."""
        crlf = self.data.count(b"\r\n")
        lf = self.data.count(b"\n") - crlf
        cr = self.data.count(b"\r") - crlf
        best = max(lf, crlf, cr)
        if best in (0, lf):
            return b"\n"
        return b"\r\n" if best == crlf else b"\r"

    def decode(self) -> str:
        """The text as str; bytes that are not UTF-8 become U+FFFD."""
        return self.data.decode("utf-8", "replace")

    @property
    def is_utf8(self) -> bool:
        """False when some byte is not UTF-8 (lone surrogates from JSON count as UTF-8)."""
        try:
            self.data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return False
        return True

    @property
    def is_binary(self) -> bool:
        """A NUL in the first 8 KiB: the test git uses."""
        return b"\0" in self.data[:8192]


def parts_character(data: bytes, at: int) -> bool:
    """True when a cut at `at` would part a character, or the two bytes of a `\\r\\n`."""
    if not 0 < at < len(data):
        return False
    byte = data[at]
    return byte & 0xC0 == 0x80 or (byte == 0x0A and data[at - 1] == 0x0D)


def digest_of(data: bytes) -> str:
    """BLAKE2b-128 in hex."""
    return blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text. `version` is the editor's, or None for a file read from disk."""

    uri: str
    version: int | None
    text: Text
    language: str

    @property
    def digest(self) -> str:
        """Identity of the content."""
        return self.text.digest
