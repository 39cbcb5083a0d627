"""Texts and edits of the kinds that break position arithmetic."""

from __future__ import annotations

from hypothesis import strategies as st

from redline.core.text.edits import Edit
from redline.core.text.text import Span

LINE_ENDS = ("\n", "\r\n", "\r")
# Characters that some library takes for a line end, and LSP does not.
NO_LINE_ENDS = ("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
LONE_SURROGATES = ("\ud83d", "\udc00")
WIDE = ("é", "ß", "中", "\ufeff", "😀", "𝒳", "e\u0301")
PLAIN = ("a", "b", "foo", " ", "\t", "(", "\0")

pieces = st.sampled_from(PLAIN + LINE_ENDS * 2 + NO_LINE_ENDS + LONE_SURROGATES + WIDE)
strings = st.lists(pieces, max_size=40).map("".join)
blobs = strings.map(lambda text: text.encode("utf-8", "surrogatepass"))
# Few different lines, so that a diff finds many ways to match them.
line_lists = st.lists(
    st.tuples(st.sampled_from(("a", "b", "", "  c", "😀")), st.sampled_from(LINE_ENDS)).map(
        "".join
    ),
    max_size=30,
)


def boundaries(data: bytes) -> list[int]:
    """Offsets where a character starts, and the end."""
    return [at for at in range(len(data) + 1) if at == len(data) or data[at] & 0xC0 != 0x80]


@st.composite
def edits_in(draw: st.DrawFn, data: bytes, most: int = 4) -> list[Edit]:
    """Edits of `data` that do not overlap, cut at characters, in order; some touch."""
    place = st.sampled_from(boundaries(data))
    count = draw(st.integers(0, most))
    cuts = sorted(draw(st.lists(place, min_size=2 * count, max_size=2 * count)))
    return [
        Edit(Span(cuts[2 * each], cuts[2 * each + 1]), draw(replacements)) for each in range(count)
    ]


replacements = st.lists(pieces, max_size=4).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)
