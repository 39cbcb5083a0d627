"""Markdown that loads nothing by being shown, and whose links say where they lead.

An answer of a model may have been told to draw an image from an address that holds what it has
read: an editor that shows it would send that. No parser is trusted to agree with the editor's
on what is code, so code is treated as text is: what changes in it is a space.
"""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!(?=\[)")
# An address elsewhere: with a scheme, a host, or something that a reader decodes to one.
_ELSEWHERE = r"(?:(?!file:///[^/])[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}|[^\s()<>]*[&\\])"
_LINK = re.compile(rf"\](?=\(\s*<?\s*{_ELSEWHERE})")
_DEFINITION = re.compile(rf"\](?=:\s*<?\s*{_ELSEWHERE})")
# Tags that load or run something, or that name an address.
_TAG = re.compile(
    r"<(?=/?(?:img|picture|source|video|audio|track|embed|object|iframe|frame|frameset|link"
    r"|script|style|svg|math|image|input|base|meta|form|body|portal)\b"
    r"|[A-Za-z][^<>]*(?://|[&\\]|url\())",
    re.IGNORECASE,
)
_DRAWN = re.compile(
    r"^(?P<fence>[ \t>*+\-0-9.)]*(?:`{3,}|~{3,})[ \t]*\{?[ \t]*\.?)"
    r"(?:mermaid|plantuml|puml|dot|graphviz|vega(?:-lite)?|kroki|d2|wavedrom|math)\b",
    re.IGNORECASE | re.MULTILINE,
)


def inert(markdown: str) -> str:
    """`markdown` without images, links with a text of their own, tags that load, and diagrams.

    The address of what was a link or an image stands where it stood, for people to read.
    """
    text = _DRAWN.sub(r"\g<fence>text", markdown)
    text = _IMAGE.sub("! ", text)
    text = _DEFINITION.sub("] ", _LINK.sub("] ", text))
    return _TAG.sub("< ", text)
